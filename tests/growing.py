"""Whether time is linear, told by what it grows with: others on the machine make CPU time longer, but not each time."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 5


def linear(read: Callable[[str], object], unit: str, least: int = 60_000) -> bool:
    """Whether eight times the text takes about eight times as long, where a square would take 64 each time."""

    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begin = time.process_time()
        read(text)
        return time.process_time() - begin

    return any(seconds(8 * least) < 24 * max(seconds(least), 0.01) for _ in range(TRIES))
