"""Claims, entities and articles of a store as values of the model, in few queries whatever their number.

Lists come in a fixed order: claims by article and then by their first words, entities and articles by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias, TypedDict, TypeVar, Unpack, cast
from weakref import WeakKeyDictionary

from kg import namespaces as ns
from kg import rdf_reading
from kg.errors import InvalidValue, UnknownArticle, UnknownClaim, UnknownEntity
from kg.model import DATE, IDENTIFIER, Article, Claim, Entity, Modality, Reading, claim_order
from kg.store import Store
from kg.terms import Iri, Literal, Resource, Term, Triple, nt, text
from ontology import normal

Ids: TypeAlias = str | Sequence[str] | None
"""One id, several of which any will do, or no condition."""

ABOUT = """{ ?c rdf:subject ?e } UNION { ?c rdf:object ?e FILTER(STRSTARTS(STR(?e), STR(ent:))) }
  FILTER(STRSTARTS(STR(?c), STR(claim:)))"""
"""What claims are about."""

MANY = 20_000
"""How many claims are kept for the next question about the same state of a store."""

BATCH = 400
"""How many claims one query fetches."""

CLAIM_NODES = """SELECT ?n ?p ?o {{ VALUES (?g ?c) {{ {pairs} }} GRAPH ?g {{
  {{ ?c ?p ?o BIND(?c AS ?n) }} UNION {{ ?c ?part ?n . ?n ?p ?o FILTER(STRSTARTS(STR(?n), STR(?c))) }}
  UNION {{ ?c kg:evidence/(oa:hasSelector|kg:speakers) ?n . ?n ?p ?o }} }} }}"""
GRAPH_NODES = """SELECT ?n ?p ?o {{ VALUES (?g ?c) {{ {pairs} }} GRAPH ?g {{ ?n ?p ?o FILTER(
  ?p NOT IN (oa:hasSource, schema:articleBody, skos:prefLabel, skos:altLabel) && (?p != rdf:type || ?o = kg:Claim)) }} }}"""
"""The same where most claims of an article are wanted: its graph as it lies on disk, without what no claim is read from."""
ENTITY_NODES = """SELECT DISTINCT ?e ?p (IF(?p = kg:discoveredIn, ?p, ?said) AS ?o) {{ {which} GRAPH ?g {{
  {{ ?e a skos:Concept ; ?p ?said FILTER(?p != kg:labels) }}
  UNION {{ ?e a skos:Concept ; kg:labels ?names . ?names ?p ?said }} }} }}"""
"""What all graphs together say of entities, once however many say it, and the order of their names as if of themselves."""
CONCEPT = "FILTER(STRSTARTS(STR(?e), STR(ent:))) ?e a skos:Concept"
ARTICLES = """SELECT ?g ?sha ?extractor ?ontology ?title ?publisher ?url ?published {{ GRAPH ?g {{
  ?g a schema:Article ; kg:sha256 ?sha ; kg:extractor ?extractor ; kg:ontologyVersion ?ontology
  OPTIONAL {{ ?g schema:headline ?title }} OPTIONAL {{ ?g schema:publisher ?publisher }} OPTIONAL {{ ?g schema:url ?url }}
  OPTIONAL {{ ?g schema:datePublished ?published }} }} }}"""


LINKS = (
    ("subject", "rdf:subject", ns.ENTITY),
    ("object", "rdf:object", ns.ENTITY),
    ("predicate", "rdf:predicate", ns.KG),
    ("about", "(rdf:subject|rdf:object)", ns.ENTITY),
    ("speaker", "(prov:wasAttributedTo|kg:evidence/prov:wasAttributedTo)", ns.ENTITY),
)
"""Conditions on what a claim leads to: name, path, and the namespace of the ids."""


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What a store knows of an article, without its text; ``claims`` is how many it makes."""

    id: str
    title: str
    publisher: str
    url: str
    published: str
    sha256: str
    extractor: str
    ontology: str
    claims: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds; ``entities`` are those that claims talk about, ``known`` those of the ontology."""

    articles: int
    claims: int
    entities: int
    known: int
    predicates: Mapping[str, int]
    modalities: Mapping[str, int]


# --- claims


class Conditions(TypedDict, total=False):
    """What claims may have to meet, every condition that is given; ids, a modality or dates that are none are refused.

    ``about`` is the subject or the object; ``speaker`` says the claim or one of its spans. ``published_from`` and
    ``published_to`` (inclusive, ISO dates of any precision) ask for articles whose date may lie between.
    """

    subject: Ids
    predicate: Ids
    object: Ids
    about: Ids
    modality: Ids
    speaker: Ids
    article: Ids
    min_confidence: float | None
    published_from: str
    published_to: str


def claims(store: Store, *, limit: int | None = None, offset: int = 0, **conditions: Unpack[Conditions]) -> Iterator[Claim]:
    """The claims that meet the conditions; ``limit`` of them after the first ``offset``.

    Memory stays flat however many there are. Raises :class:`InvalidValue`.
    """
    whole = not any(value for name, value in conditions.items() if name != "article")
    return _page(store, _where(conditions), limit, offset, whole)


def count_claims(store: Store, **conditions: Unpack[Conditions]) -> int:
    """How many claims :func:`claims` would give for the same conditions."""
    return sum(count for _, count in _graphs(store, _where(conditions)))


def claim(store: Store, id: str) -> Claim:
    """The claim of that id. Raises :class:`UnknownClaim`."""
    node = ns.claim_iri(id)
    if IDENTIFIER.fullmatch(id):
        pairs = [(row[0], node) for row in _rows(store, f"SELECT ?g {{ GRAPH ?g {{ {nt(node)} a kg:Claim }} }}")]
        for found in _fetched(store, pairs):
            return found
    raise UnknownClaim(f"no claim {id!r}")


def chosen(store: Store, ids: Sequence[str]) -> list[Claim]:
    """The claims of those ids, in their order; ids that no claim has are left out."""
    known = kept(_chosen, store)
    if len(known) > MANY:
        known.clear()
    nodes = [ns.claim_iri(id) for id in ids if id not in known and IDENTIFIER.fullmatch(id)]
    pattern = f"SELECT ?g ?c {{ VALUES ?c {{ {' '.join(map(nt, nodes))} }} GRAPH ?g {{ ?c a kg:Claim }} }}"
    known |= {claim.id: claim for claim in _fetched(store, _rows(store, pattern))} if nodes else {}
    return [known[id] for id in ids if id in known]


def surest(store: Store, about: str, most: int) -> list[Claim]:
    """The claims about a thing; where there are more than ``most``, those that were read with the greatest confidence."""
    found = f"{_where({'about': about})} GRAPH ?g {{ ?c kg:confidence ?sure }}"
    rows = _rows(store, f"SELECT DISTINCT ?g ?c ?sure {{ {found} }} ORDER BY DESC(?sure) ?c LIMIT {most}")
    return sorted(_fetched(store, [row[:2] for row in rows]), key=claim_order)


def _where(conditions: Conditions) -> str:
    """The conditions as a pattern that binds ``?g`` and ``?c``."""
    if strange := conditions.keys() - Conditions.__annotations__.keys():
        raise TypeError(f"no such condition: {', '.join(strange)}")
    parts = ["?c a kg:Claim"]
    for n, (name, path, namespace) in enumerate(LINKS):
        if (ids := cast("Ids", conditions.get(name))) is not None:
            parts.append(f"VALUES ?v{n} {{ {_iris(ids, namespace)} }} ?c {path} ?v{n}")
    if (modality := conditions.get("modality")) is not None:
        parts.append(f"VALUES ?m {{ {' '.join(nt(text(_modality(m))) for m in _several(modality))} }} ?c kg:modality ?m")
    if (least := conditions.get("min_confidence")) is not None:
        parts.append(f"?c kg:confidence ?confidence FILTER(?confidence >= {float(least)!r})")
    if days := list(_dated(conditions.get("published_from", ""), conditions.get("published_to", ""))):
        parts.append("?g schema:datePublished ?published BIND(STR(?published) AS ?day)")
        parts.extend(f"FILTER({test})" for test in days)
    article = conditions.get("article")
    within = f"VALUES ?g {{ {_iris(article, ns.ARTICLE)} }} " if article is not None else ""
    return f"{within}GRAPH ?g {{ {' . '.join(parts)} }}"


def _several(ids: str | Sequence[str]) -> Sequence[str]:
    return (ids,) if isinstance(ids, str) else ids


def _iris(ids: str | Sequence[str], namespace: str) -> str:
    for id in _several(ids):
        if not IDENTIFIER.fullmatch(id):
            raise InvalidValue(f"{id!r} is not an id of the form {IDENTIFIER.pattern}")
    return " ".join(nt(Iri(namespace + id)) for id in _several(ids))


def _modality(name: str) -> Modality:
    try:
        return Modality(name)
    except ValueError:
        raise InvalidValue(f"unknown modality {name!r}; known: {', '.join(Modality)}") from None


def _dated(first: str, last: str) -> Iterator[str]:
    """Tests that ``?day``, which may be a mere year or month, may lie between; one lies in another where it begins so."""
    for date, order in ((first, ">="), (last, "<=")):
        if date:
            if date.startswith("--") or not DATE.fullmatch(date):
                raise InvalidValue(f"{date!r} is not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")
            yield f'?day {order} "{date}" || STRSTARTS(?day, "{date}") || STRSTARTS("{date}", ?day)'


def _graphs(store: Store, where: str) -> list[tuple[Iri, int]]:
    """The graphs that hold matching claims, in order, with how many."""
    known = kept(_counted, store)
    if where not in known:
        # Sorted here: the engine, which compares terms as SPARQL wants it, takes five times as long.
        rows = _rows(store, f"SELECT ?g (COUNT(DISTINCT ?c) AS ?n) {{ {where} }} GROUP BY ?g")
        known.clear()
        known[where] = sorted((Iri(_text(graph)), int(_text(count))) for graph, count in rows)
    return known[where]


def _page(store: Store, where: str, limit: int | None, offset: int, whole: bool) -> Iterator[Claim]:
    """Skips whole articles by their counts, and fetches articles in batches of about ``BATCH`` claims, most or some of them."""
    left, skip = limit, offset
    for batch, count in _batches(_graphs(store, where)):
        if skip >= count:
            skip -= count
            continue
        if left is not None and left <= 0:
            return
        pattern = f"SELECT DISTINCT ?g ?c {{ VALUES ?g {{ {' '.join(map(nt, batch))} }} {where} }}"
        found = sorted(_fetched(store, _rows(store, pattern), whole), key=claim_order)
        chosen = found[skip : None if left is None else skip + left]
        yield from chosen
        skip = 0
        left = None if left is None else left - len(chosen)


def _batches(graphs: Iterable[tuple[Iri, int]]) -> Iterator[tuple[list[Iri], int]]:
    batch: list[Iri] = []
    size = 0
    for graph, count in graphs:
        if batch and size + count > BATCH:
            yield batch, size
            batch, size = [], 0
        batch.append(graph)
        size += count
    if batch:
        yield batch, size


def _fetched(store: Store, pairs: Iterable[Sequence[Term | None]], whole: bool = False) -> list[Claim]:
    """The claims at the nodes, given as pairs of graph and node; ``whole`` where these are most of their graphs."""
    wanted = [(Iri(_text(graph)), Iri(_text(node))) for graph, node in pairs]
    if not wanted:
        return []
    given = dict(wanted).items() if whole else wanted
    listed = " ".join(f"({nt(graph)} {nt(node)})" for graph, node in given)
    index = rdf_reading.said(_triples(store, (GRAPH_NODES if whole else CLAIM_NODES).format(pairs=listed)))
    known = described(store, entity_ids(index))
    return [rdf_reading.claim(node, index, known) for _, node in wanted]


def entity_ids(index: rdf_reading.Said) -> set[str]:
    """The ids of all entities that are referred to."""
    terms = chain.from_iterable(chain.from_iterable(about.values()) for about in index.values())
    return {term.removeprefix(ns.ENTITY) for term in terms if not isinstance(term, Literal) and term.startswith(ns.ENTITY)}


# --- entities


Thing = TypeVar("Thing")
Cache: TypeAlias = WeakKeyDictionary[Store, tuple[int, dict[str, Thing]]]
_described: Cache[Entity] = WeakKeyDictionary()
_everything: Cache[Entity] = WeakKeyDictionary()
_chosen: Cache[Claim] = WeakKeyDictionary()
_told: Cache[int] = WeakKeyDictionary()
_counted: Cache[list[tuple[Iri, int]]] = WeakKeyDictionary()
_counts: Cache[Counts] = WeakKeyDictionary()


def kept(cache: Cache[Thing], store: Store) -> dict[str, Thing]:
    """What was kept for the store as it is now."""
    generation, found = cache.get(store, (None, {}))
    if generation != store.generation:
        found = {}
        cache[store] = (store.generation, found)
    return found


def described(store: Store, ids: Iterable[str]) -> dict[str, Entity]:
    """The entities of those ids, with all names that any graph gives them; unknown ids are left out."""
    known, wanted = kept(_described, store), set(ids)
    if missing := wanted - known.keys():
        known |= _entities(store, f"VALUES ?e {{ {' '.join(nt(ns.entity_iri(id)) for id in sorted(missing))} }}")
    return {id: known[id] for id in sorted(wanted & known.keys())}


def _entities(store: Store, which: str) -> dict[str, Entity]:
    return rdf_reading.entities(rdf_reading.said(_triples(store, ENTITY_NODES.format(which=which))))


def entity(store: Store, id: str) -> Entity:
    """The entity of that id. Raises :class:`UnknownEntity`."""
    found = described(store, [id]) if IDENTIFIER.fullmatch(id) else {}
    if id not in found:
        raise UnknownEntity(id)
    return found[id]


def _all(store: Store) -> dict[str, Entity]:
    known = kept(_everything, store)
    if not known:
        known |= dict(sorted(_entities(store, "").items()))
    return known


def entities(store: Store, text: str | None = None, type: str | None = None) -> list[Entity]:
    """All entities, or those of a type, or those that have a name like ``text`` in any script, width or case.

    With ``text``, those named exactly so come first, then names that begin so, then names that contain it.
    """
    fitting = [entity for entity in _all(store).values() if type is None or entity.type == type]
    if text is None:
        return fitting
    ranked = ((_rank(entity, normal(text)), entity.id, entity) for entity in fitting)
    return [entity for rank, _, entity in sorted((r for r in ranked if r[0] is not None), key=lambda r: r[:2])]


def called(store: Store, name: str) -> list[Entity]:
    """The entities of exactly that name, in any script, width or case."""
    wanted = normal(name)
    return [entity for entity in _all(store).values() if any(normal(label.text) == wanted for label in entity.labels)]


def talked_about(store: Store) -> dict[str, int]:
    """How many claims each thing has that claims are about, by its id."""
    known = kept(_told, store)
    if not known:
        rows = _rows(store, f"SELECT ?e (COUNT(DISTINCT ?c) AS ?n) {{ GRAPH ?g {{ {ABOUT} }} }} GROUP BY ?e")
        known |= {_text(entity).removeprefix(ns.ENTITY): int(_text(count)) for entity, count in rows}
    return known


def _rank(entity: Entity, wanted: str) -> tuple[int, int] | None:
    """How well a name fits, the best one first; None where none does."""
    names = (normal(label.text) for label in entity.labels)
    tests = ((0 if name == wanted else 1 if name.startswith(wanted) else 2, len(name)) for name in names if wanted in name)
    return min(tests, default=None)


# --- articles


def articles(store: Store) -> Iterator[Article]:
    """Every article with its text."""
    return (_article(store, graph) for graph in store.graphs() if graph.startswith(ns.ARTICLE))


def article(store: Store, id: str) -> Article:
    """The article of that id. Raises :class:`UnknownArticle`."""
    return _article(store, article_graph(store, id))


def article_infos(store: Store) -> list[ArticleInfo]:
    """Every article without its text."""
    claims = dict(_graphs(store, _where({})))
    return sorted((_info(row, claims) for row in _rows(store, ARTICLES.format())), key=lambda info: info.id)


def reading(store: Store, id: str) -> Reading:
    """All that was read from the article of that id. Raises :class:`UnknownArticle`."""
    quads = list(store.quads(article_graph(store, id)))
    return rdf_reading.reading(quads, described(store, entity_ids(rdf_reading.said(quads))))


def article_graph(store: Store, id: str) -> Iri:
    """The name of the article's graph. Raises :class:`UnknownArticle`."""
    graph = ns.article_iri(id)
    if not IDENTIFIER.fullmatch(id) or not store.query(f"ASK {{ GRAPH {nt(graph)} {{ ?s ?p ?o }} }}").boolean:
        raise UnknownArticle(f"no article {id!r}")
    return graph


def is_current(store: Store, article: Article, extractor: str, version: str) -> bool:
    """Whether the store holds just this article, read by that extractor with that version of the ontology."""
    graph = ns.article_iri(article.id)
    index = _about(store, graph)
    made = [_text(term) for p in (ns.KG_EXTRACTOR, ns.KG_ONTOLOGY_VERSION) for term in index.get(graph, {}).get(p, ())]
    return made == [extractor, version] and rdf_reading.article(graph, index) == article


def _article(store: Store, graph: Iri) -> Article:
    return rdf_reading.article(graph, _about(store, graph))


def _about(store: Store, graph: Iri) -> rdf_reading.Said:
    rows = _rows(store, f"SELECT ?p ?o {{ GRAPH {nt(graph)} {{ {nt(graph)} ?p ?o }} }}")
    return rdf_reading.said(_triple(graph, *row) for row in rows)


def _info(row: Sequence[Term | None], claims: Mapping[Iri, int]) -> ArticleInfo:
    graph, sha256, extractor, ontology, title, publisher, url, published = map(_text, row)
    id = graph.removeprefix(ns.ARTICLE)
    return ArticleInfo(id, title, publisher, url, published, sha256, extractor, ontology, claims.get(Iri(graph), 0))


# --- numbers


def counts(store: Store) -> Counts:
    """How much of what the store holds; counted once for a state of it."""
    known = kept(_counts, store)
    if not known:
        known[""] = _numbers(store)
    return known[""]


def _numbers(store: Store) -> Counts:
    predicates, modalities = (
        {ns.local(_text(name)): int(_text(count)) for name, count in _rows(store, _tally(predicate))}
        for predicate in ("rdf:predicate", "kg:modality")
    )
    return Counts(
        articles=_count(store, "?g a schema:Article"),
        claims=sum(predicates.values()),
        entities=len(talked_about(store)),
        known=_count(store, CONCEPT, "DISTINCT ?e") - _count(store, f"{CONCEPT} ; kg:discoveredIn ?in", "DISTINCT ?e"),
        predicates=predicates,
        modalities=modalities,
    )


def _tally(predicate: str) -> str:
    return f"SELECT ?k (COUNT(?c) AS ?n) {{ GRAPH ?g {{ ?c a kg:Claim ; {predicate} ?k }} }} GROUP BY ?k ORDER BY ?k"


def _count(store: Store, pattern: str, what: str = "*") -> int:
    row = next(_rows(store, f"SELECT (COUNT({what}) AS ?n) {{ GRAPH ?g {{ {pattern} }} }}"))
    return int(_text(row[0]))


# --- rows


def _rows(store: Store, sparql: str) -> Iterator[tuple[Term | None, ...]]:
    return store.query(sparql).rows()


def _triples(store: Store, sparql: str) -> set[Triple]:
    return {_triple(*row) for row in _rows(store, sparql)}


def _triple(subject: Term | None, predicate: Term | None, object: Term | None) -> Triple:
    assert isinstance(subject, Resource) and isinstance(predicate, Iri) and object is not None
    return Triple(subject, predicate, object)


def _text(term: Term | None) -> str:
    return term.text if isinstance(term, Literal) else term or ""
