"""The language of questions is data: read once, checked against the vocabulary, its faults named with file and line."""

from __future__ import annotations

import pytest

import ontology
from kg.ask_forms import conjugate, inflect
from kg.ask_sayings import Sayings
from kg.ask_words import FILE, read, words
from ontology import OntologyError, data

FAULTS = [
    ("  supplies:\n", "  suplies:\n", "says nothing about supplies"),
    ("nouns: {subject: [supplier,", "nouns: {giver: [supplier,", "unknown role giver"),
    ("subj=subject obj=object with=product:", "subj=subject obj=thing:", "a frame is place=role"),
    ("{X} (located |based |built )?in", "{X} (located (based)) in", "missing or misplaced: brackets in brackets"),
    ("支える/1, サポートする", "支える/9, サポートする", "missing or misplaced: 支える has no class"),
    ("properties:\n", "properties: [\n", ""),
]
ACTIVE = [
    ("作る/5", {"作る", "作っている", "作った", "作ります"}, {"作られた", "作られている"}),
    ("組む/5", {"組んでいる", "組んだ"}, {"組まれている"}),
    ("支える/1", {"支えている", "支えます"}, {"支えられている"}),
    ("供給する", {"供給している", "供給しました", "供給を行う"}, {"供給されている"}),
]


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS)
def test_a_fault_is_named_with_its_line(right: str, wrong: str, message: str) -> None:
    """One line: file, line, what is wrong."""
    text = data(FILE).read_text("utf-8")
    assert right in text
    with pytest.raises(OntologyError) as error:
        read(text.replace(right, wrong, 1), ontology.load())
    assert str(error.value).startswith(f"{FILE}:") and message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(("verb", "active", "passive"), ACTIVE)
def test_japanese_verbs_conjugate(verb: str, active: set[str], passive: set[str]) -> None:
    """By their class, plain and polite."""
    forms = conjugate(verb, {**_table(), "godan": _table()["godan"]})
    assert active <= forms[0] and passive <= forms[1]


def test_english_verbs_inflect() -> None:
    """Regular ones by spelling, others by the table, some only in the past."""
    assert inflect("supply", {})[0] == {"supply", "supplies", "supplied", "supplying"}
    assert inflect("build", {"build": "built built building"}) == ({"build", "builds", "built", "building"}, {"built"})
    assert inflect("work!past", {})[0] == {"worked"}


def test_every_action_of_the_grammar_exists() -> None:
    """The data names no action that the program does not have, and the program has none that no row uses."""
    known = words()
    actions = set()
    nodes = [root for trees in known.grammar.values() for root in trees]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.next.values())
        actions |= {rule.action for rule in node.ends}
    assert actions == Sayings(ontology.load(), known).actions


def _table() -> dict[str, dict[str, str]]:
    import yaml

    found: dict[str, dict[str, str]] = yaml.safe_load(data(FILE).read_text("utf-8"))["conjugation"]
    return found
