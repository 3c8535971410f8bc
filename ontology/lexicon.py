"""The lexicon: how Japanese says each property, read from ``ontology/words/*.yaml`` and checked against the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from ontology.loading import load
from ontology.model import OntologyError

__all__ = [
    "READERS",
    "Attribute",
    "Cues",
    "FrameRule",
    "Lexicon",
    "NameRules",
    "NominalRule",
    "load_lexicon",
    "patterns",
    "read_row",
    "words",
]


@dataclass(frozen=True, slots=True)
class FrameRule:
    """One way a predicate says a property; the fields are explained on top of ``words/frames.yaml``."""

    property: str
    when: frozenset[str]
    subject: tuple[str, ...]
    object: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    date: bool = False
    subject_type: frozenset[str] = frozenset()
    object_type: frozenset[str] = frozenset()
    qualifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    needs_noun: tuple[str, ...] = ()
    needs_object_of: tuple[str, ...] = ()
    needs_case_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless_object_of: tuple[str, ...] = ()
    unless_case: tuple[str, ...] = ()
    pair: bool = False
    otherwise: bool = False
    told: bool = False
    modality: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A noun that names a property beside its value; ``sign`` is -1 where the noun speaks of a loss.

    ``unless`` are predicates under which the value is another's (GPUを販売). ``of`` is a relation whose object, last told of,
    the value belongs to where nothing else is named: what a 買収額 buys. ``members``: a heading of such words is filled by
    the names that open the lines below it (主要投資家: / - A社). ``beside`` is the relation to those who stand behind the
    value in its cell (200億ドル / A社、B社).
    """

    property: str
    nouns: frozenset[str]
    sign: int = 1
    date: bool = False
    inverse: bool = False
    listed: bool = False
    unless: frozenset[str] = frozenset()
    of: str = ""
    members: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class NominalRule:
    """What two nouns side by side say; see ``words/nominals.yaml``."""

    property: str
    left: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    bare: bool = False
    named: bool = False
    swap: bool = False
    closing: tuple[str, ...] = ()
    held: bool = False
    post: tuple[str, ...] = ()
    relational: tuple[str, ...] = ()
    inverse: bool = False
    joint: tuple[str, ...] = ()
    asked: bool = True
    owned: bool = False


@dataclass(frozen=True, slots=True)
class Cues:
    """Words that change how a clause is meant; see ``words/cues.yaml``."""

    modality_words: Mapping[str, str]
    modality_endings: tuple[tuple[str, str], ...]
    speech: frozenset[str]
    announcing: frozenset[str]
    announced: frozenset[str]
    achieving: frozenset[str]
    denying: frozenset[str]
    affirmed: re.Pattern[str]
    sources: tuple[str, ...]
    source_nouns: tuple[str, ...]
    hearsay: tuple[str, ...]
    said_so: tuple[str, ...]
    continued: frozenset[str]
    unnamed: tuple[str, ...]
    pointing: tuple[str, ...]
    interviewed: re.Pattern[str]
    interviewer: re.Pattern[str]
    light_same: frozenset[str]
    light_received: frozenset[str]
    light_purpose: frozenset[str]
    beside: frozenset[str]
    reference: Mapping[str, tuple[str, ...]]
    keys: frozenset[str]
    countries: Mapping[str, str]
    future_acts: frozenset[str]
    future_relative: frozenset[str]
    spending: frozenset[str]
    levels: frozenset[str]
    compared: re.Pattern[str]
    earlier: re.Pattern[str]
    announces: re.Pattern[str]
    ties: Mapping[str, frozenset[str]]
    media: frozenset[str]
    chips: tuple[str, ...]
    public: tuple[str, ...]
    seats: tuple[str, ...]
    premises: tuple[str, ...]
    outlays: tuple[str, ...]
    buildings: Mapping[str, tuple[str, ...]]
    proxies: tuple[str, ...]
    epithets: tuple[str, ...]
    quantifiers: frozenset[str]
    own: tuple[str, ...]
    conditions: tuple[str, ...]
    general: re.Pattern[str]
    differing: re.Pattern[str]
    other_chips: re.Pattern[str]
    including: frozenset[str]
    wrappers: re.Pattern[str]
    jointly: re.Pattern[str]
    boilerplate: re.Pattern[str]
    comments: re.Pattern[str]
    idle: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class NameRules:
    """How names are told from other words; see ``words/names.yaml``."""

    honorifics: tuple[str, ...]
    organization_suffixes: tuple[str, ...]
    sure_suffixes: tuple[str, ...]
    dotted_suffixes: tuple[str, ...]
    organization_words: tuple[str, ...]
    place_suffixes: tuple[str, ...]
    place_leads: tuple[str, ...]
    publication_suffixes: tuple[str, ...]
    titled_products: tuple[str, ...]
    not_before: tuple[str, ...]
    common_words: tuple[str, ...]
    version: str
    not_names: frozenset[str]
    no_values: tuple[str, ...]
    common_heads: tuple[str, ...]
    company_owned: tuple[str, ...]
    company_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All that the extractor and the question reader know about words; itself a key for what is made of it once."""

    frames: tuple[FrameRule, ...]
    attributes: tuple[Attribute, ...]
    nominals: tuple[NominalRule, ...]
    nouns: Mapping[str, str]
    cues: Cues
    names: NameRules
    by_word: Mapping[str, tuple[FrameRule, ...]]
    by_noun: Mapping[str, tuple[Attribute, ...]]
    confidence: Mapping[str, float]


Row = TypeVar("Row", FrameRule, Attribute, NominalRule)


if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """Keeps the line of every mapping under ``__line__``, so that an error can name it."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    made = loader.construct_mapping(node, deep=True)
    made["__line__"] = node.start_mark.line + 1
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _read(name: str) -> Any:
    source = files("ontology").joinpath("words", name)
    try:
        return yaml.load(source.read_text(encoding="utf-8"), _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise OntologyError(f"words/{name}:{mark.line + 1 if mark else '?'}: {error}") from error


@cache
def _sections() -> Mapping[str, Mapping[str, Any]]:
    return _mapped(_mapped(lambda value: value))(_read("patterns.yaml"))


@cache
def patterns(section: str) -> Mapping[str, re.Pattern[str]]:
    """The regular expressions of a section of ``words/patterns.yaml`` by name; :class:`OntologyError` tells which is wrong."""
    made: dict[str, re.Pattern[str]] = {}
    for name, written in _sections().get(section, {}).items():
        try:
            made |= {name: re.compile(written)} if isinstance(written, str) else {}
        except re.error as error:
            raise OntologyError(f"words/patterns.yaml: {section}, {name}: {error}") from error
    return made


@cache
def words(section: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of words of a section of ``words/patterns.yaml``, by name."""
    return {name: tuple(listed) for name, listed in _sections().get(section, {}).items() if isinstance(listed, list)}


@cache
def load_lexicon() -> Lexicon:
    """The lexicon, checked: raises :class:`OntologyError` with file and line where a row does not fit the vocabulary."""
    frames = tuple(read_row(FrameRule, row, "frames.yaml") for row in _read("frames.yaml"))
    attributes = tuple(read_row(Attribute, row, "attributes.yaml") for row in _read("attributes.yaml"))
    nominals = tuple(read_row(NominalRule, row, "nominals.yaml") for row in _read("nominals.yaml"))
    nouns = {noun: kind for kind, names in _read("nouns.yaml").items() if kind != "__line__" for noun in names}
    by_word: dict[str, list[FrameRule]] = {}
    for rule in frames:
        for word in sorted(rule.when):
            by_word.setdefault(word, []).append(rule)
    by_noun: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        for noun in attribute.nouns:
            by_noun.setdefault(noun, []).append(attribute)
    return Lexicon(
        frames=frames,
        attributes=attributes,
        nominals=nominals,
        nouns=nouns,
        cues=_cues(_read("cues.yaml"), frozenset(noun for rule in attributes for noun in rule.nouns)),
        names=_names(_read("names.yaml")),
        by_word={word: tuple(rules) for word, rules in by_word.items()},
        by_noun={noun: tuple(rules) for noun, rules in by_noun.items()},
        confidence=_shares(_read("confidence.yaml")),
    )


_TUPLES = {"subject", "object", "value", "needs", "needs_noun", "needs_object_of", "unless_object_of"} | {
    "unless_case",
    "post",
    "relational",
    "joint",
    "closing",
}
_SETS = {"when", "nouns", "unless", "left", "right", "subject_type", "object_type"}


def _listed(value: Any) -> list[str]:
    """The words of a row's field: one, or a list whose items may be lists that another row shares with it."""
    return [word for item in value for word in _listed(item)] if isinstance(value, list) else [str(value)]


def read_row(kind: type[Row], row: dict[str, Any], name: str) -> Row:
    """A row of ``words/{name}`` as a rule; raises :class:`OntologyError`, with the row's line, where it does not fit."""
    line = row.pop("__line__")
    where = f"words/{name}:{line}"
    if strange := row.keys() - {field.name for field in fields(kind)}:
        raise OntologyError(f"{where}: unknown field {min(strange)!r}")
    given: dict[str, Any] = {}
    for key, value in row.items():
        if key in _SETS:
            given[key] = frozenset(_listed(value))
        elif key in _TUPLES:
            given[key] = tuple(_listed(value))
        elif isinstance(value, dict):
            given[key] = {k: tuple(_listed(v)) for k, v in value.items() if k != "__line__"}
        else:
            given[key] = value
    if given.get("property") not in load().properties:
        raise OntologyError(f"{where}: {given.get('property')!r} is no property of the vocabulary")
    if strange := given.get("qualifiers", {}).keys() - load().qualifiers.keys():
        raise OntologyError(f"{where}: {min(strange)!r} is no qualifier of the vocabulary")
    try:
        return kind(**given)
    except TypeError as error:
        raise OntologyError(f"{where}: {error}") from error


def _shares(data: dict[str, Any]) -> dict[str, float]:
    """Rows of shares by rule and way, under both names."""
    made: dict[str, float] = {}
    for rule, row in data.items():
        ways = {way: share for way, share in row.items() if way != "__line__"} if rule != "__line__" else {}
        if any(not isinstance(share, float) or not 0 <= share <= 1 for share in ways.values()):
            raise OntologyError(f"words/confidence.yaml:{row['__line__']}: {rule} needs shares between 0 and 1")
        made |= {f"{rule} {way}": share for way, share in ways.items()}
    return made


def _names(data: dict[str, Any]) -> NameRules:
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list) and key != "not_names"}
    return NameRules(version=data["version"], not_names=frozenset(data["not_names"]), **lists)


def _mapped(read: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda data: {name: read(value) for name, value in data.items() if name != "__line__"}


# How a field of a table is read, by its type.
READERS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "frozenset[str]": frozenset,
    "tuple[str, ...]": tuple,
    "re.Pattern[str]": re.compile,
}
READERS |= {f"Mapping[str, {kind}]": _mapped(read) for kind, read in READERS.items()}


def _cues(data: dict[str, Any], keys: frozenset[str]) -> Cues:
    ways = {modality: rows for modality, rows in data["modality"].items() if modality != "__line__"}
    words = {word: modality for modality, rows in ways.items() for word in rows["words"]}
    endings = [(ending, modality) for modality, rows in ways.items() for ending in rows["endings"]]
    speech, unclaimed = data["speech"], data["unclaimed"]
    light = {f"light_{name}": verbs for name, verbs in data["light_verbs"].items()}
    flat = {**data, **speech, **unclaimed, **light, "speech": speech["verbs"]}
    special: dict[str, Any] = {
        "modality_words": words,
        "modality_endings": tuple(sorted(endings, key=lambda pair: -len(pair[0]))),
        "sources": tuple(sorted(data["sources"], key=len, reverse=True)),
        "keys": keys | frozenset(data["keys"]),
    }
    plain = {f.name: READERS[str(f.type)](flat[f.name]) for f in fields(Cues) if f.name not in special}
    return Cues(**plain, **special)
