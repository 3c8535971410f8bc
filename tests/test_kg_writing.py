"""What may be written from outside: graphs of one's own; an article's provenance is never lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest
from api_world import fill
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sparql_grammar import CHANGES, OUTSIDE, spaced

import ontology
from kg import namespaces as ns
from kg import rdf, writing
from kg.ask import ask
from kg.catalog import counts, entities
from kg.errors import InputError, Nonconforming, QuerySyntaxError
from kg.model import Entity
from kg.namespaces import DEFAULT_GRAPH
from kg.oxigraph import parse, write
from kg.sparql import using
from kg.store import open_store
from kg.store_oxigraph import FolderWriter, OxigraphStore, open_folder, open_memory
from kg.terms import Iri, Quad, Triple
from kg.writing import drop, put, update

ONTO = ontology.load()
OWN = "https://own.example/g"
WIRE = ns.article_iri("wire")
BASE = "https://base.example/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FolderWriter]:
    with open_store(fill(tmp_path / "kg")) as opened:
        assert isinstance(opened, FolderWriter)
        yield opened


def held(store: FolderWriter) -> tuple[set[Quad], list[object]]:
    """What the store holds beside the ontology, and how much of that."""
    others = {quad for graph in store.graphs() if graph != ns.ONTOLOGY_GRAPH for quad in store.quads(graph)}
    counted = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{ns.ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}")
    return others, list(counted.rows())


def triples(text: str) -> list[Triple]:
    return list(parse(f"{text} .".encode(), "turtle", BASE))


def test_own_graphs_are_free(store: FolderWriter) -> None:
    """They are made, added to, replaced, and removed."""
    assert put(store, OWN, triples("<a> <b> 1"), ONTO)
    assert not put(store, OWN, triples("<a> <b> 2"), ONTO, merge=True)
    assert len(list(store.quads(OWN))) == 2
    put(store, OWN, triples("<a> <b> 3"), ONTO)
    assert [quad.object.text for quad in store.quads(OWN)] == ["3"]  # type: ignore[union-attr]
    assert drop(store, OWN) and not drop(store, OWN)


def test_an_article_is_taken_whole_or_not_at_all(store: FolderWriter) -> None:
    """What its reading would write is taken; with something missing or added it is not."""
    whole = [Triple(*quad[:3]) for quad in store.quads(WIRE)]
    before = set(store.quads(WIRE))
    wrong = (whole[1:], [*whole, *triples("<a> <b> 1")])
    for less in wrong:
        with pytest.raises(Nonconforming, match="article wire"):
            put(store, WIRE, less, ONTO)
        assert set(store.quads(WIRE)) == before
    assert drop(store, WIRE)
    for less in wrong:
        with pytest.raises(Nonconforming, match="article wire does not conform"):
            put(store, WIRE, less, ONTO)
        assert not set(store.quads(WIRE))
    assert put(store, WIRE, whole, ONTO)
    assert set(store.quads(WIRE)) == before


@pytest.mark.parametrize("change", [{"publisher": "別の通信"}, {"url": "https://other.example/"}, {"published": "1999-01-02"}])
def test_the_provenance_of_an_article_is_not_put_over(store: FolderWriter, change: dict[str, str]) -> None:
    """A graph that any reading could have written, only of another origin, is refused; the very same one is taken."""
    before = set(store.quads(WIRE))
    held = rdf.reading(before, {id: Entity(id, known.type, known.labels) for id, known in ONTO.entities.items()})
    other = {Triple(*quad[:3]) for quad in rdf.quads(replace(held, article=replace(held.article, **change)), ONTO.entities)}
    assert other != {Triple(*quad[:3]) for quad in before}
    for merge in (False, True):
        with pytest.raises(Nonconforming, match="article wire is in the store and differs"):
            put(store, WIRE, other, ONTO, merge=merge)
        assert not put(store, WIRE, [Triple(*quad[:3]) for quad in before], ONTO, merge=merge)
        assert set(store.quads(WIRE)) == before
    assert drop(store, WIRE) and put(store, WIRE, other, ONTO)  # so it is well formed


def test_an_update_looks_at_what_it_touches_only(store: FolderWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at the other graphs, however many there are."""
    compared: list[str] = []
    same = FolderWriter.same

    def seen(self: FolderWriter, other: OxigraphStore, graph: str) -> bool:
        compared.append(graph)
        return same(self, other, graph)

    monkeypatch.setattr(FolderWriter, "same", seen)
    reads = f"INSERT {{ GRAPH <{OWN}> {{ ?s rdfs:comment 'x' }} }} WHERE {{ GRAPH ?g {{ ?s a kg:Claim }} }}"
    assert update(store, reads, BASE, ONTO) == [OWN]
    assert OWN in compared and not [graph for graph in compared if graph.startswith(ns.ARTICLE)]
    own = "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o FILTER(?o = 'x') } }"
    assert update(store, own, BASE, ONTO) == [OWN]


@pytest.mark.parametrize("graph", [ns.ONTOLOGY_GRAPH, ns.META_GRAPH])
def test_the_programs_own_graphs_are_not_written(store: FolderWriter, graph: str) -> None:
    """Nor removed."""
    with pytest.raises(Nonconforming, match="own"):
        put(store, graph, triples("<a> <b> 1"), ONTO)
    with pytest.raises(Nonconforming, match="own"):
        drop(store, graph)


@pytest.mark.parametrize("text", ["claim:c_1 a kg:Claim", "<g> a schema:Article", "ent:xai a skos:Concept"])
def test_own_graphs_make_no_claims(store: FolderWriter, text: str) -> None:
    """A claim without its article would have no provenance."""
    prefixes = "".join(f"@prefix {name}: <{iri}> . " for name, iri in ns.PREFIXES.items())
    with pytest.raises(Nonconforming, match="only an article"):
        put(store, OWN, triples(prefixes + text), ONTO)
    with pytest.raises(Nonconforming, match="only an article"):
        update(store, f"INSERT DATA {{ GRAPH <{OWN}> {{ {text} }} }}", BASE, ONTO)


LIES = [
    "ent:meta kg:supplies ent:colossus",
    "ent:meta kg:within ent:memphis",
    "ent:xai skos:prefLabel 'メタ'@ja",
    "ent:xai a kg:Person",
    "<article> schema:publisher '別の通信'",
    "<claim> rdf:subject ent:meta",
    "<claim> kg:modality 'asserted'",
    "<claim> q:product ent:meta",
    "<claim> kg:evidence <s> . <s> kg:modality 'denied'",
    "<evidence> prov:wasAttributedTo ent:meta",
    "<other> rdf:subject ent:meta ; rdf:predicate kg:supplies ; rdf:object ent:colossus",
    "[] rdf:subject <s> ; rdf:predicate kg:supplies",
    "[] rdf:object ent:colossus",
]


@pytest.mark.parametrize("text", LIES)
def test_own_graphs_say_nothing_that_answers_are_built_from(store: FolderWriter, text: str) -> None:
    """Of claims, their evidence, articles and entities in the store: else an answer would be a lie with a true source."""
    before, told = held(store), ask(store, "who supplies Colossus", ONTO)
    claim = next(quad.subject for quad in store.quads(WIRE) if quad.object == ns.KG_CLAIM)
    evidence = next(quad.object for quad in store.quads(WIRE) if quad.subject == claim and quad.predicate == ns.KG_EVIDENCE)
    for word, node in (("<claim>", claim), ("<evidence>", evidence), ("<article>", WIRE)):
        text = text.replace(word, f"<{node}>")
    with pytest.raises(Nonconforming, match="only an article"):
        update(store, f"INSERT DATA {{ GRAPH <{OWN}> {{ {text} }} }}", BASE, ONTO)
    with pytest.raises(Nonconforming, match="only an article"):
        update(store, f"INSERT DATA {{ {text} }}", BASE, ONTO)
    assert held(store) == before
    assert ask(store, "who supplies Colossus", ONTO) == told


def test_own_graphs_may_annotate_and_have_their_own_words(store: FolderWriter) -> None:
    """Remarks on claims in other vocabularies, statements of their own things, a thesaurus: none is taken for ours."""
    counted, known = counts(store), entities(store)
    text = (
        "?c rdfs:comment 'seen' ; <seen> true . <c> a skos:Concept ; skos:prefLabel 'x' . <d> rdf:subject <c> ; kg:modality 'x'"
    )
    insert = f"INSERT {{ GRAPH <{OWN}> {{ {text} }} }} WHERE {{ GRAPH ?g {{ ?c a kg:Claim }} }}"
    assert update(store, insert, BASE, ONTO) == [OWN]
    assert (counts(store), entities(store)) == (counted, known)


def test_what_answers_are_built_from_is_guarded() -> None:
    """Every vocabulary that a query of ours uses names things, or is one in which own graphs say nothing of them."""
    files = [*Path(ontology.__file__).parent.glob("queries/*.rq"), *Path(writing.__file__).parent.glob("*.py")]
    said = {name for file in files for name in re.findall(r"[\s^|/(](\w+):\w", file.read_text("utf-8"))} & ns.PREFIXES.keys()
    things = {"ent", "claim", "article", "unit", "xsd"}
    assert {ns.PREFIXES[name] for name in said - things} <= {*writing.SPOKEN}


PLACES = ["https://own.example/g", f"{ns.KG}メモ・一", "https://own.example/〈", WIRE, DEFAULT_GRAPH]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FolderWriter]:
    """A store without the ontology, so that a copy costs little."""
    store = open_folder(tmp_path_factory.mktemp("small") / "kg", read_only=False, create=True, wait=0)
    assert isinstance(store, FolderWriter)
    yield store
    store.close()


def canonical(quads: Iterable[Quad]) -> set[ox.Quad]:
    """The same for stores that differ in the labels of blank nodes alone."""
    output = BytesIO()
    write(quads, output, "nquads")
    dataset = ox.Dataset(ox.parse(output.getvalue(), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@given(st.one_of(CHANGES, CHANGES.flatmap(spaced)), OUTSIDE, OUTSIDE)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_an_update_changes_is_kept_or_refused(
    small: FolderWriter, text: str, default: list[str], named: list[str]
) -> None:
    """What the engine, asked itself, makes of the same quads; or nothing is changed."""
    begun = {Iri(graph): {Quad(Iri(OWN), ns.KG_UNIT, Iri("a:"), Iri(graph))} for graph in PLACES}
    small.replace_all({Iri(graph): begun.get(graph, set()) for graph in {*small.graphs(), *PLACES}})
    engine = open_memory()
    for graph, quads in begun.items():
        engine.replace(graph, quads)
    try:
        update(small, text, BASE, ONTO, default, named)
    except (InputError, Nonconforming):
        assert canonical(small.quads()) == canonical(chain.from_iterable(begun.values()))
        return
    engine.update(f"MOVE <{DEFAULT_GRAPH}> TO DEFAULT")
    engine.update(f"BASE <{BASE}>\n{using(text, default, named)}")
    engine.update(f"MOVE SILENT DEFAULT TO GRAPH <{DEFAULT_GRAPH}>")
    assert canonical(small.quads()) == canonical(engine.quads())


def test_an_update_is_carried_out_whole(store: FolderWriter) -> None:
    """Over several graphs, with the default graph kept under its name, and seen by readers."""
    text = f"INSERT DATA {{ <a> <b> _:x GRAPH <{OWN}> {{ _:x <c> 'd' }} }} ; DELETE WHERE {{ GRAPH <{OWN}> {{ ?s <z> ?o }} }}"
    assert update(store, text, BASE, ONTO) == [DEFAULT_GRAPH, OWN]
    joined = f"ASK {{ GRAPH <{DEFAULT_GRAPH}> {{ ?a ?b ?x }} GRAPH <{OWN}> {{ ?x <{BASE}c> 'd' }} }}"
    assert store.query(joined).boolean
    assert update(store, "DELETE { ?s ?p ?o } INSERT { ?s <p> 1 } WHERE { ?s ?p ?o }", BASE, ONTO) == [DEFAULT_GRAPH]
    assert [quad.predicate for quad in store.quads(DEFAULT_GRAPH)] == [f"{BASE}p"]
    assert update(store, f"CLEAR DEFAULT ; DROP GRAPH <{OWN}>", BASE, ONTO) == [DEFAULT_GRAPH, OWN]
    assert not {DEFAULT_GRAPH, OWN} & set(store.graphs())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("CLEAR ALL", Nonconforming),
        ("DROP NAMED", Nonconforming),
        (f"DROP GRAPH <{WIRE}>", Nonconforming),
        (f"MOVE <{WIRE}> TO <{OWN}>", Nonconforming),
        (f"COPY <{WIRE}> TO <{OWN}>", Nonconforming),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o FILTER(?p = kg:modality) } }", Nonconforming),
        (f"INSERT DATA {{ GRAPH <{WIRE}> {{ <a> <b> <c> }} }}", Nonconforming),
        (f"INSERT DATA {{ GRAPH <{OWN}> {{ <a> <b> <c> }} GRAPH <{ns.META_GRAPH}> {{ <a> <b> <c> }} }}", Nonconforming),
        (f"INSERT DATA {{ GRAPH <{OWN}> {{ <a> <b> <c> }} }} ; LOAD <http://127.0.0.1:9/>", InputError),
        (f"INSERT {{ GRAPH <{OWN}> {{ <a> <b> <c> }} }} WHERE {{ SERVICE <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}", InputError),
        (f"INSERT DATA {{ GRAPH <{OWN}> {{ <a> <b> <c> }} }} ; DROP GRAPH <urn:none>", InputError),
        ("INSERT DATA { <a> <b> }", QuerySyntaxError),
    ],
)
def test_an_update_loses_no_provenance(store: FolderWriter, text: str, error: type[Exception]) -> None:
    """It is refused, and nothing of it is done."""
    before = held(store)
    with pytest.raises(error):
        update(store, text, BASE, ONTO)
    assert held(store) == before


def test_without_articles_all_may_be_cleared(store: FolderWriter) -> None:
    """What the program knows stays."""
    for graph in store.graphs():
        if graph.startswith(ns.ARTICLE):
            store.drop(graph)
    put(store, OWN, triples("<a> <b> 1"), ONTO)
    assert update(store, "CLEAR ALL", BASE, ONTO) == [OWN]
    assert {ns.ONTOLOGY_GRAPH, ns.META_GRAPH} <= set(store.graphs())
