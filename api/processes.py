"""Work in processes that can be killed: forked from one that has loaded all it needs, kept ready, replaced when they die."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import pickle
import socket
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.exceptions import HTTPException

from api import inside, metrics
from api.settings import Settings
from api.turns import CLIENT, Full, Turns

T = TypeVar("T")
LOG = logging.getLogger("uvicorn.error")
RETRY = {"Retry-After": "1"}
LESS = "ask for less: a narrower pattern or filter, or a LIMIT, helps"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["api.deaf", "api.preloaded", "kg.grammar", "api.cli"]
)  # the last is the main module, which each fork looks at
START = 20.0
"""Seconds that a process may take to be ready."""

SOON = 0.05
"""Seconds after which a client is watched: most answers are there before, and watching costs more than they do. As long may
go on what nobody waits for any more: another process costs as much."""

AHEAD = 4
"""How many of the largest answers may lie here together because clients are slow; then their processes wait."""


class Lost(Exception):
    """A process ended before its work did."""


class Told:
    """What a process tells of one piece of work, until somebody takes it."""

    lying = 0
    """Bytes that all of them together have told and nobody has taken."""

    def __init__(self, taken: Callable[[], None], whole: Callable[[], None] | None = None) -> None:
        """``taken`` is called when nothing lies here any more, ``whole`` when all has been told: its process is free then,
        however slowly it is taken."""
        self.whole = self.lost = False
        self._taken, self._done = taken, whole
        self._parts: deque[tuple[int, bool, Any]] = deque()
        self._listener: asyncio.Future[None] | None = None

    def add(self, size: int, last: bool, value: Any) -> None:
        """There is more."""
        self._parts.append((size, last, value))
        Told.lying += size
        self.whole = last
        if last and self._done:
            self._done()
        self._wake()

    @property
    def waits(self) -> bool:
        """Whether something lies here, and more will come."""
        return bool(self._parts) and not self.whole

    def lose(self) -> None:
        """There will be no more: its process is gone."""
        self.lost = True
        self._wake()

    def drop(self) -> None:
        """Nobody takes the rest."""
        Told.lying -= sum(size for size, _, _ in self._parts)
        self._parts.clear()

    async def next(self, end: float) -> tuple[bool, Any]:
        """Whether this is the last, and what is told next. Raises :class:`TimeoutError` where not all is told by then, be it
        because it is not taken, or :class:`Lost`."""
        loop = asyncio.get_running_loop()
        if not self.whole and loop.time() > end:
            raise TimeoutError
        while not self._parts:
            if self.lost:
                raise Lost
            self._listener = loop.create_future()
            timer = loop.call_at(end, self._wake, TimeoutError())
            try:
                await self._listener
            finally:
                timer.cancel()
        size, last, value = self._parts.popleft()
        Told.lying -= size
        if not self._parts:
            self._taken()
        return last, value

    def _wake(self, late: Exception | None = None) -> None:
        if self._listener and not self._listener.done():
            self._listener.set_exception(late) if late else self._listener.set_result(None)


class Worker(asyncio.Protocol):
    """A process, and what it tells."""

    def __init__(self, process: Any, most: int) -> None:
        self._process, self._most = process, most
        self._buffer = bytearray()
        self.told = Told(self._resume)
        """First whether it is ready."""
        self.gone = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The process can be talked to."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """It cannot any more."""
        self.gone = True
        self.told.lose()

    def data_received(self, data: bytes) -> None:
        """It says something."""
        self._buffer += data
        while (end := inside.SIZE + int.from_bytes(self._buffer[: inside.SIZE], "big")) <= len(self._buffer) > inside.SIZE:
            said = pickle.loads(self._buffer[inside.SIZE : end])
            del self._buffer[:end]
            self.told.add(end, *said)
        if Told.lying > self._most and self.told.waits:  # else nobody would take what lets it go on
            self._transport.pause_reading()

    def ask(
        self, work: Callable[..., object], streams: bool, arguments: tuple[object, ...], whole: Callable[[], None] | None = None
    ) -> Told:
        """Begin a piece of work; with ``streams`` it is handed what tells parts of its result before the last."""
        self.told = Told(self._resume, whole)
        if self.gone:
            self.told.lose()
        self._transport.write(pickle.dumps((work, streams, arguments), pickle.HIGHEST_PROTOCOL))
        return self.told

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._transport.abort()

    def _resume(self) -> None:
        self._transport.resume_reading()


class Processes:
    """Room for so many queries at the same time; one that passes the deadline is killed with its process."""

    def __init__(
        self,
        settings: Settings,
        count: int | None = None,
        deadline: float | None = None,
        first: Callable[..., None] | None = None,
        behind: int = inside.BEHIND,
    ) -> None:
        """``first`` is what each does before it is ready; else there are as many as queries, with their deadline."""
        self._settings, self._first = settings, first
        self._count, self._deadline = count or settings.queries, deadline or settings.deadline
        self.place: inside.Place = settings.endpoint() or settings.store
        most = settings.max_answer, settings.max_rows, settings.max_depth
        self.limits = inside.Limits(settings.max_memory, self._deadline, *most, behind)
        self._writing = CapacityLimiter(1)
        self._turns = Turns[Worker](max(1, min(self._count - 1, int(self._count * settings.share))), settings.queue)
        self._writer: Worker | None = None
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all workers, and wait for them: what starts behind the first requests takes their time."""
        for _ in range(self._count):
            self._later(self._ready(self._turns.put))
        await asyncio.gather(*self._starting)

    async def close(self) -> None:
        """End all of them."""
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in self._workers:
            worker.kill()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _ready(self, then: Callable[[Worker], None], nicer: int = 0) -> None:
        while True:
            try:
                then(await self._started(nicer))
                return
            except (OSError, EOFError, Lost) as error:  # a TimeoutError is an OSError
                LOG.error("no process for queries can be started, trying again: %r", error)
                await asyncio.sleep(1)

    async def _started(self, nicer: int = 0) -> Worker:
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        with theirs:
            process = FORKS.Process(
                target=inside.serve, args=(theirs, self.place, self.limits, nicer, self._first), daemon=True
            )
            try:
                await to_thread.run_sync(process.start)
            except BaseException:  # without its other end the process ends too
                ours.close()
                raise
        _, worker = await loop.create_unix_connection(lambda: Worker(process, AHEAD * self.limits.answer), sock=ours)
        self._workers.add(worker)
        try:
            _, wrong = await worker.told.next(loop.time() + START)
            if wrong:
                raise Lost(wrong)
        except (Lost, TimeoutError):
            self._end(worker)
            raise
        return worker

    async def _next(self, client: str, end: float) -> Worker:
        """A worker that idles. Raises :class:`TimeoutError`, and HTTP 503 where too many wait already."""
        try:
            while (worker := await self._turns.get(client, end)).gone:
                self._replace(worker, "died", client)
            return worker
        except Full:
            raise HTTPException(503, f"{self._settings.queue} queries wait already; try again later", RETRY) from None

    def _end(self, worker: Worker) -> None:
        worker.kill()
        self._workers.discard(worker)

    def _replace(self, worker: Worker, why: str, client: str) -> None:
        """Another takes its place; until then the client has none either, so that nobody keeps processes dying and starting."""
        self._end(worker)
        metrics.KILLED.labels(why).inc()
        self._later(self._ready(partial(self._turns.back, client), inside.BEHIND))

    async def _left(self, worker: Worker, told: Told, client: str) -> None:
        """Nobody waits for what it does: it goes on for a moment, then it is replaced."""
        end = asyncio.get_running_loop().time() + SOON
        try:
            while not (await told.next(end))[0]:
                pass
        except (Lost, TimeoutError):
            self._replace(worker, "client", client)
        finally:
            told.drop()

    async def parts(
        self, work: Callable[..., object], *arguments: object, streams: bool = True, writes: bool = False, less: str = LESS
    ) -> AsyncGenerator[Any, None]:
        """What ``work(place, limits, …)`` tells and at last returns, or what it raises; HTTP 503 where it takes too much.

        Where nobody takes it to its end, or not in time, it is killed; where all is told, it is free for others. What
        ``writes`` has a process of its own. ``less`` is what helps then.
        """
        end = asyncio.get_running_loop().time() + self._deadline
        client = CLIENT.get()
        worker, told, done, why = None, None, False, ""
        try:
            worker = (self._writer or await self._started(inside.BEHIND)) if writes else await self._next(client, end)
            told = worker.ask(work, streams, arguments, None if writes else partial(self._turns.back, client, worker))
            while not done:
                done, value = await told.next(end)
                if isinstance(value, Exception):
                    raise value
                yield value
        except TimeoutError:
            why = "deadline"
            raise HTTPException(503, f"no answer within {self._deadline:g} seconds; {less}", RETRY) from None
        except Lost:
            why = "died"
            detail = "the query took more memory than this server gives it, or ended its process; simplify it"
            raise HTTPException(503, detail, RETRY) from None
        finally:
            if writes:
                self._writer = worker if done else None
                if worker and not done:
                    self._end(worker)
            elif worker and (why or not told):
                self._replace(worker, why or "died", client)
            elif worker and told and not told.whole:
                self._later(self._left(worker, told, client))
            if told and (why or told.whole):
                told.drop()

    async def run(self, work: Callable[..., T], *arguments: object, writes: bool = False) -> T:
        """The one result of work that tells nothing before it."""
        async with aclosing(self.parts(work, *arguments, streams=False, writes=writes)) as parts:
            result: T = await anext(parts)
            return result

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        """The turn to write, or to read an article, which one has at a time. Raises HTTP 503 where too many wait."""
        if self._writing.statistics().tasks_waiting >= self._settings.queue:
            raise HTTPException(503, f"{self._settings.queue} writers wait already; try again later", RETRY)
        async with self._writing:
            yield

    async def write(self, work: Callable[..., T], *arguments: object) -> T:
        """The same for what writes, one after another; it goes on where the client goes away."""
        async with self.turn():
            return await self.run(work, *arguments, writes=True)

    async def whole(self, request: Request, *arguments: object) -> inside.Part:
        """The answer to a query (see :func:`api.inside.query`) in one part, while its client is there."""
        with There(request):
            async with aclosing(self.parts(inside.query, *arguments)) as parts:
                pieces = [part async for part in parts]
        return inside.Part(pieces[-1].format, b"".join(each.content for each in pieces), pieces[-1].rows)


class There:
    """Cancels what is done inside where the client goes away meanwhile; HTTP 499 then."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._watch: asyncio.Task[None] | None = None
        self._left = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer = loop.call_later(SOON, lambda: setattr(self, "_watch", loop.create_task(self._watching())))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        if self._watch:
            self._watch.cancel()
        if self._left and kind is asyncio.CancelledError and self._task and not self._task.uncancel():
            raise HTTPException(499, "the client went away")

    async def _watching(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._left = bool(self._task and self._task.cancel())
