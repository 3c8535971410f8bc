"""``/claims``: what articles say, filtered, one by one, and as citations to paste."""

from __future__ import annotations

from codecs import BOM_UTF8
from enum import StrEnum
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api import pages
from api.conditional import Conditional
from api.depends import StoreDep, WindowDep
from api.filters import CITATIONS, CitingDep
from api.routes.exports import written
from api.schemas import ClaimBody, Page
from api.shapes import Day, Lang, Property, articles, checked, cited
from kg import catalog, cite
from kg.export import FORMATS, GraphOptions, Source
from kg.model import Modality
from kg.store import Store

router = APIRouter(prefix="/claims", tags=["claims"], route_class=Conditional)


class Conditions(BaseModel):
    """What claims must meet; of several ids in one parameter any will do."""

    subject: list[str] | None = Field(None, description="Ids or names")
    predicate: list[Property] | None = Field(None, description="Properties, such as supplies")
    object: list[str] | None = Field(None, description="Ids or names")
    about: list[str] | None = Field(None, description="Ids or names: subject or object")
    modality: list[Modality] | None = Field(None, description="How sure the source is")
    speaker: list[str] | None = Field(None, description="Ids or names: who says it")
    article: list[str] | None = Field(None, description="Article ids")
    min_confidence: float | None = Field(None, ge=0, le=1)
    published_from: Day | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    published_to: Day | None = Field(None, description="Inclusive")


class File(StrEnum):
    """What all claims that meet the conditions may be downloaded as."""

    CSV = "csv"
    JSONL = "jsonl"


def conditions(store: StoreDep, wanted: Annotated[Conditions, Query()]) -> dict[str, Any]:
    """The conditions that a client set, with ids in place of names; what nothing has or is called is an error."""
    return checked(store, **wanted.model_dump(exclude_none=True))


FILES = {File.CSV: FORMATS["csv"], File.JSONL: FORMATS["jsonl"]}
KINDS = ("text/html", *(form.media_type.partition(";")[0] for form in FILES.values()))
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {kind: {} for kind in KINDS}}}


def download(store: Store, file: File, wanted: dict[str, Any], lang: Lang) -> Response:
    """All claims that meet the conditions, as a file; CSV with the mark by which Excel knows UTF-8."""
    form = FILES[file]
    source = Source(catalog.claims(store, **wanted), articles(store), GraphOptions(lang=lang))
    name = {"Content-Disposition": f'attachment; filename="aikg.{form.ending}"'}
    marked = chain([BOM_UTF8] if file is File.CSV else [], form.write(source))
    return StreamingResponse(written(marked), media_type=form.media_type, headers=name)


@router.get("", response_model=Page[ClaimBody], responses=ANSWERS)
def claims(
    request: Request,
    store: StoreDep,
    window: WindowDep,
    wanted: Annotated[dict[str, Any], Depends(conditions)],
    lang: Lang = Lang.JA,
    file: Annotated[File | None, Query(description="All of them as a file")] = None,
) -> Any:
    """Claims in the order of articles and of their words, each with its citation."""
    if file:
        return download(store, file, wanted, lang)
    total = catalog.count_claims(store, **wanted)
    found = catalog.claims(store, **wanted, limit=window.limit, offset=window.offset)
    page = pages.as_page(request)
    shape = cited(store, pages.language(request) if page else lang)
    body = window.body([shape(claim) for claim in found], total)
    return pages.render(request, "claims.html", page=body) if page else body


@router.get("/{id}", response_model=ClaimBody, responses=pages.HTML)
def claim(request: Request, id: str, store: StoreDep, lang: Lang = Lang.JA) -> Any:
    """One claim with its citation."""
    found = catalog.claim(store, id)
    if not pages.as_page(request):
        return cited(store, lang)(found)
    chosen = pages.language(request)
    known = {found.article: catalog.article(store, found.article)}
    cites = {style: cite.cite([found], known, style, chosen) for style in cite.STYLES}
    shown = cited(store, chosen)(found)
    return pages.render(request, "one_claim.html", claim=shown, cites=cites, resolutions=found.resolutions)


@router.get("/{id}/citation", response_class=Response, responses=CITATIONS)
def citation(id: str, store: StoreDep, write: CitingDep, lang: Lang = Lang.JA) -> Response:
    """One claim as a citation to paste: BibTeX, CSL-JSON, Markdown, RIS or plain text."""
    found = catalog.claim(store, id)
    return write([cite.reference(found, catalog.article(store, found.article), lang)])
