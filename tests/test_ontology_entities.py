"""The known entities: each file loads, and the names of the news lead to them in both scripts."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ontology import load

FILES = ("facilities", "models", "organizations", "people", "places", "products", "projects", "publications")
NAMES = [
    ("xAI", "xai"),
    ("エックスエーアイ", "xai"),
    ("エヌビディア", "nvidia"),
    ("Ｎｖｉｄｉａ", "nvidia"),
    ("NVDA", "nvidia"),
    ("デル・テクノロジーズ", "dell"),
    ("デルテクノロジーズ", "dell"),
    ("スーパーマイクロ", "super-micro-computer"),
    ("SMCI", "super-micro-computer"),
    ("ソフトバンク", "softbank"),
    ("ソフトバンクグループ", "softbank"),
    ("SBG", "softbank"),
    ("SBエナジー", "sb-energy"),
    ("アーム・ホールディングス", "arm"),
    ("グーグル・ディープマインド", "google-deepmind"),
    ("DeepMind", "google-deepmind"),
    ("ツイッター", "x"),
    ("旧Twitter", "x"),
    ("a16z", "andreessen-horowitz"),
    ("インフレクションAI", "inflection-ai"),
    ("Deep Seek", "deepseek"),
    ("コアウィーブ", "coreweave"),
    ("さくらインターネット", "sakura-internet"),
    ("台湾積体電路製造", "tsmc"),
    ("華為技術", "huawei"),
    ("鴻海", "foxconn"),
    ("三菱重工", "mitsubishi-heavy"),
    ("テネシー川流域開発公社", "tva"),
    ("ニュースケール", "nuscale"),
    ("産総研", "aist"),
    ("経産省", "meti"),
    ("米商務省", "us-commerce"),
    ("ペンタゴン", "us-defense"),
    ("バロー・エクイティ・パートナーズ", "valor-equity"),
    ("カタール投資庁", "qia"),
    ("月之暗面", "moonshot-ai"),
    ("イーロン・マスク", "elon-musk"),
    ("Elon Musk", "elon-musk"),
    ("ジェンスン・フアン", "jensen-huang"),
    ("ジェンスン・ファン", "jensen-huang"),
    ("黄仁勲", "jensen-huang"),
    ("サム・アルトマン", "sam-altman"),
    ("イゴール・バブシュキン", "igor-babuschkin"),
    ("孫正義", "masayoshi-son"),
    ("フィナンシャル・タイムズ", "financial-times"),
    ("英FT紙", "financial-times"),
    ("ウォール・ストリート・ジャーナル", "wall-street-journal"),
    ("日経", "nikkei"),
    ("ロイター通信", "reuters"),
    ("メンフィス市", "memphis"),
    ("テネシー州", "tennessee"),
    ("アビリーン", "abilene"),
    ("米国", "united-states"),
    ("印西市", "inzai"),
    ("コロッサス", "colossus"),
    ("コロッサス2", "colossus-2"),
    ("AI橋渡しクラウド", "abci"),
    ("富岳", "fugaku"),
    ("柏崎刈羽原発", "kashiwazaki-kariwa"),
    ("NVIDIA H100", "h100"),
    ("H100 GPU", "h100"),
    ("AMD Instinct MI300X", "mi300x"),
    ("ブラックウェル", "blackwell"),
    ("メガパック", "megapack"),
    ("TPU v5p", "tpu-v5p"),
    ("Spectrum-X Ethernet", "spectrum-x"),
    ("GPT4", "gpt-4"),
    ("GPT-4", "gpt-4"),
    ("Grok 2", "grok-2"),
    ("Grok-1.5V", "grok-1.5v"),
    ("チャットGPT", "chatgpt"),
    ("DeepSeek V3", "deepseek-v3"),
    ("スターゲート", "stargate"),
    ("スターゲイト", "stargate"),
    ("ジェネシス・ミッション", "genesis-mission"),
]
WEAK = [
    ("マスク", "elon-musk"),
    ("X", "x"),
    ("Lambda", "lambda"),
    ("Switch", "switch-inc"),
    ("フロンティア", "frontier"),
    ("オーロラ", "aurora"),
    ("Alps", "alps"),
    ("Nova", "amazon-nova"),
    ("孫", "masayoshi-son"),
    ("アーム", "arm"),
    ("シャープ", "sharp"),
    ("ハイレゾ", "highreso"),
    ("台中", "taichung"),
    ("JST", "jst"),
    ("鈴木健", "suzuki-ken"),
]
FIRST = [
    ("xai", "xAI", "エックスエーアイ"),
    ("meta", "Meta", "メタ・プラットフォームズ"),
    ("andreessen-horowitz", "Andreessen Horowitz", "アンドリーセン・ホロウィッツ"),
    ("tsmc", "TSMC", "台湾積体電路製造"),
    ("softbank", "SoftBank", "ソフトバンク"),
    ("sakura-internet", "SAKURA internet", "さくらインターネット"),
    ("huawei", "Huawei", "ファーウェイ"),
    ("lovable", "Lovable", "ラバブル"),
    ("masayoshi-son", "Masayoshi Son", "孫正義"),
]
MAKERS = [
    ("h100", "nvidia"),
    ("grok-2", "xai"),
    ("mi300x", "amd"),
    ("megapack", "tesla"),
    ("tpu-v5p", "google"),
    ("plamo", "preferred-networks"),
    ("colossus", "xai"),
    ("abci", "aist"),
    ("fukushima-daiichi", "tepco"),
]
CALLED_AS_LISTED = {"amd", "cbre", "hpe", "hsbc", "ibm", "iren", "nio", "sap", "slb", "tpg", "umc"}
PLACES = [("colossus", "memphis"), ("memphis", "tennessee"), ("tennessee", "united-states"), ("sakai", "osaka-prefecture")]


@pytest.mark.parametrize("file", FILES)
def test_each_file_holds_one_type_of_entity(file: str) -> None:
    """organizations.ttl holds organisations and nothing else, and so on; no file is empty."""
    text = (load().data("entities") / f"{file}.ttl").read_text("utf-8")
    types = Counter(load().entities[key].type for key in re.findall(r"^ent:(\S+) a ", text, re.MULTILINE))
    assert len(types) == 1
    assert next(iter(types)).lower()[:4] == file[:4].replace("peop", "pers")


@pytest.mark.parametrize(("text", "key"), NAMES)
def test_a_name_of_the_news_is_known(text: str, key: str) -> None:
    """Each way of writing leads to the one entity, unambiguously."""
    first = load().by_label(text)[0]
    assert first.id == key
    assert text not in first.weak


@pytest.mark.parametrize(("text", "key"), WEAK)
def test_a_name_that_is_also_a_word_is_weak(text: str, key: str) -> None:
    """It is found, and marked as needing support."""
    assert key in [entity.id for entity in load().by_label(text)]
    assert text in load().entities[key].weak


@pytest.mark.parametrize(("key", "maker"), MAKERS)
def test_products_and_models_know_their_makers(key: str, maker: str) -> None:
    """Background knowledge: who makes it; of a facility, who operates it."""
    assert load().entities[key].maker == maker


@pytest.mark.parametrize(("key", "place"), PLACES)
def test_places_know_what_they_lie_in(key: str, place: str) -> None:
    """Background knowledge: the place around it."""
    assert load().entities[key].within == place


@pytest.mark.parametrize(("key", "english", "japanese"), FIRST)
def test_the_most_usual_names_come_first(key: str, english: str, japanese: str) -> None:
    """What a reader is shown: the usual name, not the legal one, a former one or a ticker."""
    assert [label.text for label in load().entities[key].labels[:2]] == [english, japanese]


def test_tickers_are_symbols_of_one_company_and_never_its_first_name() -> None:
    """Letters, or four characters of the Tokyo exchange; a few companies are called what they are listed as."""
    listed = [(ticker, entity) for entity in load().entities.values() for ticker in entity.tickers]
    assert all(re.fullmatch(r"[A-Z]{2,5}|\d{3}[\dA-Z]", ticker) for ticker, _ in listed)
    assert max(Counter(ticker for ticker, _ in listed).values()) == 1
    called = {entity.id for ticker, entity in listed if entity.labels[0].text == ticker}
    assert called == CALLED_AS_LISTED


@pytest.mark.parametrize(
    ("text", "key"),
    [("日経平均株価", "nikkei-225"), ("ナスダック総合指数", "nasdaq-composite"), ("パリ協定", "paris-agreement")],
)
def test_what_only_begins_like_a_name_is_known_as_something_else(text: str, key: str) -> None:
    """An index is not the newspaper or the exchange, and a treaty is not the town."""
    assert [entity.id for entity in load().by_label(text)] == [key]


def test_a_wikidata_item_belongs_to_one_entity() -> None:
    """Identifiers are item addresses in the form that Wikidata's own data uses, at most one an entity, and none is shared."""
    matches = [entity.exact_match for entity in load().entities.values() if entity.exact_match]
    assert all(len(found) == 1 and re.fullmatch(r"http://www\.wikidata\.org/entity/Q[1-9]\d*", found[0]) for found in matches)
    assert len(set(matches)) == len(matches)
    assert load().entities["japan"].exact_match == ("http://www.wikidata.org/entity/Q17",)


def test_no_label_carries_brackets_of_quotation_or_stray_space() -> None:
    """Names are as the news prints them, without the marks around them."""
    wrong = [
        label.text for e in load().entities.values() for label in e.labels if re.search(r"[「」『』]|^\s|\s$|\s\s", label.text)
    ]
    assert wrong == []
