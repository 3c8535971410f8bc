"""One edge of a graph: as one claim tells it, as several that tell the same relation do, or as rules add it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.compare import Relation, relation
from kg.export.history import STRENGTH
from kg.model import Article, Claim, Entity, Modality, digest
from kg.namespaces import CLAIM
from kg.selection import claim_day
from kg.wording import qualifier_text, speakers_text

if TYPE_CHECKING:
    from kg.export.projection import GraphOptions

BAR = " | "
Texts = dict[str, dict[str, None]]


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

    @property
    def relation(self) -> Relation:
        """What it has in common with the edges that tell or deny the same."""
        return relation(self.source, self.predicate, self.target)


def edge_of(claim: Claim, article: Article | None, day: str, options: GraphOptions) -> Edge:
    """A relation as one claim tells it."""
    id, predicate, other, lang = claim.id, claim.predicate, claim.object, options.lang
    source = (article.publisher, article.url or article.id) if article else ("", claim.article)
    pairs = [f"{name}: {qualifier_text(value, lang)}" for name, value in claim.qualifiers.items()]
    told = (
        claim.modality.value,
        speakers_text(claim, lang),
        *source,
        claim.leading.quote,
        BAR.join(pairs) if claim.qualifiers else "",
    )
    ends, label = (claim.subject.id, other.id if other else ""), options.names.get(predicate, predicate)
    return Edge(id, *ends, predicate, label, 1.0, *told, claim.confidence, False, False, day, CLAIM + id)


MERGED = ("modality", "speakers", "publishers", "articles", "qualifiers", "claims")
"""The texts of a merged edge that have a part of each claim."""


def merged_edge(alike: Sequence[Edge]) -> Edge:
    """One edge for the claims of one relation, the surest first, whose quote it has; its id is the relation."""
    first, *others = alike
    id = ":".join(first.relation) + ":denied" * (first.modality == Modality.DENIED)
    if not others:
        return Edge(id, *first[1:])
    texts = _add({name: {} for name in MERGED}, first)
    for edge in others:
        _add(texts, edge)
    days = filter(None, (edge.since for edge in alike))
    return first._replace(
        id=id,
        weight=1.0 + len(others),
        confidence=max(edge.confidence for edge in alike),
        since=min(days, default=""),
        **_joined(texts),
    )


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
    edges = [edge_of(claim, article, claim_day(claim, article), options) for claim, article in known]
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
