"""Numbers with their units, bounds and rates in Japanese and English text (``spec/claims.md``, Quantities, cases 12 and 13).

Own code rather than a library, after a look at what there is: quantulum3 knows no Japanese, ja-timex and dateparser read
dates only, for kanjize see ``ingest.numerals``. The words are data: ``ontology/units.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.numerals import NUMERAL, Numeral, read_numeral
from kg.model import Quantity
from ontology.units import Unit, Units, load_units

__all__ = ["QuantityMention", "find_quantities", "lasts"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """A quantity in a normalised text; all offsets are code points into that text, end exclusive.

    ``start:end`` has the markers with it (約, 以上), ``core_start:core_end`` number and unit alone. ``kind`` is one of
    ``ontology.units.KINDS`` or ``bare`` (no unit; its unit is ``1``). ``counter`` is the unit as written, ``per`` what the
    value is a rate of (``day``, ``year``, 台). ``converts`` is the span of the mention whose value this one says again in
    another currency, ``grows_to`` that of the value which this one grows or shrinks to.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    kind: str
    value: Quantity
    counter: str = ""
    per: str = ""
    approximate: bool = False
    converts: Span | None = None
    grows_to: Span | None = None


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with what stands right around it; without a unit ``unit`` is None."""

    number: Numeral
    start: int
    end: int
    unit: Unit | None
    word: str


_HALVES = {
    "年": Unit("duration", "month", Decimal(6)),
    "日": Unit("duration", "day", Decimal("0.5")),
    "月": Unit("duration", "month", Decimal("0.5")),
}


def find_quantities(text: str) -> tuple[QuantityMention, ...]:
    """The quantities of a normalised text, in order and apart; never fails, linear in the text's length.

    >>> [(m.kind, m.value.number, m.value.unit, m.value.comparator) for m in find_quantities("約10万基以上、計1.2GW")]
    [('count', 100000.0, '基', '>='), ('power', 1200.0, 'MW', '=')]
    """
    units = load_units()
    found: list[QuantityMention] = []
    at = 0
    while numeral := NUMERAL.search(text, at):
        mentions, at = _read(text, numeral, units, at)
        found += mentions
    return tuple(_with_conversions(text, [*found, *_halves(text, units)], units))


def lasts(text: str, number: float, word: str, start: int, end: int) -> bool:
    """Whether the number and 日 or 年 at ``start:end`` say how long, not when (122日で, 3年かかる; but 5日に, 25年に)."""
    contexts = load_units().contexts
    before = text[max(0, start - 8) : start]
    if word == "日":
        spans = contexts.days_before.search(before) or contexts.days_behind.match(text, end)
        return number > 31 or (not before.endswith("月") and bool(spans))
    if (1800 <= number < 2200 and end - start <= 7) or text[start] == "0":
        return False
    if contexts.year_before.search(before) or contexts.year_behind.match(text, end):
        return False
    return not (15 <= number <= 60 and contexts.year_perhaps.match(text, end))


def _read(text: str, numeral: re.Match[str], units: Units, floor: int) -> tuple[list[QuantityMention], int]:
    """The mentions that begin with one numeral, and where to read on."""
    start = numeral.start()
    if text[start] == "数" and _is_label(text, start, units):
        return [], start + 1
    first = _amount(text, start, numeral.end(), units)
    if first is None:
        return [], numeral.end()
    if exchange := units.contexts.exchange.match(text, start):
        return [], exchange.end()
    joint = units.contexts.joint.match(text, first.end)
    other = joint and NUMERAL.match(text, joint.end())
    second = _amount(text, other.start(), other.end(), units) if other else None
    if joint and second and (pair := _pair(text, first, joint[0], second)):
        if not (_is_quantity(text, pair[1], units) and _stands_free(text, pair[0], units)) or (
            pair[0].word == "年" and first.number.low > 1800
        ):
            return [], pair[1].end
        made = _join(text, *pair, units, floor, arrow=bool(joint["arrow"]), since=joint[0].startswith("から"))
        return made, made[-1].end
    if not _is_quantity(text, first, units) or not _stands_free(text, first, units):
        return [], first.number.end
    mention = _mention(text, first, _value(first), units, floor)
    return [mention], mention.end


def _is_label(text: str, start: int, units: Units) -> bool:
    """Whether the 数 at ``start`` ends a noun (GPU数10万基, 年数, 複数) rather than says several (社員数百人)."""
    before, contexts = text[max(0, start - 1) : start], units.contexts
    counts = text[start + 1 : start + 2] in tuple("十百千万億兆")
    return bool(contexts.always_label.search(before) or (not counts and contexts.label.search(before)))


def _amount(text: str, start: int, end: int, units: Units) -> _Amount | None:
    """The number at ``start:end`` with its currency sign, English scale and unit; None where the digits are no number."""
    number = read_numeral(text, start, end)
    if number is None:
        return None
    begin, unit, word = _symbol(text, start, units)
    scale = units.scale.match(text, number.end)
    if scale and not number.kanji:
        name = scale[0].strip(" -")
        if len(name) > 2 or unit or name in "MBT" or units.word.match(text, scale.end()):
            factor = Decimal(units.scales.get(name) or units.scales[name.lower()])
            number = number.times(factor, scale.end())
    found = units.word.match(text, number.end)
    if found and (unit is None or units.unit(found[1]).kind == "money"):
        known = units.unit(found[1])
        half = known.kind == "duration" and units.contexts.half_behind.match(text, found.end())
        if half:
            number = replace(number, low=number.low + Decimal("0.5"), high=number.high + Decimal("0.5"))
        return _Amount(number, begin, half.end() if half else found.end(), unit or known, found[1])
    if unit is None and (currency := units.contexts.currency_before.search(text[max(0, start - 16) : start])):
        unit, word = units.unit(currency[1]), currency[1]
    return _Amount(number, begin, number.end, unit, word)


def _symbol(text: str, start: int, units: Units) -> tuple[int, Unit | None, str]:
    found = units.symbol.search(text[max(0, start - 4) : start])
    if not found or (found[0][0].isalpha() and text[max(0, start - len(found[0]) - 1) : start - len(found[0])].isalpha()):
        return start, None, ""
    return start - len(found[0]), Unit("money", units.symbols[found[0].strip()]), found[0].strip()


def _is_quantity(text: str, amount: _Amount, units: Units) -> bool:
    """Whether what stands behind the number makes it a quantity: no date, ordinal, version, clock or base of a rate."""
    number, unit, word = amount.number, amount.unit, amount.word
    if unit is None:
        return not number.kanji and not (
            units.contexts.name_behind.match(text, number.end) and text[number.end - 1] not in "万億兆千"
        )
    if unit.kind == "skip" or units.contexts.ordinal_behind.match(text, amount.end):
        return False
    if amount.start == number.start and units.contexts.rate_behind.match(text, amount.end):
        return False
    if word in ("日", "年"):
        return lasts(text, float(number.low), word, number.start, amount.end)
    if number.kanji and text[number.start : number.end] in "一十":
        return bool(units.contexts.single.fullmatch(word)) or (unit.kind not in ("count", "other", "percent") and word != "分")
    return not (word == "分" and text[number.start - 1 : number.start] == "時")


def _stands_free(text: str, amount: _Amount, units: Units) -> bool:
    """Whether what stands before the number leaves it one: it is no part of a name (H100, GPT-4), ordinal or longer number."""
    start, number = amount.start, amount.number
    before = text[max(0, start - 10) : start]
    if units.contexts.ordinal_before.search(before) or (number.kanji and units.contexts.word_before.search(before)):
        return False
    if amount.start < number.start or not units.contexts.label_before.search(before):
        return True
    return before[-1:].isalpha() and (
        bool(re.search("[万億兆百千,]", text[number.start : number.end])) or before.endswith("PU")
    )


def _pair(text: str, first: _Amount, joint: str, second: _Amount) -> tuple[_Amount, _Amount] | None:
    """Both ends of a range or a change in one unit, the first with the scale it leaves to the second; else None."""
    sign = joint.rstrip("約US$€£¥").strip()
    unit = second.unit or first.unit
    if first.unit and second.unit and (first.unit.kind, first.unit.unit) != (second.unit.kind, second.unit.unit):
        return None
    if sign == "から" and first.unit and first.word != second.word and unit and unit.kind == "duration":
        return None
    symbol = first.start < first.number.start
    low, high = first.number, second.number
    if sign == "、" and (first.unit or low.high + 1 != high.high / high.scale or high.high / high.scale > 9):
        return None
    if (
        (unit is None or second.unit is None)
        and not symbol
        and sign in "-–—、から"
        and high.scale == 1
        and text[second.end : second.end + 1] != "の"
    ):
        return None
    if first.unit and not second.unit and not symbol:
        return None
    if (first.unit is None or symbol) and low.scale == 1 and high.scale > 1 and low.high <= high.high / high.scale:
        low = replace(low, low=low.low * high.scale, high=low.high * high.scale)
    word = second.word or first.word
    return replace(first, number=low, unit=unit if first.unit is None else first.unit, word=first.word or word), replace(
        second, unit=unit, word=word
    )


def _join(
    text: str, first: _Amount, second: _Amount, units: Units, floor: int, *, arrow: bool, since: bool
) -> list[QuantityMention]:
    """One mention for a range, two linked ones for a change from one value to another."""
    (low, top), (bottom, high) = _value(first), _value(second)
    later = _mention(text, second, (bottom, high), units, first.end)
    if arrow or (since and (units.contexts.grows.match(text, later.end) or low > high)):
        earlier = _mention(text, first, (low, top), units, floor)
        return [replace(earlier, grows_to=(later.start, later.end)), later]
    if low > high:
        return [_mention(text, first, (low, top), units, floor), later]
    return [_mention(text, replace(second, start=first.start), (low, high), units, floor)]


def _value(amount: _Amount) -> tuple[float, float]:
    factor = amount.unit.factor if amount.unit else Decimal(1)
    return float(amount.number.low * factor), float(amount.number.high * factor)


def _mention(text: str, amount: _Amount, value: tuple[float, float], units: Units, floor: int) -> QuantityMention:
    """The mention of an amount with the markers and rates around it; nothing before ``floor`` is looked at as a marker."""
    unit = amount.unit or Unit("bare", "1")
    if unit.kind == "other" and unit.unit:  # tons, of what?
        wet = units.contexts.wet.search(text[max(floor, amount.start - 16) : amount.end + 8])
        unit = replace(unit, kind="water") if wet else replace(unit, unit="")
    start, end, per = amount.start, amount.end, ""
    signs: list[str] = []
    while len(signs) < 3 and (marker := units.marker_before.search(text[max(floor, start - 16) : start])):
        start -= len(marker[0])
        signs.append(units.before.get(marker[1]) or units.before[marker[1].lower()])
    for _ in range(3):
        if rate := not per and units.contexts.per_behind.match(text, end):
            per, end = units.rates.get(rate[1], rate[1]), rate.end()
        elif marker := units.marker_after.match(text, end):
            signs.insert(0, units.after.get(marker[1]) or units.after[marker[1].lower()])
            end = marker.end()
    if not per and (rate := units.contexts.per_before.search(text[max(0, start - 24) : start])):
        word = next(filter(None, rate.groups()))
        per = units.rates.get(word, word)
    if not per and unit.kind == "water" and units.contexts.daily.search(text[max(floor, start - 24) : start]):
        per = "day"
    name = unit.unit or amount.word
    name += "/d" if unit.kind == "water" and per == "day" else ""
    low, high = value
    bound = next((sign for sign in signs if sign in (">=", "<=")), "~" if "~" in signs else "=")
    quantity = Quantity(name, low, comparator=bound) if low == high else Quantity(name, None, low, high)
    return QuantityMention(start, end, amount.start, amount.end, unit.kind, quantity, amount.word, per, "~" in signs)


def _halves(text: str, units: Units) -> Iterator[QuantityMention]:
    for found in units.contexts.half.finditer(text):
        number = Numeral(found.start(), found.end(), Decimal(1), Decimal(1))
        amount = _Amount(number, found.start(), found.end(), _HALVES[found[1]], found[0])
        yield _mention(text, amount, _value(amount), units, 0)


def _with_conversions(text: str, mentions: list[QuantityMention], units: Units) -> Iterator[QuantityMention]:
    """The mentions, none of them overlapping; one in brackets behind another of its kind says that one again."""
    last: QuantityMention | None = None
    for mention in sorted(mentions, key=lambda mention: mention.start):
        if last and mention.start < last.end:
            continue
        if last and _converts(text, last, mention, units):
            mention = replace(mention, converts=(last.start, last.end))
            last = _bounded(text, last, mention.end, units)
        if last:
            yield last
        last = mention
    if last:
        yield last


def _converts(text: str, first: QuantityMention, second: QuantityMention, units: Units) -> bool:
    alike = first.value.unit != second.value.unit or first.value.number == second.value.number
    return (
        alike and first.kind == second.kind != "bare" and bool(units.contexts.conversion.match(text[first.end : second.start]))
    )


def _bounded(text: str, mention: QuantityMention, end: int, units: Units) -> QuantityMention:
    """The mention with the bound that stands behind its bracketed conversion: 240億ドル(約1738億元)を超える."""
    marker = units.marker_after.match(text, end + 1) if text[end : end + 1] in (")", "〕", "]") else None
    if marker is None or mention.value.number is None:
        return mention
    sign = units.after[marker[1]]
    return replace(mention, value=replace(mention.value, comparator=sign), approximate=mention.approximate or sign == "~")
