"""What heads a column or opens a line: its words, the unit of the bare numbers below it, and how it means them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.document import Span
from ingest.quantities import QuantityMention, find_quantities
from kg.model import Modality, Quantity
from ontology.lexicon import patterns
from ontology.model import Property
from ontology.units import measured

_RE = patterns("headers")
BRACKET = re.compile(r"\s*[(（〔\[][^()（）〔〕\[\]]*[)）〕\]]\s*")


@dataclass(frozen=True, slots=True)
class Head:
    """A header or key: its words without brackets, the unit that bare numbers below it have, and how it means them."""

    words: str
    unit: QuantityMention | None = None
    modality: Modality = Modality.ASSERTED
    span: Span = (0, 0)


def head(text: str, span: Span = (0, 0)) -> Head:
    """A header cell or key taken apart: 売上高(億ドル) → 売上高, one of which is 1e8 USD."""
    unit = None
    if found := _RE["unit"].search(text):
        made = [q for q in find_quantities("1" + found[1].strip()) if q.kind not in ("bare", "percent")]
        unit = made[0] if made and made[0].end > len(found[1].strip()) - 1 else None
    words = BRACKET.sub("", text).strip(" *:【】<>〈〉《》■◆▼●")
    return Head(words, unit, meant(text), span)


def meant(words: str) -> Modality:
    for pattern, modality in (
        (_RE["possible"], Modality.POSSIBLE),
        (_RE["estimated"], Modality.ESTIMATED),
        (_RE["planned"], Modality.PLANNED),
    ):
        if pattern.search(words):
            return modality
    return Modality.ASSERTED


def scaled(key: Head, known: Property, quantity: QuantityMention, *, alone: bool) -> QuantityMention | None:
    """A bare number of a cell in the unit of its header, else in the property's only unit where the header counts."""
    if key.unit is not None:
        factor, unit = key.unit.value.number or 1.0, key.unit.value.unit
        value = _times(quantity.value, factor, unit)
        return replace(quantity, value=value, kind=key.unit.kind, counter=key.unit.counter)
    kinds = measured(known.units)
    if alone and len(known.units) == 1 and kinds & {"count", "people"} and _RE["counted"].search(key.words):
        (unit,), (kind,) = known.units, kinds
        return replace(quantity, value=replace(quantity.value, unit=unit), kind=kind, counter=unit)
    return None


def negative(quantity: QuantityMention) -> QuantityMention:
    return (
        replace(quantity, value=_times(quantity.value, -1.0, quantity.value.unit))
        if (quantity.value.number or 0) > 0
        else quantity
    )


def _times(value: Quantity, factor: float, unit: str) -> Quantity:
    scaled = [None if part is None else part * factor for part in (value.number, value.minimum, value.maximum)]
    return replace(value, unit=unit, number=scaled[0], minimum=scaled[1], maximum=scaled[2])
