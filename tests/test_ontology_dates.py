"""ontology.dates: the tables of dates.yaml, and what is refused."""

from __future__ import annotations

import pytest

from ontology.dates import date_patterns, load_dates, read_dates
from ontology.loading import data
from ontology.model import OntologyError


def test_words_are_found_where_a_date_may_begin() -> None:
    """Every word that can begin a date is one that the reader stops at."""
    words = load_dates()
    for table in (words.eras, words.years, words.months, words.days, words.weeks, words.same_years, words.same_months):
        for word in table:
            found = date_patterns().head.match(word)
            assert found
            assert found[0] == word


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("eras:", "epochs:", "dates.yaml:1: tables missing or unknown: epochs, eras"),
        ("令和: 2018", "令和: x", "dates.yaml:4: eras maps words to int"),
        ("春: 日|闘", "春: '('", "guard '\\(':"),
        ("eras: {", "eras: [", "dates.yaml: while parsing"),
    ],
)
def test_faulty_words_are_refused(old: str, new: str, message: str) -> None:
    """A file of date words that cannot be used is refused with its line."""
    text = data("dates.yaml").read_text("utf-8").replace(old, new, 1)
    with pytest.raises(OntologyError, match=message):
        read_dates(text)
