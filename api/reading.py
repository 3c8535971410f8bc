"""Articles that are sent over HTTP are read by forks of a process that has loaded the Japanese model, each one by its own.

Loading the model takes longer than reading an article does. The process that is forked reads nothing itself; it ends with
the web process, or where nobody has sent anything for a while.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import NamedTuple

from anyio import CancelScope

from api import inside

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "from api import deaf, reading; reading.offer()"
SOON = 1.0
"""Seconds in which a process ends by itself, with what it has forked, unless it has yet to load the model."""

DIED = 128
"""What stands for the exit code where the forked process ended itself."""


class Job(NamedTuple):
    """The arguments of ``kg``, the folder that takes what it prints, and what its process may take (:func:`inside.alone`)."""

    arguments: list[str]
    folder: str
    memory: int
    seconds: float
    network: bool


def offer() -> None:
    """Does each job that standard input has a line for and says how it ended, until it closes, which ends the job too.

    The first line is how many seconds to wait for another job.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the web process lets what runs come to its end
    with os.fdopen(os.dup(1), "w", buffering=1) as says:
        os.dup2(2, 1)
        idle = float(sys.stdin.readline())
        import ingest.reader  # noqa: F401 - so that no fork has to
        from api.cli_ingest import extractor

        extractor().warm()
        gc.freeze()  # what is looked through is written to, and what is written to is no longer shared
        while line := sys.stdin.readline():
            fork = get_context("fork").Process(target=do, args=(Job(*json.loads(line)),), daemon=True)
            fork.start()
            if sys.stdin.fileno() in wait_for([fork.sentinel, sys.stdin.fileno()]) and fork.is_alive():
                fork.kill()
                return
            fork.join()
            says.write(f"{fork.exitcode}\n")
            if not wait_for([sys.stdin.fileno()], idle):
                return


def do(job: Job) -> None:
    """Does the job in this process, which is confined for good and ends as the command does."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        with (Path(job.folder) / name).open("wb") as file:
            os.dup2(file.fileno(), number)
    inside.alone(job.memory, job.seconds, job.network)
    from api.cli import main

    sys.argv = ["kg", *job.arguments]
    main()


class Readers:
    """The process that is forked, from the first job on. It is given one at a time."""

    def __init__(self, idle: float) -> None:
        self._idle = idle
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, job: Job) -> int:
        """The code with which the command ends, or a signal's number below zero. Cancelled, it ends the command."""
        line = json.dumps(job).encode() + b"\n"
        try:
            answer = await self._told(line) if self._process else b""
            if not answer:  # there was none, or it has waited long enough
                await self.close()
                await self._start()
                answer = await self._told(line)
        except BaseException:
            await self.close()
            raise
        return int(answer or DIED)

    async def close(self) -> None:
        """End the process, and what it does."""
        with CancelScope(shield=True):
            if self._process:
                assert self._process.stdin
                self._process.stdin.close()
                try:
                    async with asyncio.timeout(SOON):
                        await self._process.wait()
                except TimeoutError:  # it loads the model, and has forked nothing yet
                    with suppress(ProcessLookupError):
                        self._process.kill()
                    await self._process.wait()
                self._process = None

    async def _start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, stdin=pipe, stdout=pipe, cwd=ROOT)
        await self._write(f"{self._idle}\n".encode())

    async def _told(self, line: bytes) -> bytes:
        """What the process answers; nothing where it has ended."""
        await self._write(line)
        assert self._process and self._process.stdout
        return await self._process.stdout.readline()

    async def _write(self, line: bytes) -> None:
        assert self._process and self._process.stdin
        with suppress(ConnectionError):
            self._process.stdin.write(line)
            await self._process.stdin.drain()
