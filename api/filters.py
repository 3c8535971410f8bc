"""What routes are handed beside the store: a filter of claims, and the style that citations are wanted in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.depends import SettingsDep, StoreDep
from api.negotiate import best
from api.shapes import Day, Lang, Property, Style, Type, checked
from kg.cite import STYLES, Reference, find_style
from kg.model import Modality
from kg.selection import Selection


class Filters(BaseModel):
    """What claims must be to count; of several values of one filter any will do."""

    predicate: list[Property] = Field([], description="Only these properties")
    type: list[Type] = Field([], description="Only claims with a thing of these types at one end")
    modality: list[Modality] = Field([], description="Only claims that are this sure")
    since: Day = Field("", description="Only claims about this date or later")
    until: Day = Field("", description="Only claims about this date or earlier")
    min_confidence: float = Field(0.0, ge=0, le=1)


def _selection(store: StoreDep, wanted: Annotated[Filters, Query()]) -> Selection:
    checked(store, predicate=wanted.predicate)
    predicates, types, modalities = (frozenset[str](given) for given in (wanted.predicate, wanted.type, wanted.modality))
    return Selection(predicates, types, modalities, wanted.since, wanted.until, wanted.min_confidence)


SelectionDep = Annotated[Selection, Depends(_selection)]
CITATIONS: dict[int | str, dict[str, Any]] = {
    200: {"content": {each.media_type.partition(";")[0]: {} for each in STYLES.values()}}
}
Citing = Callable[[Sequence[Reference]], Response]


def _citing(
    request: Request,
    lang: Lang = Lang.JA,
    style: Annotated[Style | None, Query(description=f"One of {', '.join(STYLES)}; else Accept decides")] = None,
) -> Citing:
    """What writes references as an answer, in the style of the parameter, else of the Accept header, else as plain text."""
    by_type = {
        each.media_type.partition(";")[0]: each for each in sorted(STYLES.values(), key=lambda each: each.name != "text")
    }
    chosen = find_style(style) if style else by_type[best(request.headers.get("accept", ""), list(by_type))]
    headers = {"Content-Type": chosen.media_type, "Vary": "Accept"}
    return lambda refs: Response(chosen.write(refs, lang), headers=headers)


CitingDep = Annotated[Citing, Depends(_citing)]


def address(request: Request, settings: SettingsDep) -> str:
    """Where what a ``…/citation`` cites is found, as clients see it."""
    base = (settings.base_url or str(request.base_url)).rstrip("/")
    path = request.url.path.removeprefix(request.scope.get("root_path", "")).removesuffix("/citation")
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "style"]
    return f"{base}{path}?{urlencode(kept)}".rstrip("?")


AddressDep = Annotated[str, Depends(address)]
