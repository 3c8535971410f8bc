"""The media types of SPARQL's answers and of RDF, and what the store calls them."""

from __future__ import annotations

from collections.abc import Container
from hashlib import sha256

# Media type → the store's name for the format; the first that fits the kind of query is the default.
MEDIA = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
TABLES, GRAPHS = tuple(MEDIA)[:6], tuple(MEDIA)[6:]
ONE_GRAPH = {
    kind + "; charset=utf-8" * kind.startswith("text/"): name
    for kind, name in MEDIA.items()
    if name in ("turtle", "ntriples", "rdfxml", "jsonld")
}
"""Content-Type → the store's name, for formats of one graph."""


def tag(kind: str, content: bytes) -> str:
    """The entity tag of an answer, weak because it stays when the answer is packed (RFC 9110, section 8.8.3)."""
    return f'W/"{sha256(kind.encode() + content).hexdigest()[:32]}"'


def names(header: str, tags: Container[str]) -> bool:
    """Whether If-Match or If-None-Match names one of the tags, or is ``*``; weak or strong is the same here."""
    return header.strip() == "*" or any(f"W/{each.strip().removeprefix('W/')}" in tags for each in header.split(","))
