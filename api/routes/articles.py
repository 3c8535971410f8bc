"""``/articles``: what was read, as JSON for programs and as a page with marked words for people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from api import pages
from api.apart import Apart
from api.depends import SettingsDep, StoreDep, WindowDep, page_language
from api.schemas import ArticleBody, ArticleText, Page
from api.shapes import article_json, cited
from kg import catalog

router = APIRouter(prefix="/articles", tags=["articles"], dependencies=[Depends(page_language)], route_class=Apart)


@router.get("", response_model=Page[ArticleBody], responses=pages.HTML)
def articles(request: Request, store: StoreDep, window: WindowDep) -> Any:
    """Articles by id, without their texts."""
    page = window.page(catalog.article_infos(store), article_json)
    return pages.render(request, "articles.html", page=page) if pages.as_page(request) else page


@router.get("/{id}", response_model=ArticleText, responses=pages.HTML)
def article(
    id: str,
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    start: Annotated[int | None, Query(ge=0, description="On the page: the first character to point at")] = None,
    end: Annotated[int | None, Query(ge=0, description="On the page: the character after the last one")] = None,
) -> Any:
    """One article with the text that all offsets refer to."""
    found = catalog.article(store, id)
    claims = list(catalog.claims(store, article=id))
    marks = [(claim, span) for claim in claims for span in claim.evidence]
    spans = [(span.start, span.end) for _, span in marks]
    whole = settings.article_text == "full"
    if not pages.as_page(request):
        about = {name: getattr(found, name) for name in ("id", "title", "publisher", "url", "published")}
        shown = found.text if whole else "".join(part["text"] for part in pages.excerpts(pages.pieces(found.text, spans, None)))
        return about | {"claims": len(claims), "text": shown, "whole": whole}
    # Only words that carry claims are pointed at where the rest may not be shown.
    here = (start, end) if start is not None and end is not None and (whole or (start, end) in spans) else None
    marked = pages.pieces(found.text, spans, here)
    shape = cited(store, pages.language(request))
    said = [shape(claim) for claim, _ in marks]
    marked = marked if whole else pages.excerpts(marked)
    return pages.render(request, "article.html", article=found, pieces=marked, said=said, total=len(claims), whole=whole)
