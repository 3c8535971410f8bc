"""``/rdf-graph-store``: graphs by name or by address (SPARQL 1.1 Graph Store HTTP Protocol)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import changing, forms
from api.conditional import Conditional, unchanged
from api.depends import Service, ServiceDep, may_write
from api.formats import ONE_GRAPH
from api.negotiate import best, media_type
from api.processes import There
from api.routes.sparql import address
from kg.namespaces import DEFAULT_GRAPH

PATH = "/rdf-graph-store"
KINDS = {media_type(kind): name for kind, name in ONE_GRAPH.items()}
WITH_CHARSET = {media_type(kind): kind for kind in ONE_GRAPH}
MULTIPART = "multipart/form-data"
MOST = 100
"""Files that may be sent at once."""
router = APIRouter(prefix=PATH, tags=["graphs"], route_class=Conditional)
WRITES = [Depends(may_write)]
BODY: dict[str, Any] = {"requestBody": {"content": {kind: {} for kind in KINDS}}}


GraphIri = Annotated[str | None, Query(min_length=1, max_length=2000, description="The graph's IRI")]
Default = Annotated[str | None, Query(max_length=0, description="The default graph of updates")]


def wanted(request: Request, graph: GraphIri = None, default: Default = None) -> str:
    """The IRI of the graph that a request is about. Raises HTTP 400 where it names none or several."""
    direct = request.path_params.get("path")
    named = [name for name in (graph, address(request) if direct else None, DEFAULT_GRAPH if default == "" else None) if name]
    if len(named) != 1:
        raise HTTPException(400, f"name one graph: {PATH}?graph=IRI, {PATH}?default or {PATH}/path")
    return named[0]


Graph = Annotated[str, Depends(wanted)]


async def read(request: Request, service: ServiceDep, name: Graph) -> Response:
    """A graph in the format that Accept likes best."""
    kind = best(", ".join(request.headers.getlist("accept")), list(KINDS))
    with There(request):
        content = await service.processes.run(changing.graph, name, KINDS[kind])
    if content is None:
        raise HTTPException(404, f"no graph {name}")
    return Response(content, headers={"Content-Type": WITH_CHARSET[kind], "Vary": "Accept"})


async def sent(request: Request) -> list[changing.Part]:
    """The documents in a request's body. Raises HTTP 415 for what is no RDF."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind != MULTIPART:
        return [(await request.body(), format_of(kind))]
    async with forms.opened(request, files=MOST) as form:
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        return [(await file.read(), format_of(media_type(file.content_type or ""))) for file in files]


def format_of(kind: str) -> str:
    """The store's name for a media type."""
    if kind not in KINDS:
        raise HTTPException(415, f"Content-Type {kind or 'is missing'}; known: {', '.join(KINDS)}, {MULTIPART}")
    return KINDS[kind]


def conditions(request: Request, service: Service) -> changing.Conditions:
    """What the client wants to be so still when it writes. Raises HTTP 412 where the store has been written since a date."""
    match, none_match = (
        ", ".join(request.headers.getlist(name)) if name in request.headers else None for name in ("if-match", "if-none-match")
    )
    since = request.headers.get("if-unmodified-since")
    if since and match is None and not unchanged(since, service.modified()):
        raise HTTPException(412, "the store has been written since then")
    return changing.Conditions(match, none_match)


async def _put(request: Request, service: ServiceDep, name: str, *, merge: bool) -> Response:
    parts = await sent(request)
    created = await service.processes.write(changing.put, name, parts, merge, conditions(request, service))
    return Response(status_code=201 if created else 204)


async def replace(request: Request, service: ServiceDep, name: Graph) -> Response:
    """Make the graph consist of what is sent."""
    return await _put(request, service, name, merge=False)


async def add(request: Request, service: ServiceDep, name: Graph) -> Response:
    """Add what is sent to the graph."""
    return await _put(request, service, name, merge=True)


async def remove(request: Request, service: ServiceDep, name: Graph) -> Response:
    """Remove the graph; an article's is retracted."""
    if not await service.processes.write(changing.drop, name, conditions(request, service)):
        raise HTTPException(404, f"no graph {name}")
    return Response(status_code=204)


async def create_or_add(
    request: Request,
    service: ServiceDep,
    graph: GraphIri = None,
    default: Default = None,
) -> Response:
    """Add what is sent to the graph, or make a new one of it and say where."""
    if graph or default is not None:
        return await add(request, service, wanted(request, graph, default))
    name = f"{address(request)}/{uuid4()}"
    answer = await _put(request, service, name, merge=False)
    answer.headers["Location"] = name
    return answer


ANSWER: dict[str, Any] = {"response_class": Response}
MADE: dict[int | str, dict[str, Any]] = {201: {"description": "There was no such graph"}}
CONTENT: dict[int | str, dict[str, Any]] = {200: {"content": {kind: {} for kind in KINDS}}, 304: {"description": "Unchanged"}}
DIRECT = {
    "name": "path",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The rest of the graph's IRI",
}
for path in ("", "/{path:path}"):
    about: dict[str, Any] = {"parameters": [DIRECT]} if path else {}
    post = add if path else create_or_add
    router.add_api_route(path, read, methods=["GET"], responses=CONTENT, openapi_extra=about, **ANSWER)
    router.add_api_route(
        path,
        replace,
        methods=["PUT"],
        dependencies=WRITES,
        openapi_extra=BODY | about,
        status_code=204,
        responses=MADE,
        **ANSWER,
    )
    router.add_api_route(
        path, post, methods=["POST"], dependencies=WRITES, openapi_extra=BODY | about, status_code=204, responses=MADE, **ANSWER
    )
    router.add_api_route(path, remove, methods=["DELETE"], dependencies=WRITES, openapi_extra=about, status_code=204, **ANSWER)
