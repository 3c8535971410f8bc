"""Which graphs a SPARQL update can change, told from its text, so that an update costs what it touches and not all there is.

A graph changes only where the update writes its name, a variable stands for it, or it says ALL or NAMED. The answer may
name too many graphs: every name in the text counts, whatever stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import InputError
from kg.namespaces import PREFIXES
from kg.oxigraph import parse
from kg.sparql import ABSOLUTE, ALTERS, TOKEN, bare
from kg.terms import Iri, nt

EVERY = re.compile("(CLEAR|DROP)(SILENT)?(ALL|NAMED)")
TRIPLE = "<a:a> <a:a> {} .\n"


def touches(update: str) -> set[Iri] | None:
    """All graphs besides the default one that the update can change, and more; None where only its outcome tells.

    >>> touches("INSERT { GRAPH <a:g> { ?s a:b 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }") is None  # a prefix that nobody declares
    True
    >>> sorted(touches("INSERT { GRAPH <a:g> { ?s <a:b> 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }"))
    ['a:b', 'a:g']
    >>> touches("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }") is None
    True
    """
    if EVERY.search(bare(update).replace(" ", "")) or _open(update):
        return None
    try:
        triples = parse("".join(_turtle(update)).encode(), "turtle")
        return {triple.object for triple in triples if isinstance(triple.object, Iri)}
    except InputError:
        return None


def _open(update: str) -> bool:
    """Whether a variable names a graph where it is written to, as in ``DELETE { GRAPH ?g …`` and ``DELETE WHERE``.

    Or may name one: where a ``<`` inside parentheses may compare, more than one text can be read.
    """
    inside, only_read, words, after_graph = "", False, ("", ""), False
    for found in TOKEN.finditer(update):
        kind, word = found.lastgroup, (found["word"] or "").upper()
        if kind == "open":
            only_read = words == (words[0], "WHERE") and words[0] != "DELETE" if not inside else only_read
            inside += found[0]
        elif kind == "close":
            inside, words = inside[:-1], ("", "")
        elif (kind == "name" and after_graph and not only_read) or (
            kind == "iri" and inside[-1:] == "(" and _compares(found[0])
        ):
            return True
        if kind != "comment":
            after_graph = word.endswith("GRAPH")
            words = (words[1], word) if word else words
    return False


def _compares(iri: str) -> bool:
    return bool(ALTERS.search(iri)) and not ABSOLUTE.match(iri)


def _turtle(update: str) -> Iterator[str]:
    """A document in Turtle with every name of the update, among its declarations: so the engine says what they stand for."""
    yield from (f"PREFIX {prefix}: {nt(Iri(iri))}\n" for prefix, iri in PREFIXES.items())
    declared, seen = "", set[str]()
    for found in TOKEN.finditer(update):
        token = found[0]
        if token.upper() in ("BASE", "PREFIX"):
            declared = token
        elif found.lastgroup == "iri" and declared:
            yield f"{declared} {token}\n"
            declared = ""
            seen.clear()
        elif declared and found.lastgroup in ("word", "local"):
            declared += f" {token}"
        elif (found.lastgroup == "iri" or ":" in token) and found.lastgroup in ("iri", "word", "local"):
            name = token.rstrip(".")  # which ends a triple
            if name not in seen and found["word"] != "_":
                seen.add(name)
                yield TRIPLE.format(name)
