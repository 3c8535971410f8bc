"""The table of what grammar takes for granted of properties."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ontology import OntologyError, data, load
from ontology.lexicon import patterns, words
from ontology.units import measured
from ontology.usage import read_usage


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("place: locatedIn", "place: isIn", "properties.yaml: place: 'isIn' is no property"),
        ("additive: [fundsRaised]", "additive: [rounds]", "properties.yaml: additive: 'rounds' is no property"),
        ("  leases: [を, に]", "  rents: [を, に]", "properties.yaml: cleft_out: 'rents' is no property"),
        ("place:", "places:", "properties.yaml: missing or unknown: place, places"),
        ("place:", "[place:", "properties.yaml: while parsing"),
    ],
)
def test_a_faulty_table_is_refused(old: str, new: str, message: str) -> None:
    """The field that cannot be used is named."""
    text = data("words/properties.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(OntologyError, match=message):
        read_usage(text.replace(old, new, 1), frozenset(load().properties))


def test_every_quantity_measures_one_thing() -> None:
    """Its units tell what; so a new property needs no more than its units."""
    kinds = {name: measured(known.units) for name, known in load().properties.items() if known.kind == "quantity"}
    assert {name for name, kind in kinds.items() if len(kind) != 1} == set()
    assert (kinds["powerCapacity"], kinds["waterUse"]) == ({"power"}, {"water"})


def test_every_pattern_and_list_of_words_is_looked_for_somewhere() -> None:
    """A name that is misspelt in a module, or that no module uses any more, is found here."""
    sources = {path.stem: path.read_text("utf-8") for path in (Path(__file__).parents[1] / "ingest").glob("*.py")}
    used = {
        (module, name)
        for module, text in sources.items()
        for name in re.findall(rf'(?:_RE|_WORDS|(?:patterns|words)\("{module}"\))\[["\'](\w+)["\']\]', text)
    }
    told = {(module, name) for module in sources for name in (*patterns(module), *words(module))}
    assert used == told
