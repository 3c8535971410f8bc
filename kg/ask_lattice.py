"""A question as a lattice of words: names, words of the grammar, numbers, dates, and what may be left aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from kg.ask_chart import NONE, Extra, Token, useful
from kg.ask_language import MANY, Around, Words
from kg.ask_names import Names, spelling
from kg.ask_numbers import Numbers, beside
from kg.ask_text import Index, Line
from kg.ask_words import distinct
from kg.model import Entity
from kg.question import Known, Time
from kg.wording import JAPANESE

Language = Literal["en", "ja"]
Named = tuple[int, int, tuple[Entity, ...]]
"""A span that is a name, and the things of that name."""

Spans = tuple[tuple[Named, ...], tuple[tuple[int, int, str], ...]]
"""The names in a line, and the publishers."""

Aside = tuple[int, int, Extra]
"""A span that may be left aside, and the filter it adds."""

LATIN = re.compile(r"[a-z]")
KATAKANA = re.compile(r"[ァ-ヶー]+")
BESIDE = {"Place": ("speaker", "place")} | dict.fromkeys(("Person", "Organization", "Publication", "Project", ""), ("speaker",))
"""What a name with words around it may be besides a part of what is asked: whoever speaks, or where it is."""

PARTICLE = 4
"""How many letters behind an unknown word are looked at for what makes an adverb of it."""

LETTERS = 8
"""How many Latin letters beside katakana make a question English."""

SLIP = 1
"""How many letters inside an unknown word may look like a word of their own (に in こんにちは)."""

FILTERS = frozenset({"modality", "said", "past", "newest", "ahead", "total", "not", "also"})
ASIDES = FILTERS | {"skip"}
ODD = frozenset({"BOUND", "ORDER", "ODD"})
NOT: Extra = frozenset({("not", True)})
UNBOUND = ("unbound", True)
"""What a number that is left aside adds: things are not listed without it."""
TELLING = frozenset({"NAME", "DATE", "BOUND"})

LINKING = frozenset({"VOICES", "APART", "PAIR", "COMP", "TIE", "HOWDID", "何を"})
"""Words between things, of which a question with one thing makes nothing."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """The tokens of a question, each also as it reaches over words left aside, and where reading may begin."""

    line: Line
    plain: tuple[Token, ...]
    asides: tuple[Aside, ...]
    reasons: tuple[tuple[int, int, str], ...] = ()

    def loosened(self, spans: Iterable[tuple[int, int]]) -> Lattice:
        """The lattice with words that may be left aside where nothing else makes a reading; filters keep what they are."""
        bounds = {(token.start, token.end) for token in self.plain if token.symbol == "BOUND"}
        unused = []
        for start, end in spans:
            told = {("unused", self.line.words(start, end)), *([UNBOUND] if (start, end) in bounds else [])}
            unused.append((start, end, frozenset(told)))
        return replace(self, asides=(*self.asides, *unused))

    def odd(self, adjunct: re.Pattern[str], trailing: re.Pattern[str], epithet: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """What a reading may do without: how much, how many or the how manieth, and words that nobody knows beside a verb."""
        words = [token for token in self.plain if token.symbol not in LINKING and token.symbol[0] != '"']
        meant = {(token.start, token.end) for token in words if token.symbol not in ODD}
        some = {token.start for token in words if token.symbol == "SOME"}  # the largest facilities are not any
        most = {token.start for token in words if token.symbol == "ORDER" and token.end in some}
        yield from sorted({(one.start, one.end) for one in words if one.symbol in ODD and one.start not in most} - meant)
        chars, unknown = self.line.chars, self.uncovered()
        for found in trailing.finditer(self.line.folded):  # a circumstance told last, unless it names what nobody knows
            at, after = (sum(place < edge for place in self.line.places) for edge in found.span(1))
            inside = [start for start, _ in unknown if start >= after]
            unsaid = {token.start for token in self.plain if token.symbol == "PRO"}
            named = any(token.symbol == "NAME" and token.start >= at and token.start not in unsaid for token in self.plain)
            if at and (inside or not named) and not self.line.capitals & {*inside}:
                yield at, self.end
        for start, end in unknown:
            ends = [
                end,
                *(at for at in range(end + 1, end + PARTICLE) if at in self.line.edges and not chars[end:at].isascii()),
            ]
            one = " " not in self.line.words(start, end)  # of two words beside each other only the last is such a word
            yield from ((start, at) for at in ends if one and adjunct.fullmatch(chars, start, at))
            # An epithet narrows no name (the giant Colossus); a capital begins a longer name. Between two names it is a verb.
            names = [token for token in self.plain if token.symbol == "NAME"]
            named = any(token.start == end for token in names) and not any(token.end == start for token in names)
            if start and named and start not in self.line.capitals and epithet.search(chars, start, end):
                yield start, end

    @property
    def end(self) -> int:
        return len(self.line.chars)

    def past(self, at: int) -> dict[tuple[int, Extra], None]:
        """Where one may stand after leaving words aside from ``at`` on, and the filters gathered on the way."""
        return _past(at, self._after())

    def _after(self) -> dict[int, list[tuple[int, Extra]]]:
        after: dict[int, list[tuple[int, Extra]]] = {}
        for start, end, extra in self.asides:
            after.setdefault(start, []).append((end, extra))
        return after

    def tokens(self, more: Sequence[Token] = ()) -> list[Token]:
        """The tokens, and ``more``, that can be part of a reading of the whole."""
        after = self._after()
        reach = {at: _past(at, after) for at in {token.end for token in (*self.plain, *more)} if at in after}
        wide = (
            each
            for token in (*self.plain, *more)
            for each in (
                [Token(token.start, end, token.symbol, token.meaning, token.extra | extra) for end, extra in reach[token.end]]
                if token.end in reach
                else [token]
            )
        )
        return useful(dict.fromkeys(wide), {at for at, _ in _past(0, after)}, self.end)

    def beyond(self) -> tuple[str, ...]:
        """The kinds of question that are never understood of which a word stands there, and is no part of another."""
        words = [token for token in self.plain if token.symbol not in LINKING]
        whole = [one for one in self.reasons if not any(word.start <= one[0] and one[1] <= word.end for word in words)]
        negated = any(token.extra >= NOT for token in self.plain) or any(extra >= NOT for _, _, extra in self.asides)
        return tuple(dict.fromkeys((*(["denied"] if negated else []), *(kind for _, _, kind in whole))))

    def telling(self) -> bool:
        """Whether something is named or limited there: such a clause belongs to what is asked."""
        return bool(self.beyond()) or any(token.symbol in TELLING for token in self.plain)

    def uncovered(self) -> list[tuple[int, int]]:
        """The spans that no word covers."""
        covered = {at for token in self.plain for at in range(token.start, token.end)}
        aside = {at for start, end, _ in self.asides for at in range(start, end)}
        left = set(range(self.end)) - covered - aside
        # A letter that is a word by itself may be part of a longer word beside it that nobody knows (年 in 去年).
        firm = {
            at
            for token in self.plain
            if token.end - token.start > 1 or token.symbol == "MARK"
            for at in range(token.start, token.end)
        }
        for at in (*range(self.end), *reversed(range(self.end))):
            if at not in firm and (at - 1 in left or at + 1 in left) and at not in aside:
                left.add(at)
        spans: list[tuple[int, int]] = []
        for at in sorted(left):
            if spans and at - spans[-1][1] <= SLIP:
                spans[-1] = (spans[-1][0], at + 1)
            else:
                spans.append((at, at + 1))
        return [self._widened(start, end) for start, end in spans]

    def _widened(self, start: int, end: int) -> tuple[int, int]:
        edges = self.line.edges
        return max(at for at in edges if at <= start), min(at for at in edges if at >= end)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word may be: kinds of question that are never understood, filters of what is left aside, and tokens; ``spotted``
    are those that say which kind of place is meant where the word names some ``spots``. A ``narrow`` word names
    fewer things than those of its type (power plants)."""

    beyond: tuple[str, ...]
    asides: tuple[Extra, ...]
    tokens: tuple[tuple[str, Hashable, Extra], ...]
    spotted: tuple[tuple[str, Hashable, Extra], ...]
    spots: tuple[Hashable, ...]
    narrow: bool


def _entry(meanings: Iterable[tuple[str, Hashable]]) -> Entry:
    mood: Extra = frozenset((symbol, meaning) for symbol, meaning in meanings if symbol in FILTERS)
    denied = NOT if any(symbol == "NEG" for symbol, _ in meanings) else NONE
    spots = tuple(meaning for symbol, meaning in meanings if symbol == "spot")
    tokens = []
    for symbol, meaning in meanings:
        if symbol not in ASIDES and symbol not in ("beyond", "NEG", "spot", "narrow"):
            bare = symbol[0] == '"' or symbol in ("TYPE", "TELL", "SAYS", "COMP")
            tokens.append((symbol, meaning, denied if bare else mood | denied))
    spotted = tuple(one for one in tokens if spots and (one[0][0] == '"' or one[0] in ("TYPE", "NOUN")))
    return Entry(
        tuple(str(meaning) for symbol, meaning in meanings if symbol == "beyond"),
        tuple(mood if symbol in FILTERS else NONE for symbol, _ in meanings if symbol in ASIDES),
        tuple(one for one in tokens if one not in spotted),
        spotted,
        spots,
        any(symbol == "narrow" for symbol, _ in meanings),
    )


@cache
def indexed(words: Words) -> Index[Collection[tuple[str, Hashable]]]:
    """The words, whatever the store."""
    return Index(words.table)


@cache
def entry(words: Words, word: str) -> Entry:
    """What a word may be, made when it first stands in a question: all of them take as long as a hundred questions."""
    return _entry(tuple(distinct(words.table[word])))


class Scanner:
    """Makes lattices with one store's names."""

    def __init__(self, names: Names, words: Words) -> None:
        self._names = names
        self._words = words
        self._index = indexed(words)
        self._days = Index(words.days)
        self._numbers = Numbers(words)
        self._last: tuple[Line | None, Spans] = (None, ((), ()))

    def language(self, line: Line) -> Language:
        """That of the words around the names: Japanese where one has a Japanese character, or where there are none.

        In what else is Latin, characters of katakana are those of a name that nobody knows (who supplies コロサス).
        """
        found, publishers = self._spans(line)
        named = {at for start, end, _ in (*found, *publishers) for at in range(start, end)}
        words = "".join(char for at, char in enumerate(line.chars) if at not in named)
        spoken = KATAKANA.sub("", words)
        words = spoken if len(LATIN.findall(spoken)) > LETTERS else words
        return "ja" if JAPANESE.search(words if LATIN.search(words) else line.chars) else "en"

    def shortened(self, line: Line, lattice: Lattice) -> tuple[Named, ...]:
        """Short and romanised names in what nobody knows of a question."""
        unknown = lattice.uncovered()
        return tuple(self._names.shortened(line, unknown)) if unknown else ()

    def _spans(self, line: Line) -> Spans:
        """The names and the publishers in a line; those of the last line are kept, since each is looked at several times."""
        last, found = self._last
        if last is not line:
            found = (tuple(self._names.find(line)), tuple(self._names.publishers(line)))
            self._last = (line, found)
        return found

    def scan(self, line: Line, language: Language, today: date, short: Sequence[Named] = ()) -> Lattice:
        """The lattice of a question asked on a day, with the ``short`` names in it."""
        tokens: list[Token] = []
        asides: list[Aside] = []
        beyond: list[tuple[int, int, str]] = []
        for start, end, _ in self._index.find(line):
            word = entry(self._words, line.chars[start:end])
            beyond += [(start, end, kind) for kind in word.beyond]
            asides += [(start, end, extra) for extra in word.asides]
            less: Extra = frozenset({("narrow", line.words(start, end))}) if word.narrow else NONE
            for symbol, meaning, told in word.tokens:
                tokens.append(Token(start, end, symbol, meaning, told | less if symbol in ("TYPE", "SOME") else told))
            if word.spots:
                spot: Extra = frozenset({("spot", (level, line.words(start, end))) for level in word.spots})
                tokens += [Token(start, end, symbol, meaning, told | spot) for symbol, meaning, told in word.spotted]
        # At the end of a sentence の asks; before a particle or a question word it stands for something.
        led = {token.start for token in tokens if token.symbol in ("MARK", "主", "ASK")}
        clash = any(token.symbol == "CLASH" for token in tokens)  # without which those who say something are asked for
        tokens = [one for one in tokens if (clash or one.symbol != "VOICES") and (not _vague(one) or one.end in led)]
        wider = {(token.start, end) for token in tokens if token.symbol == "COMP" for end in range(token.start, token.end)}
        tokens = [one for one in tokens if one.symbol != "TYPE" or (one.start, one.end) not in wider]  # 先に is no 先
        # An article may call something just GPU or データセンター; who asks for GPUs means all of them.
        kinds = {(token.start, token.end) for token in tokens if token.symbol in ("GOODS", "TYPE")}
        names = self._names_in(line, kinds, short)
        tokens += names
        asides += self._beside_names(line, names)
        said = [token for token in tokens if token.symbol == "PRO"]
        tokens += [replace(said[0], symbol="NAME", meaning=known.meaning) for known in self._meant(names, said)]
        asides += [(known.start, known.end, NONE) for known in self._meant(names, said)]
        for start, end, when in self._times(line, today):
            tokens.append(Token(start, end, "DATE", when))
            asides.append((start, end, frozenset({("time", when)})))
        tokens += [Token(start, end, "BOUND", bound) for start, end, bound in self._numbers.bounds(line)]
        # The plan in "the Stargate plan" is no modality.
        inner = {at for token in tokens if token.symbol == "NAME" for at in range(token.start + 1, token.end)}
        # The intention in "trying to find out who" is that of who asks.
        skips = [(start, end) for start, end, extra in asides if not extra]
        asides = [
            one
            for one in asides
            if not one[2] or (one[0] not in inner and not any(a <= one[0] and one[1] < b for a, b in skips))
        ]
        return Lattice(line, tuple(tokens), tuple(asides), tuple(beyond))

    def _meant(self, names: Iterable[Token], said: Sequence[Token]) -> list[Token]:
        """The names that a pronoun may stand for: those of the one span before it (Colossus: who owns it)."""
        before = [token for token in names if said and token.end <= said[0].start]
        first = max(before, key=lambda token: token.end - token.start, default=None)
        if not first or any(one.start < first.start or first.end < one.end for one in before):
            return []
        return [one for one in before if (one.start, one.end) == (first.start, first.end)]

    def _names_in(self, line: Line, kinds: Container[tuple[int, int]], short: Sequence[Named]) -> list[Token]:
        """The names, each also with what may stand behind it (the Stargate project); none that is but a kind of thing."""
        found = [*self._named(line), *short]
        spans = {(start, end) for start, end, _ in found}
        widest: dict[tuple[str, int], Token] = {}  # The Wall Street Journal, and not its last three words beside it
        for start, end, entities in sorted(found, key=lambda one: one[:2]):
            for entity in entities:
                for at in self._titled(line, end, entity.type) if not (entity.discovered and (start, end) in kinds) else ():
                    known = Known(entity.id, entity.type, spelling(entity, line.chars[start:end]))
                    if at == end or (start, at) not in spans:
                        widest.setdefault((entity.id, at), Token(start, at, "NAME", known))
        return [*widest.values()]

    def _beside_names(self, line: Line, names: Iterable[Token]) -> Iterator[Aside]:
        """What names whoever speaks, or the place of what is asked for."""
        first = {(token.start, token.end): token.meaning for token in reversed([*names])}
        others = ((start, end, name) for start, end, name in self._spans(line)[1] if not self._names.named(name))
        speakers = {(start, end): Known("", "Publication", name) for start, end, name in others}
        for (start, end), known in (*first.items(), *speakers.items()):
            for kind in BESIDE.get(getattr(known, "type", ""), ()):
                yield from ((*span, frozenset({(kind, known)})) for span in self._spoken(line, start, end, kind))

    def _named(self, line: Line) -> Iterator[tuple[int, int, tuple[Entity, ...]]]:
        """Start, end and entities of the names, of people also the surname where it stands as one."""
        yield from self._spans(line)[0]
        for start, end, people in self._names.surnames(line):
            if line.chars[start:end].isascii() or any(at > end for at in self._titled(line, end, "Person")):
                yield start, end, people

    def _titled(self, line: Line, end: int, type_: str = "") -> Iterator[int]:
        """Where a name ends, with and without an honorific or what things of its type are called (the Stargate project)."""
        titles = (*self._words.honorifics, *self._words.titles.get(type_, ()))
        ends = (end + len(title) for title in titles if line.chars.startswith(title, end))
        return (at for at in ends if at in line.edges)

    def _spoken(self, line: Line, start: int, end: int, kind: str = "speaker") -> Iterator[tuple[int, int]]:
        """The span of a name with words that make it a speaker (or the place of what is asked for), if they stand there."""
        for around in self._around(kind):
            if around.beside and not any(_stands(line, word) for word in around.beside):
                continue
            for at in self._titled(line, end):
                spans = beside(line, start, at, around)
                yield from (span for span, _ in spans[:1] if span != (start, at))

    def _around(self, kind: str) -> Iterator[Around]:
        return (around for around in self._words.around if around.kind == kind)

    def _times(self, line: Line, today: date) -> Iterator[tuple[int, int, Time]]:
        """Every date with the preposition or particle that says how it limits the time; the longest such wording."""
        for start, end, day in (*self._dates(line), *self._relative(line, today)):
            fits = [
                (span[0] - span[1], n, span, Time(around.how, day))  # type: ignore[arg-type]
                for n, around in enumerate(self._around("time"))
                for span, _ in beside(line, start, end, around)
            ]
            for _, _, span, when in sorted(fits, key=lambda fit: fit[:2])[:1]:
                yield *span, when

    def _dates(self, line: Line) -> Iterator[tuple[int, int, str]]:
        """Start, end and ISO form of the dates."""
        for pattern in self._words.dates:
            for found in pattern.finditer(line.folded):
                inside = [n for n, place in enumerate(line.places) if found.start() <= place < found.end()]
                day = self._iso(**found.groupdict())
                if inside and day:
                    yield inside[0], inside[-1] + 1, day

    def _relative(self, line: Line, today: date) -> Iterator[tuple[int, int, str]]:
        """The years, months and days that are counted from today (last year)."""
        for start, end, (unit, count) in self._days.find(line):
            months = today.year * 12 + today.month - 1 + count
            yield (
                start,
                end,
                {
                    "year": f"{today.year + count}",
                    "month": f"{months // 12}-{months % 12 + 1:02}",
                    "day": str(today + timedelta(count)),
                }[unit],
            )

    def _iso(self, year: str, month: str | None = None, day: str | None = None) -> str:
        number = self._words.months.get(month or "") or int(month or 0)
        if number > 12 or int(day or 0) > 31:
            return ""
        return year + (f"-{number:02}" if number else "") + (f"-{int(day):02}" if number and day else "")


def _past(at: int, after: Mapping[int, list[tuple[int, Extra]]]) -> dict[tuple[int, Extra], None]:
    found: dict[tuple[int, Extra], None] = {(at, NONE): None}
    queue = [(at, NONE)]
    while queue:
        place, extra = queue.pop()
        for end, more in after.get(place, ()):
            there = (end, extra | more)
            if there not in found:
                found[there] = None
                queue.append(there)
    return found


def _vague(token: Token) -> bool:
    """Whether it is の, which stands for anything."""
    return token.symbol == "TYPE" and token.end - token.start == 1 and len(token.meaning) >= MANY  # type: ignore[arg-type]


def _stands(line: Line, word: str) -> bool:
    """Whether a word stands somewhere in the line, and not as letters of a longer one."""
    if word not in line.chars:
        return False
    return any(found.start() in line.edges and found.end() in line.edges for found in re.finditer(re.escape(word), line.chars))
