"""``/update``: SPARQL updates of graphs of one's own (SPARQL 1.1 Protocol, section 2.2)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api import changing
from api.depends import ServiceDep, may_write, no_conditions
from api.door import asks
from api.forms import FORM
from api.routes.sparql import posted

router = APIRouter(tags=["sparql"], dependencies=[Depends(may_write), Depends(no_conditions)])
DIRECT = "application/sparql-update"
DATASET = ("using-graph-uri", "using-named-graph-uri")
BODIES: dict[str, Any] = {
    FORM: {"schema": {"type": "object", "required": ["update"], "properties": {"update": {"type": "string"}}}},
    DIRECT: {"schema": {"type": "string"}},
}
PARAMETERS = [{"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}} for name in DATASET]


@router.post(
    "/update",
    response_class=Response,
    status_code=204,
    openapi_extra={"parameters": PARAMETERS, "requestBody": {"content": BODIES, "required": True}},
)
async def update(request: Request, service: ServiceDep) -> Response:
    """Carry out an update, whole or not at all; articles are not changed by it."""
    asked = await posted(request, BODIES, "update", DATASET)
    told, base = asks(request.scope, asked.text), str(request.url.replace(query=""))
    changed = await service.processes.write(changing.update, asked.text, base, asked.default_graphs, asked.named_graphs)
    told["graphs"] = len(changed)
    return Response(status_code=204)
