"""A thing's values over time, as Gephi's timeline shows them: each from its day until another is told (issue 7, Gephi)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kg.compare import excludes, same_value
from kg.jsonl import number_json
from kg.model import Article, Claim, Entity, Modality, Quantity
from kg.selection import claim_day
from kg.wording import target_text

STRENGTH: Mapping[str, int] = {modality: rank for rank, modality in enumerate(Modality)}
"""Modality → how sure it is; the least number is the surest."""

FUTURE = frozenset({Modality.PLANNED, Modality.POSSIBLE})


class Moment(NamedTuple):
    """A node's value from ``start`` to ``end`` (days, both included; an empty end is open)."""

    column: str
    value: float | str
    start: str
    end: str


def column(claim: Claim) -> str:
    """The node column of a value: property, unit, product where only that is counted, whether it is still to come.

    ``gpuCount (GPU) planned``, ``gpuCount (GPU) H100``.
    """
    unit = f" ({claim.value.unit})" if isinstance(claim.value, Quantity) else ""
    parts = [part.label("en") for part in claim.qualifiers.values() if isinstance(part, Entity)]
    return " ".join([claim.predicate + unit, *parts, *(["planned"] if claim.modality in FUTURE else [])])


def history(claims: Iterable[Claim], articles: Mapping[str, Article]) -> tuple[Moment, ...]:
    """The values of one thing by column, each until the day before the next.

    The order is that of the days which claims are about (``asOf``, else publication), of one day's values the surest stands.
    What an article of a later day tells again without saying of when changes nothing: neither the value that holds nor an
    older one begins anew. What is denied or has no day is left to the column of all values.
    """
    columns: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    for claim in claims:
        day = claim_day(claim, articles.get(claim.article))
        if day and claim.modality is not Modality.DENIED:
            columns[column(claim)].append((day, claim))
    return tuple(moment for name, told in sorted(columns.items()) for moment in _moments(name, sorted(told, key=_order)))


def _order(told: tuple[str, Claim]) -> tuple[str, int, float, int, str]:
    day, claim = told
    return day, STRENGTH[claim.modality], -claim.confidence, -len(claim.evidence), claim.id


def _moments(name: str, told: Sequence[tuple[str, Claim]]) -> Iterator[Moment]:
    changes = _changes(told)
    for (day, claim), after in zip(changes, [day for day, _ in changes[1:]] + [""], strict=True):
        end = (date.fromisoformat(after) - timedelta(days=1)).isoformat() if after else ""
        yield Moment(name, _plain_value(claim), day, end)


def _changes(told: Sequence[tuple[str, Claim]]) -> list[tuple[str, Claim]]:
    """Those after which another value holds."""
    changes: list[tuple[str, Claim]] = []
    before: list[Claim] = []
    for day, claim in told:
        holds = changes[-1:]
        again = [old for old in (before if not claim.as_of else [one for _, one in holds]) if _tells_again(claim, old)]
        if not again and [day] != [since for since, _ in holds]:
            changes.append((day, claim))
        before.append(claim)
    return changes


def _tells_again(claim: Claim, old: Claim) -> bool:
    """Whether what was told at least as surely before covers a claim; 10万基以上 says nothing new beside 20万基."""
    new, known = claim.value, old.value
    if new is None or known is None or STRENGTH[old.modality] > STRENGTH[claim.modality]:
        return False
    return same_value(new, known) or (new.comparator in (">=", "<=") and not excludes(new, known))


def _plain_value(claim: Claim) -> float | str:
    value = claim.value
    if not isinstance(value, Quantity):
        return target_text(claim)
    middle = value.number if value.number is not None else ((value.minimum or 0.0) + (value.maximum or 0.0)) / 2
    return number_json(middle) or 0
