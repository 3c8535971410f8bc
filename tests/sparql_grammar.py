"""SPARQL 1.1 as hypothesis strategies: mostly queries that parse, over words that the store knows, and some that are broken."""

from __future__ import annotations

from hypothesis import strategies as st

VARIABLES = st.sampled_from(["?a", "?b", "?c", "?s", "?p", "?o", "?〈", "$é·1"])
IRIS = st.sampled_from(
    [
        "ent:xai",
        "ent:colossus",
        "kg:supplies",
        "rdf:type",
        "kg:Claim",
        "<https://own.example/x>",
        "article:wire",
        "a:",
        "kg:メモ・一",
    ]
)
LITERALS = st.sampled_from(
    ["1", "-2.5", "1e300", "true", '"x"', "'エヌ'@ja", '"1"^^xsd:integer', '"""a\n"b"""', '"2024-02-30"^^xsd:date', '""']
)
TERMS = st.one_of(VARIABLES, VARIABLES, IRIS, LITERALS)
FUNCTIONS = [
    "STR",
    "LANG",
    "DATATYPE",
    "ABS",
    "UCASE",
    "STRLEN",
    "YEAR",
    "MD5",
    "isIRI",
    "COUNT",
    "SUM",
    "xsd:integer",
    "IRI",
    "ENCODE_FOR_URI",
]
PAIRS = ["STRBEFORE", "CONTAINS", "REGEX", "sameTerm", "COALESCE", "CONCAT", "STRDT", "STRLANG"]
SIGNS = ["=", "!=", "<", ">=", "+", "-", "*", "/", "&&", "||"]


def wrap(*parts: object) -> st.SearchStrategy[str]:
    """The parts in a row; strategies among them are drawn from."""
    return st.tuples(*(part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts)).map(" ".join)


def listed(part: st.SearchStrategy[str], least: int = 0, most: int = 3, between: str = " ") -> st.SearchStrategy[str]:
    return st.lists(part, min_size=least, max_size=most).map(between.join)


EXPRESSIONS: st.SearchStrategy[str] = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        wrap("(", inner, st.sampled_from(SIGNS), inner, ")"),
        wrap(st.sampled_from(FUNCTIONS), "(", inner, ")"),
        wrap(st.sampled_from(PAIRS), "(", inner, ",", inner, ")"),
        wrap("IF(", inner, ",", inner, ",", inner, ")"),
        wrap("!", inner),
        wrap("(", inner, st.sampled_from(["IN", "NOT IN"]), "(", listed(inner, between=", "), "))"),
    ),
    max_leaves=6,
)
PATHS: st.SearchStrategy[str] = st.recursive(
    IRIS,
    lambda inner: st.one_of(
        wrap("(", inner, st.sampled_from(["/", "|"]), inner, ")"),
        wrap("^", inner),
        wrap("(", inner, ")", st.sampled_from("*+?")),
    ),
    max_leaves=4,
)
TRIPLES = st.one_of(
    wrap(TERMS, st.one_of(VARIABLES, PATHS), TERMS, "."),
    wrap(VARIABLES, IRIS, "[", IRIS, TERMS, "]", "."),
    wrap(VARIABLES, IRIS, "(", listed(TERMS), ")", "."),
)
PATTERNS: st.SearchStrategy[str] = st.recursive(
    listed(TRIPLES, 1),
    lambda inner: st.one_of(
        wrap(inner, "OPTIONAL {", inner, "}"),
        wrap("{", inner, "} UNION {", inner, "}"),
        wrap(inner, "MINUS {", inner, "}"),
        wrap("GRAPH", st.one_of(VARIABLES, IRIS), "{", inner, "}"),
        wrap(inner, "FILTER(", EXPRESSIONS, ")"),
        wrap(inner, "FILTER", st.sampled_from(["EXISTS", "NOT EXISTS"]), "{", inner, "}"),
        wrap(inner, "BIND(", EXPRESSIONS, "AS ?new )"),
        wrap("VALUES ( ?a ?b ) {", listed(wrap("(", st.one_of(IRIS, LITERALS, st.just("UNDEF")), LITERALS, ")")), "}", inner),
        wrap("{ SELECT", st.sampled_from(["*", "DISTINCT ?a", "(COUNT(*) AS ?n)"]), "{", inner, "} LIMIT 5 }"),
        wrap("SERVICE SILENT <http://127.0.0.1:9/> {", inner, "}"),
    ),
    max_leaves=5,
)
MODIFIERS = st.sampled_from(
    ["", "LIMIT 3", "ORDER BY DESC(?a) OFFSET 1 LIMIT 2", "GROUP BY ?a", "GROUP BY ?s HAVING(COUNT(*) > 1)", "LIMIT 0"]
)
HEADS = [
    "SELECT *",
    "SELECT DISTINCT ?s ?o",
    "SELECT (COUNT(*) AS ?n)",
    "SELECT ?a (SAMPLE(?o) AS ?x)",
    "ASK",
    "CONSTRUCT { ?s ?p ?o . ?a kg:x [] }",
]
DATASETS = st.sampled_from(["", "", "FROM article:wire", "FROM NAMED article:blog FROM <https://own.example/none>"])
WHOLE = st.one_of(
    wrap(st.sampled_from(HEADS), DATASETS, "WHERE {", PATTERNS, "}", MODIFIERS),
    wrap("DESCRIBE", st.one_of(VARIABLES, IRIS), "{", PATTERNS, "}"),
)


@st.composite
def spoilt(draw: st.DrawFn, query: str) -> str:
    """A query or an update with a piece taken out and something else put in."""
    start = draw(st.integers(0, len(query)))
    end = draw(st.integers(start, min(len(query), start + 12)))
    return (
        query[:start]
        + draw(st.one_of(st.just(""), st.text(max_size=8), st.sampled_from(["{", ")", "'''", "\\u0000", "<", "#", "\ud800"])))
        + query[end:]
    )


BETWEEN = st.sampled_from(["", "\n", "\t ", "#\n", " # GRAPH ?g\r", "#'>(\n"])


@st.composite
def spaced(draw: st.DrawFn, text: str) -> str:
    """The same with comments between tokens, or nothing, where a space was."""
    words = text.split(" ")
    places = draw(st.dictionaries(st.integers(1, max(1, len(words) - 1)), BETWEEN, max_size=3))
    return words[0] + "".join(places.get(n, " ") + word for n, word in enumerate(words[1:], 1))


QUERIES = st.one_of(WHOLE, WHOLE.flatmap(spaced), WHOLE.flatmap(spoilt))

OWN = [
    "<https://own.example/g>",
    "<https://own.example/h>",
    "<https://own.example/メモ>",
    "kg:メモ・一",
    "メ:〈",
    "o.-x:y",
    ":%41\\-",
]
GRAPHS = st.sampled_from([*OWN, "article:wire", "<https://aikg.example/default>", "a:"])
PROLOGUES = st.sampled_from(
    [
        "",
        "",
        "PREFIX メ: <https://own.example/> PREFIX o.-x: <https://own.example/o> PREFIX : <https://own.example/>",
        "PREFIX GRAPHkg: <https://own.example/> PREFIX x: <https://own.example/x> BASE <https://own.example/>",
    ]
)
WHICH = st.one_of(st.sampled_from(["DEFAULT", "NAMED", "ALL"]), wrap("GRAPH", GRAPHS))
PLACES = st.one_of(st.just("DEFAULT"), wrap("GRAPH", GRAPHS), GRAPHS)
DATA = listed(wrap(st.one_of(IRIS, st.just("_:b"), VARIABLES), IRIS, st.one_of(IRIS, LITERALS, st.just("_:b")), "."))
QUADS = listed(st.one_of(DATA, wrap("GRAPH", st.one_of(GRAPHS, GRAPHS, VARIABLES), "{", DATA, "}")), most=2)
SILENT = st.sampled_from(["", "", "SILENT"])
MODIFY = st.one_of(
    wrap("DELETE {", QUADS, "} INSERT {", QUADS, "}"), wrap("DELETE {", QUADS, "}"), wrap("INSERT {", QUADS, "}")
)
USING = st.sampled_from(
    ["", "", "USING article:wire", "USING NAMED <https://own.example/g>", "USING <https://own.example/none>"]
)
OPERATIONS = st.one_of(
    wrap(st.sampled_from(["INSERT DATA {", "DELETE DATA {", "DELETE WHERE {"]), QUADS, "}"),
    wrap(st.one_of(st.just(""), wrap("WITH", GRAPHS)), MODIFY, USING, "WHERE {", PATTERNS, "}"),
    wrap(st.sampled_from(["CLEAR", "DROP"]), SILENT, WHICH),
    wrap("CREATE", SILENT, "GRAPH", GRAPHS),
    wrap(st.sampled_from(["COPY", "MOVE", "ADD"]), SILENT, PLACES, "TO", PLACES),
    wrap("LOAD", SILENT, "<http://127.0.0.1:9/>", st.sampled_from(["", "INTO GRAPH <https://own.example/g>"])),
)
CHANGES = wrap(PROLOGUES, listed(OPERATIONS, 1, 3, " ; "))
UPDATES = st.one_of(CHANGES, CHANGES.flatmap(spaced), CHANGES.flatmap(spoilt))
OUTSIDE = st.lists(
    st.sampled_from(["https://own.example/g", "https://aikg.example/article/wire", "a:b> WHERE {} ; DROP ALL ; #", "a b", ""]),
    max_size=2,
)
"""Graphs that a request names beside an update."""
