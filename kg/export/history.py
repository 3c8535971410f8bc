"""A thing's values over time, as Gephi's timeline shows them: each from its day until another is told (issue 7, Gephi)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kg.compare import disagree, excludes, same_value
from kg.jsonl import number_json
from kg.model import SURE, Article, Claim, Entity, Modality, Quantity
from kg.selection import claim_day
from kg.wording import target_text

FUTURE = frozenset({Modality.PLANNED, Modality.POSSIBLE})


class Moment(NamedTuple):
    """A node's value from ``start`` to ``end`` (days, both included; an empty one is open)."""

    column: str
    value: float | str
    start: str
    end: str


def column(claim: Claim) -> str:
    """The node column of a value: property, unit, product where only that is counted, whether it is only planned or possible.

    ``gpuCount (GPU) planned``, ``gpuCount (GPU) H100``.
    """
    unit = f" ({claim.value.unit})" if isinstance(claim.value, Quantity) else ""
    parts = [part.label("en") for part in claim.qualifiers.values() if isinstance(part, Entity)]
    return " ".join([claim.predicate + unit, *parts, *([claim.modality.value] if claim.modality in FUTURE else [])])


def history(claims: Iterable[Claim], articles: Mapping[str, Article]) -> tuple[Moment, ...]:
    """The values of one thing by column, each until the day before the next.

    The order is that of the days which claims are about (``asOf``, else publication). Of one day's values the surest stands
    in the column; those that disagree with it (:func:`kg.compare.disagree`) stand beside it, in columns ``#2``, ``#3`` …,
    since Gephi allows a column one value at a time. What an article of a later day tells again without saying of when
    changes nothing: neither the value that holds nor an older one begins anew. Where a column has no day at all, its surest
    value always holds. What is denied is left to the column of all values.
    """
    columns: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    for claim in claims:
        if claim.modality is not Modality.DENIED:
            columns[column(claim)].append((claim_day(claim, articles.get(claim.article)), claim))
    return tuple(
        moment for name, told in sorted(columns.items()) for moment in _moments(name, sorted(told, key=_order), articles)
    )


def _order(told: tuple[str, Claim]) -> tuple[str, int, float, int, float, str]:
    """By day, the surest first; of stages that one voice tells at once the greatest, which has the others in it."""
    day, claim = told
    size = claim.value.number or claim.value.maximum or 0.0 if isinstance(claim.value, Quantity) else 0.0
    return day, SURE[claim.modality], -claim.confidence, -len(claim.evidence), -size, claim.id


def _moments(name: str, told: Sequence[tuple[str, Claim]], articles: Mapping[str, Article]) -> Iterator[Moment]:
    changes = _changes([(day, claim) for day, claim in told if day] or told, articles)
    for (day, holding), after in zip(changes, [day for day, _ in changes[1:]] + [""], strict=True):
        end = (date.fromisoformat(after) - timedelta(days=1)).isoformat() if after else ""
        for place, claim in enumerate(holding, 1):
            yield Moment(f"{name} #{place}" if place > 1 else name, _plain_value(claim), day, end)


def _changes(told: Sequence[tuple[str, Claim]], articles: Mapping[str, Article]) -> list[tuple[str, list[Claim]]]:
    """The days after which another value holds: with each the surest of that day and those that disagree with it."""
    changes: list[tuple[str, list[Claim]]] = []
    before: list[Claim] = []
    for day, claim in told:
        since, holding = changes[-1] if changes else ("", [])
        if day == since and holding:
            if all(disagree(claim, other, articles) for other in holding):
                holding.append(claim)
        elif not any(_tells_again(claim, old) for old in (holding[:1] if claim.as_of else before)):
            changes.append((day, [claim]))
        before.append(claim)
    return changes


def _tells_again(claim: Claim, old: Claim) -> bool:
    """Whether what was told at least as surely before covers a claim; 10万基以上 says nothing new beside 20万基."""
    new, known = claim.value, old.value
    if new is None or known is None or SURE[old.modality] > SURE[claim.modality]:
        return False
    return same_value(new, known) or (new.comparator in (">=", "<=") and not excludes(new, known))


def _plain_value(claim: Claim) -> float | str:
    value = claim.value
    if not isinstance(value, Quantity):
        return target_text(claim)
    middle = value.number if value.number is not None else ((value.minimum or 0.0) + (value.maximum or 0.0)) / 2
    return number_json(middle) or 0
