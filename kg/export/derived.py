"""The edges that rules add to a graph (``ontology/rules.yaml``), each citing the claims it follows from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg import catalog
from kg import namespaces as ns
from kg.derive import Atom, Rule, rules
from kg.export.edges import Edge, derived_edge
from kg.export.projection import GraphOptions
from kg.model import Article
from kg.store import Store
from kg.terms import Iri


def derived_edges(store: Store, articles: Mapping[str, Article], options: GraphOptions) -> Iterator[Edge]:
    """One edge for all that follows and that no claim says, by its first chain whose claims pass the options' filters."""
    wanted = options.selection.predicates
    inputs = replace(options.selection, predicates=frozenset(), types=frozenset())
    seen: set[tuple[str, ...]] = set()
    for rule in rules().rules:
        predicate = rule.then.properties[0]
        if wanted and predicate not in wanted:
            continue
        for one, other, *chain in store.query(_query(rule)).rows():
            ends = [str(end).removeprefix(ns.ENTITY) for end in (one, other)]
            claims = catalog.chosen(store, [str(claim).removeprefix(ns.CLAIM) for claim in chain])
            known = catalog.described(store, ends)
            key = (*ends, predicate)
            if key in seen or len(known) < 2 or not options.selection.touches(*known.values()):
                continue
            if not all(inputs.keeps(each, articles.get(each.article)) for each in claims):
                continue
            seen.add(key)
            yield derived_edge((known[ends[0]], known[ends[1]]), predicate, claims, articles, options)


def _query(rule: Rule) -> str:
    start, end, said = rule.then.subject, rule.then.object, Iri(ns.KG + rule.then.properties[0])
    claims = " ".join(f"?c{n}" for n, atom in enumerate(rule.when) if not atom.background)
    body = " ".join(_pattern(n, atom) for n, atom in enumerate(rule.when))
    known = f"?known rdf:subject ?{start} ; rdf:predicate <{said}> ; rdf:object ?{end}"
    return (
        f"SELECT DISTINCT ?{start} ?{end} {claims} {{ {body} FILTER(?{start} != ?{end}) FILTER NOT EXISTS {{ {known} }} }}"
        f" ORDER BY ?{start} ?{end} {claims}"
    )


def _pattern(n: int, atom: Atom) -> str:
    if atom.background:
        return f"?{atom.subject} kg:{atom.properties[0]}{'+' if atom.many else ''} ?{atom.object} ."
    named = " ".join(f"kg:{name}" for name in atom.properties)
    return (
        f"VALUES ?p{n} {{ {named} }} ?c{n} rdf:subject ?{atom.subject} ; rdf:predicate ?p{n} ; rdf:object ?{atom.object} . "
        f'FILTER NOT EXISTS {{ ?c{n} kg:modality "denied" }}'
    )
