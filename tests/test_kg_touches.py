"""Which graphs an update can change, as its text tells: never fewer than the engine changes."""

from __future__ import annotations

from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sparql_grammar import CHANGES, spaced

from kg.namespaces import PREFIXES
from kg.touches import touches

HELD = """INSERT DATA { GRAPH <a:one> { <a:a> <a:b> 1 } GRAPH <a:two> { <a:a> <a:b> 2 } GRAPH kg:メモ・一 { ent:xai rdf:type 1 }
  GRAPH <https://own.example/〈> { ent:xai kg:supplies 'x' } GRAPH <https://own.example/g> { <a:> rdf:type ent:xai } }"""
NAMED = [
    "INSERT DATA { GRAPH <a:new> { <a:a> <a:b> 'GRAPH ?g CLEAR ALL' } } # DROP ALL",
    "PREFIX x: <a:> INSERT DATA{GRAPHx:new{x:a x:b x:c. x:d x:e x:f.}}",
    "PREFIX : <a:> INSERT DATA {GRAPH:new{<a:a> <a:b> 1}}",
    "BASE <a:b/> BASE <a:d/> INSERT DATA { GRAPH <c> { <a:a> <a:b> 1 } }",
    "PREFIX x: <b:> PREFIX x: <a:> DELETE DATA { GRAPH x:one { x:a x:b 1 } } ; INSERT DATA { GRAPH x:n { x:a x:b 1 } }",
    r"INSERT DATA { GRAPH <a:\u0067> { <a:a> <a:b> '\u0027' } }",
    "BASE <a:b/> WITH <a:one> DELETE { ?s ?p ?o } INSERT { ?s ?p 7 } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?o<3&&?o>0) }",
    "DELETE { GRAPH <a:one> { ?s ?p ?o } } USING NAMED <a:one> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "MOVE <a:one> TO <a:three>",
    "COPY GRAPH <a:one> TO <a:two>",
    "DROP SILENT GRAPH <a:one>",
    "INSERT DATA { GRAPH kg:one { kg:a kg:b 1 } }",
    "PREFIX o: <a:> INSERT DATA { GRAPH o:メモ・一 { o:s o:p 1 } }",
    "PREFIX メ: <a:> INSERT DATA { GRAPH メ:%41\\-b.c\u203f { メ:s メ:p 1 } }",
    "PREFIX o: <a:o> PREFIX GRAPHo: <a:other> INSERT DATA { GRAPHo:c { o:s o:p 1 } }",
]
UNKNOWN = [
    "CLEARALL",
    "DROP # what?\n SILENT NAMED",
    "DELETE {} WHERE { ?s ?p ?o FILTER(?o<?s#>)\n) } ; DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE { GRAPH ?〈 { ?s ?p ?o } } WHERE { GRAPH ?〈 { ?s ?p ?o } }",
    "PREFIX o: <a:o> PREFIX PREFIXo: <a:1> PREFIXo: <a:n> INSERT DATA { GRAPH o:c { o:s o:p 1 } }",
    "PREFIX b: <a:b/> PREFIX a.b: <a:ab/> INSERT DATA { GRAPH a.b:c { b:s b:p 1 } }",
    "PREFIX b: <a:b/> PREFIX a.-b: <a:ab/> INSERT DATA { GRAPH a.-b:c { b:s b:p 1 } }",
    "PREFIX b: <a:b/> PREFIX a.1b: <a:ab/> INSERT DATA { GRAPH a.1b:c { b:s b:p 1 } }",
    "DELETE {} WHERE { ?s ?p ?o FILTER(?o<<a:c#>) } ; DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETEWHERE{GRAPH$g{?s ?p ?o}}",
    "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH <a:x> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE {} WHERE { ?s ?p ?o } ; INSERT { GRAPH#?\n?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
]


@pytest.mark.parametrize("update", [*NAMED, *UNKNOWN])
def test_no_graph_changes_that_is_not_foretold(update: str) -> None:
    """Whatever the engine takes for one name, keyword or comment."""
    assert changed(update)


def changed(update: str) -> set[str]:
    """The graphs that the engine changes, all of which were told."""
    store = ox.Store()
    store.update(HELD, prefixes=PREFIXES)
    before = {*store}
    store.update(update, prefixes=PREFIXES)
    found = {quad.graph_name.value for quad in before ^ {*store} if isinstance(quad.graph_name, ox.NamedNode)}
    told = touches(update)
    assert told is None or found <= told, update
    return found


@given(st.one_of(CHANGES, CHANGES.flatmap(spaced)))
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_no_graph_changes_that_a_generated_update_does_not_foretell(update: str) -> None:
    """With names in other scripts, prefixes like keywords, comments and nothing between tokens."""
    if "LOAD" not in update and "SERVICE" not in update:
        with suppress(SyntaxError, OSError, RuntimeError):
            changed(update)


@pytest.mark.parametrize("update", UNKNOWN)
def test_what_only_the_outcome_tells_is_said_to_be_so(update: str) -> None:
    """A variable, or all there are."""
    assert touches(update) is None


def test_what_is_only_read_keeps_an_update_bounded() -> None:
    """Variables in a pattern, and words in strings and comments, are no reason to look at everything."""
    assert [update for update in NAMED if touches(update) is None] == [NAMED[1], NAMED[2]]  # keywords that stick to a prefix
