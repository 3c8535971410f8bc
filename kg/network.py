"""Claims as a network: who is near whom, by which claims, who is central, who belongs together (networkx)."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import networkx as nx

from kg.errors import InvalidValue, UnknownEntity
from kg.export.projection import GraphOptions
from kg.export.stores import of_store
from kg.model import Article, Claim, Entity, Modality
from kg.selection import Selection, select
from kg.store import Store

Made = TypeVar("Made")

SAMPLE = 300
"""Things from which betweenness is estimated in a network larger than that."""


@dataclass(frozen=True, slots=True)
class Network:
    """Entities by id, and the claims between each pair of them whichever way they point, in the order of ids.

    ``plain`` has one undirected edge a pair, weighted by its claims; nobody may change it.
    """

    entities: Mapping[str, Entity]
    claims: Mapping[frozenset[str], tuple[Claim, ...]]
    plain: nx.Graph[str]

    def between(self, one: str, other: str) -> tuple[Claim, ...]:
        """The claims that link two things, whichever way."""
        return self.claims.get(frozenset((one, other)), ())

    def everything(self) -> tuple[Claim, ...]:
        """All claims of the network, by id."""
        return tuple(sorted((claim for some in self.claims.values() for claim in some), key=lambda claim: claim.id))

    def known(self, id: str) -> Entity:
        """The entity; raises :class:`UnknownEntity` where no claim of the network is about it."""
        if id not in self.entities:
            raise UnknownEntity(id)
        return self.entities[id]


@dataclass(frozen=True, slots=True)
class Link:
    """A neighbour, and the claims that make it one."""

    entity: Entity
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Things in a row, and for each step the claims along it (one step fewer than things)."""

    entities: tuple[Entity, ...]
    steps: tuple[tuple[Claim, ...], ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A thing and its score under a measure."""

    entity: Entity
    score: float


def network(claims: Iterable[Claim], articles: Mapping[str, Article], selection: Selection | None = None) -> Network:
    """The network of all relations that pass; what is denied links nothing unless the selection asks for denials."""
    chosen = selection or Selection()
    denials = Modality.DENIED in chosen.modalities
    kept = (c for c in select(claims, articles, chosen) if c.object and (denials or c.modality is not Modality.DENIED))
    entities: dict[str, Entity] = {}
    pairs: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in sorted(kept, key=lambda claim: claim.id):
        for end in (claim.subject, claim.object):
            if end is not None:
                entities.setdefault(end.id, end)
        one, other = sorted((claim.subject.id, claim.object.id if claim.object else ""))
        pairs[one, other].append(claim)
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(sorted(entities))
    plain.add_weighted_edges_from((one, other, len(some)) for (one, other), some in sorted(pairs.items()))
    return Network(entities, {frozenset(pair): tuple(some) for pair, some in pairs.items()}, nx.freeze(plain))


def neighbours(net: Network, id: str) -> tuple[Link, ...]:
    """Everything one relation away, the most often linked first; raises :class:`UnknownEntity`."""
    net.known(id)
    links = [Link(net.entities[other], net.between(id, other)) for other in net.plain[id]]
    return tuple(sorted(links, key=lambda link: (-len(link.claims), link.entity.id)))


def paths(net: Network, source: str, target: str, limit: int = 10) -> tuple[Path, ...]:
    """The shortest ways from one thing to another along claims of any direction; none where they are not connected.

    Raises :class:`UnknownEntity` for an end that no relation is about.
    """
    net.known(source), net.known(target)
    if not nx.has_path(net.plain, source, target):
        return ()
    found = islice(nx.all_shortest_paths(net.plain, source, target), limit)
    return tuple(
        Path(tuple(net.entities[id] for id in ids), tuple(net.between(*step) for step in pairwise(ids))) for ids in found
    )


def _betweenness(plain: nx.Graph[str]) -> Mapping[str, float]:
    sample = SAMPLE if len(plain) > SAMPLE else None
    scores: Mapping[str, float] = nx.betweenness_centrality(plain, k=sample, seed=7)
    return scores


MEASURES: Mapping[str, Callable[[nx.Graph[str]], Mapping[str, float]]] = {
    "betweenness": _betweenness,
    "closeness": nx.closeness_centrality,
    "degree": nx.degree_centrality,
}


def central(net: Network, measure: str = "degree") -> tuple[Ranked, ...]:
    """Everything by its score, the highest first; raises :class:`InvalidValue` for an unknown measure."""
    if measure not in MEASURES:
        raise InvalidValue(f"unknown measure {measure!r}; there are {', '.join(MEASURES)}")
    scores = MEASURES[measure](net.plain)
    ranked = sorted(scores, key=lambda id: (-round(scores[id], 12), id))
    return tuple(Ranked(net.entities[id], scores[id]) for id in ranked)


def communities(net: Network) -> tuple[tuple[Entity, ...], ...]:
    """Groups that are linked more within than without (Louvain), the largest first, members by how linked they are."""
    ids = list(net.plain)
    # Numbers have the same hash in every process, names have not, and the method walks through sets of nodes.
    numbered = nx.relabel_nodes(net.plain, {id: number for number, id in enumerate(ids)})
    groups = [[ids[number] for number in group] for group in nx.community.louvain_communities(numbered, seed=7)]
    ordered = [sorted(group, key=lambda id: (-net.plain.degree(id), id)) for group in groups]
    ordered.sort(key=lambda group: (-len(group), group[0]))
    return tuple(tuple(net.entities[id] for id in group) for group in ordered)


def ego(net: Network, id: str, hops: int = 1) -> Network:
    """The part of the network at most ``hops`` relations away from a thing; raises :class:`UnknownEntity`."""
    net.known(id)
    near = nx.single_source_shortest_path_length(net.plain, id, cutoff=hops)
    return Network(
        {name: entity for name, entity in net.entities.items() if name in near},
        {pair: claims for pair, claims in net.claims.items() if pair <= near.keys()},
        nx.freeze(net.plain.subgraph(near).copy()),
    )


class NetworkCache:
    """Networks, and what was worked out from them, by the store's version; the least used are dropped; safe among threads."""

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, version: int, key: Hashable, build: Callable[[], Made]) -> Made:
        """What ``build`` gives for that version and key, built where it is not there yet."""
        with self._lock:
            if (version, key) not in self._kept:
                self._kept[version, key] = build()
            self._kept.move_to_end((version, key))
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
            made: Made = self._kept[version, key]
            return made


_caches: WeakKeyDictionary[Store, NetworkCache] = WeakKeyDictionary()


def kept(store: Store, selection: Selection, key: Hashable, work: Callable[[Network], Made]) -> Made:
    """What ``work`` makes of the store's network, worked out once for each version of the store, selection and key."""
    cache = _caches.setdefault(store, NetworkCache())
    version = store.generation

    def build() -> Network:
        source = of_store(store, GraphOptions(selection))
        return network(source.claims, source.articles, selection)

    return cache.get(version, (selection, key), lambda: work(cache.get(version, selection, build)))
