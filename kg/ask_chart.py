"""A bottom-up chart parser over a lattice of words: every reading of the whole question, none of a part of it.

The textbook algorithm (Jurafsky and Martin, Speech and Language Processing, chapter 18), with the rules in two prefix trees:
those of whole questions are tried only from where reading begins to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Extra = frozenset[Hashable]
"""What the words left aside on the way add to a reading (filters)."""

NONE: Extra = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """``symbol`` may be made of the parts in their order; each part is a symbol and the name its meaning is kept under."""

    symbol: str
    action: str
    parts: tuple[tuple[str, str], ...]
    about: Hashable = None


@dataclass(slots=True)
class Node:
    """A place in the prefix tree of all rules: what may follow, and which rules end here."""

    next: dict[str, Node] = field(default_factory=dict)
    ends: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the lattice: symbol and meaning of the characters from ``start`` to ``end``."""

    start: int
    end: int
    symbol: str
    meaning: Hashable = None
    extra: Extra = NONE


Act = Callable[[Rule, Mapping[str, Hashable]], Iterable[Hashable]]


WHOLE = "Q"
"""The symbol of a whole question; no rule has it as a part."""

Trees = tuple[Node, Node]
"""The rules of whole questions, the others."""


def trees(rules: Iterable[Rule]) -> Trees:
    """All rules in prefix trees over their symbols."""
    roots = Node(), Node()
    for rule in rules:
        node = roots[rule.symbol != WHOLE]
        for symbol, _ in rule.parts:
            node = node.next.setdefault(symbol, Node())
        node.ends.append(rule)
    return roots


def useful(tokens: Iterable[Token], starts: Iterable[int], end: int) -> list[Token]:
    """The tokens that lie on some path from one of ``starts`` to ``end``."""
    tokens = list(tokens)
    forward, backward = set(starts), {end}
    for token in sorted(tokens, key=lambda t: t.start):
        if token.start in forward:
            forward.add(token.end)
    for token in sorted(tokens, key=lambda t: -t.end):
        if token.end in backward:
            backward.add(token.start)
    return [token for token in tokens if token.start in forward and token.end in backward]


class Chart:
    """One parse: what was found (passive) and what is still to be completed (active), by position."""

    def __init__(self, roots: Trees, act: Act, starts: Container[int], end: int) -> None:
        self.whole, self.part = roots
        self.act = act
        self.starts, self.end = starts, end
        self.passive: dict[int, dict[str, list[Token]]] = {}
        self.active: dict[int, list[tuple[dict[str, Node], int, tuple[Hashable, ...], Extra]]] = {}
        self.agenda: list[Token] = []

    def parse(self, tokens: Sequence[Token]) -> Iterable[Token]:
        """Everything that can be made of the tokens, the tokens included, always in the same order."""
        seen: dict[Token, None] = {}
        self.agenda = sorted(tokens, key=lambda t: (t.start, t.end))
        while self.agenda:
            found = self.agenda.pop()
            if found in seen:
                continue
            seen[found] = None
            start, symbol = found.start, found.symbol
            self.passive.setdefault(start, {}).setdefault(symbol, []).append(found)
            for next_, begin, meanings, extra in self.active.get(start, ()):
                if symbol in next_:
                    self._follow(next_[symbol], begin, meanings, extra, found)
            if symbol in self.part.next:
                self._follow(self.part.next[symbol], start, (), NONE, found)
            if symbol in self.whole.next and start in self.starts:
                self._follow(self.whole.next[symbol], start, (), NONE, found)
        return seen

    def _follow(self, node: Node, begin: int, meanings: tuple[Hashable, ...], extra: Extra, found: Token) -> None:
        """Take ``found`` as the part that leads to ``node``, finish the rules that end there and go on with what was found
        behind it."""
        end = found.end
        meanings, extra = (*meanings, found.meaning), extra | found.extra if found.extra else extra
        for rule in node.ends:
            if rule.symbol == WHOLE and end != self.end:
                continue
            bound = {name: meaning for (_, name), meaning in zip(rule.parts, meanings, strict=True) if name}
            self.agenda.extend(Token(begin, end, rule.symbol, made, extra) for made in self.act(rule, bound))
        if node.next and end < self.end:
            self.active.setdefault(end, []).append((node.next, begin, meanings, extra))
            here = self.passive.get(end, {})
            few, many = (here, node.next) if len(here) < len(node.next) else (node.next, here)
            for symbol in [symbol for symbol in few if symbol in many]:
                for other in here[symbol]:
                    self._follow(node.next[symbol], begin, meanings, extra, other)
