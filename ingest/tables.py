"""Tables, key-value lines and lists: the subject is the row's or the table's, the header names the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.arguments import Ref
from ingest.attributes import Attributes
from ingest.claims import Draft
from ingest.discourse import Discourse
from ingest.document import Block, Shape
from ingest.names import Name
from ingest.scene import Marks, Slot
from ingest.stance import Stance
from kg.model import Entity, Modality
from ontology.lexicon import Attribute
from ontology.model import Property

Span = tuple[int, int]


class Tables:
    """Reads rows and pairs."""

    def __init__(self, attributes: Attributes, discourse: Discourse, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._attributes = attributes
        self._discourse = discourse
        self._properties = properties

    def pair(self, text: str, block: Block, marks: Marks) -> Iterator[Draft]:
        """A line ``key: value``."""
        key, value = block.cells
        yield from self._cell(text, text[slice(*key)], value, None, marks, key[0])

    def listed(self, text: str, key: Span, value: Span, owner: Name, marks: Marks) -> Iterator[Draft]:
        """A key and its value in a bracket behind the name that they belong to."""
        yield from self._cell(text, text[slice(*key)], value, owner, marks, key[0])

    def row(self, text: str, layout: Sequence[Block], number: int, marks: Marks) -> Iterator[Draft]:
        """A row of a table; the first row is its header."""
        block = layout[number]
        rows = [b for b in layout if b.shape is Shape.ROW and b.table == block.table]
        header = rows[0]
        if block is header:
            return
        names = [self._owner(text, cell, marks) for cell in header.cells[1:]]
        if len(block.cells) == 2:
            yield from self._cell(text, text[slice(*block.cells[0])], block.cells[1], None, marks, block.cells[0][0])
        elif sum(name is not None for name in names) * 2 > len(names):
            for name, cell in zip(names, block.cells[1:], strict=False):
                if name is not None:
                    yield from self._cell(text, text[slice(*block.cells[0])], cell, name, marks, block.cells[0][0])
        else:
            name = self._owner(text, block.cells[0], marks)
            for head, cell in zip(header.cells[1:], block.cells[1:], strict=False):
                if name is not None:
                    yield from self._cell(text, text[slice(*head)], cell, name, marks, block.cells[0][0])

    def _owner(self, text: str, cell: Span, marks: Marks) -> Name | None:
        inside = marks.inside(*cell).names
        return inside[0] if len(inside) == 1 and inside[0].end - inside[0].start >= 0.5 * (cell[1] - cell[0]) else None

    def _cell(self, text: str, key: str, cell: Span, owner: Name | None, marks: Marks, start: int) -> Iterator[Draft]:
        key = re.sub(r"[\s(（].*$", "", key.strip())
        for rule in self._attributes.named(key):
            known = self._properties.get(rule.property)
            if known is None:
                continue
            drafts = (
                list(self._relation(rule, known, cell, owner, marks, start))
                if known.kind == "relation"
                else list(self._value(rule, known, cell, owner, marks, start, text))
            )
            yield from drafts
            if drafts:
                return

    def _subject(self, owner: Name | None, types: frozenset[str], at: int, *, place: bool = False) -> Ref | None:
        if owner is not None:
            kind = owner.type if owner.type in types else next(iter(sorted(types)), "") if owner.type == "Name" else ""
            return Ref(owner.entity(kind), owner.start, owner.end) if kind else None
        entity: Entity | None = next((e for e in self._discourse.heading if e.type in types), None)
        if entity is None and "Place" not in types and not place:
            for kind in ("Facility", "Project", "Organization"):
                if kind in types and (entity := self._discourse.main(kind)) is not None:
                    break
        return Ref(entity, at, at, f"(table) → {entity.id}") if entity is not None else None

    def _value(
        self, rule: Attribute, known: Property, cell: Span, owner: Name | None, marks: Marks, start: int, text: str
    ) -> Iterator[Draft]:
        subject = self._subject(owner, known.domain, start)
        if subject is None:
            return
        slots = [Slot(q.start, q.end, "", quantity=q) for q in marks.inside(*cell).quantities]
        slots += [Slot(d.start, d.end, "", date=d) for d in marks.inside(*cell).dates]
        grown = {q.quantity.grows_to for q in slots if q.quantity is not None and q.quantity.grows_to}
        for slot in slots:
            value = self._attributes.value(rule, slot)
            if value is not None:
                planned = (slot.start, slot.end) in grown and text[slot.end : slot.end + 1] == "へ"
                stance = Stance(Modality.PLANNED if planned or "予定" in text[slice(*cell)] else Modality.ASSERTED)
                yield Draft(subject, rule.property, start, cell[1], stance, value=value, rule="table")

    def _relation(
        self, rule: Attribute, known: Property, cell: Span, owner: Name | None, marks: Marks, start: int
    ) -> Iterator[Draft]:
        names = marks.inside(*cell).names
        mine, theirs = (known.range, known.domain) if rule.inverse else (known.domain, known.range)
        subject = self._subject(owner, mine, start, place=known.name == "locatedIn")
        for name in names:
            kind = (
                name.type if name.type in theirs else "Organization" if name.type == "Name" and "Organization" in theirs else ""
            )
            if subject is None or not kind or name.entity(kind).id == subject.entity.id:
                continue
            other = Ref(name.entity(kind), name.start, name.end)
            first, second = (other, subject) if rule.inverse else (subject, other)
            yield Draft(first, rule.property, start, name.end, Stance(), object=second, rule="table")
