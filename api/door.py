"""What every request passes before and after its route: limits, headers, one line in the log, metrics (ASGI)."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import perf_counter, time
from typing import Any

from anyio import fail_after
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics, pages
from api.problems import problem
from api.settings import Settings

LOG = logging.getLogger("kg.requests")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
GUARD = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
UPLOADS = ("/rdf-graph-store", "/update", "/articles", "/add")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PIECE = 65_536
BURST, CLIENTS = 10, 10_000


class SlowReader(Exception):
    """A client does not take what it asked for."""


class Rates:
    """A bucket of tokens for each client: ``rate`` drop in every second, up to ``BURST`` times as many lie there."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """Takes a token; else the seconds until there is one."""
        if not self._rate:
            return 0
        left, then = self._left.pop(client, (self._rate * BURST, now))
        left = min(self._rate * BURST, left + (now - then) * self._rate)
        self._left[client] = (max(0, left - 1) if left >= 1 else left, now)
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return 0 if left >= 1 else (1 - left) / self._rate


class Door:
    """Keeps one client from taking what others need, whatever it sends and however slowly."""

    def __init__(self, app: ASGIApp, settings: Settings, router: Router) -> None:
        self._app = app
        self._settings = settings
        self._router = router
        self._rates = Rates(settings.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        inner = dict(scope, state=scope.get("state", {}), method="GET" if scope["method"] == "HEAD" else scope["method"])
        told: dict[str, Any] = {"status": 500, "bytes": 0}
        metrics.RUNNING.inc()
        try:
            app = self._refusal(inner) or self._app
            await app(inner, self._timely(inner, receive), self._guarded(told, send))
        except (SlowReader, ClientDisconnect) as gone:  # the answer stays incomplete, so uvicorn closes the connection
            told["outcome"] = type(gone).__name__
        finally:
            metrics.RUNNING.dec()
            self._tell(scope, inner, told, perf_counter() - started)

    def _refusal(self, scope: Scope) -> Callable[[Scope, Receive, Send], Awaitable[None]] | None:
        request = Request(scope)
        client = scope["client"][0] if scope.get("client") else ""
        if wait := self._rates.wait(client, perf_counter()):
            detail = f"more than {self._settings.rate:g} requests a second from one client"
            return problem(request, 429, "", detail, {"Retry-After": str(math.ceil(wait))})
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > (most := self._most(scope)):
            return problem(request, 413, "", f"the body is larger than {most:,} bytes")
        if scope["method"] == "OPTIONS" and "access-control-request-method" not in request.headers:
            return self._options(request)
        address = pages.without_gaps(request)
        return RedirectResponse(address, 303) if address else None

    def _options(self, request: Request) -> Callable[[Scope, Receive, Send], Awaitable[None]] | None:
        routes, scope = self._router.routes, request.scope
        allow = {m for m in METHODS if any(route.matches({**scope, "method": m})[0] is Match.FULL for route in routes)}
        if not allow:
            return None
        allow |= {"OPTIONS"} | ({"HEAD"} if "GET" in allow else set())
        return Response(status_code=204, headers={"Allow": ", ".join(sorted(allow))})

    def _most(self, scope: Scope) -> int:
        return self._settings.max_upload if scope["path"].startswith(UPLOADS) else self._settings.max_body

    def _timely(self, scope: Scope, receive: Receive) -> Receive:
        """The body, which must come within the deadline and may not be too large."""
        left, end, more = self._most(scope), perf_counter() + self._settings.deadline, True

        async def timely() -> Message:
            nonlocal left, more
            if not more:
                return await receive()
            try:
                with fail_after(max(0.0, end - perf_counter())):
                    message = await receive()
            except TimeoutError:
                detail = f"the request did not come within {self._settings.deadline:g} seconds"
                raise HTTPException(408, detail, {"Connection": "close"}) from None
            left -= len(message.get("body", b""))
            more = message.get("more_body", False)
            if left < 0:
                raise HTTPException(413, f"the body is larger than {self._most(scope):,} bytes")
            return message

        return timely

    def _guarded(self, told: dict[str, Any], send: Send) -> Send:
        """Sends in pieces that a client must take one after another, and adds what keeps browsers from running articles."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                names = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in GUARD if header[0] not in names)]
                await send(message)
                return
            body: bytes = message.get("body", b"")
            told["bytes"] += len(body)
            while len(body) > PIECE:
                await self._taken(send({"type": message["type"], "body": body[:PIECE], "more_body": True}))
                await asyncio.sleep(0)
                body = body[PIECE:]
            await self._taken(send({**message, "body": body}))

        return guarded

    async def _taken(self, sending: Awaitable[None]) -> None:
        try:
            with fail_after(self._settings.deadline):
                await sending
        except TimeoutError:
            raise SlowReader from None

    def _tell(self, outer: Scope, scope: Scope, told: dict[str, Any], seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        metrics.REQUESTS.labels(outer["method"], route, told["status"]).inc()
        metrics.SECONDS.labels(route).observe(seconds)
        if LOG.isEnabledFor(logging.INFO):
            client = scope["client"][0] if scope.get("client") else ""
            line = {"at": round(time(), 3), "client": client, "method": outer["method"], "path": scope["path"], **told}
            LOG.info(json.dumps(line | {"ms": round(seconds * 1000, 1)} | scope["state"].get("told", {}), ensure_ascii=False))
