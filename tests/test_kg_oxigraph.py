"""Terms, documents and answers on their way through pyoxigraph."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from kg import namespaces as ns
from kg import rdf
from kg.errors import InputError, QuerySyntaxError, StoreError, UnknownFormat
from kg.model import Reading
from kg.oxigraph import GRAPH_FORMATS, OxResult, from_ox, from_ox_quad, kind, parse, to_ox, write
from kg.terms import Blank, Iri, Literal, Quad, Term, Triple, canonical, text
from tests.readings import SAMPLE, readings

A = Iri("http://example.org/a")
TERMS = [A, Blank("_:b1"), text("plain"), text("名", "ja"), Literal("2024-05", ns.XSD_G_YEAR_MONTH)]


@pytest.mark.parametrize("term", TERMS)
def test_terms_survive(term: Term) -> None:
    """Every kind of term comes back equal and of the same kind."""
    back = from_ox(to_ox(term))
    assert back == term
    assert type(back) is type(term)


@pytest.mark.parametrize(
    "term", [Iri("no iri"), Iri("http://a b"), Literal("x", Iri("no iri")), Literal("x", ns.XSD_STRING, "!!")]
)
def test_terms_that_are_none_are_refused(term: Term) -> None:
    """A broken IRI or language is an error of the input."""
    with pytest.raises(InputError):
        to_ox(term)


def test_triple_terms_are_refused() -> None:
    """What RDF 1.2 adds has no place in the model."""
    term = ox.Triple(ox.NamedNode(A), ox.NamedNode(A), ox.Literal("x"))
    with pytest.raises(InputError, match="triple terms"):
        from_ox(term)
    with pytest.raises(InputError, match="triple terms"):
        from_ox_quad(ox.Quad(ox.NamedNode(A), ox.NamedNode(A), term, ox.NamedNode(A)))


def written(quads: list[Quad], format: str) -> bytes:
    """A document."""
    out = io.BytesIO()
    write(quads, out, format)
    return out.getvalue()


@settings(max_examples=20, deadline=None)
@given(readings())
def test_documents_hold_all_that_was_written(reading: Reading) -> None:
    """Each format that can keep any text is read back to the same triples."""
    quads = list(rdf.quads(reading, ()))
    for format in ("turtle", "trig", "ntriples", "nquads", "jsonld"):
        assert set(parse(written(quads, format), format)) == {Triple(*quad[:3]) for quad in quads}


def test_rdf_xml_holds_the_sample() -> None:
    """RDF/XML, which knows no control characters, keeps what articles are made of."""
    quads = list(rdf.quads(SAMPLE, ()))
    assert set(parse(written(quads, "rdfxml"), "rdfxml")) == {Triple(*quad[:3]) for quad in quads}


def test_nquads_are_canonical() -> None:
    """Sorted, they are the canonical dump."""
    quads = list(rdf.quads(SAMPLE, ()))
    assert sorted(written(quads, "nquads").decode().splitlines()) == canonical(quads)


def test_prefixes_are_used_where_there_are_any() -> None:
    """Turtle and TriG are made for reading."""
    assert b"@prefix kg: <https://aikg.example/ns#>" in written(list(rdf.quads(SAMPLE, ())), "trig")


def test_triples_can_be_written_to_any_format() -> None:
    """Without a graph they go to the default one."""
    out = io.BytesIO()
    write([Triple(A, A, A)], out, "nquads")
    assert out.getvalue() == b"<http://example.org/a> " * 3 + b".\n"


def test_writing_streams() -> None:
    """The first bytes are out before the last statement is made."""
    out = io.BytesIO()
    sizes = []

    def endless() -> Iterator[Quad]:
        for n in range(20000):
            sizes.append(out.tell())
            yield Quad(A, A, text(str(n)), A)

    write(endless(), out, "nquads")
    assert sizes[-1] > 0


@pytest.mark.parametrize("format", ["pdf", "", "json"])
def test_unknown_formats_are_named(format: str) -> None:
    """The error lists the known ones."""
    with pytest.raises(UnknownFormat, match=", ".join(sorted(GRAPH_FORMATS))):
        written([], format)


class Broken(io.BytesIO):
    """Somewhere that cannot be written."""

    def write(self, data: object) -> int:
        raise OSError("disk full")


def test_answers_that_fail_late_are_errors_of_the_store() -> None:
    """What goes wrong while an answer is taken is told in our words."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(A), ox.NamedNode(A), ox.NamedNode(A)))
    for query, format in (("SELECT * { ?s ?p ?o }", "json"), ("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples")):
        with pytest.raises(StoreError, match="the query failed: disk full"):
            OxResult(store.query(query)).write(Broken(), format)


@pytest.mark.parametrize(
    ("sparql", "fault"),
    [
        ("SELECT ?x {", "1:12: does not parse to its end"),
        ("SELEC ?x {}", "1:1: 'SELEC' begins no query; SELECT, ASK, CONSTRUCT, DESCRIBE do"),
        ("# all\nPREFIX a: <http://a/>\n  DROP ALL", "3:3: 'DROP' begins no query; SELECT, ASK, CONSTRUCT, DESCRIBE do"),
        ("SELECT * {\n  ?電力 ?p ) }", "2:3: does not parse near '?電力'"),
        ("SELECT * {\n  ?s foo:p ?o }", "2:6: unknown prefix 'foo:'"),
        ("PREFIX a: <b>\nSELECT * { ?s ?p ?o }", "1:11: '<b>' is not an IRI"),
        ("ASK { ?s ?p " + "'" + "x" * 500 + " }", "1:"),
        ("SELECT * { ?s ?p } LIMIT 1", "1:12: does not parse near '?s'"),
        ("", "1:1: does not parse to its end"),
    ],
)
def test_broken_sparql_is_a_short_line_with_the_place(sparql: str, fault: str) -> None:
    """Line and column point at what is wrong; the parser's list of tokens is left out."""
    with pytest.raises(QuerySyntaxError) as caught:
        kind(sparql)
    assert str(caught.value).startswith(f"SPARQL: error at {fault}") and len(str(caught.value)) <= 200


def test_syntax_errors_in_documents_name_the_line() -> None:
    """A document that does not parse says where."""
    with pytest.raises(InputError, match="line 2"):
        list(parse(b"<http://a> <http://b> 1 .\n<http://a> .\n", "turtle"))
