"""What disagrees, how a value moved, and who agrees: claims side by side, none of them preferred (issue 6, Comparing)."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import inf, isclose
from typing import Literal

from kg.model import Article, Claim, DateValue, Entity, Modality, Quantity, Value, value_key
from kg.selection import claim_day, first_day, last_day
from ontology import load
from ontology.usage import usage

Stance = Literal["fact", "plan"]
Span = tuple[float, float]
Relation = tuple[str, str, str]

STANCES: dict[Modality, Stance] = {
    Modality.ASSERTED: "fact",
    Modality.ESTIMATED: "fact",
    Modality.DENIED: "fact",
    Modality.PLANNED: "plan",
}
"""A possibility excludes nothing and so takes no side."""

PART = "product"
"""The qualifier that makes a value one of a part: 50,000 H200 among 230,000 GPUs."""

UNITS = {
    "gal/d": ("m3/d", 0.003785411784, 0.0),
    "day": ("day", 1.0, 0.5),
    "month": ("day", 30.4375, 0.5),
    "year": ("day", 365.25, 0.5),
}
"""Unit → the unit to compare in, the factor, and the rounding in units that a comparison across units allows for."""

SLACK = 90
"""Days between two undated articles within which a moving value counts as told of one time."""


@cache
def symmetric() -> frozenset[str]:
    """The relations that hold both ways."""
    return frozenset(known.name for known in load().properties.values() if known.symmetric)


@dataclass(frozen=True, slots=True)
class Position:
    """One value (or object) among those in conflict, whether it is denied, and the claims and sources behind it."""

    value: Value | None
    object: Entity | None
    denied: bool
    claims: tuple[Claim, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Positions on one property of one thing of which each excludes at least one other; best supported first."""

    subject: Entity
    predicate: str
    stance: Stance
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One statement, the independent sources that make it, and their claims; best supported first in lists."""

    subject: Entity
    predicate: str
    value: Value | None
    object: Entity | None
    stance: Stance
    sources: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time: ``about`` is the day the claim is about, ``published`` its article's date (both may be empty)."""

    about: str
    published: str
    low: float | None
    high: float | None
    claim: Claim


def reach(quantity: Quantity, across: bool = False) -> Span:
    """The least and greatest number a quantity can mean, in the unit to compare in.

    A number stands for itself within 0.5 % (as the scorer has it), ``~`` within 10 %; ``across`` allows for the rounding
    of a coarser unit (4 months and 122 days agree).
    """
    _, factor, grain = UNITS.get(quantity.unit, (quantity.unit, 1.0, 0.0))
    if quantity.minimum is not None and quantity.maximum is not None:
        return quantity.minimum * factor, quantity.maximum * factor
    number = quantity.number or 0.0
    slack = max(abs(number) * (0.1 if quantity.comparator == "~" else 0.005), grain if across else 0.0)
    low, high = (number - slack) * factor, (number + slack) * factor
    return (low if quantity.comparator != "<=" else -inf), (high if quantity.comparator != ">=" else inf)


def day_number(day: str) -> float:
    """A day as a number that grows by one a day."""
    return float(date.fromisoformat(day).toordinal())


def date_reach(value: DateValue, year: str = "") -> Span | None:
    """The first and last day a date can mean, as ordinals; None where it has no year and none is given."""
    begin = first_day(value.date, year)
    if not begin:
        return None
    start, end = day_number(begin), day_number(last_day(value.date, year))
    slack = max(end - start, 7.0) if value.comparator == "~" else 0.0
    low, high = start - slack, end + slack
    return (low if value.comparator != "<=" else -inf), (high if value.comparator != ">=" else inf)


def apart(a: Span | None, b: Span | None) -> bool:
    """Whether two spans have nothing in common."""
    return a is not None and b is not None and (a[1] < b[0] or b[1] < a[0])


def excludes(a: Value, b: Value) -> bool:
    """Whether two values cannot both hold; values that cannot be compared (two currencies) exclude nothing.

    >>> excludes(Quantity("MW", 35.0), Quantity("MW", 150.0)), excludes(Quantity("month", 4.0), Quantity("day", 122.0))
    (True, False)
    """
    if isinstance(a, DateValue) and isinstance(b, DateValue):
        years = next((value.date for value in (a, b) if not value.date.startswith("--")), "2000")
        return apart(date_reach(a, years), date_reach(b, years))
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        same = UNITS.get(a.unit, (a.unit,))[0] == UNITS.get(b.unit, (b.unit,))[0]
        across = a.unit != b.unit
        return same and apart(reach(a, across), reach(b, across))
    return False


def window(claim: Claim, article: Article | None) -> Span | None:
    """The days a claim is about: those of ``asOf``, else ``SLACK`` days around its article's publication."""
    published = article.published if article else ""
    if claim.as_of:
        return date_reach(DateValue(claim.as_of), published)
    day = first_day(published)
    return (day_number(day) - SLACK / 2, day_number(day) + SLACK / 2) if day else None


def about_the_same(a: Claim, b: Claim) -> bool:
    """Whether no qualifier tells two claims apart (another period); what is said of one product is a part of the whole."""
    told = {PART} | (a.qualifiers.keys() & b.qualifiers.keys())
    return all(a.qualifiers.get(name) == b.qualifiers.get(name) for name in told)


def adds_up(claim: Claim) -> bool:
    """Whether several values of the property hold at once; what an organisation spends adds up, what a facility costs not."""
    return claim.predicate in usage().additive or (claim.predicate in usage().spent and claim.subject.type == "Organization")


def disagree(a: Claim, b: Claim, articles: Mapping[str, Article]) -> bool:
    """Whether two claims about one property of one thing, of one stance, exclude each other."""
    if (Modality.DENIED in (a.modality, b.modality)) or a.value is None or b.value is None:
        unlike = (a.modality is Modality.DENIED) != (b.modality is Modality.DENIED)
        return unlike and _target(a) == _target(b)
    if adds_up(a) or not about_the_same(a, b) or not excludes(a.value, b.value):
        return False
    if a.predicate in usage().staged and (a.article, a.attributed_to) == (b.article, b.attributed_to):
        return False
    return a.predicate not in usage().moving or not apart(
        window(a, articles.get(a.article)), window(b, articles.get(b.article))
    )


def wholes(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without mere parts and stages: of several numbers that one voice in one article tells, the greatest stays.

    What somebody denies stays too.
    """

    def telling(claim: Claim) -> object:
        stance = STANCES.get(claim.modality)
        return claim.subject.id, claim.predicate, claim.article, claim.attributed_to, claim.as_of, stance

    def saying(claim: Claim) -> object:
        return claim.subject.id, claim.predicate, value_key(claim.object, claim.value)

    given, most = list(claims), dict[object, float]()
    denied = {saying(claim) for claim in given if claim.modality is Modality.DENIED}
    for claim in given:
        if claim.predicate in usage().staged and saying(claim) not in denied:
            most[telling(claim)] = max(_number(claim), most.get(telling(claim), -inf))
    return [claim for claim in given if saying(claim) in denied or _number(claim) >= most.get(telling(claim), -inf)]


def relation(subject: str, predicate: str, object: str) -> Relation:
    """What claims of one relation have in common: one that holds both ways is the same either way round."""
    mutual = predicate in symmetric() and object < subject
    return (object, predicate, subject) if mutual else (subject, predicate, object)


def _about(claim: Claim) -> Relation:
    return relation(claim.subject.id, claim.predicate, claim.object.id if claim.object else "")


def _target(claim: Claim) -> Relation | str:
    return _about(claim) if claim.object else value_key(None, claim.value)


def opposed(told: Iterable[tuple[Relation, Modality]]) -> frozenset[Relation]:
    """The relations in conflict, as :func:`conflicts` finds them: those that are told as facts and denied."""
    denied, facts = set(), set()
    for one, modality in told:
        if modality is Modality.DENIED:
            denied.add(one)
        elif STANCES.get(modality) == "fact":
            facts.add(one)
    return frozenset(denied & facts)


def conflicts(claims: Iterable[Claim], articles: Mapping[str, Article]) -> tuple[Conflict, ...]:
    """All conflicts, in the order of subject and property; plans are held against plans, facts against facts."""
    groups: dict[tuple[Relation, Stance], list[Claim]] = defaultdict(list)
    for claim in wholes(claims):
        if claim.modality in STANCES:
            groups[_about(claim), STANCES[claim.modality]].append(claim)
    origins = Origins(articles)
    found = (_conflict(groups[key], articles, origins) for key in sorted(groups) if len(groups[key]) > 1)
    return tuple(conflict for conflict in found if conflict)


def _conflict(claims: Sequence[Claim], articles: Mapping[str, Article], origins: Origins) -> Conflict | None:
    alike: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        alike[_standing(claim, articles)].append(claim)
    voices: dict[object, list[Claim]] = defaultdict(list)
    for standing, some in alike.items():
        voices[standing[:-1]].append(some[0])
    firsts = [one for some in voices.values() for one in some[:2]]  # whoever is asked, one of two is another voice
    parted = [claim for some in alike.values() if any(disagree(some[0], other, articles) for other in firsts) for claim in some]
    if not parted:
        return None
    sides = [
        Position(some[0].value, some[0].object, some[0].modality is Modality.DENIED, _ordered(some), origins.of(some))
        for some in sorted(_positions(parted), key=lambda some: (_number(some[0]), value_key(some[0].object, some[0].value)))
    ]
    sides.sort(key=lambda side: -len(side.sources))
    return Conflict(parted[0].subject, parted[0].predicate, STANCES[parted[0].modality], tuple(sides))


def _positions(claims: Sequence[Claim]) -> Iterable[list[Claim]]:
    """The claims by what they hold: 122 days, 4 months and about 4 months are one position, led by the value most give."""
    often = Counter(value_key(claim.object, claim.value) for claim in claims)
    sides: list[tuple[list[Claim], list[Claim]]] = []  # those who say so, the first of each that says the same
    homes: dict[object, list[Claim]] = {}
    for claim in sorted(
        claims, key=lambda claim: (-often[value_key(claim.object, claim.value)], _bound(claim) != "=", claim.id)
    ):
        said = claim.modality is Modality.DENIED, claim.value, _target(claim), _circumstances(claim)
        if said not in homes:
            home = next((side for side in sides if all(_hold_alike(claim, other) for other in side[1])), ([], []))
            if not home[0]:
                sides.append(home)
            home[1].append(claim)
            homes[said] = home[0]
        homes[said].append(claim)
    return [side for side, _ in sides]


def _hold_alike(a: Claim, b: Claim) -> bool:
    """Whether two claims say the same; a mere bound is a position of its own, for many values keep within it."""
    if (a.modality is Modality.DENIED) != (b.modality is Modality.DENIED):
        return False
    if a.value is None or b.value is None or {_bound(a), _bound(b)} & {">=", "<="}:
        return (_target(a), _bound(a)) == (_target(b), _bound(b))
    return about_the_same(a, b) and not excludes(a.value, b.value)


def _bound(claim: Claim) -> str:
    return claim.value.comparator if claim.value else ""


def _standing(claim: Claim, articles: Mapping[str, Article]) -> tuple[object, ...]:
    """All that :func:`disagree` looks at, at last whose voice it is, so that a thousand repetitions are compared once."""
    article = articles.get(claim.article)
    voice = (claim.article, claim.attributed_to) if claim.predicate in usage().staged else None
    return claim.value, claim.modality, claim.as_of, article and article.published, _circumstances(claim), voice


def _circumstances(claim: Claim) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, repr(value)) for name, value in claim.qualifiers.items()))


def _ordered(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: (claim.article, claim.evidence[0].start, claim.id)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


class Origins:
    """Where statements come from: the publication an article quotes, else its publisher, else the article itself."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._publishers = {_plain(article.publisher): article.publisher for article in articles.values()}

    def of(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """The independent sources of claims, sorted; an outlet that repeats itself or another counts once.

        What an article says again in its own words is still of the outlet from which it has it.
        """
        quoted: dict[str, list[str]] = {}
        for claim in claims:
            sources = quoted.setdefault(claim.article, [])
            for speakers in {claim.attributed_to, *(span.attributed_to for span in claim.evidence)}:
                sources += [self._known(speaker) for speaker in speakers if speaker.type == "Publication"][-1:]
        names = {_plain(name): name for id, several in quoted.items() for name in sorted(several) or [self._publisher(id)]}
        return tuple(sorted(names.values()))

    def _publisher(self, article: str) -> str:
        known = self._articles.get(article)
        return (known.publisher if known else "") or article

    def _known(self, outlet: Entity) -> str:
        """The publisher's own spelling where one of our articles is that outlet's, else the outlet's usual name."""
        own = (self._publishers.get(_plain(label.text)) for label in outlet.labels)
        return next((name for name in own if name), outlet.labels[0].text)


def agreement(claims: Iterable[Claim], articles: Mapping[str, Article]) -> tuple[Agreement, ...]:
    """Each statement with its independent sources, the best supported first; denials are left out."""
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.modality in STANCES and claim.modality is not Modality.DENIED:
            groups[_same_statement(claim)].append(claim)
    origins = Origins(articles)
    found = [_agreement(some, origins) for _, group in sorted(groups.items()) for some in _clusters(group)]
    return tuple(sorted(found, key=lambda agreed: -len(agreed.sources)))


def _agreement(claims: Sequence[Claim], origins: Origins) -> Agreement:
    first = claims[0]
    stance = STANCES[first.modality]
    return Agreement(first.subject, first.predicate, first.value, first.object, stance, origins.of(claims), _ordered(claims))


def _same_statement(claim: Claim) -> tuple[str, ...]:
    unit = claim.value.unit if isinstance(claim.value, Quantity) else ""
    return (*_about(claim), unit, STANCES[claim.modality])


def _clusters(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Groups whose values are the same number within 0.5 %, or the same date; all of a relation's claims at once."""
    cluster: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (_number(claim), value_key(claim.object, claim.value), claim.id)):
        if cluster and not same_value(cluster[0].value, claim.value):
            yield cluster
            cluster = []
        cluster.append(claim)
    yield cluster


def _number(claim: Claim) -> float:
    value = claim.value
    return (value.number if value.number is not None else value.minimum or 0.0) if isinstance(value, Quantity) else 0.0


def same_value(a: Value | None, b: Value | None) -> bool:
    """Whether two values are the same number within 0.5 %, or the same date; two claims without a value have the same."""
    if not isinstance(a, Quantity) or not isinstance(b, Quantity):
        return a == b
    numbers = [(v.number or 0.0, v.minimum or 0.0, v.maximum or 0.0, v.number is None) for v in (a, b)]
    return all(isclose(x, y, rel_tol=0.005) for x, y in zip(*numbers, strict=True))


def timeline(claims: Iterable[Claim], articles: Mapping[str, Article], subject: str, predicate: str) -> tuple[Point, ...]:
    """One property of one thing over time: by the day that claims are about, then by publication; undated ones last."""
    points = []
    for claim in claims:
        if claim.subject.id == subject and claim.predicate == predicate and claim.value is not None:
            article = articles.get(claim.article)
            low, high = _bounds(claim.value)
            points.append(Point(claim_day(claim, article), article.published if article else "", low, high, claim))
    points.sort(key=lambda p: (not p.about, p.about, p.published, p.claim.article, p.claim.evidence[0].start, p.claim.id))
    return tuple(points)


def _bounds(value: Value) -> tuple[float | None, float | None]:
    if isinstance(value, DateValue):
        day = first_day(value.date)
        ordinal = day_number(day) if day else None
        return ordinal, ordinal
    return (value.number, value.number) if value.number is not None else (value.minimum, value.maximum)
