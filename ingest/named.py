"""A name in a text and the entity it stands for; what the names of a text tell about each other."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.model import Entity, digest
from ontology.lexicon import patterns
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
    full: str = ""

    def entity(self, kind: str = "Organization") -> Entity:
        """The entity it names; an unknown one takes the type ``kind`` where its own is open."""
        if self.known is not None:
            return Entity(self.known.id, self.known.type, self.known.labels)
        longer = (self.full,) if self.full else ()
        return discovered(self.type if self.type != ANY else kind, self.text, *longer)


@lru_cache(maxsize=4096)
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


_RE = patterns("named")
CODED = re.compile(r"\d")
OPEN_TYPES = ("Organization", "Product", "Model", "Project")  # what a name of open type may be, the likeliest first


def full_names(names: list[Name]) -> list[Name]:
    """With people's short names told by the full ones of the text: 橘氏 is 橘奈緒, フアン氏 is ジェンスン・フアン."""
    people = {n.text: n for n in sorted(names, key=lambda n: -n.start) if n.type == "Person"}
    known = {n.known.id: len(n.text) for n in sorted(people.values(), key=lambda n: len(n.text)) if n.known is not None}
    full = {
        short: people[long]
        for short, name in people.items()
        for long in sorted(people)
        if len(short) < len(long)
        and (name.known is None or (people[long].known is None and known[name.known.id] == len(short)))
        and ((long.startswith(short) and re.match(r"[一-龥々]", short)) or long.endswith(("・" + short, " " + short)))
    }
    return [
        replace(n, text=whole.text, known=whole.known) if n.type == "Person" and (whole := full.get(n.text)) else n
        for n in names
    ]


def companies(text: str, names: list[Name]) -> list[Name]:
    """With names of open type told to be organisations where the text once speaks of their chief, shares, seat or staff."""
    told = {n.text for n in names if n.type == ANY and _RE["staff"].match(text, n.cover[1])}
    return [replace(n, type="Organization") if n.type == ANY and n.text in told else n for n in names]


def homed(text: str, names: list[Name]) -> list[Name]:
    """With names of open type behind a place typed: towns where something stands or happens (スイスのアンデルマットにある).

    Where it is no goal or source (オランダのXへ) it is a company, and in quotation marks something built (印西の「NRT14」).
    """
    homes = {n.cover[1] for n in names if n.type == "Place"}
    told: dict[str, str] = {}
    for name in names:
        at, behind = name.cover
        if name.type == ANY and at - 1 in homes and text[at - 1] == "の":
            if _RE["there"].match(text, behind):
                told[name.text] = "Place"
            elif not _RE["goal"].match(text, behind):
                told[name.text] = "Facility" if text[at] in "「『" else "Organization"
    return [replace(n, type=told[n.text]) if n.type == ANY and n.text in told else n for n in names]


def composed(text: str, names: list[Name]) -> tuple[Name, ...]:
    """With places inside places told as one: テネシー州メンフィス is Memphis."""
    made: list[Name] = []
    for name in names:
        last = made[-1] if made else None
        near = last and text[last.cover[1] : name.cover[0]] in ("", "・", "の") and name.end - last.cover[0] < 60
        if last and near and last.type == name.type == "Place":
            made[-1] = replace(name, cover=(last.cover[0], name.cover[1]))
        else:
            made.append(name)
    return tuple(made)


def fitting(name: Name, types: Collection[str]) -> str:
    """The type under which ``name`` can fill a role of ``types``; empty where it cannot."""
    if name.type != ANY:
        return (
            name.type
            if name.type in types or (name.type == "Publication" and "Organization" in types and name.known is None)
            else ""
        )
    if CODED.search(name.text) and (kind := next((kind for kind in ("Product", "Model") if kind in types), "")):
        return kind
    built = "Facility" in types and name.cover[1] - name.cover[0] > len(name.text)  # 「SV9」を借りる
    return next((kind for kind in OPEN_TYPES if kind in types), "Facility" if built else "")
