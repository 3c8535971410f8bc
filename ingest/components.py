"""Parts of extraction as spaCy components, usable in any pipeline whose text is Japanese (docs/extraction.md, spaCy).

Importing this module registers ``kg_names``, ``kg_quantities``, ``kg_dates`` and ``kg_claims`` for ``nlp.add_pipe``
(https://spacy.io/usage/processing-pipelines). Each sets ``doc.spans[name]`` and ``doc._.<name>``, plain values that survive
``doc.to_bytes``; offsets are characters of ``doc.text``. ``doc._.kg_published``, set beforehand, is what relative dates refer
to. The claims are those of ``ingest.pipeline``, which parses rewritten sentences by itself: what else the pipeline holds
does not matter to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from ingest.dates import find_dates
from ingest.names import ANY
from ingest.normal import normalise
from ingest.pipeline import Extractor
from ingest.quantities import find_quantities
from kg.jsonl import claim_json, entity_json, value_json
from kg.model import Article

__all__ = ["kg_claims", "kg_dates", "kg_names", "kg_quantities"]

Mark = tuple[int, int, str, str, dict[str, Any]]  # start, end, label and id of a span, and its values

for extension, default in (("published", ""), ("names", ()), ("quantities", ()), ("dates", ()), ("claims", ())):
    Doc.set_extension(f"kg_{extension}", default=default, force=True)


@cache
def _extractor() -> Extractor:
    return Extractor()


def _kept(doc: Doc, name: str, found: Iterable[Mark]) -> Doc:
    """The document with what was found, as values and as spans, each span widened to whole tokens."""
    marks = list(found)
    doc._.set(name, [{"start": start, "end": end, **row} for start, end, _, _, row in marks])
    made = (doc.char_span(a, b, label=label, kb_id=ident, alignment_mode="expand") for a, b, label, ident, _ in marks)
    kept: list[Span] = [span for span in made if span is not None]
    doc.spans[name] = kept
    return doc


@Language.component("kg_names", assigns=["doc._.kg_names"])
def kg_names(doc: Doc) -> Doc:
    """Names: ``entity`` as in the export (None where the text does not tell its type); spans have type and entity id."""
    normal = normalise(doc.text)

    def found() -> Iterator[Mark]:
        for name in _extractor().marks(normal.text, doc._.kg_published).names:
            entity = None if name.type == ANY else name.entity()
            row = {"type": name.type, "entity": entity and dict(entity_json(entity))}
            yield *normal.raw(name.start, name.end), name.type, entity.id if entity else "", row

    return _kept(doc, "kg_names", found())


@Language.component("kg_quantities", assigns=["doc._.kg_quantities"])
def kg_quantities(doc: Doc) -> Doc:
    """Quantities: ``value`` as in the export, ``kind``, ``per``; spans have the kind."""
    normal = normalise(doc.text)

    def found() -> Iterator[Mark]:
        for quantity in find_quantities(normal.text):
            row = {"kind": quantity.kind, "per": quantity.per, "value": dict(value_json(quantity.value))}
            yield *normal.raw(quantity.start, quantity.end), quantity.kind, "", row

    return _kept(doc, "kg_quantities", found())


@Language.component("kg_dates", assigns=["doc._.kg_dates"])
def kg_dates(doc: Doc) -> Doc:
    """Dates: ``value`` as in the export, ``kind`` and ``precision``; spans have the date as their id."""
    normal = normalise(doc.text)

    def found() -> Iterator[Mark]:
        for date in find_dates(normal.text, doc._.kg_published or None):
            row = {"kind": date.kind, "precision": date.precision, "value": dict(value_json(date.value))}
            yield *normal.raw(date.start, date.end), "DATE", date.value.date, row

    return _kept(doc, "kg_dates", found())


@Language.component("kg_claims", assigns=["doc._.kg_claims"])
def kg_claims(doc: Doc) -> Doc:
    """Claims as in the JSON Lines export; spans are their evidence, with the property and the claim's id."""
    claims = _extractor().read(Article("doc", doc.text, published=doc._.kg_published)).claims
    _kept(doc, "kg_claims", ((e.start, e.end, c.predicate, c.id, {}) for c in claims for e in c.evidence))
    doc._.kg_claims = [dict(claim_json(claim)) for claim in claims]
    return doc
