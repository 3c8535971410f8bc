"""``/``: a field to ask, and the answer with its sentences."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api import pages
from api.depends import StoreDep
from kg.ask import answer_json, ask

router = APIRouter(tags=["pages"])


@router.get("/", response_class=HTMLResponse)
def home(
    request: Request,
    store: StoreDep,
    q: Annotated[str, Query(max_length=1000, description="A question in English or Japanese")] = "",
    lang: Annotated[str, Query(max_length=35, description="en or ja; else Accept-Language decides")] = "",
) -> HTMLResponse:
    """The page."""
    answer = answer_json(ask(store, q)) if q.strip() else None
    return pages.render(request, "home.html", q=q, answer=answer, examples=pages.examples(request))
