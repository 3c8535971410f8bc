"""What is told from SPARQL as text, before anything is parsed."""

from __future__ import annotations

import pytest

from kg.errors import InputError, QuerySyntaxError
from kg.sparql import check_depth, check_query, check_update, depth, using


@pytest.mark.parametrize(
    ("sparql", "names_dataset"),
    [
        ("SELECT * FROM <a:g> { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p 'FROM' } # FROM", False),
        ('SELECT * { ?service <http://service/> \'SERVICE\' . ?s ex:service """\nSERVICE\n""" } # SERVICE', False),
    ],
)
def test_words_count_only_where_they_are_keywords(sparql: str, names_dataset: bool) -> None:
    """Not in comments, texts, addresses, variables and local names."""
    assert check_query(sparql) == names_dataset


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE:x{} }",
        "SELECT * { FILTER(1<2)SERVICE<http://127.0.0.1/>{} }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1/>",
        "INSERT DATA { <a:a> <a:b> '#' } ; LoaD SILENT <http://127.0.0.1/> INTO GRAPH <a:g>",
    ],
)
def test_what_would_send_requests_is_refused(sparql: str) -> None:
    """However it is written."""
    with pytest.raises(InputError, match="refused"):
        check_update(sparql)


@pytest.mark.parametrize(
    ("sparql", "deep"),
    [
        ("", 0),
        ("SELECT * " + "{" * 3000 + "}" * 3000, 3000),
        ("SELECT * { } " * 100, 1),
        ("SELECT * { ?s ?p '''" + "(" * 99 + "''' } # {{{{", 1),
        ("SELECT * { FILTER(" + "!" * 5000 + "true) }", 5000),
        ("INSERT DATA { <a:a> <a:b> ((((1)))) }", 5),
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
