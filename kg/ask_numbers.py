"""Numbers in a question, in digits or in words, with their units and what bounds them (more than ten thousand GPUs)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.ask_language import Around, Words
from kg.ask_text import Index, Line
from kg.question import Bound

DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
LEAST = 10.0
"""The least number that counts as one where it is spelled: smaller ones are mostly no number (one of, 一番)."""


class Numbers:
    """Finds the numbers of one language of questions."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._large = {
            word: factor
            for word, factor in words.numbers.items()
            if (len(word) > 2 or not word.isascii()) and not word.startswith((*words.scales,))
        }
        self._told = Index({word: word for word in (*words.spelled, *words.scales, *self._large)})

    def bounds(self, line: Line) -> Iterator[tuple[int, int, Bound]]:
        """Every number with a unit, as the words around it bound it, and every two numbers that make a range."""
        last = (-1, -1, 0.0, 0.0, "")
        for start, end, raw, number, unit in self._amounts(line):
            if unit and last[1] >= 0 and line.chars[last[1] : start] in self._words.ranges:
                least = last[3] * (number / raw if raw and last[2:] == (last[3], last[3], "") else 1)
                bound = Bound("between", least, unit, number)
                yield from (
                    (*span, bound) for around in self._around("range") for span, _ in beside(line, last[0], end, around)[:1]
                )
            if unit:
                bounds = [
                    (*span, Bound(around.how, number, unit))  # type: ignore[arg-type]
                    for around in self._around("bound")
                    for span, _ in beside(line, start, end, around)[:1]
                ]
                yield from [one for one in bounds if one[2].limit != "is"] or bounds
            last = (start, end, raw, number, unit)

    def _around(self, kind: str) -> Iterator[Around]:
        return (around for around in self._words.around if around.kind == kind)

    def _amounts(self, line: Line) -> Iterator[tuple[int, int, float, float, str]]:
        """Start and end of every number, its digits, its value and its unit, if it has one."""
        begun = {found.start(): float(found.group().replace(",", "")) for found in DIGITS.finditer(line.chars)}
        words = {start: (end, word) for start, end, word in sorted(self._told.find(line))}  # the longest at each place
        told = 0
        for at in sorted({*begun, *words}):
            if at in begun:
                signed = line.chars[at - 1 : at] in self._words.signs
                if signed or at in line.edges:
                    bare = [(end, number, "") for end, number in self._numbers(line.chars, at)]
                    end, number, unit = (self._measures(line, at) or sorted(bare, reverse=True))[0]
                    yield at - signed, end, begun[at], number, unit
                    told = end
            elif at >= told and not line.chars[at - 1 : at].isdigit() and (spelled := self._spelled(words, at)):
                told, number = spelled
                told, number, unit = max(((told, number, ""), *self._units(line, told, number)))
                yield at, told, number, number, unit

    def _measures(self, line: Line, at: int) -> list[tuple[int, float, str]]:
        """End, value and unit of the numbers that begin at ``at``, the longest reading first."""
        sign = self._words.signs.get(line.chars[at - 1 : at], "")
        found: list[tuple[int, float, str]] = []
        for end, number in self._numbers(line.chars, at):
            found += self._units(line, end, number)
            if sign and end in line.edges:
                found.append((end, number, sign))
        return sorted(found, reverse=True)

    def _units(self, line: Line, end: int, number: float) -> Iterator[tuple[int, float, str]]:
        """A number with each of the units that stand behind it."""
        for key, (unit, factor) in self._words.units.items():
            if line.chars.startswith(key, end) and end + len(key) in line.edges:
                yield end + len(key), number * factor, unit

    def _numbers(self, chars: str, at: int) -> Iterator[tuple[int, float]]:
        """End and value of a number with its multipliers: 10万, 1兆5000億, 2.5 billion."""
        digits = DIGITS.match(chars, at)
        if not digits:
            return
        number = float(digits.group().replace(",", ""))
        yield digits.end(), number
        for word, factor in self._words.numbers.items():
            if chars.startswith(word, digits.end()):
                end = digits.end() + len(word)
                yield end, number * factor
                yield from ((further, number * factor + rest) for further, rest in self._numbers(chars, end) if rest < factor)

    def _spelled(self, words: Mapping[int, tuple[int, str]], at: int) -> tuple[int, float] | None:
        """End and value of the number in words that begins at ``at`` (ten thousand, 十万), the longest there is."""
        total = part = few = 0.0
        end = 0
        while found := words.get(at):
            at, word = found
            if word in self._words.spelled:
                value = self._words.spelled[word]
                if few and (few % 10 or value >= 10):
                    break
                few += value
            elif word in self._words.scales:
                part, few = part + (few or 1) * self._words.scales[word], 0
            else:
                total, part, few = total + (part + few or 1) * self._large[word], 0, 0
            end = at
        number = total + part + few
        return (end, number) if end and number >= LEAST else None


def beside(line: Line, start: int, end: int, around: Around) -> list[tuple[tuple[int, int], int]]:
    """The span widened by the longest word before it or after it that the filter knows; empty if none stands there."""
    chars, edges = line.chars, line.edges
    begins = [(start - size, size) for size, words in around.before if size <= start and chars[start - size : start] in words]
    spans = [((at, end), size) for at, size in begins if at in edges]
    ends = [(end + size, size) for size, words in around.after if chars[end : end + size] in words]
    spans += [((start, at), size) for at, size in ends if at in edges]
    return sorted(spans, key=lambda span: -span[1])
