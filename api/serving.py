"""Runs the HTTP face with uvicorn on a socket that is bound first, so that a taken port is one line, not a traceback."""

from __future__ import annotations

import gc
import ipaddress
import logging
import math
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from api import inside
from api.door import Log, written
from api.http import create_app
from api.settings import Settings, keep_at_hand, share_metrics
from api.wire import Crowd, Protocol
from kg.errors import InputError

LOG = logging.getLogger("uvicorn.error")
FILES = 1_000
"""Files that a web process may have open beside connections."""


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


def confines() -> bool:
    """Whether a process can take the network from itself here; one tries, and ends."""
    if not (child := os.fork()):
        try:
            os._exit(not inside.cut_off(network=False))
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def config(settings: Settings, app: Any, log: Log = written, **more: Any) -> uvicorn.Config:
    """How uvicorn serves an application; ``log`` takes a line for what is no request."""
    limits = {"patience": settings.deadline, "longest": 2 * settings.max_headers, "crowd": Crowd(settings.connections)}
    return uvicorn.Config(
        app,
        http=partial(Protocol, **limits, log=log),  # type: ignore[arg-type]
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),  # else who comes from this machine says who he is
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=math.ceil(settings.grace),
        **more,
    )


def logged(settings: Settings) -> FastAPI:
    """The application, whose requests are told on standard error, a JSON object a line; where there is none, nothing is."""
    app = create_app(settings, written)
    with suppress(AttributeError, OSError):  # where the system has it
        # Whoever is woken then waits for its turn: work that goes to and fro finds caches warm, and more of it is done at once.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    gc.freeze()  # what is here stays, and need not be looked through
    return app


def beside(settings: Settings) -> FastAPI:
    """The same in one of several web processes, which ends, when what runs is answered, where who started it is gone."""
    if master := multiprocessing.parent_process():

        def follow() -> None:
            master.join()
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(settings.grace + settings.deadline)
            os._exit(1)  # where it hangs, or has yet to start

        threading.Thread(target=follow, daemon=True).start()
    return logged(settings)


def serve(settings: Settings) -> None:
    """Serve until interrupted. The store is opened before the port is, so that neither fault leaves the other behind."""
    keep_at_hand()
    with suppress(OSError, ValueError):  # of open files, each connection is one
        inside.confine(
            resource.RLIMIT_NOFILE, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 2 * settings.connections + FILES)
        )
    confined = bool(settings.endpoint()) or confines()  # before there are threads, which a fork leaves behind
    if settings.workers > 1:
        settings.open(read_only=True).close()
        made: Any = partial(beside, settings)
    else:
        made = logged(settings)
    with listen(settings.host, settings.port) as bound, TemporaryDirectory(prefix="kg-metrics-") as folder:
        port = bound.getsockname()[1]
        if not loopback(settings.host):
            LOG.warning("listening on %s: other machines reach this; put TLS in front", settings.host)
        if not confined:
            LOG.warning("the system does not let processes give up the network: a flaw in what evaluates queries could use it")
        if settings.workers > 1 and settings.rate:
            told = "KG_RATE holds for each of %d web processes: to all of them one client may send %g requests a second"
            LOG.warning(told, settings.workers, settings.rate * settings.workers)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        configured = config(settings, made, factory=settings.workers > 1, workers=settings.workers)
        LOG.info("serving %s on http://%s:%d/", settings.store, host, port)
        if settings.workers == 1:
            uvicorn.Server(configured).run(sockets=[bound])
        else:
            share_metrics(folder)
            Multiprocess(configured, sockets=[bound]).run()
