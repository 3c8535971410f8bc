"""Server-rendered pages: Jinja2 with everything escaped, no script needed, two languages (the page proper is issue 7)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

import ontology
from api import texts
from api.text import denied, headline, object_text, told

AROUND = 60
"""Characters around a quote that are shown where the whole text may not be."""


def web(address: str) -> bool:
    """Whether an address may stand in a link (no ``javascript:`` from an article's metadata).

    >>> web("https://example.org/"), web("javascript:alert(1)")
    (True, False)
    """
    return address.startswith(("https://", "http://"))


def pieces(text: str, spans: Iterable[tuple[int, int]], here: tuple[int, int] | None) -> list[dict[str, Any]]:
    """The text cut where marks begin and end; ``kind`` is ``said`` in a span, ``here`` in the one asked for, else empty.

    >>> [(p["text"], p["kind"]) for p in pieces("abcdef", [(1, 4)], (3, 5))]
    [('a', ''), ('bc', 'said'), ('de', 'here'), ('f', '')]
    """
    kinds = [""] * len(text)
    for start, end in spans:
        kinds[start:end] = ["said"] * len(kinds[start:end])
    if here:
        kinds[slice(*here)] = ["here"] * len(kinds[slice(*here)])
    cuts = [0, *(i for i in range(1, len(text)) if kinds[i] != kinds[i - 1]), len(text)]
    parts = [(kinds[a], text[a:b]) for a, b in pairwise(cuts) if a < b]
    first = next((i for i, (kind, _) in enumerate(parts) if kind == "here"), -1)
    return [{"kind": kind, "text": part, "first": i == first} for i, (kind, part) in enumerate(parts)]


def excerpts(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pieces with at most ``AROUND`` characters of what is unmarked before and after each mark.

    >>> [p["text"] for p in excerpts(pieces("x" * 200 + "said", [(200, 204)], None))] == ["…" + "x" * AROUND, "said"]
    True
    """
    kept = list(parts)
    for n, part in enumerate(kept):
        after, before = AROUND * (n > 0), AROUND * (n < len(kept) - 1)
        if not part["kind"] and len(part["text"]) > after + before:
            kept[n] = part | {"text": part["text"][:after] + "…" + part["text"][len(part["text"]) - before :]}
    return kept


def property_text(name: str, lang: str) -> str:
    """A property's label in a language, else its name."""
    known = ontology.load().properties.get(name)
    return next((label.text for label in known.labels if label.lang == lang), name) if known else name


TEMPLATES = Environment(loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
TEMPLATES.filters.update(web=web, object=object_text, headline=headline, denied=denied, said=property_text, told=told)


def render(request: Request, name: str, **values: Any) -> HTMLResponse:
    """The page of a template in the language that the client wants."""
    lang = texts.choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    other = request.url.include_query_params(lang=next(each for each in texts.LANGUAGES if each != lang)).query
    page = TEMPLATES.get_template(name).render(
        t=texts.words(lang), lang=lang, other=other, root=request.scope.get("root_path", ""), **values
    )
    return HTMLResponse(page, headers={"Vary": "Accept, Accept-Language", "Content-Language": lang})


def examples(request: Request) -> list[str]:
    """Questions to start with, in the page's language."""
    lang = texts.choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    return [row[texts.LANGUAGES.index(lang)] for row in texts.EXAMPLES]
