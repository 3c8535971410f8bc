"""Every term of RDF that the graph uses, as a named constant (docs/decisions/iri-policy.md)."""

from __future__ import annotations

from kg.terms import Iri

PREFIXES = {
    "article": "https://aikg.example/article/",
    "claim": "https://aikg.example/claim/",
    "dcterms": "http://purl.org/dc/terms/",
    "ent": "https://aikg.example/entity/",
    "kg": "https://aikg.example/ns#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "q": "https://aikg.example/qualifier/",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unit": "http://qudt.org/vocab/unit/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that every query may use without declaring them."""

KG, ENTITY, CLAIM, ARTICLE, QUALIFIER = (PREFIXES[prefix] for prefix in ("kg", "ent", "claim", "article", "q"))
RDF, SKOS, UNIT, XSD = (PREFIXES[prefix] for prefix in ("rdf", "skos", "unit", "xsd"))

GRAPHS = "https://aikg.example/"
ONTOLOGY_GRAPH = Iri(GRAPHS + "ontology")
META_GRAPH = Iri(GRAPHS + "meta")
DEFAULT_GRAPH = Iri(GRAPHS + "default")
"""The named graph that updates and the Graph Store Protocol know as the default graph."""
STORE = Iri(META_GRAPH + "#store")


def _terms(prefix: str, names: str) -> list[Iri]:
    return [Iri(PREFIXES[prefix] + name) for name in names.split()]


RDF_TYPE, RDF_SUBJECT, RDF_PREDICATE, RDF_OBJECT = _terms("rdf", "type subject predicate object")
RDF_VALUE, RDF_SEQ = _terms("rdf", "value Seq")
RDF_MEMBER = RDF + "_"

KG_CLAIM, KG_DATE_VALUE, KG_EVIDENCE, KG_MODALITY = _terms("kg", "Claim DateValue evidence modality")
KG_CONFIDENCE, KG_AS_OF, KG_COMPARATOR, KG_UNIT = _terms("kg", "confidence asOf comparator unit")
KG_SPEAKERS, KG_LABELS, KG_RESOLUTION, KG_RESOLUTIONS = _terms("kg", "speakers labels resolution resolutions")
KG_DISCOVERED_IN, KG_SHA256, KG_EXTRACTOR = _terms("kg", "discoveredIn sha256 extractor")
KG_ONTOLOGY_VERSION, KG_FORMAT_VERSION = _terms("kg", "ontologyVersion formatVersion")
KG_TICKER, KG_WEAK_LABEL, KG_MAKER, KG_WITHIN, KG_PART_OF = _terms("kg", "ticker weakLabel maker within partOf")

PROV_DERIVED_FROM, PROV_ATTRIBUTED_TO = _terms("prov", "wasDerivedFrom wasAttributedTo")

OA_SPECIFIC_RESOURCE, OA_HAS_SOURCE, OA_HAS_SELECTOR = _terms("oa", "SpecificResource hasSource hasSelector")
OA_POSITION_SELECTOR, OA_START, OA_END = _terms("oa", "TextPositionSelector start end")
OA_QUOTE_SELECTOR, OA_EXACT = _terms("oa", "TextQuoteSelector exact")

QUDT_QUANTITY_VALUE, QUDT_NUMERIC_VALUE, QUDT_HAS_UNIT = _terms("qudt", "QuantityValue numericValue hasUnit")

SCHEMA_ARTICLE, SCHEMA_HEADLINE, SCHEMA_PUBLISHER, SCHEMA_URL = _terms("schema", "Article headline publisher url")
SCHEMA_DATE_PUBLISHED, SCHEMA_ARTICLE_BODY = _terms("schema", "datePublished articleBody")
SCHEMA_MIN_VALUE, SCHEMA_MAX_VALUE = _terms("schema", "minValue maxValue")

SKOS_CONCEPT, SKOS_PREF_LABEL, SKOS_ALT_LABEL, SKOS_EXACT_MATCH = _terms("skos", "Concept prefLabel altLabel exactMatch")

XSD_STRING, XSD_DECIMAL, XSD_DOUBLE, XSD_INTEGER, XSD_DATE = _terms("xsd", "string decimal double integer date")
XSD_G_YEAR, XSD_G_YEAR_MONTH, XSD_G_MONTH, XSD_G_MONTH_DAY = _terms("xsd", "gYear gYearMonth gMonth gMonthDay")

NUMBERS = (QUDT_NUMERIC_VALUE, SCHEMA_MIN_VALUE, SCHEMA_MAX_VALUE)
"""The parts of a quantity: its number, or the ends of its range."""

QUDT_UNITS: dict[str, Iri] = {
    "MW": Iri(UNIT + "MegaW"),
    "gal/d": Iri(UNIT + "GAL_US-PER-DAY"),
    "m3/d": Iri(UNIT + "M3-PER-DAY"),
    "day": Iri(UNIT + "DAY"),
    "month": Iri(UNIT + "MO"),
    "year": Iri(UNIT + "YR"),
}
"""Units that QUDT has; its currencies are ``CCY_`` and the ISO 4217 code."""


def article_iri(id: str) -> Iri:
    """The IRI of an article, which is also the name of its graph."""
    return Iri(ARTICLE + id)


def claim_iri(id: str) -> Iri:
    """The IRI of a claim."""
    return Iri(CLAIM + id)


def entity_iri(id: str) -> Iri:
    """The IRI of an entity, known or discovered."""
    return Iri(ENTITY + id)


def local(iri: str) -> str:
    """The last part of an IRI, behind its last ``/`` or ``#``.

    >>> local("https://aikg.example/ns#supplies")
    'supplies'
    """
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
