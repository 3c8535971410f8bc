"""What writes, in processes of its own like :mod:`api.inside`: graphs and updates that others send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

import ontology
from api.inside import Bounded, Limits, Place, behind, reading
from kg import writing
from kg.errors import InputError, StoreError
from kg.oxigraph import parse, write
from kg.sparql import check_depth
from kg.store import Store, open_store
from kg.store_oxigraph import FolderWriter
from kg.terms import Quad, Triple

Part = tuple[bytes, str]
"""A document and its format."""

STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
STEPS = {ord(sign): step for signs, step in (("{[", 1), ("}]", -1)) for sign in signs}
OTHERS = bytes(set(range(256)) - STEPS.keys())


def _opened(place: Place, limits: Limits) -> Store:
    behind(limits.behind)  # strangers' documents too, but nobody waits for them who asks something
    wait = limits.seconds / 2
    return open_store(place, create=False, wait=wait) if isinstance(place, str) else open_store(endpoint=place)


def check_nesting(content: bytes, most: int) -> None:
    """Raises :class:`InputError` where JSON is nested deeper than ``most``, which would end the process that parses it."""
    if sum(map(content.count, (b"{", b"["))) > most:
        steps = map(STEPS.__getitem__, STRING.sub(b"", content).translate(None, OTHERS))
        if any(deep > most for deep in accumulate(steps)):
            raise InputError(f"jsonld: nested deeper than {most}, which this server does not parse")


def graph(place: Place, limits: Limits, name: str, format: str) -> bytes | None:
    """The graph in that format; None where there is none."""
    store = reading(place)
    store.refresh()
    quads: list[Quad] = sorted(store.quads(name), key=str)
    output = Bounded(limits.answer)
    write(quads, output, format)
    return output.getvalue() if quads else None


def put(place: Place, limits: Limits, name: str, parts: Sequence[Part], base: str, merge: bool) -> bool:
    """Parses the documents and makes the graph of them, or adds them to it; whether there was no such graph."""

    def triples() -> Iterator[Triple]:
        for content, format in parts:
            if format == "jsonld":
                check_nesting(content, limits.depth)
            yield from parse(content, format, base)

    with _opened(place, limits) as store:
        return writing.put(store, name, triples(), ontology.load(), merge=merge)


def drop(place: Place, limits: Limits, name: str) -> bool:
    """Removes the graph; False where there is none."""
    with _opened(place, limits) as store:
        return writing.drop(store, name)


def update(place: Place, limits: Limits, sparql: str, base: str, default: Sequence[str], named: Sequence[str]) -> list[str]:
    """Carries out the update; the graphs that changed."""
    check_depth(sparql, limits.depth)
    with _opened(place, limits) as store:
        if not isinstance(store, FolderWriter):
            raise StoreError("a store on a server takes no updates here; send whole graphs to /rdf-graph-store")
        return list(map(str, writing.update(store, sparql, base, ontology.load(), default, named)))
