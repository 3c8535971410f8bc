"""The graph in the forms that other programs read."""

from kg.export.formats import FORMATS, Format, Source, export, find_format
from kg.export.projection import Edge, Graph, GraphOptions, derived_edge, project

__all__ = ["FORMATS", "Edge", "Format", "Graph", "GraphOptions", "Source", "derived_edge", "export", "find_format", "project"]
