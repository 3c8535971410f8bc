"""Between our terms and pyoxigraph's, and what pyoxigraph reads, writes and answers; no pyoxigraph type leaves this module
and ``kg/store_oxigraph.py`` (https://pyoxigraph.readthedocs.io)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from kg.errors import InputError, QuerySyntaxError, StoreError, UnknownFormat
from kg.namespaces import PREFIXES
from kg.terms import Blank, Iri, Literal, Quad, Resource, Term, Triple

OxTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

Answer = TypeVar("Answer", ox.QuerySolution, ox.Triple)

GRAPH_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.STREAMING_JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
TABLE_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
LONGEST_SYNTAX, LONGEST_TOKEN = 150, 40
SYNTAX = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
PROLOGUE = re.compile(r"(?:\s+|#[^\n]*|PREFIX\s+[^\s:]*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE)
# What the parser finds wrong only behind it: its word for it, the token, ours.
BEHIND = (
    ("Prefix not found", r"([\w.-]*:)[\w.%-]*\s*$", "unknown prefix {}"),
    ("IRI parsing failed", r"(<[^>]*>)\s*$", "{} is not an IRI"),
)


# --- terms


@lru_cache(maxsize=65536)
def _iri(value: str) -> Iri:
    return Iri(value)


def from_ox(term: OxTerm) -> Term:
    """Our term. Raises :class:`InputError` for a triple term of RDF 1.2, which the model has no use for."""
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, _iri(term.datatype.value), term.language or "")
    if isinstance(term, ox.BlankNode):
        return Blank(f"_:{term.value}")
    raise InputError("triple terms can be serialised but not read as rows")


def to_ox(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """pyoxigraph's term. Raises :class:`InputError` for an IRI that is none."""
    try:
        if isinstance(term, Literal):
            if term.lang:
                return ox.Literal(term.text, language=term.lang)
            return ox.Literal(term.text, datatype=ox.NamedNode(term.datatype))
        return _resource(term)
    except ValueError as error:
        raise InputError(f"{term}: {error}") from None


def _resource(term: Resource) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(term.removeprefix("_:")) if isinstance(term, Blank) else ox.NamedNode(term)


def named(iri: str) -> ox.NamedNode:
    """An IRI for pyoxigraph. Raises :class:`InputError` where it is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f"{iri!r} is not an IRI: {error}") from None


def from_ox_quad(quad: ox.Quad) -> Quad:
    """Our quad; the graph's name must not be the default graph's."""
    subject, predicate, object_, graph = (from_ox(term) for term in quad)
    if isinstance(subject, Literal) or not isinstance(predicate, Iri) or isinstance(graph, Literal):
        raise InputError("generalised RDF is not supported")
    return Quad(subject, predicate, object_, graph)


# --- reading and writing RDF


def parse(content: bytes, format: str, base: str | None = None) -> Iterator[Triple]:
    """The triples of a document, whatever their graphs. Raises :class:`InputError`, naming the line, for a syntax error."""
    try:
        for quad in ox.parse(content, format=graph_format(format), base_iri=base):
            subject, predicate, object_ = from_ox(quad.subject), from_ox(quad.predicate), from_ox(quad.object)
            if not isinstance(subject, Literal) and isinstance(predicate, Iri):
                yield Triple(subject, predicate, object_)
    except SyntaxError as error:
        raise InputError(f"line {error.lineno}: {error.msg}") from None


def n_quads(content: IO[bytes]) -> Iterator[ox.Quad]:
    """The quads of a document in N-Quads, as it is read. Raises :class:`InputError`, naming the line where one is wrong."""
    try:
        for quad in ox.parse(content, format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.graph_name, ox.DefaultGraph):
                raise InputError(f"{quad.subject} {quad.predicate} {quad.object}: every quad needs a graph")
            yield quad
    except SyntaxError as error:
        raise InputError(f"line {error.lineno}: {error.msg}") from None


def parse_quads(content: IO[bytes]) -> Iterator[Quad]:
    """The same in our terms."""
    return map(from_ox_quad, n_quads(content))


def write(statements: Iterable[Quad | Triple], output: IO[bytes], format: str) -> None:
    """Writes the statements as they come, in constant memory. In formats without graphs, quads lose theirs."""
    rdf_format = graph_format(format)
    converted = map(to_ox_quad if rdf_format.supports_datasets else _triple, statements)
    lines = rdf_format in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    ox.serialize(cast("Iterator[ox.Quad]", converted), output, format=rdf_format, prefixes=None if lines else PREFIXES)


def to_ox_quad(statement: Quad | Triple) -> ox.Quad:
    """A triple becomes one of the default graph."""
    graph = _resource(statement.graph) if isinstance(statement, Quad) else ox.DefaultGraph()
    return ox.Quad(_resource(statement.subject), ox.NamedNode(statement.predicate), to_ox(statement.object), graph)


def _triple(statement: Quad | Triple) -> ox.Triple:
    return ox.Triple(_resource(statement.subject), ox.NamedNode(statement.predicate), to_ox(statement.object))


def graph_format(name: str) -> ox.RdfFormat:
    """Raises :class:`UnknownFormat`."""
    try:
        return GRAPH_FORMATS[name]
    except KeyError:
        raise UnknownFormat(f"unknown RDF format {name!r}; known: {', '.join(sorted(GRAPH_FORMATS))}") from None


# --- answers


class OxResult:
    """What pyoxigraph answered (see :class:`kg.store.Result`)."""

    def __init__(self, answer: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, held: object = None) -> None:
        """``held`` is what must not be let go before the answer has been taken."""
        self._answer, self._held = answer, held
        self.variables: tuple[str, ...] = ()
        self.boolean: bool | None = None
        if isinstance(answer, ox.QuerySolutions):
            self.variables = tuple(variable.value for variable in answer.variables)
        elif isinstance(answer, ox.QueryBoolean):
            self.boolean = bool(answer)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that fit the kind of answer."""
        return tuple(GRAPH_FORMATS) if isinstance(self._answer, ox.QueryTriples) else tuple(TABLE_FORMATS)

    def rows(self) -> Iterator[tuple[Term | None, ...]]:
        """The solutions of a SELECT, in the order of ``variables``."""
        if not isinstance(self._answer, ox.QuerySolutions):
            raise InputError("only SELECT has rows")
        with_errors = _evaluated(self._answer, self._held)
        return (tuple(None if term is None else from_ox(term) for term in solution) for solution in with_errors)

    def triples(self) -> Iterator[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        if not isinstance(self._answer, ox.QueryTriples):
            raise InputError("only CONSTRUCT and DESCRIBE have triples")
        for triple in _evaluated(self._answer, self._held):
            subject, predicate, object_ = from_ox(triple.subject), from_ox(triple.predicate), from_ox(triple.object)
            if not isinstance(subject, Literal) and isinstance(predicate, Iri):
                yield Triple(subject, predicate, object_)

    def write(self, output: IO[bytes], format: str) -> None:
        """Writes the answer as it comes. Raises :class:`UnknownFormat` where the format does not fit the kind of answer."""
        if format not in self.formats:
            raise UnknownFormat(f"unknown result format {format!r}; known for this query: {', '.join(self.formats)}")
        try:
            if isinstance(self._answer, ox.QueryTriples):
                self._answer.serialize(output, format=GRAPH_FORMATS[format])
            else:
                self._answer.serialize(output, format=TABLE_FORMATS[format])
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the query failed: {error}") from error


def _evaluated(answer: Iterable[Answer], held: object) -> Iterator[Answer]:
    """What comes lazily may fail late; ``held`` is held until then."""
    solutions = iter(answer)
    while True:
        try:
            solution = next(solutions)
        except StopIteration:
            return
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the query failed: {error}") from error
        yield solution


def kind(sparql: str) -> str:
    """``rows``, ``boolean`` or ``triples``: what a query gives. Raises :class:`QuerySyntaxError`."""
    try:
        found = OxResult(ox.Store().query(sparql, prefixes=PREFIXES))
    except SyntaxError as error:
        raise syntax_error(error, sparql) from None
    except UnicodeEncodeError:
        raise QuerySyntaxError("SPARQL: a lone surrogate is no character") from None
    return "boolean" if found.boolean is not None else "triples" if "turtle" in found.formats else "rows"


def read_table(body: bytes) -> tuple[OxResult, int]:
    """An answer in SPARQL's JSON, read to its end, and how many rows it has. Raises :class:`ValueError` where it is none."""
    try:
        found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        count = 1 if isinstance(found, ox.QueryBoolean) else sum(1 for _ in found)
        return OxResult(ox.parse_query_results(body, ox.QueryResultsFormat.JSON)), count
    except SyntaxError as error:
        raise ValueError(str(error)) from None


def read_triples(body: bytes) -> tuple[OxResult, int]:
    """The same for triples in N-Triples."""
    try:
        graph = ox.Store()
        graph.extend(ox.parse(body, ox.RdfFormat.N_TRIPLES))
        return OxResult(graph.query("CONSTRUCT WHERE { ?s ?p ?o }")), len(graph)
    except SyntaxError as error:
        raise ValueError(str(error)) from None


def syntax_error(error: SyntaxError, sparql: str) -> QuerySyntaxError:
    """Our error for SPARQL that does not parse: line, column and what is wrong there, in one short line.

    Of what the parser expected only the place is kept: its list of tokens is long and tells a reader little.
    """
    said = " ".join(str(error.msg or error).split())
    found = SYNTAX.match(said)
    if not found:
        return QuerySyntaxError(f"SPARQL: {said[:LONGEST_SYNTAX]}")
    at, fault = _fault(sparql, int(found[1]), int(found[2]), found[3])
    row, column = sparql.count("\n", 0, at) + 1, at - sparql.rfind("\n", 0, at)
    return QuerySyntaxError(f"SPARQL: error at {row}:{column}: {fault}")


def _fault(sparql: str, row: int, column: int, expected: str) -> tuple[int, str]:
    """Where the fault is, which is not always how far the parser came, and what it is."""
    prologue = PROLOGUE.match(sparql)
    start = prologue.end() if prologue else 0
    word = re.compile(r"\w+").match(sparql, start)
    if word and word[0].upper() not in FORMS:
        return start, f"{_short(word[0])} begins no query; {', '.join(FORMS)} do"
    at = sum(len(line) + 1 for line in sparql.split("\n")[: row - 1]) + column - 1
    for kind, pattern, fault in BEHIND:
        if kind in expected and (token := re.search(pattern, sparql[:at])):
            return token.start(), fault.format(_short(token[1]))
    if expected.isalpha():  # a keyword is compared as a whole, and found wrong behind its last letter
        at = max(0, at - len(expected))
    rest = sparql[at:].split(maxsplit=1)
    at += len(sparql[at:]) - len(sparql[at:].lstrip())
    return at, f"does not parse near {_short(rest[0])}" if rest else "does not parse to its end"


def _short(token: str) -> str:
    return repr(token if len(token) <= LONGEST_TOKEN else token[:LONGEST_TOKEN] + "…")
