"""Quantities of any writing, range and text: what holds for all of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normal import normalise
from ingest.quantities import find_quantities
from ontology.units import KINDS
from tests.growing import linear

DIGITS = "〇一二三四五六七八九"


def kanji(value: int) -> str:
    """A whole number below 10**16 in kanji."""
    groups = [(10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")]
    return "".join(_below_myriad(value // size % 10**4) + name for size, name in groups if value // size % 10**4)


def _below_myriad(value: int) -> str:
    parts = [(value // size % 10, name) for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, ""))]
    return "".join(("" if digit == 1 and name else DIGITS[digit]) + name for digit, name in parts if digit)


def mixed(value: int, comma: bool) -> str:
    """A whole number as newspapers write it: 3億5,000万."""
    groups = [(10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")]
    shape = "{:,}" if comma else "{}"
    return "".join(shape.format(value // size % 10**4) + name for size, name in groups if value // size % 10**4)


def decimal(value: int) -> str:
    """A whole number as a decimal of its largest myriad: 1.25億."""
    size, name = next((size, name) for size, name in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")) if value >= size)
    whole, rest = divmod(value, size)
    fraction = str(rest).rjust(len(str(size)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}{'.' if fraction else ''}{fraction}{name}"


WRITINGS = [str, "{:,}".format, kanji, lambda v: mixed(v, True), lambda v: mixed(v, False), decimal]
WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
UNITS = [
    ("ドル", 1, "USD"),
    ("円", 1, "JPY"),
    ("基", 1, "基"),
    ("人", 1, "person"),
    ("MW", 1, "MW"),
    ("GW", 1000, "MW"),
    ("ヶ月", 1, "month"),
]
BOUNDS = [
    ("", "", "="),
    ("約", "", "~"),
    ("", "以上", ">="),
    ("最大", "", "<="),
    ("", "を超える", ">="),
    ("", "未満", "<="),
    ("ほぼ", "", "~"),
]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 10**15 - 1) | st.builds(lambda m, e: m * 10**e, st.integers(2, 999), st.integers(0, 12)),
    st.sampled_from(WRITINGS),
    st.sampled_from(UNITS),
    st.sampled_from(BOUNDS),
    st.booleans(),
)
def test_every_writing_is_read_back(value, write, unit, bound, wide) -> None:  # type: ignore[no-untyped-def]
    """However a value is written, in any width and with any marker, the value, unit and bound come back."""
    word, factor, name = unit
    written = write(value).translate(WIDE) if wide else write(value)
    text = normalise(f"その数は{bound[0]}{written}{word}{bound[1]}になる").text
    (mention,) = find_quantities(text)
    assert (mention.value.number, mention.value.unit, mention.value.comparator) == (float(value * factor), name, bound[2])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["万", "億", "兆"]), st.sampled_from("-〜~–"))
def test_ranges_share_their_scale(low: int, more: int, scale: str, dash: str) -> None:
    """3-4万ドル is 30,000 to 40,000 whatever the numbers, the scale and the dash."""
    (mention,) = find_quantities(f"{low}{dash}{low + more}{scale}ドル")
    size = {"万": 10**4, "億": 10**8, "兆": 10**12}[scale]
    assert (mention.value.minimum, mention.value.maximum) == (low * size, (low + more) * size)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from("0123456789一二十百千万億兆数約-〜、,.$%年月日台基人GWM倍()→から以上")))
def test_any_text_is_safe(text: str) -> None:
    """No text fails; the mentions are in order, apart, inside the text, and their cores inside them."""
    mentions = find_quantities(text)
    assert all(0 <= m.start <= m.core_start < m.core_end <= m.end <= len(text) for m in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))
    assert all(m.kind in KINDS | {"bare"} for m in mentions)


@pytest.mark.parametrize("unit", ["1", "一", "1,", "123,", "-", "数", "千", "$", "約", "1.", "〜", "以上", "毎日", "1-", "USD"])
def test_long_lines_are_linear(unit: str) -> None:
    """A line without much to find, however long."""
    assert linear(find_quantities, unit)
