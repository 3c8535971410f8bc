"""Where nodes stand and what they look like before anyone clicks: positions, colours, shapes, sizes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import sqrt
from typing import TYPE_CHECKING, Any

from kg.export.projection import Graph, Node
from kg.wording import columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

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

LETTER, LINE = 3.2, 6.0
"""Half of what a name takes in Gephi's preview (12 units high): for a column of it, and for its height."""

GRID = 128
"""Cells along each side of the grid on which nodes repel each other."""

WORK, STEPS, TIES = 4_000_000, (50, 200), 50_000
"""Nodes and ties that all steps together move, how many steps at least and at most, and how many ties pull."""

GRAVITY, PACE = 0.2, 0.5
"""How strongly all is drawn to the middle, so that what is not linked stays near, and how much of a force a step follows."""

EVEN = 0.7548776662466927, 0.5698402909980532
"""Steps along each axis of a sequence that fills a square evenly: 1/p and 1/p², where p³ = p + 1 (Roberts 2018, R2)."""

SPREAD = 50.0
"""How far nodes stand from the middle, in the root of their number; their mean square."""

ROUNDS, WIDEN, MARGIN, ROUNDING = 100, 1.15, 0.5, 0.1
"""How often nodes are pushed apart before all distances grow by this factor, how much farther than they must, and the grain."""

Position = tuple[float, float]


def size(node: Node) -> float:
    """A node's diameter: it grows with the root of its claims, so that its area shows the evidence."""
    return round(min(6 + 4 * sqrt(node.claims), 80), 2)


def room(node: Node, lang: str) -> tuple[float, float]:
    """Half the width and half the height of a node with its name in a language."""
    return max(size(node) / 2, LETTER * columns(node.entity.label(lang))), size(node) / 2 + LINE


def positions(graph: Graph, lang: str) -> dict[str, Position]:
    """A place for every node, the same for the same graph: linked ones near each other, no node or name upon another.

    Names take the room that they need in ``lang``.
    """
    if not graph.nodes:
        return {}
    import numpy as np  # a tenth of a second that only graphs need

    rooms = np.array([room(node, lang) for node in graph.nodes])
    at = _forces(_ties(graph), len(rooms))
    at *= SPREAD * sqrt(len(rooms)) / (sqrt((at**2).sum() / len(rooms)) or 1.0)
    placed = _apart(at, rooms + ROUNDING).round(1).tolist()
    return {node.entity.id: (x, y) for node, (x, y) in zip(graph.nodes, placed, strict=True)}


def _ties(graph: Graph) -> Numbers:
    """The numbers of the two ends of each pair of linked nodes, of very many some; there may be millions of edges."""
    import numpy as np

    many = len(graph.nodes)
    one, other = np.asarray(graph.ends).reshape(-1, 2)[:: len(graph.ends) // (4 * TIES) + 1].T
    pairs = np.minimum(one, other) * np.int64(many) + np.maximum(one, other)
    pairs.sort()
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    places: Numbers = np.argsort(np.asarray(graph.numbers))
    return places.take(np.stack(np.divmod(pairs[:: len(pairs) // TIES + 1], many)))


def _forces(ties: Numbers, nodes: int) -> Numbers:
    """Where nodes come to rest that repel each other, the more the more ties they have, and that ties pull together.

    The forces are those of ForceAtlas2 (Jacomy et al. 2014); repulsion is a convolution on a grid (Linderman et al. 2019),
    so that a step takes a time that grows with nodes and ties alone.
    """
    import numpy as np

    mass = 1.0 + np.bincount(ties.ravel(), minlength=nodes)
    kernels = _kernels()
    at = 7 * sqrt(nodes) * (np.arange(1, nodes + 1)[:, None] * EVEN % 1 - 0.5)
    steps = min(max(WORK // (nodes + ties.shape[1]), STEPS[0]), STEPS[1])
    for step in range(steps):
        pull = at[ties[1]] - at[ties[0]]
        tied = [np.bincount(ties[0], each, nodes) - np.bincount(ties[1], each, nodes) for each in pull.T]
        force = np.stack(tied, axis=1) / mass[:, None] + _repulsion(at, mass, kernels) - GRAVITY * at
        length = np.hypot(*force.T)[:, None] + 1e-12
        heat = sqrt(nodes) * (1 - step / steps) ** 1.5 + 0.01
        at = at + force * np.minimum(PACE, heat / length)
    return at


def _kernels() -> list[Numbers]:
    """The spectra of the force 1/r between the points of a grid, along each axis."""
    import numpy as np

    offset = np.fft.fftfreq(2 * GRID, 0.5 / GRID)
    square = offset[:, None] ** 2 + offset**2
    square[0, 0] = 1.0
    return [np.fft.rfft2(each / square) for each in (offset[:, None], offset)]


def _repulsion(at: Numbers, mass: Numbers, kernels: Sequence[Numbers]) -> Numbers:
    """The force on each node: masses are shared among the four corners of their cells, and forces read off there."""
    import numpy as np

    low = at.min(axis=0)
    step = (np.ptp(at, axis=0).max() or 1.0) / (GRID - 1.001)
    cell, part = np.divmod((at - low) / step, 1.0)
    corners = [(cell + np.array((x, y)), np.abs((1 - x, 1 - y) - part).prod(axis=1)) for x in (0, 1) for y in (0, 1)]
    places = np.stack([(corner @ [2 * GRID, 1]).astype(np.int64) for corner, _ in corners])
    shares = np.stack([share for _, share in corners])
    grid = np.bincount(places.ravel(), (shares * mass).ravel(), 4 * GRID * GRID).reshape(2 * GRID, -1)
    spectrum = np.fft.rfft2(grid)
    fields = (np.fft.irfft2(spectrum * kernel, s=grid.shape).ravel() for kernel in kernels)
    return np.stack([(field[places] * shares).sum(axis=0) / step for field in fields], axis=1)


def _apart(at: Numbers, rooms: Numbers) -> Numbers:
    """The same places, moved as little as leaves room for every node and its name."""
    import numpy as np

    for turn in count():
        one, other = _near(at, rooms)
        if not len(one):
            return at
        gap = at[one] - at[other]
        lacking = rooms[one] + rooms[other] + MARGIN - np.abs(gap)
        # Along the axis where less is lacking; of two at one spot the later one goes up.
        lacking[np.arange(len(one)), lacking.argmax(axis=1)] = 0.0
        push = np.where(gap > 0, 0.7, -0.7) * lacking
        at = at + np.stack([np.bincount(one, p, len(at)) - np.bincount(other, p, len(at)) for p in push.T], axis=1)
        if turn % ROUNDS == ROUNDS - 1:
            at *= WIDEN
    return at


def _near(at: Numbers, rooms: Numbers) -> tuple[Numbers, Numbers]:
    """All pairs whose rooms overlap, found among those of the same and of neighbouring cells of a grid."""
    import numpy as np

    cell = np.floor((at - at.min(axis=0)) / (2 * rooms.max(axis=0))).astype(np.int64)
    across = cell[:, 1].max() + 2
    keys = cell @ [across, 1]
    order = keys.argsort(kind="stable")
    keys = keys[order]
    every = np.arange(len(keys))
    found = []
    for offset in (0, 1, across - 1, across, across + 1):
        first = np.searchsorted(keys, keys + offset) if offset else every + 1
        many = np.searchsorted(keys, keys + offset, "right") - first
        one = np.repeat(every, many)
        other = np.arange(len(one)) + np.repeat(first - np.cumsum(many) + many, many)
        one, other = order[one], order[other]
        touch = (np.abs(at[one] - at[other]) < rooms[one] + rooms[other]).all(axis=1)
        found.append((one[touch], other[touch]))
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])
