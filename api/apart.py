"""Pages, questions and lists made in processes of their own (``api/processes.py``): on a large store they may take long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import cached_property
from inspect import iscoroutinefunction
from tempfile import SpooledTemporaryFile
from typing import Any, TypeAlias

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute
from starlette.types import Message, Receive, Scope, Send

from api.door import asks
from api.inside import Limits, Place, reading
from api.processes import LESS, Processes, There
from api.settings import Settings

IN_MEMORY, CHUNK = 10_000_000, 65_536
SENT = ("http_version", "method", "scheme", "path", "raw_path", "root_path", "query_string", "headers", "client", "server")
NO_LESS = {"lang", "style", "offset", "limit", "file", "merge", "derived", "hops"}  # they leave as much to be read
ROWS = "kg-rows"
"""A header by which the other process has the log tell how many answers there are; it goes no further."""

Piece: TypeAlias = tuple[Message, bytes]
"""The head of an answer, and some of its body."""


class Apart(APIRoute):
    """A route whose endpoint is called in a process of its own, unless it is a coroutine."""

    whole = False
    """Whether it reads the whole graph, which may take longer than a page."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; in that process itself, which has no others, the call."""
        service = scope["app"].state.service
        whole = self.whole or b"file=" in scope["query_string"]
        processes: Processes | None = getattr(service, "whole" if whole else "pages", None)
        if processes is None or iscoroutinefunction(self.endpoint) or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
        else:
            if question := Request(scope).query_params.get("q"):
                asks(scope, question)
            await forwarded(processes, self.less, scope, receive, send)

    @cached_property
    def less(self) -> str:
        """How less is asked for: with what its documentation tells of, read from the route, as writing all of it takes long."""
        told = get_flat_params(self.dependant) if self.include_in_schema else ()
        names = [each.alias for each in told if not isinstance(each.field_info, Path | Header | Cookie)]
        names = [name for name in names if name not in NO_LESS]
        return f"less is asked for with {', '.join(names)}" if names else LESS


class Whole(Apart):
    """A route that reads the whole graph."""

    whole = True


async def forwarded(processes: Processes, less: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Has the request answered elsewhere, and sends the answer when all of it is there: what fails is told by the status."""
    request = {name: scope[name] for name in SENT if name in scope}
    with SpooledTemporaryFile(IN_MEMORY) as file:
        with There(Request(scope, receive)):
            async with aclosing(processes.parts(answered, request, less=less)) as parts:
                async for piece in parts:
                    file.write(piece[1])
        size, head = file.tell(), piece[0]
        file.seek(0)
        if rows := [value for name, value in head["headers"] if name == ROWS.encode()]:
            scope["state"].setdefault("told", {})["rows"] = int(rows[0])
        headers = [header for header in head["headers"] if header[0] not in (ROWS.encode(), b"content-length")]
        length = [] if head["status"] in (204, 304) else [(b"content-length", str(size).encode())]
        await send({**head, "headers": headers + length})
        while file.tell() < size:
            await send({"type": "http.response.body", "body": file.read(CHUNK), "more_body": True})
        await send({"type": "http.response.body"})


def begin(place: Place, limits: Limits, settings: Settings) -> None:
    """Makes this process ready to answer requests."""
    from api.depends import Held
    from api.preloaded import APP, ONTOLOGY
    from kg.ask import examples

    APP.state.service = Held(settings, reading(place))
    examples(APP.state.service.store(), "en", ONTOLOGY)  # what the first question and the first page would wait for


def answered(place: Place, limits: Limits, tell: Callable[[Piece], None], request: dict[str, Any]) -> Piece:
    """The last piece of the answer to a request without a body; those before it are told. Raises what its route raises."""
    from api.preloaded import APP

    head: Message = {}
    last = b""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        nonlocal head, last
        if message["type"] == "http.response.start":
            head = message
        elif message.get("more_body"):
            tell((head, message["body"]))
        else:
            last = message.get("body", b"")

    asyncio.run(APP({**request, "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}}, receive, send))
    return head, last
