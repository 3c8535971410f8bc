"""How grammar uses the vocabulary, read from ``words/properties.yaml`` and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import yaml

from ontology.lexicon import READERS
from ontology.loading import data, load
from ontology.model import OntologyError

__all__ = ["Usage", "read_usage", "usage"]

FILE = "properties.yaml"


@dataclass(frozen=True, slots=True)
class Usage:
    """Properties by what grammar knows of them; ``words/properties.yaml`` says what each field is for."""

    place: str
    partner: str
    member: str
    maker: str
    operator: str
    equipment: str
    investment: str
    building: str
    staff: str
    past: str
    head: str
    founder: str
    founding: str
    opening: str
    start: str
    chips: str
    power: str
    price: str
    piece: str
    daily: str
    people: str
    raised: str
    posts: frozenset[str]
    joined: frozenset[str]
    careers: frozenset[str]
    acting: frozenset[str]
    bare_object: frozenset[str]
    bare_subject: frozenset[str]
    bought: frozenset[str]
    own_make: frozenset[str]
    others_make: frozenset[str]
    companies: frozenset[str]
    article_company: frozenset[str]
    of_things: frozenset[str]
    built: frozenset[str]
    unbuilt: frozenset[str]
    clients: frozenset[str]
    opens: frozenset[str]
    released: frozenset[str]
    results: frozenset[str]
    termed: frozenset[str]
    money_of_company: frozenset[str]
    of_company: frozenset[str]
    sole: frozenset[str]
    unnamed: frozenset[str]
    summed: frozenset[str]
    by_noun: frozenset[str]
    round: frozenset[str]
    figures: frozenset[str]
    moving: frozenset[str]
    additive: frozenset[str]
    staged: frozenset[str]
    spent: frozenset[str]
    goods: frozenset[str]
    sited: frozenset[str]
    left_out: Mapping[str, tuple[str, ...]]
    cleft_out: Mapping[str, tuple[str, ...]]
    sites: Mapping[str, tuple[str, ...]]
    coded: Mapping[str, tuple[str, ...]]


def read_usage(text: str, properties: frozenset[str]) -> Usage:
    """The usage that ``text``, in the form of the file, tells; OntologyError says which field or property is not known."""
    try:
        told = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise OntologyError(f"words/{FILE}: {' '.join(str(error).split())}") from error
    wanted = {field.name: str(field.type) for field in fields(Usage)}
    if wrong := wanted.keys() ^ told.keys():
        raise OntologyError(f"words/{FILE}: missing or unknown: {', '.join(sorted(wrong))}")
    made: dict[str, Any] = {}
    for name, kind in wanted.items():
        made[name] = READERS[kind](told[name])
        if strange := {*([made[name]] if kind == "str" else made[name])} - properties:
            raise OntologyError(f"words/{FILE}: {name}: {min(strange)!r} is no property of the vocabulary")
    return Usage(**made)


@cache
def usage() -> Usage:
    """The usage of the project's vocabulary."""
    return read_usage(data(f"words/{FILE}").read_text("utf-8"), frozenset(load().properties))
