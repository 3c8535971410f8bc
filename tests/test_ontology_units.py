"""ontology.units: the tables of units.yaml, and what is refused."""

from __future__ import annotations

import pytest

from ontology.loading import data
from ontology.model import OntologyError
from ontology.units import KINDS, load_units, read_units


@pytest.mark.parametrize(
    ("word", "kind", "unit", "factor"),
    [("ドル", "money", "USD", 1), ("GW", "power", "MW", 1000), ("Gigawatts", "power", "MW", 1000), ("割", "percent", "%", 10)],
)
def test_unit(word: str, kind: str, unit: str, factor: int) -> None:
    """A word stands for a kind, a unit and a factor; long Latin words in any case."""
    found = load_units().unit(word)
    assert (found.kind, found.unit, int(found.factor)) == (kind, unit, factor)


def test_every_word_is_matched_whole() -> None:
    """No word is hidden by a shorter one, and each has a known kind."""
    units = load_units()
    assert {unit.kind for unit in units.words.values()} == KINDS
    for word in units.words:
        found = units.word.match(word)
        assert found
        assert found[1] == word


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("units:\n", "units: [\n", "units.yaml: while parsing"),
        ("rates:", "pace:", "units.yaml:1: parts missing or unknown: pace, rates"),
        ("kind: money, unit: EUR", "kind: gold, unit: EUR", "units.yaml:11: unknown kind 'gold'"),
        ("kind: money, unit: EUR", "kind: money, units: EUR", "units.yaml:11: a row has kind"),
        ("factor: 0.01", "factor: much", "units.yaml:8: factor is a number"),
        ("[円, ", "[円, ドル, ", "units.yaml:9: 'ドル' is in two rows"),
        ("guards: {ドル:", "guards: {どる:", "guard of an unknown word 'どる'"),
        ("箱|安", "箱(|安", "units.yaml:[0-9]+: guards"),
        ('">=": [最低', '">": [最低', "a comparator is one of"),
        ("  joint:", "  joined:", "units.yaml:[0-9]+: .*joined"),
    ],
)
def test_faulty_units_are_refused(old: str, new: str, message: str) -> None:
    """A file of units that cannot be used is refused, its line named."""
    text = data("units.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(OntologyError, match=message):
        read_units(text.replace(old, new, 1))


def test_units_are_a_mapping() -> None:
    """A file that holds something else than tables is refused."""
    with pytest.raises(OntologyError, match=r"units\.yaml:1: a mapping is needed"):
        read_units("[]")
