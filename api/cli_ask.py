"""``kg ask``: a question answered for a reader."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

import typer

from api import text
from api.cli_options import AsJson, Spoken, StorePath
from api.cli_read import opened, say, say_json
from api.shapes import Lang
from kg.ask import answer_json, references
from kg.ask import ask as answer
from kg.cite import STYLES, find_style
from kg.namespaces import GRAPHS

NOT_UNDERSTOOD = 1


def ask(
    question: Annotated[str, typer.Argument(help="In English or Japanese.")],
    sparql: Annotated[bool, typer.Option("--sparql", help="Show the query that ran.")] = False,
    cite: Annotated[str, typer.Option(help=f"Cite the answer and its claims instead: {', '.join(STYLES)}.")] = "",
    lang: Spoken = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with the claims that the answer rests on; ends with 1 where it was not understood."""
    with opened(store) as kept:
        found = answer(kept, question, lang=None if lang is None else "ja" if lang is Lang.JA else "en")
    body = answer_json(found, agreed=not as_json)
    if cite:
        address = f"{GRAPHS}ask?{urlencode({'q': question})}"
        typer.echo(
            find_style(cite).write(references(found, address, date.today().isoformat()), lang or found.language), nl=False
        )
    elif as_json:
        say_json(body)
    else:
        say(text.answer_lines(body, lang or found.language))
        if body["sparql"]:
            say(["", body["sparql"] if sparql else text.dim("--sparql shows the query that ran")])
    if not body["understood"]:
        raise typer.Exit(NOT_UNDERSTOOD)
