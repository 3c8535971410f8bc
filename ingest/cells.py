"""What a cell names: things and people, on no list too, told by what sets them apart there.

Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ingest.arguments import Ref
from ingest.document import Span
from ingest.headers import BRACKET
from ingest.names import ANY, Name, discovered
from ingest.scene import Marks
from ingest.setting import HONORED
from ontology.lexicon import patterns

_SINGLE = re.compile(r"[^、,/+;・|]+")
_MODEL_NUMBER = re.compile(r"(?:[A-Z][A-Za-z]+ )?[A-Z]{1,6}[A-Za-z]{0,3}-?\d[A-Z0-9]{1,6}(?:-\d+)?")
_RE = patterns("cells")
OWNERS = patterns("owners")
NOTHING, TOWN, CALLED = _RE["nothing"], _RE["town"], _RE["called"]
_PROPER = re.compile(r"[A-Z][\w.&'-]*(?: [A-Z0-9][\w.&'-]*)*")
_PERSON = re.compile(r"[^\d、。(（)）:/]{2,24}")
KINDS = ("Organization", "Product", "Facility")


def named(name: Name, kind: str = "") -> Ref:
    """What a name names; ``kind`` is its type where it has none of its own."""
    return Ref(name.entity(kind or "Organization"), name.start, name.end)


def proper(text: str, marks: Marks, span: Span, types: Collection[str]) -> Ref | None:
    """The thing of ``types`` whose name is all that stands there."""
    written = text[slice(*span)].strip(" *「」")
    at = text.find(written, *span)
    name = next(iter(marks.inside(*span).names), None)
    kind = next((kind for kind in KINDS if kind in types), "")
    if name is not None and name.start - at < 2 and name.end - name.start >= 0.8 * len(written):
        return named(name, kind) if name.type in (*types, ANY) else None
    return Ref(discovered(kind, written), at, at + len(written)) if kind and _PROPER.fullmatch(written) else None


def longer(text: str, name: Name, cell: Span) -> Span | None:
    """What a list sets apart, where a name only opens it: Snowflake / Google BigQuery."""
    for found in _SINGLE.finditer(text, *cell):
        word = BRACKET.sub("", found[0]).strip(" *")
        at = found.start() + found[0].find(word)
        if at == name.start and name.end < at + len(word) and _PROPER.fullmatch(word):
            return at, at + len(word)
    return None


def coded(text: str, marks: Marks, cell: Span, kind: str) -> Iterator[Ref]:
    """What a cell sets apart, though no list has it: QX1200/TR-55, a maker alone."""
    pattern = {"Product": _MODEL_NUMBER, "Organization": _RE["maker"]}.get(kind)
    for found in _SINGLE.finditer(text, *cell) if pattern else ():
        word = found[0].strip()
        at = found.start() + found[0].index(word) if word else 0
        if pattern and pattern.fullmatch(word) and not marks.inside(at, at + len(word)).names:
            yield Ref(discovered(kind, word), at, at + len(word))


def people(text: str, marks: Marks, cell: Span) -> Iterator[tuple[Ref, str]]:
    """The people in a cell, known or not, each with the post in front: 代表取締役社長 浅香 美帆."""
    at = cell[0]
    for part in re.split(r"[、,/+]|\s*&\s*", BRACKET.sub(lambda m: "\0" * len(m[0]), text[slice(*cell)])):
        inner = part.replace("\0", "").strip()
        post = _RE["roles"].match(inner)
        written = _RE["behind"].sub("", HONORED.sub("", inner[post.end() :] if post else inner)).strip()
        left = text.find(written, at, cell[1]) if written else -1
        at += len(part) + 1
        inside = marks.inside(left, left + len(written)).names
        name = next((n for n in inside if n.type == "Person" and n.end - n.start >= 0.6 * len(written)), None)
        if left >= 0 and not _RE["nothing"].fullmatch(written) and (name or _PERSON.fullmatch(written)):
            entity = name.entity() if name is not None else discovered("Person", written)
            yield Ref(entity, left, left + len(written)), post[1] if post else ""


def places(text: str, marks: Marks, cell: Span) -> Iterator[Ref]:
    """Where a cell says that something is, as closely as it says: a town stands behind its prefecture."""
    told = [n for n in marks.inside(*cell).names if n.type == "Place"]
    town = TOWN.match(text, cell[0], cell[1])
    if town and not any(n.end >= town.end("town") for n in told):
        yield Ref(discovered("Place", town["town"]), town.start("town"), town.end("town"))
    elif told:
        narrow = told[0] if len(told) > 2 or ", " in text[told[0].end : told[-1].start] else told[-1]
        yield Ref(narrow.entity(), told[0].start, told[-1].end)


def things(text: str, marks: Marks, cell: Span, types: Collection[str], form: str) -> Iterator[Ref]:
    """The things of ``types`` that a cell names; one of the type ``form`` may be told by its form alone."""
    yield from coded(text, marks, cell, form)
    for name in marks.inside(*cell).names:
        inner = text[cell[0] : name.start]
        if inner.count("(") > inner.count(")") and name.type not in ("Product", "Model"):
            continue
        if (whole := longer(text, name, cell)) is not None:
            yield from (ref for ref in [proper(text, marks, whole, types)] if ref is not None)
            continue
        open_ = next((kind for kind in ("Organization", "Product") if name.type == ANY and kind in types), "")
        if kind := name.type if name.type in types else open_:
            yield Ref(name.entity(kind), name.start, name.end)


def titled(text: str, titles: Collection[Span]) -> bool:
    """Whether a column holds the names of things: 年 | 名称 | CPU."""
    told = [text[slice(*title)] for title in titles]
    return any(CALLED.fullmatch(title) or any(owner.search(title) for owner in OWNERS.values()) for title in told)
