"""Files, folders and globs to articles: every file gives an article or a reason (docs/cli.md, ``kg ingest``)."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from ingest.formats import Description, parse
from ingest.meta import META, missing, read_meta
from kg.errors import InputError, ReadError
from kg.identity import apart
from kg.model import IDENTIFIER, Article, digest

MAX_BYTES = 5_000_000
SHORTEST_TITLE, LONGEST_TITLE = 10, 100
SENTENCE_ENDS = ("。", "．", ".", "、", ",", ":", "：")
FEW = 3
SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """What became of one file: an article or an error, and what a user should know besides.

    Neither is set where the file holds the same article as another one, and for a ``meta.json``; the notices say so.
    """

    path: Path
    article: Article | None = None
    error: ReadError | None = None
    notices: tuple[str, ...] = ()


def read_files(
    paths: Iterable[str | Path], *, overrides: Description | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[ReadOutcome]:
    """Read files, folders (with all below them, hidden ones left out) and globs, one outcome a file, sorted by path.

    ``overrides`` go before the folder's ``meta.json``, that before what the file says of itself. Of several files with one
    name the first keeps it as its id, the others get a digest of their content appended. Never raises for a file: its
    error is in the outcome.
    """
    metas: dict[Path, Mapping[str, Description | ReadError]] = {}
    seen: dict[str, dict[str, Path]] = {}
    for listed in list_files(paths):
        path = listed.path
        if listed.error:
            yield listed
            continue
        if path.parent not in metas:
            try:
                metas[path.parent] = read_meta(path.parent)
                yield from _absent(path.parent, metas[path.parent])
            except ReadError as error:
                metas[path.parent] = {}
                yield _failed(path.parent / META, str(error))
        try:
            article, notices = _read(path, metas[path.parent], overrides or Description(), max_bytes)
        except InputError as error:
            yield _failed(path, str(error))
        else:
            yield _told_apart(ReadOutcome(path, article, None, notices), article, seen)


def read_bytes(name: str, data: bytes, *, described: Description | None = None, max_bytes: int = MAX_BYTES) -> Article:
    """The article in the content of one file; its id follows from ``name``, ``described`` goes before what the file says.

    Raises :class:`ReadError` with a reason that does not name the file.
    """
    return _article(name, *_parsed(name, data, described or Description(), max_bytes))


def _parsed(name: str, data: bytes, described: Description, max_bytes: int) -> tuple[str, Description]:
    if len(data) > max_bytes:
        raise ReadError(f"too large: more than {max_bytes:,} bytes")
    text, own = parse(name, data)
    return text, described.over(own).checked()


def _article(name: str, text: str, known: Description) -> Article:
    title = known.title or headline(text)
    return Article(identifier(Path(name).stem), text, title, known.publisher, known.url, known.published)


def headline(text: str) -> str:
    """The line on top of a text that looks like its title, empty where none does; a short line above it is passed over.

    >>> headline("見出し画像\\n\\n# 新しいデータセンターの電力事情\\n本文。"), headline("これはただの文です。\\n次の文です。")
    ('新しいデータセンターの電力事情', '')
    """
    lines = [line.strip("#* \t\u3000") for line in text[: 4 * LONGEST_TITLE].splitlines()]
    tops = [line for line in lines if line][:2]
    top = next((line for line in tops if len(line) >= SHORTEST_TITLE), "")
    return top if len(top) <= LONGEST_TITLE and not top.endswith(SENTENCE_ENDS) and "。" not in top else ""


def identifier(stem: str) -> str:
    """An article id that follows from a file's name without its ending.

    >>> identifier("001_colossus"), identifier("my article"), identifier("xAIの工場")
    ('001_colossus', 'my-article', 'xAI-abedbcf2')
    """
    if IDENTIFIER.fullmatch(stem):
        return stem
    composed = unicodedata.normalize("NFC", stem)
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", composed).strip("-._")
    if composed.isascii() and readable:
        return readable
    return "-".join(part for part in (readable or "article", digest(composed, size=8)) if part)


def shown(path: Path | str) -> str:
    """A path as one printable line."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "�" for char in text)


def list_files(paths: Iterable[str | Path]) -> list[ReadOutcome]:
    """The files meant by ``paths``, each once and sorted by path, not yet read; what is not there has its error."""
    found: dict[str, ReadOutcome] = {}
    for given in paths:
        for outcome in _expand(Path(given)):
            found.setdefault(os.path.realpath(outcome.path), outcome)
    return [outcome for _, outcome in sorted(found.items())]


def _expand(given: Path) -> Iterator[ReadOutcome]:
    if given.is_dir():
        yield from _walk(given)
    elif os.path.lexists(given):
        yield ReadOutcome(given)
    elif matches := glob.glob(str(given), recursive=True):  # noqa: PTH207 (Path.glob takes no absolute pattern)
        for match in matches:
            yield from _expand(Path(match))
    else:
        yield _failed(given, "no file matches" if glob.has_magic(str(given)) else "no such file or folder")


def _walk(folder: Path) -> Iterator[ReadOutcome]:
    """The articles of a folder and of those below it; links to folders are not followed."""
    faults: list[OSError] = []
    empty = True
    for top, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and name != META:
                empty = False
                yield ReadOutcome(Path(top, name))
    yield from (_failed(Path(fault.filename), fault.strerror or "cannot be listed") for fault in faults)
    if empty and not faults:
        yield _failed(folder, "no files in this folder")


def _failed(path: Path, reason: str) -> ReadOutcome:
    return ReadOutcome(path, error=ReadError(f"{shown(path)}: {reason}"))


def _absent(folder: Path, described: Mapping[str, Description | ReadError]) -> Iterator[ReadOutcome]:
    """What to notice where ``meta.json`` describes files that are not there."""
    if gone := missing(folder, described):
        more = f" and {len(gone) - FEW} more" if len(gone) > FEW else ""
        notice = f"{shown(folder / META)} describes files that are not beside it: {', '.join(map(shown, gone[:FEW]))}{more}"
        yield ReadOutcome(folder / META, notices=(notice,))


def _read(
    path: Path, described: Mapping[str, Description | ReadError], overrides: Description, max_bytes: int
) -> tuple[Article, tuple[str, ...]]:
    """One file with what is known of it and what to notice. Raises :class:`InputError`."""
    name = unicodedata.normalize("NFC", path.name)
    entry = described.get(name, Description())
    if isinstance(entry, ReadError):
        raise entry
    try:
        if not path.is_file():
            raise ReadError("not a regular file" if path.exists() else "a link to nothing")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise ReadError(error.strerror or str(error)) from error
    text, known = _parsed(path.name, data, overrides.over(entry), max_bytes)
    plain = described and name not in described and not known.title
    return _article(path.name, text, known), (f"{shown(path)}: {META} beside it does not describe it",) if plain else ()


def _told_apart(outcome: ReadOutcome, article: Article, seen: dict[str, dict[str, Path]]) -> ReadOutcome:
    """The outcome with an id of its own, where another file in ``seen`` has the same; without article where it is the same."""
    others = seen.setdefault(article.id, {})
    content = digest(*astuple(article), size=8)
    same, first = others.get(content), next(iter(others.values()), None)
    others.setdefault(content, outcome.path)
    if same:
        notice = f"{shown(outcome.path)}: the same article as {shown(same)}, read once"
        return replace(outcome, article=None, notices=(*outcome.notices, notice))
    if first:
        own = apart(article)
        notice = f"{shown(outcome.path)}: {shown(first)} has the id {article.id} too; this one is {own.id}"
        return replace(outcome, article=own, notices=(*outcome.notices, notice))
    return outcome
