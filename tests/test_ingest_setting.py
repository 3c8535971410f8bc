"""What stands over a line decides whose figures it tells: headings, keys, openings of list items, and who speaks for whom."""

from __future__ import annotations

from functools import cache

import pytest

from ingest.pipeline import Extractor
from kg.model import Article, Modality
from tests.extraction.table import Row, faults, wanted

ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "bullets-own-their-figures",
        "▼資金調達\n・米Groq、7.5億ドルを調達。評価額は69億ドル\n・Crusoe、評価額は100億ドル",
        (
            "Groq | fundsRaised | 7.5e8 USD | any",
            "Groq | valuation | 6.9e9 USD | any",
            "Groq | locatedIn | 米国",
            "Crusoe | valuation | 1e10 USD | any",
        ),
    ),
    (
        "heading-owns-its-text",
        "■Nebius\n従業員数は1,400人。売上高は5億ドルだった。",
        ("Nebius | headcount | 1400 person", "Nebius | revenue | 5e8 USD"),
    ),
    (
        "interview-speaks-for-the-company",
        "さくらインターネットの真壁社長に聞く\n\n――業績は。\n真壁　売上高は9億円でした。\n――人は。\n真壁　従業員は38人です。",
        (
            "さくらインターネット | revenue | 9e8 JPY | by 真壁",
            "さくらインターネット | headcount | 38 person | by 真壁",
            "真壁 | leads | さくらインターネット",
        ),
    ),
    (
        "questions-claim-nothing",
        "――CoreWeaveの売上高は19億ドルでしたか。\n真壁　そうです。\n――Nebiusの売上高は5億ドルですか。\n真壁　はい。",
        (),
    ),
    (
        "comment-is-its-writers",
        "話はここで終わる。\n■コメント（1件）\n1. kuma_chip：Colossusの受電容量は350MWだよ。",
        ("Colossus | powerCapacity | 350 MW | by kuma_chip",),
    ),
    ("idle-titles", "話はここで終わる。\n■関連記事\nCoreWeaveの売上高はなぜ19億ドルか", ()),
)


@cache
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("name", "text", "claims"), ROWS, ids=[row[0] for row in ROWS])
def test_a_line_is_read_under_what_stands_over_it(name: str, text: str, claims: tuple[str, ...]) -> None:
    """Each listed claim is made, and no other."""
    row = Row("setting", name, text, tuple(map(wanted, claims)))
    assert faults(row, extractor().read(Article("t", text, published="2025-11-20")).claims) == []


OPENINGS: tuple[tuple[str, str | None, Modality], ...] = (
    ("ColossusはGPUを10万基搭載し、2024年9月に稼働した。", "2024-09", Modality.ASSERTED),
    ("データセンター「暁」はGPUを4万基備えて、2027年4月に稼働する。", "2027-04", Modality.PLANNED),
    ("ColossusはGPUを10万基搭載しており、2024年9月に稼働した。", None, Modality.ASSERTED),
    ("Colossusは2024年9月に稼働し、今ではGPUを20万基備える。", None, Modality.ASSERTED),
    ("ColossusはGPUを10万基搭載し、xAIが2024年9月に買収した。", None, Modality.ASSERTED),
)


@pytest.mark.parametrize(("text", "as_of", "modality"), OPENINGS)
def test_a_figure_told_of_an_opening_held_then(text: str, as_of: str | None, modality: Modality) -> None:
    """What a thing has as it opens has the day of the opening, and is planned where the opening is."""
    claims = extractor().read(Article("a", text, "", "", "", "2026-05-01")).claims
    (figure,) = [claim for claim in claims if claim.predicate == "gpuCount"]
    assert (figure.as_of, figure.modality) == (as_of, modality)
