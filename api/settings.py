"""Every setting in one frozen object, read from ``KG_…`` variables at the edge and handed in (docs/settings.md)."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.errors import InvalidValue

PREFIX = "KG_"


class Settings(BaseSettings):
    """What may be set; an option of the command line goes before its variable, that before the default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: str = Field("kg-data", min_length=1, description="The folder of the store")
    host: str = Field("127.0.0.1", min_length=1, description="The address the server listens on; loopback by default")
    port: int = Field(8000, ge=0, le=65535, description="The port the server listens on; 0 takes a free one")
    base_url: str = Field(
        "", pattern=r"^(https?://[^\s?#]+)?$", description="The address clients use, where a proxy stands before"
    )
    deadline: float = Field(10.0, gt=0, description="Seconds a SPARQL query may take before its client gets 503")
    max_answer: int = Field(20_000_000, ge=1, description="Bytes that the answer to a SPARQL query may have")
    max_body: int = Field(1_000_000, ge=1, description="Bytes a request's body may have")
    page_size: int = Field(50, ge=1, description="Items on a page where the client does not say")
    max_page: int = Field(1000, ge=1, description="Items a client may ask for on one page")
    article_text: Literal["full", "quotes"] = Field(
        "full", description="Whether /articles/{id} shows whole texts, or quotes with a little around them only"
    )
    threads: int = Field(4, ge=1, description="SPARQL queries that are evaluated at the same time")


def read_settings(**options: Any) -> Settings:
    """The settings of the environment, overridden by the options that are not ``None``.

    Raises :class:`InvalidValue` naming the option or the variable that is wrong.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        wrong = str(first["loc"][0])
        name = f"--{wrong.replace('_', '-')}" if wrong in given else PREFIX + wrong.upper()
        raise InvalidValue(f"{name}: {first['msg']}, not {first['input']!r}") from error


def release() -> str:
    """The installed version of the program, ``0`` where it runs from a folder without being installed."""
    try:
        return version("aikg")
    except PackageNotFoundError:
        return "0"
