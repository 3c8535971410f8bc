"""Units, counters and the markers around a quantity, read from ``units.yaml`` (which explains its fields) and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from ontology.loading import data
from ontology.model import OntologyError

__all__ = ["KINDS", "Contexts", "Unit", "Units", "load_units", "measured", "read_units"]

FILE = "units.yaml"
KINDS = frozenset(
    ["money", "power", "energy", "water", "duration", "percent", "ratio", "people", "households", "count", "other", "skip"]
)
PARTS = frozenset(["units", "guards", "symbols", "scales", "before", "after", "after_guards", "rates", "contexts"])


@dataclass(frozen=True, slots=True)
class Unit:
    """What a word behind a number says: the value is the number times ``factor`` in ``unit`` (empty: the word itself)."""

    kind: str
    unit: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Contexts:
    """What around a number decides how it is read; ``units.yaml`` says what each is for."""

    joint: re.Pattern[str]
    grows: re.Pattern[str]
    label_before: re.Pattern[str]
    ordinal_before: re.Pattern[str]
    name_behind: re.Pattern[str]
    rate_behind: re.Pattern[str]
    always_label: re.Pattern[str]
    label: re.Pattern[str]
    word_before: re.Pattern[str]
    single: re.Pattern[str]
    per_behind: re.Pattern[str]
    per_before: re.Pattern[str]
    conversion: re.Pattern[str]
    currency_before: re.Pattern[str]
    days_before: re.Pattern[str]
    days_behind: re.Pattern[str]
    year_before: re.Pattern[str]
    year_behind: re.Pattern[str]
    year_perhaps: re.Pattern[str]
    ordinal_behind: re.Pattern[str]
    exchange: re.Pattern[str]
    half_behind: re.Pattern[str]
    daily: re.Pattern[str]
    wet: re.Pattern[str]
    half: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Units:
    """The tables of ``units.yaml``; the patterns match the words of the mapping beside them, the longest first.

    ``words`` and ``scales`` have long Latin words in lower case. ``before`` and ``after`` map markers to comparators.
    """

    words: Mapping[str, Unit]
    word: re.Pattern[str]
    symbols: Mapping[str, str]
    symbol: re.Pattern[str]
    scales: Mapping[str, int]
    scale: re.Pattern[str]
    before: Mapping[str, str]
    marker_before: re.Pattern[str]
    after: Mapping[str, str]
    marker_after: re.Pattern[str]
    rates: Mapping[str, str]
    contexts: Contexts

    def unit(self, word: str) -> Unit:
        """The unit of a word as it was matched, in whatever case."""
        return self.words.get(word) or self.words[word.lower()]


@cache
def load_units() -> Units:
    """The units of the ontology; OntologyError names file and line of what is wrong."""
    return read_units(data(FILE).read_text("utf-8"))


@cache
def measured(units: frozenset[str]) -> frozenset[str]:
    """What quantities in one of ``units`` measure (money, power, …); a rate measures what its unit does."""
    plain = {unit.removesuffix("/d") for unit in units}
    return frozenset(u.kind for u in load_units().words.values() if u.unit in plain and u.kind not in ("other", "skip"))


def read_units(text: str) -> Units:
    """The tables that ``text``, in the form of ``units.yaml``, holds; OntologyError names the line of what is wrong."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise OntologyError(f"{FILE}:1: a mapping is needed")
        lines = {key.value: node.start_mark.line + 1 for key, node in root.value}
        tables: dict[str, Any] = {key.value: loader.construct_object(node, deep=True) for key, node in root.value}
        rows = [(node.start_mark.line + 1, loader.construct_object(node, deep=True)) for node in _rows(root)]
    except yaml.YAMLError as error:
        raise OntologyError(f"{FILE}: {' '.join(str(error).split())}") from error
    if lines.keys() != PARTS:
        raise OntologyError(f"{FILE}:1: parts missing or unknown: {', '.join(sorted(lines.keys() ^ PARTS))}")
    words = _words(rows)
    try:
        return _compiled(words, tables)
    except (re.error, AttributeError, TypeError, ValueError) as error:
        raise OntologyError(f"{FILE}:{lines['guards']}: guards, symbols, scales, markers or contexts: {error}") from error


def _rows(root: yaml.MappingNode) -> list[yaml.Node]:
    return next((list(node.value) for key, node in root.value if key.value == "units" and isinstance(node.value, list)), [])


def _words(rows: Iterable[tuple[int, Any]]) -> dict[str, Unit]:
    words: dict[str, Unit] = {}
    for line, row in rows:
        if not isinstance(row, dict) or not {"kind", "unit", "words"} <= row.keys() <= {"kind", "unit", "words", "factor"}:
            raise OntologyError(f"{FILE}:{line}: a row has kind, unit, words and perhaps factor")
        if row["kind"] not in KINDS:
            raise OntologyError(f"{FILE}:{line}: unknown kind {row['kind']!r}; known: {', '.join(sorted(KINDS))}")
        if not isinstance(row.get("factor", 1), int | float) or not isinstance(row["unit"], str):
            raise OntologyError(f"{FILE}:{line}: factor is a number, unit a text")
        unit = Unit(row["kind"], row["unit"], Decimal(str(row.get("factor", 1))))
        for word in map(_folded, row["words"]):
            if words.setdefault(word, unit) is not unit:
                raise OntologyError(f"{FILE}:{line}: {word!r} is in two rows")
    return words


def _compiled(words: dict[str, Unit], tables: Mapping[str, Any]) -> Units:
    before = {marker: sign for sign, markers in tables["before"].items() for marker in markers}
    after = {marker: sign for sign, markers in tables["after"].items() for marker in markers}
    if unknown := {*tables["guards"]} - words.keys() | {*tables["after_guards"]} - after.keys():
        raise ValueError(f"guard of an unknown word {min(unknown)!r}")
    if not {*before.values(), *after.values()} <= {"=", ">=", "<=", "~"}:
        raise ValueError("a comparator is one of =, >=, <=, ~")
    short, long = (sorted(scale for scale in tables["scales"] if (len(scale) > 2) is size) for size in (False, True))
    return Units(
        words=words,
        word=re.compile(rf"(?:[ -](?=[A-Za-z]{{3}})| ?)({_choice(words, tables['guards'])})"),
        symbols=tables["symbols"],
        symbol=re.compile(rf"(?:{_choice(tables['symbols'])}) ?\Z"),
        scales=tables["scales"],
        scale=re.compile(rf"([ -]?(?:{_choice(long)})|{_choice(short)})"),
        before=before,
        marker_before=re.compile(rf"(?<![A-Za-z])({_choice(before)})(?:でも|で|、|:)? ?\Z", re.I),
        after=after,
        marker_after=re.compile(rf" ?({_choice(after, tables['after_guards'])})"),
        rates=tables["rates"],
        contexts=Contexts(**{name: re.compile(pattern) for name, pattern in tables["contexts"].items()}),
    )


def _folded(word: str) -> str:
    return word.lower() if _long_latin(word) else word


def _long_latin(word: str) -> bool:
    return len(word) > 2 and word.isascii() and word.replace(" ", "").replace("-", "").isalpha() and not word.isupper()


def _choice(words: Iterable[str], guards: Mapping[str, str] | None = None) -> str:
    """An alternation of words, the longest first, none of them inside a longer Latin word or before what its guard names."""
    return "|".join(_one(word, (guards or {}).get(word, "")) for word in sorted(words, key=lambda word: (-len(word), word)))


def _one(word: str, guard: str) -> str:
    pattern = f"(?i:{re.escape(word)})" if _long_latin(word) else re.escape(word)
    ending = "(?![A-Za-z])" if word[-1:].isascii() and word[-1:].isalpha() else ""
    return f"{pattern}{ending}{f'(?!{guard})' if guard else ''}"
