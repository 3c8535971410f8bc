"""Claims side by side: what excludes what, who agrees, how a value moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import article, thing, told, values

from kg.catalog import chosen
from kg.compare import _hold_alike, _positions, agreement, conflicts, excludes, timeline
from kg.model import Article, Claim, DateValue, Quantity, Reading, Value, value_key
from kg.moments import moments
from kg.namespaces import article_iri
from kg.rdf import quads
from kg.store import Store, open_store

FT = thing("financial-times", "Publication", "Financial Times", "FT")
MUSK = thing("elon-musk", "Person", "Elon Musk")
COLOSSUS = thing("colossus", "Facility", "Colossus")
ARTICLES: dict[str, Article] = {
    "a1": article("a1", "Daily", "2024-09-01"),
    "a2": article("a2", "Weekly", "2024-09-20"),
    "a3": article("a3", "Daily", "2025-06-01"),
    "a4": article("a4", "Financial Times", "2024-09-10"),
}


def mw(number: float, comparator: str = "=") -> Quantity:
    """Megawatts."""
    return Quantity("MW", number, comparator=comparator)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (mw(35), mw(150), True),
        (mw(150), mw(150.5), False),
        (mw(150), mw(140, "~"), False),
        (mw(100, ">="), mw(150), False),
        (mw(100, ">="), mw(50), True),
        (mw(100, "<="), mw(150), True),
        (mw(100, "<="), mw(150, ">="), True),
        (Quantity("MW", None, 100.0, 200.0), mw(150), False),
        (Quantity("MW", None, 100.0, 200.0), mw(250), True),
        (mw(150), Quantity("GPU", 35.0), False),
        (Quantity("month", 4.0), Quantity("day", 122.0), False),
        (Quantity("month", 3.0), Quantity("day", 122.0), True),
        (Quantity("month", 3.0), Quantity("month", 4.0), True),
        (Quantity("USD", 24e9), Quantity("JPY", 24e9), False),
        (Quantity("gal/d", 1e6), Quantity("m3/d", 3785.4), False),
        (DateValue("2023"), DateValue("2023-07"), False),
        (DateValue("2023-07"), DateValue("2023-08"), True),
        (DateValue("2023-07-12"), DateValue("--07-12"), False),
        (DateValue("2023-07-12"), DateValue("--08"), True),
        (DateValue("2023-07", ">="), DateValue("2024"), False),
        (DateValue("2023-07", "~"), DateValue("2023-08"), False),
        (DateValue("2023"), mw(2023), False),
    ],
)
def test_values_exclude_each_other_outside_their_bounds(one: Value, other: Value, apart: bool) -> None:
    """Bounds, ranges, units and precision decide, the same way round and back."""
    assert excludes(one, other) is apart
    assert excludes(other, one) is apart


@given(values)
def test_no_value_excludes_itself(value: Value) -> None:
    """Whatever a value is, it is within its own bounds."""
    assert not excludes(value, value)


def power(number: float, article: str = "a1", **details: object) -> Claim:
    """Colossus has that many megawatts."""
    return told(COLOSSUS, "powerCapacity", mw(number), article=article, **details)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ([power(35), power(150, "a2")], [("fact", ["35", "150"])]),
        ([power(35), power(150, "a3")], []),
        ([power(35), power(150, "a3", as_of="2024-09")], [("fact", ["35", "150"])]),
        ([power(35, as_of="2024-08"), power(150, as_of="2024-09")], []),
        ([power(35), power(150, modality="planned")], []),
        ([power(300, modality="planned"), power(150, "a2", modality="planned")], [("plan", ["150", "300"])]),
        ([power(300, modality="possible"), power(150, modality="possible")], []),
        ([power(150), power(150, "a2", modality="denied")], [("fact", ["150", "150"])]),
        ([power(150), power(150, "a2")], []),
        ([power(50), power(120)], []),
        ([power(50), power(120), power(150, "a2")], [("fact", ["120", "150"])]),
        ([power(50), power(120, as_of="2024-09"), power(150, "a2")], [("fact", ["50", "120", "150"])]),
        ([power(300), power(150, "a2", modality="denied"), power(150)], [("fact", ["150", "150"])]),
        ([power(50), power(120, by=(MUSK,))], [("fact", ["50", "120"])]),
    ],
)
def test_facts_are_held_against_facts_and_plans_against_plans(claims: list[Claim], found: list[tuple[str, list[str]]]) -> None:
    """A moving value conflicts only with what is said of about the same time, and only within its stance."""
    told_apart = conflicts(claims, ARTICLES)
    shown = [(c.stance, [f"{p.value.number:g}" for p in c.positions]) for c in told_apart]  # type: ignore[union-attr]
    assert shown == found


def test_what_many_articles_repeat_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that say the same, in other articles, stand for all of them: a pair of each two would never end."""
    many = [power(150, article=f"b{number}") for number in range(300)]
    asked: list[Claim] = []
    monkeypatch.setattr("kg.compare.disagree", lambda one, *_: asked.append(one))
    assert conflicts(many, {}) == ()
    assert len(asked) <= 2 * len(many)


@given(st.lists(st.tuples(st.sampled_from((35, 35.1, 38, 41, 150)), st.sampled_from("=~<>")), max_size=14))
def test_those_who_say_the_same_share_a_position_however_many(said: list[tuple[float, str]]) -> None:
    """The positions are those of holding each claim against each other one, which thousands would never end."""
    bounds = {"<": "<=", ">": ">="}
    claims = [replace(power(0, f"b{n}"), value=mw(number, bounds.get(c, c))) for n, (number, c) in enumerate(said)]
    often = Counter(value_key(None, claim.value) for claim in claims)
    sides: list[list[Claim]] = []
    order = {claim.id: (-often[value_key(None, v := claim.value)], v is None or v.comparator != "=") for claim in claims}
    for claim in sorted(claims, key=lambda claim: (*order[claim.id], claim.id)):
        home = next((side for side in sides if all(_hold_alike(claim, other) for other in side)), None)
        sides += [[claim]] if home is None else []
        (home or []).append(claim)
    assert list(_positions(claims)) == sides


def test_thousands_on_two_sides_are_held_against_each_other_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not each against each."""
    asked: list[Claim] = []
    monkeypatch.setattr("kg.compare._hold_alike", lambda a, b: asked.append(a) or a.value == b.value)
    (conflict,) = conflicts([power(35 + 115 * (n % 2), f"b{n}", as_of="2024") for n in range(2000)], {})
    assert [len(position.claims) for position in conflict.positions] == [1000, 1000] and len(asked) < 10


def duration(number: float, unit: str, comparator: str = "=") -> Claim:
    """Colossus was built in that time."""
    return told(COLOSSUS, "buildDuration", Quantity(unit, number, comparator=comparator))


def test_values_that_agree_are_one_position() -> None:
    """122 days, 4 months and about 4 months stand together against 3 months; the value that most give leads."""
    claims = [duration(4, "month"), duration(4, "month", "~"), duration(122, "day"), duration(3, "month"), duration(4, "month")]
    (conflict,) = conflicts(claims, ARTICLES)
    assert [(p.value, len(p.claims)) for p in conflict.positions] == [(claims[3].value, 1), (claims[0].value, 4)]


def test_a_part_does_not_stand_against_the_whole() -> None:
    """50,000 H200 are among 230,000 GPUs; two numbers of H200 disagree."""
    whole, part, other = (
        replace(told(COLOSSUS, "gpuCount", Quantity("GPU", number), article=place), qualifiers={"product": of} if of else {})
        for number, place, of in ((230_000, "a1", ""), (50_000, "a2", "H200"), (70_000, "a4", "H200"))
    )
    assert conflicts([whole, part], ARTICLES) == ()
    (conflict,) = conflicts([whole, part, other], ARTICLES)
    assert [p.value for p in conflict.positions] == [part.value, other.value]


def test_a_date_that_cannot_move_conflicts_whenever_it_was_told() -> None:
    """Two founding dates exclude each other though the articles are years apart."""
    claims = [
        told("xai", "foundedOn", DateValue(date), article=place) for date, place in (("2023-03", "a1"), ("2023-07", "a3"))
    ]
    (conflict,) = conflicts(claims, ARTICLES)
    assert [position.sources for position in conflict.positions] == [("Daily",), ("Daily",)]


def test_a_denied_relation_stands_against_the_same_relation() -> None:
    """Asserting and denying one triple is a conflict; two suppliers are none."""
    pairs = [("nvidia", "asserted"), ("nvidia", "denied"), ("dell", "asserted")]
    claims = [told(who, "supplies", COLOSSUS, modality=modality) for who, modality in pairs]
    (conflict,) = conflicts(claims, ARTICLES)
    assert (conflict.subject.id, [position.denied for position in conflict.positions]) == ("nvidia", [False, True])


def test_rounds_and_other_periods_do_not_conflict() -> None:
    """Money raised or spent adds up, and two revenues of different periods are about different things."""
    rounds = [told("xai", name, Quantity("USD", number)) for name in ("fundsRaised", "cost") for number in (6e9, 10e9)]
    revenue = [told("nvidia", "revenue", Quantity("USD", number)) for number in (6e9, 10e9)]
    periods = [
        Claim(c.article, c.subject, c.predicate, c.evidence, value=c.value, qualifiers={"period": p})
        for c, p in zip(revenue, ("Q1", "Q2"), strict=True)
    ]
    assert conflicts([*rounds, *periods], ARTICLES) == ()
    assert len(conflicts(revenue, ARTICLES)) == 1


def test_sources_are_counted_once_and_the_quoted_outlet_is_the_source() -> None:
    """One publisher repeating itself, or another outlet, counts once; people quoted do not stand for an outlet."""
    claims = [
        power(150, "a1", by=(MUSK,)),
        power(150, "a3"),
        power(150.2, "a2", by=(FT, MUSK)),
        power(150, "a4"),
        power(150, "unknown"),
    ]
    (agreed,) = agreement(claims, ARTICLES)
    assert agreed.sources == ("Daily", "Financial Times", "unknown")
    assert len(agreed.claims) == 5


def test_an_article_that_quotes_an_outlet_is_no_source_beside_it() -> None:
    """What it says again in its own words it has from there."""
    own = power(150, "a2")
    quoting = replace(power(150.2, "a2", by=(FT,)), evidence=(*power(150.2, "a2", by=(FT,)).evidence, *own.evidence))
    for claims in ([quoting], [own, power(150.2, "a2", by=(FT,))]):
        (agreed,) = agreement(claims, ARTICLES)
        assert agreed.sources == ("Financial Times",)


def test_partners_agree_either_way_round() -> None:
    """A symmetric relation told from both sides is one statement; a directed one is not."""
    a, b = thing("softbank"), thing("openai")
    pairs = [(a, b, "a1"), (b, a, "a2")]
    assert len(agreement([told(x, "partnersWith", y, article=at) for x, y, at in pairs], ARTICLES)) == 1
    assert len(agreement([told(x, "investsIn", y, article=at) for x, y, at in pairs], ARTICLES)) == 2


@given(st.permutations([power(35), power(150, "a2"), power(150, "a4"), power(200, "a2"), power(35, "a3")]))
def test_the_order_of_the_claims_does_not_show(claims: list[Claim]) -> None:
    """Conflicts, agreement and timeline follow from the set of claims alone."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    for compare in (conflicts, agreement):
        assert compare(claims, ARTICLES) == compare(ordered, ARTICLES)
    assert timeline(claims, ARTICLES, "colossus", "powerCapacity") == timeline(ordered, ARTICLES, "colossus", "powerCapacity")


def test_a_timeline_runs_by_what_claims_are_about_then_by_publication() -> None:
    """asOf comes before publication, publication breaks ties, undated claims come last, other things are left out."""
    claims = [
        power(4, "nowhere"),
        power(3, "a3"),
        power(2, "a2", as_of="2024-01"),
        power(1, "a1", as_of="2024-01"),
        told(COLOSSUS, "supplies", FT),
    ]
    points = timeline(claims, ARTICLES, "colossus", "powerCapacity")
    assert [(point.low, point.about) for point in points] == [(1, "2024-01-01"), (2, "2024-01-01"), (3, "2025-06-01"), (4, "")]


TOLD = st.tuples(
    st.floats(1, 9),
    st.sampled_from(["a1", "a2", "a3", "a4", "a5"]),
    st.sampled_from([None, "2024", "2024-09-20", "--05", "--05-06", "2025-06"]),
    st.integers(0, 3),
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One for all examples, since bringing the ontology into it takes a second."""
    with open_store() as opened:
        yield opened


@given(given=st.lists(TOLD, max_size=8), cut=st.integers(0, 9))
def test_a_store_tells_the_same_order_without_reading_all(
    store: Store, given: list[tuple[float, str, str | None, int]], cut: int
) -> None:
    """Whatever days claims and articles have, and where another thing, property or relation is told beside."""
    known = ARTICLES | {"a5": article("a5", "Daily", "")}
    made = [power(number, at, as_of=day, start=10 * start) for number, at, day, start in given]
    others = [told(COLOSSUS, "powerCapacity", FT), told(COLOSSUS, "gpuCount", mw(1)), told(FT, "powerCapacity", mw(1))]
    claims = {claim.id: claim for claim in [*made, *others]}
    for id, about in known.items():
        own = [replace(claim, article=id) for claim in claims.values() if claim.article == id]
        long = replace(about, text="words".ljust(10) * 4)
        store.replace(article_iri(id), quads(Reading(long, tuple(own), "test", "1")))
    told_at = moments(store, "colossus", "powerCapacity")
    points = timeline([c for c in claims.values() if c.value], known, "colossus", "powerCapacity")
    assert told_at == [point.claim.id for point in points]
    assert [claim.id for claim in chosen(store, told_at[cut:])] == told_at[cut:]
