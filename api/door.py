"""What every request passes before and after its route: limits, headers, one line in the log, metrics (ASGI)."""

from __future__ import annotations

import json
import logging
import math
import re
import sys
from asyncio import sleep
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from time import perf_counter, time
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from anyio import fail_after
from fastapi import Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics, pages
from api.forms import FORM, sliced
from api.negotiate import packed
from api.problems import methods, problem
from api.settings import Settings
from api.turns import CLIENT, Pace, who

LOG = logging.getLogger("kg.requests")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
}
GUARD = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
PLAIN = [*GUARD, (b"vary", b"Accept-Encoding")]
UPLOADS = ("/rdf-graph-store", "/update", "/articles", "/add")
UNREAD = {"Connection": "close"}
"""With this the rest of a body is not read: the server would read it to its end to find the next request behind it."""

PIECE = 65_536
BURST, CLIENTS, AT_ONCE = 10, 10_000, 4


PATH = 2_000
"""Characters of a path that the log tells, and of an address that a page about a refusal reads (for its language)."""
GAP = re.compile(rb"=(?:[+\s]|%[02][09ad])*(?:&|$)", re.IGNORECASE)
"""An empty field of a form, perhaps."""

ESCAPED, ODD = re.compile(rb"%[0-9A-Fa-f]{2}"), 100
"""What stands for a character in an address, and how often % may stand for itself, which is slow to be found out."""

ENCODE = json.JSONEncoder(ensure_ascii=False).encode
CONTROL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What JSON may hold as it is, and ends a line, steers a terminal or turns the order of what is read."""

Log: TypeAlias = Callable[[str], object]


class Cut(Exception):
    """An answer that ends before its end; its connection is closed, so that nobody takes it for whole."""


@lru_cache(maxsize=1000)
def _measures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return metrics.REQUESTS.labels(method, route, status), metrics.SECONDS.labels(route)


def written(line: str) -> None:
    """Tells a line on standard error; the machinery of logging around it costs as much as a request's way through the door."""
    with suppress(AttributeError, OSError):  # where there is none, or nobody reads it any more
        sys.stderr.write(line + "\n")


def line_of(told: Mapping[str, Any]) -> str:
    r"""JSON that is one line for every reader.

    >>> print(line_of({"path": "/会\u2028社\x85"}))
    {"path": "/会\u2028社\u0085"}
    """
    line = ENCODE(told)
    return line if line.isascii() and "\x7f" not in line else CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", line)


def tell(log: Log, scope: Mapping[str, Any], route: str, told: dict[str, Any], seconds: float) -> None:
    """Counts a request and writes its line: what is ``told`` of it, at least its status, and how it ended."""
    counted, timed = _measures(scope["method"], route, told["status"])
    counted.inc()
    timed.observe(seconds)
    client = scope["client"][0] if scope.get("client") else ""
    line = {"at": round(time(), 3), "client": client, "method": scope["method"], "path": scope["path"][:PATH], **told}
    line["ms"] = round(seconds * 1000, 1)
    line.setdefault("outcome", "ok" if told["status"] < 400 else "refused" if told["status"] < 500 else "failed")
    log(line_of(line))


def asks(scope: Scope, text: str) -> dict[str, Any]:
    """Has the log tell the hash of a query, and what is put beside it; a client that has the query finds its lines."""
    told: dict[str, Any] = scope["state"].setdefault("told", {})
    told["query"] = sha256(text.encode(errors="replace")).hexdigest()[:16]
    return told


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


def _is(kind: str, scope: Scope) -> bool:
    """Whether the body is said to be of that media type."""
    return any(name == b"content-type" and value.lower().startswith(kind.encode()) for name, value in scope["headers"])


class Straight:
    """A route that is handed the request as it came: what lies between costs more than a short query does."""

    def __init__(self, route: APIRoute) -> None:
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; what fails before its answer begins is answered as the application does, a fault of ours raised then."""
        scope["route"] = self._route
        request = Request(scope, receive, send)
        try:
            answer = await self._route.endpoint(request)
        except (Cut, ClientDisconnect):
            raise
        except Exception as error:
            handlers: Mapping[Any, Any] = scope["app"].exception_handlers
            kind = next(kind for kind in type(error).__mro__ if kind in handlers)
            await (await handlers[kind](request, error))(scope, receive, send)
            if kind is Exception:
                raise
            return
        await answer(scope, receive, send)


class Door:
    """Keeps one client from taking what others need, whatever it sends and however slowly."""

    def __init__(
        self, app: ASGIApp, settings: Settings, router: Router, straight: Iterable[APIRoute] = (), log: Log | None = None
    ) -> None:
        """The routes in ``straight`` have no parameters that FastAPI reads and no dependencies; ``log`` takes the lines."""
        self._settings = settings
        self._log = log or LOG.info
        self._router = router
        self._rates = Rates(settings.rate)
        self._pace = Pace(AT_ONCE)
        self._fields = f"more than {settings.max_fields:,} fields"
        self._preflight = CORSMiddleware(app, allow_origins=["*"], allow_methods=["GET", "HEAD"])
        root = urlsplit(settings.base_url).path.rstrip("/")
        ways: dict[tuple[str, str], ASGIApp] = {
            (method, before + route.path): Straight(route)
            for route in straight
            for method in route.methods or ()
            for before in {"", root}
        }
        self._ways = {way: (each, GZipMiddleware(each, compresslevel=4)) for way, each in ways.items()}
        self._others = app, GZipMiddleware(app, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._others[0](scope, receive, send)
            return
        started = perf_counter()
        inner = dict(scope, state=scope.get("state", {}), method="GET" if scope["method"] == "HEAD" else scope["method"])
        told: dict[str, Any] = {"status": 0, "bytes": 0}
        CLIENT.set(who(scope["client"][0]) if scope.get("client") else "")
        metrics.RUNNING.inc()
        await self._pace.step(CLIENT.get())
        try:
            packs = scope["http_version"] == "1.1" and any(  # before it, there were no answers of unknown length
                name == b"accept-encoding" and packed(value) for name, value in scope["headers"]
            )
            app = self._refusal(inner) or self._ways.get((inner["method"], inner["path"]), self._others)[packs]
            await app(inner, self._timely(inner, receive), self._guarded(told, send, GUARD if packs else PLAIN))
        except (Cut, ClientDisconnect) as gone:  # the answer stays incomplete, so uvicorn closes the connection
            await self._pace.step(CLIENT.get())
            told |= {"status": told["status"] or 499, "outcome": str(gone) or "the client went away"}
        finally:
            metrics.RUNNING.dec()
            told |= {"status": told["status"] or 500, **inner["state"].get("told", {})}
            tell(self._log, scope, getattr(inner.get("route"), "path", "other"), told, perf_counter() - started)

    def _refusal(self, scope: Scope) -> Callable[[Scope, Receive, Send], Awaitable[None]] | None:
        bare = scope
        if len(scope["path"]) + len(scope["query_string"]) > PATH:  # a page that tells what is wrong does not read it
            bare = {**scope, "path": "/", "raw_path": b"/", "query_string": b""}
        if wait := self._rates.wait(CLIENT.get(), perf_counter()):
            detail = f"more than {self._settings.rate:g} requests a second from one client to this process"
            return problem(Request(bare), 429, "", detail, {"Retry-After": str(math.ceil(wait))})
        if wrong := self._wrong(scope):
            return problem(Request(bare), wrong[0], "", wrong[1], UNREAD)
        if scope["method"] == "OPTIONS":
            asks = "access-control-request-method" in Request(scope).headers
            return self._preflight if asks else self._options(Request(scope))
        filled = pages.without_gaps(Request(scope)) if GAP.search(scope["query_string"]) else ""
        return RedirectResponse(filled, 303) if filled else None

    def _wrong(self, scope: Scope) -> tuple[int, str] | None:
        """What is wrong with a request whatever it asks for: the status and what is to be said."""
        settings, headers = self._settings, scope["headers"]
        address = scope.get("raw_path", b"") + b"?" + scope["query_string"]
        codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
        length = next((value for name, value in headers if name == b"content-length"), b"")
        size, most, signs = sum(len(name) + len(value) for name, value in headers), self._most(scope), address.count(b"%")
        wrong: tuple[tuple[bool, int, str], ...] = (
            (size > settings.max_headers, 431, f"the headers are longer than {settings.max_headers:,} bytes"),
            (scope["http_version"] not in ("1.0", "1.1"), 505, "HTTP/1.1 is spoken here"),
            (codings not in ([], [b"chunked"]), 501, "of transfer codings, only chunked is known here"),
            (
                scope["http_version"] == "1.1" and sum(name == b"host" for name, _ in headers) != 1,
                400,
                "a request has exactly one header Host",
            ),
            (length.isdigit() and int(length) > most, 413, f"the body is larger than {most:,} bytes"),
            (len(address) > settings.max_headers // 2, 414, f"the address is longer than {settings.max_headers // 2:,} bytes"),
            (signs > ODD and len(ESCAPED.findall(address)) + ODD < signs, 400, f"more than {ODD} signs % that escape nothing"),
            (scope["query_string"].count(b"&") >= settings.max_fields, 400, self._fields),
        )
        return next(((status, detail) for fails, status, detail in wrong if fails), None)

    def _options(self, request: Request) -> Callable[[Scope, Receive, Send], Awaitable[None]] | None:
        allow = methods(self._router.routes, request.scope)
        return Response(status_code=204, headers={"Allow": allow}) if allow else None

    def _most(self, scope: Scope) -> int:
        large = scope["path"].startswith(UPLOADS) and not _is(FORM, scope)
        return self._settings.max_upload if large else self._settings.max_body

    def _timely(self, scope: Scope, receive: Receive) -> Receive:
        """The body, which must come within the deadline and may not be too large."""
        left, end, more = self._most(scope), perf_counter() + self._settings.deadline, True
        fields = self._settings.max_fields if _is(FORM, scope) else math.inf

        async def timely() -> Message:
            nonlocal left, fields, more
            if not more:
                return await receive()
            try:
                with fail_after(max(0.0, end - perf_counter())):
                    message = await receive()
            except TimeoutError:
                detail = f"the request did not come within {self._settings.deadline:g} seconds"
                raise HTTPException(408, detail, UNREAD) from None
            left -= len(message.get("body", b""))
            fields -= message.get("body", b"").count(b"&")
            more = message.get("more_body", False)
            if left < 0:
                raise HTTPException(413, f"the body is larger than {self._most(scope):,} bytes", UNREAD)
            if fields <= 0:
                raise HTTPException(400, self._fields, UNREAD)
            return message

        return sliced(timely) if _is("multipart/", scope) else timely

    def _guarded(self, told: dict[str, Any], send: Send, more: list[tuple[bytes, bytes]]) -> Send:
        """Sends in pieces that a client must take one after another, and adds what keeps browsers from running articles."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                names = {name for name, _ in message["headers"]} - {b"vary"}
                message["headers"] = [*message["headers"], *(header for header in more if header[0] not in names)]
                await send(message)
                return
            body: bytes = message.get("body", b"")
            told["bytes"] += len(body)
            last = max(0, len(body) - 1) // PIECE * PIECE
            for start in range(0, last, PIECE):  # never the rest in one: it would be copied for each piece
                await send({"type": message["type"], "body": body[start : start + PIECE], "more_body": True})
                await sleep(0)
                await self._pace.step(CLIENT.get())
            await send({**message, "body": body[last:]})

        return guarded
