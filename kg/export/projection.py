"""Claims as a graph of nodes and edges, the common ground of GEXF, GraphML, CSV and networks (issue 7, Gephi)."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import NamedTuple

from kg.compare import STANCES, Relation, conflicts, opposed, relation, symmetric
from kg.export.edges import BAR, Edge, Told, edge_of, merged_edge, told
from kg.export.history import Moment, history
from kg.export.spool import Spool
from kg.model import Article, Claim, Entity, Modality
from kg.namespaces import ENTITY
from kg.selection import Selection, claim_day, select
from kg.wording import target_text

UNDATED = "~"
"""Later than every day."""

DRAWN = 1 << 17
"""Edges of which a layout knows, about, where they are merged."""

PARTS = 128
"""In how many parts edges are merged, each by itself, so that this takes little memory."""

NUMBER, KIND = 24, 16
"""Bits for the number of a thing, and for that of a property."""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """How claims become a graph.

    ``merge`` makes one edge of all claims of one relation; ``lang`` chooses labels; ``ego`` keeps the things at most
    ``hops`` relations away from one entity; ``history`` gives nodes their values over time; ``names`` maps a property to
    the label its edges show; ``derived`` adds what follows by rules.
    """

    selection: Selection = field(default_factory=Selection)
    merge: bool = False
    lang: str = "en"
    ego: str = ""
    hops: int = 1
    history: bool = True
    names: Mapping[str, str] = field(default_factory=dict)
    derived: bool = False


class Node(NamedTuple):
    """A thing, how many claims and edges it has, since when it is talked about, and its values."""

    entity: Entity
    claims: int
    degree: int
    since: str
    values: str
    history: tuple[Moment, ...]
    conflicts: str

    @property
    def iri(self) -> str:
        """The address of the thing."""
        return ENTITY + self.entity.id

    @property
    def aliases(self) -> str:
        """Every name, joined by ``|``."""
        return BAR.join(dict.fromkeys(label.text for label in self.entity.labels))


@dataclass(frozen=True, slots=True)
class Graph:
    """A projection: its nodes by id, its edges read anew at every call, and as numbers of nodes the two ends of each.

    Edges come in the order of the claims; merged ones in an order that follows from it. ``numbers`` are those of ``nodes``.
    """

    nodes: tuple[Node, ...]
    edges: Callable[[], Iterator[Edge]]
    ends: Sequence[int]
    numbers: Sequence[int]


@dataclass(slots=True)
class _Read:
    """What one reading of the claims finds: nodes, the numbers of every edge's ends, values, and relations that are denied.

    Where edges are to be merged, those of one relation come into one part, and have one key there.
    """

    articles: Mapping[str, Article]
    options: GraphOptions
    spool: Spool[Told]
    numbers: dict[str, int] = field(default_factory=dict)
    things: list[Entity] = field(default_factory=list)
    since: list[str] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    ends: array[int] = field(default_factory=lambda: array("I"))
    valued: list[Claim] = field(default_factory=list)
    denied: set[Relation] = field(default_factory=set)
    kinds: dict[tuple[str, bool], int] = field(default_factory=dict)
    keys: list[array[int]] = field(default_factory=lambda: [array("Q") for _ in range(PARTS)])

    def take(self, claims: Iterable[Claim]) -> None:
        """Reads them all."""
        merge, lang = self.options.merge, self.options.lang
        for claim in claims:
            day = claim_day(claim, self.articles.get(claim.article))
            one = self._number(claim.subject, day or UNDATED)
            if claim.object is None:
                self.valued.append(claim)
                continue
            other = self._number(claim.object, day or UNDATED)
            denied = claim.modality is Modality.DENIED
            if denied:
                self.denied.add(relation(claim.subject.id, claim.predicate, claim.object.id))
            if merge:
                part = self._part(claim.predicate, denied, one, other)
            else:
                part = 0
                self.ends.extend((one, other))
            self.spool.append(told(claim, day, lang), part)

    def _number(self, thing: Entity, day: str) -> int:
        number = self.numbers.get(thing.id)
        if number is None:
            number = self.numbers[thing.id] = len(self.things)
            self.things.append(thing)
            self.since.append(day)
            self.claims.append(0)
        elif day < self.since[number]:
            self.since[number] = day
        self.claims[number] += 1
        return number

    def _part(self, predicate: str, denied: bool, one: int, other: int) -> int:
        """The part where the relation is, to which its key is added."""
        if other < one and predicate in symmetric():
            one, other = other, one
        kind = self.kinds.setdefault((predicate, denied), len(self.kinds))
        part = (one * 31 + other) % PARTS
        self.keys[part].append((one << NUMBER | other) << KIND | kind)
        return part

    def degrees(self) -> list[int]:
        """How many edges each thing has, by its number; with it the ends of merged edges are found, of very many some."""
        degrees, mask, every = [0] * len(self.things), (1 << NUMBER) - 1, sum(map(len, self.keys)) // DRAWN + 1
        for place, key in enumerate(chain.from_iterable(map(set, self.keys))):
            one, other = key >> NUMBER + KIND, key >> KIND & mask
            degrees[one] += 1
            degrees[other] += 1
            if not place % every:
                self.ends.extend((one, other))
        if not self.options.merge:
            for end in self.ends:
                degrees[end] += 1
        return degrees

    def edges(self) -> Iterator[Edge]:
        """Each claim of a relation as an edge, or each relation."""
        articles, names = self.articles, self.options.names
        if not self.options.merge:
            return (edge_of(row, articles, names) for row in self.spool.rows())
        return (merged_edge(alike, articles, names) for alike in self._alike())

    def _alike(self) -> Iterator[list[Told]]:
        for part, keys in enumerate(self.keys):
            many, waiting = Counter(keys), defaultdict[int, list[Told]](list)
            for key, row in zip(keys, self.spool.rows(part), strict=True):
                if many[key] == 1:
                    yield [row]
                    continue
                waiting[key].append(row)
                if len(waiting[key]) == many[key]:
                    yield waiting.pop(key)


def project(
    claims: Iterable[Claim],
    articles: Mapping[str, Article],
    options: GraphOptions,
    derived: Collection[Edge] = (),
) -> Graph:
    """The graph of the claims that pass the options, with ``derived`` edges where both ends are in it.

    ``claims`` is read once, and once more for each hop of an ego network; edges lie on disk, only nodes and values in memory.
    """
    source = tuple(claims) if options.ego and iter(claims) is claims else claims
    read = _Read(articles, options, Spool(PARTS if options.merge else 1))
    read.take(_Kept(source, articles, options))
    degrees = read.degrees()
    drawn = tuple(edge for edge in derived if edge.source in read.numbers and edge.target in read.numbers)
    for end in (read.numbers[end] for edge in drawn for end in (edge.source, edge.target)):
        degrees[end] += 1
        read.ends.append(end)
    stances = ((relation(row[1], row[3], row[2]), Modality(row[4])) for row in (read.spool if read.denied else ()))
    contested = opposed((one, modality) for one, modality in stances if one in read.denied)

    def edges() -> Iterator[Edge]:
        yield from (edge._replace(conflict=_contested(edge, contested)) for edge in read.edges()) if contested else read.edges()
        yield from drawn

    ids = sorted(read.numbers)
    return Graph(_nodes(read, ids, contested, degrees), edges, read.ends, [read.numbers[id] for id in ids])


def _contested(edge: Edge, contested: Collection[Relation]) -> bool:
    """Whether a conflict has it, as a fact or as a denial of one (a merged edge as any of what it is)."""
    stances = (STANCES.get(Modality(modality)) for modality in edge.modality.split(BAR))
    return edge.relation in contested and "fact" in stances


@dataclass(frozen=True, slots=True)
class _Kept:
    """The claims that pass the selection and lie within the ego network, read anew at every turn."""

    source: Iterable[Claim]
    articles: Mapping[str, Article]
    options: GraphOptions

    def __iter__(self) -> Iterator[Claim]:
        passed = partial(select, self.source, self.articles, self.options.selection)
        if not self.options.ego:
            return passed()
        near = {self.options.ego}
        for _ in range(self.options.hops):
            pairs = ((c.subject.id, c.object.id) for c in passed() if c.object)
            near |= {end for pair in pairs if near.intersection(pair) for end in pair}
        return (c for c in passed() if c.subject.id in near and (c.object is None or c.object.id in near))


def _nodes(read: _Read, ids: Iterable[str], contested: Iterable[Relation], degrees: Sequence[int]) -> tuple[Node, ...]:
    by_node: dict[str, list[Claim]] = defaultdict(list)
    for claim in read.valued:
        by_node[claim.subject.id].append(claim)
    disputed: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts(read.valued, read.articles):
        disputed[conflict.subject.id].append(conflict.predicate)
    for subject, predicate, other in sorted(contested):
        for end in (subject, other) if predicate in symmetric() else (subject,):
            disputed[end].append(predicate)

    def node(id: str) -> Node:
        number, told, properties = read.numbers[id], by_node.get(id, ()), BAR.join(dict.fromkeys(disputed.get(id, ())))
        moments = history(told, read.articles) if read.options.history else ()
        values = _values_text(told, read.articles)
        counts, since = (read.claims[number], degrees[number]), read.since[number].replace(UNDATED, "")
        return Node(read.things[number], *counts, since, values, moments, properties)

    return tuple(map(node, ids))


def _values_text(claims: Iterable[Claim], articles: Mapping[str, Article]) -> str:
    """Every value that is claimed, each with its modality, day and publisher."""
    lines = []
    for claim in claims:
        article = articles.get(claim.article)
        told = (claim.modality.value, claim_day(claim, article), article.publisher if article else claim.article)
        lines.append(f"{claim.predicate} {target_text(claim)} ({', '.join(part for part in told if part)})")
    return BAR.join(dict.fromkeys(sorted(lines)))
