"""The SPARQL service beside ``oxigraph serve``, rdflib-endpoint and an endpoint without isolation: requests a second.

    python benchmarks/bench_service.py [QUADS] [SECONDS]

All serve the same generated graph in one run. ``citation`` fetches one claim with its quote and source, ``count`` takes more
than 50 ms. rdflib-endpoint is measured where it is installed (or in the environment of RDFLIB_PYTHON), on a tenth of the
quads. Then the hostile set runs against our service: outcome, seconds, memory, and the p99 of a neighbour before and meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostile import bodies  # noqa: E402
from readings import sample  # noqa: E402
from servers import free_port, running  # noqa: E402

import ontology  # noqa: E402
from kg.background import background_quads, meta_quads  # noqa: E402
from kg.rdf import quads  # noqa: E402
from kg.store import open_store  # noqa: E402
from kg.store_oxigraph import fill_folder  # noqa: E402
from kg.terms import nquad  # noqa: E402

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


def generated(path: Path, count: int) -> None:
    """N-Quads of so many: the background, and one article again and again under other names."""
    onto = ontology.load()
    text = "".join(f"{nquad(quad)}\n" for quad in quads(sample("a0000000"), ()))
    with path.open("w", encoding="utf-8") as file:
        background = [nquad(quad) for quad in (*background_quads(onto), *meta_quads(onto))]
        file.writelines(f"{line}\n" for line in background)
        for number in range((count - len(background)) // text.count("\n")):
            file.write(text.replace("a0000000", f"a{number:07}").replace("/claim/c_", f"/claim/c_{number:07}"))


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
def ours(store: Path, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
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
            time.sleep(2)
            yield process
        finally:
            process.terminate()


def memory(group: int) -> int:
    """Megabytes that a process group has resident."""
    listed = subprocess.run(["ps", "-eo", "pgid=,rss="], capture_output=True, text=True, check=True).stdout
    return sum(int(rss) for each, rss in map(str.split, listed.splitlines()) if int(each) == group) // 1024


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] * 1000 if len(times) > 1 else 0.0


def hostile(store: Path, query: str) -> None:
    """The table of what each does, and of what a neighbour notices."""
    port, deadline = free_port(), 2.0
    print(f"\n{'hostile, deadline 2 s':28} {'status':>6} {'seconds':>8} {'MB most':>8} {'MB after':>9} {'p99 ms':>8}")
    with (
        ours(store, port, KG_DEADLINE=str(deadline)) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):

        def neighbour(until: threading.Event, times: list[float]) -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                while not until.is_set():
                    began = time.perf_counter()
                    other.get("/sparql", params={"query": query}).raise_for_status()
                    times.append(time.perf_counter() - began)
                    most.append(memory(process.pid) if len(times) % 20 == 0 else 0)
                    time.sleep(0.005)

        def noticed(work: object, seconds: float = 0) -> tuple[httpx.Response | None, float, list[float]]:
            until, times = threading.Event(), []
            beside = threading.Thread(target=neighbour, args=(until, times))
            beside.start()
            began = time.perf_counter()
            time.sleep(seconds)
            answer = client.post("/sparql", content=work[0], headers=work[1]) if work else None  # type: ignore[index]
            taken = time.perf_counter() - began
            until.set()
            beside.join()
            return answer, taken, times

        most: list[int] = [0]
        _, _, quiet = noticed(None, 4)
        print(f"{'(quiet)':28} {'':>6} {'':>8} {max(most):>8} {memory(process.pid):>9} {p99(quiet):>8.1f}")
        every: list[float] = []
        for name, content, headers in bodies():
            most = [0]
            answer, taken, times = noticed((content, headers))
            every += times
            status = answer.status_code if answer else 0
            print(f"{name:28} {status:>6} {taken:>8.2f} {max(most):>8} {memory(process.pid):>9} {p99(times):>8.1f}")
        print(f"{'neighbour, all of it':63} {p99(every):>8.1f}  ({p99(every) / p99(quiet):.2f} of quiet)")


def has_rdflib(python: str) -> bool:
    """Whether that Python has rdflib-endpoint."""
    return not subprocess.run([python, "-c", "import rdflib_endpoint"], capture_output=True, check=False).returncode


def main(count: float = 2_500_000, seconds: float = 5) -> None:
    """All of it."""
    with TemporaryDirectory(prefix="kg-bench-") as name:
        folder = Path(name)
        generated(folder / "all.nq", int(count))
        with (folder / "all.nq").open("rb") as file:
            fill_folder(folder / "kg", file)
        open_store(folder / "kg").close()
        snapshot = max((folder / "kg" / "snapshots").iterdir()) / "db"
        claim = next(quad.subject for quad in quads(sample("a0000000"), ()) if "/claim/c_" in quad.subject).partition("#")[0]
        citations = [CITATION.format(claim=claim.replace("/claim/c_", f"/claim/c_{n:07}")) for n in range(500)]
        found: dict[str, dict[str, float]] = {}

        def measure(server: str, port: int, path: str) -> None:
            rate(port, path, citations[:20], 1)
            found[server] = {"citation": rate(port, path, citations, seconds), "count": rate(port, path, [COUNT], seconds)}
            print(
                f"{server:24} citation {found[server]['citation']:9.1f}/s   count {found[server]['count']:7.2f}/s", flush=True
            )

        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
        if program:
            subprocess.run(
                [program, "load", "--location", folder / "ox", "--file", folder / "all.nq"], check=True, capture_output=True
            )
            port = free_port()
            with running(
                [program, "serve-read-only", "--location", str(folder / "ox"), "--bind", f"127.0.0.1:{port}"],
                folder,
                f"http://127.0.0.1:{port}/",
            ):
                measure("oxigraph serve", port, "/query")
        for workers in (1, 2):
            port = free_port()
            with ours(folder / "kg", port, KG_WORKERS=str(workers), KG_QUERIES=str(4 // workers)):
                measure(f"kg serve --workers {workers}", port, "/sparql")
        port = free_port()
        with running([sys.executable, "-c", IN_PROCESS, str(snapshot), str(port)], folder, f"http://127.0.0.1:{port}/"):
            measure("in process, threads", port, "/sparql")
        rdflib = [
            each
            for each in (sys.executable, os.environ.get("RDFLIB_PYTHON", ""))
            if each and not subprocess.run([each, "-c", "import rdflib_endpoint"], capture_output=True).returncode
        ]
        if rdflib:
            generated(folder / "tenth.nq", int(count / 10))
            port = free_port()
            with running([rdflib[0], "-c", RDFLIB, str(folder / "tenth.nq"), str(port)], folder, f"http://127.0.0.1:{port}/"):
                while httpx.get(f"http://127.0.0.1:{port}/", timeout=None).status_code > 500:
                    time.sleep(1)
                measure("rdflib-endpoint (1/10)", port, "/sparql")
        best = found["kg serve --workers 2"]
        for server, rates in found.items():
            shares = [best[name] / rates[name] for name in ("citation", "count")]
            print(f"kg serve --workers 2 to {server:24} citation {shares[0]:8.2f}   count {shares[1]:6.2f}")
        hostile(folder / "kg", citations[0])


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
