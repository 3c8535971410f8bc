"""``/``: a field to ask, and the answer with its sentences; ``/about``: what is held, and how to cite it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

import ontology
from api import pages
from api.apart import Apart
from api.depends import StoreDep
from api.settings import release
from kg import catalog
from kg.ask import answer_json, ask, examples

router = APIRouter(tags=["pages"], route_class=Apart)
MOST = 12


@router.get("/", response_class=HTMLResponse)
def home(
    request: Request,
    store: StoreDep,
    q: Annotated[str, Query(max_length=1000, description="A question in English or Japanese")] = "",
    lang: Annotated[str, Query(max_length=35, description="en or ja; else Accept-Language decides")] = "",
) -> HTMLResponse:
    """The page."""
    answer = answer_json(ask(store, q, lang=pages.language(request))) if q.strip() else None
    empty = not store.query("ASK { ?article a schema:Article }").boolean
    offered = examples(store, pages.language(request))
    told = catalog.talked_about(store)
    first = sorted(told, key=lambda id: (-told[id], id))[:MOST]
    most = sorted(catalog.described(store, first).values(), key=lambda thing: first.index(thing.id))
    return pages.render(request, "home.html", q=q, answer=answer, examples=offered, empty=empty, most=most)


@router.get("/about", include_in_schema=False)
def about(request: Request, store: StoreDep) -> HTMLResponse:
    """What is held, in which versions, and how to cite it."""
    versions = {"aikg": release(), "ontology": ontology.load().version}
    return pages.render(request, "about.html", counts=catalog.counts(store), versions=versions)
