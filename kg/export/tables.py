"""Tables as CSV (RFC 4180): nodes and edges in the form of Gephi's spreadsheet import, and claims one a row."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile

from kg.export.edges import kind
from kg.export.gexf import EDGE_COLUMNS, NODE_COLUMNS, edge_row, node_row
from kg.export.projection import Graph, GraphOptions
from kg.model import Article, Claim
from kg.wording import qualifier_text, speakers_text, target_text

NODE_HEADER = ("Id", "Label", *(name for name, _ in NODE_COLUMNS))
EDGE_HEADER = ("Source", "Target", "Type", "Kind", "Id", "Label", "Weight", *(name for name, _ in EDGE_COLUMNS))
CLAIM_HEADER = (
    *("id", "subject", "predicate", "object or value", "modality", "speakers", "as of", "qualifiers", "confidence"),
    *("quote", "start", "end", "article", "title", "publisher", "published", "address"),
)
GEPHI = "\\"
"""What Gephi, unlike RFC 4180, takes for an escape in a table."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """The value, with an apostrophe before text that a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def lines(header: Sequence[str], rows: Iterable[Sequence[object]], escape: str | None = None) -> Iterator[str]:
    """The table, one line at a time; ``escape`` stands before itself."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, escapechar=escape)
    for row in chain([header], rows):
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def node_lines(graph: Graph, options: GraphOptions) -> Iterator[str]:
    """Gephi's nodes table."""
    return lines(NODE_HEADER, ((n.entity.id, n.entity.label(options.lang), *node_row(n)) for n in graph.nodes), GEPHI)


def edge_lines(graph: Graph, options: GraphOptions) -> Iterator[str]:
    """Gephi's edges table; ``Kind`` keeps parallel edges of different properties apart."""
    rows = (
        (e.source, e.target, "Directed", kind(e.predicate, e.modality), e.id, e.label, e.weight, *edge_row(e))
        for e in graph.edges()
    )
    return lines(EDGE_HEADER, rows, GEPHI)


def claim_lines(claims: Iterable[Claim], articles: Mapping[str, Article], lang: str) -> Iterator[str]:
    """One claim a row, with the quote of its leading statement and where that stands."""
    return lines(CLAIM_HEADER, (_claim_row(claim, articles.get(claim.article), lang) for claim in claims))


def _claim_row(claim: Claim, article: Article | None, lang: str) -> tuple[object, ...]:
    span = claim.leading
    qualifiers = "; ".join(f"{name}: {qualifier_text(value, lang)}" for name, value in claim.qualifiers.items())
    source = (article.title, article.publisher, article.published, article.url) if article else ("", "", "", "")
    told = claim.modality.value, speakers_text(claim, lang), claim.as_of or "", qualifiers, claim.confidence
    said = claim.id, claim.subject.label(lang), claim.predicate, target_text(claim, lang)
    return (*said, *told, span.quote, span.start, span.end, claim.article, *source)


def zipped(tables: Mapping[str, Iterable[str]]) -> Iterator[bytes]:
    """The tables in one ZIP file; the same tables give the same bytes."""
    with SpooledTemporaryFile(max_size=1 << 22) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, table in tables.items():
                with archive.open(zipfile.ZipInfo(name), "w") as member:
                    member.writelines(line.encode() for line in table)
        file.seek(0)
        yield from iter(lambda: file.read(1 << 16), b"")
