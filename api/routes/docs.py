"""``/docs``: every route in words, from the same document as ``/openapi.json`` (OpenAPI 3.1)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api import reference
from api.apart import Apart
from api.pages import render

router = APIRouter(include_in_schema=False, route_class=Apart)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """The page that describes every route."""
    document = request.app.openapi()
    return render(request, "docs.html", routes=reference.routes(document), schemas=list(reference.schemas(document)))
