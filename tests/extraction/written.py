"""The passages of ``written/``: read from their files, and scored against what the extractor reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.model import Claim, Entity, Evidence
from tests.extraction.scoring import EITHER_WAY_ROUND, Score, plain

FOLDER = Path(__file__).parent / "written"
HELD_OUT = 4  # every fourth file
TYPES = frozenset("OPFLDMJB")
TITLED = re.compile("(?:氏|さん|CEO|社長|会長|博士)$")


@dataclass(frozen=True)
class Told:
    """A claim of a passage: its ends as forms of one thing, or as a value's words."""

    subject: tuple[str, ...]
    predicate: str
    object: tuple[str, ...]
    optional: bool


@dataclass(frozen=True)
class Passage:
    """A passage, where it stands, the claims it makes, and each thing in it: its type's letter and its forms."""

    place: str
    text: str
    claims: tuple[Told, ...]
    kinds: tuple[tuple[str, tuple[str, ...]], ...] = ()


def passages(held_out: bool) -> Iterator[Passage]:
    """All passages of the files that are held out, or of the others. Raises :class:`ValueError` where a block is malformed."""
    for path in sorted(FOLDER.glob("*/*.txt")):
        if (int(path.stem) % HELD_OUT == 0) == held_out:
            for number, block in enumerate(re.split(r"\n\s*\n", path.read_text("utf-8").strip()), 1):
                yield _passage(f"{path.parent.name}/{path.name} block {number}", block)


def _passage(place: str, block: str) -> Passage:
    lines = {line[0]: line[2:].strip() for line in block.splitlines() if line[1:2] == ":"}
    if not {"T", "C"} <= lines.keys():
        raise ValueError(f"{place}: needs T: and C:")
    things: dict[str, tuple[str, ...]] = {}
    kinds = []
    for part in _parts(lines.get("E", "-")):
        kind, _, rest = part.partition(" ")
        forms = tuple(form.strip() for form in rest.split(" = "))
        if kind not in TYPES:
            raise ValueError(f"{place}: unknown type {kind!r}")
        things.update(dict.fromkeys(forms, forms))
        kinds.append((kind, forms))
    claims = tuple(_told(place, part, things) for part in _parts(lines["C"]))
    return Passage(place, lines["T"].replace("⏎", "\n"), claims, tuple(kinds))


def _parts(line: str) -> Iterator[str]:
    return (part for part in map(str.strip, line.split(";")) if part not in ("", "-"))


def _told(place: str, part: str, things: dict[str, tuple[str, ...]]) -> Told:
    body = re.sub(r" [@!].*$", "", part.lstrip("? "))
    ends = [end.strip() for end in body.split(" > ")]
    if len(ends) != 3 or ends[0] not in things:
        raise ValueError(f"{place}: {part!r} is no claim of a thing in E:")
    words = re.sub(r" [~<>=]+$", "", ends[2])
    return Told(things[ends[0]], ends[1], things.get(words, (words,)), part.startswith("?"))


def score(passage: Passage, claims: tuple[Claim, ...]) -> Score:
    """How many of a passage's required claims were found, how many claims are in none of its lines."""
    found = {told: [claim for claim in claims if _agree(passage.text, told, claim)] for told in passage.claims}
    used = {claim.key for several in found.values() for claim in several}
    required = [told for told in found if not told.optional]
    right = sum(bool(found[told]) for told in required)
    return Score(right, sum(claim.key not in used for claim in claims), len(required) - right)


def _agree(text: str, told: Told, claim: Claim) -> bool:
    if claim.predicate != told.predicate:
        return False
    if claim.object is None:
        return _called(claim.subject, told.subject) and _said(text, told.object[0], claim.evidence)
    ends = [(claim.subject, claim.object)]
    if told.predicate in EITHER_WAY_ROUND:
        ends.append((claim.object, claim.subject))
    return any(_called(one, told.subject) and _called(two, told.object) for one, two in ends)


def _called(entity: Entity, forms: tuple[str, ...]) -> bool:
    """Whether one of an entity's names is one of the forms, or part of it or around it (a new hall, the new hall in Oslo)."""
    ours, theirs = ({plain(TITLED.sub("", name)) for name in names} for names in ((n.text for n in entity.labels), forms))
    return bool(ours & theirs) or any(a in b or b in a for a in ours for b in theirs if min(len(a), len(b)) > 2)


def _said(text: str, words: str, evidence: tuple[Evidence, ...]) -> bool:
    starts = [found.start() for found in re.finditer(re.escape(words), text)]
    return any(span.start < start + len(words) and start < span.end for start in starts for span in evidence)
