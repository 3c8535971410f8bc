"""Claims as a graph of nodes and edges, the common ground of GEXF, GraphML, CSV and networks (issue 7, Gephi)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from kg.compare import conflicts
from kg.export.history import STRENGTH, Moment, history
from kg.export.spool import Spool
from kg.model import Article, Claim, Entity, Modality, digest
from kg.namespaces import CLAIM, ENTITY
from kg.selection import Selection, claim_day, select
from kg.wording import qualifier_text, speakers_text, target_text

BAR = " | "
Triple = tuple[str, str, str]
Texts = dict[str, dict[str, None]]


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


class Edge(NamedTuple):
    """A relation as told by one claim, or by several when merged; texts of several claims are joined by ``|``."""

    id: str
    source: str
    target: str
    predicate: str
    label: str
    weight: float
    modality: str
    speakers: str
    publishers: str
    articles: str
    quote: str
    qualifiers: str
    confidence: float
    derived: bool
    conflict: bool
    since: str
    claims: str


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
    """What one reading of the claims finds: nodes, the numbers of every edge's ends, values, and relations that are denied."""

    articles: Mapping[str, Article]
    options: GraphOptions
    tallies: dict[str, _Tally] = field(default_factory=dict)
    ends: array[int] = field(default_factory=lambda: array("I"))
    valued: list[Claim] = field(default_factory=list)
    denied: set[Triple] = field(default_factory=set)

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
            if claim.modality is Modality.DENIED:
                self.denied.add(_triple(claim))
            yield _edge(claim, article, day, self.options)

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

    def count_merged(self, relations: Iterable[str]) -> None:
        """The degrees where all claims of a relation, named as by ``_relation``, are one edge."""
        for tally in self.tallies.values():
            tally.degree = 0
        for end in chain.from_iterable(relation.split(" ")[:2] for relation in relations):
            self.tallies[end].degree += 1


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
    found = read.edges(_Kept(source, articles, options))
    spool = Spool(Edge._make)
    if options.merge:
        spool.fill_sorted(map(_relation, found))
        read.count_merged(spool.alike())
    else:
        spool.fill(found)
    drawn = tuple(edge for edge in derived if edge.source in read.tallies and edge.target in read.tallies)
    for edge in drawn:
        for end in (edge.source, edge.target):
            read.tallies[end].degree += 1
            read.ends.append(read.tallies[end].number)
    told = ((_ends(edge), edge.modality) for edge in (spool if read.denied else ()))
    contested = {ends for ends, modality in told if ends in read.denied and modality != Modality.DENIED}

    def edges() -> Iterator[Edge]:
        rows = map(_merged, spool.groups()) if options.merge else spool
        yield from (edge._replace(conflict=_ends(edge) in contested) for edge in rows) if contested else rows
        yield from drawn

    ids = sorted(read.tallies)
    return Graph(_nodes(read, ids), edges, read.ends, [read.tallies[id].number for id in ids])


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


def _triple(claim: Claim) -> Triple:
    return (claim.subject.id, claim.predicate, claim.object.id if claim.object else "")


def _ends(edge: Edge) -> Triple:
    return (edge.source, edge.predicate, edge.target)


def _nodes(read: _Read, ids: Iterable[str]) -> tuple[Node, ...]:
    by_node: dict[str, list[Claim]] = defaultdict(list)
    for claim in read.valued:
        by_node[claim.subject.id].append(claim)
    disputed: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts(read.valued, read.articles):
        disputed[conflict.subject.id].append(conflict.predicate)

    def node(id: str) -> Node:
        tally, told, contested = read.tallies[id], by_node.get(id, ()), BAR.join(dict.fromkeys(disputed.get(id, ())))
        moments = history(told, read.articles) if read.options.history else ()
        values = _values_text(told, read.articles)
        return Node(tally.entity, tally.claims, tally.degree, tally.since, values, moments, contested)

    return tuple(map(node, ids))


def _values_text(claims: Iterable[Claim], articles: Mapping[str, Article]) -> str:
    """Every value that is claimed, each with its modality, day and publisher."""
    lines = []
    for claim in claims:
        article = articles.get(claim.article)
        told = (claim.modality.value, claim_day(claim, article), article.publisher if article else claim.article)
        lines.append(f"{claim.predicate} {target_text(claim)} ({', '.join(part for part in told if part)})")
    return BAR.join(dict.fromkeys(sorted(lines)))


def _edge(claim: Claim, article: Article | None, day: str, options: GraphOptions) -> Edge:
    id, predicate, other, lang = claim.id, claim.predicate, claim.object, options.lang
    source = (article.publisher, article.url or article.id) if article else ("", claim.article)
    pairs = [f"{name}: {qualifier_text(value, lang)}" for name, value in claim.qualifiers.items()]
    told = claim.modality.value, speakers_text(claim, lang), *source, claim.leading.quote, BAR.join(pairs)
    ends, label = (claim.subject.id, other.id if other else ""), options.names.get(predicate, predicate)
    return Edge(id, *ends, predicate, label, 1.0, *told, claim.confidence, False, False, day, CLAIM + id)


def _relation(edge: Edge) -> tuple[str, float, Edge]:
    """An edge with its relation and how unsure it is."""
    denied = edge.modality == Modality.DENIED
    return f"{edge.source} {edge.target} {edge.predicate} {denied}", STRENGTH[edge.modality] - edge.confidence / 2, edge


MERGED = ("modality", "speakers", "publishers", "articles", "qualifiers", "claims")
"""The texts of a merged edge that have a part of each claim."""


def _merged(group: Iterator[Edge]) -> Edge:
    """One edge for the claims of one relation, the surest first, whose quote it has."""
    first = next(group)
    key = digest(first.source, first.predicate, first.target, str(first.modality == Modality.DENIED))
    merged = Edge("r_" + key, *first[1:])
    second = next(group, None)
    if second is None:
        return merged
    count, confidence, since, texts = 1, first.confidence, first.since, _add({name: {} for name in MERGED}, first)
    for edge in chain([second], group):
        count, confidence = count + 1, max(confidence, edge.confidence)
        since = min(filter(None, (since, edge.since)), default="")
        _add(texts, edge)
    return merged._replace(weight=float(count), confidence=confidence, since=since, **_joined(texts))


def _add(texts: Texts, edge: Edge) -> Texts:
    """The parts of an edge's texts, which are themselves joined by ``|``, added to those that are there by column."""
    for name, parts in texts.items():
        if text := getattr(edge, name):
            parts.update(dict.fromkeys(text.split(BAR)))
    return texts


def _joined(texts: Texts) -> dict[str, Any]:
    return {name: BAR.join(parts) for name, parts in texts.items()}


def derived_edge(
    ends: tuple[Entity, Entity], predicate: str, inputs: Sequence[Claim], articles: Mapping[str, Article], options: GraphOptions
) -> Edge:
    """The edge of a relation that rules add, citing its inputs: as sure as the least sure, as new as the newest of them."""
    known = [(claim, articles.get(claim.article)) for claim in inputs]
    edges = [_edge(claim, article, claim_day(claim, article), options) for claim, article in known]
    texts: Texts = {name: {} for name in ("speakers", "publishers", "articles", "quote", "claims")}
    for edge in edges:
        _add(texts, edge)
    weakest = max(edges, key=lambda edge: STRENGTH[Modality(edge.modality)])
    return weakest._replace(
        id="d_" + digest(ends[0].id, predicate, ends[1].id, *(claim.id for claim in inputs)),
        source=ends[0].id,
        target=ends[1].id,
        predicate=predicate,
        label=options.names.get(predicate, predicate),
        qualifiers="",
        confidence=min(edge.confidence for edge in edges),
        derived=True,
        since=max(edge.since for edge in edges),
        **_joined(texts),
    )
