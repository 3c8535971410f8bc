"""Who and what fills a property's roles in an event: by case, by context, or by what the passage is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from ingest.arguments import Arguments, Ref
from ingest.cases import candidates, inherited, linked_things, more_behind, quantities_of
from ingest.clauses import Chunk, predicate
from ingest.conditions import MOVES
from ingest.discourse import THINGS
from ingest.document import Shape
from ingest.frames import Event, idiom
from ingest.looks import acting_inside, listed_before, shared_out
from ingest.named import fitting
from ingest.names import ANY
from ingest.scene import Scene, Slot
from kg.model import Entity
from ontology.lexicon import Cues, FrameRule, patterns, words
from ontology.model import KnownEntity
from ontology.usage import usage

LISTED = (Shape.ITEM, Shape.ROW, Shape.HEADING, Shape.PAIR)
_RE = patterns("roles")
_WORDS = words("roles")
ADVERBIAL = _RE["adverbial"]


def embedded(event: Event) -> bool:
    """Whether the event stands inside a noun clause, whose subject need not be the sentence's."""
    node = event.carrier
    while node.parent > node.index:
        head = event.scene.chunks[node.parent]
        planned = _RE["plans"].search(head.surface) and head.case not in ("が", "は", "も")  # …する計画が明らかになった: whose?
        if node.bond.startswith("acl") and not planned and not _decided(event.scene, head):
            return True
        node = event.scene.chunks[node.parent]
    return False


def _decided(scene: Scene, head: Chunk) -> bool:
    """出資することで合意した, 建設することを決めた: who decides is who acts."""
    return (
        head.surface == "こと"
        and head.case in ("で", "を", "に", "と")
        and head.parent > head.index
        and bool(_RE["decides"].search(predicate(scene.chunks, scene.chunks[head.parent])))
    )


class Roles:
    """Fills the roles of events."""

    def __init__(self, arguments: Arguments, known: Mapping[str, KnownEntity], cues: Cues) -> None:
        """One per article; ``known`` are the ontology's entities by id."""
        self.arguments = arguments
        self._cues = cues
        self.known = known
        self._contexts: dict[str, Callable[[Event, Collection[str]], tuple[Ref, ...]]] = {
            "context": lambda event, types: self._context(event, types, "context"),
            "main": lambda event, types: () if self._joins_round(event, types) else self._context(event, types, "main"),
            "whole": self._whole,
            "raiser": lambda event, types: () if event.received else self._raiser(event, 300),
            "round": lambda event, types: () if event.received else self._round(event),
            "heading": self._headed,
            "about": self._about,
            "buyer": self._buyer,
        }

    def fill(
        self,
        event: Event,
        cases: Iterable[str],
        types: Collection[str],
        taken: Collection[Chunk] = (),
        *,
        generic: bool = False,
    ) -> tuple[tuple[Ref, ...], Chunk | None]:
        """What fills a role of ``types`` in the first of ``cases`` that has it, and the chunk that names it.

        ``generic`` lets a bare common noun stand; ``taken`` are chunks that fill other roles already.
        """
        led = event.word in _WORDS["led"]  # A主導で: who leads stands before, not what is led
        unread = bool(event.prefix_slots) and not event.verbal and not led  # 東京投資: told, though of no fitting type
        for case in cases:
            if case in self._contexts:
                refs = () if unread and case in ("context", "raiser", "round", "main") else self._contexts[case](event, types)
                if refs:
                    return refs, None
                continue
            refs, chunk, seen = self._in_case(event, case, types, taken, generic=generic)
            if refs:
                return refs, chunk
            unread = unread or (seen and case in ("を", "に", "へ"))
        return (), None

    def _in_case(
        self, event: Event, case: str, types: Collection[str], taken: Collection[Chunk], *, generic: bool
    ) -> tuple[tuple[Ref, ...], Chunk | None, bool]:
        wanted = types if ":" not in case else frozenset(types) & {case.partition(":")[2]}
        found: list[tuple[tuple[Ref, ...], Chunk]] = []
        seen = False
        for chunk in candidates(event, case):
            if chunk in taken or (
                case == "と" and any(chunk is listed_before(event.scene, c) for c in event.scene.chunks[chunk.index + 1 :])
            ):
                continue
            seen = True
            unknown = (case[0] in "にで" or chunk.topical) and any(
                n.type == ANY for s in event.scene.slots_in(chunk) for n in s.names
            )
            kinds = frozenset(wanted) - {"Facility", "Project"} if unknown else wanted
            if refs := self.arguments.refs(event.scene, chunk, kinds, generic=generic):
                found.append((refs, chunk))
                if case not in ("から", "と") and not shared_out(event.scene, chunk) and not more_behind(event, chunk):
                    break
        if found:  # AをBから、CをDからと続く: every から counts
            return tuple(ref for refs, _ in found for ref in refs), found[0][1], True
        if case in ("を", "の") and event.prefix and (event.chunk.clipped or not event.verbal):
            return self.compounded(event, types, generic=generic), event.chunk, seen
        left = event.verbal and not event.passive and event.gap is None and event.word not in _WORDS["happening"]
        left = left and not (event.roles.get("を") or event.roles.get("が"))
        for topic in event.roles.get("topic", ()) if case == "を" and left else ():  # 新工場は東京に建てる
            if refs := self.arguments.refs(event.scene, topic, frozenset(types) & {*THINGS}, generic=generic):
                return refs, topic, True
        return (), None, seen

    def _context(self, event: Event, types: Collection[str], main: str) -> tuple[Ref, ...]:
        """What the passage is about, for a role that Japanese leaves out (現地に拠点を設けて支援する)."""
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        discourse = self.arguments.discourse
        entity = discourse.main(*(t for t in THINGS if t in types), least=3) if main == "main" else None
        pool = [entity, discourse.about(types, start, figure=main != "context")]
        pool += [discourse.main(kind) for kind in ("Facility", "Project", "Organization") if kind in types]
        told = [e for e in pool if e is not None and e.id not in acting_inside(event.scene)]
        entity = next((e for e in told if not e.label("ja").endswith(self._cues.public)), None)
        return (Ref(entity, start, start, f"(context) → {entity.id}"),) if entity is not None else ()

    def compounded(self, event: Event, types: Collection[str], *, generic: bool = False) -> tuple[Ref, ...]:
        """Names and common nouns in front of an event noun: GPU in GPU調達, Arm in Arm買収."""
        made = [
            Ref(name.entity(kind), name.cover[0], name.cover[1])
            for slot in event.prefix_slots
            for name in slot.names
            if (kind := fitting(name, types))
        ]
        prefix, noun, kind = self.arguments.noun_described(event.prefix)
        if generic and not made and kind in types and kind in ("Facility", "Product") and not event.prefix_slots:
            left, _ = event.scene.span(event.chunk.words[0].start, event.chunk.words[0].end)
            words = self.arguments.raw(left, left + len(prefix))
            if words == prefix:
                owners = [
                    c for i in event.chunk.children if (c := event.scene.chunks[i]).case == "の" and event.scene.slots_in(c)
                ]
                front = min([left, *(event.scene.span(c.start, c.end)[0] for c in owners)])
                labels = tuple(dict.fromkeys((self.arguments.raw(front, left + len(words)), words, noun)))
                made.append(
                    Ref(self.arguments.discourse.describe(noun, labels, kind, left), left, left + len(words), "described")
                )
        return tuple(made)

    def _whole(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """運営はAが担う, Aが運営を担う: the noun that nothing owns is about the thing that the passage spoke of last."""
        owned = event.prefix or event.roles.get("の")
        charged = event.chunk.case == "を" and predicate(event.scene.chunks, event.carrier) in _WORDS["charged"]
        whole = event.chunk.topical or (charged and event.carrier is not event.chunk)
        return self._context(event, types, "whole") if whole and not (event.verbal or owned) else ()

    def _about(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """AやBも出資する: what the passage is about, where others are said to act."""
        acting = event.roles.get("が") or [c for c in event.roles.get("topic", ()) if c.case == "も"]
        if (
            not (acting and event.verbal)
            or event.gap is not None
            or event.roles.get("へ")
            or event.roles.get("に")
            or embedded(event)
        ):
            return ()
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        born = self.arguments.discourse.newborn(start)
        if born is not None and born.type in types:
            return (Ref(born, start, start, f"(context) → {born.id}"),)
        return self._context(event, types, "context")

    def _buyer(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """電力はAから調達する: nobody in the clause is said to get it, so the passage's topic does."""
        acting = event.roles.get("が") or (event.roles.get("を") and event.roles.get("topic"))
        if acting or not event.verbal or event.passive or event.gap is not None or embedded(event):
            return ()
        return self._spoken_of(event, types) or self.arguments.about(event.scene, event.chunk, types, "(context)")

    def _spoken_of(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """AがBと結んだ契約は10億円で、装置はCから買う: whose the sentence's topic is."""
        topics = (c for c in inherited(event) if c.case == "は")
        return next((refs for topic in topics if (refs := self.arguments.holders(event.scene, topic, types))), ())

    def _headed(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        found = [e for e in self.arguments.discourse.heading if e.type in types and event.scene.block.shape in LISTED]
        return (Ref(found[0], start, start, f"(heading) → {found[0].id}"),) if found else ()

    def beside(self, event: Event, domain: Collection[str], range_: Collection[str]) -> tuple[Ref, Ref] | None:
        """Headline compounds: who and whom before an event noun with nothing between (ソフトバンクG OpenAI投資)."""
        if len(event.prefix_slots) != 2:
            return None
        first, second = (slot.names[-1] for slot in event.prefix_slots)
        mine, theirs = fitting(first, domain), fitting(second, range_)
        if not mine or not theirs:
            return None
        return Ref(first.entity(mine), *first.cover), Ref(second.entity(theirs), *second.cover)

    def left_out(
        self, event: Event, types: Collection[str], held: Collection[str] = ("を", "に", "と", "から")
    ) -> tuple[Ref, ...]:
        """An object that is left out because the passage is about it: 「蒼海」は…。北辰データが保有し、…; 納めたのはデルだ.

        ``held`` are the cases that must not name anything but a day.
        """
        acting = event.cleft or (event.roles.get("が") and event.gap is None)
        if not event.verbal or event.passive or not acting or event.carrier.bond.startswith("acl"):
            return ()
        around = [c for case in held for c in event.roles.get(case, ())]
        if any(not (s := event.scene.slots_in(c)) or s[0].date is None for c in around) or embedded(event):
            return ()
        return self.arguments.about(event.scene, event.chunk, types, "(object)", figure=event.cleft)

    def _joins_round(self, event: Event, types: Collection[str]) -> bool:
        """60億ドルを調達した。Aが主導し、Bも加わった: they join the round, not the project that the article is about."""
        return "Facility" not in types and not event.received and bool(self._round(event))

    def _round(self, event: Event) -> tuple[Ref, ...]:
        """Who gets money in this sentence or the one before, by a round or by what others put in."""
        discourse = self.arguments.discourse
        if refs := self._raiser(
            event, event.scene.start - min(discourse.spans[0], max(discourse.floor, event.scene.start - 120))
        ):
            return refs
        last = discourse.done.get(usage().investment)
        if last is None or last.at < discourse.spans[0] or last.entity.type != "Organization":
            return ()
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        return (Ref(last.entity, start, start, f"(round) → {last.entity.id}"),)

    def _raiser(self, event: Event, reach: int) -> tuple[Ref, ...]:
        """Whose round it is that somebody leads or joins: who raises money in this sentence or ``reach`` before it."""
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        last = self.arguments.discourse.raiser
        if last is not None and 0 <= start - last.at <= reach + start - event.scene.start:
            return (Ref(last.entity, start, start, f"(round) → {last.entity.id}"),)
        scene = event.scene
        raising = [c for c in scene.chunks if c.surface.endswith(("調達", "集め", "増資"))]
        goods = [o for c in raising for i in c.children if (o := scene.chunks[i]).case == "を" and not _money(scene, o)]
        if not raising or goods:  # GPUを調達: no round
            return ()
        topics = [c for c in scene.chunks[: raising[-1].index] if c.case == "は"]
        own = [scene.chunks[i] for c in raising for i in c.children if scene.chunks[i].topical or scene.chunks[i].case == "が"]
        pool = (self.arguments.refs(scene, chunk, ("Organization",)) for chunk in (*own, *topics, *inherited(event)))
        return next((refs for refs in pool if refs), ())

    def companions(self, rule: FrameRule, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """Who acts beside the subject: AはBと共同で…する, AはBと共に…する."""
        if "が" not in rule.subject or "と" in rule.object or rule.pair:
            return ()
        chunks = event.scene.chunks
        made: tuple[Ref, ...] = ()
        if rule.property == usage().building:  # AはBとデータセンターを建てる
            made = tuple(
                ref for c in event.roles.get("と", ()) for ref in self.arguments.refs(event.scene, c, ["Organization"])
            )
        for link in (chunks[i] for i in event.carrier.children if i < event.chunk.index):
            words = {predicate(chunks, link), idiom(chunks, link)}
            if words & self._cues.beside and (link.case in ("で", "に") or re.match(r"し?て|で", link.tail)):
                beside = [chunks[link.index - 1]] if link.index else []
                pool = dict.fromkeys(c.index for c in (*beside, *(chunks[i] for i in link.children)) if c.case == "と")
                made += tuple(ref for i in pool for ref in self.arguments.refs(event.scene, chunks[i], types))
        return made

    def implied(self, rule: FrameRule, event: Event, types: Collection[str], objects: Iterable[Ref]) -> tuple[Ref, ...]:
        """An unnamed subject is the discourse's topic, unless the voice hides the agent on purpose."""
        apart = event.passive and (event.gap is None or event.cleft) and (event.roles.get("に") or event.roles.get("で"))
        if rule.property == usage().equipment and apart:
            return self._part(event, types, objects)
        if event.gap is not None or "が" not in rule.subject or _hidden(rule, event):
            return self._launched(rule, event, types, objects)
        types = types if rule.property in usage().careers or event.scene.outer else frozenset(types) - {"Person"}
        if rule.property == usage().founder and not rule.needs_object_of:
            types = frozenset(types) & {"Person"} if all(not o.how for o in objects) else types  # a firm of a name, by whom?
        if not event.verbal and (agents := self._holder(event, types)):
            return agents
        fragment = event.scene.block.shape in LISTED or not event.scene.text.endswith("。")
        if not event.verbal and event.carrier is event.chunk and not (event.chunk.parent < 0 and fragment):
            return ()
        if (
            embedded(event)
            or self._acted(event)
            or self._otherwise(event, rule, objects)
            or self.arguments.unspecific(event.scene, types)
        ):
            return ()
        linked = self.made_before(event, types) if rule.property == usage().equipment else ()
        linked = self._spoken_of(event, types) if rule.value else linked
        if linked:
            return linked
        if event.scene.block.shape in LISTED:
            found = self._headed(event, types)
        else:
            counted = rule.property == usage().equipment and any(
                s.quantity is not None
                for case in ("を", "〜")
                for c in event.roles.get(case, ())
                for s, _ in quantities_of(event.scene, c)
            )
            figure = bool(rule.value or rule.date or counted)
            found = self.arguments.about(event.scene, event.chunk, types, "(subject)", figure=figure)
            homes = frozenset(types) if rule.property not in usage().careers else frozenset()
            found = tuple(self.arguments.for_company(ref, homes) for ref in found) or self._hero(rule, event, types)
        if {ref.entity.id for ref in found} & {ref.entity.id for ref in objects}:
            return ()
        return tuple(ref for ref in found if not any(self._unlikely(rule, ref.entity, o.entity) for o in objects))

    def _unlikely(self, rule: FrameRule, unnamed: Entity, thing: Entity) -> bool:
        """Whether somebody whom no word names hardly makes a thing that is another's, or takes into use his own."""
        known = self.known.get(thing.id)
        own = known is not None and known.maker == unnamed.id
        return own if rule.property == usage().equipment else rule.property == usage().maker and self._another(thing, unnamed)

    def _hero(self, rule: FrameRule, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """Who acts in a paragraph that has named nobody yet: the one company that the article is about."""
        discourse = self.arguments.discourse
        hero = discourse.protagonist() if event.verbal and not (rule.value or rule.date or event.scene.outer) else None
        if hero is None or hero.type not in types:
            return ()
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        return (
            ()
            if discourse.told(types, discourse.floor, event.scene.start)
            else (Ref(hero, start, start, f"(subject) → {hero.id}"),)
        )

    def _launched(self, rule: FrameRule, event: Event, types: Collection[str], objects: Iterable[Ref]) -> tuple[Ref, ...]:
        """2019年に発表した「X」は…: what nobody is said to have brought out is of the company that the article is about."""
        hero, told = self.arguments.discourse.protagonist(), event.roles.get("が") or event.roles.get("topic")
        topic = event.gap is not None and event.gap.topical and not (told or event.passive) and rule.property == usage().maker
        if not topic or hero is None or hero.type not in types:
            return ()
        if any(ref.how or self._another(ref.entity, hero) for ref in objects):
            return ()
        start, _ = event.scene.span(event.chunk.start, event.chunk.end)
        return (Ref(hero, start, start, f"(subject) → {hero.id}"),)

    def _part(self, event: Event, types: Collection[str], objects: Iterable[Ref]) -> tuple[Ref, ...]:
        """冷却にはXが使われている: what is used in a part is used by the thing that the passage spoke of last."""
        if all(ref.how == "described" for ref in objects) or event.carrier.bond.startswith("acl"):
            return ()
        return self.arguments.about(event.scene, event.chunk, [t for t in types if t in THINGS], "(part of)", figure=True)

    def _holder(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """Aの計画には工場の建設が含まれる, これには…: who has the plan carries out what is in it."""
        chunks = event.scene.chunks
        parent = chunks[event.chunk.parent]
        if (
            event.chunk.parent < 0
            or parent.head.lemma not in self._cues.including
            or event.chunk.case not in ("が", "を", "も")
        ):
            return ()
        holder = next((chunks[i] for i in parent.children if chunks[i].case == "に"), None)
        owners = [chunks[i] for i in holder.children if chunks[i].case == "の"] if holder is not None else []
        if holder is None or owners:
            return tuple(ref for owner in owners for ref in self.arguments.refs(event.scene, owner, types))
        pointing = holder.surface in ("これ", "それ")
        return self.arguments.about(event.scene, holder, types, holder.surface) if pointing else ()

    def _acted(self, event: Event) -> bool:
        """北海連合が設立: who does it is told, though nobody knows the name."""
        acting = (
            c
            for c in event.roles.get("が", ())
            if not any(s.quantity and c.surface.endswith(s.word) for s in event.scene.slots_in(c))
        )
        return any(self.arguments.noun_type(c.surface)[1] != "Facility" and not c.verbal for c in acting)

    def _otherwise(self, event: Event, rule: FrameRule, objects: Iterable[Ref]) -> bool:
        """新設備は来春に動き出す, 多くの施設は…を備える: the topic is a thing, though none known, not the passage's."""
        topics = (c for c in event.roles.get("topic", ()) if not any(s.date or _plain(s) for s in event.scene.slots_in(c)))
        if not (rule.value or rule.date):  # 施設も借りている, 装置はAが納めた: what is acted on
            held = [ref.start for ref in objects]
            spans = ((c, event.scene.span(c.start, c.end)) for c in topics if c.case == "は")
            topics = (c for c, (start, end) in spans if not any(start <= at < end for at in held))
        if rule.needs_object_of and event.word in MOVES:  # 本社はXにある
            topics = (c for c in topics if not c.surface.endswith(rule.needs_object_of))
        acts = ("Organization", "Person")
        return any(not ADVERBIAL.search(c.surface) and not self.arguments.refs(event.scene, c, acts) for c in topics)

    def born(self, rule: FrameRule, event: Event) -> tuple[Ref, ...]:
        """2015年、AとBが設立した; 2018年に設立: without an object the company that the passage is about."""
        roles, scene = event.roles, event.scene
        told = roles.get("の") or roles.get("として") or event.prefix or event.suffix or event.gap is not None
        told = told or any(candidates(event, "を"))
        if (
            rule.property != usage().founding
            or "を" not in rule.subject
            or told
            or (not event.verbal and event.chunk.parent >= 0)
        ):
            return ()
        acting = roles.get("が") or roles.get("topic") or []
        people = [c for c in acting if self.arguments.refs(scene, c, ("Person",))]
        if (acting and not people) or (not acting and event.verbal and any(inherited(event))):
            return ()
        return self.arguments.about(scene, event.chunk, ("Organization",), "(object)", alone=True)

    def made_before(self, event: Event, types: Collection[str]) -> tuple[Ref, ...]:
        """衛星「A」を打ち上げ、Bを載せる: what the link before brought about is what has it."""
        things = [kind for kind in types if kind in ("Facility", "Product", "Project")]
        held = linked_things(event.scene, event.chunk)
        return next((refs for c in held if (refs := self.arguments.refs(event.scene, c, things, generic=True))), ())

    def _another(self, made: Entity, maker: Entity) -> bool:
        known = self.known.get(made.id)
        return known is not None and known.maker is not None and known.maker != maker.id and maker.type != "Person"


def _hidden(rule: FrameRule, event: Event) -> bool:
    """Whether the voice hides who acts; not who is rated (5円と評価され)."""
    rated = rule.value and "を" in rule.subject and event.roles.get("と") and not event.roles.get("を")
    return (event.passive or event.carrier.passive) and not rated


def _plain(slot: Slot) -> bool:
    """Whether a slot is a figure, not so many who act (4社は)."""
    return slot.quantity is not None and slot.quantity.counter not in _WORDS["parties"]


def _money(scene: Scene, chunk: Chunk) -> bool:
    slots = scene.slots_in(chunk)
    return any(s.quantity is not None and s.quantity.kind == "money" for s in slots) or "資" in chunk.surface
