"""Pictures of neighbours: everything has its place, lines keep off what they do not touch, too many neighbours are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import thing, told

from kg.model import Quantity
from kg.picture import FEW, HUB, MOST, RIM, Line, Picture, linked, picture
from ontology.model import Label

HUB_THING = thing("hub")
EITHER = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])


def test_what_others_do_stands_left_what_it_does_right() -> None:
    """The picture has the middle first, a spot for each neighbour with its claims, and no value or self-reference."""
    claims = [
        told(HUB_THING, "supplies", thing("b")),
        told(HUB_THING, "operates", thing("b"), modality="planned"),
        told(thing("a"), "supplies", HUB_THING),
        told(HUB_THING, "gpuCount", Quantity("GPU", 5.0)),
        told(HUB_THING, "supplies", HUB_THING),
    ]
    among = [told(thing("a"), "owns", thing("b")), told(thing("a"), "owns", thing("far"))]
    drawn = picture(HUB_THING, linked(claims, "hub"), among, "en")
    assert [(spot.entity.id, spot.side, spot.said) for spot in drawn.spots] == [
        ("hub", 0, ""),
        ("a", -1, "supplies →"),
        ("b", 1, "→ supplies, → operates ×2"),
    ]
    assert [(line.start.entity.id, line.end.entity.id, len(line.claims)) for line in drawn.lines] == [
        ("a", "b", 1),
        ("a", "hub", 1),
        ("hub", "b", 2),
    ]
    beside = picture(HUB_THING, linked(claims, "hub"), [], "ja", narrow=True)
    assert [(spot.side, spot.said) for spot in beside.spots[1:]] == [(1, "← 供給する"), (1, "→ 供給する, → 運用する ×2")]


@EITHER
@given(count=st.integers(0, 60), outward=st.booleans())
def test_nobody_stands_on_another_or_outside(narrow: bool, count: int, outward: bool) -> None:
    """Whichever way all the claims run, as many neighbours as fit are drawn with their names, the rest is counted."""
    most = FEW if narrow else MOST
    pairs = [(HUB_THING, thing(f"n{i}")) if outward else (thing(f"n{i}"), HUB_THING) for i in range(count)]
    drawn = picture(HUB_THING, linked([told(a, "supplies", b) for a, b in pairs], "hub"), [], "en", narrow=narrow)
    middle, *around = drawn.spots
    assert (len(around), drawn.left_out) == (min(count, most), max(count - most, 0))
    for side in (-1, 1):
        rows = [spot.y for spot in around if spot.side == side]
        assert all(low + 40 <= high for low, high in pairwise(rows))
    assert all(spot.x + (spot.side - 1) / 2 * spot.room >= 0 and 20 <= spot.y <= drawn.height - 20 for spot in around)
    assert all(spot.x + (spot.side + 1) / 2 * spot.room <= drawn.width for spot in around)
    assert abs(middle.y - drawn.height / 2) < 1 and all(abs(spot.x - middle.x) > middle.core[0] + HUB + RIM for spot in around)


def points(line: Line, steps: int = 40) -> Iterator[tuple[float, float]]:
    """Points along a line, its ends included."""
    ax, ay, cx, cy, bx, by = map(float, re.findall(r"-?[\d.]+", line.path))
    for t in (n / steps for n in range(steps + 1)):
        u = 1 - t
        yield u * u * ax + 2 * u * t * cx + t * t * bx, u * u * ay + 2 * u * t * cy + t * t * by


def touched(drawn: Picture) -> Iterator[tuple[str, str, str]]:
    """Each line's ends, and a thing that it runs through without being one of them."""
    for line in drawn.lines:
        for spot in (spot for spot in drawn.spots if spot not in (line.start, line.end)):
            reach = [(max(abs(x - spot.x) - spot.core[0], 0), max(abs(y - spot.y) - spot.core[1], 0)) for x, y in points(line)]
            if min(hypot(*each) for each in reach) < (10 if spot.side else HUB):
                yield line.start.entity.id, line.end.entity.id, spot.entity.id


@EITHER
@pytest.mark.parametrize("name", ["h", "twelve words", "a name far too long for its box"])
@pytest.mark.parametrize("count", [1, 2, 5, 12, 20, 24])
def test_a_line_touches_nothing_but_its_ends(count: int, name: str, narrow: bool) -> None:
    """Also where every neighbour is linked to every other; it ends at the rim of a mark, or at the side of the middle."""
    hub, things = replace(HUB_THING, labels=(Label(name, "en"),)), [thing(f"n{i:02}") for i in range(count)]
    ties = linked([told(hub, "supplies", one) for one in things], "hub")
    drawn = picture(hub, ties, [told(a, "owns", b) for a in things for b in things if a.id < b.id], "en", narrow=narrow)
    assert list(touched(drawn)) == []
    for line in drawn.lines:
        *_, (x, y) = points(line)
        assert hypot(x - line.end.x, y - line.end.y) == pytest.approx(RIM, abs=0.2)
    starts = [(x, y) for line in drawn.lines if line.start.side == 0 for x, y in [next(points(line))]]
    middle = drawn.spots[0]
    assert all(abs(x - middle.x) == pytest.approx(middle.core[0] + HUB, abs=0.2) for x, _ in starts)
    assert all(hypot(a - c, b - d) > 8 for n, (a, b) in enumerate(starts) for c, d in starts[:n])
