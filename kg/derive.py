"""Rules by which claims lead to answers that no article states, from ``ontology/rules.yaml``; every answer cites its claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from ontology import Ontology, OntologyError, data, load

FILE = "rules.yaml"
LONGEST = 3
"""How many claims a chain may have (the columns of ``queries/answers.rq``)."""

ATOM = re.compile(r"\?(\w+) (kg:)?(\w+(?:\|\w+)*)(\+)? \?(\w+)")
BACKGROUND = frozenset({"maker", "within", "partOf"})


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing a rule rests on: a claim of any of the properties or, where ``background``, the ontology's knowledge
    (``many``: one step or more)."""

    subject: str
    properties: tuple[str, ...]
    object: str
    background: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """``then`` holds where all of ``when`` does; ``says`` tells why, by language, with the variables in braces."""

    id: str
    then: Atom
    when: tuple[Atom, ...]
    says: Mapping[str, str]

    @property
    def claims(self) -> tuple[Atom, ...]:
        """What it rests on that articles say, in the order of the chain."""
        return tuple(atom for atom in self.when if not atom.background)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, and those that give a property from background knowledge alone, by that property."""

    rules: tuple[Rule, ...]
    background: Mapping[str, Rule]
    verbs: Mapping[str, Mapping[str, str]]

    def deriving(self, property: str) -> tuple[Rule, ...]:
        """The rules that give a property."""
        return tuple(rule for rule in self.rules if property in rule.then.properties)

    def rule(self, id: str) -> Rule:
        """The rule of that id. Raises :class:`KeyError`."""
        return {rule.id: rule for rule in (*self.rules, *self.background.values())}[id]


def atom(text: str) -> Atom:
    """An atom from its text.

    >>> atom("?a kg:within+ ?b")
    Atom(subject='a', properties=('within',), object='b', background=True, many=True)
    """
    found = ATOM.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is not of the form ?a property ?b')
    subject, background, name, many, object_ = found.groups()
    return Atom(subject, tuple(name.split("|")), object_, bool(background), bool(many))


def read(text: str, ontology: Ontology) -> Rules:
    """The rules of a file's text, checked; raises :class:`OntologyError` with file and line where one does not fit."""
    try:
        said = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        rules = tuple(_rule(row, text, ontology, range(1, LONGEST + 1)) for row in said["rules"])
        known = (_rule(row, text, ontology, range(1)) for row in said["background"])
        return Rules(rules, {rule.then.properties[0]: rule for rule in known}, said["verbs"])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise OntologyError(f"{FILE}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise OntologyError(f"{FILE}:1: missing or misplaced: {error}") from None


@cache
def rules() -> Rules:
    """The rules of the ontology, read once."""
    return read(data(FILE).read_text("utf-8"), load())


def _rule(row: Mapping[str, Any], text: str, ontology: Ontology, lengths: range) -> Rule:
    rule = Rule(row["id"], atom(row["then"]), tuple(map(atom, row["if"])), dict(row["says"]))
    if why := _fault(rule, ontology, lengths):
        line = next((n for n, said in enumerate(text.splitlines(), 1) if said.strip() == f"- id: {rule.id}"), 1)
        raise OntologyError(f"{FILE}:{line}: rule {rule.id}: {why}")
    return rule


def _fault(rule: Rule, ontology: Ontology, lengths: range) -> str:
    """What is wrong with a rule: unknown properties, loose ends, fewer or more claims than a chain holds."""
    for part in (rule.then, *rule.when):
        known = BACKGROUND if part.background else ontology.properties
        if unknown := sorted(set(part.properties) - set(known)):
            return f"unknown property {', '.join(unknown)}"
    variables = {name for part in rule.when for name in (part.subject, part.object)}
    if not {rule.then.subject, rule.then.object} <= variables:
        return "what follows is not tied to what it follows from"
    if len(rule.claims) not in lengths:
        return f"rests on {len(rule.claims)} claims, not on {lengths[0]} to {lengths[-1]}"
    links = {f"{part.subject}-{part.object}" for part in rule.claims}
    used = {name for said in rule.says.values() for name in re.findall(r"\{([\w-]+)\}", said)} - links
    return f"says {', '.join(sorted(used - variables))}, which it does not bind" if used - variables else ""
