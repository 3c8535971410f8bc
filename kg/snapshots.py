"""The folder of an embedded store: the writer's database, and the checkpoints that readers open instead of it.

::

    store.json            {"format": 1, "database": "db"}
    writer.lock           locked by the one writer; not empty until it has published all that it wrote
    db/                   RocksDB
    snapshots/00000007/   a published checkpoint: db/ (hard links into the writer's files) and lease (locked by its readers)
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from weakref import finalize

from kg.background import FORMAT
from kg.errors import StoreError, StoreLocked, StoreMissing, StoreTooNew

KEPT = 2
"""How many of the newest snapshots are kept even if nobody reads them."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The places in a store's folder."""

    root: Path

    @property
    def marker(self) -> Path:
        return self.root / "store.json"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"

    def database(self) -> Path:
        """Where the writer's database is.

        Raises :class:`StoreMissing`, :class:`StoreTooNew` or :class:`StoreError` unless this is a store we can open.
        """
        if not self.marker.is_file():
            raise StoreMissing(f"there is no store at {self.root}")
        try:
            said = json.loads(self.marker.read_text("utf-8"))
            found, name = int(said["format"]), str(said.get("database", "db"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{self.marker} is damaged: {error}") from None
        if found > FORMAT:
            raise StoreTooNew(f"the store at {self.root} has format {found}; this version reads up to {FORMAT}")
        return self.root / Path(name).name

    def create(self) -> None:
        """Makes an empty folder a store. Raises :class:`StoreError` where it holds something else or cannot be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if any(entry.name != "store.json.new" for entry in self.root.iterdir()):
                raise StoreError(f"{self.root} is not empty and is no store")
            self.mark("db")
        except OSError as error:
            raise StoreError(f"cannot make a store at {self.root}: {error.strerror or error}") from None

    def mark(self, database: str) -> None:
        """Makes the folder a store of this format with that database, at once or not at all."""
        content = json.dumps({"format": FORMAT, "database": database}) + "\n"
        if self.marker.is_file() and self.marker.read_text("utf-8") == content:
            return
        new = self.root / "store.json.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.marker)

    def numbers(self) -> list[int]:
        """The numbers of the published snapshots, oldest first."""
        with suppress(OSError), os.scandir(self.snapshots) as found:
            return sorted(int(entry.name) for entry in found if entry.name.isdigit())
        return []

    def snapshot(self, number: int) -> Path:
        return self.snapshots / f"{number:08d}"


# --- the writer's lock


def lock(folder: Folder) -> int:
    """The right to write, until the handle is closed. Raises :class:`StoreLocked` where another has it."""
    try:
        handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise StoreError(f"cannot write to the store at {folder.root}: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if not isinstance(error, BlockingIOError):
            raise StoreError(f"cannot lock {folder.lock}: {error.strerror}") from None
        raise StoreLocked(f"another process is writing to {folder.root}; try again when it is done") from None
    return handle


def left_behind(folder: Folder) -> bool:
    """Whether some writer has begun and not yet finished; it may have been killed."""
    try:
        return folder.lock.stat().st_size > 0
    except OSError:
        return False


def settled(folder: Folder) -> int:
    """The number of the newest snapshot; 0 where there is none, or while there may be something that is not published."""
    return 0 if left_behind(folder) else max(folder.numbers(), default=0)


# --- snapshots


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Lease:
    """The right to read one snapshot, which is not cleaned away as long as somebody refers to this."""

    number: int
    database: Path


def lease(folder: Folder) -> Lease:
    """A lease on the newest snapshot. Raises :class:`StoreMissing` where none was published."""
    for number in reversed(folder.numbers()):
        path = folder.snapshot(number)
        try:
            handle = os.open(path / "lease", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            if path.exists():
                raise StoreError(f"{path} is damaged: {error.strerror}") from None
            return lease(folder)  # cleaned away just now, so there is a newer one
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        if (path / "lease").exists():
            held = Lease(number, path / "db")
            finalize(held, os.close, handle)
            return held
        os.close(handle)  # renamed to be cleaned away
        return lease(folder)
    raise StoreMissing(f"the store at {folder.root} has not published anything to read yet")


def check(folder: Folder) -> None:
    """Raises :class:`StoreError` where the newest snapshot could not be opened anew, though it may be open already."""
    folder.database()
    current = lease(folder).database / "CURRENT"
    try:
        current.read_bytes()
    except OSError as error:
        raise StoreError(f"the store at {folder.root} cannot be read: {current}: {error.strerror}") from None


def next_place(folder: Folder) -> tuple[int, Path]:
    """The number of the next snapshot, and a folder in which to prepare it (see :func:`publish`)."""
    number = max(folder.numbers(), default=0) + 1
    folder.snapshots.mkdir(exist_ok=True)
    for half_made in (entry for entry in folder.snapshots.iterdir() if not entry.name.isdigit()):
        shutil.rmtree(half_made, ignore_errors=True)
    place = folder.snapshots / "new"
    place.mkdir()
    (place / "lease").touch()
    return number, place


def publish(folder: Folder, number: int, place: Path, kept: int = KEPT) -> None:
    """Lets readers see what was prepared, at once and as a whole, and removes old snapshots that nobody reads."""
    place.rename(folder.snapshot(number))
    for old in folder.numbers()[:-kept]:
        _remove(folder.snapshot(old))


def _remove(snapshot: Path) -> None:
    try:
        handle = os.open(snapshot / "lease", os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            old = snapshot.with_name(f"old-{snapshot.name}")
            snapshot.rename(old)
        finally:
            os.close(handle)
    except OSError:  # someone reads it; the next publication tries again
        return
    shutil.rmtree(old, ignore_errors=True)
