"""The HTTP face: an application made from settings (FastAPI; SPARQL 1.1 Protocol; RFC 9457 for errors)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from anyio import create_task_group, to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from api import problems
from api.depends import Service, no_strangers
from api.door import Door, Log
from api.routes import (
    adding,
    articles,
    ask,
    claims,
    compared,
    docs,
    entities,
    exports,
    graph,
    graphs,
    home,
    query,
    service,
    sparql,
    updates,
    writing,
)
from api.settings import Settings, release

READS = (home, ask, claims, entities, articles, compared, graph, exports, service)
ROUTES = (sparql, *READS, query, adding, updates, graphs, writing, docs)
ABOUT = "Claims about AI infrastructure, each with the article, the speaker and the exact words it rests on."


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make what the first requests need, beside it what evaluates queries; let go of the store when the server ends."""
    service: Service = app.state.service
    async with create_task_group() as group:
        group.start_soon(to_thread.run_sync, app.openapi)
        group.start_soon(service.start)
    yield
    await service.end()


def _routed(nouns: Iterable[ModuleType], **options: Any) -> FastAPI:
    """An application with the routes of the nouns, whose errors are problems."""
    app = FastAPI(
        title="aikg",
        version=release(),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # to wherever the header Host says
        responses=problems.RESPONSES,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # they ask for themselves at every request
        dependencies=[Depends(no_strangers)],
        **options,
    )
    for noun in nouns:
        app.include_router(noun.router)
    problems.install(app)
    return app


def reading_app() -> FastAPI:
    """What answers requests in a process that is given a store (:func:`api.apart.begin`)."""
    return _routed(ROUTES)


def create_app(settings: Settings, log: Log | None = None) -> FastAPI:
    """The application over the store that ``settings`` names; ``log`` takes a line for each request.

    Raises :class:`kg.errors.StoreError` where the store cannot be opened, so that a server never starts without one.
    """
    app = _routed(ROUTES, lifespan=lifespan, root_path=urlsplit(settings.base_url).path.rstrip("/"))
    app.state.service = Service(settings)
    straight = [route for route in sparql.router.routes if isinstance(route, APIRoute)]
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    # Around all that FastAPI lays around a route, which costs more than a short query does.
    app.middleware_stack = Door(app.build_middleware_stack(), settings, app.router, straight, log)
    return app
