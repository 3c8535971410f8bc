"""Asking by command line and over HTTP: the same answer, with its sentences, in both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import pytest
from api_world import CLAIMS, WIRE, serving_store
from typer.testing import CliRunner

from api.cli import app
from api.text import answer_lines, found_lines
from api.texts import TEXTS
from kg.ask_answer import Verdict
from kg.cite import cited_json, reference

SUPPLIERS = "who supplies Colossus"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "kg"


@pytest.fixture(scope="module")
def client(location: Path) -> Iterator[httpx.Client]:
    with serving_store(location) as client:
        yield client


def kg_ask(question: str, location: Path, *options: str) -> tuple[int, str]:
    """Status and output."""
    ran = CliRunner().invoke(app, ["ask", question, "--store", str(location), *options])
    return ran.exit_code, ran.stdout


@pytest.mark.parametrize("question", [SUPPLIERS, "Colossusに供給しているのは誰ですか", "how much is xAI worth", "what is love"])
def test_both_faces_give_the_same_answer(client: httpx.Client, location: Path, question: str) -> None:
    """HTTP leaves out nothing of what ``--json`` gives, and adds nothing."""
    told = client.get("/ask", params={"q": question}).raise_for_status().json()
    assert json.loads(kg_ask(question, location, "--json")[1]) == told


def test_a_supplier_comes_with_its_sentence_and_who_said_it(client: httpx.Client) -> None:
    """Article, speaker, modality, exact quote and offsets; the query that ran gives the same again."""
    body = client.get("/ask", params={"q": SUPPLIERS}).json()
    found = {answer["entity"]["id"]: answer for answer in body["answers"] if not answer["derived"]}
    assert found.keys() == {"nvidia", "dell"}
    (claim,) = found["nvidia"]["claims"]
    span = CLAIMS[0].evidence[0]
    assert claim["evidence"] == [{"start": span.start, "end": span.end, "quote": span.quote}]
    assert (claim["modality"], [each["id"] for each in claim["attributedTo"]]) == ("planned", ["financial-times"])
    assert (claim["citation"]["title"], claim["citation"]["url"]) == (WIRE.title, WIRE.url)
    assert client.get("/sparql", params={"query": body["sparql"]}).json()["results"]["bindings"]


def test_a_reader_sees_all_of_it(location: Path) -> None:
    """Interpretation, quote, offsets, speaker, modality, title, publisher, date and address; the query where it is wanted."""
    status, text = kg_ask(SUPPLIERS, location, "--sparql")
    span = CLAIMS[0].evidence[0]
    told = (
        span.quote,
        f"{span.start}–{span.end}",
        "Financial Times",
        "planned",
        WIRE.title,
        WIRE.publisher,
        WIRE.published,
        WIRE.url,
    )
    assert (status, [word for word in ("Understood as", "SELECT", *told) if word not in text]) == (0, [])
    without = kg_ask(SUPPLIERS, location)[1]
    assert "SELECT" not in without and without.endswith("\n\n--sparql shows the query that ran\n")
    assert "--sparql" not in text + kg_ask(SUPPLIERS, location, "--json")[1] + kg_ask("what is love", location)[1]


def test_what_is_not_understood_says_so_and_what_could_be_asked(client: httpx.Client, location: Path) -> None:
    """No answers, suggestions, status 1; an empty question is a wrong parameter."""
    body = client.get("/ask", params={"q": "what is love"}).json()
    assert (body["understood"], body["answers"], bool(body["suggestions"])) == (False, [], True)
    status, text = kg_ask("what is love", location)
    assert status == 1 and all(suggestion in text for suggestion in body["suggestions"])
    assert client.get("/ask", params={"q": ""}).status_code == client.get("/ask").status_code == 422


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "No article that was read says so."),
        ({"verdict": "planned"}, "Planned: it is said to be intended, not done."),
        ({"verdict": "possible"}, "Possibly: it is said that it may be so."),
        ({"verdict": "disputed"}, "Disputed: it is both said and denied."),
        ({"count": 3}, "3"),
        ({"count": 0}, "No article that was read says so."),
    ],
)
def test_an_answer_in_a_word_is_said_first(more: dict[str, object], line: str) -> None:
    """Right below how the question was understood."""
    body = {"understood": True, "interpretation": "what was asked", "answers": [], "suggestions": [], **more}
    assert [text.replace("\x1b[1m", "").replace("\x1b[0m", "") for text in answer_lines(body)] == [
        "Understood as: what was asked",
        line,
    ]


def test_what_is_derived_stands_apart_with_its_reason() -> None:
    """After all that is reported."""
    oracle = {"id": "oracle", "type": "Organization", "labels": ["Oracle"]}
    derived: dict[str, object] = {
        "entity": oracle,
        "value": None,
        "derived": True,
        "claims": [],
        "why": "Oracle supplies xAI",
        "chains": [],
    }
    reported: dict[str, object] = {"entity": oracle | {"labels": ["Dell"]}, "value": None, "derived": False, "claims": []}
    body = {"understood": True, "interpretation": "who", "answers": [derived, reported], "suggestions": []}
    text = "\n".join(answer_lines(body))
    places = [text.index(word) for word in ("Dell", "indirect", "Oracle", "Oracle supplies xAI")]
    assert places == sorted(places)


def test_one_chain_is_shown_and_the_other_claims_are_named() -> None:
    """The claims of the first chain in its order with their words; what else leads there in a line."""
    shown = [cited_json(claim, reference(claim)) for claim in CLAIMS[:3]]
    ids = [claim["id"] for claim in shown]
    oracle = {"id": "oracle", "type": "Organization", "labels": ["Oracle"]}
    chains = [[ids[1], ids[0]], [ids[2], ids[0]]]
    derived: dict[str, object] = {
        "entity": oracle,
        "value": None,
        "derived": True,
        "claims": shown,
        "why": "because",
        "chains": chains,
    }
    text = "\n".join(found_lines(derived))
    assert [claim.evidence[0].quote in text for claim in CLAIMS[:3]] == [True, True, False]
    assert text.index(ids[1]) < text.index(ids[0]) < text.index("1 claim that") < text.index("xAI valuation 45,000,000,000 USD")


def test_an_answer_is_told_in_japanese() -> None:
    """Words, units, the property and whose words they are; only what is quoted stays as it is."""
    claim = cited_json(CLAIMS[0], reference(CLAIMS[0]))
    found = {"entity": None, "value": {"number": 45e9, "min": None, "max": None, "comparator": "~", "unit": "USD"}}
    body = {"understood": True, "interpretation": "xAIの評価額", "answers": [found | {"derived": False, "claims": [claim]}]}
    lines = list(answer_lines(body, "ja"))
    assert lines[0] == "解釈: xAIの評価額" and "~450億ドル" in lines[1]
    assert any(line.strip().startswith(("断定（", "予定（", "推定（", "可能性（", "否定（")) for line in lines)


def test_every_verdict_has_words_everywhere() -> None:
    """In both languages."""
    verdicts = {name for name in get_args(Verdict) if name}
    assert {name.removeprefix("verdict_") for name in TEXTS if name.startswith("verdict_")} == verdicts
