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

QUIET = {
    "jsonld": re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL),
    "turtle": re.compile(
        rb"""\#[^\r\n]*+ | \\. | <[^<>"{}|^`\\\x00-\x20]*+(?:\\[uU][^<>"{}|^`\\\x00-\x20]*+)*+>
        | \"{3}(?:\"{0,2}+(?:[^"\\]++|\\.))*+(?:\"{3,5})? | '{3}(?:'{0,2}+(?:[^'\\]++|\\.))*+(?:'{3,5})?
        | "(?:[^"\\\r\n]++|\\.)*+"? | '(?:[^'\\\r\n]++|\\.)*+'? """,
        re.DOTALL | re.VERBOSE,
    ),
}
"""What holds brackets that nest nothing: strings, in Turtle and what is like it also comments, IRIs and what is escaped."""
QUIET |= dict.fromkeys(("trig", "ntriples", "nquads"), QUIET["turtle"])
STEPS = {ord(sign): step for signs, step in (("{[(", 1), (")}]", -1)) for sign in signs}
OTHERS = bytes(set(range(256)) - STEPS.keys())


def _opened(place: Place, limits: Limits) -> Store:
    behind(limits.behind)  # strangers' documents too, but nobody waits for them who asks something
    wait = limits.seconds / 2
    return open_store(place, create=False, wait=wait) if isinstance(place, str) else open_store(endpoint=place)


def check_nesting(content: bytes, format: str, most: int) -> None:
    """Raises :class:`InputError` where a document is nested deeper than ``most``, which may end the process that parses it."""
    quiet = QUIET.get(format)
    if quiet and sum(map(content.count, (b"{", b"[", b"(", b"<<"))) > most:
        loud = quiet.sub(b"", content)
        if format != "jsonld":
            loud = loud.replace(b"<<(", b"(").replace(b")>>", b")").replace(b"<<", b"[").replace(b">>", b"]")
        if any(deep > most for deep in accumulate(map(STEPS.__getitem__, loud.translate(None, OTHERS)))):
            raise InputError(f"{format}: nested deeper than {most}, which this server does not parse")


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
            check_nesting(content, format, limits.depth)
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
