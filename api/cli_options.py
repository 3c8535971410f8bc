"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from api.shapes import Lang

StorePath = Annotated[
    str | None, typer.Option("--store", help="The folder or the server of the store; else KG_STORE, else kg-data.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, for a program.")]
Spoken = Annotated[
    Lang | None, typer.Option("--lang", help="The language of words, labels and citations; else the question's, else English.")
]
Language = Annotated[Lang, typer.Option("--lang", help="The language of citations and labels.")]
