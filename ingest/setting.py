"""What stands over a line: the names of its key and headings, the topic that opens a list item, who speaks and for whom.

Offsets are code points into the normalised text, end exclusive (``spec/claims.md``, cases 6 and 23).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from ingest.claims import Draft
from ingest.discourse import Discourse
from ingest.document import Block, Shape, Span
from ingest.names import ANY, Name, discovered
from ingest.scene import Marks, Scene
from kg.model import DateValue, Entity, Modality, Quantity
from ontology.lexicon import Cues, patterns
from ontology.usage import usage

OPENED = (Shape.ITEM, Shape.HEADING)
_RE = patterns("setting")
HONORED = _RE["honored"]
HELD = _RE["held"]
_THINGS = ("Organization", "Facility", "Project", "Model", "Product", "Person", "Publication")
_CREDIT = re.compile(r"[(【\[]([^()【】\[\]。、]{2,24})[)】\]]")
_DATED = re.compile(r"\d{4}-\d{2}")


class Setting:
    """Follows the blocks of one article in order and tells the discourse what stands over each."""

    def __init__(
        self,
        text: str,
        layout: Sequence[Block],
        marks: Marks,
        discourse: Discourse,
        nouns: Callable[[str], tuple[str, str]],
        cues: Cues,
    ) -> None:
        """One per article; ``nouns`` tells the common noun that closes some words, and its type."""
        self._noun, self._cues = nouns, cues
        self._text, self._layout, self._marks, self._discourse = text, layout, marks, discourse
        self._named: dict[int, Entity] = {}
        self._asked = self._asking = False
        self._voices: dict[str, tuple[Entity, Entity | None]] = {}

    def enter(self, block: Block) -> tuple[Entity, ...]:
        """Sets the discourse for a block; returns who speaks in it."""
        discourse = self._discourse
        entities = [*self._described(block), *(n.entity() for n in self.keyed(block))]
        discourse.keyed = entities[0] if entities and block.shape is Shape.PAIR else None
        if block.heading in self._named:
            entities.append(self._named[block.heading])
        spans = [block.cells[0]] if block.shape is Shape.PAIR else []
        for index in self._above(block):
            spans.append((self._layout[index].start, self._layout[index].end))
            named = [n.entity() for n in self._inside(*spans[-1]) if n.type != ANY and not self._beside(n)]
            if named:
                entities += named
                break
        discourse.heading_date = next((d for span in spans for d in self._marks.inside(*span).dates), None)
        discourse.titled = self._titled(block)
        speakers, discourse.home = self._speakers(block)
        if discourse.home is not None:
            entities.insert(0, discourse.home)
        discourse.heading = tuple(dict.fromkeys(entities))
        opened = block.shape is Shape.ITEM and self._opening(block.start, block.end) is not None
        if (block.shape is not Shape.ITEM or opened) and not self._asked:
            discourse.floor = block.start
        self._asked = block.shape is Shape.QUESTION
        self._asking = self._asked or (self._asking and self._answers(block))
        discourse.since = block.start if opened or discourse.home is not None else 0
        if block.shape is Shape.PAIR:
            self._name(block)
        return speakers

    def open(self, scene: Scene) -> None:
        """Makes the bare name that opens a list item or headline the topic of what follows in it: 米Groq、7.5億ドルを調達へ."""
        if scene.outer is None:
            self._discourse.spans = (self._discourse.spans[-1], scene.start)
        if scene.block.shape not in OPENED or scene.outer is not None:
            return
        name = self._opening(scene.start, scene.end)
        if name is not None:
            entity = name.entity("Organization")
            self._discourse.heading = tuple(dict.fromkeys((entity, *self._discourse.heading)))
            self._discourse.topic(entity, name.start)

    def held(self, scene: Scene) -> str:
        """The date at which a sentence says that its figures held (2025年末時点で, 8月1日現在); empty where it does not."""
        return next((d.value.date for d in scene.marks.dates if HELD.match(self._text, d.core_end)), "")

    def dated(self, draft: Draft, held: str, beside: Iterable[Draft]) -> Draft:
        """A figure with the date at which it held: the sentence's, that of the opening told ``beside`` it, or for a round and
        its valuation the day it is told of."""
        if not isinstance(draft.value, Quantity) or draft.as_of:
            return draft
        opening = next((other for other in beside if self._opens(other, draft)), None)
        if opening is not None and isinstance(opening.value, DateValue) and not held:
            planned = draft.stance.modality is Modality.ASSERTED and opening.stance.modality is Modality.PLANNED
            return replace(draft, as_of=opening.value.date, stance=opening.stance if planned else draft.stance)
        if not held and draft.predicate in usage().round and draft.stance.modality is Modality.ASSERTED:
            dates = self._marks.inside(max(0, draft.start - 80), draft.end).dates
            spoken = [d for d in dates if "。" not in self._text[d.end : draft.start] and _DATED.match(d.value.date)]
            held = spoken[-1].value.date if spoken else ""
        return replace(draft, as_of=held)

    def _opens(self, opening: Draft, figure: Draft) -> bool:
        """1万基を備え、4月に稼働した: a thing has at its opening what the clause before tells, and that is as sure."""
        if opening.predicate != usage().opening or opening.subject.entity != figure.subject.entity:
            return False
        after = (d.start for d in self._marks.inside(figure.end, max(figure.end, opening.end)).dates)
        return any(_RE["linked"].search(self._text[figure.start : start]) for start in after)

    def _above(self, block: Block) -> Iterator[int]:
        """The headings over a block, the nearest first."""
        index = block.heading
        while index >= 0:
            yield index
            index = self._layout[index].heading

    def _beside(self, name: Name) -> bool:
        """Whether a heading tells of a company only as the other party: 再稼働へ、マイクロソフトと合意."""
        return name.type == "Organization" and _RE["beside"].match(self._text, name.cover[1]) is not None

    def _inside(self, start: int, end: int) -> tuple[Name, ...]:
        return self._marks.inside(start, end).names

    def keyed(self, block: Block) -> list[Name]:
        """What the key of a line names."""
        return [n for n in self._inside(*block.cells[0]) if n.type != ANY] if block.shape is Shape.PAIR else []

    def _titled(self, block: Block) -> Entity | Name | None:
        """What the nearest heading names where nothing else tells: ### CL1 / - 価格: …; # 北辰データセンター / - 容量: …."""
        if block.heading < 0:
            return None
        near = self._layout[block.heading]
        words = self._text[near.start : near.end].strip(" *")
        noun, kind = self._noun(words)
        opens = next(iter(self._inside(near.start, near.end)), None)
        if opens is not None and opens.type == ANY and opens.start - near.start < 3:
            return opens
        named = kind == "Facility" and noun != words and len(words) < 25 and (opens is None or opens.type in ("Place", ANY))
        below = (m.entity for m in reversed(self._discourse.described) if near.end < m.at < block.start)
        told = next((entity for entity in below if entity.type == kind), None)  # the text has told what the heading is about
        return (told or self._discourse.describe(noun, (words,), kind, near.start)) if named else None

    def _described(self, block: Block) -> list[Entity]:
        """A key or heading that describes a facility is one: オクラホマシティのデータセンター: 2025年9月開設, 新工場の概要."""
        spans = [(*block.cells[0], "")] if block.shape is Shape.PAIR else []
        if block.heading >= 0:
            head = self._layout[block.heading]
            spans.append((head.start, head.end, self._text[head.start : head.end].strip()))
        for start, end, whole in spans:
            words = _RE["about"].sub("", self._text[start:end].strip())
            if words == whole:
                continue
            noun, kind = self._noun(words)
            named = any(n.end == start + len(words) or n.type != "Place" for n in self._inside(start, start + len(words)))
            if kind == "Facility" and noun != words and len(words) < 25 and not named:
                return [self._discourse.describe(noun, (words,), kind, start)]
        return []

    def _opening(self, start: int, end: int) -> Name | None:
        name = next((n for n in self._inside(start, end) if n.type in (*_THINGS, ANY)), None)
        if name is None or name.cover[1] >= end or self._text[name.cover[1]] != "、":
            return None
        before = self._text[start : name.cover[0]]
        return None if _RE["particles"].search(before) or len(before) > 30 else name

    def _name(self, block: Block) -> None:
        """会社名: 北電クラウド株式会社 says whom the keys below are about."""
        key, value = (self._text[slice(*cell)].strip() for cell in block.cells)
        if _RE["naming"].fullmatch(key) and len(value) < 60:
            name = next((n for n in self._inside(*block.cells[1]) if n.type in (*_THINGS, ANY)), None)
            whole = re.sub(r"\s*[(「].*$", "", value)
            if name is not None and name.end - name.start >= 0.8 * len(whole):
                self._named[block.heading] = name.entity("Organization")
            elif not re.search(r"[はがを。]", whole):
                kind = "Facility" if re.match("施設|センター|拠点", key) else self._noun(whole)[1]
                self._named[block.heading] = discovered(kind if kind in _THINGS else "Organization", whole)

    # ---- who speaks

    def _speakers(self, block: Block) -> tuple[tuple[Entity, ...], Entity | None]:
        """Who speaks in a block, and for whom."""
        if block.shape is Shape.PAIR:
            long = block.end - block.cells[1][0] > 20
            apart = self._text[block.start] != "("  # (A紙): …, as wires open their articles
            told = (n for n in self.keyed(block) if (n.type == "Publication" and apart) or (n.type == "Person" and long))
            return tuple(n.entity() for n in told)[:1], None
        label = self._text[slice(*block.speaker)].strip() if block.speaker is not None else ""
        if not label or block.speaker is None:
            credited = self._credited(block)
            return self._interviewee if not credited and self._answers(block) else (credited, None)
        if block.shape is Shape.COMMENT:
            return (discovered("Person", label.split()[0]),), None
        if label not in self._voices:
            person = self._person(label, block.speaker)
            self._voices[label] = (person, self._employer(person))
        person, home = self._voices[label]
        return (person,), home

    def _credited(self, block: Block) -> tuple[Entity, ...]:
        """The paper in brackets before or behind an item of a digest (【A紙】…; …した。(A紙)), the person behind an answer."""
        if block.shape not in (Shape.PARAGRAPH, Shape.ITEM):
            return ()
        behind = _CREDIT.search(self._text, max(block.start, block.end - 26), block.end)
        ahead = _CREDIT.match(self._text, block.start, block.end) if self._digest else None
        for found in (found for found in (ahead, behind) if found and (found is ahead or found.end() == block.end)):
            kinds = ("Publication", "Person") if self._answers(block) else ("Publication",)
            inside = self._inside(*found.span())
            if inside and inside[0].type in kinds and len(inside[0].text) > 0.6 * len(HONORED.sub("", found[1])):
                return (inside[0].entity(),)
        return ()

    @cached_property
    def _digest(self) -> bool:
        """Whether lines are headed by different papers; one alone is where the article itself comes from."""
        heads = (_CREDIT.match(self._text, block.start, block.end) for block in self._layout)
        papers = {n.entity().id for head in heads if head for n in self._inside(*head.span()) if n.type == "Publication"}
        return len(papers) > 1

    def _answers(self, block: Block) -> bool:
        """Whether a line without a speaker's label goes on answering the question before it."""
        return self._asking and block.shape in (Shape.PARAGRAPH, Shape.ITEM) and self._text[block.start] not in "(【※"

    @cached_property
    def _interviewee(self) -> tuple[tuple[Entity, ...], Entity | None]:
        """Who answers where answers have no label: who is said to have been asked, else the only person named around."""
        spans = [(b.start, b.end) for b in self._layout if b.shape is Shape.QUESTION]
        around = [n for n in self._marks.names if n.type == "Person" and (n.start < spans[0][0] or n.start > spans[-1][1])]
        around = [n for n in around if not self._cues.interviewer.search(self._text[max(0, n.start - 10) : n.start])]
        asked = [n for n in around if self._cues.interviewed.match(self._text, n.cover[1])]
        people = {n.entity().id: n.entity() for n in asked[:1] or around}
        person = next(iter(people.values())) if len(people) == 1 else None
        return ((person,), self._employer(person)) if person is not None else ((), None)

    def _person(self, label: str, span: Span) -> Entity:
        """The person a speaker's label means: named in full elsewhere, or by the post (座長 神崎教授)."""
        core = HONORED.sub("", label)
        people = [n for n in self._marks.names if n.type == "Person"]
        if core:
            full = [n for n in people if n.text.startswith(core)]
            if full:
                return max(full, key=lambda n: (len(n.text), -n.start)).entity()
        else:
            for name in people:
                if self._text[: name.cover[0]].rstrip(" :").endswith(label) and name.start != span[0]:
                    return name.entity()
        return discovered("Person", core or label, label)

    def _employer(self, person: Entity) -> Entity | None:
        """For whom somebody speaks: the company in brackets behind the name, or the one before it (北電の菅野部長)."""
        names = self._marks.names
        surnames = tuple(label.text for label in person.labels)
        for index, name in enumerate(names):
            if name.type != "Person" or not any(s.startswith(name.text) or name.text.startswith(s) for s in surnames):
                continue
            for other in names[index + 1 : index + 3]:
                gap = self._text[name.cover[1] : other.cover[0]]
                if _employs(other) and re.fullmatch(r"[^()、。\n]{0,4}\([^()、。\n]{0,8}", gap):
                    return other.entity("Organization")
            if index and _employs(names[index - 1]):
                gap = self._text[names[index - 1].cover[1] : name.cover[0]]
                if re.fullmatch(r"の?[^、。\n()はがをにで]{0,10}", gap):
                    return names[index - 1].entity("Organization")
        return None


def _employs(name: Name, kinds: Collection[str] = ("Organization", ANY)) -> bool:
    return name.type in kinds
