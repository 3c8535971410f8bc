"""HTTP on the wire as uvicorn speaks it, with clients who send slowly, without end or all at once (RFC 9112)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http.client import responses
from time import perf_counter
from typing import Any, NoReturn

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.door import HEADERS as GUARD
from api.door import Log, tell
from api.problems import MEDIA_TYPE
from api.turns import who

HEADERS, AT_ONCE = 200, 100
"""Headers that a request may have, and requests that may be sent before the answer to the first is there."""

CHUNKS, SMALL = 1_000, 64
"""Chunks of a body that may be of any size; further ones have that many bytes, on the average."""


LINGER, HEARD = 1.0, 100
"""Seconds for which a client is heard out after an answer that came before its request was whole, and how many that were to
give way are at a time."""


class Joined:
    """A transport that sends an answer's head together with what follows: two writes wake a client twice.

    ``unread`` says whether the client still sends what nobody reads. Closed then, the system would tell it of a reset, and it
    might never see the answer; so it is heard out for a while.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, unread: Callable[[], bool]) -> None:
        self._transport, self._loop, self._unread, self._head = transport, loop, unread, b""
        self.ending: asyncio.TimerHandle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Sends it, a head at the latest when nothing else is to be done."""
        if not self._head and data.startswith(b"HTTP/"):
            self._head = data
            self._loop.call_soon(self._send)
        else:
            self._send(data)

    def is_closing(self) -> bool:
        """Whether nothing more is to be sent."""
        return self.ending is not None or self._transport.is_closing()

    def close(self, *, hear: bool = False) -> None:
        """After all that was written; it may be wanted to ``hear`` the client out."""
        self._send()
        if self.ending or self._transport.is_closing() or not (hear or self._unread()):
            self._transport.close()
        else:
            self.ending = self._loop.call_later(LINGER, self._transport.close)
            self._transport.write_eof()
            self._transport.resume_reading()

    def forget(self) -> None:
        """It is closed."""
        if self.ending:
            self.ending.cancel()

    def _send(self, data: bytes = b"") -> None:
        whole, self._head = self._head + data, b""
        if whole:
            self._transport.write(whole)


def bare(status: int, detail: str, more: str) -> bytes:
    """A whole answer that says what is wrong (RFC 9457), with the lines of ``more`` in its head."""
    content = {"type": "about:blank", "title": responses[status], "status": status, "detail": detail}
    body = json.dumps(content).encode()
    headers = {"content-type": MEDIA_TYPE, "content-length": len(body), "connection": "close", **GUARD}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {responses[status]}\r\n{lines}{more}\r\n".encode() + body


class Crowd:
    """All connections, by the address of the client. Where there are too many, the client that has most gives one up."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: dict[str, dict[Protocol, None]] = {}
        self._parting: dict[Protocol, None] = {}

    def come(self, one: Protocol) -> Protocol | None:
        """There is another; which has to give way for it: the longest silent, or the newest, of those who have most."""
        self._open.setdefault(one.address, {})[one] = None
        if sum(map(len, self._open.values())) <= self.most:
            return None
        most = max(map(len, self._open.values()))
        theirs = [each for all_of_it in self._open.values() if len(all_of_it) == most for each in all_of_it]
        return min((each for each in theirs if each.silent), key=lambda each: each.began, default=theirs[-1])

    def part(self, one: Protocol) -> None:
        """One is only heard out; of many the first no longer."""
        self.go(one)
        self._parting[one] = None
        if len(self._parting) > HEARD:
            next(iter(self._parting)).transport.abort()

    def go(self, one: Protocol) -> None:
        """One is closed."""
        self._parting.pop(one, None)
        if (theirs := self._open.get(one.address)) and one in theirs:
            del theirs[one]
            if not theirs:
                del self._open[one.address]


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose head must come, and whose answers must be taken, in time; a connection that does nothing is closed."""

    _waiting: asyncio.TimerHandle | None = None
    _still = 0  # bytes that came and neither ended a head nor gave any of a body
    _pieces, _whole = 0, 0  # of a body, and its bytes
    _within = False  # a body
    _wrong = 400, "this is no HTTP/1.1 request"

    def __init__(self, *args: Any, patience: float, longest: int, crowd: Crowd, log: Log, **kwargs: Any) -> None:
        """``patience`` is in seconds, ``longest`` in bytes of a head; ``crowd`` has all connections."""
        super().__init__(*args, **kwargs)
        self._patience, self._longest, self._crowd, self._log = patience, longest, crowd, log

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come; where there are too many, one gives way."""
        self._joined = Joined(transport, self.loop, lambda: self._within)
        super().connection_made(self._joined)  # type: ignore[arg-type]
        self.on_message_begin()
        if one := self._crowd.come(self):
            one.give_way()

    @property
    def address(self) -> str:
        """Of the client."""
        return who(self.client[0]) if self.client else ""

    def give_way(self) -> None:
        """Makes room for another."""
        if self.transport.is_closing():
            self.transport.abort()  # it does not take its answer
        else:
            self.refuse(503, f"{self._crowd.most:,} connections are open already; try again later", "retry-after: 1\r\n")
            self._crowd.part(self)

    @property
    def silent(self) -> bool:
        """Whether the client has still to send something, or to take its last answer."""
        sends = self._within or self._waiting is not None or self.timeout_keep_alive_task is not None
        return sends or self.transport.is_closing()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come; what is gathered without end takes ever more time."""
        if self.transport.is_closing():
            return  # it is only heard out
        self._still += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # to nothing that is spoken here
        except httptools.HttpParserError:
            self.refuse(*self._wrong)
        if self._still > self._longest and not self.transport.is_closing():
            self.refuse(431, f"a head or what follows a body is longer than {self._longest:,} bytes")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._unset_keepalive_if_required()  # what comes and begins nothing leaves it
        self.began = perf_counter()
        self._pieces, self._whole = 0, 0
        self._waits(True)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of the head, or of what follows a body."""
        if len(self.headers) >= HEADERS:
            self._fail(431, f"more than {HEADERS} headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """It is whole."""
        self._waits(False)
        if len(self.pipeline) >= AT_ONCE:
            self._fail(400, f"more than {AT_ONCE} requests before the answer to the first")
        super().on_headers_complete()
        self._within = True
        self._still, self.headers = 0, []  # what comes behind a body is nothing that a route may take for a header

    def on_body(self, body: bytes) -> None:
        """Some of the body has come."""
        self._still, self._pieces, self._whole = 0, self._pieces + 1, self._whole + len(body)
        if self._pieces > CHUNKS + self._whole / SMALL:
            self._fail(400, f"more than {CHUNKS:,} chunks that have less than {SMALL} bytes")
        if self.cycle.response_complete or len(self.cycle.body) + len(body) > HIGH_WATER_LIMIT:
            super().on_body(body)
        else:
            self.cycle.body += body  # whoever reads it is not woken for each byte

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._still, self._within = 0, False
        super().on_message_complete()
        if self.cycle.response_complete and self._waiting:  # it was answered before
            self._waits(False)
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def on_response_complete(self) -> None:
        """An answer is; what has begun to come must come to its end in time, be it the rest of what was answered."""
        super().on_response_complete()
        if self._waiting or (self._within and self.cycle.response_complete):
            self._unset_keepalive_if_required()
            self._waits(not self.transport.is_closing())

    def pause_writing(self) -> None:
        """The client does not take what is sent."""
        super().pause_writing()
        self._full = self.loop.call_later(self._patience, self._cut)

    def resume_writing(self) -> None:
        """It has taken some."""
        super().resume_writing()
        self._full.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or is cut off."""
        self._crowd.go(self)
        self._joined.forget()
        if self._waiting and self._still and not self._within:
            self._tell(499, 0, "the client went away")
        self._waits(False)
        self._ended("the client went away")
        super().connection_lost(exc)

    def refuse(self, status: int, detail: str, more: str = "") -> None:
        """Answers what is no request, or none yet, unless another answer has begun, and closes the connection."""
        if self.transport.is_closing():
            return
        runs = self.cycle and not self.cycle.response_complete
        if not self.pipeline and not (runs and self.cycle.response_started):
            content = bare(status, detail, more)
            self.transport.write(content)
            if not runs:
                self._tell(status, len(content), detail)
            else:
                self._ended(detail, status)
        if runs:
            self._ended(detail)
            self.cycle.disconnected = True  # nobody waits for what comes of it
            self.cycle.message_event.set()
        self._joined.close(hear=True)
        self._waits(False)

    def _waits(self, for_head: bool) -> None:
        if self._waiting and not for_head:
            self._waiting.cancel()
            self._waiting = None
        elif for_head and not self._waiting:
            self._waiting = self.loop.call_later(self._patience, self._late)

    def _late(self) -> None:
        self._waiting = None
        if self._still and not self._within:
            self.refuse(408, f"the head did not come within {self._patience:g} seconds")
        else:
            self.transport.close()  # it was opened for later, as browsers do

    def _fail(self, status: int, detail: str) -> NoReturn:
        """Ends what the parser does; what is raised here stays in it."""
        self._wrong = status, detail
        raise ValueError(detail)

    def _cut(self) -> None:
        self._ended("the client took too long")
        self.transport.abort()

    def _ended(self, outcome: str, status: int = 0) -> None:
        """What the log tells of an answer that was not taken to its end, which the application is not told of."""
        if self.cycle and not self.cycle.response_complete:
            told = self.cycle.scope["state"].setdefault("told", {})
            told.setdefault("outcome", outcome)
            if status:
                told.setdefault("status", status)

    def _tell(self, status: int, size: int, outcome: str) -> None:
        scope = {"client": self.client, "method": "", "path": self.url[:1_000].decode("latin-1")}
        told = {"status": status, "bytes": size, "outcome": outcome}
        tell(self._log, scope, "other", told, perf_counter() - self.began)
