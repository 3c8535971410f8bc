"""What is offered for a question that is not understood is answered, and has a thing or a property of it."""

from __future__ import annotations

import pytest

import ontology
from kg.ask import ask, examples, reader
from kg.store import open_store
from tests.question_world import rows, world

REFUSED = [row[0] for language in ("en", "ja") for row in rows(f"{language}.txt") if row[1].startswith("?")]
SHARED = [
    ("Will xAI beat OpenAI?", ("xAI", "OpenAI")),
    ("OpenAIの相手はどこですか", ("OpenAI",)),
    ("who supplies the florb", ("suppl",)),
    ("コロサスを誰がフロブしていますか", ("コロッサス", "Colossus")),
    ("GPUをください", ("GPU",)),
]


@pytest.mark.parametrize("question", REFUSED[::5])
def test_what_is_offered_is_answered(question: str) -> None:
    """Nobody is sent from one question without an answer to the next."""
    assert all(ask(world(), one).answers for one in ask(world(), question).suggestions)


@pytest.mark.parametrize(("question", "parts"), SHARED)
def test_what_is_offered_is_about_what_was_asked(question: str, parts: tuple[str, ...]) -> None:
    """A name that the question has, or is meant to have, or what it asks for."""
    offered = ask(world(), question).suggestions
    assert offered and all(any(part in one for part in parts) for one in offered)


def test_an_empty_store_offers_nothing() -> None:
    """It answers no question."""
    with open_store() as store:
        assert ask(store, "who florbs Colossus").suggestions == () == examples(store, "en")


def test_what_is_asked_for_comes_first() -> None:
    """Of what can be asked of the thing that is named."""
    question = "How quickly florbed is the valuation of xAI?"
    assert "valuation" in reader(world(), ontology.load()).understand(question).speaks
    assert ask(world(), question).suggestions[0] == "How much is xAI worth?"
