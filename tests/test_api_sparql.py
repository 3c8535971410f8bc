"""``/sparql`` keeps the SPARQL 1.1 Protocol: three ways to ask, four kinds of query, media types by Accept."""

from __future__ import annotations

import csv
import gc
import io
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qsl, quote
from xml.etree import ElementTree

import httpx
import pytest
from api_world import logged, serving_store
from hypothesis import given
from hypothesis import strategies as st

from api.forms import fields
from api.processes import Told
from kg.oxigraph import parse

SELECT = "SELECT ?who { ?who kg:supplies ent:xai }"
ORACLE = "https://aikg.example/entity/oracle"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("store") / "kg", max_body=10_000, max_answer=200_000) as client:
        yield client


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_three_ways_to_ask_give_one_answer(client: httpx.Client, way: str) -> None:
    """Section 2.1 of the protocol."""
    answer = {
        "get": lambda: client.get("/sparql", params={"query": SELECT}),
        "form": lambda: client.post("/sparql", data={"query": SELECT}),
        "direct": lambda: client.post("/sparql", content=SELECT, headers=DIRECT),
    }[way]()
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert [row["who"]["value"] for row in answer.json()["results"]["bindings"]] == [ORACLE]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.1, application/xml;q=0.9", "application/xml"),
    ],
)
def test_a_table_comes_in_the_form_that_is_liked_best(client: httpx.Client, accept: str, kind: str) -> None:
    """Each form holds the one row."""
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    assert ORACLE in answer.text
    if "xml" in kind:
        ElementTree.fromstring(answer.text)
    if "csv" in kind:
        assert list(csv.DictReader(io.StringIO(answer.text))) == [{"who": ORACLE}]


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "ntriples"),
        ("application/rdf+xml", "application/rdf+xml", "rdfxml"),
        ("application/ld+json", "application/ld+json", "jsonld"),
        ("text/csv, application/trig;q=0.2", "application/trig", "trig"),
    ],
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?who kg:supplies ent:xai }", "DESCRIBE claim:none ent:oracle"])
def test_a_graph_comes_in_the_form_that_is_liked_best(
    client: httpx.Client, query: str, accept: str, kind: str, name: str
) -> None:
    """Each form parses again and speaks of Oracle."""
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    assert ORACLE in {triple.subject for triple in parse(answer.content, name)}


def test_ask_and_named_graphs(client: httpx.Client) -> None:
    """A dataset that the request names hides all other graphs."""
    ask = "ASK { ent:oracle kg:supplies ?what }"
    graphs = {name: f"https://aikg.example/article/{name}" for name in ("blog", "wire")}
    answers = {name: client.get("/sparql", params={"query": ask, "default-graph-uri": iri}) for name, iri in graphs.items()}
    assert {name: answer.json()["boolean"] for name, answer in answers.items()} == {"blog": True, "wire": False}
    said = {name: ask.replace("ASK", f"ASK FROM <{iri}>") for name, iri in graphs.items()}
    answers = {name: client.get("/sparql", params={"query": query}) for name, query in said.items()}
    assert {name: answer.json()["boolean"] for name, answer in answers.items()} == {"blog": True, "wire": False}


@pytest.mark.parametrize(
    ("method", "parts", "status", "word"),
    [
        ("GET", {"params": {"query": "SELECT ?x {"}}, 400, "SPARQL"),
        ("GET", {"params": {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}}, 400, "SERVICE"),
        (
            "GET",
            {"params": {"query": "ASK FROM <https://own.example/none> { ?s ?p ?o }"}},
            400,
            "no graph <https://own.example/none>",
        ),
        ("GET", {"params": {"query": "ASK FROM NAMED ent:none { ?s ?p ?o }"}}, 400, "no graph"),
        ("GET", {"params": {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}}, 400, "SPARQL"),
        ("GET", {"params": {"query": SELECT, "default-graph-uri": "no iri"}}, 400, "no iri"),
        ("GET", {"headers": {"Accept": "text/csv"}}, 406, "text/csv"),
        ("GET", {"params": [("query", SELECT), ("query", SELECT)]}, 400, "has 2"),
        ("GET", {"params": {"query": SELECT}, "headers": {"Accept": "image/png"}}, 406, "image/png"),
        ("GET", {"params": {"query": SELECT}, "headers": {"Accept": "text/turtle"}}, 406, "text/turtle"),
        ("GET", {"params": {"query": SELECT}, "headers": {"Accept": "nonsense"}}, 400, "nonsense"),
        ("POST", {"content": SELECT, "headers": {"Content-Type": "text/plain"}}, 415, "text/plain"),
        ("POST", {"content": SELECT}, 415, "missing"),
        ("POST", {"content": b"SELECT \xff", "headers": DIRECT}, 400, "UTF-8"),
        ("POST", {"content": b"#" * 10_001, "headers": DIRECT}, 413, "10,000"),
        ("POST", {"content": b"q=1", "headers": FORM}, 400, "query"),
        ("GET", {"params": {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"}}, 400, "LIMIT"),
        ("PUT", {}, 405, "PUT"),
    ],
)
def test_what_is_wrong_is_refused_with_a_reason(client: httpx.Client, method: str, parts: dict, status: int, word: str) -> None:
    """Every refusal is one problem+json whose detail names the fault in one line."""
    answer = client.request(method, "/sparql", **parts)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_a_query_that_takes_too_long_does_not_stop_others(tmp_path: Path) -> None:
    """Its client gets 503 at the deadline; the event loop goes on meanwhile."""
    slow_query = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?s{n} ?p{n} ?o{n}' for n in range(6))} }}"
    with serving_store(tmp_path / "kg", deadline=4) as client:
        slow = client.get("/sparql", params={"query": slow_query})
        assert (slow.status_code, slow.headers["retry-after"]) == (503, "1")
        assert client.get("/sparql", params={"query": SELECT}).status_code == 200


MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT "


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("small") / "kg", max_rows=20_000, queries=1) as client:
        yield client


@pytest.mark.parametrize("kind", ["application/sparql-results+json", "text/csv"])
def test_a_long_answer_is_streamed(small: httpx.Client, kind: str) -> None:
    """In chunks, whole, packed where the client unpacks, and not kept to be given again."""
    for packing in ("identity", "gzip"):
        headers = {"Accept": kind, "Accept-Encoding": packing}
        answer = small.get("/sparql", params={"query": f"{MANY} 19000"}, headers=headers)
        assert (answer.status_code, answer.headers["transfer-encoding"]) == (200, "chunked")
        rows = answer.json()["results"]["bindings"] if "json" in kind else answer.text.splitlines()[1:]
        assert len(rows) == 19_000


def test_a_stream_that_fails_is_cut(small: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """After the status nothing but the end of the connection can say so; the log has the reason. HTTP/1.0 has no such end."""
    with (
        caplog.at_level(logging.INFO, "kg.requests"),
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete"),
    ):
        small.get("/sparql", params={"query": f"{MANY} 21000"})
    [line] = logged(caplog, f"{MANY} 21000")
    assert line["status"] == 200 and "20,000 rows" in line["outcome"]
    with socket.create_connection((small.base_url.host, small.base_url.port or 0), timeout=20) as old:
        old.sendall(f"GET /sparql?query={quote(MANY)}21000 HTTP/1.0\r\n\r\n".encode())
        assert old.recv(1000)[9:12] == b"400"


def test_the_log_tells_who_left_and_who_took_too_long(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Before the answer, within it, or by not reading it: of none of them it says that all went well."""
    counted = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?s{n} ?p{n} ?o{n}' for n in range(6))} }}"
    queries = (counted, f"{MANY} 40001", f"{MANY} 40002")
    with (
        caplog.at_level(logging.INFO, "kg.requests"),
        serving_store(tmp_path / "kg", deadline=3) as client,
        ExitStack() as open_,
    ):
        for query in queries:
            raw = open_.enter_context(socket.socket())
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.connect((client.base_url.host, client.base_url.port or 0))
            raw.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            if query == counted:
                time.sleep(0.2)  # it is evaluated now, by a process that then has to be replaced
            elif query != queries[-1]:
                assert raw.recv(12) == b"HTTP/1.1 200"
            if query != queries[-1]:
                raw.close()
                while client.get("/sparql", params={"query": f"ASK {{}} # {query}"}).status_code != 200:
                    time.sleep(0.1)
        left, cut, slow = logged(caplog, *queries)
        gc.disable()
        try:
            assert any(not Told.lying or time.sleep(0.1) for _ in range(100)), "what nobody takes lies on"
        finally:
            gc.enable()
    assert [line["outcome"] for line in (left, cut, slow)] == ["the client went away"] * 2 + ["the client took too long"]
    assert [line["status"] for line in (left, cut, slow)] == [499, 200, 200]


def test_the_same_query_is_answered_again_until_the_store_changes(tmp_path: Path) -> None:
    """From memory, which a killed process cannot tell; after a write, anew."""
    count = {"query": "SELECT (COUNT(*) AS ?n) { GRAPH <https://own.example/g> { ?s ?p ?o } }"}
    with serving_store(tmp_path / "kg", token="t", queries=1) as client:
        found = []
        for number in range(3):
            text = f"INSERT DATA {{ GRAPH <https://own.example/g> {{ <a:a> <a:b> {number} }} }}"
            assert client.post("/update", data={"update": text}, headers={"Authorization": "Bearer t"}).is_success
            answers = [client.get("/sparql", params=count) for _ in range(3)]
            assert len({answer.content for answer in answers}) == 1
            found.append(answers[0].json()["results"]["bindings"][0]["n"]["value"])
        assert found == ["1", "2", "3"]


@given(st.lists(st.sampled_from([*"%&=+;a7F\\\n<é水", "%41", "%e6%b0%b4", "%5C", "%ff", "%4", "%zz", "query="])).map("".join))
def test_a_form_is_read_as_the_standard_library_reads_it(form: str) -> None:
    """Names and values, with and without escapes, those that are none, and bytes that are no UTF-8."""
    assert fields(form.encode()) == parse_qsl(form, keep_blank_values=True)
