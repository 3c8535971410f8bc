"""``/``: a field to ask, and the answer with its sentences; ``/about``: what is held, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

import ontology
from api import pages
from api.apart import ROWS, Apart
from api.depends import SettingsDep, StoreDep
from api.settings import release
from api.shapes import cited, conflict_json
from kg import catalog, compare
from kg.ask import answer_json, ask, examples
from kg.store import Store

router = APIRouter(tags=["pages"], route_class=Apart)
MOST, SOME, READ = 12, 3, 300
"""Things and conflicts that are shown before a question, and the claims that are read for those."""


@router.get("/", response_class=HTMLResponse)
def home(
    request: Request,
    store: StoreDep,
    q: Annotated[str, Query(max_length=1000, description="A question in English or Japanese")] = "",
    lang: Annotated[str, Query(max_length=35, description="en or ja; else Accept-Language decides")] = "",
) -> HTMLResponse:
    """The page."""
    answer = answer_json(ask(store, q, lang=pages.language(request)), agreed=True) if q.strip() else None
    empty = not store.query("ASK { ?article a schema:Article }").boolean
    offered = () if answer and answer["answers"] else examples(store, pages.language(request))
    told = {} if answer else catalog.talked_about(store)
    first = sorted(told, key=lambda id: (-told[id], id))[:MOST]
    most = sorted(catalog.described(store, first).values(), key=lambda thing: first.index(thing.id))
    disputed = disagreement(store, first, pages.language(request))
    page: dict[str, Any] = {"q": q, "answer": answer, "examples": offered, "empty": empty, "most": most, "disputed": disputed}
    response = pages.render(request, "home.html", **page)
    if answer:
        response.headers[ROWS] = str(len(answer["answers"]))
    return response


def disagreement(store: Store, about: Sequence[str], lang: str) -> list[dict[str, Any]]:
    """Some conflicts about these things, those with the most positions first."""
    valued = [name for name, known in ontology.load().properties.items() if known.kind == "quantity"]
    claims = list(catalog.claims(store, subject=about, predicate=valued, limit=READ)) if about else []
    known = {id: catalog.article(store, id) for id in {claim.article for claim in claims}}
    found = sorted(compare.conflicts(claims, known), key=lambda conflict: -len(conflict.positions))[:SOME]
    return [conflict_json(each, cited(store, lang)) for each in found]


@router.get("/about", include_in_schema=False)
def about(request: Request, store: StoreDep, settings: SettingsDep) -> HTMLResponse:
    """What is held, in which versions, and how to cite it."""
    address = settings.base_url or str(request.base_url)
    versions = {"aikg": release(), "ontology": ontology.load().version}
    today = date.today().isoformat()
    return pages.render(request, "about.html", counts=catalog.counts(store), versions=versions, address=address, today=today)
