"""The graph in the forms that other programs read."""

from kg.export.edges import Edge, derived_edge
from kg.export.formats import FORMATS, Format, Source, export, find_format
from kg.export.projection import Graph, GraphOptions, project

__all__ = ["FORMATS", "Edge", "Format", "Graph", "GraphOptions", "Source", "derived_edge", "export", "find_format", "project"]
