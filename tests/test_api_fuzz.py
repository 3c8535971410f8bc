"""No request that a grammar makes gets 500: the OpenAPI document's (schemathesis), and SPARQL's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_world import serving_store
from hypothesis import HealthCheck, given, settings
from sparql_grammar import QUERIES

KINDS = [
    "application/sparql-results+json",
    "text/csv",
    "application/n-triples, text/tab-separated-values",
    "text/turtle, application/xml;q=0.5",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("fuzz") / "kg", token="t", rate=0, deadline=30) as client:
        yield client


def check(client: httpx.Client, query: str) -> None:
    """The query is answered, or refused with a reason."""
    for kind in KINDS:
        answer = client.post("/sparql", data={"query": query.encode("utf-8", "surrogatepass")}, headers={"Accept": kind})
        assert answer.status_code in {200, 400, 406, 503}, (query, answer.text)
        if answer.status_code == 200:
            if "json" in answer.headers["content-type"]:
                answer.json()
        else:
            assert answer.json()["detail"], query
            return


@given(QUERIES)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_no_query_gets_500(client: httpx.Client, query: str) -> None:
    """An answer or a reason."""
    check(client, query)


@pytest.mark.long
@given(QUERIES)
@settings(max_examples=3000, suppress_health_check=list(HealthCheck))
def test_no_query_gets_500_for_a_minute(client: httpx.Client, query: str) -> None:
    """The same for longer; ``make soak`` goes on for ten minutes."""
    check(client, query)


@pytest.mark.long
def test_the_service_keeps_what_its_description_says(client: httpx.Client, tmp_path: Path) -> None:
    """All checks of schemathesis; ``schemathesis.toml`` says what a description cannot tell, and why.

    The seed is set, so that what a run finds is found again.
    """
    program, told = Path(sys.executable).with_name("schemathesis"), Path(__file__).with_name("schemathesis.toml")
    command = [program, "--config-file", told, "run", f"{client.base_url}/openapi.json", "--no-color"]
    command += ["--max-examples", "10", "--request-timeout", "60", "--header", "Authorization: Bearer t", "--seed", "7"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout[-20_000:]
