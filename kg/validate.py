"""Whether what shall be written conforms to the ontology (SHACL, ``ontology/shapes.ttl``): fast at the door, or in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

import ontology
from kg import namespaces as ns
from kg import rdf
from kg.errors import InputError, Nonconforming, StoreError
from kg.model import Claim, DateValue, Entity, Quantity, Reading
from kg.store import Store
from kg.terms import Quad, Triple, nt
from ontology import Ontology, Property

# --- at the door


def keep(store: Store, reading: Reading, onto: Ontology | None = None) -> bool:
    """Writes a reading and flushes; False where nothing changed. When this returns, the article survives a crash.

    Raises :class:`Nonconforming` as :func:`write` does.
    """
    changed = write(store, reading, onto or ontology.load())
    store.flush()
    return changed


def write(store: Store, reading: Reading, onto: Ontology) -> bool:
    """Puts a reading in place of what was read from its article before; False where nothing changed.

    Raises :class:`Nonconforming`, and then writes nothing, where the reading breaks the shapes.
    """
    if faults := list(reading_faults(reading, onto)):
        raise Nonconforming(report(reading.article.id, faults))
    return store.replace(ns.article_iri(reading.article.id), rdf.quads(reading, onto.entities))


def report(article: str, faults: list[str]) -> str:
    """All faults of an article in one line."""
    return f"article {article} does not conform: {'; '.join(faults)}"


def reading_faults(reading: Reading, onto: Ontology) -> Iterator[str]:
    """What in a reading breaks the shapes and is not already excluded by the model's own invariants."""
    if not _on_calendar(reading.article.published):
        yield f"published {reading.article.published} is no day of the calendar"
    for claim in reading.claims:
        yield from (f"claim {claim.id}: {fault}" for fault in claim_faults(claim, onto))


def graph_faults(quads: Iterable[Quad], onto: Ontology) -> list[str]:
    """What is wrong with an article's graph that came from elsewhere: it must be exactly what its reading would write."""
    given = set(quads)
    known = {id: Entity(id, entity.type, entity.labels) for id, entity in onto.entities.items()}
    try:
        reading = rdf.reading(given, known)
        written = set(rdf.quads(reading, onto.entities))
    except (InputError, StoreError) as error:
        return [str(error)]
    strange = [f"not of the form that is written: {nt(q.subject)} {nt(q.predicate)}" for q in sorted(given - written, key=str)]
    missing = [f"missing: {nt(q.subject)} {nt(q.predicate)}" for q in sorted(written - given, key=str)]
    return [*strange, *missing, *reading_faults(reading, onto)]


def claim_faults(claim: Claim, onto: Ontology) -> Iterator[str]:
    """What in a claim breaks the vocabulary: predicate, kind, domain, range, unit, and days that do not exist."""
    known = onto.properties.get(claim.predicate)
    if known is None:
        yield f"{claim.predicate!r} is no predicate of the vocabulary"
        return
    if claim.subject.type not in known.domain:
        yield f"{claim.predicate} has no subject of type {claim.subject.type}"
    yield from _object_faults(claim, known)
    dates = (value.date for value in (claim.value, *claim.qualifiers.values()) if isinstance(value, DateValue))
    yield from (f"{day} is no day of the calendar" for day in (claim.as_of or "", *dates) if not _on_calendar(day))


def _object_faults(claim: Claim, known: Property) -> Iterator[str]:
    fits = {"relation": Entity, "quantity": Quantity, "date": DateValue}[known.kind]
    target = claim.object or claim.value
    if not isinstance(target, fits):
        yield f"{claim.predicate} is a {known.kind}, its object a {type(target).__name__}"
    elif isinstance(target, Entity) and target.type not in known.range:
        yield f"{claim.predicate} has no object of type {target.type}"
    elif isinstance(target, Quantity) and target.unit not in known.units:
        yield f"{claim.predicate} is not measured in {target.unit}"


def _on_calendar(day: str) -> bool:
    """Whether a date of any precision exists (29 February does in years that are not named)."""
    found = re.fullmatch(r"(?:(\d{4})|-)(?:-(\d\d))?(?:-(\d\d))?", day)
    if not found:
        return not day
    year, month, last = (int(part or missing) for part, missing in zip(found.groups(), (2000, 1, 1), strict=True))
    try:
        date(year, month, last)
    except ValueError:
        return False
    return True


# --- in full


def validate(store: Store, onto: Ontology | None = None) -> Iterator[str]:
    """Every breach of the SHACL shapes in the store, article by article, by pySHACL (a few articles a second)."""
    onto = onto or ontology.load()
    background = list(store.quads(ns.ONTOLOGY_GRAPH))
    for graph in store.graphs():
        if graph.startswith(ns.ARTICLE):
            for fault in shacl_faults(store.quads(graph), onto, background):
                yield f"article {graph.removeprefix(ns.ARTICLE)}: {fault}"


def shacl_faults(quads: Iterable[Quad], onto: Ontology, background: Iterable[Quad | Triple]) -> list[str]:
    """What pySHACL finds wrong with one article's graph, with the background knowledge that it refers to beside it."""
    from pyshacl import validate as check  # rdflib takes a while to load, and most commands need none of it
    from rdflib import Graph
    from rdflib.namespace import SH

    said = list(quads)
    objects = {quad.object for quad in said}
    beside = [s for s in background if s.subject in objects or not s.subject.startswith(ns.ENTITY)]
    lines = (f"{nt(s[0])} {nt(s[1])} {nt(s[2])} .\n" for s in (*said, *beside))
    data = Graph().parse(data="".join(lines), format="nt")
    shapes = Graph().parse(data=onto.data("shapes.ttl").read_text("utf-8"), format="turtle")
    _, results, _ = check(data, shacl_graph=shapes)
    found = (
        (str(results.value(result, SH.focusNode)), str(results.value(result, SH.resultMessage)))
        for result in results.subjects(SH.resultSeverity)
    )
    return sorted({f"{ns.local(node)}: {message}" for node, message in found})
