"""Who speaks in interviews and minutes: the label that opens an answer (橘 …, A氏: …, (菅野部長)…) and the lines that ask.

Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ontology.lexicon import patterns

Span = tuple[int, int]

_RE = patterns("speakers")
_BRACKET = re.compile(r"\s*\((?P<who>[^()\d、。,:]{1,14})\)\s*(?=[^\s、。])")
_LABEL = re.compile(r"\s*(?P<who>[^\s:、。「」()\d|・*#■◆【-][^\s:、。「」()|]{0,11})(?:\s*:\s*|\s+)(?=[^\s:])")


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels under which people speak in a text; empty outside interviews and minutes."""

    names: frozenset[str] = frozenset()
    asks: bool = False

    def question(self, line: str) -> int:
        """The length of the mark that makes ``line`` a question; 0 where it is none."""
        found = _RE["asked"].match(line) if self.asks else None
        return found.end() if found else 0

    def answer(self, text: str, start: int, end: int) -> tuple[Span | None, int]:
        """The label that opens ``text[start:end]``, if any, and where what is said begins."""
        at = start
        if self.asks and (found := _RE["answered"].match(text, start, end)):
            at = found.end()
        for pattern in (_BRACKET, _LABEL):
            said = pattern.match(text, at, end)
            if said and said["who"] in self.names:
                return said.span("who"), said.end()
        return None, at


def labels(lines: Iterable[str]) -> Labels:
    """The labels of a text's speakers: those that answer its questions, or stand in brackets before several of its lines."""
    known = [line for line in lines if "\t" not in line]
    asks = sum(bool(_RE["asked"].match(line)) for line in known) > 1 or (
        any(map(_RE["answered"].match, known)) and any(map(_RE["asked"].match, known))
    )
    counts: Counter[str] = Counter()
    for line in known:
        inner = _RE["answered"].sub("", line, count=1) if asks else line
        if (found := _BRACKET.match(inner)) or (asks and not _RE["asked"].match(line) and (found := _LABEL.match(inner))):
            counts[found["who"]] += 1
    bracketed = _bracketed(known)
    repeated = {who for who, count in counts.items() if count > 1 and asks}
    return Labels(frozenset(repeated | (bracketed if len(bracketed) > 1 or asks else frozenset())), asks)


def _bracketed(lines: Sequence[str]) -> frozenset[str]:
    found = (_BRACKET.match(_RE["answered"].sub("", line, count=1)) for line in lines)
    return frozenset(said["who"] for said in found if said)
