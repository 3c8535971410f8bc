"""Work that tests have done in processes of their own (``api/processes.py``); it imports little, as those do."""

from __future__ import annotations

import os
import resource
import socket
import time
from pathlib import Path
from typing import Any

from api.inside import Limits, Part, Tell, held

MEGABYTE = 1_000_000


def confinement(place: str, limits: Limits, port: int) -> dict[str, Any]:
    with socket.socket() as out:
        reached = out.connect_ex(("127.0.0.1", port)) == 0
    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "hard": resource.getrlimit(resource.RLIMIT_DATA)[1] - held(),
        "memory": resource.getrlimit(resource.RLIMIT_DATA)[0] - held(),
        "seconds": resource.getrlimit(resource.RLIMIT_CPU)[0],
        "network": str(Path("/proc/self/ns/net").readlink()),
        "reached": reached,
    }


def process_id(place: str, limits: Limits) -> int:
    return os.getpid()


def sleep(place: str, limits: Limits, seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def priority(place: str, limits: Limits, seconds: float) -> int:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return os.getpriority(os.PRIO_PROCESS, 0)


def die(place: str, limits: Limits) -> None:
    os._exit(1)


def swell(place: str, limits: Limits) -> int:
    return len(bytearray(10 * limits.memory))


def fail(place: str, limits: Limits) -> None:
    raise ZeroDivisionError("a fault of ours")


def pieces(place: str, limits: Limits, tell: Tell, count: int, pause: float) -> Part:
    for number in range(count):
        tell(Part("csv", bytes(MEGABYTE), number, last=False))
        time.sleep(pause)
    return Part("csv", b"", count)
