"""``/entities``: the things that claims talk about, by any name in any script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

import ontology
from api import pages
from api.conditional import Conditional
from api.depends import StoreDep, WindowDep, page_language
from api.portrait import portrait
from api.schemas import EntityBody, EntityClaims, Page
from api.shapes import Lang, Type, cited
from kg import catalog
from kg.ask import reader
from kg.jsonl import entity_json

router = APIRouter(prefix="/entities", tags=["entities"], route_class=Conditional)


@router.get("", response_model=Page[EntityBody], responses=pages.HTML, dependencies=[Depends(page_language)])
def entities(
    request: Request,
    store: StoreDep,
    window: WindowDep,
    q: Annotated[str | None, Query(min_length=1, max_length=200, description="Part of a name, in any script")] = None,
    type: Type | None = None,
) -> Any:
    """Entities by id, or those with a name like ``q``, the best fit first; on the page those most talked about come first."""
    found = catalog.entities(store, q, type)
    if not pages.as_page(request):
        return window.page(found, entity_json)
    told = catalog.talked_about(store)
    if q is None:
        found = sorted((each for each in found if each.id in told), key=lambda each: (-told[each.id], each.id))
    near = reader(store, ontology.load()).near(q) if q and not found else ()
    return pages.render(request, "entities.html", page=window.page(found, entity_json), told=told, near=near)


@router.get("/{id}", response_model=EntityClaims, responses=pages.HTML)
def entity(request: Request, id: str, store: StoreDep, window: WindowDep, lang: Lang = Lang.JA) -> Any:
    """One entity and the page of claims about it."""
    if pages.as_page(request):
        chosen = pages.language(request)
        return pages.render(request, "entity.html", **portrait(store, id, chosen, lambda claim: pages.words(request, claim)))
    found = entity_json(catalog.entity(store, id))
    total = catalog.count_claims(store, about=id)
    about = catalog.claims(store, about=id, limit=window.limit, offset=window.offset)
    return found | {"claims": window.body([cited(store, lang)(claim) for claim in about], total)}
