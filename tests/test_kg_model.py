"""Values that break an invariant cannot be made, and what is equal has one id (``spec/claims.md``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.errors import InvalidValue
from kg.model import Article, Claim, DateValue, Entity, Evidence, Modality, Quantity, Reading
from ontology.model import Label

XAI = Entity("xai", "Organization", (Label("xAI"), Label("エックスエーアイ", "ja")))
SPAN = Evidence(0, 3, "xAI")
WORTH = Claim("a", XAI, "valuation", (SPAN,), value=Quantity("USD", 24_000_000_000))

WRONG: tuple[tuple[str, Callable[[], object]], ...] = (
    ("entity id 'a b' is not of the form", lambda: Entity("a b", "Organization", (Label("a"),))),
    ("unknown type 'Company'", lambda: replace(XAI, type="Company")),
    ("at least one label", lambda: replace(XAI, labels=())),
    ("none of them empty", lambda: replace(XAI, labels=(Label(" "),))),
    ("either a number or both", lambda: Quantity("USD")),
    ("either a number or both", lambda: Quantity("USD", 1, 1, 2)),
    ("either a number or both", lambda: Quantity("USD", minimum=1)),
    ("runs backwards", lambda: Quantity("USD", minimum=2, maximum=1)),
    ("a finite number", lambda: Quantity("USD", float("nan"))),
    ("a finite number", lambda: Quantity("USD", 10**400)),
    ("unknown comparator '<'", lambda: Quantity("USD", 1, comparator="<")),
    ("a unit", lambda: Quantity("", 1)),
    ("'2024-13' is not a date", lambda: DateValue("2024-13")),
    ("'２０２４' is not a date", lambda: DateValue("２０２４")),
    ("unknown comparator", lambda: DateValue("2024", "≈")),
    ("does not fit a quote of 2", lambda: Evidence(0, 3, "xA")),
    ("does not fit a quote of 0", lambda: Evidence(3, 3, "")),
    ("an object or a value", lambda: replace(WORTH, object=XAI)),
    ("an object or a value", lambda: replace(WORTH, value=None)),
    ("needs evidence", lambda: replace(WORTH, evidence=())),
    ("confidence 1.1", lambda: replace(WORTH, confidence=1.1)),
    ("as_of 'May' is not a date", lambda: replace(WORTH, as_of="May")),
    ("article id '../a'", lambda: Article("../a", "")),
    ("published '--05' is not a date", lambda: Article("a", "", published="--05")),
    ("published '٢٠٢٤' is not a date", lambda: Article("a", "", published="٢٠٢٤")),
    ("'xAI' is not the text at 0:3", lambda: Reading(Article("a", "OpenAI"), (WORTH,), "1", "1")),
)


@pytest.mark.parametrize(("words", "make"), WRONG, ids=[f"{i}-{words}" for i, (words, _) in enumerate(WRONG)])
def test_what_breaks_an_invariant_cannot_be_made(words: str, make: Callable[[], object]) -> None:
    """The error names the value and what is wrong with it."""
    with pytest.raises(InvalidValue, match=words.replace(".", r"\.")):
        make()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(WORTH, value=Quantity("USD", 24e9, comparator=">=")), True),
        (replace(WORTH, modality=Modality.PLANNED, confidence=0.5, as_of="2024-05"), True),
        (replace(WORTH, evidence=(Evidence(9, 12, "xAI"),), attributed_to=(XAI,)), True),
        (replace(WORTH, modality=Modality.DENIED), False),
        (replace(WORTH, article="b"), False),
        (replace(WORTH, value=Quantity("JPY", 24_000_000_000)), False),
        (replace(WORTH, value=Quantity("USD", minimum=24e9, maximum=24e9)), False),
    ],
)
def test_identity(other: Claim, same: bool) -> None:
    """Article, subject, predicate, object or value, and polarity make a claim; how sure, how exact and who says it do not."""
    assert (other.id == WORTH.id) is same


def test_evidence_is_sorted_and_kept_once() -> None:
    """By offset; the same words by another speaker are kept beside them."""
    later, told = Evidence(9, 12, "xAI"), replace(SPAN, attributed_to=(XAI,))
    assert replace(WORTH, evidence=(later, told, SPAN, SPAN)).evidence == (SPAN, told, later)


def test_a_claim_cannot_be_changed() -> None:
    """Not even its qualifiers."""
    with pytest.raises(TypeError):
        WORTH.qualifiers["role"] = "CEO"  # type: ignore[index]


@pytest.mark.parametrize(("lang", "label"), [("ja", "エックスエーアイ"), ("en", "xAI"), ("", "xAI")])
def test_a_label_in_a_language(lang: str, label: str) -> None:
    """The most usual name where there is none."""
    assert XAI.label(lang) == label
