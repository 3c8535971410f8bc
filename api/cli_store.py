"""The commands that look after a store: backup, restore, compact."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli_options import StorePath
from api.settings import read_settings
from kg import upkeep
from kg.errors import InputError

File = Annotated[Path, typer.Argument(help="The file of the backup.")]


def backup(file: File, store: StorePath = None) -> None:
    """Write all that the store holds to a file, of which any store can be made again."""
    with read_settings(store=store).open(read_only=True) as kept:
        count = upkeep.backup(kept, file)
    typer.echo(f"{count} quads in {file}")


def restore(file: File, store: StorePath = None) -> None:
    """Make a new store of a backup; on a server, put its articles in place of those of the same ids."""
    settings = read_settings(store=store)
    if settings.endpoint():
        with settings.open() as kept:
            upkeep.restore_into(file, kept)
    else:
        upkeep.restore(file, Path(settings.store))
    typer.echo(f"restored to {settings.store}")


def compact(store: StorePath = None) -> None:
    """Rebuild the folder of the store without what retracted articles and killed loads left; reading goes on."""
    settings = read_settings(store=store)
    if settings.endpoint():
        raise InputError(f"{settings.store} is a server, which looks after its disk itself; only folders are compacted")
    before = upkeep.size(Path(settings.store))
    upkeep.compact(Path(settings.store))
    typer.echo(f"{settings.store}: {before / 1e6:.1f} MB before, {upkeep.size(Path(settings.store)) / 1e6:.1f} MB now")
