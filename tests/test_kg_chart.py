"""Timelines as pictures: well-formed, readable aloud, and honest about what they leave out."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import article, told

from kg.chart import MARKS, WIDTH, calendar, short, ticks, timeline_svg
from kg.compare import timeline
from kg.model import Claim, DateValue, Modality, Quantity

SVG = "{http://www.w3.org/2000/svg}"
ARTICLES = {
    "a1": article("a1", published="2024-05-01"),
    "a2": article("a2", published="2024-12-01"),
    "a3": article("a3", published=""),
}


def drawn(claims: list[Claim], **options: object) -> ElementTree.Element:
    """The picture of a timeline."""
    points = timeline(claims, ARTICLES, claims[0].subject.id, claims[0].predicate) if claims else ()
    return ElementTree.fromstring(timeline_svg(points, "Title <b>", **options))  # type: ignore[arg-type]


def gpus(number: float, article: str = "a1", modality: str = "asserted") -> Claim:
    """A number of GPUs."""
    return told("colossus", "gpuCount", Quantity("GPU", number), article=article, modality=modality, quote=f"<{number}> & more")


def test_every_dated_value_has_a_mark_with_its_words() -> None:
    """The tooltip holds day, value, modality and quote; the mark links to the claim."""
    picture = drawn([gpus(1e5), gpus(2e5, "a2", "planned")], link=lambda point: f"/claims/{point.claim.id}?a=1&b=2")
    links = list(picture.iter(f"{SVG}a"))
    assert [link.get("href") for link in links] == [f"/claims/{c.id}?a=1&b=2" for c in (gpus(1e5), gpus(2e5, "a2"))]
    assert [title.text for title in picture.iter(f"{SVG}title")][1] == "2024-05-01: 100,000 GPU, asserted, <100000.0> & more"
    heights = [float(circle.get("cy", "")) for circle in picture.iter(f"{SVG}circle")]
    assert heights[0] > heights[1]


@pytest.mark.parametrize(("lang", "name"), [("en", "no date"), ("ja", "日付なし")])
def test_what_has_no_date_stands_at_the_right(lang: str, name: str) -> None:
    """It is drawn and named there, with dated values or alone."""
    for claims in ([gpus(1e5), gpus(2e5, "a3", "planned")], [gpus(2e5, "a3", "planned")]):
        picture = drawn(claims, lang=lang)
        marks = [float(circle.get("cx", "")) for circle in picture.iter(f"{SVG}circle")]
        (label,) = [text for text in picture.iter(f"{SVG}text") if text.text == name]
        assert marks[-1] == float(label.get("x", "")) == max(marks)
        assert [title.text for title in picture.iter(f"{SVG}title")][-1].startswith(f"{name}: 200,000 GPU, planned")


@pytest.mark.parametrize("modality", list(Modality))
def test_modalities_look_different(modality: Modality) -> None:
    """Each modality has a mark of its own."""
    assert len(set(MARKS.values())) == len(Modality)
    assert drawn([gpus(1e5, modality=modality)]).find(f".//{SVG}g") is not None


def test_it_can_be_read_aloud_and_follows_the_theme() -> None:
    """The picture has a role, a name and a description; only a standalone one brings colours."""
    picture = drawn([gpus(1e5)])
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "Title <b>")
    assert picture.find(f"{SVG}style") is not None
    assert drawn([gpus(1e5)], standalone=False).find(f"{SVG}style") is None


@pytest.mark.parametrize(
    ("claims", "lang", "told"),
    [
        ([], "en", "nothing to draw"),
        (
            [gpus(1e5), told("colossus", "gpuCount", DateValue("--05"))],
            "en",
            "1 values; 1 more in another unit or without a year",
        ),
        (
            [told("colossus", "gpuCount", DateValue("--05"))],
            "ja",
            "描くものがありません（他に単位の異なる、または年のない1件）",
        ),
    ],
)
def test_what_is_left_out_is_said(claims: list[Claim], lang: str, told: str) -> None:
    """Dates without a year and other units are not drawn, and the description counts them."""
    assert drawn(claims, lang=lang).findtext(f"{SVG}desc") == told


def test_an_absurd_number_breaks_nothing() -> None:
    """Values beyond all sense are drawn at the rim."""
    assert len(list(drawn([gpus(1.7e308), gpus(-1.7e308, "a2")]).iter(f"{SVG}circle"))) == 2


def test_other_units_are_converted_or_left_out() -> None:
    """Months and days share an axis; dollars and yen do not."""
    times = [told("colossus", "buildDuration", Quantity(unit, number)) for unit, number in (("month", 4.0), ("day", 122.0))]
    assert len(list(drawn(times).iter(f"{SVG}circle"))) == 2
    money = [told("xai", "valuation", Quantity(unit, 24e9)) for unit in ("USD", "USD", "JPY")]
    assert (
        drawn([money[0], told("xai", "valuation", Quantity("USD", 40e9)), money[2]]).findtext(f"{SVG}desc", "").startswith("2 ")
    )


def spots(picture: ElementTree.Element) -> list[tuple[float, float]]:
    """Where the round marks stand."""
    return [(float(mark.get("cx", "")), float(mark.get("cy", ""))) for mark in picture.iter(f"{SVG}circle")]


@pytest.mark.parametrize("at", ["a1", "a2"])
def test_no_mark_covers_another(at: str) -> None:
    """Values of one day that are alike stand side by side, at the rim towards the middle."""
    found = spots(drawn([gpus(1.0, "a1"), gpus(2e5, "a2"), *(gpus(1e5 + n, at) for n in range(6))]))
    assert all(abs(a - c) >= 10 or abs(b - d) >= 10 for (a, b), (c, d) in combinations(found, 2))
    assert all(0 < x < WIDTH for x, _ in found)


def test_dates_are_a_strip_and_no_trend() -> None:
    """Each stands at its own day, whenever it was told; alike ones stand on each other; there is no scale of values."""
    days = ("2023-03-09", "2023-07-12", "2023-07-12")
    picture = drawn([told("xai", "foundedOn", DateValue(day), article=at) for day, at in zip(days, ARTICLES, strict=True)])
    (a, base), (b, low), (c, high) = spots(picture)
    assert a < b == c and base == low > high
    axis = [text.text for text in picture.iter(f"{SVG}text") if text.get("text-anchor") == "middle"]
    assert axis == ["2023-04", "2023-05", "2023-06", "2023-07"]


def test_a_value_is_printed_as_it_is_told() -> None:
    """With its bound, and in its own unit where the axis has another."""
    times = [
        told("colossus", "buildDuration", value) for value in (Quantity("day", 122.0), Quantity("month", 4.0, comparator="~"))
    ]
    sizes = [gpus(1e5), told("colossus", "gpuCount", Quantity("GPU", 2.3e5, comparator="~"), article="a2")]
    printed = [[text.text for text in drawn(claims).iter(f"{SVG}text") if text.get("font-size")] for claims in (times, sizes)]
    assert printed == [["122", "~4month"], ["100K", "~230K"]]


def test_values_are_printed_where_there_is_room() -> None:
    """Beside their marks, on none of them and not upon each other; what stands there already is not told again."""
    picture = drawn([gpus(1e5), gpus(1e5 + 1), gpus(2e5, "a2"), gpus(3e5, "a3", "planned")])
    printed = [text for text in picture.iter(f"{SVG}text") if text.get("font-size")]
    assert [text.text for text in printed] == ["100K", "200K", "300K"]
    for text in printed:
        x, y = float(text.get("x", "")), float(text.get("y", ""))
        assert not any(x - 4 < a < x + 34 and y - 14 < b < y + 4 for a, b in spots(picture))


@given(st.integers(1, 3_600_000), st.integers(0, 3_600_000))
def test_days_on_axes_are_few_and_told_apart(first: int, span: int) -> None:
    """Whether days or centuries lie between the ends, one to six labels, none of them twice."""
    last = min(first + span, date.max.toordinal())
    found = calendar(first, last)
    assert 1 <= len(found) <= 6 and len(set(found.values())) == len(found)
    assert all(first <= day <= last for day in found)


def test_the_unit_stands_above_the_scale() -> None:
    """In the words of whoever draws, and clear of the numbers."""
    picture = drawn([gpus(1e5), gpus(2e5, "a2")], unit=lambda name: f" {name}s")
    texts = {text.text: float(text.get("y", "")) for text in picture.iter(f"{SVG}text")}
    assert texts["GPUs"] < min(y for text, y in texts.items() if text != "GPUs") - 13


def test_ranges_are_drawn() -> None:
    """From end to end."""
    ranged = drawn([told("x", "cost", Quantity("USD", None, 3e4, 4e4))])
    assert any("V" in path.get("d", "") for path in ranged.iter(f"{SVG}path"))


@given(st.floats(-1e15, 1e15), st.floats(1e-6, 1e15))
def test_axes_have_few_round_numbers_in_range(low: float, width: float) -> None:
    """However large or small the values, one to seven lines lie between them."""
    found = ticks(low, low + width)
    assert len(found) <= 7
    slack = max(abs(low), width) * 1e-8
    assert all(low - slack <= tick <= low + width + slack for tick in found)


def test_numbers_on_axes_are_short() -> None:
    """Each language has its own steps."""
    assert [short(1.3e11, lang) for lang in ("en", "ja")] == ["130B", "1,300億"]
