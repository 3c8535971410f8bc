"""``/claims``: what articles say, filtered, one by one, and as citations to paste."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.depends import StoreDep, WindowDep
from api.filters import CITATIONS, CitingDep
from api.schemas import ClaimBody, Page
from api.shapes import Lang, checked, cited
from kg import catalog, cite
from kg.model import Modality

router = APIRouter(prefix="/claims", tags=["claims"])


class Conditions(BaseModel):
    """What claims must meet; of several ids in one parameter any will do."""

    subject: list[str] | None = Field(None, description="Entity ids")
    predicate: list[str] | None = Field(None, description="Properties, such as supplies")
    object: list[str] | None = Field(None, description="Entity ids")
    about: list[str] | None = Field(None, description="Entity ids: subject or object")
    modality: list[Modality] | None = Field(None, description="How sure the source is")
    speaker: list[str] | None = Field(None, description="Entity ids: who says it")
    article: list[str] | None = Field(None, description="Article ids")
    min_confidence: float | None = Field(None, ge=0, le=1)
    published_from: str | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    published_to: str | None = Field(None, description="Inclusive")


def conditions(store: StoreDep, wanted: Annotated[Conditions, Query()]) -> dict[str, Any]:
    """The conditions that a client set; an id that nothing has is an error, not an empty list."""
    return checked(store, **wanted.model_dump(exclude_none=True))


@router.get("", response_model=Page[ClaimBody])
def claims(
    store: StoreDep, window: WindowDep, wanted: Annotated[dict[str, Any], Depends(conditions)], lang: Lang = Lang.JA
) -> dict[str, Any]:
    """Claims in the order of articles and of their words, each with its citation."""
    total = catalog.count_claims(store, **wanted)
    found = catalog.claims(store, **wanted, limit=window.limit, offset=window.offset)
    return window.body([cited(store, lang)(claim) for claim in found], total)


@router.get("/{id}", response_model=ClaimBody)
def claim(id: str, store: StoreDep, lang: Lang = Lang.JA) -> dict[str, Any]:
    """One claim with its citation."""
    return cited(store, lang)(catalog.claim(store, id))


@router.get("/{id}/citation", response_class=Response, responses=CITATIONS)
def citation(id: str, store: StoreDep, write: CitingDep, lang: Lang = Lang.JA) -> Response:
    """One claim as a citation to paste: BibTeX, CSL-JSON, Markdown, RIS or plain text."""
    found = catalog.claim(store, id)
    return write([cite.reference(found, catalog.article(store, found.article), lang)])
