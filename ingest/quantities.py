"""Numbers with their units, bounds and rates in Japanese and English text (``spec/claims.md``, Quantities, cases 12 and 13).

Own code rather than a library, after a look at what there is: kanjize 1.6 reads whole numerals well, but fails on commas and
数百億 and truncates decimals (130.7億 becomes 13069999999); quantulum3 knows no Japanese; ja-timex and dateparser read dates
only. The words are data: ``ontology/units.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.model import Quantity
from ontology.dates import load_dates
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
class _Number:
    """A numeral: its value as an interval (数百 is 200 to 900) and the 万 or million behind its only digits, if any."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    scale: Decimal = Decimal(1)
    only_kanji: bool = False


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with what stands right around it; without a unit ``unit`` is None."""

    number: _Number
    start: int
    end: int
    unit: Unit | None
    word: str


_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+|・[0-9]+(?=[万億兆]))?"
_NUMERAL = re.compile(
    rf"(?:{_ARABIC}|[〇一二三四五六七八九数十百千])"
    rf"(?:{_ARABIC}|[〇零一二三四五六七八九数十百千万億兆]|(?<=[0-9]) (?=[百千万億兆])|(?<=[万億兆]) (?=[0-9]+ ?[千万億]))*"
)
_TOKEN = re.compile(rf"{_ARABIC}|[〇零一二三四五六七八九]+|[数十百千万億兆 ]")
_DIGITS = str.maketrans("〇零一二三四五六七八九・", "00123456789.", ",")
_SMALL = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_BIG = {"万": Decimal(10**4), "億": Decimal(10**8), "兆": Decimal(10**12)}
_LONGEST = 40  # characters; a longer run of digits is no number anybody wrote to be read
_JOINT = re.compile(r" ?(?:[-〜~–—]|から|ないし|(?P<arrow>→|⇒|➡|->|=>)|to |or |、) ?(?:約|およそ)?(?:US)?[$€£¥]?")
_GROWS = re.compile(r"(?:へ|に(?:まで)?(?:増|拡|引|縮|短|急|減|低|高|伸|上|下|膨|倍)|まで(?:増|拡|引|縮|短|減|低|高|伸|上|下))")
_LABEL_BEFORE = re.compile(r"(?:[A-Za-z]|[A-Za-z][-_.+]|[0-9][-_/.,:]|PUE[^0-9]{0,6})\Z")
_ORDINAL_BEFORE = re.compile(r"(?:第|分の)\Z")
_NAME_BEHIND = re.compile(r"[A-Za-z_]|\.[0-9]|:[0-9]{2}|-[0-9]+-|/[0-9]|分の")
_RATE_BEHIND = re.compile(r"あたり|当たり|当り|につき|ごと")
_LABEL_NUMBER = re.compile(
    r"(?:[複多少無件個人枚回点倍整分係指関変実小偶奇半手画頭口員算代級段項行列台基日年月]|[A-Za-zァ-ヶー])\Z"
)
_NO_ONE = re.compile(r"[統唯随単同均第万世界国内無逐画専]\Z")
_ONE_COUNTS = frozenset(["台", "基", "個", "社", "枚", "件", "拠点", "世帯", "棟", "カ国", "か国", "カ所", "か所"])
_PER_BEHIND = re.compile(
    r" ?(?:/|per |an? )1?([A-Za-z]+|[日月年分秒週台基個枚本人名社株]|か月|カ月|時間|ラック|サーバー|ノード)(?![A-Za-z])"
)
_PER_BEFORE = re.compile(
    r"(?:毎([日月年時分秒週])|(?:[1一] ?)?([ァ-ヶー]{1,9}[時]?|[二-鿿]{1,3}|[かカヶ]月|[A-Za-z]{1,9})"
    r"(?:あたり|当たり|当り|につき|ごとに)|(?<![0-9数半一-鿿])([年月])(?:間|額))[^0-9。\n数]{0,8}\Z"
    r"|(?:(日)[量産]|(?<![0-9月])[1一]([日年]|カ月|か月|時間)|(?<![0-9一-鿿])(年))に? ?\Z"
)
_CONVERSION = re.compile(
    r"[」』]?(?:[(〔\[]|、(?=日本円|円換算|ドル換算))(?:日本円|円|人民元|米?ドル)?(?:換算|にして)?で?[、は=≒]?\Z"
)
_CURRENCY_BEFORE = re.compile(
    r"(人民元|米ドル|ドル|日本円|円|ユーロ|ウォン|ポンド)(?:に)?(?:換算|ベース|建て|にして)(?:で|では|は)?(?:約|およそ)?\Z"
)
_DAYS_BEFORE = re.compile(
    r"(?:わずか|僅か|約|およそ|たった|最短|最長|最大|過去|今後|丸|まる|延べ|のべ|さらに|通常)(?:で|の)?\Z"
)
_DAYS_BEHIND = re.compile(
    r"間|以内|以上|未満|程度|ほど|くらい|ぐらい|で(?!は|の|開|発|あ|す|、)|前(?!後)|後|余|足らず|かか|かけ|を要|を費|分|連続|ぶり|あまり|弱|強|という|半|も?経"
)
_YEAR_BEHIND = re.compile(
    r"に(?!一|1|わた|及|も|渡|して)|には|まで|から(?!な)|以降|時点|末|初|春|夏|秋|冬|中に|ごろ|頃|半ば|前半|後半|上半|下半|上期|下期|後期|通期|[1-9]|第|、"
)
_MONTH_BEHIND = re.compile("度|代(?!わ)| ?(?:0?[1-9]|1[0-2]) ?月(?!間)")
_ALWAYS_LABEL = frozenset("複多少無")
_SCALES = frozenset("十百千万億兆")
_CALENDAR = frozenset("年月日時")
_HALF = re.compile(r"(?<![前後上下大過一1年月間])半([年日月])間?(?!前比|度|期|報)")
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
    while numeral := _NUMERAL.search(text, at):
        mentions, at = _read(text, numeral, units, at)
        found += mentions
    return tuple(_with_conversions(text, [*found, *_halves(text, units)], units))


def lasts(text: str, number: float, word: str, start: int, end: int) -> bool:
    """Whether the number and 日 or 年 at ``start:end`` say how long, not when (122日で, 3年かかる; but 5日に, 25年に)."""
    if word == "日":
        before = text[max(0, start - 8) : start]
        return number > 31 or (not before.endswith("月") and bool(_DAYS_BEFORE.search(before) or _DAYS_BEHIND.match(text, end)))
    if 1800 <= number < 2200 and end - start <= 7:
        return False
    if (
        text[max(0, start - 2) : start] in load_dates().eras
        or text[start] == "0"
        or text[max(0, start - 1) : start] in ("'", "’")
        or _MONTH_BEHIND.match(text, end)
    ):
        return False
    return not (15 <= number <= 60 and _YEAR_BEHIND.match(text, end))


def _read(text: str, numeral: re.Match[str], units: Units, floor: int) -> tuple[list[QuantityMention], int]:
    """The mentions that begin with one numeral, and where to read on."""
    start = numeral.start()
    if text[start] == "数" and _is_label(text, start):
        return [], start + 1
    first = _amount(text, start, numeral.end(), units)
    if first is None:
        return [], numeral.end()
    joint = _JOINT.match(text, first.end)
    other = joint and _NUMERAL.match(text, joint.end())
    second = _amount(text, other.start(), other.end(), units) if other else None
    if joint and second and (pair := _pair(text, first, joint[0], second)):
        if not (_is_quantity(text, pair[1]) and _stands_free(text, pair[0])) or (
            pair[0].word == "年" and first.number.low > 1800
        ):
            return [], pair[1].end
        made = _join(text, *pair, units, floor, arrow=bool(joint["arrow"]), since=joint[0].startswith("から"))
        return made, made[-1].end
    if not _is_quantity(text, first) or not _stands_free(text, first):
        return [], first.number.end
    mention = _mention(text, first, _value(first), units, floor)
    return [mention], mention.end


def _is_label(text: str, start: int) -> bool:
    """Whether the 数 at ``start`` ends a noun (GPU数10万基, 年数, 複数) rather than says several (社員数百人)."""
    before = text[max(0, start - 1) : start]
    return before in _ALWAYS_LABEL or bool(text[start + 1 : start + 2] not in _SCALES and _LABEL_NUMBER.search(before))


def _amount(text: str, start: int, end: int, units: Units) -> _Amount | None:
    """The number at ``start:end`` with its currency sign, English scale and unit; None where the digits are no number."""
    number = _number(text, start, end)
    if number is None:
        return None
    begin, unit, word = _symbol(text, start, units)
    scale = units.scale.match(text, number.end)
    if scale and not number.only_kanji:
        name = scale[0].strip(" -")
        if len(name) > 2 or unit or name in "MBT" or units.word.match(text, scale.end()):
            factor = Decimal(units.scales.get(name) or units.scales[name.lower()])
            number = replace(
                number, end=scale.end(), low=number.low * factor, high=number.high * factor, scale=number.scale * factor
            )
    found = units.word.match(text, number.end)
    if found and (unit is None or units.unit(found[1]).kind == "money"):
        known = units.unit(found[1])
        half = known.kind == "duration" and re.compile("半(?![ばぱ導分期数額減])").match(text, found.end())
        if half:
            number = replace(number, low=number.low + Decimal("0.5"), high=number.high + Decimal("0.5"))
        return _Amount(number, begin, half.end() if half else found.end(), unit or known, found[1])
    if unit is None and (currency := _CURRENCY_BEFORE.search(text[max(0, start - 16) : start])):
        unit, word = units.unit(currency[1]), currency[1]
    return _Amount(number, begin, number.end, unit, word)


def _symbol(text: str, start: int, units: Units) -> tuple[int, Unit | None, str]:
    found = units.symbol.search(text[max(0, start - 4) : start])
    if not found or (found[0][0].isalpha() and text[max(0, start - len(found[0]) - 1) : start - len(found[0])].isalpha()):
        return start, None, ""
    return start - len(found[0]), Unit("money", units.symbols[found[0].strip()]), found[0].strip()


def _is_quantity(text: str, amount: _Amount) -> bool:
    """Whether what stands behind the number makes it a quantity: no date, ordinal, version, clock or base of a rate."""
    number, unit, word = amount.number, amount.unit, amount.word
    if unit is None:
        return not (number.only_kanji or text[number.end : number.end + 1] in _CALENDAR) and not (
            _NAME_BEHIND.match(text, number.end) and text[number.end - 1] not in "万億兆千"
        )
    if unit.kind == "skip" or (amount.start == number.start and _RATE_BEHIND.match(text, amount.end)):
        return False
    if word in ("日", "年"):
        return lasts(text, float(number.low), word, number.start, amount.end)
    if number.only_kanji and text[number.start : number.end] in "一十":
        return word in _ONE_COUNTS or (unit.kind not in ("count", "other", "percent") and word != "分")
    return not (word == "分" and text[number.start - 1 : number.start] == "時")


def _stands_free(text: str, amount: _Amount) -> bool:
    """Whether what stands before the number leaves it one: it is no part of a name (H100, GPT-4), ordinal or longer number."""
    start, number = amount.start, amount.number
    before = text[max(0, start - 10) : start]
    if _ORDINAL_BEFORE.search(before) or (number.only_kanji and _NO_ONE.search(before)):
        return False
    if amount.start < number.start or not _LABEL_BEFORE.search(before):
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
    if arrow or (since and (_GROWS.match(text, later.end) or low > high)):
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
    start, end, per = amount.start, amount.end, ""
    signs: list[str] = []
    while len(signs) < 3 and (marker := units.marker_before.search(text[max(floor, start - 16) : start])):
        start -= len(marker[0])
        signs.append(units.before.get(marker[1]) or units.before[marker[1].lower()])
    for _ in range(3):
        if rate := not per and _PER_BEHIND.match(text, end):
            per, end = units.rates.get(rate[1], rate[1]), rate.end()
        elif marker := units.marker_after.match(text, end):
            signs.insert(0, units.after.get(marker[1]) or units.after[marker[1].lower()])
            end = marker.end()
    if not per and (rate := _PER_BEFORE.search(text[max(0, start - 24) : start])):
        word = next(filter(None, rate.groups()))
        per = units.rates.get(word, word)
    name = unit.unit or amount.word
    name += "/d" if unit.kind == "water" and per == "day" else ""
    low, high = value
    bound = next((sign for sign in signs if sign in (">=", "<=")), "~" if "~" in signs else "=")
    quantity = Quantity(name, low, comparator=bound) if low == high else Quantity(name, None, low, high)
    return QuantityMention(start, end, amount.start, amount.end, unit.kind, quantity, amount.word, per, "~" in signs)


def _halves(text: str, units: Units) -> Iterator[QuantityMention]:
    for found in _HALF.finditer(text):
        number = _Number(found.start(), found.end(), Decimal(1), Decimal(1))
        amount = _Amount(number, found.start(), found.end(), _HALVES[found[1]], found[0])
        yield _mention(text, amount, _value(amount), units, 0)


def _with_conversions(text: str, mentions: list[QuantityMention], units: Units) -> Iterator[QuantityMention]:
    """The mentions, none of them overlapping; one in brackets behind another of its kind says that one again."""
    last: QuantityMention | None = None
    for mention in sorted(mentions, key=lambda mention: mention.start):
        if last and mention.start < last.end:
            continue
        if last and _converts(text, last, mention):
            mention = replace(mention, converts=(last.start, last.end))
            last = _bounded(text, last, mention.end, units)
        if last:
            yield last
        last = mention
    if last:
        yield last


def _converts(text: str, first: QuantityMention, second: QuantityMention) -> bool:
    alike = first.value.unit != second.value.unit or first.value.number == second.value.number
    return alike and first.kind == second.kind != "bare" and bool(_CONVERSION.match(text[first.end : second.start]))


def _bounded(text: str, mention: QuantityMention, end: int, units: Units) -> QuantityMention:
    """The mention with the bound that stands behind its bracketed conversion: 240億ドル(約1738億元)を超える."""
    marker = units.marker_after.match(text, end + 1) if text[end : end + 1] in (")", "〕", "]") else None
    if marker is None or mention.value.number is None:
        return mention
    sign = units.after[marker[1]]
    return replace(mention, value=replace(mention.value, comparator=sign), approximate=mention.approximate or sign == "~")


def _number(text: str, start: int, end: int) -> _Number | None:
    """What the numeral at ``start:end`` is worth, or as much of it as is well formed: 3億5,000万, 数十, 二〇二五."""
    if end - start > _LONGEST:
        return None
    total = section = (Decimal(0), Decimal(0))
    digit: tuple[Decimal, Decimal] | None = None
    small = big = Decimal("Infinity")
    stop, digits, lead = start, 0, Decimal(0)
    for token in _TOKEN.finditer(text, start, end):
        word = token[0]
        if (scale := _SMALL.get(word)) is not None:
            if scale >= small:
                break
            low, high = digit or (Decimal(1), Decimal(1))
            section, digit, small = (section[0] + low * scale, section[1] + high * scale), None, scale
        elif (scale := _BIG.get(word)) is not None:
            low, high = digit or (Decimal(0), Decimal(0))
            if scale >= big or not section[1] + high:
                break
            total = (total[0] + (section[0] + low) * scale, total[1] + (section[1] + high) * scale)
            section, digit, small, big = (Decimal(0), Decimal(0)), None, Decimal("Infinity"), scale
        elif word != " ":
            made = _digit(word, digit, small)
            if made is None:
                break
            digit, digits, lead = made, digits + 1, made[1]
        stop = token.end()
    low, high = digit or (Decimal(0), Decimal(0))
    low, high = total[0] + section[0] + low, total[1] + section[1] + high
    scale = high / lead if digits == 1 and lead and text[start] not in "十百千" else Decimal(1)
    plain = not re.search("[0-9]", text[start:stop])
    return _Number(start, stop, low, high, scale, plain) if stop > start else None


def _digit(word: str, before: tuple[Decimal, Decimal] | None, small: Decimal) -> tuple[Decimal, Decimal] | None:
    """One group of digits as an interval: 数 is 2 to 9 (1 to 9 behind 十), 数10 is 20 to 90; None where it cannot stand."""
    if word == "数":
        if before is None:
            return Decimal(1 if small == 10 else 2), Decimal(9)
        return (before[0] + 1, before[0] + 9) if before[0] == before[1] and before[0] in range(10, 100, 10) else None
    value = Decimal(word.translate(_DIGITS))
    if before is None:
        return value, value
    vague_tens = before[0] != before[1] and value in (10, 100, 1000)
    return (before[0] * value, before[1] * value) if vague_tens else None
