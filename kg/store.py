"""What every store can do, and how one is opened (SPARQL 1.1 Query; docs/decisions/store-protocol.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Protocol, Self

import ontology
from kg.errors import InputError, KgError, StoreError
from kg.terms import Iri, Quad, Term, Triple, nt
from ontology import Ontology

if TYPE_CHECKING:
    from kg.store_remote import Endpoint

MEMORY = "memory"


class Result(Protocol):
    """The answer to a query; it may be taken once, by one of ``rows``, ``triples`` and ``write``.

    ``variables`` are those of a SELECT, ``boolean`` is the answer to an ASK and None for other kinds, ``formats`` are the
    names that ``write`` takes: ``json``, ``xml``, ``csv``, ``tsv`` for SELECT and ASK; ``turtle``, ``trig``, ``ntriples``,
    ``nquads``, ``jsonld``, ``rdfxml`` for CONSTRUCT and DESCRIBE.
    """

    @property
    def variables(self) -> tuple[str, ...]: ...
    @property
    def boolean(self) -> bool | None: ...
    @property
    def formats(self) -> tuple[str, ...]: ...
    def rows(self) -> Iterator[tuple[Term | None, ...]]: ...
    def triples(self) -> Iterator[Triple]: ...
    def write(self, output: IO[bytes], format: str) -> None: ...


class Store(Protocol):
    """Named graphs, each replaced or dropped as a whole and in one transaction.

    All writing raises :class:`StoreError` on a store opened read-only.
    """

    read_only: bool
    generation: int
    """A number that changes whenever what queries see may have changed."""

    def replace(self, graph: str, quads: Iterable[Quad]) -> bool:
        """Makes the graph consist of exactly these quads; False where it already does. An empty graph is no graph.

        Raises :class:`InputError` for a quad of another graph.
        """

    def drop(self, graph: str) -> bool:
        """Removes the graph; False where there is none."""

    def query(self, sparql: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> Result:
        """Answers SELECT, ASK, CONSTRUCT and DESCRIBE.

        The default graph is the union of all graphs unless the query's FROM or ``default_graphs`` says otherwise; a triple
        that stands in several graphs counts several times there. The prefixes of ``kg.namespaces`` need no
        declaration. ``SERVICE`` is refused: no query makes the program connect to anything. Raises
        :class:`QuerySyntaxError`.
        """

    def graphs(self) -> tuple[Iri, ...]:
        """The names of all graphs, sorted."""

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one graph, or of all."""

    def flush(self) -> None:
        """Returns when all that was written would survive a power cut."""

    def refresh(self) -> bool:
        """Where the store is opened read-only: moves on to the newest published state; True where there was one."""

    def view(self) -> Store:
        """What is seen now, whatever :meth:`refresh` does meanwhile; where nothing can stand still, the store itself."""
        return self

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(*(StoreError,) * (error is not None)):  # what went wrong first says more
            self.close()


def open_store(
    location: str | Path = MEMORY,
    *,
    read_only: bool = False,
    create: bool = True,
    wait: float = 0.0,
    onto: Ontology | None = None,
    endpoint: Endpoint | None = None,
) -> Store:
    """The store at a folder, a new one in memory for ``memory``, or the one on the server at ``endpoint``.

    The address of a server's queries as ``location`` is such an endpoint that is only read.

    A store that is opened for writing gets the background knowledge of ``onto`` (by default the package's ontology) in its
    graph ``https://aikg.example/ontology`` if it has that of another version. ``wait`` is how many seconds to wait for
    another writer to finish.

    Raises :class:`StoreMissing` where there is no store and none may be created, :class:`StoreLocked` where another
    process still writes, :class:`StoreTooNew` for a layout of a later version, :class:`StoreError` for a folder of
    something else.
    """
    from kg.background import check_format, prepare  # it and the backends know this module
    from kg.store_oxigraph import open_folder, open_memory

    if endpoint or str(location).startswith(("http://", "https://")):
        from kg.store_remote import Endpoint, RemoteStore  # and not every store needs httpx

        store: Store = RemoteStore(endpoint or Endpoint(str(location)), read_only=read_only)
    elif str(location) == MEMORY:
        store = open_memory()
    else:
        store = open_folder(Path(location), read_only=read_only, create=create, wait=wait)
    try:
        if store.read_only:
            check_format(store)
        else:
            prepare(store, onto or ontology.load())
    except KgError:
        with suppress(StoreError):
            store.close()
        raise
    return store


def replacing(graphs: Mapping[Iri, Iterable[Quad]]) -> str:
    """The SPARQL update that makes each of the graphs consist of exactly these quads."""
    drops = " ;\n".join(f"DROP SILENT GRAPH {nt(graph)}" for graph in graphs)
    bodies = {
        graph: "\n".join(f"{nt(q.subject)} {nt(q.predicate)} {nt(q.object)} ." for q in graphs[graph]) for graph in graphs
    }
    data = "\n".join(f"GRAPH {nt(graph)} {{\n{body}\n}}" for graph, body in bodies.items() if body)
    return f"{drops} ;\nINSERT DATA {{ {data} }}" if data else drops


def check_writable(store: Store) -> None:
    """Raises :class:`StoreError` where the store is only read."""
    if store.read_only:
        raise StoreError("the store was opened for reading only")


def admitted(store: Store, graph: str, quads: Iterable[Quad]) -> set[Quad]:
    """What the graph shall consist of. Raises :class:`InputError` for a quad of another graph."""
    check_writable(store)
    new = set(quads)
    if stray := next((quad for quad in new if quad.graph != graph), None):
        raise InputError(f"a quad of graph {stray.graph} was handed in for graph {graph}")
    return new
