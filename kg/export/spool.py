"""Rows on disk between two readings of them, so that memory stays flat however many there are."""

from __future__ import annotations

import marshal
import os
from array import array
from collections.abc import Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, Generic, TypeVar
from weakref import finalize

Row = TypeVar("Row", bound=tuple[Any, ...])

BLOCK = 16
"""Rows of a part that are written and read at once."""

FORMAT = 2
"""Of marshal; the later ones look for what is there twice, which takes longer than it saves."""


class Spool(Generic[Row]):
    """Rows of text and numbers in a temporary file that goes away with this, in parts each of which is read by itself.

    Any number of threads may read it at once, when all is written.
    """

    def __init__(self, parts: int = 1) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with this
        finalize(self, self._file.close)
        self._waiting: list[list[Row]] = [[] for _ in range(parts)]
        self._places = [array("Q") for _ in range(parts)]

    def append(self, row: Row, part: int = 0) -> None:
        """Adds a row to a part, behind those that are in it."""
        waiting = self._waiting[part]
        waiting.append(row)
        if len(waiting) == BLOCK:
            start = self._file.tell()
            self._file.write(marshal.dumps(waiting, FORMAT))
            self._places[part].extend((start, self._file.tell()))
            waiting.clear()

    def __iter__(self) -> Iterator[Row]:
        """All rows, part by part."""
        return chain.from_iterable(map(self.rows, range(len(self._places))))

    def rows(self, part: int = 0) -> Iterator[Row]:
        """The rows of a part in the order they came in."""
        self._file.flush()
        places = iter(self._places[part])
        for start, end in zip(places, places, strict=True):
            yield from marshal.loads(os.pread(self._file.fileno(), end - start, start))
        yield from self._waiting[part]
