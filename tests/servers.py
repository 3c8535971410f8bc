"""SPARQL servers of two makes, started on loopback for the tests of remote stores; absent ones skip with a reason."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kg.store_remote import Endpoint, RemoteStore

MAX_ROWS = 5_000
VIRTUOSO = """[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = t.db
TransactionFile = t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, ready: str) -> Iterator[None]:
    """The server while it runs, from when it first answers."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                try:
                    httpx.get(ready, trust_env=False)
                    break
                except httpx.TransportError:
                    assert server.poll() is None, f"{command[0]} ended by itself"
                    time.sleep(0.1)
            yield
        finally:
            server.kill()


@contextmanager
def oxigraph(folder: Path) -> Iterator[Endpoint]:
    """Oxigraph's own server, from the package ``oxigraph``."""
    program = shutil.which("oxigraph", path=Path(sys.executable).parent) or shutil.which("oxigraph")
    if not program:
        pytest.skip("needs the program oxigraph (package oxigraph)")
    address = f"127.0.0.1:{free_port()}"
    with running([program, "serve", "--location", "data", "--bind", address], folder, f"http://{address}/"):
        yield Endpoint(f"http://{address}/query", f"http://{address}/update", f"http://{address}/store")


@contextmanager
def virtuoso(folder: Path, rows: int = MAX_ROWS) -> Iterator[Endpoint]:
    """Virtuoso 7, which cuts answers off at so many rows, from Debian's package ``virtuoso-opensource-7``."""
    program = shutil.which("virtuoso-t")
    if not program:
        pytest.skip("needs the program virtuoso-t (Debian's virtuoso-opensource-7)")
    port = free_port()
    (folder / "v.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port, rows=rows))
    address = f"http://127.0.0.1:{port}/sparql"
    with running([program, "+foreground", "+configfile", "v.ini"], folder, address):
        auth = f"{address}-auth", f"{address}-graph-crud-auth"
        yield Endpoint(address, *auth, user="dba", password="dba", digest=True)


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Where Oxigraph's server is."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Where Virtuoso is."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as endpoint:
        yield endpoint


def emptied(endpoint: Endpoint) -> Endpoint:
    """The same server without any of our graphs."""
    with RemoteStore(endpoint) as store:
        for graph in store.graphs():
            store.drop(graph)
    return endpoint
