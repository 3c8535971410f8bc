"""The extractor as a function of the article alone: whatever was read before, in whatever process, the same quads come out."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

from ingest.pipeline import LONGEST, Extractor
from ingest.reader import SAMPLES, read_files
from kg import rdf
from kg.export.gexf import gexf_lines
from kg.export.projection import GraphOptions, project
from kg.model import Article, Reading
from kg.terms import canonical
from kg.validate import reading_faults

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = tuple(outcome.article for outcome in read_files([SAMPLES]) if outcome.article)
SUPPLY = "エヌビディアはxAIにGPUを供給した。"
HASHED = """
import hashlib
from ingest.pipeline import Extractor
from ingest.reader import SAMPLES, read_files
from kg import rdf
from kg.terms import canonical
extractor = Extractor()
lines = [line for o in read_files([SAMPLES]) if o.article for line in canonical(rdf.quads(extractor.read(o.article)))]
print(len(lines), hashlib.sha256("\\n".join(lines).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="module")
def readings(extractor: Extractor) -> tuple[Reading, ...]:
    """The samples, read in order."""
    return tuple(map(extractor.read, ARTICLES))


def test_the_samples_give_claims_that_conform(extractor: Extractor, readings: tuple[Reading, ...]) -> None:
    """Every sample says something, in its own words, within the vocabulary."""
    assert all(reading.claims for reading in readings)
    assert [fault for reading in readings for fault in reading_faults(reading, extractor.ontology)] == []


def test_colossus_grows_on_the_timeline_of_the_samples(readings: tuple[Reading, ...]) -> None:
    """Gephi sees 100,000 GPUs from its opening on, 200,000 once somebody tells of them, and beside both what is planned."""
    claims = [claim for reading in readings for claim in reading.claims]
    options = GraphOptions()
    lines = gexf_lines(project(claims, {article.id: article for article in ARTICLES}, options), options)
    node = nx.read_gexf(io.BytesIO("".join(lines).encode())).nodes["colossus"]
    assert node["gpuCount (GPU)"][:2] == [(100000.0, "2024-09-01", "2024-11-09"), (200000.0, "2024-11-10", "2025-07-11")]
    assert node["gpuCount (GPU) #2"][0] == (100000.0, "2024-11-10", "2025-07-11")
    assert node["gpuCount (GPU) planned"] == [(1000000.0, "2024-12-06", "None")]


def test_a_headline_without_tense_is_as_sure_as_the_text(extractor: Extractor) -> None:
    """What the text only plans, the headline does not assert; what it asserts, the headline may."""
    for told, modality in (("する計画だ", "planned"), ("した", "asserted")):
        text = f"Colossus、GPUを30万基搭載\n\n年内にColossusはGPUを30万基搭載{told}。"
        (claim,) = (claim for claim in extractor.read(Article("a", text)).claims if claim.predicate == "gpuCount")
        assert (claim.modality, len(claim.evidence)) == (modality, 2)


def test_the_same_article_again_gives_an_equal_reading(extractor: Extractor, readings: tuple[Reading, ...]) -> None:
    """In one extractor, in another order and after other articles."""
    assert tuple(map(extractor.read, reversed(ARTICLES)))[::-1] == readings


def test_the_article_alone_decides(readings: tuple[Reading, ...]) -> None:
    """A new extractor that has read nothing else gives the same."""
    assert Extractor().read(ARTICLES[-1]) == readings[-1]


def test_two_processes_write_the_same_bytes() -> None:
    """Canonical N-Quads do not depend on the hash seed."""

    def run(seed: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", HASHED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )

    first, second = run("1"), run("2")
    assert first.stdout == second.stdout
    assert int(first.stdout.split()[0]) > 100


def test_what_the_vocabulary_does_not_allow_is_left_out(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that breaks the shapes costs itself, not the article."""
    article = Article("a", SUPPLY)
    assert {claim.predicate for claim in extractor.read(article).claims} == {"supplies"}
    narrowed = {**extractor.ontology.properties}
    narrowed["supplies"] = replace(narrowed["supplies"], domain=frozenset({"Place"}))
    monkeypatch.setattr(extractor, "ontology", replace(extractor.ontology, properties=narrowed))
    assert extractor.read(article).claims == ()


def test_a_long_article_is_read_to_its_end(extractor: Extractor) -> None:
    """It is cut into parts at lines; offsets stay those of the whole."""
    filler = "今日の天気はよい。\n"
    article = Article("a", filler * (LONGEST // len(filler) + 10) + SUPPLY)
    (claim,) = extractor.read(article).claims
    assert [e.quote in SUPPLY and e.start > LONGEST for e in claim.evidence] == [True]


def test_what_an_article_is_about_its_title_says_too(extractor: Extractor) -> None:
    """A table without an owner is of the company in the title, however often another is named below."""
    text = "| 項目 | 内容 |\n| --- | --- |\n| 評価額 | 300億ドル |\n\n背景にはエヌビディアの決算がある。エヌビディアは好調だ。"
    titled = (extractor.read(Article("a", text, title)).claims for title in ("アンソロピックの資金調達", ""))
    assert [[claim.subject.id for claim in claims] for claims in titled] == [["anthropic"], ["nvidia"]]


def test_equal_statements_are_one_claim_with_several_spans(extractor: Extractor) -> None:
    """The same sentence twice is told twice, not claimed twice."""
    (claim,) = extractor.read(Article("a", SUPPLY + "\n\n" + SUPPLY)).claims
    assert len(claim.evidence) == 2


def test_quads_of_a_reading_are_canonical(readings: tuple[Reading, ...]) -> None:
    """The graph of an article has no line twice and no blank node."""
    lines = canonical(rdf.quads(readings[0]))
    assert len(lines) == len(set(lines))
    assert not any("_:" in line.split('"')[0] for line in lines)
