"""ingest.numerals: what a run of digits is worth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.numerals import NUMERAL, read_numeral

# text, low, high, scale, as much of the text as belongs to the numeral
TABLE = [
    ("120", 120, 120, 1, "120"),
    ("1,200", 1200, 1200, 1, "1,200"),
    ("1,20", 1, 1, 1, "1"),
    ("12.5万", 125_000, 125_000, 10_000, "12.5万"),
    ("3億5,000万", 350_000_000, 350_000_000, 1, "3億5,000万"),
    ("5千万", 50_000_000, 50_000_000, 10_000_000, "5千万"),
    ("千二百", 1200, 1200, 1, "千二百"),
    ("二〇二五", 2025, 2025, 1, "二〇二五"),
    ("二十八", 28, 28, 1, "二十八"),
    ("百万", 1_000_000, 1_000_000, 1, "百万"),
    ("数百億", 20_000_000_000, 90_000_000_000, 10_000_000_000, "数百億"),
    ("十数", 11, 19, 1, "十数"),
    ("20数", 21, 29, 1, "20数"),
    ("数10万", 200_000, 900_000, 1, "数10万"),
    ("278 万 8 千", 2_788_000, 2_788_000, 1, "278 万 8 千"),
    ("3万億", 30_000, 30_000, 10_000, "3万"),
    ("1万2億", 10_002, 10_002, 1, "1万2"),
    ("5百千", 500, 500, 100, "5百"),
    ("3数", 3, 3, 1, "3"),
]


@pytest.mark.parametrize(("text", "low", "high", "scale", "part"), TABLE)
def test_read_numeral(text: str, low: int, high: int, scale: int, part: str) -> None:
    """Digits in any script, with commas, decimals and multipliers; what is not well formed is left off."""
    found = NUMERAL.match(text)
    assert found
    numeral = read_numeral(text, 0, found.end())
    assert numeral
    assert (int(numeral.low), int(numeral.high), int(numeral.scale), text[: numeral.end]) == (low, high, scale, part)


def test_endless_digits_are_no_number() -> None:
    """A run that nobody wrote to be read is none."""
    assert read_numeral("7" * 100, 0, 100) is None


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789〇零一二三四五六七八九数十百千万億兆,.・ ", min_size=1))
def test_every_match_is_worth_something(text: str) -> None:
    """Whatever the pattern finds has a finite value of which the low end is not above the high one."""
    for found in NUMERAL.finditer(text):
        numeral = read_numeral(text, found.start(), found.end())
        assert numeral is None or (numeral.start < numeral.end <= found.end() and 0 <= numeral.low <= numeral.high)
