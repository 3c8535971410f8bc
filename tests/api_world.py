"""What the tests of the faces share: two small articles, a store that holds them, and a real server on loopback."""

from __future__ import annotations

import atexit
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

import ontology
from api.door import LOG
from api.http import create_app
from api.serving import config, listen
from api.settings import read_settings
from kg import namespaces as ns
from kg import rdf
from kg.model import Article, Claim, Entity, Evidence, Modality, Quantity, Reading
from kg.store import open_store

WIRE = Article(
    "wire",
    "FTの取材では、エヌビディアとデルがコロッサスの増強に手を貸す計画だという。\nxAIの値段は450億ドルと見られている。",
    title="巨大計算機の増強",
    publisher="架空通信",
    url="https://news.example/wire",
    published="2024-12-05",
)
BLOG = Article(
    "blog",
    "<b>xAI</b>の値段は240億ドルだ。H100はオラクルがxAIに貸した。",
    title="<script>alert(1)</script>",
    url="javascript:alert(1)",
    published="2024-11-20",
)


def known(id: str) -> Entity:
    """An entity of the ontology as claims refer to it."""
    entity = ontology.load().entities[id]
    return Entity(entity.id, entity.type, entity.labels)


def claim(article: Article, quote: str, subject: str, predicate: str, target: str | Quantity, **more: object) -> Claim:
    """A claim on the words ``quote`` of the article."""
    start = article.text.index(quote)
    said = {name: more[name] for name in ("modality", "attributed_to") if name in more}
    evidence = (Evidence(start, start + len(quote), quote, **said),)  # type: ignore[arg-type]
    ends = {"value": target} if isinstance(target, Quantity) else {"object": known(target)}
    return Claim(article.id, known(subject), predicate, evidence, **ends, **more)  # type: ignore[arg-type]


def readings() -> tuple[Reading, ...]:
    """What a careful reader takes from the two articles."""
    planned = {"modality": Modality.PLANNED, "attributed_to": (known("financial-times"),)}
    first = WIRE.text.splitlines()[0]
    wire = (
        claim(WIRE, first, "nvidia", "supplies", "colossus", **planned),
        claim(WIRE, first, "dell", "supplies", "colossus", **planned),
        claim(
            WIRE, "xAIの値段は450億ドルと見られている", "xai", "valuation", Quantity("USD", 45e9), modality=Modality.ESTIMATED
        ),
    )
    blog = (
        claim(BLOG, "xAI</b>の値段は240億ドルだ", "xai", "valuation", Quantity("USD", 24e9)),
        claim(BLOG, "H100はオラクルがxAIに貸した", "oracle", "supplies", "xai"),
    )
    version = ontology.load().version
    return Reading(WIRE, wire, "test", version), Reading(BLOG, blog, "test", version)


CLAIMS = [claim for reading in readings() for claim in reading.claims]


@cache
def template() -> Path:
    """A store with the two articles, made once, since bringing the ontology into a new store takes a second."""
    folder = Path(mkdtemp(prefix="kg-test-"))
    atexit.register(shutil.rmtree, folder)
    with open_store(folder / "kg") as store:
        for reading in readings():
            store.replace(ns.article_iri(reading.article.id), rdf.quads(reading))
    return folder / "kg"


def fill(folder: Path) -> str:
    """A store of its own at ``folder`` with the two articles; returns its location."""
    return str(shutil.copytree(template(), folder))


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of ``app``, which a real server serves on a free port of loopback."""
    with listen("127.0.0.1", 0) as bound:
        server = uvicorn.Server(config(app.state.service.settings, app, LOG.info, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended before it started"
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", timeout=20) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def serving_store(folder: Path, **options: object) -> Iterator[httpx.Client]:
    """A client of the two articles in a new store at ``folder``."""
    with serving(create_app(read_settings(store=fill(folder), **{"queries": 2} | options))) as client:
        yield client


def logged(caplog: pytest.LogCaptureFixture, *queries: str) -> list[dict[str, Any]]:
    """The log's line of each query; it is written once the answer has gone out, so others may come between."""
    marks = [sha256(query.encode()).hexdigest()[:16] for query in queries]
    patience = time.monotonic() + 10
    while time.monotonic() < patience:
        lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "kg.requests"]
        of_query = {line.get("query"): line for line in lines}
        if of_query.keys() >= set(marks):
            return [of_query[mark] for mark in marks]
        time.sleep(0.01)
    raise AssertionError(f"no line for {queries} in {lines}")
