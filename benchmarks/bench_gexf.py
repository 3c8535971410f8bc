"""Edges streamed as GEXF beside ``networkx.write_gexf``: processor seconds and extra memory, each in a process of its own.

    python benchmarks/bench_gexf.py [EDGES]

Both write one edge a claim with the same columns. networkx is given a ready graph, so neither making the claims nor building
that graph counts; our figure holds both passes over the claims, the nodes, the layout and the writing.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx

from kg.export.gexf import EDGE_COLUMNS, edge_row, gexf_lines
from kg.export.projection import GraphOptions, project
from kg.model import Article, Claim, Entity, Evidence, Modality
from ontology.model import Label

EDGES = 1_000_000
NODES = 20_000
ARTICLES = {
    f"a{i}": Article(f"a{i}", "text", f"Title {i}", f"Paper {i % 7}", f"https://news.example/{i}", "2024-05-01")
    for i in range(50)
}


class Claims:
    """That many relations among the things, made anew at every iteration."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.things = [Entity(f"n{i}", "Organization", (Label(f"Company {i}", "en"),)) for i in range(NODES)]

    def __iter__(self) -> Iterator[Claim]:
        spans = [(Evidence(i, i + 20, f"words of claim {i:06}"[:20]),) for i in range(100)]
        things, modalities = self.things, list(Modality)[:4]
        for i in range(self.count):
            ends = things[i % NODES], things[(i * 7919 + i // NODES) % NODES]
            article, modality = f"a{i % 50}", modalities[i % 4]
            yield Claim(article, ends[0], "supplies", spans[i % 100], object=ends[1], modality=modality, confidence=0.8)


def ours(count: int, path: Path) -> tuple[float, float]:
    """Seconds without those that making the claims takes, and peak MB above what was there before."""
    claims, options = Claims(count), GraphOptions()
    start = time.process_time()
    for _ in claims:
        pass
    making = 2 * (time.process_time() - start)  # they are read twice: for the nodes, then for the edges
    seconds, memory = measured(lambda: write(claims, options, path))
    return seconds - making, memory


def write(claims: Claims, options: GraphOptions, path: Path) -> None:
    """Stream the claims to a file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(gexf_lines(project(claims, ARTICLES, options), options))


def theirs(count: int, path: Path) -> tuple[float, float]:
    """The same for networkx, its graph made beforehand."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    names = [name for name, _ in EDGE_COLUMNS]
    drawn = project(Claims(count), ARTICLES, GraphOptions())
    graph.add_nodes_from((node.entity.id, {"label": node.entity.label("en")}) for node in drawn.nodes)
    for edge in drawn.edges():
        columns = dict(zip(names, edge_row(edge), strict=True))
        graph.add_edge(edge.source, edge.target, edge.id, id=edge.id, label=edge.label, weight=edge.weight, **columns)
    return measured(lambda: nx.write_gexf(graph, path, version="1.3"))


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Processor seconds of the work, which a busy machine does not stretch, and by how many MB it raised the peak."""
    before, start = peak(), time.process_time()
    work()
    return time.process_time() - start, peak() - before


def peak() -> float:
    """The process's greatest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(work: Callable[[int, Path], tuple[float, float]], count: int, path: Path) -> tuple[float, float]:
    """The work's figures from a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (count, path))


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EDGES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.gexf"
        mine, other = apart(ours, count, path), apart(theirs, count, path)
    print(f"{count:,} edges   processor s   extra MB")
    for name, (seconds, memory) in (("aikg", mine), ("networkx", other)):
        print(f"{name:14} {seconds:11.1f} {memory:10.0f}")
    print(f"networkx / aikg: {other[0] / mine[0]:.1f} times the time")


if __name__ == "__main__":
    main()
