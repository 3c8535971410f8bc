"""``/ask``: a question in English or Japanese, answered with the claims that it rests on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

import ontology
from api.depends import StoreDep
from api.schemas import AskBody
from kg.ask import answer_json
from kg.ask import ask as answer

router = APIRouter(tags=["ask"])


@router.get("/ask", response_model=AskBody, response_model_exclude_unset=True)
def ask(
    store: StoreDep, q: Annotated[str, Query(min_length=1, max_length=1000, description="A question in English or Japanese")]
) -> dict[str, Any]:
    """How the question was understood, the query that ran, and each answer with its claims and citations."""
    return answer_json(answer(store, ontology.load(), q))
