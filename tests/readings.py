"""Readings for the tests of RDF, stores, catalogue and verification: one of our own wording, and any that the model allows."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import Article, Claim, Entity, Evidence, Modality, Qualifier, Quantity, Reading, claim_order
from ontology import Label, Ontology
from tests import strategies as any_

XAI = Entity("xai", "Organization", (Label("xAI", "en"),))
NVIDIA = Entity("nvidia", "Organization", (Label("NVIDIA", "en"), Label("エヌビディア", "ja"), Label("NVDA")))
COLOSSUS = Entity("colossus", "Facility", (Label("Colossus", "en"),))
FT = Entity("financial-times", "Publication", (Label("Financial Times", "en"), Label("FT", "en")))
HUANG = Entity("jensen-huang", "Person", (Label("Jensen Huang", "en"),))
CENTRE = Entity("x_0123456789ab", "Facility", (Label("第二の拠点", "ja"),), discovered=True)

TEXT = "FTによると、エヌビディアがコロッサスへ納入する。GPUは20万基超、第二の拠点は計画中だ。エヌビディアはコロッサスに納めた。"


def span(words: str, modality: Modality = Modality.ASSERTED, by: tuple[Entity, ...] = (), text: str = TEXT) -> Evidence:
    """The first place of the words in the text."""
    start = text.index(words)
    return Evidence(start, start + len(words), words, modality, by)


def sample(id: str = "sample", published: str = "2024-10-01", publisher: str = "Daily") -> Reading:
    """An article with a relation told twice by different speakers, a quantity, and an entity that it introduces."""
    supplies = Claim(
        id,
        NVIDIA,
        "supplies",
        (
            span("エヌビディアがコロッサスへ納入する", Modality.PLANNED, (FT, HUANG)),
            span("エヌビディアはコロッサスに納めた"),
        ),
        object=COLOSSUS,
        qualifiers={"quantity": Quantity("GPU", 200000, comparator=">="), "role": "vendor"},
        attributed_to=(FT, HUANG),
        as_of="2024-10",
        confidence=0.75,
        resolutions=("同社 → nvidia", "拠点 → colossus"),
    )
    count = Claim(id, COLOSSUS, "gpuCount", (span("GPUは20万基超"),), value=Quantity("GPU", 200000, comparator=">="))
    builds = Claim(
        id,
        XAI,
        "builds",
        (span("第二の拠点は計画中", Modality.PLANNED),),
        object=CENTRE,
        modality=Modality.PLANNED,
        confidence=0.5,
    )
    article = Article(id, TEXT, f"題 {id}", publisher, f"https://news.example/{id}", published)
    return Reading(article, tuple(sorted((supplies, count, builds), key=claim_order)), "extractor-1", "ontology-1")


SAMPLE = sample()
NOTHING_KNOWN = Ontology({}, {}, (), "0" * 12, {})


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Any reading that the model allows, every entity with one description."""
    pool: dict[str, Entity] = {}

    def settled(entity: Entity) -> Entity:
        labels = tuple(dict.fromkeys(entity.labels))
        return pool.setdefault(entity.id, Entity(entity.id, entity.type, labels, entity.id < "k"))

    def qualifier(value: Qualifier) -> Qualifier:
        return settled(value) if isinstance(value, Entity) else value

    text = draw(any_.words)
    id = draw(any_.ids)
    claims: dict[str, Claim] = {}
    for raw in draw(st.lists(any_.claims(), max_size=4)):
        spans = []
        for evidence in raw.evidence:
            start = evidence.start % len(text)
            end = draw(st.integers(start + 1, len(text)))
            by = tuple(map(settled, evidence.attributed_to))
            spans.append(Evidence(start, end, text[start:end], evidence.modality, by))
        claim = Claim(
            id,
            settled(raw.subject),
            raw.predicate,
            tuple(spans),
            object=settled(raw.object) if raw.object else None,
            value=raw.value,
            qualifiers={name: qualifier(value) for name, value in raw.qualifiers.items()},
            modality=raw.modality,
            attributed_to=tuple(map(settled, raw.attributed_to)),
            as_of=raw.as_of,
            confidence=raw.confidence,
            resolutions=tuple(draw(st.lists(any_.words, max_size=3))),
        )
        claims.setdefault(claim.id, claim)
    parts = (draw(any_.words), draw(any_.words), draw(st.sampled_from(["", "2024", "2024-05", "2024-05-06"])))
    return Reading(Article(id, text, parts[0], parts[1], "", parts[2]), tuple(claims.values()), "e", "o")
