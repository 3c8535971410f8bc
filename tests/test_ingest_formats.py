"""What a file holds: the text that offsets refer to, and what it says about itself."""

from __future__ import annotations

import pytest

from ingest.formats import Description, normal_date, parse
from kg.errors import ReadError

DATES = (
    ("", ""),
    ("2024", "2024"),
    ("2024-06", "2024-06"),
    ("2024-6-5", "2024-06-05"),
    ("2024/06/05 10:30", "2024-06-05"),
    ("2024-12-05T23:30:00-08:00", "2024-12-05"),
    ("2024年12月5日(木)", "2024-12-05"),
    ("2024年6月", "2024-06"),
    ("Thu, 05 Dec 2024 10:00:00 GMT", "2024-12-05"),
    ("June 5, 2024", "2024-06-05"),
)
NO_DATES = ("2024-13", "2024-02-30", "04/05/2024", "June 2024", "yesterday", "20240605", "0000-01-01", "令和6年", "99999999999")
PAGE = """<!DOCTYPE html><html lang="ja"><head><meta charset="{charset}"><title>発電所を増設 | 電力時報</title>
<meta property="og:site_name" content="電力時報"><meta property="og:title" content="発電所を増設">
<meta property="article:published_time" content="2024-12-05T09:00:00+09:00">
<link rel="canonical" href="https://denryoku.example/2024/1"></head>
<body><nav><ul><li><a href="/">ホーム</a></li><li><a href="/about">会社案内</a></li></ul></nav>
<article><h1>発電所を増設</h1><p>新しい発電所は<b>35メガワット</b>を送る。</p>
<table><tr><th>項目</th><th>値</th></tr><tr><td>出力</td><td>35MW</td></tr></table></article>
<section id="comments"><h3>コメント</h3><div class="comment"><p>山田 : 足りないと思う。</p></div></section>
<footer>無断転載を禁じます</footer></body></html>"""
DESCRIBED = Description("発電所を増設", "電力時報", "https://denryoku.example/2024/1", "2024-12-05")
HEADED = "---\ntitle: 増設\nsource: 電力時報\nurl: https://denryoku.example/2\ndate: 2024-12-05\nno: 1\n---\n\n本文。\r\n次。\n"


@pytest.mark.parametrize(("written", "expected"), DATES)
def test_a_date_keeps_its_day_and_its_precision(written: str, expected: str) -> None:
    """No time zone is applied and nothing is filled in."""
    assert normal_date(written) == expected


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_or_two_is_refused(written: str) -> None:
    """The fault is named with the words that stand there."""
    with pytest.raises(ReadError, match="is not a date such as"):
        normal_date(written)


@pytest.mark.parametrize("text", ["本文。\r\n次。\n", "---\n見出し\n---\n本文", "---\n本文だけ", "--- 印\n", "\n\n本文\n"])
def test_a_plain_text_is_exactly_what_was_decoded(text: str) -> None:
    """Line ends, blank lines and rules stay, since offsets count them."""
    assert parse("a.txt", text.encode("utf-8-sig")) == (text, Description())


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.markdown", "a"])
def test_front_matter_describes_and_is_no_part_of_the_text(name: str) -> None:
    """The usual other names of its keys are known; keys that mean nothing here are ignored."""
    text, known = parse(name, HEADED.encode())
    assert text == "本文。\r\n次。\n"
    assert known == Description("増設", "電力時報", "https://denryoku.example/2", "2024-12-05")


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("published: true", ""),
        ("published: true\npublished_at: 2025-03-04 09:00", "2025-03-04"),
        ("published: false\ndate: 2025-03", "2025-03"),
    ],
)
def test_whether_an_article_is_out_is_no_date(head: str, published: str) -> None:
    """The blogs of Zenn say ``published: true``, and the day elsewhere if at all."""
    assert parse("a.md", f"---\n{head}\n---\n本文".encode())[1].checked().published == published


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("title: [a", "front matter: while parsing"),
        ("date: 2024-13-45", "front matter: month must be in 1..12"),
        ("title: [a]", "title must be a text, not list"),
        ("[" * 5000, "front matter: "),
    ],
)
def test_wrong_front_matter_is_refused(head: str, reason: str) -> None:
    """A text whose head cannot be read is not read as if it had none."""
    with pytest.raises(ReadError) as caught:
        parse("a.md", f"---\n{head}\n---\n本文".encode())
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("charset", ["utf-8", "Shift_JIS", "EUC-JP"])
@pytest.mark.parametrize("name", ["a.html", "a.htm", "a"])
def test_a_page_gives_its_main_text_and_metadata(name: str, charset: str) -> None:
    """Menus and footers are left out; tables stay; comments come last, each once."""
    text, known = parse(name, PAGE.format(charset=charset).encode(charset))
    assert known == DESCRIBED
    assert "35メガワットを送る" in text
    assert "| 出力 | 35MW |" in text
    assert text.count("山田 : 足りないと思う。") == 1
    assert "会社案内" not in text and "無断転載" not in text


def test_a_page_without_text_is_refused() -> None:
    """It says so instead of giving an empty article."""
    with pytest.raises(ReadError, match="no main text in the page"):
        parse("a.html", b"<html><body><script>1</script></body></html>")


def test_a_deeply_nested_page_ends() -> None:
    """Ten thousand open elements are refused like a page without text; a hundred are read."""
    page = "<html><body>{}<p>電力は足りる。</p>"
    assert parse("a.html", page.format("<div>" * 100).encode())[0].strip() == "電力は足りる。"
    with pytest.raises(ReadError, match="no main text in the page"):
        parse("a.html", page.format("<div>" * 10_000).encode())


@pytest.mark.parametrize(
    "data",
    ["<!-- -->" * 50_000, "---\n" + "a: b\n" * 200_000 + "---\nx", "---" + " \n" * 500_000, "---\n" + "----- " * 200_000],
    ids=["comments", "front matter", "blank lines", "rules"],
)
def test_what_only_looks_like_a_head_costs_no_time(data: str) -> None:
    """A megabyte of almost front matter or almost HTML is plain text, found out in linear time."""
    assert parse("a", data.encode()) == (data, Description())


def test_data_files_are_no_articles() -> None:
    """A graph or a list of claims beside the articles is named, not read as prose."""
    with pytest.raises(ReadError, match=r"a \.jsonl file holds data"):
        parse("claims.jsonl", b"{}")
