"""The Accept header picks a media type as RFC 9110 says."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException

from api.negotiate import best

OFFERED = ("application/json", "text/csv", "text/turtle")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/turtle, text/csv", "text/csv"),
        ("application/json;q=0.2, text/turtle;q=0.9, text/csv;q=0.8", "text/turtle"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("image/png, */*;q=0.01", "application/json"),
    ],
)
def test_the_best_liked_type_wins(accept: str, expected: str) -> None:
    """Among types that are liked the same, the server's order decides."""
    assert best(accept, OFFERED) == expected


@pytest.mark.parametrize(
    ("accept", "status"),
    [("image/png", 406), ("text/csv;q=0", 406), ("nonsense", 400), ("*/*," * 51, 400), ("a/b" + ";x=1" * 101, 400)],
)
def test_what_cannot_be_served_is_refused(accept: str, status: int) -> None:
    """406 names what is offered; a header that does not parse is the client's fault."""
    with pytest.raises(HTTPException) as raised:
        best(accept, OFFERED)
    assert raised.value.status_code == status
