"""The media types of SPARQL's answers and of RDF, and what the store calls them."""

from __future__ import annotations

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
