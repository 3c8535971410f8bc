"""Claims as citations, ready to paste: Markdown, BibTeX, RIS, CSL-JSON, plain text (issue 6, Citing).

Links open the article at the quote (URL Fragment Text Directives, wicg.github.io/scroll-to-text-fragment).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as percent

from kg.errors import UnknownFormat
from kg.jsonl import Json, claim_json
from kg.model import Article, Claim, Modality, digest
from kg.namespaces import CLAIM
from kg.wording import MODALITIES, known_as

WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LONG = 60
"""Characters above which a link names only the quote's beginning and end."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says; empty parts are unknown. ``start`` and ``end`` are code points of the article's text.

    ``speakers`` holds who says it, outermost first; ``link`` opens ``url`` at the quote; ``address`` is the claim's own.
    """

    key: str
    title: str
    address: str
    publisher: str = ""
    published: str = ""
    url: str = ""
    link: str = ""
    speakers: tuple[str, ...] = ()
    quote: str = ""
    start: int = 0
    end: int = 0
    modality: Modality = Modality.ASSERTED


def reference(claim: Claim, article: Article | None = None, lang: str = "ja") -> Reference:
    """A claim's reference, by its leading statement; an unknown article leaves its parts empty."""
    evidence = claim.leading
    speakers = tuple(speaker.label(lang) for speaker in evidence.attributed_to or claim.attributed_to)
    place = (speakers, evidence.quote, evidence.start, evidence.end, claim.modality)
    if article is None:
        return Reference(claim.id, claim.article, CLAIM + claim.id, "", "", "", "", *place)
    web = WEB.fullmatch(article.url) is not None
    again = article.text.count(evidence.quote) > 1
    before = article.text[max(0, evidence.start - LONG // 2) : evidence.start] if again else ""
    link = text_fragment(article.url, evidence.quote, before) if web else ""
    title, url = article.title or article.id, article.url if web else ""
    return Reference(claim.id, title, CLAIM + claim.id, article.publisher, article.published, url, link, *place)


def whole(title: str, address: str, date: str, claims: Iterable[Claim]) -> Reference:
    """The reference of a whole answer or export: its title, its address, the day it was made, named by the claims in it."""
    return Reference("k_" + digest(address, *sorted(claim.id for claim in claims)), title, address, "aikg", date, address)


def text_fragment(url: str, quote: str, before: str = "") -> str:
    """The address that opens ``url`` at a quote; ``before`` are the words that tell it from others like it.

    >>> text_fragment("https://a.example/b", "100-200, R&D")
    'https://a.example/b#:~:text=100%2D200%2C%20R%26D'
    """
    lines = [line.strip() for line in quote.splitlines() if line.strip()] or [quote]
    parts = [lines[0]] if len(lines) == 1 and len(quote) <= LONG else [lines[0][: LONG // 2], lines[-1][-LONG // 2 :]]
    context = before.rpartition("\n")[2].strip()
    prefix = f"{_encoded(context)}-," if context else ""
    mark = "&" if ":~:" in url else ":~:" if "#" in url else "#:~:"
    return f"{url}{mark}text={prefix}{','.join(map(_encoded, parts))}"


def _encoded(text: str) -> str:
    return percent(text, safe="", errors="replace").replace("-", "%2D")


def _line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())


MARKDOWN = re.compile(r"([\\`*_{}\[\]<>!|~&^$])")
LATEX = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
} | {special: "\\" + special for special in "&%$#_"}
WORDS = {
    "en": {"says": "according to {}", "at": "characters {}–{}", "link": "at the quote", "claim": "claim"},
    "ja": {"says": "{}による", "at": "本文{}〜{}字", "link": "該当箇所", "claim": "記述"},
}


def _said(ref: Reference, lang: str, speakers: str) -> str:
    """How sure the claim is, where it is not asserted, and who says it: the quoted words alone may not tell."""
    sure = "" if ref.modality is Modality.ASSERTED else MODALITIES[lang][ref.modality.value]
    return (", " if lang == "en" else "、").join(filter(None, (sure, WORDS[lang]["says"].format(speakers) if speakers else "")))


def markdown(ref: Reference, lang: str = "en") -> str:
    """A footnote; whatever an article says is shown as text, never run as markup."""
    words = WORDS[lang]
    title = _markdown(ref.title)
    named = f"[{title}](<{ref.url}>)" if ref.url else f"“{title}”"
    told = _said(ref, lang, _markdown(" → ".join(ref.speakers)))
    head = ", ".join(filter(None, (named, _markdown(ref.publisher), ref.published, told)))
    said = f": “{_markdown(ref.quote)}” ({words['at'].format(ref.start, ref.end)})" if ref.quote else ""
    link = f" [{words['link']}](<{ref.link}>)," if ref.link else ""
    own = f"{link} {words['claim']} <{ref.address}>" if ref.quote else f", <{ref.address}>"
    return f"[^{ref.key}]: {head}{said}{own}.\n"


def _markdown(text: str) -> str:
    return MARKDOWN.sub(r"\\\1", _line(text))


def plain(ref: Reference, lang: str = "ja") -> str:
    """One line of plain text, in Japanese style or in English."""
    words = WORDS[lang]
    said = _said(ref, lang, " → ".join(ref.speakers))
    place = words["at"].format(ref.start, ref.end)
    address = ref.link or ref.url
    own = f"{words['claim']} {ref.address}" if ref.quote else ""  # a whole answer's address stands there already
    if lang == "ja":
        date = "年月日"
        shown = "".join(f"{int(part)}{unit}" for part, unit in zip(ref.published.split("-"), date, strict=False) if part)
        head = f"{ref.publisher}「{_line(ref.title)}」" + (f"（{shown}）" if shown else "")
        quoted = f"「{_line(ref.quote)}」（{'、'.join(filter(None, (place, said)))}）" if ref.quote else ""
        return "、".join(filter(None, (head, quoted, address, own))) + "\n"
    head = ", ".join(filter(None, (ref.publisher, f"“{_line(ref.title)}”", ref.published, said)))
    quoted = f"“{_line(ref.quote)}” ({place})" if ref.quote else ""
    return ", ".join(filter(None, (head, quoted, address, own))) + "\n"


def note(ref: Reference, lang: str = "en") -> str:
    """What the fields of a bibliography have no place for: speakers, quote, offsets, the claim's address."""
    words = WORDS[lang]
    said = _said(ref, lang, " → ".join(ref.speakers))
    quoted = f"“{_line(ref.quote)}” ({words['at'].format(ref.start, ref.end)})" if ref.quote else ""
    return "; ".join(filter(None, (said, quoted, ref.address)))


def bibtex(ref: Reference, lang: str = "en") -> str:
    """An ``@misc`` entry that BibTeX and biblatex take."""
    year, month = ref.published[:4], ref.published[5:7]
    fields = {
        "title": f"{{{_latex(ref.title)}}}",
        "author": f"{{{_latex(ref.publisher)}}}" if ref.publisher else "",
        "year": year,
        "month": str(int(month)) if month else "",
        "date": ref.published,
        "url": (ref.link or ref.url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
        "note": _latex(note(ref, lang)),
    }
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{ref.key},\n{rows}}}\n"


def _latex(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in _line(text))


def ris(ref: Reference, lang: str = "en") -> str:
    """An entry in RIS, of type ELEC."""
    rows = [
        ("TY", "ELEC"),
        ("ID", ref.key),
        ("TI", ref.title),
        *(("AU", speaker) for speaker in ref.speakers),
        ("PB", ref.publisher),
        ("PY", ref.published[:4]),
        ("DA", "/".join((ref.published[:4], ref.published[5:7], ref.published[8:], "")) if ref.published else ""),
        ("UR", ref.link or ref.url),
        ("N1", note(ref, lang)),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in rows if value) + "ER  - \r\n"


def csl(ref: Reference, lang: str = "en") -> dict[str, Any]:
    """An item of CSL-JSON."""
    item = {
        "id": ref.key,
        "type": "webpage" if ref.quote else "dataset",
        "title": ref.title,
        "author": [{"literal": speaker} for speaker in ref.speakers],
        "container-title": ref.publisher,
        "publisher": ref.publisher,
        "issued": {"date-parts": [[int(part) for part in ref.published.split("-")]]} if ref.published else None,
        "URL": ref.link or ref.url,
        "note": note(ref, lang),
        "language": lang,
    }
    return {name: value for name, value in item.items() if value}


def csl_list(refs: Sequence[Reference], lang: str = "en") -> str:
    """CSL-JSON: a list of items."""
    return json.dumps([csl(ref, lang) for ref in refs], ensure_ascii=False, indent=1) + "\n"


def _each(one: Callable[[Reference, str], str]) -> Callable[[Sequence[Reference], str], str]:
    return lambda refs, lang: "".join(one(ref, lang) for ref in refs)


@dataclass(frozen=True, slots=True)
class Style:
    """A form of citation: its name, media type and file ending, and how references are written in it."""

    name: str
    media_type: str
    ending: str
    write: Callable[[Sequence[Reference], str], str]


_TABLE = (
    Style("bibtex", "application/x-bibtex", "bib", _each(bibtex)),
    Style("csl", "application/vnd.citationstyles.csl+json", "json", csl_list),
    Style("markdown", "text/markdown; charset=utf-8", "md", _each(markdown)),
    Style("ris", "application/x-research-info-systems", "ris", _each(ris)),
    Style("text", "text/plain; charset=utf-8", "txt", _each(plain)),
)
STYLES: Mapping[str, Style] = {style.name: style for style in _TABLE}


def find_style(name: str) -> Style:
    """The style of that name; raises :class:`UnknownFormat` naming those there are."""
    try:
        return STYLES[name]
    except KeyError:
        raise UnknownFormat(f"no citation style {name!r}; there are {', '.join(STYLES)}") from None


def cite(claims: Iterable[Claim], articles: Mapping[str, Article], style: str, lang: str = "ja") -> str:
    """Claims cited in a style, in their order; raises :class:`UnknownFormat`."""
    return find_style(style).write([reference(claim, articles.get(claim.article), lang) for claim in claims], lang)


def cited_json(claim: Claim, ref: Reference, lang: str = "ja") -> Json:
    """The claim in the export's form and its citation, whose ``tellings`` say of each span how sure it is said and by whom."""
    tellings = [
        {"start": e.start, "end": e.end, "modality": e.modality.value, "speakers": [known_as(s, lang) for s in e.attributed_to]}
        for e in sorted(claim.evidence, key=lambda e: (e.start, e.end))
    ]
    return claim_json(claim) | {"citation": citation_json(ref, lang) | {"tellings": tellings}}


def citation_json(ref: Reference, lang: str = "ja") -> dict[str, str]:
    """What answers and lists carry beside a claim: title, publisher, address, date, link to the quote, and plain text."""
    return {
        "title": ref.title,
        "publisher": ref.publisher,
        "url": ref.url,
        "published": ref.published,
        "link": ref.link,
        "speakers": " → ".join(ref.speakers),
        "text": plain(ref, lang).strip(),
    }
