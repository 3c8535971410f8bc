"""Runs the HTTP face with uvicorn on a socket that is bound first, so that a taken port is one line, not a traceback."""

from __future__ import annotations

import ipaddress
import logging
import socket

import uvicorn

from api.http import create_app
from api.settings import Settings
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


def serve(settings: Settings) -> None:
    """Serve until interrupted. The store is opened before the port is, so that neither fault leaves the other behind."""
    app = create_app(settings)
    with listen(settings.host, settings.port) as bound:
        server = uvicorn.Server(uvicorn.Config(app, log_level="info", access_log=False, server_header=False))
        port = bound.getsockname()[1]
        if not loopback(settings.host):
            LOG.warning("listening on %s: other machines reach this; put TLS in front", settings.host)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        LOG.info("serving %s on http://%s:%d/", settings.store, host, port)
        server.run(sockets=[bound])
