"""Which graphs a SPARQL update can change, told from its text, so that an update costs what it touches and not all there is.

A graph changes only where the update writes its name, a variable stands for it, or it says ALL or NAMED. The answer may
name too many graphs: every name in the text counts, whatever stands around it. Where the text has anything that is no
token, or tokens that can be divided otherwise, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import InputError
from kg.namespaces import PREFIXES
from kg.oxigraph import parse
from kg.sparql import PN_BASE, PN_MORE, TOKEN, bare, compares
from kg.terms import Iri, nt

EVERY = re.compile("(CLEAR|DROP)(SILENT)?(ALL|NAMED)")
TRIPLE = "<a:a> <a:a> {} .\n"
BETWEEN = re.compile(r"[\s\d.,;=<>*/|&?~]*")
"""What stands between tokens: numbers, operators and the ends of triples."""
STUCK = re.compile(f"(?<=[{PN_BASE}{PN_MORE}.-])[^ ]+|PREFIX[^ ]*:", re.IGNORECASE)
"""A name that may begin before, as ``a.-b:c`` does, and a declaration that sticks to its keyword."""


def touches(update: str) -> set[Iri] | None:
    """All graphs besides the default one that the update can change, and more; None where only its outcome tells.

    >>> touches("INSERT { GRAPH <a:g> { ?s a:b 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }") is None  # a prefix that nobody declares
    True
    >>> sorted(touches("INSERT { GRAPH <a:g> { ?s <a:b> 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }"))
    ['a:b', 'a:g']
    >>> touches("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }") is None
    True
    """
    if EVERY.search(bare(update).replace(" ", "")) or not _clear(update) or _open(update):
        return None
    try:
        triples = parse("".join(_turtle(update)).encode(), "turtle")
        return {triple.object for triple in triples if isinstance(triple.object, Iri)}
    except InputError:
        return None


def _clear(update: str) -> bool:
    """Whether the text is all tokens, and none that can be divided otherwise: ``true.x:y`` may be one name or two words."""
    end = 0
    for found in TOKEN.finditer(update):
        named = found.lastgroup in ("word", "local") and ":" in found[0]
        if not BETWEEN.fullmatch(update, end, found.start()) or (named and STUCK.fullmatch(update, found.start(), found.end())):
            return False
        end = found.end()
    return bool(BETWEEN.fullmatch(update, end))


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
        elif (kind == "name" and after_graph and not only_read) or (inside[-1:] == "(" and compares(update, found)):
            return True
        if kind != "comment":
            after_graph = word.endswith("GRAPH")
            words = (words[1], word) if word else words
    return False


def _turtle(update: str) -> Iterator[str]:
    """A document in Turtle with every name of the update, among its declarations: so the engine says what they stand for."""
    yield from (f"PREFIX {prefix}: {nt(Iri(iri))}\n" for prefix, iri in PREFIXES.items())
    known, declared, seen = {*PREFIXES}, "", set[str]()
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
            known.add(token.partition(":")[0])
        elif (found.lastgroup == "iri" or ":" in token) and found.lastgroup in ("iri", "word", "local"):
            name = token.rstrip(".")  # which ends a triple
            if name not in seen and found["word"] != "_":
                seen.add(name)
                yield from map(TRIPLE.format, (name, *_stuck(found, name, known)))


def _stuck(found: re.Match[str], name: str, known: set[str]) -> Iterator[str]:
    """The names that it ends with where its beginning is a keyword: ``GRAPHx:y`` is read as two words, whatever is declared."""
    word = found["word"] or ""
    yield from (name[n:] for n in range(1, len(word) + 1) if word[n:] in known)
