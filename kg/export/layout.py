"""Where nodes stand and what they look like before anyone clicks: positions, colours, shapes, sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from math import cos, hypot, pi, sin, sqrt
from unicodedata import east_asian_width

from kg.export.projection import Graph, Node

STYLES: dict[str, tuple[int, int, int, str]] = {
    "Organization": (0, 114, 178, "disc"),
    "Person": (230, 159, 0, "disc"),
    "Facility": (213, 94, 0, "square"),
    "Place": (0, 158, 115, "triangle"),
    "Product": (86, 180, 233, "diamond"),
    "Model": (204, 121, 167, "diamond"),
    "Project": (240, 228, 66, "square"),
    "Publication": (90, 90, 90, "triangle"),
}
"""Type → red, green, blue and shape: the Okabe–Ito colours, which colour-blind readers can tell apart, black lightened."""

CONFLICT = (213, 0, 50)
LINES = {"planned": "dashed", "estimated": "dashed", "possible": "dotted", "denied": "double"}
"""Modality → the line of an edge; what is asserted is solid."""

SPREAD = 50.0
"""How far nodes stand from the middle, in the root of their number; their mean square, as forces have it."""

GAP = 60.0
"""How far apart stand those that nothing ties to the middle."""

SPRING_UP_TO = 400
"""Nodes up to which forces are computed; beyond, time and memory would no longer be linear."""

LETTER, LINE, LONGEST = 3.2, 6.0, 24
"""Half of what a name takes in Gephi's preview (12 units high): for a column of it, for its height; and columns at most."""

ROUNDS = 150

Position = tuple[float, float]


def size(node: Node) -> float:
    """A node's diameter: it grows with the root of its claims, so that its area shows the evidence."""
    return round(min(6 + 4 * sqrt(node.claims), 80), 2)


def room(node: Node) -> tuple[float, float]:
    """Half the width and half the height of a node with its name."""
    name = node.entity.label("en")
    columns = min(LONGEST, sum(2 if east_asian_width(c) in "WFA" else 1 for c in name))
    return max(size(node) / 2, LETTER * columns), size(node) / 2 + LINE


def positions(graph: Graph) -> dict[str, Position]:
    """A place for every node, the same for the same graph: by forces when small, else a spiral with hubs in the middle."""
    return _spring(graph) if len(graph.nodes) <= SPRING_UP_TO else _spiral(graph)


def _spring(graph: Graph) -> dict[str, Position]:
    import networkx as nx  # half a second that only graphs need

    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(node.entity.id for node in graph.nodes)
    plain.add_edges_from((edge.source, edge.target) for edge in graph.edges())
    parts = sorted(nx.connected_components(plain), key=lambda part: (-len(part), min(part)))
    if not parts:
        return {}
    # In the order of the nodes, because sets of names have another order in every process.
    core: nx.Graph[str] = nx.Graph()
    core.add_nodes_from(id for id in plain if id in parts[0])
    core.add_edges_from(plain.subgraph(parts[0]).edges())
    spring = nx.spring_layout(core, seed=7, k=2 / sqrt(len(core)))
    # What lies far out must not press the rest together: the spread counts, not the farthest.
    spread = SPREAD * sqrt(len(core)) / (sqrt(sum(x * x + y * y for x, y in spring.values()) / len(core)) or 1)
    placed = {id: (float(x) * spread, float(y) * spread) for id, (x, y) in spring.items()}
    placed |= dict(_around(parts[1:], 1.1 * max(hypot(*at) for at in placed.values())))
    return _apart(placed, {node.entity.id: room(node) for node in graph.nodes})


def _apart(placed: dict[str, Position], rooms: Mapping[str, Position]) -> dict[str, Position]:
    """The same places, moved as little as leaves room for every node and its name."""
    import numpy as np

    at = np.array(list(placed.values()))
    wide = np.array([rooms[id] for id in placed])
    need = wide[:, None] + wide[None]
    for _ in range(ROUNDS):
        gap = at[:, None] - at[None]
        lacking = need - np.abs(gap)
        near = (lacking > 0).all(axis=2)
        np.fill_diagonal(near, False)
        if not near.any():
            break
        # Along the axis where less is lacking; of two at one spot the later one goes up.
        along = lacking == lacking.min(axis=2, keepdims=True)
        side = np.where(gap == 0, np.tri(len(at))[:, :, None] * 2 - 1, np.sign(gap))
        at = at + np.where(near[:, :, None] & along, side * lacking, 0).sum(axis=1) * 0.3
    return {id: (round(float(x), 1), round(float(y), 1)) for id, (x, y) in zip(placed, at, strict=True)}


def _around(parts: Iterable[Collection[str]], distance: float) -> Iterator[tuple[str, Position]]:
    """The parts that hang together one after another on a ring around the middle, with a gap after each."""
    ids = [id for part in parts for id in (*sorted(part), "")]
    ring = max(distance, len(ids) * GAP / (2 * pi))
    yield from ((id, (ring * cos(i * GAP / ring), ring * sin(i * GAP / ring))) for i, id in enumerate(ids) if id)


def _spiral(graph: Graph) -> dict[str, Position]:
    """A sunflower: the i-th node by degree at radius √i, turned by the golden angle."""
    turn = pi * (3 - sqrt(5))
    ranked = sorted(graph.nodes, key=lambda node: (-node.degree, node.entity.id))
    return {
        node.entity.id: (round(30 * sqrt(i) * cos(i * turn), 1), round(30 * sqrt(i) * sin(i * turn), 1))
        for i, node in enumerate(ranked)
    }
