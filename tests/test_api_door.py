"""What every request passes: limits of rate, size and time, methods, headers, log and metrics."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

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
        (b"GET /claims HTTP/1.1\r\nHost: x\r\nX-Slow: ", b""),
        (b"GET /claims HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 300_000, b"431"),
        (b"", b""),
    ],
)
def test_who_says_it_slowly_is_not_waited_for(client: httpx.Client, head: bytes, status: bytes) -> None:
    """A body that does not come is 408, a head that does not come closes the connection."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as slow:
        slow.sendall(head)
        try:
            assert slow.recv(1000)[9:12] == status
        except ConnectionResetError:
            assert not status


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
