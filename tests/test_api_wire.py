"""Connections: those that say nothing, or not all, make room for others, and answers are packed beside them."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import time
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api_world import serving_store
from fastapi import Response
from hostile import LONG, STRANGER
from starlette.routing import Router

from api.door import Door
from api.settings import read_settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("store") / "kg", deadline=1.5, queries=1, rate=0) as client:
        yield client


def opened(client: httpx.Client, head: bytes, then: bytes = b"", source: str = STRANGER) -> socket.socket:
    """A stranger's connection that says so much, and more when that is answered."""
    place = client.base_url.host, client.base_url.port or 0
    raw = socket.create_connection(place, timeout=10, source_address=(source, 0))
    raw.sendall(head)
    if then:
        assert raw.recv(10_000).startswith(b"HTTP/1.1 200 ")
        raw.sendall(then)
    return raw


LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
POSTS = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
BODY = LIVE[:-2] + b"Content-Length: 1000\r\n\r\n"
SILENT = {
    "nothing": (b"", b""),
    "a slow head": (b"GET /slow HTTP/1.1\r\nX: ", b""),
    "no body": (POSTS + b"Content-Length: 1000\r\n\r\n", b""),
    "half of a body": (POSTS + b"Content-Length: 1000\r\n\r\nASK", b""),
    "half of a chunk": (POSTS + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK", b""),
    "a byte of a body when all is answered": (BODY, b"a"),
    "a line without anything when all is answered": (LIVE, b"\r\n"),
    "half of the next head": (LIVE, b"GET /"),
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One that has few connections, and much patience."""
    folder = tmp_path_factory.mktemp("crowded")
    with serving_store(folder / "kg", queries=1, connections=20, deadline=20, rate=0) as client:
        yield client


@pytest.mark.parametrize("source", [STRANGER, "127.0.0.1"])
@pytest.mark.parametrize(("head", "then"), SILENT.values(), ids=SILENT)
def test_the_longest_silent_makes_room(
    crowded: httpx.Client, caplog: pytest.LogCaptureFixture, head: bytes, then: bytes, source: str
) -> None:
    """Who opens all connections that there are, and says nothing or says it slowly, keeps nobody out; it is told so, and it is
    its own connections that go."""
    with httpx.Client(base_url=crowded.base_url, timeout=5) as client, caplog.at_level(logging.INFO, "kg.requests"):
        assert client.get("/health/live").status_code == 200  # on a connection that stays open
        held = [opened(client, head, then, source) for _ in range(30)]
        for _ in range(5):
            with httpx.Client(base_url=client.base_url, timeout=5) as other:
                assert other.get("/health/live").status_code == 200
        assert client.get("/health/live").status_code == 200
        for raw in held[:10]:
            refused = b"".join(iter(lambda raw=raw: raw.recv(10_000), b""))  # type: ignore[misc]
            assert refused.startswith(b"HTTP/1.1 503 ") and b"retry-after: 1" in refused
        for raw in held:
            raw.close()
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "kg.requests"]
    assert sum(line["status"] == 503 and "20 connections are open" in line["outcome"] for line in lines) >= 10


@pytest.mark.skipif(STRANGER == "127.0.0.1", reason="this system has one address for this machine")
def test_who_has_all_connections_gives_way_even_where_they_are_busy(crowded: httpx.Client) -> None:
    """Others are answered; of its own, further ones are refused."""
    with httpx.Client(base_url=crowded.base_url, timeout=5) as client:
        held = [opened(client, POSTS + b"Content-Length: %d\r\n\r\n" % len(LONG) + LONG) for _ in range(25)]
        for _ in range(5):
            with httpx.Client(base_url=client.base_url, timeout=5) as other:
                assert other.get("/health/live").status_code == 200
        assert held[24].recv(1_000).startswith(b"HTTP/1.1 503 ")
        for raw in held:
            raw.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /claims HTTP/1.0\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n", 200),
        (b"GET /export/jsonl HTTP/1.0\r\n\r\n", 200),
        (b"GET /claims HTTP/0.9\r\n\r\n", 505),
        (b"GET /claims HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (POSTS + b"Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", 501),
    ],
)
def test_who_speaks_otherwise_is_understood_or_told(client: httpx.Client, head: bytes, status: int) -> None:
    """An answer to HTTP/1.0 has its length; other versions and codings are refused, not guessed at."""
    with opened(client, head) as raw:
        answer = b"".join(iter(lambda: raw.recv(100_000), b""))
    told, _, body = answer.partition(b"\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 %d " % status) and b"chunked" not in told.lower().replace(b"only chunked", b"")
    assert f"content-length: {len(body)}".encode() in told.lower() and body


@pytest.mark.parametrize(("head", "then"), [(BODY, b"a"), (LIVE, b"\r\n"), (LIVE, b"GET /"), (BODY + b"a", b"")])
def test_what_is_answered_is_not_waited_for_without_end(client: httpx.Client, head: bytes, then: bytes) -> None:
    """Neither the rest of its body nor what is no request."""
    began = time.monotonic()
    with opened(client, head, then) as raw:
        while raw.recv(10_000):
            pass
    assert time.monotonic() - began < 9, "five seconds, which a connection may idle, at the most"


def test_the_rest_of_a_body_may_come_after_the_answer(client: httpx.Client) -> None:
    """The next request behind it is answered."""
    with opened(client, BODY, b"a" * 500) as raw:
        time.sleep(0.1)
        raw.sendall(b"a" * 500 + LIVE)
        assert raw.recv(10_000).startswith(b"HTTP/1.1 200 ")
        time.sleep(2)  # longer than a head may take
        raw.sendall(LIVE)
        assert raw.recv(10_000).startswith(b"HTTP/1.1 200 ")


def test_large_answers_are_packed_beside_others() -> None:
    """Half a second of packing stops nobody."""
    content = bytes(range(256)) * 100_000
    began = time.monotonic()
    zlib.compress(content, 4)
    alone = time.monotonic() - began
    stalls, sent = [0.0], []

    async def run() -> None:
        async def ticks() -> None:
            while True:
                before = time.monotonic()
                await asyncio.sleep(0)
                stalls.append(time.monotonic() - before)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))

        beside = asyncio.create_task(ticks())
        headers = [(b"host", b"x"), (b"accept-encoding", b"gzip")]
        scope = {"type": "http", "method": "GET", "path": "/x", "headers": headers, "http_version": "1.1", "query_string": b""}
        await Door(Response(content), read_settings(), Router())(scope, receive, send)
        beside.cancel()

    asyncio.run(run())
    assert gzip.decompress(b"".join(sent)) == content
    assert max(stalls) < max(alone / 2, 0.1)
