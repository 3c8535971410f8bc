"""``/sparql``: queries as the SPARQL 1.1 Protocol has them (https://www.w3.org/TR/sparql11-protocol/, section 2.1)."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from api import description, inside
from api.depends import Service
from api.door import Cut, asks
from api.formats import GRAPHS, MEDIA, TABLES
from api.forms import FORM, fields
from api.inside import Part
from api.negotiate import best, media_type, preferred
from api.problems import RESPONSES
from api.processes import There
from kg.errors import KgError

DIRECT = "application/sparql-query"

RELATIVE = re.compile(r"<(?![A-Za-z][\w+.-]*:)")
"""A relative IRI, or what may be one."""

DATASET = ("default-graph-uri", "named-graph-uri")


def address(request: Request) -> str:
    """The address of the request, without what stands behind ``?``."""
    return str(request.url).partition("?")[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query or an update, and the dataset it names."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def asked(
    pairs: Sequence[tuple[str, str]], body: str | None = None, name: str = "query", dataset: Sequence[str] = DATASET
) -> Asked:
    """What a request's parameters (or its body) ask for. Raises HTTP 400 where that is not exactly one thing."""
    texts = [value for key, value in pairs if key == name] if body is None else [body]
    if len(texts) != 1:
        raise HTTPException(400, f"a request has exactly one parameter {name}; this one has {len(texts)}")
    return Asked(texts[0], *(tuple(value for key, value in pairs if key == each) for each in dataset))


async def posted(request: Request, kinds: Iterable[str], name: str = "query", dataset: Sequence[str] = DATASET) -> Asked:
    """What a body asks for, a form or the text itself. Raises HTTP 415 for another kind, 400 where it is not UTF-8."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind not in kinds:
        raise HTTPException(415, f"Content-Type {kind or 'is missing'}; known: {', '.join(kinds)}")
    try:
        text = (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the body is not UTF-8: byte {error.start} is wrong") from error
    if kind == FORM:
        return asked(fields(text.encode()), None, name, dataset)
    return asked(fields(request.scope["query_string"]), text, name, dataset)


router = APIRouter(tags=["sparql"])


async def answer(asked: Asked, request: Request) -> Response:
    """The answer in the form that the client likes best among those that fit the kind of query."""
    scope = request.scope
    told = asks(scope, asked.text)
    service: Service = scope["app"].state.service
    accept = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
    liked = {MEDIA[kind]: kind for group in (TABLES, GRAPHS) if (kind := preferred(accept, group))}
    base = address(request) if RELATIVE.search(asked.text) else ""
    question = asked.text, base, asked.default_graphs, asked.named_graphs, (*liked,)
    key = service.answers.key(question)
    parts, found = None, service.answers.get(key)
    if not found:
        parts = service.processes.parts(inside.query, *question)
        found = await begun(parts, request)
        service.answers.keep(key, asked.text, found)
    if found.rows < 0:
        best(accept, TABLES if MEDIA[TABLES[0]] == found.format else GRAPHS)  # says what this kind of query offers
    told["rows"] = found.rows
    chosen = liked[found.format]
    headers = {"Content-Type": chosen + ("; charset=utf-8" if chosen.startswith("text/") else ""), "Vary": "Accept"}
    if found.last or not parts:
        return Response(found.content, headers=headers)
    return Streamed(found, parts, told, headers)


async def begun(parts: AsyncGenerator[Part, None], request: Request) -> Part:
    """The first part, while the client is there; for HTTP/1.0, which cannot tell an end from a break, all in one."""
    with There(request):
        pieces = [await anext(parts)]
        if request.scope["http_version"] == "1.0":
            pieces += [part async for part in parts]
    if pieces[-1].last:
        await parts.aclose()
    return pieces[-1]._replace(content=b"".join(each.content for each in pieces)) if len(pieces) > 1 else pieces[0]


class Streamed(StreamingResponse):
    """The bytes of all parts; where the client goes, they end: what lies there for it takes memory."""

    def __init__(self, first: Part, parts: AsyncGenerator[Part, None], told: dict[str, Any], headers: dict[str, str]) -> None:
        self._parts = parts
        super().__init__(told_on(first, parts, told), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends them."""
        content = cast(AsyncGenerator[bytes, None], self.body_iterator)
        async with aclosing(self._parts), aclosing(content):
            await super().__call__(scope, receive, send)


async def told_on(first: Part, parts: AsyncGenerator[Part, None], told: dict[str, Any]) -> AsyncIterator[bytes]:
    """The bytes of all parts. Raises :class:`Cut` where it ends before its end."""
    try:
        async with aclosing(parts):
            yield first.content
            async for part in parts:
                told["rows"] = part.rows
                yield part.content
    except (KgError, HTTPException) as error:
        raise Cut(str(getattr(error, "detail", error))) from error


FORMS: dict[str, Any] = {kind: {} for kind in MEDIA}
PARAMETERS = [
    {
        "name": "query",
        "in": "query",
        "schema": {"type": "string"},
        "description": "A SPARQL 1.1 query; else the service is described",
    },
    *({"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}} for name in DATASET),
]
BODIES = {
    FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}},
    DIRECT: {"schema": {"type": "string"}},
}
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"description": "The answer, in a form chosen by Accept", "content": FORMS}}


@router.get("/sparql", response_class=Response, responses=ANSWERS | RESPONSES, openapi_extra={"parameters": PARAMETERS})
async def query_get(request: Request) -> Response:
    """Answer SELECT, ASK, CONSTRUCT and DESCRIBE; the prefixes of docs/http.md need no declaration."""
    pairs = fields(request.scope["query_string"])
    if not any(name == "query" for name, _ in pairs):
        return await description.describe(request, request.app.state.service)
    return await answer(asked(pairs), request)


@router.post(
    "/sparql",
    response_class=Response,
    responses=ANSWERS | RESPONSES,
    openapi_extra={"requestBody": {"content": BODIES, "required": True}},
)
async def query_post(request: Request) -> Response:
    """The same with the query in the body, as a form or directly."""
    return await answer(await posted(request, BODIES), request)
