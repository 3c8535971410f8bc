"""Claims as JSON Lines: exactly the form of the spec, there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import claims, thing, told

from kg.errors import InvalidValue
from kg.jsonl import claim_from_json, claim_json, read_jsonl
from kg.model import Claim, DateValue, Quantity

KEYS = ["id", "article", "subject", "predicate", "object", "value"]
KEYS += ["qualifiers", "modality", "attributedTo", "asOf", "evidence", "confidence"]


@settings(max_examples=50)
@given(claims())
def test_reading_a_written_claim_gives_the_same_object(claim: Claim) -> None:
    """What claim_json writes survives JSON text and claim_from_json, id included."""
    written = claim_json(claim)
    again = claim_json(claim_from_json(json.loads(json.dumps(written))))
    assert again == written
    assert list(again) == KEYS


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Quantity("USD", 45e9), {"number": 45000000000, "min": None, "max": None, "comparator": "=", "unit": "USD"}),
        (Quantity("MW", 1.5, comparator="~"), {"number": 1.5, "min": None, "max": None, "comparator": "~", "unit": "MW"}),
        (Quantity("USD", None, 3e4, 4e4), {"number": None, "min": 30000, "max": 40000, "comparator": "=", "unit": "USD"}),
        (DateValue("2023-07", "~"), {"date": "2023-07", "comparator": "~"}),
    ],
)
def test_values_have_the_form_of_the_spec(value: Quantity | DateValue, written: dict[str, object]) -> None:
    """Whole numbers are written as integers, ranges as min and max, dates as text."""
    text = json.dumps(claim_json(told("xai", "valuation", value))["value"])
    assert text == json.dumps(written)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"modality": "certain"}, "line 2: claim c_.*certain"),
        ({"object": None}, "line 2: claim on xai supplies: needs an object or a value"),
        ({"evidence": [{"start": 0, "end": 9, "quote": "x"}]}, "line 2: evidence 0:9 does not fit"),
        ({"subject": {"id": "xai"}}, "line 2: claim c_.*: labels is missing"),
        ({"subject": 3}, "line 2: claim c_"),
    ],
)
def test_a_bad_line_is_named(change: dict[str, object], message: str) -> None:
    """A line that is not a claim is an InvalidValue with the line's number and what is wrong."""
    good = claim_json(told("xai", "supplies", thing("colossus", "Facility")))
    lines = [json.dumps(good), json.dumps(good | change)]
    with pytest.raises(InvalidValue, match=message):
        list(read_jsonl(lines))


@pytest.mark.shared
def test_the_gold_is_read_and_written_back(shared: Path) -> None:
    """Every gold claim comes back with the same content (ids and confidence are ours)."""
    lines = (shared / "gold" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    for line, claim in zip(lines, read_jsonl(lines), strict=True):
        row, again = json.loads(line), claim_json(claim)
        assert (again["article"], again["predicate"], again["modality"]) == (row["article"], row["predicate"], row["modality"])
        assert again["subject"]["labels"] == list(dict.fromkeys(row["subject"]["labels"]))
