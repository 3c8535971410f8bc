"""Whoever tampers with a quote, a text or a hash is found out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg import namespaces as ns
from kg import rdf
from kg.errors import UnknownArticle
from kg.store import Store, open_store
from kg.terms import Iri, Literal, Term, text
from kg.verify import Fault, verify
from tests.readings import NOTHING_KNOWN, SAMPLE, TEXT, sample

GRAPH = ns.article_iri("sample")
CLAIM = next(claim for claim in SAMPLE.claims if claim.predicate == "gpuCount")
SPAN = CLAIM.evidence[0]
NODE = f"{ns.CLAIM}{CLAIM.id}#{SPAN.start}-{SPAN.end}"


@pytest.fixture
def store() -> Iterator[Store]:
    """Two articles as they were read."""
    with open_store(onto=NOTHING_KNOWN) as opened:
        for reading in (SAMPLE, sample("other")):
            opened.replace(ns.article_iri(reading.article.id), rdf.quads(reading, ()))
        yield opened


def tamper(store: Store, subject: str, predicate: Iri, term: Term | None) -> None:
    """Puts another object in place of one, or takes it away."""
    quads = list(store.quads(GRAPH))
    hit = [quad for quad in quads if quad.subject == subject and quad.predicate == predicate]
    assert hit
    rest = [quad for quad in quads if quad not in hit]
    store.replace(GRAPH, [*rest, *([hit[0]._replace(object=term)] if term else [])])


def test_what_was_read_is_right(store: Store) -> None:
    """All articles, claims and quotes are counted, and nothing is wrong."""
    done = verify(store)
    assert (done.articles, done.claims, done.quotes, done.faults, done.ok) == (2, 6, 8, [], True)


CLAIM_NODE = ns.CLAIM + CLAIM.id
TAMPERED = {
    "the text has the SHA-256": (GRAPH, ns.SCHEMA_ARTICLE_BODY, text(TEXT + "。")),
    f"not {'0' * 64}": (GRAPH, ns.KG_SHA256, text("0" * 64)),
    "has 1 texts and 0 hashes": (GRAPH, ns.KG_SHA256, None),
    "has 0 texts and 1 hashes": (GRAPH, ns.SCHEMA_ARTICLE_BODY, None),
    "quotes 'GPUは30万基超', but the text at": (NODE + "-quote", ns.OA_EXACT, text("GPUは30万基超")),
    "does not fit a quote of": (NODE + "-position", ns.OA_START, Literal("0", ns.XSD_INTEGER)),
    "needs a start, an end and an exact quote": (NODE + "-position", ns.OA_END, None),
    "needs evidence": (CLAIM_NODE, ns.KG_EVIDENCE, None),
    "belongs to no claim": (CLAIM_NODE, ns.KG_EVIDENCE, None),
    "what it says belongs to the id c_": (CLAIM_NODE, ns.RDF_SUBJECT, ns.entity_iri("nvidia")),
    "is said to come from article other": (CLAIM_NODE, ns.PROV_DERIVED_FROM, ns.article_iri("other")),
    "has another source than its article": (NODE, ns.OA_HAS_SOURCE, ns.article_iri("other")),
    "evidence is a node": (CLAIM_NODE, ns.KG_EVIDENCE, text("trust me")),
    "unknown modality 'sure'": (NODE, ns.KG_MODALITY, text("sure")),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found(store: Store, what: str) -> None:
    """Each fault is named with its article."""
    tamper(store, *TAMPERED[what])
    done = verify(store)
    if what.startswith("is said to come"):  # the id, too, follows from the article
        what = "what it says belongs to the id"
    assert any(what in fault.what for fault in done.faults)
    assert {fault.article for fault in done.faults} == {"sample"}
    assert not done.ok


def test_one_article_alone(store: Store) -> None:
    """A fault in one article is none of another."""
    tamper(store, GRAPH, ns.KG_SHA256, text("0" * 64))
    assert verify(store, "other").ok
    assert not verify(store, "sample").ok
    with pytest.raises(UnknownArticle):
        verify(store, "unread")


def test_faults_read_as_one_line() -> None:
    """A fault tells where before what."""
    assert str(Fault("a", "c_1", "is wrong")) == "article a, claim c_1: is wrong"
    assert str(Fault("a", "", "is wrong")) == "article a: is wrong"
