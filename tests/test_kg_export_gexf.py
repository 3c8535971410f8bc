"""GEXF 1.3: valid, read back to the same counts, with times, looks and safe text."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from itertools import combinations
from math import dist
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import article, claims, thing, told
from test_kg_export_projection import ARTICLES, CLAIMS

from kg.export.gexf import NAMESPACE, gexf_lines
from kg.export.layout import positions, room
from kg.export.projection import GraphOptions, project
from kg.export.xml import escape
from kg.jsonl import read_jsonl
from kg.model import Article, Claim, Quantity
from kg.selection import Selection

OPTIONS = [
    GraphOptions(),
    GraphOptions(merge=True, lang="ja"),
    GraphOptions(history=False),
    GraphOptions(ego="xai", merge=True),
    GraphOptions(Selection(predicates=frozenset({"supplies"}))),
    GraphOptions(Selection(predicates=frozenset({"gpuCount"}))),
    GraphOptions(ego="nobody"),
]
"""Of the last two graphs one has no edge, the other nothing at all."""

HOSTILE = thing("colossus", "Facility", '<b onload="x">&amp;]]>\x00\ud800\n"\'', "</gexf>")


def written(some: list[Claim], options: GraphOptions, articles: dict[str, Article] = ARTICLES) -> bytes:
    """The document."""
    return "".join(gexf_lines(project(some, articles, options), options)).encode()


def read(document: bytes) -> nx.Graph[str]:
    """What networkx makes of it."""
    graph: nx.Graph[str] = nx.read_gexf(io.BytesIO(document))
    return graph


@pytest.mark.shared
@pytest.mark.parametrize("options", OPTIONS)
def test_it_is_valid(shared: Path, options: GraphOptions) -> None:
    """The schema of GEXF 1.3 accepts every form of the export."""
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared / "schemas" / "gexf-1.3" / "gexf.xsd")))
    schema.assertValid(etree.fromstring(written(CLAIMS, options)))


@pytest.mark.shared
def test_the_gold_as_a_graph_is_valid_and_read_back(shared: Path) -> None:
    """All gold claims of real articles make a valid document with as many nodes and edges as networkx reads."""
    etree = pytest.importorskip("lxml.etree")
    lines = (shared / "gold" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    some = list(read_jsonl(lines))
    document = written(some, GraphOptions())
    etree.XMLSchema(etree.parse(str(shared / "schemas" / "gexf-1.3" / "gexf.xsd"))).assertValid(etree.fromstring(document))
    graph = read(document)
    assert graph.number_of_edges() == len({claim.id for claim in some if claim.object})


@pytest.mark.parametrize("options", OPTIONS)
def test_networkx_reads_the_same_counts(options: GraphOptions) -> None:
    """A directed graph with every node and edge comes back."""
    graph, drawn = read(written(CLAIMS, options)), project(CLAIMS, ARTICLES, options)
    assert graph.is_directed()
    assert sorted(graph) == [node.entity.id for node in drawn.nodes]
    assert graph.number_of_edges() == len(list(drawn.edges()))


READER = """
const gexf = require("graphology-gexf"), { MultiGraph } = require("graphology");
const graph = gexf.parse(MultiGraph, require("fs").readFileSync(0, "utf8"));
const node = graph.hasNode("colossus") ? graph.getNodeAttributes("colossus") : {};
console.log(JSON.stringify([graph.order, graph.size, node.label, node.color, typeof node.x, node.size > 6]));
"""


@pytest.fixture(scope="module")
def node() -> str:
    """Node, where it finds the packages graphology and graphology-gexf (``NODE_PATH``; ``.ci/run`` installs them)."""
    program = shutil.which("node")
    if (
        not program
        or subprocess.run([program, "-e", 'require("graphology-gexf")'], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs node and the npm packages graphology and graphology-gexf on NODE_PATH")
    return program


@pytest.mark.parametrize("options", OPTIONS)
def test_a_javascript_reader_reads_the_same_counts(node: str, options: GraphOptions) -> None:
    """graphology-gexf, which Gephi Lite and sigma.js use, finds every node and edge, labels, colours and places.

    It goes by the first edge, so that a graph without one is of mixed type to it, whatever it declares: it reads that into a
    ``MultiGraph``, and into a ``MultiDirectedGraph`` with ``respectInputGraphType``.
    """
    ran = subprocess.run([node, "-e", READER], input=written(CLAIMS, options), capture_output=True, check=True)
    drawn = project(CLAIMS, ARTICLES, options)
    looks = [[node.entity.label(options.lang), "rgb(213,94,0)", "number", True] for node in drawn.nodes[:1]]
    expected = [len(drawn.nodes), len(list(drawn.edges())), *(looks or [[None, None, "undefined", False]])[0]]
    assert json.loads(ran.stdout) == expected


def test_hostile_names_are_read_as_text(node: str) -> None:
    """Markup and characters that XML cannot hold, in names and quotes, break no reader and make no element."""
    some = [
        told(HOSTILE, "supplies", thing("memphis", "Place"), quote="</edge><script>"),
        told(HOSTILE, "gpuCount", Quantity("GPU", 1.0)),
    ]
    document = written(some, GraphOptions())
    ran = subprocess.run([node, "-e", READER], input=document, capture_output=True, check=True)
    assert json.loads(ran.stdout)[:2] == [2, 1]
    assert json.loads(ran.stdout)[2] == read(document).nodes["colossus"]["label"]
    assert {element.tag for element in ElementTree.fromstring(document).iter()} == {
        element.tag for element in ElementTree.fromstring(written(CLAIMS[4:], GraphOptions())).iter()
    }


def test_gephi_knows_every_column() -> None:
    """The types are among those that Gephi's importer reads, which are fewer than those of the schema."""
    root = ElementTree.fromstring(written(CLAIMS, GraphOptions()))
    kinds = {each.get("type") for each in root.iter("{" + NAMESPACE + "}attribute")}
    assert kinds <= {"boolean", "integer", "long", "float", "double", "string"}


Box = tuple[tuple[float, float], tuple[float, float]]


def covered(boxes: list[Box]) -> list[tuple[Box, Box]]:
    """The pairs that overlap, of boxes with a middle and half of their sides."""
    return [
        pair
        for pair in combinations(boxes, 2)
        if all(abs(pair[0][0][i] - pair[1][0][i]) < pair[0][1][i] + pair[1][1][i] for i in (0, 1))
    ]


def star(count: int) -> list[Claim]:
    """That many things that all hang on one."""
    return [told(f"n{i * 10 ** (i % 9)}", "supplies", thing("hub")) for i in range(count)]


def tree(count: int) -> list[Claim]:
    """That many things, each hanging on one before it, and as many that hang on nothing."""
    alone = [told(f"alone{i}", "gpuCount", Quantity("GPU", 1.0)) for i in range(count)]
    return [told(f"n{i}", "supplies", thing(f"n{i * i * 31 % i}")) for i in range(1, count)] + alone


@pytest.mark.parametrize("claims", [star(1), star(60), star(1200), tree(700)], ids=["pair", "star", "large-star", "large-tree"])
def test_nothing_covers_anything(claims: list[Claim]) -> None:
    """However many there are, no node and no name lies on another, short or long, and what is linked stands near."""
    graph = project(claims, ARTICLES, GraphOptions())
    placed = positions(graph, "en")
    at = [placed[node.entity.id] for node in graph.nodes]
    assert not covered([(place, room(node, "en")) for place, node in zip(at, graph.nodes, strict=True)])
    linked = [dist(placed[edge.source], placed[edge.target]) for edge in graph.edges()]
    assert sum(linked) / len(linked) <= 1.001 * sum(dist(at[0], each) for each in at[1:]) / (len(at) - 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40)), min_size=2, max_size=12), st.sampled_from(["ja", "en"]))
def test_no_name_covers_another_in_either_language(widths: list[tuple[int, int]], lang: str) -> None:
    """However long names are in Latin letters, of one column each, or in Japanese, of two, a column being 6.4 wide."""
    things = [thing(f"n{i}", "Place", "a" * latin, "字" * wide) for i, (latin, wide) in enumerate(widths)]
    graph = project([told(each, "locatedIn", things[0]) for each in things[1:]], {}, GraphOptions())
    placed = positions(graph, lang)
    half = {each.id: 3.2 * (2 * wide if lang == "ja" else latin) for each, (latin, wide) in zip(things, widths, strict=True)}
    assert not covered([(placed[id], (half[id], 6.0)) for id in half])


def test_nodes_and_edges_carry_their_columns() -> None:
    """Labels in the language asked for, type, aliases and values on nodes; modality, speakers, sources, words on edges."""
    graph = read(written(CLAIMS, GraphOptions(lang="ja")))
    node = graph.nodes["nvidia"]
    assert (node["label"], node["type"], node["label_en"], node["claims"]) == ("エヌビディア", "Organization", "NVIDIA", 2)
    assert node["iri"] == "https://aikg.example/entity/nvidia"
    edge = next(data for *_, data in graph.edges(data=True) if data["modality"] == "planned")
    assert (edge["property"], edge["speakers"], edge["publishers"]) == ("supplies", "Financial Times", "Weekly")
    assert (edge["quote"], edge["confidence"], edge["derived"], edge["conflict"]) == ("second", 0.5, False, False)


def test_a_count_grows_over_time() -> None:
    """Gephi's timeline sees 100,000 GPUs until the day before the report of 200,000."""
    graph = read(written(CLAIMS, GraphOptions()))
    assert graph.nodes["colossus"]["gpuCount (GPU)"] == [
        (100000.0, "2024-09-01", "2024-12-09"),
        (200000.0, "2024-12-10", "None"),
    ]
    assert graph.nodes["colossus"]["spells"] == [("2024-07-01", "None")]


def test_things_look_like_what_they_are() -> None:
    """Colour and shape follow the type, size the evidence; a denial's line and a conflict's colour differ."""
    root = ElementTree.fromstring(written(CLAIMS, GraphOptions()))
    name = "{" + NAMESPACE + "}"
    nodes = {node.get("id"): node for node in root.iter(f"{name}node")}
    looks = {id: [node.find(name + part).attrib for part in ("color", "shape", "size")] for id, node in nodes.items()}  # type: ignore[union-attr]
    assert looks["nvidia"][:2] == looks["dell"][:2] != looks["colossus"][:2]
    assert float(looks["colossus"][2]["value"]) > float(looks["memphis"][2]["value"])
    assert len({tuple(node.find(f"{name}position").attrib.values()) for node in nodes.values()}) == len(nodes)  # type: ignore[union-attr]
    lines = {
        edge.find(f"{name}shape").get("value") for edge in root.iter(f"{name}edge") if edge.find(f"{name}shape") is not None
    }  # type: ignore[union-attr]
    assert lines == {"dashed", "double"}


@pytest.mark.parametrize("count", [3, 401])
def test_the_same_claims_give_the_same_bytes(count: int) -> None:
    """Small graphs and large ones are laid out the same way every time."""
    some = [told(f"n{i}", "supplies", told(f"n{i // 2}", "gpuCount", Quantity("GPU", 1.0)).subject) for i in range(count)]
    assert written(some, GraphOptions()) == written(list(some), GraphOptions())
    assert read(written(some, GraphOptions())).number_of_nodes() == count


DIGEST = """
import hashlib, sys; sys.path[:0] = ["tests", "."]
from test_kg_export_gexf import written
from strategies import thing, told
from kg.export.projection import GraphOptions
pairs = [(i, i * i % 17) for i in range(2, 40)] + [(50, 51), (52, 53)]
claims = [told(f"n{a}", "supplies", thing(f"n{b}")) for a, b in pairs]
sys.stdout.write(hashlib.sha256(written(claims, GraphOptions(merge=True))).hexdigest())
"""


def test_the_bytes_do_not_depend_on_the_process() -> None:
    """Two hash seeds give one document, positions included."""
    outs = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=Path(__file__).parents[1],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1


FLAT = """
import resource, sys; sys.path[:0] = ["tests", "."]
from collections import deque
from strategies import thing, told
from kg.export.gexf import gexf_lines
from kg.export.projection import GraphOptions, project

class Many:
    def __init__(self, count):
        self.count = count
    def __iter__(self):
        things = [thing(f"n{i}") for i in range(1000)]
        return (told(things[i % 1000], "supplies", things[i // 1000], quote=f"{i:0200}") for i in range(self.count))

def peak(count):
    options = GraphOptions(merge=sys.argv[1] == "merged")
    deque(gexf_lines(project(Many(count), {}, options), options), 0)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

small = peak(2_000)
print(peak(60_000) - small)
"""


@pytest.mark.parametrize("kind", ["single", "merged"])
def test_memory_does_not_grow_with_the_edges(kind: str) -> None:
    """Thirty times the edges (30 MB of text) take some megabytes more, merged or not."""
    ran = subprocess.run(
        [sys.executable, "-c", FLAT, kind], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert float(ran.stdout) < 12


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_safe_xml(text: str) -> None:
    """Whatever an article says, the attribute parses and holds all that XML can hold."""
    element = ElementTree.fromstring(f'<a b="{escape(text)}"/>')
    kept = [c for c in text if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"]
    assert element.get("b") == "".join(kept)


@settings(max_examples=25)
@given(st.lists(claims(), max_size=4), st.booleans())
def test_any_claims_make_a_readable_document(some: list[Claim], merge: bool) -> None:
    """Claims with any words, dates and values give XML that networkx reads."""
    unique = list({claim.id: claim for claim in some}.values())
    articles = {claim.article: article(claim.article) for claim in unique}
    graph = read(written(unique, GraphOptions(merge=merge), articles))
    assert set(graph) == {end.id for claim in unique for end in (claim.subject, claim.object) if end}
