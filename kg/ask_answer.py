"""What a question gets: answers with their claims and citations, ranked by evidence, and their JSON form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kg.cite import Reference, cited_json, reference, whole
from kg.compare import PART
from kg.jsonl import Json, entity_json, value_json
from kg.model import SURE, Article, Claim, Entity, Modality, Value
from kg.question import Form
from ontology import Ontology

Verdict = Literal[
    "", "yes", "planned", "possible", "indirectly", "disputed", "no", "partly", "unknown", "disagree", "agree", "otherwise"
]


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim and where it stands."""

    claim: Claim
    citation: Reference


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: a thing or a value (both where things are compared), and the claims it rests on, the surest first.

    Where a question asks for claims themselves (what somebody denied) it has neither: those that say the same are one answer.

    ``links`` are the claims that tie what the question describes (the operator of X) to its name. A derived answer
    follows from its claims by the rule that ``why`` puts in words; ``chains`` holds the ids of the claims of each way that
    leads to it. ``sources`` are the independent ones (:class:`kg.compare.Origins`) of a direct one's claims, ``more`` how many
    claims say the same as one of those.
    """

    entity: Entity | None
    value: Value | str | None
    derived: bool
    claims: tuple[Cited, ...]
    links: tuple[Cited, ...] = ()
    why: str = ""
    chains: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()
    more: int = 0

    @property
    def part(self) -> Entity | None:
        """The one product that a value counts, a part of the whole (see :data:`kg.compare.PART`)."""
        told = {one.claim.qualifiers.get(PART) if one.claim.object is None else None for one in self.claims}
        part = next(iter(told)) if len(told) == 1 and self.value is not None else None
        return part if isinstance(part, Entity) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got; ``readings`` holds the answers of its other readings where it is ambiguous.

    ``verdict`` answers whether (``planned``, ``possible``: nobody says more than that; ``partly``: it is denied of one
    product), ``count`` how many; ``steps`` are those that a question is made of which finds no answer, and what they find.
    Not understood: ``understood`` is false, ``interpretation`` says why.
    """

    question: str
    understood: bool
    interpretation: str
    sparql: str
    answers: tuple[Found, ...]
    suggestions: tuple[str, ...]
    language: str = "en"
    form: Form = "list"
    verdict: Verdict = ""
    count: int | None = None
    steps: tuple[tuple[str, tuple[str, ...]], ...] = ()
    readings: tuple[Answer, ...] = field(default=())

    def _repr_html_(self) -> str:
        from kg.notebook import answer_html  # it knows this module

        return answer_html(self)


def cited(claim: Claim, articles: Mapping[str, Article], language: str) -> Cited:
    """The claim with what is known of its article."""
    return Cited(claim, reference(claim, articles.get(claim.article), language))


def claim_rank(one: Cited) -> tuple[int, int, str, int]:
    """The order of claims in an answer: the surest first, then by article and place."""
    return SURE[one.claim.modality], -_newness(one.citation.published), one.claim.article, one.claim.evidence[0].start


def ranked(found: Iterable[Found], newest: bool = False, ahead: bool = False) -> tuple[Found, ...]:
    """Direct before derived, what nobody affirms last, wholes before parts, then by sources, by modality, the newer first.

    With ``newest`` by the day that the newest claim is about, or was published; with ``ahead`` what somebody plans first.
    """
    order = sorted(found, key=_age if newest else _rank)
    return tuple(sorted(order, key=lambda one: not _planned(one)) if ahead else order)


def innermost(found: Sequence[Found], ontology: Ontology) -> tuple[Found, ...]:
    """Places, each before those that it lies in: a state is no rival of its town. Of a place that is known by its name alone
    any known region may be around it."""
    wide = {entry.within for entry in ontology.entities.values() if entry.within}

    def around(place: Entity) -> set[str]:
        held, entry = set[str](), ontology.entities.get(place.id)
        while entry and entry.within:
            held.add(entry.within)
            entry = ontology.entities.get(entry.within)
        return held if place.id in ontology.entities else wide - {place.id}

    held = [around(one.entity) for one in found if one.entity]
    return tuple(
        sorted(found, key=lambda one: (one.derived, sum(one.entity is not None and one.entity.id in of for of in held)))
    )


def _planned(found: Found) -> bool:
    return any(one.claim.modality is Modality.PLANNED for one in found.claims)


def _age(found: Found) -> tuple[Any, ...]:
    rank = _rank(found)
    newest = max((_newness(one.claim.as_of or one.citation.published) for one in found.claims), default=0)
    return *rank[:2], -newest, *rank[2:]


def _rank(found: Found) -> tuple[Any, ...]:
    modality = min((SURE[one.claim.modality] for one in found.claims), default=len(SURE))
    if found.derived:  # a chain is as sure as its weakest claim
        sure = {one.claim.id: SURE[one.claim.modality] for one in found.claims}
        modality = min(max(sure[id] for id in chain) for chain in found.chains)
    publishers = {one.citation.publisher or one.claim.article for one in found.claims}
    newest = max((_newness(one.citation.published) for one in found.claims), default=0)
    apart = modality == SURE[Modality.DENIED], found.part is not None
    return found.derived, apart, -len(found.sources or publishers), modality, -newest, named(found)


def _newness(published: str) -> int:
    return int((published.replace("-", "") + "0000")[:8] or 0) if published else 0


def named(found: Found) -> str:
    """The answer in a word."""
    return usual(found.entity) if found.entity else str(found.value or found.claims[0].claim.predicate)


def usual(entity: Entity) -> str:
    """The most usual name of an entity, whatever its language."""
    return entity.labels[0].text


def references(answer: Answer, address: str, day: str) -> tuple[Reference, ...]:
    """The reference of a whole answer, found at ``address`` on ``day``, and behind it those of its claims, each once."""
    every = [one for found in answer.answers for one in (*found.claims, *found.links)]
    title = f"{answer.question} ({answer.interpretation})"
    return (whole(title, address, day, (one.claim for one in every)), *dict.fromkeys(one.citation for one in every))


def answer_json(answer: Answer, agreed: bool = False) -> Json:
    """The form of ``/ask`` (design.md): exactly its keys, and where they tell something ``verdict``, ``count``, ``steps``,
    ``readings``, and on derived answers ``why`` and ``chains`` (ids of claims); what is shown to people has ``sources`` as
    well."""
    told: Json = {
        "question": answer.question,
        "understood": answer.understood,
        "interpretation": answer.interpretation,
        "sparql": answer.sparql,
        "answers": [found_json(found, answer.language, agreed) for found in answer.answers],
        "suggestions": list(answer.suggestions),
    }
    more = (
        ("verdict", answer.verdict or None),
        ("count", answer.count),
        ("steps", [{"step": step, "found": list(names)} for step, names in answer.steps] or None),
        ("readings", [answer_json(other, agreed) for other in answer.readings] or None),
    )
    return told | {key: value for key, value in more if value is not None}


def found_json(found: Found, language: str, agreed: bool = False) -> Json:
    """One answer: its claims as in the JSON Lines export, each with its citation."""
    value = found.value if found.value is None or isinstance(found.value, str) else value_json(found.value)
    told: Json = {
        "entity": entity_json(found.entity) if found.entity else None,
        "value": value,
        "derived": found.derived,
        "claims": [cited_json(one.claim, one.citation, language) for one in (*found.claims, *found.links)],
    }
    if found.part is not None:
        told["of"] = entity_json(found.part)
    if found.more:
        told["more"] = found.more
    if agreed and len(found.sources) > 1:
        told["sources"] = list(found.sources)
    return told | ({"why": found.why, "chains": [list(chain) for chain in found.chains]} if found.derived else {})
