"""Which media type a client wants: the Accept header with its q-values (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import mimeparse  # type: ignore[import-untyped]
from starlette.exceptions import HTTPException

MOST = 50
"""How many types a header may name, with two parameters each: one costs the web process as much as a short request does."""

CODING = re.compile(rb"(?:^|,)\s*([\w*-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?(?=,|$)", re.IGNORECASE)


def packed(accepted: bytes) -> bool:
    """Whether an Accept-Encoding header names gzip and likes it no less than what is not packed (RFC 9110, section 12.5.3).

    >>> packed(b"br, gzip"), packed(b"br, gzip;q=0"), packed(b"gzip;q=0.5, identity")
    (True, False, False)
    """
    if b"gzip" not in accepted:
        return False
    liked = {name.lower(): float(weight or 1) for name, weight in CODING.findall(accepted)}
    return liked.get(b"gzip", 0) > 0 and liked[b"gzip"] >= liked.get(b"identity", 0)


def best(accept: str, offered: Sequence[str]) -> str:
    """The offered type that the header likes most, the earlier one where it likes two the same.

    Raises HTTP 406 naming what is offered where nothing fits.

    >>> best("text/csv;q=0.5, application/json", ["application/json", "text/csv"])
    'application/json'
    >>> best("*/*", ["application/json", "text/csv"])
    'application/json'
    """
    chosen = preferred(accept, tuple(offered))
    if not chosen:
        raise HTTPException(406, f"none of {accept!r} is offered here; offered: {', '.join(offered)}")
    return chosen


@lru_cache(maxsize=1000)
def preferred(accept: str, offered: tuple[str, ...]) -> str:
    """The same, empty where nothing fits. Raises HTTP 400 where the header is none or names too many."""
    if accept.count(",") >= MOST or accept.count(";") > 2 * MOST:
        raise HTTPException(400, f"Accept names more than {MOST} types, or {2 * MOST} parameters of them")
    try:
        ranges = [mimeparse.parse_media_range(part) for part in (accept.strip() or "*/*").lower().split(",") if part.strip()]
    except mimeparse.MimeTypeParseException as error:
        raise HTTPException(400, f"Accept header does not parse: {accept!r}") from error
    liked = {kind: float(mimeparse.quality_parsed(kind, ranges)) for kind in offered}
    chosen = max(offered, key=lambda kind: liked[kind])
    return chosen if liked[chosen] else ""


def media_type(header: str) -> str:
    """The bare type of a Content-Type header, in lower case.

    >>> media_type("Application/SPARQL-Query; charset=utf-8")
    'application/sparql-query'
    """
    return header.partition(";")[0].strip().lower()
