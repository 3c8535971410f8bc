"""``/query``: a page to write SPARQL on, with examples, the answer as a table, and the answer as a file."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api import pages, texts
from api.depends import ServiceDep
from api.text import short
from kg.errors import KgError
from kg.namespaces import PREFIXES

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
    wanted = ["csv" if file else "json", "turtle"]
    try:
        base = str(request.url.replace(query=""))
        found = await service.processes.whole(request, query, base, (), (), wanted)
    except (KgError, HTTPException) as error:
        status = error.status_code if isinstance(error, HTTPException) else 400
        said = str(error.detail) if isinstance(error, HTTPException) else str(error)
        return pages.render(request, "query.html", status, answer=None, error=said, **values)
    if file:
        kind, ending = FILES[found.format]
        mark = BOM_UTF8 if ending == "csv" else b""
        return Response(mark + found.content, 200, {"Content-Disposition": f'attachment; filename="answer.{ending}"'}, kind)
    answer = {"graph": found.content.decode()} if found.format == "turtle" else table(json.loads(found.content))
    return pages.render(request, "query.html", answer=answer, error="", **values)


def table(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """SPARQL's JSON as the page shows it: its first ``SHOWN`` rows, or yes or no."""
    if "boolean" in found:
        return found
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    cells = [[cell(row.get(name)) for name in names] for row in rows[:SHOWN]]
    return {"variables": names, "rows": cells, "more": len(rows) > SHOWN}


def cell(term: Mapping[str, str] | None) -> Mapping[str, str]:
    """What a cell shows, and where in these pages it leads.

    >>> cell({"type": "uri", "value": "https://aikg.example/entity/xai"})
    {'text': 'ent:xai', 'path': '/entities/xai'}
    """
    if term is None or term["type"] != "uri":
        return {"text": term["value"] if term else "", "path": ""}
    whole, mark, part = term["value"].partition("#")
    path = next((path + whole.removeprefix(start) for start, path in PLACES.items() if whole.startswith(start)), "")
    return {"text": short(f"<{whole}>") + mark + part if path else short(f"<{term['value']}>"), "path": path}
