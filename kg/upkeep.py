"""Backups as gzipped N-Quads that any backend can restore, and the rebuilding of a folder (RDF 1.1 N-Quads)."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO

import ontology
from kg.background import prepare, stored_format
from kg.errors import InputError, Nonconforming, StoreError
from kg.namespaces import ARTICLE, KG_ONTOLOGY_VERSION, META_GRAPH
from kg.oxigraph import parse_quads
from kg.store import Store, open_store
from kg.store_oxigraph import fill_folder, open_memory, open_writer
from kg.terms import Iri, nquad, text
from kg.validate import graph_faults, report
from ontology import Ontology


def backup(store: Store, target: Path) -> int:
    """Writes every graph to a file, whole or not at all; how many quads. Equal stores give equal bytes.

    Raises :class:`StoreError` where the file cannot be written.
    """
    new, count = target.with_name(f"{target.name}.new"), 0
    try:
        with new.open("wb") as file:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                for graph in store.graphs():
                    lines = sorted(map(nquad, store.quads(graph)))
                    packed.writelines(f"{line}\n".encode() for line in lines)
                    count += len(lines)
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return count


def restore(source: Path, location: Path, onto: Ontology | None = None) -> None:
    """Makes a new folder of a backup, whole or not at all, and brings it to this version.

    Raises :class:`StoreError` where there is something already, :class:`StoreTooNew` for a backup of a later version,
    :class:`InputError` for a file that is none or is cut off, :class:`Nonconforming` for an article of this very version
    that breaks the shapes (those of another are read again by ``kg ingest``).
    """
    if location.exists():
        raise StoreError(f"{location} exists; a backup is restored to a new place")
    new = location.with_name(f"{location.name}.restoring")
    shutil.rmtree(new, ignore_errors=True)
    onto = onto or ontology.load()
    _check(source, onto)
    try:
        with _unpacked(source) as content:
            fill_folder(new, content)
        open_store(new, onto=onto).close()
        new.rename(location)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def restore_into(source: Path, store: Store, onto: Ontology | None = None) -> None:
    """The same into an open store of any kind, graph by graph; graphs that the backup does not have stay.

    The file is read to its end first, so that nothing is written of one that is cut off or of a later version.
    """
    onto = onto or ontology.load()
    _check(source, onto)
    with _unpacked(source) as content:
        for graph, quads in groupby(parse_quads(content), attrgetter("graph")):
            store.replace(graph, quads)
    prepare(store, onto)
    store.flush()


def _check(source: Path, onto: Ontology) -> None:
    """Reads a backup to its end, graph by graph, before anything is written of it."""
    seen: set[Iri | None] = set()
    wrong = ""  # a graph in pieces is the graver fault, and makes this one
    with _unpacked(source) as content, open_memory() as versions:
        for graph, group in groupby(parse_quads(content), attrgetter("graph")):
            if graph in seen:
                raise InputError(f"{source} has the quads of {graph} in several places; a backup has each graph in one piece")
            seen.add(graph)
            quads = list(group)
            if graph == META_GRAPH:
                versions.replace(META_GRAPH, quads)
            current = any(q.predicate == KG_ONTOLOGY_VERSION and q.object == text(onto.version) for q in quads)
            if current and not wrong and graph.startswith(ARTICLE) and (faults := graph_faults(quads, onto)):
                wrong = report(graph.removeprefix(ARTICLE), faults)
        stored_format(versions)
    if wrong:
        raise Nonconforming(wrong)


def compact(location: Path, wait: float = 0.0) -> None:
    """Rebuilds a folder's database without what retracted articles and killed loads left; readers go on.

    Raises :class:`StoreLocked` where another process still writes after ``wait`` seconds, :class:`StoreTooNew` for a later
    version's store.
    """
    with open_writer(location, wait) as store:
        stored_format(store)
        store.compact()


def size(location: Path) -> int:
    """Bytes on disk below a folder; what has two names (the files of a published state) counts once."""
    found: dict[int, int] = {}
    for path in location.rglob("*"):
        with suppress(FileNotFoundError):  # somebody writes or reads there
            state = path.lstat()
            found[state.st_ino] = state.st_blocks * 512
    return sum(found.values())


@contextmanager
def _unpacked(source: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(source) as content:
            yield content  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{source} is no whole backup: {error}") from None
    except OSError as error:
        raise StoreError(f"cannot restore {source}: {error.strerror or error}") from None
