"""SPARQL by its grammar, as rdflib parses it: what a query or an update would fetch, and which graphs it names."""

from __future__ import annotations

import sys
from typing import Any

from pyparsing import ParseBaseException, ParseResults
from rdflib.plugins.sparql.algebra import translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue

from kg.errors import QuerySyntaxError
from kg.namespaces import PREFIXES

FETCHES = {"ServiceGraphPattern": "SERVICE", "Load": "LOAD"}
DATASET = "DatasetClause"
FRAMES = 20_000
"""Calls of Python inside each other that its parser may make; how deep a text is nested has been checked before."""


def read(sparql: str, *, update: bool) -> tuple[set[str], tuple[str, ...]]:
    """Whether it says SERVICE or LOAD, and the graphs that it names by FROM.

    Raises :class:`QuerySyntaxError` where that is not certain: it does not parse, or uses a prefix that it does not declare.
    """
    frames = sys.getrecursionlimit()
    sys.setrecursionlimit(FRAMES)  # a bracket takes it some fifty
    try:
        nodes = _nodes(sparql, update=update)
    except RecursionError:
        raise QuerySyntaxError("SPARQL: nested too deep") from None
    except ParseBaseException as error:
        near = error.line[error.col - 1 :].split(maxsplit=1)
        raise QuerySyntaxError(f"SPARQL: does not parse near {near[0][:40] if near else 'its end'!r}") from None
    except Exception as error:  # noqa: BLE001 - rdflib has no class for what it cannot resolve
        raise QuerySyntaxError(f"SPARQL: {' '.join(str(error).split())[:150]}") from None
    finally:
        sys.setrecursionlimit(frames)
    graphs = tuple(str(graph) for node in nodes if node.name == DATASET for graph in node.values())
    return {FETCHES[node.name] for node in nodes if node.name in FETCHES}, graphs


def _nodes(sparql: str, *, update: bool) -> list[CompValue]:
    found: list[CompValue] = []

    def visit(node: Any) -> Any:
        if isinstance(node, CompValue) and node.name in (*FETCHES, DATASET):
            found.append(node)
        return translatePName(node, prologue)

    prologue = translatePrologue(ParseResults(), "", PREFIXES)
    tree = parseUpdate(sparql) if update else parseQuery(sparql)
    for declared, said in zip(tree.prologue, tree.request, strict=False) if update else [tree]:
        prologue = translatePrologue(declared, "", None, prologue)
        traverse(said, visitPost=visit)
    return found
