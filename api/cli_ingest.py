"""``kg ingest`` and ``kg retract``: the commands that write. Only ``ingest`` loads the Japanese model, when it runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import ontology
from api.cli_options import AsJson, StorePath
from api.settings import read_settings
from api.text import counted
from kg import catalog, identity, ingesting
from kg import namespaces as ns
from kg.errors import InputError, KgError, ReadError, UnknownArticle
from kg.model import Article, Reading
from kg.store import Store
from kg.wording import KANA

if TYPE_CHECKING:
    from ingest.claims import Draft
    from ingest.pipeline import Extractor
    from ingest.reader import ReadOutcome

SOME_UNREAD = 1
LONGEST_FAULT = 200
LOG = logging.getLogger(__name__)


@cache
def extractor() -> Extractor:
    """The extractor, made where the first article has to be read."""
    from ingest.pipeline import Extractor

    return Extractor()


@dataclass(slots=True)
class Tally:
    """What an ingestion has done so far."""

    articles: int = 0
    claims: int = 0
    changed: int = 0
    replaced: int = 0
    unread: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The tally for a program."""
        return {name: getattr(self, name) for name in ("articles", "claims", "changed", "replaced", "unread", "notices", "ids")}

    def __str__(self) -> str:
        unread = f"; {len(self.unread)} not read" if self.unread else ""
        replaced = f", {self.replaced} of them replaced" if self.replaced else ""
        articles, claims = counted(self.articles, "read", "en"), counted(self.claims, "claims", "en")
        return f"{articles} read ({self.changed} new or changed{replaced}), {claims}{unread}"


@contextmanager
def progress(total: int) -> Iterator[Any]:
    """A bar on standard error where that is a terminal; gives a function that passes outcomes on and moves the bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=total)

        def along(outcomes: Iterable[ReadOutcome]) -> Iterator[ReadOutcome]:
            for outcome in outcomes:
                bar.update(task, description=outcome.path.name)
                yield outcome
                bar.advance(task)

        yield along


def tell(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"kg: {message}", err=True)


def _extracted(article: Article, trace: list[Draft] | None) -> Reading:
    """What the extractor reads; the one place where a fault of its own, whatever it is, costs one article and not the run.

    Nothing of the article has been written then. Raises :class:`ReadError`; the log (level info) has the traceback.
    """
    try:
        return extractor().read(article, trace)
    except KgError:
        raise
    except Exception as error:
        fault = f"{type(error).__name__}: {' '.join(str(error).split())[:LONGEST_FAULT]}".rstrip(": ")
        LOG.info("article %s: %s", article.id, fault, exc_info=True)
        raise ReadError(f"could not be read: {fault}") from error


class Run:
    """One ingestion: what files gave on its way into the store, each article under an id that is its own."""

    def __init__(self, store: Store, tally: Tally, explain: bool) -> None:
        self.store, self.tally, self.explain = store, tally, explain
        graphs = (graph for graph in store.graphs() if graph.startswith(ns.ARTICLE))
        self._held = identity.families(graph.removeprefix(ns.ARTICLE) for graph in graphs)
        self._names: dict[str, str] = {}
        self._former: dict[str, str] = {}

    def keep(self, outcomes: Iterable[ReadOutcome]) -> None:
        """Read what the files gave into the store; articles that it holds just so are not read again."""
        from ingest.version import extractor_version

        current = "" if self.explain else extractor_version()  # what is to be explained must be read
        for kept in ingesting.ingest(self.store, self._articles(outcomes), self._read, extractor=current):
            self._count(kept)

    def outdated(self) -> list[str]:
        """The ids of the articles that another version of the extractor or of the ontology read."""
        from ingest.version import extractor_version

        current = extractor_version(), ontology.load().version
        return [info.id for info in catalog.article_infos(self.store) if (info.extractor, info.ontology) != current]

    def again(self, ids: Iterable[str]) -> Iterator[ReadOutcome]:
        """Articles of the store, as if files had given them."""
        from ingest.reader import ReadOutcome

        return (ReadOutcome(Path(id), catalog.article(self.store, id)) for id in ids)

    def _articles(self, outcomes: Iterable[ReadOutcome]) -> Iterator[Article]:
        """The articles of the files, in order; notices and files that gave none are told as they come."""
        from ingest.reader import shown

        for outcome in outcomes:
            for notice in outcome.notices:
                self._notice(notice)
            if outcome.error:
                self._unread(str(outcome.error))
            if outcome.article:
                yield self._placed(outcome.article, shown(outcome.path))

    def _placed(self, article: Article, name: str) -> Article:
        """The article under the id it is kept under; what this run has kept already is not replaced by another file."""
        ids = self._held.get(identity.base(article).id, set()) - self._names.keys()
        place = identity.place(article, (catalog.article(self.store, id) for id in ids))
        own, former = place.article, place.former
        if own.id != article.id:
            self._notice(f"{name}: the store has another article under the id {article.id}; this one is {own.id}")
        if former and former != own and (former.text, former.id) != (own.text, own.id):
            self._former[own.id] = former.id
        self._names[own.id] = name
        return own

    def _read(self, article: Article) -> Reading:
        trace: list[Draft] | None = [] if self.explain else None
        reading = _extracted(article, trace)
        if trace is not None:
            from ingest.explaining import explain as explained

            typer.echo(f"{article.id}: {article.title}" if article.title else article.id)
            for told in explained(article, trace, extractor().lexicon.cues):
                typer.echo(str(told))
        return reading

    def _count(self, kept: ingesting.Kept) -> None:
        """Count an article that is safe now, or say why it was refused."""
        id = kept.article.id
        if kept.error:
            self._unread(f"{self._names[id]}: {kept.error}")
            return
        if former := self._former.get(id):
            self.tally.replaced += 1
            self._notice(f"{self._names[id]}: replaces the former version of {former}")
            if former != id:
                self.store.drop(ns.article_iri(former))
                self.store.flush()
        self.tally.articles += 1
        self.tally.ids.append(id)
        self.tally.changed += kept.changed
        claims = len(kept.reading.claims) if kept.reading else catalog.count_claims(self.store, article=id)
        self.tally.claims += claims
        if not claims:
            why = "no claim was found" if KANA.search(kept.article.text) else "no Japanese was found, and nothing else is read"
            self._notice(f"{self._names[id]}: 0 claims: {why}")

    def _notice(self, message: str) -> None:
        self.tally.notices.append(message)
        tell(message)

    def _unread(self, message: str) -> None:
        self.tally.unread.append(message)
        tell(message)


def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders or globs; none: what another version of this program read.")
    ] = None,
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

    Without paths, the store's own articles are read again where another version of this program or its ontology read them.
    Ends with 1 where some files could not be read: they are named on standard error, the others are kept.
    """
    from ingest.formats import Description
    from ingest.reader import list_files, read_files

    settings = read_settings(store=store)
    about = Description(title, publisher, url, published).checked()
    if about != Description() and not paths:
        raise InputError("a title, publisher, address or date needs the file that it describes")
    tally = Tally()
    with settings.open(create=bool(paths)) as kept:
        run = Run(kept, tally, explain)
        outdated = [] if paths else run.outdated()
        with progress(len(list_files(paths)) if paths else len(outdated)) as advance:
            run.keep(advance(read_files(paths, overrides=about) if paths else run.again(outdated)))
        if others := run.outdated():
            tell(f"{len(others)} articles were read by another version; kg ingest without paths reads them again")
    typer.echo(json.dumps(tally.body(), ensure_ascii=False) if as_json else str(tally))
    if tally.unread:
        raise typer.Exit(SOME_UNREAD)


def retract(
    articles: Annotated[list[str], typer.Argument(help="Ids of articles.")],
    store: StorePath = None,
) -> None:
    """Forget articles and all that was read from them."""
    with read_settings(store=store).open(create=False) as kept:
        graphs = set(kept.graphs())
        for article in articles:
            if ns.article_iri(article) not in graphs:
                raise UnknownArticle(f"no article {article!r}")
        for article in articles:
            kept.drop(ns.article_iri(article))
    typer.echo(f"{len(articles)} retracted")
