"""The shape of a text: headings, paragraphs, list items, table rows, key-value lines, comments, boilerplate.

All offsets are code points into the normalised text (``ingest.normal``), end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

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
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Block:
    """One line: its content (bullets and markup left out), the cells of a row or pair, and the heading it stands under.

    ``heading`` is the index of the governing heading block or ``-1``; ``table`` numbers the rows that belong together,
    ``-1`` outside tables; ``speaker`` is the span of a comment's author.
    """

    shape: Shape
    start: int
    end: int
    heading: int = -1
    cells: tuple[Span, ...] = ()
    table: int = -1
    speaker: Span | None = None


_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BULLET = re.compile(
    r"\s*(?:[-*・●○◆◇■□▪▶►→➡✅☑★☆※👉📍🟢⭕️]+\s*|\(?[0-9０-９]{1,2}[.)．、:]\s*(?=\D)|[①-⑳]\s*|#{1,6}\s*|>\s*|\|\s*$)+"
)
_RULE = re.compile(r"[\s|:=\-—─_*]*$")
_PAIR = re.compile(r"((?:[^:。、「」()\n]|\([^()\n]{1,30}\)|「[^「」\n]{1,20}」){1,30}?)\s*[::]\s*(?=\S)")
_COMMENT = re.compile(r"([^:。、「」\n]{1,40}?)\s*[:]\s*(?=\S)")
_END = re.compile(r"[。!?！？.)）」』]\s*$")


def blocks(text: str, cues: Cues) -> tuple[Block, ...]:
    """The blocks of ``text`` in order; blank lines and rules are left out."""
    made: list[Block] = []
    heading, table, comments, previous_end = -1, -1, False, 0
    lines = [found.span() for found in _LINE.finditer(text)]
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if _RULE.match(line):
            continue
        comments = comments or bool(cues.comments.fullmatch(line.strip()))
        block = _block(text, start, end, cues, comments)
        if (keyed := _keyed(text, lines, number, cues)) is not None:
            block = keyed
        if block.shape is Shape.PARAGRAPH and len(line) <= 60 and not _END.search(line) and "、" not in line[-8:]:
            block = Block(Shape.HEADING if _heads(text, lines, number) else Shape.ITEM, block.start, block.end)
        if block.shape is Shape.ROW:
            table = table if made and made[-1].shape is Shape.ROW and start - previous_end < 200 else table + 1
        under = heading if block.shape is not Shape.HEADING else -1
        block = Block(
            block.shape,
            block.start,
            block.end,
            under,
            block.cells,
            table if block.shape is Shape.ROW else -1,
            block.speaker,
        )
        if block.shape is Shape.HEADING:
            heading = len(made)
        made.append(block)
        previous_end = end
    return tuple(made)


def _block(text: str, start: int, end: int, cues: Cues, comments: bool) -> Block:
    line = text[start:end]
    if cues.boilerplate.search(line):
        return Block(Shape.BOILERPLATE, start, end)
    bullet = _BULLET.match(line)
    inner = start + (bullet.end() if bullet else 0)
    if "\t" in line or (line.count("|") >= 1 and re.search(r"\S\s*\|\s*\S", line)):
        return Block(Shape.ROW, start, end, cells=tuple(_cells(text, start, end)))
    pair = _PAIR.match(text, inner, end)
    if comments:
        if said := _COMMENT.match(text, inner, end):
            return Block(Shape.COMMENT, said.end(), end, speaker=said.span(1))
        return Block(Shape.COMMENT, inner, end)
    if pair and not re.search(r"https?$|[はがをに]", re.sub(r"\(.*?\)", "", pair[1])):
        return Block(Shape.PAIR, inner, end, cells=(pair.span(1), (pair.end(), end)))
    if bullet:
        shape = Shape.HEADING if "#" in bullet[0] else Shape.ITEM
        return Block(shape, inner, end)
    return Block(Shape.PARAGRAPH, start, end)


def _keyed(text: str, lines: list[Span], number: int, cues: Cues) -> Block | None:
    """A line that is nothing but the name of an attribute, with its value on the next line, is a key and its value."""
    start, end = lines[number]
    if number + 1 == len(lines) or text[start:end].strip() not in cues.keys:
        return None
    left, right = lines[number + 1]
    line = text[left:right]
    if len(line) > 60 or (_END.search(line) and "。" in line) or line.strip() in cues.keys:
        return None
    return Block(Shape.PAIR, start, end, cells=((start, end), (left, right)))


def _cells(text: str, start: int, end: int) -> Iterator[Span]:
    pattern = r"[^\t]+" if "\t" in text[start:end] else r"[^|]+"
    for found in re.compile(pattern).finditer(text, start, end):
        inner = found[0].strip()
        left = found.start() + found[0].index(inner) if inner else found.start()
        if inner or "\t" in text[start:end]:
            yield left, left + len(inner)


def _heads(text: str, lines: list[Span], number: int) -> bool:
    """Whether a short line without an ending stands above something that it can be the heading of."""
    start, end = lines[number]
    before = text[lines[number - 1][0] : lines[number - 1][1]] if number else "。"
    apart = not number or "\n\n" in text[lines[number - 1][1] : start].replace("\r", "").replace(" ", "")
    if " - " in text[start:end] or not (apart or _END.search(before) or end - start <= 24):
        return False
    follower = next((text[a:b] for a, b in lines[number + 1 : number + 3] if text[a:b].strip()), "")
    return len(follower) > 1.5 * (end - start) or bool(_END.search(follower) or _BULLET.match(follower) or "\t" in follower)


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
            char == " "
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
