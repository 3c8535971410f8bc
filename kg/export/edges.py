"""One edge of a graph: as one claim tells it, as several that tell the same relation do, or as rules add it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kg.compare import Relation, relation
from kg.model import SURE, Article, Claim, Entity, Modality, digest
from kg.namespaces import CLAIM
from kg.selection import claim_day
from kg.wording import qualifier_text, speakers_text

if TYPE_CHECKING:
    from kg.export.projection import GraphOptions

BAR = " | "
DENIED = Modality.DENIED.value


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


def kind(predicate: str, modality: str) -> str:
    """What Gephi sums up where two things have several edges of it: a denial is another kind than what it denies."""
    return f"{predicate} denied" if modality == DENIED else predicate


Told: TypeAlias = tuple[str, str, str, str, str, str, str, str, str, float, str]
"""What of a claim of a relation goes into its edge, as :func:`told` gives it."""


def told(claim: Claim, day: str, lang: str) -> Told:
    """Id, ends, property, modality, speakers, article, quote, qualifiers, confidence of a claim, and its day."""
    qualifiers = [f"{name}: {qualifier_text(value, lang)}" for name, value in claim.qualifiers.items()]
    relation = claim.subject.id, claim.object.id if claim.object else "", claim.predicate
    told = claim.modality.value, speakers_text(claim, lang), claim.article, claim.leading.quote, BAR.join(qualifiers)
    return (claim.id, *relation, *told, claim.confidence, day)


def edge_of(row: Told, articles: Mapping[str, Article], names: Mapping[str, str], merged: str = "") -> Edge:
    """A relation as one claim tells it; ``merged`` is its id where it stands for all claims."""
    id, source, target, predicate, modality, speakers, article, quote, qualifiers, confidence, day = row
    known = articles.get(article)
    publisher, address = (known.publisher, known.url or article) if known else ("", article)
    label = names.get(predicate, predicate)
    told = modality, speakers, publisher, address, quote, qualifiers, confidence
    return Edge(merged or id, source, target, predicate, label, 1.0, *told, False, False, day, CLAIM + id)


MERGED = ("modality", "speakers", "publishers", "articles", "qualifiers", "claims")
"""The texts of a merged edge that have a part of each claim."""


def merged_edge(rows: Sequence[Told], articles: Mapping[str, Article], names: Mapping[str, str]) -> Edge:
    """One edge for the claims of one relation, with the words of the surest of them; its id is the relation."""
    source, target, predicate, modality = rows[0][1:5]
    id = ":".join(relation(source, predicate, target)) + (":denied" if modality == DENIED else "")
    if len(rows) == 1:
        return edge_of(rows[0], articles, names, id)
    first, *others = alike = sorted((edge_of(row, articles, names, id) for row in rows), key=surest)
    days = filter(None, (edge.since for edge in alike))
    return first._replace(
        weight=1.0 + len(others),
        confidence=max(edge.confidence for edge in alike),
        since=min(days, default=""),
        **_together(alike, MERGED),
    )


def surest(edge: Edge) -> tuple[int, float]:
    """The order of edges of one relation."""
    return SURE[Modality(edge.modality)], -edge.confidence


def _together(edges: Iterable[Edge], columns: Iterable[str]) -> dict[str, Any]:
    """The texts of edges, which may themselves be joined by ``|``, as one for each column."""
    parts = {column: [part for edge in edges for part in getattr(edge, column).split(BAR) if part] for column in columns}
    return {column: BAR.join(dict.fromkeys(some)) for column, some in parts.items()}


def derived_edge(
    ends: tuple[Entity, Entity], predicate: str, inputs: Sequence[Claim], articles: Mapping[str, Article], options: GraphOptions
) -> Edge:
    """The edge of a relation that rules add, citing its inputs: as sure as the least sure, as new as the newest of them."""
    rows = [told(claim, claim_day(claim, articles.get(claim.article)), options.lang) for claim in inputs]
    edges = [edge_of(row, articles, options.names) for row in rows]
    weakest = max(edges, key=surest)
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
        **_together(edges, ("speakers", "publishers", "articles", "quote", "claims")),
    )
