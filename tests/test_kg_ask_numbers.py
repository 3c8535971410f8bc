"""Numbers are found in digits and in words, with their units and what bounds them; words that are mostly no number are none."""

from __future__ import annotations

import pytest

from kg.ask_numbers import Numbers
from kg.ask_text import line
from kg.ask_words import words

NUMBERS = Numbers(words())
FOUND = [
    ("more than ten thousand GPUs", ("above", 1e4, "GPU")),
    ("at least a hundred thousand GPUs", ("least", 1e5, "GPU")),
    ("twenty-five GPUs", None),
    ("twenty five megawatts", ("is", 25, "MW")),
    ("half a million GPUs", ("is", 5e5, "GPU")),
    ("one hundred and fifty", None),
    ("six billion dollars", ("is", 6e9, "USD")),
    ("3 hundred thousand GPUs", ("is", 3e5, "GPU")),
    ("10 thousand GPUs", ("is", 1e4, "GPU")),
    ("one GPU", None),
    ("a company with GPUs", None),
    ("十万基以上", ("least", 1e5, "GPU")),
    ("百五十メガワットを超える", ("above", 150, "MW")),
    ("二千五百億円", ("is", 2.5e11, "JPY")),
    ("3千億円", ("is", 3e11, "JPY")),
    ("一番大きい", None),
    ("一基", None),
]


@pytest.mark.parametrize(("text", "bound"), FOUND)
def test_numbers(text: str, bound: tuple[str, float, str] | None) -> None:
    """Of what a text has the longest."""
    found = sorted(NUMBERS.bounds(line(text)), key=lambda one: one[0] - one[1])
    assert [(one.limit, one.number, one.unit) for _, _, one in found[:1]] == ([bound] if bound else [])


@pytest.mark.parametrize("text", ["from ten thousand to twenty thousand GPUs", "一万基から二万基"])
def test_ranges(text: str) -> None:
    """Two numbers with a unit."""
    found = {one for _, _, one in NUMBERS.bounds(line(text)) if one.limit == "between"}
    assert [(one.number, one.most) for one in found] == [(1e4, 2e4)]
