"""What is known about the language of questions: what words mean, and the grammar (read by ``kg.ask_words``)."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.ask_chart import Trees

MANY = 5
"""A noun that stands for that many types (の, もの) names none."""

OWNING = frozenset({"of", "for", "at", "behind", "の"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What a verb says: grammatical places (a preposition, a particle, ``subj``, ``obj``) and the roles they fill."""

    property: str
    places: tuple[tuple[str, str], ...]
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that names what fills ``role`` of ``property``; ``posts`` are the spellings of the post it asks for.

    What it belongs to (with one of the ``links``) fills the role ``owner``, or else the other end. Of a noun that
    is ``less`` the most is the least of the property (loss).
    """

    property: str
    role: str
    posts: tuple[str, ...] = ()
    cost: int = 0
    links: frozenset[str] = OWNING
    owner: str = ""
    less: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A whole sentence that asks for ``role`` of ``property``."""

    property: str
    role: str
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """Words that make a filter of what they stand before or after: ``kind`` (time, speaker, place, bound) and ``how``; by
    their length, the longest first.

    Where there are any words ``beside``, one of them must stand elsewhere in the question (FTは…と報じている).
    """

    kind: str
    how: str
    before: tuple[tuple[int, frozenset[str]], ...]
    after: tuple[tuple[int, frozenset[str]], ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """All that is known about the language of questions: words by their compact form, grammar, filters, wordings."""

    table: Mapping[str, Collection[tuple[str, Hashable]]]
    grammar: Mapping[str, Trees]
    parts: Mapping[str, frozenset[str]]
    around: tuple[Around, ...]
    numbers: Mapping[str, float]
    spelled: Mapping[str, float]
    scales: Mapping[str, float]
    units: Mapping[str, tuple[str, float]]
    signs: Mapping[str, str]
    ranges: frozenset[str]
    usual: Mapping[tuple[str, str], frozenset[str]]
    past: Mapping[str, str]
    beside: Mapping[str, frozenset[str]]
    alike: Mapping[str, tuple[str, ...]]
    through: Mapping[str, str]
    made: Mapping[str, str]
    size: Mapping[str, tuple[str, ...]]
    goods: frozenset[str]
    dates: tuple[re.Pattern[str], ...]
    adjunct: Mapping[str, re.Pattern[str]]
    epithet: Mapping[str, re.Pattern[str]]
    small: Mapping[str, re.Pattern[str]]
    trailing: Mapping[str, re.Pattern[str]]
    told: str
    months: Mapping[str, int]
    days: Mapping[str, tuple[str, int]]
    honorifics: tuple[str, ...]
    titles: Mapping[str, tuple[str, ...]]
    says: Mapping[str, Mapping[str, Mapping[str, str]]]
    who: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, Any]]
    examples: Mapping[str, tuple[str, ...]]
    about: Mapping[str, Mapping[str, list[str]]]
