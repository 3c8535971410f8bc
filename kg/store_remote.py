"""A store behind any SPARQL 1.1 server (SPARQL 1.1 Protocol, SPARQL 1.1 Graph Store HTTP Protocol, RFC 7617, 7616, 6750)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from kg import namespaces as ns
from kg.errors import InvalidValue, StoreError
from kg.oxigraph import OxResult, kind, named, read_table, read_triples
from kg.sparql import check_graphs, check_query
from kg.store import Store, admitted, check_writable, replacing
from kg.terms import Iri, Literal, Quad, digits, nt

ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
PROLOGUE = " ".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in ns.PREFIXES.items()) + " "
VERSION = f"<{ns.STORE}> <{ns.KG_FORMAT_VERSION}> ?v"
STATE = "SELECT ?g ?h ?e ?o { GRAPH ?g { ?g kg:sha256 ?h ; kg:extractor ?e ; kg:ontologyVersion ?o } } ORDER BY ?g"
UNIONS: tuple[dict[str, str], ...] = ({}, {"union-default-graph": "true"})
"""What to send with a query so that its default graph is the union of all graphs: nothing, or what Oxigraph wants."""

LOOK_EVERY = 1.0
"""Seconds between looks at whether others have written."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server answers queries, takes updates and keeps graphs, and as whom to ask.

    A store with neither ``update`` nor ``graphs`` is read-only; one without ``graphs`` writes by updates. ``token`` is for
    bearer, ``user`` and ``password`` for Basic or, with ``digest``, for Digest authentication.
    """

    query: str
    update: str = ""
    graphs: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    digest: bool = False

    def __post_init__(self) -> None:
        """Raises :class:`InvalidValue` where it is not clear as whom to ask."""
        if self.token and self.user:
            raise InvalidValue(f"{self.query}: either a token or a user is given, not both")
        if (self.password or self.digest) and not self.user:
            raise InvalidValue(f"{self.query}: a password and Digest authentication need a user")

    def client(self) -> httpx.Client:
        """What sends the requests; it neither follows redirects nor reads the environment."""
        auth = (httpx.DigestAuth if self.digest else httpx.BasicAuth)(self.user, self.password) if self.user else None
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else None
        return httpx.Client(auth=auth, headers=headers, timeout=httpx.Timeout(300, connect=10), trust_env=False)


class RemoteStore(Store):
    """A store on another machine (see :class:`kg.store.Store`); of its graphs, those of ``kg.namespaces`` are ours.

    Nothing is believed that was not read to its end, nothing is acknowledged that does not read back.
    """

    def __init__(self, endpoint: Endpoint, *, read_only: bool = False) -> None:
        self._at = endpoint
        self._client = endpoint.client()
        self.read_only = read_only or not (endpoint.update or endpoint.graphs)
        self.generation = 0
        self._union: dict[str, str] | None = None
        self._proven = 9  # rows; whatever is longer has the server show that it gives more
        self._looked_at, self._state = time.monotonic(), ""

    # --- reading

    def query(self, sparql: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> OxResult:
        said = check_query(sparql)
        given = [("default-graph-uri", named(graph).value) for graph in default_graphs]
        given += [("named-graph-uri", named(graph).value) for graph in named_graphs]
        form = kind(sparql)  # what does not parse, and what is no query, is never sent
        check_graphs({*said, *(graph for _, graph in given)}, self._holds)  # some servers fetch what they have not
        whole = {} if given or said else self._whole()
        return self._ask(PROLOGUE + sparql, form, [*given, *whole.items()])

    def graphs(self) -> tuple[Iri, ...]:
        rows = self._ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "rows").rows()
        return tuple(sorted(row[0] for row in rows if isinstance(row[0], Iri) and row[0].startswith(ns.GRAPHS)))

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        if graph is None:
            return (quad for name in self.graphs() for quad in self.quads(name))
        return iter(self._graph(Iri(named(graph).value)))

    def _holds(self, graph: str) -> bool:
        return bool(self._ask(f"ASK {{ GRAPH {nt(Iri(named(graph).value))} {{ ?s ?p ?o }} }}", "boolean").boolean)

    def _graph(self, graph: Iri) -> list[Quad]:
        """One graph; a server that gives less of it than it counts is found out."""
        counted = self._ask(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {nt(graph)} {{ ?s ?p ?o }} }}", "rows")
        count = next((int(term.text) for term in next(counted.rows()) if isinstance(term, Literal)), 0)
        if not count:
            return []
        if self._at.graphs:
            answer = self._request("GET", self._at.graphs, params={"graph": graph}, headers={"Accept": TRIPLES})
            found, size = self._read(answer, "triples")
        else:
            text = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {nt(graph)} {{ ?s ?p ?o }} }}"
            found, size = self._read(self._post(self._at.query, TRIPLES, [("query", text)]), "triples")
        if size != count:
            raise StoreError(f"{self._at.graphs or self._at.query} gave {size} of the {count} triples of {graph}")
        return [Quad(s, p, digits(o), graph) for s, p, o in found.triples()]

    def _ask(self, sparql: str, form: str, parameters: Iterable[tuple[str, str]] = ()) -> OxResult:
        accept = TRIPLES if form == "triples" else ROWS
        found, size = self._read(self._post(self._at.query, accept, [("query", sparql), *parameters]), form)
        self._check_whole(size)
        return found

    def _read(self, answer: httpx.Response, form: str) -> tuple[OxResult, int]:
        try:
            found, size = (read_triples if form == "triples" else read_table)(answer.content)
            if (form == "boolean") == (found.boolean is None):
                raise ValueError("an answer of another kind")
        except ValueError as error:
            said = answer.headers.get("Content-Type", "no type")
            raise StoreError(f"{answer.url.copy_with(query=None)} gave no whole answer ({said}): {error}") from None
        return found, size

    def _check_whole(self, size: int) -> None:
        """Some servers cut long answers off and say nothing: have this one give an answer that is longer."""
        while size > self._proven:
            wanted = max(1000, 2 * size)
            values = " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(len(str(wanted))))
            answer = self._post(self._at.query, ROWS, [("query", f"SELECT * {{ {values} }} LIMIT {wanted}")])
            self._proven = self._read(answer, "rows")[1] - 1
            if size > self._proven:
                raise StoreError(f"{self._at.query} cuts answers off at {self._proven + 1} rows; its limit has to be raised")

    def _whole(self) -> dict[str, str]:
        """What makes a query's default graph the union of all graphs; known once there is something in one."""
        if self._union is None:
            if not self._ask(f"ASK {{ GRAPH <{ns.META_GRAPH}> {{ {VERSION} }} }}", "boolean").boolean:
                return {}
            fits = (union for union in UNIONS if self._ask(f"ASK {{ {VERSION} }}", "boolean", union.items()).boolean)
            self._union = next(fits, None)
            if self._union is None:
                raise StoreError(f"{self._at.query}: its default graph has to be set to be the union of all its graphs")
        return self._union

    # --- writing

    def replace(self, graph: str, quads: Iterable[Quad]) -> bool:
        new, name = admitted(self, graph, quads), Iri(named(graph).value)
        if new == set(self._graph(name)):
            return False
        if not new:
            return self.drop(graph)
        self._write("PUT", name, sorted(new, key=str))
        if lost := new ^ set(self._graph(name)):
            raise StoreError(f"{self._at.query} does not keep what it is given: {nt(min(lost).object)[:80]} in {graph}")
        return True

    def drop(self, graph: str) -> bool:
        check_writable(self)
        name = Iri(named(graph).value)
        if not self._holds(name):
            return False
        self._write("DELETE", name, [])
        return True

    def _write(self, method: str, graph: Iri, quads: list[Quad]) -> None:
        self.generation += 1
        if not self._at.graphs:
            text, headers = replacing({graph: quads}), {"Content-Type": "application/sparql-update"}
            self._request("POST", self._at.update, content=text.encode(), headers=headers)
            return
        lines = "".join(f"{nt(quad.subject)} {nt(quad.predicate)} {nt(quad.object)} .\n" for quad in quads)
        headers = {"Content-Type": TRIPLES} if quads else {}
        self._request(method, self._at.graphs, params={"graph": graph}, content=lines.encode(), headers=headers)

    def flush(self) -> None:
        """What was acknowledged read back already; the server alone knows about its disk."""

    # --- requests

    def _post(self, url: str, accept: str, form: Iterable[tuple[str, str]]) -> httpx.Response:
        data: dict[str, list[str]] = {}
        for name, value in form:
            data.setdefault(name, []).append(value)
        return self._request("POST", url, data=data, headers={"Accept": accept})

    def _request(self, method: str, url: str, **parts: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, url, **parts)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise StoreError(f"{url}: {error or type(error).__name__}") from error
        if answer.status_code in (401, 403):
            raise StoreError(f"{url} refuses {self._at.user or 'us'} (status {answer.status_code})")
        if not answer.is_success or "X-SQL-State" in answer.headers:  # Virtuoso's sign of an answer that time cut off
            said = " ".join(answer.text.split())[:200]
            raise StoreError(f"{url} answered {answer.status_code} to {method}: {said or answer.reason_phrase}")
        return answer

    # --- the rest of the protocol

    def refresh(self) -> bool:
        """Looks, about once a second, whether articles were written by others."""
        if time.monotonic() < self._looked_at + LOOK_EVERY:
            return False
        rows = self._ask(PROLOGUE + STATE, "rows").rows()
        self._looked_at, before, self._state = time.monotonic(), self._state, repr(list(rows))
        self.generation += self._state != before
        return self._state != before

    def close(self) -> None:
        self._client.close()
