"""Claims as JSON objects, both ways (``spec/claims.md`` section 2, The export)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.errors import InvalidValue
from kg.model import Claim, DateValue, Entity, Evidence, Modality, Qualifier, Quantity, Value
from ontology.model import Label

Json = dict[str, Any]


def number_json(number: float | None) -> float | None:
    """The number, as an integer where it is one.

    >>> number_json(45e9), number_json(0.5), number_json(None)
    (45000000000, 0.5, None)
    """
    return int(number) if number is not None and float(number).is_integer() else number


def entity_json(entity: Entity) -> Json:
    """Id, type and every distinct name of an entity, the most usual first."""
    names = dict.fromkeys(label.text for label in entity.labels)
    return {"id": entity.id, "type": entity.type, "labels": list(names)}


def value_json(value: Value) -> Json:
    """A quantity as number or range with its unit, a date as text, each with its comparator."""
    if isinstance(value, DateValue):
        return {"date": value.date, "comparator": value.comparator}
    return {
        "number": number_json(value.number),
        "min": number_json(value.minimum),
        "max": number_json(value.maximum),
        "comparator": value.comparator,
        "unit": value.unit,
    }


def qualifier_json(qualifier: Qualifier) -> Json | str:
    """A qualifier as entity object, value object or plain text."""
    if isinstance(qualifier, str):
        return qualifier
    return entity_json(qualifier) if isinstance(qualifier, Entity) else value_json(qualifier)


def claim_json(claim: Claim) -> Json:
    """The claim in the export's form, keys in the order of ``spec/claims.md`` section 2."""
    spans = sorted({(span.start, span.end, span.quote) for span in claim.evidence})
    return {
        "id": claim.id,
        "article": claim.article,
        "subject": entity_json(claim.subject),
        "predicate": claim.predicate,
        "object": entity_json(claim.object) if claim.object else None,
        "value": value_json(claim.value) if claim.value else None,
        "qualifiers": {name: qualifier_json(value) for name, value in claim.qualifiers.items()},
        "modality": claim.modality.value,
        "attributedTo": [entity_json(speaker) for speaker in claim.attributed_to],
        "asOf": claim.as_of,
        "evidence": [{"start": start, "end": end, "quote": quote} for start, end, quote in spans],
        "confidence": number_json(claim.confidence),
    }


def entity_from_json(data: Mapping[str, Any]) -> Entity:
    """The entity; ids that begin with ``x_`` are those that an article introduced. Names come without their language."""
    names = tuple(Label(text) for text in data["labels"])
    return Entity(data["id"], data["type"], names, discovered=data["id"].startswith("x_"))


def value_from_json(data: Mapping[str, Any]) -> Value:
    """The value of a value object."""
    if "date" in data:
        return DateValue(data["date"], data.get("comparator", "="))
    number, least, most = (None if data.get(name) is None else float(data[name]) for name in ("number", "min", "max"))
    return Quantity(data["unit"], number, least, most, data.get("comparator", "="))


def qualifier_from_json(data: Mapping[str, Any] | str) -> Qualifier:
    """The qualifier of an entity object, a value object or a text."""
    if isinstance(data, str):
        return data
    return entity_from_json(data) if "labels" in data else value_from_json(data)


def claim_from_json(data: Mapping[str, Any]) -> Claim:
    """The claim of an exported object, such that ``claim_json`` gives the object back.

    The form keeps one modality and one chain of speakers a claim, so every span gets those. Raises
    :class:`InvalidValue` where a key is missing or a value is not of the form.
    """
    try:
        modality = Modality(data["modality"])
        speakers = tuple(entity_from_json(speaker) for speaker in data["attributedTo"])
        spans = (Evidence(e["start"], e["end"], e["quote"], modality, speakers) for e in data["evidence"])
        return Claim(
            article=data["article"],
            subject=entity_from_json(data["subject"]),
            predicate=data["predicate"],
            evidence=tuple(spans),
            object=entity_from_json(data["object"]) if data["object"] else None,
            value=value_from_json(data["value"]) if data["value"] else None,
            qualifiers={name: qualifier_from_json(value) for name, value in data["qualifiers"].items()},
            modality=modality,
            attributed_to=speakers,
            as_of=data["asOf"],
            confidence=float(data.get("confidence", 1.0)),
        )
    except KeyError as error:
        raise InvalidValue(f"claim {data.get('id', '?')}: {error.args[0]} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidValue(f"claim {data.get('id', '?')}: {error}") from error


def read_jsonl(lines: Iterable[str]) -> Iterator[Claim]:
    """The claims of an export's lines; raises :class:`InvalidValue` with the line's number."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield claim_from_json(json.loads(line))
            except (InvalidValue, json.JSONDecodeError) as error:
                raise InvalidValue(f"line {number}: {error}") from error
