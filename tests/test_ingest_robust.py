"""Whatever the text, the extractor gives claims in its exact words that conform to the ontology, in linear time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pipeline import Extractor
from ingest.reader import SAMPLES, read_files
from kg.model import Article
from kg.validate import reading_faults
from tests.growing import TRIES, growth

PASSAGES = Path(__file__).parent / "extraction" / "passages"
OWN = tuple(outcome.article.text for outcome in read_files([SAMPLES, PASSAGES / "p*.txt"]) if outcome.article)
# Characters that steer the shape of a text, a number, a date, a name or a reference, and those that break careless code.
STEERING = (
    "「」『』()（）【】[]、。・!?：:|\t\n\r\u2028 　#-*①②1２〇億万兆千数半年月日時ドル円%＄€£約超〜~はがをにへでとのや"
    "NVIDIAxＡIｴﾇﾋﾞﾃﾞｨｱ社氏🚀👩‍💻\u200f\u202e\u200b\ufeff\ud800\udfff\x00\x07\x1b̈゛"
)
REFERRING = ["同社", "両社", "3社", "彼", "これ", "その", "このセンター", "株式会社", "によると", "(以下「", "CEO", "10万基"]

pieces = st.one_of(
    st.builds(lambda text, at, size: text[at : at + size], st.sampled_from(OWN), st.integers(0, 900), st.integers(1, 120)),
    st.text(st.sampled_from(STEERING), max_size=12),
    st.text(max_size=12),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So", "Lo"]), max_size=6),
    st.sampled_from(REFERRING),
    st.sampled_from(["\n", "\n\n", "。", "\t", ": "]),
)
texts = st.lists(pieces, max_size=16).map("".join)
published = st.sampled_from(["", "2024", "2024-09", "2025-11-20"])


@cache
def extractor() -> Extractor:
    """One for the module; its model takes a second to load."""
    return Extractor()


def read(text: str, day: str = "") -> int:
    """How many claims a text makes; every one is exact and conforms."""
    reading = extractor().read(Article("a", text, published=day))
    assert list(reading_faults(reading, extractor().ontology)) == []
    assert all(text[e.start : e.end] == e.quote for claim in reading.claims for e in claim.evidence)
    assert len({claim.id for claim in reading.claims}) == len(reading.claims)
    return len(reading.claims)


@settings(max_examples=150, deadline=None)
@given(texts, published)
def test_any_text_is_read(text: str, day: str) -> None:
    """Mixtures of own sentences cut anywhere, any Unicode, half-width kana, emoji, direction marks, surrogates and NULs."""
    read(text, day)


@pytest.mark.long
@settings(max_examples=5000, deadline=None)
@given(texts, published)
def test_any_text_is_read_at_length(text: str, day: str) -> None:
    """The same, for minutes."""
    read(text, day)


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\n", "\ud800", "「", "(" * 10_000, "「" * 10_000, "「(" * 5_000 + ")」" * 5_000]
)
def test_nothing_and_deep_brackets_make_no_claim(text: str) -> None:
    """Empty, unclosed and 10,000 deep."""
    assert read(text) == 0


REPEATED = {
    "brackets": "(", "opening quotes": "「", "quotes": "「あ」", "katakana": "ア", "names in katakana": "ア・", "kanji": "電",
    "firms": "電力社", "latin": "Ab ", "capitals": "A", "initials": "A.", "digits": "1", "spaces": " ", "lines": "\n",
    "NULs": "\0", "keys": "あ:", "cells": "a|", "tabs": "a\t", "rules": "-", "headings": "# 見出し\n", "bullets": "- ",
    "short lines": "見出し\n", "addresses": "http://a.b/c?", "incorporated": "株式会社", "places": "東京の", "several": "数",
    "dashes": "ー",
}  # fmt: skip
SAID = {
    "sentences": "NVIDIAはxAIにGPUを供給した。",
    "lines that say": "NVIDIAはxAIにGPUを供給した。\n",
    "names": "NVIDIAとxAIとDellと",
    "rows": "NVIDIA\t100億円\t3年\n",
    "pairs": "設備投資: 100億円\n",
    "dates": "2024年9月、",
    "short names": "北方電算株式会社(以下「北電」)は北電だ。",
    "sites": "その会社は新しいデータセンターを建設する。",
}


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED)
def test_time_is_linear_in_what_says_nothing(piece: str) -> None:
    """Four times the text takes about four times as long, where a square would take sixteen every time."""
    assert any(growth(read, piece, 6_000) < 10 for _ in range(TRIES))


@pytest.mark.long
@pytest.mark.parametrize("piece", SAID.values(), ids=SAID)
def test_time_is_linear_in_what_is_said(piece: str) -> None:
    """The same for text that is parsed."""
    assert any(growth(read, piece, 20_000) < 8 for _ in range(TRIES))


@pytest.mark.long
@pytest.mark.parametrize("piece", [*REPEATED.values(), SAID["sentences"]], ids=[*REPEATED, "sentences"])
def test_a_line_of_a_megabyte_is_read(piece: str) -> None:
    """One line of a million characters."""
    read((piece.strip("\n") * 1_000_000)[:1_000_000])
