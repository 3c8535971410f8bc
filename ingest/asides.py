"""What a bracket behind a name tells of it: (本社:札幌市), (2019年設立), (出力91.2万kW), (シリーズG、評価額81億ドル).

Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.arguments import Arguments, Ref
from ingest.attributes import CHIPS, Attributes, sizes
from ingest.claims import Draft
from ingest.clauses import Chunk
from ingest.dates import DateMention
from ingest.discourse import THINGS
from ingest.document import Span
from ingest.named import CODED
from ingest.names import ANY
from ingest.quantities import QuantityMention
from ingest.scene import Marks, Scene, Slot
from ingest.stance import Stance
from ingest.tables import Tables
from ontology.lexicon import patterns, words
from ontology.usage import usage

_PART = re.compile(r"[^、,;/()()]+")
_PAIR = re.compile(r"([^:、,()()]{1,12}):([^、,()()]+)")
_RE = patterns("asides")
_WORDS = words("asides")


class Asides:
    """Reads the bracketed remarks of one article."""

    def __init__(self, tables: Tables, attributes: Attributes, arguments: Arguments, marks: Marks, text: str) -> None:
        """``tables`` reads a remark as it does a key and its value."""
        self._tables, self._attributes, self._arguments, self._marks, self._text = tables, attributes, arguments, marks, text

    def read(self, scene: Scene) -> Iterator[Draft]:
        """The claims of the remarks of a sentence."""
        for start, end in scene.asides:
            inside = self._marks.inside(start, end)
            for told in [q for q in inside.quantities if not self._text[start : q.start].strip(" (")][:1]:
                slot = Slot(told.start, told.end, "", quantity=told)
                yield from self._attributes.remark(scene, start, slot)
            owner = self._owner(scene, start)
            if owner is None:
                continue
            places = [n for n in inside.names if n.type == "Place" and n.start - start < 3]
            if owner.how and places and places[-1].cover[1] == end - 1:  # ラピダスの工場(千歳市)
                where = Ref(places[-1].entity(), *places[-1].cover)
                yield Draft(owner, usage().place, owner.start, end - 1, Stance(), object=where, rule="nominal")
            pairs = list(_PAIR.finditer(self._text, start, end))
            for found in pairs:
                yield from self._tables.listed(self._text, found.span(1), found.span(2), owner, self._marks)
            for part in () if pairs else _PART.finditer(self._text, start, end):
                yield from self._told(part.span(), owner)

    def _owner(self, scene: Scene, at: int) -> Ref | None:
        """The name or described thing right before a remark; behind a figure, the only company of the sentence."""
        near = self._marks.inside(scene.start, at)
        name = next((n for n in near.names if n.cover[1] <= at and self._text[n.cover[1] : at] in _WORDS["forms"]), None)
        if name is not None:
            return Ref(name.entity("Organization"), name.start, name.end)
        if any(q.end == at and q.kind == "money" for q in near.quantities):
            firms = {
                n.entity("Organization"): n
                for s in scene.slots
                for n in s.names
                if n.type in ("Organization", ANY) and n.start < at
            }
            return next((Ref(e, n.start, n.end) for e, n in firms.items()), None) if len(firms) == 1 else None
        chunk = self._ending(scene, at)
        refs = self._arguments.refs(scene, chunk, THINGS, generic=True) if chunk is not None else ()
        return refs[0] if refs else None

    def _ending(self, scene: Scene, at: int) -> Chunk | None:
        position = scene.made.new(at - 1 - scene.start, at - scene.start)[0]
        return next((c for c in scene.chunks if c.start <= position < c.end), None)

    def _told(self, part: Span, owner: Ref) -> Iterator[Draft]:
        """評価額81億ドル, 2019年設立, 40MW: a value with the noun of an attribute on one side, or power alone."""
        inside = self._marks.inside(*part)
        marks: list[QuantityMention | DateMention] = [*inside.quantities, *inside.dates]
        for mark in marks:
            key = (part[0], mark.start)
            if not self._text[slice(*key)].strip():
                words = _RE["stated"].sub("", self._text[mark.end : part[1]])
                key = (mark.end, mark.end + len(words))
            value = (mark.start, part[1] if key[0] < mark.start else mark.end)
            if isinstance(mark, QuantityMention) and mark.counter in CHIPS and self._chips(*part):
                yield from self._tables.sized(usage().chips, replace(mark.value, unit="GPU"), owner, part)
            elif key[0] < key[1]:
                yield from self._tables.listed(self._text, key, value, owner, self._marks)
            elif isinstance(mark, QuantityMention) and mark.kind in sizes() and owner.entity.type in THINGS:
                yield from self._tables.sized(sizes()[mark.kind], mark.value, owner, part)

    def _chips(self, start: int, end: int) -> bool:
        """Whether a part of a remark counts chips: H200を6128基, GPU 640基."""
        made = (n.type == "Product" or (n.type == ANY and CODED.search(n.text)) for n in self._marks.inside(start, end).names)
        return any(made) or "GPU" in self._text[start:end]
