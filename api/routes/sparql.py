"""``/sparql``: queries as the SPARQL 1.1 Protocol has them (https://www.w3.org/TR/sparql11-protocol/, section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api import description, inside
from api.depends import ServiceDep
from api.formats import GRAPHS, MEDIA, TABLES
from api.negotiate import best, media_type, preferred

router = APIRouter(tags=["sparql"])

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

DATASET = ("default-graph-uri", "named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query or an update, and the dataset it names."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body and its media type."""

    kind: str
    text: str


def asked(
    pairs: Sequence[tuple[str, str]], body: str | None = None, name: str = "query", dataset: Sequence[str] = DATASET
) -> Asked:
    """What a request's parameters (or its body) ask for. Raises HTTP 400 where that is not exactly one thing."""
    texts = [value for key, value in pairs if key == name] if body is None else [body]
    if len(texts) != 1:
        raise HTTPException(400, f"a request has exactly one parameter {name}; this one has {len(texts)}")
    return Asked(texts[0], *(tuple(value for key, value in pairs if key == each) for each in dataset))


async def told_kind(request: Request, kinds: Iterable[str]) -> Body:
    """The body as UTF-8. Raises HTTP 415 where it is of another kind, 400 where it is not UTF-8."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind not in kinds:
        raise HTTPException(415, f"Content-Type {kind or 'is missing'}; known: {', '.join(kinds)}")
    try:
        return Body(kind, (await request.body()).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the body is not UTF-8: byte {error.start} is wrong") from error


async def answer(asked: Asked, request: Request, service: ServiceDep) -> Response:
    """The answer in the form that the client likes best among those that fit the kind of query."""
    accept = ", ".join(request.headers.getlist("accept"))
    request.state.told = {"query": sha256(asked.text.encode(errors="replace")).hexdigest()[:16]}
    liked = [kind for group in (TABLES, GRAPHS) if (kind := preferred(accept, group))]
    formats, dataset = [MEDIA[kind] for kind in liked], (asked.default_graphs, asked.named_graphs)
    name, content, rows = await service.processes.run_for(
        request, inside.query, asked.text, str(request.url.replace(query="")), *dataset, formats
    )
    if rows < 0:
        best(accept, TABLES if MEDIA[TABLES[0]] == name else GRAPHS)  # says what this kind of query offers
    request.state.told["rows"] = rows
    chosen = next(kind for kind in liked if MEDIA[kind] == name)
    charset = "; charset=utf-8" if chosen.startswith("text/") else ""
    return Response(content, headers={"Content-Type": chosen + charset, "Vary": "Accept"})


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


@router.get("/sparql", response_class=Response, responses=ANSWERS, openapi_extra={"parameters": PARAMETERS})
async def query_get(request: Request, service: ServiceDep) -> Response:
    """Answer SELECT, ASK, CONSTRUCT and DESCRIBE; the prefixes of docs/http.md need no declaration."""
    if "query" not in request.query_params:
        return await description.describe(request, service)
    return await answer(asked(parse_qsl(request.url.query, keep_blank_values=True)), request, service)


@router.post(
    "/sparql", response_class=Response, responses=ANSWERS, openapi_extra={"requestBody": {"content": BODIES, "required": True}}
)
async def query_post(request: Request, service: ServiceDep) -> Response:
    """The same with the query in the body, as a form or directly."""
    body = await told_kind(request, BODIES)
    if body.kind == FORM:
        return await answer(asked(parse_qsl(body.text, keep_blank_values=True)), request, service)
    return await answer(asked(parse_qsl(request.url.query, keep_blank_values=True), body.text), request, service)
