"""Of thousands of claims that say the same, those that an answer shows; the others are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg import namespaces as ns
from kg.ask_query import declared, fill
from kg.store import Store
from kg.terms import Blank, Iri, Literal, Term, nt

Row: TypeAlias = tuple[Term | None, ...]

NOTHING = ("", ())
MANY, EACH = 1000, 20
"""Ways to a question's answers that are all shown; where there are more, so many of those that say the same."""


@dataclass(frozen=True, slots=True)
class Way:
    """One row of a query's result: an answer, the rule that leads to it if any, and ids of claims."""

    answer: Term | None
    rule: str
    chain: tuple[str, ...]
    links: tuple[str, ...]

    @property
    def first(self) -> str:
        """The claim that it begins with."""
        return next(iter((*self.chain, *self.links)), "")


def ordered(store: Store, sparql: str) -> list[Row]:
    """The rows of a query in its order. Names are put in order here: the engine takes as long for it as for all the rest."""
    body, order, _ = sparql.rpartition("\nORDER BY ?rule ?answer")
    rows = list(store.query(body).rows()) if order else []
    if not order or any(isinstance(row[0], Literal) and row[0].datatype != ns.XSD_STRING for row in rows):
        return list(store.query(sparql).rows())
    return sorted(rows, key=lambda row: [_place(term) for term in (row[1], row[0], *row[2:])])


def _place(term: Term | None) -> tuple[int, str]:
    """Where a name stands in SPARQL's order (section 15.1)."""
    if isinstance(term, Literal):
        return 3, term.text
    return (1 if isinstance(term, Blank) else 2, term) if term else (0, "")


def shown(store: Store, ways: Sequence[Way]) -> tuple[Sequence[Way], dict[str, int]]:
    """The ways that are shown, in their order, and how many more claims say the same as one of theirs, by its id.

    Each value, modality, speaker and publisher has its newest among them.
    """
    if len(ways) <= MANY:
        return ways, {}
    things = all(str(way.answer).startswith(ns.ENTITY) for way in ways)
    told = _told(store, {way.first for way in ways}, "" if things else fill("measure"))
    groups = defaultdict[object, dict[str, list[int]]](lambda: defaultdict(list))
    for n, way in enumerate(ways):
        answer = way.answer if isinstance(way.answer, Literal) or str(way.answer).startswith(ns.ENTITY) else ""
        groups[way.rule, answer, told.get(way.first, NOTHING)[1]][way.first].append(n)
    kept, more = list[int](), dict[str, int]()
    for group in groups.values():
        newest = sorted(group, key=lambda id: told.get(id, NOTHING)[0], reverse=True)
        kept += [n for id in newest[:EACH] for n in group[id][:EACH]]
        more[newest[0]] = max(0, len(newest) - EACH)
    return [ways[n] for n in sorted(kept)], more


def _told(store: Store, ids: Iterable[str], number: str) -> dict[str, tuple[str, object]]:
    """When each of the claims was published, and all else that tells it apart, with ``number`` what its value is, too."""
    sets = defaultdict[str, list[set[str]]](lambda: [set() for _ in range(5)])
    days = dict[str, str]()
    listed = " ".join(nt(ns.claim_iri(id)) for id in sorted(ids) if id)
    for claim, object_, *rest, published in store.query(declared(fill("alike", claims=listed, number=number))).rows():
        id = ns.local(str(claim))
        days[id] = _text(published)
        entity = object_ if isinstance(object_, Iri) and object_.startswith(ns.ENTITY) else None
        for told, term in zip(sets[id], (entity, *rest), strict=True):
            told.add(_text(term))
    return {id: (days[id], tuple(map(frozenset, told))) for id, told in sets.items()}


def _text(term: Term | None) -> str:
    return term.text if isinstance(term, Literal) else term or ""
