"""All that an entity's page shows: claims by property, values over time, conflicts, and the picture of its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from api import texts
from api.shapes import cited, conflict_json
from api.text import property_text, quantity
from kg import catalog, compare
from kg.chart import drawable, timeline_svg
from kg.compare import Point
from kg.jsonl import value_json
from kg.model import Article, Claim, DateValue, Modality, value_key
from kg.picture import MOST, linked, picture, surest
from kg.store import Store
from kg.wording import known_as

READ, ROWS, TOLD = 1000, 12, 6
"""Claims that a thing's page is made of; rows of one property on it; claims of one row. Its table has all."""

Address = Callable[[Claim], str]
Row = tuple[list[dict[str, Any]], tuple[str, ...]]
Groups = dict[str, tuple[list[Row], int]]


def portrait(store: Store, id: str, lang: str, address: Address) -> dict[str, Any]:
    """The values of ``entity.html``; ``address`` leads to a claim's words. Raises :class:`UnknownEntity`."""
    entity = catalog.entity(store, id)
    claims = catalog.surest(store, id, READ)
    known = {article: catalog.article(store, article) for article in {claim.article for claim in claims}}
    own = [claim for claim in claims if claim.subject.id == id]
    ties = linked(claims, id)
    near = list(ties)[:MOST]
    among = list(catalog.claims(store, subject=near, object=near, limit=READ)) if near else []
    shape, sources = cited(store, lang), compare.Origins(known).of
    return {
        "entity": entity,
        "names": [name for name in dict.fromkeys(label.text for label in entity.labels) if name != known_as(entity, lang)],
        "total": catalog.count_claims(store, about=id),
        "read": len(claims),
        "charts": list(charts(compare.wholes(own), known, known_as(entity, lang), lang, address)),
        "conflicts": [conflict_json(conflict, shape) for conflict in compare.conflicts(claims, known)],
        "pictures": {kind: picture(entity, ties, among, lang, narrow=kind == "narrow") for kind in ("wide", "narrow")},
        "own": grouped(own, shape, sources, lambda claim: value_key(claim.object, claim.value)),
        "others": grouped((c for c in claims if c.subject.id != id), shape, sources, lambda claim: claim.subject.id),
    }


def charts(
    claims: Iterable[Claim], articles: Mapping[str, Article], name: str, lang: str, address: Address
) -> Iterator[tuple[str, Markup]]:
    """Property and picture of each date, or value of two days, that is told differently, by property."""
    for predicate in sorted({claim.predicate for claim in claims if claim.value}):
        points = compare.timeline(claims, articles, next(iter(claims)).subject.id, predicate)
        drawn = drawable(points)
        dates = bool(drawn) and isinstance(drawn[0].claim.value, DateValue)
        if (dates or len({point.about for point in drawn} - {""}) > 1) and len(
            {(point.low, point.high) for point in drawn}
        ) > 1:
            yield predicate, Markup(chart(points, name, predicate, lang, address, standalone=False))


def chart(points: Sequence[Point], name: str, predicate: str, lang: str, address: Address, *, standalone: bool) -> str:
    """The picture of a timeline in the words of a language."""

    def words(point: Point) -> str:
        told = value_json(point.claim.value) if point.claim.value else {}
        parts = quantity(told, lang), texts.words(lang)[point.claim.modality], point.claim.leading.quote
        return f"{point.about or texts.words(lang)['undated']}: {', '.join(parts)}"

    return timeline_svg(
        points,
        f"{name}: {property_text(predicate, lang)}",
        lang,
        link=lambda point: address(point.claim),
        words=words,
        unit=lambda name: texts.unit(name, lang).format(s="s"),
        standalone=standalone,
    )


def grouped(
    claims: Iterable[Claim],
    shape: Callable[[Claim], dict[str, Any]],
    sources: Callable[[Iterable[Claim]], tuple[str, ...]],
    key: Callable[[Claim], str],
) -> Groups:
    """Rows of claims by property and there by ``key``, each with its ``sources``, and how many claims had no room.

    The best evidenced rows come first, in each the surest claim; denials stand by themselves.
    """
    groups: dict[str, dict[tuple[str, bool], list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for claim in sorted(claims, key=surest):
        groups[claim.predicate][key(claim), claim.modality is Modality.DENIED].append(claim)
    found: Groups = {}
    for name, some in sorted(groups.items()):
        chosen = sorted(some.values(), key=lambda row: -len(row))[:ROWS]
        rows = [(list(map(shape, row[:TOLD])), sources(row)) for row in chosen]
        found[name] = rows, sum(map(len, some.values())) - sum(len(told) for told, _ in rows)
    return found
