"""GEXF 1.3 (gexf.net/schema.html), streamed: what Gephi, Gephi Lite, networkx and graphology open.

The schema has colour, position, size, shape and thickness in the namespace of GEXF itself, so the prefix ``viz`` stands for
that; readers that look for the prefix or for the local name find them too. What has a history is written with that prefix as
well: Gephi and networkx, which go by namespace and local name, read it; graphology, which knows one table of columns and no
time, passes over it instead of failing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from kg.export.edges import Edge, kind
from kg.export.layout import CONFLICT, LINES, STYLES, Position, positions, size
from kg.export.projection import Graph, GraphOptions, Node
from kg.export.xml import escape

NAMESPACE = "http://gexf.net/1.3"
NODE_COLUMNS = (
    # Not anyURI, which the schema has but Gephi's importer refuses with its column.
    ("iri", "string"),
    ("type", "string"),
    ("label_ja", "string"),
    ("label_en", "string"),
    ("aliases", "string"),
    ("claims", "integer"),
    ("degree", "integer"),
    ("values", "string"),
    ("conflicts", "string"),
)
EDGE_COLUMNS = (
    ("property", "string"),
    ("modality", "string"),
    ("speakers", "string"),
    ("publishers", "string"),
    ("articles", "string"),
    ("quote", "string"),
    ("qualifiers", "string"),
    ("confidence", "double"),
    ("derived", "boolean"),
    ("conflict", "boolean"),
    ("claims", "string"),
)
TOLD = ("property", "modality", "speakers", "publishers", "articles")
RATED = ("qualifiers", "confidence", "derived", "conflict")
TRUTH = ("false", "true")
RED = '<viz:color r="{}" g="{}" b="{}"/>'.format(*CONFLICT)


def gexf_lines(graph: Graph, options: GraphOptions) -> Iterator[str]:
    """The document in pieces; memory holds the nodes, never the edges."""
    placed = positions(graph, options.lang)
    yield _head(columns(graph))
    yield from (_node(node, placed[node.entity.id], options.lang) for node in graph.nodes)
    yield "</nodes>\n<edges>\n"
    yield from map(_edge, graph.edges())
    yield "</edges>\n</graph>\n</gexf>\n"


def columns(graph: Graph) -> dict[str, str]:
    """The type of each dynamic column, by its name."""
    found = {moment.column: moment.value for node in graph.nodes for moment in node.history}
    return {name: "string" if isinstance(found[name], str) else "double" for name in sorted(found)}


def _head(dynamic: dict[str, str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gexf xmlns="{NAMESPACE}" xmlns:viz="{NAMESPACE}" version="1.3">\n'
        "<meta><creator>aikg</creator><description>Claims and their sources</description></meta>\n"
        '<graph defaultedgetype="directed" idtype="string" mode="dynamic" timeformat="date" timerepresentation="interval">\n'
        + (_declared("node", "dynamic", dynamic.items(), "viz:") if dynamic else "")
        + _declared("node", "static", NODE_COLUMNS)
        + _declared("edge", "static", EDGE_COLUMNS)
        + "<nodes>\n"
    )


def _declared(of: str, mode: str, rows: Iterable[tuple[str, str]], prefix: str = "") -> str:
    named = ((escape(name), kind) for name, kind in rows)
    inner = "".join(f'<{prefix}attribute id="{name}" title="{name}" type="{kind}"/>' for name, kind in named)
    return f'<{prefix}attributes class="{of}" mode="{mode}">{inner}</{prefix}attributes>\n'


def _spell(since: str) -> str:
    return f'<spells><spell start="{since}"/></spells>' if since else ""


def _node(node: Node, at: Position, lang: str) -> str:
    entity = node.entity
    red, green, blue, shape = STYLES[entity.type]
    return (
        f'<node id="{entity.id}" label="{escape(entity.label(lang))}">'
        f"<attvalues>{''.join(_node_values(node))}</attvalues>{_spell(node.since)}"
        f'<viz:color r="{red}" g="{green}" b="{blue}"/><viz:position x="{at[0]}" y="{at[1]}" z="0.0"/>'
        f'<viz:size value="{size(node)}"/><viz:shape value="{shape}"/></node>\n'
    )


def node_row(node: Node) -> tuple[str | int, ...]:
    """The node's values of ``NODE_COLUMNS``; a language in which it has no name of its own is empty."""
    names = {label.lang: label.text for label in reversed(node.entity.labels)}
    labels = names.get("ja", ""), names.get("en", "")
    return (node.iri, node.entity.type, *labels, node.aliases, node.claims, node.degree, node.values, node.conflicts)


def edge_row(edge: Edge) -> tuple[str | float | bool, ...]:
    """The edge's values of ``EDGE_COLUMNS``."""
    told = edge.predicate, edge.modality, edge.speakers, edge.publishers, edge.articles, edge.quote, edge.qualifiers
    return (*told, edge.confidence, edge.derived, edge.conflict, edge.claims)


def _node_values(node: Node) -> Iterator[str]:
    yield from (_values((id,), value) for (id, _), value in zip(NODE_COLUMNS, node_row(node), strict=True))
    for moment in node.history:
        since, until = (f' {name}="{day}"' if day else "" for name, day in (("start", moment.start), ("end", moment.end)))
        yield f'<viz:attvalue for="{escape(moment.column)}" value="{escape(str(moment.value))}"{since}{until}/>'


@lru_cache(maxsize=1024)
def _values(columns: tuple[str, ...], *values: str | float) -> str:
    """Values that come again and again, such as publishers."""
    pairs = zip(columns, values, strict=True)
    return "".join(f'<attvalue for="{column}" value="{escape(str(value))}"/>' for column, value in pairs)


@lru_cache(maxsize=1024)
def _drawn(since: str, conflict: bool, modality: str) -> str:
    line = LINES.get(modality.partition(" ")[0])
    return _spell(since) + RED * conflict + (f'<viz:shape value="{line}"/>' if line else "")


@lru_cache(maxsize=1024)
def _named(weight: float, label: str, predicate: str, modality: str) -> str:
    return f'weight="{weight}" label="{escape(label)}" kind="{escape(kind(predicate, modality))}"'


def _edge(edge: Edge) -> str:
    id, source, target, predicate, label, weight, modality, speakers, publishers, articles, quote, *_ = edge
    qualifiers, confidence, derived, conflict, since, claims = edge[11:]
    return (
        f'<edge id="{id}" source="{source}" target="{target}" {_named(weight, label, predicate, modality)}><attvalues>'
        f'{_values(TOLD, predicate, modality, speakers, publishers, articles)}<attvalue for="quote" value="{escape(quote)}"/>'
        f"{_values(RATED, qualifiers, confidence, TRUTH[derived], TRUTH[conflict])}"
        f'<attvalue for="claims" value="{claims}"/></attvalues>{_drawn(since, conflict, modality)}</edge>\n'
    )
