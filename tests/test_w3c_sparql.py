"""The W3C's SPARQL 1.1 tests, driven by their manifests, against a real server: protocols, queries, results, updates.

What a query or an update gives is compared with what the engine itself gives (https://www.w3.org/2009/sparql/docs/tests/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pyoxigraph as ox
import pytest
from api_world import serving
from conftest import SHARED
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from api.http import create_app
from api.settings import read_settings
from kg.namespaces import DEFAULT_GRAPH
from kg.store import open_store
from kg.writing import OURS

pytestmark = pytest.mark.shared
SUITE = SHARED / "w3c-sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
BASE = "http://w3c.test/"
TOKEN = "w3c"
CLASSES = {"StatusCode2xx": range(200, 300), "StatusCode3xx": range(300, 400), "StatusCode4xx": range(400, 500)}
NAMED = {"OK": range(200, 201), "Created": range(201, 202), "NoContent": range(204, 205), "NotFound": range(404, 405)}
TABLES = {".srj": "application/sparql-results+json", ".csv": "text/csv", ".tsv": "text/tab-separated-values"}
# Tests that are not run, and why.
EXCLUDED = {
    "update-silent/load-silent": "LOAD is refused",
    "update-silent/load-into-silent": "LOAD is refused",
}


@cache
def manifest(path: Path) -> Graph:
    """A manifest, its addresses below ``BASE``."""
    return Graph().parse(path, publicID=BASE + str(path.relative_to(SUITE)), format="turtle")


def entries(*kinds: str, below: str = "*") -> list[Any]:
    """The tests of these kinds in the manifests of these folders."""
    found = []
    for path in sorted(SUITE.glob(f"{below}/manifest*.ttl")) if SUITE.is_dir() else []:
        graph = manifest(path)
        tests = [test for kind in kinds for test in graph.subjects(RDF.type, MF[kind])]
        names = {test: f"{path.parent.name}/{test.split('#')[-1]}" for test in sorted(tests)}
        found += [pytest.param(graph, test, id=name) for test, name in names.items() if name not in EXCLUDED]
    return found or [pytest.param(None, None, marks=pytest.mark.skip("needs ../shared"))]


def file(address: Node | None) -> Path:
    """The file that an address in a manifest stands for."""
    return SUITE / str(address).removeprefix(BASE)


def one(graph: Graph, subject: Node | None, predicate: URIRef) -> Any:
    return graph.value(subject, predicate)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("w3c") / "kg"
    open_store(folder).close()
    with serving(create_app(read_settings(store=str(folder), token=TOKEN, rate=0, queries=1, deadline=30))) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


# --- protocols


def requests(graph: Graph, test: URIRef) -> list[Node]:
    return list(Collection(graph, one(graph, one(graph, test, MF.action), HT.requests)))


def headers(graph: Graph, message: Node) -> dict[str, str]:
    listed = one(graph, message, HT.headers)
    every = Collection(graph, listed) if listed else ()
    return {str(one(graph, each, HT.fieldName)): str(one(graph, each, HT.fieldValue)) for each in every}


def content(graph: Graph, message: Node) -> bytes:
    body = one(graph, message, HT.body)
    return str(one(graph, body, CNT.chars)).encode(str(one(graph, body, CNT.characterEncoding))) if body else b""


def send(client: httpx.Client, graph: Graph, request: Node, path: str, **more: str) -> httpx.Response:
    """Send a request of a manifest to ``path``, and check the status of its answer."""
    body, said = content(graph, request), headers(graph, request)
    method = str(one(graph, request, HT.methodName))
    answer = client.request(method, path, content=body or None, headers={**said, **more})
    wanted = one(graph, request, HT.resp)
    names = [str(status).rpartition("#")[2] for status in graph.objects(wanted, MF.expectedStatus)]
    assert any(answer.status_code in {**CLASSES, **NAMED}[name] for name in names), (
        method,
        path,
        answer.status_code,
        answer.text,
    )
    return answer


@pytest.mark.parametrize(("graph", "test"), entries("ProtocolTest", below="protocol"))
def test_protocol(client: httpx.Client, graph: Graph, test: URIRef) -> None:
    """Each request gets its status, its kind of answer, and where it asks, its truth."""
    for data in graph.objects(test, UT.graphData):
        text = file(one(graph, data, UT.graph)).read_bytes()
        put = client.put(
            "/rdf-graph-store", params={"graph": one(graph, data, LABEL)}, content=text, headers={"Content-Type": "text/turtle"}
        )
        assert put.is_success, put.text
    for request in requests(graph, test):
        asks = headers(graph, request).get("content-type") == "application/sparql-query"
        updates = "update" in test.split("#")[-1] and not asks
        path = str(one(graph, request, HT.absolutePath)).replace("/sparql/", "/update" if updates else "/sparql")
        answer = send(client, graph, request, path)
        wanted = one(graph, request, HT.resp)
        if (truth := one(graph, wanted, MF.expectedBoolean)) is not None:
            assert answer.json()["boolean"] == truth.toPython()
        kinds = {"boolean": "json|xml", "tabular": "json|xml|csv|tab", "RDF": "turtle|n-triples|rdf"}
        if form := one(graph, wanted, MF.expectedFormat):
            assert re.search(kinds[str(form)], answer.headers["content-type"])


@pytest.mark.parametrize(("graph", "test"), entries("GraphStoreProtocolTest", below="graph-store-protocol"))
def test_graph_store_protocol(client: httpx.Client, graph: Graph, test: URIRef) -> None:
    """Direct and indirect; what comes back is the same graph."""
    assert client.post("/update", data={"update": "CLEAR ALL"}).is_success
    location = ""
    for request in requests(graph, test):
        path = str(one(graph, request, HT.absolutePath)).replace("gsp", "rdf-graph-store").replace("$LOCATION$", location)
        answer = send(client, graph, request, path, Host="www.example")
        location = answer.headers.get("location", location)
        wanted = one(graph, request, HT.resp)
        if expected := content(graph, wanted):
            kind = headers(graph, wanted)["content-type"].partition(";")[0]
            assert answer.headers["content-type"].partition(";")[0] == kind
            assert isomorphic(Graph().parse(data=answer.content, format=kind), Graph().parse(data=expected, format=kind))


def test_all_protocol_tests_are_run(shared: Path) -> None:
    """34, and 14 of graph stores."""
    assert len(entries("ProtocolTest", below="protocol")) == 34
    assert len(entries("GraphStoreProtocolTest", below="graph-store-protocol")) == 14


# --- queries and their results

LOADED: set[str] = set()


def named_graph(client: httpx.Client, address: Node) -> str:
    """The graph of a file's triples, put into the store once."""
    if str(address) not in LOADED:
        kind = {".ttl": "text/turtle", ".rdf": "application/rdf+xml", ".nt": "application/n-triples"}[file(address).suffix]
        put = client.put(
            "/rdf-graph-store", params={"graph": address}, content=file(address).read_bytes(), headers={"Content-Type": kind}
        )
        assert put.is_success, put.text
        LOADED.add(str(address))
    return str(address)


def engine(default: list[Node], named: list[Node]) -> ox.Store:
    """The engine in memory with the same data."""
    store = ox.Store()
    for address, graph in [
        *((each, ox.DefaultGraph()) for each in default),
        *((each, ox.NamedNode(str(each))) for each in named),
    ]:
        form = ox.RdfFormat.from_extension(file(address).suffix[1:])
        for quad in ox.parse(file(address).read_bytes(), format=form, base_iri=str(address)):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    return store


def told(answer: Any) -> Any:
    """An answer in a form that can be compared: rows in any order, blank nodes without their labels."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    names = [variable.value for variable in answer.variables]
    rows = [tuple("_:" if isinstance(term, ox.BlankNode) else str(term) for term in row) for row in answer]
    return names, sorted(rows)


@pytest.mark.parametrize(("graph", "test"), entries("QueryEvaluationTest", "CSVResultFormatTest"))
def test_query(client: httpx.Client, graph: Graph, test: URIRef) -> None:
    """The server answers as the engine does, in the form that the test is about."""
    action, result = one(graph, test, MF.action), one(graph, test, MF.result)
    address = one(graph, action, QT.query)
    default, named = list(graph.objects(action, QT.data)), list(graph.objects(action, QT.graphData))
    text = f"BASE <{address}> {file(address).read_text('utf-8')}"
    params: dict[str, Any] = {"query": text}
    if said := re.findall(r"FROM (?:NAMED )?<(.*?)>", text):  # names the dataset itself
        default, named = [], [*default, *(URIRef(urljoin(address, each)) for each in said)]
    params["default-graph-uri"] = [named_graph(client, each) for each in default] or [f"{BASE}nothing"]
    params["named-graph-uri"] = [named_graph(client, each) for each in named]
    if said:
        params = {"query": text}
    store = engine(default, named)
    suffix = file(result).suffix
    accept = {"Accept": TABLES.get(suffix, "application/sparql-results+json, application/n-triples;q=0.9")}
    try:
        expected = store.query(text)
    except SyntaxError:
        assert client.post("/sparql", data=params, headers=accept).status_code == 400
        return
    answer = client.post("/sparql", data=params, headers=accept)
    assert answer.status_code == 200, answer.text
    if isinstance(expected, ox.QueryTriples):
        graphs = ox.Dataset(), ox.Dataset()
        for dataset, triples in zip(graphs, (expected, ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)), strict=True):
            for each in triples:
                dataset.add(ox.Quad(each.subject, each.predicate, each.object))
            dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert set(graphs[0]) == set(graphs[1])
    elif suffix == ".csv":
        lines = [
            re.sub(r"_:\w+", "_:", part)
            for part in (answer.text, str(expected.serialize(format=ox.QueryResultsFormat.CSV), "utf-8"))
        ]
        assert sorted(lines[0].splitlines()) == sorted(lines[1].splitlines())
    else:
        form = ox.QueryResultsFormat.TSV if suffix == ".tsv" else ox.QueryResultsFormat.JSON
        found = told(ox.parse_query_results(answer.content, format=form))
        again = told(ox.parse_query_results(expected.serialize(format=form), format=form))
        if not re.search(r"\b(RAND|UUID|STRUUID|NOW|BNODE)\b", text):
            assert found == again


# --- updates

STATE = f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN ({', '.join(f'<{graph}>' for graph in OURS)})) }}"


def canonical(quads: Iterator[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def state(client: httpx.Client) -> Iterator[ox.Quad]:
    """The quads of the server that may be written."""
    answer = client.post("/sparql", data={"query": STATE}).raise_for_status()
    for row in ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON):  # type: ignore[union-attr]
        graph = ox.DefaultGraph() if row["g"].value == DEFAULT_GRAPH else row["g"]
        yield ox.Quad(row["s"], row["p"], row["o"], graph)


def shown(quad: ox.Quad) -> str:
    """The quad as updates have it."""
    triple = f"{quad.subject} {quad.predicate} {quad.object} ."
    return triple if quad.graph_name == ox.DefaultGraph() else f"GRAPH {quad.graph_name} {{ {triple} }}"


@pytest.mark.parametrize(("graph", "test"), entries("UpdateEvaluationTest"))
def test_update(client: httpx.Client, graph: Graph, test: URIRef) -> None:
    """After it the server holds what the engine holds."""
    LOADED.clear()
    action = one(graph, test, MF.action)
    store = engine(list(graph.objects(action, UT.data)), [])
    for data in graph.objects(action, UT.graphData):
        address, name = one(graph, data, UT.graph), ox.NamedNode(str(one(graph, data, LABEL)))
        for quad in engine([address], []):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
    address = one(graph, action, UT.request)
    text = f"BASE <{address}> {file(address).read_text('utf-8')}"
    begin = f"CLEAR ALL ; INSERT DATA {{ {' '.join(map(shown, store))} }}"
    assert client.post("/update", data={"update": begin}).is_success
    answer = client.post("/update", data={"update": text})
    try:
        store.update(text)
        assert answer.is_success, answer.text
    except (OSError, RuntimeError, SyntaxError):
        assert answer.status_code == 400, answer.text
        return
    assert canonical(state(client)) == canonical(iter(store))


def test_the_service_describes_itself(client: httpx.Client) -> None:
    """service-description: RDF, an endpoint, and what the schema asks for."""
    sd = Namespace("http://www.w3.org/ns/sparql-service-description#")
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    described = Graph().parse(data=answer.content, format="turtle")
    (service,) = described.subjects(RDF.type, sd.Service)
    assert list(described.objects(service, sd.endpoint)) == [URIRef(f"{client.base_url}/sparql")]
    assert set(described.objects(service, sd.supportedLanguage)) == {sd.SPARQL11Query, sd.SPARQL11Update}
    assert next(described.objects(None, URIRef("http://rdfs.org/ns/void#triples"))).toPython() > 0
    for kind, name in (("application/rdf+xml", "xml"), ("application/n-triples", "nt")):
        other = client.get("/sparql", headers={"Accept": kind})
        assert len(Graph().parse(data=other.content, format=name)) == len(described)
