"""No request that a grammar makes gets 500: the OpenAPI document's (schemathesis), and SPARQL's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_world import serving_store, template
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sparql_grammar import OUTSIDE, QUERIES, UPDATES

from api.http import create_app
from api.settings import read_settings

KINDS = [
    "application/sparql-results+json",
    "text/csv",
    "application/n-triples, text/tab-separated-values",
    "text/turtle, application/xml;q=0.5",
]
CLAIMS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?c a kg:Claim } }"


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


def check_update(client: httpx.Client, update: str, default: list[str], named: list[str]) -> None:
    """The update is carried out, or refused with a reason; no article's claims are gained or lost by it."""
    beside = {"using-graph-uri": default, "using-named-graph-uri": named}
    data = {"update": update.encode("utf-8", "surrogatepass"), **beside}
    answer = client.post("/update", data=data, headers={"Authorization": "Bearer t"})
    assert answer.status_code in {204, 400, 409, 503}, (update, answer.text)
    assert answer.status_code == 204 or answer.json()["detail"], update
    counted = client.get("/sparql", params={"query": CLAIMS}).json()
    assert counted["results"]["bindings"][0]["n"]["value"] == "5", update


PAGES = {"/query": "GET", "/about": "GET", "/add": "GET POST", "/retract": "POST", "/docs": "GET", "/openapi.json": "GET"}
"""Pages for people, which a description for programs does not have; their forms do no more than ``/articles`` does."""

WORDS = st.one_of(
    st.text(max_size=9), st.sampled_from(["t", "1", "AAAA", "%%%", "a\0b", "../x", "wire", "44Kz44Ot44OD44K144K5", "ja"])
)
NAMES = ["token", "name", "content", "keep", "draft", "text", "title", "published", "url", "article", "query", "file", "lang"]
FIELDS = st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=6)


def test_only_pages_for_people_are_left_out_of_the_description(client: httpx.Client) -> None:
    """What is left out is fuzzed by the forms below; all else by schemathesis."""
    app = create_app(read_settings(store=str(template())))
    paths = set(app.openapi()["paths"])
    app.state.service.close()
    routes = {route.path for route in app.routes if isinstance(route, APIRoute)}
    assert routes - paths <= PAGES.keys()
    assert paths.isdisjoint(PAGES)


@pytest.mark.parametrize(("path", "method"), [(path, each) for path, methods in PAGES.items() for each in methods.split()])
@given(said=FIELDS, parts=st.booleans())
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_no_form_gets_500(client: httpx.Client, path: str, method: str, said: dict[str, str], parts: bool) -> None:
    """Whatever stands in its fields, in either kind of form; a text is read by the tests of ``/articles``."""
    said = {name: value for name, value in said.items() if name != "text" or said.get("token") != "t"}
    given = {"params": said} if method == "GET" else {"files": said} if parts and said else {"data": said}
    answer = client.request(method, path, headers={"Accept": "text/html"}, **given)  # type: ignore[arg-type]
    assert answer.status_code in {200, 303, 400, 401, 404, 422, 503}, (said, answer.text)


@given(UPDATES, OUTSIDE, OUTSIDE)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_update_gets_500_or_changes_an_article(
    client: httpx.Client, update: str, default: list[str], named: list[str]
) -> None:
    """It is carried out, or refused with a reason."""
    check_update(client, update, default, named)


@pytest.mark.long
@given(UPDATES, OUTSIDE, OUTSIDE)
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
def test_no_update_gets_500_for_a_minute(client: httpx.Client, update: str, default: list[str], named: list[str]) -> None:
    """The same for longer."""
    check_update(client, update, default, named)


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
