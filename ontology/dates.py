"""Words of dates, read from ``dates.yaml`` (which explains its tables) and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache

import yaml

from ontology.loading import data
from ontology.model import OntologyError

__all__ = ["DateWords", "choice", "load_dates", "read_dates"]

FILE = "dates.yaml"
Numbers = Mapping[str, int]
Texts = Mapping[str, str]


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


def choice(words: Iterable[str], guards: Texts) -> str:
    """A regular expression for any of the words, the longest first, unless what its guard names follows."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + (f"(?!{guards[word]})" if word in guards else "") for word in ordered)
