"""Answers, claims and citations as lines for a person to read, from the JSON that programs get."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import typer

from api import texts
from kg import wording
from kg.chart import short as short_number
from kg.export.stores import property_names
from kg.jsonl import value_from_json
from kg.namespaces import PREFIXES

Json = Mapping[str, Any]
Tell = Callable[[Json, str], str]
LOCAL = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def bold(text: str) -> str:
    """Emphasis on a terminal; ``typer.echo`` drops it elsewhere."""
    return typer.style(text, bold=True)


def dim(text: str) -> str:
    """What accompanies the main words on a terminal."""
    return typer.style(text, dim=True)


def property_text(name: str, lang: str) -> str:
    """A property's label in a language, else its name."""
    return property_names(lang).get(name, name)


def amount(value: Json, lang: str, full: bool = False) -> str:
    """A value as one reads it, great numbers short unless it is wanted in ``full``.

    >>> [amount({"number": 45e9, "min": None, "max": None, "comparator": "~", "unit": "USD"}, "ja", full) for full in (0, 1)]
    ['~450億ドル', '~45,000,000,000ドル']
    """
    numbers = [] if "date" in value else [n for n in (value["number"], value["min"], value["max"]) if n is not None]
    if not numbers:
        return wording.value_text(value_from_json(value))
    great = not full and max(map(abs, numbers)) >= (1e6 if lang == "en" else 1e5)
    each = [short_number(number, lang) if great else wording.number_text(number) for number in numbers]
    told = ("–" if min(numbers) >= 0 else "…").join(each).replace("-", "−")
    unit: str = texts.unit(value["unit"], lang).replace("{s}", "s" * (told != "1"))
    return wording.BOUNDS[value["comparator"]] + told + unit


def quantity(value: Json, lang: str) -> str:
    """A value in full in English, short in Japanese, whose units of ten thousand are not those of the digits."""
    return amount(value, lang, full=lang == "en")


def counted(number: int, what: str, lang: str) -> str:
    """So many of what a text of ``texts.yaml`` names, which has ``{s}`` where English has a plural.

    >>> counted(1, "claims", "en"), counted(52, "claims", "en"), counted(52, "claims", "ja")
    ('1 claim', '52 claims', '52件の記述')
    """
    return texts.words(lang)[what].format(f"{number:,}", s="s" * (number != 1))


def named(entity: Json, lang: str = "en") -> str:
    """The name by which a reader knows an entity."""
    return wording.usual(entity["type"], entity["labels"], lang)


def object_text(claim: Json, lang: str = "en", tell: Tell = quantity) -> str:
    """The object's usual name, or the value."""
    return named(claim["object"], lang) if claim["object"] else tell(claim["value"], lang)


def headline(answer: Json, lang: str = "en", tell: Tell = quantity) -> str:
    """What an answer says: the entity's usual name with what it supplies, the value, or both where things are compared; else
    what its claims say. ``tell`` words values."""
    value = answer["value"]
    if not answer["entity"] and value is None:
        return statement(answer["claims"][0], lang, tell)
    told = tell(value, lang) if isinstance(value, dict) else value or goods(answer, lang, tell)
    told = f"{told} ({named(answer['of'], lang)})" if answer.get("of") else told
    return ": ".join(filter(None, (answer["entity"] and named(answer["entity"], lang), told)))


def goods(answer: Json, lang: str, tell: Tell) -> str:
    """What the claims of a direct answer are about besides its ends (goods, how many, how much money): up to three things."""
    every = [claim["qualifiers"] for claim in answer["claims"] if claim["object"] and told(claim, answer)]
    said = [one[role] for one in every for role in ("product", "quantity", "amount") if role in one]
    words = (one if isinstance(one, str) else named(one, lang) if "labels" in one else tell(one, lang) for one in said)
    return ("、" if lang == "ja" else ", ").join([*dict.fromkeys(words)][:3])


def tally(answer: Json, lang: str = "en") -> str:
    """How many answers there are; those that only follow from claims are told apart."""
    indirect = sum(each["derived"] for each in answer["answers"])
    return texts.words(lang)["tally"].format(answer["count"], indirect) if indirect else str(answer["count"])


def denied(answer: Json) -> bool:
    """Whether all that is said of an answer is that it is not so."""
    return bool(answer["claims"]) and all(claim["modality"] == "denied" for claim in answer["claims"])


def statement(claim: Json, lang: str = "en", tell: Tell = quantity) -> str:
    """Subject, property and object or value."""
    said = property_text(claim["predicate"], lang)
    return f"{named(claim['subject'], lang)} {said} {object_text(claim, lang, tell)}"


def voice(telling: Json, lang: str = "en") -> str:
    """How sure it is, and who says it, the outermost reporter first."""
    said, speakers = texts.words(lang), " → ".join(telling["speakers"])
    return said["told"].format(said[telling["modality"]], said["according"].format(speakers) if speakers else said["voice"])


def source(claim: Json) -> str:
    """Title, publisher and date of the article, as far as known."""
    citation = claim["citation"]
    return ", ".join(" ".join(citation[name].split()) for name in ("title", "publisher", "published") if citation[name])


def where(span: Json) -> str:
    """The offsets of a span."""
    return f"{span['start']}–{span['end']}"


def claim_lines(claim: Json, lang: str = "en") -> Iterator[str]:
    """A claim in words, and below it :func:`quote_lines`."""
    yield statement(claim, lang)
    yield from (f"  {line}" for line in quote_lines(claim, lang))


def quote_lines(claim: Json, lang: str = "en") -> Iterator[str]:
    """The words that a claim rests on with offsets, and whose they are; the article; its address and the claim's id."""
    quotes = {(span["start"], span["end"]): span["quote"] for span in claim["evidence"]}
    for told, tellings in groupby(claim["citation"]["tellings"], lambda told: voice(told, lang)):
        for span in tellings:
            yield f"「{' '.join(quotes[span['start'], span['end']].split())}」 {dim(where(span))}"
        yield f"  {told}"
    yield f"  {source(claim)}"
    yield "  " + " ".join(filter(None, (claim["citation"]["url"], dim(claim["id"]))))


def conflict_lines(conflict: Json, lang: str = "en") -> Iterator[str]:
    """What disagrees: each position with its sources and claims."""
    words = texts.words(lang)
    about = property_text(conflict["predicate"], lang)
    yield bold(words["told"].format(f"{named(conflict['subject'], lang)}: {about}", words[conflict["stance"]]))
    for side in conflict["positions"]:
        said = object_text(side, lang) if side["object"] or side["value"] else ""
        denied = f"{words['denied']} " * side["denied"]
        yield f"  {denied}{said}: {', '.join(side['sources'])}"
        for claim in side["claims"]:
            yield from (f"    {line}" for line in claim_lines(claim, lang))


def agreed(sources: Sequence[str], lang: str) -> str:
    """How many independent sources say the same, and which."""
    return f"{counted(len(sources), 'independent', lang)}: {', '.join(sources)}"


def agreement_lines(body: Json, lang: str = "en") -> Iterator[str]:
    """A statement with its independent sources and claims."""
    yield bold(texts.words(lang)["told"].format(statement(body, lang), texts.words(lang)[body["stance"]]))
    yield f"  {agreed(body['sources'], lang)}"
    for claim in body["claims"]:
        yield from (f"  {line}" for line in quote_lines(claim, lang))


def point_lines(points: Iterable[Json], lang: str = "en") -> Iterator[str]:
    """Values with their days and below them their words; where one is told again, only when and where."""
    words = texts.words(lang)
    for told, (first, *others) in groupby(
        points, lambda point: (object_text(point["claim"], lang), point["claim"]["modality"])
    ):
        yield f"{first['about'] or words['undated']}  {bold(told[0])}"
        yield from (f"  {line}" for line in quote_lines(first["claim"], lang))
        for point in others:
            told_again = words["repeated"].format(point["about"] or words["undated"])
            yield f"  {told_again} {source(point['claim'])} {dim(point['claim']['id'])}"


def short(address: str) -> str:
    """An address in angle brackets as a prefixed name, where one of the known prefixes fits.

    >>> short("<https://aikg.example/entity/xai>"), short("<https://example.org/>")
    ('ent:xai', '<https://example.org/>')
    """
    inner = address[1:-1]
    fitting = ((prefix, inner.removeprefix(start)) for prefix, start in PREFIXES.items() if inner.startswith(start))
    return next((f"{prefix}:{name}" for prefix, name in fitting if LOCAL.fullmatch(name)), address)


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table by tabs, which spreadsheets take too, each row on one line."""
    yield bold("\t".join(columns))
    for row in rows:
        yield "\t".join(" ".join(cell.split()) for cell in row)


def answer_lines(answer: Json, lang: str = "en") -> Iterator[str]:
    """How the question was understood, the reported answers with their claims, then the derived ones with their chain."""
    words = texts.words(lang)
    if not answer["understood"]:
        yield answer["interpretation"]
        yield from [f"{words['instead']}:"] if answer["suggestions"] else []
        yield from (f"  {each}" for each in answer["suggestions"])
        return
    yield f"{words['understood']}: {answer['interpretation']}"
    if "verdict" in answer:
        yield bold(words[f"verdict_{answer['verdict']}"])
    elif answer.get("count") or ("count" in answer and answer["answers"]):
        yield bold(tally(answer, lang))
    elif not answer["answers"]:  # that none is told of does not tell that there is none
        yield words["nothing"]
    yield from (step_text(step, lang) for step in answer.get("steps", ()))
    for derived in (False, True):
        chosen = [each for each in answer["answers"] if each["derived"] is derived]
        if derived and chosen:
            yield f"\n{words['derived']}"
        for each in chosen:
            yield from found_lines(each, lang)
    for other in answer.get("readings", ()):
        yield f"\n{words['or']}:"
        yield from answer_lines(other, lang)


def nothing(of: str, lang: str) -> str:
    """That there are none of what a command lists: ``claims``, ``conflicts`` or ``agreement``."""
    names = {"claims": "no_claims", "conflicts": "verdict_agree", "agreement": "no_agreement"}
    return str(texts.words(lang)[names[of]])


def step_text(step: Json, lang: str) -> str:
    """What is known of a step of a question that finds no answer."""
    names = ("、" if lang == "ja" else ", ").join(step["found"])
    said: str = texts.words(lang)["step_known" if names else "step_unknown"]
    return said.format(step["step"], names)


def found_lines(found: Json, lang: str = "en") -> Iterator[str]:
    """One answer: its name and the words of its claims; for a derived one why it follows, and the claims of one chain."""
    words = texts.words(lang)
    yield "\n" + bold(headline(found, lang)) + f" ({words['denied']})" * denied(found)
    if "why" in found:
        yield f"  {found['why']}"
    if "sources" in found:
        yield f"  {agreed(found['sources'], lang)}"
    shown, rest = chain(found)
    for claim in shown:
        lines = quote_lines(claim, lang) if told(claim, found) else claim_lines(claim, lang)
        yield from (f"  {line}" for line in lines)
    if rest:
        yield "  " + dim(words["and_by"].format(counted(len(rest) + found.get("more", 0), "claims", lang)))
        same = groupby(sorted(rest, key=lambda claim: statement(claim, lang)), lambda claim: statement(claim, lang))
        yield from (f"    {said} {dim(' '.join(claim['id'] for claim in claims))}" for said, claims in same)


def chain(found: Json) -> tuple[list[Json], list[Json]]:
    """The claims of one chain that leads to an answer, in its order, else all; and the others."""
    claims = {claim["id"]: claim for claim in found["claims"]}
    ids = dict.fromkeys(next(iter(found.get("chains", ())), claims))
    return [claims.pop(id) for id in ids], [*claims.values()]


def told(claim: Json, found: Json) -> bool:
    """Whether an answer's headline already says what the claim says."""
    if not found["entity"] and found["value"] is None:
        return True
    ends = [end["id"] for end in (claim["subject"], claim["object"]) if end]
    named = found["entity"]["id"] in ends if found["entity"] else found["value"] == claim["value"] is not None
    return named and not found["derived"]
