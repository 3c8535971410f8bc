"""The one place that turns errors into HTTP answers: problem+json (RFC 9457), and for browsers a page that says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from http.client import responses
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from api import pages
from api.schemas import Problem
from api.shapes import near
from kg import errors
from ontology.model import OntologyError

TYPE = "https://aikg.example/problem#"
MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

# The first class that fits decides.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.UnknownEntity, 404),
    (errors.UnknownClaim, 404),
    (errors.UnknownArticle, 404),
    (errors.UnknownFormat, 404),
    (errors.InputError, 400),
    (errors.Nonconforming, 409),
    (errors.Stale, 412),
    (errors.StoreError, 503),
    (OntologyError, 500),
    (errors.KgError, 500),
)

FORMS = {"/claims": "claims.html", "/conflicts": "conflicts.html", "/export": "export.html"}
"""Pages whose form stays, with what was typed, where it is wrong."""

# How every route may fail, for the OpenAPI document.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request is wrong", "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}},
    "5XX": {"description": "The service cannot do it", "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}},
}


def problem(request: Request, status: int, name: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem details object, or for browsers a page; ``name`` is the last part of its type, ``about:blank`` where empty."""
    content = {
        "type": TYPE + name if name else "about:blank",
        "title": responses.get(status, "Client Closed Request"),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    with suppress(HTTPException):
        if pages.as_page(request):
            page = _page(request, status, content)
            page.headers.update(headers or {})
            return page
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers=headers)


def _page(request: Request, status: int, content: dict[str, Any]) -> Response:
    """The form with what is wrong at its ``field``, else a page that says so; with things whose names are ``near`` it."""
    detail, place = str(content["detail"]), request.url.path.removeprefix(request.scope.get("root_path", ""))
    given = request.query_params.multi_items()
    fields = (name for name, value in given if repr(value) in detail or re.match(rf"{re.escape(name)}\b.*: ", detail))
    field = next(fields, "") if status in (400, 404, 422) else ""
    unknown = re.fullmatch("no entity '(.*?)'(?:; like it: .*)?", detail)
    like = near(request.app.state.service.store(), unknown[1]) if unknown else ()
    about = content | {"field": field, "unknown": unknown and unknown[1], "near": like}
    return pages.render(request, FORMS.get(place, "problem.html") if field else "problem.html", status, problem=about)


async def known(request: Request, error: Exception) -> Response:
    """The answer to an error of our own tree."""
    status = next(code for kind, code in STATUS if isinstance(error, kind))
    later = {"Retry-After": "1"} if isinstance(error, errors.StoreLocked) else None
    return problem(request, status, type(error).__name__, str(error), later)


def methods(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """The methods that a request's path has, as ``Allow`` lists them; empty where there is no such path."""
    whole = {**scope, "root_path": scope.get("app_root_path", scope.get("root_path", ""))}
    found = {
        method
        for method in METHODS
        for route in routes
        if route.matches({**whole, "method": method})[0] is Match.FULL and (method == "GET" or not isinstance(route, Mount))
    }  # files are mounted, which are only read
    return ", ".join(sorted(found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()))) if found else ""


async def http(request: Request, error: Exception) -> Response:
    """The answer to what the framework or a route refuses (404, 405, 406, 413, 415 …)."""
    refused = cast(HTTPException, error)
    detail = str(refused.detail)
    if detail == responses.get(refused.status_code):
        detail = f"{request.method} {request.url.path}: {detail.lower()}"
    headers = dict(refused.headers or {})
    if refused.status_code == 405:  # the framework names those of one of the path's routes
        headers["Allow"] = methods(request.app.router.routes, request.scope)
    return problem(request, refused.status_code, "", detail, headers)


async def gone(request: Request, error: Exception) -> Response:
    """What is counted where a client left before all of its request was there."""
    return problem(request, 499, "", "the client went away")


async def invalid(request: Request, error: Exception) -> Response:
    """The answer to a parameter that is missing or wrong."""
    wrong = cast(RequestValidationError, error).errors()
    detail = "; ".join(f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in wrong)
    return problem(request, 422, "InvalidParameter", detail)


async def unforeseen(request: Request, error: Exception) -> Response:
    """The answer to a fault of ours; the server's log has the traceback."""
    return problem(request, 500, "", f"{request.method} {request.url.path} failed; the server's log says why")


def install(app: FastAPI) -> None:
    """Let every error of ``app`` end here."""
    for kind in (errors.KgError, OntologyError):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unforeseen)
