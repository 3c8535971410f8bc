"""Hypothesis strategies and short makers of claims, shared by the tests of exports, citations and comparisons."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import COMPARATORS, ENTITY_TYPES, Article, Claim, DateValue, Entity, Evidence, Modality, Quantity, Value
from ontology.model import Label

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda text: text.strip() != "")
ids = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
dates = st.sampled_from(["2023", "2024-05", "2024-09-03", "--09", "--09-03"])
numbers = st.floats(allow_nan=False, allow_infinity=False)
comparators = st.sampled_from(sorted(COMPARATORS))
modalities = st.sampled_from(Modality)
entities = st.builds(
    Entity,
    ids,
    st.sampled_from(ENTITY_TYPES),
    st.lists(st.builds(Label, words, st.sampled_from(["", "ja", "en"])), min_size=1, max_size=3).map(tuple),
)
ranges = st.tuples(numbers, numbers).map(sorted)
quantities = st.one_of(
    st.builds(Quantity, st.sampled_from(["GPU", "MW", "USD"]), numbers, comparator=comparators),
    ranges.map(lambda pair: Quantity("USD", None, *pair)),
)
values = st.one_of(quantities, st.builds(DateValue, dates, comparators))
qualifiers = st.dictionaries(st.sampled_from(["product", "amount", "role", "from"]), st.one_of(words, entities, values))


@st.composite
def spans(draw: st.DrawFn) -> Evidence:
    """A span with a quote that fits it."""
    start, quote = draw(st.integers(0, 10**6)), draw(words)
    speakers = draw(st.lists(entities, max_size=2).map(tuple))
    return Evidence(start, start + len(quote), quote, draw(modalities), speakers)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Any claim the model allows, about an object or a value."""
    target = draw(st.one_of(entities, values))
    return Claim(
        article=draw(ids),
        subject=draw(entities),
        predicate=draw(st.sampled_from(["supplies", "gpuCount", "foundedOn"])),
        evidence=draw(st.lists(spans(), min_size=1, max_size=3).map(tuple)),
        object=target if isinstance(target, Entity) else None,
        value=None if isinstance(target, Entity) else target,
        qualifiers=draw(qualifiers),
        modality=draw(modalities),
        attributed_to=draw(st.lists(entities, max_size=2).map(tuple)),
        as_of=draw(st.none() | dates),
        confidence=draw(st.floats(0, 1)),
    )


def thing(id: str, type: str = "Organization", *names: str) -> Entity:
    """An entity named by ``names``, else by its id."""
    return Entity(id, type, tuple(Label(name, "en" if name.isascii() else "ja") for name in names or (id,)))


def told(
    subject: Entity | str,
    predicate: str,
    target: Entity | Value,
    *,
    article: str = "a1",
    modality: str = "asserted",
    by: tuple[Entity, ...] = (),
    as_of: str | None = None,
    start: int = 0,
    quote: str = "words",
    confidence: float = 1.0,
) -> Claim:
    """A claim in few words, for tables of cases."""
    return Claim(
        article,
        thing(subject) if isinstance(subject, str) else subject,
        predicate,
        (Evidence(start, start + len(quote), quote, Modality(modality), by),),
        object=target if isinstance(target, Entity) else None,
        value=None if isinstance(target, Entity) else target,
        modality=Modality(modality),
        attributed_to=by,
        as_of=as_of,
        confidence=confidence,
    )


def article(id: str = "a1", publisher: str = "Daily", published: str = "2024-05-01", text: str = "words") -> Article:
    """An article of a publisher."""
    return Article(id, text, f"Title of {id}", publisher, f"https://news.example/{id}", published)
