"""Every export by name, and the tables and GraphML among them."""

from __future__ import annotations

import csv
import io
import zipfile

import networkx as nx
import pytest
from strategies import article, thing, told
from test_kg_export_projection import ARTICLES, CLAIMS

from kg.errors import StoreError, UnknownFormat
from kg.export import FORMATS, GraphOptions, Source, export
from kg.jsonl import read_jsonl

KINDS = {"supplies", "supplies denied", "locatedIn", "operates"}
SOURCE = Source(CLAIMS, ARTICLES, dump=lambda name: [f"dump as {name}".encode()])


def text(name: str, source: Source = SOURCE) -> str:
    """A text export, whole."""
    return b"".join(export(name, source)).decode()


def rows(table: str) -> list[dict[str, str]]:
    """A CSV table's rows by header."""
    return list(csv.DictReader(io.StringIO(table)))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_gives_bytes_the_same_every_time(name: str) -> None:
    """No export is empty and none depends on when or how often it is made."""
    first, second = (b"".join(export(name, SOURCE)) for _ in range(2))
    assert first
    assert first == second


def test_the_design_s_formats_are_all_there() -> None:
    """What the design promises under /export is in the table, with endings that do not clash."""
    assert {"gexf", "graphml", "jsonl", "csv", "trig", "nquads", "turtle", "jsonld"} <= set(FORMATS)
    assert len({row.ending for row in FORMATS.values()}) == len(FORMATS)


def test_unknown_formats_are_refused_by_name() -> None:
    """The message names the format and those there are."""
    with pytest.raises(UnknownFormat, match=r"'gefx'.*gexf, graphml"):
        export("gefx", SOURCE)


def test_rdf_needs_a_store() -> None:
    """RDF is the store's own dump; without one the error says so."""
    assert text("trig") == "dump as trig"
    with pytest.raises(StoreError, match="turtle"):
        list(export("turtle", Source(CLAIMS, ARTICLES)))


def test_json_lines_hold_all_claims() -> None:
    """The export is read back to the same claims."""
    assert {claim.id for claim in read_jsonl(text("jsonl").splitlines())} == {claim.id for claim in CLAIMS}


@pytest.mark.parametrize("options", [GraphOptions(), GraphOptions(merge=True)])
def test_graphml_is_read_back_to_the_same_counts(options: GraphOptions) -> None:
    """networkx reads nodes, parallel edges, types and looks; Gephi each edge's kind; no key is without what it is for."""
    document = b"".join(export("graphml", Source(CLAIMS, ARTICLES, options)))
    graph = nx.read_graphml(io.BytesIO(document))
    drawn = Source(CLAIMS, ARTICLES, options).graph
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(drawn.nodes), len(list(drawn.edges())))
    assert graph.nodes["colossus"]["type"] == "Facility"
    assert {"x", "y", "size", "r", "g", "b", "label"} <= set(graph.nodes["colossus"])
    assert document.count(b"<key ") == document.count(b' for="node"') + document.count(b' for="edge"')
    assert {part.partition(b'"')[0] for part in document.split(b' label="')[1:]} == {name.encode() for name in KINDS}
    assert not any(key not in {"node_default", "edge_default"} for key in graph.graph)


def test_tables_have_gephi_s_columns() -> None:
    """Nodes have Id and Label, edges Source, Target, Type, Kind and Weight, and every end is a node."""
    nodes, edges = rows(text("csv-nodes")), rows(text("csv-edges"))
    ids = {row["Id"] for row in nodes}
    assert {"nvidia", "colossus"} <= ids
    assert {end for row in edges for end in (row["Source"], row["Target"])} <= ids
    assert {row["Type"] for row in edges} == {"Directed"}
    assert {row["Kind"] for row in edges} == KINDS


def test_gephi_reads_a_backslash_as_one() -> None:
    """Its tables escape by backslashes, which the plain table of claims has as they are."""
    quote = 'C:\\new "share\\'
    source = Source([told("a", "supplies", thing("b"), quote=quote)], {"a1": article()})
    (edge,) = csv.DictReader(io.StringIO(text("csv-edges", source)), escapechar="\\")
    assert edge["quote"] == quote == rows(text("csv", source))[0]["quote"]


def test_the_zip_holds_all_three_tables() -> None:
    """csv is one file with nodes, edges and claims."""
    with zipfile.ZipFile(io.BytesIO(b"".join(export("csv-zip", SOURCE)))) as archive:
        assert archive.namelist() == ["nodes.csv", "edges.csv", "claims.csv"]
        assert len(rows(archive.read("claims.csv").decode())) == len(CLAIMS)


def test_a_spreadsheet_runs_nothing_an_article_says() -> None:
    """Text that begins like a formula is written behind an apostrophe; line breaks and quotes survive."""
    hostile = '=HYPERLINK("x","y")\n1'
    claim = told(thing("x_1", "Organization", "@SUM(A1)"), "supplies", thing("b"), quote=hostile)
    (row,) = rows(text("csv", Source([claim], {"a1": article()})))
    assert (row["subject"], row["quote"]) == ("'@SUM(A1)", "'" + hostile)
