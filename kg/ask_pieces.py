"""How a question is cut into words and phrases that each play a part, in whatever order they stand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.ask_chart import Extra

COVERS = 1000
"""How many ways to cut a question into pieces are tried."""

END = "末"
"""What ends a question (か); between two names it asks for either."""

MARKS = ("MARK", "PREP", "OF")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or phrase, the part it plays, and the particle or preposition beside it."""

    part: str
    symbol: str
    meaning: Any = None
    mark: str = ""

    def __hash__(self) -> int:
        """Of the part that it plays alone: to hash what a long phrase means takes longer than to compare it."""
        return hash((self.part, self.symbol, self.mark))

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What tells it apart while one question is read."""
        return self.part, self.symbol, id(self.meaning), self.mark


Cover = tuple[Piece, ...]
Edge = tuple[int, Piece, Extra]


GLUE = Piece("glue", "")
KEPT = frozenset({*MARKS, END})
"""The glue that says something of what stands beside it."""


def together(beside: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each property those of which words may stand with its own: it has them beside it, or a third has both."""
    groups = [frozenset({name, *others}) for name, others in beside.items()]
    return {name: frozenset({name}).union(*(group for group in groups if name in group)) for name in beside}


def covers(
    edges: Mapping[int, list[Edge]], start: int, extra: Extra, end: int, with_: Mapping[str, frozenset[str]]
) -> list[tuple[Cover, Extra]]:
    """The ways from ``start`` to ``end`` over pieces: those with the fewest that mean something, and one more; of words that
    speak of several properties only those that may stand together, as ``with_`` has it."""
    least = {end: 0}
    for at in sorted(edges, reverse=True):
        ways = [least[to] + (piece.part != "glue") for to, piece, _ in edges[at] if to in least]
        least |= {at: min(ways)} if ways else {}
    found: list[tuple[Cover, Extra]] = []
    stack: list[tuple[int, tuple[Piece, ...], Extra, int, frozenset[str] | None]] = []
    stack.append((start, (), extra, least.get(start, -1) + 1, None))
    seen: set[tuple[int, tuple[int, ...], Extra]] = set()
    while stack and len(found) < COVERS:
        at, pieces, gathered, left, said = stack.pop()
        if at == end:
            found += [(_marked(pieces), gathered)] if _joined(pieces) else []
        for to, piece, more in edges.get(at, ()):
            rest = left - (piece.part != "glue")
            name = piece.meaning.property if piece.part == "says" else ""
            if to in least and least[to] <= rest and (not name or said is None or name in said):
                fits = (with_[name] if said is None else said & with_[name]) if name else said
                mere = piece.part == "glue" and piece.symbol not in KEPT  # however it is cut, it says no more
                way = pieces if mere and pieces[-1:] == (GLUE,) else (*pieces, GLUE if mere else piece)
                there = (to, tuple(map(id, way)), gathered | more)
                if there not in seen:
                    seen.add(there)
                    stack.append((to, way, gathered | more, rest, fits))
    return found


def _joined(pieces: Cover) -> bool:
    """Whether a preposition of several words (to build) has something named behind it, and what ends questions has not."""
    if any(a.part == c.part == "given" and b.symbol == END for a, b, c in zip(pieces, pieces[1:], pieces[2:], strict=False)):
        return False
    return all(
        piece.symbol != "OF" or " " not in piece.meaning or (after and after.part == "given")
        for piece, after in itertools.zip_longest(pieces, pieces[1:])
    )


def _marked(pieces: Cover) -> Cover:
    """The pieces without the glue; what is named has the particle or preposition beside it, or its side of the verb."""
    made: list[Piece] = []
    said = max((n for n, piece in enumerate(pieces) if piece.part == "says"), default=-1)
    for n, piece in enumerate(pieces):
        before, after = pieces[n - 1] if n else None, pieces[n + 1] if n + 1 < len(pieces) else None
        if piece.part in ("given", "asks"):
            beside = before if before and before.part == "given" else after
            mark = "subj" if n < said else "obj"
            mark = "" if beside and beside.part == "given" and mark == "subj" else mark  # two names, in no order
            mark = "" if piece.part == "asks" or piece.symbol == "GOODS" else mark
            if after and after.symbol == "MARK":
                mark = after.meaning
            elif before and before.symbol in MARKS[1:]:
                mark = before.meaning.split()[-1]
            piece = Piece(piece.part, piece.symbol, piece.meaning, mark)
        if piece.part != "glue":
            made.append(piece)
    return tuple(made)
