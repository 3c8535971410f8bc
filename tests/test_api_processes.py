"""Work in processes of its own: confined, killed at the deadline, replaced, told part by part; answers that are kept."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from api_world import fill
from starlette.exceptions import HTTPException
from works import MEGABYTE, confinement, die, fail, pieces, priority, process_id, sleep, swell

from api.answers import Answers
from api.inside import BEHIND, LONG, Part
from api.processes import Processes, Told
from api.settings import read_settings


@pytest.fixture
def using(tmp_path: Path) -> Callable[..., None]:
    """Runs a test with processes over a small store."""

    def using(test: Callable[[Processes], Awaitable[None]], **options: Any) -> None:
        async def run() -> None:
            processes = Processes(read_settings(store=fill(tmp_path / "kg"), **{"queries": 1, "deadline": 20, **options}))
            await processes.start()
            try:
                await test(processes)
            finally:
                await processes.close()

        asyncio.run(run())

    return using


def test_what_strangers_wrote_is_confined(using: Callable[..., None]) -> None:
    """No core dumps, so much memory beside what is shared, so many processor seconds and, where it may be, no network."""

    async def test(processes: Processes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as there:
            found = await processes.run(confinement, there.getsockname()[1])
        assert found["core"] == 0 and 200 * MEGABYTE < found["memory"] <= 300 * MEGABYTE
        assert found["hard"] == found["memory"], "what it evaluates cannot take the limit away"
        assert 20 < found["seconds"] < 60
        if os.geteuid() == 0 or found["network"] != str(Path("/proc/self/ns/net").readlink()):
            assert not found["reached"]

    using(test, max_memory=300 * MEGABYTE)


@pytest.mark.parametrize(
    ("work", "arguments", "said"),
    [(sleep, (60,), "no answer within 4 seconds"), (die, (), "ended its process"), (swell, (), "more memory")],
)
def test_what_passes_the_limits_is_refused_and_the_next_is_served(
    using: Callable[..., None], work: Any, arguments: tuple[Any, ...], said: str
) -> None:
    """By another process where the first had to be killed."""

    async def test(processes: Processes) -> None:
        first = await processes.run(process_id)
        with pytest.raises(Exception, match=said):
            await processes.run(work, *arguments)
        assert (await processes.run(process_id) == first) == (work is swell)

    using(test, deadline=4)


def test_a_fault_of_ours_is_told_with_its_place(using: Callable[..., None]) -> None:
    """Its traceback comes with it, and the process goes on."""

    async def test(processes: Processes) -> None:
        with pytest.raises(ZeroDivisionError) as raised:
            await processes.run(fail)
        assert "in fail" in raised.value.__notes__[0]
        assert await processes.run(process_id)

    using(test)


def test_long_work_goes_behind_short_work(using: Callable[..., None]) -> None:
    """What has worked for long, not waited, has a lower priority; what the same process does next has not."""

    async def test(processes: Processes) -> None:
        usual, first = os.getpriority(os.PRIO_PROCESS, 0), await processes.run(process_id)
        assert await processes.run(sleep, 2 * LONG) == "slept"
        assert await processes.run(priority, 0.0) == usual
        assert await processes.run(priority, 4 * LONG) == min(usual + BEHIND, 19)
        assert await processes.run(priority, 0.0) == usual
        assert await processes.run(process_id) == first

    using(test)


def test_so_many_wait_and_no_more(using: Callable[..., None]) -> None:
    """Further ones get 503 at once, with the time to come again."""

    async def test(processes: Processes) -> None:
        done = await asyncio.gather(*(processes.run(sleep, 1) for _ in range(4)), return_exceptions=True)
        refused = [each for each in done if isinstance(each, HTTPException)]
        assert done.count("slept") == 2 and len(refused) == 2
        assert {(each.status_code, (each.headers or {})["Retry-After"]) for each in refused} == {(503, "1")}

    using(test, queue=1)


def test_parts_come_as_they_are_told(using: Callable[..., None]) -> None:
    """The first before the second is made; whoever does not take them all has the process killed."""

    async def test(processes: Processes) -> None:
        first = await processes.run(process_id)
        began = time.monotonic()
        async with aclosing(processes.parts(pieces, 3, 5.0)) as parts:
            assert (await anext(parts)).rows == 0
            assert time.monotonic() < began + 4
        assert await processes.run(process_id) != first

    using(test)


def test_a_slow_client_does_not_fill_the_memory(using: Callable[..., None]) -> None:
    """What it has not taken is bounded; then the process waits, and everything comes in the end."""

    async def test(processes: Processes) -> None:
        lying, rows = [], []
        async with aclosing(processes.parts(pieces, 30, 0)) as parts:
            async for part in parts:
                await asyncio.sleep(0.02)
                lying.append(Told.lying)
                rows.append(part.rows)
        assert rows == list(range(31))
        assert max(lying) < 4 * MEGABYTE + 2 * MEGABYTE and Told.lying == 0

    using(test, max_answer=MEGABYTE)


def test_a_slow_client_holds_no_process(using: Callable[..., None]) -> None:
    """What has been told waits for it without its process, which is for others."""

    async def test(processes: Processes) -> None:
        async with aclosing(processes.parts(pieces, 3, 0)) as one, aclosing(processes.parts(pieces, 3, 0)) as other:
            assert (await anext(one)).rows == (await anext(other)).rows == 0
            assert await processes.run(process_id) and await processes.run(process_id)
            for parts in (one, other):
                assert [part.rows async for part in parts] == [1, 2, 3]
        assert Told.lying == 0

    using(test)


def test_what_is_not_taken_in_time_is_given_up(using: Callable[..., None]) -> None:
    """Where its process waits for the client, since too much lies there already, the deadline ends it for others."""

    async def test(processes: Processes) -> None:
        async with aclosing(processes.parts(pieces, 30, 0)) as parts:
            await anext(parts)
            await asyncio.sleep(5)
            with pytest.raises(HTTPException, match="no answer within 4 seconds"):
                async for _ in parts:
                    pass
        assert await processes.run(process_id) and Told.lying == 0

    using(test, max_answer=MEGABYTE, deadline=4)


# --- answers that are kept

ANSWER = Part("csv", b"n\n1\n", 1)


@pytest.mark.parametrize(
    ("sparql", "answer", "kept"),
    [
        ("SELECT ?now { ?now ?p ?o }", ANSWER, True),
        ("SELECT (now () AS ?n) {}", ANSWER, False),
        ("SELECT * { BIND(STRUUID() AS ?n) }", ANSWER, False),
        ("SELECT (UUID#\n() AS ?n) {}", ANSWER, False),
        ("SELECT * {} ORDER BYrand # (\n()", ANSWER, False),
        ("SELECT * { ?brand ?known 'UUIDs' }", ANSWER, True),
        ("SELECT * { BIND(RAND() AS ?n) }", ANSWER, False),
        ("SELECT *", ANSWER._replace(last=False), False),
        ("SELECT *", ANSWER._replace(content=bytes(20_000)), False),
    ],
)
def test_what_the_store_alone_decides_is_kept(sparql: str, answer: Part, kept: bool) -> None:
    """As long as the store stays as it is, and if it takes no more than its share."""
    state = [1]
    answers = Answers(100_000, lambda: state[0])
    key = answers.key((sparql, "json"))
    answers.keep(key, sparql, answer)
    assert answers.get(answers.key((sparql, "json"))) == (answer if kept else None)
    assert answers.get(answers.key((sparql, "csv"))) is None
    state[0] = 2
    assert answers.get(answers.key((sparql, "json"))) is None
    state[0] = 0
    answers.keep(answers.key((sparql,)), sparql, answer)
    assert answers.get(answers.key((sparql,))) is None


def test_what_is_kept_is_bounded() -> None:
    """The answers least recently asked for are given up; no room keeps none."""
    answers, none = Answers(100_000, lambda: 1), Answers(0, lambda: 1)
    for number in range(1000):
        for each in (answers, none):
            each.keep(each.key((number,)), "", ANSWER)
    kept = [number for number in range(1000) if answers.get(answers.key((number,)))]
    assert 0 < len(kept) < 100 and kept[-1] == 999
    assert none.get(none.key((999,))) is None
