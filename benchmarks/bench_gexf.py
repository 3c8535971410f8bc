"""Edges streamed as GEXF beside ``networkx.write_gexf``: processor seconds and extra memory, each in a process of its own.

    python benchmarks/bench_gexf.py [EDGES] [STORED]

Both write the same edges with the same columns: one a claim, and one a relation (``--merge``; here no two claims tell the
same, so that as many edges remain). networkx is given a ready graph, so neither making the claims nor building that graph
counts; ours are read from claims made on the way, whose making does not count, and hold nodes, layout, sorting and writing.
Last, the whole way of ``kg export`` from a store on disk of STORED claims; that figure holds reading the store.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import networkx as nx

from kg.export.formats import export
from kg.export.gexf import EDGE_COLUMNS, edge_row, gexf_lines
from kg.export.projection import GraphOptions, project
from kg.export.stores import of_store
from kg.model import Article, Claim, Entity, Evidence, Modality, Reading
from kg.rdf import quads
from kg.store import open_store
from kg.store_oxigraph import fill_folder
from kg.terms import nquad
from ontology.model import Label

EDGES, STORED = 1_000_000, 100_000
NODES = 20_000
TEXT = "".join(f"words of claim {i:06}" for i in range(120))
ARTICLES = {
    f"a{i:02}": Article(f"a{i:02}", TEXT, f"Title {i}", f"Paper {i % 7}", f"https://news.example/{i}", "2024-05-01")
    for i in range(50)
}
Figures = tuple[float, float]


class Claims:
    """That many relations among the things, article by article, made anew at every iteration."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.things = [Entity(f"n{i}", "Organization", (Label(f"Company {i}", "en"),)) for i in range(NODES)]

    def __iter__(self) -> Iterator[Claim]:
        spans = [(Evidence(i, i + 20, TEXT[i : i + 20]),) for i in range(100)]
        things, modalities, names = self.things, list(Modality)[:4], list(ARTICLES)
        for i in range(self.count):
            ends = things[i % NODES], things[(i * 7919 + i // NODES) % NODES]
            article, modality = names[i * len(names) // self.count], modalities[i % 4]
            yield Claim(article, ends[0], "supplies", spans[i % 100], object=ends[1], modality=modality, confidence=0.8)


def ours(count: int, merge: bool, path: Path) -> Figures:
    """Seconds without those that making the claims takes, and peak MB above what was there before."""
    claims, options = Claims(count), GraphOptions(merge=merge)
    making, _ = measured(lambda: deque(claims, 0).clear())
    seconds, memory = measured(lambda: write(claims, options, path))
    return seconds - making, memory


def write(claims: Claims, options: GraphOptions, path: Path) -> None:
    """Stream the claims to a file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(gexf_lines(project(claims, ARTICLES, options), options))


def theirs(count: int, merge: bool, path: Path) -> Figures:
    """The same for networkx, its graph made beforehand."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    names = [name for name, _ in EDGE_COLUMNS]
    drawn = project(Claims(count), ARTICLES, GraphOptions(merge=merge))
    graph.add_nodes_from((node.entity.id, {"label": node.entity.label("en")}) for node in drawn.nodes)
    for edge in drawn.edges():
        columns = dict(zip(names, edge_row(edge), strict=True))
        graph.add_edge(edge.source, edge.target, edge.id, id=edge.id, label=edge.label, weight=edge.weight, **columns)
    return measured(lambda: nx.write_gexf(graph, path, version="1.3"))


def stored(count: int, merge: bool, path: Path) -> Figures:
    """``kg export`` of a store on disk with that many claims; loading them does not count."""
    folder = path.parent / "store"
    if not folder.exists():
        with (path.parent / "all.nq").open("w", encoding="utf-8") as file:
            for article, claims in groupby(Claims(count), lambda claim: claim.article):
                reading = Reading(ARTICLES[article], tuple(claims), "bench", "1")
                file.writelines(f"{nquad(quad)}\n" for quad in quads(reading))
        with (path.parent / "all.nq").open("rb") as content:
            fill_folder(folder, content)
        open_store(folder).close()  # publishes

    def work() -> None:
        with open_store(folder, read_only=True) as store, path.open("wb") as stream:
            stream.writelines(export("gexf", of_store(store, GraphOptions(merge=merge))))

    return measured(work)


def measured(work: Callable[[], None]) -> Figures:
    """Processor seconds of the work, which a busy machine does not stretch, and by how many MB it raised the peak."""
    before, start = peak(), time.process_time()
    work()
    return time.process_time() - start, peak() - before


def peak() -> float:
    """The process's greatest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(work: Callable[[int, bool, Path], Figures], count: int, merge: bool, path: Path) -> Figures:
    """The work's figures from a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (count, merge, path))


def main() -> None:
    """Print the table."""
    numbers = [int(argument) for argument in sys.argv[1:]]
    count, kept = (*numbers, *(EDGES, STORED)[len(numbers) :])
    print("what                edges   processor s   extra MB   times ours")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.gexf"
        for merge in (False, True):
            mine, other = apart(ours, count, merge, path), apart(theirs, count, merge, path)
            for name, (seconds, memory) in (("aikg", mine), ("networkx", other)):
                label = name + " --merge" * merge
                print(f"{label:16} {count:>8,} {seconds:13.1f} {memory:10.0f} {seconds / mine[0]:12.1f}")
        for merge in (False, True):
            seconds, memory = apart(stored, kept, merge, path)
            print(f"{'store' + ' --merge' * merge:16} {kept:>8,} {seconds:13.1f} {memory:10.0f}")


if __name__ == "__main__":
    main()
