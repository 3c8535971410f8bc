"""Claims as a graph of nodes and edges, the common ground of GEXF, GraphML, CSV and networks (issue 7, Gephi)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.compare import STANCES, Relation, conflicts, opposed, relation, symmetric
from kg.export.edges import BAR, Edge, edge_of, merged_edge
from kg.export.history import STRENGTH, Moment, history
from kg.export.spool import BLOCK, Spool
from kg.model import Article, Claim, Entity, Modality
from kg.namespaces import ENTITY
from kg.selection import Selection, claim_day, select
from kg.wording import target_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

Kind = tuple[str, bool]

SORTED = 1 << 14
"""How many edges, about, are put in order at once, so that this takes little memory."""


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

    Edges come in the order of the claims; merged ones in that of their ends and property. ``numbers`` are those of ``nodes``.
    """

    nodes: tuple[Node, ...]
    edges: Callable[[], Iterator[Edge]]
    ends: Sequence[int]
    numbers: Sequence[int]


@dataclass(slots=True)
class _Tally:
    entity: Entity
    number: int
    since: str
    claims: int = 0
    degree: int = 0


@dataclass(slots=True)
class _Read:
    """What one reading of the claims finds: nodes, the numbers of every edge's ends, values, and relations that are denied.

    Where edges are to be merged, also the kind of each (its property, and whether it is denied) and how unsure it is.
    """

    articles: Mapping[str, Article]
    options: GraphOptions
    tallies: dict[str, _Tally] = field(default_factory=dict)
    ends: array[int] = field(default_factory=lambda: array("I"))
    valued: list[Claim] = field(default_factory=list)
    denied: set[Relation] = field(default_factory=set)
    kinds: dict[Kind, int] = field(default_factory=dict)
    kind: array[int] = field(default_factory=lambda: array("H"))
    unsure: array[int] = field(default_factory=lambda: array("H"))

    def edges(self, claims: Iterable[Claim]) -> Iterator[Edge]:
        """Each relation as an edge."""
        for claim in claims:
            article = self.articles.get(claim.article)
            day = claim_day(claim, article)
            self._count(claim.subject, day, claim.object is not None)
            if claim.object is None:
                self.valued.append(claim)
                continue
            self._count(claim.object, day, True)
            denied = claim.modality is Modality.DENIED
            if denied:
                self.denied.add(relation(claim.subject.id, claim.predicate, claim.object.id))
            if self.options.merge:
                self.kind.append(self.kinds.setdefault((claim.predicate, denied), len(self.kinds)))
                self.unsure.append(round(10_000 * (STRENGTH[claim.modality] + (1 - claim.confidence) / 2)))
            yield edge_of(claim, article, day, self.options)

    def _count(self, entity: Entity, day: str, relation: bool) -> None:
        tally = self.tallies.get(entity.id)
        if tally is None:
            tally = self.tallies[entity.id] = _Tally(entity, len(self.tallies), day)
        tally.claims += 1
        if relation:
            tally.degree += 1
            self.ends.append(tally.number)
        if day and (not tally.since or day < tally.since):
            tally.since = day

    def count_merged(self) -> None:
        """The degrees where all claims of a relation are one edge."""
        import numpy as np

        ends, degrees = np.asarray(self.ends).reshape(-1, 2), np.zeros(len(self.tallies), np.int64)
        for numbers, starts in self._sorted():
            degrees += np.bincount(ends[numbers[starts]].ravel(), minlength=len(degrees))
        for tally, degree in zip(self.tallies.values(), degrees.tolist(), strict=True):
            tally.degree = degree

    def alike(self) -> Iterator[list[int]]:
        """The numbers of the edges that tell one relation, the surest first, in the order of their ends and kind."""
        for numbers, starts in self._sorted():
            given = numbers.tolist()
            yield from (given[start:end] for start, end in pairwise([*starts.tolist(), len(given)]))

    def _sorted(self) -> Iterator[tuple[Numbers, Numbers]]:
        """The numbers of all edges in that order, part by part, each with the places where another relation begins."""
        import numpy as np  # a tenth of a second that only graphs need

        many, edges = len(self.tallies), len(self.kind)
        place, kind = np.array(_places(self.tallies), np.int32), np.array(_places(self.kinds), np.int16)
        mutual = np.array([predicate in symmetric() for predicate, _ in self.kinds], np.bool_)
        ends, kinds = np.asarray(self.ends)[: 2 * edges].reshape(-1, 2), np.asarray(self.kind)
        parts = (place // max(1, many * SORTED // max(1, edges))).astype(np.int16)
        slices = [slice(at, at + SORTED) for at in range(0, edges, SORTED)]
        first = [np.where(mutual[kinds[few]], parts[ends[few]].min(axis=1), parts[ends[few, 0]]) for few in slices]
        part = np.concatenate([parts[:0], *first])
        for number in range(part.max(initial=-1) + 1):
            some = np.flatnonzero(part == number)
            both = place[ends[some]].astype(np.int64)
            both = np.where(mutual[kinds[some], None], np.sort(both, axis=1), both)
            told = (both[:, 0] * many + both[:, 1]) * len(self.kinds) + kind[kinds[some]]
            order = np.lexsort((np.asarray(self.unsure)[some], told))
            yield some[order], np.flatnonzero(np.diff(told[order], prepend=-1))


def _places(names: Collection[Any]) -> list[int]:
    """The place of each name among them all sorted."""
    place = {name: number for number, name in enumerate(sorted(names))}
    return [place[name] for name in names]


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
    read = _Read(articles, options)
    spool = Spool(Edge._make, read.edges(_Kept(source, articles, options)), 1 if options.merge else BLOCK)
    if options.merge:
        read.count_merged()
    drawn = tuple(edge for edge in derived if edge.source in read.tallies and edge.target in read.tallies)
    for edge in drawn:
        for end in (edge.source, edge.target):
            read.tallies[end].degree += 1
            read.ends.append(read.tallies[end].number)
    told = ((edge.relation, Modality(edge.modality)) for edge in (spool if read.denied else ()))
    contested = opposed((one, modality) for one, modality in told if one in read.denied)

    def edges() -> Iterator[Edge]:
        rows = (merged_edge([spool.row(number) for number in alike]) for alike in read.alike()) if options.merge else spool
        yield from (edge._replace(conflict=_contested(edge, contested)) for edge in rows) if contested else rows
        yield from drawn

    ids = sorted(read.tallies)
    return Graph(_nodes(read, ids, contested), edges, read.ends, [read.tallies[id].number for id in ids])


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
        passed = select(self.source, self.articles, self.options.selection)
        if not self.options.ego:
            return passed
        near = {self.options.ego}
        for _ in range(self.options.hops):
            pairs = ((c.subject.id, c.object.id) for c in self._passed() if c.object)
            near |= {end for pair in pairs if near.intersection(pair) for end in pair}
        return (c for c in passed if c.subject.id in near and (c.object is None or c.object.id in near))

    def _passed(self) -> Iterator[Claim]:
        return select(self.source, self.articles, self.options.selection)


def _nodes(read: _Read, ids: Iterable[str], contested: Iterable[Relation]) -> tuple[Node, ...]:
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
        tally, told, properties = read.tallies[id], by_node.get(id, ()), BAR.join(dict.fromkeys(disputed.get(id, ())))
        moments = history(told, read.articles) if read.options.history else ()
        values = _values_text(told, read.articles)
        return Node(tally.entity, tally.claims, tally.degree, tally.since, values, moments, properties)

    return tuple(map(node, ids))


def _values_text(claims: Iterable[Claim], articles: Mapping[str, Article]) -> str:
    """Every value that is claimed, each with its modality, day and publisher."""
    lines = []
    for claim in claims:
        article = articles.get(claim.article)
        told = (claim.modality.value, claim_day(claim, article), article.publisher if article else claim.article)
        lines.append(f"{claim.predicate} {target_text(claim)} ({', '.join(part for part in told if part)})")
    return BAR.join(dict.fromkeys(sorted(lines)))
