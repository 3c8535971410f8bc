"""Values and speakers as a reader sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import claims, thing, told

from kg.model import Claim, DateValue, Entity, Qualifier, Quantity
from kg.wording import chain_text, qualifier_text, speakers_text, target_text

FT, HUANG = thing("ft", "Publication", "Financial Times", "フィナンシャル・タイムズ"), thing("huang", "Person", "Jensen Huang")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Quantity("GPU", 200000.0), "200,000 GPU"),
        (Quantity("MW", 1.5, comparator="~"), "~1.5 MW"),
        (Quantity("USD", 130e9, comparator=">="), "≥130,000,000,000 USD"),
        (Quantity("USD", None, 3e4, 4e4), "30,000–40,000 USD"),
        (Quantity("JPY", -2.0, comparator="<="), "≤-2 JPY"),
        (DateValue("2023-07", "~"), "~2023-07"),
        ("CEO", "CEO"),
        (FT, "Financial Times"),
    ],
)
def test_values_are_short_phrases(value: Qualifier, text: str) -> None:
    """Bound, number or range, unit; a date, a name or a text as it is."""
    assert qualifier_text(value, "en") == text


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "Financial Times → Jensen Huang"), ("ja", "フィナンシャル・タイムズ → Jensen Huang")]
)
def test_speakers_stand_outermost_first_in_the_reader_s_language(lang: str, text: str) -> None:
    """A name in the language asked for, else the most usual one."""
    assert chain_text((FT, HUANG), lang) == text


def test_every_chain_of_speakers_is_named_once() -> None:
    """Those of the claim and of its spans, none twice; the article's own voice has none."""
    claim = told("xai", "supplies", FT, by=(FT,))
    both = Claim(
        "a1", claim.subject, "supplies", (*claim.evidence, *told("x", "supplies", FT, by=(HUANG,), start=9).evidence),
        object=FT, attributed_to=(FT,),
    )  # fmt: skip
    assert speakers_text(both, "en") == "Financial Times | Jensen Huang"
    assert speakers_text(told("xai", "supplies", FT)) == ""


def test_who_plans_what_others_assert_is_no_speaker_of_it() -> None:
    """A paper's plan and the article's own assertion are one claim; where one quote stands for it, it is the assertion's."""
    plan = told("xai", "supplies", FT, by=(FT,), modality="planned").evidence[0]
    own = told("xai", "supplies", FT, start=30).evidence[0]
    both = Claim("a1", told("xai", "supplies", FT).subject, "supplies", (plan, own), object=FT)
    assert (speakers_text(both), both.leading) == ("", own)


@given(claims())
def test_every_claim_says_something_of_its_subject(claim: Claim) -> None:
    """An object has a name, a value a text."""
    assert target_text(claim).strip()
    assert not isinstance(claim.object, Entity) or target_text(claim) in {label.text for label in claim.object.labels}
