"""Runs the HTTP face with uvicorn on a socket that is bound first, so that a taken port is one line, not a traceback."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import math
import os
import socket
import sys
from contextlib import suppress
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from api.http import create_app
from api.settings import Settings, keep_at_hand, share_metrics
from kg.errors import InputError

LOG = logging.getLogger("uvicorn.error")


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises :class:`InputError` where it is taken or not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"cannot listen on {host}: {error.strerror or error}") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # From here on clients wait instead of being refused, also before the service is ready.
        bound.listen()
    except OSError as error:
        bound.close()
        reason = f"{error.strerror or error}".lower()
        raise InputError(f"cannot listen on {host}, port {port}: {reason}; another port is chosen with --port") from error
    return bound


def loopback(host: str) -> bool:
    """Whether only this machine reaches the address.

    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose head must come, and whose answers must be taken, in time; a connection that does nothing is closed."""

    _waiting: asyncio.TimerHandle | None = None
    _head = 0  # bytes that came since a head began

    def __init__(self, *args: Any, patience: float, longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience, self._longest = patience, longest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(Joined(transport, self.loop))  # type: ignore[arg-type]
        self.on_message_begin()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come; a head without end is gathered in ever more time."""
        super().data_received(data)
        self._head += len(data)
        if self._waiting and self._head > self._longest and not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head = 0
        self._waiting = self._waiting or self.loop.call_later(self._patience, self.transport.abort)

    def on_headers_complete(self) -> None:
        """It is whole."""
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None
        super().on_headers_complete()

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
        self._ended("the client went away")
        super().connection_lost(exc)

    def _cut(self) -> None:
        self._ended("the client took too long")
        self.transport.abort()

    def _ended(self, outcome: str) -> None:
        """What the log tells of an answer that was not taken to its end, which the application is not told of."""
        if self.cycle and not self.cycle.response_complete:
            self.cycle.scope["state"].setdefault("told", {}).setdefault("outcome", outcome)


def config(settings: Settings, app: Any, **more: Any) -> uvicorn.Config:
    """How uvicorn serves an application."""
    return uvicorn.Config(
        app,
        http=partial(Protocol, patience=settings.deadline, longest=2 * settings.max_headers),  # type: ignore[arg-type]
        ws="none",
        access_log=False,
        server_header=False,
        limit_concurrency=settings.connections,
        timeout_graceful_shutdown=math.ceil(settings.grace),
        **more,
    )


def written(line: str) -> None:
    """Tells a line on standard error; the machinery of logging around it costs as much as a request's way through the door."""
    with suppress(AttributeError, OSError):  # where there is none, or nobody reads it any more
        sys.stderr.write(line + "\n")


def logged(settings: Settings) -> FastAPI:
    """The application, whose requests are told on standard error, a JSON object a line; where there is none, nothing is."""
    app = create_app(settings, written)
    with suppress(AttributeError, OSError):  # where the system has it
        # Whoever is woken then waits for its turn: work that goes to and fro finds caches warm, and more of it is done at once.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    gc.freeze()  # what is here stays, and need not be looked through
    return app


def serve(settings: Settings) -> None:
    """Serve until interrupted. The store is opened before the port is, so that neither fault leaves the other behind."""
    keep_at_hand()
    if settings.workers > 1:
        settings.open(read_only=True).close()
        made: Any = partial(logged, settings)
    else:
        made = logged(settings)
    with listen(settings.host, settings.port) as bound, TemporaryDirectory(prefix="kg-metrics-") as folder:
        port = bound.getsockname()[1]
        if not loopback(settings.host):
            LOG.warning("listening on %s: other machines reach this; put TLS in front", settings.host)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        configured = config(settings, made, factory=settings.workers > 1, workers=settings.workers)
        LOG.info("serving %s on http://%s:%d/", settings.store, host, port)
        if settings.workers == 1:
            uvicorn.Server(configured).run(sockets=[bound])
        else:
            share_metrics(folder)
            Multiprocess(configured, sockets=[bound]).run()
