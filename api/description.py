"""What the endpoint is and holds, as RDF (SPARQL 1.1 Service Description; VoID)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

from fastapi import Request, Response

from api import inside
from api.depends import Service
from api.formats import GRAPHS, MEDIA
from api.negotiate import best
from kg import namespaces as ns
from kg.oxigraph import write
from kg.terms import Blank, Iri, Literal, Term, Triple

SD, VOID, FORMATS = (
    "http://www.w3.org/ns/sparql-service-description#",
    "http://rdfs.org/ns/void#",
    "http://www.w3.org/ns/formats/",
)
COUNT = "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?g) AS ?documents) { GRAPH ?g { ?s ?p ?o } }"
ABOUT = {
    SD + "supportedLanguage": [SD + "SPARQL11Query", SD + "SPARQL11Update"],
    SD + "feature": [SD + "UnionDefaultGraph"],
    SD + "resultFormat": [FORMATS + each for each in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV")]
    + [FORMATS + each for each in ("SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")],
    SD + "inputFormat": [FORMATS + each for each in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")],
}
COUNTS: dict[tuple[inside.Place, int], dict[str, str]] = {}


async def counts(request: Request, service: Service) -> dict[str, str]:
    """How many triples and graphs there are; counted once for each state of the store."""
    place, generation = service.processes.place, service.store().generation
    if (place, generation) not in COUNTS:
        found = await service.processes.whole(request, COUNT, "", (), (), ("json",))
        COUNTS.clear()
        COUNTS[place, generation] = {
            name: each["value"] for name, each in json.loads(found.content)["results"]["bindings"][0].items()
        }
    return COUNTS[place, generation]


def triples(endpoint: str, counted: dict[str, str]) -> Iterator[Triple]:
    """The description."""
    service, dataset, graph = Iri(endpoint), Blank("_:dataset"), Blank("_:graph")

    def say(subject: Iri | Blank, predicate: str, *objects: Term) -> Iterator[Triple]:
        return (Triple(subject, Iri(predicate), each) for each in objects)

    yield from say(service, ns.RDF_TYPE, Iri(SD + "Service"))
    yield from say(service, SD + "endpoint", service)
    for predicate, objects in ABOUT.items():
        yield from say(service, predicate, *map(Iri, objects))
    yield from say(service, SD + "defaultDataset", dataset)
    yield from say(dataset, ns.RDF_TYPE, Iri(SD + "Dataset"), Iri(VOID + "Dataset"))
    yield from say(dataset, SD + "defaultGraph", graph)
    yield from say(graph, ns.RDF_TYPE, Iri(SD + "Graph"))
    yield from say(dataset, VOID + "sparqlEndpoint", service)
    yield from say(dataset, VOID + "uriSpace", Literal(ns.GRAPHS))
    yield from say(
        dataset, VOID + "vocabulary", *(Iri(iri) for iri in sorted(ns.PREFIXES.values()) if not iri.startswith(ns.GRAPHS))
    )
    yield from say(dataset, VOID + "dataDump", Iri(endpoint.removesuffix("sparql") + "export/nquads"))
    for name, number in counted.items():
        yield from say(dataset, VOID + name, Literal(number, Iri(ns.XSD + "integer")))


async def describe(request: Request, service: Service) -> Response:
    """The description in the format that Accept likes best."""
    kind = best(", ".join(request.headers.getlist("accept")), GRAPHS)
    output = BytesIO()
    write(triples(str(request.url.replace(query="")), await counts(request, service)), output, MEDIA[kind])
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Response(output.getvalue(), headers={"Content-Type": kind + charset, "Vary": "Accept"})
