"""Questions in no order that the grammar has are read by types and particles, and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest

import ontology
from kg.ask import ask, reader
from tests.question_world import told, world

LOOSE = [
    ("Kaede-1 came out when?", "releasedOn.value subject=kaede-1"),
    ("xAI 評価額 推移", "valuation.value subject=xai"),
    ("マスク氏は会社をいくつ創業しましたか", "founded.object subject=elon-musk Organization count"),
    ("ソフトバンクがスターゲートに投じる金額", "investsIn.amount object=stargate subject=softbank"),
    ("who supplied Colossus last year", "supplies.subject object=colossus when in 2024"),
]
REFUSED = [
    ("Why did Elon Musk build Colossus?", "reasons and ways are not recorded as claims"),
    ("who does not supply Colossus", "what is not so cannot be asked for"),
    ("コロッサスより大きい施設は？", "もの同士の比較は一度には尋ねられません"),
]


@pytest.mark.parametrize(("question", "reading"), LOOSE)
def test_any_order_will_do(question: str, reading: str) -> None:
    """Keywords, headlines and loose speech; last year is counted from the day given."""
    found = reader(world(), ontology.load()).understand(question, date(2025, 6, 15)).readings
    assert [told(one.step, one.filters) for one in found] == [reading]


@pytest.mark.parametrize(("question", "why"), REFUSED)
def test_what_is_never_understood_is_refused_with_the_reason(question: str, why: str) -> None:
    """Reasons, what is not so, things compared with each other."""
    answer = ask(world(), question)
    assert not answer.understood and answer.interpretation.startswith(why) and answer.suggestions


@pytest.mark.parametrize("question", ["Colossus supplied to whom", "colossus invested by", "コロッサスが供給 誰"])
def test_no_word_is_read_against_its_particle(question: str) -> None:
    """A facility supplies nobody: the question is refused, and not turned round."""
    assert all(step.step.want != "subject" for step in reader(world(), ontology.load()).understand(question).readings)
