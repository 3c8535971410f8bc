"""Reading goes on during writing: a real service on loopback beside real ingestions into its store."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import cycle, groupby
from pathlib import Path

import httpx
import pytest
from api_world import fill, readings, serving, serving_store
from servers import oxigraph
from test_api_cli import ENVIRONMENT, KG, TEXT, run

import ontology
from api.http import create_app
from api.reading import ROOT
from api.serving import config, confines, loopback
from api.settings import read_settings
from ingest.reader import SAMPLES
from kg.ingesting import FLUSH_EVERY, ingest
from kg.model import Article, Reading
from kg.namespaces import article_iri
from kg.rdf import quads
from kg.store import open_store
from kg.store_remote import LOOK_EVERY

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
def service(place: str, tmp_path: Path) -> Iterator[str]:
    """The address of ``kg serve`` in a process of its own, which logs to a file: a full pipe would stop it."""
    log = tmp_path / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen([*KG, "serve", "--store", place, "--port", "0"], stderr=errors, env=ENVIRONMENT) as server,
    ):
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8"))):
                assert server.poll() is None, log.read_text("utf-8")
                time.sleep(0.05)
            assert httpx.get(f"{found[0]}/health", timeout=90, trust_env=False).status_code == 200  # when it is ready
            yield found[0]
            server.send_signal(signal.SIGINT)
            server.wait(90)
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


def test_no_request_is_dropped_while_articles_are_read(place: str, service: str, tmp_path: Path) -> None:
    """``kg ingest``, ``retract`` and ``compact`` beside the service: every answer comes, each state is newer than the last,
    and what a command did is there when it ends."""
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(TEXT + name, "utf-8")
    stop = threading.Event()
    client = Asking(service, stop)
    client.start()
    ran = [run("ingest", str(tmp_path / "*.txt"), "--store", place)]
    after = articles(service)
    ran.append(run("compact", "--store", place))
    ran.append(run("retract", "wire", "--store", place))
    last = articles(service)
    stop.set()
    client.join(90)
    assert [each.stderr for each in ran if each.returncode] == []
    assert (after, last) == ([5] * 3, [4] * 3)
    assert client.wrong == []
    states = [count for count, _ in groupby(client.seen)]
    assert states[0] == 2 and sorted(states[:-1]) == states[:-1]


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


def test_who_lets_other_machines_in_is_warned(place: str, tmp_path: Path) -> None:
    """Without TLS in front everybody reads the token; and each web process counts by itself what a client sends."""
    log = tmp_path / "log"
    command = [*KG, "serve", "--store", place, "--host", "0.0.0.0", "--port", "0", "--workers", "2"]
    with log.open("w") as errors, subprocess.Popen(command, stderr=errors, env=ENVIRONMENT) as server:
        try:
            while not all(part in log.read_text("utf-8") for part in ("put TLS in front", "one client may send 200 requests")):
                assert server.poll() is None, log.read_text("utf-8")
                time.sleep(0.05)
        finally:
            server.kill()


LETS_NOT = "from api import inside, cli; inside.CLONE_NEWNET = inside.CLONE_NEWUSER = -1; cli.main()"


@pytest.mark.long
@pytest.mark.parametrize("way", [("-c", LETS_NOT), ("-m", "api.cli")], ids=("the system does not let them", "it may"))
def test_where_processes_keep_the_network_it_is_said(place: str, tmp_path: Path, way: tuple[str, str]) -> None:
    """Once, when it starts, and only there; run as a module, ``kg`` is the same program."""
    log = tmp_path / "log"
    command = [sys.executable, *way, "serve", "--store", place, "--port", "0"]
    with log.open("w") as errors, subprocess.Popen(command, stderr=errors, env=ENVIRONMENT, cwd=ROOT) as server:
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8"))):
                assert server.poll() is None, log.read_text("utf-8")
                time.sleep(0.05)
            assert httpx.get(f"{found[0]}/sparql?query=ASK{{}}", timeout=90, trust_env=False).status_code == 200
        finally:
            server.kill()
    told = log.read_text("utf-8").count("does not let processes give up the network")
    assert told == (way[0] == "-c" or not confines())


COUNTS = "from api import metrics; metrics.REQUESTS.labels('GET', '/', 200).inc(); metrics.RUNNING.inc(); "


def test_who_died_counts_but_runs_nothing(tmp_path: Path) -> None:
    """What a web process has answered stays counted when it is gone; what it was answering is not any more."""
    for more in ("import os; os._exit(0)", "print(metrics.exposition().decode())"):
        environment = {**ENVIRONMENT, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-c", COUNTS + more], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
    assert "\nkg_requests_running 1.0\n" in ran.stdout
    assert 'kg_requests_total{method="GET",route="/",status="200"} 2.0' in ran.stdout


@pytest.mark.parametrize(("grace", "seconds"), [(300, 300), (7.2, 8), (0, 0)])
def test_what_runs_is_finished_within_a_bound_of_its_own(grace: float, seconds: int) -> None:
    """An export may take longer than queries' deadline, so the end of a server waits for what KG_GRACE says."""
    assert config(read_settings(grace=grace, deadline=1), None).timeout_graceful_shutdown == seconds


def gone(store: Path) -> None:
    """Moved away as a whole."""
    store.rename(store.with_name("elsewhere"))


def emptied(store: Path) -> None:
    """Nothing is left of what is read."""
    shutil.rmtree(store / "snapshots")


def damaged(store: Path) -> None:
    """What says where the data is cannot be read."""
    for current in store.glob("snapshots/*/db/CURRENT"):
        current.unlink()


def no_folder(store: Path) -> None:
    """Something else stands in its place."""
    shutil.rmtree(store)
    store.write_text("no store")


def unleased(store: Path) -> None:
    """Readers cannot say that they read."""
    for held in store.glob("snapshots/*/lease"):
        held.unlink()


@pytest.mark.parametrize("vanish", [gone, emptied, damaged, no_folder, unleased])
def test_ready_is_who_could_open_the_store_and_live_who_answers(tmp_path: Path, vanish: Callable[[Path], None]) -> None:
    """Where the store vanishes, ready is 503 with the reason, live stays 200, and nothing is 500."""
    with serving_store(tmp_path / "kg", queries=1) as client:
        assert client.get("/health").json()["articles"] == 2
        vanish(tmp_path / "kg")
        ready = client.get("/health")
        assert (ready.status_code, ready.headers["content-type"]) == (503, "application/problem+json")
        assert str(tmp_path / "kg") in ready.json()["detail"]
        assert client.get("/health/live").status_code == 200
        for path in ("/sparql?query=ASK{}", "/claims", "/"):
            assert client.get(path).status_code in {200, 503}, path


def test_ready_needs_the_server_that_has_the_store(tmp_path: Path) -> None:
    """Who asks again when it is back is told so."""
    with oxigraph(tmp_path) as endpoint:
        settings = read_settings(store=endpoint.query, store_update=endpoint.update, queries=1, pages=1, deadline=30)
        with open_store(endpoint=endpoint) as store:
            store.replace(article_iri("wire"), quads(readings()[0]))
        app = create_app(settings)
        stack = ExitStack()
        client = stack.enter_context(serving(app))
        assert client.get("/health").json()["articles"] == 1
    with stack:
        time.sleep(LOOK_EVERY)
        ready = client.get("/health")
        assert ready.status_code == 503 and "127.0.0.1" in ready.json()["detail"]
        assert client.get("/health/live").status_code == 200
