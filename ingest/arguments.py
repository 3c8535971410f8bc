"""From a chunk to the entities it names: names, descriptions, and words that stand for something named before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.clauses import Chunk, predicate
from ingest.discourse import THINGS, Discourse
from ingest.document import Shape
from ingest.firms import firm_meant
from ingest.looks import (
    Looks,
    counted,
    front_of,
    joins,
    listed_before,
    looks_of,
    modifying,
    places_in,
    predicated,
    predicative,
    reach,
    shares,
    sites_of,
)
from ingest.named import ANY, fitting
from ingest.nouns import Nouns, core
from ingest.people import posted
from ingest.scene import Scene, Slot
from kg.model import Entity
from ontology.lexicon import Cues, patterns, words

_RE = patterns("arguments")
_WORDS = words("arguments")
DESCRIBED = ("Facility", "Product", "Model", "Project", "Person")


@dataclass(frozen=True, slots=True)
class Ref:
    """An entity that fills a role: where the words stand, and how they came to mean it (empty: it is named)."""

    entity: Entity
    start: int
    end: int
    how: str = ""


class Arguments:
    """Reads the entities of a chunk, given what types a role allows."""

    def __init__(self, discourse: Discourse, nouns: Mapping[str, str], cues: Cues, posts: Iterable[str] = ()) -> None:
        """``nouns`` maps common nouns to entity types; ``posts`` stand behind a person's name without changing it."""
        self._post, self._titled = posted(tuple(posts))
        self.discourse = discourse
        self.text = discourse.text
        self._nouns = nouns
        self._cues = cues
        self._reference = {word: kind for kind, words in cues.reference.items() for word in words}
        known = Nouns(nouns)
        self.noun_type, self.noun_described = known.closing, known.described

    def refs(self, scene: Scene, chunk: Chunk, types: Collection[str], *, generic: bool = False) -> tuple[Ref, ...]:
        """The entities that ``chunk`` names, of one of ``types``; ``generic`` lets a bare common noun of a product stand."""
        if chunk.surface.endswith(("以外", "以上")):
            return ()
        owners = [c for i in chunk.children if (c := scene.chunks[i]).case == "の"]
        if owners and (  # B株の10%を, センターの多くは, AとBの2社が
            shares(scene, chunk) or chunk.surface in self._cues.quantifiers or counted(scene, chunk, owners)
        ):
            return tuple(ref for owner in owners for ref in self.refs(scene, owner, types, generic=generic))
        found = self._named(scene, chunk, types) or self._referred(scene, chunk, types) or self.keyed(scene, chunk, types)
        found = found or self._examples(scene, chunk, types) or self._appositive(scene, chunk, types)
        found = found or self._site(scene, chunk, owners, types) or (self._halls(scene, chunk) if "Facility" in types else ())
        if found or not (described := self._described(scene, chunk, types, generic)):
            return found
        joined = (scene.chunks[i] for i in chunk.children if i < chunk.index and joins(scene.chunks[i]))
        return (
            *(ref for c in joined if not scene.slots_in(c) for ref in self._described(scene, c, types, generic)),
            *described,
        )

    def holders(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """Whose a thing is: Aの契約, Aが結んだ契約."""
        inner = [scene.chunks[i] for i in chunk.children]
        pool = [c for c in inner if c.case == "の"]
        pool += [scene.chunks[i] for c in inner if c.bond.startswith("acl") for i in c.children if scene.chunks[i].case == "が"]
        return tuple(ref for c in pool for ref in self.refs(scene, c, types))

    def together(self, refs: Sequence[Ref]) -> bool:
        """Whether several are named as one party (AとB, A、B), not as examples of who does the same by itself (AやB)."""
        return not any("や" in self.text[one.end : other.start] for one, other in pairwise(sorted(refs, key=lambda r: r.start)))

    def keyed(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """Nimbus: A社が開発した言語モデル。: the noun that the value of a line comes down to is what its key names."""
        entity = self.discourse.keyed
        if entity is None or entity.type not in types or scene.block.shape is not Shape.PAIR or scene.outer is not None:
            return ()
        bare = chunk.parent < 0 and not chunk.verbal and chunk.tail in ("", "。", "です。") and not scene.slots_in(chunk)
        if not bare or self.noun_type(chunk.surface)[1] not in ("", entity.type):
            return ()
        left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
        return (Ref(entity, left, right, f"(heading) → {entity.id}"),)

    def about(
        self, scene: Scene, chunk: Chunk, types: Collection[str], why: str, *, figure: bool = False, alone: bool = False
    ) -> tuple[Ref, ...]:
        """What the passage is about where ``chunk`` leaves a role open (see :meth:`Discourse.about`); ``why`` is recorded."""
        start, _ = scene.span(chunk.start, chunk.end)
        inside = (scene.block.start, scene.block.end) if alone else None
        entity = self.discourse.about(types, start, figure=figure, alone=inside)
        return (Ref(entity, start, start, f"{why} → {entity.id}"),) if entity is not None else ()

    def unspecific(self, scene: Scene, types: Collection[str]) -> bool:
        """Whether a sentence speaks of any one of a kind (同じ規模の施設をつくるには): what it tells is of no thing at hand."""
        for chunk in (c for c in scene.chunks if self.noun_type(c.surface)[1] in types):
            if scene.text[front_of(scene, chunk).start : chunk.start].startswith(self._cues.reference["indefinite"]):
                return True
        return False

    def _appositive(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """AI企業のヒヨコラボ, データセンター「暁」: the kind before a name is the thing named."""
        if chunk.parent != chunk.index + 1 or chunk.case not in ("の", "") or scene.slots_in(chunk):
            return ()
        parent = scene.chunks[chunk.parent]
        kind = self.noun_type(chunk.surface)[1]
        names = [n for slot in scene.slots_in(parent)[:1] for n in slot.names]
        if kind not in types or not names or (chunk.case == "" and chunk.tail not in ("", "、")):
            return ()
        return self._named(scene, parent, (kind,)) if all(n.type in (kind, ANY) for n in names) else ()

    def _named(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        made = self._conjoined(scene, chunk, types)
        for slot in scene.slots_in(chunk):
            if not slot.names or not self._heads(scene, chunk, slot):
                continue
            for name in slot.names:
                kind = fitting(name, types)
                if kind:
                    made.append(Ref(name.entity(kind), name.cover[0], name.cover[1]))
                elif name.type == "Person" and "Organization" in types and not _RE["observer"].search(chunk.surface):
                    made += self._employers(scene, chunk)
        return tuple(made)

    def acted_for(self, chunk: Chunk, people: Iterable[Ref]) -> tuple[Ref, ...]:
        """The company of those whom ``chunk`` names with their post: 鈴木社長は….を建てると述べた."""
        if not self._titled.search(chunk.surface):
            return ()
        found = ((ref, self.for_company(ref, ("Organization",))) for ref in people)
        return tuple(firm for ref, firm in found if firm is not ref)

    def for_company(self, ref: Ref, types: Collection[str]) -> Ref:
        """Who speaks for a company without naming it (「来年には建てられる」): the company, if the text has told it."""
        home = self.discourse.homes.get(ref.entity.id)
        return replace(ref, entity=home, how=f"(company) → {home.id}") if home is not None and home.type in types else ref

    def _conjoined(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> list[Ref]:
        """NVIDIAのGB200とAMDのMI355X: what is joined to a name by と or や with words between."""
        made: list[Ref] = []
        if not chunk.children:
            return made
        inner = [
            c
            for i in chunk.children
            if (c := scene.chunks[i]).case == "の" and not any(fitting(n, types) for s in scene.slots_in(c) for n in s.names)
        ]
        own = self.noun_type(chunk.surface)[1] if not scene.slots_in(chunk) else ""
        for child in (scene.chunks[i] for node in (chunk, *inner) for i in node.children):  # Aと妹のB, Aと東京のB
            if own and not any(fitting(n, (own,)) for s in scene.slots_in(child) for n in s.names):
                continue  # デルと5円のサーバーを買う契約
            if joins(child) and child.index < chunk.index and not self._closer(scene, child, chunk):
                made += [ref for ref in self._named(scene, child, types) if not ref.how]
        if (beside := listed_before(scene, chunk)) is not None:
            made += [ref for ref in self._named(scene, beside, types) if not ref.how]
        return made

    def _closer(self, scene: Scene, child: Chunk, chunk: Chunk) -> bool:
        """A、B、そしてCによる投資: whether a name before ``chunk`` closes the list that ``child`` opens with a comma."""
        between = scene.chunks[child.index + 1 : chunk.index]
        if child.case == "と":
            return any(listed_before(scene, c) is child for c in between)
        return child.case == "" and any(c.adnominal and c.case != "の" and scene.slots_in(c) for c in between)

    def _employers(self, scene: Scene, chunk: Chunk) -> Iterator[Ref]:
        """xAIのMayo氏 speaks and acts for xAI."""
        for index in chunk.children:
            child = scene.chunks[index]
            if child.case == "の":
                for slot in scene.slots_in(child):
                    if slot.names and self._heads(scene, child, slot):
                        yield from (Ref(n.entity(), n.cover[0], n.cover[1]) for n in slot.names if n.type == "Organization")

    def _heads(self, scene: Scene, chunk: Chunk, slot: Slot) -> bool:
        """Whether the slot is what the chunk is about, not just the modifier of another noun (メタ の データセンター)."""
        last = chunk.words[-1]
        behind = chunk.surface[reach(scene, chunk, slot) :]
        titled = slot.names[0].type == "Person" and bool(self._post.fullmatch(behind))
        return scene.slot_at(last.start) is slot or not behind or titled or bool(_RE["neutral"].fullmatch(behind))

    def _referred(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        surface = chunk.surface
        slots = scene.slots_in(chunk)
        if slots and slots[0].quantity is not None and slots[0].word == surface:  # 3社
            surface = self.raw(slots[0].start, slots[0].end)
        if surface.endswith(self._cues.proxies) and (owners := self._owners(scene, chunk, types)):
            return owners
        if surface.endswith(self._cues.epithets) and "Person" in types and (person := self.discourse.main("Person")):
            start, end = scene.span(chunk.words[0].start, chunk.words[-1].end)
            return (Ref(person, start, end, f"{surface} → {person.id}"),)
        if surface == "うち" and chunk.children:  # 900億円のうち
            return ()
        kind = self._reference.get(surface) or self._reference.get(surface.removeprefix("この"))
        if kind is None and "Organization" in types and self._pointed(scene, chunk):
            kind, surface = "Organization", "同社"
        if kind is None:
            return ()
        start, end = scene.span(chunk.words[0].start, chunk.words[-1].end)
        if kind == "plural":
            for child in (scene.chunks[i] for i in chunk.children if scene.chunks[i].case == "の"):
                if len(members := self._named(scene, child, types)) > 1:
                    return members
        led = (lambda person: (ref.entity for ref in self._led_by(scene, person))) if surface == "同社" else None
        firm = firm_meant(self.discourse, scene, chunk, start, led) if led is not None and kind in types else None
        entities = (firm,) if firm is not None else self.discourse.antecedents(kind, surface, types, start, self._cues.public)
        return tuple(Ref(entity, start, end, f"{surface} → {entity.id}") for entity in entities)

    def _pointed(self, scene: Scene, chunk: Chunk) -> bool:
        """この会社, 同スタートアップ: the company at hand, by its kind."""
        points = chunk.surface.startswith("同") or any(
            scene.chunks[i].surface + scene.chunks[i].tail in ("この", "その", "当該") for i in chunk.children
        )
        return points and not scene.slots_in(chunk) and self.noun_type(chunk.surface)[1] == "Organization"

    def _led_by(self, scene: Scene, person: Chunk) -> Iterator[Ref]:
        """Aを率いるB会長は、同社が…: the company that is told with a person."""
        pool = modifying(scene, person)
        yield from (ref for c in pool if c.case in ("の", "を") for ref in self._named(scene, c, ("Organization",)))

    def _owners(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """その心臓部, xAIの次のステップ: a part or plan speaks for its owner."""
        for index in chunk.children:
            child = scene.chunks[index]
            if child.case == "の" and (refs := self._owner(scene, child, types)):
                return refs
            if child.surface + child.tail == "その":
                return self.about(scene, child, types, "その", figure=True)
        return ()

    def _owner(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        found = self._named(scene, chunk, types) or self._referred(scene, chunk, types)
        return found or self._described(scene, chunk, [t for t in types if t == "Facility"], False)

    def _examples(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """メタやグーグルなどの大手, OpenAIなどの競合: the examples are who is meant."""
        made: list[Ref] = []
        for index in chunk.children:
            child = scene.chunks[index]
            if predicate(scene.chunks, child) in self._cues.ties["naming"]:  # 「蒼海」と名付けた施設
                called = (scene.chunks[i] for i in child.children if scene.chunks[i].case == "と")
                made += [ref for c in called for ref in self._named(scene, c, types)]
            elif child.case == "例" or child.tail.startswith(("など", "ら", "をはじめ", "のよう", "という")):
                made += self._named(scene, child, types)
        return tuple(made)

    def _site(self, scene: Scene, chunk: Chunk, owners: Sequence[Chunk], types: Collection[str]) -> tuple[Ref, ...]:
        """千歳市の工業団地に建てる, 石狩の敷地に置く: where a piece of land or a house is."""
        if set(types) != {"Place"} or scene.slots_in(chunk) or chunk.verbal or "固有名詞" in chunk.head.tag:
            return ()
        acting = self.noun_type(chunk.surface)[1] not in ("", "Place", "Facility") or self._titled.search(chunk.surface)
        if acting or _RE["circumstance"].search(chunk.surface):
            return ()
        return tuple(ref for owner in owners for ref in self._named(scene, owner, types))

    def _described(self, scene: Scene, chunk: Chunk, types: Collection[str], generic: bool) -> tuple[Ref, ...]:
        if worked := self._worked(scene, chunk, types) or self._untold(scene, chunk, types):
            return worked
        surface, noun, kind = self.noun_described(self._common(scene, chunk))
        if kind in THINGS and (meant := self._predicated(scene, chunk, kind, noun)):
            return meant if kind in types else ()
        if kind == "Project" and "Facility" in types and (planned := self._of_plan(scene, chunk)):
            return planned
        if kind == "Project" and surface == noun and any(scene.chunks[i].bond.startswith("acl") for i in chunk.children):
            return ()  # 250メガワットに広げる構想: that something will be done, no thing of its own
        if kind not in types or kind not in DESCRIBED or surface.startswith(("両", "各")) or self._ruled(scene, chunk):
            return self._venture(scene, chunk, noun, generic) if "Organization" in types else ()
        left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
        looks = looks_of(scene, chunk, surface, noun, self._cues)
        sited, stood = (places_in(scene, sites) for sites in sites_of(scene, chunk))
        same = self.discourse.standing(sited, left) if kind == "Facility" and sited else None
        same = self._fresh(scene, chunk, surface, noun, left) if looks.fresh and looks.plain else same
        if same is not None:
            return (Ref(same, left, right, f"{chunk.surface} → {same.id}"),)
        if kind in THINGS and (found := self._definite(looks, kind, noun, left, sited | stood)) is not None:
            return tuple(Ref(e, left, right, f"{chunk.surface} → {e.id}") for e in found)
        pointing = looks.demonstrative and not (kind == "Facility" or (kind == "Person" and "その" in looks.lead))
        if pointing or (looks.indefinite and kind != "Person"):
            return ()
        seat = noun in self._cues.seats and (looks.bare or bool(_RE["seated"].fullmatch(surface)))
        if seat or (looks.bare and not (generic and kind in ("Product", "Facility"))):
            return ()
        return self._new(looks, noun, kind, (left, right))

    def _fresh(self, scene: Scene, chunk: Chunk, surface: str, noun: str, at: int) -> Entity | None:
        """新施設は: what was introduced by these words, or what a sentence before has told to be built."""
        kind = self.noun_type(surface)[1]
        told = kind == "Facility" and (chunk.topical or chunk.case in ("が", "で", "の"))
        begun = self.discourse.begun(noun.removeprefix("新"), at, scene.start) if told else None
        return self.discourse.introduced(surface, kind, at) or begun

    def _ruled(self, scene: Scene, chunk: Chunk) -> bool:
        """100MWを超えるデータセンターに報告を義務付ける: any one of a kind, on which a law is laid."""
        sized = any(s.quantity is not None for i in chunk.children for s in scene.slots_in(scene.chunks[i]))
        return sized and chunk.case in ("に", "へ", "を") and _RE["ruled"].match(scene.text, chunk.end) is not None

    def _untold(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """2014年に生まれた会社だ。: of whom or what, the sentence before has told."""
        kind = self.noun_type(chunk.surface)[1]
        clausal = any(scene.chunks[i].bond.startswith("acl") for i in chunk.children) and not any(
            c.topical for c in scene.chunks
        )
        if not clausal or kind not in types or kind == "Project" or chunk.parent >= 0 or not _RE["said"].match(chunk.tail):
            return ()
        if kind in (*THINGS, "Organization", "Person"):
            return self.about(scene, chunk, (kind,), "(subject)", figure=kind in THINGS)
        told = self.discourse.told((kind,), self.discourse.spans[0], scene.start)
        return tuple(Ref(m.entity, scene.start, scene.start, f"(subject) → {m.entity.id}") for m in told[:1])

    def _predicated(self, scene: Scene, chunk: Chunk, kind: str, noun: str) -> tuple[Ref, ...]:
        """Of what a noun is said: スターゲートは…の計画だ; without a subject (5カ所目の施設となる) the one spoken of last."""
        if topic := predicated(scene, chunk):
            described = self.noun_type(topic.surface)[1] in THINGS
            return self.refs(scene, topic, THINGS) if described else self._named(scene, topic, THINGS)
        becoming = kind == "Facility" and predicative(scene, chunk) not in (None, chunk)
        if not becoming or any(c.topical or c.case == "が" for c in scene.chunks[: chunk.index]):
            return ()
        found = self.about(scene, chunk, (kind,), chunk.surface, figure=True)
        return tuple(ref for ref in found if self.discourse.sort(ref.entity, noun))

    def _venture(self, scene: Scene, chunk: Chunk, noun: str, new: bool) -> tuple[Ref, ...]:
        """合弁会社を設立した。新会社は…: a company that is told of without a name, or that the text names elsewhere."""
        if noun not in _WORDS["ventures"]:
            return ()
        span = scene.span(chunk.words[0].start, chunk.words[-1].end)
        named = (self.discourse.introduced(word, "Organization", len(self.text)) for word in _WORDS["ventures"])
        told = next(filter(None, named), None) or self.discourse.described_last("Organization")
        if told is not None:
            return (Ref(told, *span, f"{chunk.surface} → {told.id}"),)
        new = new or any(predicate(scene.chunks, scene.chunks[i]) in _WORDS["venturing"] for i in chunk.children)
        return self._new(looks_of(scene, chunk, chunk.surface, noun, self._cues), noun, "Organization", span) if new else ()

    def _common(self, scene: Scene, chunk: Chunk) -> str:
        """The chunk's words; a name that is also a common noun (SMR, 小型モジュール炉) stands as that noun."""
        slot = scene.slot_at(chunk.words[-1].start) if chunk.words else None
        name = slot.names[-1] if slot and slot.names else None
        return name.text if name is not None and self._nouns.get(name.text, name.type) != name.type else chunk.surface

    def _halls(self, scene: Scene, chunk: Chunk) -> tuple[Ref, ...]:
        """シドニーの2棟, 3拠点: buildings that are only counted."""
        slots = scene.slots_in(chunk)
        if not slots or slots[-1].quantity is None or not chunk.surface.endswith(slots[-1].word):
            return ()
        told = self.text[slots[-1].start : slots[-1].end]
        looks = looks_of(scene, chunk, chunk.surface, "", self._cues)
        ways = self._cues.buildings
        if (
            looks.demonstrative
            or looks.indefinite
            or slots[-1].quantity.value.number == 1
            or not told.endswith(ways["alone"] + (ways["placed"] if looks.told else ()))
        ):
            return ()
        return self._new(looks, told, "Facility", (slots[-1].start, slots[-1].end))

    def _of_plan(self, scene: Scene, chunk: Chunk) -> tuple[Ref, ...]:
        """データセンターの計画, 工場を建てる計画: the facility that is planned is what is spoken of."""
        for child in (scene.chunks[i] for i in chunk.children):
            inner = [scene.chunks[i] for i in child.children] if child.bond.startswith("acl") else []
            for held in [child] if child.case == "の" else [c for c in inner if c.case == "を"]:
                if refs := self.refs(scene, held, ("Facility",), generic=True):
                    return refs
        return ()

    def _worked(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """変電所の新設, Grokの訓練: the thing that the work is on; 建設は昨年始まった: the one at hand."""
        act = _RE["work"].fullmatch(chunk.surface)
        if act is None and _RE["works"].fullmatch(chunk.surface) is None:
            return ()
        worked = [t for t in types if t in THINGS or (t == "Model" and chunk.surface in _WORDS["training"])]
        if act and worked and (inner := self._inner(scene, chunk, worked)):
            return inner
        left, right = scene.span(chunk.words[0].start, chunk.words[-1].end)
        entity = self.discourse.main("Facility") if "Facility" in types and _RE["works"].fullmatch(chunk.surface) else None
        built = act and chunk.surface not in _WORDS["training"] and not chunk.children
        if entity is None and "Facility" in types and built and (chunk.topical or chunk.case == "が"):
            entity = self.discourse.building(worked, left)
        return (Ref(entity, left, right, f"{chunk.surface} → {entity.id}"),) if entity is not None else ()

    def _definite(self, looks: Looks, kind: str, noun: str, at: int, sited: Collection[str] = ()) -> tuple[Entity, ...] | None:
        """What a description points back to; None where it introduces something."""
        if kind == "Project":
            if looks.bare and noun in _WORDS["project"]:
                return self.discourse.last(("Project",), at)
            if not looks.demonstrative:
                return () if looks.plain else None
            return self.discourse.last(("Project",), at) or self.discourse.last(("Facility",), at)
        if looks.fresh or looks.indefinite:
            return None
        entity = self.discourse.about(("Facility",), at, figure=True) if looks.demonstrative else None
        entity = entity if entity is not None and self.discourse.sort(entity, noun) else None
        entity = entity or self.discourse.facility(noun, at, bare=looks.bare or looks.demonstrative)
        if entity is not None and not looks.demonstrative and self._another(entity, looks, at):
            return None
        if entity is not None and sited and self.discourse.elsewhere(entity, sited):
            return None  # タイの工場 after サウスボストンの工場
        return (entity,) if entity is not None else None

    def _another(self, entity: Entity, looks: Looks, at: int) -> bool:
        """Whether a description with names, figures or a compound of its own (タイの工場, 部品工場) is not ``entity``."""
        labels = [label.text for label in entity.labels]
        own = entity.discovered and any(label != self.noun_type(label)[0] for label in labels)
        if looks.joined and own and not any(looks.joined in label for label in labels):
            return True
        if not looks.told or any(word in label for word in looks.told for label in labels):
            return False
        return own or self.discourse.about(("Facility",), at, figure=True) not in (entity, None)

    def _inner(self, scene: Scene, chunk: Chunk, types: Collection[str]) -> tuple[Ref, ...]:
        """変電所の新設: the thing that the work is on."""
        for index in chunk.children:
            if scene.chunks[index].case == "の" and (refs := self.refs(scene, scene.chunks[index], types, generic=True)):
                return refs
        return ()

    def _new(self, looks: Looks, noun: str, kind: str, span: tuple[int, int]) -> tuple[Ref, ...]:
        left, right = span
        raw, near, full = (self.raw(start, right) for start in (left, looks.near, looks.front))
        if bare := core(raw, kind):
            raw, near, full = bare, *(words[: len(words) - len(raw) + len(bare)] for words in (near, full))
        raw, near, full = (_RE["unclosed"].sub("", words) for words in (raw, near, full))
        near, full = (near, full) if len(full) <= 40 else (raw, raw)
        first = raw if looks.clausal and not self.discourse.labelled(raw) else full
        shown = near if looks.clausal and first == raw else first  # タイの工場, also for Aが建てたタイの工場
        labels = tuple(dict.fromkeys(label for label in (shown, full, raw, noun) if label))
        entity = self.discourse.describe(noun, labels, kind, left, first)
        return (Ref(entity, left, right, "described"),)

    def raw(self, start: int, end: int) -> str:
        """The normalised text between two offsets."""
        return self.text[start:end].strip()
