"""The shape of a text: headings, paragraphs, list items, table rows, key-value lines, who speaks, boilerplate.

All offsets are code points into the normalised text (``ingest.normal``), end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.speakers import Labels, labels
from ontology.lexicon import Cues

Span = tuple[int, int]


class Shape(StrEnum):
    """What kind of line a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    PAIR = "pair"
    COMMENT = "comment"
    QUESTION = "question"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Block:
    """One line: its content (bullets and markup left out), the cells of a row or pair, and the heading it stands under.

    ``heading`` is the index of the governing heading block or ``-1`` (of a heading: the one above it); ``table`` numbers
    the rows that belong together, ``-1`` outside tables; ``speaker`` is the span that names who says the line; ``reason``
    is why a line is boilerplate.
    """

    shape: Shape
    start: int
    end: int
    heading: int = -1
    cells: tuple[Span, ...] = ()
    table: int = -1
    speaker: Span | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its bullet; ``inner`` is where its content begins, ``apart`` whether a blank line parts it from the last."""

    start: int
    end: int
    inner: int
    mark: str
    content: str
    apart: bool


_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_SIGN = r"(?:[-・•○●◆◇■□▪▶►▼▽◎→➡✅☑★☆※👉📍🟢⭕️▲△]|\*(?!\*))+\s*"
_POINTED = r"\d{1,2}\.\d{1,2}\.?\s+(?!(?:[kMGT]?W|[GTP]i?B|[億万兆倍円%])(?![A-Za-z]))(?=\D)"
_BULLET = re.compile(
    rf"\s*(?:{_SIGN}|\(?\d{{1,2}}[.)、:]\s*(?=[^\d\s])|{_POINTED}|\(\d{{1,2}}\)\s*|"
    r"第\d{1,2}[章節項]\s*|[①-⑳]\s*|#{1,6}\s*|>\s*|\|\s*$)+"
)
_SECTION = re.compile(r"[○●◆◇■□▪▶►▼▽◎★☆▲△]|\(?\d{1,2}[.)、:]|\d{1,2}\.\d|\(\d|第\d|[①-⑳]")
_TITLED = re.compile(
    r"(?:【[^【】]{1,40}】|〔[^〔〕]{1,40}〕|\[[^\[\]]{1,40}\]|\*\*[^*]{1,60}\*\*:?|<[^<>]{2,40}>|≪[^≪≫]{1,40}≫)\s*$"
)
_RULE = re.compile(r"[\s|:=\-—─_*+~]*$")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")  # what parts the columns of a table that is set with spaces
_SPACED = re.compile(r"([^\s\d。、「」]{2,14}?) +(?=\S)")
_PAIR = re.compile(r"\**((?:[^:。、「」()\n*]|\([^()\n]{1,30}\)|「[^「」\n]{1,20}」){1,30}?)\**\s*:\**\s*(?=\S)")
_NO_KEY = re.compile(r"https?$|[はがをに]|^[\d年月日 ()/.-]+$")
_COMMENT = re.compile(r"([^:。、「」\n]{1,40}?)\s*[:]\s*(?=\S)")
_END = re.compile(r"[。!?！？.)）」』]\s*$")
_RUNS_ON = re.compile(r"(?:[をがの]|(?<!と)は)$")
_VALUE = re.compile(r"[約<>~最大]*[\d.,]+ ?(?:[A-Za-z%]{1,4}|[億万千]+[円ドル台基枚個]*)(?:\s*\(.*\))?$")
_MENU = re.compile(
    r"\s*(?:ホーム|トップ|TOP|Home|HOME)\s*[>›»/]|(?:\S{1,8}\s*[|›»]\s*){3,}\S{1,8}$|(?=.*(?:シェア|ツイート|はてブ|ポスト|LINE)).{0,12}(?:シェア|ツイート|はてブ).{0,24}$"
)
_TEASER = re.compile(r"。$|^(?!.*(?:[?？]|とは|なぜ|[かの]$|まとめ$|方法$)).{2,20}[、が].{6,}$")
_ROW = re.compile(r"\t|\S\s*\|\s*\S")
# Where a line has its news from: links behind its last sentence.
_SOURCES = re.compile(
    r"(?<=[。!?！？」])\s*(?:\(?(?:[^\s()\[\]。]{1,12}:\s*)?(?:\[[^\[\]]*\]\(\s*https?:[^()\s]*\s*\)|https?:[^\s()]+)\)?[\s、,]*)+$"
)
LONGEST_HEADING = 60


def blocks(text: str, cues: Cues) -> tuple[Block, ...]:
    """The blocks of ``text`` in order; blank lines and rules are left out."""
    lines = list(_lines(text))
    return _Layout(text, lines, cues).blocks()


def _lines(text: str) -> Iterator[Line]:
    last = 0
    for found in _LINE.finditer(text):
        start = found.start()
        end = start + len(_SOURCES.sub("", found[0]))
        if _RULE.match(found[0]):
            continue
        bullet = _BULLET.match(text, start, end)
        inner = bullet.end() if bullet else start
        mark = bullet[0].strip() if bullet else ""
        yield Line(start, end, inner, re.sub(r"\d+", "1", mark), text[inner:end].strip(), text.count("\n", last, start) > 1)
        last = end


class _Layout:
    """One reading of the lines of a text, in order."""

    def __init__(self, text: str, lines: Sequence[Line], cues: Cues) -> None:
        self._text, self._lines, self._cues = text, lines, cues
        self._labels: Labels = labels(text[line.start : line.end] for line in lines)
        self._made: list[Block] = []
        self._levels: list[tuple[str, int]] = []
        self._tables = -1
        self._comments = False
        self._idle: tuple[str, str] | None = None
        self._speaker: Span | None = None

    def blocks(self) -> tuple[Block, ...]:
        skip = -1
        for number, line in enumerate(self._lines):
            if number == skip:
                continue
            block = self._block(number, line)
            if block.shape is Shape.PAIR and block.cells[1][0] > line.end:
                skip = number + 1
            self._add(block, line)
        return tuple(self._menus(block, number) for number, block in enumerate(self._made))

    def _add(self, block: Block, line: Line) -> None:
        if block.shape is Shape.HEADING:
            style = self._style(line)
            self._levels = _above(self._levels, style, len(self._made))
        above = self._levels[-1][1] if self._levels else -1
        if block.shape is Shape.ROW:
            last = self._made[-1] if self._made else None
            joined = last is not None and last.shape is Shape.ROW and line.start - last.end < 200
            self._tables += not joined
            block = replace(block, table=self._tables)
        self._made.append(replace(block, heading=above))
        if block.shape is Shape.HEADING:
            self._levels.append((style, len(self._made) - 1))

    def _style(self, line: Line) -> str:
        if line.mark:
            return line.mark
        found = _TITLED.match(line.content)
        return line.content[0] if found else ""

    def _menus(self, block: Block, number: int) -> Block:
        """A lone row is no table."""
        beside = [self._made[n].table for n in (number - 1, number + 1) if 0 <= n < len(self._made)]
        if block.shape is Shape.ROW and block.table not in beside:
            return replace(block, shape=Shape.BOILERPLATE, cells=(), table=-1, reason="menu")
        return block

    def _block(self, number: int, line: Line) -> Block:
        start, end, content = line.start, line.end, line.content
        if (reason := self._section(number, line)) is not None:
            return Block(Shape.BOILERPLATE, start, end, reason=reason)
        menu = None if self._columns(number) else _MENU.match(content)
        if found := self._cues.boilerplate.search(self._text[start:end]) or menu:
            return Block(Shape.BOILERPLATE, start, end, reason=found[0].strip()[:20])
        if self._cues.comments.fullmatch(content):
            self._comments, self._speaker = True, None
            return Block(Shape.HEADING, line.inner, end)
        if self._comments and not (self._is_heading(number, line) and not _COMMENT.match(content)):
            return self._comment(line)
        if self._is_heading(number, line):
            self._comments, self._speaker = False, None
            return Block(Shape.HEADING, line.inner, end)
        tabular = _ROW.search(content) or self._columns(number)
        return (None if tabular else self._spoken(line)) or self._plain(number, line)

    def _section(self, number: int, line: Line) -> str | None:
        """Why a line is none of the article's own: it heads or belongs to notes or to a list of other pages' titles."""
        for name, pattern in self._cues.idle.items():
            if len(line.content) <= 40 and (found := pattern.match(line.content)):
                self._idle, self._comments, self._speaker = (name, found[0]), False, None
                return found[0]
        if self._idle is not None and self._is_heading(number, line):
            self._idle = None
        if self._idle is not None and (self._idle[0] == "notes" or not _TEASER.search(line.content)):
            return self._idle[1]
        return None

    def _comment(self, line: Line) -> Block:
        if said := _COMMENT.match(self._text, line.inner, line.end):
            return Block(Shape.COMMENT, said.end(), line.end, speaker=said.span(1))
        return Block(Shape.COMMENT, line.inner, line.end)

    def _spoken(self, line: Line) -> Block | None:
        if mark := self._labels.question(self._text[line.start : line.end]):
            self._speaker = None
            return Block(Shape.QUESTION, line.start + mark, line.end)
        who, at = self._labels.answer(self._text, line.start, line.end)
        if who is None and at > line.start:
            self._speaker = None
            return Block(Shape.PARAGRAPH, at, line.end)
        if not self._labels.names:
            return None
        self._speaker = who or (None if line.content[:1] in "(【※" else self._speaker)
        if self._speaker is None or line.mark:
            return None
        return Block(Shape.PARAGRAPH, at, line.end, speaker=self._speaker)

    def _plain(self, number: int, line: Line) -> Block:
        text, start, end = self._text, line.start, line.end
        if _ROW.search(text[start:end]) or self._columns(number):
            return Block(Shape.ROW, start, end, cells=tuple(_cells(text, start, end)))
        if (keyed := self._keyed(number)) is not None:
            return keyed
        pair = _PAIR.match(text, line.inner, end) or self._spaced(number)
        if pair and not _NO_KEY.search(re.sub(r"\(.*?\)", "", pair[1])):
            return Block(Shape.PAIR, line.inner, end, cells=(pair.span(1), (pair.end(), end)))
        short = end - start <= LONGEST_HEADING and not _END.search(line.content) and "、" not in line.content[-8:]
        return Block(Shape.ITEM if line.mark or short else Shape.PARAGRAPH, line.inner, end)

    def _columns(self, number: int) -> int:
        """The number of columns of a row of a table, told by a line beside it that has as many; 0 where it is none."""
        count = _width(self._lines[number].content)
        beside = (self._lines[n].content for n in (number - 1, number + 1) if 0 <= n < len(self._lines))
        return count if count > 2 and any(_width(content) == count for content in beside) else 0

    def _spaced(self, number: int) -> re.Match[str] | None:
        """受電容量 60MW: the name of an attribute and its value with only space between, a number or one of several lines."""
        found, *beside = (self._space(n) for n in (number, number - 1, number + 1))
        return found if found and (any(beside) or re.search(r"\d", self._lines[number].content)) else None

    def _space(self, number: int) -> re.Match[str] | None:
        if not 0 <= number < len(self._lines):
            return None
        line = self._lines[number]
        found = _SPACED.match(self._text, line.inner, line.end)
        return found if found and found[1] in self._cues.keys and "。" not in line.content else None

    def _keyed(self, number: int) -> Block | None:
        """A line that is nothing but the name of an attribute, with its value on the next line, is a key and its value."""
        line = self._lines[number]
        if number + 1 == len(self._lines) or line.content not in self._cues.keys:
            return None
        below = self._lines[number + 1]
        if below.end - below.start > 60 or "。" in below.content or below.content in self._cues.keys or below.mark != line.mark:
            return None
        return Block(Shape.PAIR, line.inner, below.end, cells=((line.inner, line.end), (below.inner, below.end)))

    def _is_heading(self, number: int, line: Line) -> bool:
        content = line.content
        if _ROW.search(content) or not content or self._columns(number):
            return False
        if "#" in line.mark or (_TITLED.match(content) and len(content) <= LONGEST_HEADING):
            return True
        if len(content) > LONGEST_HEADING or (re.search(r"[。!?！？]$", content) and not line.mark):
            return False
        before = self._lines[number - 1] if number else None
        after = self._lines[number + 1] if number + 1 < len(self._lines) else None
        if line.mark:
            marked = _SECTION.match(line.mark) is not None and "。" not in content
            lone = all(other is None or other.mark != line.mark for other in (before, after))
            keyed = _PAIR.match(content) is not None and not re.match(r"\d", line.mark)
            return marked and lone and after is not None and not keyed
        if _PAIR.match(content) or _VALUE.match(content) or self._spaced(number) or self._keyed(number) is not None:
            return False
        bare = re.sub(r"\s*\([^()。]*\)$", "", content)
        runs_on = _END.search(bare) or _RUNS_ON.search(bare) or "、" in content[-8:]
        return bool(bare) and not runs_on and self._stands_above(number, line, before)

    def _stands_above(self, number: int, line: Line, before: Line | None) -> bool:
        """Whether a short line without an ending stands above something that it can be the heading of."""
        size = line.end - line.start
        if before is None and size > 5 and not re.search(r"。|^\d{4}[年/.-]", line.content):
            return number + 1 < len(self._lines)
        apart = before is None or line.apart
        if " - " in line.content or not (apart or (before and _END.search(before.content)) or size <= 24):
            return False
        if number + 1 == len(self._lines):
            return False
        below = self._lines[number + 1]
        written = self._text[below.start : below.end]
        return len(written) > 1.5 * size or bool(_END.search(written) or below.mark or "\t" in written)


def _width(line: str) -> int:
    return line.count("|") + 1 if "|" in line else len(_GAP.findall(line)) + 1


def _above(levels: list[tuple[str, int]], style: str, here: int) -> list[tuple[str, int]]:
    """The headings that stay above one of a style at block ``here``: a title, fewer #, else the style that came earlier.

    A heading without a mark of its own, right below a marked one, belongs to that (a name and post below 代表者コメント).
    """
    if not style and levels and levels[-1][0] and levels[-1][1] == here - 1:
        return levels
    for depth, (known, index) in enumerate(levels):
        ranked = known.startswith("#") and style.startswith("#") and len(known) >= len(style)
        if known == style or ranked:
            return levels[:depth] if index or style else levels[:1]
    return levels


def _cells(text: str, start: int, end: int) -> Iterator[Span]:
    """The cells of a row, empty ones too, so that columns keep their places."""
    line = text[start:end]
    parted = re.compile(r"\t" if "\t" in line else r"\|" if "|" in line else _GAP.pattern)
    if "|" in line and "\t" not in line:
        start += len(line) - len(line.lstrip().removeprefix("|"))
        end -= len(line) - len(line.rstrip().removesuffix("|"))
    at = start
    for stop, after in [*(found.span() for found in parted.finditer(text, start, end)), (end, end)]:
        inner = text[at:stop].strip()
        left = at + text[at:stop].index(inner) if inner else at
        yield left, left + len(inner)
        at = after


_SENTENCE_END = re.compile(r"[。!?！？]+[」』)）\"”]*|\.(?=\s+[A-Z\"“])|$")
_OPEN, _CLOSE = "「『(（【", "」』)）】"
MAX_SENTENCE = 600


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of ``text[start:end]``: cut behind 。!? outside quotes and brackets; never longer than 600."""
    depth, at = 0, start
    position = start
    headline = "。" not in text[start:end]
    while position < end:
        char = text[position]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        if char in "-–—―" and depth == 0 and text[position - 1 : position + 2].strip() == char and position > at:
            yield from _trim(text, at, position)
            at = position + 1
        if (
            char in " …"
            and depth == 0
            and headline
            and min(text[position - 1], text[position + 1 : position + 2] or "a") > "\u3000"
        ):
            yield from _trim(text, at, position)
            at = position + 1
        ends = (char in "。!?！？" and depth == 0) or (char == "." and depth == 0 and _ascii_end(text, position, end))
        if ends or position - at >= MAX_SENTENCE:
            yield from _trim(text, at, position + 1)
            at, depth = position + 1, 0
        position += 1
    yield from _trim(text, at, end)


def _ascii_end(text: str, position: int, end: int) -> bool:
    return position + 2 < end and text[position + 1] == " " and text[position + 2].isupper() and text[position - 1].islower()


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        left = start + len(piece) - len(piece.lstrip())
        yield left, left + len(inner)
