"""The HTTP face: an application made from settings (FastAPI; SPARQL 1.1 Protocol; RFC 9457 for errors)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from api import problems
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

READS = (home, query, ask, claims, entities, articles, compared, graph, exports)
ROUTES = (*READS, adding, updates, graphs, writing, service, docs)
ABOUT = "Claims about AI infrastructure, each with the article, the speaker and the exact words it rests on."


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start what evaluates queries; let go of the store when the server ends."""
    held: Service = app.state.service
    await held.processes.start()
    yield
    await held.processes.close()
    held.close()


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
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], expose_headers=["ETag", "Link"])
    app.add_middleware(GZipMiddleware, compresslevel=4)
    app.add_middleware(Door, settings=settings, router=app.router)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    app.router.routes[:0] = sparql.router.routes  # as they are: an included router looks for its routes twice
    for noun in ROUTES:
        app.include_router(noun.router)
    problems.install(app)
    return app
