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

_SINGLE = re.compile(r"[^、,/+;・|]+")
_MODEL_NUMBER = re.compile(r"(?:[A-Z][A-Za-z]+ )?[A-Z]{1,6}[A-Za-z]{0,3}-?\d[A-Z0-9]{1,6}(?:-\d+)?")
_MAKER = re.compile(
    r"[ァ-ヺー一-龥A-Z][ァ-ヺー・一-龥A-Za-z]{2,14}(?:重工|電機|電子|電工|計算|技研|工業|製作所|造船|ソフト|システムズ?|テック|コンピュータ|社)"
)
_PROPER = re.compile(r"[A-Z][\w.&'-]*(?: [A-Z0-9][\w.&'-]*)*")
_BEHIND = re.compile(r"[一-龥]学$|(?:ほか|他)\d*(?:名|人)?$")  # what a person's name leaves: 医学, ほか3名
_PERSON = re.compile(r"[^\d、。(（)）:/]{2,24}")
TOWN = re.compile(r"(?:北海道|東京都|(?:京都|大阪)府|[一-龥]{2,3}県)?(?P<town>[一-龥ぁ-んァ-ヶ]{1,6}?[市区町村])")
ROLES = re.compile(
    r"((?:代表|取締役|執行役員?|会長|社長|兼|副|最高[一-龥]{2}責任者|CEO|CFO|CTO|COO|創業者|共同|専務|常務|理事長|所長|学長|総裁|上席)+)\s*"
)
NOTHING = re.compile(r"[-–—―ー*]*|不明|非公[表開]|未定|未公[表開]|なし|無し|N/?A|n/?a|該当なし|同左|\?+|TBD|TBA")
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
    pattern = {"Product": _MODEL_NUMBER, "Organization": _MAKER}.get(kind)
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
        post = ROLES.match(inner)
        written = _BEHIND.sub("", HONORED.sub("", inner[post.end() :] if post else inner)).strip()
        left = text.find(written, at, cell[1]) if written else -1
        at += len(part) + 1
        inside = marks.inside(left, left + len(written)).names
        name = next((n for n in inside if n.type == "Person" and n.end - n.start >= 0.6 * len(written)), None)
        if left >= 0 and not NOTHING.fullmatch(written) and (name or _PERSON.fullmatch(written)):
            entity = name.entity() if name is not None else discovered("Person", written)
            yield Ref(entity, left, left + len(written)), post[1] if post else ""
