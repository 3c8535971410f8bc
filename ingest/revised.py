"""What a forecast or a day was before it was changed: 500億円から420億円に引き下げた, 2026年度から2028年度に延期した."""

from __future__ import annotations

from itertools import pairwise

from ingest.claims import Draft
from ingest.ellipsis import sized
from ingest.scene import Scene
from kg.model import DateValue
from ontology.lexicon import patterns

_RE = patterns("revised")


def replaced(text: str, scene: Scene, draft: Draft) -> bool:
    """Whether a draft tells what nobody expects any more; ``text`` is the normalised text that offsets refer to."""
    if isinstance(draft.value, DateValue):
        days = [date for date in scene.marks.dates if date.value.date == draft.value.date]
        return len(days) == 1 and _moved(text, scene, days[0].core_start, days[0].other)
    told = scene.marks.quantities
    olds = [one for one, other in pairwise(told) if one.grows_to or text[one.end : other.start] == "から"]
    return any(sized(draft, old) and _RE["forecast"].search(text[scene.start : old.start]) for old in olds)


def _moved(text: str, scene: Scene, at: int, new: tuple[int, int] | None) -> bool:
    """Whether a day is one that another took the place of: 当初2027年としていた稼働が29年にずれ込む."""
    if new is not None and new[0] > at and _RE["moved"].match(text, new[1]):
        return True
    first = _RE["first"].search(text[scene.start : at])
    return bool(first and _RE["delayed"].search(text, at, scene.end))
