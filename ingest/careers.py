"""Where a person works or worked, told by a verb, not a post: OpenAIで安全対策を担当していた, 2016年から2021年まで在籍した."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.arguments import Arguments, Ref
from ingest.claims import Draft
from ingest.clauses import Chunk, predicate
from ingest.compounds import drafted
from ingest.frames import COPULA, idiom
from ingest.relations import FORMERLY, Relations
from ingest.scene import Scene, Slot
from ingest.stance import Stances
from kg.model import Modality, Qualifier
from ontology.lexicon import Lexicon, patterns, words
from ontology.usage import usage

_RE = patterns("careers")
_WORDS = words("careers")


class Careers:
    """Reads the verbs of working somewhere; their tense and period tell whether it is over."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon, relations: Relations) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self._relations = relations
        ties = lexicon.cues.ties
        self._staying, self._acting, self._parting = ties["staying"], ties["acting"], ties["parting"]
        self._heirs, self._units = ties["heirs"], tuple(ties["units"])

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of one sentence."""
        for verb in scene.chunks:
            yield from self._formerly(scene, verb)
            word = spoken if (spoken := idiom(scene.chunks, verb)) in self._staying else predicate(scene.chunks, verb)
            cases = ("に", "で") if word in self._staying else ("で", "を") if word in self._acting else ()
            if cases and verb.verbal:
                yield from self._worked(scene, verb, cases)
            elif word in self._parting or verb.surface in self._parting:
                yield from self._parted(scene, verb)
            elif verb.surface in self._heirs:
                yield from self._relations.inherited(scene, verb)

    def _formerly(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """Aは元B, Aは元Bの人だ, Aは元Bで…していた人."""
        if not chunk.surface.startswith(_WORDS["past_of"]) or not (companies := self._companies(scene, chunk)):
            return
        head = scene.chunks[chunk.parent] if chunk.case == "の" and chunk.parent > chunk.index else chunk
        if head is not chunk and any(n.type == "Person" for s in scene.slots_in(head) for n in s.names):
            people = self._relations.fillers.refs(scene, head, ("Person",))
        elif COPULA.match(head.tail) or (head is chunk and chunk.case == "で"):
            people = self._relations.fillers.subjects(scene, head, ("Person",), chunk, depth=3)
        else:
            return
        stance = self._stances.of(scene, head)
        for person in people if stance.claimed else ():
            for company in companies if person.how != "described" else ():
                yield drafted(scene, chunk, person, usage().past, company, stance)

    def _parted(self, scene: Scene, verb: Chunk) -> Iterator[Draft]:
        """Somebody leaves: the company is not said again where the text has told it before, or is all about it."""
        stance = self._stances.of(scene, verb)
        around = [scene.chunks[i] for i in verb.children if i < verb.index]
        if not stance.claimed or any(c.case in ("を", "から", "に") and self._companies(scene, c) for c in around):
            return
        owners = [] if verb.verbal else [c for c in around if c.case == "の"]  # Aの退社
        people = (
            self._relations.fillers.subjects(scene, verb, ("Person",), verb, depth=1)
            if verb.verbal
            else tuple(ref for c in owners for ref in self._arguments.refs(scene, c, ("Person",)))
        )
        for person in people:
            company = self._arguments.discourse.homes.get(person.entity.id) or self._arguments.discourse.protagonist()
            if company is not None and person.how != "described":
                left = Ref(company, person.start, person.start, f"(company) → {company.id}")
                yield drafted(scene, verb, person, usage().past, left, stance)

    def _worked(self, scene: Scene, verb: Chunk, cases: tuple[str, ...]) -> Iterator[Draft]:
        around = [scene.chunks[i] for i in verb.children if i < verb.index]
        where = next((refs for c in around if c.case in cases and (refs := self._companies(scene, c))), ())
        people = self._relations.fillers.subjects(scene, verb, ("Person",), verb, depth=3) if where else ()
        stance = self._stances.of(scene, verb)
        if not people or not stance.claimed:
            return
        period = dict(_period(scene, around))
        closing = scene.chunks[verb.parent] if verb.tail in ("し、", "、") and verb.parent > verb.index else verb
        past = bool(_RE["past"].search(closing.tail)) or (stance.modality is Modality.DENIED and "た" in verb.tail)
        over = past or "to" in period or any(FORMERLY.match(c.surface) for c in around)
        for person in people:
            for company in where:
                yield drafted(scene, verb, person, usage().past if over else usage().staff, company, stance, period)

    def _companies(self, scene: Scene, chunk: Chunk) -> tuple[Ref, ...]:
        """The companies of an argument; of Aの開発部門を A."""
        if chunk.case == "を":
            owners = (scene.chunks[i] for i in chunk.children if scene.chunks[i].case in ("の", "で"))
            unit = chunk.surface.endswith(self._units)
            return tuple(ref for owner in owners for ref in self._companies(scene, owner)) if unit else ()
        refs = self._arguments.refs(scene, chunk, ("Organization",))
        return tuple(ref for ref in refs if not ref.how or ref.how.startswith("同社"))


def _period(scene: Scene, around: list[Chunk]) -> Iterator[tuple[str, Qualifier]]:
    """2015年から2018年まで: the qualifiers ``from`` and ``to`` (case 15 of ``spec/claims.md``)."""
    pool = [*around, *(scene.chunks[i] for chunk in around for i in chunk.children)]
    for name, case in (("from", "から"), ("to", "まで")):
        slots: list[Slot] = [slot for chunk in pool if chunk.case == case for slot in scene.slots_in(chunk)]
        date = next((slot.date for slot in slots if slot.date is not None), None)
        if date is not None:
            yield name, date.value
