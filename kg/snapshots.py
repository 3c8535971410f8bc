"""The folder of an embedded store: the writer's database, and the checkpoints that readers open instead of it.

::

    store.json            {"format": 1}
    db/                   RocksDB, opened by one writer at a time
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

from kg.background import FORMAT
from kg.errors import StoreError, StoreMissing, StoreTooNew

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
    def database(self) -> Path:
        return self.root / "db"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    def check(self) -> None:
        """Raises :class:`StoreMissing`, :class:`StoreTooNew` or :class:`StoreError` unless this is a store we can open."""
        if not self.marker.is_file():
            raise StoreMissing(f"there is no store at {self.root}")
        try:
            found = int(json.loads(self.marker.read_text("utf-8"))["format"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{self.marker} is damaged: {error}") from None
        if found > FORMAT:
            raise StoreTooNew(f"the store at {self.root} has format {found}; this version reads up to {FORMAT}")

    def create(self) -> None:
        """Makes an empty folder a store. Raises :class:`StoreError` where it holds something else or cannot be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if any(entry.name != "store.json.new" for entry in self.root.iterdir()):
                raise StoreError(f"{self.root} is not empty and is no store")
            new = self.root / "store.json.new"
            new.write_text(json.dumps({"format": FORMAT}) + "\n", "utf-8")
            new.replace(self.marker)
        except OSError as error:
            raise StoreError(f"cannot make a store at {self.root}: {error.strerror or error}") from None

    def numbers(self) -> list[int]:
        """The numbers of the published snapshots, oldest first."""
        with suppress(FileNotFoundError):
            return sorted(int(entry.name) for entry in self.snapshots.iterdir() if entry.name.isdigit())
        return []

    def snapshot(self, number: int) -> Path:
        return self.snapshots / f"{number:08d}"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to read one snapshot, which is not cleaned away before ``release``."""

    number: int
    database: Path
    _handle: int

    def release(self) -> None:
        os.close(self._handle)


def lease(folder: Folder) -> Lease:
    """A lease on the newest snapshot. Raises :class:`StoreMissing` where none was published."""
    for number in reversed(folder.numbers()):
        path = folder.snapshot(number)
        try:
            handle = os.open(path / "lease", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # cleaned away just now, so there is a newer one
            return lease(folder)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        return Lease(number, path / "db", handle)
    raise StoreMissing(f"the store at {folder.root} has not published anything to read yet")


def next_place(folder: Folder) -> tuple[int, Path]:
    """The number of the next snapshot, and a folder in which to prepare it (see :func:`publish`)."""
    number = max(folder.numbers(), default=0) + 1
    place = folder.snapshots / "new"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "lease").touch()
    return number, place


def publish(folder: Folder, number: int, place: Path) -> None:
    """Lets readers see what was prepared, at once and as a whole, and removes old snapshots that nobody reads."""
    place.rename(folder.snapshot(number))
    for old in folder.numbers()[:-KEPT]:
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
