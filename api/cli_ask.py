"""``kg ask``: a question answered for a reader."""

from __future__ import annotations

from typing import Annotated

import typer

import ontology
from api import text
from api.cli_options import AsJson, StorePath
from api.cli_read import opened, say, say_json
from kg.ask import answer_json
from kg.ask import ask as answer

NOT_UNDERSTOOD = 1


def ask(
    question: Annotated[str, typer.Argument(help="In English or Japanese.")],
    sparql: Annotated[bool, typer.Option("--sparql", help="Show the query that ran.")] = False,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with the claims that the answer rests on; ends with 1 where it was not understood."""
    with opened(store) as kept:
        body = answer_json(answer(kept, ontology.load(), question))
    if as_json:
        say_json(body)
    else:
        say(text.answer_lines(body))
        if body["sparql"]:
            say(["", body["sparql"] if sparql else text.dim("--sparql shows the query that ran")])
    if not body["understood"]:
        raise typer.Exit(NOT_UNDERSTOOD)
