"""How words of questions inflect: English verbs and plurals, Japanese verbs, patterns with choices."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

PIECE = re.compile(r"\(([^()]*)\)(\?)?|([^()]+)")
SIBILANT = re.compile(r"(s|x|z|ch|sh)$")
CONSONANT_Y = re.compile(r"[^aeiou]y$")

Forms = tuple[frozenset[str], frozenset[str]]
"""Active forms, passive forms."""


def expand(pattern: str) -> Iterator[str]:
    """Every text of a pattern with ``(a|b)`` and ``(a)?``.

    >>> list(expand("how (big|large) is it( now)?"))
    ['how big is it now', 'how big is it', 'how large is it now', 'how large is it']
    """
    pieces = PIECE.findall(pattern)
    choices = ([plain] if plain else [*group.split("|"), *([""] if optional else [])] for group, optional, plain in pieces)
    return ("".join(chosen) for chosen in itertools.product(*choices))


def plural(noun: str) -> str:
    """The plural of an English noun phrase, which is also how a verb's third person is made.

    >>> plural("subsidiary"), plural("chief executive"), plural("launch")
    ('subsidiaries', 'chief executives', 'launches')
    """
    return noun[:-1] + "ies" if CONSONANT_Y.search(noun) else noun + ("es" if SIBILANT.search(noun) else "s")


def inflect(verb: str, irregular: Mapping[str, str]) -> Forms:
    """The forms of an English verb, of which the first word changes; ``!past``, ``!present`` and ``!base`` keep some of them.

    >>> sorted(inflect("carry out", {})[0])
    ['carried out', 'carries out', 'carry out', 'carrying out']
    """
    verb, _, only = verb.partition("!")
    first, space, rest = verb.partition(" ")
    if first in irregular:
        past, participle, ing, *more = irregular[first].split()
    else:
        stem = first.removesuffix("e") if not first.endswith("ee") else first
        past = participle = first[:-1] + "ied" if CONSONANT_Y.search(first) else stem + "ed"
        ing, more = stem + "ing", []
    present = (first, plural(first), ing, *more)
    forms = {"past": (past, participle), "present": present, "base": (first,)}.get(only, (*present, past, participle))
    return frozenset(form + space + rest for form in forms), frozenset({participle + space + rest})


def conjugate(verb: str, table: Mapping[str, Any]) -> Forms:
    """The forms of a Japanese verb: 供給する, 支える/1 (ichidan), 作る/5 (godan); ``table`` holds the endings."""
    verb, _, group = verb.partition("/")
    stem, last = verb[:-1], verb[-1:]
    endings = (*table["te"], *table["ta"])
    if verb.endswith("する"):
        bare = verb[:-2]
        active = {bare + ending for ending in table["suru"]}
        active |= {bare + "し" + ending for ending in (*endings, *table["masu"], *table["nai"])}
        active |= {bare + "しよう" + ending for ending in table["volitional"]}
        return frozenset(active), _passive(bare + "され", table)
    if group == "1":
        willing = tuple("よう" + ending for ending in table["volitional"])
        every = (*endings, *table["masu"], *table["nai"], *willing)
        return frozenset({verb, *(stem + ending for ending in every)}), _passive(stem + "られ", table)
    if group == "5" and last in table["godan"]:
        a, i, te, o = table["godan"][last].split()
        voiced = {"て": "で", "た": "だ"} if te.endswith("で") else {}
        active = {stem + te[:-1] + voiced.get(ending[0], ending[0]) + ending[1:] for ending in endings}
        active |= {stem + o + "う" + ending for ending in table["volitional"]} | {stem + i + ending for ending in table["masu"]}
        active |= {stem + a + ending for ending in table["nai"]}
        return frozenset({verb, *active}), _passive(stem + a + "れ", table)
    raise ValueError(f"{verb} has no class: 供給する, 支える/1 or 作る/5")


def _passive(stem: str, table: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(stem + ending for ending in ("る", *table["te"], *table["ta"], *table["masu"], *table["nai"]))
