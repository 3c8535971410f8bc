"""A timeline as an SVG picture that needs no script, follows light and dark, and can be read aloud (issue 6, Comparing)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import floor, log10

from kg.compare import UNITS, Point, day_number
from kg.model import DateValue, Modality, Quantity
from kg.wording import BOUNDS, columns, number_text, target_text

WIDTH, HEIGHT, STRIP, LEFT, RIGHT, TOP, BOTTOM, ASIDE = 360, 220, 100, 58, 30, 34, 30, 64
"""The plot lies within the margins; above it stands the unit, at its right what has no date. A strip of dates is lower."""

SIZE = 11
"""From mark to mark where they would cover each other, and how many may stand so."""
BESIDE = 20

MOST = 1e18
"""What is greater is drawn at the rim, so that one absurd number cannot break a picture."""

STEPS = {"en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")), "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万"))}
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 3600, 12000, 36000)
PRINT, LETTER = 12.5, 7.2
"""The size of a mark's printed value and the width of a column of it."""

TOUCHED = 'stroke="transparent" stroke-width="28" stroke-linecap="round"'
"""What a finger may touch instead of a mark: 24 pixels of the narrowest screen."""

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
Reach = tuple[float, float]
Spot = tuple[float, float, Reach]
Box = tuple[float, float, float, float]
DATE = "date"

WORDS = {
    "en": {
        "none": "nothing to draw",
        "points": "{} values",
        "left": "; {} more in another unit or without a year",
        "undated": "no date",
    },
    "ja": {
        "none": "描くものがありません",
        "points": "{}件の値",
        "left": "（他に単位の異なる、または年のない{}件）",
        "undated": "日付なし",
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


def calendar(low: float, high: float) -> dict[int, str]:
    """Days from ``low`` to ``high`` for an axis and how it says them: years or months that begin, else the first and the last.

    >>> list(calendar(date(2024, 11, 10).toordinal(), date(2025, 7, 12).toordinal()).values())
    ['2025-01', '2025-03', '2025-05', '2025-07']
    >>> list(calendar(date(2024, 11, 10).toordinal(), date(2024, 12, 6).toordinal()).values())
    ['2024-11-10', '2024-12-06']
    """
    first, last = (date.fromordinal(int(day)) for day in (low, high))
    begin, end = first.year * 12 + first.month - (first.day == 1), last.year * 12 + last.month - 1
    step = next(months for months in MONTHS if (end - begin) // months < 4)
    days = [date(n // 12, n % 12 + 1, 1) for n in range(-(-begin // step) * step, end + 1, step)]
    if len(days) < 2:
        return {day.toordinal(): day.isoformat() for day in (first, last)}
    return {day.toordinal(): day.isoformat()[: 4 if step % 12 == 0 else 7] for day in days}


def said(point: Point, lang: str = "en") -> str:
    """A point in words: day, value, how sure, and the quote."""
    day = point.about or WORDS[lang]["undated"]
    return f"{day}: {target_text(point.claim)}, {point.claim.modality.value}, {point.claim.leading.quote}"


def drawable(points: Sequence[Point]) -> list[Point]:
    """The points that one picture can show: in the unit that most have; of dates those with a year."""
    unit = next(iter(Counter(map(_unit, points)).most_common(1)), ("", 0))[0]
    return [point for point in points if point.low is not None and _unit(point) == unit]


def timeline_svg(
    points: Sequence[Point],
    title: str,
    lang: str = "en",
    *,
    link: Callable[[Point], str] = lambda point: "",
    words: Callable[[Point], str] | None = None,
    unit: Callable[[str], str] = str,
    standalone: bool = True,
) -> str:
    """Values over the days they are told of, at the right those without one; dates, which are no trend, as a strip.

    A mark shows its modality, has its ``words`` (else :func:`said`) as tooltip and leads to ``link(point)``; ``unit`` names
    a unit; how many points are left out is said. ``standalone`` adds colours for light and dark; within a page the text's
    colour is taken and nothing needs a style.
    """
    drawn = drawable(points)
    left = len(points) - len(drawn)
    told = (WORDS[lang]["points"].format(len(drawn)) if drawn else WORDS[lang]["none"]) + (
        WORDS[lang]["left"].format(left) if left else ""
    )
    name, role = _text(title), "img" if standalone else "group"  # within a page its marks are links to be reached
    dates = bool(drawn) and _unit(drawn[0]) == DATE
    height = STRIP if dates else HEIGHT
    spots, axes = (_strip if dates else _values)(drawn, lang) if drawn else ([], _empty(told))
    above = f'<text x="4" y="16">{_text(unit(_unit(drawn[0])).strip())}</text>' if drawn and not dates else ""
    tell = words or (lambda point: said(point, lang))
    printed = _printed(drawn, [spot[:2] for spot in spots], height, lambda point: _written(point, lang, unit))
    marks = "".join(
        _mark(point, *spot, _text(tell(point)), link(point), value)
        for point, spot, value in zip(drawn, spots, printed, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="{role}" font-family="sans-serif"'
        f' font-size="13" fill="currentColor" aria-label="{name}"><title>{name}</title><desc>{_text(told)}</desc>'
        f"{DARK if standalone else ''}{axes}{above}{marks}</svg>\n"
    )


def _empty(told: str) -> str:
    return f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">{_text(told)}</text>'


def _text(text: str) -> str:
    return escape("".join(c for c in text if c.isprintable()))


def _unit(point: Point) -> str:
    value = point.claim.value
    return UNITS.get(value.unit, (value.unit,))[0] if isinstance(value, Quantity) else DATE


def _reach(point: Point) -> Reach:
    value = point.claim.value
    factor = UNITS.get(value.unit, ("", 1.0, 0.0))[1] if isinstance(value, Quantity) else 1.0
    low, high = (max(-MOST, min(MOST, (number or 0.0) * factor)) for number in (point.low, point.high))
    return low, high


def _values(points: Sequence[Point], lang: str) -> tuple[list[Spot], str]:
    """Where the marks and the ends of their ranges stand, and the axes."""
    days, reaches = [day_number(point.about) for point in points if point.about], [_reach(point) for point in points]
    aside = ASIDE if len(days) < len(points) else 0
    undated = WIDTH - RIGHT + SIZE - aside / 2
    x = _Scale(min(days, default=0.0), max(days, default=0.0), LEFT + SIZE, WIDTH - RIGHT - SIZE - aside)
    y = _Scale(min(0.0, *(low for low, _ in reaches)), max(high for _, high in reaches), HEIGHT - BOTTOM, TOP)
    lines = "".join(
        f'<path d="M{LEFT} {y(n)}H{WIDTH - RIGHT + SIZE}" stroke="currentColor" stroke-opacity="0.15"/>'
        f'<text x="{LEFT - 8}" y="{y(n) + 4}" text-anchor="end">{short(n, lang)}</text>'
        for n in ticks(y.low, y.high)
    )
    ends = [(y(low), y(high)) for low, high in reaches]
    across = [x(day_number(point.about)) if point.about else undated for point in points]
    taken = _apart([(a, round((low + high) / 2, 1)) for a, (low, high) in zip(across, ends, strict=True)], sideways=True)
    below = (_days(x, HEIGHT) if days else "") + (_below(undated, HEIGHT, WORDS[lang]["undated"]) if aside else "")
    return [(*spot, end) for spot, end in zip(taken, ends, strict=True)], lines + below


def _strip(points: Sequence[Point], lang: str) -> tuple[list[Spot], str]:
    """The same for dates: alike ones stand on each other."""
    days = [_reach(point)[0] for point in points]
    x = _Scale(min(days), max(days), RIGHT + SIZE, WIDTH - RIGHT - SIZE)
    base = STRIP - BOTTOM
    line = f'<path d="M{RIGHT - SIZE} {base}H{WIDTH - RIGHT + SIZE}" stroke="currentColor" stroke-opacity="0.3"/>'
    taken = _apart([(x(day), float(base - SIZE)) for day in days], sideways=False)
    return [(*spot, (0.0, 0.0)) for spot in taken], line + _days(x, STRIP)


def _days(x: _Scale, height: int) -> str:
    return "".join(_below(x(day), height, told) for day, told in calendar(x.low, x.high).items())


def _below(across: float, height: int, told: str) -> str:
    return f'<text x="{across}" y="{height - 10}" text-anchor="middle">{told}</text>'


def _apart(spots: Sequence[tuple[float, float]], sideways: bool) -> list[tuple[float, float]]:
    """The spots, each moved beside (towards the middle) or onto those that it would cover."""
    taken: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)

    def free(a: float, b: float) -> bool:
        at = round(a / SIZE), round(b / SIZE)
        near = (spot for i in (-1, 0, 1) for j in (-1, 0, 1) for spot in taken.get((at[0] + i, at[1] + j), ()))
        return all(abs(a - c) >= SIZE or abs(b - d) >= SIZE for c, d in near)

    moved = []
    for x, y in spots:
        by = (SIZE if x < WIDTH / 2 else -SIZE, 0) if sideways else (0, -SIZE)
        ways = ((round(x + n * by[0], 1), round(y + n * by[1], 1)) for n in range(BESIDE))
        moved.append(next((way for way in ways if free(*way)), (x, y)))
        taken[round(moved[-1][0] / SIZE), round(moved[-1][1] / SIZE)].append(moved[-1])
    return moved


def _written(point: Point, lang: str, unit: Callable[[str], str]) -> str:
    """The value as it is told, not as the axis converts it: ~4 months among days."""
    value = point.claim.value
    if not isinstance(value, Quantity):
        return value.date if value else ""
    ends = dict.fromkeys(short(float(f"{end:.3g}"), lang) for end in (point.low, point.high) if end is not None)
    return BOUNDS[value.comparator] + "–".join(ends) + (unit(value.unit) if value.unit != _unit(point) else "")


def _printed(
    points: Sequence[Point], spots: Sequence[tuple[float, float]], height: int, tell: Callable[[Point], str]
) -> list[str]:
    """The value of each mark as text beside it, where it covers no mark and no other value, nor stands there already."""
    taken = [("", (x - 6, y - 6, x + 6, y + 6)) for x, y in spots]
    found = []
    for n, (point, (x, y)) in enumerate(zip(points, spots, strict=True)):
        value, told = point.claim.value, tell(point)
        wide, others = LETTER * columns(told) + 2, [each for m, each in enumerate(taken) if m != n]
        ways = ((x + 8, y - 6), (x - 8 - wide, y - 6), (x - wide / 2, y - 20), (x - wide / 2, y + 8))
        left, low = (0 if isinstance(value, DateValue) else LEFT), height - BOTTOM - PRINT + SIZE / 2
        boxes = [(a, b, a + wide, b + PRINT) for a, b in ways if left < a < WIDTH - wide and 0 < b < low]
        there = any(text == told and _cross((x - wide, y - PRINT, x + wide, y + PRINT), box) for text, box in others)
        free = (box for box in boxes if not there and not any(_cross(box, other) for _, other in others))
        box = next(free, None)
        taken += [(told, box)] if box else []
        found.append(f'<text x="{box[0]:.1f}" y="{box[3] - 2:.1f}" font-size="{PRINT}">{_text(told)}</text>' if box else "")
    return found


def _cross(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _mark(point: Point, x: float, y: float, ends: Reach, told: str, address: str, printed: str) -> str:
    low, high = ends
    span = f'<path d="M{x} {low}V{high}" stroke="currentColor" stroke-width="2"/>' if low != high else ""
    room = f'<path d="M{x} {y}h0" {TOUCHED}/>' if address else ""
    inner = f"<g><title>{told}</title>{room}{span}{MARKS[point.claim.modality].format(x=x, y=y)}</g>{printed}"
    return f'<a href="{_text(address)}">{inner}</a>' if address else inner
