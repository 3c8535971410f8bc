"""What may be written from outside: graphs of one's own freely, articles only as whole readings (SPARQL 1.1 Update)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg import namespaces as ns
from kg.errors import Nonconforming
from kg.namespaces import DEFAULT_GRAPH, PREFIXES
from kg.sparql import check_update, using
from kg.store import Store
from kg.store_oxigraph import FolderWriter, OxigraphStore
from kg.terms import Iri, Literal, Quad, Term, Triple, nt
from kg.touches import touches
from kg.validate import graph_faults, report
from ontology import Ontology

OURS = {ns.ONTOLOGY_GRAPH, ns.META_GRAPH}
CLAIMED: dict[Term, str] = {ns.KG_CLAIM: "", ns.SCHEMA_ARTICLE: "", Iri(PREFIXES["skos"] + "Concept"): ns.ENTITY}
"""Types that only articles give, where the thing's name begins so."""
SPOKEN = tuple(PREFIXES[prefix] for prefix in ("kg", "oa", "prov", "q", "qudt", "rdf", "schema", "skos"))
"""Vocabularies in which articles and the ontology speak of our things, and which answers are built from, in whatever graph."""
REIFIED = {ns.RDF_SUBJECT, ns.RDF_PREDICATE, ns.RDF_OBJECT}
INGEST = "an update changes no article: send it again to be read, or retract it"
HELD = "article {} is in the store and differs: send its text again to be read, or retract it (DELETE) and put it anew"


def put(store: Store, graph: str, triples: Iterable[Triple], onto: Ontology, *, merge: bool = False) -> bool:
    """Makes the graph consist of these triples, or adds them; whether there was no such graph.

    Raises :class:`Nonconforming` where it is one of the program's own, an article's that the store holds otherwise or not
    what a reading of it would write, or claims what only articles claim.
    """
    before = set(store.quads(graph))
    quads = {Quad(*triple, Iri(graph)) for triple in triples} | (before if merge else set())
    if before and quads != before and graph.startswith(ns.ARTICLE):  # well formed or not: who published it is not put over
        raise Nonconforming(HELD.format(graph.removeprefix(ns.ARTICLE)))
    check(graph, quads, onto)
    store.replace(graph, quads)
    store.flush()
    return not before


def drop(store: Store, graph: str) -> bool:
    """Removes the graph, an article's too, which retracts it; False where there is none."""
    check(graph, set(), ontology=None)
    dropped = store.drop(graph)
    store.flush()
    return dropped


def check(graph: str, quads: set[Quad], ontology: Ontology | None) -> None:
    """Raises :class:`Nonconforming` where the graph may not consist of these quads."""
    if graph in OURS:
        raise Nonconforming(f"the graph {graph} is the program's own and is not written from outside")
    if graph.startswith(ns.ARTICLE):
        if quads and ontology and (faults := graph_faults(quads, ontology)):
            raise Nonconforming(report(graph.removeprefix(ns.ARTICLE), faults[:5]))
        return
    for quad in quads:
        if quad.predicate == ns.RDF_TYPE and quad.subject.startswith(CLAIMED.get(quad.object, "\0")):
            raise Nonconforming(f"graph {graph}: only an article's graph makes {nt(quad.subject)} a {nt(quad.object)}")
        if quad.subject.startswith(ns.GRAPHS) and quad.predicate.startswith(SPOKEN):
            raise Nonconforming(f"graph {graph}: only an article's graph says {nt(quad.predicate)} of {nt(quad.subject)}")
        if quad.predicate in REIFIED and not isinstance(quad.object, Literal) and quad.object.startswith(ns.GRAPHS):
            raise Nonconforming(f"graph {graph}: only an article's graph claims anything of {nt(quad.object)}")


def update(
    store: FolderWriter, sparql: str, base: str, onto: Ontology, default: Sequence[str] = (), named: Sequence[str] = ()
) -> list[Iri]:
    """Carries out a SPARQL update whole or not at all; the graphs that changed.

    It runs on a checkpoint first; of that, only graphs that may be written are taken over, so that nothing it says can
    change an article. Raises :class:`Nonconforming` where it tried to, :class:`QuerySyntaxError`, :class:`InputError`.
    """
    text = f"BASE {nt(Iri(base))}\n{using(sparql, default, named)}"
    check_update(text)
    with store.trial() as trial:
        trial.update(f"MOVE SILENT GRAPH {nt(DEFAULT_GRAPH)} TO DEFAULT")
        trial.update(text, before=1)
        trial.update(f"MOVE SILENT DEFAULT TO GRAPH {nt(DEFAULT_GRAPH)}")
        changed = {graph: set(trial.quads(graph)) for graph in _changed(store, trial, text)}
    for graph in OURS & changed.keys():  # CLEAR ALL means all that may be written
        if not changed[graph]:
            del changed[graph]
    for graph, quads in changed.items():
        check(graph, quads, onto)
    if changed:
        store.replace_all(changed)
        store.flush()
    return list(changed)


def _changed(store: FolderWriter, trial: OxigraphStore, text: str) -> Iterator[Iri]:
    """The graphs in which the trial differs, found among those that the update can touch; all are compared at need only.

    Raises :class:`Nonconforming` at the first article among them.
    """
    named = touches(text)
    graphs = {*store.graphs(), *trial.graphs()} if named is None else {*named, Iri(DEFAULT_GRAPH)}
    for graph in sorted(graphs):
        if not store.same(trial, graph):
            if graph.startswith(ns.ARTICLE):
                raise Nonconforming(f"{INGEST} ({graph.removeprefix(ns.ARTICLE)})")
            yield graph
