"""``/add`` and ``/retract``: forms that add an article, once what was read from it has been seen, and that forget one."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.security import HTTPAuthorizationCredentials
from starlette.exceptions import HTTPException

from api import changing, forms, pages
from api.depends import Service, ServiceDep, may_write
from api.routes.writing import ABOUT, ingested, sent
from api.shapes import cited
from kg import catalog
from kg import namespaces as ns
from kg.errors import KgError, UnknownArticle
from kg.store import open_store

router = APIRouter(include_in_schema=False)
SENTENCE = re.compile(r"[^。！？\n]+[。！？]*[」』）)]*|\n")


@router.get("/add")
def form(request: Request) -> Response:
    """The form."""
    return pages.render(request, "add.html", said={}, error="", read=None)


@router.post("/add")
async def add(request: Request, service: ServiceDep) -> Response:
    """What is read from an article, sentence by sentence; with ``keep`` the article is kept, and its page follows.

    With ``draft`` the page comes again in another language: the form as it is filled in, or what was read.
    """
    async with forms.opened(request, files=1) as form:
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        return await added(request, service, said)


async def added(request: Request, service: Service, said: dict[str, str]) -> Response:
    """The same of a form; its page comes again where something is wrong."""
    try:
        seen = {"name", "content"} <= said.keys()
        if said.get("draft") and not seen:
            return pages.render(request, "add.html", said=said, error="", read=None)
        allowed(service, said)
        if not (seen and said.get("keep")):
            name, content = (said["name"], decoded(said["content"])) if seen else (await sent(request))[:2]
            read = await preview(service, pages.language(request), name, content, said)
            kept = {"name": name, "content": b64encode(content).decode()}
            page = pages.render(request, "add.html", said=said | kept, error="", read=read)
            page.headers["Cache-Control"] = "no-store"  # it holds the token, to be sent with the second form
            return page
        content = decoded(said["content"])
        async with service.processes.turn():
            tally = read_of(await ingested(service, said["name"], content, said))
        return elsewhere(request, f"/articles/{tally['ids'][0]}")
    except (HTTPException, KgError) as error:
        status, detail = (error.status_code, str(error.detail)) if isinstance(error, HTTPException) else (400, str(error))
        return pages.render(request, "add.html", status, said=said, error=detail, read=None)


@router.post("/retract")
async def retract(request: Request, service: ServiceDep) -> Response:
    """Forget an article; the list of those that stay follows. Raises HTTP 401, 403 or :class:`UnknownArticle`."""
    async with forms.opened(request, files=0) as form:
        said = {name: value for name, value in form.items() if isinstance(value, str)}
    allowed(service, said)
    if not await service.processes.write(changing.drop, ns.article_iri(said.get("article", "")), changing.Conditions()):
        raise UnknownArticle(f"no article {said.get('article', '')!r}")
    return elsewhere(request, "/articles")


def decoded(content: str) -> bytes:
    """What the page was told of an article's file comes back as it told it. Raises HTTP 400 where it does not."""
    try:
        return b64decode(content, validate=True)
    except ValueError as error:
        raise HTTPException(400, f"content is not Base64: {error}") from None


def read_of(tally: dict[str, Any]) -> dict[str, Any]:
    """What ``kg ingest`` tells. Raises HTTP 422 with its reason where nothing was read."""
    if not tally["ids"]:
        raise HTTPException(422, "; ".join(tally["notices"]) or "nothing was read")
    return tally


def allowed(service: Service, said: dict[str, str]) -> None:
    """Raises HTTP 401 or 403 where the form's token is not the one that is set."""
    may_write(
        service,
        HTTPAuthorizationCredentials(
            scheme="Bearer", credentials=said.get("token", "").encode(errors="replace").decode("latin-1")
        ),
    )


def elsewhere(request: Request, path: str) -> Response:
    """On to another page, in the same language."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}?lang={pages.language(request)}", 303)


async def preview(service: Service, lang: str, name: str, content: bytes, said: dict[str, str]) -> dict[str, Any]:
    """The article and its sentences with the claims that each carries, read into a store that goes away."""
    with TemporaryDirectory(prefix="kg-preview-") as folder:
        apart, about = str(Path(folder) / "kg"), {key: said[key] for key in ABOUT if said.get(key)}
        async with service.processes.turn():
            await service.empty(apart)
            tally = read_of(await ingested(service, name, content, about, apart))
        return await to_thread.run_sync(reading, apart, tally["ids"][0], lang)


def reading(place: str, id: str, lang: str) -> dict[str, Any]:
    """The same from a store: ``article``, ``total``, and ``sentences`` with their claims."""
    with open_store(place, read_only=True) as store:
        article, claims = catalog.article(store, id), list(catalog.claims(store, article=id))
        shape = cited(store, lang)
        shown = [(claim.evidence, shape(claim)) for claim in claims]

    def sentences() -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for part in SENTENCE.finditer(article.text):
            over = [one for spans, one in shown if any(s.start < part.end() and part.start() < s.end for s in spans)]
            if part.group().strip():
                yield part.group(), over

    return {"article": article, "total": len(claims), "sentences": list(sentences())}
