"""Answers, claims and citations as lines for a person to read, from the JSON that programs get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import typer

from api.texts import TEXTS
from kg import wording
from kg.jsonl import value_from_json
from kg.model import Reading
from kg.namespaces import PREFIXES

Json = Mapping[str, Any]
LOCAL = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def bold(text: str) -> str:
    """Emphasis on a terminal; ``typer.echo`` drops it elsewhere."""
    return typer.style(text, bold=True)


def dim(text: str) -> str:
    """What accompanies the main words on a terminal."""
    return typer.style(text, dim=True)


def value_text(value: Json) -> str:
    """A value object as a reader writes it.

    >>> value_text({"number": 45000000000, "min": None, "max": None, "comparator": "~", "unit": "USD"})
    '~45,000,000,000 USD'
    """
    return wording.value_text(value_from_json(value))


def object_text(claim: Json) -> str:
    """The object's usual name, or the value."""
    return str(claim["object"]["labels"][0]) if claim["object"] else value_text(claim["value"])


def headline(answer: Json) -> str:
    """What an answer says: the entity's usual name, the value, or both where things are compared."""
    value = answer["value"]
    told = value_text(value) if isinstance(value, dict) else value
    return ": ".join(filter(None, (answer["entity"] and answer["entity"]["labels"][0], told)))


def denied(answer: Json) -> bool:
    """Whether all that is said of an answer is that it is not so."""
    return bool(answer["claims"]) and all(claim["modality"] == "denied" for claim in answer["claims"])


def statement(claim: Json) -> str:
    """Subject, predicate and object or value."""
    return f"{claim['subject']['labels'][0]} {claim['predicate']} {object_text(claim)}"


def voice(telling: Json) -> str:
    """How sure it is, and who says it, the outermost reporter first."""
    speakers = " → ".join(telling["speakers"])
    return f"{telling['modality']}, " + (f"according to {speakers}" if speakers else "in the article's own words")


def source(claim: Json) -> str:
    """Title, publisher and date of the article, as far as known."""
    citation = claim["citation"]
    return ", ".join(" ".join(citation[name].split()) for name in ("title", "publisher", "published") if citation[name])


def where(span: Json) -> str:
    """The offsets of a span."""
    return f"{span['start']}–{span['end']}"


def claim_lines(claim: Json) -> Iterator[str]:
    """A claim in words, and below it :func:`quote_lines`."""
    yield statement(claim)
    yield from (f"  {line}" for line in quote_lines(claim))


def quote_lines(claim: Json) -> Iterator[str]:
    """The words that a claim rests on with offsets, and whose they are; the article; its address and the claim's id."""
    quotes = {(span["start"], span["end"]): span["quote"] for span in claim["evidence"]}
    for told, tellings in groupby(claim["citation"]["tellings"], voice):
        for span in tellings:
            yield f"「{' '.join(quotes[span['start'], span['end']].split())}」 {dim(where(span))}"
        yield f"  {told}"
    yield f"  {source(claim)}"
    yield "  " + " ".join(filter(None, (claim["citation"]["url"], dim(claim["id"]))))


def conflict_lines(conflict: Json) -> Iterator[str]:
    """What disagrees: each position with its sources and claims."""
    yield bold(f"{conflict['subject']['labels'][0]} {conflict['predicate']} ({conflict['stance']})")
    for side in conflict["positions"]:
        said = object_text(side) if side["object"] or side["value"] else ""
        yield f"  {'not ' * side['denied']}{said}: {', '.join(side['sources'])}"
        for claim in side["claims"]:
            yield from (f"    {line}" for line in claim_lines(claim))


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


def answer_lines(answer: Json) -> Iterator[str]:
    """How the question was understood, the reported answers with their claims, then the derived ones with their chain."""
    if not answer["understood"]:
        yield answer["interpretation"]
        yield "Questions like these are:"
        yield from (f"  {each}" for each in answer["suggestions"])
        return
    yield f"Understood as: {answer['interpretation']}"
    if "verdict" in answer:
        yield bold(TEXTS["verdict_" + answer["verdict"]][0])
    elif "count" in answer:
        yield bold(str(answer["count"]))
    elif not answer["answers"]:
        yield TEXTS["nothing"][0]
    for derived in (False, True):
        chosen = [each for each in answer["answers"] if each["derived"] is derived]
        if derived and chosen:
            yield "\nIndirect: no claim says so, but the claims below each lead there."
        for each in chosen:
            yield from found_lines(each)
    for other in answer.get("readings", ()):
        yield "\nOr:"
        yield from answer_lines(other)


def found_lines(found: Json) -> Iterator[str]:
    """One answer: its name and the words of its claims; for a derived one why it follows, and the claims of one chain."""
    yield "\n" + bold(headline(found)) + " (denied)" * denied(found)
    if "why" in found:
        yield f"  {found['why']}"
    shown, rest = chain(found)
    for claim in shown:
        lines = quote_lines(claim) if told(claim, found) else claim_lines(claim)
        yield from (f"  {line}" for line in lines)
    if rest:
        yield "  " + dim(f"and by {', '.join(claim['id'] for claim in rest)}")


def chain(found: Json) -> tuple[list[Json], list[Json]]:
    """The claims of one chain that leads to an answer, in its order, else all; and the others."""
    claims = {claim["id"]: claim for claim in found["claims"]}
    ids = next(iter(found.get("chains", ())), claims)
    return [claims.pop(id) for id in tuple(ids)], [*claims.values()]


def told(claim: Json, found: Json) -> bool:
    """Whether an answer's headline already says what the claim says."""
    ends = [end["id"] for end in (claim["subject"], claim["object"]) if end]
    named = found["entity"]["id"] in ends if found["entity"] else found["value"] == claim["value"] is not None
    return named and not found["derived"]


def reading_lines(reading: Reading) -> Iterator[str]:
    """What was read from an article: each claim with its words, its modality and how names were resolved."""
    yield bold(f"{reading.article.id}: {len(reading.claims)} claims")
    for claim in reading.claims:
        said = f", said by {wording.speakers_text(claim)}" if claim.attributed_to else ""
        yield f"  {claim.subject.label()} {claim.predicate} {wording.target_text(claim)}  ({claim.modality}{said})"
        for span in claim.evidence:
            yield f"    「{' '.join(span.quote.split())}」 {dim(f'{span.start}–{span.end}')}"
        yield from (f"    {resolution}" for resolution in claim.resolutions)
