"""Words of dates, read from ``dates.yaml`` (which explains its tables) and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache

import yaml

from ontology.loading import data
from ontology.model import OntologyError

__all__ = ["DASH", "N2", "YEAR", "DatePatterns", "DateWords", "date_patterns", "load_dates", "read_dates"]

FILE = "dates.yaml"
Numbers = Mapping[str, int]
Texts = Mapping[str, str]
N2 = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
DASH = "[-〜~–・、/]"
YEAR = "[12][0-9]{3}"


@dataclass(frozen=True, slots=True)
class DateWords:
    """The tables of ``dates.yaml``, each from a word to the number or code that it stands for."""

    eras: Numbers
    years: Numbers
    months: Numbers
    days: Numbers
    weeks: Numbers
    same_years: Numbers
    same_months: Numbers
    same_days: Numbers
    seasons: Numbers
    english: Numbers
    parts: Texts
    guards: Texts
    after: Texts
    before: Texts


class DatePatterns:
    """The regular expressions made of the words of ``dates.yaml``."""

    def __init__(self, words: DateWords) -> None:
        def any_of(*tables: Iterable[str]) -> str:
            return _choice([word for table in tables for word in table], words.guards)

        english = "|".join(sorted(words.english, key=lambda name: (-len(name), name)))
        relative = any_of(
            words.years, words.months, words.days, words.weeks, words.same_years, words.same_months, words.same_days
        )
        self.head = re.compile(
            rf"[0-9]+|['’][0-9]{{2}}|{any_of(words.eras)}|{relative}|年(?:[内末初頭]|明け|度[内末])|[今昨来][春夏秋冬]|[一二三四五六七八九十][〇零一二三四五六七八九十]*"
            rf"|第[1-4一二三四]四半期|[上下]半期|(?<![A-Za-z])(?:{english})(?![a-z])|(?<![A-Za-z])(?:FY|[QH][1-4])"
        )
        self.year = re.compile(
            rf"(?:(?P<era>{any_of(words.eras)}) ?(?P<of>元|{N2}) ?年"
            rf"|(?P<full>{YEAR}|[一二][〇零一二三四五六七八九]{{3}})(?: ?年|(?={DASH}(?:{YEAR}|[0-9]{{2}}) ?年))"
            r"|['’](?P<tick>[0-9]{2})(?: ?年|(?![0-9A-Za-z]))|(?P<short>[0-9]{2}) ?年"
            rf"|(?P<relative>{any_of(words.years)})|(?P<same>{any_of(words.same_years)}))"
            rf"(?:\((?:{any_of(words.eras)})[^()]{{1,4}}\))?(?:(?P<fiscal>度)|(?P<decade>代(?![わ替表])))?"
        )
        self.month = re.compile(rf"({any_of(words.months, words.same_months)})(?:の(?=[0-9]))?")
        self.day = re.compile(any_of(words.days, words.same_days))
        self.week = re.compile(f"({any_of(words.weeks)})末?")
        self.part = re.compile(f"の?({any_of(words.parts)})")
        self.english = re.compile(rf"({english})\.?(?: ([0-3]?[0-9])(?:st|nd|rd|th)?)?(?:,? ({YEAR}))?(?![0-9])")
        self.european = re.compile(rf"([0-3]?[0-9])(?:st|nd|rd|th)? ({english})\.?(?:,? ({YEAR}))?(?![A-Za-z0-9])")
        self.before = re.compile(rf"(?<![A-Za-z])({any_of(words.before)})(?:でも|で|、)? ?\Z")
        self.after = re.compile(rf"(?:に)?({any_of(words.after)})")


@cache
def load_dates() -> DateWords:
    """The date words of the ontology; OntologyError names file and line of what is wrong."""
    return read_dates(data(FILE).read_text("utf-8"))


def read_dates(text: str) -> DateWords:
    """The tables that ``text``, in the form of ``dates.yaml``, holds; OntologyError names the line of what is wrong."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        nodes = {key.value: node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
        tables = {name: loader.construct_object(node, deep=True) for name, node in nodes.items()}
    except yaml.YAMLError as error:
        raise OntologyError(f"{FILE}: {' '.join(str(error).split())}") from error
    wanted = {field.name: str if field.type == "Texts" else int for field in fields(DateWords)}
    if tables.keys() != wanted.keys():
        raise OntologyError(f"{FILE}:1: tables missing or unknown: {', '.join(sorted(tables.keys() ^ wanted.keys()))}")
    for name, kind in wanted.items():
        table = tables[name]
        if not isinstance(table, dict) or not all(type(k) is str and k and type(v) is kind for k, v in table.items()):
            raise OntologyError(f"{FILE}:{nodes[name].start_mark.line + 1}: {name} maps words to {kind.__name__}")
    for guard in tables["guards"].values():
        try:
            re.compile(guard)
        except re.error as error:
            raise OntologyError(f"{FILE}:{nodes['guards'].start_mark.line + 1}: guard {guard!r}: {error}") from error
    return DateWords(**tables)


@cache
def date_patterns() -> DatePatterns:
    """The patterns of the ontology's date words."""
    return DatePatterns(load_dates())


def _choice(words: Iterable[str], guards: Texts) -> str:
    """A regular expression for any of the words, the longest first, unless what its guard names follows."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + (f"(?!{guards[word]})" if word in guards else "") for word in ordered)
