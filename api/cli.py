"""The command line ``kg``: its frame, and the one place that turns errors into exit codes (docs/cli.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli_ask import ask
from api.cli_ingest import ingest, retract
from api.cli_read import agreement, cite, claims, conflicts, export, query, timeline, validate, verify
from api.cli_serve import mcp, serve
from api.cli_store import backup, compact, restore
from api.settings import release
from kg.errors import KgError
from ontology.model import OntologyError

FAILED = 2


UsageError: type[Any] = typer.BadParameter.__bases__[0]
"""What typer raises for a wrong command line; of its kinds it exports only this one."""


@contextmanager
def one_line() -> Iterator[None]:
    """End with one line on standard error and status 2 for an error of ours or of the command line."""
    try:
        yield
    except (KgError, OntologyError) as error:
        fault, cause = str(error), error
    except UsageError as error:
        if not (fault := " ".join(error.format_message().split())) or error.__class__.__name__ == "NoArgsIsHelpError":
            raise  # what it shows is the help
        cause = error
    else:
        return
    typer.echo(f"kg: {fault}", err=True)
    raise typer.Exit(FAILED) from cause


class Commands(TyperGroup):
    """Ends with one line where a command cannot be parsed or raises an error of ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what stands before the command."""
        with one_line():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        with one_line():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


def show_version(wanted: bool) -> None:
    """Print the version and end, where it was asked for."""
    if wanted:
        typer.echo(f"kg {release()}")
        raise typer.Exit


@app.callback()
def frame(
    version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Read Japanese articles into a graph of claims, and ask it who said what, where and in which words."""


READING = (ask, query, claims, conflicts, agreement, timeline, cite, export, validate, verify)
COMMANDS = (ingest, retract, *READING, backup, restore, compact, serve, mcp)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
