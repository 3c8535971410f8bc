"""Attribute nouns beside their values: 評価額は450億ドル, 60億ドルの調達額 (``ontology/words/attributes.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache

from ingest.arguments import Arguments, Ref
from ingest.cases import around, closed, linked_things
from ingest.claims import FEWEST_CHIPS, LEAST_POWER, LEAST_SUM, Draft
from ingest.clauses import ABSTRACT, Chunk
from ingest.clauses import predicate as clause_word
from ingest.discourse import THINGS
from ingest.named import CODED
from ingest.names import ANY
from ingest.quantities import QuantityMention
from ingest.results import Results
from ingest.roles import ADVERBIAL
from ingest.scene import Scene, Slot
from ingest.stance import Stance, Stances
from kg.model import DateValue, Entity, Modality, Quantity, Value
from ontology.lexicon import Attribute, Lexicon, patterns, words
from ontology.model import Property
from ontology.units import measured
from ontology.usage import usage

_LINK = r"(?:は|が|も|を|で|の|として|[:、=]|(?=(?:過去)?最[高大多]の))、?"
_FILL = r"(?:[^、。はがもを]|(?<=[増減期比えり])、|を(?=上回|下回|超え)){0,24}"
_RE = patterns("attributes")
_WORDS = words("attributes")
DIVISIONS = _WORDS["divisions"]
CHIPS = _WORDS["chips"]
BUILT = frozenset({*THINGS, "Model"})


def sizes() -> Mapping[str, str]:
    """What a quantity beside a facility or project says, by its kind."""
    return {"money": usage().price, "power": usage().power}


@cache
def _patterns(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A noun that opens a key, one with what stands between it and its value, and several whose values follow in turn."""
    nouns = sorted(lexicon.by_noun, key=len, reverse=True)
    one = "|".join(re.escape(noun) for noun in nouns if any(not rule.listed for rule in lexicon.by_noun[noun]))
    return (
        re.compile("|".join(map(re.escape, nouns))),
        re.compile(rf".*(?P<noun>{one})(?!直後|後|前|以来|以降|当初)(?:(?P<link>{_LINK})(?P<fill>{_FILL}))?$"),
        re.compile(rf"(?P<nouns>(?:(?:{one})(?:{_RE['and'].pattern}))+(?:{one}))[はがをも]?、?それぞれ(?P<fill>[^。]*)$"),
    )


class Attributes:
    """Reads values by the noun beside them."""

    def __init__(self, arguments: Arguments, stances: Stances, lexicon: Lexicon, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._arguments = arguments
        self._stances = stances
        self.cues = stances.cues
        self._last: Ref | None = None
        self._results = Results(arguments)
        self.properties = properties
        self._by_noun = lexicon.by_noun
        self._named: dict[str, list[Attribute]] = {}
        self._key, self._leading, self._several = _patterns(lexicon)

    def named(self, words: str) -> Iterator[Attribute]:
        """The attributes whose noun closes ``words``, those of the longest noun first."""
        if (known := self._named.get(words)) is None:
            most = 0 if _RE["terms"].search(words) else min(len(words), 12)
            closing = (words[-size:] for size in range(most, 0, -1))
            known = self._named[words] = [rule for noun in closing for rule in self._by_noun.get(noun, ())]
        return iter(known)

    def opening(self, words: str) -> re.Match[str] | None:
        """The longest noun of an attribute that opens ``words``, as a key without its value does."""
        return self._key.match(words)

    def value(self, rule: Attribute, slot: Slot) -> Value | None:
        """The slot's value as a value of the rule's property; None where it is none."""
        known = self.properties.get(rule.property)
        if known is None:
            return None
        if known.kind == "date" or rule.date:
            return slot.date.value if slot.date is not None else None
        quantity = slot.quantity
        if quantity is None or quantity.kind not in measured(known.units) or quantity.converts is not None:
            return None
        return _valued(rule, known, quantity)

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims that attribute nouns of a sentence make."""
        self._results.note(scene)
        for slot in scene.slots:
            if slot.quantity is None and slot.date is None:
                continue
            at, _ = scene.made.new(slot.start - scene.start, slot.end - scene.start)
            own = next((c for c in scene.chunks if slot in scene.slots_in(c)), None)
            chunk = own or _at(scene, at)
            if chunk is None:
                continue
            found = list(self._each(scene, slot, at) if own is not None else self._led(scene, slot, at)) or [
                *self._counted(scene, slot, at),
                *self._priced(chunk, slot),
                *self._beside(scene, chunk, slot),
                *self._led(scene, slot, at),
                *self._sized(scene, chunk, slot),
                *self._is(scene, chunk, slot),
            ]
            for rule, holder in found:
                if rule.listed:
                    continue
                value = self.value(rule, slot)
                if value is None:
                    continue
                yield from self._claim(scene, chunk, slot, rule, holder, value)
                break

    def remark(self, scene: Scene, at: int, slot: Slot) -> Iterator[Draft]:
        """A value in a bracket behind the noun that it belongs to: 第三者割当増資(30億円)."""
        chunk = _at(scene, scene.made.new(at - 1 - scene.start, at - scene.start)[0])
        for rule in self.named(chunk.surface) if chunk is not None else ():
            value = None if rule.listed else self.value(rule, slot)
            if chunk is not None and value is not None:
                yield from self._claim(scene, chunk, slot, rule, chunk, value)
                return

    def _priced(self, chunk: Chunk, slot: Slot) -> list[tuple[Attribute, Chunk]]:
        """Money per piece is a unit price whatever the noun, water per day is what somebody uses."""
        if slot.quantity is not None and slot.quantity.kind == "water" and slot.quantity.per == "day":
            return [(Attribute(usage().daily, frozenset()), chunk)]
        if slot.quantity is not None and slot.quantity.kind == "money" and slot.quantity.per in _WORDS["pieces"]:
            return [(Attribute(usage().piece, frozenset()), chunk)]
        return []

    def _counted(self, scene: Scene, slot: Slot, at: int) -> Iterator[tuple[Attribute, Chunk]]:
        """H100が960枚, GPUを64枚: a count right behind the chips that it counts."""
        own = _at(scene, at)
        if slot.quantity is None or slot.quantity.counter not in CHIPS or (own is not None and own.case == "の"):
            return  # V3を2048基のGPUで学習した
        chunk = _at(scene, len(_RE["counts"].sub("", scene.text[:at])) - 1)
        named = [n for s in scene.slots_in(chunk)[-1:] for n in s.names] if chunk is not None else []
        chips = (n for n in named if n.type == "Product" or (n.type == ANY and CODED.search(n.text)))
        raw = self._arguments.text
        chips = (
            n for n in chips if not self.cues.other_chips.search(n.text + raw[n.end : slot.start])
        )  # SMT-130タービンが12基
        if chunk is not None and chunk.start < at and any(chips):
            yield from ((rule, chunk) for rule in self._by_noun.get("GPU", ()) if rule.property == usage().chips)

    def _sized(self, scene: Scene, chunk: Chunk, slot: Slot) -> list[tuple[Attribute, Chunk]]:
        """Money or power right before a facility or project: 5000億ドル規模のStargate計画, 40MWのデータセンター."""
        kind = sizes().get(slot.quantity.kind) if slot.quantity is not None else None
        if kind is None or chunk.parent < 0 or chunk.case not in ("の", "例"):
            return []
        parent = scene.chunks[chunk.parent]
        if not self._arguments.refs(scene, parent, THINGS):
            return []
        return [(Attribute(kind, frozenset()), chunk)]

    def _is(self, scene: Scene, chunk: Chunk, slot: Slot) -> list[tuple[Attribute, Chunk]]:
        """A facility that is so many megawatts: 第1棟は20メガワットで…."""
        copular = chunk.parent < 0 or chunk.tail.startswith(("で、", "で", "です", "だ"))
        if slot.quantity is None or slot.quantity.kind != "power" or not copular or len(chunk.words) > 4:
            return []
        topics = [scene.chunks[i] for i in chunk.children if scene.chunks[i].topical]
        if not all(self._phase(scene, t) or self._arguments.refs(scene, t, THINGS) for t in topics):
            return []
        return [(Attribute(usage().power, frozenset()), chunk)]

    def _phase(self, scene: Scene, topic: Chunk) -> bool:
        """Whether a topic only says which part or time of a thing is meant: 第1期は260メガワット."""
        return bool(ADVERBIAL.search(topic.surface)) and not any(s.names for s in scene.slots_in(topic))

    def _beside(self, scene: Scene, chunk: Chunk, slot: Slot) -> Iterator[tuple[Attribute, Chunk]]:
        before, behind = around(scene, chunk, slot)
        yield from ((rule, chunk) for rule in self.named(before))
        if chunk.parent >= 0:
            parent = scene.chunks[chunk.parent]
            if chunk.case in ("の", "例") or chunk.tail.startswith(("という", "もの", "規模の", "相当の", "超の", "以上の")):
                yield from ((rule, parent) for rule in self.named(parent.surface))
        if behind:
            yield from ((rule, chunk) for rule in self.named(behind))
        holders = [chunk] + ([scene.chunks[chunk.parent]] if chunk.parent >= 0 else [])
        for holder in holders:
            left = [
                scene.chunks[i] for i in holder.children if i < chunk.index and scene.chunks[i].case in ("は", "が", "も", "を")
            ]
            for sibling in reversed(left):
                yield from ((rule, sibling) for rule in self.named(sibling.surface))

    def _each(self, scene: Scene, slot: Slot, at: int) -> Iterator[tuple[Attribute, Chunk]]:
        """売上高と営業利益はそれぞれ100億円、20億円だった: the value's noun by its turn."""
        found = self._several.search(scene.text[:at]) if "それぞれ" in scene.text else None
        nouns = _RE["and"].split(found["nouns"]) if found else []
        turn = found["fill"].count(slot.word) if found else 0
        if found and turn < len(nouns) and (holder := _at(scene, found.start("nouns"))) is not None:
            yield from ((rule, holder) for rule in self.named(nouns[turn]))

    def _led(self, scene: Scene, slot: Slot, at: int) -> Iterator[tuple[Attribute, Chunk]]:
        """The noun before the value by its words alone, whatever the tree: 売上高が前年同期比62%増の570億ドル."""
        before = scene.text[max(0, at - 40) : at]
        found = self._leading.match(before)
        if found is None or _RE["terms"].search(before[: found.end("noun")]):
            return
        fill = found["fill"] or ""
        own = _at(scene, at)
        if own is not None and own.case == "の" and (found["link"] or "").startswith("で"):  # 評価額は…で5円の調達: another's
            return
        if (slot.word in fill and not fill.endswith(("から", "→"))) or self.cues.compared.search(fill):
            return
        holder = _at(scene, at - len(before) + found.end("noun") - 1)
        if holder is not None and not (holder.verbal and slot.date is not None):  # 年末までに着工、2027年の稼働を
            yield from ((rule, holder) for rule in self.named(found["noun"]))

    def _claim(self, scene: Scene, chunk: Chunk, slot: Slot, rule: Attribute, holder: Chunk, value: Value) -> Iterator[Draft]:
        known = self.properties[rule.property]
        predicate = self._predicate(scene, chunk, holder)
        carrier = scene.chunks[predicate.parent] if not predicate.verbal and predicate.parent > predicate.index else None
        stance = self._stances.of(scene, predicate, carrier=carrier if carrier is not None and carrier.verbal else None)
        around = {clause_word(scene.chunks, c) for c in (predicate, chunk, carrier) if c is not None}
        if not stance.claimed or _short(chunk, stance) or rule.unless & around:
            return
        if (
            known.name in usage().of_company
            and chunk.case == "の"
            and chunk.parent >= 0
            and not holder.verbal
            and holder.index <= chunk.index
        ):
            stance = replace(stance, modality=Modality.ASSERTED)  # 従業員300人のAは…を計画している
        if (
            isinstance(value, DateValue)
            and stance.modality is Modality.ASSERTED
            and self._arguments.discourse.later(value.date)
        ):
            stance = replace(stance, modality=Modality.PLANNED)
        domain = known.domain - {"Person"} if known.name != usage().people else frozenset({"Organization"})
        if known.name in usage().by_noun and not rule.nouns:
            domain = frozenset(THINGS)
        domain -= {"Product"} if known.name == usage().chips else set()  # the chips that are counted
        subjects, implied = self._owners(scene, chunk, holder, domain, rule, stance)
        if rule.of and implied:
            done = self._arguments.discourse.done.get(rule.of)
            near = done is not None and done.entity.type in domain and slot.start - done.at < 400
            subjects = (Ref(done.entity, slot.start, slot.start, f"({rule.of}) → {done.entity.id}"),) if done and near else ()
        left = scene.span(holder.start, holder.words[-1].end)
        start, end = min(left[0], slot.start), max(left[1], slot.end)
        if len(subjects) == 1 and subjects[0].entity.type == "Organization":
            self._last = replace(subjects[0], start=start)
        for subject in subjects:
            inside = not implied and scene.start <= subject.start < scene.end
            yield Draft(
                subject,
                rule.property,
                min(start, subject.start) if inside else start,
                max(end, subject.end) if inside else end,
                stance,
                value=value,
                qualifiers=self._results.term(scene, known, slot.start),
                rule="attribute",
                implied=implied,
            )

    def _predicate(self, scene: Scene, chunk: Chunk, holder: Chunk) -> Chunk:
        if chunk.case == "と":  # 評価額は5円とAが伝えた: what is told
            return chunk
        if holder is chunk and chunk.case == "の" and chunk.parent > chunk.index:  # 2GWの施設を建てる
            parent = scene.chunks[chunk.parent]
            if parent.case in ("を", "が") and parent.parent >= 0 and scene.chunks[parent.parent].verbal:
                return scene.chunks[parent.parent]
        if holder.index > chunk.index and holder.parent >= 0 and not holder.verbal:
            return holder
        return scene.chunks[chunk.parent] if chunk.parent >= 0 and scene.chunks[chunk.parent].verbal else chunk

    def _owners(
        self, scene: Scene, chunk: Chunk, holder: Chunk, domain: frozenset[str], rule: Attribute, stance: Stance
    ) -> tuple[tuple[Ref, ...], bool]:
        property_ = rule.property
        for candidate in self._candidates(scene, chunk, holder, rule):
            standing = candidate.case in ("に", "で", "を") and not candidate.tail.startswith(("では", "には"))
            kinds = domain & BUILT if standing else domain
            refs = self._arguments.refs(scene, candidate, kinds, generic=candidate.case == "を")
            refs = tuple(ref for ref in refs if not (ref.how == "described" and ref.entity.type == "Product"))
            if candidate.index == chunk.parent and chunk.case == "の" and candidate.index == chunk.index + 1:
                behind = tuple(ref for ref in refs if ref.start >= scene.span(chunk.start, chunk.end)[1])
                refs = behind or refs  # 30MWのA、18MWのB: B alone
            if property_ == usage().chips and candidate.parent == holder.index and scene.slots_in(holder):
                refs = tuple(ref for ref in refs if ref.entity.type != "Organization")  # エヌビディアのGB200を1120基
            if refs:
                return refs, False
        inside = [s for s in scene.slots_in(holder) if s.names]
        for slot in inside:
            refs = tuple(Ref(n.entity(), n.start, n.end) for n in slot.names if n.type in domain)
            if refs:
                return refs, False
        aggregate = property_ in usage().summed and _RE["cases"].search(self._arguments.text, scene.start, scene.end)
        around = [scene.chunks[i] for i in scene.chunks[holder.parent].children] if holder.parent >= 0 else []
        summed = any(c.head.lemma in _WORDS["counting_in"] and c.tail.startswith("と") for c in around)
        anyone = chunk.case == "の" and holder.topical and stance.modality is Modality.POSSIBLE  # 1GWの電力は75万世帯を賄える
        if summed or anyone or aggregate or self._owned_elsewhere(scene, holder):
            return (), True  # 件数は5件、総額は5円: of a market
        spends = property_ == usage().price and holder.surface.endswith(self.cues.outlays)
        return self._spoken_of(
            scene, holder, property_, domain & BUILT if property_ in usage().unnamed and not spends else domain
        ), True

    def _spoken_of(self, scene: Scene, holder: Chunk, property_: str, domain: frozenset[str]) -> tuple[Ref, ...]:
        """Of what a passage tells a figure that nothing in the sentence owns."""
        start, _ = scene.span(holder.start, holder.end)
        figure = "Facility" in domain
        same = None if figure else self._same(domain, start)
        if same is None and (
            found := self._arguments.about(scene, holder, domain, "(owner)", figure=figure, alone=property_ in usage().sole)
        ):
            return found
        entity = same or (self._results.of if property_ in usage().results else None)
        own = property_ in usage().of_company or property_ == usage().founding
        entity = entity or (self._hero(domain, start) if own else None)
        return (Ref(entity, start, start, f"(owner) → {entity.id}"),) if entity is not None else ()

    def _hero(self, domain: Collection[str], at: int) -> Entity | None:
        """2021年の設立。従業員は25人。: of the company that the article is about, in a paragraph that has named no other."""
        discourse = self._arguments.discourse
        hero = discourse.protagonist() if "Organization" in domain else None
        return hero if hero is not None and not discourse.told(("Organization",), discourse.floor, at) else None

    def _owned_elsewhere(self, scene: Scene, holder: Chunk) -> bool:
        """アビリーンの電力, 15基の出力: an owner is told, though none that the property takes."""
        inner = (scene.chunks[i] for i in holder.children if scene.chunks[i].case == "の")
        genitives = [c for c in inner if not c.surface.endswith("ベース")]
        slots = [slot for chunk in genitives for slot in scene.slots_in(chunk)]
        return any(s.names or (s.quantity is not None and s.quantity.kind == "count") for s in slots)

    def _same(self, domain: Collection[str], at: int) -> Entity | None:
        """Whose figures the sentence before told, in the same paragraph and with no topic between."""
        discourse, last = self._arguments.discourse, self._last
        if last is None or last.entity.type not in domain or not discourse.floor <= last.start < at:
            return None
        topics = [m for m in discourse.topics[-6:] if m.noun == "は" and last.start < m.at < at and m.entity.type in domain]
        return None if topics else last.entity

    def _candidates(self, scene: Scene, chunk: Chunk, holder: Chunk, rule: Attribute) -> Iterator[Chunk]:
        """Genitives of the noun, the head of a relative clause, where it stands, topics and subjects of the clauses around."""
        if chunk.case in ("の", "例") and chunk.parent >= 0 and (holder is chunk or holder.parent == chunk.index):
            yield scene.chunks[chunk.parent]
        for start in dict.fromkeys((holder.index, chunk.index)):
            yield from self._genitives(scene, scene.chunks[start])
            inners = (scene.chunks[i] for i in scene.chunks[start].children if scene.chunks[i].bond.startswith("acl"))
            for inner in (c for c in inners if not (c.tail.endswith("、") or clause_word(scene.chunks, c) in rule.unless)):
                told = [scene.chunks[i] for i in inner.children]
                yield from (c for c in told if c.topical or c.case == "が")
                yield from (c for c in told if c.case == "に")  # Xの学習にかかった費用
        node = chunk if chunk.index > holder.index else holder
        between = (scene.chunks[i] for i in reversed(node.children) if holder.index < i < chunk.index)
        yield from (c for c in between if c.case == "が" or c.topical)  # 従業員はAが100人
        if rule.property in usage().sites:
            yield from linked_things(scene, scene.chunks[min(holder.index, chunk.index)])
        for _ in range(8):
            left = [c for i in reversed(node.children) if (c := scene.chunks[i]).index < holder.index]
            yield from (c for c in left if c.case in usage().sites.get(rule.property, ()))
            yield from (
                c
                for c in left
                if c.topical or c.tail.startswith(("では", "には")) or (c.case == "が" and not closed(scene, c, holder))
            )
            if node.parent < 0:
                break
            parent = scene.chunks[node.parent]
            clause = node.bond.startswith("acl") and node.verbal and not ABSTRACT.search(parent.surface)
            if clause or node.case in ("の", "例"):
                yield parent
            node = parent
        for topic in (c for c in reversed(scene.chunks[: holder.index]) if c.topical):  # Aは…し、評価額は…となった
            yield topic
            if self._partial(scene, topic):
                yield from self._genitives(scene, topic)

    def _genitives(self, scene: Scene, chunk: Chunk) -> Iterator[Chunk]:
        """Whose the chunk is, the nearest first: of AのB部門の売上高 first B部門, then A."""
        for child in (scene.chunks[i] for i in chunk.children if scene.chunks[i].case in ("の", "による", "例")):
            if child.surface in self.cues.quantifiers or any(
                s.quantity and s.quantity.kind == "ratio" for s in scene.slots_in(child)
            ):
                continue  # H100の半分の5円: what it is compared with
            yield child
            if self._partial(scene, child):
                yield from self._genitives(scene, child)

    def _partial(self, scene: Scene, chunk: Chunk) -> bool:
        """Whether a noun only says which part, term or figure of its owner is meant: データセンター部門, 7〜9月期, 価格."""
        dated = any(s.date is not None for s in scene.slots_in(chunk))
        return dated or bool(_RE["part"].search(chunk.surface)) or any(self.named(chunk.surface))


def _short(chunk: Chunk, stance: Stance) -> bool:
    """150MWでは動かせない: nobody said that it is 150."""
    return chunk.tail in _WORDS["short"] and stance.modality is Modality.DENIED


def _at(scene: Scene, position: int) -> Chunk | None:
    return next((c for c in scene.chunks if c.start <= position < c.end), None)


def _valued(rule: Attribute, known: Property, quantity: QuantityMention) -> Quantity | None:
    value = quantity.value
    if known.name == usage().chips:
        if quantity.counter not in CHIPS or (value.number or value.maximum or 0) < FEWEST_CHIPS:
            return None
        value = replace(value, unit="GPU")
    summed = known.name in usage().money_of_company or (known.name == usage().price and not rule.nouns)
    if summed and abs(value.number or value.maximum or 0) < LEAST_SUM:
        return None
    if value.unit not in known.units or (known.name == usage().power and (value.number or value.maximum or 0) < LEAST_POWER):
        return None
    if rule.sign < 0:
        flip = {"<=": ">=", ">=": "<="}.get(value.comparator, value.comparator)
        if value.number is not None:
            return replace(value, number=-value.number, comparator=flip)
        assert value.minimum is not None and value.maximum is not None
        return replace(value, minimum=-value.maximum, maximum=-value.minimum)
    return value
