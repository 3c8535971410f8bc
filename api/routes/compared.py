"""``/conflicts`` and ``/timeline``: claims side by side, none preferred."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.depends import StoreDep, WindowDep
from api.schemas import ConflictBody, Page, PointBody
from api.shapes import Lang, articles, checked, cited, conflict_json, point_json
from kg import catalog, compare

router = APIRouter(tags=["compare"])


@router.get("/conflicts", response_model=Page[ConflictBody])
def conflicts(
    store: StoreDep,
    window: WindowDep,
    subject: Annotated[list[str] | None, Query(description="Entity ids")] = None,
    predicate: Annotated[list[str] | None, Query(description="Properties")] = None,
    lang: Lang = Lang.JA,
) -> dict[str, Any]:
    """Statements about the same thing that exclude each other, side by side."""
    wanted = checked(store, **{n: v for n, v in (("subject", subject), ("predicate", predicate)) if v})
    found = compare.conflicts(catalog.claims(store, **wanted), articles(store))
    return window.page(found, lambda conflict: conflict_json(conflict, cited(store, lang)))


@router.get("/timeline", response_model=Page[PointBody])
def timeline(store: StoreDep, window: WindowDep, subject: str, predicate: str, lang: Lang = Lang.JA) -> dict[str, Any]:
    """How one value of one thing moved, by the day that claims are about."""
    wanted = checked(store, subject=[subject], predicate=[predicate])
    points = compare.timeline(catalog.claims(store, **wanted), articles(store), subject, predicate)
    return window.page(points, lambda point: point_json(point, cited(store, lang)))
