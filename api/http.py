"""The HTTP face: an application made from settings (FastAPI; SPARQL 1.1 Protocol; RFC 9457 for errors)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from api import problems
from api.depends import Service, no_strangers
from api.routes import articles, ask, claims, compared, docs, entities, exports, graph, home, service, sparql
from api.settings import Settings, release

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
ROUTES = (home, ask, sparql, claims, entities, articles, compared, graph, exports, service, docs)
ABOUT = "Claims about AI infrastructure, each with the article, the speaker and the exact words it rests on."


async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the headers that keep a browser from running what an article says."""
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Let go of the store when the server ends."""
    yield
    app.state.service.close()


def create_app(settings: Settings) -> FastAPI:
    """The application over the store that ``settings`` names.

    Raises :class:`kg.errors.StoreError` where the store cannot be opened, so that a server never starts without one.
    """
    app = FastAPI(
        title="aikg",
        version=release(),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        root_path=urlsplit(settings.base_url).path.rstrip("/"),
        responses=problems.RESPONSES,
        dependencies=[Depends(no_strangers)],
    )
    app.state.service = Service(settings)
    app.middleware("http")(guard)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    for noun in ROUTES:
        app.include_router(noun.router)
    problems.install(app)
    return app
