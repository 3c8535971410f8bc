"""Which claims pass a filter, and the day a claim is about."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import article, told

from kg.errors import InvalidValue
from kg.model import Modality, Quantity
from kg.selection import Selection, claim_day, first_day, last_day, select

CLAIM = told("xai", "gpuCount", Quantity("GPU", 1e5), modality="planned", as_of="2024-09", confidence=0.7)


@given(st.from_regex(r"[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?", fullmatch=True))
def test_first_and_last_day_are_days_of_the_date(date: str) -> None:
    """Both are real days in order, and a whole date that exists is its own first and last day."""
    first, last = (datetime.date.fromisoformat(day(date)) for day in (first_day, last_day))
    assert first <= last
    assert first.isoformat()[:7].startswith(date[:7])
    assert last.isoformat()[:7].startswith(date[:7])


@pytest.mark.parametrize(
    ("as_of", "published", "day"),
    [
        ("2024-09", "2024-12-01", "2024-09-01"),
        (None, "2024-12", "2024-12-01"),
        ("--09", "2024-12-01", "2024-09-01"),
        ("--09", "", ""),
        (None, "", ""),
        ("0000", "", ""),
    ],
)
def test_a_claim_is_about_its_as_of_else_its_publication(as_of: str | None, published: str, day: str) -> None:
    """What the text says comes first; a date without a year takes the article's; no date gives none."""
    assert claim_day(told("xai", "gpuCount", Quantity("GPU", 1.0), as_of=as_of), article(published=published)) == day


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), True),
        (Selection(predicates=frozenset({"gpuCount"})), True),
        (Selection(predicates=frozenset({"supplies"})), False),
        (Selection(modalities=frozenset({Modality.PLANNED})), True),
        (Selection(modalities=frozenset({"asserted"})), False),
        (Selection(types=frozenset({"Organization"})), True),
        (Selection(types=frozenset({"Place"})), False),
        (Selection(types=frozenset({"Place", "Organization"})), True),
        (Selection(confidence=0.7), True),
        (Selection(confidence=0.71), False),
        (Selection(since="2024-09"), True),
        (Selection(since="2024-10"), False),
        (Selection(until="2024"), True),
        (Selection(until="2024-08-31"), False),
    ],
)
def test_every_condition_must_hold(selection: Selection, kept: bool) -> None:
    """A claim passes where all that is asked for holds; empty conditions ask for nothing."""
    assert bool(list(select([CLAIM], {"a1": article()}, selection))) is kept


def test_an_undated_claim_is_in_no_period() -> None:
    """Where neither the text nor the article has a date, a filter by time drops the claim."""
    claim = told("xai", "gpuCount", Quantity("GPU", 1.0))
    assert not Selection(until="2030").keeps(claim, None)


@pytest.mark.parametrize("date", ["--09", "May 2024", "2024-13"])
def test_a_period_needs_a_year(date: str) -> None:
    """A bound that is no date with a year is refused by name."""
    with pytest.raises(InvalidValue, match=date):
        Selection(since=date)
