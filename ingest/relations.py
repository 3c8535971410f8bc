"""Nouns that relate things: BのNはAだ, AはBのNだ, BのNであるA, AをNとするB, AがBのNに就任 (``nominals.yaml``).

One mechanism reads them all. A noun has an *owner* (B) and a *filler* (A); each construction says where the two stand.
Posts are such nouns too: their filler is a person, and the verb they stand under may end them (退任).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ingest.arguments import Arguments, Ref
from ingest.claims import Draft
from ingest.clauses import Chunk, predicate
from ingest.compounds import drafted
from ingest.discourse import THINGS
from ingest.fillers import CLOSING, Filled, Fillers, Role
from ingest.scene import Scene
from ingest.stance import Stance, Stances
from kg.model import Modality
from ontology.lexicon import Lexicon, patterns
from ontology.model import Property
from ontology.usage import usage

_RE = patterns("relations")
FORMERLY = _RE["formerly"]
MADE = "製"


class Relations:
    """Reads the nouns of one article that relate an owner to a filler."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self._properties = properties
        self._last: tuple[Role, Ref, int] | None = None  # the post told last, at which company, in which sentence
        self._ties = lexicon.cues.ties
        self._seats = lexicon.cues.seats
        self.fillers = Fillers(arguments, lexicon)

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of one sentence."""
        for chunk in scene.chunks:
            for role in self.fillers.of(chunk):
                drafts = list(self._claims(scene, chunk, role))
                self.note(drafts, scene.index)
                yield from drafts
            if scene.slots_in(chunk):
                yield from self._fronted(scene, chunk)

    def note(self, drafts: Iterable[Draft], at: int) -> None:
        """Remembers whose employer or company the text has named, so that it is not guessed."""
        for draft in drafts:
            if draft.object is None or draft.subject.entity.type != "Person":
                continue
            if draft.predicate != usage().past and not draft.object.how.startswith("("):
                self._arguments.discourse.homes[draft.subject.entity.id] = draft.object.entity
            if draft.predicate != usage().founder:
                self.fillers.placed.add(draft.subject.entity.id)
            if draft.predicate in usage().posts and (title := draft.qualifiers.get("role")):
                kind = (
                    usage().head if any(r.property == usage().head for r in self.fillers.known(str(title))) else usage().staff
                )
                self._last = Role(str(title), kind, inverse=True, post=True), draft.object, at

    def _fronted(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """xAIの関連会社MZX Tech: the noun stands before the name that fills it."""
        for slot in (slot for slot in scene.slots_in(chunk) if slot.names):
            first = slot.names[0]
            before = self._arguments.raw(max(scene.start, first.cover[0] - 14), first.cover[0])
            for role in self.fillers.known(before):
                if not role.post:
                    fillers = tuple(Ref(n.entity("Organization"), *n.cover) for n in slot.names)
                    yield from self._paired(scene, chunk, role, Filled(fillers))

    def inherited(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """後任はAだ, 後任にAが就く: the post told just before, at the same company."""
        if (
            self._last is None
            or scene.index - self._last[2] > 1
            or any(scene.slots_in(scene.chunks[i]) for i in chunk.children)
        ):
            return
        role, company, _ = self._last
        filled = self.fillers.filled(scene, chunk, role, ("Person",))
        for person in filled.refs:
            yield self._draft(scene, chunk, person, role.property, company, self._stance(scene, chunk, filled), role.noun)

    # ---- one role

    def _claims(self, scene: Scene, chunk: Chunk, role: Role) -> Iterator[Draft]:
        known = self._properties.get(role.property)
        if known is None or (role.post and _RE["stranger"].match(chunk.surface)):
            return
        theirs = frozenset({"Person"}) if role.post else known.domain if role.inverse else known.range
        filled = self.fillers.filled(scene, chunk, role, theirs)
        if role.noun == MADE and role.property == usage().maker:
            filled = replace(
                filled, refs=tuple(ref for ref in filled.refs if ref.entity.discovered)
            )  # a listed one has a known maker
        if filled.refs:
            yield from self._paired(scene, chunk, role, filled)

    def _paired(self, scene: Scene, chunk: Chunk, role: Role, filled: Filled) -> Iterator[Draft]:
        known = self._properties[role.property]
        mine, theirs = (known.range, known.domain) if role.inverse else (known.domain, known.range)
        if not role.post and any(ref.entity.type not in theirs for ref in filled.refs):
            return
        mine = (
            mine - {"Organization", "Product"} if role.owned and role.property == usage().equipment else mine
        )  # AのGPU: its product
        owners = self._owners(scene, chunk, role, mine, filled)
        stance = self._stance(scene, chunk, filled)
        if not stance.claimed:
            return
        each = chunk.case == "に" and predicate(scene.chunks, scene.chunks[chunk.parent]) in self._ties["listing"]
        if each and not owners:
            return  # パートナーにはA、B、Cがある: of somebody who is not told
        if not owners and known.symmetric and len(filled.refs) > 1:
            pairs = [(a, b) for i, a in enumerate(filled.refs) for b in filled.refs[i + 1 :]]
        else:
            pairs = [(filler, owner) if role.inverse else (owner, filler) for owner in owners for filler in filled.refs]
        kind = usage().past if role.post and self._former(scene, chunk, role, filled) else role.property
        title = self._title(scene, chunk, role) if role.post and kind != usage().founder else ""
        for first, second in pairs:
            if first.entity.id != second.entity.id:
                yield self._draft(scene, chunk, first, kind, second, stance, title)

    def _stance(self, scene: Scene, chunk: Chunk, filled: Filled) -> Stance:
        if filled.anchor is None:
            return Stance()
        stance = self._stances.of(scene, filled.anchor)
        verb = scene.chunks[chunk.parent] if chunk.parent >= 0 else chunk
        if verb.surface in ("ない", "無い") and chunk.case in ("に", "で", "は", "が"):
            stance = replace(stance, modality=Modality.DENIED)
        node = scene.chunks[chunk.parent] if chunk.case == "の" and chunk.parent >= 0 else chunk
        if stance.modality is Modality.ASSERTED and _RE["perhaps"].search(node.surface):  # AはBの買い手の候補だ
            stance = replace(stance, modality=Modality.POSSIBLE)
        return stance

    def _former(self, scene: Scene, chunk: Chunk, role: Role, filled: Filled) -> bool:
        if role.property == usage().founder:
            return False
        if (
            filled.ended
            or re.search(r"[元前]$", CLOSING.sub("", chunk.surface)[: -len(role.noun)])
            or chunk.surface.startswith(("元", "旧"))
            or any((c := scene.chunks[i]).surface.startswith(("元", "前")) and scene.slots_in(c) for i in chunk.children)
        ):
            return True
        anchor = filled.anchor
        if anchor is None:
            return bool(re.match(r"だった|であった", chunk.tail))
        around = (scene.chunks[i] for i in (*anchor.children, *chunk.children))
        past = bool(_RE["past"].search(anchor.tail))
        return past and (
            predicate(scene.chunks, anchor) in self._ties["holding"]
            or anchor is chunk
            or any(FORMERLY.match(c.surface) for c in around)
        )

    def _title(self, scene: Scene, chunk: Chunk, role: Role) -> str:
        named = [slot for slot in scene.slots_in(chunk) if slot.names]
        left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
        words = self._arguments.raw(max([left, *(slot.end for slot in named)]), right)
        return words if words.endswith(role.noun) and len(words) < 18 else role.noun

    # ---- whose it is

    def _owners(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str], filled: Filled) -> tuple[Ref, ...]:
        known = self._properties[role.property]
        busy = {ref.entity.id for ref in filled.refs}
        others = [scene.chunks[i] for i in reversed(chunk.children) if i < chunk.index]
        bound = [
            c
            for c in others
            if c.case == "の"
            or (c.case == "と" and known.symmetric)
            or (role.post and (c.adnominal or c.tail.startswith("など")))
            or (c.index == chunk.index - 1 and c.case == "" and c.tail == "" and not c.verbal)  # Bグループ傘下
        ]
        bound += [c for c in others if c.tail == "" and c.index == chunk.index - 1]  # A傘下の
        clauses = [c for c in others if role.held and c.bond.startswith("acl")]
        clauses += [c for node in clauses for i in node.children if (c := scene.chunks[i]).bond.startswith("advcl")]
        bound += [c for node in clauses for i in node.children if (c := scene.chunks[i]).case == "が"]
        listed = [c for c in others if c.case == "" and c.tail == "、"] if bound else []
        if role.property == usage().place and (placed := self._placed(scene, bound, types)):
            return placed
        if found := tuple(ref for child in (*bound, *listed) for ref in self._owner(scene, child, types)):
            several = (
                role.post
                and len(found) > 1
                and bound[0].tail == "の"
                and self._arguments.raw(found[-2].end, found[-1].start) == "、"
            )
            return found[-1:] if several else found  # A、B、Cの創業者である田中: of C
        slots = [slot for slot in scene.slots_in(chunk) if slot.names]
        named = (Ref(n.entity(), n.start, n.end) for s in slots[:1] for n in s.names if n.type in types)
        inside = tuple(ref for ref in named if not any(f.start <= ref.start < f.end for f in filled.refs))
        inside = self._nearer(inside)
        if inside or len(role.noun) == 1:  # A製, Aホールディングス傘下のA
            return tuple(ref for ref in inside if ref.entity.id not in busy)
        for child in others:
            if self.fillers.of(child) and (refs := self._owners(scene, child, role, types, filled)):
                return refs
        verb = scene.chunks[chunk.parent] if chunk.parent > chunk.index else None
        if verb is not None and slots and role.post:  # 米アンペアで、ジェームズCEOが退任へ
            beside = (c for i in verb.children if (c := scene.chunks[i]).case == "で" and i < chunk.index)
            if refs := next((refs for c in beside if (refs := self.fillers.refs(scene, c, types))), ()):
                return refs
        if verb is not None and filled.anchor is verb and (refs := self._bystanders(scene, chunk, role, types, busy)):
            return refs
        foreign = [c for c in others if c.case == "の" and not _RE["plain"].match(c.surface + c.tail)]
        if foreign or role.owned or (known.symmetric and len(filled.refs) > 1 and filled.anchor is not None):
            return ()
        return self._passage(scene, chunk, role, types, busy)

    def _nearer(self, refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
        """AとB傘下のC: of B."""
        joined = len(refs) == 2 and self._arguments.raw(refs[0].end, refs[1].start) == "と"
        return refs[1:] if joined else refs

    def _placed(self, scene: Scene, bound: Iterable[Chunk], types: Collection[str]) -> tuple[Ref, ...]:
        """What stands or is at home somewhere: Aのデータセンターの立地場所, 中国の半導体の企業."""
        things = [kind for kind in types if kind in THINGS]
        if found := tuple(ref for c in bound for ref in self._arguments.refs(scene, c, things)):
            return found
        bare = (c for c in bound if not scene.slots_in(c))
        pool = (*bound, *(g for c in bare for i in c.children if (g := scene.chunks[i]).case == "の"))
        return tuple(ref for c in pool for ref in self._owner(scene, c, types))

    def _owner(self, scene: Scene, child: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """A genitive's entities, also with a word of degree behind (エヌビディア最大の)."""
        if refs := self.fillers.refs(scene, child, types):
            return refs
        slots = [slot for slot in scene.slots_in(child) if slot.names]
        if not scene.slots_in(child) and _RE["plain"].match(child.surface):  # Aの初期の投資家
            inner = (c for i in child.children if (c := scene.chunks[i]).case == "の")
            return next((refs for c in inner if (refs := self._owner(scene, c, types))), ())
        if not slots or not re.search(rf"{_RE['plain'].pattern}\w{{0,3}}$", child.surface):
            return ()
        return tuple(Ref(n.entity(), *n.cover) for n in slots[-1].names if n.type in types)

    def _bystanders(
        self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str], busy: Collection[str]
    ) -> tuple[Ref, ...]:
        """The owner as another argument of the verb: BはAを社長に起用した, BでCEOを務める, Bと提携関係にある, AをNとするB."""
        verb = scene.chunks[chunk.parent]
        around = [scene.chunks[i] for i in verb.children if i != chunk.index]
        wanted = ("で", "と", "では") if role.post else ("と",) if self._properties[role.property].symmetric else ("に",)
        ranked = (
            [c for c in around if c.case in wanted] + [c for c in around if c.case == "が"] + [c for c in around if c.topical]
        )
        gap = [scene.chunks[verb.parent]] if verb.bond.startswith("acl") and verb.parent > verb.index else []
        for child in (*ranked, *gap):
            people = any(n.type == "Person" for s in scene.slots_in(child) for n in s.names)
            refs = tuple(ref for ref in self.fillers.refs(scene, child, types) if ref.entity.id not in busy)
            if refs and not (role.post and people):  # 東北大学の高橋教授が取締役を務める: not of the university
                return refs
        refs = self.fillers.subjects(scene, verb, types, chunk)
        return tuple(ref for ref in refs if ref.entity.id not in busy)

    def _passage(
        self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str], busy: Collection[str]
    ) -> tuple[Ref, ...]:
        """The owner when only the passage tells: the sentence's topic, else what was spoken of before."""
        start, _ = scene.span(chunk.start, chunk.end)
        words = CLOSING.sub("", chunk.surface)
        more = words.removesuffix(role.noun) if words.endswith(role.noun) else ""
        if not role.post and more and not _RE["plain"].fullmatch(more):  # エネルギー開発企業であるA
            return ()
        topics = [c for c in scene.chunks[: chunk.index] if c.topical and c.index not in chunk.children]
        busy = {*busy, *self._acting(scene, chunk)} if role.post else busy
        holder = scene.chunks[chunk.parent] if chunk.parent > chunk.index else chunk
        if role.property == usage().place:  # Xの施設は、企業のAが持つ: A need not be at X
            topics = [topic for topic in topics if scene.slots_in(topic)]
        if (
            role.post and role.property == usage().founder and chunk.case == "の" and holder.case == "を"
        ):  # Aは…Bに出資し、創業者のCを迎えた: not A's
            topics = [c for c in scene.chunks[: chunk.index] if not c.topical and c.index not in chunk.children]
        if not topics and self._properties[role.property].symmetric:  # 競合のAに比べ、Bは…
            topics = [c for c in scene.chunks[chunk.index + 1 :] if c.case == "は"][:1]
        for topic in reversed(topics):
            refs = tuple(ref for ref in self.fillers.refs(scene, topic, types) if ref.entity.id not in busy)
            if refs and role.post and self._between(scene, topic, chunk):  # A社長はBを評価し、創業者のCと…: whose?
                return ()
            if refs:
                return refs
        discourse = self._arguments.discourse
        if role.property in usage().of_things and not any(seat in role.noun for seat in self._seats):
            things = [kind for kind in types if kind in THINGS]
            found = self._arguments.about(scene, chunk, things, "(owner)", figure=True)
            return tuple(ref for ref in found if ref.entity.id not in busy)
        told, most = (
            discourse.about(types, start),
            (discourse.protagonist() if role.post else discourse.main("Organization")) if "Organization" in types else None,
        )
        usual = role.property in usage().article_company
        alone = discourse.about(types, start, alone=(discourse.floor, start)) if role.post else None
        born = discourse.newborn(start) if role.post else None
        ranked = (discourse.home, born, *((most, told) if usual else (told, most)), alone)
        main = next((e for e in ranked if e is not None and e.type in types and e.id not in busy), None)
        if (
            main is None
            or main.type == "Publication"
            or (role.property == usage().staff and not _RE["officer"].search(role.noun))
        ):
            return ()
        return (Ref(main, start, start, f"(owner) → {main.id}"),)

    def _acting(self, scene: Scene, chunk: Chunk) -> Iterator[str]:
        """Aが運営を担い、B氏が会長に就く: who acts in another clause, by ids."""
        acting = (c for c in scene.chunks[: chunk.index] if c.case == "が" and c.parent != chunk.parent)
        yield from (n.entity().id for c in acting for s in scene.slots_in(c) for n in s.names)

    def _between(self, scene: Scene, topic: Chunk, chunk: Chunk) -> bool:
        """Whether a person is the topic, and another company is named between it and a post."""
        between = scene.chunks[topic.index + 1 : chunk.index]
        person = any(n.type == "Person" for s in scene.slots_in(topic) for n in s.names)
        return person and any(n.type == "Organization" for c in between for s in scene.slots_in(c) for n in s.names)

    def _draft(self, scene: Scene, chunk: Chunk, first: Ref, kind: str, second: Ref, stance: Stance, title: str = "") -> Draft:
        made = {"role": title} if title else {}
        return drafted(scene, chunk, first, kind, second, stance, made)
