"""``kg serve`` and ``kg mcp``: the faces of a store that programs talk to."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli_options import StorePath
from api.settings import read_settings


def serve(
    store: StorePath = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; else KG_HOST, else this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one; else KG_PORT, else 8000.")] = None,
    workers: Annotated[int | None, typer.Option(help="Web processes; else KG_WORKERS, else 1.")] = None,
) -> None:
    """Serve the store over HTTP until interrupted."""
    from api.serving import serve as run

    # Processes that are started import the main module anew where they find it: half a second each, for nothing.
    vars(sys.modules["__main__"]).pop("__file__", None)
    sys.modules["__main__"].__spec__ = None
    run(read_settings(store=store, host=host, port=port, workers=workers))


def mcp(store: StorePath = None) -> None:
    """Offer the store's tools to a language model over standard input and output (Model Context Protocol)."""
    from api.mcp import server

    server(read_settings(store=store)).run("stdio")
