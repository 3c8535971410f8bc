"""``/docs``: Swagger UI over ``/openapi.json``, its files taken from the installed package ``fastapi-swagger``."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from fastapi_swagger import resources
from starlette.exceptions import HTTPException

from api.pages import render

router = APIRouter(prefix="/docs", include_in_schema=False)
PARTS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
# Swagger UI sets styles from its script and draws with data: images.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@router.get("")
def docs(request: Request) -> HTMLResponse:
    """The page that describes every route and lets one try it."""
    page = render(request, "docs.html")
    page.headers["Content-Security-Policy"] = POLICY
    return page


@router.get("/{name}")
def part(name: str) -> FileResponse:
    """A file of Swagger UI."""
    if name not in PARTS:
        raise HTTPException(404)
    return FileResponse(str(files(resources) / name), media_type=PARTS[name])
