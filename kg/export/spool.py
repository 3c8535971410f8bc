"""Rows on disk between two readings of them, so that memory stays flat however many there are."""

from __future__ import annotations

import marshal
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, Generic, TypeVar
from weakref import finalize

Row = TypeVar("Row", bound=tuple[Any, ...])

BLOCK = 256
FORMAT = 2
"""Of marshal; the later ones look for what is there twice, which takes longer than it saves."""

GRAIN = 16
"""Bytes that a block starts at a multiple of, so that the place of one in 64 GiB takes four bytes of memory."""


class Spool(Generic[Row]):
    """Rows of text and numbers in a temporary file that goes away with this; any number of threads may read it at once."""

    def __init__(self, make: Callable[[Iterable[Any]], Row], rows: Iterable[Row], block: int = BLOCK) -> None:
        """``make`` builds a row from its fields; rows are read in blocks of that many, so by number in blocks of one."""
        self._make = make
        self._file = TemporaryFile()  # noqa: SIM115 - closed with this
        finalize(self, self._file.close)
        self._starts = array("I", [0])
        tuples, at = map(tuple, rows), 0
        for some in iter(lambda: list(islice(tuples, block)), []) if block > 1 else ([row] for row in tuples):
            packed = marshal.dumps(some, FORMAT)
            length = -(-len(packed) // GRAIN)
            self._file.write(packed.ljust(length * GRAIN))
            self._starts.append(at := at + length)
        self._file.flush()

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order they came in."""
        for number in range(len(self._starts) - 1):
            yield from map(self._make, self._block(number))

    def row(self, number: int) -> Row:
        """The row of that number, from 0."""
        return self._make(self._block(number)[0])

    def _block(self, number: int) -> list[tuple[Any, ...]]:
        start, end = self._starts[number] * GRAIN, self._starts[number + 1] * GRAIN
        rows: list[tuple[Any, ...]] = marshal.loads(os.pread(self._file.fileno(), end - start, start))
        return rows
