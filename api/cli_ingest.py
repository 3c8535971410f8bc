"""``kg ingest`` and ``kg retract``: the commands that write. Only ``ingest`` loads the Japanese model, when it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli_options import AsJson, StorePath
from api.settings import read_settings
from kg import namespaces as ns
from kg import validate
from kg.errors import InputError, Nonconforming, UnknownArticle
from kg.model import Article
from kg.store import Store, open_store

if TYPE_CHECKING:
    from ingest.claims import Draft
    from ingest.pipeline import Extractor
    from ingest.reader import ReadOutcome

SOME_UNREAD = 1


@dataclass(slots=True)
class Tally:
    """What an ingestion has done so far."""

    articles: int = 0
    claims: int = 0
    changed: int = 0
    unread: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The tally for a program."""
        return {name: getattr(self, name) for name in ("articles", "claims", "changed", "unread", "notices")}

    def __str__(self) -> str:
        unread = f"; {len(self.unread)} not read" if self.unread else ""
        return f"{self.articles} articles read ({self.changed} new or changed), {self.claims} claims{unread}"


@contextmanager
def progress(total: int) -> Iterator[Any]:
    """A bar on standard error where that is a terminal; gives the function that moves it on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda name: bar.update(task, advance=1, description=name)


def tell(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"kg: {message}", err=True)


def keep(extractor: Extractor, article: Article, store: Store, tally: Tally, explain: bool) -> None:
    """Read an article's claims into the store, its former ones replaced."""
    from ingest.explaining import explain as explained

    trace: list[Draft] | None = [] if explain else None
    reading = extractor.read(article, trace)
    tally.changed += validate.keep(store, reading)
    tally.articles += 1
    tally.claims += len(reading.claims)
    if trace is not None:
        typer.echo(f"{article.id}: {article.title}" if article.title else article.id)
        for told in explained(article, trace, extractor.lexicon.cues):
            typer.echo(str(told))


def take(extractor: Extractor, outcome: ReadOutcome, store: Store, tally: Tally, explain: bool) -> None:
    """Keep what a file gave, or its reason."""
    for notice in outcome.notices:
        tally.notices.append(notice)
        tell(notice)
    try:
        if outcome.error:
            raise outcome.error
        if outcome.article:
            keep(extractor, outcome.article, store, tally, explain)
    except (InputError, Nonconforming) as error:
        tally.unread.append(str(error))
        tell(str(error))


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or globs.")],
    title: Annotated[str, typer.Option(help="The title, where the file does not say it rightly.")] = "",
    publisher: Annotated[str, typer.Option(help="The publisher.")] = "",
    url: Annotated[str, typer.Option(help="The address.")] = "",
    published: Annotated[str, typer.Option(help="The date: YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    store: StorePath = None,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what was read from every sentence and why, and what was passed over.")
    ] = False,
) -> None:
    """Read articles and keep what they claim; an article read before is replaced.

    Ends with 1 where some files could not be read: they are named on standard error, the others are kept.
    """
    from ingest.formats import Description
    from ingest.pipeline import Extractor
    from ingest.reader import list_files, read_files

    settings = read_settings(store=store)
    about = Description(title, publisher, url, published).checked()
    tally, extractor = Tally(), Extractor()
    with open_store(settings.store) as kept, progress(len(list_files(paths))) as advance:
        for outcome in read_files(paths, overrides=about):
            take(extractor, outcome, kept, tally, explain)
            advance(outcome.path.name)
    typer.echo(json.dumps(tally.body(), ensure_ascii=False) if as_json else str(tally))
    if tally.unread:
        raise typer.Exit(SOME_UNREAD)


def retract(
    articles: Annotated[list[str], typer.Argument(help="Ids of articles.")],
    store: StorePath = None,
) -> None:
    """Forget articles and all that was read from them."""
    with open_store(read_settings(store=store).store, create=False) as kept:
        graphs = set(kept.graphs())
        for article in articles:
            if ns.article_iri(article) not in graphs:
                raise UnknownArticle(f"no article {article!r}")
        for article in articles:
            kept.drop(ns.article_iri(article))
    typer.echo(f"{len(articles)} retracted")
