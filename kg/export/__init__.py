"""The graph in the forms that other programs read."""

from kg.export.formats import FORMATS, Format, Source, export, find_format
from kg.export.projection import Edge, Graph, GraphOptions, project

__all__ = ["FORMATS", "Edge", "Format", "Graph", "GraphOptions", "Source", "export", "find_format", "project"]
