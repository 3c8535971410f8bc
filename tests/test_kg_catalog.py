"""What a store holds comes back as values of the model, filtered, ordered and in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

import ontology
from kg import catalog, rdf
from kg import namespaces as ns
from kg.errors import InvalidValue, StoreError, UnknownArticle, UnknownClaim, UnknownEntity
from kg.model import Entity, Modality, Reading
from kg.store import Store, open_store
from kg.store_remote import Endpoint
from ontology import KnownEntity, Label, Ontology
from tests.readings import CENTRE, COLOSSUS, FT, HUANG, NOTHING_KNOWN, NVIDIA, SAMPLE, XAI, readings, sample
from tests.servers import emptied

KNOWN = {entity.id: KnownEntity(entity.id, entity.type, entity.labels) for entity in (NVIDIA, COLOSSUS, FT, HUANG, XAI)}
ARTICLES = (sample("a1", "2023", "Daily"), sample("a2", "2024-05", "Weekly"), sample("a3", "", ""), SAMPLE)


def filled(*many: Reading, endpoint: Endpoint | None = None) -> Store:
    """A store, in memory or on a server, that knows the sample's entities and has read these articles."""
    onto = Ontology({}, KNOWN, (), "0" * 12, {})
    store = open_store(onto=onto, endpoint=endpoint)
    for reading in many:
        store.replace(ns.article_iri(reading.article.id), rdf.quads(reading, KNOWN))
    return store


@pytest.fixture(scope="module", params=["memory", "oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Four articles of three claims each, one of them without a date."""
    endpoint = None if request.param == "memory" else emptied(request.getfixturevalue(f"{request.param}_server"))
    with filled(*ARTICLES, endpoint=endpoint) as opened:
        yield opened


def names(store: Store, **conditions: object) -> list[str]:
    """Article and predicate of the claims that are found."""
    return [f"{c.article} {c.predicate}" for c in catalog.claims(store, **conditions)]  # type: ignore[arg-type]


ALL = [f"{article} {predicate}" for article in ("a1", "a2", "a3", "sample") for predicate in ("supplies", "gpuCount", "builds")]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, ALL),
        ({"limit": 2}, ALL[:2]),
        ({"limit": 4, "offset": 5}, ALL[5:9]),
        ({"offset": 12}, []),
        ({"limit": 0}, []),
        ({"subject": "nvidia"}, ALL[::3]),
        ({"subject": ["nvidia", "xai"], "article": "a2"}, ["a2 supplies", "a2 builds"]),
        ({"predicate": "gpuCount", "limit": 1, "offset": 1}, ["a2 gpuCount"]),
        ({"object": CENTRE.id, "article": ("a1", "a3")}, ["a1 builds", "a3 builds"]),
        ({"about": "colossus", "article": "sample"}, ["sample supplies", "sample gpuCount"]),
        ({"modality": "planned", "article": "a1"}, ["a1 builds"]),
        ({"modality": [Modality.PLANNED, Modality.ASSERTED], "article": "a1"}, ALL[:3]),
        ({"modality": "denied"}, []),
        ({"speaker": "jensen-huang", "article": "a1"}, ["a1 supplies"]),
        ({"speaker": "xai"}, []),
        ({"min_confidence": 0.75, "article": "a1"}, ["a1 supplies", "a1 gpuCount"]),
        ({"min_confidence": 1}, ALL[1::3]),
        ({"published_from": "2024", "predicate": "builds"}, ["a2 builds", "sample builds"]),
        ({"published_from": "2023-06", "predicate": "builds"}, ["a1 builds", "a2 builds", "sample builds"]),
        ({"published_to": "2024-05-03", "predicate": "builds"}, ["a1 builds", "a2 builds"]),
        ({"published_from": "2024-06", "published_to": "2024-10", "predicate": "builds"}, ["sample builds"]),
        ({"article": "unread"}, []),
        ({"subject": "nobody"}, []),
        ({"subject": []}, []),
    ],
)
def test_claims_meet_every_condition(store: Store, conditions: dict[str, object], found: list[str]) -> None:
    """Filters add up, a list of ids means any of them, and pages cut one fixed order."""
    assert names(store, **conditions) == found


@pytest.mark.parametrize("conditions", [{}, {"subject": "nvidia"}, {"about": "colossus"}, {"speaker": "jensen-huang"}])
def test_counting_agrees_with_listing(store: Store, conditions: dict[str, str]) -> None:
    """The total of a list is what listing it gives."""
    assert catalog.count_claims(store, **conditions) == len(names(store, **conditions)) > 0


@pytest.mark.parametrize(
    "conditions",
    [
        {"subject": "x> ?y ?z . <"},
        {"article": "a b"},
        {"modality": "sure"},
        {"published_from": "last year"},
        {"published_to": "--05"},
    ],
)
def test_conditions_that_make_no_sense_are_refused(store: Store, conditions: dict[str, str]) -> None:
    """Nothing of a condition ever becomes SPARQL."""
    with pytest.raises(InvalidValue):
        names(store, **conditions)


def test_of_many_claims_the_surest_are_given(store: Store) -> None:
    """In the order of lists, be there one or more than there are."""
    every = list(catalog.claims(store, about="xai"))
    assert len(every) > 1 and catalog.surest(store, "xai", 99) == every
    (first,) = catalog.surest(store, "xai", 1)
    assert first in every and first.confidence == max(claim.confidence for claim in every)


@settings(max_examples=30, deadline=None)
@given(readings())
def test_claims_come_back_as_they_were(reading: Reading) -> None:
    """Listing, fetching one by one and reading the whole article all give the claims that were stored."""
    with open_store(onto=NOTHING_KNOWN) as store:
        store.replace(ns.article_iri(reading.article.id), rdf.quads(reading, ()))
        stored = rdf.reading(rdf.quads(reading, ()), {})
        assert tuple(catalog.claims(store)) == stored.claims
        assert catalog.reading(store, reading.article.id) == stored
        assert list(catalog.articles(store)) == [reading.article]
        for claim in stored.claims:
            assert catalog.claim(store, claim.id) == claim


def test_pages_put_together_are_the_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the batches fall, no claim is lost or told twice."""
    whole = list(catalog.claims(store))
    for batch in (1, 4, 7):
        monkeypatch.setattr(catalog, "BATCH", batch)
        for size in (1, 5):
            pages = [list(catalog.claims(store, limit=size, offset=at)) for at in range(0, 13, size)]
            assert [claim for page in pages for claim in page] == whole


def test_few_queries_for_many_claims(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of queries does not grow with the number of claims."""
    asked: list[str] = []
    original = type(store).query
    monkeypatch.setattr(type(store), "query", lambda self, q, **more: (asked.append(q), original(self, q, **more))[1])
    assert len(list(catalog.claims(store))) == 12
    assert len(asked) <= 4


def test_one_claim_article_entity(store: Store) -> None:
    """Each is found by its id."""
    claim = next(catalog.claims(store, article="sample"))
    assert catalog.claim(store, claim.id) == claim
    assert catalog.article(store, "sample") == SAMPLE.article
    assert catalog.entity(store, CENTRE.id) == CENTRE
    assert catalog.entity(store, "nvidia") == NVIDIA


@pytest.mark.parametrize("id", ["nothing", "", "no id >"])
def test_unknown_ids_are_named(store: Store, id: str) -> None:
    """Each kind of thing has its own error."""
    for find, error in (
        (catalog.claim, UnknownClaim),
        (catalog.article, UnknownArticle),
        (catalog.reading, UnknownArticle),
        (catalog.entity, UnknownEntity),
    ):
        with pytest.raises(error, match="no "):
            find(store, id)


@pytest.mark.parametrize(
    ("text", "type", "found"),
    [
        (None, "Facility", ["colossus", CENTRE.id]),
        ("nvidia", None, ["nvidia"]),
        ("ＮＶＩＤＩＡ", None, ["nvidia"]),
        ("エヌビディア", None, ["nvidia"]),
        ("ｴﾇﾋﾞﾃﾞｨｱ", None, ["nvidia"]),
        ("nvda", None, ["nvidia"]),
        ("financialtimes", None, ["financial-times"]),
        ("ft", None, ["financial-times"]),
        ("拠点", None, [CENTRE.id]),
        ("拠点", "Person", []),
        ("h", "Person", ["jensen-huang"]),
        ("n", None, ["nvidia", "jensen-huang", "financial-times"]),
        ("ない名前", None, []),
    ],
)
def test_entities_are_found_by_any_name(store: Store, text: str | None, type: str | None, found: list[str]) -> None:
    """Width, case and script of the question do not matter; the best name comes first."""
    assert [entity.id for entity in catalog.entities(store, text, type)] == found


def test_the_list_of_entities_follows_the_store() -> None:
    """What is ingested later is found, and what is retracted is not."""
    with filled() as store:
        assert [entity.id for entity in catalog.entities(store)] == sorted(KNOWN)
        store.replace(ns.article_iri("sample"), rdf.quads(SAMPLE, KNOWN))
        assert CENTRE in catalog.entities(store)
        store.drop(ns.article_iri("sample"))
        assert [entity.id for entity in catalog.entities(store)] == sorted(KNOWN)


def test_an_entity_has_the_names_that_any_article_gives_it() -> None:
    """Labels hold every name the graph knows, and claims carry them all."""
    other = replace(CENTRE, labels=(Label("べつの名", "ja"), Label("Second site", "en")))
    claims = tuple(replace(c, object=other if c.object == CENTRE else c.object) for c in sample("later").claims)
    with filled(SAMPLE, replace(sample("later"), claims=claims)) as store:
        found = catalog.entity(store, CENTRE.id)
        assert {label.text for label in found.labels} == {"第二の拠点", "べつの名", "Second site"}
        assert {claim.object for claim in catalog.claims(store, predicate="builds")} == {found}


def test_article_infos(store: Store) -> None:
    """Articles are listed without their texts, with what read them and how much they claim."""
    infos = {info.id: info for info in catalog.article_infos(store)}
    assert list(infos) == ["a1", "a2", "a3", "sample"]
    assert infos["sample"] == catalog.ArticleInfo(
        "sample",
        "題 sample",
        "Daily",
        "https://news.example/sample",
        "2024-10-01",
        SAMPLE.article.sha256,
        "extractor-1",
        "ontology-1",
        3,
    )
    assert (infos["a3"].published, infos["a3"].publisher) == ("", "")


def test_an_article_without_claims_is_listed() -> None:
    """An article that says nothing checkable was read all the same."""
    with filled(replace(SAMPLE, claims=())) as store:
        assert [(info.id, info.claims) for info in catalog.article_infos(store)] == [("sample", 0)]
        assert not list(catalog.claims(store))


def test_counts(store: Store) -> None:
    """How much of what."""
    assert catalog.counts(store) == catalog.Counts(
        articles=4,
        claims=12,
        entities=4,
        known=5,
        predicates={"builds": 4, "gpuCount": 4, "supplies": 4},
        modalities={"asserted": 8, "planned": 4},
    )


def test_an_entity_that_nobody_describes_is_a_fault_of_the_store() -> None:
    """A claim on something of which nothing is known cannot be told."""
    with filled() as store:
        store.replace(ns.article_iri("sample"), rdf.quads(SAMPLE, {*KNOWN, CENTRE.id}))
        with pytest.raises(StoreError, match=f"entity {CENTRE.id} is nowhere described"):
            list(catalog.claims(store))


def test_the_ontologys_own_labels_keep_their_order() -> None:
    """The most usual name stays first on the way through the store, for every known entity."""
    onto = ontology.load()
    with open_store(onto=onto) as store:
        stored = {entity.id: entity for entity in catalog.entities(store)}
    assert stored == {id: Entity(id, entity.type, entity.labels) for id, entity in onto.entities.items()}
