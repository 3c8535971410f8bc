"""How sure and who says it: modality, polarity and attribution of a predicate from what governs it (``spec/claims.md``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.arguments import Arguments
from ingest.clauses import ABSTRACT, Chunk, predicate, served
from ingest.frames import idiom
from ingest.scene import Scene
from ingest.voices import SPEAKERS, Voices
from kg.model import Entity, Modality
from ontology.lexicon import Cues, patterns, words

_SUPPOSED = re.compile(r"[るすくうつむぶぐぬ]と(、?)$")
_QUOTED = re.compile(r"[^、]{0,12}?と(?!も|し|、|共)")
RANK = {name: rank for rank, name in enumerate(("denied", "possible", "planned", "estimated"))}
_RE = patterns("stance")
_WORDS = words("stance")


@dataclass(frozen=True, slots=True)
class Stance:
    """How a clause is meant; ``claimed`` is false in questions and conditions."""

    modality: Modality = Modality.ASSERTED
    speakers: tuple[Entity, ...] = ()
    claimed: bool = True


class Stances:
    """Reads stances."""

    def __init__(self, arguments: Arguments, cues: Cues) -> None:
        """One per article, fed in reading order."""
        self._arguments = arguments
        self.cues = cues
        self._voices = Voices(arguments, cues, lambda scene, chunk: [node for node, _ in self._path(scene, chunk)])
        self._conditional = re.compile(rf"(?:{'|'.join(cues.conditions[:6])})(?:ば)?、?$")
        self._ended: dict[tuple[str, bool], frozenset[str]] = {}

    def of(self, scene: Scene, chunk: Chunk, suffix: str = "", carrier: Chunk | None = None) -> Stance:
        """The stance of the predicate in ``chunk``; ``suffix`` are nouns compounded behind it, ``carrier`` its light verb."""
        path = list(self._path(scene, chunk))
        found = {m for word in _modal_words(suffix) if (m := self.cues.modality_words.get(word))}
        begun = self._begun(scene, carrier or chunk)
        for node, governs in path:
            own, verb = node is chunk, node is chunk or node is carrier
            found |= self._cue(scene, node, own=own, verb=verb, governs=governs and (verb or not begun))
        if (
            not begun
            and (not found or (found == {"estimated"} and self._said_so(scene, path)))
            and (
                self._future(scene, chunk, carrier)
                or self._as_planned(scene, chunk, carrier, path)
                or self._included(scene, chunk)
            )
        ):
            found = {"planned"}
        if found == {"planned"} and self._achieved(path):
            found.clear()
        modality = min(found, key=RANK.__getitem__, default="asserted")
        speakers = self._voices.of(scene, [node for node, _ in path])
        return Stance(Modality(modality), speakers, self._claimed(scene, path))

    def denial(self, scene: Scene, chunk: Chunk) -> tuple[Stance, int] | None:
        """Aが…すると報じたが、Bは否定した: B's own stance to what A told, and where the denial ends."""
        for said, verb in pairwise(node for node, _ in self._path(scene, chunk)):
            reply = scene.chunks[verb.parent] if verb.parent > verb.index and _RE["but"].search(verb.tail) else None
            if reply is not None and said.tail.endswith("と") and predicate(scene.chunks, reply) in self.cues.denying:
                who = self._voices.said_by(scene, reply, SPEAKERS)
                return Stance(Modality.DENIED, tuple(ref.entity for ref in who)), scene.span(reply.start, reply.end)[1]
        return None

    def _begun(self, scene: Scene, verb: Chunk) -> bool:
        """昨年3月に着工し、2028年に完成する予定だ: a link of a chain that is dated before the article is no plan."""
        dates = (s.date for i in verb.children for s in scene.slots_in(scene.chunks[i]) if s.date is not None)
        return verb.verbal and verb.tail in ("し、", "、") and any(self._arguments.discourse.past(d.value.date) for d in dates)

    def _said_so(self, scene: Scene, path: Iterable[tuple[Chunk, bool]]) -> bool:
        """Whether the words say only that it is said to be so: of a plan it stays a plan (case 11)."""
        told = [scene.text[max(0, node.start - 1) : node.end] for node, _ in path]
        return any(word in words for words in told for word in self.cues.said_so)

    def _included(self, scene: Scene, chunk: Chunk) -> bool:
        """計画には工場の建設が含まれる: what a plan holds is planned."""
        return chunk.parent > chunk.index and scene.chunks[chunk.parent].head.lemma in self.cues.including and not chunk.verbal

    def _achieved(self, path: Iterable[tuple[Chunk, bool]]) -> bool:
        """買収する手続きを終えた: what was planned is done."""
        ends = (node.tail for node, _ in path if node.head.lemma in self.cues.achieving)
        return any(_RE["done"].search(tail) and not _RE["not"].search(tail) for tail in ends)

    def _future(self, scene: Scene, chunk: Chunk, carrier: Chunk | None) -> bool:
        """The plain form of an act that is done once speaks of the future (工場を建設する, 300億円を補助します)."""
        own = carrier or chunk
        verb = _closing(scene, own)
        words = {predicate(scene.chunks, chunk), *([] if verb is own else [predicate(scene.chunks, verb)])}
        if (
            carrier is not None
            and words & self.cues.future_relative
            and predicate(scene.chunks, carrier) in _WORDS["announced"]
        ):
            return True  # 新設を発表した
        relative = verb.bond.startswith("acl") and verb.parent >= 0 and not ABSTRACT.search(scene.chunks[verb.parent].surface)
        if relative and predicate(scene.chunks, chunk) not in self.cues.future_relative:
            return False
        if predicate(scene.chunks, chunk) in self.cues.spending and (clause := served(scene.chunks, verb)) is not None:
            return self._future(scene, clause, None)  # 100億円を投じて工場を建てる
        later = self._arguments.discourse.later
        dated = (
            s for node in (own, verb) for i in node.children for s in scene.slots_in(scene.chunks[i]) if s.date is not None
        )
        once = set() < words - {"する"} <= self.cues.future_acts  # 建設し、容量は…とする
        coming = any(scene.chunks[i].surface in _WORDS["coming"] for node in (own, verb) for i in node.children)
        if not verb.verbal or not (once or coming or any(later(s.date.value.date) for s in dated if s.date)):
            return False
        if verb.head.tag.startswith("動詞"):
            return verb.head.text == verb.head.lemma or bool(re.match(r"ます", verb.tail))
        return bool(re.match(r"(?:する|します|させる|される)(?!.{0,3}(?:た|て|など))", verb.tail))

    def _as_planned(self, scene: Scene, chunk: Chunk, carrier: Chunk | None, path: Iterable[tuple[Chunk, bool]]) -> bool:
        """計画によると、Aが支援する: what a plan says of the time to come."""
        verb = carrier or chunk
        plans = any(
            scene.chunks[i].case == "source" and scene.chunks[i].surface.endswith(("計画", "計画書", "予定"))
            for node, _ in path
            for i in node.children
        )
        return plans and not re.search(r"た|て(?:いる|おり)", verb.tail)

    def _path(self, scene: Scene, chunk: Chunk) -> Iterator[tuple[Chunk, bool]]:
        """The chunk and those that govern it; with each, whether it still says how the chunk is meant."""
        governs, node, steps = not chunk.surface.endswith(("中", "済み", "済")), chunk, 0
        yield node, True
        while node.parent >= 0 and steps < 12:
            parent = scene.chunks[node.parent]
            if parent.index <= node.index:
                return
            quoted = node.case == "と" or ("と" in node.tail and _QUOTED.match(node.tail) is not None)
            held = node.bond.startswith("acl") and ABSTRACT.search(parent.surface) is not None
            if node.bond.startswith("acl") and not held and not quoted:
                if ABSTRACT.search(node.surface):  # 建設する予定だった工場を断念した
                    yield from self._given_up(scene, parent)
                return
            if (node.finite and not quoted and not held) or self._another_acts(scene, node, parent):
                governs = False
            if held and parent.surface.endswith(_WORDS["undertakings"]) and _RE["happened"].match(node.tail):
                governs = False  # Aが設立した計画: what it was set up for may be to come
            yield from self._shared_plan(scene, node, parent)
            yield parent, governs
            node, steps = parent, steps + 1

    def _shared_plan(self, scene: Scene, node: Chunk, verb: Chunk) -> Iterator[tuple[Chunk, bool]]:
        """出資し、支援する計画を発表した: the links before the clause of a plan are in it, unless a day is told of them."""
        if not _RE["link"].fullmatch(node.tail) or any(
            scene.chunks[i].case == "に" and s.date for i in node.children for s in scene.slots_in(scene.chunks[i])
        ):
            return
        for plan in (scene.chunks[i] for i in verb.children if node.index < i and ABSTRACT.search(scene.chunks[i].surface)):
            inner = [scene.chunks[i] for i in plan.children if scene.chunks[i].bond.startswith("acl")]
            told = any(scene.chunks[i].case == "が" or scene.chunks[i].topical for c in inner for i in c.children)
            if inner and not told and not any(_RE["happened"].match(c.tail) for c in inner):
                yield plan, True

    def _another_acts(self, scene: Scene, node: Chunk, verb: Chunk) -> bool:
        """Aは…に広げる方針とされ、Bは新設を検討している: how sure B is says nothing of A (but …予定だ)."""
        between = (scene.chunks[i] for i in verb.children if i > node.index and scene.chunks[i].case == "は")
        acting = any(n.type in ("Organization", "Person") for c in between for s in scene.slots_in(c) for n in s.names)
        return acting and verb.verbal and node.bond.startswith("advcl") and node.tail.endswith("、")

    def _given_up(self, scene: Scene, planned: Chunk) -> Iterator[tuple[Chunk, bool]]:
        verb = scene.chunks[planned.parent] if planned.parent > planned.index else None
        if verb is not None and self.cues.modality_words.get(predicate(scene.chunks, verb)) == "denied":
            yield verb, True

    def _cue(self, scene: Scene, node: Chunk, *, own: bool, verb: bool, governs: bool) -> set[str]:
        found: set[str] = set()
        lead = "と" + node.surface if scene.text[: node.start].endswith("と") else "" if own else node.surface[-4:]
        tail = lead + node.tail
        if governs:
            if not own:
                words = (idiom(scene.chunks, node), node.head.lemma, node.head.text, node.surface, *_modal_words(node.surface))
                for word in (*words, *_bound_for(scene, node)):
                    if modality := self.cues.modality_words.get(word):
                        found.add(modality)
                        break
            found |= self._endings(tail, verb=verb)
            if (verb or node.head.lemma in self.cues.achieving) and _RE["not"].search(node.tail):
                found.add("denied")
            if "denied" in found and self._affirms(scene, node):
                found.discard("denied")
        return found

    def _endings(self, tail: str, *, verb: bool) -> frozenset[str]:
        """What the endings in a tail say; the shortest only of a verb."""
        if (known := self._ended.get((tail, verb))) is None:
            told = (m for ending, m in self.cues.modality_endings if ending in tail and (verb or len(ending) > 2))
            known = self._ended[tail, verb] = frozenset(told)
        return known

    def _affirms(self, scene: Scene, node: Chunk) -> bool:
        """1.2メガワットしかない, に違いない, だけではない: a negative form that denies nothing."""
        around = scene.text[max(0, node.start - 6) : node.end]
        return bool(self.cues.affirmed.search(around)) or any(scene.chunks[i].tail.startswith("しか") for i in node.children)

    def _claimed(self, scene: Scene, path: Iterable[tuple[Chunk, bool]]) -> bool:
        nodes = [node for node, _ in path]
        if any(_RE["whether"].search(node.tail) for node in nodes[:3]) or _RE["asking"].search(nodes[0].tail):
            return False
        if re.match(r"(?:する)?に(?:は|あたり|当たり)", nodes[0].tail) and nodes[0].verbal:  # 崩すには力が足りない
            return False
        if self._supposed(scene, nodes[0]):
            return False
        if any(self._conditional.search(node.tail) or node.surface == "場合" for node in nodes[:3]):
            return False
        asks = ("か。", "か?", "?", "？", "か", "でしょうか", "ましょう。")
        return scene.chunks[-1] not in nodes or not scene.text.rstrip("」』）)").endswith(asks)

    def _supposed(self, scene: Scene, node: Chunk) -> bool:
        """水冷に切り替えると、電力は減る: what would follow; with a past behind it (…すると、…した) it has happened."""
        closing = _SUPPOSED.search(scene.text, node.start, node.end) if node.parent >= 0 else None
        if closing is None:
            return False
        verb = scene.chunks[node.parent]
        if not closing[1] and not any(i > node.index and scene.chunks[i].case in ("が", "は") for i in verb.children):
            return False
        word = predicate(scene.chunks, verb)
        said = (
            {word, idiom(scene.chunks, verb)} & self.cues.speech or word in self.cues.modality_words or word in ("する", "いう")
        )
        return not said and not re.search(r"た(?!い|め)", verb.tail)


def _closing(scene: Scene, verb: Chunk) -> Chunk:
    """The verb whose tense holds for a link of its chain: 5円を投じ、工場を建てる."""
    while verb.verbal and verb.tail in ("し、", "、") and verb.parent > verb.index:
        after = [*(scene.chunks[i] for i in scene.chunks[verb.parent].children), scene.chunks[verb.parent]]
        verb = next(c for c in after if c.index > verb.index and (c.verbal or c.index == verb.parent))
    return verb


def _bound_for(scene: Scene, node: Chunk) -> Iterator[str]:
    """…する方向で最終調整に入る, 破談になる, 白紙に戻る: the noun beside the verb tells how far things are."""
    children = [scene.chunks[i] for i in node.children]
    if predicate(scene.chunks, node).endswith(_WORDS["ending_in"]):
        yield from (c.surface for c in children if c.case in ("に", "と"))
    if any(c.surface.endswith(("方向", "線")) and c.case == "で" for c in children):
        yield from (c.surface for c in children if c.case in ("に", "を"))


def _modal_words(surface: str) -> Iterator[str]:
    """The closing parts of a compound that may be a modality cue (拡張計画 → 計画)."""
    for size in range(min(len(surface), 5), 1, -1):
        yield surface[-size:]
