"""``/conflicts``, ``/agreement`` and ``/timeline``: claims side by side, none preferred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api import pages
from api.apart import Apart, Whole
from api.depends import StoreDep, WindowDep
from api.portrait import chart
from api.schemas import AgreementBody, ConflictBody, Page, PointBody
from api.shapes import Lang, Property, agreement_json, articles, checked, cited, conflict_json, entity_id, point_json
from kg import catalog, compare
from kg.compare import Point
from kg.model import Claim
from kg.moments import moments
from kg.store import Store
from kg.wording import known_as

router = APIRouter(tags=["compare"], route_class=Whole)
DRAWN = "default-src 'none'; style-src 'unsafe-inline'"
"""The picture has its colours for light and dark in itself, and nothing else."""


Subjects = Annotated[list[str] | None, Query(description="Ids or names")]
Predicates = Annotated[list[Property] | None, Query(description="Properties")]


def _claims(store: Store, subject: list[str] | None, predicate: list[str] | None) -> Iterator[Claim]:
    return catalog.claims(store, **checked(store, **{n: v for n, v in (("subject", subject), ("predicate", predicate)) if v}))


@router.get("/conflicts", response_model=Page[ConflictBody], responses=pages.HTML)
def conflicts(
    request: Request,
    store: StoreDep,
    window: WindowDep,
    subject: Subjects = None,
    predicate: Predicates = None,
    lang: Lang = Lang.JA,
) -> Any:
    """Statements about the same thing that exclude each other, side by side."""
    page = pages.as_page(request)
    found = compare.conflicts(_claims(store, subject, predicate), articles(store))
    shape = cited(store, pages.language(request) if page else lang)
    body = window.page(found, lambda conflict: conflict_json(conflict, shape))
    return pages.render(request, "conflicts.html", page=body) if page else body


@router.get("/agreement", response_model=Page[AgreementBody])
def agreement(
    store: StoreDep, window: WindowDep, subject: Subjects = None, predicate: Predicates = None, lang: Lang = Lang.JA
) -> dict[str, Any]:
    """Each statement with the independent publishers that make it, the best supported first."""
    found = compare.agreement(_claims(store, subject, predicate), articles(store))
    shape = cited(store, lang)
    return window.page(found, lambda agreed: agreement_json(agreed, shape))


def _points(store: Store, subject: str, predicate: str) -> tuple[Point, ...]:
    return compare.timeline(_claims(store, [subject], [predicate]), articles(store), entity_id(store, subject), predicate)


def timeline(store: StoreDep, window: WindowDep, subject: str, predicate: Property, lang: Lang = Lang.JA) -> dict[str, Any]:
    """How one value of one thing moved, by the day that claims are about."""
    checked(store, predicate=[predicate])
    about, shape = entity_id(store, subject), cited(store, lang)
    told = moments(store, about, predicate)
    claims = catalog.chosen(store, told[window.offset : window.offset + window.limit])
    known = {id: catalog.article(store, id) for id in {claim.article for claim in claims}}
    return window.body([point_json(point, shape) for point in compare.timeline(claims, known, about, predicate)], len(told))


router.add_api_route("/timeline", timeline, response_model=Page[PointBody], route_class_override=Apart)


@router.get("/timeline.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
def picture(request: Request, store: StoreDep, subject: str, predicate: Property, lang: Lang = Lang.JA) -> Response:
    """The same as a picture, each mark linked to its claim."""
    points = _points(store, subject, predicate)
    name = known_as(catalog.entity(store, entity_id(store, subject)), lang)
    root = request.scope.get("root_path", "")
    drawn = chart(points, name, predicate, lang, lambda claim: f"{root}/claims/{claim.id}", standalone=True)
    return Response(drawn, media_type="image/svg+xml", headers={"Content-Security-Policy": DRAWN})
