"""Claims as nodes and edges: counts, merging, filters, histories, conflicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import article, claims, thing, told

from kg import namespaces as ns
from kg.compare import conflicts
from kg.export.edges import Edge, derived_edge, kind
from kg.export.history import column, history
from kg.export.projection import GraphOptions, project
from kg.export.tables import claim_lines
from kg.model import Claim, Comparator, DateValue, Evidence, Quantity
from kg.selection import Selection

FT = thing("financial-times", "Publication", "Financial Times", "FT")
XAI, NVIDIA, DELL = thing("xai"), thing("nvidia", "Organization", "NVIDIA", "エヌビディア"), thing("dell")
COLOSSUS = thing("colossus", "Facility", "Colossus", "コロッサス")
MEMPHIS = thing("memphis", "Place", "Memphis")
ARTICLES = {name: article(name, *rest) for name, *rest in [("a1", "Daily", "2024-09-01"), ("a2", "Weekly", "2024-12-10")]}
CLAIMS = [
    told(NVIDIA, "supplies", COLOSSUS, quote="first"),
    told(NVIDIA, "supplies", COLOSSUS, article="a2", modality="planned", by=(FT,), quote="second", confidence=0.5),
    told(DELL, "supplies", COLOSSUS, modality="denied"),
    told(DELL, "supplies", COLOSSUS, article="a2"),
    told(COLOSSUS, "locatedIn", MEMPHIS),
    told(XAI, "operates", COLOSSUS, as_of="2024-07"),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 100000.0)),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 200000.0), article="a2"),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 1000000.0), article="a2", modality="planned"),
    told(XAI, "foundedOn", DateValue("2023-03")),
    told(XAI, "foundedOn", DateValue("2023-07"), article="a2"),
]


def shape(options: GraphOptions) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The ids of a projection's nodes and the ends of its edges."""
    graph = project(CLAIMS, ARTICLES, options)
    return [node.entity.id for node in graph.nodes], [(e.source, e.predicate, e.target) for e in graph.edges()]


def test_nodes_count_claims_and_relations() -> None:
    """A node has the number of its claims and relations, and stands since the first day anything was said of it."""
    nodes = {node.entity.id: node for node in project(CLAIMS, ARTICLES, GraphOptions()).nodes}
    assert list(nodes) == ["colossus", "dell", "memphis", "nvidia", "xai"]
    assert (nodes["colossus"].claims, nodes["colossus"].degree, nodes["colossus"].since) == (9, 6, "2024-07-01")
    assert (nodes["xai"].claims, nodes["xai"].degree, nodes["xai"].conflicts) == (3, 1, "foundedOn")
    assert nodes["nvidia"].aliases == "NVIDIA | エヌビディア"
    assert "gpuCount 1,000,000 GPU (planned, 2024-12-10, Weekly)" in nodes["colossus"].values


@pytest.mark.parametrize("options", [GraphOptions(), GraphOptions(merge=True), GraphOptions(merge=True, ego="xai")])
def test_a_degree_is_how_many_edges_touch_a_thing(options: GraphOptions) -> None:
    """Merged claims are one edge, so they count once."""
    graph = project(CLAIMS, ARTICLES, options)
    ends = Counter(end for edge in graph.edges() for end in (edge.source, edge.target))
    assert {node.entity.id: node.degree for node in graph.nodes} == ends


def test_an_edge_has_the_words_and_speakers_of_its_modality() -> None:
    """FT plans before the article asserts: one claim, asserted, and not by FT."""
    plan = told(DELL, "supplies", COLOSSUS, modality="planned", by=(FT,), quote="planned").evidence
    both = replace(told(DELL, "supplies", COLOSSUS, start=30, quote="asserted"), evidence=(*plan, Evidence(30, 38, "asserted")))
    (edge,) = project([both], ARTICLES, GraphOptions()).edges()
    assert (edge.modality, edge.speakers, edge.quote) == ("asserted", "", "asserted")
    (row,) = list(claim_lines([both], ARTICLES, "en"))[1:]
    assert ",asserted,,," in row and ",asserted,30,38," in row


def test_values_have_their_history() -> None:
    """Each column runs from day to day without a gap; what is planned has a column of its own."""
    (node,) = [node for node in project(CLAIMS, ARTICLES, GraphOptions()).nodes if node.entity.id == "colossus"]
    assert node.history == (
        ("gpuCount (GPU)", 100000, "2024-09-01", "2024-12-09"),
        ("gpuCount (GPU)", 200000, "2024-12-10", ""),
        ("gpuCount (GPU) planned", 1000000, "2024-12-10", ""),
    )
    assert not any(node.history for node in project(CLAIMS, ARTICLES, GraphOptions(history=False)).nodes)


@pytest.mark.parametrize(("modality", "name"), [("estimated", ""), ("planned", " planned"), ("possible", " possible")])
def test_what_is_not_yet_so_has_a_column_of_its_own(modality: str, name: str) -> None:
    """A rumour is no plan."""
    assert column(gpus(1e5, "a1", modality=modality)) == f"gpuCount (GPU){name}"


def gpus(number: float, article: str, comparator: Comparator = "=", **more: Any) -> Claim:
    """A claim on how many GPUs there are."""
    return told(COLOSSUS, "gpuCount", Quantity("GPU", number, comparator=comparator), article=article, **more)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([gpus(1e5, "a1"), gpus(2e5, "a2"), gpus(1e5, "a3")], "100000 2024-09-01..2024-12-09, 200000 2024-12-10.."),
        ([gpus(1e5, "a1"), gpus(1e5, "a2"), gpus(2e5, "a3")], "100000 2024-09-01..2025-04-30, 200000 2025-05-01.."),
        ([gpus(2e5, "a1"), gpus(1e5, "a3", as_of="2024-03")], "100000 2024-03-01..2024-08-31, 200000 2024-09-01.."),
        (
            [gpus(1e5, "a1"), gpus(2e5, "a2"), gpus(1e5, "a3", as_of="2025-04")],
            "100000 2024-09-01..2024-12-09, 200000 2024-12-10..2025-03-31, 100000 2025-04-01..",
        ),
        ([gpus(1e5, "a1", modality="estimated"), gpus(2e5, "a1", confidence=0.5)], "200000 2024-09-01.."),
        (
            [gpus(2e5, "a1"), gpus(3e5, "a1", modality="estimated"), gpus(3e5, "a2")],
            "200000 2024-09-01..2024-12-09, 300000 2024-12-10..",
        ),
        ([gpus(2e5, "a1"), gpus(1e5, "a2", ">=")], "200000 2024-09-01.."),
        ([gpus(1e5, "a1"), gpus(2e5, "a2", ">=")], "100000 2024-09-01..2024-12-09, 200000 2024-12-10.."),
        ([gpus(8e3, "a1"), gpus(35e3, "a1")], "35000 2024-09-01.."),
        ([gpus(2e5, "a1", modality="denied")], ""),
        ([gpus(1e5, "undated"), gpus(2e5, "a1")], "200000 2024-09-01.."),
        ([gpus(1e5, "undated")], "100000 .."),
    ],
)
def test_what_is_told_again_does_not_begin_anew(claims: list[Claim], expected: str) -> None:
    """By the day each is about; an older value only holds again where somebody says of when, a bound where it says more."""
    days = {"a1": "2024-09-01", "a2": "2024-12-10", "a3": "2025-05-01"}
    for some in (claims, claims[::-1]):
        moments = history(some, {name: article(name, "Daily", day) for name, day in days.items()})
        assert ", ".join(f"{moment.value} {moment.start}..{moment.end}" for moment in moments) == expected


@pytest.mark.parametrize("at", ["a1", "undated"])
def test_values_of_one_day_that_disagree_stand_side_by_side(at: str) -> None:
    """The surest in the column, others in columns of their own, until another holds; stages by one voice do not disagree."""
    surest, other = gpus(2e5, at, by=(XAI,)), gpus(1e5, at, modality="estimated", by=(FT,))
    same, stage = gpus(2e5, at, "~", confidence=0.1), gpus(3e5, at, confidence=0.5, by=(XAI,))
    since, until = ("2024-09-01", "2024-12-09") if at == "a1" else ("", "")
    later = [gpus(4e5, "a2")] if at == "a1" else []
    moments = history([other, stage, surest, same, *later], ARTICLES)
    assert moments[:2] == (("gpuCount (GPU)", 200000, since, until), ("gpuCount (GPU) #2", 100000, since, until))
    assert [moment.value for moment in moments[2:]] == [400000] * len(later)


def test_a_part_is_no_value_of_the_whole() -> None:
    """What is counted of one product has a column of its own."""
    h100 = replace(gpus(5e4, "a1"), qualifiers={"product": thing("h100", "Product", "H100")})
    assert {moment.column for moment in history([gpus(2e5, "a1"), h100], ARTICLES)} == {"gpuCount (GPU)", "gpuCount (GPU) H100"}


def test_one_edge_a_claim() -> None:
    """Without merging every relation's claim is an edge with its own words, speakers and sources, in order."""
    edges = list(project(CLAIMS, ARTICLES, GraphOptions()).edges())
    assert [edge.id for edge in edges] == [claim.id for claim in CLAIMS if claim.object]
    second = edges[1]
    assert (second.modality, second.speakers, second.publishers, second.quote) == (
        "planned",
        "Financial Times",
        "Weekly",
        "second",
    )
    assert (second.weight, second.since, second.articles) == (1.0, "2024-12-10", "https://news.example/a2")


def test_one_edge_a_relation() -> None:
    """Merging sums claims into a weight, shows the surest quote, and keeps a denial apart from what it denies."""
    edges = sorted(project(CLAIMS, ARTICLES, GraphOptions(merge=True)).edges())
    assert [(edge.source, edge.predicate, edge.weight) for edge in edges] == [
        ("colossus", "locatedIn", 1),
        ("dell", "supplies", 1),
        ("dell", "supplies", 1),
        ("nvidia", "supplies", 2),
        ("xai", "operates", 1),
    ]
    first = edges[3]
    assert (first.modality, first.publishers, first.quote) == ("asserted | planned", "Daily | Weekly", "first")
    assert (first.confidence, first.since) == (1.0, "2024-09-01")
    assert len({edge.id for edge in edges}) == len(edges)


@pytest.mark.parametrize("merge", [False, True])
def test_what_is_asserted_and_denied_is_marked(merge: bool) -> None:
    """Both the assertion and the denial of one relation carry the conflict mark, nothing else does."""
    edges = project(CLAIMS, ARTICLES, GraphOptions(merge=merge)).edges()
    assert sorted((e.source, e.modality, kind(e.predicate, e.modality)) for e in edges if e.conflict) == [
        ("dell", "asserted", "supplies"),
        ("dell", "denied", "supplies denied"),
    ]


DISPUTED = [
    told(XAI, "partnersWith", NVIDIA),
    told(NVIDIA, "partnersWith", XAI, article="a2", modality="denied"),
    told(XAI, "partnersWith", NVIDIA, article="a3", modality="planned"),
    told(DELL, "supplies", XAI, modality="possible"),
    told(DELL, "supplies", XAI, article="a2", modality="denied"),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 1e5)),
    told(COLOSSUS, "gpuCount", Quantity("GPU", 2e5), by=(FT,)),
]


def test_the_mark_is_that_of_the_list_of_conflicts() -> None:
    """Facts against denials, whichever way round a mutual relation is told; a plan or a possibility excludes no fact."""
    graph = project(DISPUTED, {}, GraphOptions())
    listed = {claim.id for each in conflicts(DISPUTED, {}) for side in each.positions for claim in side.claims}
    assert {edge.id for edge in graph.edges() if edge.conflict} == {c.id for c in DISPUTED[:2]}
    assert listed == {claim.id for claim in (*DISPUTED[:2], *DISPUTED[5:])}
    disputed = {node.entity.id: node.conflicts for node in graph.nodes if node.conflicts}
    assert disputed == {"colossus": "gpuCount", "nvidia": "partnersWith", "xai": "partnersWith"}
    merged = [(edge.id, edge.conflict) for edge in project(DISPUTED, {}, GraphOptions(merge=True)).edges()]
    assert ("nvidia:partnersWith:xai", True) in merged and ("nvidia:partnersWith:xai:denied", True) in merged


@given(st.lists(claims(), max_size=6), st.booleans())
def test_every_marked_edge_is_in_a_conflict_and_the_other_way_round(some: list[Claim], merge: bool) -> None:
    """Whatever is claimed, edges and /conflicts agree; a merged edge is marked for any of its claims."""
    unique = list({claim.id: claim for claim in some}.values())
    listed = {ns.CLAIM + c.id for each in conflicts(unique, {}) for side in each.positions for c in side.claims if c.object}
    edges = list(project(unique, {}, GraphOptions(merge=merge)).edges())
    assert all(edge.conflict == bool(listed & set(edge.claims.split(" | "))) for edge in edges)


@pytest.mark.parametrize(
    ("options", "nodes", "edges"),
    [
        (GraphOptions(Selection(predicates=frozenset({"locatedIn"}))), ["colossus", "memphis"], 1),
        (GraphOptions(Selection(modalities=frozenset({"denied"}))), ["colossus", "dell"], 1),
        (GraphOptions(Selection(types=frozenset({"Place"}))), ["colossus", "memphis"], 1),
        (GraphOptions(Selection(types=frozenset({"Organization"}))), ["colossus", "dell", "nvidia", "xai"], 5),
        (GraphOptions(Selection(types=frozenset({"Person"}))), [], 0),
        (GraphOptions(Selection(until="2024-08")), ["colossus", "xai"], 1),
        (GraphOptions(ego="memphis"), ["colossus", "memphis"], 1),
        (GraphOptions(ego="memphis", hops=2), ["colossus", "dell", "memphis", "nvidia", "xai"], 6),
        (GraphOptions(ego="nobody"), [], 0),
    ],
)
def test_filters(options: GraphOptions, nodes: list[str], edges: int) -> None:
    """Property, modality, type, time and ego network each keep what they name."""
    kept, ends = shape(options)
    assert (kept, len(ends)) == (nodes, edges)


def test_a_derived_edge_cites_its_inputs() -> None:
    """It is as sure as the least sure input, as new as the newest, and names the words and claims of all."""
    edge = derived_edge((NVIDIA, XAI), "supplies", [CLAIMS[1], CLAIMS[5]], ARTICLES, GraphOptions())
    assert (edge.source, edge.target, edge.derived, edge.modality, edge.confidence) == ("nvidia", "xai", True, "planned", 0.5)
    assert (edge.quote, edge.since) == ("second | words", "2024-12-10")
    assert all(CLAIMS[i].id in edge.claims for i in (1, 5))


def test_derived_edges_come_last_and_only_between_known_things() -> None:
    """A derived edge is drawn where both its ends are, and counts for their degree."""
    blank = Edge("d1", "dell", "xai", "supplies", "supplies", 1.0, "", "", "", "", "", "", 1.0, True, False, "", "")
    graph = project(CLAIMS, ARTICLES, GraphOptions(), [blank, blank._replace(id="d2", target="nobody")])
    assert [edge.id for edge in graph.edges() if edge.derived] == ["d1"]
    assert {node.entity.id: node.degree for node in graph.nodes}["xai"] == 2


def test_a_generator_of_claims_is_read_once() -> None:
    """An iterator that cannot be read twice gives the same graph as the list."""
    given: list[Claim] = list(CLAIMS)
    graph = project(iter(given), ARTICLES, GraphOptions())
    assert list(graph.edges()) == list(project(given, ARTICLES, GraphOptions()).edges())
