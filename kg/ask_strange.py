"""What nobody knows in a question that is not understood, and what may be meant by it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

from kg.ask_chart import Token
from kg.ask_language import Frame, Noun
from kg.ask_lattice import Lattice
from kg.ask_names import Names
from kg.model import Entity
from kg.question import Known, Question, swapped

NAMED, SPOKEN = 3, 4
"""Of how many things that it names, and how many properties that it speaks of, what can be asked is offered."""

Respelled = tuple[str, tuple[Question, ...]]
"""A question with another name, and its readings."""


def strange_words(lattice: Lattice) -> tuple[Token, ...]:
    """Words that no table has, as names of unknown things; with the names beside them too (Colossus 9000)."""
    names = [token for token in lattice.plain if token.symbol in ("NAME", "TYPE")]
    spans: set[tuple[int, int]] = set()
    for start, end in lattice.uncovered():
        spans.add((start, end))
        spans |= {(token.start, end) for token in names if token.end == start}
        spans |= {(start, token.end) for token in names if token.start == end}
    made = ((start, end, Known("", "", lattice.line.words(start, end))) for start, end in sorted(spans))
    return tuple(Token(start, end, "NAME", known) for start, end, known in made)


def respelled(
    text: str, lattice: Lattice, guesses: tuple[Question, ...], names: Names
) -> tuple[tuple[str, ...], tuple[Respelled, ...], tuple[Known, ...]]:
    """The names that nobody knows, the question asked with names like them, and the things of such names."""
    named = (known for guess in guesses for known in _named(guess))
    strange = tuple(dict.fromkeys(known for known in named if known and not known.id and not known.type))
    once = [(guess, told) for guess in guesses if len(told := _named(guess).keys() & {*strange}) == 1]
    near: list[Respelled] = []
    meant: list[Known] = []
    for known in strange:
        for part, spelling, thing in _like(lattice, known.label, names):
            meant.append(Known(thing.id, thing.type, spelling))
            asked = tuple(swapped(guess, known, meant[-1]) for guess, named in once if known in named)
            near += ((other, asked) for other in renamed(text, lattice, part, spelling))
    return tuple(known.label for known in strange), tuple(near), tuple(meant)


def _like(lattice: Lattice, name: str, names: Names) -> list[tuple[str, str, Entity]]:
    """Names like an unknown one, and like the word of it that nobody knows (the Colosus machine)."""
    words = (lattice.line.words(start, end) for start, end in lattice.uncovered())
    parts = dict.fromkeys((name, *(word for word in words if word in name)))
    found: dict[str, tuple[str, str, Entity]] = {}
    for part in parts:
        for spelling, thing in names.near(part):
            found.setdefault(thing.id, (part, spelling, thing))
    return [*found.values()]


def spoken_of(lattice: Lattice) -> Iterator[str]:
    """The properties that the words speak of, those of the longest words first."""
    words = sorted(lattice.plain, key=lambda token: token.start - token.end)
    told = (token.meaning.property for token in words if isinstance(token.meaning, Noun | Frame) and not token.meaning.cost)
    yield from islice(dict.fromkeys(told), SPOKEN)


def _named(question: Question) -> dict[Known | None, None]:
    """All that a question names."""
    return dict.fromkeys((*question.step.names(), question.filters.speaker, question.filters.place))


def longest_names(lattice: Lattice) -> list[Known]:
    """What is named, the longest names first."""
    names = sorted((token for token in lattice.plain if token.symbol == "NAME"), key=lambda token: token.start - token.end)
    return [token.meaning for token in names if isinstance(token.meaning, Known)][:NAMED]


def renamed(text: str, lattice: Lattice, name: str, spelling: str) -> Iterable[str]:
    """The question with another name; in its folded form where folding has moved the letters."""
    plain = unicodedata.normalize("NFKC", text)
    base = plain if len(plain) == len(lattice.line.folded) else lattice.line.folded
    at = lattice.line.folded.find(name)
    return [base[:at] + spelling + base[at + len(name) :]] if at >= 0 else []
