"""Rules are data: checked when read, bounded, and told with the names of what they join."""

from __future__ import annotations

import pytest

import ontology
from kg.derive import LONGEST, atom, read, rules
from ontology import OntologyError

GOOD = """rules:
  - id: one
    then: "?x supplies ?y"
    if: ["?y uses ?p", "?p kg:maker ?x"]
    says: {en: "{x} makes {p}", ja: "{p}は{x}"}
background: []
verbs: {en: {}, ja: {}}
"""
FAULTS = [
    ("?y uses ?p", "?y devours ?p", "rules.yaml:2: rule one: unknown property devours"),
    ("kg:maker", "kg:cousin", "rules.yaml:2: rule one: unknown property cousin"),
    ("?x supplies ?y", "?z supplies ?y", "rules.yaml:2: rule one: what follows is not tied"),
    ("?y uses ?p", "?y kg:within ?p", "rules.yaml:2: rule one: rests on 0 claims"),
    ("makes {p}", "makes {q}", "rules.yaml:2: rule one: says q, which it does not bind"),
    ("?x supplies ?y", "x supplies y", "rules.yaml:1: missing or misplaced"),
    ("id: one", "name: one", "rules.yaml:1: missing or misplaced: 'id'"),
    ("rules:", "rules: [", "rules.yaml:"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS)
def test_a_faulty_rule_is_named_with_its_line(right: str, wrong: str, message: str) -> None:
    """The error says file, line, rule and fault."""
    with pytest.raises(OntologyError) as error:
        read(GOOD.replace(right, wrong, 1), ontology.load())
    assert str(error.value).startswith(message) and "\n" not in str(error.value)


def test_rules_never_feed_on_themselves() -> None:
    """Every rule of the ontology rests on a bounded number of claims, and every property of the vocabulary has its rules."""
    known = rules()
    assert all(1 <= len(rule.claims) <= LONGEST for rule in known.rules)
    assert {rule.id for rule in known.deriving("supplies")} >= {"maker-of-used", "supplier-of-operator-or-builder"}
    assert known.rule("known-maker").then.properties == ("develops",)


def test_an_atom_names_one_or_several_properties() -> None:
    """``a|b`` is either; ``kg:within+`` is one step or more of background knowledge."""
    assert atom("?o operates|builds ?y").properties == ("operates", "builds")
    assert (atom("?p kg:within+ ?y").background, atom("?p kg:within+ ?y").many) == (True, True)
