"""Every sentence of our own tables says what its row lists, and nothing else (``spec/claims.md``).

The notation of a row is told in ``extraction/table.py``.

Rows named in ``extraction/known_failures.txt`` are still read wrongly and must fail; one that passes has to leave the list:
``python -m tests.extraction.refresh`` tells what is wrong with each row, the share of right ones by property, and writes
the list anew. ``python -m tests.extraction.refresh supplies leads-04`` tells about some rows only.
"""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.pipeline import Extractor
from kg.model import Article
from tests.extraction.table import Row, faults, known_failures, rows

ROWS = tuple(rows())
KNOWN = known_failures()


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()


def _parameters() -> list[object]:
    wrong = pytest.mark.xfail(strict=True, reason="in known_failures.txt")
    return [pytest.param(row, id=row.id, marks=[wrong] if row.id in KNOWN else []) for row in ROWS]


@pytest.mark.parametrize("row", _parameters())
def test_a_text_says_what_its_row_lists_and_nothing_else(row: Row, extractor: Extractor) -> None:
    """Subject, predicate, object or value and the written details of every claim agree, and no other claim is made."""
    reading = extractor.read(Article(row.id, row.text, published=row.published))
    assert faults(row, reading.claims) == []


def test_ids_are_unique_and_the_list_of_failures_names_rows() -> None:
    """A row is found by its id, and a row that was renamed or dropped leaves the list."""
    counts = Counter(row.id for row in ROWS)
    assert [name for name, count in counts.items() if count > 1] == []
    assert KNOWN - set(counts) == set()
