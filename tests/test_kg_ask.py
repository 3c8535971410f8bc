"""Questions in English and Japanese get the reading and the answers that the tables in ``tests/questions`` expect."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ontology
from kg import namespaces as ns
from kg.ask import Answer, answer_json, ask, reader
from kg.cite import citation_json
from kg.jsonl import claim_json
from kg.question import ANYTHING, Understanding
from kg.rdf import quads
from kg.store import open_store
from ontology import Ontology
from tests.question_world import entity, got, readings, rows, told, world

TODAY = date(2025, 6, 15)
TABLES = {language: list(rows(f"{language}.txt")) for language in ("en", "ja")}
ALL = [row for table in TABLES.values() for row in table]
UNDERSTOOD = [row[0] for row in ALL if not row[1].startswith("?")]
KEYS = ["question", "understood", "interpretation", "sparql", "answers", "suggestions"]


@cache
def asked(question: str) -> Answer:
    """The answer in the world of the tables."""
    return ask(world(), question, today=TODAY)


def refusal(understanding: Understanding) -> str:
    """Why a question is not understood, as the tables write it: ?? unknown names; ? kind of question! words left over."""
    if understanding.unknown:
        return "?? " + ", ".join(understanding.unknown)
    kinds = [f"{kind}!" for kind in understanding.beyond]
    return " ".join(["?", *kinds, ", ".join(understanding.leftover)]).strip()


@pytest.mark.parametrize(("question", "readings", "answers"), ALL, ids=[row[0] for row in ALL])
def test_tables(question: str, readings: str, answers: str) -> None:
    """Every question of the tables is read and answered, or refused, as they say."""
    understanding = reader(world(), ontology.load()).understand(question, TODAY)
    answer = asked(question)
    assert answer.understood is bool(understanding.readings)
    if understanding.readings:
        assert (" / ".join(told(r.step, r.filters) for r in understanding.readings), got(answer)) == (readings, answers)
    else:
        assert refusal(understanding) == readings
        assert answers in answer.suggestions if answers else answer.suggestions
        assert (answer.sparql, answer.answers) == ("", ())


@pytest.mark.parametrize(
    ("question", "lang", "told"),
    [
        ("エヌビディアの企業価値はいくらですか", "en", "the valuation of NVIDIA"),
        ("who supplies Colossus", "ja", "Colossusに供給している組織"),
        ("FTによるとxAIの企業価値は", "en", "the valuation of xAI, according to Financial Times"),
        ("why is xAI great", "ja", "理由や方法は記録されていません。"),
    ],
)
def test_the_answer_speaks_the_language_asked_for(question: str, lang: Literal["en", "ja"], told: str) -> None:
    """How a question was understood, why not, and what can be asked instead, whatever the question's language."""
    answer = ask(world(), question, today=TODAY, lang=lang)
    assert answer.interpretation.startswith(told)
    assert all(each.isascii() == (lang == "en") for each in answer.suggestions)


def test_the_tables_ask_for_every_property() -> None:
    """At least 300 questions; each language asks for every property of the vocabulary; at least 25 are refused."""
    assert len(ALL) >= 300
    assert sum(row[1].startswith("?") for row in ALL) >= 25
    for table in TABLES.values():
        properties = {reading.split(".")[0] for row in table for reading in row[1].split(" / ") if not row[1].startswith("?")}
        assert properties == {*ontology.load().properties, ANYTHING}


@pytest.mark.parametrize("question", ["who supplies Colossus", "コロッサスに供給しているのは誰"])
def test_the_form_of_an_answer(question: str) -> None:
    """Exactly the keys of design.md; a claim as in the JSON Lines export, with its citation; text that JSON can carry."""
    body = answer_json(asked(question))
    assert list(body) == KEYS
    direct, *_, oracle = body["answers"]
    assert list(direct) == ["entity", "value", "derived", "claims"]
    assert direct["entity"]["id"] == "nvidia" and direct["value"] is None and direct["derived"] is False
    for claim, cited in zip(direct["claims"], asked(question).answers[0].claims, strict=True):
        citation = claim.pop("citation")
        assert claim == claim_json(cited.claim)
        assert list(citation) == ["title", "publisher", "url", "published", "link", "speakers", "text", "tellings"]
    assert (oracle["entity"]["id"], oracle["derived"]) == ("oracle", True)
    assert json.loads(json.dumps(body)) == body


def test_a_citation_says_who_said_what_where() -> None:
    """The article with publisher and date, the quote with its place and speaker, a link that opens it there."""
    (dell,) = (found for found in asked("who supplies Colossus").answers if found.entity and found.entity.id == "dell")
    citation = citation_json(dell.claims[0].citation, "en")
    assert citation["text"].startswith(
        "Data Daily, “How the Memphis hall was wired”, 2024-06-10, planned, according to Financial Times, “Dell"
    )
    assert citation["link"].startswith("https://a1.example/story#:~:text=Dell%20Technologies")


def test_a_derived_answer_cites_its_chain() -> None:
    """Oracle supplies Musk, Musk builds Colossus: the claims in their order, the rule in words, the short chain first."""
    (oracle,) = (found for found in asked("who supplies Colossus").answers if found.derived)
    first = [one.claim for one in oracle.claims if one.claim.id in oracle.chains[0]]
    assert [(c.subject.id, c.predicate, c.object.id if c.object else "") for c in first] == [
        ("oracle", "supplies", "elon-musk"),
        ("elon-musk", "builds", "colossus"),
    ]
    assert oracle.why == "Oracle supplies Elon Musk, who builds Colossus"
    assert {id for chain in oracle.chains for id in chain} == {one.claim.id for one in oracle.claims}


@pytest.mark.parametrize("question", UNDERSTOOD[::7], ids=str)
def test_the_query_shown_is_the_query_that_ran(question: str) -> None:
    """Pasted into ``/sparql`` it names the same things; claims beyond those shown only lead to what others say directly."""
    answer = asked(question)
    rows = list(world().query(answer.sparql).rows())
    claims = {str(term) for row in rows for term in row[2:] if term is not None}
    shown = {ns.claim_iri(one.claim.id) for found in answer.answers for one in (*found.claims, *found.links)}
    assert shown <= claims and bool(shown) is bool(claims)
    assert all(row[1] is not None for row in rows if ns.CLAIM not in str(row[2]) or str(row[2]) not in shown)
    things = {str(row[0]) for row in rows if str(row[0]).startswith(ns.ENTITY)}
    assert things == {ns.entity_iri(f.entity.id) for f in answer.answers if f.entity} or not things


def test_values_that_disagree_stand_side_by_side() -> None:
    """Each value once, with all who say so; facts before plans."""
    answer = asked("how many GPUs does Colossus have")
    assert [[one.claim.article for one in found.claims] for found in answer.answers] == [["a2", "a1"], ["a4"]]


def test_two_readings_are_both_shown() -> None:
    """Neither is preferred in silence."""
    answer = asked("who is behind Colossus?")
    assert [answer.interpretation, *(other.interpretation for other in answer.readings)] == [
        "organisations or people that build Colossus",
        "organisations that operate Colossus",
    ]
    assert [list(other) for other in answer_json(answer)["readings"]] == [KEYS]


def test_nothing_known_is_not_the_same_as_not_understood() -> None:
    """An understood question without an answer says so, with the query that found nothing."""
    known = asked("who acquired Colossus")
    assert (known.understood, known.answers, known.suggestions) == (True, (), ()) and known.sparql
    assert asked("who devoured Colossus").understood is False


@pytest.mark.parametrize("question", ["what colour is Minato Cloud?", "箱根計算ホールの色は？", "what colour is Akiko Tanabe?"])
def test_only_what_has_an_answer_is_offered(question: str) -> None:
    """In place of a question that is not understood stand up to five that find something."""
    offered = asked(question).suggestions
    assert 0 < len(offered) <= 5
    assert all(asked(other).answers for other in offered)


def test_an_empty_store_offers_nothing() -> None:
    """What nobody can answer is not offered."""
    assert ask(open_store(), "what colour is Colossus?").suggestions == ()


def test_what_was_said_is_an_answer_by_itself() -> None:
    """Who asks what somebody denied gets the claims: neither a thing nor a value, but what they say."""
    (denied,) = asked("What has Minato Cloud denied?").answers
    assert (denied.entity, denied.value, [one.claim.predicate for one in denied.claims]) == (None, None, ["supplies"])
    assert asked("xAIの最新の評価額").interpretation == "xAIの企業価値(新しい順)"


@pytest.mark.parametrize("question, readings", [row[:2] for row in ALL if " without " in row[1]])
def test_what_a_reading_leaves_out_is_told(question: str, readings: str) -> None:
    """A word that changes little may be passed over, but never in silence."""
    words = readings.split(" without ")[1].split(" / ")[0]
    assert f"{words})" in asked(question).interpretation


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("Who leads the company that acquired Hakone Compute Hall?", [("organisations that acquire Hakone Compute Hall", ())]),
        ("Who acquired the operator of Colossus?", [("organisations that operate Colossus", ("xAI",))]),
        ("who acquired Colossus", []),
        ("Who supplies the operator of Colossus?", []),
    ],
)
def test_which_step_has_no_answer(question: str, steps: list[tuple[str, tuple[str, ...]]]) -> None:
    """Of a question of two steps that finds nothing: whether any claim tells of the inner one, and of whom."""
    assert list(asked(question).steps) == steps


def test_a_town_comes_before_its_country() -> None:
    """However many say only where in the world it is: the wider place is no rival of the nearer one."""
    places = {"a1": "united-states", "a2": "united-states", "a3": "memphis"}
    with open_store() as store:
        for reading in readings():
            if place := places.get(reading.article.id):
                seat = replace(
                    reading.claims[0],
                    subject=entity("coreweave"),
                    predicate="locatedIn",
                    object=entity(place),
                    qualifiers={},
                )
                store.replace(ns.article_iri(reading.article.id), quads(replace(reading, claims=(seat,))))
        assert got(ask(store, "Where is CoreWeave?")) == "memphis, united-states, ~tennessee"


def test_an_unknown_word_is_named() -> None:
    """The words that are not understood are told, in the question's language, and what can be asked of a thing named in it."""
    english, japanese = asked("who devoured Colossus"), asked("コロッサスの色は？")
    assert english.interpretation == "not understood: devoured" and "How many GPUs does Colossus have?" in english.suggestions
    assert japanese.interpretation == "わからない語: 色" and "コロッサスのGPU数は？" in japanese.suggestions


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(UNDERSTOOD), st.data())
def test_no_content_word_is_ever_ignored(question: str, data: st.DataObject) -> None:
    """A word that nobody knows, anywhere between the words of a question, makes it one that is not understood; in front of a
    name, which it can but describe, the interpretation says that it was not taken into account."""
    words = question.split(" ")
    at = data.draw(st.integers(0, len(words)))
    strange = asked(" ".join([*words[:at], "florbix", *words[at:]]))
    assert not strange.understood or all("florbix" in each.interpretation for each in (strange, *strange.readings))
    assert not asked(" ".join([*words[:at], "Florbix", *words[at:]])).understood or not at


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    """Nothing that is asked raises an error."""
    answer = ask(world(), text)
    assert answer.question == text and (answer.understood or answer.interpretation)


def test_questions_are_read_in_milliseconds() -> None:
    """With every known name, half of the questions take less than 5 ms to read and 99 of 100 less than 25 ms."""
    understand = reader(world(), ontology.load()).understand
    times = []
    for question, *_ in ALL:
        begin = time.process_time()
        understand(question)
        times.append(time.process_time() - begin)
    assert statistics.median(times) < 0.005
    assert statistics.quantiles(times, n=100)[-1] < 0.025


def test_an_empty_store_understands_what_the_ontology_knows() -> None:
    """Nothing read yet: questions are understood and nothing is known."""
    with open_store() as store:
        answer = ask(store, "who supplies Colossus?")
    assert (answer.understood, answer.answers) == (True, ())


def test_new_names_are_known_after_reading() -> None:
    """A thing that an article introduces can be asked about as soon as it is in the store."""
    question = "who operates Hakone Compute Hall"
    onto: Ontology = ontology.load()
    with open_store() as store:
        assert not ask(store, question, onto).understood
        for reading in readings():
            store.replace(ns.article_iri(reading.article.id), quads(reading))
        assert got(ask(store, question, onto)) == "minato-cloud, ~softbank"
        store.drop(ns.article_iri("a3"))
        assert not ask(store, question, onto).understood
