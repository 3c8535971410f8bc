"""From RDF back to the model: the other half of ``kg/rdf.py``, which says what the graph looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from kg import namespaces as ns
from kg.errors import StoreError
from kg.model import Article, Claim, DateValue, Entity, Evidence, Modality, Qualifier, Quantity, Reading, claim_order
from kg.terms import Iri, Literal, Quad, Resource, Term, Triple
from ontology.model import Label

Said: TypeAlias = Mapping[Resource, Mapping[Iri, Sequence[Term]]]
"""Subject → predicate → objects."""


def said(statements: Iterable[Quad | Triple]) -> Said:
    """An index of the statements by subject and predicate, whatever their graphs."""
    index: dict[Resource, dict[Iri, list[Term]]] = {}
    for statement in statements:
        index.setdefault(statement[0], {}).setdefault(statement[1], []).append(statement[2])
    return index


def reading(statements: Iterable[Quad | Triple], known: Mapping[str, Entity]) -> Reading:
    """The reading of one article's graph, its claims in the order of their first words.

    ``known`` holds the entities that the graph only refers to. Raises :class:`InvalidValue` or
    :class:`StoreError` where the graph is not of the form that :func:`quads` writes.
    """
    index = said(statements)
    node = one(of_type(index, ns.SCHEMA_ARTICLE), "article in its graph")
    names = {**known, **entities(index)}
    claims = sorted((claim(n, index, names) for n in of_type(index, ns.KG_CLAIM)), key=claim_order)
    versions = (_text(index, node, predicate) for predicate in (ns.KG_EXTRACTOR, ns.KG_ONTOLOGY_VERSION))
    return Reading(article(node, index), tuple(claims), *versions)


def of_type(index: Said, type_: Iri) -> list[Resource]:
    """Every subject of that ``rdf:type``."""
    return [node for node, about in index.items() if type_ in about.get(ns.RDF_TYPE, ())]


def one(found: Sequence[Resource], what: str) -> Resource:
    """The only one there is. Raises :class:`StoreError` otherwise."""
    if len(found) != 1:
        raise StoreError(f"expected one {what}, found {len(found)}")
    return found[0]


def article(node: Resource, index: Said) -> Article:
    """The article at ``node``."""
    told = (ns.SCHEMA_ARTICLE_BODY, ns.SCHEMA_HEADLINE, ns.SCHEMA_PUBLISHER, ns.SCHEMA_URL, ns.SCHEMA_DATE_PUBLISHED)
    body, *rest = ((_maybe(index, node, predicate) or Literal("")) for predicate in told)
    return Article(node.removeprefix(ns.ARTICLE), _lexical(body), *map(_lexical, rest))


def entities(index: Said) -> dict[str, Entity]:
    """Every entity that is described, by id; concepts that are none of ours are left out."""
    ours = (node for node in of_type(index, ns.SKOS_CONCEPT) if node.startswith(ns.ENTITY))
    return {entity.id: entity for entity in map(_entity_at(index), ours)}


def _entity_at(index: Said) -> Callable[[Resource], Entity]:
    def entity(node: Resource) -> Entity:
        about = index[node]
        order = chain.from_iterable(_members(index, seq) for seq in (node, *sorted(about.get(ns.KG_LABELS, ()), key=str)))
        rest = (*sorted(about.get(ns.SKOS_PREF_LABEL, ())), *sorted(about.get(ns.SKOS_ALT_LABEL, ())))
        names = (Label(term.text, term.lang) for term in chain(order, rest) if isinstance(term, Literal))
        types = sorted(ns.local(str(term)) for term in about[ns.RDF_TYPE] if str(term).startswith(ns.KG))
        discovered = ns.KG_DISCOVERED_IN in about
        return Entity(_id(node), types[0] if types else "", tuple(dict.fromkeys(names)), discovered)

    return entity


def claim(node: Resource, index: Said, known: Mapping[str, Entity]) -> Claim:
    """The claim at ``node``; ``known`` holds every entity that it refers to.

    Raises :class:`InvalidValue` or :class:`StoreError` where the graph is not of the form that :func:`quads` writes.
    """
    about = index.get(node, {})
    target = _value(_only(index, node, ns.RDF_OBJECT), index, known)
    as_of = _maybe(index, node, ns.KG_AS_OF)
    found = Claim(
        article=_lexical(_only(index, node, ns.PROV_DERIVED_FROM)).removeprefix(ns.ARTICLE),
        subject=_entity(_only(index, node, ns.RDF_SUBJECT), known),
        predicate=_lexical(_only(index, node, ns.RDF_PREDICATE)).removeprefix(ns.KG),
        evidence=tuple(_evidence_at(n, index, known) for n in about.get(ns.KG_EVIDENCE, ())),
        object=target if isinstance(target, Entity) else None,
        value=target if isinstance(target, Quantity | DateValue) else None,
        qualifiers={
            predicate.removeprefix(ns.QUALIFIER): _value(terms[0], index, known)
            for predicate, terms in about.items()
            if predicate.startswith(ns.QUALIFIER)
        },
        modality=_modality(index, node),
        attributed_to=_speakers_at(node, index, known),
        as_of=_lexical(as_of) if as_of else None,
        confidence=_number(_only(index, node, ns.KG_CONFIDENCE)) or 0.0,
        resolutions=tuple(map(_lexical, _in_order(index, node, ns.KG_RESOLUTION, ns.KG_RESOLUTIONS))),
    )
    if found.id != node.removeprefix(ns.CLAIM):
        raise StoreError(f"claim {node.removeprefix(ns.CLAIM)}: what it says belongs to the id {found.id}")
    return found


def _evidence_at(node: Term, index: Said, known: Mapping[str, Entity]) -> Evidence:
    if isinstance(node, Literal):
        raise StoreError(f"evidence is a node, not {node.text!r}")
    parts: dict[Iri, Term] = {}
    for selector in index.get(node, {}).get(ns.OA_HAS_SELECTOR, ()):
        if not isinstance(selector, Literal):
            parts |= {predicate: terms[0] for predicate, terms in index.get(selector, {}).items()}
    try:
        start, end = (int(_lexical(parts[at])) for at in (ns.OA_START, ns.OA_END))
        quote = _lexical(parts[ns.OA_EXACT])
    except (KeyError, ValueError):
        raise StoreError(f"evidence {node}: needs a start, an end and an exact quote") from None
    return Evidence(start, end, quote, _modality(index, node), _speakers_at(node, index, known))


def _value(term: Term, index: Said, known: Mapping[str, Entity]) -> Qualifier:
    if isinstance(term, Literal):
        return term.text
    if term.startswith(ns.ENTITY):
        return _entity(term, known)
    comparator = _text(index, term, ns.KG_COMPARATOR)
    if day := _maybe(index, term, ns.RDF_VALUE):
        return DateValue(_lexical(day), comparator)
    number, least, most = (_maybe(index, term, predicate) for predicate in ns.NUMBERS)
    return Quantity(_text(index, term, ns.KG_UNIT), _number(number), _number(least), _number(most), comparator)


def _entity(term: Term, known: Mapping[str, Entity]) -> Entity:
    try:
        return known[_id(term)]
    except KeyError:
        raise StoreError(f"entity {_id(term)} is nowhere described; ingest its articles again") from None


def _id(term: Term) -> str:
    return _lexical(term).removeprefix(ns.ENTITY)


def _speakers_at(node: Resource, index: Said, known: Mapping[str, Entity]) -> tuple[Entity, ...]:
    return tuple(_entity(term, known) for term in _in_order(index, node, ns.PROV_ATTRIBUTED_TO, ns.KG_SPEAKERS))


def _in_order(index: Said, node: Resource, each: Iri, all_: Iri) -> Sequence[Term]:
    about = index.get(node, {})
    return _members(index, about[all_][0]) if all_ in about else about.get(each, ())


def _members(index: Said, node: Term) -> list[Term]:
    about = {} if isinstance(node, Literal) else index.get(node, {})
    numbered = ((int(p.removeprefix(ns.RDF_MEMBER)), terms) for p, terms in about.items() if p.startswith(ns.RDF_MEMBER))
    return [term for _, terms in sorted(numbered) for term in sorted(terms, key=str)]


def _modality(index: Said, node: Resource) -> Modality:
    name = _text(index, node, ns.KG_MODALITY)
    try:
        return Modality(name)
    except ValueError:
        raise StoreError(f"{node}: unknown modality {name!r}") from None


def _number(term: Term | None) -> float | None:
    try:
        return None if term is None else float(_lexical(term))
    except ValueError:
        raise StoreError(f"{term!r} is not a number") from None


def _text(index: Said, node: Resource, predicate: Iri) -> str:
    return _lexical(_only(index, node, predicate))


def _only(index: Said, node: Resource, predicate: Iri) -> Term:
    """The one object there must be. Raises :class:`StoreError` otherwise."""
    found = index.get(node, {}).get(predicate, ())
    if len(found) != 1:
        raise StoreError(f"{node}: expected one {ns.local(predicate)}, found {len(found)}")
    return found[0]


def _maybe(index: Said, node: Resource, predicate: Iri) -> Term | None:
    return next(iter(index.get(node, {}).get(predicate, ())), None)


def _lexical(term: Term) -> str:
    return term.text if isinstance(term, Literal) else term
