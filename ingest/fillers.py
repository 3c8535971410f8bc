"""Who fills a noun of relation: AはBのNだ, BのNはA, BのNであるA, AをNとする, AがNに就任 (``nominals.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ingest.arguments import Arguments, Ref
from ingest.clauses import Chunk, predicate
from ingest.frames import CLEFT, idiom
from ingest.looks import modifying
from ingest.scene import WORDS, Scene
from ontology.lexicon import Lexicon, patterns, words

_RE = patterns("fillers")
_WORDS = words("fillers")
CLOSING = _RE["closing"]


@dataclass(frozen=True, slots=True)
class Role:
    """A noun's reading: the property it makes; ``inverse`` where the filler is the subject, ``owned`` where the text has to
    say whose (an investor is one by trade), ``held`` where who acts in a clause before is its owner."""

    noun: str
    property: str
    inverse: bool
    post: bool = False
    owned: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """Who fills a role, the chunk whose stance the claim takes (None: presupposed), and whether a verb ends the role."""

    refs: tuple[Ref, ...]
    anchor: Chunk | None = None
    ended: bool = False


@cache
def _roles(lexicon: Lexicon) -> Mapping[str, list[Role]]:
    """The readings of each noun."""
    made: dict[str, list[Role]] = {}
    for rule in lexicon.nominals:
        for noun in rule.relational:
            made.setdefault(noun, []).append(Role(noun, rule.property, rule.inverse, owned=rule.owned, held=rule.held))
        for noun in rule.post:
            made.setdefault(noun, []).append(Role(noun, rule.property, inverse=True, post=True))
    return made


class Fillers:
    """Finds the fillers of one article's nouns of relation."""

    def __init__(self, arguments: Arguments, lexicon: Lexicon) -> None:
        """One per article."""
        self._arguments = arguments
        self._ties = lexicon.cues.ties
        self._pointing = lexicon.cues.reference["Organization"]
        self.placed: set[str] = set()  # people whose company the text has named
        self._roles = _roles(lexicon)
        self._closed: dict[str, list[Role]] = {}

    def of(self, chunk: Chunk) -> list[Role]:
        """The readings of the noun that a chunk ends with."""
        if (known := self._closed.get(chunk.surface)) is None:
            known = self._closed[chunk.surface] = self._of(chunk)
        return known

    def _of(self, chunk: Chunk) -> list[Role]:
        if len(chunk.words) > 1 and chunk.words[-1].text == WORDS["Person"]:  # 同社CFO田中
            title = chunk.surface.removesuffix(WORDS["Person"])
            return [role for role in self.known(title) if role.post and title.removesuffix(role.noun) in self._pointing]
        return self.known(CLOSING.sub("", chunk.surface))

    def known(self, words: str) -> list[Role]:
        """The readings of the longest noun that ``words`` end with."""
        for at in range(max(0, len(words) - 14), len(words)):
            if known := self._roles.get(words[at:]):
                return known
        return []

    def filled(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """Who fills the role of the noun that ``chunk`` ends with."""
        if role.post and any(n.type == "Person" for s in scene.slots_in(chunk) for n in s.names):
            return self._titled(scene, chunk, role)
        node = chunk
        if chunk.case == "の" and chunk.parent > chunk.index and scene.chunks[chunk.parent].surface in _WORDS["one_of"]:
            node = scene.chunks[chunk.parent]
        for way in (self._examples, self._modified, self._tied, self._complement, self._listed, self._about, self._copular):
            found = way(scene, node, role, types)
            if found.refs:
                return found
        return Filled(())

    def _titled(self, scene: Scene, chunk: Chunk, role: Role) -> Filled:
        """スーCEO: whose CEO she is has been said before, if it has not been said of her already."""
        people = tuple(n for s in scene.slots_in(chunk) for n in s.names if n.type == "Person")
        before = (c for c in modifying(scene, chunk) if c.adnominal or c.index not in chunk.children)  # Aを率いるB会長
        owned = any(s.names for c in before for s in scene.slots_in(c))
        if owned or any(n.entity().id in self.placed for n in people):
            return Filled(())
        return Filled(tuple(Ref(n.entity(), *n.cover) for n in people[-1:]))

    def refs(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """Entities that fill a role: named ones and those that a word stands for; of descriptions only people."""
        refs = self._arguments.refs(scene, chunk, types)
        if any(ref.how == "described" and ref.entity.type != "Person" for ref in refs) or (
            self.of(chunk) and not scene.slots_in(chunk)
        ):
            return ()
        return refs

    def _examples(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """AやBなどの競合."""
        for child in (scene.chunks[i] for i in chunk.children):
            example = child.case == "例" or child.tail.startswith(("など", "ら"))
            if example and (refs := self.refs(scene, child, types)):
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
            return Filled(tuple(ref for ref in self.refs(scene, beyond, types) if left <= ref.start < right))
        if chunk.case == "の" or _RE["gap"].match(chunk.tail) or beside:
            return Filled(self.refs(scene, parent, types))
        if re.match(r"で(?:、|$|も|あり)|、|や|兼", chunk.tail) and (linked := self.of(parent)) and linked[0].post == role.post:
            return replace(self.filled(scene, parent, linked[0], types), ended=False)
        return Filled(())

    def _tied(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """AをNとする, AがNになる, AがNに就任, AをNに起用, AがNを退く."""
        if chunk.parent <= chunk.index or chunk.case not in ("と", "に", "として", "を", "から", "は", "も", "が"):
            return Filled(())
        verb = scene.chunks[chunk.parent]
        word = predicate(scene.chunks, verb)
        before = scene.chunks[chunk.index - 1] if chunk.case in ("として", "に") and chunk.index else chunk
        if before.case == "を" and before.parent == verb.index and (refs := self.refs(scene, before, types)):
            return Filled(refs, verb)  # Aを投資家に資金を集める
        if not verb.verbal and verb.surface not in ("ない",):
            return Filled(())
        said = {word, verb.surface, verb.head.lemma}
        ties = next((name for name, words in self._ties.items() if said.intersection(words)), "")
        if chunk.case in ("として", "に") and ties == "taking":  # 供給先としてAを獲得した, Bを傘下に持つ
            held = (scene.chunks[i] for i in verb.children if scene.chunks[i].case == "を")
            return Filled(next((refs for c in held if (refs := self.refs(scene, c, types))), ()), verb)
        if chunk.case == "として" and not ties:
            return Filled(self.subjects(scene, verb, types, chunk))
        if (ties in ("holding", "entering", "leaving", "appointing") and not role.post) or not ties:
            return Filled(())
        if ties in ("regarding", "appointing", "choosing") and not verb.passive:
            held = (scene.chunks[i] for i in verb.children if scene.chunks[i].case == "を" and i != chunk.index)
            gap = (scene.chunks[verb.parent],) if verb.bond.startswith("acl") and verb.parent >= 0 else ()
            refs = next((refs for c in (*held, *gap) if (refs := self.refs(scene, c, types))), ())
        elif ties in ("becoming", "regarding") and chunk.case not in ("と", "に", "として"):
            return Filled(())
        elif (
            ties == "becoming"
            and idiom(scene.chunks, verb) not in self._ties["becoming"]
            and any(scene.chunks[i].case == "を" for i in verb.children)
        ):  # BがAを傘下に置く
            refs = ()
        else:
            refs = self.subjects(scene, verb, types, chunk) or self._unnamed(scene, verb, types)
        return Filled(refs, verb, ties == "leaving" and chunk.case != "に")

    def _unnamed(self, scene: Scene, verb: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """The topic carried over where a main clause has no subject: 昨年、Bの傘下に入った."""
        around = [scene.chunks[i] for i in verb.children]
        if verb.parent >= 0 or verb.passive or any(c.case == "が" or (c.topical and scene.slots_in(c)) for c in around):
            return ()
        return self._arguments.about(scene, verb, types, "(subject)")

    def _complement(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """NはAだ, NはAら5人だ."""
        if chunk.case not in ("は", "も", "が") or chunk.parent <= chunk.index:
            return Filled(())
        parent = scene.chunks[chunk.parent]
        if parent.head.lemma == "なる" and parent.verbal:  # NはAになる, NはAの2カ所になる
            into = (scene.chunks[i] for i in parent.children if i > chunk.index and scene.chunks[i].case in ("に", "と"))
            near = (
                c for node in into for c in (node, *(scene.chunks[i] for i in node.children if scene.chunks[i].case == "の"))
            )
            return Filled(next((refs for c in near if (refs := self.refs(scene, c, types))), ()), parent)
        if parent.verbal or not _RE["copula"].match(parent.tail):
            return Filled(())
        if refs := self.refs(scene, parent, types):
            return Filled(refs, parent)
        counted = (scene.chunks[i] for i in parent.children if i > chunk.index and scene.chunks[i].case == "の")
        if any(slot.quantity is not None for slot in scene.slots_in(parent)):
            return Filled(next((refs for c in counted if (refs := self.refs(scene, c, types))), ()), parent)
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
        if not _RE["copula"].match(chunk.tail) or chunk.verbal:
            return Filled(())
        return Filled(self.subjects(scene, chunk, types, chunk, depth=3) or self._dropped(scene, chunk, role, types), chunk)

    def _dropped(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> tuple[Ref, ...]:
        """HPE製で、…: of what the passage is about, where the sentence names no subject before."""
        if keyed := self._arguments.keyed(scene, chunk, types):
            return keyed
        spoken = any(c.topical or c.case == "が" for c in scene.chunks[: chunk.index])
        if role.post or spoken or not chunk.tail or not scene.text.endswith("。"):
            return ()
        return self._arguments.about(scene, chunk, [t for t in types if t != "Person"], "(subject)", figure=True)

    def _about(self, scene: Scene, chunk: Chunk, role: Role, types: Collection[str]) -> Filled:
        """Nの状況として、Aは…し、Bは…した: the topics behind are what the heading word is about."""
        node = scene.chunks[chunk.parent] if chunk.case == "の" and chunk.parent > chunk.index else chunk
        if role.post or node.case not in ("として", "で") or (node is not chunk and node.surface not in _WORDS["state"]):
            return Filled(())
        topics = [c for c in scene.chunks[node.index + 1 :] if c.case == "は"]
        return Filled(tuple(ref for topic in topics for ref in self.refs(scene, topic, types)))

    def subjects(self, scene: Scene, verb: Chunk, types: Collection[str], but: Chunk, depth: int = 4) -> tuple[Ref, ...]:
        """The subject of a predicate: its own が, its は, the noun it modifies, then what the clauses around it pass on."""
        if (
            CLEFT.search(verb.tail)
            and verb.parent > verb.index
            and (refs := self.refs(scene, scene.chunks[verb.parent], types))
        ):
            return refs  # CEOを務めるのはAだ
        node = verb
        acting = any(scene.chunks[i].case == "が" for i in verb.children if i != but.index)  # Aが…を担い、B氏がNに就く
        for step in range(depth):
            children = [scene.chunks[i] for i in reversed(node.children) if i != but.index and i < verb.index]
            earlier = [
                scene.chunks[i]
                for c in children
                if c.verbal or _RE["linked"].search(c.surface + c.tail)
                for i in reversed(c.children)
            ]
            ranked = [c for c in children if c.case == "が"] + [c for c in children if c.topical]
            others = [c for c in earlier if c.case == "が" and not acting]
            for child in (*ranked, *(c for c in earlier if c.topical), *others):
                if refs := self.refs(scene, child, types):
                    return refs
            if node.parent <= node.index:
                return ()
            parent = scene.chunks[node.parent]
            if node.bond.startswith("acl"):
                outer = scene.chunks[parent.parent] if parent.case == "の" and parent.parent > parent.index else parent
                if refs := self.refs(scene, parent, types) or self.refs(scene, outer, types):
                    return refs if step == 0 or not node.verbal else ()
            node = parent
        return ()
