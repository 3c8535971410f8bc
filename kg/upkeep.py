"""Backups as gzipped N-Quads that any backend can restore, and the rebuilding of a folder (RDF 1.1 N-Quads)."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO

import ontology
from kg.background import prepare
from kg.errors import InputError, StoreError
from kg.oxigraph import parse_quads
from kg.store import Store, open_store
from kg.store_oxigraph import fill_folder, open_writer
from kg.terms import nquad
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
    return count


def restore(source: Path, location: Path, onto: Ontology | None = None) -> None:
    """Makes a new folder of a backup, whole or not at all, and brings it to this version.

    Raises :class:`StoreError` where there is something already, :class:`StoreTooNew` for a backup of a later version,
    :class:`InputError` for a file that is none or is cut off.
    """
    if location.exists():
        raise StoreError(f"{location} exists; a backup is restored to a new place")
    new = location.with_name(f"{location.name}.restoring")
    shutil.rmtree(new, ignore_errors=True)
    try:
        with _unpacked(source) as content:
            fill_folder(new, content)
        open_store(new, onto=onto).close()
        new.rename(location)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def restore_into(source: Path, store: Store, onto: Ontology | None = None) -> None:
    """The same into an open store of any kind, graph by graph; graphs that the backup does not have stay."""
    with _unpacked(source) as content:
        for graph, quads in groupby(parse_quads(content), attrgetter("graph")):
            store.replace(graph, quads)
    prepare(store, onto or ontology.load())
    store.flush()


def compact(location: Path, wait: float = 0.0) -> None:
    """Rebuilds a folder's database without what retracted articles and killed loads left; readers go on.

    Raises :class:`StoreLocked` where another process still writes after ``wait`` seconds.
    """
    with open_writer(location, wait) as store:
        store.compact()


@contextmanager
def _unpacked(source: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(source) as content:
            yield content  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{source} is no whole backup: {error}") from None
    except OSError as error:
        raise StoreError(f"cannot restore {source}: {error.strerror or error}") from None
