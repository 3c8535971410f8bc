"""SPARQL as text: what can be told, and refused, before anything is parsed (SPARQL 1.1 Query, section 19)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.errors import InputError, QuerySyntaxError
from kg.terms import Iri, nt

PN_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff_"
)
PN_MORE = "0-9\u00b7\u0300-\u036f\u203f\u2040"
"""The characters that names begin with and those that go on with them, as the grammar of SPARQL has them."""
TOKEN = re.compile(
    rf"""
    (?P<comment> \#[^\r\n]* )
  | (?P<long>    \"{{3}}(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"{{3}} | '{{3}}(?:(?:'|'')?(?:[^'\\]|\\.))*'{{3}} )
  | (?P<string>  "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
  | (?P<star>    << )
  | (?P<iri>     <[^<>"{{}}|^`\\\x00-\x20]*+(?:\\[uU][0-9A-Fa-f]++[^<>"{{}}|^`\\\x00-\x20]*+)*+> )
  | (?P<end>     >> )
  | (?P<name>    [?$][{PN_BASE}{PN_MORE}]+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<word>    [{PN_BASE}][{PN_BASE}{PN_MORE}-]* ) (?: :(?:[{PN_BASE}{PN_MORE}:.%-]|\\.)* )?
  | (?P<local>   :(?:[{PN_BASE}{PN_MORE}:.%-]|\\.)* )
  | (?P<open>    [{{(\[] )
  | (?P<close>   [}})\]] )
  | (?P<sign>    [!^+-] )
    """,
    re.VERBOSE | re.DOTALL,
)
REFUSED = {"SERVICE": "queries are answered from this store alone", "LOAD": "send the data itself"}


ALTERS = re.compile(r"[#'()\[\]]")
"""What makes the text behind an IRI mean something else where its bracket compares instead."""
ABSOLUTE = re.compile(r"<[A-Za-z][\w+.-]*://")
"""No comparison: nothing is divided twice in a row."""
OPERATORS = tuple("=<>*/|&,")
AROUND = 200
"""Characters from a keyword on, up to the next brace, that tell one place of it from another."""
READINGS = 8
"""How many ways to read a text are looked at."""
HASH = "\ue000"
"""What stands for # in an IRI while rdflib parses it, which takes some of those for comments."""


def bare(sparql: str) -> str:
    """What a query says outside comments, strings, IRIs, variables and local names: keywords and prefixes, in capitals.

    >>> bare('SELECT ?from { ?s ex:service "FROM" } # SERVICE')
    'SELECT EX'
    """
    return " ".join(found["word"].upper() for found in TOKEN.finditer(sparql) if found["word"])


def _readings(sparql: str) -> Iterator[str]:
    """Every way to read the text, each as one that has no other: of ``(?a<?b)FROM#>`` Oxigraph takes the way that parses.

    An IRI that stands behind an operand inside parentheses may be a comparison and what follows it, and ``<<`` one with an
    IRI; a space tells them apart.
    Raises :class:`QuerySyntaxError` where there are more than :data:`READINGS`.
    """
    pending: list[tuple[str, int, list[str]]] = [(sparql, 0, [])]
    for number in range(READINGS + 1):
        if not pending:
            return
        if number == READINGS:
            raise QuerySyntaxError("SPARQL: too many a < may compare or open an IRI; write a space behind those that compare")
        text, at, inside = pending.pop()
        end, operand = at, False
        for found in TOKEN.finditer(text, at):
            kind = found.lastgroup
            operand = not gap.endswith(OPERATORS) if (gap := text[end : found.start()].rstrip()) else operand
            if operand and inside[-1:] == ["("] and compares(text, found):
                other = f"{text[: found.start()]}< {text[found.start() + 1 :]}"
                pending.append((other, found.start() + 2, inside.copy()))
            if kind == "open":
                inside.append(found[0])
            elif kind == "close" and inside:
                inside.pop()
            operand = operand if kind == "comment" else kind not in ("open", "sign", "star")
            end = found.end()
        yield text


def check_query(sparql: str) -> tuple[str, ...]:
    """The graphs that the query names by FROM. Raises :class:`InputError` for SERVICE, :class:`QuerySyntaxError`."""
    return _checked(sparql, "SERVICE", "FROM")


def check_graphs(graphs: Iterable[str], held: Callable[[str], bool]) -> None:
    """Raises :class:`InputError` for a graph that the store does not hold."""
    for graph in graphs:
        if not held(graph):
            raise InputError(f"the store has no graph {nt(Iri(graph))}, and none is fetched")


def check_update(sparql: str) -> None:
    """Raises :class:`InputError` for SERVICE and LOAD, :class:`QuerySyntaxError`."""
    _checked(sparql, "SERVICE", "LOAD")


def _checked(sparql: str, *words: str) -> tuple[str, ...]:
    # The grammar takes milliseconds, so it decides only where such a word stands at a place for keywords. Oxigraph wants
    # no space around them (``trueSERVICE:x{}`` is a federated query), so parts of words count too.
    upper = sparql.upper()
    if not any(word in upper for word in words):
        return ()
    named: dict[str, None] = {}
    seen: set[str] = set()
    for reading in _readings(sparql):
        places = [match for match in TOKEN.finditer(reading) if any(word in (match["word"] or "").upper() for word in words)]
        said = {reading[match.start() : match.start() + AROUND].partition("{")[0] for match in places}
        if not said <= seen:
            found = [word for word in words if any(word in match["word"].upper() for match in places)]
            named |= dict.fromkeys(_named(_plain(reading), found, update="LOAD" in words))
        seen |= said
    return tuple(graph.replace(HASH, "#") for graph in named)


def _named(plain: str, found: Iterable[str], *, update: bool) -> tuple[str, ...]:
    """The graphs that one reading of a query names."""
    from kg.grammar import read  # which loads rdflib's parser

    try:
        fetches, graphs = read(plain, update=update)
    except QuerySyntaxError as error:
        for word in set(found) & REFUSED.keys():  # rather than find out whether the engine takes it
            raise InputError(f"{word} is refused: {REFUSED[word]} ({error})") from None
        raise
    for word in fetches:
        raise InputError(f"{word} is refused: {REFUSED[word]}")
    return tuple(graphs)


def _plain(sparql: str) -> str:
    """The same without comments, what strings say, and escapes, so that no reading of those can hide a keyword.

    >>> _plain('SELECT * { ?s a:b "#" } # SERVICE')
    'SELECT * { ?s a:b "" }  '
    """

    def plain(found: re.Match[str]) -> str:
        if found.lastgroup == "comment":
            return " "
        if found.lastgroup in ("long", "string"):
            return '""'
        return re.sub(r"\\[uU]", "_u", found[0]).replace("#", HASH)

    return TOKEN.sub(plain, sparql)


def compares(text: str, found: re.Match[str]) -> bool:
    """Whether the bracket that begins the token may be a comparison, and the text behind it then mean something else."""
    if found.lastgroup == "star":
        iri = TOKEN.match(text, found.start() + 1)
        return bool(iri and iri.lastgroup == "iri" and ALTERS.search(iri[0]))
    return found.lastgroup == "iri" and bool(ALTERS.search(found[0])) and not ABSOLUTE.match(found[0])


def depth(sparql: str) -> int:
    """How deep brackets, or signs in a row, are nested; engines parse them by recursion, which may end their process.

    >>> depth("SELECT * { { ?s ?p (1 [] '((((') FILTER(! !!#!\\n!!true) } }")
    5
    """
    return max(_depth(reading) for reading in _readings(sparql))


def _depth(reading: str) -> int:
    deepest = signs = 0
    inside: list[str] = []
    for found in TOKEN.finditer(reading):
        kind = found.lastgroup or ""
        signs = signs + 1 if kind == "sign" else signs if kind == "comment" else 0
        if kind in ("open", "star"):
            inside.append(kind)
        elif kind == "close":
            while inside and inside.pop() == "star":  # which was a comparison
                pass
        elif kind == "end" and inside[-1:] == ["star"]:
            inside.pop()
        deepest = max(deepest, len(inside), signs)
    return deepest


def check_depth(sparql: str, most: int) -> None:
    """Raises :class:`QuerySyntaxError` where it is nested deeper than ``most``."""
    if max(sum(map(sparql.count, ("{", "(", "[", "<<"))), sum(map(sparql.count, "!^+-"))) <= most:
        return  # there are not even so many
    if (found := depth(sparql)) > most:
        raise QuerySyntaxError(f"SPARQL: nested {found} deep; this server parses up to {most}")


def using(update: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update with its dataset given from outside (SPARQL 1.1 Protocol, section 2.2.3), as USING before each WHERE.

    Raises :class:`InputError` where the update says USING or WITH itself, or has no place to say it.

    >>> using("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", ["a:g"], [])
    'INSERT { ?s ?p 1 } USING <a:g> WHERE { ?s ?p ?o }'
    """
    if not default and not named:
        return update
    if {"USING", "WITH"} & set(bare(update).split()):
        raise InputError("the request names a dataset by using-graph-uri and the update by USING or WITH; only one may")
    clauses = " ".join([*(f"USING {nt(Iri(g))}" for g in default), *(f"USING NAMED {nt(Iri(g))}" for g in named)])
    pieces, last = [], 0
    for place in _wheres(update):
        pieces += [update[last:place], clauses, " "]
        last = place
    return "".join([*pieces, update[last:]])


def _wheres(update: str) -> Iterator[int]:
    level, before = 0, ""
    for found in TOKEN.finditer(update):
        level += (found.lastgroup == "open") - (found.lastgroup == "close")
        word = (found["word"] or "").upper()
        if level == 0 and word == "WHERE":
            if before == "DELETE":
                raise InputError("DELETE WHERE takes no dataset; write DELETE { … } WHERE { … }")
            yield found.start()
        before = word if found.lastgroup != "comment" else before
