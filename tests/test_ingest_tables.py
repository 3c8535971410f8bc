"""Tables, keys and values, and lists say what their headers and headings make of them (``spec/claims.md``, cases 6 and 23)."""

from __future__ import annotations

from functools import cache

import pytest

from ingest.pipeline import Extractor
from ingest.tables import head
from kg.model import Article, Modality
from tests.extraction.table import Row, faults, wanted

ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "units-in-headers",
        "主な施設の規模\n\n| 施設 | 電力(MW) | 総事業費(億円) |\n"
        "| --- | --- | --- |\n| 苫前データセンター | 45 | 380 |\n| 能代データセンター | 12.5 | — |",
        (
            "苫前データセンター | powerCapacity | 45 MW",
            "苫前データセンター | cost | 380e8 JPY",
            "能代データセンター | powerCapacity | 12.5 MW",
        ),
    ),
    (
        "posts-with-unknown-people",
        "| 会社 | CEO |\n| --- | --- |\n| CoreWeave | 真壁 隆一 |\n| Nebius | 不明 |",
        ("真壁 隆一 | leads | CoreWeave | role=CEO",),
    ),
    (
        "unknown-owners-typed-by-the-corner",
        "| 企業名 | 評価額 | 従業員数 |\n| --- | --- | --- |\n| ノルデ計算 | 12億ドル | 85人 |\n| ヘリア演算 | 非公表 | 240 |",
        (
            "ノルデ計算 | valuation | 1.2e9 USD",
            "ノルデ計算 | headcount | 85 person",
            "ヘリア演算 | headcount | 240 person",
        ),
    ),
    (
        "columns-are-the-things",
        "項目\tCoreWeave\tNebius\n設立\t2017年\t2024年\nGPU数\t25万基\t6万基",
        (
            "CoreWeave | foundedOn | on 2017",
            "Nebius | foundedOn | on 2024",
            "CoreWeave | gpuCount | 250000 GPU",
            "Nebius | gpuCount | 60000 GPU",
        ),
    ),
    (
        "generic-column-takes-the-corner",
        "| 売上高の実績 | 金額 |\n| --- | --- |\n| CoreWeave | 19億ドル |\n| Nebius | 1.2億ドル |",
        ("CoreWeave | revenue | 1.9e9 USD", "Nebius | revenue | 1.2e8 USD"),
    ),
    (
        "forecast-and-plan",
        "| 会社 | 設備投資額 | GPU数 |\n| --- | --- | --- |\n"
        "| CoreWeave | 140億ドル(推定) | 30万基(計画) |\n| Nebius | 50億ドルの見込み | 検討中 |",
        (
            "CoreWeave | cost | 1.4e10 USD | estimated",
            "CoreWeave | gpuCount | 300000 GPU | planned",
            "Nebius | cost | 5e9 USD | estimated",
        ),
    ),
    (
        "customers-with-power",
        "| 会社 | 主な顧客 |\n| --- | --- |\n| Crusoe | Oracle(1.2GW)、Meta |",
        (
            "Crusoe | supplies | Oracle",
            "Crusoe | supplies | Meta",
            "Oracle | powerCapacity | 1200 MW",
        ),
    ),
    (
        "round-of-funding",
        "| 会社 | 資金調達 |\n| --- | --- |\n| X-energy | $500M (Series C-1) |\n| Oklo | なし |",
        ("X-energy | fundsRaised | 5e8 USD | round=Series C-1",),
    ),
    (
        "places-of-dates",
        "| 施設 | 稼働開始 |\n| --- | --- |\n| 能代データセンター | 2027年 (アイダホ州) |\n| 苫前データセンター | 未定 |",
        ("能代データセンター | completedOn | on 2027", "能代データセンター | locatedIn | アイダホ州"),
    ),
    (
        "key-and-value-of-the-page",
        "スパコン「Colossus」の概要\n\n| 項目 | 詳細 |\n| --- | --- |\n"
        "| GPU導入数 | 10万台→20万台へ |\n| 電力消費量 | 地方都市なみ(35MW) |\n| 建設期間 | 122日 |",
        (
            "Colossus | gpuCount | 100000 GPU",
            "Colossus | gpuCount | 200000 GPU | planned",
            "Colossus | powerCapacity | 35 MW",
            "Colossus | buildDuration | 122 day",
        ),
    ),
    (
        "company-profile",
        "■会社概要\n社名：株式会社ノルデ計算\n所在地：北海道千歳市\n代表者：代表取締役社長　真壁 隆一\n"
        "設立：2019年4月\n資本金：2億円\n従業員数：45名(予定)",
        (
            "ノルデ計算/株式会社ノルデ計算 | locatedIn | 千歳市",
            "真壁 隆一 | leads | 株式会社ノルデ計算 | role=代表取締役社長",
            "株式会社ノルデ計算 | foundedOn | on 2019-04",
            "株式会社ノルデ計算 | headcount | 45 person | planned",
        ),
    ),
    (
        "shares",
        "■新会社の概要\n会社名：ヘリア演算株式会社\n出資比率：ソフトバンク 60％、KDDI 40％",
        ("ソフトバンク | investsIn | ヘリア演算株式会社", "KDDI | investsIn | ヘリア演算株式会社"),
    ),
    (
        "described-key",
        "■計算施設\nオスロのデータセンター：2024年9月開設\n予備の拠点：なし",
        ("オスロのデータセンター | completedOn | on 2024-09",),
    ),
    (
        "two-lines-of-a-spec-page",
        "Colossusの仕様\n\n消費電力\n150MW\n設置場所\nメンフィス",
        ("Colossus | powerCapacity | 150 MW", "Colossus | locatedIn | メンフィス"),
    ),
    (
        "no-property-no-claim",
        "| 施設 | 延べ床面積 | 階数 | 資本金 |\n| --- | --- | --- | --- |\n"
        "| 苫前データセンター | 12,000平方メートル | 4 | 10億円 |",
        (),
    ),
    (
        "a-sheet-is-about-one-kind-of-thing-and-none-that-it-names",
        "| 項目 | 内容 |\n| --- | --- |\n| 発表日 | 2025年5月28日 |\n| 調達額 | 20億ドル |\n| 評価額 | 300億ドル |\n"
        "| リード投資家 | Sequoia Capital / Coatue |\n\nコロッサスは稼働中だ。xAIの次の動きに注目したい。xAIは強い。",
        (
            "xAI | fundsRaised | 2e9 USD",
            "xAI | valuation | 3e10 USD",
            "Sequoia Capital | investsIn | xAI",
            "Coatue | investsIn | xAI",
        ),
    ),
    (
        "a-company-as-the-heading-of-its-round",
        "# テラノードが20億ドルを調達\n\n"
        "| 項目 | 内容 |\n| --- | --- |\n| 評価額 | 300億ドル |\n| リード投資家 | Sequoia Capital |",
        (
            "テラノード | fundsRaised | 2e9 USD",
            "テラノード | valuation | 3e10 USD",
            "Sequoia Capital | investsIn | テラノード",
        ),
    ),
    (
        "words-that-tell-of-a-rows-first-cell",
        "| 用語 | 解説 |\n| --- | --- |\n| **CoreWeave** | マイクロソフトに計算能力を供給する。NVIDIAが出資している |\n"
        "| **Grok** | 料金は手頃だ |",
        ("CoreWeave | supplies | Microsoft", "NVIDIA | investsIn | CoreWeave"),
    ),
    (
        "what-a-cell-quotes-is-told-in-it",
        "| 用語 | 解説 |\n| --- | --- |\n| Colossus | メンフィスにあり、「デルもサーバーを納めた」という。 |",
        ("Dell | supplies | Colossus",),
    ),
    ("lone-row", "速報｜チップ｜電力｜クラウド", ()),
)

HEADS = (
    ("電力(MW)", "電力", 1.0, "MW", Modality.ASSERTED),
    ("売上高（億ドル）", "売上高", 1e8, "USD", Modality.ASSERTED),
    ("純利益(百万円)", "純利益", 1e6, "JPY", Modality.ASSERTED),
    ("投資額(単位：億円)", "投資額", 1e8, "JPY", Modality.ASSERTED),
    ("台数(千台)", "台数", 1e3, "台", Modality.ASSERTED),
    ("受電容量の見通し", "受電容量の見通し", None, "", Modality.ESTIMATED),
    ("稼働(予定)", "稼働", None, "", Modality.PLANNED),
    ("設備投資(2025年)", "設備投資", None, "", Modality.ASSERTED),
    ("**本社**:", "本社", None, "", Modality.ASSERTED),
)


@cache
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("name", "text", "claims"), ROWS, ids=[row[0] for row in ROWS])
def test_a_table_says_what_its_cells_and_headers_say(name: str, text: str, claims: tuple[str, ...]) -> None:
    """Each listed claim is made, and no other."""
    row = Row("tables", name, text, tuple(map(wanted, claims)))
    assert faults(row, extractor().read(Article("t", text, published="2025-11-20")).claims) == []


@pytest.mark.parametrize(("text", "words", "factor", "unit", "modality"), HEADS)
def test_a_header_gives_words_unit_and_modality(
    text: str, words: str, factor: float | None, unit: str, modality: Modality
) -> None:
    """The unit in its brackets is that of bare numbers below it."""
    made = head(text.replace("（", "(").replace("）", ")").replace("：", ":"))
    assert (made.words, made.unit and made.unit.value.number, made.unit.value.unit if made.unit else "", made.modality) == (
        words, factor, unit, modality
    )  # fmt: skip


def test_figures_of_a_table_hold_when_the_line_above_says() -> None:
    """A date with 時点 shortly before the table dates its figures."""
    text = "数字は2025年11月末の時点のもの。\n\n| 会社 | GPU数 |\n| --- | --- |\n| CoreWeave | 25万基 |\n| Nebius | 6万基 |"
    claims = extractor().read(Article("t", text)).claims
    assert [claim.as_of for claim in claims if claim.predicate == "gpuCount"] == ["2025-11", "2025-11"]
