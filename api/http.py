"""The HTTP face: an application made from settings (FastAPI; SPARQL 1.1 Protocol; RFC 9457 for errors)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from urllib.parse import urlsplit

from anyio import create_task_group, to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from api import pages, problems
from api.depends import Service, no_strangers
from api.door import Door
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
from kg import catalog
from kg.ask import ask as answer
from kg.errors import KgError

READS = (home, query, ask, claims, entities, articles, compared, graph, exports)
ROUTES = (sparql, *READS, adding, updates, graphs, writing, service, docs)
ABOUT = "Claims about AI infrastructure, each with the article, the speaker and the exact words it rests on."


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make what the first requests need, beside it what evaluates queries; let go of the store when the server ends."""
    held: Service = app.state.service
    async with create_task_group() as group:
        group.start_soon(to_thread.run_sync, warm, app)
        group.start_soon(held.processes.start)
    yield
    await held.processes.close()
    held.close()


def warm(app: FastAPI) -> None:
    """Read the lexicon, the names, the templates and the routes' description, so that no client waits for them."""
    for name in pages.TEMPLATES.list_templates():
        pages.TEMPLATES.get_template(name)
    app.openapi()
    with suppress(KgError):
        store = app.state.service.store()
        answer(store, "?")
        catalog.entities(store)
        catalog.talked_about(store)


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
    straight = [route for route in sparql.router.routes if isinstance(route, APIRoute)]
    app.add_middleware(Door, settings=settings, router=app.router, straight=straight, faults=app.exception_handlers)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    for noun in ROUTES:
        app.include_router(noun.router)
    problems.install(app)
    return app
