"""Pictures in a real browser: the neighbours of a thing, by mouse and finger, and values over time."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import EITHER, PHONE, Visit, kinds, seen, serious


@EITHER
def test_the_picture_is_dragged_zoomed_and_clicked(visit: Visit) -> None:
    """What is dragged takes its lines along and is no click; buttons zoom and bring back; a click leads to the thing."""
    page = visit.open("/entities/colossus")
    spot, line = page.locator('.spot[data-id="nvidia"]'), page.locator('path[data-from="nvidia"]').first
    spot.scroll_into_view_if_needed()
    box = spot.locator("circle").bounding_box()
    before = spot.get_attribute("transform"), line.get_attribute("d")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 65, box["y"] + 45, steps=4)
    page.mouse.up()
    assert (spot.get_attribute("transform"), line.get_attribute("d")) != before
    assert line.get_attribute("d") != before[1] and page.url.partition("?")[0].endswith("/entities/colossus")
    svg = page.locator(".graph svg").first
    whole = svg.get_attribute("viewBox")
    larger, _, back = page.locator(".graph button").all()
    larger.click()
    zoomed = svg.get_attribute("viewBox")
    back.click()
    assert zoomed != whole == " ".join(svg.get_attribute("viewBox").split())
    spot.locator("text").first.click()
    page.wait_for_url("**/entities/nvidia?*")
    assert page.locator("h1").inner_text() == "NVIDIA"


def touch(page: Any, *turns: list[tuple[float, float]]) -> None:
    """Fingers go down where the first turn says, move from turn to turn, and leave."""
    session = page.context.new_cdp_session(page)
    for n, fingers in enumerate([*turns, []]):
        kind = "touchMove" if n else "touchStart"
        points = [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(fingers)]
        session.send("Input.dispatchTouchEvent", {"type": kind if fingers else "touchEnd", "touchPoints": points})


def shown(url: str) -> list[float]:
    """What part of the picture an address keeps."""
    view = parse_qs(urlsplit(url).query).get("view", [])
    return [float(number) for part in view for number in part.split(",")]


@kinds(size=(PHONE,))
def test_fingers_move_and_zoom_the_picture(visit: Visit) -> None:
    """Two fingers zoom where they are; then one moves the picture, which has not moved the page; the address keeps the view.

    On a picture that is not zoomed one finger scrolls the page.
    """
    page = visit.open("/entities/colossus")
    svg = page.locator(".graph svg").first
    svg.scroll_into_view_if_needed()
    box, whole = svg.bounding_box(), seen(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    touch(page, [(x, y + 60)], [(x, y + 30)], [(x, y)])
    assert seen(page) == whole
    page.evaluate("scrollTo(0, 0)")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    y = box["y"] + box["height"] / 2
    touch(page, [(x - 20, y), (x + 20, y)], [(x - 30, y), (x + 30, y)], [(x - 40, y), (x + 40, y)])
    zoomed, scrolled = seen(page), page.evaluate("scrollY")
    assert zoomed[2] == pytest.approx(whole[2] / 2, rel=0.05)
    assert zoomed[0] + zoomed[2] / 2 == pytest.approx(whole[2] / 2, abs=whole[2] / 20)
    ground = (box["x"] + 12, box["y"] + 12)
    touch(page, [ground], [(ground[0] + 15, ground[1] + 12)], [(ground[0] + 40, ground[1] + 30)])
    moved = seen(page)
    assert moved[0] < zoomed[0] and moved[1] < zoomed[1] and moved[2] == zoomed[2]
    assert page.evaluate("scrollY") == scrolled
    page.wait_for_url(lambda url: shown(url) == pytest.approx(moved[:3], abs=0.06))
    page.reload()
    assert seen(page) == pytest.approx(moved, abs=0.2)


UNDER = """svg => {
  const label = svg.querySelector(".middle").getBoundingClientRect(), at = svg.getScreenCTM();
  const tips = [...svg.querySelectorAll(".lines path")].map((path) => path.getPointAtLength(path.getTotalLength()));
  const inside = (tip) => tip.x > label.left && tip.x < label.right && tip.y > label.top && tip.y < label.bottom;
  return tips.map((tip) => tip.matrixTransform(at)).filter(inside).length;
}"""


@kinds(script=(True, False))
def test_no_name_covers_the_end_of_a_line(visit: Visit) -> None:
    """The arrows of the picture end beside the thing in the middle and not under its name, with and without a script."""
    page = visit.open("/entities/colossus")
    assert page.locator(".graph .lines path").count() > 1
    assert page.locator(".graph svg").first.evaluate(UNDER) == 0


@EITHER
def test_values_over_time_are_drawn(visit: Visit) -> None:
    """Each mark is within the picture, clear of the others, and leads to its words; axe finds nothing serious."""
    page = visit.open("/entities/xai")
    chart = page.locator(".chart svg")
    assert chart.count() == 1 and page.locator(".chart figcaption").inner_text() in ("valuation", "企業価値")
    assert serious(page) == []
    box, marks = chart.bounding_box(), [mark.bounding_box() for mark in chart.locator("a g").all()]
    assert len(marks) == 2 and abs(marks[0]["x"] - marks[1]["x"]) > 9
    assert all(box["x"] <= mark["x"] and mark["x"] + mark["width"] <= box["x"] + box["width"] for mark in marks)
    chart.locator("a").first.click()
    page.wait_for_url("**/articles/blog?*#here")
    assert "240億ドル" in page.locator("mark.here").first.inner_text()
