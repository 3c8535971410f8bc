"""What runs in processes of its own (``api/processes.py``), because strangers wrote what it evaluates and parses."""

from __future__ import annotations

import ctypes
import os
import re
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from kg.errors import InputError, QuerySyntaxError
from kg.sparql import check_depth
from kg.store import Store, open_store
from kg.terms import Iri, nt

if TYPE_CHECKING:
    from kg.store_remote import Endpoint  # which loads what folders do not need

Place: TypeAlias = "str | Endpoint"
"""Where the store is."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NICE = 5
# What a row of each format begins or ends with; none of them can stand in a quoted text.
ROWS = {
    "json": rb'"bindings":\[\{|\},\{"',
    "xml": rb"<result>",
    "tsv": rb"\n",
    "csv": rb"\n",
    "ntriples": rb"\n",
    "nquads": rb"\n",
}
HEADED = ("tsv", "csv")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take: memory, processor seconds, bytes and rows of answer, brackets in brackets."""

    memory: int
    seconds: float
    answer: int
    rows: int
    depth: int


class Bounded(BytesIO):
    """Bytes in memory, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._room = limit

    def write(self, data: object, /) -> int:
        """Raises :class:`InputError` where the limit is passed."""
        written = super().write(data)  # type: ignore[arg-type]
        self._room -= written
        if self._room < 0:
            raise InputError("the answer is larger than this server sends; add a LIMIT")
        return written


@cache
def cut_off(network: bool) -> None:
    """Take the network from this process for good, where the system lets it; a store on a server needs it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    if not network:
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET):
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def confine(place: Place, limits: Limits) -> None:
    """The kernel ends this process where the work takes more, whatever becomes of its parent."""
    cut_off(not isinstance(place, str))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.seconds) + 2
    for what, much in ((resource.RLIMIT_DATA, limits.memory), (resource.RLIMIT_CPU, seconds)):
        resource.setrlimit(what, (much, resource.getrlimit(what)[1]))


@cache
def reading(place: Place) -> Store:
    """The store of this process, which only reads."""
    if isinstance(place, str):
        return open_store(place, read_only=True)
    return open_store(read_only=True, endpoint=place)


def ready(place: Place, limits: Limits) -> None:
    """Open the store, so that the first query need not wait for it."""
    confine(place, limits)
    reading(place)


def query(
    place: Place, limits: Limits, sparql: str, base: str, default: Sequence[str], named: Sequence[str], wanted: Sequence[str]
) -> tuple[str, bytes, int]:
    """The format that was chosen (the first wanted that fits the kind of query, else none), the answer, and its rows."""
    check_depth(sparql, limits.depth)
    confine(place, limits)
    store = reading(place)
    store.refresh()
    try:
        result = store.query(sparql, default_graphs=default, named_graphs=named)
    except QuerySyntaxError as error:
        if "is not an IRI" not in str(error):
            raise
        result = store.query(f"BASE {nt(Iri(base))} {sparql}", default_graphs=default, named_graphs=named)
    chosen = next((name for name in wanted if name in result.formats), "")
    if not chosen:
        return result.formats[0], b"", -1
    output = Bounded(limits.answer)
    try:
        result.write(output, chosen)
    except MemoryError:
        raise InputError("the query needs more memory than this server gives it") from None
    content = output.getvalue()
    rows = len(re.findall(ROWS[chosen], content)) - (chosen in HEADED) if chosen in ROWS else 0
    if rows > limits.rows:
        raise InputError(f"the answer has {rows:,} rows, more than the {limits.rows:,} that this server sends; add a LIMIT")
    return chosen, content, rows
