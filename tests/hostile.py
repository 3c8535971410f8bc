"""What strangers may send to bring a SPARQL service down: queries, bodies, bytes. Each is to end with a clear 4xx or 5xx."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote

STRANGER = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
"""From where it is sent: strangers have other addresses than those whom they would keep from being served."""

DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=B", "Path": "/add"}
PART = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
STORE = "/rdf-graph-store?graph=https://own.example/hostile"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ENTITIES = (
    '<!DOCTYPE l [<!ENTITY a0 "a">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + f']><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="a:a"><x xmlns="a:">&a9;</x></rdf:Description></rdf:RDF>'
)


def _triples(count: int) -> str:
    return " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(count))


def _concat() -> str:
    steps = " ".join(f"BIND(CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(12))
    return f"SELECT (STRLEN(?x12) AS ?n) {{ BIND('{'x' * 100}' AS ?x0) {steps} }}"


def _values() -> str:
    rows = " ".join(map(str, range(20_000)))
    return f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {rows} }} VALUES ?b {{ {rows} }} VALUES ?c {{ {rows} }} }}"


def _doubling() -> str:
    return f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?x{n} {{ 1 2 3 4 }}' for n in range(40))} }}"


ANY = "(!<a:a>|^!<a:a>)"
REPLACE = "BIND(REPLACE(?x, 'x', ?x) AS ?y) BIND(REPLACE(?y, 'x', ?x) AS ?z)"
QUERIES = {
    "cartesian COUNT": f"SELECT (COUNT(*) AS ?n) {{ {_triples(6)} }}",
    "ORDER BY over everything": f"SELECT * {{ {_triples(3)} }} ORDER BY ?o0 ?o1 ?o2",
    "DISTINCT over everything": f"SELECT DISTINCT * {{ {_triples(3)} }}",
    "GROUP_CONCAT over everything": f"SELECT (GROUP_CONCAT(?o0) AS ?all) {{ {_triples(3)} }}",
    "CONCAT bomb": _concat(),
    "VALUES bomb": _values(),
    "VALUES doubling": _doubling(),
    "property paths": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY}* ?b . ?b {ANY}* ?c . ?c {ANY}* ?d . ?d {ANY}* ?e }}",
    "regex": f"SELECT * {{ {_triples(2)} FILTER(REGEX(STR(?o0), CONCAT('(a*)*b{{1,200}}(.{{1,200}})', STR(?o1)))) }}",
    "REPLACE bomb": f"SELECT (STRLEN(?z) AS ?n) {{ BIND('{'x' * 30_000}' AS ?x) {REPLACE} }}",
    "3,000 braces": "SELECT * " + "{" * 3000 + "}" * 3000,
    "10,000 signs": f"SELECT * {{ FILTER({'!' * 10_000}true) }}",
    "20,000 signs between comments": "ASK { FILTER(" + "!#\n" * 20_000 + "true) }",
    "3,000 triple terms": "ASK { " + "<< " * 3000 + "}",
    "10,000 UNIONs": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 10_000) + " }",
    "50,000 operators": f"SELECT * {{ FILTER({'+'.join(['1'] * 50_000)} > 2) }}",
    "a long path": f"SELECT * {{ ?s {'/'.join(['<a:b>?'] * 2_000)} ?o }}",
    "a huge literal": f"SELECT * {{ ?s ?p '{'x' * 2_000_000}' }}",
    "more rows than are sent": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1000000",
    "a CONSTRUCT of everything": f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {_triples(3)} }}",
    "nested EXISTS": "SELECT * { " + "FILTER EXISTS { ?s ?p ?o " * 60 + "} " * 60 + "}",
    "SERVICE": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
}


def bodies() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Bodies to post to ``/sparql`` and what is said of them."""
    for name, query in QUERIES.items():
        yield name, query.encode(), DIRECT
    yield "100 MB", b"#" * 100_000_000, DIRECT
    yield "not UTF-8", b"SELECT * { ?s ?p '\xff\xfe' }", DIRECT
    yield "UTF-16", "SELECT * { ?s ?p ?o }".encode("utf-16"), DIRECT
    yield "wrong media type", b"SELECT * { ?s ?p ?o }", {"Content-Type": "text/plain"}
    yield "no media type", b"SELECT * { ?s ?p ?o }", {}
    yield "NUL", b"\0" * 1000, DIRECT
    yield "not gzip", b"SELECT", DIRECT | {"Content-Encoding": "gzip"}
    yield "a form of 400,000 fields", b"a&" * 400_000, FORM
    yield "a form that is badly escaped", b"query=" + b"%" * 900_000, FORM
    yield "a form that is all escaped", b"query=" + b"%41" * 300_000, FORM
    yield "a form of 20,000 parts", PART * 20_000, PARTS
    yield "a long header", b"ASK {}", DIRECT | {"Accept": "a/b;q=0.1," * 4_000}
    yield "many headers", b"ASK {}", DIRECT | {f"X-{n}": "a" for n in range(250)}
    yield "deep JSON-LD", b'{"a:b":' * 20_000 + b"1" + b"}" * 20_000, {"Content-Type": "application/ld+json", "Path": STORE}
    yield "deep lists in JSON-LD", b"[" * 100_000 + b"]" * 100_000, {"Content-Type": "application/ld+json", "Path": STORE}
    yield "deep Turtle", b"<a:a> <a:b> " + b"[<a:b> " * 100_000, {"Content-Type": "text/turtle", "Path": STORE}
    yield "entities of entities", ENTITIES.encode(), {"Content-Type": "application/rdf+xml", "Path": STORE}


def told(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The path that a body goes to, and its headers; to be written it needs the token ``t``."""
    others = {name: value for name, value in headers.items() if name != "Path"}
    return headers.get("Path", "/sparql"), others | ({"Authorization": "Bearer t"} if "Path" in headers else {})


def sent(content: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """What httpx is handed, piece by piece where it is much: of one piece it copies the rest at every step."""
    if len(content) < 10_000_000:
        return {"content": content, "headers": headers}
    pieces = (content[start : start + 65_536] for start in range(0, len(content), 65_536))
    return {"content": pieces, "headers": headers | {"Content-Length": str(len(content))}}


RAW = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50 + b"\r\n\r\n",
    "a header of 10 MB": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000_000,
    "100,000 headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 100_000 + b"\r\n",
    "a wrong length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a wrong chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no target": b"GET \xff\xfe HTTP/1.1\r\n\r\n",
}


CHUNKED = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
CELL = "BIND(CONCAT({0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}) AS {1})"
CELLS = (
    f"SELECT ?d {{ BIND('{'x' * 100}' AS ?a) {CELL.format('?a', '?b')} {CELL.format('?b', '?c')} {CELL.format('?c', '?d')} }}"
)
PAGE = b"GET %s HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
RAW |= {
    "a long path as a page": PAGE % (b"/" + b"a" * 30_000),
    "a long cell on a page": PAGE % f"/query?query={quote(CELLS)}".encode(),
    "8,000 types": b"GET /claims HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: " + b"*/*," * 8_000 + b"\r\n\r\n",
    "a trailer without end": CHUNKED + b"5\r\nASK{}\r\n0\r\nX: " + b"a" * 10_000_000,
    "chunks of a byte": CHUNKED + b"1\r\na\r\n" * 500_000,
    "10,000 requests at once": b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000,
}
ASKS = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
LONG = f"SELECT (COUNT(*) AS ?n) {{ {_triples(6)} }}".encode()
MUCH = b"SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 9000"


def connected(port: int) -> socket.socket:
    """A stranger's connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(STRANGER, 0))


def said(port: int, content: bytes) -> str:
    """The status of the answer to these bytes, empty where the connection is closed without one."""
    got = b""
    with connected(port) as raw, suppress(OSError):  # cut while it is sent, or before it is shut
        raw.sendall(content)
        raw.shutdown(socket.SHUT_WR)
        while piece := raw.recv(65_536):
            got = got or piece
    return got[9:12].decode()


def many(port: int, count: int, first: bytes, *, leave: bool = False, seconds: float = 1.0) -> str:
    """So many connections that begin so, then leave at once, or say a byte now and then and read nothing."""
    held = [connected(port) for _ in range(count)]
    end = time.monotonic() + seconds
    for raw in held:
        with suppress(OSError):
            raw.sendall(first)
            if leave:
                raw.close()
    while not leave and time.monotonic() < end:
        for raw in held:
            with suppress(OSError):
                raw.send(b"a")
        time.sleep(0.1)
    for raw in held:
        raw.close()
    return "-"


WIRE: dict[str, Callable[[int], str]] = {
    **{name: partial(said, content=content) for name, content in RAW.items()},
    "200 slow heads": partial(many, count=200, first=b"GET / HTTP/1.1\r\nX: "),
    "200 answered before their bodies": partial(
        many, count=200, first=b"GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"
    ),
    "200 slow bodies": partial(many, count=200, first=ASKS % 1_000),
    "100 that do not read": partial(many, count=100, first=ASKS % len(MUCH) + MUCH),
    "100 that ask and leave": partial(many, count=100, first=ASKS % len(LONG) + LONG, leave=True),
}
"""What is sent over connections of its own to a port, and what comes of it."""
