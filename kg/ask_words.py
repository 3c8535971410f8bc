"""The language of questions, read from ``ontology/questions.yaml`` into a word table and a grammar (format: see there)."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import yaml

from kg.ask_chart import Rule, trees
from kg.ask_checks import LANGUAGES, ROLES, faults, line_of
from kg.ask_forms import Forms, conjugate, expand, inflect, plural
from kg.ask_language import OWNING, Around, Frame, Noun, Template, Words
from kg.ask_text import compact, fold
from kg.question import Kind
from ontology import Ontology, OntologyError, Property, data, load
from ontology.dates import load_dates
from ontology.lexicon import FrameRule, Lexicon, load_lexicon
from ontology.usage import usage

FILE = "questions.yaml"
ENDS = frozenset({"subject", "object"})
CASES = frozenset("がをにでと") | {"から"}
NOMINAL = re.compile(r".*[一-鿿ァ-ヶー]")
TOPICS = ["って", "とは", "も", "というのは", "には"]
TEMPLATE = re.compile(r"(\{\w\})|\(([^()]*)\)(\?)?|([^(){}]+)")
SLOTS = {
    "{X}": ("NP", "subject"),
    "{Y}": ("NP", "object"),
    "{T}": ("Asked", "gap"),
    "{B}": ("BOUND", "bound"),
    "{D}": ("DATE", "date"),
    "{M}": ("ORDER", "order"),
    "{K}": ("GOODS", "kind"),
    "{P}": ("NAME", "product"),
}


class _Table:
    """Collects words and rules; ``add`` takes any spelling."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._conjugation = said["conjugation"]
        self._irregular = said["irregular"]
        self._negative = re.compile(said["conjugation"]["negative"])
        self._contracted = {form for text in said["en"]["negation"] for form in expand(text) if form.endswith("n't")}
        self.words: dict[str, dict[tuple[str, Hashable], None]] = {}
        self.rules: dict[str, list[Rule]] = {language: [] for language in LANGUAGES}

    def add(self, text: str, symbol: str, meaning: Hashable = None) -> None:
        if key := compact(text):
            self.words.setdefault(key, {})[symbol, meaning] = None

    def spell(self, pattern: str, symbol: str, meaning: Hashable) -> None:
        """Every spelling of a pattern."""
        for form in expand(pattern):
            self.add(form, symbol, meaning)

    def verb(self, forms: Forms, frame: Frame) -> None:
        """A verb's active and passive forms."""
        for symbol, texts in zip(("VA", "VP"), forms, strict=True):
            for text in sorted(texts):
                self.add(text, symbol, frame)
                self.deny(text)

    def deny(self, text: str) -> None:
        """Marks a form of a verb that says that it is not so."""
        if self._negative.search(text):
            self.add(text, "NEG")

    def rule(self, language: str, symbol: str, action: str, pattern: str) -> None:
        """A row of the grammar: symbols, each optional with ``?`` and named with ``name=``."""
        for row in expand(re.sub(r"([^\s()]+)\?(?=\s|$)", r"(\1)?", pattern)):
            parts = tuple(
                (part.partition("=")[2] or part, part.partition("=")[0] if "=" in part else "") for part in row.split()
            )
            self.rules[language].append(Rule(symbol, action, parts))

    def template(self, language: str, text: str, about: Template) -> None:
        """A whole sentence, or a noun phrase; its literal words and its choices become symbols of their own."""
        symbol = "NP" if text.startswith("np ") else "Q"
        for parts in self._parts(text.removeprefix("np ")):
            self.rules[language].append(Rule(symbol, "template", parts, about))
            if language == "ja" and symbol == "Q":
                self.rules[language].append(Rule(symbol, "template", (*parts, ("末", "")), about))

    def _parts(self, text: str) -> Iterator[tuple[tuple[str, str], ...]]:
        """The symbols of a template, once with and once without each part that may be left out."""
        if "(" in TEMPLATE.sub("", text) or re.search(r"\([^()]*\(", text):
            raise ValueError(f"brackets in brackets: {text}")
        sequences: list[tuple[tuple[str, str], ...]] = [()]
        for slot, group, optional, plain in TEMPLATE.findall(text):
            choices = (SLOTS.get(slot, (slot[1:-1], "")),) if slot else self._words(group.split("|") if group else [plain])
            if choices:
                sequences = [(*begun, *choices) for begun in sequences] + (sequences if optional else [])
        yield from sequences

    def _words(self, texts: list[str]) -> tuple[tuple[str, str], ...]:
        texts = [text.strip() for text in texts if text.strip()]
        texts += TOPICS if "は" in texts else ["'s"] if "is" in texts else []
        symbol = f'"{"|".join(texts)}'
        for text in sorted(self._contracted & {text + "n't" for text in texts}):
            self.add(text, symbol)
            self.add(text, "NEG")
        for text in texts:
            for form in self.forms(text):
                self.add(form, symbol)
                if text.endswith("~"):
                    self.deny(form)
        return ((symbol, ""),) if texts else ()

    def forms(self, text: str) -> Iterable[str]:
        """A word as it is or, where it is a verb with ``~``, its active forms, with ``~~`` its passive ones."""
        verb = text.rstrip("~")
        if verb == text:
            return expand(text)
        active, passive = inflect(verb, self._irregular) if text.isascii() else conjugate(verb, self._conjugation)
        return sorted(active if text == verb + "~" else passive)


def _language(table: _Table, language: str, shared: Mapping[str, Any]) -> None:
    """The parts of a language that belong to no property."""
    said = shared[language]
    listed = (
        ("skip", {None: [*said["ignore"], *_measured(shared["units"], said["measured"])]}),
        ("modality", said["modality"]),
        ("said", {"reported": said["reports"]}),
        ("past", {True: said["past"]}),
        ("ODD", {"ODD": said["odd"]}),
        ("newest", {True: said["newest"]}),
        ("ahead", {True: said["ahead"]}),
        ("total", {True: said["totals"]}),
        ("also", said["also"]),
        ("not", {True: said["negation"]}),
        ("TELL", said["tell"]),
        ("SAYS", {sure: [text for text in texts if not text.endswith("~~")] for sure, texts in said["tell"].items()}),
        ("beyond", said["beyond"]),
        ("ORDER", said["order"]),
        ("COMP", said["compare"]),
        ("spot", {level: [form for text in texts for form in expand(text)] for level, texts in said["spots"].items()}),
        ("LIGHT", {"LIGHT": shared["conjugation"]["light"] if language == "ja" else ()}),
        ("MARK", said["particles"]),
        *((symbol, {symbol: texts}) for symbol, texts in said["words"].items()),
    )
    for symbol, groups in listed:
        for meaning, texts in groups.items():
            for text in texts:
                for form in table.forms(text):
                    table.add(form, symbol, form if symbol == meaning else meaning)
    _types(table, language, said)
    asking = (
        (text, symbol, names) for kind, symbol in (("ask", "ASK"), ("count", "COUNT")) for text, names in said[kind].items()
    )
    for text, symbol, names in asking:
        table.add(text, symbol, frozenset(names))
    for symbol, action, pattern in (*shared["grammar"], *said["grammar"]):
        table.rule(language, symbol, action, pattern)


def _types(table: _Table, language: str, said: Mapping[str, Any]) -> None:
    """The nouns for types of things."""
    for form in (*_numbered(language, said["narrow"]), *_some(language, said["narrow"], said["any"])):
        table.add(form, "narrow", True)
    for types, nouns in said["types"].items():
        for form in _numbered(language, nouns):
            table.add(form, "TYPE", frozenset(types.split()))
        for form in _some(language, nouns, said["any"]) if " " not in types else ():
            table.add(form, "SOME", frozenset({types}))


def _measured(units: Mapping[str, Mapping[str, float]], pattern: str) -> Iterator[str]:
    """How the units are named that an answer should have."""
    return (form for spellings in units.values() for word in spellings for form in expand(pattern.format(word)))


def _numbered(language: str, nouns: Iterable[str]) -> Iterator[str]:
    """The nouns, in English also in the plural."""
    for noun in (form for text in nouns for form in expand(text)):
        yield noun
        if language == "en":
            yield plural(noun)


def _some(language: str, nouns: Iterable[str], any_: Iterable[str]) -> Iterator[str]:
    """How one speaks of any of the things; in English one alone is mostly a certain one (the company)."""
    for form in (form for noun in nouns for form in expand(noun)):
        yield from (form if language == "ja" else plural(form), *(f"{one} {form}" for one in any_))


def _property(table: _Table, language: str, name: str, shared: Mapping[str, Any]) -> None:
    """How one language speaks of one property."""
    said = shared["properties"][name].get(language, {})
    links = OWNING | set(shared["properties"][name].get("links", {}).get(language, ()))
    for frame, verbs in said.get("verbs", {}).items():
        meaning = Frame(name, _places(frame), int(frame.startswith("~")))
        for verb in verbs:
            table.verb(
                inflect(verb, shared["irregular"]) if language == "en" else conjugate(verb, shared["conjugation"]), meaning
            )
            if language == "ja":
                _lent(table, verb, meaning)
                _made(table, verb, meaning, shared["suffixes"], links)
    for act, meaning in ((act, Frame(name, _places(frame))) for frame, acts in said.get("acts", {}).items() for act in acts):
        table.spell(act, "ACT", meaning)
    for role, nouns in said.get("nouns", {}).items():
        for form in _numbered(language, nouns):
            plain = role.removeprefix("less ")
            noun = Noun(name, plain.lstrip("~"), (), int(plain.startswith("~")), links, less=plain != role)
            table.add(form, "NOUN", noun)
    for role, templates in said.get("ask", {}).items():
        for text in templates:
            table.template(language, text, Template(name, role.lstrip("~"), int(role.startswith("~"))))


def _places(frame: str) -> tuple[tuple[str, str], ...]:
    """The places of a frame as the file writes them."""
    return tuple((mark, role) for mark, _, role in (place.partition("=") for place in frame.lstrip("~").split()))


def _lent(table: _Table, verb: str, frame: Frame) -> None:
    """What a verb in する says with another verb (訓練する: 訓練を行う, 訓練が行われる), of whose object の tells."""
    places = dict(frame.places)
    mark = next((mark for mark in ("を", "に", "と") if mark in places), "")
    if verb.endswith("する"):  # the noun alone: Xの買収 is done to X, and never by it
        owner = tuple(("の", places[mark]) for mark in ("を", "が") if places.get(mark) in ENDS)[:1]
        table.add(verb.removesuffix("する"), "VA", replace(frame, places=(*frame.places, *owner), cost=frame.cost + 1))
    if verb.endswith("する") and {"が", mark} <= places.keys():
        lent = tuple(("の" if place == mark != "と" else place, role) for place, role in frame.places)
        table.add(verb.removesuffix("する"), "VN", replace(frame, places=lent))


def _made(table: _Table, verb: str, frame: Frame, suffixes: Mapping[str, list[str]], links: frozenset[str] = OWNING) -> None:
    """The nouns that a verb in する makes (出資する: 出資者, 出資先, 出資額), as second choices: listed ones go first."""
    places = dict(frame.places)
    for suffix, marks in suffixes.items() if verb.endswith("する") else ():
        role = next((places[mark] for mark in marks if mark in places), "")
        owner = role if suffix.endswith("額") and role in ENDS else ""
        role = "amount" if owner else role
        if (role == "amount") is suffix.endswith("額") and role:
            noun = Noun(frame.property, role, (), frame.cost + 1, links, owner)
            table.add(verb.removesuffix("する") + suffix, "NOUN", noun)


def _posts(table: _Table, name: str, groups: Iterable[Iterable[str]], implied: frozenset[str]) -> None:
    """The nouns for posts; of the ``implied`` ones a claim that names no post will do (who leads a company)."""
    for group in groups:
        spellings = tuple(compact(text) for text in group)
        spellings += ("",) if implied & {*spellings} else ()
        for text in group:
            for form in _numbered("en" if text.isascii() else "ja", [text]):
                table.add(form, "NOUN", Noun(name, "subject", spellings))


def _lexicon(
    table: _Table,
    lexicon: Lexicon,
    properties: Mapping[str, Property],
    conjugation: Mapping[str, Any],
    suffixes: Mapping[str, list[str]],
) -> None:
    """The words by which articles are read, as second choices: nominal verbs, attributes, posts, relational nouns."""
    for rule in lexicon.frames:
        # What such a word says beside another of its frame (追加出資) may change what is asked, and is a word of its own.
        plain = [word for word in rule.when if not any(word != part and word.endswith(part) for part in rule.when)]
        for word, frame in ((word, _frame(rule)) for word in sorted(filter(NOMINAL.fullmatch, plain))):
            if frame and not _of_goods(table, word) and not _listed(table, word + "する", frame.property):
                table.verb(conjugate(word + "する", conjugation), frame)
                _lent(table, word + "する", frame)
                _made(table, word + "する", frame, suffixes)
    acts = {text for text, meanings in table.words.items() if any(symbol == "VA" for symbol, _ in meanings)}
    for attribute in lexicon.attributes:
        relation = properties[attribute.property].kind == "relation"
        role = ("subject" if attribute.inverse else "object") if relation else "value"
        for noun in sorted(attribute.nouns):
            if not ((relation and _of_goods(table, noun)) or (attribute.listed and not relation and compact(noun) in acts)):
                table.add(noun, "NOUN", Noun(attribute.property, role, (), 1))
    for nominal in lexicon.nominals:
        acts = {noun for noun in nominal.relational if any(word[0] == "VA" for word in table.words.get(compact(noun), ()))}
        for noun in set(nominal.relational) - acts if nominal.asked else ():
            table.add(noun, "NOUN", Noun(nominal.property, "subject" if nominal.inverse else "object", (), 1))
        for noun in nominal.post:
            table.add(noun, "NOUN", Noun(nominal.property, "subject", (compact(noun),), 1))


def _listed(table: _Table, verb: str, name: str) -> bool:
    """Whether the file says that the verb speaks of another property."""
    frames = (meaning for symbol, meaning in table.words.get(verb, ()) if symbol == "VA" and isinstance(meaning, Frame))
    return any(frame.property != name and not frame.cost for frame in frames)


def _of_goods(table: _Table, word: str) -> bool:
    """Whether a word says what is supplied, and a word of its own (電力供給): read together the goods would be lost."""
    parts = ((table.words.get(word[:n], {}), table.words.get(word[n:], {})) for n in range(1, len(word)))
    return any(
        any(key[0] == "GOODS" for key in goods) and any(key[0] in ("VA", "NOUN") for key in verbs) for goods, verbs in parts
    )


def _frame(rule: FrameRule) -> Frame | None:
    """The reading lexicon's rule as a frame of questions, where nothing but particles decides."""
    needs = (rule.needs, rule.needs_noun, rule.needs_object_of, rule.needs_case_of, rule.value, rule.date)
    if any(needs) or not (rule.subject and rule.object) or {rule.subject[0], rule.object[0]} - CASES:
        return None
    more = ((cases[0], role) for role, cases in rule.qualifiers.items() if role in ROLES and cases[0] in CASES)
    places = {rule.subject[0]: "subject", rule.object[0]: "object"}
    return Frame(rule.property, (*places.items(), *(pair for pair in more if pair[0] not in places)), 1)


def _around(said: Mapping[str, Any]) -> Iterator[Around]:
    for kind in ("time", "speaker", "place", "bound", "range"):
        for how, places in said[kind].items():
            before, after = (
                [compact(form) for text in places.get(side, ()) for form in (expand(text) if text else [""])]
                for side in ("before", "after")
            )
            before += [word + compact(article) for word in before for article in said["articles"] if word]
            yield Around(
                kind,
                how,
                _by_length(before),
                _by_length(after),
                tuple(places.get("beside", ())),
            )


def _by_length(texts: Iterable[str]) -> tuple[tuple[int, frozenset[str]], ...]:
    sizes: dict[int, set[str]] = {}
    for text in texts:
        sizes.setdefault(len(text), set()).add(text)
    return tuple((size, frozenset(sizes[size])) for size in sorted(sizes, reverse=True))


def _numbers(said: Mapping[str, Any], kind: str) -> dict[str, float]:
    return {compact(key): float(value) for language in LANGUAGES for key, value in said[language][kind].items()}


def _days(said: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """The words that count years, months or days from today."""
    dates = load_dates()
    yield from (("year", dates.years), ("month", dates.months), ("day", dates.days))
    yield from (pair for language in LANGUAGES for pair in said[language]["days"].items())


@cache
def words() -> Words:
    """The words and the grammar of the ontology, read once."""
    return read(data(FILE).read_text("utf-8"), load())


def read(text: str, ontology: Ontology) -> Words:
    """The words and the grammar of a file's text. Raises :class:`OntologyError` with file and line where a row does not fit."""
    try:
        said = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for path, why in faults(said, ontology):
            raise OntologyError(f"{FILE}:{line_of(text, *path)}: {why}")
        return _words(said, ontology)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise OntologyError(f"{FILE}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise OntologyError(f"{FILE}:1: missing or misplaced: {error}") from None


def distinct(meanings: Collection[tuple[str, Hashable]]) -> Iterable[tuple[str, Hashable]]:
    """The meanings of a word, each once with the least that it costs; goods are of their kind and not just something used."""
    if len(meanings) == 1:
        return meanings
    goods = any(symbol == "GOODS" for symbol, _ in meanings)
    least: dict[tuple[str, Hashable], tuple[str, Hashable]] = {}
    for symbol, meaning in sorted(meanings, key=lambda one: one[1].cost if isinstance(one[1], Noun | Frame) else 0):
        bare = replace(meaning, cost=0) if isinstance(meaning, Noun | Frame) else meaning
        if not (goods and isinstance(meaning, Noun) and meaning.property == usage().equipment):
            least.setdefault((symbol, bare), (symbol, meaning))
    return least.values()


def _words(said: Mapping[str, Any], ontology: Ontology) -> Words:
    said = dict(said)
    said["conjugation"] = said["conjugation"] | {
        name: [form for ending in endings for form in expand(ending)]
        for name, endings in said["conjugation"].items()
        if isinstance(endings, list) and name != "light"
    }
    table = _Table(said)
    for language in LANGUAGES:
        _language(table, language, said)
        for name in said["properties"]:
            _property(table, language, name, said)
    for name, entry in said["properties"].items():
        _posts(table, name, entry.get("posts", ()), frozenset(map(compact, entry.get("implied", ()))))
    for good in said["goods"]:
        for language in LANGUAGES:
            for text in good[language]:
                for form in expand(text):
                    table.add(form, "GOODS", Kind(form, tuple(fold(part) for part in good["has"]), good.get("measure", "")))
    _lexicon(table, load_lexicon(), ontology.properties, said["conjugation"], said["suffixes"])
    return Words(
        table=table.words,
        grammar={language: trees(rules) for language, rules in table.rules.items()},
        parts={
            part: frozenset(symbol for language in LANGUAGES for symbol in said[language]["parts"].get(part, ()))
            for part in ("glue", "much", "when", "count", "sum", "pair", "tie", "apart", "clash", "voices")
        },
        around=tuple(around for language in LANGUAGES for around in _around(said[language])),
        numbers=_numbers(said, "numbers"),
        spelled=_numbers(said, "spelled"),
        scales=_numbers(said, "scales"),
        units={compact(key): (unit, factor) for unit, spellings in said["units"].items() for key, factor in spellings.items()},
        signs=dict(said["signs"]),
        ranges=frozenset(map(compact, said["ranges"])),
        usual={
            (name, role): frozenset(types)
            for name, entry in said["properties"].items()
            for role, types in entry.get("usual", {}).items()
        },
        goods=frozenset(
            name
            for name, entry in said["properties"].items()
            if any("=product" in frame for language in LANGUAGES for frame in entry[language].get("verbs", ()))
        ),
        beside={name: frozenset(entry.get("beside", ())) for name, entry in said["properties"].items()},
        alike={name: tuple(entry["alike"]) for name, entry in said["properties"].items() if "alike" in entry},
        through={name: entry["through"] for name, entry in said["properties"].items() if "through" in entry},
        past={name: entry["past"] for name, entry in said["properties"].items() if "past" in entry},
        made=dict(said["made"]),
        size={key: tuple(names) for key, names in said["size"].items()},
        dates=tuple(
            re.compile(pattern.replace("{months}", "|".join(sorted(said[language]["months"], key=len, reverse=True))))
            for language in LANGUAGES
            for pattern in said[language]["dates"]
        ),
        days={compact(word): (unit, count) for unit, table_ in _days(said) for word, count in table_.items()},
        **{
            name: {language: re.compile(said[language][name]) for language in LANGUAGES}
            for name in ("adjunct", "epithet", "small", "trailing")
        },
        told=said["told"],
        months={name: number for language in LANGUAGES for name, number in said[language]["months"].items()},
        titles={type_: tuple(map(compact, texts)) for type_, texts in said["titles"].items()},
        honorifics=("", *(compact(text) for language in LANGUAGES for text in said[language]["honorifics"])),
        who={language: said[language]["who"] for language in LANGUAGES},
        says={name: entry["says"] for name, entry in said["properties"].items()},
        phrases={language: said[language]["phrases"] for language in LANGUAGES},
        about={language: said[language]["about"] for language in LANGUAGES},
        examples={language: tuple(said[language]["examples"]) for language in LANGUAGES},
    )
