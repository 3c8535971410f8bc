"""Names that the trained tagger adds to those found by other means, and what it leaves alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.normal import normalise
from ingest.pipeline import Extractor
from ingest.tagger import Tagged, Token, features, tokens, told

# A text, and the names that only the tagger sees, with their types.
ADDED = [
    ("南九大の「霧島」はB200が64枚。納めたのは富士通。", "霧島:Facility"),
    ("ホンダバイオが設計会社を買うとの噂が出た。", "ホンダバイオ:Organization"),
    ("会場は五反田、次回は九段下。", "五反田:Place"),
    ("設定はmeta.jsonにある。", ""),
    ("同社の新しいデータセンターは大きい。", ""),
    ("スーパーコンピューティングセンターの冷却には水が要る。", ""),
    ("株式会社青波計算の創業は2019年だ。", ""),
    ("バージニア州サウスボストンで建てる。", ""),
    ("OpenAI GPT-5.8が話題を呼んでいる。", ""),
    ("", ""),
    ("。、\n\n・", ""),
]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "expected"), ADDED)
def test_it_adds_what_nobody_else_tells(extractor: Extractor, text: str, expected: str) -> None:
    """Known names, descriptions and words that stand for a name stay as they are."""
    plain = normalise(text).text
    plainly, all_ = (extractor.marks(plain, "2025-06-15", tagged=tagged).names for tagged in (False, True))
    assert ", ".join(f"{name.text}:{name.type}" for name in all_ if name not in plainly) == expected


def test_names_stay_apart_and_exact(extractor: Extractor) -> None:
    """No two names overlap, and each stands where it says."""
    text = "桐生の北原メタルワークスと英ヴェントリス・ラボは、柏崎のアマネ計算棟を共同で運営する。" * 3
    names = extractor.marks(text, "2025-06-15").names
    assert all(one.cover[1] <= two.cover[0] for one, two in pairwise(names))
    assert all(text[name.start : name.end] for name in names)


def test_a_line_is_cut_into_tokens_of_its_own(extractor: Extractor) -> None:
    """Offsets are those of the whole text."""
    lines = list(tokens("東京。\n大阪", extractor.parser.morphemes))
    assert [[(token.start, token.text) for token in line] for line in lines] == [[(0, "東京"), (2, "。")], [(4, "大阪")]]


def test_sentences_that_name_nothing_new_are_left_out(extractor: Extractor) -> None:
    """The tagger is not asked where all names are known and all figures read."""
    text = "東京で開く。新しい計算機だ。大阪は3基!"
    others = dict.fromkeys((0, 1), "PlaceTrue") | {16: "v"}
    found = tokens(text, extractor.parser.morphemes, others)
    assert ["".join(token.text for token in sentence) for sentence in found] == ["大阪は3基!"]


def test_features_tell_names_and_values_apart() -> None:
    """What others know of a token is told to the model."""
    line = [Token(0, 2, "5円", "5円", ("名詞",), False), Token(2, 4, "東京", "東京", ("名詞",), False)]
    seen = features(line, told((), [(0, 2)]))
    assert ("kv" in seen[0], "kv" in seen[1], "-kv" in seen[1]) == (True, False, True)


def test_a_tag_is_a_span_with_a_type() -> None:
    """Two of the same place are one."""
    assert {Tagged(0, 2, "Place"), Tagged(0, 2, "Place")} == {Tagged(0, 2, "Place")}
