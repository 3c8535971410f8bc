"""Which id an article is kept under: its own, that of the version before it, or one told apart (docs/cli.md, ``kg ingest``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace

from kg.model import Article, digest

SHINGLE = 8
ALIKE = 0.3
"""The share of the shorter text's shingles from which on two texts are versions of one article."""

_APART = re.compile(r"(.+)-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Place:
    """The article under the id it is kept under, and the one whose place it takes (None: it is new)."""

    article: Article
    former: Article | None = None


def apart(article: Article) -> Article:
    """The article under an id of its own, for where another article has its id: 8 hex digits of its content appended."""
    return replace(article, id=f"{article.id}-{digest(*astuple(article), size=8)}")


def base(article: Article) -> Article:
    """The article before it was told :func:`apart`; the same where it was not."""
    found = _APART.fullmatch(article.id)
    bare = replace(article, id=found.group(1)) if found else article
    return bare if apart(bare) == article else article


def containment(one: str, other: str) -> float:
    """The share of the shorter text's runs of 8 characters (white space aside) that the other has too, from 0 to 1.

    >>> containment("ナベ電算が新しい計算拠点を設ける", "速報:ナベ電算が新しい計算拠点を設ける"), containment("電力", "水")
    (1.0, 0.0)
    """
    shorter, longer = sorted((_shingles(one), _shingles(other)), key=len)
    return len(shorter & longer) / len(shorter)


def _shingles(text: str) -> frozenset[str]:
    solid = "".join(text.split())
    return frozenset(solid[at : at + SHINGLE] for at in range(max(1, len(solid) - SHINGLE + 1)))


def versions(one: Article, other: Article) -> bool:
    """Whether two articles of one name are versions of one article: the same address, or texts that are alike."""
    return (bool(one.url) and one.url == other.url) or containment(one.text, other.text) >= ALIKE


def families(ids: Iterable[str]) -> dict[str, set[str]]:
    """The ids by the name that an article of theirs may have had: each by itself and by what it may be told apart from.

    >>> families(["n", "n-0123abcd"]) == {"n": {"n", "n-0123abcd"}, "n-0123abcd": {"n-0123abcd"}}
    True
    """
    found: dict[str, set[str]] = {}
    for id in ids:
        apart_from = _APART.fullmatch(id)
        for name in (id, *(apart_from.groups()[:1] if apart_from else ())):
            found.setdefault(name, set()).add(id)
    return found


def place(article: Article, kept: Iterable[Article]) -> Place:
    """Where an article belongs among those of its :func:`families` that are kept already and may be replaced.

    The very same article stays where it is. A new version of an article takes its place: under its id or, where that had
    been told apart, under the id that follows from the new content. An article that only shares the name is told apart.
    """
    bare = base(article)
    known = [each for each in sorted(kept, key=lambda each: each.id) if each.id == bare.id or base(each).id == bare.id]
    for former in known:
        if replace(bare, id=former.id) == former:
            return Place(former, former)
    for former in known:
        if versions(bare, former):
            return Place(bare if former.id == bare.id else apart(bare), former)
    return Place(apart(bare) if any(each.id == bare.id for each in known) else article)
