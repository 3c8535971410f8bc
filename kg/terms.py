"""RDF terms and quads as plain frozen values, and canonical N-Quads (RDF 1.1 Concepts, RDF 1.1 N-Quads, RDFC-1.0 section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from kg.errors import InvalidValue


class Iri(str):
    """An absolute IRI."""

    __slots__ = ()


class Blank(str):
    """A blank node; its text begins with ``_:``. The program writes none, but queries and foreign graphs may hold some."""

    __slots__ = ()


XSD_STRING = Iri("http://www.w3.org/2001/XMLSchema#string")


class Literal(NamedTuple):
    """A literal: its lexical form, its datatype and, for ``rdf:langString``, its language."""

    text: str
    datatype: Iri = XSD_STRING
    lang: str = ""


Resource: TypeAlias = Iri | Blank
Term: TypeAlias = Iri | Blank | Literal


class Triple(NamedTuple):
    """A triple."""

    subject: Resource
    predicate: Iri
    object: Term


class Quad(NamedTuple):
    """A triple in a named graph."""

    subject: Resource
    predicate: Iri
    object: Term
    graph: Resource


NUMBERS = frozenset(Iri(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("decimal", "double"))
LANG_STRING = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
ESCAPES = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)} | {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
ESCAPED = re.compile("[" + "".join(map(re.escape, ESCAPES)) + "]")
SURROGATE = re.compile("[\ud800-\udfff]")
BREAKS = re.compile(r'[\x00-\x20<>"{}|^`\\]')
"""What no IRI has (RFC 3987): written between brackets, it would end there, and the rest be read as something else."""


def text(value: str, lang: str = "") -> Literal:
    """A plain or, with ``lang``, a language-tagged literal.

    Raises :class:`InvalidValue` for a lone surrogate, which is no Unicode character and which no store can keep.
    """
    if found := SURROGATE.search(value):
        raise InvalidValue(f"a lone surrogate U+{ord(found.group()):04X} at {found.start()} cannot be stored")
    return Literal(value, LANG_STRING, lang.lower()) if lang else Literal(value)


def plain_number(value: float) -> str:
    """The shortest decimal notation that reads back as the same float, without an exponent (as Oxigraph writes doubles).

    >>> plain_number(45e9), plain_number(1.5), plain_number(1e-7)
    ('45000000000', '1.5', '0.0000001')
    """
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def digits(term: Term) -> Term:
    """A decimal or a double in the notation that we write, however a server writes it; any other term as it is."""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        with suppress(ValueError):
            return Literal(plain_number(float(term.text)), term.datatype)
    return term


@lru_cache(maxsize=65536)
def _bracketed(iri: Iri) -> str:
    if found := BREAKS.search(iri):
        raise InvalidValue(f"{iri!r} is not an IRI: {found.group()!r} at {found.start()}")
    return f"<{iri}>"


def nt(term: Term) -> str:
    """The term in canonical N-Triples. Raises :class:`InvalidValue` for an IRI that is none: it may be a stranger's."""
    if not isinstance(term, Literal):
        return term if isinstance(term, Blank) else _bracketed(term)
    quoted = '"' + ESCAPED.sub(lambda found: ESCAPES[found.group()], term.text) + '"'
    if term.lang:
        return f"{quoted}@{term.lang}"
    return quoted if term.datatype == XSD_STRING else f"{quoted}^^{_bracketed(term.datatype)}"


def nquad(quad: Quad) -> str:
    """One line of canonical N-Quads, without its line break."""
    return f"{nt(quad.subject)} {nt(quad.predicate)} {nt(quad.object)} {nt(quad.graph)} ."


def canonical(quads: Iterable[Quad]) -> list[str]:
    """The distinct lines of canonical N-Quads in code point order: equal for equal datasets without blank nodes."""
    return sorted({nquad(quad) for quad in quads})
