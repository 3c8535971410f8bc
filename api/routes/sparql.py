"""``/sparql``: queries as the SPARQL 1.1 Protocol has them (https://www.w3.org/TR/sparql11-protocol/, section 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api import inside
from api.depends import ServiceDep
from api.negotiate import best, media_type, preferred

router = APIRouter(tags=["sparql"])

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

# Media type → the store's name for the format; the first that fits the kind of query is the default.
MEDIA = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
TABLES, GRAPHS = list(MEDIA)[:6], list(MEDIA)[6:]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the dataset it names."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def asked(pairs: Sequence[tuple[str, str]], body: str | None = None) -> Asked:
    """The query of a request's parameters (or its body). Raises HTTP 400 where there is not exactly one."""
    queries = [value for name, value in pairs if name == "query"] if body is None else [body]
    if len(queries) != 1:
        raise HTTPException(400, f"a request has exactly one parameter query; this one has {len(queries)}")
    graphs = (tuple(v for n, v in pairs if n == name) for name in ("default-graph-uri", "named-graph-uri"))
    return Asked(queries[0], *graphs)


async def read_body(request: Request) -> str:
    """The body as UTF-8. Raises HTTP 400 where it is not."""
    try:
        return (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the body is not UTF-8: byte {error.start} is wrong") from error


async def answer(asked: Asked, request: Request, service: ServiceDep) -> Response:
    """The answer in the form that the client likes best among those that fit the kind of query."""
    accept = ", ".join(request.headers.getlist("accept"))
    request.state.told = {"query": sha256(asked.query.encode(errors="replace")).hexdigest()[:16]}
    liked = [kind for group in (TABLES, GRAPHS) if (kind := preferred(accept, group))]
    formats, dataset = [MEDIA[kind] for kind in liked], (asked.default_graphs, asked.named_graphs)
    name, content, rows = await service.processes.run_for(request, inside.query, asked.query, *dataset, formats)
    if rows < 0:
        best(accept, TABLES if MEDIA[TABLES[0]] == name else GRAPHS)  # says what this kind of query offers
    request.state.told["rows"] = rows
    chosen = next(kind for kind in liked if MEDIA[kind] == name)
    charset = "; charset=utf-8" if chosen.startswith("text/") else ""
    return Response(content, headers={"Content-Type": chosen + charset, "Vary": "Accept"})


FORMS: dict[str, Any] = {kind: {} for kind in MEDIA}
PARAMETERS = [
    {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}, "description": "A SPARQL 1.1 query"},
    *(
        {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string", "format": "iri"}}}
        for name in ("default-graph-uri", "named-graph-uri")
    ),
]
BODIES = {
    FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}},
    DIRECT: {"schema": {"type": "string"}},
}
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"description": "The answer, in a form chosen by Accept", "content": FORMS}}


@router.get("/sparql", response_class=Response, responses=ANSWERS, openapi_extra={"parameters": PARAMETERS})
async def query_get(request: Request, service: ServiceDep) -> Response:
    """Answer SELECT, ASK, CONSTRUCT and DESCRIBE; the prefixes of docs/http.md need no declaration."""
    return await answer(asked(parse_qsl(request.url.query, keep_blank_values=True)), request, service)


@router.post("/sparql", response_class=Response, responses=ANSWERS, openapi_extra={"requestBody": {"content": BODIES}})
async def query_post(request: Request, service: ServiceDep) -> Response:
    """The same with the query in the body, as a form or directly."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind not in BODIES:
        raise HTTPException(415, f"Content-Type {kind or 'is missing'}; known: {', '.join(BODIES)}")
    body = await read_body(request)
    if kind == FORM:
        return await answer(asked(parse_qsl(body, keep_blank_values=True)), request, service)
    return await answer(asked(parse_qsl(request.url.query, keep_blank_values=True), body), request, service)
