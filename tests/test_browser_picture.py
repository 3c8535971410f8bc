"""Pictures in a real browser: the neighbours of a thing, by mouse and finger, and values over time."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import EITHER, EVERYWHERE, PHONE, Visit, kinds, seen, serious


def touch(page: Any, *turns: list[tuple[float, float]]) -> None:
    """Fingers go down where the first turn says, move from turn to turn, and leave."""
    session = page.context.new_cdp_session(page)
    for n, fingers in enumerate([*turns, []]):
        kind = "touchMove" if n else "touchStart"
        points = [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(fingers)]
        session.send("Input.dispatchTouchEvent", {"type": kind if fingers else "touchEnd", "touchPoints": points})


@EVERYWHERE
def test_the_picture_is_dragged_zoomed_and_clicked(visit: Visit) -> None:
    """With mouse, finger or keys; lines follow, it is no click, its address keeps it; buttons zoom and bring all back.

    A click leads to the thing.
    """
    page = visit.open("/entities/colossus")
    graph = page.locator(".graph:visible")
    spot, line = graph.locator('.spot[data-id="nvidia"]'), graph.locator('path[data-from="nvidia"]').first
    spot.scroll_into_view_if_needed()
    box = spot.locator(".grip").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = spot.get_attribute("transform"), line.get_attribute("d")
    way = [(x + part * 30, y + part * 20) for part in (0, 0.3, 0.7, 1)]
    if page.viewport_size["width"] == PHONE[0]:
        touch(page, *([at] for at in way))
    else:
        page.mouse.move(*way[0])
        page.mouse.down()
        for at in way[1:]:
            page.mouse.move(*at)
        page.mouse.up()
    moved = spot.get_attribute("transform"), line.get_attribute("d")
    assert moved[0] != before[0] and moved[1] != before[1] and page.url.partition("?")[0].endswith("/entities/colossus")
    shares = [part / size for part, size in zip(places(moved[0]), seen(page)[2:], strict=True)]
    page.wait_for_url(lambda url: placed(url) == pytest.approx(shares, abs=0.001))
    page.reload()
    assert places(*moved) == pytest.approx(places(spot.get_attribute("transform"), line.get_attribute("d")), abs=0.2)
    spot.locator("a").focus()
    page.keyboard.press("Shift+ArrowUp")
    assert places(spot.get_attribute("transform"))[1] == pytest.approx(places(moved[0])[1] - 12, abs=0.2)
    svg = graph.locator(".frame svg")
    whole = svg.get_attribute("viewBox")
    larger, _, back = graph.locator("button").all()
    larger.click()
    zoomed = svg.get_attribute("viewBox")
    back.click()
    assert zoomed != whole == " ".join(svg.get_attribute("viewBox").split())
    assert places(spot.get_attribute("transform"), line.get_attribute("d")) == pytest.approx(places(*before), abs=0.2)
    page.wait_for_url(lambda url: "at=" not in url and "view=" not in url)
    spot.locator("text").first.click()
    page.wait_for_url("**/entities/nvidia?*")
    assert page.locator("h1").inner_text() == "NVIDIA"


def placed(url: str) -> list[float]:
    """Where an address keeps the thing that was moved, as shares of the picture."""
    moved = parse_qs(urlsplit(url).query).get("at", [])
    return [float(share) for each in moved for share in each.split(",")[1:]]


def places(*attributes: str) -> list[float]:
    """All numbers in attributes of SVG."""
    return [float(number) for text in attributes for number in re.findall(r"-?[\d.]+", text)]


SMALL = """graph => {
  const scale = graph.querySelector(".frame svg").getScreenCTM().a, all = (what) => [...graph.querySelectorAll(what)];
  const sizes = all(".grip").map((grip) => grip.getBoundingClientRect()).flatMap(({ width, height }) => [width, height]);
  return [Math.min(...all("text").map((text) => parseFloat(getComputedStyle(text).fontSize) * scale)), Math.min(...sizes)];
}"""


@kinds(size=(PHONE,))
def test_a_phone_shows_words_to_read_and_marks_to_touch(visit: Visit) -> None:
    """11 pixels for the words of a picture, 24 for its marks and for those of a chart (WCAG 2.2, 2.5.8)."""
    words, marks = visit.open("/entities/colossus").locator(".graph:visible").evaluate(SMALL)
    assert words >= 11 and marks >= 24
    sizes = [mark.bounding_box() for mark in visit.open("/entities/xai").locator(".chart a g").all()]
    assert sizes and all(min(size["width"], size["height"]) >= 24 for size in sizes)


def shown(url: str) -> list[float]:
    """What part of the picture an address keeps: its left and upper rim and its width, as shares of the whole."""
    view = parse_qs(urlsplit(url).query).get("view", [])
    return [float(number) for part in view for number in part.split(",")]


@kinds(size=(PHONE,))
def test_fingers_move_and_zoom_the_picture(visit: Visit) -> None:
    """Two fingers zoom where they are; then one moves the picture, which has not moved the page; the address keeps the view.

    On a picture that is not zoomed one finger scrolls the page.
    """
    page = visit.open("/entities/colossus")
    svg = page.locator(".frame:visible svg")
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
    shares = [part / size for part, size in zip(moved, (*whole[2:], whole[2]), strict=False)]
    page.wait_for_url(lambda url: shown(url) == pytest.approx(shares, abs=0.0002))
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
    assert page.locator(".graph:visible .lines path").count() > 1
    assert page.locator(".frame:visible svg").evaluate(UNDER) == 0


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
    chart.locator("a g").first.click()
    page.wait_for_url("**/articles/blog?*#here")
    assert "240億ドル" in page.locator("mark.here").first.inner_text()
