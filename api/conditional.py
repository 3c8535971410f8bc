"""Routes whose answers need not be sent again: ETag, Last-Modified and 304 (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from email.utils import formatdate, parsedate_to_datetime
from time import time
from typing import Any

from fastapi import Request, Response

from api.apart import Apart
from api.formats import names, tag

KEPT = ("etag", "last-modified", "vary")


def fresh(request: Request, etag: str, modified: float | None) -> bool:
    """Whether the client has the answer already; an entity tag that it sends goes before a date."""
    if tags := request.headers.get("if-none-match"):  # compared weakly (section 13.1.2)
        return names(tags, (etag,))
    since = request.headers.get("if-modified-since")
    return bool(since and modified) and unchanged(since or "", modified, default=False)


def unchanged(since: str, modified: float | None, *, default: bool = True) -> bool:
    """Whether nothing was written after that date; ``default`` where it is none."""
    try:
        return int(modified or 0) <= parsedate_to_datetime(since).timestamp()
    except (ValueError, OverflowError):
        return default


class Conditional(Apart):
    """A route that tags its answers by their content and by when the store was written."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with that around it."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            modified = request.app.state.service.modified()  # before it is read
            answer = await handle(request)
            if request.method != "GET" or answer.status_code != 200 or not isinstance(getattr(answer, "body", None), bytes):
                return answer
            kind = answer.headers.get("content-type", "")
            answer.headers["ETag"] = tag(kind, bytes(answer.body))
            if modified and time() < int(modified) + 1:
                modified = None  # another change in this second would have the same date
            if modified:
                answer.headers["Last-Modified"] = formatdate(modified, usegmt=True)
            if not fresh(request, answer.headers["etag"], modified):
                return answer
            return Response(status_code=304, headers={name: answer.headers[name] for name in KEPT if name in answer.headers})

        return handler
