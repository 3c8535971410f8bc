"""The converter between model and RDF loses nothing and always writes the same."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ontology
from kg import namespaces as ns
from kg import rdf
from kg.errors import InvalidValue, StoreError
from kg.model import Article, Claim, DateValue, Entity, Evidence, Modality, Quantity, Reading, claim_order
from kg.terms import Blank, Iri, Literal, Quad, canonical, nquad, plain_number, text
from ontology.model import Label
from tests.readings import CENTRE, COLOSSUS, FT, HUANG, NVIDIA, SAMPLE, XAI, readings


@given(readings())
def test_a_reading_survives_the_way_through_rdf(reading: Reading) -> None:
    """All that a reading says comes back equal, its claims in the order of their first words."""
    back = rdf.reading(rdf.quads(reading, known=()), known={})
    assert back == replace(reading, claims=tuple(sorted(reading.claims, key=claim_order)))


@given(readings())
def test_nothing_in_the_graph_is_a_blank_node(reading: Reading) -> None:
    """Every node has an IRI and every quad lies in the article's graph, none of them twice."""
    quads = list(rdf.quads(reading, known=()))
    assert not any(isinstance(term, Blank) for quad in quads for term in quad)
    assert {quad.graph for quad in quads} == {ns.article_iri(reading.article.id)}
    assert len(set(quads)) == len(quads)


def test_known_entities_are_only_referred_to() -> None:
    """What the ontology describes is not described again; all else is."""
    quads = list(rdf.quads(SAMPLE, known={"nvidia", "financial-times", "jensen-huang", "colossus", "xai"}))
    assert {quad.subject for quad in quads if quad.predicate == ns.SKOS_PREF_LABEL} == {ns.entity_iri(CENTRE.id)}
    known = {entity.id: entity for entity in (NVIDIA, FT, HUANG, COLOSSUS, XAI)}
    assert rdf.reading(quads, known) == SAMPLE
    with pytest.raises(StoreError, match="entity nvidia is nowhere described"):
        rdf.reading(quads, {"xai": XAI, "colossus": COLOSSUS})


def test_the_ontologys_entities_are_the_known_ones() -> None:
    """Without a list of known ones, the ontology says which entities need no description."""
    described = {quad.subject for quad in rdf.quads(SAMPLE) if quad.predicate == ns.RDF_TYPE and quad.object == ns.SKOS_CONCEPT}
    assert ns.entity_iri(CENTRE.id) in described
    assert not described & {ns.entity_iri(id) for id in ontology.load().entities}


PLAIN = Quad(ns.entity_iri("nvidia"), Iri(ns.KG + "supplies"), ns.entity_iri("colossus"), ns.article_iri("sample"))


@pytest.mark.parametrize(("modality", "plain"), [(m, m is Modality.ASSERTED) for m in Modality])
def test_only_an_asserted_relation_has_its_plain_triple(modality: Modality, plain: bool) -> None:
    """A plan, an estimate, a possibility or a denial never looks like a fact in the simplest query."""
    claim = replace(SAMPLE.claims[0], modality=modality)
    assert (PLAIN in set(rdf.quads(replace(SAMPLE, claims=(claim,)), known=()))) is plain


def test_speakers_keep_their_order() -> None:
    """Who reports comes before who is reported, for the claim and for each span."""
    back = rdf.reading(rdf.quads(SAMPLE, known=()), {})
    supplies = next(claim for claim in back.claims if claim.predicate == "supplies")
    assert [speaker.id for speaker in supplies.attributed_to] == ["financial-times", "jensen-huang"]
    assert [evidence.modality for evidence in supplies.evidence] == [Modality.PLANNED, Modality.ASSERTED]


@pytest.mark.parametrize(
    ("unit", "iri"),
    [
        ("MW", "http://qudt.org/vocab/unit/MegaW"),
        ("USD", "http://qudt.org/vocab/unit/CCY_USD"),
        ("day", "http://qudt.org/vocab/unit/DAY"),
        ("GPU", None),
        ("person", None),
    ],
)
def test_units_that_qudt_has_are_linked(unit: str, iri: str | None) -> None:
    """QUDT's unit stands beside the unit's code; what QUDT lacks has the code alone."""
    claim = Claim("sample", XAI, "valuation", SAMPLE.claims[0].evidence, value=Quantity(unit, 1))
    quads = list(rdf.quads(replace(SAMPLE, claims=(claim,)), known=()))
    assert [quad.object for quad in quads if quad.predicate == ns.QUDT_HAS_UNIT] == ([iri] if iri else [])


@pytest.mark.parametrize(
    ("value", "datatype"),
    [("2024", "gYear"), ("2024-07", "gYearMonth"), ("2024-07-19", "date"), ("--07", "gMonth"), ("--07-19", "gMonthDay")],
)
def test_dates_are_as_precise_as_the_text(value: str, datatype: str) -> None:
    """Each form of a date has the XSD type that holds no more than it says."""
    assert rdf.date(value) == Literal(value, Iri(ns.XSD + datatype))


EVIDENCE = (Evidence(0, 1, "x"),)
WRONG = {
    "two claims say the same": (Claim("a", XAI, "valuation", EVIDENCE, value=Quantity("USD", 1)),) * 2,
    "is not of article a": (Claim("b", XAI, "valuation", EVIDENCE, value=Quantity("USD", 1)),),
    "is not a name": (Claim("a", XAI, "worth > all", EVIDENCE, value=Quantity("USD", 1)),),
    "a lone surrogate U\\+D800 at 1": (Claim("a", XAI, "owns", EVIDENCE, object=XAI, qualifiers={"role": "x\ud800"}),),
}


@pytest.mark.parametrize(("fault", "claims"), WRONG.items())
def test_what_rdf_cannot_say_is_refused(fault: str, claims: tuple[Claim, ...]) -> None:
    """A reading that would lose or mix something is refused by name."""
    with pytest.raises(InvalidValue, match=fault):
        list(rdf.quads(Reading(Article("a", "x"), claims, "e", "o"), known=()))


def test_the_same_reading_gives_the_same_bytes_in_any_process() -> None:
    """Hash seeds do not show in canonical N-Quads."""
    script = (
        "from tests.readings import SAMPLE; from kg import rdf, terms;print(*terms.canonical(rdf.quads(SAMPLE, ())), sep='\\n')"
    )
    runs = {
        subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert runs == {("\n".join(canonical(rdf.quads(SAMPLE, ()))) + "\n").encode()}


def test_an_entity_found_twice_has_the_names_of_both() -> None:
    """Within one article, an entity that claims name differently keeps all names, the first one first."""
    other = replace(CENTRE, labels=(Label("別の名"), *CENTRE.labels))
    claims = (
        Claim("sample", CENTRE, "gpuCount", SAMPLE.claims[0].evidence, value=Quantity("GPU", 1)),
        Claim("sample", other, "gpuCount", SAMPLE.claims[0].evidence, value=Quantity("GPU", 2)),
    )
    back = rdf.reading(rdf.quads(replace(SAMPLE, claims=claims), known=()), {})
    assert {claim.subject.labels for claim in back.claims} == {(*CENTRE.labels, Label("別の名"))}


@pytest.mark.parametrize(
    ("term", "line"),
    [
        (text('a"b\\c\n\t\r\b\f'), r'"a\"b\\c\n\t\r\b\f"'),
        (text("\x00\x0b\x7f\ufffe"), r'"\u0000\u000B\u007F\uFFFE"'),
        (text("名", "ja"), '"名"@ja'),
        (Literal("1", ns.XSD_INTEGER), '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Blank("_:b"), "_:b"),
    ],
)
def test_lines_are_canonical(term: Literal | Blank, line: str) -> None:
    """Escapes are those of canonical N-Triples and no other."""
    a = Iri("http://a")
    assert nquad(Quad(a, a, term, a)) == f"<http://a> <http://a> {line} <http://a> ."


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_the_same(value: float) -> None:
    """A number's plain notation has no exponent and loses nothing."""
    assert float(plain_number(value)) == value
    assert "e" not in plain_number(value)


def test_dates_and_ranges_keep_their_comparators() -> None:
    """Bounds and approximations come back with the value."""
    values = (Quantity("MW", 150, comparator=">="), Quantity("USD", None, 3e4, 4e4), DateValue("2024-07", "~"))
    claims = tuple(Claim("sample", XAI, "cost", SAMPLE.claims[0].evidence, value=value) for value in values)
    back = rdf.reading(rdf.quads(replace(SAMPLE, claims=claims), known=()), {})
    assert {claim.value for claim in back.claims} == set(values)


def test_entity_without_the_article_is_not_discovered() -> None:
    """An entity of the ontology carries no article."""
    assert not [t for t in rdf.entity_triples(Entity("a", "Place", (Label("A"),))) if t.predicate == ns.KG_DISCOVERED_IN]
