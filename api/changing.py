"""What writes, in processes of its own like :mod:`api.inside`: graphs and updates that others send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any
from xml.parsers import expat

import ontology
from api import formats
from api.inside import Bounded, Limits, Place, behind, reading
from kg import writing
from kg.errors import InputError, Stale, StoreError
from kg.oxigraph import parse, write
from kg.sparql import check_depth
from kg.store import Store, open_store
from kg.store_oxigraph import FolderWriter
from kg.terms import Quad, Triple

TEXT = "send a file, or text; with title, publisher, url, published where they are known, all of them strings"
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


@dataclass(frozen=True, slots=True)
class Conditions:
    """What ``If-Match`` and ``If-None-Match`` want of the graph that is written (RFC 9110, section 13.1)."""

    match: str | None = None
    none_match: str | None = None

    def check(self, store: Store, graph: str, answer: int) -> None:
        """Raises :class:`Stale` where the graph is not as wanted."""
        if self.match is None and self.none_match is None:
            return
        quads: list[Quad] = sorted(store.quads(graph), key=str)
        tags = {formats.tag(kind, _written(quads, name, answer)) for kind, name in formats.ONE_GRAPH.items()} if quads else ()
        if self.match is not None and not (tags and formats.names(self.match, tags)):
            raise Stale(f"the graph {graph} is not, or not any more, what If-Match names")
        if self.none_match is not None and tags and formats.names(self.none_match, tags):
            raise Stale(f"the graph {graph} is there, as If-None-Match does not want it")


def _opened(place: Place, limits: Limits) -> Store:
    behind(limits.behind)  # strangers' documents too, but nobody waits for them who asks something
    wait = limits.seconds / 2
    return open_store(place, create=False, wait=wait) if isinstance(place, str) else open_store(endpoint=place)


def check_nesting(content: bytes, format: str, most: int) -> None:
    """Raises :class:`InputError` where a document is nested deeper than ``most``, which may end the process that parses it."""
    if format == "rdfxml":
        _check_elements(content, most)
    quiet = QUIET.get(format)
    if quiet and sum(map(content.count, (b"{", b"[", b"(", b"<<"))) > most:
        loud = quiet.sub(b"", content)
        if format != "jsonld":
            loud = loud.replace(b"<<(", b"(").replace(b")>>", b")").replace(b"<<", b"[").replace(b">>", b"]")
        if any(deep > most for deep in accumulate(map(STEPS.__getitem__, loud.translate(None, OTHERS)))):
            raise InputError(f"{format}: nested deeper than {most}, which this server does not parse")


def _check_elements(content: bytes, most: int) -> None:
    parser, deep = expat.ParserCreate(), 0

    def begun(_name: str, _attributes: object) -> None:
        nonlocal deep
        deep += 1
        if deep > most:
            raise InputError(f"rdfxml: nested deeper than {most}, which this server does not parse")

    def ended(_name: str) -> None:
        nonlocal deep
        deep -= 1

    parser.StartElementHandler, parser.EndElementHandler = begun, ended
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(f"line {error.lineno}: {expat.ErrorString(error.code)}") from None


def _written(quads: Sequence[Quad], format: str, most: int) -> bytes:
    output = Bounded(most)
    write(quads, output, format)
    return output.getvalue()


def graph(place: Place, limits: Limits, name: str, format: str) -> bytes | None:
    """The graph in that format; None where there is none."""
    store = reading(place)
    store.refresh()
    quads: list[Quad] = sorted(store.quads(name), key=str)
    return _written(quads, format, limits.answer) if quads else None


def put(place: Place, limits: Limits, name: str, parts: Sequence[Part], merge: bool, wanted: Conditions) -> bool:
    """Parses the documents and makes the graph of them, or adds them to it; whether there was no such graph."""

    def triples() -> Iterator[Triple]:
        for content, format in parts:
            check_nesting(content, format, limits.depth)
            yield from parse(content, format, name)

    with _opened(place, limits) as store:
        wanted.check(store, name, limits.answer)
        return writing.put(store, name, triples(), ontology.load(), merge=merge)


def drop(place: Place, limits: Limits, name: str, wanted: Conditions) -> bool:
    """Removes the graph; False where there is none."""
    with _opened(place, limits) as store:
        wanted.check(store, name, limits.answer)
        return writing.drop(store, name)


def strings(content: bytes) -> dict[str, str]:
    """What an object in JSON has, all of it strings. Raises :class:`InputError` for something else."""
    try:
        said: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the body is no JSON: {error}") from None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise InputError(TEXT)
    return said


def large(_place: Place, _limits: Limits, content: bytes) -> dict[str, str]:
    """The same where it would take the time and the memory of all."""
    return strings(content)


def empty(_place: Place, _limits: Limits, folder: str) -> None:
    """Makes a store of its own that has no articles; where it is there, it is whole."""
    open_store(f"{folder}~").close()
    Path(f"{folder}~").rename(folder)


def update(place: Place, limits: Limits, sparql: str, base: str, default: Sequence[str], named: Sequence[str]) -> list[str]:
    """Carries out the update; the graphs that changed."""
    check_depth(sparql, limits.depth)
    with _opened(place, limits) as store:
        if not isinstance(store, FolderWriter):
            raise StoreError("a store on a server takes no updates here; send whole graphs to /rdf-graph-store")
        return list(map(str, writing.update(store, sparql, base, ontology.load(), default, named)))
