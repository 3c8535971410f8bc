"""What a store knows before any article is read: vocabulary, known entities, versions; and how an older store is brought up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg import namespaces as ns
from kg.errors import StoreError, StoreTooNew
from kg.model import Reading
from kg.oxigraph import parse
from kg.rdf import known_triples, quads
from kg.terms import Literal, Quad, text
from ontology import Ontology

if TYPE_CHECKING:
    from kg.store import Store

FORMAT = 1
"""The layout of stores and of the graphs in them; a store of a higher one is refused."""


def background_quads(onto: Ontology) -> Iterator[Quad]:
    """The graph ``https://aikg.example/ontology``: background knowledge, never exported as claims."""
    yield from (Quad(*triple, ns.ONTOLOGY_GRAPH) for triple in parse(onto.data("vocabulary.ttl").read_bytes(), "turtle"))
    for entity in onto.entities.values():
        yield from (Quad(*triple, ns.ONTOLOGY_GRAPH) for triple in known_triples(entity))


def meta_quads(onto: Ontology) -> Iterator[Quad]:
    """The graph ``https://aikg.example/meta``: the versions."""
    yield Quad(ns.STORE, ns.KG_FORMAT_VERSION, text(str(FORMAT)), ns.META_GRAPH)
    yield Quad(ns.STORE, ns.KG_ONTOLOGY_VERSION, text(onto.version), ns.META_GRAPH)


def check_format(store: Store) -> None:
    """Raises :class:`StoreTooNew`, or :class:`StoreError` for a layout that a writer must bring up to date first."""
    if stored_format(store) < FORMAT:
        raise StoreError("an older version made the store; kg ingest without paths brings it up to date")


def prepare(store: Store, onto: Ontology) -> None:
    """Brings the store to this version's layout and ontology; being killed on the way does no harm.

    The articles of an older layout keep their text and await reading (``kg.ingesting``). Entities that this version of the
    ontology no longer knows stay described, since claims may refer to them. Raises :class:`StoreTooNew`.
    """
    meta = set(meta_quads(onto))
    if set(store.quads(ns.META_GRAPH)) == meta:
        return
    if stored_format(store) < FORMAT:
        _forget_claims(store)
    new = list(background_quads(onto))
    described = {quad.subject for quad in new}
    retired = (q for q in store.quads(ns.ONTOLOGY_GRAPH) if q.subject.startswith(ns.ENTITY) and q.subject not in described)
    store.replace(ns.ONTOLOGY_GRAPH, [*new, *retired])
    store.replace(ns.META_GRAPH, meta)
    store.flush()


def stored_format(store: Store) -> int:
    """The layout that the store says it has. Raises :class:`StoreTooNew`."""
    found = [q.object for q in store.quads(ns.META_GRAPH) if q.predicate == ns.KG_FORMAT_VERSION]
    number = int(found[0].text) if found and isinstance(found[0], Literal) else FORMAT
    if number > FORMAT:
        raise StoreTooNew(f"the store has format {number}; this version reads up to {FORMAT}")
    return number


def _forget_claims(store: Store) -> None:
    from kg import catalog  # it reads stores, which know this module

    for article in catalog.articles(store):
        store.replace(ns.article_iri(article.id), quads(Reading(article, (), "", ""), ()))
