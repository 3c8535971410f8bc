"""Edges streamed as GEXF beside ``networkx.write_gexf``: seconds and extra memory, each in a process of its own.

    python benchmarks/bench_gexf.py [EDGES] [STORED]

Both write the same nodes, edges and columns, values with their history among them: one edge a claim, and one a relation
(``--merge``; here no two claims tell the same, so that as many edges remain). networkx is given a ready graph, so neither
making the claims nor building that graph counts; ours are read from claims made on the way, whose making does not count, and
hold nodes, layout, sorting and writing. Last, the whole way of ``kg export`` from a store on disk of STORED claims, and
beside it networkx with a graph built from the same store; these figures hold reading the store.

Processor seconds, which a busy machine does not stretch, are compared; wall time stands beside them. It ends with 1 where a
bound of issue 7 is missed: ``TIMES`` networkx's pace and less than ``MEGABYTES``, both for plain and merged edges.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import networkx as nx

from kg.export.formats import export
from kg.export.gexf import EDGE_COLUMNS, NODE_COLUMNS, edge_row, gexf_lines, node_row
from kg.export.projection import Graph, GraphOptions, project
from kg.export.stores import of_store
from kg.model import Article, Claim, Entity, Evidence, Modality, Quantity, Reading
from kg.rdf import quads
from kg.store import open_store
from kg.store_oxigraph import fill_folder
from kg.terms import nquad
from ontology.model import Label
from ontology.usage import usage

EDGES, STORED = 300_000, 20_000
"""By default it takes some minutes; the issue speaks of 1,000,000 edges. With few, numpy and the layout weigh most."""

TIMES, MEGABYTES = 4, 50
PER_NODE, VALUED = 50, 10
"""Edges for each thing, and of how many things one has two values."""

TEXT = "".join(f"words of claim {i:06}" for i in range(120))
ARTICLES = {
    f"a{i:02}": Article(
        f"a{i:02}", TEXT, f"Title {i}", f"Paper {i % 7}", f"https://news.example/{i}", f"2024-{i % 12 + 1:02}-01"
    )
    for i in range(50)
}


class Figures(NamedTuple):
    """Processor seconds, seconds on the wall, and by how many MB the peak of memory rose."""

    seconds: float
    wall: float
    memory: float


class Claims:
    """That many relations among things, and values of some, article by article, made anew at every iteration."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.things = [Entity(f"n{i}", "Organization", (Label(f"Company {i}", "en"),)) for i in range(count // PER_NODE)]

    def __iter__(self) -> Iterator[Claim]:
        spans = [(Evidence(i, i + 20, TEXT[i : i + 20]),) for i in range(100)]
        things, modalities, names, many = self.things, list(Modality)[:4], list(ARTICLES), len(self.things)
        valued = things[::VALUED]
        between = self.count // (2 * len(valued))
        for i in range(self.count):
            ends = things[i % many], things[(i * 7919 + i // many) % many]
            article, modality = names[i * len(names) // self.count], modalities[i % 4]
            yield Claim(article, ends[0], "supplies", spans[i % 100], object=ends[1], modality=modality, confidence=0.8)
            if i % between == 0:
                value, of = Quantity("GPU", 1000.0 + i), valued[i // between % len(valued)]
                yield Claim(article, of, "gpuCount", spans[i % 100], value=value)


def ours(count: int, merge: bool, path: Path) -> Figures:
    """Without what making the claims takes."""
    usage()  # as any command has read the ontology
    claims, options = Claims(count), GraphOptions(merge=merge)
    making = measured(lambda: deque(claims, 0).clear())
    whole = measured(lambda: write(claims, options, path))
    return Figures(whole.seconds - making.seconds, whole.wall - making.wall, whole.memory)


def write(claims: Claims, options: GraphOptions, path: Path) -> None:
    """Stream the claims to a file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(gexf_lines(project(claims, ARTICLES, options), options))


def theirs(count: int, merge: bool, path: Path) -> Figures:
    """networkx, its graph made beforehand."""
    graph = built(project(Claims(count), ARTICLES, GraphOptions(merge=merge)))
    return measured(lambda: nx.write_gexf(graph, path, version="1.3"))


def built(drawn: Graph) -> nx.MultiDiGraph[str]:
    """The graph for networkx, with the same columns."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in drawn.nodes:
        columns = dict(zip((name for name, _ in NODE_COLUMNS), node_row(node), strict=True))
        for moment in node.history:
            columns.setdefault(moment.column, []).append((moment.value, moment.start or None, moment.end or None))  # type: ignore[arg-type, union-attr]
        graph.add_node(node.entity.id, label=node.entity.label("en"), **columns)
    for edge in drawn.edges():
        columns = dict(zip((name for name, _ in EDGE_COLUMNS), edge_row(edge), strict=True))
        graph.add_edge(edge.source, edge.target, edge.id, id=edge.id, label=edge.label, weight=edge.weight, **columns)
    return graph


def store_of(count: int, folder: Path) -> None:
    """A store on disk with the claims of so many edges."""
    content = folder.with_suffix(".nq")
    with content.open("w", encoding="utf-8") as file:
        for article, claims in groupby(Claims(count), lambda claim: claim.article):
            file.writelines(f"{nquad(quad)}\n" for quad in quads(Reading(ARTICLES[article], tuple(claims), "bench", "1")))
    with content.open("rb") as stored:
        fill_folder(folder, stored)
    open_store(folder).close()  # publishes


def exported(folder: Path, merge: bool, path: Path) -> Figures:
    """``kg export`` of the store."""

    def work() -> None:
        with open_store(folder, read_only=True) as store, path.open("wb") as stream:
            stream.writelines(export("gexf", of_store(store, GraphOptions(merge=merge))))

    return measured(work)


def rebuilt(folder: Path, merge: bool, path: Path) -> Figures:
    """networkx from the store: its claims read, a graph built, and that written."""

    def work() -> None:
        with open_store(folder, read_only=True) as store:
            nx.write_gexf(built(of_store(store, GraphOptions(merge=merge)).graph), path, version="1.3")

    return measured(work)


def measured(work: Callable[[], None]) -> Figures:
    """What the work takes."""
    before, start, clock = peak(), time.process_time(), time.perf_counter()
    work()
    return Figures(time.process_time() - start, time.perf_counter() - clock, peak() - before)


def peak() -> float:
    """The process's greatest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(work: Callable[[bool, Path], Figures], merge: bool, path: Path) -> Figures:
    """The work's figures from a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (merge, path))


def main() -> None:
    """Print the table; ends with 1 where a bound is missed."""
    numbers = [int(argument) for argument in sys.argv[1:]]
    count, kept = (*numbers, *(EDGES, STORED)[len(numbers) :])
    missed = []
    print("what                     edges  processor s   wall s  extra MB  times ours")
    with tempfile.TemporaryDirectory() as folder:
        path, store = Path(folder) / "graph.gexf", Path(folder) / "store"
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # whose memory is no child's
            pool.apply(store_of, (kept, store))
        rows = (
            ("", count, partial(ours, count), partial(theirs, count)),
            ("store ", kept, partial(exported, store), partial(rebuilt, store)),
        )
        for name, edges, mine, other in rows:
            for merge in (False, True):
                pair = apart(mine, merge, path), apart(other, merge, path)
                for who, found in zip(("aikg", "networkx"), pair, strict=True):
                    label, times = f"{name}{who}{' --merge' * merge}", found.seconds / pair[0].seconds
                    print(f"{label:22} {edges:>9,} {found.seconds:11.1f} {found.wall:8.1f} {found.memory:9.0f} {times:11.1f}")
                if not name and (times < TIMES or pair[0].memory >= MEGABYTES):
                    missed.append(f"{label}: {times:.1f} times, {pair[0].memory:.0f} MB")
    if missed:
        sys.exit(f"missed: at least {TIMES} times and less than {MEGABYTES} MB; {'; '.join(missed)}")


if __name__ == "__main__":
    main()
