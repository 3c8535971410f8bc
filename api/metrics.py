"""What is counted, for Prometheus (https://prometheus.github.io/client_python/): ``/metrics``."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from api.settings import shared_metrics

REQUESTS = Counter("kg_requests", "Requests that were answered", ["method", "route", "status"])
SECONDS = Histogram("kg_request_seconds", "Seconds from a request's head to the end of its answer", ["route"])
RUNNING = Gauge("kg_requests_running", "Requests that are being answered", multiprocess_mode="livesum")
KILLED = Counter("kg_processes_lost", "Processes of queries that were killed or died", ["why"])
CONTENT_TYPE = CONTENT_TYPE_LATEST


def alive(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def exposition() -> bytes:
    """All of it as text, of all web processes together where there are several."""
    if not (folder := shared_metrics()):
        return generate_latest(REGISTRY)
    for process in {int(each.stem.rpartition("_")[2]) for each in Path(folder).glob("gauge_live*_*.db")}:
        if not alive(process):
            mark_process_dead(process)  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
