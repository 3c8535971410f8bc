"""The stores in memory and on disk, by Oxigraph (https://pyoxigraph.readthedocs.io)."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg import snapshots
from kg.background import check_format
from kg.errors import InputError, QuerySyntaxError, StoreError, StoreLocked, StoreMissing
from kg.namespaces import DEFAULT_GRAPH, PREFIXES
from kg.oxigraph import LONGEST_SYNTAX, SYNTAX, OxResult, from_ox_quad, n_quads, named, syntax_error, to_ox_quad
from kg.snapshots import Folder, Lease
from kg.sparql import check_graphs, check_query
from kg.store import Store, admitted, check_writable, replacing
from kg.terms import Iri, Quad

PUBLISH_EVERY = 0.5
"""Seconds between publications while writing goes on, so that readers are less than a second behind."""

MARKED = tuple((f"{name}:", name, iri) for name, iri in PREFIXES.items())
"""How a query that uses a prefix says it, the prefix, what it stands for."""

CHUNK = 200_000
"""How many quads are sorted in memory at a time when a database is filled."""


class OxigraphStore(Store):
    """A store over one pyoxigraph store (see :class:`kg.store.Store`)."""

    def __init__(self, inner: ox.Store, *, read_only: bool = False, generation: int = 0, lease: Lease | None = None) -> None:
        self._inner = inner
        self._lease = lease
        self.read_only = read_only
        self.generation = generation

    def replace(self, graph: str, quads: Iterable[Quad]) -> bool:
        new, old = admitted(self, graph, quads), set(self.quads(graph))
        if new == old:
            return False
        if old:
            self._write(lambda: self._inner.update(replacing({Iri(graph): sorted(new, key=str)})))
        else:  # a third of the time, and atomic too
            self._write(lambda: self._inner.extend(map(to_ox_quad, sorted(new, key=str))))
        return True

    def drop(self, graph: str) -> bool:
        check_writable(self)
        name = named(graph)
        if not self._inner.contains_named_graph(name):
            return False
        self._write(lambda: self._inner.remove_graph(name))
        return True

    def query(self, sparql: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> OxResult:
        said = check_query(sparql)
        default = [named(graph) for graph in default_graphs]
        given = bool(default or named_graphs)
        try:
            answer = self._inner.query(
                sparql,
                prefixes={name: iri for mark, name, iri in MARKED if mark in sparql},  # each costs as much as a pattern
                use_default_graph_as_union=not (given or said),
                default_graph=list(default) if given else None,
                named_graphs=[named(graph) for graph in named_graphs] if given else None,
            )
        except SyntaxError as error:
            raise syntax_error(error, sparql) from None
        except UnicodeEncodeError:
            raise QuerySyntaxError("SPARQL: a lone surrogate is no character") from None
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the query failed: {error}") from error
        if not given:  # those named beside a query may be missing, as the W3C's tests want
            check_graphs(said, lambda graph: graph == DEFAULT_GRAPH or self._inner.contains_named_graph(named(graph)))
        return OxResult(answer, self._lease)

    def update(self, sparql: str, before: int = 0) -> None:
        """Carries out a SPARQL update, whose author did not write so many lines at its top.

        Raises :class:`QuerySyntaxError`, or :class:`InputError` where it fails.
        """
        try:
            self._inner.update(sparql, prefixes=PREFIXES)
        except SyntaxError as error:
            found = SYNTAX.match(str(error.msg))
            where = f"error at {int(found[1]) - before}:{found[2]}" if found else str(error.msg)[:LONGEST_SYNTAX]
            raise QuerySyntaxError(f"SPARQL: {where}: does not parse as an update") from None
        except UnicodeEncodeError:
            raise QuerySyntaxError("SPARQL: a lone surrogate is no character") from None
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"the update failed: {error}") from error

    def same(self, other: OxigraphStore, graph: str) -> bool:
        """Whether both hold the same in that graph; two of one origin give their quads in one order."""
        pairs = (store._inner.quads_for_pattern(None, None, None, named(graph)) for store in (self, other))
        return all(one == two for one, two in zip_longest(*pairs))

    def graphs(self) -> tuple[Iri, ...]:
        return tuple(sorted(Iri(name.value) for name in self._inner.named_graphs()))

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        # A generator lets go of the engine's iterator at its end, which must not be dropped by another thread.
        inner, _held = self._inner, self._lease
        for name in self.graphs() if graph is None else (graph,):
            for quad in inner.quads_for_pattern(None, None, None, named(name)):
                yield from_ox_quad(quad)

    def flush(self) -> None:
        """Nothing in memory survives anyway."""

    def refresh(self) -> bool:
        return False

    def close(self) -> None:
        """Memory is freed when nobody refers to the store any more."""

    def _write(self, action: Callable[[], None]) -> None:
        try:
            action()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"nothing was written: {error}") from error
        self.generation += 1


class FolderWriter(OxigraphStore):
    """The one writer of a folder; it publishes what it wrote for readers (see ``kg/snapshots.py``)."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._handle = snapshots.lock(folder)
        try:
            database = folder.database()
            for other in folder.root.glob("db*"):  # of a compaction that was killed
                if other != database:
                    shutil.rmtree(other, ignore_errors=True)
            super().__init__(_opened(database))
            folder.mark(database.name)
            os.pwrite(self._handle, b"1", 0)
        except (OSError, StoreError) as error:
            os.close(self._handle)
            raise error if isinstance(error, StoreError) else StoreError(f"cannot write to {folder.root}: {error}") from None
        # A writer that was killed may have left something unpublished.
        self._unpublished = True
        self._published_at = -PUBLISH_EVERY
        # RocksDB can wait for ever when a checkpoint is made while another thread flushes.
        self._busy = threading.RLock()
        self._timer: threading.Timer | None = None

    def flush(self) -> None:
        with self._busy:
            self._sync()
            wait = self._published_at + PUBLISH_EVERY - time.monotonic()
            if self._unpublished and wait <= 0:
                self.publish()
            elif self._unpublished and not self._timer:
                self._timer = threading.Timer(wait, self._publish_late)
                self._timer.daemon = True
                self._timer.start()

    def publish(self, kept: int = snapshots.KEPT) -> None:
        """Lets readers see the present state, and removes all but so many older ones that nobody reads."""
        with self._busy:
            self._unpublished = False
            try:
                number, place = snapshots.next_place(self._folder)
                self._inner.backup(str(place / "db"))
                snapshots.publish(self._folder, number, place, kept)
            except (OSError, RuntimeError) as error:
                self._unpublished = True
                raise StoreError(f"cannot publish to {self._folder.snapshots}: {error}") from error
            self._published_at = time.monotonic()

    def close(self) -> None:
        if self.read_only:
            return
        try:
            with self._busy:
                self._sync()
                if self._unpublished:
                    self.publish()
                os.ftruncate(self._handle, 0)
        finally:
            # RocksDB lets go of its lock only when the last reference is gone.
            self._inner, self.read_only = ox.Store(), True
            os.close(self._handle)

    @contextmanager
    def trial(self) -> Iterator[OxigraphStore]:
        """A copy to try things on, by hard links; what is done to it is gone at the end."""
        place = self._folder.root / "db-trial"
        shutil.rmtree(place, ignore_errors=True)
        try:
            with self._busy:
                self._inner.backup(str(place))
            yield OxigraphStore(_opened(place))
        except OSError as error:
            raise StoreError(f"cannot write to {self._folder.root}: {error}") from error
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def replace_all(self, graphs: Mapping[Iri, Iterable[Quad]]) -> None:
        """Makes each of the graphs consist of exactly these quads, all in one transaction."""
        self._write(lambda: self._inner.update(replacing(graphs)))

    def compact(self) -> None:
        """Rebuilds the database without what deleted quads and killed loads left behind; being killed does no harm."""
        old = self._folder.database()
        new = old.with_name(f"db{int(old.name.removeprefix('db') or 1) + 1}")
        try:
            with self._busy:
                self._sync()
                _fill(new, iter(self._inner))
                self._folder.mark(new.name)
                self._inner = _opened(new)
                self.publish(kept=1)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            raise StoreError(f"cannot compact {self._folder.root}: {error}") from error

    def _publish_late(self) -> None:
        with self._busy, suppress(StoreError):  # the next flush or close says so
            self._timer = None
            if self._unpublished and not self.read_only:
                self.publish()

    def _sync(self) -> None:
        try:
            self._inner.flush()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"cannot write to {self._folder.root}: {error}") from error

    def _write(self, action: Callable[[], None]) -> None:
        with self._busy:
            super()._write(action)
            self._unpublished = True


class FolderReader(OxigraphStore):
    """A reader of a folder's newest published state; ``generation`` is that state's number."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        _publish_left_behind(folder)
        self._looked_at, self._seen = time.monotonic(), 0.0
        self._published = str(folder.snapshots)
        super().__init__(ox.Store(), read_only=True)
        self._move()

    def refresh(self) -> bool:
        if time.monotonic() > self._looked_at + PUBLISH_EVERY:
            self._looked_at = time.monotonic()
            _publish_left_behind(self._folder)
        try:
            written = os.stat(self._published).st_mtime  # noqa: PTH116 - at every query, and a path takes longer
        except OSError:
            return False
        if written == self._seen:
            return False
        self._seen = written if time.time() > written + PUBLISH_EVERY else 0.0  # clocks of files tick in milliseconds
        if max(self._folder.numbers(), default=0) <= self.generation:
            return False
        self._move()
        return True

    def view(self) -> OxigraphStore:
        return OxigraphStore(self._inner, read_only=True, generation=self.generation, lease=self._lease)

    def close(self) -> None:
        self._inner, self._lease = ox.Store(), None

    def _move(self) -> None:
        lease = snapshots.lease(self._folder)
        self._inner, self.generation, self._lease = _read_only(lease), lease.number, lease


def open_memory() -> OxigraphStore:
    """A new store that lives as long as the process."""
    return OxigraphStore(ox.Store())


def open_folder(path: Path, *, read_only: bool, create: bool, wait: float) -> OxigraphStore:
    """The store at a folder; errors as :func:`kg.store.open_store` says."""
    folder = Folder(path)
    if not read_only and create and not folder.marker.is_file():
        folder.create()
    folder.database()
    return FolderReader(folder) if read_only else open_writer(path, wait)


def open_writer(path: Path, wait: float = 0.0) -> FolderWriter:
    """The folder's one writer; raises :class:`StoreLocked` where another still writes after ``wait`` seconds."""
    folder = Folder(path)
    folder.database()
    deadline = time.monotonic() + wait
    while True:
        try:
            return FolderWriter(folder)
        except StoreLocked:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)


def fill_folder(path: Path, content: IO[bytes]) -> None:
    """Makes a new store of N-Quads. Raises :class:`InputError`, naming the line, for content that is none."""
    folder = Folder(path)
    folder.create()
    _fill(folder.database(), n_quads(content))


def _fill(database: Path, quads: Iterator[ox.Quad]) -> None:
    """A new database of the quads, in constant memory."""
    inner = ox.Store(str(database))
    while chunk := list(islice(quads, CHUNK)):
        inner.bulk_extend(chunk)
    inner.optimize()
    inner.flush()


def _publish_left_behind(folder: Folder) -> None:
    """Publishes what a writer wrote that was killed, unless another one writes already or nothing can be written."""
    if snapshots.left_behind(folder):
        with suppress(StoreError):
            FolderWriter(folder).close()


def _opened(database: Path) -> ox.Store:
    try:
        return ox.Store(str(database))
    except OSError as error:
        raise StoreError(f"cannot open the database {database}: {error}") from error


def _read_only(lease: Lease) -> ox.Store:
    try:
        inner = ox.Store.read_only(str(lease.database))
    except OSError as error:
        raise StoreMissing(f"the snapshot {lease.database} cannot be read: {error}") from error
    check_format(OxigraphStore(inner, read_only=True))
    return inner
