"""When a value of a thing is told, in the order of :func:`kg.compare.timeline`, found without reading all of its claims."""

from __future__ import annotations

from kg import namespaces as ns
from kg.selection import first_day
from kg.store import Store
from kg.terms import Iri, Literal, nt

TOLD = """SELECT ?c ?as ?g ?published ?start {{ GRAPH ?g {{
  ?c rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object ?o FILTER(!STRSTARTS(STR(?o), STR(ent:)))
  ?c kg:evidence/oa:hasSelector/oa:start ?start
  OPTIONAL {{ ?c kg:asOf ?as }} OPTIONAL {{ ?g schema:datePublished ?published }} }} }}"""


def moments(store: Store, subject: str, predicate: str) -> list[str]:
    """The ids of the claims of that property of the thing of that id: by the day that they are about, then by publication."""
    found = TOLD.format(subject=nt(ns.entity_iri(subject)), predicate=nt(Iri(ns.KG + predicate)))
    places: dict[str, tuple[bool, str, str, str, int, str]] = {}
    for row in store.query(found).rows():
        claim, as_of, article, published, start = (term.text if isinstance(term, Literal) else term or "" for term in row)
        about = (as_of and first_day(as_of, published)) or first_day(published)
        place = not about, about, published, article, int(start), claim
        places[claim] = min(place, places.get(claim, place))
    return [claim.removeprefix(ns.CLAIM) for claim in sorted(places, key=places.__getitem__)]
