"""Tables, key-value lines and lists: the header names the value, the row or the page its subject (``spec/claims.md``, 6, 23).

Offsets are code points into the normalised text, end exclusive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile

from ingest import cells
from ingest.arguments import Ref
from ingest.attributes import Attributes
from ingest.cells import named
from ingest.claims import Draft
from ingest.dates import DateMention
from ingest.discourse import THINGS, Discourse
from ingest.document import Block, Shape, Span
from ingest.headers import BRACKET, Head, head, meant, negative, scaled
from ingest.named import fitting
from ingest.names import ANY, Name, discovered
from ingest.quantities import QuantityMention
from ingest.results import TERM
from ingest.scene import Marks, Slot
from ingest.setting import HELD
from ingest.stance import Stance
from kg.model import DateValue, Entity, Modality, Qualifier, Quantity
from ontology.lexicon import Attribute, patterns
from ontology.model import Property
from ontology.usage import usage

_RE = patterns("tables")
_SLASH = re.compile(r"\s*(?:(?<![\dA-Za-z])/|/(?![\dA-Za-z]))\s*")
_STOP = re.compile(r"\s*(?:\*\*\s*)?(?:[(:、,。—–]|\s[-―]|$)")


class Tables:
    """Reads rows and pairs."""

    def __init__(self, attributes: Attributes, discourse: Discourse, properties: Mapping[str, Property]) -> None:
        """One per article."""
        self._attributes = attributes
        self._discourse = discourse
        self._properties = properties
        self._tables: dict[int, tuple[Block, bool, str]] = {}
        self._lead = -1  # the block before the list at hand
        self._values: set[str] = set()  # what stands as a value: of a sheet about another thing
        self._fits: frozenset[str] = frozenset()  # of which kinds the one thing is that all keys of the sheet at hand are about
        self._noted = 0  # up to where the keys and values of a sheet are noted
        self._text = ""
        self._marks = Marks((), (), ())
        self._unit: QuantityMention | None = None  # that the heading gives to every bare number: (単位:百万円)

    # ---- shapes

    def pair(self, text: str, layout: Sequence[Block], number: int, marks: Marks) -> Iterator[Draft]:
        """A line ``key: value``."""
        self._text, self._marks, self._unit = text, marks, None
        key, value = layout[number].cells
        if key[0] >= self._noted:
            rows = self._rows(layout, number)
            self._noted = rows[-1].end
            self._sheet(rows)
        if value[1] - value[0] <= 80 and "。" not in text[value[0] : value[1] - 1]:
            yield from self._cell(head(text[slice(*key)], key), value, None, key[0])

    def _sheet(self, rows: Sequence[Block]) -> None:
        """Notes of what kinds the one thing is that most keys of a sheet are about; it is none of those that others name."""
        told = [(found, row.cells[1]) for row in rows if len(row.cells) == 2 for found in self._told(row.cells[0])]
        fits = Counter(kind for (_, kinds), _ in told for kind in kinds)
        most = max(fits.values(), default=0)
        self._fits = frozenset(kind for kind, keys in fits.items() if keys == most)
        others = [cell for (known, _), cell in told if known.kind == "relation"]
        self._values |= {n.entity().id for cell in others for n in self._marks.inside(*cell).names}

    def _told(self, key: Span) -> Iterator[tuple[Property, Collection[str]]]:
        """The property that a header or key names, and of what kinds of thing it tells."""
        for rule in islice(self._attributes.named(head(self._text[slice(*key)]).words), 1):
            if known := self._properties.get(rule.property):
                yield known, known.range if rule.inverse else known.domain

    def several(self, text: str, block: Block, marks: Marks) -> list[Draft]:
        """設立2019年/社長 永野理恵/本社:東京: keys and values in one line, the first perhaps what they are about."""
        self._text, self._marks, self._unit = text, marks, None
        cuts = [m.span() for m in _SLASH.finditer(text, block.start, block.end)]
        ends = [(block.start, block.start), *cuts, (block.end, block.end)]
        parts = [(a[1], b[0]) for a, b in pairwise(ends)]
        sizes = [len(found[0]) if (found := self._attributes.opening(text[a:b])) else 0 for a, b in parts]
        keyed = sum(size > 0 for size in sizes)
        if len(parts) < 2 or keyed < 2 or (len(parts) == 2 > keyed) or "。" in text[block.start : block.end]:
            return []
        named = _RE["named"].match(text, *parts[0])
        owner = None
        if named or not sizes[0]:
            kind = next((k for k, words in cells.OWNERS.items() if named and words.search(named["key"])), "Organization")
            start = named.end() if named else parts[0][0]
            owner = self._owner((start, parts[0][1]), named["key"] if named else "")
            if owner is None and named and start < parts[0][1]:
                owner = Ref(discovered(kind, text[start : parts[0][1]]), start, parts[0][1])
        made: list[Draft] = []
        for (a, b), size in zip(parts, sizes, strict=True):
            value = a + size + len(_RE["apart"].match(text, a + size, b)[0]) if size else b  # type: ignore[index]
            if size and value < b:
                made += self._cell(head(text[a : a + size], (a, a + size)), (value, b), owner, a)
        return made

    def listed(self, text: str, key: Span, value: Span, owner: Ref, marks: Marks) -> Iterator[Draft]:
        """A key and its value in a bracket behind the name that they belong to."""
        self._text, self._marks = text, marks
        yield from self._cell(head(text[slice(*key)], key), value, owner, key[0])

    def sized(self, property_: str, value: Quantity, owner: Ref, span: Span) -> Iterator[Draft]:
        """A figure alone in a bracket behind what it is of."""
        yield Draft(owner, property_, owner.start, span[1], Stance(), value=value, rule="table")

    def headed(self, text: str, layout: Sequence[Block], number: int, marks: Marks) -> Iterator[Draft]:
        """A line that opens with a name, under a heading that says of what: 主要投資家 / ・A社, 今週の調達 / ・B社 15億ドル."""
        self._text, self._marks, self._unit = text, marks, None
        block = layout[number]
        if layout[number - 1].shape not in (Shape.PAIR, Shape.ITEM):
            self._lead = number - 1
        announces = self._attributes.cues.announces
        announced = self._lead >= 0 and announces.search(text, layout[self._lead].start, layout[self._lead].end)
        above = self._lead if announced else block.heading
        if above < 0:
            return
        span = (layout[above].start, layout[above].end)
        key = head(announces.sub("", text[slice(*span)]), span)
        ranked = _RE["ranking"].match(key.words)  # 調達額ランキング / 1位 A社 15億円
        if ranked is None and block.shape is Shape.HEADING:
            return
        key = replace(key, words=ranked["noun"]) if ranked else key
        yield from self._member(key, block)
        name = next(iter(marks.inside(block.start, block.end).names), None)
        if (
            name is None
            or not _RE["home"].fullmatch(text, block.start, name.cover[0])
            or key.words == text[block.start : block.end]
        ):
            return
        values = marks.inside(name.cover[1], block.end)
        told: list[QuantityMention | DateMention] = [*values.quantities, *values.dates]
        first = min(told, key=lambda mark: mark.start, default=None)
        if first is not None and _RE["apart"].fullmatch(text, name.cover[1], first.start):
            yield from self._cell(key, (first.start, first.end), named(name), block.start)

    def _member(self, key: Head, block: Block) -> Iterator[Draft]:
        """What opens a line is one of those that the heading tells of."""
        rule = next((rule for rule in self._attributes.named(key.words) if rule.members), None)
        start = block.cells[0][0] if block.cells else block.start
        opens = _STOP.search(self._text, start, block.end)
        if rule is None or opens is None:
            return
        known = self._properties[rule.property]
        mine, theirs = (known.range, known.domain) if rule.inverse else (known.domain, known.range)
        other = cells.proper(self._text, self._marks, (start, opens.start()), theirs)
        if other is None or (
            any(self._attributes.named(other.entity.label())) and not self._marks.inside(other.start, other.end).names
        ):
            return
        own = [n for n in self._marks.inside(*key.span).names if n.type in mine]
        owner = named(own[-1]) if own else self._subject(None, mine, start, but=other.entity.id)
        if owner is not None and owner.entity.id != other.entity.id:
            first, second = (other, owner) if rule.inverse else (owner, other)
            modality = meant(self._text[own[-1].cover[1] : key.span[1]]) if own else key.modality
            yield Draft(first, rule.property, start, block.end, Stance(modality), object=second, rule="table")

    def row(self, text: str, layout: Sequence[Block], number: int, marks: Marks) -> Iterator[Draft]:
        """A row of a table; the first row is its header, unless it is a pair of key and value like the others."""
        self._text, self._marks = text, marks
        block = layout[number]
        table = self._tables.get(block.table)
        if table is None:
            rows = self._rows(layout, number)
            table = self._tables[block.table] = (rows[0], self._owned(rows), self._held(rows))
            self._sheet([] if table[1] else rows)
        titles, owned, held = table
        above = layout[number].heading
        self._unit = head(text[layout[above].start : layout[above].end]).unit if above >= 0 else None
        if block is not titles and self._dates(block.cells[0]) and not cells.titled(self._text, titles.cells[1:]):
            yield from self._of_term(block, titles)
        elif len(block.cells) == 2 and not owned:
            if block is not titles or self._speaks(block):
                yield from self._cell(
                    head(text[slice(*block.cells[0])], block.cells[0]), block.cells[1], None, block.cells[0][0]
                )
        elif block is not titles:
            yield from self._across(block, titles, held)

    def _rows(self, layout: Sequence[Block], number: int) -> list[Block]:
        """The lines that belong together: a table's, or those of keys and values under one heading."""
        here = layout[number]

        def alike(block: Block) -> bool:
            return (block.shape, block.table, block.heading) == (here.shape, here.table, here.heading)

        return [*reversed([*takewhile(alike, reversed(layout[:number]))]), *takewhile(alike, layout[number:])]

    def _speaks(self, block: Block) -> bool:
        """Whether a two-cell row already tells something: its key is an attribute and its value is no title of a column."""
        key, value = (self._text[slice(*cell)] for cell in block.cells)
        return (
            any(self._attributes.named(head(key).words))
            and not _RE["generic"].fullmatch(value)
            and not any(self._attributes.named(value))
        )

    def _owned(self, rows: Sequence[Block]) -> bool:
        """Whether the rows of two cells are about the things in the first: CoreWeave | 140億ドル."""
        cells = [row.cells[0] for row in rows[1:]]
        title = self._text[slice(*rows[0].cells[0])]
        keys = sum(any(self._attributes.named(head(self._text[slice(*cell)]).words)) for cell in cells)
        return bool(cells) and keys == 0 and sum(self._owner(cell, title) is not None for cell in cells) * 2 > len(cells)

    def _across(self, block: Block, titles: Block, held: str) -> Iterator[Draft]:
        columns = [self._owner(cell) for cell in titles.cells[1:]]
        start = block.cells[0][0]
        if sum(owner is not None for owner in columns) * 2 > len(columns):
            key = head(self._text[slice(*block.cells[0])], block.cells[0])
            for owner, cell in zip(columns, block.cells[1:], strict=False):
                if owner is not None:
                    yield from self._cell(key, cell, owner, start)
            return
        key = head(self._text[slice(*block.cells[0])], block.cells[0])
        if any(self._attributes.named(key.words)) and self._terms(titles):
            yield from self._by_term(key, block, titles)
            return
        first = (
            1 if len(titles.cells) > 3 and _RE["rank"].fullmatch(self._text[slice(*titles.cells[0])]) else 0
        )  # 年 | 名称 | …
        others = [pair for at, pair in enumerate(zip(titles.cells, block.cells, strict=False)) if at != first]
        corner = self._text[slice(*titles.cells[first])]
        kinds = self._kinds([title for title, _ in others]) if cells.CALLED.fullmatch(corner) else ""
        if first >= len(block.cells) or (owner := self._owner(block.cells[first], kinds or corner)) is None:
            return
        named_so = BRACKET.search(self._text, *block.cells[first])
        way = meant(named_so[0]) if named_so else Modality.ASSERTED  # Colossus 2(計画)
        for title, cell in others:
            key = head(self._text[slice(*title)], title)
            key = replace(key, modality=way) if key.modality is Modality.ASSERTED else key
            told = list(self._cell(key, cell, owner, start, as_of=held))
            if not told and _RE["generic"].fullmatch(key.words):
                key = replace(head(corner, titles.cells[0]), unit=key.unit or head(corner).unit)
                told = list(self._cell(key, cell, owner, start, as_of=held))
            yield from told

    def _kinds(self, titles: Sequence[Span]) -> str:
        """The kind of thing that has all of a table's attributes, as a title: 名称 | CPU | 完成年 are of facilities."""
        fits = [kinds for title in titles for _, kinds in self._told(title)]
        told = ((kind, title) for kind, title in (("Facility", "施設"), ("Model", "モデル"), ("Organization", "会社")))
        return next((title for kind, title in told if fits and all(kind in types for types in fits)), "")

    def _terms(self, titles: Block) -> bool:
        """Whether the columns are terms or versions of the same figures: 25/3期 | 26/3期, 前回予想 | 修正後."""
        told = [self._text[slice(*cell)] for cell in titles.cells[1:]]
        return any(_RE["term"].search(title) for title in told) and not any(self._owner(cell) for cell in titles.cells[1:])

    def _by_term(self, key: Head, block: Block, titles: Block) -> Iterator[Draft]:
        for title, cell in zip(titles.cells[1:], block.cells[1:], strict=False):
            words = self._text[slice(*title)]
            if not _RE["change"].search(words):
                told = replace(key, unit=key.unit or head(words).unit, modality=meant(words), span=title)
                yield from self._cell(told, cell, None, block.cells[0][0])

    def _dates(self, cell: Span) -> bool:
        """Whether a cell holds only a date or term: 2024年, 25年3月期."""
        dates = self._marks.inside(*cell).dates
        rest = _RE["term"].sub("", self._text[dates[0].end : cell[1]]) if dates else ""
        return bool(dates) and dates[0].start - cell[0] < 2 and len(rest.strip(" *()度月")) < 2

    def _of_term(self, block: Block, titles: Block) -> Iterator[Draft]:
        """A row of figures of one term, under the attributes that head the columns: 2024年 | 314億円 | 41億円."""
        for title, cell in zip(titles.cells[1:], block.cells[1:], strict=False):
            words = self._text[slice(*title)]
            if not _RE["change"].search(words):
                key = replace(head(words, block.cells[0]), modality=meant(words + self._text[slice(*block.cells[0])]))
                yield from self._cell(key, cell, None, block.cells[0][0])

    def _held(self, rows: Sequence[Block]) -> str:
        """The date at which a table says its figures held (2025年11月末の時点), in its header or shortly before it."""
        around = self._marks.inside(max(0, rows[0].start - 300), rows[0].end).dates
        return next((date.value.date for date in around if HELD.match(self._text, date.core_end)), "")

    # ---- who it is about

    def _owner(self, cell: Span, title: str = "") -> Ref | None:
        """The thing in a cell that is its name; ``title`` is the column's header, which types what nobody knows."""
        inside = self._marks.inside(*cell).names
        written = BRACKET.sub("", self._text[slice(*cell)]).strip(" *")
        kind = next((kind for kind, words in cells.OWNERS.items() if words.search(BRACKET.sub("", title).strip())), "")
        length = inside[0].end - inside[0].start if inside and inside[0].start - cell[0] < 12 else 0
        fits = bool(inside) and (not kind or inside[0].type in (kind, ANY) or length >= 0.9 * len(written))
        if fits and length >= 0.5 * len(written):
            return named(inside[0], kind)
        if (
            kind
            and written
            and not cells.NOTHING.fullmatch(written)
            and len(written) <= 30
            and not re.search(r"[。はがを]", written)
        ):
            return Ref(discovered(kind, written), cell[0], cell[0] + len(written))
        return None

    def _subject(self, owner: Ref | None, types: Collection[str], at: int, *, place: bool = False, but: str = "") -> Ref | None:
        if owner is not None:
            return owner if owner.entity.type in types else None
        entity: Entity | None = next((e for e in self._discourse.heading if e.type in types and e.id != but), None)
        if entity is None and not place:
            types = frozenset(types) & self._fits
            kinds = ("Facility", "Project") if "Facility" in types else ("Project", "Organization")  # not who built it
            pool = (self._discourse.main(kind) for kind in kinds if kind in types)
            entity = next((e for e in pool if e is not None and e.id not in self._values and e.id != but), None)
        titled = self._discourse.titled
        if isinstance(titled, Name):
            titled = titled.entity(kind) if (kind := fitting(titled, types)) else None
        if entity is None and titled is not None and titled.type in types:
            entity = titled
        return Ref(entity, at, at, f"(table) → {entity.id}") if entity is not None else None

    # ---- what it says

    def _cell(self, key: Head, cell: Span, owner: Ref | None, start: int, as_of: str = "") -> Iterator[Draft]:
        written = self._text[slice(*cell)]
        if cells.NOTHING.fullmatch(BRACKET.sub("", written).strip()):
            return
        said = meant(written)
        key = replace(key, modality=said if said is not Modality.ASSERTED else key.modality)
        for words in (key.words, _RE["about"].sub("", key.words), *re.split(r"[/・、]|および|と", key.words)):
            for rule in self._attributes.named(words):
                known = self._properties.get(rule.property)
                if known is None:
                    continue
                made = self._related if known.kind == "relation" else self._valued
                drafts = [replace(draft, as_of=draft.as_of or as_of) for draft in made(key, rule, known, cell, owner, start)]
                yield from drafts
                if drafts:
                    return

    def _valued(
        self, key: Head, rule: Attribute, known: Property, cell: Span, owner: Ref | None, start: int
    ) -> Iterator[Draft]:
        subject = self._subject(owner, known.domain, start)
        if subject is None:
            return
        slots = [s for s in self._slots(key, known, cell) if s.quantity is None or s.quantity.converts is None]
        grown = {s.quantity.grows_to for s in slots if s.quantity is not None and s.quantity.grows_to}
        for slot in slots:
            value = self._attributes.value(rule, slot)
            if value is None or re.search(r"うち[^、]{0,8}$", self._text[cell[0] : slot.start]):
                continue
            later = (slot.start, slot.end) in grown and self._text[slot.end : slot.end + 1] == "へ"
            stance = Stance(Modality.PLANNED if later else key.modality)
            yield Draft(
                subject,
                rule.property,
                start,
                cell[1],
                stance,
                value=value,
                qualifiers=self._about(known, key, cell),
                rule="table",
            )
            if isinstance(value, DateValue):
                yield from self._beside(subject, cell, slot, stance)
                return
            behind = self._marks.inside(slot.end, cell[1]).names if rule.beside else ()
            for ref in (named(n) for n in behind if n.type == "Organization" and n.entity().id != subject.entity.id):
                yield Draft(ref, rule.beside, start, cell[1], stance, object=subject, rule="table")

    def _beside(self, subject: Ref, cell: Span, slot: Slot, stance: Stance) -> Iterator[Draft]:
        """2029年(ルーマニア): the place in the bracket behind a date is where it happens."""
        for name in self._marks.inside(slot.end, cell[1]).names:
            if name.type == "Place" and self._text[slot.end : name.start].strip() == "(":
                where = Ref(name.entity(), name.start, name.end)
                yield Draft(subject, usage().place, cell[0], cell[1], stance, object=where, rule="table")

    def _about(self, known: Property, key: Head, cell: Span) -> dict[str, Qualifier]:
        if known.name == usage().raised and (found := _RE["round"].search(self._text[slice(*cell)])):
            return {"round": found[0]}
        if known.name in usage().termed:
            for span in (cell, key.span):
                dates = self._marks.inside(*span).dates
                if found := TERM.search(self._text, *span):
                    return {"period": found[0]}
                if dates:
                    return {"period": self._text[dates[0].core_start : dates[0].core_end]}
        return {}

    def _slots(self, key: Head, known: Property, cell: Span) -> list[Slot]:
        inside = self._marks.inside(*cell).quantities
        made = [Slot(q.start, q.end, "", quantity=q) for q in inside if q.kind != "bare"]
        made += [Slot(d.start, d.end, "", date=d) for d in self._marks.inside(*cell).dates]
        if not made and known.kind == "quantity":
            rest = BRACKET.sub("", self._text[slice(*cell)])
            alone = len(inside) == 1 and len(rest) - (inside[0].core_end - inside[0].core_start) < 4
            made = [
                Slot(q.start, q.end, "", quantity=value)
                for q in inside
                if (value := scaled(replace(key, unit=key.unit or self._unit), known, q, alone=alone)) is not None
            ]
            if re.match(r"[△▲−-]", self._text[slice(*cell)]):
                made = [replace(s, quantity=negative(s.quantity)) for s in made if s.quantity is not None]
        return made

    def _related(
        self, key: Head, rule: Attribute, known: Property, cell: Span, owner: Ref | None, start: int
    ) -> Iterator[Draft]:
        mine, theirs = (known.range, known.domain) if rule.inverse else (known.domain, known.range)
        subject = self._subject(owner, mine, start, place=known.name == usage().place)
        if subject is None:
            return
        for other, qualifiers in self._others(known, theirs, cell, key):
            self._values.add(other.entity.id)
            if other.entity.id == subject.entity.id:
                continue
            first, second = (other, subject) if rule.inverse else (subject, other)
            stance = Stance(key.modality)
            yield Draft(first, rule.property, start, cell[1], stance, object=second, qualifiers=qualifiers, rule="table")
            yield from self._sized(known, other, cell, stance)

    def _others(
        self, known: Property, types: Collection[str], cell: Span, key: Head
    ) -> Iterator[tuple[Ref, dict[str, Qualifier]]]:
        """The entities that a cell names, people with their post."""
        if "Person" in types and known.name in usage().joined:
            for person, post in cells.people(self._text, self._marks, cell):
                role = "" if known.name == usage().founder else post or key.words
                yield person, {"role": role} if role else {}
        elif known.name == usage().place:
            yield from ((ref, {}) for ref in cells.places(self._text, self._marks, cell))
        else:
            form = next((kind for kind in usage().coded.get(known.name, ()) if kind in types), "")
            yield from ((ref, {}) for ref in cells.things(self._text, self._marks, cell, types, form))

    def _sized(self, known: Property, other: Ref, cell: Span, stance: Stance) -> Iterator[Draft]:
        """Amazon(320-960MW): power in the bracket behind a customer is what that one takes."""
        if known.name not in usage().clients or other.entity.type not in ("Organization", *THINGS):
            return
        for quantity in self._marks.inside(other.end, cell[1]).quantities:
            if quantity.kind == "power" and self._text[other.end : quantity.start].strip() == "(":
                yield Draft(other, usage().power, other.start, cell[1], stance, value=quantity.value, rule="table")
