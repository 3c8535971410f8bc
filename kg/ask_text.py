"""The form in which questions and names are compared: NFKC, case folded, without spaces and ・ (UAX #15)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

DASHES = str.maketrans("‐‑‒–—−﹣’‘", "-------''")
DROPPED = re.compile(r"[\s・·?!。、;:…「」『』\"“”()\[\]<>〈〉《》]|(?<!\d)[.,]|[.,](?!\d)|[|*#_~]|(?<=\s)[-/=](?=\s)")
LATIN, KATAKANA = re.compile(r"[0-9a-zà-ɏа-яё]"), re.compile(r"[ァ-ヺー]")


def fold(text: str) -> str:
    """NFKC and case folded, dashes and apostrophes of one kind."""
    return unicodedata.normalize("NFKC", text).casefold().translate(DASHES)


def compact(text: str) -> str:
    """Folded, without spaces, ・ and punctuation that separates words.

    >>> compact("Ｃｏｌｏｓｓｕｓ") == compact("colossus"), compact("イーロン・マスク")
    (True, 'イーロンマスク')
    """
    return DROPPED.sub("", fold(text))


def _script(char: str) -> str:
    return "latin" if LATIN.match(char) else "katakana" if KATAKANA.match(char) else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A question in compact form: where each character stood in the folded text, where a word may begin or end, and which
    characters were capitals."""

    folded: str
    chars: str
    places: tuple[int, ...]
    edges: frozenset[int]
    capitals: frozenset[int] = frozenset()

    def words(self, start: int, end: int) -> str:
        """The folded text of a span of the compact form."""
        return self.folded[self.places[start] : self.places[end - 1] + 1]


def line(text: str) -> Line:
    """The compact form of a question. No word begins or ends between two letters of a Latin or katakana run."""
    folded = fold(text)
    dropped = {found.start() for found in DROPPED.finditer(folded)}
    places = tuple(at for at in range(len(folded)) if at not in dropped)
    chars = "".join(folded[at] for at in places)
    inner = {
        n
        for n in range(1, len(places))
        if places[n] == places[n - 1] + 1 and _script(chars[n]) and _script(chars[n]) == _script(chars[n - 1])
    }
    plain = unicodedata.normalize("NFKC", text)
    capitals = {n for n, at in enumerate(places) if len(plain) == len(folded) and plain[at].isupper()}
    return Line(folded, chars, places, frozenset(range(len(places) + 1)) - inner, frozenset(capitals))


class Index(Generic[Value]):
    """Words by their compact form, found in a line wherever they stand as whole words."""

    def __init__(self, entries: Mapping[str, Value]) -> None:
        self.entries = entries
        lengths: dict[str, set[int]] = {}
        for key in entries:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {first: tuple(sorted(some)) for first, some in lengths.items()}

    def find(self, line: Line) -> Iterator[tuple[int, int, Value]]:
        """Start, end and entry of every word in the line, overlapping ones too."""
        chars, edges = line.chars, line.edges
        for start in sorted(edges):
            two, one = self._lengths.get(chars[start : start + 2], ()), self._lengths.get(chars[start : start + 1], ())
            for length in {*two, *one} if two and one else two or one:
                entry = self.entries.get(chars[start : start + length])
                if entry is not None and start + length in edges:
                    yield start, start + length, entry
