"""What an article has talked about so far: who 同社, 両社, 彼 and このセンター stand for (definite reference by salience).

Salience follows centering theory (Grosz, Joshi and Weinstein 1995): the topic of the sentence before, then its subject, then
whatever was named last.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, takewhile

from ingest.dates import DateMention
from ingest.names import Name, discovered
from kg.model import Entity
from ontology.lexicon import patterns, words
from ontology.model import KnownEntity, Label
from ontology.usage import usage

_RE = patterns("discourse")
_WORDS = words("discourse")
_CODED = re.compile(r"\d")
THINGS = ("Facility", "Project")
_SORTS = (_RE["station"], _RE["computing"])
TITLE = 3  # mentions that one in the article's title is worth
NEAR = 250  # characters within which a thing is still spoken of
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An entity that the text has named (or described, by the noun ``noun``) at offset ``at``."""

    entity: Entity
    at: int
    noun: str = ""


class Discourse:
    """The state of one article's reading; fed in reading order."""

    def __init__(
        self, article: str, text: str, names: Collection[Name], known: Mapping[str, KnownEntity], title: Collection[Name] = ()
    ) -> None:
        """``text`` is the normalised text, ``names`` are all its names, before any has been read; ``title``: its title's."""
        self.article = article
        self.text = text
        self._known = known
        self.named = [Mentioned(name.entity(), name.start) for name in names if name.known is not None or name.type != "Name"]
        self._open = [name.start for name in names if name.known is None and name.type == "Name"]
        self._counts = Counter(mention.entity.id for mention in self.named)
        self._main: dict[tuple[str, ...], str] = {}
        over = {entity.id: entity for name in title if name.type != "Name" for entity in [name.entity()]}
        self._counts.update(dict.fromkeys(over, TITLE))
        self._entities = over | {mention.entity.id: mention.entity for mention in self.named}
        self.topics: list[Mentioned] = []
        self.described: list[Mentioned] = []
        self._words: set[str] = set()  # by which things are described
        self.heading: tuple[Entity, ...] = ()
        self.keyed: Entity | None = None  # what the key of the line at hand names
        self.titled: Entity | Name | None = None  # what the heading names, though nothing else tells of it
        self.group: tuple[Entity, ...] = ()
        self.places: dict[str, set[str | None]] = {}  # where a facility stands, by ids
        self.homes: dict[str, Entity] = {}  # the company that a person has to do with, by the person's id
        self.home: Entity | None = None  # for whom the speaker at hand says 当社
        self.heading_date: DateMention | None = None
        self.raiser: Mentioned | None = None
        self.done: dict[str, Mentioned] = {}  # by relation, the thing that it was last told of
        self.published = ""
        self.floor = 0
        self.spans = (0, 0)  # where the sentence before and the one at hand begin
        self.since = 0  # where the speaker or the list item at hand begins: things before are another's

    def topic(self, entity: Entity, at: int, *, marked: bool = True) -> None:
        """Notes that a sentence's topic (``marked``: by は, or as the opening of a headline) or subject is ``entity``."""
        self.topics.append(Mentioned(entity, at, "は" if marked else "が"))

    def later(self, date: str) -> bool:
        """Whether a date lies behind the article's own, as far as both are told."""
        size = min(len(date), len(self.published))
        return bool(self.published) and not date.startswith("--") and date[:size] > self.published[:size]

    def past(self, date: str) -> bool:
        """Whether a date lies before the article's own, as far as both are told."""
        size = min(len(date), len(self.published))
        return bool(self.published) and not date.startswith("--") and date[:size] < self.published[:size]

    def describe(self, noun: str, labels: tuple[str, ...], kind: str, at: int, words: str = "") -> Entity:
        """The entity of a description, made on first sight; a later one with the same ``words`` is the same thing."""
        words = words or labels[0]
        entity = discovered(kind, words, scope=self.article if kind not in ("Product", "Model") else "")
        entity = replace(entity, labels=tuple(map(Label, labels)))
        self._words.add(words)
        for mention in self.described:
            if mention.entity.id == entity.id or (mention.at, mention.noun, mention.entity.type) == (at, noun, kind):
                return mention.entity
        self.described.append(Mentioned(entity, at, noun))
        return entity

    def described_last(self, kind: str) -> Entity | None:
        """What of a type was described last."""
        return next((m.entity for m in reversed(self.described) if m.entity.type == kind), None)

    def labelled(self, words: str) -> bool:
        """Whether a thing described before is called just so."""
        return words in self._words

    def last(self, types: Collection[str], before: int, count: int = 1, but: tuple[str, ...] = ()) -> tuple[Entity, ...]:
        """The ``count`` most salient different entities of ``types`` before an offset, most salient first.

        ``but`` are endings of names that cannot be meant (no 大学 is 同社).
        """
        made: dict[str, Entity] = {}
        recent = [m for m in self.topics[-8:] if m.at < before and before - m.at < 400]
        several = [m for m in recent if any(m.at == o.at and m.entity.id != o.entity.id for o in recent)]
        if count == 1 and several and recent[-1] in several and types == ("Organization",):
            recent = [m for m in recent if m not in several]  # one of several named together is not 同社
            main = self.main("Organization")
            if main is not None and self._counts[main.id] > 2 and all(m.entity.id != main.id for m in several):
                return (main,)
        for mention in chain(reversed(recent), self._back(before)):
            if mention.entity.type in types and not (but and any(label.text.endswith(but) for label in mention.entity.labels)):
                made.setdefault(mention.entity.id, mention.entity)
            if len(made) == count:
                break
        return tuple(made.values())

    def antecedents(
        self, kind: str, surface: str, types: Collection[str], at: int, public: tuple[str, ...]
    ) -> tuple[Entity, ...]:
        """Who or what a word that stands for a thing of ``kind`` means; ``public`` are endings of names that are no 同社."""
        if kind == "plural":
            number = re.search(r"[2-9二三四五]", surface)
            count = {"二": 2, "三": 3, "四": 4, "五": 5}.get(number[0], 0) or int(number[0]) if number else 2
            wanted = ("Person",) if surface in ("両氏", "彼ら") else ("Organization",)
            together = tuple(e for e in self.group if e.type in wanted)
            if len(together) == count and set(wanted) & set(types):
                return together
            found = self.nearest(wanted, at, count) if set(wanted) & set(types) else ()
            return found if len(found) == count else ()
        if kind == "any":
            there = surface in ("ここ", "そこ") and "Facility" in types
            thing = self.about(("Facility",), at, figure=True) if there else None
            return (thing,) if thing is not None else ()
        if kind == "Group":
            allowed = [t for t in ("Organization", "Person") if t in types]
            return tuple(e for e in self.group if e.type in allowed) or self.last(allowed, at)
        if kind == "Facility":
            noun = surface.removeprefix("同")
            entity = self.facility(noun, at) or next(iter(self.last(("Facility",), at)), None)
            return (entity,) if entity and "Facility" in types else ()
        if kind not in types:
            return ()
        if kind == "Place":
            return self._placed(surface, at)
        if surface == "同社":
            return self.last((kind,), at, but=public)
        if surface in ("当社", "弊社", "わが社", "うち", "私たち", "我々", "われわれ") and (
            issuer := self.home or self.main(kind)
        ):
            return (issuer,)
        near = {m.entity.id: m.entity for m in self.told((kind,), self.spans[0], at)} if kind == "Person" else {}
        return tuple(near.values()) if len(near) == 1 else self.last((kind,), at)

    def nearest(self, types: Collection[str], before: int, count: int) -> tuple[Entity, ...]:
        """The ``count`` entities of ``types`` that 両社 or 3社 mean: of the last few named, those named most in the article."""
        for start in self.spans[::-1]:  # those of this sentence, or of the one before, if just so many are named there
            told = {m.entity.id: m.entity for m in self.told(types, start, before)}
            over = next((entity for entity in self.heading if entity.type in types), None)
            if len(told) == count - 1 and over is not None:
                told.setdefault(over.id, over)
            if len(told) == count:
                return tuple(told.values())
        made: dict[str, Entity] = {}
        for mention in self._back(before):
            if mention.entity.type in types:
                made.setdefault(mention.entity.id, mention.entity)
            if len(made) == count + 3:
                break
        ranked = sorted(made.values(), key=lambda entity: -self._counts[entity.id])[:count]
        return tuple(entity for entity in made.values() if entity in ranked)

    def told(self, types: Collection[str], since: int, before: int) -> tuple[Mentioned, ...]:
        """What of ``types`` is named between two offsets, the last first."""
        return tuple(m for m in takewhile(lambda m: m.at >= since, self._back(before)) if m.entity.type in types)

    def _back(self, before: int) -> Iterator[Mentioned]:
        """What is named before an offset, the last first."""
        first = bisect_left(self.named, before, key=lambda mention: mention.at)
        return (self.named[i] for i in range(first - 1, -1, -1))

    def main(self, *kinds: str, least: int = 1) -> Entity | None:
        """The entity of ``kinds`` that the article names most, at least ``least`` times; the first of equals."""
        if kinds not in self._main:
            ranked = [(-n, ident) for ident, n in self._counts.items() if self._entities[ident].type in kinds]
            first = {mention.entity.id: mention.at for mention in reversed(self.named)}
            self._main[kinds] = min(ranked, key=lambda pair: (pair[0], first.get(pair[1], -1)))[1] if ranked else ""
        ident = self._main[kinds]
        if not ident:
            return self._implied if kinds == ("Facility",) else None
        return self._entities[ident] if self._counts[ident] >= least else None

    def facility(self, noun: str, at: int, *, bare: bool = False) -> Entity | None:
        """The facility that a definite description with head ``noun`` points back to; ``bare``: nothing modifies it."""
        computer = any(part in noun for part in _WORDS["supercomputer"])
        main = self.main("Facility")
        main = main if main is not None and self._met(main, at) and self.sort(main, noun) else None
        if computer and main is not None:
            return main
        for mention in self.described if computer else reversed(self.described):
            alike = (
                mention.noun == noun
                or (bare and mention.noun.endswith(noun))
                or (computer and any(part in mention.noun for part in _WORDS["supercomputer"]))
            )
            if mention.entity.type == "Facility" and mention.at < at and alike:
                return mention.entity
        met = main is not None and (main.id in self._counts or any(part in self.text for part in _WORDS["supercomputer"]))
        if computer or (met and bare and noun in _WORDS["sites"]):
            return main
        told = (m for m in reversed(self.described) if m.entity.type == "Facility" and 0 < at - m.at < 2 * NEAR)
        last = (
            next(told, None) if bare and noun in _WORDS["anywhere"] else None
        )  # 施設は: the one told of last, whatever its noun
        return last.entity if last is not None and self.sort(last.entity, noun) else None

    def sort(self, entity: Entity, noun: str) -> bool:
        """Whether a noun may mean a facility by what its names say it is: no data centre is a power station."""
        told = {_sort(label.text) for label in entity.labels} - {-1}
        return _sort(noun) in (-1, *told) or not told

    def _met(self, entity: Entity, at: int) -> bool:
        """Whether the text has named an entity before an offset; a thing that it never names is met from the start."""
        first = next((mention.at for mention in self.named if mention.entity.id == entity.id), -1)
        return first < at

    def protagonist(self) -> Entity | None:
        """The organisation that the article is about, where it is named far more often than any other."""
        main = self.main("Organization")
        if main is None:
            return None
        rest = [n for ident, n in self._counts.items() if ident != main.id and self._entities[ident].type == "Organization"]
        return main if self._counts[main.id] >= max(3, 1.5 * max(rest, default=0)) else None

    def elsewhere(self, entity: Entity, places: Collection[str]) -> bool | None:
        """Whether a facility is known to stand in none of ``places`` (ids), or in one of them; None where nobody told."""
        known = self._known.get(entity.id)
        stands = self.places.get(entity.id, set()) | ({known.within} if known is not None and known.within else set())
        around = {wider for place in stands for wider in self._around(place)}
        inner = {wider for place in places for wider in self._around(place)}
        return not (set(places) & around or inner & stands) if stands else None

    def standing(self, sited: Collection[str], at: int) -> Entity | None:
        """つくばの新拠点 after つくば市にデータセンターを建設: the one thing that was told to stand there."""
        there = {
            m.entity.id: m.entity
            for m in self.described
            if m.at < at and m.entity.type == "Facility" and self.elsewhere(m.entity, sited) is False
        }
        return next(iter(there.values())) if len(there) == 1 else None

    def introduced(self, words: str, kind: str, at: int) -> Entity | None:
        """The named thing that was introduced by the same words: 新施設「北極星」を建てた。新施設は…."""
        around = self.told((kind,), 0, at)
        return next((m.entity for m in around if self.text[: m.at].rstrip("「『").endswith(words)), None)

    def newborn(self, at: int) -> Entity | None:
        """A company that a sentence before has told to be founded: 新会社を設立する。Aが49%を出資し、社長にはBが就く."""
        last = self.done.get(usage().founder)
        fresh = last is not None and last.entity.discovered and at - 160 < last.at < self.spans[1] <= at
        return last.entity if fresh and last is not None else None

    def begun(self, noun: str, at: int, since: int) -> Entity | None:
        """データセンターを建てる。新施設は…: what a sentence before has told to be built, where a noun may mean it."""
        last = self.done.get(usage().building)
        if last is None or last.entity.type != "Facility" or not at - 2 * NEAR < last.at < since:
            return None
        alike = noun in _WORDS["anywhere"] or any(label.text.endswith(noun) for label in last.entity.labels)
        return last.entity if alike and self.sort(last.entity, noun) else None

    def _around(self, place: str | None) -> Iterator[str]:
        """A place and those that it lies in."""
        while place is not None:
            yield place
            place = known.within if (known := self._known.get(place)) is not None else None

    def _placed(self, surface: str, at: int) -> tuple[Entity, ...]:
        """同州, 州内: the place told last, or the one around it that is such a one."""
        last = self.last(("Place",), at)
        if surface[0] == "同":
            return tuple(self._level(place, surface[1:]) for place in last)
        if not surface.endswith("内"):
            return last
        around = (self._level(place, surface[0]) for place in last)
        return tuple(place for place in around if any(label.text.endswith(surface[0]) for label in place.labels))

    def _level(self, place: Entity, ending: str) -> Entity:
        """同州 after テキサス州アビリーン: the place around another, or that itself, whose name ends so."""
        around = (known for ident in self._around(place.id) if (known := self._known.get(ident)) is not None)
        found = next((known for known in around if any(label.text.endswith(ending) for label in known.labels)), None)
        return Entity(found.id, found.type, found.labels) if found is not None else place

    @cached_property
    def _implied(self) -> Entity | None:
        """A known facility that is not named, where its operator and its place are."""
        for known in self._known.values():
            operator = known.maker
            if known.type == "Facility" and operator in self._counts and known.within in self._counts and operator is not None:
                return Entity(known.id, known.type, known.labels)
        return None

    def note(self, entity: Entity, at: int) -> None:
        """Notes a thing that a claim has told to be a facility or project, where its name alone does not say so."""
        if entity.discovered and entity.type in THINGS:
            self.described.append(Mentioned(entity, at))

    def papers(self, start: int, end: int) -> tuple[Entity, ...]:
        """The publications named in ``start:end``, if nothing else is."""
        inside = [mention.entity for mention in self.named if start <= mention.at < end]
        return tuple(inside) if all(entity.type == "Publication" for entity in inside) else ()

    def about(self, types: Collection[str], before: int, *, figure: bool = False, alone: Span | None = None) -> Entity | None:
        """What of ``types`` the passage is about at an offset: whose a part or act is that the clause gives to nobody.

        A bare ``figure`` or part is of the facility or project spoken of last; all else is of the paragraph's topic, then of
        what its heading names, then of whom the speaker speaks for. ``alone`` is a span whose only thing is meant where
        none of these tells.
        """
        found = (self._last_thing(types, before) if figure else None) or self._topic(types, before)
        if found is None and self.home is not None and self.home.type in types:
            found = self.home
        return found if found is not None or alone is None else self._alone(types, *alone)

    def _last_thing(self, types: Collection[str], before: int) -> Entity | None:
        """The facility or project, named or described, that was spoken of last; None where that is not of ``types``."""
        pool = [*takewhile(lambda m: before - m.at < NEAR, self._back(before)), *self.described]
        near = [m for m in pool if self.since <= m.at < before and before - m.at < NEAR and m.entity.type in THINGS]
        near = self._of_site(near)
        last = max(near, key=lambda mention: mention.at, default=None)
        topic = next((m for m in reversed(self.topics) if m.noun == "は" and m.entity.type in THINGS), None)
        if topic is not None and last is not None and max(self.since, self.spans[0]) <= topic.at < last.at < self.spans[1]:
            last = topic  # この施設は、東京の施設に続く3拠点目だ。2026年に…
        return last.entity if last is not None and last.entity.type in types else None

    def _of_site(self, near: list[Mentioned]) -> list[Mentioned]:
        """A棟は28年、B棟は30年の完成をめざす。費用は…: of the site, not of the wing told last."""
        wings = {m.entity.id for m in near if any(_RE["wing"].fullmatch(label.text) for label in m.entity.labels)}
        return [m for m in near if m.entity.id not in wings] or near if len(wings) > 1 else near

    def building(self, types: Collection[str], at: int) -> Entity | None:
        """What work is done on that tells no object: what was told to be built shortly before, else what was spoken of last."""
        last = self.done.get(usage().building)
        if last is not None and last.entity.type in types and at - last.at < 300:
            return last.entity
        return self.about(types, at, figure=True)

    def _alone(self, types: Collection[str], start: int, end: int) -> Entity | None:
        """The one thing of ``types`` that a paragraph names, be it behind; companies that others act on or with are none."""
        told = list({m.entity.id: m for m in self.told(types, start, end)}.values())
        quoted = (found.span() for found in _RE["quoted"].finditer(self.text, start, end))
        strange = any(not any(x <= m.at < y for m in self.named) for x, y in quoted)
        if len(told) != 1 or strange or any(start <= at < end for at in self._open):
            return None
        alone, entity = told[0], told[0].entity
        if not entity.discovered and entity.type == "Product" and not _CODED.search(entity.id):
            return None  # 液冷: a kind of thing
        label = next((la.text for la in entity.labels if self.text.startswith(la.text, alone.at)), "")
        return (
            None if _RE["acted_on"].match(self.text, alone.at + len(label)) or self.text[alone.at - 1] in "元前旧" else entity
        )

    def _topic(self, types: Collection[str], before: int) -> Entity | None:
        """Who an unnamed subject is: the last topic of a fitting type in the same paragraph, else the heading's."""
        wanted = (*types, "Person") if "Organization" in types else types
        near = [m for m in self.topics if self.floor <= m.at < before and before - m.at < 300 and m.entity.type in wanted]
        near = [m for m in near if not any(m.at == o.at and m.entity.id != o.entity.id for o in near)]  # 両社は: which of them?
        over = next((entity for entity in self.heading if entity.type in types), None)
        ranked = sorted(near, key=lambda m: (m.noun == "は", m.at), reverse=True)
        for mention in (m for m in ranked if m.entity.type in types):
            return over if over is not None and mention.noun != "は" else mention.entity
        for mention in ranked:  # 橘社長は…。来年、…を建設する
            if over is None and mention.entity.id in self.homes:
                return self.homes[mention.entity.id]
        return over


def _sort(words: str) -> int:
    """Of which sort a facility is, by the words for it; -1 where they leave it open."""
    return next((at for at, sort in enumerate(_SORTS) if sort.search(words)), -1)
