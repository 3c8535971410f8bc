"""``POST`` and ``DELETE`` of ``/articles``: what is to be read, by ``kg ingest`` in a process of its own, and retracted."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from anyio import fail_after
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import changing, forms
from api.depends import Service, ServiceDep, may_write, no_conditions
from api.forms import FORM
from api.negotiate import media_type
from api.reading import Job
from api.schemas import Taken
from api.shapes import DAY
from kg import namespaces as ns
from kg.errors import UnknownArticle
from kg.model import IDENTIFIER

router = APIRouter(prefix="/articles", tags=["articles"], dependencies=[Depends(may_write), Depends(no_conditions)])
ABOUT = ("title", "publisher", "url", "published")
JSON, MULTIPART = "application/json", "multipart/form-data"
FIELDS: dict[str, Any] = {name: {"type": "string"} for name in ("text", *ABOUT)}
FIELDS["text"] |= {"minLength": 1}
FIELDS["published"] |= {"pattern": DAY}
SCHEMA = {"schema": {"type": "object", "properties": FIELDS, "required": ["text"]}}
FILE = {"schema": {"type": "object", "properties": FIELDS | {"file": {"type": "string", "format": "binary"}}}}
LONELY = re.compile("[\\0\ud800-\udfff]")


async def sent(request: Request) -> tuple[str, bytes, dict[str, str]]:
    """The file's name, its content, and what is said of it. Raises HTTP 400 or 415 for something else."""
    kind = media_type(request.headers.get("content-type", ""))
    if kind == JSON:
        body, service = await request.body(), cast(Service, request.app.state.service)
        small = len(body) <= service.settings.max_body
        said = changing.strings(body) if small else await service.processes.write(changing.large, body)
    elif kind in (MULTIPART, FORM):
        async with forms.opened(request, files=1) as form:
            if twice := [name for name in form if len(form.getlist(name)) > 1]:
                raise HTTPException(400, f"{', '.join(twice)}: given more than once; one article at a time")
            file = form.get("file")
            content = await file.read() if isinstance(file, UploadFile) and file.filename else None
            name = file.filename or "" if isinstance(file, UploadFile) else ""
            said = {key: value for key, value in form.items() if isinstance(value, str)}
            if content is not None:
                return plain_name(name), content, said
    else:
        raise HTTPException(415, f"Content-Type {kind or 'is missing'}; known: {JSON}, {MULTIPART}, {FORM}")
    if not said.get("text"):
        raise HTTPException(400, changing.TEXT)
    content = said["text"].encode(errors="replace")
    return f"{sha256(content).hexdigest()[:16]}.txt", content, said


def plain_name(name: str) -> str:
    """A file's name without what other systems take for folders, and short enough for all."""
    return re.sub(r"[^\w.-]|^\W+", "_", name).encode()[-100:].decode(errors="ignore")


async def ingested(service: Service, name: str, content: bytes, said: dict[str, str], store: str = "") -> dict[str, Any]:
    """What ``kg ingest`` tells of the file. Raises HTTP 4xx or 503 with its reason where it does not read it.

    It is read into ``store``, or the service's own.
    """
    settings, remote = service.settings, not store and service.settings.endpoint() is not None
    options = [f"--{key}={LONELY.sub('', said[key])}" for key in ABOUT if said.get(key)]
    seconds = settings.ingest_deadline * (os.cpu_count() or 1)
    with TemporaryDirectory(prefix="kg-article-") as folder:
        path = Path(folder) / "sent" / (plain_name(name) or "article.txt")
        path.parent.mkdir()
        path.write_bytes(content)
        store = store or (settings.store if remote else str(Path(settings.store).resolve()))
        arguments = ["ingest", "--json", "--store", store, *options, "--", str(path)]
        try:
            with fail_after(settings.ingest_deadline):
                ended = await service.readers.run(Job(arguments, folder, settings.ingest_memory, seconds, remote))
        except TimeoutError:
            detail = f"not read within {settings.ingest_deadline:g} seconds; nothing of it was kept"
            raise HTTPException(503, detail, {"Retry-After": "10"}) from None
        files = (Path(folder) / name for name in ("stdout", "stderr"))
        printed, faults = (
            file.read_text("utf-8", "replace").replace(f"{path.parent}/", "") if file.exists() else "" for file in files
        )
    told = faults.strip().splitlines()
    reason = told[-1].removeprefix("kg: ") if told else "the process that read it died"
    if ended == 1:
        raise HTTPException(422, reason)
    if ended:
        locked = "another process" in reason
        raise HTTPException(503 if locked or ended != 2 else 400, reason, {"Retry-After": "1"} if locked else None)
    found: dict[str, Any] = json.loads(printed)
    return found


@router.post(
    "",
    response_model=Taken,
    status_code=201,
    responses={200: {"model": Taken, "description": "Nothing has changed"}},
    openapi_extra={"requestBody": {"content": {JSON: SCHEMA, FORM: SCHEMA, MULTIPART: FILE}, "required": True}},
)
async def add(request: Request, service: ServiceDep) -> Response:
    """Read an article and keep what it claims; it takes the place of a former version of itself."""
    name, content, said = await sent(request)
    async with service.processes.turn():
        tally = await ingested(service, name, content, said)
    body = {name: tally[name] for name in ("ids", "claims", "changed", "notices")}
    where = {"Location": str(request.url_for("article", id=tally["ids"][0]))} if tally["ids"] else None
    return JSONResponse(body, 201 if tally["changed"] else 200, where)


@router.delete("/{id}", response_class=Response, status_code=204)
async def retract(id: str, service: ServiceDep) -> Response:
    """Forget an article and all that was read from it."""
    graph = ns.article_iri(id) if IDENTIFIER.fullmatch(id) else None
    if not graph or not await service.processes.write(changing.drop, graph, changing.Conditions()):
        raise UnknownArticle(f"no article {id!r}")
    return Response(status_code=204)
