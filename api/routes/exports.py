"""``/export/{format}``: the graph in the forms that other programs read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from api import pages
from api.apart import CHUNK, Whole
from api.depends import StoreDep
from api.filters import CITATIONS, AddressDep, CitingDep, SelectionDep
from api.shapes import Lang, entity_id
from kg.export import FORMATS, GraphOptions, find_format
from kg.export.stores import export_reference, of_store

router = APIRouter(prefix="/export", tags=["export"], route_class=Whole)
KINDS: dict[str, Any] = {row.media_type.partition(";")[0]: {} for row in FORMATS.values()}


async def written(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces, several together, all made in one thread as Oxigraph wants it."""
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) > CHUNK:
            yield bytes(joined)
            joined.clear()
    yield bytes(joined)


@router.get("", include_in_schema=False)
def form(request: Request, store: StoreDep, chosen: SelectionDep, format: str = "", ego: str = "") -> Response:
    """A page to choose among formats and filters, which leads on to the file itself. Raises what the file would."""
    named = {"ego": entity_id(store, ego)} if ego else {}
    if not format:
        return pages.render(request, "export.html")
    rest = [(name, named.get(name, value)) for name, value in request.query_params.multi_items() if name != "format"]
    return RedirectResponse(f"{request.url.path}/{find_format(format).name}?{urlencode(rest)}", 303)


def graph_options(
    store: StoreDep,
    chosen: SelectionDep,
    ego: Annotated[str, Query(description="Only what is near this entity, by id or name")] = "",
    hops: Annotated[int, Query(ge=1, le=10, description="How near")] = 1,
    merge: Annotated[bool, Query(description="One edge a relation, not one a claim")] = False,
    derived: Annotated[bool, Query(description="Also relations that follow by rules")] = False,
    lang: Lang = Lang.EN,
) -> GraphOptions:
    """What is exported, and how it looks. Raises :class:`UnknownEntity`."""
    ego = entity_id(store, ego) if ego else ""
    return GraphOptions(chosen, merge=merge, lang=lang, ego=ego, hops=hops, derived=derived)


OptionsDep = Annotated[GraphOptions, Depends(graph_options)]


@router.get("/{format}", response_class=StreamingResponse, responses={200: {"content": KINDS}})
def export(format: str, store: StoreDep, options: OptionsDep) -> StreamingResponse:
    """All claims, or those that pass the filters, as a file; RDF forms give the whole dataset whatever the filters."""
    chosen = find_format(format)
    name = {"Content-Disposition": f'attachment; filename="aikg.{chosen.ending}"'}
    return StreamingResponse(written(chosen.write(of_store(store, options))), media_type=chosen.media_type, headers=name)


@router.get("/{format}/citation", response_class=Response, responses=CITATIONS)
def citation(format: str, store: StoreDep, options: OptionsDep, address: AddressDep, write: CitingDep) -> Response:
    """The whole export as a citation to paste; its key changes with the claims that pass the filters."""
    return write([export_reference(of_store(store, options), find_format(format), address, date.today().isoformat())])
