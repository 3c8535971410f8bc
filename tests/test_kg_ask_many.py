"""Where many articles tell the same, an answer shows some of them and counts the others; rows keep their query's order."""

from __future__ import annotations

import pytest

from kg import ask_many
from kg.ask import answer_json, ask
from kg.ask_many import ordered
from kg.rdf import quads
from kg.store import Store, open_store
from tests.question_world import rows, world
from tests.readings import sample

QUESTIONS = [row[0] for language in ("en", "ja") for row in rows(f"{language}.txt")][::60]


@pytest.fixture(scope="module")
def store() -> Store:
    """Twelve articles that tell the same, of two publishers, one day after another."""
    filled = open_store()
    for n in range(12):
        reading = sample(f"a{n:02}", f"2024-10-{n + 1:02}", "Daily" if n else "Wire")
        triples = quads(reading)
        filled.replace(next(iter(triples)).graph, quads(reading))
    return filled


@pytest.mark.parametrize("question", QUESTIONS)
def test_rows_come_in_the_order_of_their_query(question: str) -> None:
    """As the engine has them, which takes longer."""
    if sparql := ask(world(), question).sparql:
        assert ordered(world(), sparql) == list(world().query(sparql).rows())


@pytest.mark.parametrize(
    "question", ["who supplies Colossus", "how many GPUs does Colossus have", "Colossusには何基のGPUがあるか"]
)
def test_of_many_some_are_shown_and_the_others_counted(store: Store, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of each publisher; the answers, their order and their sources are those of all."""
    (every,) = ask(store, question).answers
    assert (len(every.claims), every.more) == (12, 0)
    monkeypatch.setattr(ask_many, "MANY", 11)
    monkeypatch.setattr(ask_many, "EACH", 2)
    answer = ask(store, question)
    (some,) = answer.answers
    assert {one.claim.article for one in some.claims} == {"a00", "a10", "a11"}
    assert (some.entity, some.value, some.sources, some.more) == (every.entity, every.value, every.sources, 9)
    assert answer_json(answer)["answers"][0]["more"] == 9


def test_few_are_all_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to as many as ``MANY`` nothing is looked up, and nothing said of others."""
    monkeypatch.setattr(ask_many, "MANY", 12)
    monkeypatch.setattr(ask_many, "EACH", 1)
    assert "more" not in answer_json(ask(store, "who supplies Colossus"))["answers"][0]
