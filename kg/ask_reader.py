"""Understands questions in English and Japanese: every content word must find its place, or the question is refused."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from kg.ask_chart import NONE, WHOLE, Chart, Extra, Token
from kg.ask_gist import Gist
from kg.ask_grammar import AGENT, MISFIT, OTHER
from kg.ask_lattice import UNBOUND, Language, Lattice, Scanner
from kg.ask_names import NEARER, Names
from kg.ask_sayings import Sayings
from kg.ask_strange import Respelled, longest_names, renamed, respelled, spoken_of, strange_words
from kg.ask_text import fold, line
from kg.ask_wording import Wording
from kg.ask_words import words
from kg.model import Entity, Modality
from kg.question import ANYTHING, CLAIMED, Filters, Form, Kind, Known, Question, Step, Understanding, swapped
from ontology import Ontology
from ontology.usage import usage

FRAMES = ("speaker", "modality")
"""What verbs of saying put around what is asked: filters, and no roles of it."""

CLAUSES = re.compile(r"(?<=[。!?！？\n])|(?<=[.,;:—–])\s+|(?<=、)")
"""Where a clause ends that may be no part of what is asked (I am writing a report: who supplies Colossus?)."""

MOST = 6
"""Of how many clauses one is looked for that asks."""

READINGS = 4
"""How many readings of an ambiguous question are shown."""

CORRECTED = 2
"""How many names are tried in place of words that are not understood."""


class Reader:
    """Understands questions about what one ontology and one store know by name."""

    def __init__(self, ontology: Ontology, names: Names) -> None:
        self._words = words()
        self._names = names
        self._properties = ontology.properties
        self._dates = {name for name, known in ontology.properties.items() if known.kind == "date"}
        self._scanner = Scanner(names, self._words)
        self._grammar = Sayings(ontology, self._words)
        self._gist = Gist(self._grammar, self._words)
        self._asked: dict[str, tuple[Known, Question]] = {}

    def understand(self, text: str, today: date | None = None, said: Language | None = None) -> Understanding:
        """The readings of a question, or what in it is not understood and what could be asked instead.

        ``today`` is the day from which last year is counted; that of the clock (UTC) unless given. ``said`` is the language
        in which both are told; that of the question unless given.
        """
        asked = line(text)
        tongue = self._scanner.language(asked)
        said = said or tongue
        today = today or datetime.now(UTC).date()
        lattice = self._scanner.scan(asked, tongue, today)
        readings = self._readings(lattice, tongue, said)
        if not readings and (short := self._scanner.shortened(asked, lattice)):
            lattice = self._scanner.scan(asked, tongue, today, short)
            readings = self._readings(lattice, tongue, said)
        readings = readings or self._partial(lattice, tongue, said) or self._within(text, lattice, tongue, said, today)
        if readings:
            return Understanding(text, said, readings)
        leftover = tuple(lattice.line.words(start, end) for start, end in lattice.uncovered())
        about, speaks = (*longest_names(lattice),), tuple(spoken_of(lattice))
        if beyond := lattice.beyond():
            return Understanding(text, said, (), (), leftover, beyond, (), about, speaks)
        strange = strange_words(lattice)
        guesses = self._readings(lattice, tongue, said, strange)
        if guesses:
            names, near, meant = respelled(text, lattice, guesses, self._names)
            return Understanding(text, said, unknown=names, near=near, about=(*meant, *about), speaks=speaks)
        alike = [(word, spelling, thing) for word in leftover for spelling, thing in self._names.near(word, CORRECTED, NEARER)][
            :CORRECTED
        ]
        near = tuple(self._corrected(text, lattice, tongue, said, today, alike))
        about = (*(Known(thing.id, thing.type, spelling) for _, spelling, thing in alike), *about)
        return Understanding(text, said, leftover=leftover, near=near, about=about, speaks=speaks)

    def about(self, thing: Known, said: Language) -> Iterator[tuple[str, Question]]:
        """What can be asked of a thing of its type, and the reading of it; each question is read once, whatever the thing."""
        name = self._names.label(thing) if said == "en" else thing.label
        for pattern in self._words.about[said][thing.type]:
            text = pattern.replace("{X}", name)
            if pattern not in self._asked and (readings := self.understand(text).readings):
                self._asked[pattern] = replace(thing, label=name), readings[0]
            if pattern in self._asked:
                first, reading = self._asked[pattern]
                yield text, swapped(reading, first, thing)

    def why(self, understanding: Understanding) -> str:
        """Why a question was not understood, in the language of the understanding."""
        phrases = self._words.phrases[understanding.language]
        if understanding.beyond:
            return str(phrases["beyond"][understanding.beyond[0]])
        if understanding.unknown:
            return str(phrases["unknown"].format(names=", ".join(understanding.unknown)))
        if understanding.leftover:
            return str(phrases["leftover"].format(words=", ".join(understanding.leftover)))
        return str(phrases["shape"] if line(understanding.text).chars else phrases["empty"])

    def _readings(
        self, lattice: Lattice, tongue: Language, said: Language, more: tuple[Token, ...] = (), left: Extra = NONE
    ) -> tuple[Question, ...]:
        """The readings that cost least; of those that differ only in words left aside, the one with more filters."""
        tokens = lattice.tokens(more)
        starts = [(at, extra | left) for at, extra in lattice.past(0)]
        items = Chart(self._words.grammar[tongue], self._grammar, {at for at, _ in starts}, lattice.end).parse(tokens)
        whole = [item for item in items if item.symbol == WHOLE]
        found = self._fitting(
            (item.meaning, item.extra | extra) for item in whole for start, extra in starts if start == item.start
        )
        if not more and all(step.want == "time" for step, _ in found):
            loose = self._fitting(self._gist.read(items, starts, lattice.end))  # the day that a property gives tells it best
            found = {one: cost for one, cost in loose.items() if not found or one[0].property in self._dates} or found
        least = min(found.values(), default=0)
        best = [reading for reading, cost in found.items() if cost == least]
        most = max((_weight(*reading) for reading in best), default=0)
        best = self._distinct(best)
        wording = Wording(self._words, said, self._dates, self._names if (tongue, said) == ("ja", "en") else None)
        best = sorted((one for one in best if _weight(*one) == most), key=lambda one: (-len(one[0].types), repr(one)))
        best = [held for one in best for held in self._held(*one, lattice, items)]
        own = len(best)
        best += [(through, filters) for step, filters in best for through in self._through(step)]
        alike = {(step, replace(filters, unused=())): (step, filters) for step, filters in best}  # but for words left out
        made = {wording.reading(*reading): reading for reading in alike.values()}
        questions = [self._question(wording, told, *reading) for told, reading in made.items()]
        beside = {step for step, _ in best[own:]}
        order = sorted(questions, key=lambda one: (one.form == "count", one.step in beside, one.words))
        return tuple(order)[:READINGS]

    def _question(self, wording: Wording, told: str, step: Step, filters: Filters) -> Question:
        """The reading, with what to tell where nobody is said to hold the post at the head that it asks for."""
        heads = step.posts and step.property == usage().head and step.want in OTHER and not step.count
        wide = replace(step, posts=(), also="role") if heads else None
        steps = tuple(wording.steps(step))
        wider = Question(wide, self._form(wide), filters, wording.reading(wide, filters), steps) if wide else None
        return Question(step, self._form(step), filters, told, steps, wider)

    def _through(self, step: Step) -> Iterator[Step]:
        """The figure of what somebody runs, beside his own (the power of a company: that of its data centers)."""
        owner, by = dict(step.given).get("subject"), self._words.through.get(step.property, "")
        if by and step.want == "value" and isinstance(owner, Known) and owner.type in AGENT:
            held = self._settled(self._grammar.widened(Step(by, "object", (("subject", owner),))))
            yield replace(step, given=tuple((role, held if node is owner else node) for role, node in step.given))

    def _fitting(self, read: Iterable[tuple[Hashable, Extra]]) -> dict[tuple[Step, Filters], int]:
        """What each reading costs; none where a thing is of a type that has no such relation: the words mean something else."""
        found: dict[tuple[Step, Filters], int] = {}
        for meaning, extra in read:
            filters = _filters((*extra, *_said(meaning)))
            if not isinstance(meaning, Step) or filters is None or (filters.place and not _somewhere(meaning)):
                continue
            bare = (meaning.want == "conflict" and not meaning.given and filters.unused) or (
                UNBOUND in extra and meaning.want in OTHER
            )
            summed = ("total", True) in extra and len(meaning.among) > 1
            if bare or summed or (("not", True) in extra and meaning.want != "truth"):
                continue  # what is not so cannot be asked for, but whether it is
            meaning = self._also(_unframed(meaning), extra)
            if meaning is None:
                continue
            if meaning.property == ANYTHING:
                found[meaning, _strict(filters)] = MISFIT * len(filters.unused)
                continue
            meaning = self._there(_much(_spotted(meaning, extra)))
            meaning, filters = self._apt(meaning, filters)
            relation = self._properties[meaning.property].kind == "relation"
            if relation or filters.modality:
                filters = _strict(filters, nested=any(isinstance(node, Step) for _, node in meaning.given))
            if not (meaning.given or meaning.order or meaning.bound or meaning.date or _weight(meaning, filters)):
                continue  # all that is known of a relation is no answer
            step = self._settled(meaning)
            filters = replace(filters, newest=False) if step.order and filters.newest else filters
            if ("past", True) in extra:
                over = step.property if step.property in self._words.past.values() else ""
                step = replace(step, property=self._words.past.get(step.property, over))
            if step.property and meaning.cost < MISFIT:
                # a place that the verb speaks of is no mere filter
                left = len(filters.unused) - sum(kind == "narrow" for kind, _ in _pairs(extra))
                cost = meaning.cost + bool(filters.place) + MISFIT * left
                found[step, filters] = min(cost, found.get((step, filters), cost))
        return found

    def _held(self, step: Step, filters: Filters, lattice: Lattice, items: Iterable[Token]) -> Iterator[tuple[Step, Filters]]:
        """The reading, and the one in which the step within a step is of that time, said or planned, where each is meant.

        Words within what describes a thing are of that (the company that plans to build X), and words of modality that stand
        apart from it are not.
        """
        nested = [node for _, node in step.given if isinstance(node, Step) and node.property != ANYTHING]
        ways = {False}
        if nested and (filters.modality or filters.speaker or filters.time):
            phrases: dict[int, int] = {}  # its end without what may be left aside behind it
            for item in items:
                if item.symbol == "NP" and isinstance(item.meaning, Step) and self._settled(item.meaning) in nested:
                    phrases[item.start] = min(item.end, phrases.get(item.start, item.end))
            moods = [(a, b) for a, b, extra in lattice.asides if {"modality", "speaker", "time"} & dict(_pairs(extra)).keys()]
            beside = {at for a, b in moods for at in (a, *(to for to, _ in lattice.past(b)))}
            within = any(start < a and b < end for a, b in moods for start, end in phrases.items())
            apart = not filters.speaker and not beside & {*phrases, *phrases.values()}
            ways = {True} if within else {False} if apart or not phrases else {False, True}
        yield from ((step, replace(filters, inner=inner)) for inner in sorted(ways))

    def _apt(self, step: Step, filters: Filters) -> tuple[Step, Filters]:
        """Without filters for what the answer tells: whether it is a fact already, the day of an event (held against it)."""
        if step.want == "truth" and filters.modality is Modality.ASSERTED:
            return step, replace(filters, modality=None, newest=False)
        if step.want == "value" and filters.time and step.property in self._dates:
            return replace(step, date=filters.time), replace(filters, time=None)
        return step, filters

    def _also(self, step: Step, extra: Extra) -> Step | None:
        """The step with what is asked for beside what it wants; None where no claim of its property tells such a thing."""
        names = str(dict(_pairs(extra)).get("also", "")).split()
        told = {"time", *self._words.says.get(step.property, {"en": ()})["en"]} - {*OTHER, "truth", "value", "claim"}
        fits = [name for name in names if name in told]
        if "product" in fits and step.want == "product" and "object" not in dict(step.given):
            return replace(step, want="object", also="product")  # what it supplies, and to whom
        if names:
            return replace(step, also=fits[0]) if fits and step.want in OTHER else None
        return step

    def _distinct(self, best: list[tuple[Step, Filters]]) -> list[tuple[Step, Filters]]:
        """The readings without those that differ from another only in types: of two, the one whose types leave out more."""
        plain = {one: (replace(one[0], types=frozenset()), one[1]) for one in best}
        wide = {one: bool(one[0].types) and self._wide(one[0]) for one in best}
        loose = {plain[one] for one in best if not one[0].types}
        told = {plain[one] for one in best if one[0].types and not wide[one]}
        best = [one for one in best if plain[one] not in (loose if wide[one] else () if one[0].types else told)]
        # A verb beside the noun says which of all that the noun may speak of is meant (the data centers that X leases).
        return [one for one in best if not one[0].others or (replace(one[0], others=()), one[1]) not in best]

    def _wide(self, step: Step) -> bool:
        """Whether the types leave out nothing that is likely to stand there."""
        known = self._properties.get(step.property)
        if known is None:
            return False
        fitting = {"subject": known.domain, "object": known.range}.get(step.want, frozenset())
        return len(step.types) > 1 or bool(fitting and step.types >= fitting)

    def _settled(self, step: Step) -> Step:
        """The step without what served to choose it, and of the two ways to say a symmetric relation the one."""
        given = tuple((role, self._settled(node) if isinstance(node, Step) else node) for role, node in step.given)
        if step.cost or step.loose or given != step.given:
            step = replace(step, given=given, cost=0, loose=False)
        ends = dict(given)
        if step.property == ANYTHING or not self._properties[step.property].symmetric or not {step.want, *ends} & OTHER.keys():
            return step
        if OTHER.keys() <= ends.keys():
            pair = sorted((ends.pop("subject"), ends.pop("object")), key=repr)
            return replace(step, given=(("object", pair[1]), *ends.items(), ("subject", pair[0])))
        return (
            replace(step, want="subject", given=tuple(("object", node) for role, node in given if role in OTHER))
            if step.want in OTHER
            else step
        )

    def _there(self, step: Step) -> Step:
        """The step with a place, where only facilities can stand, read as those in it (the GPUs in Memphis)."""
        if step.want in CLAIMED:
            return step
        known = self._properties[step.property]
        given, cost = dict(step.given), step.cost
        for role, fitting in (("subject", known.domain), ("object", known.range)):
            node = given.get(role)
            usual = self._words.usual.get((step.property, role), fitting)
            if isinstance(node, Known) and node.type == "Place" and "Facility" in usual and "Place" not in fitting:
                given[role] = Step(usage().place, "subject", (("object", node),), frozenset({"Facility"}))
                cost -= MISFIT - 1
            elif isinstance(node, Step) and node.property != ANYTHING:
                given[role] = self._there(node)
        told = tuple(given.items())
        return step if told == step.given else replace(step, given=told, cost=cost)

    def _form(self, step: Step) -> Form:
        if step.want in (*CLAIMED, "speaker"):
            return "list"
        kind = self._properties[step.property].kind
        if step.want == "truth" or step.count:
            return "truth" if step.want == "truth" else "count"
        if step.want in ("value", "amount", "quantity"):
            return "date" if kind == "date" else "value"
        return "place" if (step.property, step.want) == (usage().place, "object") else "list"

    def near(self, name: str) -> tuple[Entity, ...]:
        """Things with a name like a misspelt one, the likest first."""
        return tuple(thing for _, thing in self._names.near(name))

    def _partial(self, lattice: Lattice, tongue: Language, said: Language) -> tuple[Question, ...]:
        """The readings that do without words that change little; they name them."""
        odd = [*lattice.odd(self._words.adjunct[tongue], self._words.trailing[tongue], self._words.epithet[tongue])]
        return self._readings(lattice.loosened(odd), tongue, said) if odd and not lattice.beyond() else ()

    def _within(self, text: str, lattice: Lattice, tongue: Language, said: Language, today: date) -> tuple[Question, ...]:
        """The readings of the one sentence or clause that asks, where the others name nothing and limit nothing."""
        parts = [part.strip() for part in CLAUSES.split(text) if line(part).chars]
        for at in range(len(parts)) if 1 < len(parts) < MOST else ():
            others = (*parts[:at], *parts[at + 1 :])
            small = all(self._words.small[tongue].search(fold(part)) for part in others)
            if small and not any(self._scanner.scan(line(part), tongue, today).telling() for part in others):
                asked = self._scanner.scan(line(parts[at]), tongue, today)
                if readings := self._readings(asked, tongue, said, left=frozenset(("unused", part) for part in others)):
                    return readings
        return ()

    def _corrected(
        self,
        text: str,
        lattice: Lattice,
        tongue: Language,
        said: Language,
        today: date,
        alike: Iterable[tuple[str, str, Entity]],
    ) -> Iterator[Respelled]:
        """The question with a name in place of a word that is very like it, where that makes a reading."""
        for word, spelling, _ in alike:
            for other in renamed(text, lattice, word, spelling):
                if readings := self._readings(self._scanner.scan(line(other), tongue, today), tongue, said):
                    yield other, readings


def _filters(extra: Iterable[Hashable]) -> Filters | None:
    """The filters that words left aside make; None where two of a kind contradict each other."""
    kinds: dict[str, list[Hashable]] = {}
    for kind, value in _pairs(extra):
        kinds.setdefault(kind, []).append(value)
    unused = tuple(sorted(str(value) for name in ("unused", "narrow") for value in kinds.pop(name, ())))
    if any(len(set(values)) > 1 for values in kinds.values()):
        return None
    only = {kind: values[0] for kind, values in kinds.items()}
    if "said" in only and "speaker" not in only:  # who announces something is no mere speaker of it
        return None
    modality = Modality(str(only["modality"])) if "modality" in only else None
    marks = ("newest" in only, "ahead" in only)
    return Filters(modality, only.get("speaker"), only.get("time"), only.get("place"), False, *marks, unused)  # type: ignore[arg-type]


def _strict(filters: Filters, nested: bool = False) -> Filters:
    """Of relations what lies ahead is a plan; of figures, and where it may be of either of two steps, plans only come first."""
    if nested and filters.ahead and filters.modality in (None, Modality.PLANNED):
        return replace(filters, modality=None)
    return replace(filters, modality=filters.modality or Modality.PLANNED, ahead=False) if filters.ahead else filters


def _much(step: Step) -> Step:
    """The goods of which one asks how much (電力), as that."""
    given = dict(step.given)
    if step.want != "product" or not step.kind or not step.kind.measure:
        return step
    if "subject" in given:
        pairs = (*step.given, ("product", step.kind))
        return replace(
            step, want="quantity", given=tuple(sorted(pairs, key=lambda pair: pair[0])), types=frozenset(), kind=None
        )
    return Step(step.kind.measure, "value", (("subject", given["object"]),), cost=step.cost)


def _spotted(step: Step, extra: Extra) -> Step:
    """The step with the kind of place that is asked for (which state)."""
    spots = [value for kind, value in _pairs(extra) if kind == "spot" and isinstance(value, tuple)]
    level, word = spots[0] if spots else ("", "")
    if not level or step.want not in OTHER or step.kind:
        return step
    return replace(step, types=step.types - {"Place"}, kind=Kind(word, (), place=level))


def _said(meaning: Hashable) -> Iterator[tuple[str, Hashable]]:
    """The filters that the verb of saying makes, with who says it."""
    for role, node in meaning.given if isinstance(meaning, Step) else ():
        if role in FRAMES:
            yield role, node.label if isinstance(node, Kind) else node


def _unframed(step: Step) -> Step:
    """The step without the frame of saying."""
    given = tuple(pair for pair in step.given if pair[0] not in FRAMES)
    return step if len(given) == len(step.given) else replace(step, given=given)


def _somewhere(step: Step) -> bool:
    """Whether it is things that a step wants, which can be in a place, and not the place itself."""
    return step.want in ("subject", "object") and step.property != usage().place


def _pairs(extra: Iterable[Hashable]) -> Iterator[tuple[str, Hashable]]:
    for pair in extra:
        if isinstance(pair, tuple):
            yield pair


def _weight(step: Step, filters: Filters) -> int:
    """How many words a reading gives a sense as filters; who says something is asked for, and no name beside it says it."""
    told = (filters.modality, filters.speaker, filters.time, filters.place, filters.newest, filters.ahead)
    return sum(bool(part) for part in told) + 2 * (step.want == "speaker")
