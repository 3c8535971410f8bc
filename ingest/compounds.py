"""What a compound says by itself: OpenAI-Oracle連合, メンフィスのデータセンター, xAIのクラスター (``nominals.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from ingest.arguments import Arguments, Ref
from ingest.claims import Draft
from ingest.clauses import Chunk, predicate
from ingest.discourse import THINGS
from ingest.scene import Scene
from ingest.stance import Stance, Stances
from kg.model import Modality, Qualifier
from ontology.lexicon import Lexicon, patterns
from ontology.usage import usage

_RE = patterns("compounds")


@cache
def _sites(lexicon: Lexicon) -> re.Pattern[str]:
    """The common nouns of what stands at a place."""
    return re.compile("|".join(re.escape(noun) for noun, kind in lexicon.nouns.items() if kind in THINGS))


@lru_cache(maxsize=4_096)
def _sited(lexicon: Lexicon, words: str) -> bool:
    """Whether words speak of what stands at a place."""
    return _sites(lexicon).search(words) is not None


class Compounds:
    """Reads joint ventures of neighbouring names, and whose and where a described facility is."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self._lexicon = lexicon
        self._own = lexicon.cues.own
        self._premises = lexicon.cues.premises
        self._apart = lexicon.cues.speech | frozenset(lexicon.cues.ties["nearing"])
        self._there = lexicon.cues.reference["Place"]
        self._lacking = tuple(lexicon.cues.ties["lacking"])
        self._joints = tuple(noun for rule in lexicon.nominals for noun in rule.joint)

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of one sentence."""
        for chunk in scene.chunks:
            if named := scene.slots_in(chunk):
                yield from self._joint(scene, chunk)
            if not chunk.verbal:
                yield from self._placed(scene, chunk)
            if named:
                yield from self._owned(scene, chunk)

    def _joint(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """OpenAI-Oracle連合: partners; 〜による計画: they take part in it."""
        slot = next((s for s in scene.slots_in(chunk) if len(s.names) > 1 and s.names[0].type == "Organization"), None)
        if slot is None:
            return
        refs = [Ref(n.entity("Organization"), n.start, n.end) for n in slot.names]
        behind = chunk.surface[-6:]
        if any(noun in behind for noun in self._joints) and not behind.endswith(("提携", "連携", "協業", "協力")):
            stance = self._stances.of(scene, chunk)
            for i, left in enumerate(refs):
                for right in refs[i + 1 :]:
                    yield drafted(scene, chunk, left, usage().partner, right, stance)
        if chunk.case == "による" and chunk.parent >= 0:
            parent = scene.chunks[chunk.parent]
            for project in self._arguments.refs(scene, parent, ("Project",)):
                stance = self._stances.of(scene, parent)
                for ref in refs:
                    yield drafted(scene, chunk, ref, usage().member, project, stance)

    def _owned(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """Aは主力の「X」を増産する, Aは自社サービス「X」で…: A makes X."""
        slot = next((s for s in scene.slots_in(chunk) if s.names and s.names[0].type in ("Product", "Model")), None)
        if slot is None:
            return
        before = [scene.chunks[i].surface for i in chunk.children if scene.chunks[i].case == "の"]
        before.append(self._arguments.raw(slot.start, slot.names[0].cover[0]))
        topics = [c for c in scene.chunks if c.topical and c.index < chunk.index]
        if any(words.startswith(self._own) for words in before) and topics:
            for maker in self._arguments.refs(scene, topics[-1], ("Organization",)):
                for name in slot.names:
                    yield drafted(scene, chunk, maker, usage().maker, Ref(name.entity(), *name.cover), Stance())

    def _general(self, scene: Scene, chunk: Chunk) -> bool:
        """Whether a thing is only one of a kind here: 首都圏のデータセンターの空き不足."""
        parent = scene.chunks[chunk.parent] if chunk.parent > chunk.index else chunk
        return chunk.case == "の" and parent.surface.endswith(self._lacking)

    def _placed(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """Where a facility is, by the clauses and nouns before it, and of a described one who operates it."""
        slots = scene.slots_in(chunk)
        told = any(n.type in THINGS for slot in slots for n in slot.names)
        described = (_sited(self._lexicon, c.surface) for c in (chunk, *(scene.chunks[i] for i in chunk.children)))
        counted = any(s.quantity is not None and s.quantity.kind == "count" for s in slots)  # シドニーの2棟
        if not (told or counted or any(described)) or self._general(scene, chunk):
            return
        refs = self._arguments.refs(scene, chunk, THINGS)
        if not refs or not (told or refs[0].how == "described"):
            return
        yield from self._where(scene, chunk, refs[0])
        if (
            refs[0].how == "described"
            and refs[0].entity.type == "Facility"
            and not (slots and slots[0].names and chunk.surface == slots[0].word)
        ):
            yield from self._whose(scene, chunk, refs[0])

    def _where(self, scene: Scene, chunk: Chunk, ref: Ref) -> Iterator[Draft]:
        """豊洲で営む拠点, 京都にGPU拠点。: a place in the clause before a facility, or beside it where a verb is left out."""
        children = [scene.chunks[i] for i in chunk.children]
        for clause in (c for c in children if c.bond.startswith("acl") and predicate(scene.chunks, c) not in self._apart):
            stance = self._stances.of(scene, clause)
            sites = [c for i in clause.children if (c := scene.chunks[i]).case in ("に", "で") and i < clause.index]
            yield from self._sited(scene, chunk, ref, sites, stance if stance.claimed else Stance())
        beside = [c for c in children if c.case in ("に", "で")]
        sited = list(self._sited(scene, chunk, ref, beside, self._stances.of(scene, chunk)))
        yield from sited
        opens = next((c for c in children if c.topical), None) if sited and chunk.parent < 0 and not chunk.tail else None
        seat = chunk.surface.endswith(self._lexicon.cues.seats)  # アジア初の拠点: rooms of the company
        if opens is not None and ref.how == "described" and not seat:  # ソニー、京都に新工場
            for maker in self._arguments.refs(scene, opens, ("Organization",)):
                yield drafted(scene, chunk, maker, usage().building, ref, Stance(Modality.PLANNED))

    def _whose(self, scene: Scene, chunk: Chunk, ref: Ref) -> Iterator[Draft]:
        """メンフィスのデータセンター, xAIのクラスター, 大阪のバックアップ拠点: place and operator in the genitives."""
        front = [c for i in chunk.children if not (c := scene.chunks[i]).tail and i == chunk.index - 1]
        owners = [scene.chunks[i] for c in (*front, chunk) for i in c.children if scene.chunks[i].case == "の"]
        figures = [c for c in owners if any(s.quantity is not None for s in scene.slots_in(c))]  # 北海道の30MWの施設
        owners += [scene.chunks[i] for c in figures for i in c.children if scene.chunks[i].case == "の"]
        yield from self._sited(scene, chunk, ref, [*owners, chunk], Stance())
        if chunk.surface.endswith(self._premises):
            return
        told = (n for c in (*owners, chunk) for s in scene.slots_in(c) for n in s.names if n.type == "Organization")
        for name in (n for n in told if not self._arguments.text.startswith("向け", n.cover[1])):
            yield drafted(scene, chunk, Ref(name.entity(), name.start, name.end), usage().operator, ref, Stance())

    def _sited(self, scene: Scene, chunk: Chunk, ref: Ref, sites: Iterable[Chunk], stance: Stance) -> Iterator[Draft]:
        """A claim for each place that one of ``sites`` names; places that are listed are those of several things."""
        sites = tuple(sites)
        for there in (ref for c in sites if c.surface in self._there for ref in self._arguments.refs(scene, c, ("Place",))):
            yield drafted(scene, chunk, ref, usage().place, there, stance)
        alone = (s.names[0] for c in sites for s in scene.slots_in(c) if len(s.names) == 1 and s.names[0].type == "Place")
        for name in (n for n in alone if not _RE["among"].match(self._arguments.text, n.cover[1])):  # 米国外の, アジア初の拠点
            yield drafted(scene, chunk, ref, usage().place, Ref(name.entity(), name.start, name.end), stance)


def drafted(
    scene: Scene, chunk: Chunk, first: Ref, kind: str, second: Ref, stance: Stance, more: Mapping[str, Qualifier] | None = None
) -> Draft:
    """A claim whose span runs over ``chunk`` and both ends."""
    left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
    inside = [ref for ref in (first, second) if scene.start <= ref.start < ref.end <= scene.end]
    start, end = min([left, *(r.start for r in inside)]), max([right, *(r.end for r in inside)])
    return Draft(first, kind, start, end, stance, object=second, qualifiers=more or {}, rule="relation")
