"""Dates and periods in Japanese and English text, resolved against the article's date (``spec/claims.md``, Dates, case 14).

Own code rather than a library, after a look at what there is: dateparser 1.5 mistakes 25年2月 for 1999, 令和7年 for 2017 and
drops the day of 10月28日; ja-timex 0.2 has no 四半期, 年度, 末 or two-digit years and resolves nothing; japanera and jeraconv
convert whole era dates (a table of five rows here) and are not typed. The words are data: ``ontology/dates.yaml``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from ingest.numerals import read_numeral
from ingest.quantities import lasts
from kg.model import DateValue
from ontology.dates import DASH, N2, YEAR, DateWords, date_patterns, load_dates

__all__ = ["DateMention", "find_dates"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a normalised text; all offsets are code points into that text, end exclusive.

    ``start:end`` has the markers with it (以降, までに), ``core_start:core_end`` the date alone. ``kind`` is ``point``,
    ``period-start`` or ``period-end``; the two ends of one period name each other's span in ``other``. ``precision`` is
    decade, year, half, quarter, season, month, week or day. ``label`` names what the date cannot say: ``2026-Q2``,
    ``FY2034``, ``FY2025-03`` (the business year that ends in March 2025), ``2026-W25``, ``2016-09-end``.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    value: DateValue
    kind: str = "point"
    precision: str = "day"
    label: str = ""
    other: Span | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    """Year, month and day as far as they are known, and where that was said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    end: int = 0

    def moved(self, *, days: int | None = None, months: int = 0) -> _Day | None:
        """The day or month that lies so far off; None where too little is known, or outside the calendar."""
        if self.year is None or self.month is None or (days is not None and self.day is None) or self.text() is None:
            return None
        if days is not None:
            at = date(self.year, self.month, self.day or 1).toordinal() + days
            return _Day(*date.fromordinal(at).timetuple()[:3]) if 0 < at < date.max.toordinal() else None
        months += self.year * 12 + self.month - 1
        return _Day(months // 12, months % 12 + 1)

    def text(self) -> str | None:
        """In the form of ``DateValue``; None where that is no date."""
        if self.year is not None and not 0 < self.year < 10000:
            return None
        if self.month is None:
            return f"{self.year:04d}" if self.year else None
        if not 1 <= self.month <= 12 or not 1 <= (self.day or 1) <= monthrange(self.year or 2024, self.month)[1]:
            return None
        return (f"{self.year:04d}" if self.year else "-") + f"-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")


@dataclass(frozen=True, slots=True)
class _Context:
    """What a date is read against: the article's date, a year stated earlier, and the date named last."""

    words: DateWords
    published: _Day
    year: int | None
    last: _Day = _Day()


@dataclass(frozen=True, slots=True)
class _Found:
    """A date as one of the readers below saw it; ``sign`` is the comparator that its own words say."""

    end: int
    day: _Day
    precision: str
    label: str = ""
    sign: str = "="


_PUBLISHED = re.compile(r"(?!0000)[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_FISCAL = re.compile(r"FY ?((?:20)?[0-9]{2})(?![0-9])")
_QUARTER_FIRST = re.compile(r"([QH][1-4]|[1-4][QH])[ ,] ?(20[0-9]{2})(?![0-9])")
_EDGE = re.compile(r"年(?:[内末初頭](?![期公])|明け|度[内末])|(?P<season>[今昨来][春夏秋冬])(?![一-鿿])")
_NO_EDGE = re.compile("[0-9数半か一二三四五六七八九十同年々前近周後]")
_FREE = re.compile(r"[0-9A-Za-z.,$¥€£-]")
_ISO = re.compile(
    rf"({YEAR})(?:[-/](0?[1-9]|1[0-2])(?:[-/]([0-3]?[0-9]))?|\.(0?[1-9]|1[0-2])\.([0-3]?[0-9]))(?![0-9.,:/-]| ?[年億万兆%])"
)
_MONTH = re.compile(rf"の? ?({N2}) ?(?:月(?![間額謀旅号])|(?={DASH}[0-9]{{1,2}} ?月(?![間額])))(期(?![間待限]))?")
_DAY = re.compile(rf" ?({N2}) ?(?:日(?![間本経産])|(?={DASH}[0-9]{{1,2}} ?日(?!間)))")
_BARE_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?=[.,]? ?(?:[()|\n\t]|\Z)|[-〜~–](?:19|20)[0-9]{2}(?![0-9])|[,.]? [a-z])")
_CELL_BEFORE = re.compile(r"(?:[\t\n(|]|(?:19|20)[0-9]{2}[-〜~–]|\b(?:in|by|since|until|from|during|of)) ?\Z")
_A_DAY = re.compile("1 ?日(?:あたり|当たり|当り|に?(?:約|およそ|最大|平均)?[0-9数])")
_NOT_A_YEAR = re.compile("型|モデル|式|版|問題|比")
_PLANNED = "予定|計画|見込|見通し|方針|目指|めど"
_FUTURE = re.compile(rf"[^。\n]{{0,30}}(?:{_PLANNED})")
_PAST = re.compile(r"[^。\n「」]{0,80}?た(?:。|\Z)")
_AHEAD = re.compile(rf"{_PLANNED}|[るうくすむつぶぐぬ](?:と|こと|よう|考え|意向)|に向け|合意|契約|決め|へ")
_LINK = re.compile(r"(?:から|[-〜~–→]| ?to )(?:約)?\Z")
_BESIDE = re.compile(r"の?(?:から|[-〜~–→、・と]|及び|および|または|か)\Z")
_SHORT_AFTER = re.compile(r"[0-9]年?(?:から|[-〜~–・、])\Z")
_LASTING = re.compile(r"\d+年(?:間|ほど|程度|は?かか|を要|をかけ|にわた|分の)")  # 完成まで10〜15年を要する
_SENTENCE_END = re.compile(r"[。\n!?]")
_PRECISION = dict.fromkeys(["H1", "H2"], "half") | dict.fromkeys(["Q1", "Q2", "Q3", "Q4"], "quarter")
_PRECISION |= dict.fromkeys(["spring", "summer", "autumn", "winter"], "season")
_DECADE = {"end": 9, "middle": 5, "H2": 5}


def find_dates(text: str, published: str | None = None, context_year: int | None = None) -> tuple[DateMention, ...]:
    """The dates of a normalised text, in order and apart; never fails, linear in the text's length.

    ``published`` is the article's date (YYYY, YYYY-MM or YYYY-MM-DD); ``context_year`` is a year stated before the text, and
    counts only where ``published`` is unknown. What cannot be told stays open: ``--MM`` or ``--MM-DD``, or no mention.

    >>> [(m.value.date, m.value.comparator, m.label) for m in find_dates("昨年7月に着工、2027年上半期までに", "2025-02-10")]
    [('2024-07', '=', ''), ('2027', '<=', '2027-H1')]
    """
    known = [int(part) for part in published.split("-")] if published and _PUBLISHED.fullmatch(published) else []
    context = _Context(load_dates(), _Day(*known), None if known else context_year)
    patterns, found, at = date_patterns(), [], 0
    while head := patterns.head.search(text, at):
        seen = _read(text, head.start(), context)
        mention = seen and _mention(text, head.start(), seen, max(at, head.start() - 12))
        if seen and mention:
            found.append(mention)
            context = replace(context, last=replace(seen.day, end=mention.end))
        at = mention.end if mention else seen.end if seen else head.end()
    return tuple(_linked(text, found))


def _read(text: str, at: int, context: _Context) -> _Found | None:
    return next(filter(None, (reader(text, at, context) for reader in _READERS)), None)


def _mention(text: str, start: int, found: _Found, floor: int) -> DateMention | None:
    written = found.day.text()
    if written is None or _NOT_A_YEAR.match(text, found.end):
        return None
    before = date_patterns().before.search(text[floor:start])
    after = date_patterns().after.match(text, found.end)
    words = load_dates()
    sign = words.after[after[1]] if after else words.before[before[1]] if before else found.sign
    return DateMention(
        start - len(before[0]) if before else start,
        after.end() if after else found.end,
        start,
        found.end,
        DateValue(written, sign),
        precision=found.precision,
        label=found.label,
    )


def _linked(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """The mentions, those with から or a dash between them as the two ends of one period."""
    for index, (first, second) in enumerate(pairwise(mentions)):
        if _LINK.fullmatch(text[first.end : second.start]) and mentions[index].other is None:
            value = DateValue(second.value.date) if second.value.comparator == "<=" else second.value
            mentions[index] = replace(first, kind="period-start", other=(second.start, second.end))
            mentions[index + 1] = replace(second, kind="period-end", value=value, other=(first.start, first.end))
    return mentions


def _iso(text: str, at: int, context: _Context) -> _Found | None:
    found = _ISO.match(text, at)
    if not found or _FREE.match(text, at - 1 if at else len(text)):
        return None
    month, day = found[2] or found[4], found[3] or found[5]
    return _Found(found.end(), _Day(int(found[1]), int(month), int(day) if day else None), "day" if day else "month")


def _english(text: str, at: int, context: _Context) -> _Found | None:
    if found := date_patterns().english.match(text, at):
        name, day, year = found.groups()
    elif found := date_patterns().european.match(text, at):
        day, name, year = found.groups()
    if not found or not (day or year):
        return None
    month = context.words.english[name]
    known = int(year) if year else _year_of_month(text, at, month, found.end(), context)
    return _Found(found.end(), _Day(known, month, int(day) if day else None), "day" if day else "month")


def _period(text: str, at: int, context: _Context) -> _Found | None:
    if found := _FISCAL.match(text, at):
        year = int(found[1]) % 2000 + 2000
        return _Found(found.end(), _Day(year), "year", f"FY{year}")
    if found := _QUARTER_FIRST.match(text, at):
        code = found[1] if found[1][0] in "QH" else found[1][::-1]
        return _Found(found.end(), _Day(int(found[2])), _PRECISION[code], f"{found[2]}-{code}")
    return None


def _daily(text: str, at: int, context: _Context) -> _Found | None:
    found = date_patterns().day.match(text, at)
    if not found:
        return None
    shift = context.words.days.get(found[0])
    base = context.published if shift is not None or not context.last.day else context.last
    if base.day is None:
        return None
    day = base.moved(days=context.words.same_days[found[0]] if shift is None else shift)
    return _Found(found.end(), day, "day") if day else None


def _weekly(text: str, at: int, context: _Context) -> _Found | None:
    found = date_patterns().week.match(text, at)
    base = context.published
    if not found or not base.day or base.text() is None:
        return None
    today = date(base.year or 1, base.month or 1, base.day)
    day = base.moved(days=7 * context.words.weeks[found[1]] - today.weekday())
    end = day and day.moved(days=6)
    if not day or not end or day.year is None or day.month is None or day.day is None:
        return None
    year, week, _ = date(day.year, day.month, day.day).isocalendar()
    month = day.month if day.month == end.month else None
    return _Found(found.end(), _Day(year if month is None else day.year, month), "week", f"{year}-W{week:02d}")


def _edge(text: str, at: int, context: _Context) -> _Found | None:
    """年内, 年末, 今夏 and the like, in the year of the article."""
    found, year = _EDGE.match(text, at), context.published.year
    if not found or year is None or (found[0][0] == "年" and _NO_EDGE.match(text, at - 1 if at else len(text))):
        return None
    if found["season"]:
        year += context.words.seasons[found[0][0]]
        return _Found(found.end(), _Day(year), "season", f"{year}-{context.words.parts[found[0][1]]}")
    if found[0] == "年明け":
        year += (context.published.month or 1) > 6
    fiscal = "FY" if "度" in found[0] else ""
    year -= bool(fiscal) and (context.published.month or 12) < 4
    code = "-end" if "末" in found[0] else "" if "内" in found[0] else "-start"
    return _Found(found.end(), _Day(year), "year", f"{fiscal}{year}{code}" if fiscal or code else "")


def _japanese(text: str, at: int, context: _Context) -> _Found | None:
    """A year with what may follow it: 度, 代, a month, a day, a part of the year."""
    found = date_patterns().year.match(text, at)
    if not found or (found[0][0].isdigit() and at and _FREE.match(text, at - 1) and not _follows_year(text, at)):
        return None
    year = _year(text, found, context)
    if year is False:
        return None
    if found["decade"]:
        return _decade(text, found.end(), year or 0, context)
    if found["fiscal"] and found["relative"] and year is not None:
        year -= (context.published.month or 12) < 4
    part = date_patterns().part.match(text, found.end())
    if not part and (month := _MONTH.match(text, found.end())):
        return _month(text, month, year, context)
    fiscal = "FY" if found["fiscal"] else ""
    return None if year is None else _with_part(text, found.end(), _Day(year), "year", context, fiscal)


def _year(text: str, found: re.Match[str], context: _Context) -> int | Literal[False] | None:
    """The year that was written; None where it cannot be told, False where these are no words of a date."""
    if found["era"]:
        return context.words.eras[found["era"]] + _int(found["of"])
    if found["full"]:
        return _int(found["full"])
    if found["relative"]:
        return None if context.published.year is None else context.published.year + context.words.years[found["relative"]]
    if found["same"]:
        base = context.last.year or context.year or (context.published.year if found["same"] == "前年" else None)
        return False if base is None else base + context.words.same_years[found["same"]]
    short = found["tick"] or found["short"]
    sure = found["tick"] or found["decade"] or found["fiscal"] or _follows_year(text, found.start())
    if not sure and lasts(text, int(short), "年", found.start(), found.end()):
        return False
    return int(short) + (2000 if int(short) < 70 else 1900)


def _follows_year(text: str, at: int) -> bool:
    """Whether a year and から or a dash stand before: 2024〜25年."""
    return bool(_SHORT_AFTER.search(text[max(0, at - 4) : at])) and not _LASTING.match(text, at)


def _decade(text: str, end: int, year: int, context: _Context) -> _Found:
    year -= year % 10
    part = date_patterns().part.match(text, end)
    code = context.words.parts[part[1]] if part else ""
    label = f"{year}s-{code}" if code else f"{year}s"
    return _Found(part.end() if part else end, _Day(year + _DECADE.get(code, 0)), "decade", label, "~")


def _month(text: str, found: re.Match[str], year: int | None, context: _Context) -> _Found | None:
    """A month with its day or the part of it that follows."""
    month = _int(found[1])
    if found[2]:
        return _Found(found.end(), _Day(year), "year", f"FY{year}-{month:02d}") if year else None
    if day := _DAY.match(text, found.end()):
        return _Found(day.end(), _Day(year, month, _int(day[1])), "day")
    return _with_part(text, found.end(), _Day(year, month), "month", context)


def _with_part(text: str, end: int, day: _Day, precision: str, context: _Context, fiscal: str = "") -> _Found:
    """The date that ends at ``end`` with the part of it that follows, such as 末 or 第3四半期."""
    part = date_patterns().part.match(text, end)
    code = context.words.parts[part[1]] if part else ""
    label = f"{fiscal}{day.text()}" if fiscal or code else ""
    label += f"-{code}" if code else ""
    return _Found(part.end() if part else end, day, precision if day.month else _PRECISION.get(code, precision), label)


def _in_month(text: str, at: int, context: _Context) -> _Found | None:
    found = _MONTH.match(text, at)
    if not found or (at and (_FREE.match(text, at - 1) or text[at - 1] in "第数一二三四五六七八九十")):
        return None
    return _month(text, found, _year_of_month(text, at, _int(found[1]), found.end(), context), context)


def _monthly(text: str, at: int, context: _Context) -> _Found | None:
    found = date_patterns().month.match(text, at)
    if not found:
        return None
    shift = context.words.months.get(found[1])
    base = context.published if shift is not None else context.last
    month = base.moved(months=context.words.same_months[found[1]] if shift is None else shift)
    if month is None:
        return None
    if day := _DAY.match(text, found.end()):
        return _Found(day.end(), replace(month, day=_int(day[1])), "day")
    return _with_part(text, found.end(), month, "month", context)


def _day_alone(text: str, at: int, context: _Context) -> _Found | None:
    """5日: in the month named beside it, else the last such day up to the article's date (the next, where it is a plan)."""
    found = _DAY.match(text, at)
    if not found or not text[at].isdigit() or (at and (_FREE.match(text, at - 1) or text[at - 1] in "第数")):
        return None
    day = int(found[1])
    if _A_DAY.match(text, at):
        return None
    if context.last.day and at - context.last.end < 6 and _BESIDE.fullmatch(text[context.last.end : at]):
        return _Found(found.end(), replace(context.last, day=day), "day")
    base = context.published
    if base.month is None or lasts(text, day, "日", at, found.end()):
        return None
    if base.day and day > base.day and not _FUTURE.match(text, found.end()):
        base = base.moved(months=-1) or base
    return _Found(found.end(), replace(base, day=day), "day")


def _part(text: str, at: int, context: _Context) -> _Found | None:
    found = date_patterns().part.match(text, at)
    alone = found and (text[at] in "第上下" or found[1].endswith("月期"))
    return _with_part(text, at, _Day(context.published.year), "year", context) if alone else None


def _bare(text: str, at: int, context: _Context) -> _Found | None:
    """2029 alone, only as a cell or bracket of its own or as one end of 2027-2028."""
    found = _BARE_YEAR.match(text, at)
    alone = at == 0 or _CELL_BEFORE.search(text[max(0, at - 8) : at])
    return _Found(found.end(), _Day(int(found[1])), "year") if found and alone else None


def _year_of_month(text: str, at: int, month: int, end: int, context: _Context) -> int | None:
    """The year of a month named without one: that of a date beside it, of the article, or one stated earlier."""
    last = context.last
    near = last.year and at - last.end <= (60 if last.month else 10)
    if near and not _SENTENCE_END.search(text, last.end, at):
        return last.year
    base = context.published
    if base.year is None:
        return context.year
    turned = base.month is not None and base.month <= 2 and month >= 10 and not _FUTURE.match(text, end)
    return base.year - (turned or (base.month is not None and month > base.month and _over(text, end)))


def _over(text: str, end: int) -> bool:
    """Whether what is told behind a date is over: 9月30日に公開され、5日で…された."""
    clause = _PAST.match(text, end)
    return clause is not None and not _AHEAD.search(clause[0])


def _int(digits: str) -> int:
    """The value of one or two digits or of a kanji numeral; 元 is 1."""
    numeral = None if digits == "元" else read_numeral(digits, 0, len(digits))
    return int(numeral.low) if numeral else 1


_READERS = (_iso, _english, _period, _daily, _weekly, _edge, _japanese, _monthly, _part, _in_month, _day_alone, _bare)
