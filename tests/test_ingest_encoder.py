"""The encoder made for reading gives what spaCy's own gives, whatever stands together in a batch."""

from __future__ import annotations

import numpy as np
import pytest
import spacy

from ingest.encoder import Encoder

BATCHES = {
    "a word": ["発言"],
    "a sentence": ["白峰電算は宮崎の拠点に蓄電池を置いた。"],
    "sentences shorter and longer than a word sees": [
        "着工。",
        "青葉精機が3月に新しい工場を札幌で開き、来年には2棟目を建てる計画だと述べた。",
        "はい",
    ],
    "words again": ["発言と発言と発言", "発言", "発言と発言と発言"],
    "nothing among others": ["", "5台を納めた", ""],
    "nothing": ["", ""],
}


@pytest.fixture(scope="module")
def language() -> spacy.language.Language:
    """The stock model's encoder alone."""
    return spacy.load("ja_ginza", exclude=["ner", "morphologizer", "compound_splitter", "bunsetu_recognizer", "parser"])


@pytest.mark.parametrize("batch", BATCHES.values(), ids=BATCHES)
def test_same_rows(batch: list[str], language: spacy.language.Language) -> None:
    """Up to the last bits, which depend on the processor."""
    stock = language.get_pipe("tok2vec")
    docs = [language.make_doc(text) for text in batch]
    made = Encoder(stock.model, language.vocab).predict(docs)
    assert [rows.shape for rows in made] == [(len(doc), 256) for doc in docs]
    for rows, expected in zip(made, stock.predict(docs), strict=True):
        np.testing.assert_allclose(rows, expected, atol=1e-4)
