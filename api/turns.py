"""Who gets the next of a few things that many want: clients take turns, and none of them holds all."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter, OrderedDict, deque
from contextvars import ContextVar
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

CLIENT: ContextVar[str] = ContextVar("client", default="")
"""Who asks, which the door sets (``api/door.py``)."""


@lru_cache(maxsize=1000)
def who(address: str) -> str:
    """The client behind an address: a host of IPv6 has a network of 64 bits to itself (RFC 4291, section 2.5.4).

    >>> who("2001:db8::1:2:3:4"), who("::ffff:192.0.2.1"), who("192.0.2.1"), who("")
    ('2001:db8::/64', '192.0.2.1', '192.0.2.1', '')
    """
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


class Pace:
    """Lets a client begin so many things, then first whatever else the loop has to do: one that sends hundreds of requests
    at once would have all of them begun before others are heard."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._begun: Counter[str] = Counter()

    async def step(self, client: str) -> None:
        """Returns when the client may begin one more."""
        while self._begun[client] >= self._most:
            await asyncio.sleep(0)
        if not self._begun:
            asyncio.get_running_loop().call_soon(self._begun.clear)
        self._begun[client] += 1


class Full(Exception):
    """Too many wait already."""


class Turns(Generic[T]):
    """Lends things. A client holds ``most`` of them, and the last idle one is for who holds none.

    Those that wait have a queue for each client, served in turn. Where ``waiting`` wait in all of them, the newest of the
    client that has most is refused.
    """

    def __init__(self, most: int, waiting: int) -> None:
        self._most, self._room = most, waiting
        self._idle: list[T] = []
        self._held: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[T]]] = OrderedDict()

    def put(self, thing: T) -> None:
        """There is one more to be lent."""
        self._idle.append(thing)
        self._serve()

    def back(self, client: str, thing: T) -> None:
        """The client gives one back, or another for it."""
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self.put(thing)

    async def get(self, client: str, end: float) -> T:
        """The next one for the client. Raises :class:`TimeoutError` after ``end`` on the loop's clock, and :class:`Full`."""
        mine: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(mine)
        self._serve()
        if not mine.done():
            self._refuse()
        try:
            async with asyncio.timeout_at(end):
                return await mine
        except BaseException:
            if mine.done() and not mine.cancelled() and not mine.exception():  # it came when nobody waited any more
                self.back(client, mine.result())
            self._forget(client, mine)
            raise

    def _may(self, client: str) -> bool:
        held = self._held[client]
        return bool(self._idle) and (not held or (held < self._most and len(self._idle) > 1))

    def _serve(self) -> None:
        while (client := next((each for each in self._queues if self._may(each)), None)) is not None:
            one = self._queues[client].popleft()
            self._queues.move_to_end(client)
            if not self._queues[client]:
                del self._queues[client]
            if not one.done():  # else it was cancelled, and who waited for it has yet to notice
                self._held[client] += 1
                one.set_result(self._idle.pop())

    def _refuse(self) -> None:
        """Where one too many waits, the newest of the longest queue does no longer; of equal ones, the newest queue's."""
        if sum(map(len, self._queues.values())) > self._room:
            longest = max(reversed(self._queues), key=lambda each: len(self._queues[each]))
            self._forget(longest, newest := self._queues[longest][-1])
            if not newest.done():
                newest.set_exception(Full)

    def _forget(self, client: str, one: asyncio.Future[T]) -> None:
        queue = self._queues.get(client)
        if queue and one in queue:
            queue.remove(one)
            if not queue:
                del self._queues[client]
