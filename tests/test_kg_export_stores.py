"""Exports of a real store: claims as they were read, graphs as RDF."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from api_world import known
from strategies import thing, told

from kg.export import FORMATS, GraphOptions, export
from kg.export.stores import of_store
from kg.jsonl import read_jsonl
from kg.model import ENTITY_TYPES, Article, Claim, Quantity, Reading
from kg.namespaces import META_GRAPH, article_iri
from kg.rdf import quads
from kg.selection import Selection
from kg.store import Store, open_store
from ontology import Ontology

ROOT = Path(__file__).resolve().parents[1]
COLOSSUS = thing("x_00000000c0", "Facility", "Colossus Annex")
TEXTS = {"a1": "Acme supplies the annex.", "a2": "The annex has 5 GPUs."}
CLAIMS = [
    told(thing("x_0000000ac0", "Organization", "Acme"), "supplies", COLOSSUS, quote=TEXTS["a1"]),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 5.0), article="a2", quote=TEXTS["a2"], modality="planned"),
]


def placed() -> Claim:
    """That NVIDIA, of whose chip the other article tells, has a place in the graph."""
    return told(known("nvidia"), "locatedIn", known("memphis"), article="a2", quote=TEXTS["a2"])


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store with one claim of each of two articles."""
    small = Ontology(properties={}, entities={}, types=ENTITY_TYPES, version="0123456789ab", _named={})
    with open_store(onto=small) as opened:
        for claim in CLAIMS:
            article = Article(claim.article, TEXTS[claim.article], "Title", "Daily", "https://news.example/", "2024-05-01")
            opened.replace(article_iri(article.id), quads(Reading(article, (claim,), "test", "test")))
        yield opened


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_written_from_a_store(store: Store, name: str) -> None:
    """Each names the thing that both articles talk about, and is the same the second time."""
    first, second = (b"".join(export(name, of_store(store))) for _ in range(2))
    assert first == second
    assert name == "csv-zip" or b"Colossus Annex" in first or b"x_00000000c0" in first


def test_claims_come_back_as_they_were_read(store: Store) -> None:
    """JSON Lines hold the store's claims, filtered where options say so."""
    lines = b"".join(export("jsonl", of_store(store))).decode().splitlines()
    assert [claim.id for claim in read_jsonl(lines)] == [claim.id for claim in CLAIMS]
    planned = GraphOptions(Selection(modalities=frozenset({"planned"})))
    assert len(list(of_store(store, planned).selected)) == 1


@pytest.mark.parametrize("name", ["trig", "nquads"])
def test_rdf_holds_all_graphs_but_the_store_s_own(store: Store, name: str) -> None:
    """A reader finds as many quads as the store has, without its metadata."""
    form = {"trig": pyoxigraph.RdfFormat.TRIG, "nquads": pyoxigraph.RdfFormat.N_QUADS}[name]
    found = list(pyoxigraph.parse(b"".join(export(name, of_store(store))), format=form))
    expected = sum(1 for graph in store.graphs() if graph != META_GRAPH for _ in store.quads(graph))
    assert len(found) == len(set(found)) == expected


def test_what_follows_by_rules_is_added_where_asked_for() -> None:
    """The maker of what a facility uses supplies it: one edge, marked derived, with its claim; nothing that is reported."""
    uses = told(known("colossus"), "uses", known("h100"), article="a1", quote=TEXTS["a1"], modality="planned")
    with open_store() as store:
        store.replace(article_iri("a1"), quads(Reading(Article("a1", TEXTS["a1"]), (uses,), "test", "test")))
        plain = of_store(store).graph
        edges = list(of_store(store, GraphOptions(derived=True)).graph.edges())
        assert not any(edge.derived for edge in plain.edges())
        assert [(edge.predicate, edge.derived) for edge in edges] == [("uses", False)]
        store.replace(article_iri("a2"), quads(Reading(Article("a2", TEXTS["a2"]), (placed(),), "test", "test")))
        (edge,) = (edge for edge in of_store(store, GraphOptions(derived=True)).graph.edges() if edge.derived)
        asserted = GraphOptions(Selection(modalities=frozenset({"asserted"})), derived=True)
        assert not any(edge.derived for edge in of_store(store, asserted).graph.edges())
    assert (edge.source, edge.predicate, edge.target, edge.modality) == ("nvidia", "supplies", "colossus", "planned")
    assert edge.claims == "https://aikg.example/claim/" + uses.id


FLAT = """
import resource, sys
from kg.export.stores import dump
from kg.namespaces import RDF_VALUE, article_iri
from kg.terms import Iri, Quad, text

class Many:
    def __init__(self, articles):
        self.articles = articles
    def graphs(self):
        return tuple(article_iri(f"a{n}") for n in range(self.articles))
    def quads(self, graph):
        return (Quad(Iri(f"{graph}#{n}"), RDF_VALUE, text("本文" * 50 + str(n)), graph) for n in range(50))

def used(articles):
    size = sum(map(len, dump(Many(articles), sys.argv[1])))
    return size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

small, before = used(100)
large, after = used(2000)
print(large / small, after - before)
"""


@pytest.mark.parametrize("name", ["trig", "nquads", "turtle", "jsonld"])
def test_memory_stays_flat_however_much_is_dumped(name: str) -> None:
    """Twenty times the articles are twenty times the bytes (40 MB) and a few megabytes of memory more at most."""
    ran = subprocess.run([sys.executable, "-c", FLAT, name], capture_output=True, text=True, check=True, cwd=ROOT)
    times, megabytes = map(float, ran.stdout.split())
    assert times > 15 and megabytes < 12
