"""What every request passes: limits of rate, size and time, methods, headers, log and metrics."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from api_world import logged, serving_store

from api.door import BURST, CLIENTS, Rates


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("store") / "kg", max_body=10_000, deadline=1.5, queries=1) as client:
        yield client


def test_a_client_has_a_burst_and_then_its_rate() -> None:
    """Others are not touched, time gives tokens back, and the table of clients does not grow for ever."""
    rates = Rates(2)
    assert [rates.wait("a", 0.0) for _ in range(2 * BURST)] == [0] * 2 * BURST
    assert rates.wait("a", 0.0) == 0.5
    assert rates.wait("b", 0.0) == 0
    assert rates.wait("a", 0.5) == 0
    assert rates.wait("a", 0.5) > 0
    for number in range(2 * CLIENTS):
        rates.wait(str(number), 1.0)
    assert len(rates._left) == CLIENTS
    assert Rates(0).wait("a", 0.0) == 0


def test_too_many_requests_get_429(tmp_path: Path) -> None:
    """And are told when to come again."""
    with serving_store(tmp_path / "kg", rate=0.1, queries=1) as client:
        assert client.get("/health/live").status_code == 200
        refused = client.get("/health/live")
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["retry-after"]) <= 10


@pytest.mark.parametrize(("proxies", "believed"), [("", False), ("192.0.2.1", False), ("192.0.2.1, 127.0.0.0/8", True)])
def test_who_asks_is_not_the_senders_choice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, proxies: str, believed: bool
) -> None:
    """Only of a proxy that is set it is believed for whom it asks: else everybody is as many clients as he likes."""
    with (
        caplog.at_level(logging.INFO, "kg.requests"),
        serving_store(tmp_path / "kg", rate=0.1, queries=1, proxies=proxies) as client,
    ):
        answers = [client.get("/health/live", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(2)]
    assert answers == [200, 200 if believed else 429]
    clients = [json.loads(record.getMessage())["client"] for record in caplog.records if record.name == "kg.requests"]
    assert clients == (["198.51.100.0", "198.51.100.1"] if believed else ["127.0.0.1"] * 2)


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [("PUT", "/rdf-graph-store?graph=a:g", "text/turtle"), ("POST", "/articles", "application/json"), ("POST", "/update", "")],
)
def test_who_leaves_before_all_is_sent_is_499(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, method: str, path: str, kind: str
) -> None:
    """In the log and in the counts: nothing of ours has failed."""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 100\r\n"
    head += f"Content-Type: {kind or 'application/sparql-update'}\r\n\r\n<a:a> <a:b>"
    with (
        caplog.at_level(logging.INFO, "kg.requests"),
        serving_store(tmp_path / "kg", queries=1, token="t", deadline=20) as client,
    ):
        with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as raw:
            raw.sendall(head.encode())
            time.sleep(0.3)
        patience = time.monotonic() + 10
        while not (lines := [json.loads(r.getMessage()) for r in caplog.records if r.name == "kg.requests"]):
            assert time.monotonic() < patience
            time.sleep(0.01)
        assert 'status="499"' in client.get("/metrics").text
    assert (lines[0]["status"], lines[0]["outcome"]) == (499, "the client went away")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nope?q=" + "a" * 20_000, 414),
        ("/" + "a" * 20_000, 414),
        ("/query?query=" + "%" * 5_000, 400),
        ("/" + "%z" * 5_000, 400),
        ("/entities/" + ":%20" * 4_000, 405),
        ("/query?query=ASK%7B%7D" + "%20" * 5_000, 200),
        ("/query?query=ASK%7B%7D%23" + "%" * 90, 200),
    ],
)
def test_an_address_is_read_in_no_time(client: httpx.Client, path: str, status: int) -> None:
    """Or it is refused before it is read, also by the page that says so."""
    began = time.monotonic()
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=20) as raw:
        method = "DELETE" if status == 405 else "GET"
        raw.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(100_000), b""))
    assert answer.startswith(b"HTTP/1.1 %d " % status) and b"<html" in answer and time.monotonic() < began + 5


def test_headers_without_end_get_431(client: httpx.Client) -> None:
    """Before anything reads them: a million types in Accept took 24 seconds."""
    refused = client.get("/sparql", params={"query": "ASK{}"}, headers={"Accept": "a/b;q=0.1," * 4_000})
    assert (refused.status_code, refused.headers["content-type"]) == (431, "application/problem+json")
    assert "32,768 bytes" in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/claims", "/sparql?query=ASK{}", "/", "/nowhere", "/export/turtle"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    """Same status, same headers."""
    full, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (full.status_code, b"")
    assert head.headers.get("content-length") == full.headers.get("content-length")
    assert head.headers["content-type"] == full.headers["content-type"]


@pytest.mark.parametrize(("path", "allowed"), [("/sparql", "GET, HEAD, OPTIONS, POST"), ("/claims/x", "GET, HEAD, OPTIONS")])
def test_options_tell_the_methods(client: httpx.Client, path: str, allowed: str) -> None:
    """Of paths that there are."""
    answer = client.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, allowed)
    assert client.options("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/sparql", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/articles", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/articles/x", "DELETE, GET, HEAD, OPTIONS"),
        ("PATCH", "/rdf-graph-store/x", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("POST", "/static/kg.css", "GET, HEAD, OPTIONS"),
        ("GET", "/update", "OPTIONS, POST"),
    ],
)
def test_a_method_that_is_not_there_is_told_those_that_are(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    """All of the path's, not those of the route that came first."""
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/claims/", "/sparql/?query=ASK{}", "//other.example/?a=", "//other.example/%2f..?a=&b=1"])
def test_nobody_is_sent_to_another_site(client: httpx.Client, path: str) -> None:
    """Neither to what the header Host says nor to what a path with two slashes does."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
        head = b"".join(iter(lambda: raw.recv(65_536), b"")).partition(b"\r\n\r\n")[0]
    assert head[9:12] in {b"404", b"303"} and b"evil" not in head and b"location: //" not in head


def test_other_sites_may_read_but_not_write(client: httpx.Client) -> None:
    """No preflight lets a page send a token, a DELETE or credentials."""
    there = {"Origin": "https://other.example"}
    read = client.get("/sparql?query=ASK{}", headers=there)
    assert read.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in read.headers
    for wish in (
        {"Access-Control-Request-Method": "DELETE"},
        {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"},
    ):
        assert client.options("/articles", headers=there | wish).status_code == 400


def test_answers_are_packed_for_those_who_unpack(client: httpx.Client) -> None:
    """And only for them."""
    with client.stream("GET", "/export/turtle", headers={"Accept-Encoding": "gzip"}) as packed:
        content = b"".join(packed.iter_raw())
    plain = client.get("/export/turtle", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(content) == plain.content
    for refused in ("gzip;q=0", "gzip ; q=0.000, *", "identity, gzip;q=0.5", "br, x-gzip-not", "gzip;q=nonsense"):
        answer = client.get("/export/turtle", headers={"Accept-Encoding": refused})
        assert "content-encoding" not in answer.headers and "accept-encoding" in answer.headers["vary"].lower(), refused


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK",
            b"408",
        ),
        (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999\r\n\r\n",
            b"413",
        ),
        (b"GET /claims HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"408"),
        (b"GET /claims HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 300_000, b"431"),
        (b"", b""),
    ],
)
def test_who_says_it_slowly_is_not_waited_for(client: httpx.Client, head: bytes, status: bytes) -> None:
    """A body or a head that does not come to its end is 408; who says nothing at all is not answered."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as slow:
        slow.sendall(head)
        try:
            assert slow.recv(1000)[9:12] == status
        except ConnectionResetError:
            assert not status


CHUNKED = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
STRANGE = {
    "no host": (b"GET /health/live HTTP/1.1\r\n\r\n", b"400"),
    "two hosts": (b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
    "two lengths": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
    "length and chunks": (CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n") + b"0\r\n\r\n", b"400"),
    "chunks not last": (CHUNKED.replace(b"chunked", b"chunked, identity") + b"0\r\n\r\n", b"400"),
    "a folded header": (b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", b"400"),
    "a space before the colon": (b"GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n", b"400"),
    "lines without CR": (b"GET /health/live HTTP/1.1\nHost: x\n\n", b"400"),
    "many headers": (b"GET /health/live HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 300 + b"\r\n", b"431"),
    "many requests at once": (b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000, b""),
    "chunks of a byte": (CHUNKED + b"1\r\na\r\n" * 5_000, b"400"),
    "a trailer without end": (CHUNKED + b"5\r\nASK{}\r\n0\r\nX: " + b"a" * 1_000_000, b"431"),
    "many trailers": (CHUNKED + b"5\r\nASK{}\r\n0\r\n" + b"X: a\r\n" * 1_000, b"431"),
    "a chunk without a beginning": (CHUNKED + b"5;" + b"a" * 1_000_000, b"431"),
}


@pytest.mark.parametrize(("content", "status"), STRANGE.values(), ids=STRANGE)
def test_what_two_readers_may_read_differently_or_takes_long_to_read_is_refused(
    client: httpx.Client, content: bytes, status: bytes
) -> None:
    """At once, and nothing behind it is read as a request."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as raw:
        got = b""
        with suppress(ConnectionResetError, BrokenPipeError):
            raw.sendall(content)
            while piece := raw.recv(65_536):
                got += piece
    assert got[9:12] == status or not got, "what is not read to its end may be reset before its answer is there"
    assert b" 200 " not in got.replace(b"200 headers", b"") or not status


def test_a_trailer_is_no_header(client: httpx.Client) -> None:
    """It comes when others have looked at the headers already."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as raw:
        raw.sendall(CHUNKED + b"5\r\nASK{}\r\n0\r\nAccept: text/nonsense\r\n\r\n")
        assert b" 200 OK" in raw.recv(1_000)


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/sparql", "application/x-www-form-urlencoded", b"a&" * 400_000),
        ("/sparql", "application/x-www-form-urlencoded; charset=utf-8", b"%&" * 400_000),
        ("/sparql", "application/x-www-form-urlencoded", b"query=" + b"%" * 900_000),
        ("/add", "application/x-www-form-urlencoded", b"&" * 900_000),
        ("/add", "multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 10_000),
        ("/add", "multipart/form-data; boundary=B" + ";a" * 10_000, b"--B--\r\n"),
        ("/retract", "application/x-www-form-urlencoded", b"a=&" * 300_000),
    ],
)
def test_forms_are_read_in_no_time(tmp_path: Path, path: str, kind: str, content: bytes) -> None:
    """Of many fields one would take half a second of everybody's time; a query string neither."""
    with serving_store(tmp_path / "kg", queries=1, token="t") as client:
        refused = client.post(path, content=content, headers={"Content-Type": kind})
        assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
        assert client.get("/claims?" + "a&" * 7_000, headers={"Accept": "text/html"}).status_code == 400
        assert client.get("/claims?" + "subject=xai&" * 199).status_code == 200


UNFINISHED = {
    "/slow": (b"GET /slow HTTP/1.1\r\nX: ", 408),
    "/long": (b"GET /long HTTP/1.1\r\nX: " + b"a" * 300_000, 431),
    "/none": (b"GET /none HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    "/gone": (b"GET /gone HTTP/1.1\r\nX: ", 499),
}


def test_what_is_no_whole_request_is_a_line_too(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """A head that comes too slowly, is too long, is none, or whose client goes away."""
    found: dict[str, dict[str, Any]] = {}
    with caplog.at_level(logging.INFO, "kg.requests"):
        for head, status in UNFINISHED.values():
            place = client.base_url.host, client.base_url.port or 0
            with socket.create_connection(place, timeout=10) as raw, suppress(OSError):
                raw.sendall(head)
                while status != 499 and raw.recv(1_000):
                    pass
        patience = time.monotonic() + 10
        while len(found) < len(UNFINISHED) and time.monotonic() < patience:
            lines = [json.loads(record.getMessage()) for record in caplog.records]
            found = {line["path"]: line for line in lines if line["path"] in UNFINISHED}
            time.sleep(0.01)
    assert {path: line["status"] for path, line in found.items()} == {path: status for path, (_, status) in UNFINISHED.items()}
    assert "1.5 seconds" in found["/slow"]["outcome"] and found["/slow"]["ms"] > 1_000
    assert 'kg_requests_total{method="",route="other",status="408"}' in client.get("/metrics").text


def test_a_line_stays_one_for_every_reader(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a path has in it that ends lines, steers a terminal or turns the order of what is read."""
    path = "/\u2028\u2029\x85\x9b\x7f\u202e\x0b\x1b\n会社"
    with caplog.at_level(logging.INFO, "kg.requests"):
        assert client.get(quote(path)).status_code == 404
    (line,) = (record.getMessage() for record in caplog.records if "会社" in record.getMessage())
    assert line.isprintable() and line.splitlines() == [line] and json.loads(line)["path"] == path


def test_every_request_is_a_line_in_the_log_and_a_count(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """With the hash of its query, how long it took, how many rows it gave, how it ended."""
    with caplog.at_level(logging.INFO, "kg.requests"):
        for query in (asked := ("SELECT ?s { ?s ?p ?o } LIMIT 3", "SELECT")):
            client.get("/sparql", params={"query": query})
        good, bad = logged(caplog, *asked)
    assert {"at", "client", "method", "path", "status", "bytes", "ms", "query", "rows", "outcome"} == good.keys()
    assert (good["outcome"], bad["outcome"]) == ("ok", "refused")
    assert (good["status"], good["rows"], bad["status"]) == (200, 3, 400)
    assert good["query"] != bad["query"]
    counted = client.get("/metrics").text
    assert 'kg_requests_total{method="GET",route="/sparql",status="400"}' in counted
    assert client.get("/health/live").json() == {"status": "ok"}


ASKING = [
    ("GET", "/sparql", {"query": "SELECT ?s { ?s ?p ?o } LIMIT 3"}, {"status": 200, "rows": 3}),
    ("POST", "/sparql", {"query": "SELECT"}, {"status": 400}),
    ("GET", "/query", {"query": "SELECT ?s { ?s ?p ?o } LIMIT 4"}, {"status": 200, "rows": 4}),
    ("GET", "/query", {"query": "SELECT ?s { ?s ?p ?o } LIMIT 5", "file": "true"}, {"status": 200, "rows": 5}),
    ("GET", "/query", {"query": "SELEKT"}, {"status": 400}),
    (
        "POST",
        "/update",
        {"update": "INSERT DATA { GRAPH <a:g> { <a:b> <a:b> 1 } }"},
        {"status": 204, "graphs": 1},
    ),
    ("POST", "/update", {"update": "LOAD <http://127.0.0.1:9/>"}, {"status": 400}),
    ("GET", "/ask", {"q": "who supplies Colossus"}, {"status": 200, "rows": 2}),
    ("GET", "/ask", {"q": "hm"}, {"status": 200, "rows": 0}),
    ("GET", "/ask/citation", {"q": "who leases to xAI"}, {"status": 200}),
    ("GET", "/", {"q": "what supplies Colossus"}, {"status": 200}),
]


def test_whatever_is_asked_is_found_in_the_log_by_its_hash(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By every route that runs SPARQL, be it written by the client or made of a question, answered or refused."""
    with (
        serving_store(tmp_path / "kg", queries=1, token="t", deadline=30) as client,
        caplog.at_level(logging.INFO, "kg.requests"),
    ):
        for method, path, said, expected in ASKING:
            text, given = next(iter(said.values())), {"data" if method == "POST" else "params": said}
            answer = client.request(method, path, headers={"Authorization": "Bearer t", "Accept": "*/*"}, **given)  # type: ignore[arg-type]
            (line,) = logged(caplog, text)
            assert "kg-rows" not in answer.headers
            assert (line["path"], line["method"]) == (path, method)
            assert expected.items() <= line.items(), (path, text)
            assert path not in ("/ask/citation", "/") or "rows" in line
