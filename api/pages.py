"""Server-rendered pages: Jinja2 with everything escaped, which work without a script, in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from operator import itemgetter
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

import ontology
from api import text, texts
from api.negotiate import best
from api.text import chain, denied, property_text, told
from kg.export import FORMATS
from kg.export.layout import LINES, STYLES
from kg.export.stores import property_names
from kg.model import ENTITY_TYPES, Claim, Modality
from kg.wording import KANA, known_as

FORMS = ("application/json", "text/html")
SCRIPT = "\u3005-\u30ff\u3400-\u9fff\uff01-\uffee"
JAPANESE = re.compile(f'(?<![A-Za-z0-9.-])[A-Za-z0-9.-]*+[{SCRIPT}](?:[^“”"<>{{}}\\n]*[{SCRIPT}])?[A-Za-z0-9]*')
LATIN = re.compile("[A-Za-z]{2}")
HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
"""What a route adds to its description where it has a page too."""


def as_page(request: Request) -> bool:
    """Whether the client would rather have HTML, as browsers do."""
    return best(request.headers.get("accept", ""), FORMS) == "text/html"


def language(request: Request) -> texts.Language:
    """The language of the page."""
    return texts.choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))


AROUND = 60
"""Characters around a quote that are shown where the whole text may not be."""


def web(address: str) -> bool:
    """Whether an address may stand in a link (no ``javascript:`` from an article's metadata).

    >>> web("https://example.org/"), web("javascript:alert(1)")
    (True, False)
    """
    return address.startswith(("https://", "http://"))


def pieces(text: str, spans: Iterable[tuple[int, int]], here: tuple[int, int] | None) -> list[dict[str, Any]]:
    """The text cut where marks begin and end; ``spans`` are the numbers of those that a piece lies in.

    ``kind`` is ``here`` in the span asked for, ``said`` in another, else empty; ``first`` is the place to begin to read.

    >>> [(p["text"], p["kind"], p["spans"]) for p in pieces("abcdef", [(1, 4)], (3, 5))]
    [('a', '', []), ('bc', 'said', [0]), ('d', 'here', [0]), ('e', 'here', []), ('f', '', [])]
    """
    marks = list(spans)
    ends = {min(end, len(text)) for mark in [*marks, *([here] if here else [])] for end in mark}
    parts: list[dict[str, Any]] = []
    for a, b in pairwise(sorted({0, len(text)} | ends)):
        within = [n for n, (start, end) in enumerate(marks) if start <= a and b <= end]
        kind = "here" if here and here[0] <= a and b <= here[1] else "said" if within else ""
        first = kind == "here" and not any(part["first"] for part in parts)
        parts.append({"kind": kind, "text": text[a:b], "spans": within, "first": first})
    return parts


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


def spoken(function: Callable[..., str], **how: Any) -> Callable[..., str]:
    """A function that says something in a language, as a filter that says it in the page's."""

    @pass_context
    def said(context: Context, *given: Any) -> str:
        return function(*given, lang=context["lang"], **how)

    return said


@pass_context
def tongue(context: Context, text: str, tag: str = "span") -> Markup:
    """The text, and where it is in the other language than its page, that said in an element ``tag`` (WCAG 2.2, 3.1.2)."""
    if context["lang"] == "ja":
        strange = [] if JAPANESE.search(text) or not LATIN.search(text) else [(0, len(text))]
    else:
        strange = [found.span() for found in JAPANESE.finditer(text)]
    other = Markup('<{tag} lang="{lang}">{text}</{tag}>')
    parts, end = [], 0
    for a, b in strange:
        parts += [escape(text[end:a]), other.format(tag=Markup(tag), lang=context["second"], text=text[a:b])]
        end = b
    return Markup("").join([*parts, escape(text[end:])])


@pass_context
def opened(context: Context, id: str, usually: bool = False) -> Markup:
    """The attributes of what is folded: open where the address says so, or usually and it does not."""
    told = context["given"].getlist("open")
    usual = Markup(" data-open") if usually else Markup("")
    return Markup(f' id="{{}}"{usual}{" open" if id in told or (usually and not told) else ""}').format(id)


def japanese(text: str) -> bool:
    """Whether there is Japanese in a text."""
    return bool(KANA.search(text))


def quotes(claim: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The spans of a claim's evidence, those with the same words together."""
    alike: dict[str, list[dict[str, Any]]] = {}
    for span in claim["evidence"]:
        alike.setdefault(span["quote"], []).append(span)
    return list(alike.values())


TEMPLATES = Environment(
    loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
SHOWN = (web, tongue, chain, denied, told, quotes, japanese, texts.detail)
TEMPLATES.filters.update({function.__name__: function for function in SHOWN}, said=property_text, usual=known_as)
TEMPLATES.filters.update(
    name=spoken(text.named),
    target=spoken(text.object_text, tell=text.amount),
    headline=spoken(text.headline, tell=text.amount),
    value=spoken(text.amount, full=True),
    counted=spoken(text.counted),
    step_text=spoken(text.step_text),
    tally=spoken(text.tally),
)
TEMPLATES.globals.update(
    types=ENTITY_TYPES, modalities=[*Modality], styles=STYLES, dashes=LINES, opened=opened, formats=[*FORMATS], problem=None
)


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template in the language that the client wants; ``to`` in it makes addresses that keep that language."""
    lang = language(request)
    root = request.scope.get("root_path", "")

    def to(path: str, **query: Any) -> str:
        given = {name: value for name, value in query.items() if value not in ("", None)}
        return f"{root}{path}?{urlencode(given | {'lang': lang}, doseq=True)}"

    second = next(each for each in texts.LANGUAGES if each != lang)
    other = request.url.include_query_params(lang=second).query
    place = request.url.path.removeprefix(root)
    about = {
        "t": SimpleNamespace(**texts.words(lang)),
        "lang": lang,
        "other": other,
        "second": second,
        "root": root,
        "to": to,
        "place": place,
    }
    about["writable"] = bool(request.app.state.service.settings.token)
    about["properties"] = sorted(
        ((name, word) for name, word in property_names(lang).items() if name in ontology.load().properties), key=itemgetter(1)
    )
    page = TEMPLATES.get_template(name).render(about | {"given": request.query_params} | values)
    return HTMLResponse(page, status, {"Vary": "Accept, Accept-Language", "Content-Language": lang})


def words(request: Request, claim: Claim) -> str:
    """The address of the article at the words of a claim's leading statement."""
    span = claim.leading
    place = f"{request.scope.get('root_path', '')}/articles/{claim.article}"
    return f"{place}?{urlencode({'start': span.start, 'end': span.end, 'lang': language(request)})}#here"


def without_gaps(request: Request) -> str:
    """The address of a page without the fields of a form that were left empty; empty where there are none."""
    fields = request.query_params.multi_items()
    full = [(name, value) for name, value in fields if value.strip()]
    if len(full) == len(fields) or request.method != "GET":
        return ""
    try:
        path = "/" + request.url.path.lstrip("/")  # of two slashes the second would begin another site's name
        return f"{path}?{urlencode(full)}" if as_page(request) else ""
    except HTTPException:
        return ""
