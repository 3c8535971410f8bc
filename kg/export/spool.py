"""Edges on disk between two readings of them, so that memory stays flat however many there are."""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Generic, TypeVar
from weakref import finalize

Row = TypeVar("Row", bound=tuple[Any, ...])

BATCH = 256
FORMAT = 2
"""Of marshal; the later ones look for what is there twice, which takes longer than it saves."""


class Spool(Generic[Row]):
    """Rows of text and numbers, kept in a temporary database that goes away with this; threads may read it in turn."""

    def __init__(self, make: Callable[[Iterable[Any]], Row]) -> None:
        """``make`` builds a row from its fields."""
        self._make = make
        self._table = sqlite3.connect("", check_same_thread=False)
        finalize(self, self._table.close)
        self._table.execute("CREATE TABLE kept (alike, rank, rows)")

    def fill(self, rows: Iterable[Row]) -> None:
        """Keep the rows."""
        tuples = map(tuple, rows)
        batches = iter(lambda: list(islice(tuples, BATCH)), [])
        self._table.executemany("INSERT INTO kept (rows) VALUES (?)", ((marshal.dumps(some, FORMAT),) for some in batches))

    def fill_sorted(self, rows: Iterable[tuple[str, float, Row]]) -> None:
        """Keep the rows, each with what those have in common that belong together, and its rank among them."""
        packed = ((alike, rank, marshal.dumps([tuple(row)], FORMAT)) for alike, rank, row in rows)
        self._table.executemany("INSERT INTO kept VALUES (?, ?, ?)", packed)

    def __iter__(self) -> Iterator[Row]:
        """The rows in the order they came in."""
        packed = map(itemgetter(0), self._table.execute("SELECT rows FROM kept"))
        for rows in map(marshal.loads, packed):
            yield from map(self._make, rows)

    def alike(self) -> Iterator[str]:
        """What rows have in common, each once."""
        return map(itemgetter(0), self._table.execute("SELECT DISTINCT alike FROM kept"))

    def groups(self) -> Iterator[Iterator[Row]]:
        """The rows that belong together, in the order of what they have in common; the least rank comes first."""
        found = self._table.execute("SELECT alike, rows FROM kept ORDER BY alike, rank, rowid")
        for _, group in groupby(found, itemgetter(0)):
            yield map(self._unpacked, group)

    def _unpacked(self, row: tuple[str, bytes]) -> Row:
        return self._make(marshal.loads(row[1])[0])
