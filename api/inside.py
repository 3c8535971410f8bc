"""What runs in processes of its own (``api/processes.py``), because strangers wrote what it evaluates and parses."""

from __future__ import annotations

import ctypes
import math
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kg.errors import InputError, KgError, QuerySyntaxError
from kg.sparql import check_depth
from kg.store import Result, Store, open_store
from kg.terms import Iri, Term, nt

if TYPE_CHECKING:
    from kg.store_remote import Endpoint  # which loads what folders do not need

Place: TypeAlias = "str | Endpoint"
"""Where the store is."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIZE = 4
"""Bytes that say how long a message is."""

HELD = 1_000_000
"""Bytes of an answer that are kept back: a fault that shows among them is still told by the status."""

LONG, BEHIND = 0.05, 10
"""Processor seconds after which queries go behind other work, and how many steps; memory is given back to the system then."""

# What stands once in each row and never in a quoted text.
ROWS = {
    "json": (b'"bindings":[{', b'},{"'),
    "xml": (b"<result>",),
    "tsv": (b"\n",),
    "csv": (b"\n",),
    "ntriples": (b"\n",),
    "nquads": (b"\n",),
}
HEADED = ("tsv", "csv")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take: memory, processor seconds (or twice as many), bytes and rows of answer, brackets.

    ``behind`` is how many steps it goes behind other work where it is long.
    """

    memory: int
    seconds: float
    answer: int
    rows: int
    depth: int
    behind: int = BEHIND


class Part(NamedTuple):
    """A piece of an answer; ``rows`` are those up to its end, -1 where no wanted format fits the kind of query."""

    format: str
    content: bytes
    rows: int
    last: bool = True


Tell: TypeAlias = Callable[[Part], None]


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


class Outlet(BytesIO):
    """An answer on its way out: what is more than ``HELD`` goes at once, and nothing that passes the limits."""

    def __init__(self, limits: Limits, format: str, tell: Tell) -> None:
        super().__init__()
        self._limits, self._format, self._tell = limits, format, tell
        self._gone, self._before, self._rows = 0, b"", -(format in HEADED)

    def write(self, data: Any, /) -> int:
        """Raises :class:`InputError` where the answer gets too large."""
        written = super().write(data)
        if self.tell() > HELD:
            self._tell(self.part(last=False))
            self.seek(0)
            self.truncate()
        return written

    def part(self, *, last: bool = True) -> Part:
        """What has not gone yet. Raises :class:`InputError` where the answer is too large with it."""
        content = self.getvalue()
        for mark in ROWS.get(self._format, ()):
            self._rows += (self._before[len(self._before) - len(mark) + 1 :] + content).count(mark)
        self._before, self._gone = content[-16:], self._gone + len(content)
        if self._gone > self._limits.answer:
            raise InputError("the answer is larger than this server sends; add a LIMIT")
        if self._rows > self._limits.rows:
            raise InputError(f"the answer has more than the {self._limits.rows:,} rows that this server sends; add a LIMIT")
        return Part(self._format, content, max(0, self._rows), last)


def cut_off(network: bool) -> bool:
    """Take the network from this process for good, unless a store on a server needs it; whether the system let it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if network or unshare is None:  # Linux alone has it
        return False
    return not (unshare(CLONE_NEWNET) and unshare(CLONE_NEWUSER | CLONE_NEWNET))


def held() -> int:
    """Bytes of memory that this process has, most of them shared with what it was forked from; 0 where nobody knows."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    return 0


def confine(what: int, much: float, most: float = math.inf) -> None:
    """The kernel ends this process where it takes more, whatever becomes of its parent; it may raise that to ``most``."""
    hard = resource.getrlimit(what)[1]
    hard = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(what, (int(min(much, hard)), int(min(most, hard))))


def alone(memory: int, seconds: float, network: bool) -> None:
    """Confines this process, which is going to read what a stranger wrote and is no worker (``api/routes/writing.py``)."""
    cut_off(network)
    confine(resource.RLIMIT_DATA, memory, memory)
    confine(resource.RLIMIT_CPU, seconds, seconds + 1)  # the first ends it, the second also where it does not want to


@cache
def reading(place: Place) -> Store:
    """The store of this process, which only reads."""
    if isinstance(place, str):
        return open_store(place, read_only=True)
    return open_store(read_only=True, endpoint=place)


def serve(
    channel: socket.socket, place: Place, limits: Limits, nicer: int = 0, first: Callable[..., object] | None = None
) -> None:
    """Does what is asked through the channel, one piece of work after another, until its other end closes.

    It gets ready so many steps ``nicer``, with ``first`` as the last thing, and says what went wrong then.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cut_off(not isinstance(place, str))
    confine(resource.RLIMIT_DATA, much := held() + limits.memory, much)
    ended, long = threading.Event(), threading.Event()

    def tell(value: object, last: bool = False) -> None:
        content = pickle.dumps((last, value), pickle.HIGHEST_PROTOCOL)
        channel.sendall(len(content).to_bytes(SIZE, "big") + content)

    def until_one_is_long() -> None:
        ended.set()
        long.clear()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})  # so that it interrupts the thread that waits
        seconds = 0.0
        with suppress(EOFError, ConnectionError):
            while not long.is_set():
                work, streams, arguments = pickle.load(asked)
                if (used := time.process_time() + limits.seconds) > seconds:  # not at each short one
                    confine(resource.RLIMIT_CPU, seconds := used + limits.seconds + 2)  # nor a hard one: it is raised again
                signal.setitimer(signal.ITIMER_PROF, LONG)
                tell(_done(work, place, limits, *((tell,) if streams else ()), *arguments), True)
            ended.clear()

    def lower(*_: object) -> None:
        long.set()
        with suppress(OSError):
            for thread in {*map(int, os.listdir("/proc/self/task"))} - {os.getpid()}:  # noqa: PTH208 - names, not paths
                behind(limits.behind, thread)

    signal.signal(signal.SIGPROF, lower)
    wrong: list[object] = []
    begins = threading.Thread(target=lambda: wrong.append(_done(_ready, place, limits, nicer, first)))
    begins.start()
    begins.join()
    with suppress(ConnectionError), open(channel.fileno(), "rb", closefd=False) as asked:
        tell(wrong[0])
        while not ended.is_set():  # each thread that did long work is followed by another: raising a priority is a privilege
            one = threading.Thread(target=until_one_is_long)
            one.start()
            one.join()
            if sys.platform == "linux":
                ctypes.CDLL(None).malloc_trim(0)


def behind(steps: int, thread: int = 0) -> None:
    """Puts a thread, this one or another, so many steps behind the process's main one, where a system has them apart."""
    if steps and sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, thread, min(os.getpriority(os.PRIO_PROCESS, os.getpid()) + steps, 19))


def _ready(place: Place, limits: Limits, nicer: int, first: Callable[..., object] | None) -> None:
    behind(nicer)
    with suppress(KgError):  # the first query says so
        reading(place)
    if first:
        first(place, limits)


def _done(work: Callable[..., object], *arguments: object) -> object:
    """What comes out, be it an error."""
    try:
        return work(*arguments)
    except KgError as error:
        return error.with_traceback(None)
    except MemoryError:
        return InputError("the query needs more memory than this server gives it")
    except Exception as error:  # noqa: BLE001 - raised again by who asked
        error.add_note(traceback.format_exc())
        return error


def query(
    place: Place,
    limits: Limits,
    tell: Tell,
    sparql: str,
    base: str,
    default: Sequence[str],
    named: Sequence[str],
    wanted: Sequence[str],
) -> Part:
    """The last part of the answer in the first wanted format that fits the kind of query; those before it are told."""
    result = _answer(place, limits, sparql, base, default, named)
    chosen = next((name for name in wanted if name in result.formats), "")
    if not chosen:
        return Part(result.formats[0], b"", -1)
    outlet = Outlet(limits, chosen, tell)
    result.write(outlet, chosen)
    return outlet.part()


def shown(place: Place, limits: Limits, sparql: str, base: str, most: int) -> dict[str, Any]:
    """What a page shows of an answer: ``boolean``, ``graph`` in Turtle, or ``variables`` and no more than so many ``rows``."""
    result = _answer(place, limits, sparql, base)
    if result.boolean is not None:
        return {"boolean": result.boolean}
    if result.variables:
        return {"variables": result.variables, "rows": _small(islice(result.rows(), most))}
    output = Bounded(HELD)
    result.write(output, "turtle")
    return {"graph": output.getvalue().decode()}


def _small(rows: Iterable[tuple[Term | None, ...]]) -> list[tuple[Term | None, ...]]:
    kept, size = list[tuple[Term | None, ...]](), 0
    for row in rows:
        size += sum(map(len, filter(None, map(str, row))))
        if size > HELD:
            raise InputError(f"the answer has more than the {HELD:,} characters that a page shows; add a LIMIT or take a file")
        kept.append(row)
    return kept


def _answer(
    place: Place, limits: Limits, sparql: str, base: str, default: Sequence[str] = (), named: Sequence[str] = ()
) -> Result:
    check_depth(sparql, limits.depth)
    store = reading(place)
    store.refresh()
    try:
        return store.query(sparql, default_graphs=default, named_graphs=named)
    except QuerySyntaxError as error:
        if not base or "is not an IRI" not in str(error):
            raise
        return store.query(f"BASE {nt(Iri(base))} {sparql}", default_graphs=default, named_graphs=named)
