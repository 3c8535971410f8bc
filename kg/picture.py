"""A thing amid its neighbours: what it does to others on the right, what they do to it on the left as far as there is room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.model import SURE, Claim, Entity

WIDTH, ROW, MARGIN = 480, 46, 34
CENTRE, REACH = WIDTH / 2, 64
"""The neighbours stand in two columns ``REACH`` from the middle, the rest of the width is for names."""

RIM, BELOW, ABOVE = 15, 32, -22
"""How far before the middle of a thing arrows end, and where the name of the middle stands."""

BEND = 44
"""How far a line between two of one side bends towards the middle, so that it does not run through those between them."""

MOST = 24
"""Neighbours that a picture can show without becoming a thicket."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing and where it stands; ``side`` is -1 left, 1 right, 0 in the middle; ``claims`` tie it to the middle."""

    entity: Entity
    x: float
    y: float
    side: int
    claims: tuple[Claim, ...] = ()

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of what ties it to the middle, each once, in the order of the claims."""
        return tuple(dict.fromkeys(claim.predicate for claim in self.claims))


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow between two spots, and the claims it stands for, the surest first."""

    start: Spot
    end: Spot
    claims: tuple[Claim, ...]

    @property
    def bend(self) -> int:
        """How far to the right (less than 0: left) a line between two of one side bends."""
        return -BEND * self.end.side if self.start.side == self.end.side else 0

    @property
    def path(self) -> str:
        """The curve as SVG has it, level at both ends, so that it leaves the room above and below the middle to the name.

        It ends at the rim of what it points at (``page.js`` draws it anew so).
        """
        half = (self.end.x - self.start.x) / 2
        out, back = self.start.x + (self.bend or half), self.end.x + (self.bend or -half)
        tip = self.end.x + (RIM if back > self.end.x else -RIM)
        return f"M{self.start.x} {self.start.y}C{out} {self.start.y} {back} {self.end.y} {tip} {self.end.y}"


@dataclass(frozen=True, slots=True)
class Picture:
    """Spots (the middle first), lines between them, the height, and how many neighbours had no room."""

    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    height: int
    left_out: int
    width: int = WIDTH

    @property
    def label(self) -> int:
        """How far below the middle its name stands (less than 0: above), where fewer lines end."""
        far = [spot.y - self.spots[0].y for spot in self.spots[1:]]
        return ABOVE if sum(y < 0 for y in far) < sum(y > 0 for y in far) else BELOW


def linked(claims: Iterable[Claim], middle: str) -> dict[str, tuple[Claim, ...]]:
    """The claims that tie each neighbour to the middle, by its id, the most often tied first, the surest claims first."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.object and claim.object.id != claim.subject.id:
            groups[claim.object.id if claim.subject.id == middle else claim.subject.id].append(claim)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {id: tuple(sorted(some, key=surest)) for id, some in ranked}


def picture(middle: Entity, ties: dict[str, tuple[Claim, ...]], among: Iterable[Claim]) -> Picture:
    """The picture of at most ``MOST`` of the neighbours in ``ties``, with the claims ``among`` them as further lines."""
    shown = sorted(list(ties.items())[:MOST], key=lambda item: (item[1][0].predicate, item[0]))
    right = [item for item in shown if item[1][0].subject.id == middle.id]
    left = [item for item in shown if item[1][0].subject.id != middle.id]
    # One side alone would make a long thin column.
    while abs(len(right) - len(left)) > 1:
        longer, shorter = sorted((right, left), key=len, reverse=True)
        shorter.append(longer.pop())
    rows = max(len(right), len(left), 3)
    height = rows * ROW + 2 * MARGIN
    centre = Spot(middle, CENTRE, height / 2, 0)
    around = [*_column(right, 1, height), *_column(left, -1, height)]
    spots = {spot.entity.id: spot for spot in (centre, *around)}
    told = [claim for spot in around for claim in spot.claims] + [claim for claim in among if claim.object]
    return Picture((centre, *around), tuple(_lines(spots, told)), height, len(ties) - len(shown))


def surest(claim: Claim) -> tuple[int, float, str]:
    """The order of claims that say the same: asserted before planned, then by confidence."""
    return SURE[claim.modality], -claim.confidence, claim.id


def _column(items: Sequence[tuple[str, tuple[Claim, ...]]], side: int, height: int) -> Iterable[Spot]:
    for n, (id, claims) in enumerate(items):
        y = height / 2 + (n - (len(items) - 1) / 2) * ROW
        first = claims[0]
        other = first.object if first.object and first.object.id == id else first.subject
        yield Spot(other, CENTRE + side * REACH, round(y, 1), side, claims)


def _lines(spots: dict[str, Spot], claims: Iterable[Claim]) -> Iterable[Line]:
    pairs: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        ends = claim.subject.id, claim.object.id if claim.object else ""
        if ends[0] != ends[1] and ends[0] in spots and ends[1] in spots:
            pairs[ends].append(claim)
    unique = {ends: {claim.id: claim for claim in some}.values() for ends, some in sorted(pairs.items())}
    return [Line(spots[a], spots[b], tuple(sorted(some, key=surest))) for (a, b), some in unique.items()]
