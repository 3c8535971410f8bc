"""A timeline as an SVG picture that needs no script, follows light and dark, and can be read aloud (issue 6, Comparing)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import floor, log10

from kg.compare import UNITS, Point, day_number
from kg.model import Modality, Quantity
from kg.wording import number_text, target_text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM, ASIDE = 440, 230, 84, 16, 18, 36, 64
"""The picture, its margins, and at its right the room for what has no date."""

MOST = 1e18
"""What is greater is drawn at the rim, so that one absurd number cannot break a picture."""

STEPS = {"en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")), "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万"))}
ROUND = '<circle cx="{x}" cy="{y}" r="5" stroke="currentColor" '
MARKS = {
    Modality.ASSERTED: ROUND + 'fill="currentColor"/>',
    Modality.ESTIMATED: ROUND + 'fill="currentColor" fill-opacity="0.4"/>',
    Modality.PLANNED: ROUND + 'fill="none" stroke-width="2"/>',
    Modality.POSSIBLE: ROUND + 'fill="none" stroke-width="2" stroke-dasharray="3 2"/>',
    Modality.DENIED: '<path d="M{x} {y}m-5-5l10 10m0-10l-10 10" stroke="currentColor" stroke-width="2"/>',
}
DARK = (
    "<style>svg{color:#1b1f24;background:#fff}@media(prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117}}</style>"
)
WORDS = {
    "en": {
        "none": "nothing to draw",
        "points": "{} values",
        "left": "; {} more in another unit or without a year",
        "undated": "no date",
        "day": "days",
    },
    "ja": {
        "none": "描くものがありません",
        "points": "{}件の値",
        "left": "（他に単位の異なる、または年のない{}件）",
        "undated": "日付なし",
        **{"day": "日", "person": "人", "USD": "ドル"},
    },
}


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.end - self.start), 1)


def short(number: float, lang: str = "en") -> str:
    """A number for an axis.

    >>> short(200000), short(200000, "ja"), short(45e9), short(1.5)
    ('200K', '20万', '45B', '1.5')
    """
    step, sign = next(((step, sign) for step, sign in STEPS[lang] if abs(number) >= step), (1.0, ""))
    return number_text(round(number / step, 2)) + sign


def ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers from ``low`` to ``high``.

    >>> ticks(0, 200000)
    [0.0, 50000.0, 100000.0, 150000.0, 200000.0]
    """
    if high <= low:
        return [low]
    rough = (high - low) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = -floor(-low / step)
    return [round(i * step, 10) for i in range(first, floor(high / step + 1e-9) + 1)]


def timeline_svg(
    points: Sequence[Point],
    title: str,
    lang: str = "en",
    *,
    link: Callable[[Point], str] = lambda point: "",
    standalone: bool = True,
) -> str:
    """The values by their day, each a mark by its modality with its words as tooltip, linked to ``link(point)``.

    Those without a day stand at the right. Values in the unit that most have share the axis; how many are left out is said.
    ``standalone`` adds colours for light and dark; within a page the text's colour is taken and nothing needs a style.
    """
    words = WORDS[lang]
    unit = next(iter(Counter(map(_unit, points)).most_common(1)), ("", 0))[0]
    drawn = [point for point in points if point.low is not None and _unit(point) == unit]
    left = len(points) - len(drawn)
    told = (words["points"].format(len(drawn)) if drawn else words["none"]) + (words["left"].format(left) if left else "")
    name, role = _text(title), "img" if standalone else "group"  # within a page its marks are links to be reached
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="{role}" font-family="sans-serif"'
        f' font-size="13" fill="currentColor" aria-label="{name}"><title>{name}</title><desc>{_text(told)}</desc>'
        f"{DARK if standalone else ''}{_picture(drawn, unit, lang, link) if drawn else _empty(told)}</svg>\n"
    )


def _empty(told: str) -> str:
    return f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">{_text(told)}</text>'


def _text(text: str) -> str:
    return escape("".join(c for c in text if c.isprintable()))


def _unit(point: Point) -> str:
    value = point.claim.value
    return UNITS.get(value.unit, (value.unit,))[0] if isinstance(value, Quantity) else "date"


def _reach(point: Point) -> tuple[float, float]:
    value = point.claim.value
    factor = UNITS.get(value.unit, ("", 1.0, 0.0))[1] if isinstance(value, Quantity) else 1.0
    low, high = (max(-MOST, min(MOST, (number or 0.0) * factor)) for number in (point.low, point.high))
    return low, high


def _picture(points: Sequence[Point], unit: str, lang: str, link: Callable[[Point], str]) -> str:
    days = [day_number(point.about) for point in points if point.about]
    aside = ASIDE if len(days) < len(points) else 0
    numbers = [number for point in points for number in _reach(point)]
    low = min(numbers) if unit == "date" else min(0.0, *numbers)
    x = _Scale(min(days, default=0.0), max(days, default=0.0), LEFT + 12, WIDTH - RIGHT - 12 - aside)
    y = _Scale(low, max(numbers), HEIGHT - BOTTOM, TOP)
    undated = WIDTH - RIGHT - aside / 2
    third = (x.high - x.low) / 3
    named = {x(n): date.fromordinal(round(n)).isoformat()[:7] for n in (x.low + third * i for i in range(4)) if days}
    named |= {undated: WORDS[lang]["undated"]} if aside else {}
    marks = (_mark(point, x(day_number(point.about)) if point.about else undated, y, lang, link(point)) for point in points)
    return _axes(named, y, unit, lang) + "".join(marks)


def _axes(named: Mapping[float, str], y: _Scale, unit: str, lang: str) -> str:
    def name(number: float) -> str:
        return date.fromordinal(int(number)).isoformat() if unit == "date" else short(number, lang)

    lines = "".join(
        f'<path d="M{LEFT} {y(n)}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="0.15"/>'
        f'<text x="{LEFT - 8}" y="{y(n) + 4}" text-anchor="end">{name(n)}</text>'
        for n in ticks(y.low, y.high)
    )
    below = "".join(
        f'<text x="{across}" y="{HEIGHT - 16}" text-anchor="middle">{told}</text>' for across, told in named.items()
    )
    return lines + below + (f'<text x="4" y="{TOP - 2}">{_text(WORDS[lang].get(unit, unit))}</text>' if unit != "date" else "")


def _mark(point: Point, across: float, y: _Scale, lang: str, address: str) -> str:
    low, high = (y(number) for number in _reach(point))
    span = f'<path d="M{across} {low}V{high}" stroke="currentColor" stroke-width="2"/>' if low != high else ""
    day = point.about or WORDS[lang]["undated"]
    told = f"{day}: {target_text(point.claim)}, {point.claim.modality.value}, {point.claim.leading.quote}"
    mark = MARKS[point.claim.modality].format(x=across, y=round((low + high) / 2, 1))
    inner = f"<g><title>{_text(told)}</title>{span}{mark}</g>"
    return f'<a href="{_text(address)}">{inner}</a>' if address else inner
