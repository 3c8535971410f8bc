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
    """One parse. What begins later is looked at earlier, so that all which may follow a part is known when its turn comes."""

    def __init__(self, roots: Trees, act: Act, starts: Container[int], end: int) -> None:
        self.whole, self.part = roots
        self.act = act
        self.starts, self.end = starts, end
        self.found: dict[int, dict[str, list[Token]]] = {}
        self.agenda: list[Token] = []
        self.dead: set[tuple[int, int]] = set()
        """Places of the trees from which nothing ends behind that character."""

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
            self.found.setdefault(start, {}).setdefault(symbol, []).append(found)
            for root in (self.part, self.whole) if start in self.starts else (self.part,):
                if node := root.next.get(symbol):
                    self._follow(node, start, (found.meaning,), found.extra, found.end)
        return seen

    def _follow(self, node: Node, begin: int, meanings: tuple[Hashable, ...], extra: Extra, end: int) -> bool:
        """Finish the rules that end at ``node`` and go on with what was found behind; whether there were any."""
        if (id(node), end) in self.dead:
            return False
        alive = False
        for rule in node.ends:
            if rule.symbol != WHOLE or end == self.end:
                alive = True
                bound = {name: meaning for (_, name), meaning in zip(rule.parts, meanings, strict=True) if name}
                self.agenda.extend(Token(begin, end, rule.symbol, made, extra) for made in self.act(rule, bound))
        if node.next and (here := self.found.get(end)):
            few, many = (here, node.next) if len(here) < len(node.next) else (node.next, here)
            for symbol in few:
                if symbol in many:
                    after = node.next[symbol]
                    for other in here[symbol]:
                        more = extra | other.extra if other.extra else extra
                        alive |= self._follow(after, begin, (*meanings, other.meaning), more, other.end)
        if not alive:
            self.dead.add((id(node), end))
        return alive
