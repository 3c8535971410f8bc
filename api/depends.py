"""What routes are handed: settings, the store at its newest state, and the wanted page of a list."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, partial
from hmac import compare_digest
from itertools import islice
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from traceback import clear_frames
from typing import Annotated, Any, cast

from anyio import create_task_group, to_thread
from fastapi import Depends, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from api import changing, pages
from api.answers import Answers
from api.apart import begin
from api.inside import BEHIND
from api.processes import Processes
from api.reading import Readers
from api.settings import Settings
from kg.errors import InvalidValue, StoreError
from kg.snapshots import Folder, check, settled
from kg.store import Store


def contained(work: Callable[[], Any]) -> Any:
    """The result of ``work``; what it raises lets go of its variables, since Oxigraph's answers must not change threads."""
    try:
        return work()
    except BaseException as error:
        cause: BaseException | None = error
        while cause:
            clear_frames(cause.__traceback__)
            cause = cause.__cause__ or cause.__context__
        raise


class Held:
    """What every process that answers requests holds: the settings and the store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self._store = store
        self._view = store.view()
        self._lock = threading.Lock()

    def store(self) -> Store:
        """The newest state that an ingestion has published, which does not change under a request; else the one before."""
        with self._lock, suppress(StoreError):
            if self._store.refresh():
                self._view = self._store.view()
        return self._view

    def modified(self) -> float | None:
        """When the state that is read was published, in seconds since 1970; None where nobody knows."""
        with suppress(OSError):
            return Folder(Path(self.settings.store)).snapshot(self.store().generation).stat().st_mtime
        return None

    def check(self) -> None:
        """Raises :class:`StoreError` where the store could not be opened now, though what is open already still answers."""
        if self.settings.endpoint():
            with self._lock:
                self._store.refresh()
        else:
            check(Folder(Path(self.settings.store)))

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()


class Service(Held):
    """What the web process holds beside it: the processes for queries, for pages, and for what reads the whole graph."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, settings.open(read_only=True))
        self.processes = Processes(settings)
        first = partial(begin, settings=settings)
        self.pages = Processes(settings, settings.pages, settings.deadline, first, behind=0)
        self.whole = Processes(settings, settings.pages, settings.whole_deadline, first, behind=BEHIND // 2)
        self.readers = Readers(settings.reader_idle)
        folder = Folder(Path(settings.store))
        self.answers = Answers(settings.cache, int if settings.endpoint() else lambda: settled(folder))

    async def start(self) -> None:
        """Start the processes, and wait until they can work."""
        async with create_task_group() as group:
            for each in (self.processes, self.pages, self.whole):
                group.start_soon(each.start)

    async def end(self) -> None:
        """End them, and let go of the store."""
        for each in (self.processes, self.pages, self.whole, self.readers):
            await each.close()
        if "_apart" in vars(self):
            self._apart.cleanup()
        self.close()

    @cached_property
    def _apart(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="kg-apart-")

    async def empty(self, place: str) -> None:
        """Makes a store without articles at ``place``: a copy, since to make one takes longer than to read an article."""
        made = Path(self._apart.name) / "kg"
        if not made.exists():
            await self.whole.run(changing.empty, str(made), writes=True)  # it may take its time
        await to_thread.run_sync(copytree, made, place)


async def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


ServiceDep = Annotated[Service, Depends(_service)]


BEARER = HTTPBearer(auto_error=False, description="The token that KG_TOKEN sets")


def may_write(service: ServiceDep, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> None:
    """Raises HTTP 403 where nobody may write, 401 without the token."""
    token = service.settings.token
    if not token:
        raise HTTPException(403, "nobody may write here: KG_TOKEN is not set")
    if given is None or not compare_digest(given.credentials.encode("latin-1"), token.encode()):
        raise HTTPException(
            401, "writing needs the header Authorization: Bearer with the token", {"WWW-Authenticate": "Bearer"}
        )


def no_conditions(request: Request) -> None:
    """Raises HTTP 412 where a condition is set that is not compared here: done nevertheless, it would be done unseen."""
    if any(name in request.headers for name in ("if-match", "if-none-match", "if-unmodified-since")):
        raise HTTPException(412, "If-Match is compared for /rdf-graph-store only; send this without a condition")


async def _settings(service: ServiceDep) -> Settings:
    return service.settings


def _store(service: ServiceDep) -> Store:
    return service.store()


SettingsDep = Annotated[Settings, Depends(_settings)]
StoreDep = Annotated[Store, Depends(_store)]


class Window:
    """The part of a list that a client asked for."""

    def __init__(
        self,
        request: Request,
        settings: SettingsDep,
        offset: Annotated[int, Query(ge=0, le=2**31, description="How many items to leave out")] = 0,
        limit: Annotated[int | None, Query(ge=1, le=2**31, description="How many items; the server may give fewer")] = None,
    ) -> None:
        self._url = request.url
        self.offset = offset
        self.limit = min(limit or settings.page_size, settings.max_page)

    def page(self, found: Iterable[Any], shape: Callable[[Any], Any]) -> dict[str, Any]:
        """The part as a body (see :class:`api.schemas.Page`); ``shape`` is applied to its items only."""
        everything = found if isinstance(found, list | tuple) else list(found)
        items = [shape(each) for each in islice(everything, self.offset, self.offset + self.limit)]
        return self.body(items, len(everything))

    def body(self, items: list[Any], total: int) -> dict[str, Any]:
        """The same from items that were cut already."""
        after = self.offset + self.limit
        url = self._url.include_query_params(offset=after, limit=self.limit)
        following = f"{url.path}?{url.query}" if after < total else None
        return {"total": total, "offset": self.offset, "limit": self.limit, "next": following, "items": items}


WindowDep = Annotated[Window, Depends()]


def page_language(lang: Annotated[str, Query(max_length=35, description="Of the page: en or ja")] = "") -> None:
    """Describes the parameter; ``api.pages`` reads it."""


STATE = frozenset({"open", "view", "at"})
"""What pages add to their address: what is unfolded, the part of a picture that is looked at, what was dragged in it."""

LENIENT = frozenset({"/", "/sparql"})
"""Links to the page carry marks of those who share them, clients of SPARQL add parameters of other services."""


async def no_strangers(request: Request, response: Response) -> None:
    """Refuse query parameters that the route does not describe. Raises :class:`InvalidValue`.

    Whatever is answered may come in another form: what keeps answers is told so.
    """
    response.headers["Vary"] = "Accept"
    route = request.scope["route"]
    described = request.app.openapi()["paths"].get(getattr(route, "path_format", ""), {}).get(request.method.lower())
    if described is None or route.path_format in LENIENT:
        return
    known = sorted(each["name"] for each in described.get("parameters", ()) if each["in"] == "query")
    strange = request.query_params.keys() - set(known)
    if strange & STATE and pages.as_page(request):
        strange -= STATE
    if strange:
        raise InvalidValue(f"unknown parameter {', '.join(map(repr, sorted(strange)))}; known: {', '.join(known) or 'none'}")
