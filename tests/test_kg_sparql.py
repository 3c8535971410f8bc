"""What is told from SPARQL as text, before anything is parsed."""

from __future__ import annotations

import pytest

from kg.errors import InputError, QuerySyntaxError
from kg.sparql import check_depth, check_query, check_update, depth, using


@pytest.mark.parametrize(
    ("sparql", "graphs"),
    [
        ("PREFIX e: <a:e> SELECT * FROM <a:g#1> FROM NAMED e:h { ?s ?p 'FROM' }", ("a:g#1", "a:eh")),
        ("BASE <http://own.example/> SELECT * FROM <g> FROM kg:h { }", ("http://own.example/g", "https://aikg.example/ns#h")),
        ("SELECT ?from { ?from ?p 'FROM' } # FROM", ()),
        ('SELECT * { ?service <http://service/> \'SERVICE\' . ?s ex:service """\nSERVICE\n""" } # SERVICE', ()),
        ("PREFIX service: <a:> SELECT * { ?s a service:x , service:SERVICE }", ()),
        ("SELECT * FROM <a:g> { <a:Oslo_(city)#x> ?p ?o FILTER(?o<(3)) }", ("a:g",)),
        ("SELECT * FROM <a:x> { " + "{" * 60 + "?s ?p ?o" + "}" * 60 + " }", ("a:x",)),
        ("SELECT * FROM <a:x> { VALUES (?a ?b) { (<urn:a#1> <urn:b#2>) } }", ("a:x",)),
        ("PREFIX service: <a:> SELECT * FROM service:x { ?s ?p 'SERVICE <b:>' }", ("a:x",)),
    ],
)
def test_words_count_only_where_they_are_keywords(sparql: str, graphs: tuple[str, ...]) -> None:
    """Not in comments, texts, addresses, variables, prefixes and local names; FROM tells its graphs."""
    assert check_query(sparql) == graphs


@pytest.mark.parametrize(
    "update", ["PREFIX load: <a:> INSERT DATA { load:x load:y 'LOAD' }", "INSERT DATA { <a:load> <a:b> 'SERVICE' }", "DROP ALL"]
)
def test_updates_may_speak_of_loading(update: str) -> None:
    """In names and texts."""
    check_update(update)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p true SERVICE <a:x>{} }",
        'SELECT * { ?s ?p "\\u0022 . #" . SERVICE <a:x> {}\n}',
        "# a line that ends\rSELECT * { SERVICE <a:x> {} }",
        "SELECT * { ?s ?p <a:b\\u003E#> . SERVICE <a:x> {}\n}",
        "SELECT * { { SELECT * { OPTIONAL { ?s ?p 1 SERVICE<a:x>{} } } } }",
        "SELECT * { FILTER(1<2)SERVICE<http://127.0.0.1/>{} }",
        "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#>\n<a:x> { ?s ?p ?o } }",
        "SELECT * { <a:Oslo_(city)> ?p ?a FILTER(?a<?b)SERVICE#>\n<a:x> {} }",
        "SELECT * { OPTIONAL { ?s <x:()'''> ?o } FILTER(1<2)#'''> '''\nSERVICE <a:x> { ?q ?r ?z }\n#'''\n}",
        "SELECT * { OPTIONAL { ?s <x:()'> ?o } FILTER(?a<?b)SERVICEh:y#'>\n{ ?q ?r ?z } }",
        "SELECT * { <<(?s?p?o)#> '''\n>> ?q ?r . SERVICE <x:y> {}\n#'''\n}",
        "SELECT * { FILTER(?a<b:c#) FILTER(?a<b:c#>\n) FILTER(?a<?b)SERVICE#>\n<a:x> {} }",
        "SELECT * { ?a ?b ?c FILTER(?c<<b:c#>) SERVICE <a:x> { ?q ?r ?z } }",
        "SELECT * { FILTER(1 <<http://b/#c>) SERVICE <a:x> { ?q ?r ?z } }",
        "DELETE { ?s ?p ?o } WHERE { ?s <x:()'> ?o FILTER(1<2)SERVICE#'>\n<a:x> {} }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o<(1))SERVICE#>\n<a:x> {} }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1/>",
        "INSERT DATA { <a:a> <a:b> '#' } ; LoaD SILENT <http://127.0.0.1/> INTO GRAPH <a:g>",
    ],
)
def test_what_would_send_requests_is_refused(sparql: str) -> None:
    """However it is written."""
    with pytest.raises(InputError, match="refused"):
        (check_query if sparql.startswith(("SELECT", "#")) else check_update)(sparql)


def test_what_may_be_read_in_too_many_ways_is_refused() -> None:
    """Each < that may compare or open an IRI doubles them; a space behind it, or an absolute IRI, leaves one."""
    sparql = "SELECT * { FILTER(" + " || ".join(["?a <b:c#(d)> ?e"] * 9) + ") }"
    with pytest.raises(QuerySyntaxError, match="write a space"):
        depth(sparql)
    assert depth(sparql.replace("<b:c#(d)>", "< ?b")) == depth(sparql.replace("<b:", "<http://b/")) == 2


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { ?s ?p trueSERVICE:x{} }",
        "SELECT * { ?s ?p trueSERVICE<a:x>{} }",
        "PREFIX : <a:> SELECT * { ?s ?p trueSERVICE:x{} }",
        "SELECT * FROM { ?s ?p ?o }",
        "SELECT * { ?s a load:x . SERVICE }",
        "SELECT (1<2AS?c)FROM#>\n<a:g> { ?s ?p ?o }",
        "SELECT * FROM <a:g> " + "{" * 60 + "}" * 60 + ")",
    ],
)
def test_what_the_grammar_does_not_settle_is_refused(sparql: str) -> None:
    """Oxigraph reads some of these as federated queries."""
    with pytest.raises(InputError, match="SPARQL: "):
        check_query(sparql)


@pytest.mark.parametrize(
    ("sparql", "deep"),
    [
        ("", 0),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 3000),
        ("SELECT * { } " * 100, 1),
        ("SELECT * { ?s ?p '''" + "(" * 99 + "''' } # {{{{", 1),
        ("SELECT * { FILTER(" + "!" * 5000 + "true) }", 5000),
        ("ASK { FILTER(" + "!#)\n" * 5000 + " ! true) }", 5001),
        ("SELECT * { FILTER(" + "1 + " * 5000 + "1) }", 5000),
        ("INSERT DATA { <a:a> <a:b> ((((1)))) }", 5),
        ("SELECT * { " + "<< " * 3000 + "}", 3001),
        (
            "SELECT * { ?s ?p " + "<<(<a:a> <a:b> " * 9 + "1" + ")>>" * 9 + " . ?s ?p << ?a ?b <a:c>>> . ?s ?p << ?a ?b 1 >> }",
            19,
        ),
        ("SELECT * { " + "FILTER(?a<<a:b>) " * 90 + "}", 3),
        ("SELECT * { FILTER(?a<" + "(" * 70 + "1#>\n) }", 72),
        ("SELECT * { <a:Oslo_(city)> ?p ?o }", 1),
        ("SELECT * { OPTIONAL { ?s <x:()'> ?o } FILTER(?a<?b) #'>\n " + "{" * 500 + "}" * 500 + " }", 501),
    ],
)
def test_depth_counts_brackets_that_are_open_together(sparql: str, deep: int) -> None:
    """And signs in a row, which nest too; more than allowed is refused."""
    assert depth(sparql) == deep
    check_depth(sparql, deep)
    if deep:
        with pytest.raises(QuerySyntaxError, match=f"nested {deep} deep"):
            check_depth(sparql, deep - 1)


@pytest.mark.parametrize(
    ("update", "given"),
    [
        (
            "INSERT{?s ?p 1}WHERE{?s ?p 'WHERE'};DELETE{?s ?p 1} where{{SELECT * WHERE{?s ?p 1}}}",
            "INSERT{?s ?p 1}USING <a:d> USING NAMED <a:n> WHERE{?s ?p 'WHERE'};"
            "DELETE{?s ?p 1} USING <a:d> USING NAMED <a:n> where{{SELECT * WHERE{?s ?p 1}}}",
        ),
        ("CLEAR DEFAULT", "CLEAR DEFAULT"),
    ],
)
def test_a_dataset_from_outside_stands_before_each_where(update: str, given: str) -> None:
    """Not before those of subqueries."""
    assert using(update, ["a:d"], ["a:n"]) == given
    assert using(update, [], []) == update


@pytest.mark.parametrize(
    "update",
    ["INSERT {?s ?p 1} USING <a:g> WHERE {?s ?p 1}", "WITH <a:g> DELETE {?s ?p 1} WHERE {?s ?p 1}", "DELETE WHERE {?s ?p ?o}"],
)
def test_two_datasets_are_refused(update: str) -> None:
    """SPARQL 1.1 Protocol, section 2.2.3."""
    with pytest.raises(InputError):
        using(update, ["a:d"], [])


@pytest.mark.parametrize(
    "graph", ["a:b> WHERE {} ; LOAD <http://127.0.0.1/> ; INSERT {} USING <a:b", "a b", "a:\n", "a:\\u003e"]
)
def test_a_dataset_is_given_by_iris_alone(graph: str) -> None:
    """What would end an IRI is none of its characters."""
    for default, named in (([graph], []), ([], [graph])):
        with pytest.raises(InputError, match="is not an IRI"):
            using("INSERT {} WHERE {}", default, named)
