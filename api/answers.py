"""Answers that are kept to be given again: the same query to the same state of the store has the same answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256

from cachetools import LRUCache

from api.inside import Part

VOLATILE = re.compile(r"(?:NOW|RAND|UUID)\s*[(#]", re.IGNORECASE)
"""Wherever it stands: words may stick to what is before them, and a comment be behind. A text that says so costs a query."""

LONG = 50_000
"""Characters of a query whose answer is not kept: to look for such words in it takes the time of others."""


class Answers:
    """So many bytes of answers, those least recently asked for given up first."""

    def __init__(self, room: int, state: Callable[[], int]) -> None:
        """``state`` is the number of the store's state, 0 where nobody knows."""
        self._most, self._state = room // 10, state if room else int  # a larger answer would drive out too many
        self._kept: LRUCache[bytes, Part] = LRUCache(room, lambda part: len(part.content) + 1000)  # bytes that keeping it takes

    def key(self, question: tuple[object, ...]) -> bytes:
        """What tells this question to the present state from all others; empty where that state is not known."""
        state = self._state() if all(len(part) < LONG for part in question if isinstance(part, str)) else 0
        return sha256(repr((state, question)).encode(errors="surrogatepass")).digest() if state else b""

    def get(self, key: bytes) -> Part | None:
        """The answer, if it is kept."""
        return self._kept.get(key) if key else None

    def keep(self, key: bytes, sparql: str, answer: Part) -> None:
        """Keeps it, unless it is not whole, or large, or the query asks for the time or for chance."""
        if key and answer.last and len(answer.content) < self._most and not VOLATILE.search(sparql):
            self._kept[key] = answer
