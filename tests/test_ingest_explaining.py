"""An explained reading tells every sentence with what was read from it and why, and every line passed over with the reason."""

from __future__ import annotations

from ingest.claims import Draft
from ingest.explaining import explain
from ingest.pipeline import Extractor
from kg.model import Article

TEXT = (
    "ノルデ計算の話をしよう\n\nCoreWeaveの時価総額は600億ドルだ。天気がよい。\n| 会社 | 設立 |\n| --- | --- |\n"
    "| Nebius | 2024年 |\n| Crusoe | — |\n■関連記事\n計算機とは"
)


def test_a_reading_is_explained_line_by_line() -> None:
    """Quotes are the article's own words; findings name the rule; what says nothing and what was passed over is told."""
    extractor, article = Extractor(), Article("t", TEXT)
    trace: list[Draft] = []
    reading = extractor.read(article, trace)
    told = list(explain(article, trace, extractor.lexicon.cues))
    assert all(article.text[line.start : line.end].split() == line.text.split() for line in told)
    printed = "\n".join(map(str, told))
    assert "CoreWeave valuation 6e+10 USD (asserted) by a noun that names the property beside its value" in printed
    assert "Nebius foundedOn 2024 (asserted) by cell and header" in printed
    assert "天気がよい。 — nothing read" in printed
    assert "計算機とは — passed over: boilerplate (関連記事)" in printed
    assert sum(len(line.findings) for line in told) >= len(reading.claims) == 2
