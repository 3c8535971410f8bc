"""Rows of ``tests/extraction/*.yaml``, read and compared with what was read from their text (``spec/claims.md`` section 3).

A file maps a group (a property, as a rule) to its rows. A row is ``{id, text, claims, also?, published?}``: ``claims`` is
everything the text says, ``also`` what may be made of it without fault. A claim is written

    subject | predicate | object or value | detail | detail …

- An entity is any of its names; ``A/B`` is either, of predicates too; ``~A`` is a thing with ``A`` inside a name (for
  things without a name of their own); ``*`` is anything, and so is a predicate ``*``.
- A value is a number and a unit (``100000 GPU``, ``>=1.2e9 USD``, ``30..40 MW``) or ``on 2024-05``. A comparator
  (``=``, ``>=``, ``<=``, ``~``) is compared only where it is written.
- A detail is a modality (default ``asserted``; ``any`` where readers may differ), the speakers, outermost first
  (``by Financial Times > Jensen Huang``; ``by -`` for nobody; not compared where left out), or a qualifier ``role=CEO``.

In ``also`` details are not compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.model import Claim, DateValue, Entity, Modality, Quantity

HERE = Path(__file__).parent
KNOWN = HERE / "known_failures.txt"
SYMMETRIC = frozenset({"partnersWith", "competesWith"})
DROP = re.compile(r"[\s・･.,、'’\"“”「」『』()()$_-]+")
SUFFIX = re.compile(r"(氏|さん|社|株式会社|,?inc|corp(oration)?|technologies)$")
VALUE = re.compile(
    r"(?P<comparator>=|>=|<=|~)?(?P<low>-?\d+(?:\.\d+)?(?:e\d+)?)(?:\.\.(?P<high>-?\d+(?:\.\d+)?(?:e\d+)?))? (?P<unit>\S+)"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One claim as a row writes it, its details still as text."""

    subject: str
    predicate: str
    target: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A text, what it says, and what may be made of it besides."""

    group: str
    id: str
    text: str
    claims: tuple[Wanted, ...]
    also: tuple[Wanted, ...] = ()
    published: str = ""


def rows() -> Iterator[Row]:
    """Every row of every table, in the order of files and lines."""
    for path in sorted(HERE.glob("*.yaml")):
        for group, listed in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for row in listed:
                claims, also = (tuple(map(wanted, row.pop(name, ()))) for name in ("claims", "also"))
                yield Row(group=group, claims=claims, also=also, **row)


def known_failures() -> frozenset[str]:
    """Ids of the rows that the extractor is known to get wrong."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def wanted(text: str) -> Wanted:
    """A claim's text taken apart.

    >>> wanted("xAI | operates | Colossus | by -")
    Wanted(subject='xAI', predicate='operates', target='Colossus', details=('by -',))
    """
    subject, predicate, target, *details = (part.strip() for part in text.split(" | "))
    return Wanted(subject, predicate, target, tuple(details))


def faults(row: Row, claims: Iterable[Claim]) -> list[str]:
    """What is wrong with the claims read from a row's text, a line each; empty where all is well."""
    left = list(claims)
    found: list[str] = []
    for want in row.claims:
        made = next((claim for claim in left if same(want, claim)), None)
        if made is None:
            found.append(f"missing: {' | '.join((want.subject, want.predicate, want.target, *want.details))}")
            continue
        left.remove(made)
        found += (f"wrong {detail!r}: {shown(made)}" for detail in _details(want) if not agrees(detail, made))
    return found + [f"extra: {shown(claim)}" for claim in left if not any(same(want, claim) for want in row.also)]


def same(want: Wanted, claim: Claim) -> bool:
    """Whether a claim has the wanted subject, predicate and object or value."""
    if not {"*", claim.predicate} & set(want.predicate.split("/")):
        return False
    if claim.object is None:
        return named(want.subject, claim.subject) and same_value(want.target, claim.value)
    ends = [(claim.subject, claim.object)]
    if claim.predicate in SYMMETRIC:
        ends.append((claim.object, claim.subject))
    return any(named(want.subject, first) and named(want.target, second) for first, second in ends)


def agrees(detail: str, claim: Claim) -> bool:
    """Whether a claim has the detail: a modality, ``by …``, or ``name=value``."""
    if detail == "any" or detail in set(Modality):
        return detail in ("any", claim.modality)
    if detail.startswith("by "):
        who = [] if detail == "by -" else detail[3:].split(" > ")
        return len(who) == len(claim.attributed_to) and all(map(named, who, claim.attributed_to))
    name, told = detail.split("=", 1)
    made = claim.qualifiers.get(name)
    if isinstance(made, Quantity | DateValue):
        return same_value(told, made)
    if isinstance(made, Entity):
        return named(told, made)
    return made is not None and _is(told, norm(made))


def named(want: str, entity: Entity) -> bool:
    """Whether one of the entity's names is the wanted one.

    >>> from ontology import Label
    >>> named("~データセンター", Entity("x", "Facility", (Label("新データセンター"),)))
    True
    """
    return any(_is(want, norm(label.text)) for label in entity.labels)


def same_value(want: str, value: Quantity | DateValue | None) -> bool:
    """Whether a value is the wanted one, numbers within half a percent, dates as precise as the less precise of the two."""
    if want == "*":
        return True
    if isinstance(value, DateValue):
        return want.startswith("on ") and same_date(want[3:], value.date)
    told = VALUE.fullmatch(want)
    if told is None or value is None or told["unit"] != value.unit:
        return False
    ends = (told["low"], told["high"]) if told["high"] else (told["low"],)
    have = (value.number,) if value.minimum is None else (value.minimum, value.maximum)
    if told["comparator"] and told["comparator"] != value.comparator:
        return False
    return len(ends) == len(have) and all(_close(float(a), b) for a, b in zip(ends, have, strict=True))


def same_date(a: str, b: str) -> bool:
    """Whether two dates can be the same day; ``--MM`` knows no year."""
    if not (a.startswith("--") or b.startswith("--")):
        return a.startswith(b) or b.startswith(a)
    first, second = (date[2:] if date.startswith("--") else date[5:] for date in (a, b))
    return bool(first and second) and (first.startswith(second) or second.startswith(first))


def norm(name: str) -> str:
    """A name without the differences that make no other name."""
    text = DROP.sub("", unicodedata.normalize("NFKC", name).casefold())
    return SUFFIX.sub("", text) or text


def shown(claim: Claim) -> str:
    """A claim in the rows' own notation, for messages."""
    told = claim.object.label() if claim.object else _shown_value(claim.value)
    by = " > ".join(who.label() for who in claim.attributed_to)
    more = [f"{name}={_shown_qualifier(value)}" for name, value in claim.qualifiers.items()]
    return " | ".join((claim.subject.label(), claim.predicate, told, claim.modality, *(["by " + by] if by else []), *more))


def _details(want: Wanted) -> tuple[str, ...]:
    told = any(detail == "any" or detail in set(Modality) for detail in want.details)
    return want.details if told else (*want.details, "asserted")


def _is(want: str, name: str) -> bool:
    return any(
        part == "*" or (norm(part[1:]) in name if part.startswith("~") else norm(part) == name) for part in want.split("/")
    )


def _close(a: float, b: float | None) -> bool:
    return b is not None and abs(a - b) <= 0.005 * max(abs(a), abs(b))


def _shown_value(value: Quantity | DateValue | None) -> str:
    if isinstance(value, Quantity):
        ends = f"{value.number:g}" if value.number is not None else f"{value.minimum:g}..{value.maximum:g}"
        return f"{value.comparator}{ends} {value.unit}"
    return f"on {value.date}" if value else ""


def _shown_qualifier(value: Entity | Quantity | DateValue | str) -> str:
    if isinstance(value, Entity):
        return value.label()
    return value if isinstance(value, str) else _shown_value(value)
