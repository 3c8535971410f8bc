"""The one converter between the model and RDF: PROV-O, Web Annotation, SKOS, schema.org, QUDT (``ontology/vocabulary.ttl``).

Every node has an IRI that follows from what it describes, so the same reading always gives the same quads. The way back,
:func:`reading`, lives in ``kg/rdf_reading.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain

import ontology
from kg import namespaces as ns
from kg.errors import InvalidValue
from kg.model import Article, Claim, DateValue, Entity, Evidence, Modality, Qualifier, Quantity, Reading
from kg.rdf_reading import reading
from kg.terms import Iri, Literal, Quad, Term, Triple, plain_number, text
from ontology.model import KnownEntity, Label

__all__ = ["date", "entity_triples", "known_triples", "mentioned", "number", "quads", "reading"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
EXACT = re.compile(r"-?\d{1,18}(\.\d{1,15})?")
DATATYPES = (
    (re.compile(r"\d{4}"), ns.XSD_G_YEAR),
    (re.compile(r"\d{4}-\d\d"), ns.XSD_G_YEAR_MONTH),
    (re.compile(r"\d{4}-\d\d-\d\d"), ns.XSD_DATE),
    (re.compile(r"--\d\d"), ns.XSD_G_MONTH),
    (re.compile(r"--\d\d-\d\d"), ns.XSD_G_MONTH_DAY),
)


def quads(reading: Reading, known: Container[str] | None = None) -> Iterator[Quad]:
    """All that one reading says, in the graph that its article's IRI names; no quad twice.

    Entities whose ids are in ``known`` (by default those of the ontology) are only referred to, since the ontology's graph
    describes them; all others are described. Raises :class:`InvalidValue` for two claims of one id and for text that no
    store can keep.
    """
    graph = ns.article_iri(reading.article.id)
    background = ontology.load().entities if known is None else known
    if strange := next((claim.id for claim in reading.claims if claim.article != reading.article.id), None):
        raise InvalidValue(f"claim {strange} is not of article {reading.article.id}")
    if len({claim.id for claim in reading.claims}) < len(reading.claims):
        raise InvalidValue(f"article {reading.article.id}: two claims say the same; they are one claim with two spans")
    described: dict[str, list[Entity]] = defaultdict(list)
    for entity in chain.from_iterable(map(mentioned, reading.claims)):
        if entity.id not in background:
            described[entity.id].append(entity)
    parts = (
        _article(reading.article),
        ((graph, ns.KG_EXTRACTOR, text(reading.extractor)), (graph, ns.KG_ONTOLOGY_VERSION, text(reading.ontology))),
        *(_claim(claim) for claim in reading.claims),
        *(entity_triples(_merged(same), graph) for same in described.values()),
    )
    return (Quad(*triple, graph) for triple in dict.fromkeys(chain.from_iterable(parts)))


def mentioned(claim: Claim) -> Iterator[Entity]:
    """Every entity that a claim refers to, possibly several times."""
    yield claim.subject
    if claim.object:
        yield claim.object
    yield from (value for value in claim.qualifiers.values() if isinstance(value, Entity))
    yield from claim.attributed_to
    yield from chain.from_iterable(evidence.attributed_to for evidence in claim.evidence)


def _merged(entities: Sequence[Entity]) -> Entity:
    """One entity with the names of all."""
    first = entities[0]
    names = dict.fromkeys(chain.from_iterable(entity.labels for entity in entities))
    return Entity(first.id, first.type, tuple(names), any(entity.discovered for entity in entities))


def _article(article: Article) -> Iterator[Triple]:
    """The article with its whole text; unknown parts are left out."""
    node = ns.article_iri(article.id)
    yield Triple(node, ns.RDF_TYPE, ns.SCHEMA_ARTICLE)
    yield Triple(node, ns.SCHEMA_ARTICLE_BODY, text(article.text))
    yield Triple(node, ns.KG_SHA256, text(article.sha256))
    told = ((ns.SCHEMA_HEADLINE, article.title), (ns.SCHEMA_PUBLISHER, article.publisher), (ns.SCHEMA_URL, article.url))
    yield from (Triple(node, predicate, text(value)) for predicate, value in told if value)
    if article.published:
        yield Triple(node, ns.SCHEMA_DATE_PUBLISHED, date(article.published))


def _claim(claim: Claim) -> Iterator[Triple]:
    """The claim's node and all nodes below it; an asserted relation also as its plain triple."""
    node, subject, predicate = ns.claim_iri(claim.id), ns.entity_iri(claim.subject.id), Iri(ns.KG + _name(claim.predicate))
    object_, below = _term(claim.object or claim.value, _child(node, "value"))
    yield Triple(node, ns.RDF_TYPE, ns.KG_CLAIM)
    yield Triple(node, ns.RDF_SUBJECT, subject)
    yield Triple(node, ns.RDF_PREDICATE, predicate)
    yield Triple(node, ns.RDF_OBJECT, object_)
    yield from below
    if claim.object and claim.modality is Modality.ASSERTED:
        yield Triple(subject, predicate, object_)
    yield Triple(node, ns.PROV_DERIVED_FROM, ns.article_iri(claim.article))
    yield Triple(node, ns.KG_MODALITY, text(claim.modality))
    yield Triple(node, ns.KG_CONFIDENCE, number(claim.confidence + 0.0))
    if claim.as_of is not None:
        yield Triple(node, ns.KG_AS_OF, date(claim.as_of))
    yield from _speakers(node, claim.attributed_to)
    resolutions = [text(resolution) for resolution in claim.resolutions]
    yield from _ordered(node, ns.KG_RESOLUTION, resolutions, ns.KG_RESOLUTIONS, _child(node, "resolutions"))
    for name, qualifier in claim.qualifiers.items():
        term, below = _term(qualifier, _child(node, "q-" + _name(name)))
        yield Triple(node, Iri(ns.QUALIFIER + name), term)
        yield from below
    yield from _evidence(node, claim)


def entity_triples(entity: Entity, article: Iri | None = None) -> Iterator[Triple]:
    """A SKOS concept with all its names; ``article`` introduced it if it is a discovered one."""
    node = ns.entity_iri(entity.id)
    yield Triple(node, ns.RDF_TYPE, ns.SKOS_CONCEPT)
    yield Triple(node, ns.RDF_TYPE, Iri(ns.KG + entity.type))
    if entity.discovered and article:
        yield Triple(node, ns.KG_DISCOVERED_IN, article)
    preferred: dict[str, Label] = {}
    for label in entity.labels:
        is_first = preferred.setdefault(label.lang, label) == label
        yield Triple(node, ns.SKOS_PREF_LABEL if is_first else ns.SKOS_ALT_LABEL, text(label.text, label.lang))
    names = [text(label.text, label.lang) for label in entity.labels]
    # In a graph of its own per article, the order of names must not run into that of another article.
    order = _child(article, f"labels-{entity.id}") if article else _child(node, "labels")
    yield from _sequence(node, names, ns.KG_LABELS, order)


def known_triples(entity: KnownEntity) -> Iterator[Triple]:
    """An entity of the ontology with its background knowledge."""
    node = ns.entity_iri(entity.id)
    yield from entity_triples(Entity(entity.id, entity.type, entity.labels))
    yield from (Triple(node, ns.KG_WEAK_LABEL, text(label)) for label in sorted(entity.weak))
    yield from (Triple(node, ns.KG_TICKER, text(ticker)) for ticker in entity.tickers)
    yield from (Triple(node, ns.SKOS_EXACT_MATCH, Iri(match)) for match in entity.exact_match)
    links = ((ns.KG_MAKER, entity.maker), (ns.KG_WITHIN, entity.within), (ns.KG_PART_OF, entity.part_of))
    yield from (Triple(node, predicate, ns.entity_iri(other)) for predicate, other in links if other)


def date(value: str) -> Literal:
    """A date as precise as it is: ``xsd:gYear``, ``gYearMonth``, ``date``, ``gMonth`` or ``gMonthDay``."""
    return Literal(value, next(datatype for form, datatype in DATATYPES if form.fullmatch(value)))


def number(value: float) -> Literal:
    """An ``xsd:decimal`` where every store keeps all its digits, else an ``xsd:double``; it reads back as the same float."""
    digits = plain_number(value)
    return Literal(digits, ns.XSD_DECIMAL if EXACT.fullmatch(digits) else ns.XSD_DOUBLE)


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise InvalidValue(f"{name!r} is not a name of the form {NAME.pattern}")
    return name


def _child(node: Iri, name: str) -> Iri:
    return Iri(f"{node}{'-' if '#' in node else '#'}{name}")


def _term(value: Qualifier | None, node: Iri) -> tuple[Term, Iterable[Triple]]:
    """What stands for a value as an object, and the triples of its own node ``node`` where it has one."""
    if isinstance(value, Entity):
        return ns.entity_iri(value.id), ()
    if isinstance(value, Quantity):
        return node, _quantity(value, node)
    if isinstance(value, DateValue):
        return node, _date_value(value, node)
    return text(value or ""), ()


def _quantity(value: Quantity, node: Iri) -> Iterator[Triple]:
    yield Triple(node, ns.RDF_TYPE, ns.QUDT_QUANTITY_VALUE)
    yield Triple(node, ns.KG_UNIT, text(value.unit))
    unit = ns.QUDT_UNITS.get(value.unit)
    if unit is None and re.fullmatch("[A-Z]{3}", value.unit) and value.unit != "GPU":
        unit = Iri(f"{ns.UNIT}CCY_{value.unit}")
    if unit:
        yield Triple(node, ns.QUDT_HAS_UNIT, unit)
    yield Triple(node, ns.KG_COMPARATOR, text(value.comparator))
    numbers = (
        (ns.QUDT_NUMERIC_VALUE, value.number),
        (ns.SCHEMA_MIN_VALUE, value.minimum),
        (ns.SCHEMA_MAX_VALUE, value.maximum),
    )
    yield from (Triple(node, predicate, number(part)) for predicate, part in numbers if part is not None)


def _date_value(value: DateValue, node: Iri) -> Iterator[Triple]:
    yield Triple(node, ns.RDF_TYPE, ns.KG_DATE_VALUE)
    yield Triple(node, ns.RDF_VALUE, date(value.date))
    yield Triple(node, ns.KG_COMPARATOR, text(value.comparator))


def _evidence(claim_node: Iri, claim: Claim) -> Iterator[Triple]:
    taken: set[Iri] = set()
    for evidence in claim.evidence:
        node = _child(claim_node, f"{evidence.start}-{evidence.end}")
        while node in taken:  # the same words, told by another speaker
            node = Iri(node + ".")
        taken.add(node)
        yield Triple(claim_node, ns.KG_EVIDENCE, node)
        yield from _span(node, evidence, ns.article_iri(claim.article))


def _span(node: Iri, evidence: Evidence, article: Iri) -> Iterator[Triple]:
    position, quote = _child(node, "position"), _child(node, "quote")
    yield Triple(node, ns.RDF_TYPE, ns.OA_SPECIFIC_RESOURCE)
    yield Triple(node, ns.OA_HAS_SOURCE, article)
    yield Triple(node, ns.OA_HAS_SELECTOR, position)
    yield Triple(node, ns.OA_HAS_SELECTOR, quote)
    yield Triple(position, ns.RDF_TYPE, ns.OA_POSITION_SELECTOR)
    yield Triple(position, ns.OA_START, Literal(str(evidence.start), ns.XSD_INTEGER))
    yield Triple(position, ns.OA_END, Literal(str(evidence.end), ns.XSD_INTEGER))
    yield Triple(quote, ns.RDF_TYPE, ns.OA_QUOTE_SELECTOR)
    yield Triple(quote, ns.OA_EXACT, text(evidence.quote))
    yield Triple(node, ns.KG_MODALITY, text(evidence.modality))
    yield from _speakers(node, evidence.attributed_to)


def _speakers(node: Iri, speakers: Iterable[Entity]) -> Iterator[Triple]:
    terms = [ns.entity_iri(speaker.id) for speaker in speakers]
    yield from _ordered(node, ns.PROV_ATTRIBUTED_TO, terms, ns.KG_SPEAKERS, _child(node, "speakers"))


def _ordered(node: Iri, each: Iri, terms: Sequence[Term], all_: Iri, order: Iri) -> Iterator[Triple]:
    """Every term under ``each``; where there are several, also their order, as an ``rdf:Seq`` under ``all_``."""
    yield from (Triple(node, each, term) for term in terms)
    yield from _sequence(node, terms, all_, order)


def _sequence(node: Iri, terms: Sequence[Term], all_: Iri, order: Iri) -> Iterator[Triple]:
    if len(terms) > 1:
        yield Triple(node, all_, order)
        yield Triple(order, ns.RDF_TYPE, ns.RDF_SEQ)
        yield from (Triple(order, Iri(f"{ns.RDF_MEMBER}{n}"), term) for n, term in enumerate(terms, 1))
