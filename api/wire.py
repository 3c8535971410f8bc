"""HTTP on the wire as uvicorn speaks it, with clients who send slowly, without end or all at once (RFC 9112)."""

from __future__ import annotations

import asyncio
import json
from http.client import responses
from time import perf_counter
from typing import Any, NoReturn

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.door import HEADERS as GUARD
from api.door import Log, tell
from api.problems import MEDIA_TYPE

HEADERS, AT_ONCE = 200, 100
"""Headers that a request may have, and requests that may be sent before the answer to the first is there."""

CHUNKS, SMALL = 1_000, 64
"""Chunks of a body that may be of any size; further ones have that many bytes, on the average."""


class Joined:
    """A transport that sends an answer's head together with what follows: two writes wake a client twice."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop, self._head = transport, loop, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Sends it, a head at the latest when nothing else is to be done."""
        if not self._head and data.startswith(b"HTTP/"):
            self._head = data
            self._loop.call_soon(self._send)
        else:
            self._send(data)

    def close(self) -> None:
        """After all that was written."""
        self._send()
        self._transport.close()

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


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose head must come, and whose answers must be taken, in time; a connection that does nothing is closed."""

    _waiting: asyncio.TimerHandle | None = None
    _still = 0  # bytes that came and neither ended a head nor gave any of a body
    _pieces, _whole = 0, 0  # of a body, and its bytes
    _wrong = 400, "this is no HTTP/1.1 request"

    def __init__(self, *args: Any, patience: float, longest: int, most: int, log: Log, **kwargs: Any) -> None:
        """``patience`` is in seconds, ``longest`` in bytes of a head; there may be ``most`` connections."""
        super().__init__(*args, **kwargs)
        self._patience, self._longest, self._most, self._log = patience, longest, most, log

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come; where there are too many, the one goes that has been silent for longest."""
        super().connection_made(Joined(transport, self.loop))  # type: ignore[arg-type]
        self.on_message_begin()
        if len(self.connections) > self._most:
            others = (each for each in self.connections if isinstance(each, Protocol) and each.silent)
            longest = min(others, key=lambda each: each.began, default=self)
            longest.refuse(503, f"{self._most:,} connections are open already; try again later", "retry-after: 1\r\n")

    @property
    def silent(self) -> bool:
        """Whether the client has still to send what can be answered."""
        return not self.transport.is_closing() and (self._waiting is not None or self.timeout_keep_alive_task is not None)

    def data_received(self, data: bytes) -> None:
        """Some bytes have come; what is gathered without end takes ever more time."""
        self._unset_keepalive_if_required()
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
        self._still = 0
        super().on_message_complete()

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
        if self._waiting and self._still:
            self._tell(499, 0, "the client went away")
        self._waits(False)
        self._ended("the client went away")
        super().connection_lost(exc)

    def refuse(self, status: int, detail: str, more: str = "") -> None:
        """Answers what is no request, or none yet, unless another answer has begun, and closes the connection."""
        self._waits(False)
        if self.cycle and not self.cycle.response_complete:
            self._ended(detail)
        if not self.pipeline and (not self.cycle or self.cycle.response_complete or not self.cycle.response_started):
            content = bare(status, detail, more)
            self.transport.write(content)
            if not self.cycle or self.cycle.response_complete:
                self._tell(status, len(content), detail)
        self.transport.close()

    def _waits(self, for_head: bool) -> None:
        if self._waiting and not for_head:
            self._waiting.cancel()
            self._waiting = None
        elif for_head and not self._waiting:
            self._waiting = self.loop.call_later(self._patience, self._late)

    def _late(self) -> None:
        if self._still:
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

    def _ended(self, outcome: str) -> None:
        """What the log tells of an answer that was not taken to its end, which the application is not told of."""
        if self.cycle and not self.cycle.response_complete:
            self.cycle.scope["state"].setdefault("told", {}).setdefault("outcome", outcome)

    def _tell(self, status: int, size: int, outcome: str) -> None:
        scope = {"client": self.client, "method": "", "path": self.url[:1_000].decode("latin-1")}
        told = {"status": status, "bytes": size, "outcome": outcome}
        tell(self._log, scope, "other", told, perf_counter() - self.began)
