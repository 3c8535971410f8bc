"""Articles into a store one after another, each acknowledged once it is safe (docs/decisions/store-protocol.md)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import ontology
from kg import catalog
from kg.errors import InputError, Nonconforming
from kg.model import Article, Reading
from kg.store import Store
from kg.validate import write
from ontology import Ontology

FLUSH_EVERY = 0.1
"""Seconds between flushes at least; a flush waits for the disk several times."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: its reading (None where what the store has is still current), or why it was refused."""

    article: Article
    reading: Reading | None = None
    changed: bool = False
    error: InputError | Nonconforming | None = None


def ingest(
    store: Store,
    articles: Iterable[Article],
    read: Callable[[Article], Reading],
    *,
    extractor: str,
    onto: Ontology | None = None,
) -> Iterator[Kept]:
    """Reads each article into the store; one that is yielded without an error is acknowledged: it survives a crash.

    Running it again resumes: an article that the store holds just so, read by this extractor with this version of the
    ontology, is not read again. ``catalog.articles(store)`` as ``articles`` reads anew what is out of date. Articles that
    are read faster than ``FLUSH_EVERY`` are acknowledged together. Raises :class:`StoreError` where the store fails; what
    was yielded before is safe then, and nothing else is half written.
    """
    onto = onto or ontology.load()
    written: list[Kept] = []
    flushed = time.monotonic()
    for article in articles:
        written.append(_keep(store, article, read, extractor, onto))
        if time.monotonic() >= flushed + FLUSH_EVERY:
            store.flush()
            flushed = time.monotonic()
            yield from written
            written.clear()
    store.flush()
    yield from written


def _keep(store: Store, article: Article, read: Callable[[Article], Reading], extractor: str, onto: Ontology) -> Kept:
    try:
        if catalog.is_current(store, article, extractor, onto.version):
            return Kept(article)
        reading = read(article)
        return Kept(article, reading, write(store, reading, onto))
    except (InputError, Nonconforming) as error:
        return Kept(article, error=error)
