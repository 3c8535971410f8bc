"""Reading goes on during writing: a real service on loopback beside real ingestions into its store."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from api_world import fill
from test_api_cli import ENVIRONMENT, KG, run

import ontology
from api.serving import loopback
from ingest.reader import SAMPLES, list_files
from kg.ingesting import FLUSH_EVERY, ingest
from kg.model import Article, Reading
from kg.store import open_store

COUNT = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?g kg:sha256 ?h } }"
ASKED = (
    "/health",
    f"/sparql?query={COUNT}",
    "/articles",
    "/claims?limit=3",
    "/ask?q=who+supplies+Colossus",
    "/export/jsonl",
    "/",
)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store with two articles."""
    return fill(tmp_path / "kg")


@pytest.fixture
def service(place: str) -> Iterator[str]:
    """The address of ``kg serve`` in a process of its own."""
    command = [*KG, "serve", "--store", place, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as server:
        try:
            assert server.stderr
            lines = iter(server.stderr.readline, "")
            yield next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=90)
        finally:
            server.kill()


def articles(service: str) -> list[int]:
    """How many articles the service answers from, by each of the ways to ask it."""
    with httpx.Client(base_url=service, timeout=90, trust_env=False) as client:
        bindings = client.get("/sparql", params={"query": COUNT}).json()["results"]["bindings"]
        return [
            client.get("/health").json()["articles"],
            int(bindings[0]["n"]["value"]),
            client.get("/articles").json()["total"],
        ]


class Asking(threading.Thread):
    """Somebody who asks without a pause; what went wrong, and how many articles there were each time."""

    def __init__(self, service: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.service, self.stop = service, stop
        self.wrong: list[str] = []
        self.seen: list[int] = []

    def run(self) -> None:
        with httpx.Client(base_url=self.service, timeout=90, trust_env=False) as client:
            for path in cycle(ASKED):
                if self.stop.is_set():
                    return
                try:
                    answer = client.get(path)
                    if answer.status_code != 200 or not answer.content:
                        self.wrong.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                    elif path == "/health":
                        self.seen.append(answer.json()["articles"])
                except httpx.HTTPError as error:
                    self.wrong.append(f"{path}: {error!r}")


def test_no_request_is_dropped_while_articles_are_read(place: str, service: str) -> None:
    """``kg ingest``, ``retract`` and ``compact`` beside the service: every answer comes, each state is newer than the last,
    and what a command did is there when it ends."""
    stop = threading.Event()
    clients = [Asking(service, stop) for _ in range(2)]
    for client in clients:
        client.start()
    samples = len(list_files([SAMPLES]))
    ran = [run("ingest", str(SAMPLES), "--store", place)]
    after = articles(service)
    ran.append(run("compact", "--store", place))
    ran.append(run("retract", "wire", "--store", place))
    last = articles(service)
    stop.set()
    for client in clients:
        client.join(90)
    assert [each.stderr for each in ran if each.returncode] == []
    assert (after, last) == ([samples + 2] * 3, [samples + 1] * 3)
    assert [fault for client in clients for fault in client.wrong] == []
    assert all(client.seen == [*sorted(client.seen[:-1]), client.seen[-1]] for client in clients)
    assert all(len(client.seen) > 1 for client in clients)


def test_each_acknowledged_article_is_served_while_the_writer_goes_on(place: str, service: str) -> None:
    """Within a second: half of one until it is published, and the next request sees it."""

    def read(article: Article) -> Reading:
        time.sleep(FLUSH_EVERY)  # or the next article would be acknowledged together with it
        return Reading(article, (), "test", ontology.load().version)

    many = [Article(f"new-{n}", "本文。") for n in range(4)]
    with open_store(place) as writer, httpx.Client(base_url=service, timeout=90, trust_env=False) as client:
        for kept in ingest(writer, many, read, extractor="test"):
            acknowledged = time.monotonic()
            while client.get(f"/articles/{kept.article.id}").status_code != 200:
                assert time.monotonic() < acknowledged + 5, "a second, and much for a busy machine"
        refused = run("ingest", str(SAMPLES), "--store", place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "another process is writing to" in refused.stderr and refused.stderr.count("\n") == 1
    assert articles(service) == [6] * 3


def test_loopback_is_this_machine_alone() -> None:
    """By name or number."""
    assert [loopback(host) for host in ("localhost", "::1", "127.8.8.8", "0.0.0.0", "example.org")] == [True] * 3 + [False] * 2
