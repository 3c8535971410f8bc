"""From events to claims: the lexicon's rules fill a property's roles, types are checked against the vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from ingest.arguments import Arguments, Ref
from ingest.cases import candidates, dates_of, inherited, quantities_of
from ingest.clauses import Chunk, predicate
from ingest.conditions import allowed
from ingest.discourse import THINGS, Mentioned
from ingest.frames import Event, idiom
from ingest.quantities import QuantityMention
from ingest.roles import LISTED, Roles
from ingest.scene import Scene, Slot
from ingest.stance import Stance, Stances
from kg.model import Entity, Modality, Qualifier, Quantity, Value
from ontology.lexicon import FrameRule, Lexicon, patterns, words
from ontology.model import KnownEntity, Property
from ontology.units import measured
from ontology.usage import usage

FEWEST_CHIPS = 8  # a count of one or two speaks of a chip, not of what somebody has
FEWEST_BARE = 1000  # so many pieces in a named facility are chips, whatever is not said of them
FEWEST_OWN = 100  # chips that are counted without saying whose
LEAST_SUM = 10_000  # of a company's money; less is what a share earns, or a kilowatt-hour costs
LEAST_POWER = 0.05  # MW; less is what a chip or a rack draws
LEAST_SUM = 10_000  # of a company's money, or right before a thing; less is what a share earns, or a kilowatt-hour costs
ABSENT = ("(context)", "(round)", "(object)")  # how an object was found that no word of the clause names
_WORDS = words("claims")
_RE = patterns("claims")


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its evidence is cut from the text: ``start:end`` is its span in the normalised text."""

    subject: Ref
    predicate: str
    start: int
    end: int
    stance: Stance
    object: Ref | None = None
    value: Value | None = None
    qualifiers: Mapping[str, Qualifier] = field(default_factory=dict)
    rule: str = ""
    implied: bool = False
    as_of: str = ""
    heading: bool = False


class Reader:
    """Applies the frame rules to events."""

    def __init__(
        self,
        arguments: Arguments,
        stances: Stances,
        lexicon: Lexicon,
        properties: Mapping[str, Property],
        known: Mapping[str, KnownEntity],
    ) -> None:
        """One per article; ``known`` are the ontology's entities by id."""
        self.arguments = arguments
        self.stances = stances
        self.lexicon = lexicon
        self.properties = properties
        self.roles = Roles(arguments, known, lexicon.cues)

    def read(self, event: Event) -> Iterator[Draft]:
        """The claims that an event makes."""
        rules = [rule for rule in self.lexicon.by_word.get(event.word, ()) if allowed(rule, event)]
        if not rules or not (stance := self.stances.of(event.scene, event.chunk, event.suffix, carrier=event.carrier)).claimed:
            return
        made = [draft for rule in rules if not rule.otherwise for draft in self._apply(rule, event, stance)]
        if not made:
            made = [draft for rule in rules if rule.otherwise for draft in self._apply(rule, event, stance)]
        yield from made
        if made and (denied := self.stances.denial(event.scene, event.carrier)):
            yield from (replace(draft, stance=denied[0], end=max(draft.end, denied[1])) for draft in made)

    def _types(self, given: Collection[str], allowed: Collection[str]) -> frozenset[str]:
        return frozenset(given) & frozenset(allowed) if given else frozenset(allowed)

    def _apply(self, rule: FrameRule, event: Event, stance: Stance) -> Iterator[Draft]:
        known = self.properties.get(rule.property)
        if known is None:
            return
        if rule.modality and stance.modality is Modality.ASSERTED:
            stance = replace(stance, modality=Modality(rule.modality))
        domain = self._types(rule.subject_type, known.domain)
        if rule.date:
            yield from self._dated(rule, event, stance, domain)
        elif rule.value:
            yield from self._valued(rule, event, stance, domain, known)
        else:
            yield from self._related(rule, event, stance, domain, self._types(rule.object_type, known.range))

    def _related(
        self, rule: FrameRule, event: Event, stance: Stance, domain: Collection[str], range_: Collection[str]
    ) -> Iterator[Draft]:
        compound = self.roles.beside(event, domain, range_)
        if compound is not None:
            yield self._relation(rule, event, stance, *compound, self._qualifiers(rule, event))
            return
        objects, where = self.roles.fill(event, rule.object, range_, generic=rule.property in usage().bare_object)
        if rule.named:
            objects = tuple(ref for ref in objects if not ref.entity.discovered)
        if not objects and rule.pair:
            yield from self._paired(rule, event, stance, domain)
            return
        objects = objects or self._absent(rule, event, range_)
        if rule.property in usage().acting:
            told = {speaker.id for speaker in stance.speakers}  # 川端社長は「…から電力を買う」と述べた: for his company
            kinds = ("Organization",)
            objects = tuple(self.arguments.for_company(o, kinds) if o.entity.id in told else o for o in objects)
        taken = (where,) if where is not None and where is not event.chunk else ()
        bare = rule.property in usage().bare_subject
        subjects, source = self.roles.fill(event, rule.subject, domain, taken, generic=bare) if objects else ((), None)
        subjects = tuple(ref for ref in subjects if not self._good(ref))
        if rule.property in usage().acting and "Organization" in domain:
            told = {speaker.id for speaker in stance.speakers}  # 社長は…に建てると述べた
            subjects = tuple(self.arguments.for_company(s, domain) if s.entity.id in told else s for s in subjects)
        if rule.property in usage().acting and source is not None and "Organization" in domain:
            subjects += self.arguments.acted_for(source, subjects)
        implied = not subjects
        subjects = subjects or self.roles.implied(rule, event, domain, objects)
        if {ref.entity.id for ref in subjects} & {ref.entity.id for ref in objects if ref.how.startswith(ABSENT)}:
            return  # the passage's topic acts here, so it is not what is acted on
        qualifiers = self._qualifiers(rule, event)
        beside = self.roles.companions(rule, event, domain) if subjects else ()
        yield from self._together(event, stance, subjects, beside)
        for subject, target in product(subjects + beside, objects):
            one_word = subject.entity.id == target.entity.id or (subject.start, subject.end) == (target.start, target.end)
            if not (one_word or self._own(rule, subject.entity, target.entity) or _vague(rule, subject, target)):
                yield self._relation(rule, event, stance, subject, target, qualifiers, implied=implied)
        yield from self._paid(rule, event, stance, objects if subjects else (), qualifiers)

    def _good(self, ref: Ref) -> bool:
        """Whether who should act is only a good or a kind of goods: GPUは…を使う, 水冷サーバーにXを積む."""
        labels = [label.text for label in ref.entity.labels]
        kind = any(label in self.lexicon.nouns or label.endswith(_WORDS["techniques"]) for label in labels)
        return ref.entity.type == "Product" and (ref.how == "described" or kind)

    def _together(self, event: Event, stance: Stance, subjects: Iterable[Ref], beside: Iterable[Ref]) -> Iterator[Draft]:
        """AはBと共同で…する: two companies that act together are partners."""
        for one, other in product(subjects, beside):
            if one.entity.type == other.entity.type == "Organization" and one.entity.id != other.entity.id:
                yield Draft(one, usage().partner, *self._span(event, (one, other)), stance, object=other, rule=event.word)

    def _absent(self, rule: FrameRule, event: Event, range_: Collection[str]) -> tuple[Ref, ...]:
        """An object that no word names."""
        if types := usage().left_out.get(rule.property):
            return self.roles.left_out(event, frozenset(types) & frozenset(range_))
        held = usage().cleft_out.get(rule.property, ())
        if event.cleft and "が" in rule.subject and {*rule.object} & {*held}:
            return self.roles.left_out(event, frozenset(THINGS) & frozenset(range_), held)
        return ()

    def _paid(
        self, rule: FrameRule, event: Event, stance: Stance, objects: Iterable[Ref], told: Mapping[str, Qualifier]
    ) -> Iterator[Draft]:
        """The money that buys a thing is its cost (``spec/claims.md``, case 18)."""
        if rule.property in usage().bought and isinstance(amount := told.get("amount"), Quantity):
            for bought in (ref for ref in objects if ref.entity.type in ("Product", "Facility")):
                yield Draft(bought, usage().price, *self._span(event, [bought]), stance, value=amount, rule=event.word)

    def _relation(
        self,
        rule: FrameRule,
        event: Event,
        stance: Stance,
        subject: Ref,
        target: Ref,
        qualifiers: Mapping[str, Qualifier],
        *,
        implied: bool = False,
    ) -> Draft:
        span = self._span(event, [target] if implied else [subject, target])
        return Draft(
            subject, rule.property, *span, stance, object=target, qualifiers=qualifiers, rule=event.word, implied=implied
        )

    def _paired(self, rule: FrameRule, event: Event, stance: Stance, types: Collection[str]) -> Iterator[Draft]:
        """Several subjects of a mutual predicate: 両社が提携, AとBが提携; not Cの競合にはAとBがある."""
        if event.chunk.case == "に" and event.carrier.head.lemma in self.lexicon.cues.ties["listing"]:
            return
        inside = self.roles.compounded(event, types)
        if len(inside) > 1:
            yield from self._mutual(rule, event, stance, inside)
            return
        for case in ("が", "の", "topic"):
            for chunk in candidates(event, case):
                refs = self.arguments.refs(event.scene, chunk, types)
                if len(refs) > 1 and chunk.case != "も" and self.arguments.together(refs):
                    yield from self._mutual(rule, event, stance, refs)
                    return

    def _mutual(self, rule: FrameRule, event: Event, stance: Stance, refs: tuple[Ref, ...]) -> Iterator[Draft]:
        qualifiers = self._qualifiers(rule, event)
        for left, right in ((a, b) for a, b in combinations(refs, 2) if not self._own(rule, a.entity, b.entity)):
            yield self._relation(rule, event, stance, left, right, qualifiers)

    def _own(self, rule: FrameRule, subject: Entity, target: Entity) -> bool:
        """Nobody supplies what is known to be run by himself; two people are no partners."""
        if rule.property in usage().companies and subject.type == target.type == "Person":
            return True
        known = self.roles.known.get(target.id)
        made = next((found for label in target.labels if (found := _RE["made"].match(label.text))), None)
        if made and rule.property in usage().own_make and not any(made["maker"] in label.text for label in subject.labels):
            return True
        if rule.property in usage().own_make:  # オラクル、AMDの「MI450」を投入
            return known is not None and subject.type == "Organization" and not self._one_house(known.maker, subject.id)
        own = any(label.text.startswith(("自社", "自前", "自身")) for label in target.labels)
        return rule.property in usage().others_make and (own or (known is not None and known.maker == subject.id))

    def _one_house(self, maker: str | None, other: str) -> bool:
        """Whether a maker is unknown, ``other`` itself, a part of it, or the whole that it belongs to (AWS and Amazon)."""
        parts = {ident: known.part_of for ident in (maker, other) if ident and (known := self.roles.known.get(ident))}
        return maker in (None, other, parts.get(other)) or parts.get(maker or "") == other

    def _valued(
        self, rule: FrameRule, event: Event, stance: Stance, domain: Collection[str], known: Property
    ) -> Iterator[Draft]:
        found = self._quantity(rule, event, known) if event.scene.measured else None
        if found is None:
            return
        slot, where = found
        things = [t for t in THINGS if t in domain]
        held = self.arguments.refs(event.scene, where, things) if slot not in event.scene.slots_in(where) else ()
        if event.gap is not None and "を" in rule.subject:  # Aが120MWに広げる施設
            held = held or self.arguments.refs(event.scene, event.gap, things)
        held = held or self._owned(event, rule.property, things)
        subjects = (
            held or self.roles.fill(event, rule.subject, domain, (where,), generic=rule.property in usage().bare_subject)[0]
        )
        if not subjects and rule.property in usage().built and not event.verbal:
            subjects, _ = self.roles.fill(event, ("を", "の"), domain, (where,))
        implied = not subjects
        assert slot.quantity is not None
        if implied and where.topical and stance.modality is Modality.POSSIBLE:
            return  # 1ギガワットの電力は75万世帯に供給できる: of any gigawatt
        if implied and not (
            rule.told
            or (
                rule.property == usage().price
                and (not rule.otherwise or bool(slot.quantity.per) or (slot.quantity.value.number or 0) < 1e6)
            )
            or (rule.property == usage().chips and (slot.quantity.value.number or 0) < FEWEST_OWN)
        ):
            allowed = frozenset(domain) - {"Organization"} if rule.property == usage().power else domain
            subjects = self.roles.implied(rule, event, allowed, ())
        if any(c.case == "の" for c in event.scene.chunks if slot in event.scene.slots_in(c)):  # 30MWのA、18MWのB
            subjects = tuple(ref for ref in subjects if ref.start >= slot.end) or subjects
        least = LEAST_SUM if rule.property == usage().price else 0  # 1株に17ポンドを支払う: no cost of a company
        sum_ = slot.quantity.value.number or slot.quantity.value.maximum or 0
        for subject in (ref for ref in subjects if ref.entity.type != "Organization" or sum_ >= least):
            span = self._span(
                event, [s for s in (subject if not implied else None, Ref(subject.entity, slot.start, slot.end)) if s]
            )
            if rule.property == usage().raised:
                self.arguments.discourse.raiser = Mentioned(subject.entity, span[0])
            for value, how in ((slot.quantity.value, stance), *self._before(event, slot)):
                yield Draft(subject, rule.property, *span, how, value=_plain(value), rule=event.word, implied=implied)

    def _owned(self, event: Event, property_: str, types: Collection[str]) -> tuple[Ref, ...]:
        """Aはデータセンターの容量を2GWに広げる: whose the figure is that changes."""
        for chunk in event.roles.get("を", ()):
            told = any(rule.property == property_ for rule in self.lexicon.by_noun.get(chunk.surface, ()))
            if told and (holders := self.arguments.holders(event.scene, chunk, types)):
                return holders
        linked = property_ in usage().sites and not event.roles.get("が")
        return self.roles.made_before(event, types) if linked else ()  # Xを開き、容量を50MWに広げる

    def _before(self, event: Event, slot: Slot) -> Iterator[tuple[Quantity, Stance]]:
        """What it was before it grew or shrank to a value: 10万基から20万基に増やす."""
        for other in event.scene.slots:
            if other.quantity is not None and other.quantity.grows_to == (slot.start, slot.end):
                yield other.quantity.value, Stance()

    def _quantity(self, rule: FrameRule, event: Event, known: Property) -> tuple[Slot, Chunk] | None:
        for case in (*rule.value, "self"):
            for chunk in [event.chunk] if case == "self" and event.prefix else candidates(event, case):
                for slot, holder in quantities_of(event.scene, chunk):
                    assert slot.quantity is not None
                    if self._fits(known, slot.quantity, event, holder):
                        return slot, holder
        return None

    def _fits(self, known: Property, quantity: QuantityMention, event: Event, holder: Chunk) -> bool:
        if quantity.kind not in measured(known.units) or quantity.converts is not None:
            return False
        if known.name == usage().chips:
            return self._counts_chips(quantity, event, holder)
        if quantity.kind == "duration" and self.arguments.text.endswith(_WORDS["ahead"], 0, quantity.start):
            return False  # 今後5年で150億ドルを投じて建てる
        inside = any(slot.quantity is quantity for slot in event.scene.slots_in(holder))
        if inside and self._another(holder, known.name):
            return False
        if known.name == usage().price and (quantity.value.number or quantity.value.maximum or LEAST_SUM) < LEAST_SUM:
            return False
        if known.name == usage().price and not inside and not holder.surface.endswith(_WORDS["spent"]):
            return False
        if known.name == usage().power and (quantity.value.number or quantity.value.maximum or 0) < LEAST_POWER:
            return False
        return quantity.value.unit in known.units

    def _another(self, holder: Chunk, property_: str) -> bool:
        """評価額5000億ドルで実施: the noun before the value says that it is another figure."""
        words = "".join(word.text for word in holder.words[:-1])
        found = (self.lexicon.by_noun.get(words[at:size]) for size in range(2, len(words) + 1) for at in range(size - 1))
        told = {rule.property for rules in found if rules for rule in rules if not rule.listed}
        return bool(told) and property_ not in told

    def _counts_chips(self, quantity: QuantityMention, event: Event, holder: Chunk) -> bool:
        if (quantity.value.number or quantity.value.minimum or 0) < FEWEST_CHIPS:
            return False
        if quantity.value.unit == "GPU":
            return True
        if quantity.counter not in ("台", "基", "個", "枚", "万台", "万基", "つ", "万個", "万枚"):
            return False
        pool = [holder, *(c for case in ("を", "が", "topic") for c in event.roles.get(case, ())), *inherited(event)]
        if event.gap is not None:
            pool.append(event.gap)
        if any(self.chips(event.scene, chunk) for chunk in pool):
            return True
        named = (n.type for chunk in pool for s in event.scene.slots_in(chunk) for n in s.names)
        many = (quantity.value.number or quantity.value.minimum or 0) >= FEWEST_BARE
        return many and quantity.counter in ("基", "枚", "万基", "万枚") and "Facility" in named  # コロッサスを100万基に広げる

    def chips(self, scene: Scene, chunk: Chunk) -> bool:
        """Whether a chunk speaks of accelerators: by its noun, or by naming a chip."""
        front = min([chunk.start, *(scene.chunks[i].start for i in chunk.children if scene.chunks[i].case in ("へ", "の"))])
        left, right = scene.span(front, chunk.words[-1].end)
        words = self.arguments.raw(left, right)
        noun, _ = self.arguments.noun_type(words)
        if any(chip in words for chip in self.lexicon.cues.chips):
            return True
        if noun or self.lexicon.cues.other_chips.search(words):
            return False
        return any(n.type == "Product" for s in scene.slots_in(chunk) for n in s.names)

    def _dated(self, rule: FrameRule, event: Event, stance: Stance, domain: Collection[str]) -> Iterator[Draft]:
        dated = dates_of(event) if event.scene.dated else ()
        slot = next((s for s in dated if s.date is not None and not self._telling(event, s)), None)
        heading = self.arguments.discourse.heading_date
        if slot is None and heading is not None and event.scene.block.shape in LISTED:
            slot = Slot(heading.start, heading.end, "", date=heading)
        if slot is None or slot.date is None:
            return
        bare = event.verbal and event.gap is None and bool(event.roles.get("を"))  # データセンターを着工した
        subjects, _ = self.roles.fill(event, rule.subject, domain, generic=bare and rule.property in usage().opens)
        if rule.needs_noun and not subjects and rule.property == usage().start:
            return
        if rule.property in usage().released:
            subjects = () if _several(event) else tuple(ref for ref in subjects if ref.how != "described")
        implied = not subjects
        if implied and not rule.told:
            open_roles = not event.roles.get("を") and not event.roles.get("が")
            plain = rule.property in usage().opens and (open_roles or bool(rule.needs_noun))
            subjects = self.roles.implied(rule, event, domain, ()) if plain else self.roles.born(rule, event)
        if stance.modality is Modality.ASSERTED and self.arguments.discourse.later(slot.date.value.date):
            stance = replace(stance, modality=Modality.PLANNED)
        for subject in subjects:
            refs = [Ref(subject.entity, slot.start, slot.end), *([] if implied else [subject])]
            value = slot.date.value
            yield Draft(subject, rule.property, *self._span(event, refs), stance, value=value, rule=event.word, implied=implied)

    def _telling(self, event: Event, slot: Slot) -> bool:
        """Aは21日、…を始めると発表した: the day of the telling, not of what is told."""
        chunks = event.scene.chunks
        dated = next((c for c in chunks[1:] if slot in event.scene.slots_in(c)), None)
        if dated is None or dated.case or not dated.tail.startswith("、") or not chunks[dated.index - 1].topical:
            return False
        verb = chunks[chunks[dated.index - 1].parent]
        if not event.verbal or _RE["past"].search(event.carrier.tail) or verb.index <= event.carrier.index:
            return False
        return bool({predicate(chunks, verb), idiom(chunks, verb)} & {*self.lexicon.cues.speech, *_WORDS["deciding"]})

    # ---- qualifiers and spans

    def _qualifiers(self, rule: FrameRule, event: Event) -> dict[str, Qualifier]:
        made: dict[str, Qualifier] = {}
        for name, cases in rule.qualifiers.items():
            for case in cases:
                asked = name not in made and (event.scene.measured or name not in ("amount", "quantity"))
                if asked and (value := self._qualifier(name, case, event)) is not None:
                    made[name] = value
        return made

    def _qualifier(self, name: str, case: str, event: Event) -> Qualifier | None:
        for chunk in [*candidates(event, case), *([event.chunk] if name == "amount" else [])]:
            if name in ("amount", "quantity"):
                kinds = ("money",) if name == "amount" else ("count", "power")
                for slot, _ in quantities_of(event.scene, chunk):
                    if slot.quantity is not None and slot.quantity.kind in kinds and slot.quantity.converts is None:
                        return self._counted(slot.quantity, event, chunk) if name == "quantity" else _plain(slot.quantity.value)
            elif name == "product":
                refs = self.arguments.refs(event.scene, chunk, ("Product", "Model"), generic=True)
                if refs:
                    return refs[0].entity
                if chunk.case == "を" and not event.scene.slots_in(chunk):
                    return chunk.surface
        return None

    def _counted(self, quantity: QuantityMention, event: Event, chunk: Chunk) -> Quantity:
        value = _plain(quantity.value)
        if quantity.kind == "count" and self.chips(event.scene, chunk):
            return Quantity("GPU", value.number, value.minimum, value.maximum, value.comparator)
        return value

    def _span(self, event: Event, refs: Iterable[Ref]) -> tuple[int, int]:
        scene = event.scene
        left, right = scene.span(
            event.chunk.start, event.carrier.end if event.carrier.index > event.chunk.index else event.chunk.end
        )
        inside = [ref for ref in refs if scene.start <= ref.start < scene.end]
        start = min([left, *(ref.start for ref in inside)])
        end = max([right, *(ref.end for ref in inside)])
        return start, end


def _vague(rule: FrameRule, subject: Ref, target: Ref) -> bool:
    """What some place or company has without a name or anything that tells it from others: GPUを使う."""
    bare = target.how == "described" and len(target.entity.labels) == 1
    nameless = target.how == subject.how == "described"
    return rule.property == usage().equipment and (nameless or (bare and subject.entity.type == "Organization"))


def _several(event: Event) -> bool:
    """Whether so many of a thing are spoken of that it is put to use, not brought out (5万基を投入)."""
    held = [c for case in ("を", "〜") for c in event.roles.get(case, ())]
    slots = [slot for c in held for slot, _ in quantities_of(event.scene, c)]
    return any(s.quantity is not None and s.quantity.kind == "count" for s in slots)


def _plain(value: Quantity) -> Quantity:
    if value.unit in ("台", "基", "個", "枚"):
        return Quantity("GPU", value.number, value.minimum, value.maximum, value.comparator)
    return value
