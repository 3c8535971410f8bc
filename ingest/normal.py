"""The normalised copy of a text that matching runs on, with the way back to the text as read (UAX #15, NFKC).

Beyond NFKC: zero-width and bidirectional controls go, dashes inside numbers and names become ``-``, ``～`` becomes ``〜``,
control characters become a space and lone surrogates U+FFFD. A cashtag behind a name goes (NVIDIA $NVDA の → NVIDIAの),
and so does a stock code in angle brackets (ソニー<6758>); a cashtag alone keeps its letters, since a ticker is a name too.
Kept as they are: ``…``, circled and raised digits and fractions, which
NFKC would glue to the number beside them (①120 is not 1120).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Normal", "Rewrite", "normalise", "rewrite"]

Edit = tuple[int, int, str]
Span = tuple[int, int]

_KEPT = frozenset("…‥゛゜²³¹⁄") | frozenset(
    map(chr, [*range(0xBC, 0xBF), *range(0x2070, 0x209D), *range(0x2150, 0x2160), *range(0x2460, 0x2500)])
)
_DROPPED = frozenset("\xad\u061c\u180e\ufeff") | frozenset(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)])
)
_MARKS = "".join(chr(c) for c in [*range(0x300, 0x3100), *range(0xFE20, 0xFE30)] if unicodedata.combining(chr(c)))
# A character with marks behind it, or one outside the scripts that NFKC leaves alone: the places where a length can change.
_CLUSTER = re.compile(rf"(?s:.)[{_MARKS}ᅠ-ᇿ]+|[^\x00-\x7f°-»×÷À-ÿ‐-‖†-•、-〿ぁ-ゖァ-ヾ一-鿿가-힣]")
_DASH = re.compile(r"(?<=[0-9A-Za-z])[‐‒–−](?=[0-9A-Za-z])|(?<=[0-9%兆億万千円])[‐‒–−—―ー](?=[0-9])|−(?=[0-9])")
_CASHTAG = re.compile(
    r"(?<=[A-Za-z0-9.ァ-ヺー一-鿿]) ?\$[A-Z]{1,6}(?![A-Za-z0-9])(?: (?=[^\x00-\x7f]))?"
    r"|(?<![A-Za-z0-9])\$(?=[A-Z]{1,6}(?![A-Za-z0-9]))"
    r"|(?<=[^\s<〈])[<〈](?:(?:TYO|TSE|東証)[:: ]?)?\d{3}[0-9A-Z](?:\.[A-Z]{1,2})?[>〉]"
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A text made from another by replacing spans, and the way between both.

    ``text`` is the new text. ``edits_new[i]`` is where in it the replacement of the old span ``edits_old[i]`` lies; both
    are sorted, and between them the texts are equal. All spans are code points, end exclusive.
    """

    text: str
    edits_new: tuple[Span, ...] = ()
    edits_old: tuple[Span, ...] = ()

    def old(self, start: int, end: int) -> Span:
        """The smallest span of the old text that became ``text[start:end]``; a replacement is never split."""
        return _across(start, end, self.edits_new, self.edits_old)

    def new(self, start: int, end: int) -> Span:
        """The smallest span of ``text`` that the old span ``start:end`` became; empty where all of it was dropped."""
        return _across(start, end, self.edits_old, self.edits_new)


@dataclass(frozen=True, slots=True)
class Normal(Rewrite):
    """A normalised text with the way back to the text as read."""

    def raw(self, start: int, end: int) -> Span:
        """The smallest span of the text as read whose normalisation covers ``text[start:end]``."""
        return self.old(start, end)


def rewrite(text: str, edits: Iterable[Edit]) -> Rewrite:
    """``text`` with the spans of ``edits`` (start, end, replacement) replaced; ValueError unless sorted and apart.

    >>> made = rewrite("xAIはGrokを公開", [(0, 3, "甲"), (4, 8, "乙")])
    >>> made.text, made.old(2, 3), made.new(4, 8)
    ('甲は乙を公開', (4, 8), (2, 3))
    """
    parts: list[str] = []
    new: list[Span] = []
    old: list[Span] = []
    at = length = 0
    for start, end, replacement in edits:
        if not at <= start <= end <= len(text):
            raise ValueError(f"edit {start}:{end} overlaps the one before it or leaves the text of {len(text)}")
        parts += (text[at:start], replacement)
        new.append((length + start - at, length := length + start - at + len(replacement)))
        old.append((start, end))
        at = end
    return Rewrite("".join([*parts, text[at:]]), tuple(new), tuple(old))


def normalise(text: str) -> Normal:
    """The normalised copy of ``text``, made in linear time; never fails.

    >>> normal = normalise("ｽﾊﾟｺﾝにＨ１００")
    >>> normal.text, normal.raw(0, 4), normal.raw(5, 9)
    ('スパコンにH100', (0, 5), (6, 10))
    """
    plain = _DASH.sub("-", text.translate(_ONE_TO_ONE))  # same length as the text
    made = rewrite(plain, sorted(_edits(plain)))
    return Normal(made.text, made.edits_new, made.edits_old)


def _edits(plain: str) -> Iterator[Edit]:
    for found in _CLUSTER.finditer(plain):
        cluster = found[0]
        settled = unicodedata.normalize("NFC", "".join(map(_letters, cluster)))
        if settled != cluster:
            yield found.start(), found.end(), settled
    for found in _CASHTAG.finditer(plain):
        yield found.start(), found.end(), ""


def _letters(char: str) -> str:
    """What NFKC makes of one character, with the exceptions named on top."""
    if char in _DROPPED:
        return ""
    made = unicodedata.normalize("NFKC", char)
    return char if char in _KEPT or (made.startswith(" ") and len(made) > 1) else made


class _OneToOne(dict[int, str]):
    """For ``str.translate``: the characters that normalise to exactly one, worked out when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        made = _letters(char)
        made = made if len(made) == 1 else char
        if code < 0x10000:
            self[code] = made
        return made


_ONE_TO_ONE = _OneToOne(
    {code: " " for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x85"}
    | {code: chr(code) for code in (9, 10, 11, 12, 13, 28, 29, 30, 0x85)}
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    | {0xFF5E: "〜"}
)


def _across(start: int, end: int, here: tuple[Span, ...], there: tuple[Span, ...]) -> Span:
    first = _place(start, here, there)[0]
    return (first, max(first, _place(end - 1, here, there)[1])) if start < end else (first, first)


def _place(position: int, here: tuple[Span, ...], there: tuple[Span, ...]) -> Span:
    """Where on the other side the character at ``position`` lies."""
    index = bisect_right(here, (position, sys.maxsize)) - 1
    if index < 0:
        return position, position + 1
    if position < here[index][1]:
        return there[index]
    moved = there[index][1] + position - here[index][1]
    return moved, moved + 1
