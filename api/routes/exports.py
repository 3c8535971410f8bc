"""``/export/{format}``: the graph in the forms that other programs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.depends import StoreDep
from api.shapes import Lang, Type, checked
from kg import catalog
from kg.export import FORMATS, GraphOptions, find_format
from kg.export.stores import of_store
from kg.model import Modality
from kg.selection import Selection

router = APIRouter(prefix="/export", tags=["export"])
CHUNK = 65_536
IN_MEMORY = 10_000_000
KINDS: dict[str, Any] = {row.media_type.partition(";")[0]: {} for row in FORMATS.values()}


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces again, from a file that holds them all."""
    with SpooledTemporaryFile(IN_MEMORY) as file:
        file.writelines(pieces)
        file.seek(0)
        yield from iter(lambda: file.read(CHUNK), b"")


def written(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same, made already: what fails fails before the status is sent, and in this thread."""
    rest = chunks(pieces)
    return chain([next(rest, b"")], rest)


@router.get("/{format}", response_class=StreamingResponse, responses={200: {"content": KINDS}})
def export(
    format: str,
    store: StoreDep,
    predicate: Annotated[list[str] | None, Query(description="Only these properties")] = None,
    type: Annotated[list[Type] | None, Query(description="Only between things of these types")] = None,
    modality: Annotated[list[Modality] | None, Query(description="Only claims that are this sure")] = None,
    since: Annotated[str, Query(description="Only claims about this date or later")] = "",
    until: Annotated[str, Query(description="Only claims about this date or earlier")] = "",
    min_confidence: Annotated[float, Query(ge=0, le=1)] = 0.0,
    ego: Annotated[str, Query(description="Only what is near this entity")] = "",
    hops: Annotated[int, Query(ge=1, le=10, description="How near")] = 1,
    merge: Annotated[bool, Query(description="One edge a relation, not one a claim")] = False,
    derived: Annotated[bool, Query(description="Also relations that follow by rules")] = False,
    lang: Lang = Lang.EN,
) -> StreamingResponse:
    """All claims, or those that pass the filters, as a file; RDF forms give the whole dataset whatever the filters."""
    chosen = find_format(format)
    if ego:
        catalog.entity(store, ego)
    checked(store, predicate=predicate or ())
    kinds, sure = frozenset[str](type or ()), frozenset[str](modality or ())
    selection = Selection(frozenset(predicate or ()), kinds, sure, since, until, min_confidence)
    options = GraphOptions(selection, merge=merge, lang=lang, ego=ego, hops=hops, derived=derived)
    name = {"Content-Disposition": f'attachment; filename="aikg.{chosen.ending}"'}
    return StreamingResponse(written(chosen.write(of_store(store, options))), media_type=chosen.media_type, headers=name)
