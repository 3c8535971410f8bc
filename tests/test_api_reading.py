"""Articles that are sent are read by forks of one process, each confined (``api/reading.py``)."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from api_world import fill

from api import reading
from api.reading import DIED, ROOT, Job, Readers

LIGHT = (
    "from unittest.mock import Mock; from api import deaf, cli_ingest, reading; cli_ingest.extractor = Mock(); reading.offer()"
)
"""A process like it that loads no model."""
GIGABYTE = 1_000_000_000
MANY = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "PROGRAM", f"{LIGHT} # {tmp_path}")


def left(tmp_path: Path, what: str = "stat") -> str:
    """Processes of this test, those of its forks too."""
    listed = subprocess.run(["ps", "-wweo", f"{what}=,args="], capture_output=True, text=True, check=True).stdout
    return "\n".join(line.split()[0] for line in listed.splitlines() if f"# {tmp_path}" in line)


def job(folder: Path, *arguments: str) -> Job:
    return Job([*arguments], str(folder), GIGABYTE, 10, network=False)


@pytest.mark.parametrize(("arguments", "ended"), [(["--version"], 0), (["verify", "--store", "none"], 2), (["unknown"], 2)])
def test_a_job_ends_as_the_command_does(tmp_path: Path, arguments: list[str], ended: int) -> None:
    """With its code; what it prints is in the folder."""

    async def run() -> int:
        readers = Readers(60)
        try:
            return await readers.run(job(tmp_path, *arguments))
        finally:
            await readers.close()

    assert asyncio.run(run()) == ended
    assert (tmp_path / ("stderr" if ended else "stdout")).read_text().startswith("kg")


@pytest.mark.parametrize("idle", [0.0, 60.0])
def test_one_process_is_forked_until_nobody_needs_it(tmp_path: Path, idle: float) -> None:
    """The next job takes the same process, or another where that has ended; at the close none is left."""

    async def run() -> tuple[int, int]:
        readers, pids = Readers(idle), []
        for _ in range(2):
            assert await readers.run(job(tmp_path, "--version")) == 0
            assert readers._process
            pids.append(readers._process.pid)
            if not idle:
                await readers._process.wait()
        await readers.close()
        assert left(tmp_path) == ""
        return pids[0], pids[1]

    first, second = asyncio.run(run())
    assert (first == second) == bool(idle)


def test_what_is_cancelled_ends_at_once(tmp_path: Path) -> None:
    """The fork as well, and the next job is done."""
    store = fill(tmp_path / "kg")

    async def run() -> int:
        readers = Readers(60)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await readers.run(job(tmp_path, "query", f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}", "--store", store))
        assert left(tmp_path) == ""
        try:
            return await readers.run(job(tmp_path, "--version"))
        finally:
            await readers.close()

    assert asyncio.run(run()) == 0


def test_what_ends_a_whole_group_lets_a_job_end(tmp_path: Path) -> None:
    """SIGTERM is for the web process; where that is gone, the job ends at once."""
    store = fill(tmp_path / "kg")

    async def run() -> None:
        readers = Readers(60)
        asking = asyncio.create_task(
            readers.run(job(tmp_path, "query", f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}", "--store", store))
        )
        async with asyncio.timeout(20):
            while len(pids := left(tmp_path, "pid").split()) < 2:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        for pid in pids:
            os.kill(int(pid), signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert left(tmp_path, "pid").split() == pids
        assert readers._process and readers._process.stdin
        readers._process.stdin.close()
        assert await asking == DIED
        await readers.close()
        assert left(tmp_path) == ""

    asyncio.run(run())


@pytest.mark.parametrize(
    ("work", "ended"),
    [("print('read')", 0), ("bytearray(2_000_000_000)", 1), ("while True: pass", -signal.SIGXCPU)],
)
def test_the_process_that_reads_an_article_is_confined(tmp_path: Path, work: str, ended: int) -> None:
    """In memory and in processor seconds, whatever becomes of the server; it writes no core dump."""
    confined = f"reading.do(reading.Job([], {str(tmp_path)!r}, {GIGABYTE}, 4, False))"
    program = f"from api import cli, reading; cli.main = lambda: exec({work!r}); {confined}"
    ran = subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, timeout=60)
    told = (tmp_path / "stdout").read_text() + (tmp_path / "stderr").read_text()
    assert ran.returncode == ended, told
    assert {0: "read", 1: "MemoryError"}.get(ended, "") in told
