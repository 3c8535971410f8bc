"""Figures whose noun or verb is left out because it was said before (gapping and sluicing: Ross 1970, Kuno 1973).

昨年はAが10億円、Bが20億円を投じた: what the full clause claims of its pair the others claim of theirs, and a claim that crosses
the pairs is none. Aの売上高は10億円だ。Bは20億円だった: a bare figure in the form of the one before says the same of its topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

from ingest.arguments import Arguments, Ref
from ingest.attributes import BUILT, CHIPS, DIVISIONS
from ingest.claims import Draft
from ingest.clauses import Chunk
from ingest.clauses import predicate as clause_word
from ingest.discourse import THINGS
from ingest.frames import COPULA
from ingest.quantities import QuantityMention
from ingest.roles import ADVERBIAL
from ingest.scene import Scene, Slot
from ingest.stance import Stances
from kg.model import Modality, Qualifier, Quantity
from ontology.lexicon import Attribute, Cues, patterns, words
from ontology.usage import usage

_RE = patterns("ellipsis")
_WORDS = words("ellipsis")
_LIKE = (frozenset({"Organization", "Person"}), frozenset({"Product", "Model"}), frozenset(THINGS))
_VALUES = frozenset({"money", "count", "power", "people", "water"})


@dataclass(frozen=True, slots=True)
class _Pair:
    """Who, to whom or when (``topics``, ``date``), how much, what other words the clause has, and whether it ends there."""

    topics: tuple[Chunk, ...]
    date: Slot | None
    slot: Slot
    rest: tuple[Chunk, ...]
    open: bool

    @property
    def cases(self) -> dict[str, Chunk]:
        """The topics by their case."""
        return {"は" if topic.topical or topic.case == "が" else topic.case or "を": topic for topic in self.topics}


class Ellipsis:
    """Completes what the sentences of an article claim."""

    def __init__(
        self,
        arguments: Arguments,
        stances: Stances,
        cues: Cues,
        named: Callable[[str], Iterator[Attribute]],
    ) -> None:
        """One per article; ``named`` gives the attributes whose noun closes some words."""
        self._arguments, self._stances, self._cues, self._named = arguments, stances, cues, named
        self._last: tuple[Draft, Scene] | None = None  # the figure told last

    def completed(self, scene: Scene, drafts: Iterable[Draft]) -> list[Draft]:
        """The drafts of a sentence with those that its incomplete clauses make."""
        made = list(drafts)
        for row in chain(_rows(self._pairs(scene)), _rows(self._dated(scene))):
            made = self._shared(scene, row, made)
        for mention in scene.marks.quantities:
            if mention.converts is None and not any(sized(draft, mention) for draft in made):
                made += self._again(scene, made, mention)
        figures = [d for d in made if isinstance(d.value, Quantity) and d.predicate in usage().figures]
        if figures:
            self._last = max(figures, key=lambda draft: draft.end), scene
        return made

    # ---- bare figures

    def _again(self, scene: Scene, drafts: list[Draft], mention: QuantityMention) -> Iterator[Draft]:
        """What a figure without a noun says, if it says the same as the one before it."""
        model = self._model(scene, drafts, mention)
        if model is None or not isinstance(model.value, Quantity):
            return
        if earlier := self._cues.earlier.search(self._arguments.text, max(scene.start, mention.start - 16), mention.start):
            yield from self._earlier(model, mention, earlier)
            return
        chunk = next((c for c in scene.chunks for s in scene.slots_in(c) if s.quantity is mention), None)
        if chunk is None or self._cues.compared.search(
            self._arguments.text, max(scene.start, mention.start - 16), mention.start
        ):
            return
        level = self._level(scene, chunk)
        stance = self._stances.of(scene, level) if level is not None else None
        if level is None or stance is None or not stance.claimed:
            return
        subjects, moved = self._topic(scene, chunk, level, model)
        timed = any(s.date is not None for c in self._around(scene, chunk, level) for s in scene.slots_in(c))
        if not (moved or timed):
            return
        for ref in subjects:
            start = min(mention.start, ref.start) if scene.start <= ref.start < scene.end else mention.start
            value = _as(model.value, mention)
            yield replace(model, subject=ref, start=start, end=mention.end, stance=stance, value=value, qualifiers={})

    def _model(self, scene: Scene, drafts: list[Draft], mention: QuantityMention) -> Draft | None:
        """The figure of the same kind that was told last, in this sentence or shortly before."""
        before = [d for d in drafts if d.predicate in usage().figures and scene.start <= d.start < mention.start]
        if told := [d for d in before if isinstance(d.value, Quantity) and _alike(d.value, mention)]:
            return max(told, key=lambda draft: draft.end)
        if before or self._last is None:
            return None
        draft, of = self._last
        near = scene.index - of.index in (1, 2) and scene.block.start == of.block.start
        return draft if near and isinstance(draft.value, Quantity) and _alike(draft.value, mention) else None

    def _earlier(self, model: Draft, mention: QuantityMention, told: re.Match[str]) -> Iterator[Draft]:
        """319億円で、前年同期の193億円から…; (前年同期は損失12億円): the same figure a term before."""
        assert isinstance(model.value, Quantity)
        value = _as(model.value, mention)
        rule = next(self._named(told["noun"]), None) if told["noun"] else None
        if told["noun"] and (rule is None or rule.property != model.predicate):
            return
        if rule is not None and value.number is not None:
            value = replace(value, number=rule.sign * abs(value.number))
        period: dict[str, Qualifier] = {"period": told["term"]} if model.predicate in usage().termed else {}
        stance = replace(model.stance, modality=Modality.ASSERTED)
        yield replace(model, start=told.start(), end=mention.end, value=value, qualifiers=period, stance=stance, implied=True)

    def _level(self, scene: Scene, chunk: Chunk) -> Chunk | None:
        """The predicate that says how high a figure is: 5円だ, 5円に達する."""
        if COPULA.match(chunk.tail) and (chunk.parent < 0 or chunk.tail.startswith(("で、", "だ", "です"))):
            return chunk
        parent = scene.chunks[chunk.parent] if chunk.parent > chunk.index else None
        if self._reported(scene, chunk):
            return chunk
        fits = (
            parent is not None and chunk.case in _WORDS["levelled"] and clause_word(scene.chunks, parent) in self._cues.levels
        )
        return parent if fits else None

    def _reported(self, scene: Scene, chunk: Chunk) -> bool:
        """Whether a figure is another's of the same: Bは6円と報じている."""
        verb = scene.chunks[chunk.parent] if chunk.parent > chunk.index and chunk.case == "と" else None
        return verb is not None and clause_word(scene.chunks, verb) in self._cues.media

    def _around(self, scene: Scene, chunk: Chunk, level: Chunk) -> list[Chunk]:
        """What else stands with the figure."""
        beside = (scene.chunks[i] for held in {chunk.index: chunk, level.index: level}.values() for i in held.children)
        return [c for c in beside if c.index < chunk.index and not c.verbal]

    def _topic(self, scene: Scene, chunk: Chunk, level: Chunk, model: Draft) -> tuple[tuple[Ref, ...], bool]:
        """Of what the figure is said, and whether a topic says so; nothing where the clause is about something else."""
        entity = model.subject.entity
        subjects: tuple[Ref, ...] = (Ref(entity, chunk.start, chunk.start, f"(figure) → {entity.id}"),)
        if self._reported(scene, chunk):
            return subjects, True
        moved = False
        for other in self._around(scene, chunk, level):
            if any(s.date is not None for s in scene.slots_in(other)):
                continue
            part = ADVERBIAL.search(other.surface) or other.surface.endswith(DIVISIONS)
            named = self._arguments.refs(scene, other, (entity.type,)) if other.topical or other.case == "が" else ()
            if named:
                subjects, moved = named, True
            elif other.topical and any(rule.property == model.predicate for rule in self._named(other.surface)):
                continue
            elif other.topical and part and not any(s.names for s in scene.slots_in(other)):
                moved = True
            elif other.case in ("は", "が", "も", "を", "に", "と", "の"):
                return (), False
        return subjects, moved

    # ---- clauses alike

    def _shared(self, scene: Scene, row: list[_Pair], drafts: list[Draft]) -> list[Draft]:
        """The drafts without those that cross the pairs, and with those that a pair lacks."""
        cases = set.intersection(*(set(pair.cases) for pair in row))
        models: dict[str, tuple[Draft, _Pair, dict[str, str]]] = {}
        kept = []
        for draft in drafts:
            worth = next((pair for pair in row if _told(draft, pair.slot)), None)
            held = [_held(scene, draft, pair, cases) for pair in row]
            most = max(held, key=len)
            if worth is not None and (most or _timed(row)):
                models.setdefault(draft.predicate, (draft, worth, most))
            if worth is None or not most or held[row.index(worth)] == most:
                kept.append(draft)
        for predicate, (model, full, held_) in models.items():
            for pair in row:
                done = any(d.predicate == predicate and _told(d, pair.slot) for d in kept)
                if not done and _formed(full, pair, predicate, self._named):
                    kept += self._copies(scene, model, full, pair, {} if _timed(row) else held_)
        return kept

    def _copies(self, scene: Scene, model: Draft, full: _Pair, pair: _Pair, held: dict[str, str]) -> Iterator[Draft]:
        start = min([pair.slot.start, *(scene.span(topic.start, topic.end)[0] for topic in pair.topics)])
        made = [replace(model, start=start, end=max(pair.slot.end, start), **self._changed(model, full, pair))]
        for role, case in held.items():
            like = model.subject if role == "subject" or model.object is None else model.object
            types = next((group for group in _LIKE if like.entity.type in group), {like.entity.type})
            topic = pair.cases[case]
            refs = self._arguments.refs(scene, topic, types) or self._arguments.holders(scene, topic, types)
            made = [replace(d, subject=ref) if role == "subject" else replace(d, object=ref) for d in made for ref in refs]
        yield from made

    def _changed(self, model: Draft, full: _Pair, pair: _Pair) -> dict[str, Any]:
        """The value and qualifiers of a pair's copy."""
        if pair.slot.date is not None:
            return {"value": pair.slot.date.value}
        assert full.slot.quantity is not None and pair.slot.quantity is not None
        whole, other = full.slot.quantity.value, pair.slot.quantity
        changed = {
            name: _as(value, other) if isinstance(value, Quantity) and _size(value) == _size(whole) else value
            for name, value in model.qualifiers.items()
        }
        if "period" in changed and pair.date is not None:
            changed["period"] = self._arguments.text[pair.date.start : pair.date.end]
        value = _as(model.value, other) if isinstance(model.value, Quantity) else model.value
        return {"qualifiers": changed, "value": value}

    def _dated(self, scene: Scene) -> Iterator[_Pair]:
        """Every name with the date right behind or before it: 「A」を26年、「B」を27年に; 23年にA、24年にBを."""
        used = -1
        several = sum(slot.date is not None for slot in scene.slots) > 1
        for left, right in pairwise(scene.chunks if several else ()):
            for topic, timed in ((left, right), (right, left)):
                date = next((s for s in scene.slots_in(timed) if s.date is not None and not s.names), None)
                fits = topic.topical or topic.case in ("が", "を") or (topic is right and topic.case == "")
                if date is None or left.index <= used or not fits or not self._thing(scene, topic):
                    continue
                used = right.index
                yield _Pair((topic,), None, date, (), bool(_RE["joint"].fullmatch(right.tail)))
                break

    def _thing(self, scene: Scene, chunk: Chunk) -> bool:
        named = any(n.type not in ("Place", "Person") for s in scene.slots_in(chunk) for n in s.names)
        return named or self._arguments.noun_type(chunk.surface)[1] in BUILT

    def _pairs(self, scene: Scene) -> Iterator[_Pair]:
        """Every value of a sentence with the topics before it; those of a clause are new where one stands behind a value."""
        topics: list[Chunk] = []
        rest: list[Chunk] = []
        date: Slot | None = None
        ended = False
        several = sum(slot.quantity is not None for slot in scene.slots) > 1
        for chunk in scene.chunks if several else ():
            slots = scene.slots_in(chunk)
            worth = next((s for s in slots if s.quantity and s.quantity.kind in _VALUES and s.quantity.converts is None), None)
            dates = [s for s in slots if s.date is not None]
            if worth is not None and not chunk.verbal:
                ended = bool(_RE["joint"].fullmatch(chunk.tail))
                if topics or date:
                    yield _Pair(tuple(topics), date, worth, tuple(rest), ended)
                rest = []
            elif chunk.verbal:
                topics, rest, date = [], [], None
            elif dates:
                date = dates[-1]
            elif self._names(scene, chunk):
                topics, rest, date = ([] if ended else topics), [], (None if ended else date)
                topics = [*topics, chunk]
                ended = False
            else:
                rest.append(chunk)

    def _names(self, scene: Scene, chunk: Chunk) -> bool:
        """Whether a chunk says who or what a clause is about."""
        if not (chunk.topical or chunk.case in _WORDS["cases"]):
            return False
        near = [chunk, *(scene.chunks[i] for i in chunk.children if scene.chunks[i].case == "の")]
        named = any(s.names for c in near for s in scene.slots_in(c))
        phase = ADVERBIAL.search(chunk.surface) and not chunk.children
        return bool(phase) or (named and not any(self._named(chunk.surface))) or self._built(chunk)

    def _built(self, chunk: Chunk) -> bool:
        return self._arguments.noun_type(chunk.surface)[1] in BUILT


def _timed(row: list[_Pair]) -> bool:
    """Whether the pairs are of one thing at several times."""
    return row[0].topics == row[1].topics or all(ADVERBIAL.search(c.surface) for pair in row for c in pair.topics)


def _rows(pairs: Iterable[_Pair]) -> Iterator[list[_Pair]]:
    row: list[_Pair] = []
    for pair in pairs:
        if not (row and row[-1].open and _follows(row[-1], pair)):
            if len(row) > 1:
                yield row
            row = []
        row.append(pair)
    if len(row) > 1:
        yield row


def _follows(first: _Pair, second: _Pair) -> bool:
    """Whether the second pair has the form of the first."""
    kinds = [pair.slot.quantity.kind if pair.slot.quantity is not None else "date" for pair in (first, second)]
    if kinds[0] != kinds[1]:
        return False
    if first.topics == second.topics:
        return first.date is not None and second.date is not None and first.date is not second.date
    return bool(first.cases.keys() & second.cases.keys())


def _told(draft: Draft, slot: Slot) -> bool:
    """Whether a draft tells the value of a slot."""
    if slot.date is not None:
        return draft.value == slot.date.value
    return slot.quantity is not None and sized(draft, slot.quantity)


def sized(draft: Draft, mention: QuantityMention) -> bool:
    """Whether a draft tells a quantity, be it with the sign of a loss."""
    told = [value for value in (draft.value, *draft.qualifiers.values()) if isinstance(value, Quantity)]
    return any(_size(value) == _size(mention.value) for value in told)


def _alike(value: Quantity, mention: QuantityMention) -> bool:
    """Whether a quantity is of the kind of ``value``."""
    return value.unit == mention.value.unit or (value.unit == "GPU" and mention.counter in CHIPS)


def _size(value: Quantity) -> list[float]:
    return sorted(abs(n) for n in (value.number, value.minimum, value.maximum) if n is not None)


def _as(value: Quantity, other: QuantityMention) -> Quantity:
    """Another figure told as ``value`` is: in its unit, as a loss where that is one."""
    new = replace(other.value, unit=value.unit)
    loss = (value.number or value.minimum or 0) < 0
    return replace(new, number=-new.number) if loss and new.number else new


def _held(scene: Scene, draft: Draft, pair: _Pair, cases: Collection[str]) -> dict[str, str]:
    """The roles of a draft that a pair's topics fill, and their cases."""
    made: dict[str, str] = {}
    for case in cases:
        start, end = scene.span(pair.cases[case].start, pair.cases[case].end)
        for role, ref in (("subject", draft.subject), ("object", draft.object)):
            if ref is not None and start <= ref.start < end and not ref.how.startswith("("):
                made[role] = case
    return made


def _formed(full: _Pair, pair: _Pair, predicate: str, named: Callable[[str], Iterator[Attribute]]) -> bool:
    """Whether a clause has no noun of its own that says what its figure is."""
    words = {chunk.surface for chunk in full.rest}
    others = [chunk.surface for chunk in pair.rest if chunk.case in ("は", "が", "も", "を", "") and chunk.surface not in words]
    return not others or any(rule.property == predicate for rule in named(others[-1]))
