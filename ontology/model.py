"""What the ontology's files say, as frozen values; terms follow OWL 2 (properties) and SKOS (labels)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["relation", "quantity", "date"]


class OntologyError(Exception):
    """A file of the ontology is wrong; the text names file and line."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a thing: its text and its BCP 47 language, ``ja``, ``en`` or empty where the name has none (a ticker)."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """One predicate of the vocabulary (``spec/claims.md`` section 1).

    ``domain`` and ``range`` name entity types; ``units`` names the units of a quantity (empty for other kinds).
    """

    name: str
    kind: Kind
    domain: frozenset[str]
    range: frozenset[str]
    units: frozenset[str]
    symmetric: bool
    labels: tuple[Label, ...]
    definitions: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """A SKOS concept of the ontology.

    ``labels`` holds every name, the most usual one first. ``weak`` holds the texts among them that are also common words
    (X, マスク): they name the entity only where something else in the article supports it. ``maker`` (who develops or
    makes a product or model), ``within`` (the place around a place or facility) and ``part_of`` (the owner of an
    organisation) are ids of other entities: background knowledge that is never exported as a claim.
    """

    id: str
    type: str
    labels: tuple[Label, ...]
    weak: frozenset[str] = frozenset()
    tickers: tuple[str, ...] = ()
    maker: str | None = None
    within: str | None = None
    part_of: str | None = None
    exact_match: tuple[str, ...] = ()
