"""What forms and query strings say, read in the event loop: in so little time that others do not notice."""

from __future__ import annotations

from asyncio import sleep
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from api.negotiate import media_type

FORM = "application/x-www-form-urlencoded"
LENIENT = 32_768
"""Bytes of a form up to which what is badly escaped is taken as it is: that costs fifty times as much."""

PARTS = 20
"""Fields of ``multipart/form-data``, of which each may take milliseconds."""

KIND = 500
"""Bytes of the media type of a form: it is read several times."""

SLICE = 4_096
"""Bytes of it that are read at a time."""


def sliced(receive: Receive) -> Receive:
    """A body in small pieces, between which others have their turn."""
    pieces: deque[Message] = deque()

    async def one() -> Message:
        if not pieces:
            message = await receive()
            body, more = message.get("body", b""), message.get("more_body", False)
            cuts = range(SLICE, len(body), SLICE)
            pieces.extend({**message, "body": body[cut - SLICE : cut], "more_body": True} for cut in cuts)
            pieces.append({**message, "body": body[len(cuts) * SLICE :], "more_body": more})
        await sleep(0)
        return pieces.popleft()

    return one


def fields(form: bytes) -> list[tuple[str, str]]:
    """The names and values of a form, as ``parse_qsl`` reads them in ten times the time.

    Raises HTTP 400 where it is long and badly escaped.
    """
    try:
        return [(_plain(name), _plain(value)) for name, _, value in (each.partition(b"=") for each in form.split(b"&") if each)]
    except ValueError:
        if len(form) > LENIENT:
            raise HTTPException(400, "the form is not UTF-8, or has a % without two digits behind it") from None
        return parse_qsl(form.decode(errors="replace"), keep_blank_values=True)


def _plain(text: bytes) -> str:
    """Raises :class:`ValueError` for what is no UTF-8, and for a ``%`` that is not followed by two digits."""
    escaped = text.replace(b"+", b" ").replace(b"\\", b"%5c").replace(b"%", b"\\x")
    return escaped.decode("unicode_escape").encode("latin-1").decode()


@asynccontextmanager
async def opened(request: Request, files: int) -> AsyncIterator[FormData]:
    """The form in a request's body, of either kind, with no more than so many files; empty where it is something else.

    Raises HTTP 400 where it is none or has more fields than one may have.
    """
    if media_type(request.headers.get("content-type", "")) == FORM:
        yield FormData([*fields(await request.body())])
        return
    if len(request.headers.get("content-type", "")) > KIND:
        raise HTTPException(400, f"Content-Type is longer than {KIND} bytes")
    async with request.form(max_files=files, max_fields=PARTS) as form:
        yield form
