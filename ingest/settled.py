"""How sure claims are in the light of the others of their article: headlines without tense, figures of what is only planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.claims import Draft
from ingest.discourse import THINGS
from kg.model import Modality
from ontology.lexicon import words
from ontology.usage import usage

_WORDS = words("settled")


def settled(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The drafts of an article, those planned that only look asserted."""
    told = list(_as_the_text_says(list(_below(drafts))))
    planned = _unbuilt(told)
    for draft in told:
        waits = draft.predicate in usage().unbuilt and draft.subject.entity.id in planned
        yield _planned(draft) if waits and draft.stance.modality is Modality.ASSERTED else draft


def _unbuilt(drafts: Sequence[Draft]) -> set[str]:
    """The things, by ids, that the article only plans to build: what it tells of them is planned too (case 9).

    What everybody knows stands, and so does what is only enlarged.
    """
    told: dict[str, set[Modality]] = {}
    for draft in drafts:
        if draft.predicate in (usage().building, usage().operator) and draft.object is not None:
            grown = draft.object.entity.discovered is False or draft.rule in _WORDS["growing"]
            told.setdefault(draft.object.entity.id, set()).add(Modality.ASSERTED if grown else draft.stance.modality)
    return {thing for thing, ways in told.items() if ways == {Modality.PLANNED}}


def _as_the_text_says(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """What a headline says without tense (GPUを100万基搭載) is planned where the text below it only plans it."""
    stances: dict[object, set[Modality]] = {}
    for draft in drafts:
        if not draft.heading:
            stances.setdefault(_said_of(draft), set()).add(draft.stance.modality)
    for draft in drafts:
        below = stances.get(_said_of(draft), set()) if draft.heading else set()
        plans = below == {Modality.PLANNED} and draft.stance.modality is Modality.ASSERTED
        yield _planned(draft) if plans else draft


def _below(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Without what a headline tells of a thing that it only describes (Aがメンフィスに新拠点) where the text tells it again."""
    told = {side for draft in drafts if not draft.heading for side in _sides(draft)}
    below = {ident for draft in drafts if not draft.heading for ident in _vague(draft)}
    again = {ident for draft in drafts if draft.heading and told & {*_sides(draft)} for ident in _vague(draft)} - below
    yield from (draft for draft in drafts if not (draft.heading and again & {*_vague(draft)}))


def _vague(draft: Draft) -> Iterator[str]:
    """The things, by ids, that a draft only describes."""
    ends = (ref for ref in (draft.subject, draft.object) if ref is not None)
    yield from (ref.entity.id for ref in ends if ref.entity.discovered and ref.how and ref.entity.type in THINGS)


def _sides(draft: Draft) -> Iterator[object]:
    """What a draft tells of whatever thing: its property with the other end or value."""
    if draft.object is None:
        yield draft.predicate, draft.value
    else:
        yield draft.predicate, draft.subject.entity.id, ""
        yield draft.predicate, "", draft.object.entity.id


def _planned(draft: Draft) -> Draft:
    return replace(draft, stance=replace(draft.stance, modality=Modality.PLANNED))


def _said_of(draft: Draft) -> object:
    return draft.subject.entity.id, draft.predicate, draft.object.entity.id if draft.object else draft.value
