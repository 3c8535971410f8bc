"""What is special about servers: authentication, limits, union graphs, and answers that cannot be believed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from kg import namespaces as ns
from kg.background import FORMAT
from kg.errors import InputError, StoreError, StoreTooNew
from kg.store import Store, open_store
from kg.store_remote import LOOK_EVERY, Endpoint, RemoteStore
from kg.terms import Iri, Quad, text
from tests.readings import NOTHING_KNOWN
from tests.servers import MAX_ROWS, emptied

GRAPH = ns.article_iri("many")
MANY = [Quad(Iri(f"http://example.org/{n}"), ns.RDF_VALUE, text(str(n)), GRAPH) for n in range(MAX_ROWS + 5)]
LONG = "SELECT * { " + " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(4)) + " }"


# --- servers as they are


def test_a_limit_that_cuts_answers_is_found_out(virtuoso_server: Endpoint) -> None:
    """Virtuoso cuts rows, triples and even whole graphs off at its limit, and says 200; nothing of that is believed."""
    with RemoteStore(emptied(virtuoso_server)) as store:
        with pytest.raises(StoreError, match=rf"gave {MAX_ROWS}|{MAX_ROWS + 1} of the {len(MANY)} triples"):
            store.replace(GRAPH, MANY)
        with pytest.raises(StoreError, match=f"cuts answers off at {MAX_ROWS} rows"):
            store.query(LONG)
        with pytest.raises(StoreError, match=f"cuts answers off at {MAX_ROWS} rows"):
            store.query("CONSTRUCT WHERE { ?s rdf:value ?o }")
        assert len(list(store.query(f"{LONG} LIMIT {MAX_ROWS - 1}").rows())) == MAX_ROWS - 1
        store.drop(GRAPH)


def test_a_server_without_a_limit_gives_all(oxigraph_server: Endpoint) -> None:
    """Long answers and large graphs come whole."""
    with RemoteStore(emptied(oxigraph_server)) as store:
        assert store.replace(GRAPH, MANY)
        assert set(store.quads(GRAPH)) == set(MANY)
        assert len(list(store.query(LONG).rows())) == 10_000
        store.drop(GRAPH)


def test_digest_with_a_wrong_password_is_refused(virtuoso_server: Endpoint) -> None:
    """The error names the user, never the password."""
    wrong = replace(virtuoso_server, password="secret-word")
    assert "secret-word" not in repr(wrong)
    with RemoteStore(wrong) as store, pytest.raises(StoreError, match=r"refuses dba \(status 401\)"):
        store.replace(GRAPH, MANY[:1])


def test_others_may_write_too(oxigraph_server: Endpoint) -> None:
    """A store that is only read notices, once it asks, that another wrote an article; its generation moves."""
    emptied(oxigraph_server)
    about = [Quad(GRAPH, predicate, text("x"), GRAPH) for predicate in (ns.KG_SHA256, ns.KG_EXTRACTOR, ns.KG_ONTOLOGY_VERSION)]
    with open_store(endpoint=oxigraph_server, onto=NOTHING_KNOWN) as writer, open_store(oxigraph_server.query) as reader:
        assert reader.read_only
        assert isinstance(reader, RemoteStore)
        reader._looked_at -= LOOK_EVERY
        reader.refresh()
        before = reader.generation
        writer.replace(GRAPH, about)
        assert not reader.refresh()
        reader._looked_at -= LOOK_EVERY
        assert reader.refresh()
        assert reader.generation != before
        assert reader.query("SELECT ?s { ?s kg:sha256 'x' }").rows()
        with pytest.raises(StoreError, match="for reading only"):
            reader.drop(GRAPH)
        writer.drop(GRAPH)


def test_a_store_of_a_later_version_is_refused(oxigraph_server: Endpoint) -> None:
    """A server can be shared by several versions of the program."""
    version = [Quad(ns.STORE, ns.KG_FORMAT_VERSION, text(str(FORMAT + 1)), ns.META_GRAPH)]
    with RemoteStore(emptied(oxigraph_server)) as store:
        store.replace(ns.META_GRAPH, version)
    for read_only in (True, False):
        with pytest.raises(StoreTooNew):
            open_store(endpoint=oxigraph_server, read_only=read_only, onto=NOTHING_KNOWN)
    emptied(oxigraph_server)


# --- servers as they should not be


@dataclass
class Scripted:
    """A server that answers what a test says, and what it was asked."""

    answer: Callable[[str, dict[str, list[str]]], tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, dict[str, str], dict[str, list[str]]]] = field(default_factory=list)


@contextmanager
def serving(scripted: Scripted) -> Iterator[str]:
    """The address at which it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = parse_qs(body, keep_blank_values=True)
            scripted.asked.append((f"{self.command} {urlsplit(self.path).path}", dict(self.headers), form))
            status, headers, content = scripted.answer(form.get("query", [""])[0], form)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_GET = do_DELETE = do_POST

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def table(*rows: dict[str, str]) -> bytes:
    """An answer to a SELECT."""
    bindings = [{name: {"type": "literal", "value": value} for name, value in row.items()} for row in rows]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()


YES, NO = b'{"head":{},"boolean":true}', b'{"head":{},"boolean":false}'
ONE = table({"x": "1"})
PLAIN = "SELECT ?x FROM <http://example.org/> { ?s ?p ?x }"


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (200, {}, b"<html>Welcome</html>", "no whole answer"),
        (200, {}, ONE[:-5], "no whole answer"),
        (200, {}, ONE + b"Error 42000", "no whole answer"),
        (200, {}, YES, "an answer of another kind"),
        (200, {}, b"", "no whole answer"),
        (200, {"Content-Length": "1000"}, ONE, "incomplete|closed"),
        (200, {"X-SQL-State": "S1TAT"}, ONE, "answered 200 to POST"),
        (302, {"Location": "http://127.0.0.1:9/"}, b"", "answered 302"),
        (400, {}, b"line one\nline two", "answered 400 to POST: line one line two"),
        (401, {}, b"", r"refuses us \(status 401\)"),
        (403, {}, b"", r"refuses us \(status 403\)"),
        (500, {}, b"", "answered 500 to POST: Internal Server Error"),
        (503, {}, b"busy", "answered 503 to POST: busy"),
    ],
)
def test_what_cannot_be_believed_is_an_error(status: int, headers: dict[str, str], body: bytes, words: str) -> None:
    """One line names the address and what is wrong; no part of such an answer is handed on."""
    scripted = Scripted(lambda query, form: (status, headers, body))
    with serving(scripted) as address, RemoteStore(Endpoint(address + "/q")) as store:
        store_fails(store, f"^{address}/q[^\n]*(?:{words})[^\n]*$")


def store_fails(store: Store, words: str, query: str = PLAIN) -> None:
    """Asks, and expects an error."""
    with pytest.raises(StoreError, match=words):
        store.query(query)


def right(query: str) -> bytes:
    """What each kind of query wants."""
    return YES if "ASK {" in query else ONE


@pytest.mark.parametrize(
    ("sparql", "default"), [(PLAIN, ()), (PLAIN.replace("FROM", "FROM NAMED"), ()), ("ASK {}", ("http://example.org/",))]
)
def test_a_server_is_never_told_to_take_a_graph_that_it_has_not(sparql: str, default: tuple[str, ...]) -> None:
    """Some would fetch it."""
    scripted = Scripted(lambda query, form: (200, {}, NO if "ASK {" in query else ONE))
    with (
        serving(scripted) as address,
        RemoteStore(Endpoint(address)) as store,
        pytest.raises(InputError, match=r"has no graph <http://example\.org/>, and none is fetched"),
    ):
        store.query(sparql, default_graphs=default)
    assert [form["query"] for _, _, form in scripted.asked] == [["ASK { GRAPH <http://example.org/> { ?s ?p ?o } }"]]


@pytest.mark.parametrize("status", [200, 201, 202, 206, 299])
def test_any_success_is_one(status: int) -> None:
    """Servers differ in which of the 200s they answer."""
    with serving(Scripted(lambda query, form: (status, {}, right(query)))) as address, RemoteStore(Endpoint(address)) as store:
        assert list(store.query(PLAIN).rows()) == [(text("1"),)]


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"user": "me", "password": "pw"}, "Basic bWU6cHc="),
        ({"token": "abc"}, "Bearer abc"),
        ({}, None),
    ],
)
def test_who_asks_is_said(options: dict[str, str], header: str | None) -> None:
    """Basic and bearer authentication; the query goes as a form by POST, with what is wanted in Accept."""
    scripted = Scripted(lambda query, form: (200, {}, right(query)))
    with serving(scripted) as address, RemoteStore(Endpoint(f"{address}/q?repository=r", **options)) as store:
        store.query(PLAIN)
    assert {headers.get("Authorization") for _, headers, _ in scripted.asked} == {header}
    where, headers, form = scripted.asked[-1]
    assert (where, headers.get("Authorization")) == ("POST /q", header)
    assert headers["Accept"] == "application/sparql-results+json"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form["query"][0].endswith(PLAIN)


def test_a_default_graph_that_is_no_union_is_refused() -> None:
    """Queries would silently miss what stands in named graphs."""
    scripted = Scripted(lambda query, form: (200, {}, YES if "GRAPH" in query else NO))
    with serving(scripted) as address, RemoteStore(Endpoint(address)) as store:
        store_fails(store, "has to be set to be the union", "SELECT ?x { ?s ?p ?x }")
    assert [("union-default-graph" in form) for _, _, form in scripted.asked] == [False, False, True]


def test_what_is_not_kept_is_not_acknowledged() -> None:
    """A server that says 200 to a PUT and forgets it is found out."""
    count = table({"x": "0"}).replace(b'"literal"', b'"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer"')
    with serving(Scripted(lambda query, form: (200, {}, count))) as address:
        store = RemoteStore(Endpoint(address, graphs=address))
        with store, pytest.raises(StoreError, match="does not keep what it is given"):
            store.replace(GRAPH, MANY[:1])


def test_a_server_that_is_not_there() -> None:
    """One line says so."""
    with RemoteStore(Endpoint("http://127.0.0.1:9/q")) as store:
        store_fails(store, r"^http://127.0.0.1:9/q: .*refused")
    with RemoteStore(Endpoint("http://[bad")) as store:
        store_fails(store, r"^http://\[bad: ")


def test_a_remote_store_is_not_taken_for_a_folder() -> None:
    """An address is no folder's name."""
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9/: .*refused"):
        open_store("http://127.0.0.1:9/")
