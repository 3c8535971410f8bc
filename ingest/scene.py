"""A sentence made ready for grammar: names, values and quotations stand in it as single plain words.

``NVIDIA、Dell、Super Micro Computerが`` is parsed as ``ソニーが``: the parser sees an ordinary sentence whatever the names are,
coordination is settled before parsing, and equal shapes are parsed once. Offsets are code points into the normalised text
unless they are called new.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from ingest.clauses import Chunk
from ingest.dates import DateMention
from ingest.document import Block, sentences
from ingest.names import Name
from ingest.normal import Rewrite, rewrite
from ingest.quantities import QuantityMention
from ontology.lexicon import Lexicon, patterns, words

Span = tuple[int, int]
_Mark = TypeVar("_Mark", Name, QuantityMention, DateMention)

WORDS = {kind: word for kind, (word,) in words("placeholders").items()}
KANJI = {"ソニー": "東芝"}
_RE = patterns("scene")
_CLASS = {
    "Publication": "Organization",
    "Person": "Organization",
    "Name": "Organization",
    "Model": "Product",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """What a placeholder at ``start:end`` stands for: one or several names, a quantity, a date, or a quotation's span."""

    start: int
    end: int
    word: str
    names: tuple[Name, ...] = ()
    quantity: QuantityMention | None = None
    date: DateMention | None = None
    quote: Span | None = None
    link: str = ""


@dataclass(slots=True)
class Scene:
    """One sentence: where it stands, its rewritten text, its marks and slots, and, once parsed, its chunks.

    ``outer`` is the scene whose quotation it stands in, ``asides`` the bracketed remarks left out of the rewriting, ``before``
    and ``after`` the sentences beside it; ``measured`` and ``dated`` say whether it holds a quantity or a date.
    """

    start: int
    end: int
    block: Block
    made: Rewrite
    marks: Marks
    slots: tuple[Slot, ...]
    asides: tuple[Span, ...] = ()
    outer: Scene | None = None
    before: Scene | None = None
    after: Scene | None = None
    index: int = 0
    chunks: tuple[Chunk, ...] = ()
    measured: bool = field(default=False, init=False)
    dated: bool = field(default=False, init=False)
    _by_new: dict[int, Slot] = field(default_factory=dict)
    _held: dict[int, list[Slot]] = field(default_factory=dict)
    _spans: dict[Span, Span] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The rewritten sentence, which is what gets parsed."""
        return self.made.text

    def place(self) -> None:
        """Notes where in the rewritten sentence each slot lies, and of what kinds there are any; called once."""
        self.measured = any(slot.quantity is not None for slot in self.slots)
        self.dated = any(slot.date is not None for slot in self.slots)
        for slot in self.slots:
            left, right = self.made.new(slot.start - self.start, slot.end - self.start)
            self._by_new |= dict.fromkeys(range(left, right - len(slot.link)), slot)

    def slot_at(self, new: int) -> Slot | None:
        """The slot whose placeholder covers position ``new`` of the rewritten sentence."""
        return self._by_new.get(new)

    def span(self, start: int, end: int) -> Span:
        """The span of the normalised text that became ``start:end`` of the rewritten sentence."""
        span = self._spans.get((start, end))
        if span is None:
            left, right = self.made.old(start, end)
            span = self._spans[start, end] = left + self.start, right + self.start
        return span

    def slots_in(self, chunk: Chunk) -> list[Slot]:
        """The slots among a chunk's content words, in order."""
        held = self._held.get(chunk.index)
        if held is None:
            slots = [slot for word in chunk.words if (slot := self._by_new.get(word.start)) is not None]
            held = self._held[chunk.index] = slots if len(slots) < 2 else list({slot.start: slot for slot in slots}.values())
        return held


@dataclass(frozen=True)
class Marks:
    """Everything recognised in a text before parsing."""

    names: tuple[Name, ...]
    quantities: tuple[QuantityMention, ...]
    dates: tuple[DateMention, ...]

    def inside(self, start: int, end: int) -> Marks:
        """Those that lie in ``start:end``, found without looking at the others."""
        names, quantities, dates = self._edges
        return Marks(
            _inside(self.names, names, start, end),
            _inside(self.quantities, quantities, start, end),
            _inside(self.dates, dates, start, end),
        )

    @cached_property
    def _edges(self) -> tuple[tuple[list[int], list[int]], ...]:
        """Where those of each kind begin and end."""
        kinds = (self.names, self.quantities, self.dates)
        return tuple(([mark.start for mark in found], [mark.end for mark in found]) for found in kinds)


def _inside(found: tuple[_Mark, ...], edges: tuple[list[int], list[int]], start: int, end: int) -> tuple[_Mark, ...]:
    first = bisect_left(edges[0], start)
    return found[first : bisect_right(edges[1], end, first)] if first < len(found) else ()


def scenes(text: str, block: Block, marks: Marks, lexicon: Lexicon, outer: Scene | None = None) -> Iterator[Scene]:
    """The sentences of a block as scenes, those inside quotations behind the sentence that quotes them."""
    for start, end in sentences(text, block.start, block.end):
        yield from _scene(text, start, end, block, marks.inside(start, end), lexicon, outer)


def _scene(
    text: str, start: int, end: int, block: Block, marks: Marks, lexicon: Lexicon, outer: Scene | None
) -> Iterator[Scene]:
    quotes = [] if outer is not None else list(_quotes(text, start, end))
    links = list(_links(text, start, end))
    hidden = [*quotes, *links, *(asides := list(_asides(text, start, end, quotes)))]
    slots = [Slot(q[0], q[1], WORDS["quote"], quote=(q[0] + 1, q[1] - 1)) for q in quotes]
    shown = [n for n in marks.names if start <= n.cover[0] and n.cover[1] <= end and not _in(n.start, hidden)]
    named = list(_named(text, start, end, shown, lexicon.nouns))
    slots += named
    slots += [
        s for s in _values(text, marks, start, end, hidden) if not any(n.start < s.end and s.start < n.end for n in named)
    ]
    slots.sort(key=lambda slot: slot.start)
    edits = sorted(
        [(s.start, s.end, _unglued(text, s) + s.link) for s in slots]
        + [(a, a + 1, "は、") for a in _headline(text, start, end, slots, lexicon.nouns)]
        + [
            (q[1], q[1] + 1, "と、")
            for q in quotes
            if text[q[1] : q[1] + 1] == "と" and any(s.start == q[1] + 1 for s in named)
        ]
        + [(*found.span(), "") for found in lexicon.cues.wrappers.finditer(text, start, end)]
        + [
            (*found.span(), "と共同で")
            for slot in named
            if (found := lexicon.cues.jointly.match(text, slot.end, end)) and found.end() < end
        ]
        + [(a, b, "") for a, b in (*links, *asides)]
        + [(a, b, "") for a, b in _spaces(text, start, end, slots, hidden)]
    )
    made = rewrite(text[start:end], [(a - start, b - start, word) for a, b, word in _apart(edits)])
    scene = Scene(start, end, block, made, marks, tuple(slots), tuple(asides), outer)
    scene.place()
    yield scene
    for quote_start, quote_end in quotes:
        inner = Block(block.shape, quote_start + 1, quote_end - 1, block.heading)
        yield from scenes(text, inner, marks, lexicon, scene)


def _headline(text: str, start: int, end: int, slots: Sequence[Slot], nouns: Mapping[str, str]) -> Iterator[int]:
    """Where a headline's comma stands for は: ソフトバンク、Armを買収; 白峰データセンター、4月に開業."""
    lead = re.compile(r"[^、。はがをにで]{4,24}(?=、)").match(text, start, end)
    if lead and not text[start:end].endswith(("。", "」")) and any(nouns.get(lead[0][-n:]) == "Facility" for n in range(2, 12)):
        yield lead.end()
        return
    homes = (s for s in slots if s.names and not (s.names[-1].type == "Place" and text[s.end : s.end + 1] == "の"))
    first = next(homes, None)
    if first is None or text[first.end : first.end + 1] != "、" or not _RE["clipped"].search(text[start:end]):
        return
    beside = next((slot for slot in slots if slot.start == first.end + 1), None)
    if beside is not None and text[beside.end : beside.end + 1] == "、":  # A、B、Cに挑む
        return
    front = text[slots[0].end + 1 if slots[0] is not first and slots[0].start == start else start : first.start]
    if not front.strip("米英仏独中韓台印伊加豪蘭・ ") and not re.search(r"[はが]", text[first.end : first.end + 12]):
        yield first.end


def _unglued(text: str, slot: Slot) -> str:
    """The slot's word; one in kanji where katakana stands before or behind, which the tokeniser would take for one word."""
    beside = text[slot.start - 1 : slot.start] + text[slot.end : slot.end + 1]
    return KANJI.get(slot.word, slot.word) if re.search("[ァ-ヺー]", beside) else slot.word


def _apart(edits: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    at = 0
    for start, end, word in edits:
        if start >= at and end > start:
            yield start, end, word
            at = end


def _in(position: int, spans: Sequence[Span]) -> bool:
    return any(start <= position < end for start, end in spans)


_ADDRESS = r"\]\(\s*https?:[^()\s]*\s*\)"
_LINK = re.compile(rf"\[([^\[\]\n]+)({_ADDRESS})")
_ASIDE = re.compile(
    rf"\s*(?:[(（]\[[^\[\]\n]+{_ADDRESS}[)）]|(?:(?<!\])[(（]|\[(?![^\[\]\n]+{_ADDRESS})|【)[^()（）\[\]【】\n]*[)）\]】])"
)


def _links(text: str, start: int, end: int) -> Iterator[Span]:
    """What Markdown puts around the words of a link: [ and ](address)."""
    for found in _LINK.finditer(text, start, end):
        yield from ((found.start(), found.start(1)), found.span(2))


_QUOTE = re.compile(r"[「『“]([^「」『』“”\n]{10,})[」』”]")


def _quotes(text: str, start: int, end: int) -> Iterator[Span]:
    """Quotations that are sentences: long, with a particle inside, and no title of a thing."""
    for found in _QUOTE.finditer(text, start, end):
        inner = found[1]
        if re.search(r"[はがをに]", inner) and (
            re.search(r"[。!?！？]|(?:だ|です|ます|た|る|い|ない|か|ん|ね|よ)$", inner) or re.match(r"と", text[found.end() :])
        ):
            yield found.span()


def _asides(text: str, start: int, end: int, quotes: Sequence[Span]) -> Iterator[Span]:
    for found in _ASIDE.finditer(text, start, end):
        if found.start() > start and not _in(found.start(), quotes):
            yield found.span()


def _spaces(text: str, start: int, end: int, slots: Sequence[Slot], hidden: Sequence[Span]) -> Iterator[Span]:
    """Spaces that do not part two words of Latin script."""
    busy = [(slot.start, slot.end) for slot in slots]
    for found in re.compile(r"(?:[ 　\t]|\*\*|__|`)+").finditer(text, start, end):
        left, right = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        latin = left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
        beside = any(found.start() == b or found.end() == a for a, b in busy)
        if (not latin or beside) and not _in(found.start(), busy) and not _in(found.start(), hidden):
            yield found.span()


def _values(text: str, marks: Marks, start: int, end: int, hidden: Sequence[Span]) -> Iterator[Slot]:
    for quantity in marks.quantities:
        if start <= quantity.start and quantity.end <= end and not _in(quantity.start, hidden) and quantity.kind in WORDS:
            left, right = quantity.start, quantity.end
            if re.search(r"[はがもを、]", text[left : quantity.core_start]):
                left = quantity.core_start
            if re.match(r"[をにと]|まで", text[quantity.core_end : right]):
                right = quantity.core_end
            beyond = _RE["beyond"].match(text, quantity.core_end, end)
            if beyond:  # 4000基を超えるGPU is to the parser what 4000基のGPU is
                right = beyond.end()
            yield Slot(left, right, WORDS[quantity.kind], quantity=quantity, link="の" if beyond else "")
    for date in marks.dates:
        if start <= date.start and date.end <= end and not _in(date.start, hidden):
            right = date.core_end if re.match(r"(?:まで|に|から|より)", text[date.core_end : date.end]) else date.end
            yield Slot(date.start, right, WORDS["date"], date=date)


def _named(text: str, start: int, end: int, names: Sequence[Name], nouns: Mapping[str, str]) -> Iterator[Slot]:
    """Slots of names, those that are coordinated in one."""
    groups: list[list[Name]] = []
    headline = _RE["clipped"].search(text[start:end].rstrip()) is not None
    for number, name in enumerate(names):
        with_next = number + 1 < len(names) and text[name.cover[1] : names[number + 1].cover[0]] in tuple("、と・や")
        if (
            groups
            and name.type == groups[-1][-1].type == "Place"
            and text[groups[-1][-1].cover[1] : name.cover[0]] in ("", "・", "の")
        ):
            wider = groups[-1][-1]  # 堺市の工場跡地: the town, where nobody knows the inner place
            inner = wider if name.known is None and wider.known is not None and text[wider.cover[1]] == "の" else name
            groups[-1][-1] = replace(inner, cover=(wider.cover[0], name.cover[1]))
        elif groups and _joined(text, start, groups[-1], name, headline and not with_next):
            groups[-1].append(name)
        else:
            groups.append([name])
    floor = start
    for group in groups:
        left = _absorbed(text, max(start, floor), group[0], nouns)
        right = _closed(text, end, group[-1], nouns)
        several = _RE["several"].match(text, right, end)
        if several and (len(group) > 1 or several[0].startswith(("など", "ら"))):
            right = several.end()
        floor = right
        last = _RE["reported"].match(text, right, end) and _RE["said"].search(text, start, left)
        telling = last is not None and group[0].type in ("Organization", "Person", "Publication")
        yield Slot(left, right, WORDS[group[0].type], tuple(group), link="が述べた" if telling else "")


def _joined(text: str, start: int, group: list[Name], name: Name, headline: bool) -> bool:
    gap = re.sub(r"[(（][^()（）\n]*[)）]", "", text[group[-1].cover[1] : name.cover[0]])
    first, second = (_CLASS.get(n.type, n.type) for n in (group[0], name))
    if first != second or not _RE["join"].fullmatch(gap):
        return False
    before = text[start : group[0].cover[0]]
    opens = len(before) < 8 or (len(before) < 24 and before.endswith("の"))
    topic = headline and len(group) == 1 and gap.strip() in ("、", ",") and opens
    return not topic or _RE["goes_on"].match(text, name.cover[1]) is not None


def _absorbed(text: str, floor: int, name: Name, nouns: Mapping[str, str]) -> int:
    """Where the slot begins: a common noun that introduces the name belongs to it (スーパーコンピュータ「Colossus」)."""
    left = name.cover[0]
    for size in range(min(14, left - floor), 1, -1):
        word = text[left - size : left]
        if nouns.get(word) in (
            name.type,
            "Facility" if name.type == "Project" else "",
            "Product" if name.type != "Place" else "",
        ):
            run = re.search(r"[A-Za-z0-9ァ-ヺー一-龥々]*$", text[max(floor, left - size - 12) : left - size])
            return left - size - (len(run[0]) if run else 0)
    return left


def _closed(text: str, end: int, name: Name, nouns: Mapping[str, str]) -> int:
    """Where the slot ends: a common noun of the same kind directly behind belongs to it (Grokモデル, Stargateプロジェクト)."""
    right = name.cover[1]
    alike = {"Model": ("Model",), "Product": ("Product", "Model"), "Facility": ("Facility",), "Project": ("Project",)}.get(
        name.type, ()
    )
    at = right + (1 if text[right : right + 1] == " " else 0)
    run = re.match(r"[ァ-ヺー]+", text[at:end])  # Quantum-Xスイッチングプラットフォーム
    if run and alike and any(nouns.get(run[0][-size:]) in alike for size in range(2, len(run[0]))):
        return at + run.end()
    for size in range(min(16, end - at), 1, -1):
        if nouns.get(text[at : at + size]) in alike and alike:
            return at + size
    found = re.match(r" ?シリーズ| ?系| ?級| ?相当", text[right : min(end, right + 8)]) if alike else None
    return right + (found.end() if found else 0)
