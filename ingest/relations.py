"""Nouns that relate things: AはBの競合だ, Bの子会社A, AやBなどの競合, OpenAIの共同創業者として知られるマスク氏 (``nominals.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ingest.arguments import Arguments, Ref
from ingest.claims import Draft
from ingest.clauses import Chunk, predicate
from ingest.scene import Scene
from ingest.stance import Stance, Stances
from ontology.lexicon import Lexicon
from ontology.model import Property

_CLOSING = re.compile(r"(?:の一人|のひとり|の1人|の一つ|たち|ら|各社|陣|企業|の一社)$")


class Relations:
    """Reads relational nouns and posts whose person stands elsewhere in the sentence."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self._properties = properties
        self._nouns = {noun: rule for rule in lexicon.nominals for noun in rule.relational}
        self._cues = lexicon.cues
        self._joints = tuple(noun for rule in lexicon.nominals for noun in rule.joint)
        self._posts = {post: rule.property for rule in reversed(lexicon.nominals) for post in rule.post}

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of one sentence."""
        for chunk in scene.chunks:
            surface = _CLOSING.sub("", chunk.surface)
            if surface in ("一人", "ひとり", "一つ", "1人", "一社", "メンバー") and chunk.children:
                yield from self._posted(scene, chunk, scene.chunks[chunk.children[-1]])
            noun = _ending(surface, self._nouns)
            if noun:
                yield from self._related(scene, chunk, noun)
            if _ending(surface, self._posts):
                yield from self._posted(scene, chunk, chunk)
            yield from self._joint(scene, chunk)
            yield from self._placed(scene, chunk)

    # ---- relational nouns

    def _related(self, scene: Scene, chunk: Chunk, noun: str) -> Iterator[Draft]:
        rule = self._nouns[noun]
        known = self._properties.get(rule.property)
        if known is None:
            return
        types = known.domain if rule.inverse else known.range
        mine = known.range if rule.inverse else known.domain
        others = self._others(scene, chunk, types)
        owners = self._owned(scene, chunk, mine)
        if not owners and others:
            owners = self._context(scene, chunk, mine, others)
        stance = self._stances.of(scene, chunk)
        for owner in owners if stance.claimed else ():
            for other in others:
                if owner.entity.id != other.entity.id:
                    first, second = (other, owner) if rule.inverse else (owner, other)
                    yield self._draft(scene, chunk, first, rule.property, second, stance)

    def _owned(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        for index in chunk.children:
            child = scene.chunks[index]
            if child.case == "の" and (refs := self._arguments.refs(scene, child, types)):
                return refs
        return self._inside(scene, chunk, types)

    def _inside(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        slots = [s for s in scene.slots_in(chunk) if s.names]
        return tuple(Ref(n.entity(), n.start, n.end) for s in slots[:1] for n in s.names if n.type in types)

    def _others(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        for index in chunk.children:
            child = scene.chunks[index]
            if child.case == "例" or child.tail.startswith(("など", "ら")):
                if refs := self._arguments.refs(scene, child, types):
                    return refs
        if chunk.case == "の" and chunk.parent >= 0:
            return self._arguments.refs(scene, scene.chunks[chunk.parent], types)
        if re.match(r"(?:だ|で(?:す|ある|あり|も)|でした|だった|に(?:あたる|当たる|なる)|、|。|$)", chunk.tail):
            return self._topic(scene, chunk, types)
        return ()

    def _topic(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        node = chunk
        for _ in range(3):
            for index in node.children:
                child = scene.chunks[index]
                if (child.topical or child.case == "が") and (refs := self._arguments.refs(scene, child, types)):
                    return refs
            if node.parent < 0:
                break
            node = scene.chunks[node.parent]
        return ()

    def _context(self, scene: Scene, chunk: Chunk, types: Collection[str], others: Iterable[Ref]) -> tuple[Ref, ...]:
        busy = {ref.entity.id for ref in others}
        start, _ = scene.span(chunk.start, chunk.end)
        discourse = self._arguments.discourse
        main = discourse.subject(types, start) or (discourse.main("Organization") if "Organization" in types else None)
        if main is None or main.id in busy:
            return ()
        return (Ref(main, start, start, f"(owner) → {main.id}"),)

    def _joint(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """OpenAI-Oracle連合: partners; 〜による計画: they take part in it."""
        slot = next((s for s in scene.slots_in(chunk) if len(s.names) > 1 and s.names[0].type == "Organization"), None)
        if slot is None:
            return
        refs = [Ref(n.entity("Organization"), n.start, n.end) for n in slot.names]
        behind = chunk.surface[-6:]
        if any(noun in behind for noun in self._joints) and not self._event(behind):
            stance = self._stances.of(scene, chunk)
            for i, left in enumerate(refs):
                for right in refs[i + 1 :]:
                    yield self._draft(scene, chunk, left, "partnersWith", right, stance)
        if chunk.case == "による" and chunk.parent >= 0:
            parent = scene.chunks[chunk.parent]
            for project in self._arguments.refs(scene, parent, ("Project",)):
                stance = self._stances.of(scene, parent)
                for ref in refs:
                    yield self._draft(scene, chunk, ref, "participatesIn", project, stance)

    def _event(self, words: str) -> bool:
        return words.endswith(("提携", "連携", "協業", "協力"))

    def _placed(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """メンフィスのデータセンター, xAIのクラスター: a described facility has its place and its operator in its genitives."""
        if scene.slots_in(chunk) and chunk.surface == scene.slots_in(chunk)[0].word:
            return
        refs = [ref for ref in self._arguments.refs(scene, chunk, ("Facility",)) if ref.how == "described"]
        if not refs:
            return
        owners = [scene.chunks[i] for i in chunk.children if scene.chunks[i].case == "の"]
        for slot in [s for c in (*owners, chunk) for s in scene.slots_in(c)]:
            for name in slot.names:
                pair = {"Place": "locatedIn", "Organization": "operates"}.get(name.type)
                if pair is None:
                    continue
                other = Ref(name.entity(), name.start, name.end)
                first, second = (refs[0], other) if pair == "locatedIn" else (other, refs[0])
                yield self._draft(scene, chunk, first, pair, second, Stance())

    # ---- posts

    def _posted(self, scene: Scene, chunk: Chunk, post: Chunk) -> Iterator[Draft]:
        surface = _CLOSING.sub("", post.surface)
        noun = _ending(surface, self._posts)
        if not noun:
            return
        owners = self._employers(scene, post)
        people = self._holder(scene, chunk, post)
        if people and not owners and self._officeholder(scene, chunk):
            owners = self._organisation(scene, chunk)
        if not owners and not people:
            people = self._inside(scene, post, ("Person",))
            owners = self._organisation(scene, chunk) if people and self._posts[noun] in ("leads", "founded") else ()
        if not people or not owners:
            return
        stance = self._stances.of(scene, post)
        kind = "workedFor" if surface[: -len(noun)].endswith(("元", "前")) else self._posts[noun]
        for person in people if stance.claimed else ():
            for owner in owners:
                yield self._draft(scene, post, person, kind, owner, stance, role="" if kind == "founded" else noun)

    def _officeholder(self, scene: Scene, chunk: Chunk) -> bool:
        parent = scene.chunks[chunk.parent] if chunk.parent >= 0 else None
        return parent is not None and predicate(scene.chunks, parent) in self._cues.office | self._cues.leaving

    def _organisation(self, scene: Scene, chunk: Chunk) -> tuple[Ref, ...]:
        """The organisation whose post it is when only the passage tells: its topic."""
        refs = self._topic(scene, chunk, ("Organization",))
        start, _ = scene.span(chunk.start, chunk.end)
        entity = None if refs else self._arguments.discourse.subject(("Organization",), start)
        return refs or ((Ref(entity, start, start, f"(post) → {entity.id}"),) if entity is not None else ())

    def _employers(self, scene: Scene, post: Chunk) -> tuple[Ref, ...]:
        for index in reversed(post.children):
            child = scene.chunks[index]
            if child.adnominal or child.tail.startswith("など"):
                refs = self._arguments.refs(scene, child, ("Organization",))
                if refs:
                    return refs
        return self._inside(scene, post, ("Organization",))

    def _holder(self, scene: Scene, chunk: Chunk, post: Chunk) -> tuple[Ref, ...]:
        if any(n.type == "Person" for s in scene.slots_in(chunk) for n in s.names):
            return ()
        node = chunk
        for step in range(4):
            for index in reversed(node.children):
                child = scene.chunks[index]
                if child is not post and child.case in ("は", "も", "が") and child.index < chunk.index:
                    if refs := self._arguments.refs(scene, child, ("Person",)):
                        return refs
            held = node.case in ("を", "に") and self._officeholder(scene, node)
            if node.parent < 0 or node.case in ("が", "を", "に", "から") and step == 0 and not held:
                return ()
            node = scene.chunks[node.parent]
            if refs := self._arguments.refs(scene, node, ("Person",)):
                return refs if node.index > chunk.index else ()
        return ()

    def _draft(
        self, scene: Scene, chunk: Chunk, first: Ref, kind: str, second: Ref, stance: object, role: str = ""
    ) -> Draft:
        left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
        inside = [ref for ref in (first, second) if scene.start <= ref.start < ref.end <= scene.end]
        start, end = min([left, *(r.start for r in inside)]), max([right, *(r.end for r in inside)])
        return Draft(
            first,
            kind,
            start,
            end,
            stance,  # type: ignore[arg-type]
            object=second,
            qualifiers={"role": role} if role else {},
            confidence=0.85,
            rule="relation",
        )


def _ending(surface: str, nouns: Mapping[str, object]) -> str:
    return next((surface[-size:] for size in range(min(len(surface), 12), 1, -1) if surface[-size:] in nouns), "")
