"""The claims as a network: nearness, paths, centres, groups, and a cache that follows the store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from strategies import article, told
from test_kg_export_projection import ARTICLES, CLAIMS, DELL, NVIDIA, XAI

from kg.errors import InvalidValue, UnknownEntity
from kg.network import MEASURES, Network, NetworkCache, central, communities, ego, neighbours, network, paths
from kg.selection import Selection

NET = network(CLAIMS, ARTICLES)


def ids(net: Network) -> list[str]:
    """The ids of its things."""
    return sorted(net.entities)


def test_neighbours_come_with_the_claims_that_make_them() -> None:
    """The most often linked is first; a denial links nothing."""
    links = neighbours(NET, "colossus")
    assert [(link.entity.id, len(link.claims)) for link in links] == [("nvidia", 2), ("dell", 1), ("memphis", 1), ("xai", 1)]


def test_a_path_shows_the_claims_along_it() -> None:
    """From a supplier to the operator over what both have to do with, whichever way the claims point."""
    (path,) = paths(NET, "nvidia", "xai")
    assert [entity.id for entity in path.entities] == ["nvidia", "colossus", "xai"]
    assert [[claim.predicate for claim in step] for step in path.steps] == [["supplies", "supplies"], ["operates"]]


def test_there_may_be_no_path_or_several() -> None:
    """Things that nothing connects have none; equally short ones are all given, up to the limit."""
    ring = [told(a, "partnersWith", told(b, "supplies", XAI).subject) for a, b in ["ab", "ac", "bd", "cd", "ef"]]
    net = network(ring, {})
    assert paths(net, "a", "f") == ()
    assert len(paths(net, "a", "d")) == 2
    assert len(paths(net, "a", "d", limit=1)) == 1


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_hub_is_central(measure: str) -> None:
    """By every measure the facility that all relations touch comes first."""
    ranked = central(NET, measure)
    assert ranked[0].entity.id == "colossus"
    assert [row.score for row in ranked] == sorted((row.score for row in ranked), reverse=True)


def test_unknown_measures_and_things_are_named() -> None:
    """The message says what there is."""
    with pytest.raises(InvalidValue, match="'fame'; there are betweenness, closeness, degree"):
        central(NET, "fame")
    for ask in (lambda: neighbours(NET, "nobody"), lambda: paths(NET, "xai", "nobody"), lambda: ego(NET, "nobody")):
        with pytest.raises(UnknownEntity, match="nobody"):
            ask()


CLIQUES = """
import sys; sys.path[:0] = ["tests", "."]
from strategies import thing, told
from kg.network import communities, network
pairs = [(f"{g}{i}", f"{g}{j}") for g in "abc" for i in range(5) for j in range(i)] + [("a0", "b0"), ("b1", "c1")]
groups = communities(network([told(a, "partnersWith", thing(b)) for a, b in pairs], {}))
sys.stdout.write("; ".join(" ".join(entity.id for entity in group) for group in groups))
"""


def test_groups_are_the_same_in_every_process() -> None:
    """Three circles of partners are three communities, whatever the hash seed."""
    root = Path(__file__).parents[1]
    outs = [
        subprocess.run(
            [sys.executable, "-c", CLIQUES], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0] == outs[1] == "a0 a1 a2 a3 a4; b0 b1 b2 b3 b4; c1 c0 c2 c3 c4"


def test_every_thing_is_in_one_group() -> None:
    """Communities part the network."""
    assert sorted(entity.id for group in communities(NET) for entity in group) == ids(NET)
    assert communities(network([], {})) == ()


def test_an_ego_network_is_the_part_around_a_thing() -> None:
    """One hop holds the neighbours and the claims among them."""
    near = ego(NET, "memphis")
    assert ids(near) == ["colossus", "memphis"]
    assert len(near.claims) == near.plain.number_of_edges() == 1
    assert ids(ego(NET, "memphis", hops=2)) == ids(NET)


def test_filters_and_denials() -> None:
    """A selection narrows the network; denials are in only when asked for."""
    assert ids(network(CLAIMS, ARTICLES, Selection(predicates=frozenset({"operates"})))) == ["colossus", "xai"]
    assert ids(network(CLAIMS, ARTICLES, Selection(modalities=frozenset({"denied"})))) == ["colossus", "dell"]
    assert network([told(DELL, "supplies", NVIDIA, modality="denied")], {"a1": article()}).entities == {}


def test_the_cache_follows_the_version() -> None:
    """One version and selection is built once; another is built anew, and the least used is forgotten."""
    cache, built = NetworkCache(size=2), []

    def build() -> Network:
        built.append(1)
        return NET

    for version in (1, 1, 2, 1, 3, 1, 2):
        assert cache.get(version, Selection(), build) is NET
    assert len(built) == 4
