"""Reads the ontology's Turtle files into frozen values and checks them (RDF 1.1 Turtle, OWL 2, SKOS)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import get_args

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ontology.model import Kind, KnownEntity, Label, OntologyError, Property

KG = "https://aikg.example/ns#"
ENTITY = "https://aikg.example/entity/"
QUALIFIER = "https://aikg.example/qualifier/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
OWL = "http://www.w3.org/2002/07/owl#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"

DATA_FILES = (".ttl", ".yaml", ".rq")
LINKS = {"maker": {"Organization", "Person"}, "within": {"Place"}, "partOf": {"Organization"}}
LANGUAGES = {"en": 0, "ja": 1}
NAMES = (SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
LINK_TERMS = tuple(KG + link for link in LINKS)
ENTITY_TERMS = {RDF_TYPE, *NAMES, SKOS + "exactMatch", KG + "weakLabel", KG + "ticker", *LINK_TERMS}

Term = NamedNode | BlankNode | Literal | Triple


def normal(text: str) -> str:
    """The form in which two spellings of a name are one: NFKC, case folded, without spaces and ・.

    >>> normal("ＳＢ エナジー") == normal("sb・エナジー")
    True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("・", "")
    return "".join(text.casefold().split())


def data(name: str) -> Traversable:
    """The file or folder of the ontology at a path such as ``lexicon.yaml`` or ``queries/suppliers.rq``."""
    return files("ontology") / name


@dataclass(frozen=True, slots=True)
class Ontology:
    """What can be said and what is known: properties and entities by name, the entity types, and a version.

    ``qualifiers`` are the labels of what a claim says more closely, by name.
    ``version`` is 12 hex digits that change with any data file of the ontology.
    """

    properties: Mapping[str, Property]
    entities: Mapping[str, KnownEntity]
    types: tuple[str, ...]
    version: str
    _named: Mapping[str, tuple[str, ...]] = field(repr=False)
    qualifiers: Mapping[str, tuple[Label, ...]] = field(default_factory=dict)

    def by_label(self, text: str) -> tuple[KnownEntity, ...]:
        """The entities of that name (see :func:`normal`), the one that bears it unambiguously first."""
        return tuple(self.entities[key] for key in self._named.get(normal(text), ()))

    def data(self, name: str) -> Traversable:
        """The same as the function :func:`data`."""
        return data(name)


@dataclass(slots=True)
class _Node:
    """All that one file says about one subject."""

    file: Traversable
    iri: str
    said: dict[str, list[Term]]

    @property
    def name(self) -> str:
        return _local(self.iri)

    def labels(self, *predicates: str) -> tuple[Label, ...]:
        terms = [term for predicate in predicates for term in self.said.get(predicate, ())]
        return tuple([Label(term.value, term.language or "") for term in terms if isinstance(term, Literal)])

    def names(self, *predicates: str) -> tuple[str, ...]:
        """The local names of the resources, and the texts of the literals, that are said under the predicates."""
        terms = [term for predicate in predicates for term in self.said.get(predicate, ())]
        return tuple([_local(t.value) if isinstance(t, NamedNode) else _text(t) for t in terms])

    def error(self, why: str) -> OntologyError:
        """An error that names the file and the line where the subject begins."""
        text = self.file.read_text("utf-8")
        found = re.search(rf"^(?:\w+:{re.escape(self.name)}|<{re.escape(self.iri)}>)(?=\s)", text, re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        return OntologyError(f"{self.file}:{line}: {self.name}: {why}")


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal | BlankNode) else str(term)


def _nodes(file: Traversable) -> dict[str, _Node]:
    """What a Turtle file says by subject, in the file's order. Blank nodes are left to the shapes."""
    nodes: dict[str, _Node] = {}
    last: object = None
    try:
        for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE):
            subject = quad.subject
            if not isinstance(subject, NamedNode):
                continue
            iri = subject.value
            if iri != last and iri in nodes and iri.startswith(ENTITY):
                raise nodes[iri].error("is described twice")
            last = iri
            node = nodes.setdefault(iri, _Node(file, iri, {}))
            node.said.setdefault(quad.predicate.value, []).append(quad.object)
    except SyntaxError as error:
        raise OntologyError(f"{file}:{error.lineno}: {error.msg}") from None
    except OSError as error:
        raise OntologyError(f"{file}: {error.strerror or error}") from None
    return nodes


def _of_type(nodes: Mapping[str, _Node], kind: str) -> Iterator[_Node]:
    return (node for node in nodes.values() if node.iri.startswith(KG) and kind in node.names(RDF_TYPE))


def _property(node: _Node, kind: Kind, types: frozenset[str]) -> Property:
    domain, range_ = (frozenset(node.names(SCHEMA + end)) for end in ("domainIncludes", "rangeIncludes"))
    units = frozenset(node.names(KG + "unit"))
    labels, definitions = node.labels(RDFS_LABEL), node.labels(SKOS + "definition")
    unknown = sorted((domain | range_) - types) if kind == "relation" else sorted(domain - types)
    wrong = (
        (unknown, f"unknown class {', '.join(unknown)}"),
        (not domain, "has no schema:domainIncludes"),
        (kind == "relation" and not range_, "has no schema:rangeIncludes"),
        (kind == "quantity" and not units, "has no kg:unit"),
        (not labels, "has no rdfs:label"),
    )
    if reason := next((why for fault, why in wrong if fault), ""):
        raise node.error(reason)
    symmetric = "SymmetricProperty" in node.names(RDF_TYPE)
    return Property(
        node.name, kind, domain, range_ if kind == "relation" else frozenset(), units, symmetric, labels, definitions
    )


def _properties(nodes: Mapping[str, _Node], types: frozenset[str]) -> dict[str, Property]:
    """The relations, quantities and dates of claims; other properties of the namespace have no domain among the types."""
    found = {}
    for node in _of_type(nodes, "ObjectProperty"):
        if node.names(SCHEMA + "domainIncludes"):
            found[node.name] = _property(node, "relation", types)
    for node in _of_type(nodes, "DatatypeProperty"):
        for value in node.names(KG + "valueKind"):
            kind = next((known for known in get_args(Kind) if known == value and known != "relation"), None)
            if kind is None:
                raise node.error(f'kg:valueKind is "{value}", not "quantity" or "date"')
            found[node.name] = _property(node, kind, types)
    return found


def _checked(node: _Node, types: frozenset[str]) -> str:
    """The type of an entity that has all it needs."""
    classes = [name for name in node.names(RDF_TYPE) if name != "Concept"]
    foreign = sorted(node.said.keys() - ENTITY_TERMS)
    wrong = (
        (foreign, f"unknown predicate {', '.join(foreign)}" if foreign else ""),
        (len(classes) != 1 or classes[0] not in types, f"unknown class {', '.join(classes) or 'none'}"),
        (SKOS + "prefLabel" not in node.said, "has no skos:prefLabel"),
        (any(len(node.said.get(link, ())) > 1 for link in LINK_TERMS), "has two values of a link"),
    )
    if reason := next((why for fault, why in wrong if fault), ""):
        raise node.error(reason)
    return classes[0]


def _rank(label: Label) -> int:
    return LANGUAGES.get(label.lang, len(LANGUAGES))


def _entity(node: _Node, types: frozenset[str]) -> KnownEntity:
    """One entity. What is a kg:weakLabel is weak even as its prefLabel; so is a ticker. A ticker of digits is no name.

    Its labels are the prefLabels, English before Japanese, the other names, the weak ones and the tickers.
    """
    type_ = _checked(node, types)
    leading, weak = sorted(node.labels(SKOS + "prefLabel"), key=_rank), node.labels(KG + "weakLabel")
    names = (*leading, *node.labels(*NAMES[1:]))
    tickers = tuple([label for label in node.labels(KG + "ticker") if not label.text.isdigit()])
    forms = {label.text: normal(label.text) for label in names + weak + tickers}
    if not all(forms.values()):
        raise node.error("has an empty label")
    strong = {forms[label.text] for label in names} - {forms[label.text] for label in weak}
    labels = {label.text: label for label in reversed(names + weak + tickers)}
    texts = list(forms)
    if weak or tickers:
        last = {label.text: 1 for label in weak} | {label.text: 2 for label in tickers} | {label.text: 0 for label in leading}
        texts.sort(key=lambda text: last.get(text, 0))
    maker, within, part_of = [next(iter(node.names(KG + link)), None) for link in LINKS]
    return KnownEntity(
        id=node.name,
        type=type_,
        labels=tuple([labels[text] for text in texts]),
        weak=frozenset([text for text, form in forms.items() if form not in strong]),
        tickers=node.names(KG + "ticker"),
        maker=maker,
        within=within,
        part_of=part_of,
        exact_match=tuple([term.value for term in node.said.get(SKOS + "exactMatch", ()) if isinstance(term, NamedNode)]),
    )


def _check_links(nodes: Mapping[str, _Node], entities: Mapping[str, KnownEntity]) -> None:
    """Every kg:maker, kg:within and kg:partOf points at a known entity of a fitting type, and none goes round."""
    for key, entity in entities.items():
        others = (entity.maker, entity.within, entity.part_of)
        if others == (None, None, None):
            continue
        for (link, fitting), other in zip(LINKS.items(), others, strict=True):
            if other is not None and (other not in entities or entities[other].type not in fitting):
                raise nodes[key].error(f"kg:{link} points at {other}, which is no known {' or '.join(sorted(fitting))}")
        for step in ("within", "part_of"):
            at = getattr(entity, step)
            if at is None:
                continue
            seen = {key}
            while at is not None and at not in seen:
                seen.add(at)
                at = getattr(entities[at], step) if at in entities else None
            if at is not None:
                raise nodes[key].error(f"kg:{'within' if step == 'within' else 'partOf'} goes round")


def _named(nodes: Mapping[str, _Node], entities: Mapping[str, KnownEntity]) -> dict[str, tuple[str, ...]]:
    """Normal form of each label → ids, the strong claimant (there may be one) first."""
    strong: dict[str, str] = {}
    weak: dict[str, list[str]] = {}
    for key, entity in entities.items():
        for label in entity.labels:
            form = normal(label.text)
            if label.text in entity.weak:
                weak.setdefault(form, []).append(key)
            elif strong.setdefault(form, key) != key:
                raise nodes[key].error(f'the label "{label.text}" is already one of {strong[form]}')
    forms = strong.keys() | weak.keys()
    return {form: tuple(dict.fromkeys([*([strong[form]] if form in strong else []), *weak.get(form, ())])) for form in forms}


def _data_files(folder: Traversable, below: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _data_files(entry, f"{below}{entry.name}/")
        elif entry.name.endswith(DATA_FILES):
            yield below + entry.name, entry


def _version(root: Traversable) -> str:
    state = hashlib.sha256()
    for name, file in _data_files(root):
        state.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()[:12]


def read(root: Traversable) -> Ontology:
    """The ontology in a folder: ``vocabulary.ttl`` and ``entities/*.ttl``.

    Raises :class:`OntologyError`, naming file and line, for a syntax error, an unknown class or predicate, a missing
    label, a label that two entities claim, and a link that points nowhere.
    """
    vocabulary = _nodes(root / "vocabulary.ttl")
    types = tuple(node.name for node in _of_type(vocabulary, "Class"))
    nodes: dict[str, _Node] = {}
    for name, file in _data_files(root / "entities", "entities/"):
        if name.endswith(".ttl"):
            for iri, node in _nodes(file).items():
                if not iri.startswith(ENTITY):
                    raise node.error(f"is not an entity: its IRI does not begin with {ENTITY}")
                if node.name in nodes:
                    raise node.error(f"is already described in {nodes[node.name].file}")
                nodes[node.name] = node
    entities = {key: _entity(node, frozenset(types)) for key, node in nodes.items()}
    _check_links(nodes, entities)
    return Ontology(
        properties=MappingProxyType(_properties(vocabulary, frozenset(types))),
        entities=MappingProxyType(entities),
        types=types,
        version=_version(root),
        _named=MappingProxyType(_named(nodes, entities)),
        qualifiers={node.name: node.labels(RDFS_LABEL) for iri, node in vocabulary.items() if iri.startswith(QUALIFIER)},
    )


@cache
def load() -> Ontology:
    """The ontology of this package, read once per process."""
    return read(files("ontology"))
