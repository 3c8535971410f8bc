"""The shape of a text: what kind of line each is, what it stands under, who speaks, what is passed over and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Shape, blocks, sentences
from ingest.normal import normalise
from ontology.lexicon import load_lexicon

CUES = load_lexicon().cues

SHAPES: tuple[tuple[str, str, str], ...] = (
    ("title-and-text", "北の町に計算拠点ができる\n\nノルデ計算は来年、拠点を開く。", "heading paragraph"),
    ("marked-section", "■会社概要\n社名：ノルデ計算", "heading pair"),
    ("marked-list", "■速い\n■安い\n■近い", "item item item"),
    ("hash", "# 題\n## 節\n本文はここから始まる。", "heading heading paragraph"),
    ("bold-line", "**今週の動き**\n計算機の値段が上がった。", "heading paragraph"),
    ("bracketed-line", "【要点】\n・売上は伸びた\n・費用も伸びた", "heading item item"),
    ("numbered-section", "1．はじめに\n話を始める。\n2．おわりに\n話を終える。", "heading paragraph heading paragraph"),
    ("bullets", "・一つ目の話題です\n・二つ目の話題です", "item item"),
    ("markdown-table", "| 会社 | 電力 |\n| --- | --- |\n| ノルデ | 4MW |", "row row"),
    ("tabs", "会社\t電力\nノルデ\t4MW", "row row"),
    ("lone-row", "速報｜チップ｜電力｜人事", "boilerplate"),
    ("breadcrumb", "ホーム ＞ ニュース ＞ 電力", "boilerplate"),
    ("buttons", "シェア　ツイート　はてブ", "boilerplate"),
    (
        "news-with-its-source",
        "- 北電は来春に炉を動かす。[湊経済](https://minato.example/1)\n- 株価は上がった。出典：https://b.example/",
        "item item",
    ),
    (
        "bare-links",
        "- [北電、来春に炉を動かす](https://minato.example/1)\n- 湊経済: https://minato.example/2",
        "boilerplate boilerplate",
    ),
    ("notice", "利用規約とプライバシーについて", "boilerplate"),
    (
        "news-of-terms",
        "北電は利用規約を改め、利用者の発言を訓練に使えるようにした。同社の会員登録の数は昨年の末で百万を超え、来年の春までに倍になるという。",
        "paragraph",
    ),
    (
        "interview-with-a-bare-mark",
        "――計画は。\n真壁　来年開きます。\n#\n――場所は。\n真壁　秋田県です。",
        "question paragraph item question paragraph",
    ),
    ("clock-is-no-key", "2026年1月6日 11:20　編集部", "item"),
    ("key-below", "消費電力\n150MW\n設置場所\n秋田県", "pair pair"),
    ("sentence-with-colon", "社長はこう話した：難しい。", "paragraph"),
    ("interview", "――計画は。\n真壁　来年開きます。\n――場所は。\n真壁　秋田県です。", "question paragraph question paragraph"),
    (
        "questions-with-letters",
        "Q．電力は足りますか。\nA．足ります。\nQ．水はどうですか。\nA．足ります。",
        "question paragraph question paragraph",
    ),
    ("minutes", "（真壁部長）電力は足りる。\n（Kim氏）水も足りる。", "paragraph paragraph"),
    (
        "comments",
        "■コメント（2件）\n1. 匿名：高すぎる。\n2. kuma：そうでもない。\n■次の節\n続く話をここに書く。",
        "heading comment comment heading paragraph",
    ),
    (
        "related-titles",
        "話はここで終わる。\n■関連記事\n電力はなぜ足りないのか\n計算機とは",
        "paragraph boilerplate boilerplate boilerplate",
    ),
    (
        "related-sentence",
        "話はここで終わる。\n■関連記事\nノルデ計算が秋田県の拠点を買収した。",
        "paragraph boilerplate paragraph",
    ),
    ("notes", "話はここで終わる。\n脚注\n8. ^ 目論見書による。", "paragraph boilerplate boilerplate"),
    ("contact", "話はここで終わる。\nお問い合わせ：広報部", "paragraph boilerplate"),
    ("value-is-no-heading", "拠点の大きさ\n2.3 MW\nここは秋田県で一番大きい拠点である。", "heading item paragraph"),
)

HEADINGS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("hashes-nest", "# 題\n## 甲\n### 乙\n本文です。\n## 丙\n本文です。", (-1, 0, 1, 2, 0, 4)),
    ("marks-under-title", "計算拠点の話をしよう\n■甲の話\n本文です。\n■乙の話\n本文です。", (-1, 0, 1, 0, 3)),
    ("marks-in-marks", "■甲の話\n◆子の話\n本文です。\n◆丑の話\n本文です。\n■乙の話\n本文です。", (-1, 0, 1, 0, 3, -1, 5)),
    (
        "name-below-a-mark",
        "計算拠点の話をしよう\n■代表のことば\n代表　真壁 隆一\n「よい年でした。」\n■次の話\n本文です。",
        (-1, 0, 1, 2, 0, 4),
    ),
)

SPEAKERS = (
    ("――計画は。\n真壁　来年開きます。\nもう一つあります。\n――場所は。\n真壁　秋田県です。", ("", "真壁", "真壁", "", "真壁")),
    ("（真壁部長）電力は足りる。\n（Kim氏）水も足りる。\n（以上）", ("真壁部長", "Kim氏", "")),
    ("真壁　隆一が来た。\n話はそれだけだ。", ("", "")),
    ("記者：計画は。\n真壁氏：来年です。\n記者：場所は。\n真壁氏：秋田県です。", ("", "真壁氏", "", "真壁氏")),
)

CUTS = (
    ("一つ目。二つ目。", ("一つ目。", "二つ目。")),
    ("「一つ目。二つ目。」と話した。", ("「一つ目。二つ目。」と話した。",)),
    ("新型を発表 - 来月に発売", ("新型を発表", "来月に発売")),
    ("本当か?そうだ。", ("本当か?", "そうだ。")),
)


def lines(text: str) -> tuple[str, ...]:
    return tuple(block.shape.value for block in blocks(normalise(text).text, CUES))


@pytest.mark.parametrize(("name", "text", "shapes"), SHAPES, ids=[row[0] for row in SHAPES])
def test_each_line_is_of_its_kind(name: str, text: str, shapes: str) -> None:
    """The kinds of the lines, in order."""
    assert lines(text) == tuple(shapes.split())


@pytest.mark.parametrize(("name", "text", "above"), HEADINGS, ids=[row[0] for row in HEADINGS])
def test_each_line_stands_under_its_heading(name: str, text: str, above: tuple[int, ...]) -> None:
    """A heading's own heading is the one that it is part of."""
    assert tuple(block.heading for block in blocks(normalise(text).text, CUES)) == above


@pytest.mark.parametrize(("text", "who"), SPEAKERS)
def test_answers_and_minutes_know_who_speaks(text: str, who: tuple[str, ...]) -> None:
    """The label that opens what somebody says holds until a question, a bracket or another label."""
    plain = normalise(text).text
    assert tuple(plain[slice(*b.speaker)] if b.speaker else "" for b in blocks(plain, CUES)) == who


@pytest.mark.parametrize(("text", "cut"), CUTS)
def test_sentences_end_outside_quotes_and_brackets(text: str, cut: tuple[str, ...]) -> None:
    """Cut behind 。!? and at a dash between spaces."""
    assert tuple(text[a:b] for a, b in sentences(text, 0, len(text))) == cut


def test_what_is_passed_over_has_a_reason() -> None:
    """A boilerplate block says what made it one."""
    made = blocks("本文です。\n関連記事\n計算機とは\n利用規約 | お知らせ\n", CUES)
    assert all(bool(block.reason) == (block.shape is Shape.BOILERPLATE) for block in made)


@given(st.text(alphabet="あ漢A1 |:。\n\t■・#-「」()――Q.", max_size=120))
def test_blocks_lie_in_the_text_in_order(text: str) -> None:
    """Whatever the text: spans are in bounds and in order, headings come before what they govern."""
    made = blocks(text, CUES)
    assert all(0 <= b.start <= b.end <= len(text) and b.heading < n for n, b in enumerate(made))
    assert [b.start for b in made] == sorted(b.start for b in made)
