"""Article in, claims out: the steps of extraction in order, each a pure function of the one before."""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import chain, pairwise
from operator import itemgetter

from ingest.arguments import Arguments, Ref
from ingest.asides import Asides
from ingest.attributes import Attributes
from ingest.breakdown import parted
from ingest.careers import Careers
from ingest.cases import subordinate
from ingest.claims import Draft, Reader
from ingest.clauses import chunks
from ingest.compounds import Compounds
from ingest.confidence import kind
from ingest.dates import find_dates
from ingest.discourse import Discourse, Mentioned
from ingest.document import Block, Shape, blocks
from ingest.ellipsis import Ellipsis
from ingest.frames import events
from ingest.names import Name, NameFinder
from ingest.nominals import Nominals
from ingest.normal import Normal, normalise
from ingest.parser import Parser
from ingest.quantities import find_quantities
from ingest.relations import Relations
from ingest.revised import replaced
from ingest.scene import Marks, Scene, scenes
from ingest.setting import Setting
from ingest.settled import settled
from ingest.stance import Stance, Stances
from ingest.tables import Tables
from ingest.tagger import Tagger
from ingest.version import extractor_version
from kg.model import Article, Claim, Entity, Evidence, Modality, Reading, Value
from kg.validate import claim_faults
from ontology import Ontology, load
from ontology.lexicon import load_lexicon, patterns
from ontology.usage import usage

__all__ = ["Extractor"]

WEAK = ("nominal", "maker")  # rules whose claim another rule's replaces as the leading one
_RE = patterns("pipeline")
LONGEST = 50_000  # characters; a longer article is read in parts, so that time stays linear in its length


class Extractor:
    """Reads articles; holds the model and the ontology, keeps nothing of one article for the next but parsed sentences."""

    def __init__(self) -> None:
        """Loads the ontology; the language model comes with the first sentence."""
        self.ontology = load()
        self.lexicon = load_lexicon()
        posts = self.posts = tuple(
            post for rule in self.lexicon.nominals for post in rule.post if rule.property != usage().past
        )
        self.parser = Parser()
        common = {noun for rule in self.lexicon.attributes for noun in rule.nouns}
        self._names = NameFinder(
            self.ontology.entities,
            self.lexicon.names,
            self.lexicon.nouns,
            posts,
            common,
            [noun for rule in self.lexicon.nominals for noun in rule.relational if len(noun) > 1],
            self.parser.coined,
            self.parser.person,
            self.parser.proper,
        )
        pointing = {word for words in self.lexicon.cues.reference.values() for word in words}
        self._tagger = Tagger(self.parser.morphemes, self.lexicon.nouns, pointing, self._names.cover, self._names.known)
        self._nominals = Nominals(self.lexicon, self.ontology.entities)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.lexicon.by_word)

    def read(self, article: Article, trace: list[Draft] | None = None) -> Reading:
        """All claims of ``article``; the same article gives the same reading, whatever was read before.

        ``trace`` is filled with all that was made on the way, for ``ingest.explaining.explain``.
        """
        normal = normalise(article.text)
        drafts: list[Draft] = []
        for at, text in _parts(normal.text):
            with _unswept():
                drafts += _moved(self._drafts(article, text), at)
        if trace is not None:
            trace += drafts
        claims = _merged(article, normal, drafts, self.ontology, self.lexicon.confidence)
        return Reading(article, claims, extractor_version(), self.ontology.version)

    def warm(self) -> None:
        """Loads all that the first article would else wait for."""
        self.read(Article("warm", "架空電機は2025年1月に工場を建てる。"))

    def marks(self, text: str, published: str, *, tagged: bool = True) -> Marks:
        """The names, quantities and dates of a normalised text; ``tagged``: also the names that only the tagger sees."""
        quantities = find_quantities(text)
        dates = find_dates(text, published or None)
        spans = [(d.start, d.end) for d in dates]
        quantities = (
            tuple(q for q in quantities if not any(a < q.end and q.start < b for a, b in spans)) if spans else quantities
        )
        quantities = tuple(q for q in quantities if not text.startswith(self.lexicon.names.no_values, q.core_start))
        taken = spans + [(q.core_start, q.core_end) for q in quantities if q.kind != "bare" and q.counter]
        told = self._names.find(text, taken)
        names = self._tagger.added(text, told, spans + [(q.start, q.end) for q in quantities]) if tagged else told
        if names != told:
            covers = [name.cover for name in names]
            quantities = tuple(q for q in quantities if not _hidden((q.core_start, q.core_end), covers))
            dates = tuple(d for d in dates if not _hidden((d.core_start, d.core_end), covers))
        return Marks(names, quantities, dates)

    def _drafts(self, article: Article, text: str) -> Iterator[Draft]:
        marks = self.marks(text, article.published)
        layout = blocks(text, self.lexicon.cues)
        told = [[s for part in _prose(text, block) for s in scenes(text, part, marks, self.lexicon)] for block in layout]
        made = [scene for several in told for scene in several]
        for number, scene in enumerate(made):
            scene.index = number
        for one, other in pairwise([scene for scene in made if scene.outer is None]):
            one.after, other.before = other, one
        wanted = [scene for scene in made if _worth(scene)]
        for scene, tree in zip(wanted, self.parser.parse([scene.text for scene in wanted]), strict=True):
            scene.chunks = chunks(tree, scene.text)
        yield from _Pass(self, article, text, layout, marks, told).drafts()
        for scene in made:  # what points to each other has to be looked for to be forgotten
            scene.before = scene.after = None


def _prose(text: str, block: Block) -> Iterator[Block]:
    """What of a line is read as sentences: a key's value, and of a row each cell that tells of the first one in words."""
    if block.shape is Shape.ROW:
        for cell in (cell for cell in block.cells[1:] if _RE["prose"].search(text, *cell)):
            yield replace(block, shape=Shape.PAIR, start=cell[0], end=cell[1], cells=(block.cells[0], cell))
    elif block.shape is not Shape.BOILERPLATE:
        yield replace(block, start=block.cells[1][0]) if block.shape is Shape.PAIR else block


def _hidden(span: tuple[int, int], covers: Sequence[tuple[int, int]]) -> bool:
    """Whether one of ``covers``, which are in order and apart, overlaps a span."""
    at = bisect_left(covers, span[1], key=itemgetter(0)) - 1
    return at >= 0 and covers[at][1] > span[0]


def _worth(scene: Scene) -> bool:
    """Whether a sentence can carry a claim: it needs a name, a value or a word that stands for one, and some grammar."""
    return bool(scene.slots) or bool(
        re.search(r"同社|同氏|両社|[2-9三]社|彼|同|(?:センター|計画|工場|施設|発電所)[^、。]{0,4}[はが]", scene.text)
    )


class _Pass:
    """One reading of one article, in order."""

    def __init__(
        self, owner: Extractor, article: Article, text: str, layout: tuple[Block, ...], marks: Marks, made: list[list[Scene]]
    ) -> None:
        self._owner, self._text, self._layout, self._marks, self._scenes = owner, text, layout, marks, made
        lexicon = owner.lexicon
        title = owner.marks(normalise(article.title).text, article.published, tagged=False).names
        self.discourse = Discourse(article.id, text, marks.names, owner.ontology.entities, title)
        self.discourse.published = article.published
        self.arguments = Arguments(self.discourse, lexicon.nouns, lexicon.cues, owner.posts)
        self.stances = Stances(self.arguments, lexicon.cues)
        properties = owner.ontology.properties
        self.reader = Reader(self.arguments, self.stances, lexicon, properties, owner.ontology.entities)
        self.attributes = Attributes(self.arguments, self.stances, lexicon, properties)
        self.relations = Relations(self.arguments, self.stances, lexicon, properties)
        self.careers = Careers(self.arguments, self.stances, lexicon, self.relations)
        self.compounds = Compounds(self.arguments, self.stances, lexicon)
        self.tables = Tables(self.attributes, self.discourse, properties)
        self.ellipsis = Ellipsis(self.arguments, self.stances, lexicon.cues, self.attributes.named)
        self.asides = Asides(self.tables, self.attributes, self.arguments, marks, text)
        self.setting = Setting(text, layout, marks, self.discourse, self.arguments.noun_type, lexicon.cues)

    def drafts(self) -> Iterator[Draft]:
        for number, block in enumerate(self._layout):
            speaker = self.setting.enter(block)
            if block.shape is Shape.ROW:
                yield from self.tables.row(self._text, self._layout, number, self._marks)
                yield from self._cells(block, self._scenes[number])
                continue
            told = [] if block.shape is Shape.QUESTION else self.tables.several(self._text, block, self._marks)
            yield from told
            if block.shape is Shape.PAIR and not told:
                yield from self.tables.pair(self._text, self._layout, number, self._marks)
            if block.shape in (Shape.PAIR, Shape.ITEM, Shape.HEADING):
                yield from self._raising(self.tables.headed(self._text, self._layout, number, self._marks))
            for scene in self._scenes[number]:
                if block.shape is Shape.QUESTION:  # what is asked about is what the answer speaks of
                    self._topics(scene)
                    continue
                held = self.setting.held(scene)
                told = parted(scene, self.ellipsis.completed(scene, self._noted(scene)))
                for draft in told:
                    dated = self.setting.dated(draft, held, told)
                    yield replace(_said(dated, speaker), heading=block.shape is Shape.HEADING)

    def _raising(self, drafts: Iterable[Draft]) -> Iterator[Draft]:
        """・A社:10億ドル、Bが主導: whose round it is that the rest of the line tells of."""
        for draft in drafts:
            if draft.predicate == usage().raised:
                self.discourse.raiser = Mentioned(draft.subject.entity, draft.start)
            yield draft

    def _cells(self, cell: Block, told: Iterable[Scene]) -> Iterator[Draft]:
        """What the cells of a row say in words; what one quotes is told in the same cell."""
        for scene in told:
            if scene.outer is None:
                cell = scene.block
                self.setting.enter(cell)
            if self.setting.keyed(cell):
                yield from self._noted(scene)

    def _noted(self, scene: Scene) -> Iterator[Draft]:
        cues = self._owner.lexicon.cues
        for draft in self._scene(scene):
            vague = draft.value is not None and draft.subject.how and cues.general.search(scene.text)
            if vague or (draft.value is not None and cues.differing.search(scene.text)):
                continue
            if draft.value is not None and replaced(self._text, scene, draft):
                continue
            if draft.predicate == usage().place and draft.object is not None:
                self.discourse.places.setdefault(draft.subject.entity.id, set()).add(draft.object.entity.id)
            yield draft

    def _scene(self, scene: Scene) -> Iterator[Draft]:
        keyed = bool(scene.block.cells) and scene.block.shape is Shape.PAIR and scene.start == scene.block.start
        names = list((self._marks.inside(scene.block.cells[0][0], scene.end) if keyed else scene.marks).names)
        self.setting.open(scene)
        acted: set[int] = set()
        paired = list(self._owner._nominals.read(self._text, names))
        self.relations.note(paired, scene.index)
        if scene.chunks:
            told: set[tuple[str, Value | None]] = set()
            guessed: list[Draft] = []
            for draft in chain(self._events(scene, acted), self.attributes.read(scene)):
                if draft.value is not None and draft.subject.how.startswith("("):
                    guessed.append(draft)
                    continue
                told |= {(draft.predicate, draft.value)} if draft.value is not None else set()
                yield draft
            yield from (draft for draft in guessed if (draft.predicate, draft.value) not in told)  # whose a figure is, is said
            for part in (self.relations, self.careers, self.compounds, self.asides):
                yield from part.read(scene)
        yield from paired
        yield from self._made(names)
        self._topics(scene, acted)

    def _events(self, scene: Scene, acted: set[int]) -> Iterator[Draft]:
        """What predicates say; ``acted`` is filled with where stands what somebody acts on."""
        for event in events(scene, self._owner._words, self._owner.lexicon.cues):
            for draft in self.reader.read(event):
                if draft.object is not None:
                    acted.add(draft.object.start)
                    self.discourse.done[draft.predicate] = Mentioned(draft.object.entity, draft.start)
                    if not draft.object.how:
                        self.discourse.note(draft.object.entity, draft.object.start)
                yield draft

    def _made(self, names: list[Name]) -> Iterator[Draft]:
        """A model or product named in one breath with its known maker (Meta Llama 3), or in a sentence or section about it."""
        makers = {entity.id: entity for entity in self.discourse.heading}
        for name in names:
            if name.maker is None or name.type not in ("Model", "Product"):
                continue
            maker = self._owner.ontology.entities.get(name.maker)
            if maker is None or _RE["negated"].match(self._text, name.cover[1]):
                continue
            if name.known is not None and all(
                any(label.text in own.text for label in maker.labels) for own in name.known.labels
            ):
                continue  # NVIDIA製GPU only says whose kind of thing it is
            said = name.full or name.text
            spoken = any(said.startswith(label.text) and len(label.text) < len(said) for label in maker.labels)
            beside = next((other for other in names if other.known is not None and other.known.id == maker.id), None)
            division = next((e for e in self.discourse.heading if self._part_of(e, maker.id)), None)
            if spoken or beside is not None or maker.id in makers or division is not None:
                entity = (
                    division
                    if division is not None and not spoken and beside is None
                    else Entity(maker.id, maker.type, maker.labels)
                )
                start = min(name.start, beside.start) if beside else name.start
                end = max(name.end, beside.end) if beside else name.end
                yield Draft(
                    Ref(entity, name.start, name.start, "" if spoken or beside else f"(maker) → {maker.id}"),
                    usage().maker,
                    start,
                    end,
                    Stance(),
                    object=Ref(name.entity(), name.start, name.end),
                    rule="maker",
                )

    def _part_of(self, entity: Entity, owner: str) -> bool:
        known = self._owner.ontology.entities.get(entity.id)
        return known is not None and known.part_of == owner

    def _topics(self, scene: Scene, acted: Collection[int] = ()) -> None:
        """Notes what a sentence is about; no company that another acts on besides (Bも買収した), by ``acted``."""
        for chunk in scene.chunks:
            if (chunk.case == "が" and not subordinate(scene, chunk)) or chunk.topical:
                if chunk.surface not in ("彼ら", "両社"):
                    self.discourse.group = ()
                start, _ = scene.span(chunk.start, chunk.end)
                types = ("Organization", "Person", "Facility", "Project", "Model", "Product")
                refs = self.arguments.refs(scene, chunk, types)
                if not refs and chunk.topical:
                    refs = self.arguments.holders(scene, chunk, types)
                for ref in refs[:3]:
                    if chunk.case != "も" or ref.start not in acted or ref.entity.type != "Organization":
                        self.discourse.topic(ref.entity, start, marked=chunk.topical)
        for slot in scene.slots:
            if len(slot.names) > 1:
                self.discourse.group = tuple(n.entity() for n in slot.names if n.type in ("Organization", "Person"))


@contextmanager
def _unswept() -> Iterator[None]:
    """Without the search for garbage in cycles, which looks through all that is made of a text though it is still in use."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text in parts of at most ``LONGEST`` characters, cut at a line or sentence: what is read together has a limit."""
    at = 0
    while len(text) - at > LONGEST:
        last = at + LONGEST
        cut = max(text.rfind("\n", at, last), text.rfind("。", at, last)) + 1 or last
        yield at, text[at:cut]
        at = cut
    yield at, text[at:]


def _moved(drafts: Iterable[Draft], by: int) -> Iterator[Draft]:
    yield from (replace(draft, start=draft.start + by, end=draft.end + by) if by else draft for draft in drafts)


def _said(draft: Draft, speakers: tuple[Entity, ...]) -> Draft:
    if not speakers or speakers[0] in draft.stance.speakers:
        return draft
    return replace(draft, stance=replace(draft.stance, speakers=(*speakers, *draft.stance.speakers)))


def _merged(
    article: Article, normal: Normal, drafts: Iterable[Draft], ontology: Ontology, sure: Mapping[str, float]
) -> tuple[Claim, ...]:
    """The claims of ``drafts``, each once with all its evidence; what the vocabulary does not allow is left out.

    ``sure`` is the share of right claims of each kind.
    """
    made: dict[tuple[str, ...], list[Claim]] = {}
    weakly: set[tuple[str, ...]] = set()
    for draft in settled(list(drafts)):
        start, end = normal.raw(draft.start, draft.end)
        quote = article.text[start:end]
        inner = quote.strip()
        start += quote.index(inner) if inner else 0
        if not inner:
            continue
        evidence = Evidence(start, start + len(inner), inner, draft.stance.modality, draft.stance.speakers)
        refs: list[Ref] = [draft.subject, *([draft.object] if draft.object else [])]
        claim = Claim(
            article.id,
            draft.subject.entity,
            draft.predicate,
            (evidence,),
            draft.object.entity if draft.object else None,
            draft.value,
            draft.qualifiers,
            draft.stance.modality,
            draft.stance.speakers,
            draft.as_of or None,
            sure[kind(draft)],
            tuple(ref.how for ref in refs if ref.how),
        )
        if any(claim_faults(claim, ontology)):
            continue
        claim = _turned(claim, made) if ontology.properties[claim.predicate].symmetric else claim
        told = made.setdefault(claim.key, [])
        if told and claim.key in weakly and draft.rule not in WEAK:
            told.insert(0, claim)
            weakly.discard(claim.key)
            continue
        if not told and draft.rule in WEAK:
            weakly.add(claim.key)
        told.append(claim)
    return tuple(_united(made[key]) for key in sorted(made))


def _turned(claim: Claim, made: Collection[tuple[str, ...]]) -> Claim:
    """A symmetric claim the way round in which it was made before, so that both are one."""
    assert claim.object is not None
    mirrored = replace(claim, subject=claim.object, object=claim.subject)
    return mirrored if mirrored.key in made else claim


def _slim(spans: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Without spans that lie inside another that says the same as surely, or that only name what the other states."""
    kept: list[Evidence] = []
    near: list[Evidence] = []
    for span in sorted(spans, key=lambda e: (e.start, -e.end)):
        near = [k for k in near if k.end > span.start]
        around = [k for k in near if span.end <= k.end]
        bare = span.modality is Modality.ASSERTED and not span.attributed_to
        if not any(bare or (k.modality, k.attributed_to) == (span.modality, span.attributed_to) for k in around):
            kept.append(span)
            near.append(span)
    return tuple(kept)


def _united(told: list[Claim]) -> Claim:
    """One claim of several tellings, led by the first; what is planned in one and plainly asserted in another is asserted."""
    first, *others = told
    if not others:
        return first
    plain = next((c for c in others if c.modality is Modality.ASSERTED and not c.resolutions), first)
    stance = plain if first.modality is Modality.PLANNED else first
    return replace(
        first,
        modality=stance.modality,
        attributed_to=stance.attributed_to,
        evidence=_slim(span for claim in told for span in claim.evidence),
        qualifiers={name: value for claim in reversed(told) for name, value in claim.qualifiers.items()},
        confidence=max(claim.confidence for claim in told),
        resolutions=tuple(dict.fromkeys(how for claim in told for how in claim.resolutions)),
    )
