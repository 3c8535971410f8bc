"""Who may write, and what: updates, graphs and articles over HTTP; no address in a request is ever fetched."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from api_world import serving_store

from api import inside
from api.settings import read_settings
from kg.oxigraph import parse
from kg.store import open_store

OWN = "https://own.example/g"
TOKEN = "s3cret-token"
TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}
WIRE = "https://aikg.example/article/wire"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "kg"


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[httpx.Client]:
    with serving_store(store, token=TOKEN, queries=1, max_upload=2_000_000) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


WRITES = [
    ("POST", "/update"),
    ("PUT", f"/rdf-graph-store?graph={OWN}"),
    ("POST", f"/rdf-graph-store?graph={OWN}"),
    ("DELETE", f"/rdf-graph-store?graph={OWN}"),
    ("PUT", "/rdf-graph-store/mine"),
    ("POST", "/rdf-graph-store/mine"),
    ("DELETE", "/rdf-graph-store/mine"),
    ("POST", "/articles"),
    ("DELETE", "/articles/wire"),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer s3cret", "Basic s3cret", f"Bearer {TOKEN}x", f"Token {TOKEN}"])
def test_who_has_not_the_token_writes_nothing(client: httpx.Client, method: str, path: str, header: str | None) -> None:
    """Not even a body that is none is looked at."""
    headers = {} if header is None else {"Authorization": header}
    asked = httpx.request(method, f"{client.base_url}{path}", headers=headers)
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/articles/wire").status_code == 200


def test_where_no_token_is_set_nobody_writes(tmp_path: Path) -> None:
    """Also who sends an empty one."""
    with serving_store(tmp_path / "kg", queries=1) as client:
        for method, path in WRITES:
            for header in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"}):
                assert client.request(method, path, headers=header).status_code == 403


@pytest.mark.parametrize("address", ["?graph=https://own.example/graph", "?default", "/deep/er"])
def test_a_graph_of_ones_own_is_put_added_to_read_and_removed(client: httpx.Client, address: str) -> None:
    """By name, as the default one, and by its address."""
    path = f"/rdf-graph-store{address}"
    assert client.get(path).status_code == 404
    assert client.put(path, content="<a> <b> 1 .", headers=TURTLE).status_code == 201
    assert client.post(path, content="<a> <b> 2 .", headers=TURTLE).status_code == 204
    found = client.get(path, headers={"Accept": "application/n-triples"})
    assert found.headers["content-type"] == "application/n-triples"
    assert len(list(parse(found.content, "ntriples"))) == 2
    assert client.head(path).status_code == 200
    assert client.put(path, content="<a> <b> 3 .", headers=TURTLE).status_code == 204
    assert len(list(parse(client.get(path).content, "turtle"))) == 1
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404


def test_an_article_is_not_put_over_another(client: httpx.Client) -> None:
    """Its very graph is taken; with another publisher it is a conflict, and the answer says what to do instead."""
    path = f"/rdf-graph-store?graph={WIRE}"
    held = client.get(path, headers={"Accept": "application/n-triples"}).text
    lines = {"Content-Type": "application/n-triples"}
    assert client.put(path, content=held, headers=lines).status_code == 204
    publisher = client.get("/articles/wire").json()["publisher"]
    assert publisher and f'"{publisher}"' in held
    refused = client.put(path, content=held.replace(f'"{publisher}"', '"別の通信"'), headers=lines)
    assert refused.status_code == 409 and "retract" in refused.json()["detail"], refused.text
    assert client.get("/articles/wire").json()["publisher"] == publisher


def test_what_is_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    """Graphs and claims have an entity tag and a date; a change changes the tag."""
    path = f"/rdf-graph-store?graph={OWN}/tagged"
    client.put(path, content="<a> <b> 1 .", headers=TURTLE)
    claim = client.get("/claims").json()["items"][0]["id"]
    for resource in (path, f"/claims/{claim}", "/entities/xai"):
        while "last-modified" not in (first := client.get(resource)).headers:
            time.sleep(0.1)  # in this second it may change again
        for headers in (
            {"If-None-Match": f'"x", {first.headers["etag"]}'},
            {"If-None-Match": first.headers["etag"].removeprefix("W/")},
            {"If-Modified-Since": first.headers["last-modified"]},
        ):
            again = client.get(resource, headers=headers)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        for headers in (
            {"If-None-Match": '"other"'},
            {"If-Modified-Since": "yesterday"},
            {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"},
        ):
            assert client.get(resource, headers=headers).status_code == 200
    client.put(path, content="<a> <b> 2 .", headers=TURTLE)
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_graph_is_written_only_as_it_is_wanted(client: httpx.Client, method: str) -> None:
    """If-Match and If-None-Match are kept to, so that nobody undoes what he has not seen; in whatever format he saw it."""
    path = f"/rdf-graph-store?graph={OWN}/wanted/{method}"

    def write(**conditions: str) -> int:
        headers = TURTLE | {name.replace("_", "-"): value for name, value in conditions.items()}
        content = None if method == "DELETE" else f"<a> <b> {len(seen)} ."
        return client.request(method, path, headers=headers, content=content).status_code

    seen: list[str] = []
    assert write(If_Match="*") == 412
    assert client.put(path, content="<a> <b> 9 .", headers=TURTLE | {"If-None-Match": "*"}).status_code == 201
    assert client.put(path, content="<a> <b> 8 .", headers=TURTLE | {"If-None-Match": "*"}).status_code == 412
    seen += [client.get(path, headers={"Accept": kind}).headers["etag"] for kind in ("text/turtle", "application/ld+json")]
    assert len({*seen}) == 2
    assert write(If_Match='"other"') == write(If_Match="") == 412
    assert write(If_Unmodified_Since="Thu, 01 Jan 2015 00:00:00 GMT") == 412
    assert write(If_None_Match=seen[0]) == 412
    assert " 9" in client.get(path).text
    assert write(If_Match=f'"other", {seen[1]}') == 204
    assert write(If_Match=seen[0]) == 412


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/articles/wire"), ("POST", "/articles"), ("POST", "/update")])
def test_a_condition_that_is_not_compared_is_refused(client: httpx.Client, method: str, path: str) -> None:
    """Who sets one counts on it."""
    for header in ("If-Match", "If-None-Match", "If-Unmodified-Since"):
        answer = client.request(method, path, headers={header: '"x"'})
        assert answer.status_code == 412 and "without a condition" in answer.json()["detail"]
    assert client.get("/articles/wire").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "parts", "status", "word"),
    [
        ("PUT", f"?graph={WIRE}", {"content": "<a> <b> 1 .", "headers": TURTLE}, 409, "article wire"),
        ("POST", f"?graph={WIRE}", {"content": "<a> <b> 1 .", "headers": TURTLE}, 409, "article wire"),
        ("PUT", "?graph=https://aikg.example/meta", {"content": "", "headers": TURTLE}, 409, "own"),
        ("DELETE", "?graph=https://aikg.example/ontology", {}, 409, "own"),
        ("PUT", "", {"content": "", "headers": TURTLE}, 400, "name one graph"),
        ("PUT", "?graph=no%20iri", {"content": "<a:a> <a:b> 1 .", "headers": TURTLE}, 400, "no iri"),
        ("PUT", f"?graph={OWN}&default", {"content": "", "headers": TURTLE}, 400, "name one graph"),
        ("PUT", f"?graph={OWN}", {"content": "<a> <b> .", "headers": TURTLE}, 400, "line 1"),
        ("PUT", f"?graph={OWN}", {"content": "x", "headers": {"Content-Type": "text/csv"}}, 415, "text/csv"),
        ("PUT", f"?graph={OWN}", {"content": "#" * 2_000_001, "headers": TURTLE}, 413, "2,000,000"),
        ("PUT", f"?graph={OWN}", {"content": b"<a> <b> '\xff' .", "headers": TURTLE}, 400, "UTF-8"),
        ("GET", "?graph=https://own.example/none", {}, 404, "none"),
        ("GET", f"?graph={WIRE}", {"headers": {"Accept": "image/png"}}, 406, "image/png"),
    ],
)
def test_what_may_not_be_written_is_refused(
    client: httpx.Client, method: str, path: str, parts: dict, status: int, word: str
) -> None:
    """With a reason, and nothing is written."""
    before = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"}).text
    answer = client.request(method, f"/rdf-graph-store{path}", **parts)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert word in answer.json()["detail"]
    assert client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"}).text == before


DEEP = '{"@id":"a:a","a:p":'
XML = '<d:RDF xmlns:d="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'


@pytest.mark.parametrize(
    ("format", "document", "statuses"),
    [
        ("application/ld+json", DEEP * 20_000 + "1" + "}" * 20_000, {400}),
        ("application/ld+json", DEEP * 65 + "1" + "}" * 65, {400}),
        ("application/ld+json", DEEP * 64 + "1" + "}" * 64, {201, 204}),
        ("application/ld+json", DEEP + json.dumps('\\"' + "[{" * 200) + "}", {201, 204}),
        ("application/ld+json", "[" * 200_000, {400}),
        ("text/turtle", "<a> <b> " + "[ <b> " * 100_000, {400}),
        ("text/turtle", "<a> <b> " + "( " * 100_000, {400}),
        ("text/turtle", "<a> <b> " + "<<( <a> <b> " * 20_000 + "1" + " )>>" * 20_000 + " .", {400}),
        ("text/turtle", "<a> <b> " + "<<(<a><b>" * 65 + "1" + ")>>" * 65 + " .", {400}),
        ("application/n-triples", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 20_000, {400}),
        ("text/turtle", "<a> <b> " + "[<b>" * 64 + "1" + "]" * 64 + " .", {201, 204}),
        ("text/turtle", "# ((((\n" * 20 + "<a> <b((((> '((((', '''([''\n[[[[''' ." * 20, {201, 204}),
        ("application/rdf+xml", "<a>" * 100_000, {400}),
        ("application/rdf+xml", XML + "<a:d><a:D>" * 32 + "</a:D></a:d>" * 32 + "</d:RDF>", {400}),
        ("application/rdf+xml", XML + "<a:D><a:d>" * 31 + "<a:D/>" + "</a:d></a:D>" * 31 + "</d:RDF>", {201, 204}),
        ("application/rdf+xml", XML + "<a:D>&none;</a:D></d:RDF>", {400}),
    ],
)
def test_deep_documents_end_no_service(client: httpx.Client, format: str, document: str, statuses: set[int]) -> None:
    """Brackets in strings are no depth; they are counted first, of XML what reads it may die and nothing else."""
    answer = client.put(f"/rdf-graph-store?graph={OWN}", content=document, headers={"Content-Type": format})
    assert answer.status_code in statuses, answer.text
    assert client.get("/health").status_code == 200


def test_updates_change_own_graphs_only(client: httpx.Client) -> None:
    """As a form and directly; an article stays as it is."""
    insert = f"INSERT DATA {{ GRAPH <{OWN}/u> {{ <a> <b> 1 }} }}"
    assert client.post("/update", data={"update": insert}).status_code == 204
    assert client.get("/sparql", params={"query": f"ASK {{ GRAPH <{OWN}/u> {{ <{client.base_url}/a> ?p 1 }} }}"}).json()[
        "boolean"
    ]
    assert client.post("/update", content=f"DROP GRAPH <{OWN}/u>", headers=UPDATE).status_code == 204
    for text, status in (("CLEAR ALL", 409), ("DELETE DATA {", 400), ("LOAD <http://127.0.0.1/>", 400), ("{" * 3000, 400)):
        refused = client.post("/update", content=text, headers=UPDATE)
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert client.get("/articles/wire").status_code == 200


def test_no_update_tells_lies_of_a_claim(client: httpx.Client) -> None:
    """What a graph of one's own says is no answer with a true claim as its proof; a remark on the claim is free."""
    claim = next(one for one in client.get("/claims").json()["items"] if one["predicate"] == "supplies")["id"]
    lie = f"INSERT DATA {{ GRAPH <{OWN}/lie> {{ claim:{claim} rdf:subject ent:meta ; rdf:object ent:colossus }} }}"
    refused = client.post("/update", data={"update": lie})
    assert refused.status_code == 409 and "only an article" in refused.json()["detail"], refused.text
    turtle = f"<https://aikg.example/claim/{claim}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <a:a> ."
    assert client.put(f"/rdf-graph-store?graph={OWN}/lie", content=turtle, headers=TURTLE).status_code == 409
    remark = f"INSERT DATA {{ GRAPH <{OWN}/lie> {{ claim:{claim} rdfs:comment 'seen' }} }}"
    assert client.post("/update", data={"update": remark}).status_code == 204


def test_updates_in_any_script_are_carried_out(client: httpx.Client) -> None:
    """Names and variables may have all characters that SPARQL gives them; 204 means that it is done."""
    prefix = f"PREFIX o: <{OWN}/> "
    insert = prefix + "INSERT DATA { GRAPH o:メモ・一 { o:s o:p 1 } }"
    assert client.post("/update", data={"update": insert}).status_code == 204
    assert client.get("/sparql", params={"query": prefix + "ASK { GRAPH o:メモ・一 { ?s ?p 1 } }"}).json()["boolean"]
    delete = "DELETE { GRAPH ?〈 { ?s ?p ?o } } WHERE { GRAPH ?〈 { ?s ?p ?o } }"
    assert client.post("/update", data={"update": delete}).status_code == 409


def test_an_article_is_sent_read_and_retracted(client: httpx.Client) -> None:
    """Read in a process of its own, as JSON, as a form and as a file."""
    said = {"title": "試し", "publisher": "架空通信", "published": "2024-12-05"}
    text = "エヌビディアはコロッサスに半導体を供給している。"
    added = client.post("/articles", json={"text": text, **said}, timeout=120)
    assert added.status_code == 201, added.text
    (id,) = added.json()["ids"]
    assert added.json()["claims"] >= 1
    assert client.get(added.headers["location"]).json()["title"] == "試し"
    file = client.post("/articles", files={"file": ("../notes.md", f"---\ntitle: 題\n---\n{text}".encode())}, timeout=120)
    assert (file.status_code, client.get(f"/articles/{file.json()['ids'][0]}").json()["title"]) == (201, "題")
    long = client.post(
        "/articles", files={"file": ("長い名前" * 30 + ".md", f"---\ntitle: 長\n---\n{text}".encode())}, timeout=120
    )
    assert long.status_code == 201, long.text
    for each in (id, *file.json()["ids"], *long.json()["ids"]):
        assert client.delete(f"/articles/{each}").status_code == 204
        assert client.get(f"/articles/{each}").status_code == client.delete(f"/articles/{each}").status_code == 404
    assert client.delete("/articles/%F2%BA%AB%81%1E").status_code == 404


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"json": {"text": ""}}, 400),
        ({"json": {"text": 1}}, 400),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"[" * 500_000, "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"x", "headers": {"Content-Type": "image/png"}}, 415),
        ({"json": {"text": "本文。", "published": "soon"}}, 400),
        ({"files": {"file": ("x.txt", bytes(range(256)) * 9)}}, 422),
        ({"data": {"text": ["一つ目の記事。", "二つ目の記事。"]}}, 400),
    ],
)
def test_what_is_no_article_is_refused(client: httpx.Client, parts: dict, status: int) -> None:
    """With a reason in one line that names no folder of ours."""
    answer = client.post("/articles", timeout=120, **parts)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert "/tmp" not in answer.json()["detail"] and "\n" not in answer.json()["detail"]


def test_a_store_that_another_writes_is_busy(client: httpx.Client, store: Path) -> None:
    """Who writes is told to come again; reading goes on."""
    with open_store(store):
        answer = client.put(f"/rdf-graph-store?graph={OWN}", content="", headers=TURTLE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert client.get("/sparql?query=ASK{}").status_code == 200


# --- nothing is fetched


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address, and who called there."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, peer = server.accept()
                except OSError:
                    return
                heard.append(str(peer))
                caller.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", heard
        server.shutdown(socket.SHUT_RDWR)


def test_nothing_that_a_request_names_is_fetched(client: httpx.Client) -> None:
    """A listener hears nothing, whatever is asked and sent."""
    with listening() as (there, heard):
        queries = [
            f"SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{there}> AS ?x) SERVICE SILENT ?x {{ ?s ?p ?o }} }}",
            f"SELECT * FROM <{there}> {{ ?s ?p ?o }}",
            f"SELECT * FROM NAMED <{there}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        ]
        answers = [client.get("/sparql", params={"query": query}) for query in queries]
        answers.append(client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": there}))
        updates = [
            f"LOAD <{there}>",
            f"LOAD SILENT <{there}> INTO GRAPH <a:g>",
            f"INSERT {{ ?s ?p ?o }} USING <{there}> WHERE {{ ?s ?p ?o }}",
        ]
        answers += [client.post("/update", data={"update": update}) for update in updates]
        into = f"INSERT {{ GRAPH <{OWN}/i> {{ <a:a> <a:b> 1 }} }}"
        for name in ("using-graph-uri", "using-named-graph-uri"):
            hidden = f"a:b> WHERE {{ }} ; LOAD <{there}> INTO GRAPH <{OWN}/l> ; {into} USING <a:b"
            answers.append(client.post("/update", data={"update": f"{into} WHERE {{}}", name: hidden}))
            assert answers[-1].status_code == 400
        answers.append(client.get("/sparql", params={"query": f"ASK {{ FILTER(1<<b:c#>) SERVICE <{there}> {{}} }}"}))
        assert answers[-1].status_code == 400
        context = f'{{"@context": "{there}", "@id": "a:a", "a:p": {{"@context": "{there}", "@value": 1}}}}'
        dtd = f'<!DOCTYPE r SYSTEM "{there}" [<!ENTITY x SYSTEM "{there}">]><r>&x;</r>'
        for kind, text in (("application/ld+json", context), ("application/rdf+xml", dtd)):
            answers.append(client.put(f"/rdf-graph-store?graph={OWN}", content=text, headers={"Content-Type": kind}))
        answers.append(client.post("/articles", json={"text": there, "url": there}, timeout=120))
        assert [answer.status_code for answer in answers[:4]] == [400] * 4
        assert all(answer.status_code < 500 for answer in answers)
        assert heard == []


def test_the_process_of_a_query_has_no_network(store: Path) -> None:
    """Where the system lets it: even a query that nobody refused reaches nothing."""
    code = "import sys, pyoxigraph as ox; from api import inside; inside.cut_off(False); list(ox.Store().query(sys.argv[1]))"
    with listening() as (there, heard):
        query = f"SELECT * {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }}"
        loud = code.replace("inside.cut_off(False);", "")
        subprocess.run([sys.executable, "-c", loud, query], check=True, cwd=Path(inside.__file__).parents[1])
        assert len(heard) > 0
        heard.clear()
        subprocess.run([sys.executable, "-c", code, query], check=True, cwd=Path(inside.__file__).parents[1])
        assert heard == []


def test_the_token_is_not_shown() -> None:
    """Not in the settings' text."""
    assert TOKEN not in repr(read_settings(token=TOKEN))
