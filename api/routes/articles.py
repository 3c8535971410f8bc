"""``/articles``: what was read, as JSON for programs and as a page with marked words for people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from api import pages
from api.depends import SettingsDep, StoreDep, WindowDep
from api.negotiate import best
from api.schemas import ArticleBody, ArticleText, Page
from api.shapes import article_json
from kg import catalog


def page_language(lang: Annotated[str, Query(max_length=35, description="Of the page: en or ja")] = "") -> None:
    """Describes the parameter; ``api.pages`` reads it."""


router = APIRouter(prefix="/articles", tags=["articles"], dependencies=[Depends(page_language)])
FORMS = ("application/json", "text/html")


def as_page(request: Request) -> bool:
    """Whether the client would rather have HTML, as browsers do."""
    return best(request.headers.get("accept", ""), FORMS) == "text/html"


def body(content: dict[str, Any]) -> Response:
    """JSON that says that another form exists."""
    return JSONResponse(content, headers={"Vary": "Accept"})


@router.get("", response_model=Page[ArticleBody], responses={200: {"content": {"text/html": {}}}})
def articles(request: Request, store: StoreDep, window: WindowDep) -> Response:
    """Articles by id, without their texts."""
    page = window.page(catalog.article_infos(store), article_json)
    return pages.render(request, "articles.html", page=page) if as_page(request) else body(page)


@router.get("/{id}", response_model=ArticleText, responses={200: {"content": {"text/html": {}}}})
def article(
    id: str,
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    start: Annotated[int | None, Query(ge=0, description="On the page: the first character to point at")] = None,
    end: Annotated[int | None, Query(ge=0, description="On the page: the character after the last one")] = None,
) -> Response:
    """One article with the text that all offsets refer to."""
    found = catalog.article(store, id)
    claims = list(catalog.claims(store, article=id))
    spans = [(span.start, span.end) for claim in claims for span in claim.evidence]
    whole = settings.article_text == "full"
    if not as_page(request):
        about = {name: getattr(found, name) for name in ("id", "title", "publisher", "url", "published")}
        shown = found.text if whole else "".join(part["text"] for part in pages.excerpts(pages.pieces(found.text, spans, None)))
        return body(about | {"claims": len(claims), "text": shown, "whole": whole})
    # Only words that carry claims are pointed at where the rest may not be shown.
    here = (start, end) if start is not None and end is not None and (whole or (start, end) in spans) else None
    marked = pages.pieces(found.text, spans, here)
    marked = marked if whole else pages.excerpts(marked)
    return pages.render(request, "article.html", article=found, pieces=marked, total=len(claims))
