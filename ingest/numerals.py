"""Numerals in Arabic and Japanese digits: 130.7, 3億5,000万, 二〇二五, 数百億 (``spec/claims.md``: a vague one is a range).

Own code: kanjize 1.6 reads whole kanji numerals well, but fails on commas and 数百億 and truncates decimals (130.7億 becomes
13069999999).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["NUMERAL", "Numeral", "read_numeral"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral at ``start:end`` of a normalised text, code points, end exclusive.

    Its value lies between ``low`` and ``high`` (equal unless it is vague: 数百 is 200 to 900). ``scale`` is what its only
    group of digits is multiplied by (10,000 in 3万), else 1. ``kanji`` is true where no Arabic digit is in it.
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    scale: Decimal = Decimal(1)
    kanji: bool = False

    def times(self, factor: Decimal, end: int) -> Numeral:
        """The numeral with the multiplier that ends at ``end``."""
        return Numeral(self.start, end, self.low * factor, self.high * factor, self.scale * factor, self.kanji)


_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+|・[0-9]+(?=[万億兆]))?"
NUMERAL = re.compile(
    rf"(?:{_ARABIC}|[〇一二三四五六七八九数十百千])"
    rf"(?:{_ARABIC}|[〇零一二三四五六七八九数十百千万億兆]|京(?![都阪王浜葉急成])"
    r"|(?<=[0-9]) (?=[百千万億兆])|(?<=[万億兆]) (?=[0-9]+ ?[千万億]))*"
)
_TOKEN = re.compile(rf"{_ARABIC}|[〇零一二三四五六七八九]+|[数十百千万億兆京 ]")
_DIGITS = str.maketrans("〇零一二三四五六七八九・", "00123456789.", ",")
_SMALL = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_BIG = {"万": Decimal(10**4), "億": Decimal(10**8), "兆": Decimal(10**12), "京": Decimal(10**16)}
_LONGEST = 40  # characters; a longer run of digits is no number anybody wrote to be read


def read_numeral(text: str, start: int, end: int) -> Numeral | None:
    """What the characters at ``start:end``, a match of ``NUMERAL``, are worth, or as much of them as is well formed.

    None where the run is too long to be a number.

    >>> numeral = read_numeral("3億5,000万ドル", 0, 8)
    >>> int(numeral.low), numeral.end
    (350000000, 8)
    """
    if end - start > _LONGEST:
        return None
    if (written := text[start:end]).isascii() and written.isdigit():
        return Numeral(start, end, Decimal(written), Decimal(written))
    total = section = (Decimal(0), Decimal(0))
    digit: tuple[Decimal, Decimal] | None = None
    small = big = Decimal("Infinity")
    stop, digits, lead = start, 0, Decimal(0)
    for token in _TOKEN.finditer(text, start, end):
        word = token[0]
        if (scale := _SMALL.get(word)) is not None:
            if scale >= small:
                break
            low, high = digit or (Decimal(1), Decimal(1))
            section, digit, small = (section[0] + low * scale, section[1] + high * scale), None, scale
        elif (scale := _BIG.get(word)) is not None:
            low, high = digit or (Decimal(0), Decimal(0))
            if scale >= big or not section[1] + high:
                break
            total = (total[0] + (section[0] + low) * scale, total[1] + (section[1] + high) * scale)
            section, digit, small, big = (Decimal(0), Decimal(0)), None, Decimal("Infinity"), scale
        elif word != " ":
            made = _digit(word, digit, small)
            if made is None:
                break
            digit, digits, lead = made, digits + 1, made[1]
        stop = token.end()
    low, high = digit or (Decimal(0), Decimal(0))
    low, high = total[0] + section[0] + low, total[1] + section[1] + high
    scale = high / lead if digits == 1 and lead and text[start] not in "十百千" else Decimal(1)
    plain = not re.search("[0-9]", text[start:stop])
    return Numeral(start, stop, low, high, scale, plain) if stop > start else None


def _digit(word: str, before: tuple[Decimal, Decimal] | None, small: Decimal) -> tuple[Decimal, Decimal] | None:
    """One group of digits as an interval: 数 is 2 to 9 (1 to 9 behind 十), 数10 is 20 to 90; None where it cannot stand."""
    if word == "数":
        if before is None:
            return Decimal(1 if small == 10 else 2), Decimal(9)
        return (before[0] + 1, before[0] + 9) if before[0] == before[1] and before[0] in range(10, 100, 10) else None
    value = Decimal(word.translate(_DIGITS))
    if before is None:
        return value, value
    vague_tens = before[0] != before[1] and value in (10, 100, 1000)
    return (before[0] * value, before[1] * value) if vague_tens else None
