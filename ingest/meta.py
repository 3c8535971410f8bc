"""A folder's ``meta.json``: a list of objects that say what the plain files beside it are (docs/cli.md, ``kg ingest``)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, StrictInt, StrictStr, ValidationError

from ingest.formats import Description
from kg.errors import ReadError

META = "meta.json"


class Entry(BaseModel):
    """One object of the list; other keys are ignored. A year may be a number."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    file: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: StrictStr | StrictInt | None = None


def read_meta(folder: Path) -> Mapping[str, Description | ReadError]:
    """What is said of each file of ``folder``, by file name in NFC; an entry that is wrong gives its error.

    Empty where there is no ``meta.json``. Raises :class:`ReadError` where it is no list of entries at all.
    """
    try:
        listed = json.loads((folder / META).read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ReadError(error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON: {error}") from error
    if not isinstance(listed, list):
        raise ReadError('not a list such as [{"file": "a.txt", "title": "…", "publisher": "…", "url": "…", "published": "…"}]')
    described: dict[str, Description | ReadError] = {}
    for number, given in enumerate(listed, start=1):
        name, entry = _entry(number, given)
        if name in described:
            entry = ReadError(f"{META}, entry {number}: {name} is described twice")
        described[name] = entry
    return described


def missing(folder: Path, described: Iterable[str]) -> list[str]:
    """The names of those files, described in the ``meta.json`` of ``folder``, that are not beside it."""
    try:
        beside = {unicodedata.normalize("NFC", path.name) for path in folder.iterdir()}
    except OSError:  # a folder that may be entered but not listed
        return []
    return [name for name in described if name not in beside]


def _entry(number: int, given: object) -> tuple[str, Description | ReadError]:
    """The file an entry is about and what it says. Raises :class:`ReadError` where it names no file."""
    name = given.get("file") if isinstance(given, dict) else None
    if not isinstance(name, str) or not name:
        raise ReadError(f'entry {number}: no "file", the name of the file that it describes')
    name = unicodedata.normalize("NFC", name)
    try:
        said = Description.from_mapping(Entry.model_validate(given).model_dump(exclude={"file"}))
        return name, said.checked()
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{first['loc'][0]}: {first['msg']}"
    except ReadError as error:
        reason = str(error)
    return name, ReadError(f"{META}, entry {number} ({name}): {reason}")
