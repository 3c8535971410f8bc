"""Claims as a graph of nodes and edges, the common ground of GEXF, GraphML, CSV and networks (issue 7, Gephi)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from kg.compare import conflicts
from kg.jsonl import number_json
from kg.model import Article, Claim, Entity, Modality, Quantity, digest
from kg.namespaces import CLAIM, ENTITY
from kg.selection import Selection, claim_day, select
from kg.wording import qualifier_text, speakers_text, target_text

STRENGTH = {modality: rank for rank, modality in enumerate(Modality)}
FUTURE = frozenset({Modality.PLANNED, Modality.POSSIBLE})
BAR = " | "
Triple = tuple[str, str, str]


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


class Moment(NamedTuple):
    """A node's value from ``start`` to ``end`` (days, both included; an empty end is open)."""

    column: str
    value: float | str
    start: str
    end: str


class Node(NamedTuple):
    """A thing, how many claims and relations it has, since when it is talked about, and its values."""

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
    """A projection: its nodes by id, and its edges read anew at every call, in the order of the claims."""

    nodes: tuple[Node, ...]
    edges: Callable[[], Iterator[Edge]]


@dataclass(slots=True)
class _Tally:
    entity: Entity
    claims: int = 0
    degree: int = 0
    since: str = ""


def project(
    claims: Iterable[Claim],
    articles: Mapping[str, Article],
    options: GraphOptions,
    derived: Collection[Edge] = (),
) -> Graph:
    """The graph of the claims that pass the options, with ``derived`` edges where both ends are in it.

    ``claims`` is read several times and never held, so pass a collection or an object that reads a store anew.
    """
    source = tuple(claims) if iter(claims) is claims else claims
    kept = _Kept(source, articles, options)
    tallies: dict[str, _Tally] = {}
    valued: list[Claim] = []
    denied: set[Triple] = set()
    for claim in kept:
        day = claim_day(claim, articles.get(claim.article))
        _count(tallies, claim.subject, day, claim.object is not None)
        if claim.object is None:
            valued.append(claim)
        else:
            _count(tallies, claim.object, day, True)
            if claim.modality is Modality.DENIED:
                denied.add(_triple(claim))
    drawn = tuple(edge for edge in derived if edge.source in tallies and edge.target in tallies)
    for edge in drawn:
        tallies[edge.source].degree += 1
        tallies[edge.target].degree += 1
    contested = {t for c in kept if (t := _triple(c)) in denied and c.modality is not Modality.DENIED} if denied else set()

    def edges() -> Iterator[Edge]:
        told = (_edge(claim, articles, options, contested) for claim in kept if claim.object is not None)
        yield from _merged(told) if options.merge else told
        yield from drawn

    return Graph(_nodes(tallies, valued, articles, options), edges)


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


def _count(tallies: dict[str, _Tally], entity: Entity, day: str, relation: bool) -> None:
    tally = tallies.get(entity.id)
    if tally is None:
        tally = tallies[entity.id] = _Tally(entity, since=day)
    tally.claims += 1
    tally.degree += relation
    if day and (not tally.since or day < tally.since):
        tally.since = day


def _nodes(
    tallies: Mapping[str, _Tally], valued: list[Claim], articles: Mapping[str, Article], options: GraphOptions
) -> tuple[Node, ...]:
    by_node: dict[str, list[Claim]] = defaultdict(list)
    for claim in valued:
        by_node[claim.subject.id].append(claim)
    disputed: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts(valued, articles):
        disputed[conflict.subject.id].append(conflict.predicate)

    def node(id: str, tally: _Tally) -> Node:
        told, contested = by_node[id], BAR.join(dict.fromkeys(disputed[id]))
        history = _history(told, articles) if options.history else ()
        return Node(tally.entity, tally.claims, tally.degree, tally.since, _values_text(told, articles), history, contested)

    return tuple(node(id, tally) for id, tally in sorted(tallies.items()))


def _values_text(claims: Iterable[Claim], articles: Mapping[str, Article]) -> str:
    """Every value that is claimed, each with its modality, day and publisher."""
    lines = []
    for claim in claims:
        article = articles.get(claim.article)
        told = (claim.modality.value, claim_day(claim, article), article.publisher if article else claim.article)
        lines.append(f"{claim.predicate} {target_text(claim)} ({', '.join(part for part in told if part)})")
    return BAR.join(dict.fromkeys(sorted(lines)))


def column(claim: Claim) -> str:
    """The node column of a value: property, unit, and whether it is still to come: ``gpuCount (GPU) planned``."""
    unit = f" ({claim.value.unit})" if isinstance(claim.value, Quantity) else ""
    return claim.predicate + unit + (" planned" if claim.modality in FUTURE else "")


def _history(claims: Iterable[Claim], articles: Mapping[str, Article]) -> tuple[Moment, ...]:
    """Each column's values, every one until the day before the next; of one day's values the surest one.

    What is denied or has no day is left to the column of all values.
    """
    columns: dict[str, dict[str, Claim]] = defaultdict(dict)
    for claim in sorted(claims, key=lambda c: (STRENGTH[c.modality], -c.confidence, -len(c.evidence), c.id)):
        day = claim_day(claim, articles.get(claim.article))
        if day and claim.modality is not Modality.DENIED:
            columns[column(claim)].setdefault(day, claim)
    return tuple(moment for name in sorted(columns) for moment in _moments(name, columns[name]))


def _moments(name: str, by_day: Mapping[str, Claim]) -> Iterator[Moment]:
    days = sorted(by_day)
    for day, after in zip(days, [*days[1:], ""], strict=True):
        end = (date.fromisoformat(after) - timedelta(days=1)).isoformat() if after else ""
        yield Moment(name, _plain_value(by_day[day]), day, end)


def _plain_value(claim: Claim) -> float | str:
    value = claim.value
    if not isinstance(value, Quantity):
        return target_text(claim)
    middle = value.number if value.number is not None else ((value.minimum or 0.0) + (value.maximum or 0.0)) / 2
    return number_json(middle) or 0


def _edge(claim: Claim, articles: Mapping[str, Article], options: GraphOptions, contested: set[Triple]) -> Edge:
    article = articles.get(claim.article)
    triple, lang = _triple(claim), options.lang
    source = (article.publisher, article.url or article.id) if article else ("", claim.article)
    qualifiers = BAR.join(f"{name}: {qualifier_text(value, lang)}" for name, value in claim.qualifiers.items())
    label = options.names.get(triple[1], triple[1])
    told = claim.modality.value, speakers_text(claim, lang), *source, claim.evidence[0].quote, qualifiers, claim.confidence
    day, address = claim_day(claim, article), CLAIM + claim.id
    return Edge(claim.id, triple[0], triple[2], triple[1], label, 1.0, *told, False, triple in contested, day, address)


def _merged(edges: Iterable[Edge]) -> Iterator[Edge]:
    """One edge a relation, told apart from its denial, in the order of the first; its quote is that of the surest claim."""
    groups: dict[tuple[str, str, str, bool], list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.source, edge.predicate, edge.target, edge.modality == Modality.DENIED].append(edge)
    for key, group in groups.items():
        group.sort(key=lambda edge: (STRENGTH[Modality(edge.modality)], -edge.confidence))
        yield group[0]._replace(
            id="r_" + digest(*map(str, key)),
            weight=float(len(group)),
            confidence=max(edge.confidence for edge in group),
            since=min(filter(None, (edge.since for edge in group)), default=""),
            **_together(group, "modality", "speakers", "publishers", "articles", "qualifiers", "claims"),
        )


def _together(edges: Sequence[Edge], *columns: str) -> dict[str, Any]:
    """The distinct parts of texts, which are themselves joined by ``|``, of all edges by column."""
    texts = ((name, BAR.join(getattr(edge, name) for edge in edges)) for name in columns)
    return {name: BAR.join(dict.fromkeys(filter(None, text.split(BAR)))) for name, text in texts}


def derived_edge(
    ends: tuple[Entity, Entity], predicate: str, inputs: Sequence[Claim], articles: Mapping[str, Article], options: GraphOptions
) -> Edge:
    """The edge of a relation that rules add, citing its inputs: as sure as the least sure, as new as the newest of them."""
    edges = [_edge(claim, articles, options, set()) for claim in inputs]
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
        **_together(edges, "speakers", "publishers", "articles", "quote", "claims"),
    )
