"""Clients take turns at what they all want; one that floods keeps nobody waiting for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from api_world import fill
from works import sleep

from api import metrics
from api.processes import Processes
from api.settings import read_settings
from api.turns import CLIENT, Full, Pace, Turns


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def later(turns: Turns[int], client: str, got: list[str], seconds: float = 60) -> asyncio.Task[int]:
    """A client that waits, and tells when its turn has come."""

    async def one() -> int:
        thing = await turns.get(client, asyncio.get_running_loop().time() + seconds)
        got.append(client)
        return thing

    return asyncio.create_task(one())


def of(count: int, most: int, waiting: int) -> Turns[int]:
    turns = Turns[int](most, waiting)
    for number in range(count):
        turns.put(number)
    return turns


async def one_after_another() -> None:
    """Who came late with one waits behind one of the others, not behind all."""
    turns, got = of(1, 1, 64), list[str]()
    waiting = [later(turns, client, got) for client in "aaaabbc"]
    await settled()
    for held in "aabcaba":
        assert got[-1] == held
        turns.back(held, 0)
        await settled()
    assert len(got) == len(waiting)


async def not_all() -> None:
    """One client has no more than its share, and the last is for who has none."""
    turns, got = of(4, 3, 64), list[str]()
    waiting = [later(turns, client, got) for client in "aaaaa"]
    await settled()
    assert got == ["a"] * 3
    waiting.append(later(turns, "b", got))
    await settled()
    assert got == [*"aaab"]
    turns.back("b", 3)
    await settled()
    assert got == [*"aaab"]
    for each in waiting:
        each.cancel()


async def who_floods_is_refused() -> None:
    """Where too many wait, the newest of who has most goes, not who comes."""
    turns, got = of(1, 1, 3), list[str]()
    waiting = [later(turns, client, got) for client in "aaaab"]
    await settled()
    assert [each.done() for each in waiting] == [True, False, False, True, False]
    with pytest.raises(Full):
        await waiting[3]
    none = later(of(0, 1, 0), "a", got)
    with pytest.raises(Full):
        await none
    for each in waiting:
        each.cancel()


async def who_leaves_takes_nothing() -> None:
    """Neither while it waits, nor where its turn has come just then; who waits too long is told."""
    turns, got = of(1, 1, 64), list[str]()
    first, second, third = (later(turns, client, got) for client in "aab")
    await settled()
    second.cancel()
    turns.back("a", 0)
    third.cancel()
    await settled()
    assert first.done() and got == ["a"]
    assert await turns.get("c", 0) == 0
    with pytest.raises(TimeoutError):
        await turns.get("c", asyncio.get_running_loop().time())


async def others_begin_between() -> None:
    """Of a hundred that one client begins at once, a few come before what another begins after them."""
    pace, got = Pace(4), list[str]()

    async def begin(client: str) -> None:
        await pace.step(client)
        got.append(client)

    await asyncio.gather(*map(begin, [*"a" * 100, "b"]))
    assert got.index("b") < 10 and len(got) == 101


TURNS = (one_after_another, not_all, who_floods_is_refused, who_leaves_takes_nothing, others_begin_between)


@pytest.mark.parametrize("test", TURNS)
def test_turns(test: Callable[[], Awaitable[None]]) -> None:
    """As each of them says."""
    asyncio.run(test())  # type: ignore[arg-type]


async def ask(processes: Processes, client: str, seconds: float) -> None:
    CLIENT.set(client)
    await processes.run(sleep, seconds)


async def floods(processes: Processes) -> None:
    """Forty wait for processes; whoever else comes has one at once, or before the second turn of the others."""
    flood = [asyncio.create_task(ask(processes, "a", 0.5)) for _ in range(40)]
    await asyncio.sleep(0.2)
    for _ in range(3):
        began = time.monotonic()
        await asyncio.create_task(ask(processes, "b", 0))
        assert time.monotonic() - began < 2
    assert sum(each.done() for each in flood) < 20
    for each in flood:
        each.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def leaves(processes: Processes) -> None:
    """Who leaves what ends in a moment costs no process; who leaves what is long costs one, and holds up nobody else."""
    both = killed()
    for seconds, cost in ((0.04, 0), (60, 1)):
        asked = [asyncio.create_task(ask(processes, "a", seconds)) for _ in range(10)]
        await asyncio.sleep(0.02)
        for each in asked:
            each.cancel()
        began = time.monotonic()
        await asyncio.create_task(ask(processes, "b", 0))
        assert time.monotonic() - began < 1
        await asyncio.create_task(ask(processes, "a", 0))
        assert killed() - both == cost


def killed() -> float:
    return float(metrics.KILLED.labels("client")._value.get())


@pytest.mark.parametrize("test", [floods, leaves])
def test_processes(test: Callable[[Processes], Awaitable[None]], tmp_path: Path) -> None:
    """As each of them says."""

    async def with_them() -> None:
        processes = Processes(read_settings(store=fill(tmp_path / "kg"), queries=2, deadline=20))
        await processes.start()
        try:
            await test(processes)
        finally:
            await processes.close()

    asyncio.run(with_them())
