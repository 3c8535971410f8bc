"""ingest.normal: what normalising changes, and that every span finds its way back."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normal import normalise, rewrite
from tests.growing import linear

TABLE = [
    ("", ""),
    ("Ｈ１００を２０万基", "H100を20万基"),
    ("ｴﾇﾋﾞﾃﾞｨｱとﾊﾟﾜｰ", "エヌビディアとパワー"),
    ("か\u3099くや", "がくや"),
    ("㈱甲と㌔㍗と㎿と㎥", "(株)甲とキロワットとMWとm3"),
    ("①120万と3½と10²", "①120万と3½と10²"),
    ("＄５００Ｍ，￥３億", "$500M,¥3億"),
    ("甲\u200bと\ufeff乙\u202e", "甲と乙"),
    ("3–4万、3ー4万、10〜11、10～11", "3-4万、3-4万、10〜11、10〜11"),
    ("GPT‑4とGrok−2、−5%", "GPT-4とGrok-2、-5%"),
    ("サーバー—新型", "サーバー—新型"),
    ("NVIDIA $NVDA のGPU", "NVIDIAのGPU"),
    ("Dell Technologies $DELL、乙", "Dell Technologies、乙"),
    ("Nvidia $NVDA is", "Nvidia is"),
    ("$NVDA が上昇、テスラ($TSLA)", "NVDA が上昇、テスラ(TSLA)"),
    ("US$500Mと$60B", "US$500Mと$60B"),
    ("行\r\n行\u2028行\n", "行\r\n行\u2028行\n"),
    ("a\u3000b\xa0c\x00d", "a b c d"),
    ("😀👍🏽完成…", "😀👍🏽完成…"),
    ("\ud800", "\ufffd"),
    ("゛´", "゛´"),
]
ANY = st.text(st.characters() | st.sampled_from("ｶﾞﾊﾟ㌔１Ａ\u200b\u3099$NVDA –〜①㈱"))


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_normalise(text: str, expected: str) -> None:
    """Width, marks and squared words follow NFKC; controls go; what would change a number stays."""
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "part", "raw"),
    [
        ("ｴﾇﾋﾞﾃﾞｨｱのGPU", "エヌビディア", "ｴﾇﾋﾞﾃﾞｨｱ"),
        ("ｴﾇﾋﾞﾃﾞｨｱのGPU", "ビ", "ﾋﾞ"),
        ("合計３㌔ワット", "キ", "㌔"),
        ("N\u200bVIDIA", "NVIDIA", "N\u200bVIDIA"),
        ("\u200b甲\u200b", "甲", "甲"),
        ("NVIDIA $NVDA のGPU", "NVIDIA", "NVIDIA"),
        ("NVIDIA $NVDA のGPU", "NVIDIAのGPU", "NVIDIA $NVDA のGPU"),
    ],
)
def test_raw(text: str, part: str, raw: str) -> None:
    """A span of the normalised text leads to the words as read, no more of them than needed."""
    normal = normalise(text)
    start = normal.text.index(part)
    begin, end = normal.raw(start, start + len(part))
    assert text[begin:end] == raw


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_map_is_monotone_and_covers(text: str) -> None:
    """Each character's raw span is inside the text, in order; all of them together lose nothing that was not dropped."""
    normal = normalise(text)
    spans = [normal.raw(i, i + 1) for i in range(len(normal.text))]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[0] <= y[0] and x[1] <= y[1] and (x == y or x[1] <= y[0]) for x, y in pairwise(spans))
    assert not spans or normal.raw(0, len(normal.text)) == (spans[0][0], spans[-1][1])


@settings(max_examples=300, deadline=None)
@given(ANY, st.data())
def test_map_inverts(text: str, data: st.DataObject) -> None:
    """From a raw span to the normalised text and back covers the raw span's visible part, and never shrinks it."""
    normal = normalise(text)
    start = data.draw(st.integers(0, len(normal.text)))
    end = data.draw(st.integers(start, len(normal.text)))
    a, b = normal.new(*normal.raw(start, end))
    assert start == end or (a <= start and end <= b)
    assert start == end or normal.raw(a, b) == normal.raw(start, end)


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_single_characters_normalise_to_their_part(text: str) -> None:
    """Every character came from its raw span: NFKC of the span contains it, unless a rule of our own made it."""
    normal = normalise(text)
    for i, char in enumerate(normal.text):
        start, end = normal.raw(i, i + 1)
        raw = text[start:end]
        assert char in unicodedata.normalize("NFKC", raw) or char in raw or char in "-〜 \ufffd"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0xFFFF)))
def test_letters_follow_nfkc(text: str) -> None:
    """On letters and numbers nothing but NFKC happens, apart from the digits that are kept."""
    kept = normalise(text).text
    assert unicodedata.normalize("NFKC", kept) == unicodedata.normalize("NFKC", text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3), st.text(max_size=3))))
def test_rewrite_maps_every_edit(parts: list[tuple[str, str, str]]) -> None:
    """Each replacement leads to the span it stands for, and what lies between is found unchanged on both sides."""
    text, edits, expected = "", [], ""
    for between, old, new in parts:
        text, expected = text + between, expected + between
        edits.append((len(text), len(text) + len(old), new))
        text, expected = text + old, expected + new
    made = rewrite(text, edits)
    assert made.text == expected
    for (start, end), (was, until) in zip(made.edits_new, made.edits_old, strict=True):
        assert start == end or made.old(start, end) == (was, until)
        assert was == until or made.new(was, until) == (start, end)


@pytest.mark.parametrize("edits", [[(2, 4, ""), (3, 5, "")], [(4, 3, "")], [(0, 9, "")]])
def test_rewrite_refuses_overlaps(edits: list[tuple[int, int, str]]) -> None:
    """Edits that overlap, run backwards or leave the text are refused."""
    with pytest.raises(ValueError, match="edit"):
        rewrite("abcdef", edits)


@pytest.mark.parametrize("unit", ["ｶﾞ", "１", "㌔", "a\u0301", "\u200b", "$A ", "–", "1-", "م", "\U0001f600", "か\u3099"])
def test_long_lines_are_linear(unit: str) -> None:
    """Whatever a line is made of, and all of it has its place in the text as it was."""

    def read(text: str) -> None:
        normal = normalise(text)
        assert normal.raw(0, len(normal.text))[1] <= len(text)

    assert linear(read, unit)
