"""A thing amid its neighbours: around it where there is room, beside it where there is little; no line runs through a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import copysign, hypot, sqrt

from kg.export.stores import property_names
from kg.model import SURE, Claim, Entity
from kg.wording import columns, fitting, known_as

ROW, MARGIN, ASIDE = 44, 26, 12
"""A neighbour's height; what is left free above and below all of them, and at their sides."""

RIM, HUB, REST = 13, 14, 16
"""How far around a mark, and around the core of the middle, lines end; where a name begins beside its mark."""

SHARE = 0.22
"""How far apart lines end at the middle, of what their neighbours stand apart: heads of arrows have room beside each other."""

LETTER, SMALL, LONGEST, MORE, SHORT = 7.7, 7.1, 22, 28, 16
"""The width of a column of a name and of what is said below it; how many columns each has at most, and the middle."""

GAP, NARROW = 92, 100
"""The room for lines between the middle and its neighbours, around it and beside it."""

MOST, FEW = 24, 12
"""Neighbours that a picture can show without becoming a thicket, around the middle and beside it."""

OFF = 18
"""How far lines between neighbours keep off other marks; half of it off the box in the middle."""

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing and where it stands; ``side`` is -1 left, 1 right, 0 in the middle; ``claims`` tie it to the middle.

    ``name`` and ``said`` stand beside it and take ``room``; the one in the middle stands in a box of ``HUB`` around its
    ``core``, which reaches so far from its place.
    """

    entity: Entity
    name: str
    said: str
    x: float
    y: float
    side: int
    claims: tuple[Claim, ...] = ()
    core: Pair = (0.0, 0.0)

    @property
    def room(self) -> float:
        """The width of the longer of both lines."""
        return max(columns(self.name) * LETTER, columns(self.said) * SMALL)

    def towards(self, other: Spot) -> Pair:
        """Where a line to another thing begins: at the side of the box that faces it, else in its own place."""
        if self.side:
            return self.x, self.y
        y = max(-self.core[1], min(self.core[1], (other.y - self.y) * SHARE))
        return self.x + copysign(self.core[0] + HUB, other.x - self.x), self.y + y


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow between two spots, and the claims it stands for, the surest first; ``bend`` keeps it off other things."""

    start: Spot
    end: Spot
    claims: tuple[Claim, ...]
    bend: Pair = (0.0, 0.0)

    @property
    def path(self) -> str:
        """The curve as SVG has it, from rim to rim; it runs straight into both (``page.js`` draws it anew so)."""
        ends = self.start.towards(self.end), self.end.towards(self.start)
        cx, cy = ((a + b) / 2 + off for a, b, off in zip(*ends, self.bend, strict=True))
        points: list[float] = []
        for (x, y), spot in zip(ends, (self.start, self.end), strict=True):
            share = RIM / (hypot(cx - x, cy - y) or 1.0) if spot.side else 0.0
            points += [round(x + (cx - x) * share, 1), round(y + (cy - y) * share, 1)]
        return "M{} {}Q{} {} {} {}".format(*points[:2], round(cx, 1), round(cy, 1), *points[2:])


@dataclass(frozen=True, slots=True)
class Picture:
    """Spots (the middle first), lines between them, the size, and how many neighbours had no room."""

    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    left_out: int


def linked(claims: Iterable[Claim], middle: str) -> dict[str, tuple[Claim, ...]]:
    """The claims that tie each neighbour to the middle, by its id, the most often tied first, the surest claims first."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.object and claim.object.id != claim.subject.id:
            groups[claim.object.id if claim.subject.id == middle else claim.subject.id].append(claim)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {id: tuple(sorted(some, key=surest)) for id, some in ranked}


def picture(
    middle: Entity, ties: Mapping[str, tuple[Claim, ...]], among: Iterable[Claim], lang: str, *, narrow: bool = False
) -> Picture:
    """The picture of the first neighbours in ``ties``, with the claims ``among`` them as further lines.

    Half of them stand at each side, those that do something to the middle rather at the left; all at the right if ``narrow``.
    """
    shown = sorted(list(ties.items())[: FEW if narrow else MOST], key=lambda item: (*_way(item[1][0], middle), item[0]))
    half = 0 if narrow else len(shown) // 2
    name = fitting(known_as(middle, lang), SHORT)
    long = columns(name) * LETTER / 2 + ASIDE
    rows = len(shown) - half
    high = round((rows - 1) / 2 * ROW * SHARE, 1)
    core = (0.0, max(long, high)) if narrow else (long, high)
    height = max(max(rows, 2) * ROW, 2 * (core[1] + HUB)) + 2 * MARGIN
    reach = NARROW if narrow else core[0] + HUB + GAP
    around = [
        *_column(shown[:half], middle, -1, reach, height, lang),
        *_column(shown[half:], middle, 1, reach, height, lang),
    ]
    wide = {side: max((abs(s.x) + REST + s.room for s in around if s.side == side), default=core[0] + HUB) for side in (-1, 1)}
    x = wide[-1] + ASIDE
    centre = Spot(middle, name, "", x, height / 2, 0, core=core)
    spots = [centre, *(Spot(s.entity, s.name, s.said, round(x + s.x, 1), s.y, s.side, s.claims) for s in around)]
    told = [claim for spot in spots for claim in spot.claims] + [claim for claim in among if claim.object]
    size = round(x + wide[1] + ASIDE), round(height)
    return Picture(tuple(spots), tuple(_lines(spots, told)), *size, len(ties) - len(shown))


def surest(claim: Claim) -> tuple[int, float, str]:
    """The order of claims that say the same: asserted before planned, then by confidence."""
    return SURE[claim.modality], -claim.confidence, claim.id


def _way(claim: Claim, middle: Entity) -> tuple[bool, str]:
    """Whether the middle does it, and what."""
    return claim.subject.id == middle.id, claim.predicate


def _column(
    items: Sequence[tuple[str, tuple[Claim, ...]]], middle: Entity, side: int, reach: float, height: float, lang: str
) -> Iterable[Spot]:
    """Neighbours below each other on a bow around the middle, ``x`` from there."""
    for n, (id, claims) in enumerate(items):
        far = (n - (len(items) - 1) / 2) * ROW
        bow = sqrt(1 - (far / (height / 2 + 4 * ROW)) ** 2)
        other = next(end for end in (claims[0].object, claims[0].subject) if end and end.id == id)
        name, said = fitting(known_as(other, lang), LONGEST), _said(claims, middle, side, lang)
        yield Spot(other, name, said, side * reach * bow, round(height / 2 + far, 1), side, claims)


def _said(claims: Sequence[Claim], middle: Entity, side: int, lang: str) -> str:
    """What ties a neighbour to the middle, with arrows that run as the lines do, and how often that is told."""
    words = property_names(lang)
    ways = dict.fromkeys(_way(claim, middle) for claim in claims)
    told = [(words.get(name, name), "→" if out == (side > 0) else "←") for out, name in ways]
    parts = ", ".join(f"{arrow} {word}" if side > 0 else f"{word} {arrow}" for word, arrow in told[:2])
    often = f" ×{len(claims)}" if len(claims) > 1 else ""
    return fitting(parts, MORE - len(often)) + often


def _lines(spots: Sequence[Spot], claims: Iterable[Claim]) -> Iterable[Line]:
    places = {spot.entity.id: spot for spot in spots}
    pairs: dict[tuple[str, str], dict[str, Claim]] = defaultdict(dict)
    for claim in claims:
        ends = claim.subject.id, claim.object.id if claim.object else ""
        if ends[0] != ends[1] and ends[0] in places and ends[1] in places:
            pairs[ends][claim.id] = claim
    for (a, b), some in sorted(pairs.items()):
        bend = _bend(places[a], places[b], spots)
        yield Line(places[a], places[b], tuple(sorted(some.values(), key=surest)), bend)


def _bend(a: Spot, b: Spot, spots: Sequence[Spot]) -> Pair:
    """How far from halfway a line between two neighbours is drawn: off those between them, or past the middle."""
    middle = spots[0]
    (ax, ay), (bx, by) = ((end.x - middle.x, end.y - middle.y) for end in (a, b))
    if not a.side * b.side:
        return 0.0, 0.0
    if a.side == b.side:
        between = [s.x - middle.x for s in spots if s.side == a.side and min(a.y, b.y) < s.y < max(a.y, b.y)]
        rows = len(between) + 1
        # A parabola that is OFF away from the marks beside its ends is so far away halfway.
        off = OFF * rows**2 / (4 * (rows - 1)) if between else OFF / 2
        chord = (ax + bx) / 2
        return round(2 * ((between[len(between) // 2] if between else chord) - a.side * off - chord), 1), 0.0
    wide, high = (most + HUB + OFF / 2 for most in middle.core)
    shares = [(x - ax) / (bx - ax) for x in (-wide, wide)]
    ways = [[(way * high - ay - t * (by - ay)) / (2 * t * (1 - t)) for t in shares] for way in (-1, 1)]
    over, under = min(0.0, *ways[0]), max(0.0, *ways[1])
    return 0.0, round(over if -over < under else under, 1)
