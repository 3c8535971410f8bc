"""ingest.dates: which words say when, resolved against the day the article was published."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import DateMention, find_dates
from ingest.normal import normalise
from ingest.quantities import find_quantities
from tests.growing import linear

# text as of 2025-02-20, then what is found: words|comparator date precision [label] [kind]
TABLE = [
    ("2025年3月5日に発表", "2025年3月5日|=2025-03-05 day"),
    ("2025年3月に着工", "2025年3月|=2025-03 month"),
    ("2025年に完成", "2025年|=2025 year"),
    ("2025 年 7 月 8 日", "2025 年 7 月 8 日|=2025-07-08 day"),
    ("二〇二五年三月五日", "二〇二五年三月五日|=2025-03-05 day"),
    ("2025年十二月", "2025年十二月|=2025-12 month"),
    ("令和7年4月", "令和7年4月|=2025-04 month"),
    ("令和元年5月1日", "令和元年5月1日|=2019-05-01 day"),
    ("平成30年に開業", "平成30年|=2018 year"),
    ("昭和六十三年", "昭和六十三年|=1988 year"),
    ("2025年(令和7年)6月", "2025年(令和7年)6月|=2025-06 month"),
    ("25年2月に公開", "25年2月|=2025-02 month"),
    ("08年9月に破綻", "08年9月|=2008-09 month"),
    ("'24年の春", "'24年の春|=2024 season 2024-spring"),
    ("24年末に稼働", "24年末|=2024 year 2024-end"),
    ("25年に発売する", "25年|=2025 year"),
    ("30年までに増やす", "30年までに|<=2030 year"),
    ("90年代の番組", "90年代|~1990 decade 1990s"),
    ("1990年代", "1990年代|~1990 decade 1990s"),
    ("20年の歴史", ""),
    ("25年の経験", ""),
    ("10年以内に", ""),
    ("3年かかる", ""),
    ("2年間で", ""),
    ("100年に一度", ""),
    ("半年で完成", ""),
    ("今年の投資", "今年|=2025 year"),
    ("今年3月に着工", "今年3月|=2025-03 month"),
    ("本年度の予算", "本年度|=2024 year FY2024"),
    ("昨年7月", "昨年7月|=2024-07 month"),
    ("昨年末から", "昨年末|=2024 year 2024-end"),
    ("去年11月に話した", "去年11月|=2024-11 month"),
    ("一昨年", "一昨年|=2023 year"),
    ("来年春に開く", "来年春|=2026 season 2026-spring"),
    ("再来年1月", "再来年1月|=2027-01 month"),
    ("今月", "今月|=2025-02 month"),
    ("今月5日", "今月5日|=2025-02-05 day"),
    ("先月20日に合意", "先月20日|=2025-01-20 day"),
    ("先月末", "先月末|=2025-01 month 2025-01-end"),
    ("来月", "来月|=2025-03 month"),
    ("再来月", "再来月|=2025-04 month"),
    ("今週", "今週|=2025-02 week 2025-W08"),
    ("先週", "先週|=2025-02 week 2025-W07"),
    ("来週中に", "来週|=2025 week 2025-W09"),
    ("昨日", "昨日|=2025-02-19 day"),
    ("本日", "本日|=2025-02-20 day"),
    ("一昨日の会見", "一昨日|=2025-02-18 day"),
    ("明日", "明日|=2025-02-21 day"),
    ("前日の終値", "前日|=2025-02-19 day"),
    ("年内に稼働", "年内|=2025 year"),
    ("年末までに", "年末までに|<=2025 year 2025-end"),
    ("年明けに", "年明け|=2025 year 2025-start"),
    ("年初から", "年初|=2025 year 2025-start"),
    ("年度内", "年度内|=2024 year FY2024"),
    ("年度末まで", "年度末まで|<=2024 year FY2024-end"),
    ("今夏に", "今夏|=2025 season 2025-summer"),
    ("来春に", "来春|=2026 season 2026-spring"),
    ("昨秋", "昨秋|=2024 season 2024-autumn"),
    ("2024年夏", "2024年夏|=2024 season 2024-summer"),
    ("5年内に", ""),
    ("2023年7月に設立し、同年11月に公開", "2023年7月|=2023-07 month ; 同年11月|=2023-11 month"),
    ("2023年7月、翌8月", "2023年7月|=2023-07 month ; 8月|=2023-08 month"),
    ("2024年に始まり翌年に完成", "2024年|=2024 year ; 翌年|=2025 year"),
    ("2024年3月に着工し翌月に中止", "2024年3月|=2024-03 month ; 翌月|=2024-04 month"),
    ("2024年3月5日に署名、翌日に発効", "2024年3月5日|=2024-03-05 day ; 翌日|=2024-03-06 day"),
    ("2024年3月5日に署名、同日に発効", "2024年3月5日|=2024-03-05 day ; 同日|=2024-03-05 day"),
    ("2023年の前年", "2023年|=2023 year ; 前年|=2022 year"),
    ("前年比20%増", ""),
    ("前年同期比", ""),
    ("2020年代末", "2020年代末|~2029 decade 2020s-end"),
    ("2020年代末までに", "2020年代末までに|<=2029 decade 2020s-end"),
    ("2030年代初頭", "2030年代初頭|~2030 decade 2030s-start"),
    ("2030年代半ば", "2030年代半ば|~2035 decade 2030s-middle"),
    ("2020年代後半", "2020年代後半|~2025 decade 2020s-H2"),
    ("2027年上半期から", "2027年上半期|=2027 half 2027-H1"),
    ("2027年下期", "2027年下期|=2027 half 2027-H2"),
    ("2026年第3四半期", "2026年第3四半期|=2026 quarter 2026-Q3"),
    ("2026年第一四半期に", "2026年第一四半期|=2026 quarter 2026-Q1"),
    ("2025年Q2", "2025年Q2|=2025 quarter 2025-Q2"),
    ("2025年4Q", "2025年4Q|=2025 quarter 2025-Q4"),
    ("Q2 2026", "Q2 2026|=2026 quarter 2026-Q2"),
    ("2H 2025", "2H 2025|=2025 half 2025-H2"),
    ("2025年4〜6月期", "2025年4〜6月期|=2025 quarter 2025-Q2"),
    ("2025年後半", "2025年後半|=2025 half 2025-H2"),
    ("2023年初めに", "2023年初め|=2023 year 2023-start"),
    ("2024年中に", "2024年中|=2024 year"),
    ("2024年半ば", "2024年半ば|=2024 year 2024-middle"),
    ("2016年9月末まで", "2016年9月末まで|<=2016-09 month 2016-09-end"),
    ("2025年3月上旬", "2025年3月上旬|=2025-03 month 2025-03-early"),
    ("2025年8月中旬ごろ", "2025年8月中旬ごろ|~2025-08 month 2025-08-mid"),
    ("2034年度までに", "2034年度までに|<=2034 year FY2034"),
    ("25年度", "25年度|=2025 year FY2025"),
    ("今年度末", "今年度末|=2024 year FY2024-end"),
    ("2025年3月期の売上高", "2025年3月期|=2025 year FY2025-03"),
    ("26年3月期", "26年3月期|=2026 year FY2026-03"),
    ("2025年度上期", "2025年度上期|=2025 half FY2025-H1"),
    ("FY2025", "FY2025|=2025 year FY2025"),
    ("FY26", "FY26|=2026 year FY2026"),
    ("18日に発表した", "18日|=2025-02-18 day"),
    ("25日に発表した", "25日|=2025-01-25 day"),
    ("25日に発表する予定だ", "25日|=2025-02-25 day"),
    ("5日間で", ""),
    ("122日で完成", ""),
    ("わずか5日で", ""),
    ("10日以内に", ""),
    ("5日〜7日", "5日|=2025-02-05 day period-start ; 7日|=2025-02-07 day period-end"),
    ("3月5〜7日", "3月5|=2025-03-05 day period-start ; 7日|=2025-03-07 day period-end"),
    ("7〜8月", "7|=2025-07 month period-start ; 8月|=2025-08 month period-end"),
    ("12月に完成", "12月|=2024-12 month"),
    ("11月に発売した", "11月|=2024-11 month"),
    ("3月号", ""),
    ("3か月で", ""),
    ("5月末までに", "5月末までに|<=2025-05 month 2025-05-end"),
    ("9月12日、13日に開く", "9月12日|=2025-09-12 day ; 13日|=2025-09-13 day"),
    ("2023年9月12日に40億ドル、10月28日に20億ドル", "2023年9月12日|=2023-09-12 day ; 10月28日|=2023-10-28 day"),
    ("2015年から2018年まで", "2015年|=2015 year period-start ; 2018年まで|=2018 year period-end"),
    ("2023年から2025年3月までに", "2023年|=2023 year period-start ; 2025年3月までに|=2025-03 month period-end"),
    ("2024〜25年", "2024|=2024 year period-start ; 25年|=2025 year period-end"),
    ("2024-2026年", "2024|=2024 year period-start ; 2026年|=2026 year period-end"),
    ("2027-2028 (米国)", "2027|=2027 year period-start ; 2028|=2028 year period-end"),
    ("2029 (欧州)", "2029|=2029 year"),
    ("11月2日から12月3日", "11月2日|=2024-11-02 day period-start ; 12月3日|=2024-12-03 day period-end"),
    ("2025/3/4", "2025/3/4|=2025-03-04 day"),
    ("2025.03.04", "2025.03.04|=2025-03-04 day"),
    ("2025-03-04", "2025-03-04|=2025-03-04 day"),
    ("2025/03", "2025/03|=2025-03 month"),
    ("2025-13-45", ""),
    ("2025年13月", ""),
    ("2025年2月30日", ""),
    ("1.2.3", ""),
    ("2025.5億ドル", ""),
    ("192.168.1.1", ""),
    ("03-1234-5678", ""),
    ("10:30", ""),
    ("GPT-4.1とH100", ""),
    ("November 2, 2024", "November 2, 2024|=2024-11-02 day"),
    ("Nov. 2, 2024", "Nov. 2, 2024|=2024-11-02 day"),
    ("May 5", "May 5|=2025-05-05 day"),
    ("2 May 2025", "2 May 2025|=2025-05-02 day"),
    ("March 2026", "March 2026|=2026-03 month"),
    ("September 30th, 2023", "September 30th, 2023|=2023-09-30 day"),
    ("in March we may march", ""),
    ("2024年以降", "2024年以降|>=2024 year"),
    ("2015年以来", "2015年以来|>=2015 year"),
    ("2025年6月まで", "2025年6月まで|<=2025-06 month"),
    ("2026年までに", "2026年までに|<=2026 year"),
    ("2020年以前", "2020年以前|<=2020 year"),
    ("2026年ごろ", "2026年ごろ|~2026 year"),
    ("2025年3月頃", "2025年3月頃|~2025-03 month"),
    ("早ければ2026年", "早ければ2026年|>=2026 year"),
    ("遅くとも2030年に", "遅くとも2030年|<=2030 year"),
    ("by 2030年", "by 2030年|<=2030 year"),
    ("2030年を目指す", "2030年|=2030 year"),
    ("2024年モデル", ""),
    ("2000年問題", ""),
    ("2025年版", ""),
    ("第3四半期に", "第3四半期|=2025 quarter 2025-Q3"),
    ("上半期の業績", "上半期|=2025 half 2025-H1"),
    ("12台", ""),
    ("3月間", ""),
    ("1月額30ドル", ""),
    ("4月1日付で", "4月1日|=2025-04-01 day"),
    ("日本時間5日", "5日|=2025-02-05 day"),
    ("今日では当たり前", ""),
    ("明日への投資", ""),
    ("2024-2026年度", "2024|=2024 year period-start ; 2026年度|=2026 year FY2026 period-end"),
    ("1日に130万ガロン", ""),
    ("1日あたり20件", ""),
    ("1日に発表した", "1日|=2025-02-01 day"),
    ("4〜6月期の売上高", "4〜6月期|=2025 quarter 2025-Q2"),
    ("12月期決算", "12月期|=2024 year FY2024-12"),
    ("7月1日から3日", "7月1日|=2025-07-01 day period-start ; 3日|=2025-07-03 day period-end"),
    ("in 2024, the firm", "2024|=2024 year"),
    ("by 2030 (planned)", "by 2030|<=2030 year"),
    ("2025年春ごろ", "2025年春ごろ|~2025 season 2025-spring"),
    ("2025年7月〜9月", "2025年7月|=2025-07 month period-start ; 9月|=2025-09 month period-end"),
    ("2028年にも稼働", "2028年|=2028 year"),
    ("15日(現地時間)", "15日|=2025-02-15 day"),
    ("Oracle 2025", ""),
    ("2,025台", ""),
    ("第2章", ""),
    ("今月中旬", "今月中旬|=2025-02 month 2025-02-mid"),
    ("同月末", ""),
    ("ことし夏", "ことし夏|=2025 season 2025-summer"),
    ("24年12月期の売上高", "24年12月期|=2024 year FY2024-12"),
    ("2024年11月〜25年1月期", "2024年11月|=2024-11 month period-start ; 25年1月期|=2025 year FY2025-01 period-end"),
    ("24年1〜3月期", "24年1〜3月期|=2024 quarter 2024-Q1"),
    ("2026年後半から27年にかけて", "2026年後半|=2026 half 2026-H2 period-start ; 27年|=2027 year period-end"),
    ("26年春に開業", "26年春|=2026 season 2026-spring"),
    ("来年前半", "来年前半|=2026 half 2026-H1"),
    ("昨年暮れ", "昨年暮れ|=2024 year 2024-end"),
    ("2025年1〜6月", "2025年1|=2025-01 month period-start ; 6月|=2025-06 month period-end"),
    ("同7日に署名", "7日|=2025-02-07 day"),
    ("2月下旬", "2月下旬|=2025-02 month 2025-02-late"),
    ("3年前", ""),
    ("2年後", ""),
    ("10日前", ""),
]
# date of the article, year stated earlier, text, dates
CONTEXTS = [
    ("", None, "今年3月に着工し、今年5月に公開", ["--03", "--05"]),
    ("", None, "今年の投資", []),
    ("", None, "7月1日に発表", ["--07-01"]),
    ("", None, "5日に発表", []),
    ("", None, "先月と先週と昨日と年内と上半期", []),
    ("", None, "同年に", []),
    ("", None, "昨年7月に", ["--07"]),
    ("", 2023, "7月1日に発表", ["2023-07-01"]),
    ("", 2023, "同年8月", ["2023-08"]),
    ("", 2023, "今年8月", ["--08"]),
    ("2024-06-01", 2019, "7月1日に発表", ["2024-07-01"]),
    ("2018", None, "7月1日に発表、5日に", ["2018-07-01"]),
    ("2018", None, "昨年", ["2017"]),
    ("2025-01", None, "11月に開業した", ["2024-11"]),
    ("2025-01", None, "11月に開業する予定だ", ["2025-11"]),
    ("2025-01", None, "15日に開業、先月", ["2025-01-15", "2024-12"]),
    ("2025-01-03", None, "31日に発表", ["2024-12-31"]),
    ("2025-01-03", None, "昨日、一昨日、先週", ["2025-01-02", "2025-01-01", "2024-12"]),
    ("2024-12-10", None, "年明けに着工、来月", ["2025", "2025-01"]),
    ("2024-06-10", None, "今年度の計画、年度末", ["2024", "2024"]),
    ("2024-03-01", None, "2023年に買収し、11月に売却した", ["2023", "2023-11"]),
    ("2024-03-01", None, "2023年に会社を買収し、そのあと大きく伸び、11月に売却する", ["2023", "2024-11"]),
    ("2024-03-01", None, "会社は大きく伸び、11月に売却した", ["2023-11"]),  # what is over lies before the article
    ("2026-05-01", None, "9月30日に公開され、広く使われた。", ["2025-09-30"]),
    ("2026-05-01", None, "9月30日に公開すると発表した。", ["2026-09-30"]),
    ("2024-03-01", None, "2023年9月に発表した。11月に売却する計画", ["2023-09", "2024-11"]),
    ("not a date", None, "今年3月", ["--03"]),
    ("2024-13-01", 2022, "3月に", ["2022-03"]),
    ("9999-12-31", None, "来年、来月、明日、来週、再来年3月", []),
    ("0000-01-01", None, "昨日、昨年", []),
    ("", 10**30, "7月に", []),
    ("2024-02-31", None, "昨日、来週、31日", []),
]


def shown(text: str, mention: DateMention) -> str:
    words = [mention.value.comparator + mention.value.date, mention.precision, mention.label]
    kind = "" if mention.kind == "point" else mention.kind
    return f"{text[mention.start : mention.end]}|{' '.join(filter(None, [*words, kind]))}"


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_find_dates(text: str, expected: str) -> None:
    """Absolute, partial, relative and era dates are read, durations and names are not."""
    assert " ; ".join(shown(text, mention) for mention in find_dates(text, "2025-02-20")) == expected


@pytest.mark.parametrize(("published", "year", "text", "expected"), CONTEXTS)
def test_context(published: str, year: int | None, text: str, expected: list[str]) -> None:
    """What the article's date or a stated year tells is filled in; the rest stays open."""
    assert [mention.value.date for mention in find_dates(text, published, year)] == expected


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_nothing_is_both_date_and_quantity(text: str, expected: str) -> None:
    """Dates and quantities with a unit share out a text between them: no words are read as both."""
    values = [(m.start, m.end) for m in find_quantities(text) if m.kind != "bare"]
    dates = [(m.start, m.end) for m in find_dates(text, "2025-02-20")]
    assert not [(v, d) for v in values for d in dates if v[0] < d[1] and d[0] < v[1]]


def test_core_and_links() -> None:
    """The core leaves the markers out; the ends of a period name each other's span."""
    text = "2021年4月から2024年9月までに"
    first, second = find_dates(text)
    assert text[second.core_start : second.core_end] == "2024年9月"
    assert (first.other, second.other) == ((second.start, second.end), (first.start, first.end))


KANJI = "〇一二三四五六七八九"


def kanji(value: int) -> str:
    """A day or month in kanji, 1 to 31."""
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else KANJI[tens] + "十") + (KANJI[ones] if ones else "")


WRITINGS = [
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month:02d}.{d.day:02d}",
    lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年(令和{d.year - 2018}年){d.month}月{d.day}日",
    lambda d: f"{d.year % 100:02d}年{d.month}月{d.day}日",
    lambda d: f"'{d.year % 100:02d}年{d.month}月{d.day}日",
    lambda d: "".join(KANJI[int(c)] for c in str(d.year)) + f"年{kanji(d.month)}月{kanji(d.day)}日",
    lambda d: f"{d:%B} {d.day}, {d.year}",
    lambda d: f"{d.day} {d:%b} {d.year}",
]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(max_examples=300, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2059, 12, 31)), st.sampled_from(WRITINGS), st.booleans(), st.booleans())
def test_every_writing_is_read_back(day, write, wide, bounded) -> None:  # type: ignore[no-untyped-def]
    """However a day is written, in any width, that day comes back with its bound."""
    written = write(day).translate(WIDE) if wide else write(day)
    text = normalise(f"計画は{written}{'までに' if bounded else 'に'}終わる").text
    (mention,) = find_dates(text, "2031-05-05")
    assert (mention.value.date, mention.value.comparator) == (day.isoformat(), "<=" if bounded else "=")


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_day_alone_is_never_after_the_article(published: date) -> None:
    """A day of the month is the last such day up to the article's own."""
    found = [m for number in range(1, 29) for m in find_dates(f"{number}日に発表した", published.isoformat())]
    assert len(found) == 28
    assert all(0 <= (published - date.fromisoformat(m.value.date)).days <= 31 for m in found)


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.characters() | st.sampled_from("0123456789年月日令和平成今昨来同前翌先週末初春度代期第四半上下-/.〜から、'一二十")
    ),
    st.none() | st.dates().map(date.isoformat) | st.text(max_size=10),
    st.none() | st.integers(),
)
def test_any_text_is_safe(text: str, published: str | None, year: int | None) -> None:
    """No text, date or year fails; the mentions are in order, apart and inside the text."""
    mentions = find_dates(text, published, year)
    assert all(0 <= m.start <= m.core_start < m.core_end <= m.end <= len(text) for m in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))


@pytest.mark.parametrize(
    "unit", ["1", "一", "20", "-", "1-", "年", "昨", "第", "2025/", "月", "QQ", "May ", "令和", "同年", "十", "7、8"]
)
def test_long_lines_are_linear(unit: str) -> None:
    """A line without much to find, however long."""
    assert linear(lambda text: find_dates(text, "2025-02-20"), unit)
