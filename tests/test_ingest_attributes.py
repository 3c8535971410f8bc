"""Attribute nouns beside their values: whose value it is, of what property, how sure, and when nothing is claimed."""

from __future__ import annotations

from functools import cache

import pytest

from ingest.pipeline import Extractor
from kg.model import Article
from tests.extraction.table import Row, faults, wanted

ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("CoreWeaveの時価総額は600億ドルだ。", ("CoreWeave | valuation | 6e10 USD",)),
    ("Groqの累計調達額は約30億ドルとなった。", ("Groq | fundsRaised | ~3e9 USD",)),
    ("Mistral AIの評価額は117億ユーロに達した。", ("Mistral AI | valuation | 1.17e10 EUR",)),
    ("Nebiusの年間売上高は5億ドルだった。", ("Nebius | revenue | 5e8 USD",)),
    ("さくらインターネットの連結売上高は314億円だった。", ("さくらインターネット | revenue | 3.14e10 JPY",)),
    ("インテルの営業損失は31億ドルだった。", ("インテル | profit | -3.1e9 USD",)),
    ("CoreWeaveの最終赤字は8億ドルだった。", ("CoreWeave | profit | -8e8 USD",)),
    ("Nebiusの従業員数は1,400人だ。", ("Nebius | headcount | 1400 person",)),
    ("Colossusの総事業費は70億ドルだ。", ("Colossus | cost | 7e9 USD",)),
    ("Colossusの受電容量は150MWだ。", ("Colossus | powerCapacity | 150 MW",)),
    ("Colossusの最大出力は1.2GWだ。", ("Colossus | powerCapacity | 1200 MW",)),
    ("ColossusのGPU数は約20万基だ。", ("Colossus | gpuCount | ~200000 GPU",)),
    ("Colossusの建設期間は122日だった。", ("Colossus | buildDuration | 122 day",)),
    ("H100の単価は約3万ドルだ。", ("H100 | unitPrice | ~30000 USD",)),
    (
        "Nebiusは、従業員数が1,400人で、売上高は5億ドルだった。",
        ("Nebius | headcount | 1400 person", "Nebius | revenue | 5e8 USD"),
    ),
    ("CoreWeaveの売上高は前年同期比62%増の19億ドルだった。", ("CoreWeave | revenue | 1.9e9 USD",)),
    ("CoreWeaveの売上高は19億ドル。純損失は3億ドル。", ("CoreWeave | revenue | 1.9e9 USD", "CoreWeave | profit | -3e8 USD")),
    ("Colossusの延べ床面積は7万平方メートルだ。", ()),
    ("Nebiusの受注残は556億ドルだ。", ()),
    ("Nebiusの株価は120ドルだった。", ()),
    ("Nebiusの株式の保有比率は12%だ。", ()),
)

DETAILS: tuple[tuple[str, str, str], ...] = (
    ("CoreWeaveの2024年度の売上高は19億ドルだった。", "period", "2024年度"),
    ("CoreWeaveの7〜9月期の売上高は13億ドルだった。", "period", "7〜9月期"),
    ("前期のCoreWeaveの売上高は13億ドルだった。", "period", "前期"),
    ("CoreWeaveの2024年上半期の純利益は1億ドルだった。", "period", "2024年上半期"),
)

HELD: tuple[tuple[str, str | None], ...] = (
    ("Nebiusの従業員数は2025年8月末時点で1,400人だ。", "2025-08"),
    ("Nebiusの従業員数は1,400人(2025年8月現在)。", "2025-08"),
    ("2025年9月、Groqの評価額は69億ドルとなった。", "2025-09"),
    ("Groqの評価額は69億ドルだ。", None),
)


@cache
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "claims"), ROWS)
def test_a_value_beside_an_attribute_noun_is_its_owners(text: str, claims: tuple[str, ...]) -> None:
    """Each listed claim is made, and no other."""
    row = Row("attributes", text, text, tuple(map(wanted, claims)))
    assert faults(row, extractor().read(Article("t", text, published="2025-11-20")).claims) == []


@pytest.mark.parametrize(("text", "name", "told"), DETAILS)
def test_sales_and_profits_name_their_period_as_written(text: str, name: str, told: str) -> None:
    """The business year, half or quarter that stands before them."""
    claims = extractor().read(Article("t", text, published="2025-11-20")).claims
    assert [claim.qualifiers.get(name) for claim in claims] == [told]


@pytest.mark.parametrize(("text", "date"), HELD)
def test_a_figure_has_the_date_at_which_it_held(text: str, date: str | None) -> None:
    """時点 and 現在 date figures; a round and a valuation have the day they are told of."""
    claims = extractor().read(Article("t", text, published="2025-11-20")).claims
    assert [claim.as_of for claim in claims] == [date]


def test_a_noun_is_known_by_the_longest_word_that_closes_it() -> None:
    """稼働中の総電力容量 is a power, 純損失 a loss before it is a profit."""
    by_noun = {noun: rule for rule in extractor().lexicon.attributes for noun in rule.nouns}
    assert by_noun["純損失"].sign == -1 and by_noun["純利益"].sign == 1 and by_noun["総電力容量"].property == "powerCapacity"
