"""Whether time is linear, told by what it grows with: others on the machine make CPU time longer too, but not each time."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 3


def growth(read: Callable[[str], object], piece: str, size: int) -> float:
    """How many times the CPU time four times the text takes, at the second reading (the first fills caches)."""

    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        start = time.process_time()
        read(text)
        return time.process_time() - start

    seconds(size)
    return min(seconds(4 * size), seconds(4 * size)) / max(seconds(size), 0.01)


def linear(read: Callable[[str], object], piece: str) -> bool:
    """Whether four times the text takes about four times as long, where a square would take sixteen every time."""
    return any(growth(read, piece, 60_000) < 10 for _ in range(TRIES))
