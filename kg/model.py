"""Articles, entities, claims and their evidence as frozen values (the contract: ``spec/claims.md``).

Offsets are Python code points into ``Article.text``; ``end`` is exclusive.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from kg.errors import InvalidValue
from ontology.model import Label

Comparator = Literal["=", ">=", "<=", "~"]
COMPARATORS: frozenset[str] = frozenset({"=", ">=", "<=", "~"})
ENTITY_TYPES = (
    "Organization",
    "Person",
    "Facility",
    "Place",
    "Product",
    "Model",
    "Project",
    "Publication",
)
DATE = re.compile(
    r"(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?|--(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)"
)
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Modality(StrEnum):
    """How sure the source is (``spec/claims.md``, On every claim)."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    ESTIMATED = "estimated"
    POSSIBLE = "possible"
    DENIED = "denied"


SURE: Mapping[str, int] = {modality: rank for rank, modality in enumerate(Modality)}
"""Modality → how sure it is; the least number is the surest."""


def digest(*parts: str, size: int = 16) -> str:
    """The first ``size`` hex digits of the SHA-256 of the parts, each closed by a NUL byte.

    >>> digest("a", "b") == digest("ab")
    False
    """
    closed = "\0".join(parts) + "\0"
    return hashlib.sha256(closed.encode("utf-8", "surrogatepass")).hexdigest()[:size]


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that claims talk about.

    ``labels`` holds every name the graph knows, the most usual first. ``discovered`` is true where an article, not the
    ontology, introduced it.
    """

    id: str
    type: str
    labels: tuple[Label, ...]
    discovered: bool = False

    def __post_init__(self) -> None:
        if not IDENTIFIER.fullmatch(self.id):
            raise InvalidValue(f"entity id {self.id!r} is not of the form {IDENTIFIER.pattern}")
        if self.type not in ENTITY_TYPES:
            raise InvalidValue(f"entity {self.id}: unknown type {self.type!r}; known: {', '.join(ENTITY_TYPES)}")
        if not self.labels or not all(label.text.strip() for label in self.labels):
            raise InvalidValue(f"entity {self.id}: needs at least one label, none of them empty")

    def label(self, lang: str = "") -> str:
        """The first name in ``lang``, else (and without a language) the most usual name."""
        return next((name.text for name in self.labels if lang and name.lang == lang), self.labels[0].text)


def _finite(number: float) -> float:
    """The number as a float, zero without a sign."""
    try:
        value = float(number) + 0.0
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise InvalidValue("a quantity is a finite number that a float can hold")
    return value


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: exactly one of ``number`` or the pair ``minimum``, ``maximum`` (a range, comparator ``=``)."""

    unit: str
    number: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    comparator: str = "="

    def __post_init__(self) -> None:
        for name in ("number", "minimum", "maximum"):
            if (part := getattr(self, name)) is not None:
                # An int and the equal float must give one claim id, and RDF has no number between the two.
                object.__setattr__(self, name, _finite(part))
        ranged = self.minimum is not None and self.maximum is not None
        if ranged == (self.number is not None) or (self.minimum is None) != (self.maximum is None):
            raise InvalidValue("a quantity has either a number or both a minimum and a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise InvalidValue(f"a range from {self.minimum} to {self.maximum} runs backwards")
        if self.comparator not in COMPARATORS:
            raise InvalidValue(f"unknown comparator {self.comparator!r}")
        if not self.unit:
            raise InvalidValue("a quantity has a unit")


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date as precise as the text: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``--MM`` or ``--MM-DD``."""

    date: str
    comparator: str = "="

    def __post_init__(self) -> None:
        if not DATE.fullmatch(self.date):
            raise InvalidValue(f"{self.date!r} is not a date of the form YYYY, YYYY-MM, YYYY-MM-DD, --MM or --MM-DD")
        if self.comparator not in COMPARATORS:
            raise InvalidValue(f"unknown comparator {self.comparator!r}")


Value = Quantity | DateValue
Qualifier = Entity | Quantity | DateValue | str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the article's text that states the claim, with who says it there and how sure.

    ``quote == article.text[start:end]``; ``modality`` and ``attributed_to`` are those of this very span (a claim repeated
    by another speaker keeps both).
    """

    start: int
    end: int
    quote: str
    modality: Modality = Modality.ASSERTED
    attributed_to: tuple[Entity, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.quote):
            raise InvalidValue(f"evidence {self.start}:{self.end} does not fit a quote of {len(self.quote)} characters")


def evidence_order(evidence: Evidence) -> tuple[int, int, str, tuple[str, ...]]:
    """By offset; who says it and how sure decide between equal spans, so that the order never depends on a hash seed."""
    return evidence.start, evidence.end, evidence.modality, tuple(speaker.id for speaker in evidence.attributed_to)


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement of one article; its qualifiers are read-only.

    Exactly one of ``object`` and ``value`` is set. ``modality``, ``attributed_to``, ``as_of`` are those of the claim's
    leading statement, ``evidence`` is sorted by offset. ``resolutions`` records how names that are not in the quote were
    resolved, e.g. ``同社 → xai``.
    """

    article: str
    subject: Entity
    predicate: str
    evidence: tuple[Evidence, ...]
    object: Entity | None = None
    value: Value | None = None
    qualifiers: Mapping[str, Qualifier] = field(default_factory=dict)
    modality: Modality = Modality.ASSERTED
    attributed_to: tuple[Entity, ...] = ()
    as_of: str | None = None
    confidence: float = 1.0
    resolutions: tuple[str, ...] = ()
    _id: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if (self.object is None) == (self.value is None):
            raise InvalidValue(f"claim on {self.subject.id} {self.predicate}: needs an object or a value, not both")
        if not self.evidence:
            raise InvalidValue(f"claim on {self.subject.id} {self.predicate}: needs evidence")
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidValue(f"confidence {self.confidence} is not between 0 and 1")
        if self.as_of is not None and not DATE.fullmatch(self.as_of):
            raise InvalidValue(f"as_of {self.as_of!r} is not a date")
        object.__setattr__(self, "qualifiers", MappingProxyType(dict(sorted(self.qualifiers.items()))))
        object.__setattr__(self, "evidence", tuple(sorted(set(self.evidence), key=evidence_order)))

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two statements of one article the same claim: subject, predicate, object or value, and polarity.

        The comparator is no part of it: 10万基 and 10万基以上 in one article are one statement told twice.
        """
        polarity = "denied" if self.modality is Modality.DENIED else ""
        return (self.article, self.subject.id, self.predicate, value_key(self.object, self.value), polarity)

    @property
    def id(self) -> str:
        """``c_`` and 16 hex digits that follow from ``key`` alone."""
        if not self._id:  # asked for often, and a digest each time
            object.__setattr__(self, "_id", "c_" + digest(*self.key))
        return self._id

    @property
    def leading(self) -> Evidence:
        """The first span told as the claim itself is, by the same speakers and as surely; the first of all where none is."""
        first, own = self.evidence[0], (self.modality, self.attributed_to)
        return (
            first
            if len(self.evidence) == 1
            else next((e for e in self.evidence if (e.modality, e.attributed_to) == own), first)
        )


def claim_order(claim: Claim) -> tuple[str, int, int, str]:
    """The order of lists and exports: by article, then by the claim's first words."""
    return claim.article, claim.evidence[0].start, claim.evidence[0].end, claim.id


def value_key(entity: Entity | None, value: Value | None) -> str:
    """A text that is equal exactly for equal objects and equal values whatever their comparator."""
    if entity is not None:
        return entity.id
    if isinstance(value, Quantity):
        return "|".join(str(part) for part in (value.unit, value.number, value.minimum, value.maximum))
    return value.date if value is not None else ""


@dataclass(frozen=True, slots=True)
class Article:
    """A text as it was read and what is known about it.

    ``published`` is an ISO date (possibly only a year or a month). ``text`` is what all offsets refer to.
    """

    id: str
    text: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""

    def __post_init__(self) -> None:
        if not IDENTIFIER.fullmatch(self.id):
            raise InvalidValue(f"article id {self.id!r} is not of the form {IDENTIFIER.pattern}")
        if self.published and (self.published.startswith("-") or not DATE.fullmatch(self.published)):
            raise InvalidValue(f"article {self.id}: published {self.published!r} is not a date of the form YYYY-MM-DD")

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one article's ingestion produced: what goes into its named graph, and what made it.

    Raises :class:`InvalidValue` where a quote is not the article's own words.
    """

    article: Article
    claims: tuple[Claim, ...]
    extractor: str
    ontology: str

    def __post_init__(self) -> None:
        for claim in self.claims:
            for evidence in claim.evidence:
                if self.article.text[evidence.start : evidence.end] != evidence.quote:
                    raise InvalidValue(
                        f"claim {claim.id}: {evidence.quote!r} is not the text at {evidence.start}:{evidence.end}"
                    )
