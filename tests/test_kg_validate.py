"""Only what conforms gets in, and the quick check at the door agrees with SHACL."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import ontology
from kg import namespaces as ns
from kg import rdf
from kg.background import background_quads
from kg.errors import Nonconforming
from kg.jsonl import claim_from_json
from kg.model import Claim, DateValue, Quantity, Reading
from kg.store import open_store
from kg.terms import Iri, Literal, Quad, canonical, text
from kg.validate import claim_faults, graph_faults, keep, reading_faults, shacl_faults, validate
from tests.readings import CENTRE, COLOSSUS, NVIDIA, SAMPLE, XAI

ONTO = ontology.load()
BACKGROUND = list(background_quads(ONTO))
SPAN = SAMPLE.claims[0].evidence
GRAPH = ns.article_iri("sample")


def with_claim(subject: object = XAI, predicate: str = "gpuCount", **target: object) -> Reading:
    """The sample with nothing but this claim."""
    return replace(SAMPLE, claims=(Claim("sample", subject, predicate, SPAN, **target),))  # type: ignore[arg-type]


def test_the_sample_conforms() -> None:
    """Nothing is wrong with it by any of the three checks."""
    quads = list(rdf.quads(SAMPLE, ONTO.entities))
    assert list(reading_faults(SAMPLE, ONTO)) == graph_faults(quads, ONTO) == shacl_faults(quads, ONTO, BACKGROUND) == []


WRONG_READINGS = {
    "'admires' is no predicate": with_claim(predicate="admires", object=CENTRE),
    "gpuCount has no subject of type Publication": with_claim(
        replace(XAI, id="x_news", type="Publication"), value=Quantity("GPU", 1)
    ),
    "supplies has no object of type Place": with_claim(NVIDIA, "supplies", object=replace(CENTRE, type="Place")),
    "gpuCount is not measured in MW": with_claim(COLOSSUS, value=Quantity("MW", 1)),
    "gpuCount is a quantity, its object a DateValue": with_claim(COLOSSUS, value=DateValue("2024")),
    "gpuCount is a quantity, its object a Entity": with_claim(COLOSSUS, object=CENTRE),
    "builds is a relation, its object a Quantity": with_claim(XAI, "builds", value=Quantity("GPU", 1)),
    "foundedOn is a date, its object a Quantity": with_claim(XAI, "foundedOn", value=Quantity("GPU", 1)),
    "2024-02-30 is no day": with_claim(XAI, "foundedOn", value=DateValue("2024-02-30")),
    "2023-02-29 is no day": replace(SAMPLE, claims=(replace(SAMPLE.claims[0], as_of="2023-02-29"),)),
    "published 2024-02-30 is no day": replace(SAMPLE, article=replace(SAMPLE.article, published="2024-02-30")),
}


@pytest.mark.parametrize(("fault", "reading"), WRONG_READINGS.items())
def test_what_breaks_the_vocabulary_is_refused_whole(fault: str, reading: Reading) -> None:
    """The error names every fault in one line, nothing is written, and SHACL agrees."""
    with open_store(onto=replace(ONTO, entities={})) as store:
        before = canonical(store.quads())
        with pytest.raises(Nonconforming, match=fault) as refused:
            keep(store, reading, ONTO)
        assert "\n" not in str(refused.value)
        assert canonical(store.quads()) == before
    assert shacl_faults(rdf.quads(reading, ONTO.entities), ONTO, BACKGROUND)


@pytest.mark.parametrize("day", ["2024-02-29", "--02-29", "--12", "1999", "2024-12"])
def test_days_of_the_calendar_pass(day: str) -> None:
    """Also those without a year."""
    assert not list(reading_faults(with_claim(XAI, "foundedOn", value=DateValue(day)), ONTO))


def without(predicate: Iri) -> Callable[[set[Quad]], set[Quad]]:
    """The graph without anything under a predicate."""
    return lambda quads: {quad for quad in quads if quad.predicate != predicate}


def changed(predicate: Iri, term: Literal | Iri) -> Callable[[set[Quad]], set[Quad]]:
    """The graph with another object wherever the predicate stands."""
    return lambda quads: {quad._replace(object=term) if quad.predicate == predicate else quad for quad in quads}


WRONG_GRAPHS = {
    "no modality": without(ns.KG_MODALITY),
    "no evidence": without(ns.KG_EVIDENCE),
    "no confidence": without(ns.KG_CONFIDENCE),
    "no object": without(ns.RDF_OBJECT),
    "no text": without(ns.SCHEMA_ARTICLE_BODY),
    "no hash": without(ns.KG_SHA256),
    "no extractor": without(ns.KG_EXTRACTOR),
    "no quote": without(ns.OA_EXACT),
    "no comparator": without(ns.KG_COMPARATOR),
    "no number": without(ns.QUDT_NUMERIC_VALUE),
    "no name": without(ns.SKOS_PREF_LABEL),
    "no source": without(ns.OA_HAS_SOURCE),
    "an unknown modality": changed(ns.KG_MODALITY, text("sure")),
    "a tampered quote": changed(ns.OA_EXACT, text("something else")),
    "a tampered offset": changed(ns.OA_START, Literal("0", ns.XSD_INTEGER)),
    "an offset that is none": changed(ns.OA_START, text("first")),
    "too much confidence": changed(ns.KG_CONFIDENCE, Literal("2", ns.XSD_DOUBLE)),
    "a confidence that is none": changed(ns.KG_CONFIDENCE, text("high")),
    "another text": changed(ns.SCHEMA_ARTICLE_BODY, text("x" * 100)),
    "a subject from nowhere": changed(ns.RDF_SUBJECT, ns.entity_iri("x_nowhere")),
}


@pytest.mark.parametrize("name", WRONG_GRAPHS)
def test_a_graph_from_elsewhere_must_be_as_we_write_it(name: str) -> None:
    """The quick check and SHACL both see each of these faults."""
    quads = WRONG_GRAPHS[name](set(rdf.quads(SAMPLE, ONTO.entities)))
    assert graph_faults(quads, ONTO)
    assert shacl_faults(quads, ONTO, BACKGROUND)


def test_a_graph_with_something_more_is_refused() -> None:
    """A plain triple that no claim asserts cannot be slipped in."""
    smuggled = Quad(ns.entity_iri("nvidia"), Iri(ns.KG + "owns"), ns.entity_iri("xai"), GRAPH)
    faults = graph_faults({*rdf.quads(SAMPLE, ONTO.entities), smuggled}, ONTO)
    assert faults == ["not of the form that is written: <https://aikg.example/entity/nvidia> <https://aikg.example/ns#owns>"]


@pytest.mark.shared
def test_the_vocabulary_can_say_what_the_gold_says(shared: Path) -> None:
    """Every required claim of the annotated corpus fits domain, range and unit of its predicate."""
    lines = (json.loads(line) for line in (shared / "gold" / "corpus.jsonl").read_text("utf-8").splitlines())
    claims = [claim_from_json(line) for line in lines if not line.get("optional")]
    faults = [fault for claim in claims for fault in claim_faults(claim, ONTO)]
    assert len(claims) > 100
    assert faults == []


def test_keeping_is_idempotent_and_acknowledged() -> None:
    """A reading is written once; keeping it again changes nothing."""
    with open_store() as store:
        assert keep(store, SAMPLE)
        before = canonical(store.quads())
        assert not keep(store, SAMPLE)
        assert canonical(store.quads()) == before


def test_the_whole_store_is_validated() -> None:
    """Faults name their article and their node."""
    with open_store() as store:
        keep(store, SAMPLE)
        assert list(validate(store)) == []
        store.replace(GRAPH, without(ns.KG_CONFIDENCE)(set(store.quads(GRAPH))))
        faults = list(validate(store))
    assert len(faults) == len(SAMPLE.claims)
    assert all(fault.startswith("article sample: c_") and "confidence" in fault for fault in faults)
