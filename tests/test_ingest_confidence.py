"""Confidence: what a claim's rule and the way its ends were told promise."""

from __future__ import annotations

import pytest

from ingest.arguments import Ref
from ingest.claims import Draft
from ingest.confidence import RULES, WAYS, kind
from ingest.pipeline import Extractor
from ingest.stance import Stance
from kg.model import Article, Entity
from ontology.lexicon import load_lexicon
from ontology.model import Label

XAI, NVIDIA = (Entity(name.lower(), "Organization", (Label(name),)) for name in ("xAI", "NVIDIA"))


@pytest.mark.parametrize(
    ("rule", "first", "second", "implied", "expected"),
    [
        ("供給", "", "", False, "predicate named"),
        ("table", "", "", False, "table named"),
        ("nominal", "同社 → xai", "", False, "nominal referred"),
        ("供給", "同社 → xai", "described", False, "predicate described"),
        ("供給", "(subject) → xai", "described", False, "predicate implied"),
        ("attribute", "", "", True, "attribute implied"),
    ],
)
def test_the_worst_told_end_counts(rule: str, first: str, second: str, implied: bool, expected: str) -> None:
    """A kind is a rule and a way."""
    ends = Ref(NVIDIA, 0, 1, first), Ref(XAI, 2, 3, second)
    assert kind(Draft(ends[0], "supplies", 0, 3, Stance(), object=ends[1], rule=rule, implied=implied)) == expected


def test_every_kind_has_its_share() -> None:
    """The table has all rows and columns, and nothing else."""
    assert set(load_lexicon().confidence) == {f"{rule} {way}" for rule in RULES for way in WAYS}


def test_a_claim_is_as_sure_as_its_kind() -> None:
    """A claim told by names is surer than one whose subject only the context gives."""
    extractor, shares = Extractor(), load_lexicon().confidence
    (claim,) = extractor.read(Article("a", "エヌビディアはxAIにGPUを供給した。")).claims
    assert claim.confidence == shares["predicate named"] > shares["predicate implied"]
