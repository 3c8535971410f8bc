"""The file formats of articles: plain text, Markdown with YAML front matter, HTML (https://spec.commonmark.org/, WHATWG)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import trafilatura
import yaml
from dateutil import parser as dateparser
from frontmatter.default_handlers import YAMLHandler
from trafilatura.settings import use_config

from ingest.encodings import decode
from kg.errors import ReadError

HTML = frozenset({".html", ".htm", ".xhtml"})
PLAIN = frozenset({".txt", ".text", ".md", ".markdown"})
DATA = frozenset({".json", ".jsonl", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".ttl", ".trig", ".nq", ".nt", ".rdf", ".gexf"})
LONGEST_DATE = 64
LONGEST_HEAD = 20_000
ALIASES = {
    "date": "published",
    "published_at": "published",
    "source": "publisher",
    "site": "publisher",
    "address": "url",
    "canonical": "url",
}

_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml[^>]*>")
_ADDRESS = re.compile(r"""https?://[^\s<>"{}|\\^`]+""")
_DAY = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?)?\s*[年月日]?(?:[\sT(].*)?", re.DOTALL)
logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # its complaints come back as reasons of ours
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "min_extracted_size", "1")  # a Japanese paragraph is much shorter than the default of 250 letters


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of an article besides its text; empty where nothing is."""

    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Description:
        """Of a front matter or an entry of ``meta.json``; other keys are ignored, as is ``published: true``, which is no date.

        Raises :class:`ReadError`: not a text.
        """
        known = {field.name for field in fields(cls)}
        named: dict[str, str] = {}
        for key, value in sorted(given.items(), key=lambda item: str(item[0]) not in known):
            name = ALIASES.get(str(key).lower(), str(key).lower())
            unsaid = value is None or (name == "published" and isinstance(value, bool))
            if name in known and not unsaid and not named.get(name):
                named[name] = one_line(value, name)
        return cls(**named)

    def over(self, other: Description) -> Description:
        """These values, and those of ``other`` where they are empty."""
        return Description(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))

    def checked(self) -> Description:
        """The same with its date normalised. Raises :class:`ReadError`: no date, no address."""
        if self.url and not _ADDRESS.fullmatch(self.url):
            raise ReadError(f"url {self.url!r} is not an http address")
        return Description(self.title, self.publisher, self.url, normal_date(self.published))


def one_line(value: object, name: str) -> str:
    """A value of front matter or JSON as a text without line ends. Raises :class:`ReadError`."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(str(value).split())
    raise ReadError(f"{name} must be a text, not {type(value).__name__}")


def normal_date(text: str) -> str:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` of a date or a time, as it was written there (no time zone is applied).

    Raises :class:`ReadError` where it is no date, or one that can be read in two ways.

    >>> normal_date("2024-12-05T09:00:00+09:00"), normal_date("2024年6月"), normal_date("5 June 2024")
    ('2024-12-05', '2024-06', '2024-06-05')
    """
    if not text:
        return ""
    found = _DAY.fullmatch(text.strip()[:LONGEST_DATE])
    try:
        if found:
            year, month, day = (int(part) if part else 0 for part in found.groups())
            date(year, month or 1, day or 1)
            return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])
        if re.search(r"[A-Za-z]{3}", text) and len(text) <= LONGEST_DATE:  # a month's name: 04/05/2024 alone would be a guess
            days = {dateparser.parse(text, default=datetime(year, 1, day)).date() for year, day in ((2000, 1), (2001, 2))}
            if len(days) == 1:
                return days.pop().isoformat()
    except (ValueError, OverflowError):
        pass
    raise ReadError(f"{text[:LONGEST_DATE]!r} is not a date such as 2024, 2024-06 or 2024-06-05")


def parse(name: str, data: bytes) -> tuple[str, Description]:
    """The text of an article, to which offsets refer, and what its file says about it.

    A plain text is exactly what was decoded. Raises :class:`ReadError` with a reason that does not name the file.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in DATA:
        raise ReadError(f"a {suffix} file holds data, not an article (txt, md and html do)")
    charset = _CHARSET.search(data[:2048]) if suffix not in PLAIN else None
    text = decode(data, charset.group(1).decode("ascii") if charset else "")
    if suffix in HTML or (suffix not in PLAIN and _PAGE.search(text[:1000]) and text.lstrip().startswith("<")):
        return from_html(text)
    return from_text(text)


def from_text(text: str) -> tuple[str, Description]:
    """A text and its YAML front matter; without one, the text as it is."""
    handler = YAMLHandler()
    if not text.startswith("---") or not handler.detect(text):
        return text, Description()
    try:
        head, body = handler.split(text)
    except ValueError:  # a rule on top and none below
        return text, Description()
    if len(head) > LONGEST_HEAD:  # YAML is slow to read; a text with rules in it is no front matter
        return text, Description()
    try:
        given = handler.load(head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReadError(f"front matter: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(given, dict):
        return text, Description()
    if not body.strip():
        raise ReadError("empty below its front matter")
    return body.lstrip("\r\n"), Description.from_mapping(given)


def from_html(page: str) -> tuple[str, Description]:
    """The main text of a page with its comments below, and its metadata. Raises :class:`ReadError`: no text in it."""
    page = _XML.sub("", page, count=1)
    found: Any = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        config=_CONFIG,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if found is None:
        raise ReadError("no main text in the page")
    text = "\n\n".join(part for part in (found.text, found.comments) if part and part.strip())
    if not text.strip():
        raise ReadError("no main text in the page")
    url = found.url if found.url and _ADDRESS.fullmatch(found.url) else None
    return text, Description.from_mapping(
        {"title": found.title, "publisher": found.sitename or found.hostname, "url": url, "published": found.date}
    )
