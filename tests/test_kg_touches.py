"""Which graphs an update can change, as its text tells: never fewer than the engine changes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.namespaces import PREFIXES
from kg.touches import touches

HELD = "INSERT DATA { GRAPH <a:one> { <a:a> <a:b> 1 } GRAPH <a:two> { <a:a> <a:b> 2 } }"
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
]
UNKNOWN = [
    "CLEARALL",
    "DROP # what?\n SILENT NAMED",
    "DELETE {} WHERE { ?s ?p ?o FILTER(?o<?s#>)\n) } ; DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETEWHERE{GRAPH$g{?s ?p ?o}}",
    "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH <a:x> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE {} WHERE { ?s ?p ?o } ; INSERT { GRAPH#?\n?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
]


@pytest.mark.parametrize("update", [*NAMED, *UNKNOWN])
def test_no_graph_changes_that_is_not_foretold(update: str) -> None:
    """Whatever the engine takes for one name, keyword or comment."""
    store = ox.Store()
    store.update(HELD)
    before = {*store}
    store.update(update, prefixes=PREFIXES)
    changed = {quad.graph_name.value for quad in before ^ {*store} if isinstance(quad.graph_name, ox.NamedNode)}
    told = touches(update)
    assert changed
    assert told is None or changed <= told


@pytest.mark.parametrize("update", UNKNOWN)
def test_what_only_the_outcome_tells_is_said_to_be_so(update: str) -> None:
    """A variable, or all there are."""
    assert touches(update) is None


def test_what_is_only_read_keeps_an_update_bounded() -> None:
    """Variables in a pattern, and words in strings and comments, are no reason to look at everything."""
    assert [update for update in NAMED if touches(update) is None] == [NAMED[1], NAMED[2]]  # keywords that stick to a prefix
