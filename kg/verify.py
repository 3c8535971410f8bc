"""Rechecks every quote against the stored text, and every text against its hash (W3C Web Annotation, text selectors)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg import catalog, rdf_reading
from kg import namespaces as ns
from kg.errors import InputError, StoreError
from kg.model import Entity
from kg.rdf_reading import Said
from kg.store import Store
from kg.terms import Iri, Literal, Resource


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: in which article, in which claim (empty where it is the article itself), and what."""

    article: str
    claim: str
    what: str

    def __str__(self) -> str:
        return f"article {self.article}{', claim ' * bool(self.claim)}{self.claim}: {self.what}"


@dataclass(slots=True)
class Verification:
    """How much was checked, and every fault found."""

    articles: int = 0
    claims: int = 0
    quotes: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(store: Store, article: str | None = None) -> Verification:
    """Checks all articles, or one. Raises :class:`UnknownArticle` where there is no article of that id."""
    done = Verification()
    graphs = store.graphs() if article is None else (catalog.article_graph(store, article),)
    for graph in graphs:
        if graph.startswith(ns.ARTICLE):
            index = rdf_reading.said(store.quads(graph))
            known = catalog.described(store, catalog.entity_ids(index))
            claims = rdf_reading.of_type(index, ns.KG_CLAIM)
            id = graph.removeprefix(ns.ARTICLE)
            done.articles += 1
            done.claims += len(claims)
            done.quotes += len(_evidence(index))
            done.faults.extend(Fault(id, "", what) for what in _article_faults(graph, index))
            for node in claims:
                done.faults.extend(
                    Fault(id, node.removeprefix(ns.CLAIM), what) for what in _claim_faults(node, index, graph, known)
                )
            done.faults.extend(Fault(id, "", f"evidence {node} belongs to no claim") for node in _orphans(index, claims))
    return done


def _article_faults(graph: Iri, index: Said) -> Iterator[str]:
    texts, hashes = _texts(index, graph, ns.SCHEMA_ARTICLE_BODY), _texts(index, graph, ns.KG_SHA256)
    if len(texts) != 1 or len(hashes) != 1:
        yield f"has {len(texts)} texts and {len(hashes)} hashes instead of one of each"
    elif (found := hashlib.sha256(texts[0].encode()).hexdigest()) != hashes[0]:
        yield f"the text has the SHA-256 {found}, not {hashes[0]}"


def _claim_faults(node: Resource, index: Said, graph: Iri, known: dict[str, Entity]) -> Iterator[str]:
    body = "".join(_texts(index, graph, ns.SCHEMA_ARTICLE_BODY)[:1])
    try:
        claim = rdf_reading.claim(node, index, known)
    except (InputError, StoreError) as error:
        yield str(error)
        return
    if ns.article_iri(claim.article) != graph:
        yield f"is said to come from article {claim.article}"
    for span in claim.evidence:
        if (there := body[span.start : span.end]) != span.quote:
            yield f"quotes {span.quote!r}, but the text at {span.start}:{span.end} is {there!r}"
    for evidence in index[node].get(ns.KG_EVIDENCE, ()):
        sources = () if isinstance(evidence, Literal) else index.get(evidence, {}).get(ns.OA_HAS_SOURCE, ())
        if list(sources) != [graph]:
            yield f"evidence {evidence} has another source than its article"


def _evidence(index: Said) -> list[Resource]:
    return rdf_reading.of_type(index, ns.OA_SPECIFIC_RESOURCE)


def _orphans(index: Said, claims: list[Resource]) -> list[Resource]:
    owned = {evidence for node in claims for evidence in index[node].get(ns.KG_EVIDENCE, ())}
    return sorted(node for node in _evidence(index) if node not in owned)


def _texts(index: Said, node: Resource, predicate: Iri) -> list[str]:
    return [term.text for term in index.get(node, {}).get(predicate, ()) if isinstance(term, Literal)]
