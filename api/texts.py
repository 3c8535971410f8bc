"""The words of the faces in both languages (``texts.yaml``), and the choice between them (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

import yaml

from kg.wording import MODALITIES

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")
SAID: Mapping[str, Any] = yaml.load(
    (files("api") / "texts.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
TEXTS: Mapping[str, tuple[str, str]] = {name: (row[0], row[1]) for name, row in SAID["words"].items()}


def words(lang: str) -> dict[str, str]:
    """Every text in one of :data:`LANGUAGES`."""
    column = LANGUAGES.index(lang)
    return {name: row[column] for name, row in TEXTS.items()} | MODALITIES[lang]


LONG = 1_500
"""Characters."""


def detail(text: str, lang: str) -> str:
    """What went wrong, in words for whoever reads pages in that language; as it is where ``texts.yaml`` has no others, or
    where it is long: what a stranger sent may stand in it, and the patterns take the square of its length.

    >>> detail("no entity 'nobody'", "ja")
    '「nobody」という事物はありません。'
    """
    if len(text) > LONG:
        return text
    rows = ((re.fullmatch(pattern, text), said.get(lang)) for pattern, said in SAID["details"].items())
    return next((found.expand(said) for found, said in rows if found and said), text)


def unit(name: str, lang: str) -> str:
    """A unit as it stands behind a number; ``{s}`` where English has a plural."""
    return str(SAID["units"].get(name, [" " + name] * 2)[LANGUAGES.index(lang)])


def queries(lang: str) -> list[dict[str, str]]:
    """Queries to start with: ``title`` and ``query``."""
    return [{"title": each["title"][LANGUAGES.index(lang)], "query": each["query"]} for each in SAID["queries"]]


def choose(wanted: str | None, accept: str) -> Language:
    """The language that was asked for, else the one of the Accept-Language header that comes first, else English.

    >>> choose(None, "fr, ja;q=0.8, en;q=0.5")
    'ja'
    """
    tags = (part.partition(";")[0].strip().lower().partition("-")[0] for part in accept.split(","))
    return next((lang for tag in (wanted, *tags) for lang in LANGUAGES if lang == tag), LANGUAGES[0])
