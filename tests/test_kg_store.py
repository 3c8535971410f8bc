"""One contract for every store."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ontology
from kg import namespaces as ns
from kg import rdf
from kg.background import meta_quads, prepare
from kg.errors import InputError, QuerySyntaxError, UnknownFormat
from kg.model import Reading
from kg.store import MEMORY, Store, open_store
from kg.store_remote import RemoteStore
from kg.terms import Iri, Literal, Quad, canonical, text
from ontology import KnownEntity, Ontology
from tests import strategies as any_
from tests.readings import SAMPLE, readings, sample

GRAPH = ns.article_iri("sample")
QUADS = sorted(rdf.quads(SAMPLE, known=()))


@pytest.fixture(scope="module")
def onto() -> Ontology:
    """A small ontology with the real vocabulary."""
    label = ontology.Label("NVIDIA", "en")
    return Ontology(
        properties={},
        entities={"nvidia": KnownEntity("nvidia", "Organization", (label, ontology.Label("エヌビディア", "ja")))},
        types=("Organization",),
        version="0123456789ab",
        _named={},
    )


@pytest.fixture(params=["memory", "folder", "oxigraph", "oxigraph-updates", "virtuoso"])
def store(request: pytest.FixtureRequest, tmp_path: Path, onto: Ontology) -> Iterator[Store]:
    """Each backend, empty but for the background knowledge."""
    server, _, without_graphs = request.param.partition("-")
    endpoint = request.getfixturevalue(f"{server}_server") if server in {"oxigraph", "virtuoso"} else None
    if endpoint:
        with RemoteStore(endpoint) as before:
            current = set(before.quads(ns.META_GRAPH)) == set(meta_quads(onto))
            for graph in before.graphs():
                if not current or graph.startswith(ns.ARTICLE):
                    before.drop(graph)
    if without_graphs:
        endpoint = replace(endpoint, graphs="")
    with open_store(MEMORY if request.param == "memory" else tmp_path / "store", onto=onto, endpoint=endpoint) as opened:
        yield opened


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Callable[[Quad], bool]:
    """Whether the backend keeps a quad exactly. Virtuoso writes doubles with six digits; decimals it keeps."""
    exact = "virtuoso" not in request.node.name
    return lambda quad: exact or not isinstance(quad.object, Literal) or quad.object.datatype != ns.XSD_DOUBLE


def dump(store: Store) -> list[str]:
    """All that is in the store, in canonical N-Quads."""
    return canonical(store.quads())


def said(store: Store, sparql: str, format: str) -> bytes:
    """A query's serialised answer."""
    out = io.BytesIO()
    store.query(sparql).write(out, format)
    return out.getvalue()


# --- the contract


def test_a_graph_is_what_was_put_there(store: Store) -> None:
    """What was written is read back quad for quad, in its graph and in the whole."""
    assert store.replace(GRAPH, QUADS)
    assert sorted(store.quads(GRAPH)) == QUADS
    assert store.graphs() == tuple(sorted((GRAPH, ns.META_GRAPH, ns.ONTOLOGY_GRAPH)))
    assert set(QUADS) < set(store.quads())


def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    """Ingesting an article twice neither changes the store nor moves its generation."""
    store.replace(GRAPH, QUADS)
    before = dump(store), store.generation
    assert not store.replace(GRAPH, iter(QUADS))
    assert (dump(store), store.generation) == before


def test_replacing_leaves_nothing_of_the_old(store: Store) -> None:
    """A graph is replaced as a whole, and other graphs stay as they are."""
    other = sample("other")
    store.replace(GRAPH, QUADS)
    store.replace(ns.article_iri("other"), rdf.quads(other, known=()))
    assert store.replace(GRAPH, QUADS[:3])
    assert sorted(store.quads(GRAPH)) == QUADS[:3]
    assert set(store.quads(ns.article_iri("other"))) == set(rdf.quads(other, known=()))


def test_retracting_leaves_no_trace(store: Store) -> None:
    """After a drop, the store is as if the article had never been read."""
    store.replace(ns.article_iri("other"), rdf.quads(sample("other"), known=()))
    before = dump(store), store.graphs()
    store.replace(GRAPH, QUADS)
    assert store.drop(GRAPH)
    assert (dump(store), store.graphs()) == before
    assert not store.drop(GRAPH)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(st.lists(readings(), min_size=1, max_size=3, unique_by=lambda reading: reading.article.id))
def test_any_reading_survives_the_store(store: Store, kept: Callable[[Quad], bool], many: list[Reading]) -> None:
    """Readings come back equal, ingesting again changes nothing, and retracting all restores the store."""
    assume(all(map(kept, chain.from_iterable(rdf.quads(reading, known=()) for reading in many))))
    before = dump(store)
    for reading in many:
        store.replace(ns.article_iri(reading.article.id), rdf.quads(reading, known=()))
    full = dump(store)
    for reading in reversed(many):
        graph = ns.article_iri(reading.article.id)
        assert not store.replace(graph, rdf.quads(reading, known=()))
        assert rdf.reading(store.quads(graph), {}) == rdf.reading(rdf.quads(reading, known=()), {})
    assert dump(store) == full
    for reading in many:
        store.drop(ns.article_iri(reading.article.id))
    assert dump(store) == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"])), any_.numbers)
def test_any_text_and_any_number_survives_the_store(
    store: Store, kept: Callable[[Quad], bool], words: str, number: float
) -> None:
    """Literals come back exactly, and the store's own N-Quads are canonical."""
    node = Iri("http://example.org/a")
    quads = {Quad(node, node, text(words), GRAPH), Quad(node, node, rdf.number(number + 0.0), GRAPH)}
    assume(all(map(kept, quads)))
    store.replace(GRAPH, quads)
    assert set(store.quads(GRAPH)) == quads
    lines = said(store, f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}", "ntriples").decode()
    assert sorted(lines.removesuffix("\n").split("\n")) == [line.replace(f" <{GRAPH}>", "") for line in canonical(quads)]


def test_a_quad_of_another_graph_is_refused(store: Store) -> None:
    """A graph cannot be written through the door of another, and nothing is written then."""
    before = dump(store)
    with pytest.raises(InputError, match="handed in for graph"):
        store.replace(ns.article_iri("other"), QUADS)
    with pytest.raises(InputError, match="is not an IRI"):
        store.replace("no iri", [])
    assert dump(store) == before


def test_the_generation_moves_with_every_change(store: Store) -> None:
    """Whoever caches answers can tell when they may be stale."""
    seen = [store.generation]
    for change in (lambda: store.replace(GRAPH, QUADS), lambda: store.drop(GRAPH)):
        change()
        seen.append(store.generation)
    assert len(set(seen)) == 3


# --- queries

SUPPLIERS = "SELECT ?who { ?who kg:supplies ent:colossus }"
PLAIN = Quad(ns.entity_iri("nvidia"), Iri(ns.KG + "supplies"), ns.entity_iri("colossus"), GRAPH)


@pytest.mark.parametrize(
    ("sparql", "rows"),
    [
        (SUPPLIERS, [(ns.entity_iri("nvidia"),)]),
        ("PREFIX kg: <http://other/> " + SUPPLIERS, []),
        ("SELECT ?l { ent:nvidia skos:altLabel ?l }", []),
        ("SELECT ?l { ent:nvidia skos:prefLabel ?l FILTER(LANG(?l) = 'ja') }", [(text("エヌビディア", "ja"),)]),
        ("SELECT ?l { kg:supplies rdfs:label ?l FILTER(LANG(?l) = 'en') }", [(text("supplies", "en"),)]),
        ("SELECT ?g { GRAPH ?g { ?s kg:supplies ?o } }", [(GRAPH,)]),
        (f"SELECT ?who FROM <{GRAPH}> {{ ?who kg:supplies ent:colossus }}", [(ns.entity_iri("nvidia"),)]),
        (f"SELECT ?who FROM <{ns.META_GRAPH}> {{ ?who kg:supplies ent:colossus }}", []),
        ("SELECT ?nothing (1 AS ?one) {}", [(None, Literal("1", ns.XSD_INTEGER))]),
        ('SELECT ("FROM service" AS ?from) {} # SERVICE', [(text("FROM service"),)]),
    ],
)
def test_select(store: Store, sparql: str, rows: list[tuple[object, ...]]) -> None:
    """Queries see all graphs at once, labels included, know the prefixes, and may name their own dataset."""
    store.replace(GRAPH, [PLAIN])
    assert list(store.query(sparql).rows()) == rows


def test_ask_construct_and_describe(store: Store) -> None:
    """The other kinds of query give a boolean or triples."""
    store.replace(GRAPH, [PLAIN])
    assert store.query("ASK { ?who kg:supplies ent:colossus }").boolean is True
    assert store.query("ASK { ent:colossus kg:supplies ?what }").boolean is False
    assert store.query(SUPPLIERS).boolean is None
    expected = [PLAIN[:3]]
    assert list(store.query("CONSTRUCT { ?s kg:supplies ?o } { ?s kg:supplies ?o }").triples()) == expected
    assert {triple.subject for triple in store.query("DESCRIBE ent:nvidia").triples()} >= {PLAIN.subject}


def test_the_dataset_can_come_from_outside_the_query(store: Store) -> None:
    """The protocol's default-graph-uri and named-graph-uri limit what a query sees."""
    store.replace(GRAPH, [PLAIN])
    assert list(store.query(SUPPLIERS, default_graphs=[GRAPH]).rows())
    assert not list(store.query(SUPPLIERS, default_graphs=[ns.META_GRAPH]).rows())
    named = "SELECT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert {row[0] for row in store.query(named, named_graphs=[GRAPH]).rows()} == {GRAPH}


@pytest.mark.parametrize(
    ("sparql", "format", "start"),
    [
        (SUPPLIERS, "json", b'{"head":{"vars":["who"]}'),
        (SUPPLIERS, "xml", b"<?xml"),
        (SUPPLIERS, "csv", b"who\r\nhttps://aikg.example/entity/nvidia"),
        (SUPPLIERS, "tsv", b"?who\n<https://aikg.example/entity/nvidia>"),
        ("ASK {}", "json", b'{"head":{},"boolean":true}'),
        ("CONSTRUCT WHERE { ?s kg:supplies ?o }", "ntriples", b"<https://aikg.example/entity/nvidia> "),
        ("CONSTRUCT WHERE { ?s kg:supplies ?o }", "turtle", b"<https://aikg.example/entity/nvidia> "),
        ("CONSTRUCT WHERE { ?s kg:supplies ?o }", "jsonld", b"["),
    ],
)
def test_answers_are_serialised(store: Store, sparql: str, format: str, start: bytes) -> None:
    """Each kind of answer has its standard forms."""
    store.replace(GRAPH, [PLAIN])
    assert said(store, sparql, format).startswith(start)


@pytest.mark.parametrize(
    ("sparql", "format"), [("ASK {}", "turtle"), (SUPPLIERS, "pdf"), ("CONSTRUCT WHERE {?s ?p ?o}", "csv")]
)
def test_a_format_that_does_not_fit_is_refused(store: Store, sparql: str, format: str) -> None:
    """The error names the formats that do fit."""
    with pytest.raises(UnknownFormat, match="known for this query"):
        said(store, sparql, format)


def test_the_wrong_way_to_take_an_answer_is_refused(store: Store) -> None:
    """Rows come from SELECT, triples from CONSTRUCT and DESCRIBE."""
    with pytest.raises(InputError, match="only SELECT"):
        store.query("ASK {}").rows()
    with pytest.raises(InputError, match="only CONSTRUCT"):
        list(store.query("ASK {}").triples())


@pytest.mark.parametrize(
    "sparql", ["SELEC ?x {}", "SELECT ?x {", "", "SELECT * { ?s unknown:p ?o }", "DROP ALL", "ASK {} \ud800"]
)
def test_broken_sparql_is_named(store: Store, sparql: str) -> None:
    """One line says that it is the SPARQL and where."""
    with pytest.raises(QuerySyntaxError, match=r"^SPARQL: [^\n]+$"):
        store.query(sparql)


HOLE = "SERVICE <http://127.0.0.1:9/> { ?a ?b ?c }"


@pytest.mark.parametrize(
    "sparql",
    [
        f"SELECT * {{ {HOLE} }}",
        f"SELECT * {{ {HOLE.replace('SERVICE ', 'service silent')} }}",
        f"SELECT * {{ ?s ?p true{HOLE} }}",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x {} }",
        f"SELECT * {{ ?s ?p 'it', <http://a'b> # '\n {HOLE} }}",
        f"SELECT * {{ # comment\r {HOLE} }}",
        f'SELECT * {{ ?s ?p """quoted " here""" . {HOLE} }}',
        f"SELECT * {{ FILTER(?a<?b){HOLE} }}",
    ],
)
def test_no_query_reaches_out(store: Store, sparql: str) -> None:
    """SERVICE is refused however it is written."""
    with pytest.raises(InputError, match="SERVICE is refused"):
        store.query(sparql)


def test_queries_see_one_state_while_writing_goes_on(store: Store) -> None:
    """An answer that is being read does not change under the reader."""
    store.replace(GRAPH, QUADS)
    rows = store.query(f"SELECT * {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}").rows()
    next(rows)
    store.drop(GRAPH)
    assert len(list(rows)) == len(QUADS) - 1


# --- background knowledge


def test_a_new_ontology_takes_the_place_of_the_old(store: Store, onto: Ontology) -> None:
    """Opening with another version brings its labels; entities that it dropped stay described for the claims on them."""
    label = ontology.Label("New Name", "en")
    newer = replace(onto, version="ba9876543210", entities={"amd": KnownEntity("amd", "Organization", (label,))})
    prepare(store, newer)
    assert [row[0] for row in store.query("SELECT ?l { ent:amd skos:prefLabel ?l }").rows()] == [text("New Name", "en")]
    assert store.query("ASK { ent:nvidia skos:prefLabel 'NVIDIA'@en }").boolean
    versions = [row[0] for row in store.query("SELECT ?v { ?store kg:ontologyVersion ?v }").rows()]
    assert versions == [text("ba9876543210")]
    generation = store.generation
    prepare(store, newer)
    assert store.generation == generation


def test_the_packages_ontology_is_the_default() -> None:
    """A store opened without further ado knows the package's entities."""
    with open_store() as store:
        counted = store.query("SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a skos:Concept }").rows()
        assert [int(row[0].text) for row in counted if isinstance(row[0], Literal)] == [len(ontology.load().entities)]
