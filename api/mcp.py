"""The Model Context Protocol face: ask, search, claims, cite, SPARQL as tools of a language model (modelcontextprotocol.io)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field
from starlette.exceptions import HTTPException

from api import inside
from api.depends import contained
from api.processes import Processes
from api.settings import Settings, release
from api.shapes import Lang, Type, checked, cited
from kg import catalog
from kg import cite as citing
from kg.ask import answer_json
from kg.ask import ask as answer
from kg.errors import KgError
from kg.jsonl import entity_json
from kg.model import Modality
from kg.store import Store
from ontology import OntologyError

Json = dict[str, Any]
Given = ParamSpec("Given")
Made = TypeVar("Made")
Ids = Annotated[list[str] | None, Field(description="Entities by id or name; any of them will do")]
Limit = Annotated[int, Field(ge=1, le=1000)]
Offset = Annotated[int, Field(ge=0)]

ABOUT = """Claims about AI infrastructure, each with the article, the speaker and the exact words it rests on. Claims are not
facts: sources disagree, plan and deny, and every claim says so. Start with ask; search gives the ids that claims takes; cite
every claim that you use."""


def _told(tool: Callable[Given, Made]) -> Callable[Given, Made]:
    """The tool, whose foreseen errors reach the model as one line."""

    @wraps(tool)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        try:
            found: Made = contained(lambda: tool(*args, **kwargs))
        except (KgError, OntologyError) as error:
            raise ToolError(str(error)) from None
        return found

    return run


class Tools:
    """The tools over one store; each docstring is what the model is told of its tool."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._processes: Processes | None = None  # they take seconds to start, and few models ask for SPARQL

    def _now(self) -> Store:
        self._store.refresh()
        return self._store

    def ask(
        self, question: Annotated[str, Field(min_length=1, max_length=1000)], lang: Literal["ja", "en"] | None = None
    ) -> Json:
        """Answer a question in English or Japanese: how it was understood, the SPARQL, answers with claims and citations.

        Where it is not understood, suggestions say what can be asked. Told in lang, else in the question's language."""
        return answer_json(answer(self._now(), question, lang=lang))

    def search(
        self, text: Annotated[str, Field(min_length=1, max_length=200)], type: Type | None = None, limit: Limit = 20
    ) -> Json:
        """Find entities by part of a name, in any language and script; gives their ids, types and names."""
        found = catalog.entities(self._now(), text, type)
        return {"total": len(found), "items": [entity_json(each) for each in found[:limit]]}

    def claims(
        self,
        subject: Ids = None,
        predicate: Annotated[list[str] | None, Field(description="Properties, such as supplies or valuation")] = None,
        object: Ids = None,
        about: Ids = None,
        modality: list[Modality] | None = None,
        speaker: Ids = None,
        limit: Limit = 20,
        offset: Offset = 0,
        lang: Lang = Lang.JA,
    ) -> Json:
        """List claims with their quotes and citations; about is either end. All conditions that are given must hold."""
        store = self._now()
        given = {"subject": subject, "predicate": predicate, "object": object, "about": about, "speaker": speaker}
        wanted = checked(store, **{name: ids for name, ids in (given | {"modality": modality}).items() if ids})
        found = catalog.claims(store, **wanted, limit=limit, offset=offset)
        return {"total": catalog.count_claims(store, **wanted), "items": [cited(store, lang)(claim) for claim in found]}

    def cite(
        self,
        claims: Annotated[list[str], Field(min_length=1, max_length=100, description="Ids of claims")],
        style: Annotated[str, Field(description=f"One of {', '.join(citing.STYLES)}")] = "text",
        lang: Lang = Lang.JA,
    ) -> str:
        """Cite claims, ready to paste into a report."""
        store = self._now()
        found = [catalog.claim(store, id) for id in claims]
        return citing.cite(found, {one.article: catalog.article(store, one.article) for one in found}, style, lang)

    async def sparql(self, query: Annotated[str, Field(min_length=1, max_length=20_000)]) -> str:
        """Answer a SPARQL 1.1 query: SELECT and ASK as CSV or JSON, a graph as Turtle.

        The prefixes kg, ent, claim, rdf, skos, prov, schema and q need no declaration; an asserted relation is found by a plain
        pattern, as in SELECT ?who { ?who kg:supplies ent:colossus }."""
        if not self._processes:
            self._processes = Processes(self._settings, count=1)
            await self._processes.start()
        try:
            async with aclosing(self._processes.parts(inside.query, query, "", (), (), ("turtle", "csv", "json"))) as parts:
                return b"".join([part.content async for part in parts]).decode()
        except HTTPException as error:
            raise ToolError(error.detail) from None
        except KgError as error:
            raise ToolError(str(error)) from None

    @asynccontextmanager
    async def running(self, _: object) -> AsyncIterator[None]:
        """Ends what evaluates queries when the server ends."""
        yield
        if self._processes:
            await self._processes.close()


def server(settings: Settings) -> MCPServer[Any]:
    """The server over the store that ``settings`` names. Raises :class:`kg.errors.StoreError` where it cannot be opened."""
    tools = Tools(settings.open(read_only=True), settings)
    made: MCPServer[Any] = MCPServer("aikg", version=release(), instructions=ABOUT, log_level="WARNING", lifespan=tools.running)
    for tool in (tools.ask, tools.search, tools.claims, tools.cite):
        made.add_tool(_told(tool))
    made.add_tool(tools.sparql)
    return made
