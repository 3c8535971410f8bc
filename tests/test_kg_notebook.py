"""The library's public face: a question, claims with citations, and how a notebook shows both."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from api_world import BLOG, CLAIMS, template
from question_world import world

from kg import agreement, ask, claims, conflicts, open_store
from kg.errors import InvalidValue
from kg.model import Quantity

CONSUMER = """
from kg import ask, claims, open_store
with open_store() as store:
    found = ask(store, "who supplies Colossus")
    reveal_type(found.answers[0].claims[0].citation.publisher)
    reveal_type(claims(store, subject="xai")[0].claim.subject.id)
"""


def words(html: str) -> str:
    """The text of a piece of HTML that closes what it opens."""
    texts: list[str] = []
    opened: list[str] = []
    parser = HTMLParser()
    parser.handle_data = texts.append  # type: ignore[method-assign]
    parser.handle_starttag = lambda tag, attrs: opened.append(tag)  # type: ignore[method-assign]
    parser.handle_endtag = lambda tag: None if opened.pop() == tag else pytest.fail(tag)  # type: ignore[method-assign]
    parser.feed(html)
    assert opened == []
    return "".join(texts)


def test_claims_come_with_their_citations() -> None:
    """All conditions of a store's claims work; one that is none is refused."""
    with open_store(template(), read_only=True) as store:
        found = claims(store, subject="xai", predicate="valuation", lang="en", limit=1)
        assert [(one.claim.id, one.citation.title) for one in found] == [(CLAIMS[3].id, BLOG.title)]
        assert len(claims(store)) == len(CLAIMS)
        with pytest.raises(InvalidValue):
            claims(store, modality="certain")


def test_what_sources_say_alike_or_not_is_had_in_a_program() -> None:
    """Positions that exclude each other, and statements by how many independent sources make them."""
    sides = [position.value for position in conflicts(world(), subject="xai", predicate="valuation")[0].positions]
    assert {side.number for side in sides if isinstance(side, Quantity)} == {4.5e10, 2.4e10}
    best = agreement(world(), subject="sequoia-capital")[0]
    assert (best.object and best.object.id, len(best.sources)) == ("xai", 2)


def test_a_notebook_shows_claims_as_text() -> None:
    """Quote, modality, source and id; what an article says never runs."""
    with open_store(template(), read_only=True) as store:
        shown = claims(store)._repr_html_()
    assert "<script>" not in shown and "javascript:" not in shown
    assert all(claim.id in words(shown) and claim.evidence[0].quote in words(shown) for claim in CLAIMS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "who supplies Colossus",
            ["organisations that supply Colossus", "NVIDIA", "Oracle", "indirect", "Data Daily", "independent sources: "],
        ),
        ("NVIDIAはコロッサスに供給していますか", ["yes", "Data Daily"]),
        ("how many companies supply Colossus", ["3"]),
        ("how many GPUs does Colossus have", ["GPU"]),
        ("who is behind Colossus?", ["that build Colossus", "that operate Colossus"]),
        ("who acquired Colossus", ["No article that was read says so."]),
        ("who devoured Colossus", ["not understood: devoured", "Who supplies Colossus?"]),
    ],
)
def test_a_notebook_shows_an_answer(question: str, expected: list[str]) -> None:
    """Interpretation, answers, verdict or count, and what can be asked instead."""
    shown = words(ask(world(), question)._repr_html_())
    assert [part for part in expected if part not in shown] == []


def test_a_consumer_sees_types(tmp_path: Path) -> None:
    """A type checker knows what comes back."""
    (tmp_path / "consumer.py").write_text(CONSUMER, "utf-8")
    root = Path(__file__).resolve().parents[1]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(tmp_path / "consumer.py")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.count('Revealed type is "str"') == 2, ran.stdout + ran.stderr
