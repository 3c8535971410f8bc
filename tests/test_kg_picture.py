"""Pictures of neighbours: everything has its place, arrows their direction, and too many neighbours are counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import thing, told

from kg.model import Quantity
from kg.picture import MOST, WIDTH, linked, picture

HUB = thing("hub")


def test_what_it_does_stands_right_what_others_do_left() -> None:
    """The picture has the middle first, a spot for each neighbour with its claims, and no value or self-reference."""
    claims = [
        told(HUB, "supplies", thing("b")),
        told(HUB, "operates", thing("b"), modality="planned"),
        told(thing("a"), "supplies", HUB),
        told(HUB, "gpuCount", Quantity("GPU", 5.0)),
        told(HUB, "supplies", HUB),
    ]
    drawn = picture(HUB, linked(claims, "hub"), [told(thing("a"), "owns", thing("b")), told(thing("a"), "owns", thing("far"))])
    assert [(spot.entity.id, spot.side, spot.properties) for spot in drawn.spots] == [
        ("hub", 0, ()),
        ("b", 1, ("supplies", "operates")),
        ("a", -1, ("supplies",)),
    ]
    assert [(line.start.entity.id, line.end.entity.id, len(line.claims)) for line in drawn.lines] == [
        ("a", "b", 1),
        ("a", "hub", 1),
        ("hub", "b", 2),
    ]


@given(st.integers(0, 60), st.booleans())
def test_nobody_stands_on_another_or_outside(count: int, outward: bool) -> None:
    """Whichever way all the claims run, at most MOST neighbours are drawn, apart from each other, the rest is counted."""
    pairs = [(HUB, thing(f"n{i}")) if outward else (thing(f"n{i}"), HUB) for i in range(count)]
    drawn = picture(HUB, linked([told(a, "supplies", b) for a, b in pairs], "hub"), [])
    places = {(spot.x, spot.y) for spot in drawn.spots}
    assert len(places) == len(drawn.spots) == min(count, MOST) + 1
    assert drawn.left_out == max(count - MOST, 0)
    assert all(0 < x < WIDTH and 0 < y < drawn.height for x, y in places)
