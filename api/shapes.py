"""From model values to the JSON bodies that both faces give (``api/schemas.py`` describes them)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler

import ontology
from kg import catalog
from kg.ask import reader
from kg.cite import STYLES, cited_json, reference
from kg.compare import Agreement, Conflict, Point, Position
from kg.errors import InvalidValue, UnknownEntity
from kg.export.stores import of_store
from kg.jsonl import Json, entity_json, value_json
from kg.model import IDENTIFIER, Article, Claim, Entity
from kg.store import Store


class Lang(StrEnum):
    """The languages of labels and citations."""

    JA = "ja"
    EN = "en"


class Type(StrEnum):
    """The types of entities (the same as ``kg.model.ENTITY_TYPES``; a test proves it)."""

    ORGANIZATION = "Organization"
    PERSON = "Person"
    FACILITY = "Facility"
    PLACE = "Place"
    PRODUCT = "Product"
    MODEL = "Model"
    PROJECT = "Project"
    PUBLICATION = "Publication"


@dataclass(frozen=True, slots=True)
class Told:
    """Of a string, what the OpenAPI document says of it; whether it holds is told by who takes it."""

    schema: Callable[[], Json]

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Json:
        """What pydantic says of it, and that."""
        return handler(core) | self.schema()


DAY = r"^((?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
Property = Annotated[str, Told(lambda: {"enum": sorted(ontology.load().properties)})]
Day = Annotated[str, Told(lambda: {"pattern": DAY})]
NEAR = 5
"""How many names like an unknown one are told."""

NAME = 200
"""Characters that a name may have; names like a longer one would be sought for seconds."""

Style = Annotated[str, Told(lambda: {"enum": ["", *STYLES]})]


def checked(store: Store, **given: Any) -> Json:
    """The conditions on claims, with ids in place of names. Raises :class:`UnknownEntity` and its like."""
    for name in given.keys() & {"subject", "object", "about", "speaker"}:
        given[name] = [entity_id(store, text) for text in given[name]]
    for id in given.get("article", ()):
        catalog.article_graph(store, id)
    known = ontology.load().properties
    for name in given.get("predicate", ()):
        if name not in known:
            raise InvalidValue(f"unknown predicate {name!r}; known: {', '.join(sorted(known))}")
    return given


def entity_id(store: Store, text: str) -> str:
    """The id of the thing that has this id or else, in any script, width or case, this name: of several the one most told of.

    Raises :class:`UnknownEntity` with names like it, and :class:`InvalidValue` for what is too long to be a name.
    """
    if IDENTIFIER.fullmatch(text) and catalog.described(store, [text]):
        return text
    if len(text) > NAME:
        raise InvalidValue(f"a name has at most {NAME} characters; this one has {len(text):,}")
    found, told = catalog.called(store, text), {}
    if not found:
        raise UnknownEntity(text, [entity.labels[0].text for entity in near(store, text)])
    if len(found) > 1:
        told = catalog.talked_about(store)
    return max(found, key=lambda entity: told.get(entity.id, 0)).id


def near(store: Store, text: str) -> list[Entity]:
    """Some things whose names are like a text or hold it."""
    like = (*reader(store, ontology.load()).near(text), *catalog.entities(store, text))
    return list({entity.id: entity for entity in like}.values())[:NEAR]


def cited(store: Store, lang: str) -> Callable[[Claim], Json]:
    """A function that gives a claim with its citation; it fetches each article once."""
    article = cache(lambda id: catalog.article(store, id))
    return lambda claim: cited_json(claim, reference(claim, article(claim.article), lang), lang)


def article_json(info: catalog.ArticleInfo) -> Json:
    """An article without its text."""
    return {name: getattr(info, name) for name in ("id", "title", "publisher", "url", "published", "claims")}


def conflict_json(conflict: Conflict, shape: Callable[[Claim], Json]) -> Json:
    """What disagrees: positions side by side, each with its claims and independent sources."""
    return {
        "subject": entity_json(conflict.subject),
        "predicate": conflict.predicate,
        "stance": conflict.stance,
        "positions": [position_json(position, shape) for position in conflict.positions],
    }


def position_json(position: Position, shape: Callable[[Claim], Json]) -> Json:
    """One side of a conflict."""
    return {
        "object": entity_json(position.object) if position.object else None,
        "value": value_json(position.value) if position.value else None,
        "denied": position.denied,
        "sources": list(position.sources),
        "claims": [shape(claim) for claim in position.claims],
    }


def agreement_json(agreed: Agreement, shape: Callable[[Claim], Json]) -> Json:
    """One statement, its independent sources and its claims."""
    return {
        "subject": entity_json(agreed.subject),
        "predicate": agreed.predicate,
        "object": entity_json(agreed.object) if agreed.object else None,
        "value": value_json(agreed.value) if agreed.value else None,
        "stance": agreed.stance,
        "sources": list(agreed.sources),
        "claims": [shape(claim) for claim in agreed.claims],
    }


def point_json(point: Point, shape: Callable[[Claim], Json]) -> Json:
    """A value at a time."""
    return {"about": point.about or None, "published": point.published or None, "claim": shape(point.claim)}


def articles(store: Store) -> Mapping[str, Article]:
    """What is known of every article, by id, without the texts."""
    return of_store(store).articles
