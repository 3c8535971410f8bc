"""The common noun that closes some words, and of what kind the thing is that it names (``ontology/words/nouns.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ontology.lexicon import patterns

_RE = patterns("nouns")
LONGEST = 16  # characters of a noun


def core(words: str, kind: str) -> str:
    """The words of a thing of a kind, without what happens to it or where at it something is."""
    bare = _RE["event_noun"].sub("", words)
    return _RE["around"].sub("", bare) if kind == "Facility" else bare


class Nouns:
    """Looks up one article's words, each once."""

    def __init__(self, types: Mapping[str, str]) -> None:
        """``types`` maps common nouns to entity types."""
        self._types = types
        self.closing = cache(self._closing)
        self.described = cache(self._described)

    def _closing(self, words: str) -> tuple[str, str]:
        """The longest common noun that closes ``words`` and its type; both empty where none does."""
        for size in range(min(len(words), LONGEST), 1, -1):
            kind = self._types.get(words[-size:])
            if kind and (words[-size] != "号" or _RE["numbered"].search(words)):  # no 信号機
                numbered = _RE["numbered"].search(words) if words[-size] == "号" else None
                return numbered[0] if numbered else words[-size:], kind
        return ("棟", "Facility") if _RE["wing"].fullmatch(words) else ("", "")

    def _described(self, words: str) -> tuple[str, str, str]:
        """Words without what only says what happens to the thing or where at it, the noun that closes them, and its type."""
        words = _RE["counted"].sub("", words)
        inner = core(words, "Facility")
        surface = inner if self.closing(inner)[1] == "Facility" else core(words, "")
        return (surface, *self.closing(surface))
