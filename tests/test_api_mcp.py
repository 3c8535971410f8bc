"""The tools of ``kg mcp``, called by the SDK's own client: in the process, and as a model does over standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from api_world import CLAIMS, fill
from mcp import Client, StdioServerParameters

from api.mcp import server
from api.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ["ask", "cite", "claims", "search", "sparql"]
SUPPLY = CLAIMS[0].id


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fill(tmp_path_factory.mktemp("store") / "kg")


def called(store: str, name: str, **given: Any) -> Any:
    """The result of one call in the process."""

    async def call() -> Any:
        async with Client(server(read_settings(store=store))) as client:
            return await client.call_tool(name, given)

    return anyio.run(call)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("ask", {"question": "who supplies Colossus"}, ['"nvidia"', '"dell"', "架空通信"]),
        ("ask", {"question": "who supplies Colossus", "lang": "ja"}, ["Colossusに供給している組織"]),
        ("claims", {"about": ["コロッサス"], "limit": 1}, ['"total": 2']),
        ("ask", {"question": "who devoured Colossus"}, ['"understood": false', "devoured"]),
        ("search", {"text": "エヌビディア", "type": "Organization"}, ['"nvidia"']),
        ("claims", {"object": ["colossus"], "limit": 1}, ['"total": 2', SUPPLY]),
        ("claims", {"modality": ["estimated"], "lang": "en"}, ['"total": 1', "45000000000"]),
        ("cite", {"claims": [SUPPLY], "style": "bibtex"}, ["@misc{" + SUPPLY]),
        ("sparql", {"query": "SELECT ?who { ?who kg:supplies ent:xai }"}, ["who", "entity/oracle"]),
        ("sparql", {"query": "ASK { ent:oracle kg:supplies ent:xai }"}, ["true"]),
        ("sparql", {"query": "CONSTRUCT { ?a ?p ent:xai } { ?a ?p ent:xai FILTER(?p = kg:supplies) }"}, ["entity/oracle"]),
    ],
)
def test_a_tool_answers_as_the_other_faces_do(store: str, name: str, given: dict[str, Any], words: list[str]) -> None:
    """With claims, citations and ids in its text."""
    result = called(store, name, **given)
    text = result.content[0].text
    assert not result.is_error
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("claims", {"subject": ["nobody"]}, "no entity 'nobody'"),
        ("claims", {"about": ["Coloss"]}, "like it: Colossus"),
        ("claims", {"predicate": ["likes"]}, "unknown predicate 'likes'"),
        ("cite", {"claims": ["c_0"]}, "no claim 'c_0'"),
        ("cite", {"claims": [SUPPLY], "style": "runes"}, "no citation style 'runes'"),
        ("sparql", {"query": "SELECT"}, "error at 1:7"),
        ("sparql", {"query": "SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }"}, "SERVICE is refused"),
        ("ask", {"question": ""}, "at least 1 character"),
    ],
)
def test_what_a_model_gets_wrong_it_is_told_in_words(store: str, name: str, given: dict[str, Any], words: str) -> None:
    """The error is the tool's result, so that the model can try again."""
    result = called(store, name, **given)
    assert result.is_error
    assert words in result.content[0].text


MANY = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))


@pytest.mark.parametrize(
    ("query", "limits", "words"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 99", {"max_answer": 50}, "larger than this server sends"),
        (f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}", {"deadline": 0.5}, "no answer within 0.5 seconds"),
        ("SELECT * " + "{" * 99 + "}" * 99, {}, "nested 99 deep"),
    ],
)
def test_a_query_keeps_to_the_limits_of_http(store: str, query: str, limits: dict[str, Any], words: str) -> None:
    """By the same settings; what takes too long is killed, and the next query is answered."""

    async def calls() -> list[Any]:
        async with Client(server(read_settings(store=store, **limits))) as client:
            return [await client.call_tool("sparql", {"query": each}) for each in (query, "ASK {}")]

    refused, answered = anyio.run(calls)
    assert refused.is_error and words in refused.content[0].text
    assert not answered.is_error


def test_it_speaks_over_standard_input_and_output(store: str) -> None:
    """A client that starts ``kg mcp`` finds the five tools, each described, and an answer that is JSON."""
    program = "import sys; sys.argv[:1] = ['kg']; from api.cli import main; main()"
    command = StdioServerParameters(command=sys.executable, args=["-c", program, "mcp", "--store", store], cwd=str(ROOT))

    async def talk() -> tuple[list[Any], Any]:
        async with Client(command) as client:
            return (await client.list_tools()).tools, await client.call_tool("ask", {"question": "who supplies xAI"})

    run: Callable[[], Awaitable[tuple[list[Any], Any]]] = talk
    tools, result = anyio.run(run)
    assert sorted(tool.name for tool in tools) == TOOLS
    assert all(tool.description and tool.input_schema["properties"] for tool in tools)
    assert [found["entity"]["id"] for found in json.loads(result.content[0].text)["answers"]] == ["oracle"]
