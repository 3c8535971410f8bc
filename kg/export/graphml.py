"""GraphML (graphml.graphdrawing.org) as Gephi imports it: no attributes of the graph, every key with its ``for``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.export.edges import Edge, kind
from kg.export.gexf import EDGE_COLUMNS, NODE_COLUMNS, edge_row, node_row
from kg.export.layout import STYLES, positions, size
from kg.export.projection import Graph, GraphOptions, Node
from kg.export.xml import escape

TYPES = {"integer": "int"}
LOOKS = (("x", "double"), ("y", "double"), ("size", "double"), ("r", "int"), ("g", "int"), ("b", "int"))
NODE_KEYS = (("label", "string"), *NODE_COLUMNS, *LOOKS)
EDGE_KEYS = (("edgelabel", "string"), ("weight", "double"), *EDGE_COLUMNS)


def graphml_lines(graph: Graph, options: GraphOptions) -> Iterator[str]:
    """The document in pieces; memory holds the nodes, never the edges."""
    placed = positions(graph, options.lang)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield from (_key("node", name, name, kind) for name, kind in NODE_KEYS)
    yield from (_key("edge", f"edge_{name}" if name == "claims" else name, name, kind) for name, kind in EDGE_KEYS)
    yield '<graph edgedefault="directed">\n'
    yield from (_node(node, placed[node.entity.id], options.lang) for node in graph.nodes)
    yield from map(_edge, graph.edges())
    yield "</graph>\n</graphml>\n"


def _key(of: str, id: str, name: str, kind: str) -> str:
    return f'<key id="{id}" for="{of}" attr.name="{name}" attr.type="{TYPES.get(kind, kind)}"/>\n'


def _data(keys: Sequence[str], row: Sequence[object]) -> str:
    texts = (str(value).lower() if isinstance(value, bool) else escape(str(value)) for value in row)
    return "".join(f'<data key="{key}">{text}</data>' for key, text in zip(keys, texts, strict=True) if text)


def _node(node: Node, at: tuple[float, float], lang: str) -> str:
    row = (node.entity.label(lang), *node_row(node), *at, size(node), *STYLES[node.entity.type][:3])
    return f'<node id="{node.entity.id}">{_data([name for name, _ in NODE_KEYS], row)}</node>\n'


def _edge(edge: Edge) -> str:
    keys = [f"edge_{name}" if name == "claims" else name for name, _ in EDGE_KEYS]
    row = (edge.label, edge.weight, *edge_row(edge))
    # Gephi takes this label as the kind, without which it merges edges of two relations between the same nodes.
    ends = f'source="{edge.source}" target="{edge.target}" label="{escape(kind(edge.predicate, edge.modality))}"'
    return f'<edge id="{edge.id}" {ends}>{_data(keys, row)}</edge>\n'
