"""Every term of RDF that the graph uses, as a named constant (docs/decisions/iri-policy.md)."""

from __future__ import annotations

from kg.terms import Iri

KG = "https://aikg.example/ns#"
ENTITY = "https://aikg.example/entity/"
CLAIM = "https://aikg.example/claim/"
ARTICLE = "https://aikg.example/article/"
QUALIFIER = "https://aikg.example/qualifier/"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
QUDT = "http://qudt.org/schema/qudt/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
UNIT = "http://qudt.org/vocab/unit/"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: dict[str, str] = {
    "article": ARTICLE,
    "claim": CLAIM,
    "dcterms": DCTERMS,
    "ent": ENTITY,
    "kg": KG,
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
    "q": QUALIFIER,
    "qudt": QUDT,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "unit": UNIT,
    "xsd": XSD,
}
"""The prefixes that every query may use without declaring them."""

ONTOLOGY_GRAPH = Iri("https://aikg.example/ontology")
META_GRAPH = Iri("https://aikg.example/meta")
STORE = Iri("https://aikg.example/meta#store")

RDF_TYPE = Iri(RDF + "type")
RDF_SUBJECT = Iri(RDF + "subject")
RDF_PREDICATE = Iri(RDF + "predicate")
RDF_OBJECT = Iri(RDF + "object")
RDF_VALUE = Iri(RDF + "value")
RDF_SEQ = Iri(RDF + "Seq")
RDF_MEMBER = RDF + "_"

KG_CLAIM = Iri(KG + "Claim")
KG_DATE_VALUE = Iri(KG + "DateValue")
KG_EVIDENCE = Iri(KG + "evidence")
KG_MODALITY = Iri(KG + "modality")
KG_CONFIDENCE = Iri(KG + "confidence")
KG_AS_OF = Iri(KG + "asOf")
KG_COMPARATOR = Iri(KG + "comparator")
KG_UNIT = Iri(KG + "unit")
KG_SPEAKERS = Iri(KG + "speakers")
KG_LABELS = Iri(KG + "labels")
KG_RESOLUTION = Iri(KG + "resolution")
KG_RESOLUTIONS = Iri(KG + "resolutions")
KG_DISCOVERED_IN = Iri(KG + "discoveredIn")
KG_SHA256 = Iri(KG + "sha256")
KG_EXTRACTOR = Iri(KG + "extractor")
KG_ONTOLOGY_VERSION = Iri(KG + "ontologyVersion")
KG_FORMAT_VERSION = Iri(KG + "formatVersion")
KG_TICKER = Iri(KG + "ticker")
KG_WEAK_LABEL = Iri(KG + "weakLabel")
KG_MAKER = Iri(KG + "maker")
KG_WITHIN = Iri(KG + "within")
KG_PART_OF = Iri(KG + "partOf")

PROV_DERIVED_FROM = Iri(PROV + "wasDerivedFrom")
PROV_ATTRIBUTED_TO = Iri(PROV + "wasAttributedTo")

OA_SPECIFIC_RESOURCE = Iri(OA + "SpecificResource")
OA_HAS_SOURCE = Iri(OA + "hasSource")
OA_HAS_SELECTOR = Iri(OA + "hasSelector")
OA_POSITION_SELECTOR = Iri(OA + "TextPositionSelector")
OA_QUOTE_SELECTOR = Iri(OA + "TextQuoteSelector")
OA_START = Iri(OA + "start")
OA_END = Iri(OA + "end")
OA_EXACT = Iri(OA + "exact")

QUDT_QUANTITY_VALUE = Iri(QUDT + "QuantityValue")
QUDT_NUMERIC_VALUE = Iri(QUDT + "numericValue")
QUDT_HAS_UNIT = Iri(QUDT + "hasUnit")

SCHEMA_ARTICLE = Iri(SCHEMA + "Article")
SCHEMA_HEADLINE = Iri(SCHEMA + "headline")
SCHEMA_PUBLISHER = Iri(SCHEMA + "publisher")
SCHEMA_URL = Iri(SCHEMA + "url")
SCHEMA_DATE_PUBLISHED = Iri(SCHEMA + "datePublished")
SCHEMA_ARTICLE_BODY = Iri(SCHEMA + "articleBody")
SCHEMA_MIN_VALUE = Iri(SCHEMA + "minValue")
SCHEMA_MAX_VALUE = Iri(SCHEMA + "maxValue")

NUMBERS = (QUDT_NUMERIC_VALUE, SCHEMA_MIN_VALUE, SCHEMA_MAX_VALUE)
"""The parts of a quantity: its number, or the ends of its range."""

SKOS_CONCEPT = Iri(SKOS + "Concept")
SKOS_PREF_LABEL = Iri(SKOS + "prefLabel")
SKOS_ALT_LABEL = Iri(SKOS + "altLabel")
SKOS_EXACT_MATCH = Iri(SKOS + "exactMatch")

XSD_STRING = Iri(XSD + "string")
XSD_DOUBLE = Iri(XSD + "double")
XSD_INTEGER = Iri(XSD + "integer")
XSD_DATE = Iri(XSD + "date")
XSD_G_YEAR = Iri(XSD + "gYear")
XSD_G_YEAR_MONTH = Iri(XSD + "gYearMonth")
XSD_G_MONTH = Iri(XSD + "gMonth")
XSD_G_MONTH_DAY = Iri(XSD + "gMonthDay")

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
