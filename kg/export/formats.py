"""Every export by name: its media type, its file ending, and how it is written (design.md, ``/export/{format}``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from kg.errors import StoreError, UnknownFormat
from kg.export.edges import Edge
from kg.export.gexf import gexf_lines
from kg.export.graphml import graphml_lines
from kg.export.projection import Graph, GraphOptions, project
from kg.export.tables import claim_lines, edge_lines, node_lines, zipped
from kg.jsonl import claim_json
from kg.model import Article, Claim
from kg.selection import select

BATCH = 256


@dataclass(frozen=True, slots=True)
class Source:
    """What is exported: claims (read anew at every iteration), articles by id, and for RDF the store's own dump.

    ``dump`` gives the whole dataset in the RDF form of that name; RDF ignores the options' filters.
    """

    claims: Iterable[Claim]
    articles: Mapping[str, Article]
    options: GraphOptions = field(default_factory=GraphOptions)
    derived: Collection[Edge] = ()
    dump: Callable[[str], Iterable[bytes]] | None = None

    @property
    def graph(self) -> Graph:
        """The claims as nodes and edges."""
        return project(self.claims, self.articles, self.options, self.derived)

    @property
    def selected(self) -> Iterator[Claim]:
        """The claims that pass the filters, in their order (a store gives them by article and first words)."""
        return select(self.claims, self.articles, self.options.selection)


@dataclass(frozen=True, slots=True)
class Format:
    """A form of export; ``write`` gives it in pieces of bytes."""

    name: str
    media_type: str
    ending: str
    write: Callable[[Source], Iterator[bytes]]


def _text(lines: Callable[[Source], Iterable[str]]) -> Callable[[Source], Iterator[bytes]]:
    def write(source: Source) -> Iterator[bytes]:
        rows = iter(lines(source))
        while some := "".join(islice(rows, BATCH)):
            yield some.encode("utf-8", "replace")

    return write


def _rdf(name: str) -> Callable[[Source], Iterator[bytes]]:
    def write(source: Source) -> Iterator[bytes]:
        if source.dump is None:
            raise StoreError(f"{name} is written by a store, and there is none here")
        yield from source.dump(name)

    return write


def _jsonl(source: Source) -> Iterator[str]:
    return (json.dumps(claim_json(claim), ensure_ascii=False) + "\n" for claim in source.selected)


def _zip(source: Source) -> Iterator[bytes]:
    graph, options = source.graph, source.options
    tables = {"nodes.csv": node_lines(graph, options), "edges.csv": edge_lines(graph, options), "claims.csv": _claims(source)}
    return zipped(tables)


def _claims(source: Source) -> Iterator[str]:
    return claim_lines(source.selected, source.articles, source.options.lang)


def _graph(lines: Callable[[Graph, GraphOptions], Iterator[str]]) -> Callable[[Source], Iterator[bytes]]:
    return _text(lambda source: lines(source.graph, source.options))


_TABLE = (
    Format("csv", "text/csv; charset=utf-8", "claims.csv", _text(_claims)),
    Format("csv-edges", "text/csv; charset=utf-8", "edges.csv", _graph(edge_lines)),
    Format("csv-nodes", "text/csv; charset=utf-8", "nodes.csv", _graph(node_lines)),
    Format("csv-zip", "application/zip", "csv.zip", _zip),
    Format("gexf", "application/gexf+xml", "gexf", _graph(gexf_lines)),
    Format("graphml", "application/graphml+xml", "graphml", _graph(graphml_lines)),
    Format("jsonl", "application/jsonl; charset=utf-8", "jsonl", _text(_jsonl)),
    Format("jsonld", "application/ld+json", "jsonld", _rdf("jsonld")),
    Format("nquads", "application/n-quads", "nq", _rdf("nquads")),
    Format("trig", "application/trig", "trig", _rdf("trig")),
    Format("turtle", "text/turtle; charset=utf-8", "ttl", _rdf("turtle")),
)
FORMATS: Mapping[str, Format] = {row.name: row for row in _TABLE}


def find_format(name: str) -> Format:
    """The format of that name; raises :class:`UnknownFormat` naming those there are."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UnknownFormat(f"no export format {name!r}; there are {', '.join(FORMATS)}") from None


def export(name: str, source: Source) -> Iterator[bytes]:
    """The source in the format of that name, in pieces; raises :class:`UnknownFormat`."""
    return find_format(name).write(source)
