"""The parts of extraction as spaCy components: in a blank pipeline, in the stock one, alone, together, stored."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ingest import components
from ingest.pipeline import Extractor
from kg.jsonl import claim_json
from kg.model import Article

TEXT = "エヌビディアは昨年３月、ｘＡＩに約10万基のGPUを供給した。"
PUBLISHED = "2025-06-01"
CASES = {
    "kg_names": [("エヌビディア", "Organization", "nvidia"), ("ｘＡＩ", "Organization", "xai")],
    "kg_quantities": [("約10万基", "count", "")],
    "kg_dates": [("昨年３月", "DATE", "2024-03")],
}


@pytest.fixture(scope="module")
def blank() -> Language:
    language = spacy.blank("ja")
    for name in components.__all__:
        language.add_pipe(name)
    return language


def read(language: Language, text: str = TEXT) -> Doc:
    """The text with its date, run through a pipeline."""
    doc = language.make_doc(text)
    doc._.kg_published = PUBLISHED
    return language(doc)


@pytest.mark.parametrize("name", CASES)
def test_a_component_works_alone(name: str) -> None:
    """It marks its spans, with label and id, and leaves the rest alone."""
    language = spacy.blank("ja")
    language.add_pipe(name)
    doc = read(language)
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans[name]] == CASES[name]
    assert [doc.text[row["start"] : row["end"]] for row in doc._.get(name)] == [text for text, _, _ in CASES[name]]
    assert set(doc.spans) == {name}


def test_claims_are_those_of_the_extractor(blank: Language) -> None:
    """The same claims, in the export's form, and their evidence as spans."""
    doc, reading = read(blank), Extractor().read(Article("doc", TEXT, published=PUBLISHED))
    assert doc._.kg_claims == [claim_json(claim) for claim in reading.claims]
    assert {span.label_ for span in doc.spans["kg_claims"]} == {claim.predicate for claim in reading.claims} >= {"supplies"}
    assert {span.kb_id_ for span in doc.spans["kg_claims"]} == {claim.id for claim in reading.claims}


def test_the_stock_pipeline_takes_them() -> None:
    """They stand behind GiNZA's own components and change nothing of theirs."""
    language = spacy.load("ja_ginza")
    plain = language(TEXT)
    language.add_pipe("kg_names")
    doc = read(language)
    assert [token.dep_ for token in doc] == [token.dep_ for token in plain]
    assert [span.text for span in doc.spans["kg_names"]] == ["エヌビディア", "ｘＡＩ"]


def test_values_survive_storing(blank: Language) -> None:
    """They are plain, so that ``to_bytes`` keeps them."""
    doc = read(blank)
    restored = Doc(blank.vocab).from_bytes(doc.to_bytes())
    assert restored._.kg_claims == doc._.kg_claims
    assert [span.text for span in restored.spans["kg_names"]] == [span.text for span in doc.spans["kg_names"]]


@pytest.mark.parametrize("text", ["", " ", "\n", "「" * 50, "🚀"])
def test_a_text_that_says_nothing_has_no_spans(blank: Language, text: str) -> None:
    """Nothing found is an empty group."""
    doc = read(blank, text)
    assert [len(doc.spans[name]) for name in components.__all__] == [0] * 4


def test_the_documented_code_runs() -> None:
    """docs/extraction.md shows what comes out."""
    page = Path(__file__).resolve().parents[1] / "docs" / "extraction.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert (failed, tried > 5) == (0, True)
