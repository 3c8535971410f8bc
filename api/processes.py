"""Work in processes that can be killed: workers of anyio, kept ready, replaced when they die (anyio ``to_process``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, create_task_group, fail_after, to_process
from fastapi import Request
from starlette.exceptions import HTTPException

from api import inside, metrics
from api.settings import Settings

T = TypeVar("T")
RETRY = {"Retry-After": "1"}


class Processes:
    """Room for so many queries at the same time; one that passes the deadline is killed with its process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.place: inside.Place = settings.endpoint() or settings.store
        self.limits = inside.Limits(
            settings.max_memory, settings.deadline, settings.max_answer, settings.max_rows, settings.max_depth
        )
        self._limiter = CapacityLimiter(settings.queries)
        self.writing = CapacityLimiter(1)
        self._warming: set[asyncio.Task[None]] = set()

    def warm(self) -> None:
        """Start in the background what workers are missing: together these take all that idle, and start the rest."""
        for _ in range(self._settings.queries):
            task = asyncio.create_task(self._ready())
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)

    def _replace(self, why: str) -> None:
        metrics.KILLED.labels(why).inc()
        self.warm()

    async def start(self) -> None:
        """Start all workers, and wait for them: what starts behind the first requests takes their time."""
        self.warm()
        await asyncio.gather(*self._warming)

    async def _ready(self) -> None:
        with suppress(BrokenWorkerProcess):
            await to_process.run_sync(inside.ready, self.place, self.limits, cancellable=True, limiter=self._limiter)

    async def run(self, work: Callable[..., T], *arguments: Any, limiter: CapacityLimiter | None = None) -> T:
        """The result of ``work(place, limits, *arguments)``, or what it raises; HTTP 503 where it takes too much."""
        room = limiter or self._limiter
        if room.statistics().tasks_waiting >= self._settings.queue:
            raise HTTPException(503, f"{self._settings.queue} queries wait already; try again later", RETRY)
        try:
            with fail_after(self._settings.deadline):
                return await to_process.run_sync(work, self.place, self.limits, *arguments, cancellable=True, limiter=room)
        except TimeoutError:
            self._replace("deadline")
            detail = f"no answer within {self._settings.deadline:g} seconds; a LIMIT or a narrower pattern helps"
            raise HTTPException(503, detail, RETRY) from None
        except BrokenWorkerProcess:
            self._replace("died")
            detail = "the query took more memory than this server gives it, or ended its process; simplify it"
            raise HTTPException(503, detail, RETRY) from None

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        """The same for what writes, one after another; it goes on where the client goes away."""
        return await self.run(work, *arguments, limiter=self.writing)

    async def run_for(self, request: Request, work: Callable[..., T], *arguments: Any) -> T:
        """The same; where the client goes away before, the work is killed."""
        found: list[T] = []
        error: list[Exception] = []
        async with create_task_group() as group:

            async def watch() -> None:
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                self._replace("client")
                group.cancel_scope.cancel()

            group.start_soon(watch)
            try:
                found.append(await self.run(work, *arguments))
            except Exception as raised:  # noqa: BLE001 - raised below, outside the group
                error.append(raised)
            group.cancel_scope.cancel()
        if error:
            raise error[0]
        if not found:
            raise HTTPException(499, "the client went away")
        return found[0]
