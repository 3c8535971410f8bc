"""The SPARQL service beside ``oxigraph serve``, rdflib-endpoint and an endpoint without isolation: requests a second.

    python benchmarks/bench_service.py [QUADS] [SECONDS]

All serve the same generated graph and take turns, round after round, so that what else the machine does hits all of them;
ratios are medians over rounds. ``citation`` fetches one of 500 claims with quote and source, ``count`` takes over 50 ms.
Ours is measured with answers kept from query to query, as it comes, and without (``KG_CACHE=0``). rdflib-endpoint is measured
where it is installed (or in the environment of RDFLIB_PYTHON), on a tenth of the quads. Then it is told how soon our service
is ready on that graph and what its pages take there, and the hostile set runs against it: outcome, seconds, memory, and the
p99 of a neighbour, who asks something new each time, before and meanwhile. Strangers come from 127.0.0.2, as they come from
elsewhere where a service is public: clients of one address share its turns.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from generated import article, generated  # noqa: E402
from hostile import STRANGER, WIRE, bodies, sent, told  # noqa: E402
from servers import free_port, running  # noqa: E402

from kg.namespaces import claim_iri  # noqa: E402
from kg.store import open_store  # noqa: E402
from kg.store_oxigraph import fill_folder  # noqa: E402

CONNECTIONS = 8
CITATION = """SELECT ?p ?o ?quote ?title {{ GRAPH ?g {{ <{claim}> <https://aikg.example/ns#evidence> ?e . ?e ?p ?o .
  ?e <http://www.w3.org/ns/oa#hasSelector>/<http://www.w3.org/ns/oa#exact> ?quote .
  OPTIONAL {{ ?g <https://schema.org/headline> ?title }} }} }}"""
COUNT = """SELECT ?p (COUNT(*) AS ?n) { GRAPH ?g { ?c a <https://aikg.example/ns#Claim> ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?p } } GROUP BY ?p"""
IN_PROCESS = """
import sys, pyoxigraph as ox, uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
store = ox.Store.read_only(sys.argv[1])
def work(text):
    return bytes(store.query(text).serialize(format=ox.QueryResultsFormat.JSON))
async def answer(request):
    return Response(await to_thread.run_sync(work, request.query_params["query"]), media_type="application/sparql-results+json")
uvicorn.run(Starlette(routes=[Route("/sparql", answer)]), port=int(sys.argv[2]), log_level="error", access_log=False)
"""
RDFLIB = """
import sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


async def _one(port: int, requests: Iterator[bytes], end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        began = time.perf_counter()
        writer.write(next(requests))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert b" 200 " in head[:20], head
        if b"content-length" in head:
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        else:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        times.append(time.perf_counter() - began)
    writer.close()


def rate(port: int, path: str, queries: list[str], seconds: float) -> float:
    """Requests a second over eight connections."""
    raw = [
        f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: application/sparql-results+json\r\n\r\n".encode()
        for query in queries
    ]

    def endless() -> Iterator[bytes]:
        while True:
            yield from raw

    async def all_of_them() -> list[float]:
        times: list[float] = []
        requests, end = endless(), time.perf_counter() + seconds
        await asyncio.gather(*(_one(port, requests, end, times) for _ in range(CONNECTIONS)))
        return times

    began = time.perf_counter()
    return len(asyncio.run(all_of_them())) / (time.perf_counter() - began)


@contextmanager
def ours(store: Path, port: int, pause: float = 2, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """``kg serve`` while it runs."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--store", str(store), "--port", str(port)]
    environment = {**os.environ, "KG_RATE": "0", **settings}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/health/live")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            time.sleep(pause)
            yield process
        finally:
            process.terminate()


def pages(store: Path) -> None:
    """How soon it is ready on a large store, and what pages and questions take there, the first time and again."""
    port, began = free_port(), time.perf_counter()
    with ours(store, port, pause=0), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=400) as client:
        print(f"\nready after {time.perf_counter() - began:.1f} s; seconds and status, twice:")
        for path in ("/health", "/", "/ask?q=hm", "/ask?q=who+supplies+Colossus", "/entities", "/claims", "/articles"):
            print(f"{path:32}", end="", flush=True)
            for _ in range(2):
                began = time.perf_counter()
                status = client.get(path, headers={"Accept": "text/html, */*;q=0.1"}).status_code
                print(f"{time.perf_counter() - began:9.2f} {status}", end="", flush=True)
            print()


def memory(group: int) -> int:
    """Megabytes that a process group has resident."""
    listed = subprocess.run(["ps", "-eo", "pgid=,rss="], capture_output=True, text=True, check=True).stdout
    return sum(int(rss) for each, rss in map(str.split, listed.splitlines()) if int(each) == group) // 1024


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] * 1000 if len(times) > 1 else 0.0


def hostile(store: Path, query: str) -> None:
    """The table of what each does, and of what a neighbour notices."""
    port, deadline = free_port(), 2.0
    print(
        f"\n{'hostile, deadline 2 s':28} {'status':>6} {'seconds':>8} {'MB most':>8} {'MB after':>9} {'p99 ms':>8} {'quiet':>6}"
    )
    with (
        ours(store, port, KG_DEADLINE=str(deadline), KG_TOKEN="t") as process,
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=30, transport=httpx.HTTPTransport(local_address=STRANGER)
        ) as client,
    ):

        def neighbour(until: threading.Event, times: list[float]) -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                while not until.is_set() or len(times) < 100:
                    began = time.perf_counter()
                    other.get("/sparql", params={"query": f"{query} # {began}"}).raise_for_status()
                    times.append(time.perf_counter() - began)
                    most.append(memory(process.pid) if len(times) % 20 == 0 else 0)
                    time.sleep(0.005)

        def posted(content: bytes, headers: dict[str, str]) -> str:
            path, others = told(headers)
            try:
                return str(client.post(path, **sent(content, others)).status_code)
            except httpx.RemoteProtocolError:
                return "cut"
            except httpx.WriteError:
                return "413"

        def noticed(attack: Callable[[], str] | None = None) -> tuple[str, float, list[float]]:
            until, times = threading.Event(), list[float]()
            beside = threading.Thread(target=neighbour, args=(until, times))
            beside.start()
            began, status = time.perf_counter(), ""
            if attack is None:
                time.sleep(deadline)
            else:
                status = attack()
            taken = time.perf_counter() - began
            until.set()
            beside.join()
            return status, taken, times

        most: list[int] = [0]
        noticed()
        quiets, every, shares, longest = list[float](), list[float](), list[float](), 0.0
        attacks = {name: partial(posted, content, headers) for name, content, headers in bodies()}
        for name, attack in (attacks | {name: partial(attack, port) for name, attack in WIRE.items()}).items():
            _, _, quiet = noticed()
            most = [0]
            status, taken, times = noticed(attack)
            quiets, every, longest = quiets + quiet, every + times, max(longest, taken)
            shares.append(p99(times) / p99(quiet))
            after = memory(process.pid)
            print(
                f"{name:28} {status:>6} {taken:>8.2f} {max(most):>8} {after:>9} {p99(times):>8.1f} {p99(quiet):>6.1f}",
                flush=True,
            )
        print(f"longest beyond the deadline: {(longest - deadline) * 1000:.0f} ms")
        share, middle = p99(every) / p99(quiets), statistics.median(shares)
        print(f"neighbour's p99: {p99(every):.1f} ms, {share:.2f} of quiet; median of the rows {middle:.2f}")


@contextmanager
def servers(folder: Path, count: int) -> Iterator[dict[str, tuple[int, str]]]:
    """All of them, running: their ports and the paths of their endpoints."""
    found: dict[str, tuple[int, str]] = {}
    snapshot = max((folder / "kg" / "snapshots").iterdir()) / "db"
    with ExitStack() as stack:

        def run(name: str, command: list[str], path: str) -> None:
            port = free_port()
            filled = [each.format(port=port) for each in command]
            stack.enter_context(running(filled, folder, f"http://127.0.0.1:{port}/"))
            found[name] = port, path
            while socket.socket().connect_ex(("127.0.0.1", port)):  # rdflib takes its time
                time.sleep(1)

        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
        if program:
            load = [program, "load", "--location", folder / "ox", "--file", folder / "all.nq"]
            subprocess.run(load, check=True, capture_output=True)
            run(
                "oxigraph serve",
                [program, "serve-read-only", "--location", str(folder / "ox"), "--bind", "127.0.0.1:{port}"],
                "/query",
            )
        for workers, cache in ((1, ""), (2, ""), (1, "0"), (2, "0")):
            port, settings = free_port(), {"KG_WORKERS": str(workers), "KG_QUERIES": str(4 // workers)}
            stack.enter_context(ours(folder / "kg", port, **settings, **({"KG_CACHE": cache} if cache else {})))
            found[f"kg serve --workers {workers}" + (", no cache" if cache else "")] = port, "/sparql"
        run("in process, threads", [sys.executable, "-c", IN_PROCESS, str(snapshot), "{port}"], "/sparql")
        python = next((each for each in (sys.executable, os.environ.get("RDFLIB_PYTHON", "")) if each and has_rdflib(each)), "")
        if python:
            generated(folder / "tenth.nq", int(count / 10))
            run("rdflib-endpoint (1/10)", [python, "-c", RDFLIB, str(folder / "tenth.nq"), "{port}"], "/sparql")
        yield found


def has_rdflib(python: str) -> bool:
    """Whether that Python has rdflib-endpoint."""
    return not subprocess.run([python, "-c", "import rdflib_endpoint"], capture_output=True, check=False).returncode


def main(count: float = 2_500_000, seconds: float = 1, rounds: float = 5) -> None:
    """All of it."""
    with TemporaryDirectory(prefix="kg-bench-") as name:
        folder = Path(name)
        generated(folder / "all.nq", int(count))
        with (folder / "all.nq").open("rb") as file:
            fill_folder(folder / "kg", file)
        open_store(folder / "kg").close()
        citations = [CITATION.format(claim=claim_iri(article(number).claims[0].id)) for number in range(500)]
        with servers(folder, int(count)) as found:
            for kind, queries in (("citation", citations), ("count", [COUNT])):
                rates: dict[str, list[float]] = {server: [] for server in found}
                for turn in range(int(rounds) + 1):
                    for server, (port, path) in found.items():
                        if turn > 1 and rates[server][-1] < 1 / seconds:  # one that takes its time is measured once
                            rates[server].append(rates[server][-1])
                            continue
                        measured = rate(port, path, queries, seconds)
                        rates[server] += [measured] if turn else []  # the first warms them
                print(f"\n{kind:28} {'a second':>9}  and of it: " + "  ".join(each for each in rates if each.startswith("kg")))
                for server, each in rates.items():
                    shares = [
                        statistics.median(one / other for one, other in zip(rates[our], each, strict=True))
                        for our in rates
                        if our.startswith("kg")
                    ]
                    print(
                        f"{server:28} {statistics.median(each):9.1f}  {'  '.join(f'{share:9.2f}' for share in shares)}",
                        flush=True,
                    )
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        pages(folder / "kg")
        hostile(folder / "kg", citations[0])


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
