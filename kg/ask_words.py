"""The language of questions, read from ``ontology/questions.yaml`` into a word table and a grammar (format: see there)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from kg.ask_chart import Node, Rule, tree
from kg.ask_text import compact, fold
from kg.question import Kind
from ontology import Ontology, OntologyError, data, load

FILE = "questions.yaml"
LANGUAGES = ("en", "ja")
ROLES = frozenset({"subject", "object", "value", "product", "quantity", "amount"})
PIECE = re.compile(r"\(([^()]*)\)(\?)?|([^()]+)")
OWNING = frozenset({"of", "for", "at", "behind", "の"})
TEMPLATE = re.compile(r"(\{\w\})|\(([^()]*)\)(\?)?|([^(){}]+)")
SLOTS = {
    "{X}": ("NP", "subject"),
    "{Y}": ("NP", "object"),
    "{T}": ("Asked", "gap"),
    "{B}": ("BOUND", "bound"),
    "{D}": ("DATE", "date"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a verb says: grammatical places (a preposition, a particle, ``subj``, ``obj``) and the roles they fill."""

    property: str
    places: tuple[tuple[str, str], ...]
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that names what fills ``role`` of ``property``; ``posts`` are the spellings of the post it asks for."""

    property: str
    role: str
    posts: tuple[str, ...] = ()
    cost: int = 0
    links: frozenset[str] = OWNING


@dataclass(frozen=True, slots=True)
class Template:
    """A whole sentence that asks for ``role`` of ``property``."""

    property: str
    role: str
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """Words that make a filter of what they stand before or after: ``kind`` (time, speaker, bound) and ``how``."""

    kind: str
    how: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All that is known about the language of questions: words by their compact form, grammar, filters, wordings."""

    table: Mapping[str, tuple[tuple[str, Hashable], ...]]
    grammar: Node
    around: tuple[Around, ...]
    numbers: Mapping[str, float]
    units: Mapping[str, tuple[str, float]]
    signs: Mapping[str, str]
    usual: Mapping[tuple[str, str], frozenset[str]]
    size: Mapping[str, tuple[str, ...]]
    dates: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]
    honorifics: tuple[str, ...]
    says: Mapping[str, Mapping[str, Mapping[str, str]]]
    who: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, Any]]
    examples: Mapping[str, tuple[str, ...]]


def expand(pattern: str) -> Iterator[str]:
    """Every text of a pattern with ``(a|b)`` and ``(a)?``.

    >>> list(expand("how (big|large) is it( now)?"))
    ['how big is it now', 'how big is it', 'how large is it now', 'how large is it']
    """
    choices = []
    for group, optional, plain in PIECE.findall(pattern):
        choices.append([*group.split("|"), *([""] if optional else [])] if not plain else [plain])
    for chosen in itertools.product(*choices):
        yield "".join(chosen)


def inflect(verb: str, irregular: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """All forms of an English verb (its first word changes), and its passive participles.

    >>> sorted(inflect("carry out", {})[0])
    ['carried out', 'carries out', 'carry out', 'carrying out']
    """
    verb, _, only = verb.partition("!")
    first, space, rest = verb.partition(" ")
    if first in irregular:
        past, participle, ing = irregular[first].split()
    else:
        stem = first[:-1] if first.endswith("e") and not first.endswith("ee") else first
        past = participle = first[:-1] + "ied" if re.search(r"[^aeiou]y$", first) else stem + "ed"
        ing = stem + "ing"
    third = (
        first[:-1] + "ies"
        if re.search(r"[^aeiou]y$", first)
        else first + ("es" if re.search(r"(s|x|z|ch|sh)$", first) else "s")
    )
    forms = {"past": (past, participle), "present": (first, third, ing)}.get(only, (first, third, past, participle, ing))
    return frozenset(form + space + rest for form in forms), frozenset({participle + space + rest})


def plural(noun: str) -> str:
    """The plural of an English noun phrase.

    >>> plural("subsidiary"), plural("chief executive"), plural("person")
    ('subsidiaries', 'chief executives', 'persons')
    """
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def conjugate(verb: str, table: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Active and passive forms of a Japanese verb in dictionary form: 供給する, 支える/1 (ichidan), 作る/5 (godan)."""
    verb, _, group = verb.partition("/")
    stem, last = verb[:-1], verb[-1:]
    if verb.endswith("する"):
        bare = verb[:-2]
        active = {bare + ending for ending in table["suru"]} | {bare + "し" + ending for ending in table["te"] + table["ta"]}
        return frozenset(active | {bare + "し" + e for e in table["masu"]}), _passive(bare + "され", table)
    if group == "1":
        active = {verb, *(stem + ending for ending in (*table["te"], *table["ta"], *table["masu"]))}
        return frozenset(active), _passive(stem + "られ", table)
    if group == "5" and last in table["godan"]:
        a, i, te, ta = table["godan"][last].split()
        soft = {"て": "で", "た": "だ"} if te.endswith("で") else {}
        te_forms = {stem + te[:-1] + soft.get(ending[0], ending[0]) + ending[1:] for ending in (*table["te"], *table["ta"])}
        return frozenset({verb, stem + ta} | te_forms | {stem + i + e for e in table["masu"]}), _passive(stem + a + "れ", table)
    return frozenset({verb}), frozenset()


def _passive(stem: str, table: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(stem + ending for ending in ("る", *table["te"], *table["ta"], *table["masu"]))


class _Table:
    """Collects words and rules; ``add`` takes any spelling."""

    def __init__(self) -> None:
        self.words: dict[str, dict[tuple[str, Hashable], None]] = {}
        self.rules: list[Rule] = []

    def add(self, text: str, symbol: str, meaning: Hashable = None) -> None:
        self.words.setdefault(compact(text), {})[symbol, meaning] = None

    def rule(self, symbol: str, action: str, pattern: str, about: Hashable = None) -> None:
        """A row of the grammar: symbols, each optional with ``?`` and named with ``name=``."""
        for row in expand(re.sub(r"(\S+)\?(?=\s|$)", _optional, pattern)):
            parts = tuple(
                (part.partition("=")[2] or part, part.partition("=")[0] if "=" in part else "") for part in row.split()
            )
            self.rules.append(Rule(symbol, action, parts, about))

    def template(self, language: str, text: str, about: Template) -> None:
        """A whole sentence, or a noun phrase; its literal words and its choices become symbols of their own."""
        symbol = "NP" if text.startswith("np ") else "Q"
        for parts in self._parts(text.removeprefix("np ")):
            self.rules.append(Rule(symbol, "template", parts, about))
            if language == "ja" and symbol == "Q":
                self.rules.append(Rule(symbol, "template", (*parts, ("末", "")), about))

    def _parts(self, text: str) -> Iterator[tuple[tuple[str, str], ...]]:
        """The symbols of a template, once with and once without each part that may be left out."""
        if "(" in TEMPLATE.sub("", text) or re.search(r"\([^()]*\(", text):
            raise ValueError(f"brackets in brackets: {text}")
        sequences: list[tuple[tuple[str, str], ...]] = [()]
        for slot, group, optional, plain in TEMPLATE.findall(text):
            choices = (SLOTS[slot],) if slot else self._words(group.split("|") if group else [plain])
            if choices:
                sequences = [(*begun, *choices) for begun in sequences] + (sequences if optional else [])
        yield from sequences

    def _words(self, texts: list[str]) -> tuple[tuple[str, str], ...]:
        texts = [text.strip() for text in texts if text.strip()]
        symbol = f'"{"|".join(texts)}'
        for text in texts:
            self.add(text, symbol)
        return ((symbol, ""),) if texts else ()


def _optional(match: re.Match[str]) -> str:
    return match.group(0) if match.group(0).startswith("(") and match.group(1).endswith(")") else f"({match.group(1)})?"


def _language(table: _Table, language: str, said: Mapping[str, Any]) -> None:
    """The parts of a language that belong to no property."""
    listed = (
        ("skip", {None: said["ignore"]}),
        ("modality", said["modality"]),
        ("ORDER", said["order"]),
        ("MARK", said["particles"]),
        *((symbol, {symbol: texts}) for symbol, texts in said["words"].items()),
    )
    for symbol, groups in listed:
        for meaning, texts in groups.items():
            for text in texts:
                table.add(text, symbol, text if symbol == meaning else meaning)
    for types, nouns in said["types"].items():
        for form in _numbered(language, nouns):
            table.add(form, "TYPE", frozenset(types.split()))
    for kind, symbol in (("ask", "ASK"), ("count", "COUNT")):
        for text, names in said[kind].items():
            table.add(text, symbol, frozenset(names))
    for symbol, action, pattern in said["grammar"]:
        table.rule(symbol, action, pattern)


def _numbered(language: str, nouns: Iterable[str]) -> Iterator[str]:
    """The nouns, in English also in the plural."""
    for noun in nouns:
        yield noun
        if language == "en":
            yield plural(noun)


def _property(table: _Table, language: str, name: str, shared: Mapping[str, Any]) -> None:
    """How one language speaks of one property."""
    said = shared["properties"][name].get(language, {})
    links = OWNING | set(shared["properties"][name].get("links", {}).get(language, ()))
    for frame, verbs in said.get("verbs", {}).items():
        places = tuple(tuple(place.split("=")) for place in frame.lstrip("~").split())
        meaning = Frame(name, places, int(frame.startswith("~")))
        for verb in verbs:
            active, passive = inflect(verb, shared["irregular"]) if language == "en" else conjugate(verb, shared["conjugation"])
            for symbol, forms in (("VA", active), ("VP", passive)):
                for form in sorted(forms):
                    table.add(form, symbol, meaning)
    for role, nouns in said.get("nouns", {}).items():
        for form in _numbered(language, nouns):
            table.add(form, "NOUN", Noun(name, role.lstrip("~"), (), int(role.startswith("~")), links))
    for role, templates in said.get("ask", {}).items():
        for text in templates:
            table.template(language, text, Template(name, role.lstrip("~"), int(role.startswith("~"))))


def _posts(table: _Table, name: str, groups: Iterable[Iterable[str]]) -> None:
    for group in groups:
        spellings = tuple(compact(text) for text in group)
        for text in group:
            for form in _numbered("en" if text.isascii() else "ja", [text]):
                table.add(form, "NOUN", Noun(name, "subject", spellings))


def _around(said: Mapping[str, Any]) -> Iterator[Around]:
    for kind in ("time", "speaker", "bound"):
        for how, places in said[kind].items():
            before, after = ([compact(text) for text in places.get(side, ())] for side in ("before", "after"))
            before += [word + compact(article) for word in before for article in said["articles"] if word]
            yield Around(kind, how, tuple(sorted(before, key=len, reverse=True)), tuple(sorted(after, key=len, reverse=True)))


def _line(text: str, *path: str) -> int:
    """The line of a place in the file."""
    node = yaml.compose(text, yaml.SafeLoader)
    line = 1
    for step in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for key, value in pairs:
            if key.value == step:
                line, node = key.start_mark.line + 1, value
    return line


def _check(said: Mapping[str, Any], ontology: Ontology) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the properties, and where."""
    for name in ontology.properties.keys() - said["properties"].keys():
        yield ("properties",), f"says nothing about {name}"
    for name, entry in said["properties"].items():
        if name not in ontology.properties:
            yield ("properties", name), f"unknown property {name}"
        for language in LANGUAGES:
            for kind in ("nouns", "ask"):
                for role in entry.get(language, {}).get(kind, {}):
                    if role.lstrip("~") not in ROLES | {"truth"}:
                        yield ("properties", name, language, kind, role), f"unknown role {role}"
            for frame in entry.get(language, {}).get("verbs", {}):
                if any(place.partition("=")[2] not in ROLES for place in frame.lstrip("~").split()):
                    yield ("properties", name, language, "verbs", frame), f"a frame is place=role …, not {frame}"


@cache
def words() -> Words:
    """The words and the grammar, read once. Raises :class:`OntologyError` with file and line where a row does not fit."""
    text = data(FILE).read_text("utf-8")
    try:
        said = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for path, why in _check(said, load()):
            raise OntologyError(f"{FILE}:{_line(text, *path)}: {why}")
        return _words(said)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise OntologyError(f"{FILE}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise OntologyError(f"{FILE}:1: missing or misplaced: {error}") from None


def _words(said: Mapping[str, Any]) -> Words:
    table = _Table()
    for language in LANGUAGES:
        _language(table, language, said[language])
        for name in said["properties"]:
            _property(table, language, name, said)
    for name, entry in said["properties"].items():
        _posts(table, name, entry.get("posts", ()))
    for good, spellings in said["goods"].items():
        for spelling in spellings:
            table.add(spelling, "GOODS", Kind(good, tuple(dict.fromkeys(fold(text) for text in spellings))))
    return Words(
        table={key: tuple(meanings) for key, meanings in table.words.items()},
        grammar=tree(table.rules),
        around=tuple(around for language in LANGUAGES for around in _around(said[language])),
        numbers={compact(key): value for language in LANGUAGES for key, value in said[language]["numbers"].items()},
        units={compact(key): (unit, factor) for unit, spellings in said["units"].items() for key, factor in spellings.items()},
        signs=dict(said["signs"]),
        usual={
            (name, role): frozenset(types)
            for name, entry in said["properties"].items()
            for role, types in entry.get("usual", {}).items()
        },
        size={key: tuple(names) for key, names in said["size"].items()},
        dates=tuple(
            re.compile(pattern.replace("{months}", "|".join(sorted(said[language]["months"], key=len, reverse=True))))
            for language in LANGUAGES
            for pattern in said[language]["dates"]
        ),
        months={name: number for language in LANGUAGES for name, number in said[language]["months"].items()},
        honorifics=("", *(compact(text) for language in LANGUAGES for text in said[language]["honorifics"])),
        who={language: said[language]["who"] for language in LANGUAGES},
        says={name: entry["says"] for name, entry in said["properties"].items()},
        phrases={language: said[language]["phrases"] for language in LANGUAGES},
        examples={language: tuple(said[language]["examples"]) for language in LANGUAGES},
    )
