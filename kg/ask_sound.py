"""How names sound: misspelt, in the other script, and Japanese ones in Latin letters (Hepburn, ISO 3602)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from kg.ask_text import compact

HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
SMALL = str.maketrans("ァィゥェォッャュョヮヴヂヅ", "アイウエオツヤユヨワブジズ", "ー-.")


def sound(text: str) -> str:
    """A name as it is compared with misspelt ones: kana in one script, without length marks and accents.

    >>> sound("コロッサス") == sound("ころつさす")
    True
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", compact(text)) if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", plain).translate(HIRAGANA).translate(SMALL)


KANA = re.compile(r"KATAKANA LETTER (?:SMALL )?([A-Z]+)")
HEARD = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        *(
            ("c(?=[eiy])|s[hc]h?|th", "s"),
            ("g(?=[eiy])", "z"),
            ("ch|ts", "t"),
            ("ph|f", "h"),
            ("x", "ks"),
            ("[cq]", "k"),
            ("l", "r"),
            ("v", "b"),
        ),
        *(("j", "z"), ("m", "n"), ("[aeiouwy]|(?<=.)h|[^a-z0-9]", ""), (r"(.)\1+", r"\1")),
    )
)
"""What a Japanese ear makes of Latin letters, one after the other: l is r, v is b, th is s; vowels are left out."""


def skeleton(text: str) -> str:
    """The consonants of a name, alike for a foreign name in katakana and in Latin letters.

    >>> skeleton("ボルタグリッド") == skeleton("VoltaGrid"), skeleton("クルーソー") == skeleton("Crusoe")
    (True, True)
    """
    letters = compact(text).translate(HIRAGANA).replace("ッ", "")
    kana = ((char, KANA.fullmatch(unicodedata.name(char, ""))) for char in letters)
    heard = "".join(found.group(1).lower() if found else char for char, found in kana)
    for pattern, to in HEARD:
        heard = pattern.sub(to, heard)
    return heard


LETTERS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        *(("sh", "sy"), ("ch", "ty"), ("j", "zy"), ("ts", "t"), ("f", "h"), ("yi", "i"), ("(?<=[a-z])iy(?=[auo])", "y")),
        *(("oh(?![aiueoy])|ou", "o"), ("m(?=[bp])", "n"), ("[^a-z]", ""), (r"(.)\1+", r"\1")),
    )
)
"""What makes the ways to write Japanese in Latin letters one: shi is si, long vowels and double letters are single."""


def romaji(text: str) -> str:
    """Kana, or Japanese in Latin letters, so that all spellings of a name are one.

    >>> romaji("オオモリ") == romaji("Ohmori") == romaji("Ōmori"), romaji("シンジュク") == romaji("Shinjuku")
    (True, True)
    """
    letters = compact(text).translate(HIRAGANA).replace("ッ", "")
    kana = ((char, KANA.fullmatch(unicodedata.name(char, ""))) for char in letters)
    told = "".join(found.group(1).lower() if found else unicodedata.normalize("NFD", char)[0] for char, found in kana)
    for pattern, to in LETTERS:
        told = pattern.sub(to, told)
    return told


@cache
def _dictionary() -> Any:
    """The dictionary of readings, opened with the first name that is written in letters nobody knows it by."""
    from sudachipy import Dictionary

    return Dictionary().create()


def morphemes(name: str) -> list[tuple[str, str]]:
    """The words of a Japanese name, each with its reading in kana (Sudachi's dictionary).

    >>> morphemes("高瀬航")
    [('高瀬', 'タカセ'), ('航', 'ワタル')]
    """
    return [(word.surface(), word.reading_form()) for word in _dictionary().tokenize(name)]
