"""``/query``: a page to write SPARQL on, with examples, the answer as a table, and the answer as a file."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api import inside, pages, texts
from api.depends import ServiceDep
from api.door import asks
from api.processes import There
from api.text import short
from kg.errors import KgError
from kg.namespaces import PREFIXES
from kg.terms import Iri, Literal, Term

router = APIRouter(prefix="/query", include_in_schema=False)
SHOWN = 500
FILES = {"csv": ("text/csv; charset=utf-8", "csv"), "turtle": ("text/turtle; charset=utf-8", "ttl")}
PLACES = {PREFIXES[prefix]: path for prefix, path in (("ent", "/entities/"), ("claim", "/claims/"), ("article", "/articles/"))}


@router.get("")
async def editor(request: Request, service: ServiceDep, query: str = "", file: bool = False) -> Response:
    """The page; with ``file`` the whole answer, as Turtle, or as CSV with the mark by which Excel knows UTF-8."""
    examples = texts.queries(pages.language(request))
    values: dict[str, Any] = {
        "query": query or examples[0]["query"],
        "examples": examples,
        "prefixes": sorted(PREFIXES.items()),
    }
    if not query.strip():
        return pages.render(request, "query.html", answer=None, error="", **values)
    told = asks(request.scope, query)
    try:
        base = str(request.url.replace(query=""))
        if file:
            found = await service.processes.whole(request, query, base, (), (), [*FILES])
            kind, ending = FILES[found.format]
            told["rows"] = found.rows
            mark = BOM_UTF8 if ending == "csv" else b""
            return Response(mark + found.content, 200, {"Content-Disposition": f'attachment; filename="answer.{ending}"'}, kind)
        with There(request):
            answer = table(await service.processes.run(inside.shown, query, base, SHOWN + 1))
        told["rows"] = len(answer.get("rows", ()))
    except (KgError, HTTPException) as error:
        status = error.status_code if isinstance(error, HTTPException) else 400
        said = str(error.detail) if isinstance(error, HTTPException) else str(error)
        return pages.render(request, "query.html", status, answer=None, error=said, **values)
    return pages.render(request, "query.html", answer=answer, error="", **values)


def table(found: dict[str, Any]) -> Mapping[str, Any]:
    """The answer (:func:`api.inside.shown`) as the page shows it: of rows the first ``SHOWN``."""
    if "rows" not in found:
        return found
    return found | {"rows": [list(map(cell, row)) for row in found["rows"][:SHOWN]], "more": len(found["rows"]) > SHOWN}


def cell(term: Term | None) -> Mapping[str, str]:
    """What a cell shows, and where in these pages it leads.

    >>> cell(Iri("https://aikg.example/entity/xai"))
    {'text': 'ent:xai', 'path': '/entities/xai'}
    """
    if not isinstance(term, Iri):
        return {"text": term.text if isinstance(term, Literal) else (term or "").removeprefix("_:"), "path": ""}
    whole, mark, part = term.partition("#")
    path = next((path + whole.removeprefix(start) for start, path in PLACES.items() if whole.startswith(start)), "")
    return {"text": short(f"<{whole}>") + mark + part if path else short(f"<{term}>"), "path": path}
