"""What to ask in place of a question that is not understood: what the store answers, of the same thing or the same kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from weakref import WeakKeyDictionary

from kg import catalog
from kg import namespaces as ns
from kg.ask_lattice import Language
from kg.ask_query import Builder
from kg.ask_reader import Reader
from kg.ask_words import words
from kg.derive import Rules, rules
from kg.model import Entity
from kg.question import Known, Question, Understanding
from kg.store import Store
from kg.terms import Iri
from ontology import Ontology

__all__ = ["builder", "examples", "offered"]

OFFERED = 5
"""How many questions are offered in place of one that is not understood."""

LOOKED = 200
"""Of how many claims of a property the thing is taken that most of them tell of."""

FRAME = re.compile(r"SELECT .*? WHERE \{(.*)\}.*", re.DOTALL)
"""Around the patterns of a question's query."""

Offer = tuple[str, str]
"""A question that the store answers, and the property that it asks for."""

_known: catalog.Cache[tuple[Offer, ...]] = WeakKeyDictionary()


def builder(reading: Question, ontology: Ontology, derive: Rules) -> Builder:
    """What makes the query of a reading."""
    return Builder(reading, derive, frozenset(name for name, known in ontology.properties.items() if known.symmetric))


def examples(store: Store, ontology: Ontology, read: Reader, language: str) -> tuple[str, ...]:
    """Questions to start with that the store answers; found once per state of it."""
    known = catalog.kept(_known, store)
    if language not in known:
        every = ((text, read.understand(text).readings) for text in words().examples[language])
        answered = ((text, "") for text, readings in every if any(_finds(store, ontology, reading) for reading in readings))
        known[language] = tuple(islice(answered, OFFERED))
    return tuple(text for text, _ in known[language])


def offered(store: Store, ontology: Ontology, read: Reader, understanding: Understanding) -> tuple[str, ...]:
    """What the store answers: the question with a name like the unknown one, else what can be asked of the thing that it
    names, what it asks for first, else what it asks for of another thing; where it has neither, anything."""
    near = [text for text, asked in understanding.near if any(_finds(store, ontology, reading) for reading in asked)]
    if near:
        return tuple(dict.fromkeys(near))[:OFFERED]
    language, speaks = understanding.language, understanding.speaks
    of = (told for thing in understanding.about if (told := _of(store, ontology, read, thing, language)))
    told = next(of, ()) or tuple(one for name in speaks for one in _like(store, ontology, read, name, language))
    texts = (text for text, _ in sorted(told, key=lambda one: one[1] not in speaks))
    return tuple(dict.fromkeys(texts))[:OFFERED] or examples(store, ontology, read, language)


def _of(store: Store, ontology: Ontology, read: Reader, thing: Known, language: Language) -> tuple[Offer, ...]:
    """The questions of a thing that are answered."""
    known, key = catalog.kept(_known, store), f"{language} {thing.id} {thing.label}"
    if key not in known:
        asked = read.about(thing, language)
        known[key] = tuple((text, one.step.property) for text, one in asked if _finds(store, ontology, one))
    return known[key]


def _like(store: Store, ontology: Ontology, read: Reader, name: str, language: Language) -> tuple[Offer, ...]:
    """Answered questions of a property, about the things that most of its claims are about."""
    known, key = catalog.kept(_known, store), f"{language} {name}"
    if key not in known:
        offers = (offer for one in _ends(store, name) for offer in _of(store, ontology, read, one, language))
        known[key] = tuple(offer for offer in offers if offer[1] == name)
    return known[key]


def _ends(store: Store, name: str) -> Iterator[Known]:
    """The things that most claims of a property are about, and that stand at its other end."""
    for end in ("subject", "object"):
        found = store.query(f"SELECT ?e {{ ?claim rdf:predicate kg:{name} ; rdf:{end} ?e }} LIMIT {LOOKED}").rows()
        told = Counter(term for (term,) in found if isinstance(term, Iri) and term.startswith(ns.ENTITY))
        ids = [ns.local(term) for term, _ in sorted(told.items(), key=lambda one: (-one[1], one[0]))[:1]]
        yield from map(_named, catalog.described(store, ids).values() if ids else ())


def _named(entity: Entity) -> Known:
    return Known(entity.id, entity.type, entity.labels[0].text)


def _finds(store: Store, ontology: Ontology, reading: Question) -> bool:
    """Whether some claim answers it directly; to follow rules, or to put answers in order, takes long in a large store."""
    direct = replace(rules(), rules=(), background={})
    return bool(store.query(FRAME.sub(r"ASK {\1}", builder(reading, ontology, direct).sparql())).boolean)
