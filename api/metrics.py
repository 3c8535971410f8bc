"""What is counted, for Prometheus (https://prometheus.github.io/client_python/): ``/metrics``."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.settings import shared_metrics

REQUESTS = Counter("kg_requests", "Requests that were answered", ["method", "route", "status"])
SECONDS = Histogram("kg_request_seconds", "Seconds from a request's head to the end of its answer", ["route"])
RUNNING = Gauge("kg_requests_running", "Requests that are being answered", multiprocess_mode="livesum")
KILLED = Counter("kg_processes_lost", "Processes of queries that were killed or died", ["why"])
CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """All of it as text, of all web processes together where there are several."""
    if not shared_metrics():
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
