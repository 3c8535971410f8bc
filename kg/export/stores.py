"""A store as the source of exports: claims read anew at every turn, and its graphs as RDF (TriG, N-Quads, Turtle, JSON-LD)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from tempfile import SpooledTemporaryFile

import ontology
from kg import catalog
from kg.cite import Reference, whole
from kg.export.derived import derived_edges
from kg.export.formats import Format, Source
from kg.export.projection import GraphOptions
from kg.model import Article, Claim
from kg.namespaces import META_GRAPH
from kg.oxigraph import write
from kg.selection import Selection, select
from kg.store import Store
from kg.terms import Quad, nquad

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class StoreClaims:
    """The claims of a store that may pass a selection, by article and first words, in flat memory."""

    store: Store
    selection: Selection

    def __iter__(self) -> Iterator[Claim]:
        chosen = self.selection
        return catalog.claims(
            self.store,
            predicate=_any(chosen.predicates),
            modality=_any(chosen.modalities),
            min_confidence=chosen.confidence or None,
        )


def _any(names: Collection[str]) -> Sequence[str] | None:
    return sorted(names) if names else None


@cache
def property_names(lang: str) -> Mapping[str, str]:
    """Each property's and qualifier's label in a language, by its local name."""
    known = ontology.load()
    labels = {**known.qualifiers, **{name: each.labels for name, each in known.properties.items()}}
    return {name: next((label.text for label in some if label.lang == lang), name) for name, some in labels.items()}


def of_store(store: Store, options: GraphOptions | None = None) -> Source:
    """What :func:`kg.export.export` takes. Articles come without their text, properties with the ontology's labels."""
    given = options or GraphOptions()
    chosen = given if given.names else replace(given, names=property_names(given.lang))
    infos = catalog.article_infos(store)
    articles = {info.id: Article(info.id, "", info.title, info.publisher, info.url, info.published) for info in infos}
    derived = tuple(derived_edges(store, articles, chosen)) if chosen.derived else ()
    return Source(StoreClaims(store, chosen.selection), articles, chosen, derived, lambda name: dump(store, name))


def export_reference(source: Source, format: Format, address: str, day: str) -> Reference:
    """The reference of a whole export, found at ``address`` on ``day``."""
    claims = list(select(source.claims, source.articles, source.options.selection))
    return whole(f"aikg export, {format.name}, {len(claims)} claims", address, day, claims)


def dump(store: Store, format: str) -> Iterator[bytes]:
    """Every graph but the store's own metadata; the same content gives the same bytes. One graph is in memory at a time.

    Turtle has no graphs: it holds all triples together. Raises :class:`UnknownFormat`.
    """
    with SpooledTemporaryFile(max_size=1 << 22) as file:
        write(_ordered(store), file, format)
        file.seek(0)
        yield from iter(lambda: file.read(BLOCK), b"")


def _ordered(store: Store) -> Iterator[Quad]:
    for graph in store.graphs():
        if graph != META_GRAPH:
            yield from sorted(store.quads(graph), key=nquad)
