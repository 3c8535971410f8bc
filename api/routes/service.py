"""``/verify`` and ``/health``: whether every quote still stands, and whether the service does."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

import ontology
from api import metrics
from api.apart import Apart, Whole
from api.depends import ServiceDep, StoreDep, WindowDep
from api.schemas import Health, VerifyBody
from api.settings import release
from kg import catalog, verify

router = APIRouter(tags=["service"], route_class=Apart)


def check(store: StoreDep, window: WindowDep, article: str | None = None) -> dict[str, Any]:
    """Recheck every quote against its article's text and every text against its hash."""
    done = verify.verify(store, article)
    counts = {name: getattr(done, name) for name in ("ok", "articles", "claims", "quotes")}
    return counts | {"faults": window.page(done.faults, fault_json)}


router.add_api_route("/verify", check, response_model=VerifyBody, route_class_override=Whole)


def fault_json(fault: verify.Fault) -> dict[str, Any]:
    """What does not hold, and where."""
    return {"article": fault.article, "claim": fault.claim or None, "what": fault.what}


@router.get("/health/live")
async def live() -> dict[str, str]:
    """That this process answers, whatever becomes of its store."""
    return {"status": "ok"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {metrics.CONTENT_TYPE.partition(";")[0]: {}}}})
async def measured() -> Response:
    """Requests, seconds and lost processes, for Prometheus."""
    return Response(metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


@router.get("/health", response_model=Health)
def health(service: ServiceDep, store: StoreDep) -> dict[str, Any]:
    """That the service answers, and how much it holds; 503 where its store could not be opened any more."""
    service.check()
    counts = catalog.counts(store)
    numbers = {name: getattr(counts, name) for name in ("articles", "claims", "entities")}
    return {"status": "ok", "version": release(), "ontology": ontology.load().version, **numbers}
