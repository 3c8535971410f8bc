"""Loading and publishing, each backend side by side: quads a second, seconds to publish, and bytes on disk.

    python benchmarks/bench_store.py [ARTICLES] [QUADS]

A rate is that of ``kg.ingesting``: article after article, each checked and replaced in its own transaction, then acknowledged;
``bulk`` is what restoring a backup does. The servers are those of the tests; absent ones are left out. Publishing is
measured on a store of QUADS quads, one article changed before each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

from _pytest.outcomes import Skipped

import ontology
from kg import namespaces as ns
from kg.ingesting import ingest
from kg.model import Reading
from kg.rdf import quads
from kg.store import Store, open_store
from kg.store_oxigraph import FolderWriter, fill_folder, open_writer
from kg.terms import nquad
from kg.upkeep import size
from tests.readings import sample
from tests.servers import emptied, oxigraph, virtuoso

ONTO = replace(ontology.load(), entities={})


def readings(count: int) -> Iterator[Reading]:
    """That many articles of three claims each."""
    return (sample(f"a{n}") for n in range(count))


def megabytes(folder: Path) -> int:
    """What a folder takes on disk."""
    return size(folder) >> 20


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def acknowledged(store: Store, many: list[Reading]) -> float:
    """Seconds until all are acknowledged."""
    read = {reading.article.id: replace(reading, ontology=ONTO.version) for reading in many}
    given = [reading.article for reading in many]
    return timed(lambda: list(ingest(store, given, lambda article: read[article.id], extractor=many[0].extractor, onto=ONTO)))


def rates(articles: int, folder: Path) -> None:
    """How fast each backend acknowledges."""
    many = list(readings(articles))
    count = sum(1 for reading in many for _ in quads(reading, ()))
    with ExitStack() as stack:
        stores: dict[str, Callable[[], Store]] = {
            "memory": lambda: open_store(onto=ONTO),
            "folder": lambda: open_store(folder / "s", onto=ONTO),
        }
        for start in (oxigraph, virtuoso):
            (place := folder / start.__name__).mkdir()
            try:
                endpoint = emptied(stack.enter_context(start(place)))
            except Skipped as reason:
                print(f"{start.__name__}: {reason}")
                continue
            stores[start.__name__] = lambda endpoint=endpoint: open_store(endpoint=endpoint, onto=ONTO)  # type: ignore[misc]
        first = 0.0
        for name, opened in stores.items():
            with opened() as store:
                seconds = acknowledged(store, many)
            first = first or seconds
            on_disk = f"{megabytes(folder / ('s' if name == 'folder' else name))} MB" if name != "memory" else "-"
            rate = f"{count / seconds:10,.0f} quads/s {articles / seconds:8,.0f} articles/s"
            print(f"{name:10} {rate}   {seconds / first:5.1f} times the seconds of memory   {on_disk}")


def write_articles(path: Path, wanted: int) -> int:
    """A file of about that many quads of such articles; how many exactly."""
    one = "".join(f"{nquad(quad)}\n" for quad in quads(sample("a-one"), ()))
    each = one.count("\n")
    with path.open("w", encoding="utf-8") as file:
        file.writelines(one.replace("a-one", f"a{n}") for n in range(wanted // each))
    return wanted // each * each


def publishing(wanted: int, folder: Path) -> None:
    """How long readers' next state takes on a large store."""
    count = write_articles(folder / "large.nq", wanted)
    with (folder / "large.nq").open("rb") as content:
        seconds = timed(lambda: fill_folder(folder / "large", content))
    print(f"bulk       {count / seconds:10,.0f} quads/s, {count:,} quads, {megabytes(folder / 'large')} MB")
    with open_writer(folder / "large") as store:
        assert isinstance(store, FolderWriter)
        found = []
        for reading in readings(12):
            store.replace(ns.article_iri(reading.article.id), quads(replace(reading, extractor="2"), ()))
            store._sync()  # an article was acknowledged by then anyway
            found.append(timed(store.publish))
        print(f"publish    {median(found) * 1000:.0f} ms (most {max(found) * 1000:.0f} ms), {megabytes(folder / 'large')} MB")
        print(f"compact    {timed(store.compact):.0f} s, {megabytes(folder / 'large')} MB")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as place:
        rates(numbers[0] if numbers else 300, Path(place))
        publishing(numbers[1] if numbers[1:] else 2_500_000, Path(place))
