"""``/ask``: a question in English or Japanese, answered with the claims that it rests on, and the answer as citations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.apart import ROWS, Apart
from api.depends import StoreDep
from api.filters import CITATIONS, AddressDep, CitingDep
from api.schemas import AskBody
from kg.ask import answer_json, references
from kg.ask import ask as answer

Spoken = Annotated[Literal["ja", "en"] | None, Query(description="The language it is told in; else the question's")]
router = APIRouter(tags=["ask"], route_class=Apart)
Asked = Annotated[str, Query(min_length=1, max_length=1000, description="A question in English or Japanese")]


@router.get("/ask", response_model=AskBody, response_model_exclude_unset=True)
def ask(response: Response, store: StoreDep, q: Asked, lang: Spoken = None) -> dict[str, Any]:
    """How the question was understood, the query that ran, and each answer with its claims and citations."""
    body = answer_json(answer(store, q, lang=lang))
    response.headers[ROWS] = str(len(body["answers"]))
    return body


@router.get("/ask/citation", response_class=Response, responses=CITATIONS)
def citation(store: StoreDep, q: Asked, address: AddressDep, write: CitingDep) -> Response:
    """The whole answer as a citation to paste, and after it every claim that it rests on."""
    found = answer(store, q)
    response = write(references(found, address, date.today().isoformat()))
    response.headers[ROWS] = str(len(found.answers))
    return response
