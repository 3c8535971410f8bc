"""Articles into a store one after another, each acknowledged once it is safe (docs/decisions/store-protocol.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import ontology
from kg import catalog
from kg.errors import InputError, Nonconforming
from kg.model import Article, Reading
from kg.store import Store
from kg.validate import keep
from ontology import Ontology


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
    ontology, is not read again. ``catalog.articles(store)`` as ``articles`` reads anew what is out of date. Raises
    :class:`StoreError` where the store fails; what was yielded before is safe then, and nothing else is half written.
    """
    onto = onto or ontology.load()
    for article in articles:
        if catalog.is_current(store, article, extractor, onto.version):
            store.flush()  # a run that was killed may have written it and not come to this
            yield Kept(article)
            continue
        try:
            reading = read(article)
            kept = Kept(article, reading, keep(store, reading, onto))
        except (InputError, Nonconforming) as error:
            kept = Kept(article, error=error)
        yield kept
