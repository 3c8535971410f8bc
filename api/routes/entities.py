"""``/entities``: the things that claims talk about, by any name in any script."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.depends import StoreDep, WindowDep
from api.schemas import EntityBody, EntityClaims, Page
from api.shapes import Lang, Type, cited
from kg import catalog
from kg.jsonl import entity_json

router = APIRouter(prefix="/entities", tags=["entities"])


@router.get("", response_model=Page[EntityBody])
def entities(
    store: StoreDep,
    window: WindowDep,
    q: Annotated[str | None, Query(min_length=1, max_length=200, description="Part of a name, in any script")] = None,
    type: Type | None = None,
) -> dict[str, Any]:
    """Entities by id, or those with a name like ``q``, the best fit first."""
    return window.page(catalog.entities(store, q, type), entity_json)


@router.get("/{id}", response_model=EntityClaims)
def entity(id: str, store: StoreDep, window: WindowDep, lang: Lang = Lang.JA) -> dict[str, Any]:
    """One entity and the page of claims about it."""
    found = entity_json(catalog.entity(store, id))
    total = catalog.count_claims(store, about=id)
    about = catalog.claims(store, about=id, limit=window.limit, offset=window.offset)
    return found | {"claims": window.body([cited(store, lang)(claim) for claim in about], total)}
