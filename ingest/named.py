"""A name in a text and the entity it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Entity, digest
from ontology.model import KnownEntity, Label

Span = tuple[int, int]
ANY = "Name"


@dataclass(frozen=True, slots=True)
class Name:
    """A named thing at ``start:end``; ``cover`` also holds brackets and honorifics around it.

    ``type`` is ``Name`` where the text does not tell what kind of thing it is; then ``entity`` is None until a property's
    domain or range decides. ``known`` is the ontology's entry, ``maker`` the id of who makes it where that is known,
    ``full`` a longer form that the text uses.
    """

    start: int
    end: int
    cover: Span
    type: str
    text: str
    known: KnownEntity | None = None
    maker: str | None = None
    post: str = ""
    full: str = ""

    def entity(self, kind: str = "Organization") -> Entity:
        """The entity it names; an unknown one takes the type ``kind`` where its own is open."""
        if self.known is not None:
            return Entity(self.known.id, self.known.type, self.known.labels)
        longer = (self.full,) if self.full else ()
        return discovered(self.type if self.type != ANY else kind, self.text, *longer)


def discovered(kind: str, text: str, *others: str, scope: str = "") -> Entity:
    """An entity that the ontology does not know; ``scope`` (an article's id) keeps nameless things of two articles apart."""
    return Entity(
        "x_" + digest(kind, fold(text)[0], scope, size=12), kind, tuple(Label(t) for t in dict.fromkeys((text, *others))), True
    )


_DROPPED = frozenset(" ・･-‐–=＝’'")
_FOLDED = str.maketrans(dict.fromkeys(" ・･-‐–=＝’'", "") | {chr(c): chr(c + 32) for c in range(65, 91)})


def fold(text: str) -> tuple[str, list[int]]:
    """``text`` without spaces, dots and hyphens inside, in lower case, and where each of its characters came from.

    >>> fold("GPT-4 ・A")
    ('gpt4a', [0, 1, 2, 4, 7])
    """
    return text.translate(_FOLDED), [i for i, char in enumerate(text) if char not in _DROPPED]
