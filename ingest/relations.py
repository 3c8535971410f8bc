"""Nouns that relate things: BのNはAだ, AはBのNだ, BのNであるA, AをNとするB, AがBのNに就任 (``nominals.yaml``).

One mechanism reads them all. A noun has an *owner* (B) and a *filler* (A); each construction says where the two stand.
Posts are such nouns too: their filler is a person, and the verb they stand under may end them (退任).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.arguments import Arguments, Ref
from ingest.claims import Draft
from ingest.clauses import Chunk, predicate
from ingest.compounds import drafted
from ingest.scene import Scene
from ingest.stance import Stance, Stances
from kg.model import Modality
from ontology.lexicon import Lexicon
from ontology.model import Property

_CLOSING = re.compile(r"(?<=.)(?:の一人|のひとり|の1人|の一つ|たち|ら|各社|陣|の一社|(?:の)?5人)$")
_ONE_OF = ("一人", "ひとり", "一つ", "1人", "一社", "5人", "メンバー", "1社")
_COPULA = re.compile(r"(?:だ|で(?:す|ある|あり|あっ|も|、|。|$|は|しょ|し[たて])|じゃ|に(?:あたる|当たる)|、|。|$)")
_STATE = ("状況", "動向", "動き", "例", "事例", "現状")
_GAP = re.compile(r"(?:である|でもある|だった|であった|でもあった|にあたる|に当たる)$")
_PAST = re.compile(r"(?:だっ|であっ|でし|い)?た(?!い|ち|め)|ていた")
MADE = "製"
FORMERLY = re.compile(r"かつて|以前|元|当時|時代|過去に")
_LINKED = re.compile(r"(?:であり、?|で、|[後前時際]、?|以来、?)$")
_PLAIN = re.compile(r"(?:[最一]|主|有力|新|重要|国内|海外|長年|唯一|戦略|強力|良き|その|この|同|本|最大|主な|現在)")


@dataclass(frozen=True, slots=True)
class Role:
    """A noun's reading: the property it makes; ``inverse`` where the filler is the subject."""

    noun: str
    property: str
    inverse: bool
    post: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """Who fills a role, the chunk whose stance the claim takes (None: presupposed), and whether a verb ends the role."""

    refs: tuple[Ref, ...]
    anchor: Chunk | None = None
    ended: bool = False


class Relations:
    """Reads the nouns of one article that relate an owner to a filler."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self._properties = properties
        self.placed: set[str] = set()
        self._last: tuple[Role, Ref, int] | None = None  # the post told last, at which company, in which sentence
        self._ties = lexicon.cues.ties
        self._roles: dict[str, list[Role]] = {}
        for rule in lexicon.nominals:
            for noun in rule.relational:
                self._roles.setdefault(noun, []).append(Role(noun, rule.property, rule.inverse))
            for noun in rule.post:
                self._roles.setdefault(noun, []).append(Role(noun, rule.property, inverse=True, post=True))

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of one sentence."""
        for chunk in scene.chunks:
            for role in self._of(chunk):
                drafts = list(self._claims(scene, chunk, role))
                self.note(drafts, scene.index)
                yield from drafts
            yield from self._fronted(scene, chunk)

    def note(self, drafts: Iterable[Draft], at: int) -> None:
        """Remembers whose employer or company the text has named, so that it is not guessed."""
        for draft in drafts:
            if draft.object is None or draft.subject.entity.type != "Person":
                continue
            if not draft.object.how.startswith("("):
                self._arguments.discourse.homes[draft.subject.entity.id] = draft.object.entity
            if draft.predicate != "founded":
                self.placed.add(draft.subject.entity.id)
            if draft.predicate in ("leads", "worksFor", "workedFor") and (title := draft.qualifiers.get("role")):
                kind = "leads" if any(r.property == "leads" for r in self._known(str(title))) else "worksFor"
                self._last = Role(str(title), kind, inverse=True, post=True), draft.object, at

    def _of(self, chunk: Chunk) -> list[Role]:
        surface = _CLOSING.sub("", chunk.surface)
        return self._known(surface)

    def _known(self, words: str) -> list[Role]:
        sizes = range(min(len(words), 14), 0, -1)
        return next((self._roles[words[-size:]] for size in sizes if words[-size:] in self._roles), [])

    def _fronted(self, scene: Scene, chunk: Chunk) -> Iterator[Draft]:
        """xAIの関連会社MZX Tech: the noun stands before the name that fills it."""
        for slot in (slot for slot in scene.slots_in(chunk) if slot.names):
            first = slot.names[0]
            before = self._arguments.raw(max(scene.start, first.cover[0] - 14), first.cover[0])
            for role in self._known(before):
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
        filled = self._filled(scene, chunk, role, ("Person",))
        for person in filled.refs:
            yield self._draft(scene, chunk, person, role.property, company, self._stance(scene, chunk, filled), role.noun)

    # ---- one role

    def _claims(self, scene: Scene, chunk: Chunk, role: Role) -> Iterator[Draft]:
        known = self._properties.get(role.property)
        if known is None:
            return
        theirs = frozenset({"Person"}) if role.post else known.domain if role.inverse else known.range
        filled = self._filled(scene, chunk, role, theirs)
        if role.noun == MADE and role.property == "develops":
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
        owners = self._owners(scene, chunk, role, mine, filled)
        stance = self._stance(scene, chunk, filled)
        if not stance.claimed:
            return
        if not owners and known.symmetric and len(filled.refs) > 1:
            pairs = [(a, b) for i, a in enumerate(filled.refs) for b in filled.refs[i + 1 :]]
        else:
            pairs = [(filler, owner) if role.inverse else (owner, filler) for owner in owners for filler in filled.refs]
        kind = "workedFor" if role.post and self._former(scene, chunk, role, filled) else role.property
        title = self._title(scene, chunk, role) if role.post and kind != "founded" else ""
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
        return stance

    def _former(self, scene: Scene, chunk: Chunk, role: Role, filled: Filled) -> bool:
        if role.property == "founded":
            return False
        if (
            filled.ended
            or re.search(r"[元前]$", _CLOSING.sub("", chunk.surface)[: -len(role.noun)])
            or chunk.surface.startswith(("元", "旧"))
        ):
            return True
        anchor = filled.anchor
        if anchor is None:
            return bool(re.match(r"だった|であった", chunk.tail))
        around = (scene.chunks[i] for i in (*anchor.children, *chunk.children))
        past = bool(_PAST.search(anchor.tail))
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

    # ---- who fills it

    def _filled(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        if role.post and any(n.type == "Person" for s in scene.slots_in(chunk) for n in s.names):
            return self._titled(scene, chunk, role)
        node = chunk
        if chunk.case == "の" and chunk.parent > chunk.index and scene.chunks[chunk.parent].surface in _ONE_OF:
            node = scene.chunks[chunk.parent]
        for way in (self._examples, self._modified, self._tied, self._complement, self._listed, self._about, self._copular):
            found = way(scene, node, role, types)
            if found.refs:
                return found
        return Filled(())

    def _titled(self, scene: Scene, chunk: Chunk, role: Role) -> Filled:
        """スーCEO: whose CEO she is has been said before, if it has not been said of her already."""
        people = tuple(n for s in scene.slots_in(chunk) for n in s.names if n.type == "Person")
        owned = any(s.names for i in chunk.children if scene.chunks[i].adnominal for s in scene.slots_in(scene.chunks[i]))
        if owned or any(n.entity().id in self.placed for n in people):
            return Filled(())
        return Filled(tuple(Ref(n.entity(), *n.cover) for n in people[-1:]))

    def _refs(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """Entities that fill a role: named ones and those that a word stands for; of descriptions only people."""
        refs = self._arguments.refs(scene, chunk, types)
        if any(ref.how == "described" and ref.entity.type != "Person" for ref in refs) or (
            self._of(chunk) and not scene.slots_in(chunk)
        ):
            return ()
        return refs

    def _examples(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """AやBなどの競合."""
        for child in (scene.chunks[i] for i in chunk.children):
            example = child.case == "例" or child.tail.startswith(("など", "ら"))
            if example and (refs := self._refs(scene, child, types)):
                return Filled(refs)
        return Filled(())

    def _modified(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """子会社のA, 子会社であるA, 子会社、A."""
        if chunk.parent <= chunk.index:
            return Filled(())
        parent = scene.chunks[chunk.parent]
        beside = chunk.parent == chunk.index + 1 and chunk.case == "" and chunk.tail in ("、", "")
        beyond = scene.chunks[chunk.index + 1]
        if chunk.case == "の" and any(slot.names for slot in scene.slots_in(beyond)):  # A系のBとC: only B is
            left, right = scene.span(beyond.start, beyond.end)
            return Filled(tuple(ref for ref in self._refs(scene, beyond, types) if left <= ref.start < right))
        if chunk.case == "の" or _GAP.match(chunk.tail) or beside:
            return Filled(self._refs(scene, parent, types))
        if (
            re.match(r"で(?:、|$|も|あり)|、|や|兼", chunk.tail)
            and (linked := self._of(parent))
            and linked[0].post == role.post
        ):
            return replace(self._filled(scene, parent, linked[0], types), ended=False)
        return Filled(())

    def _tied(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """AをNとする, AがNになる, AがNに就任, AをNに起用, AがNを退く."""
        if chunk.parent <= chunk.index or chunk.case not in ("と", "に", "として", "を", "から", "は", "も", "が"):
            return Filled(())
        verb = scene.chunks[chunk.parent]
        word = predicate(scene.chunks, verb)
        if not verb.verbal and verb.surface not in ("ない",):
            return Filled(())
        ties = next((name for name, words in self._ties.items() if word in words or verb.surface in words), "")
        if chunk.case == "として" and ties == "taking":  # 供給先としてAを獲得した
            held = (scene.chunks[i] for i in verb.children if scene.chunks[i].case == "を")
            return Filled(next((refs for c in held if (refs := self._refs(scene, c, types))), ()), verb)
        if chunk.case == "として" and not ties:
            return Filled(self.subjects(scene, verb, types, chunk))
        if (ties in ("holding", "entering", "leaving", "appointing") and not role.post) or not ties:
            return Filled(())
        if ties in ("regarding", "appointing", "choosing") and not verb.passive:
            held = (scene.chunks[i] for i in verb.children if scene.chunks[i].case == "を" and i != chunk.index)
            gap = (scene.chunks[verb.parent],) if verb.bond.startswith("acl") and verb.parent >= 0 else ()
            refs = next((refs for c in (*held, *gap) if (refs := self._refs(scene, c, types))), ())
        elif ties in ("becoming", "regarding") and chunk.case not in ("と", "に", "として"):
            return Filled(())
        else:
            refs = self.subjects(scene, verb, types, chunk) or self._unnamed(scene, verb, types)
        return Filled(refs, verb, ties == "leaving" and chunk.case != "に")

    def _unnamed(self, scene: Scene, verb: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """The topic carried over where a main clause has no subject: 昨年、Bの傘下に入った."""
        around = [scene.chunks[i] for i in verb.children]
        if verb.parent >= 0 or verb.passive or any(c.case == "が" or (c.topical and scene.slots_in(c)) for c in around):
            return ()
        start, _ = scene.span(verb.start, verb.end)
        entity = self._arguments.discourse.subject(types, start)
        return (Ref(entity, start, start, f"(subject) → {entity.id}"),) if entity is not None else ()

    def _complement(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """NはAだ, NはAら5人だ."""
        if chunk.case not in ("は", "も", "が") or chunk.parent <= chunk.index:
            return Filled(())
        parent = scene.chunks[chunk.parent]
        if parent.verbal or not _COPULA.match(parent.tail):
            return Filled(())
        if refs := self._refs(scene, parent, types):
            return Filled(refs, parent)
        counted = (scene.chunks[i] for i in parent.children if i > chunk.index and scene.chunks[i].case == "の")
        if any(slot.quantity is not None for slot in scene.slots_in(parent)):
            return Filled(next((refs for c in counted if (refs := self._refs(scene, c, types))), ()), parent)
        return Filled(())

    def _listed(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """NにはAがある."""
        if chunk.case != "に" or chunk.parent <= chunk.index or role.post:
            return Filled(())
        verb = scene.chunks[chunk.parent]
        if predicate(scene.chunks, verb) not in self._ties["listing"]:
            return Filled(())
        return Filled(self.subjects(scene, verb, types, chunk), verb)

    def _copular(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """AはNだ, AはNの一人だ, AはNで、…."""
        if not _COPULA.match(chunk.tail) or chunk.verbal:
            return Filled(())
        return Filled(self.subjects(scene, chunk, types, chunk, depth=3) or self._dropped(scene, chunk, role, types), chunk)

    def _dropped(self, scene: Scene, chunk: Chunk, role: Role, types: frozenset[str]) -> tuple[Ref, ...]:
        """HPE製で、…: of what the passage is about, where the sentence names no subject before."""
        spoken = any(c.topical or c.case == "が" for c in scene.chunks[: chunk.index])
        if role.post or spoken or not chunk.tail or not scene.text.endswith("。"):
            return ()
        start, _ = scene.span(chunk.start, chunk.end)
        discourse = self._arguments.discourse
        entity = discourse.thing(types, start) or discourse.subject(types - {"Person"}, start)
        return (Ref(entity, start, start, f"(subject) → {entity.id}"),) if entity is not None else ()

    def _about(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """Nの状況として、Aは…し、Bは…した: the topics behind are what the heading word is about."""
        node = scene.chunks[chunk.parent] if chunk.case == "の" and chunk.parent > chunk.index else chunk
        if role.post or node.case not in ("として", "で") or (node is not chunk and node.surface not in _STATE):
            return Filled(())
        topics = [c for c in scene.chunks[node.index + 1 :] if c.case == "は"]
        return Filled(tuple(ref for topic in topics for ref in self._refs(scene, topic, types)))

    def subjects(self, scene: Scene, verb: Chunk, types: Collection[str], but: Chunk, depth: int = 4) -> tuple[Ref, ...]:
        """The subject of a predicate: its own が, its は, the noun it modifies, then what the clauses around it pass on."""
        node = verb
        for step in range(depth):
            children = [scene.chunks[i] for i in reversed(node.children) if i != but.index and i < verb.index]
            earlier = [
                scene.chunks[i]
                for c in children
                if c.verbal or _LINKED.search(c.surface + c.tail)
                for i in reversed(c.children)
            ]
            ranked = [c for c in children if c.case == "が"] + [c for c in children if c.topical]
            for child in (*ranked, *(c for c in earlier if c.topical), *(c for c in earlier if c.case == "が")):
                if refs := self._refs(scene, child, types):
                    return refs
            if node.parent <= node.index:
                return ()
            parent = scene.chunks[node.parent]
            if node.bond.startswith("acl"):
                outer = scene.chunks[parent.parent] if parent.case == "の" and parent.parent > parent.index else parent
                if refs := self._refs(scene, parent, types) or self._refs(scene, outer, types):
                    return refs if step == 0 or not node.verbal else ()
            node = parent
        return ()

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
        ]
        bound += [c for c in others if c.tail == "" and c.index == chunk.index - 1]  # A傘下の
        listed = [c for c in others if c.case == "" and c.tail == "、"] if bound else []
        if found := tuple(ref for child in (*bound, *listed) for ref in self._owner(scene, child, types)):
            return found
        slots = [slot for slot in scene.slots_in(chunk) if slot.names]
        named = (Ref(n.entity(), n.start, n.end) for s in slots[:1] for n in s.names if n.type in types)
        if (inside := tuple(ref for ref in named if ref.entity.id not in busy)) or len(role.noun) == 1:  # A製
            return inside
        for child in others:
            if self._of(child) and (refs := self._owners(scene, child, role, types, filled)):
                return refs
        verb = scene.chunks[chunk.parent] if chunk.parent > chunk.index else None
        if verb is not None and slots and role.post:  # 米アンペアで、ジェームズCEOが退任へ
            beside = (c for i in verb.children if (c := scene.chunks[i]).case == "で" and i < chunk.index)
            if refs := next((refs for c in beside if (refs := self._refs(scene, c, types))), ()):
                return refs
        if verb is not None and filled.anchor is verb and (refs := self._bystanders(scene, chunk, role, types, busy)):
            return refs
        foreign = [c for c in others if c.case == "の" and not _PLAIN.match(c.surface + c.tail)]
        if foreign or (known.symmetric and len(filled.refs) > 1 and filled.anchor is not None):
            return ()
        return self._passage(scene, chunk, role, types, busy)

    def _owner(self, scene: Scene, child: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """A genitive's entities, also with a word of degree behind (エヌビディア最大の)."""
        if refs := self._refs(scene, child, types):
            return refs
        slots = [slot for slot in scene.slots_in(child) if slot.names]
        if not slots or not re.search(rf"{_PLAIN.pattern}\w{{0,3}}$", child.surface):
            return ()
        return tuple(Ref(n.entity(), *n.cover) for n in slots[-1].names if n.type in types)

    def _bystanders(
        self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str], busy: Collection[str]
    ) -> tuple[Ref, ...]:
        """The owner as another argument of the verb: BはAを社長に起用した, BでCEOを務める, Bと提携関係にある, AをNとするB."""
        verb = scene.chunks[chunk.parent]
        around = [scene.chunks[i] for i in verb.children if i != chunk.index]
        wanted = ("で", "と", "では") if role.post else ("と",) if self._properties[role.property].symmetric else ()
        ranked = (
            [c for c in around if c.case in wanted] + [c for c in around if c.case == "が"] + [c for c in around if c.topical]
        )
        gap = [scene.chunks[verb.parent]] if verb.bond.startswith("acl") and verb.parent > verb.index else []
        for child in (*ranked, *gap):
            people = any(n.type == "Person" for s in scene.slots_in(child) for n in s.names)
            refs = tuple(ref for ref in self._refs(scene, child, types) if ref.entity.id not in busy)
            if refs and not (role.post and people):  # 東北大学の高橋教授が取締役を務める: not of the university
                return refs
        refs = self.subjects(scene, verb, types, chunk)
        return tuple(ref for ref in refs if ref.entity.id not in busy)

    def _passage(
        self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str], busy: Collection[str]
    ) -> tuple[Ref, ...]:
        """The owner when only the passage tells: the sentence's topic, else what was spoken of before."""
        start, _ = scene.span(chunk.start, chunk.end)
        topics = [c for c in scene.chunks[: chunk.index] if c.topical and c.index not in chunk.children]
        holder = scene.chunks[chunk.parent] if chunk.parent > chunk.index else chunk
        if (
            role.post and role.property == "founded" and chunk.case == "の" and holder.case == "を"
        ):  # Aは…Bに出資し、創業者のCを迎えた: not A's
            topics = [c for c in scene.chunks[: chunk.index] if not c.topical and c.index not in chunk.children]
        for topic in reversed(topics):
            if refs := tuple(ref for ref in self._refs(scene, topic, types) if ref.entity.id not in busy):
                return refs
        discourse = self._arguments.discourse
        told, most = (
            discourse.subject(types, start),
            discourse.main("Organization") if "Organization" in types and not role.post else None,
        )
        usual = role.property in (
            "competesWith",
            "partnersWith",
            "supplies",
        )  # rivals and customers are those of the article's company
        main = next((e for e in ((most, told) if usual else (told, most)) if e is not None and e.id not in busy), None)
        if main is None or (role.post and role.property not in ("leads", "founded")):
            return ()
        return (Ref(main, start, start, f"(owner) → {main.id}"),)

    def _draft(self, scene: Scene, chunk: Chunk, first: Ref, kind: str, second: Ref, stance: Stance, title: str = "") -> Draft:
        made = {"role": title} if title else {}
        return drafted(scene, chunk, first, kind, second, stance, made)
