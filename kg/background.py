"""What a store knows before any article is read: the vocabulary, the known entities, and the versions of both."""

from __future__ import annotations

from collections.abc import Iterator

from kg import namespaces as ns
from kg.oxigraph import parse
from kg.rdf import known_triples
from kg.terms import Quad, text
from ontology import Ontology

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
