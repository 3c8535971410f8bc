"""Every setting in one frozen object, read from ``KG_…`` variables at the edge and handed in (docs/settings.md)."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.errors import InvalidValue
from kg.store import Store, open_store

if TYPE_CHECKING:
    from kg.store_remote import Endpoint

PREFIX = "KG_"
METRICS = "PROMETHEUS_MULTIPROC_DIR"
ADDRESS = r"^(https?://\S+)?$"


PATIENCE = 2.0
"""Seconds that a command waits for another writer: a reader that tidies up after a killed one is it for a moment."""


class Settings(BaseSettings):
    """What may be set; an option of the command line goes before its variable, that before the default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: str = Field(
        "kg-data", min_length=1, description="The folder of the store, or the address at which a server answers queries"
    )
    store_update: str = Field("", pattern=ADDRESS, description="Where that server takes updates; empty: it is only read")
    store_graphs: str = Field(
        "", pattern=ADDRESS, description="Where that server keeps graphs (Graph Store Protocol); empty: updates write them"
    )
    store_user: str = Field("", description="As whom to ask that server (Basic authentication)")
    store_password: str = Field("", repr=False, description="With which password")
    store_digest: bool = Field(False, description="Digest instead of Basic authentication")
    store_token: str = Field("", repr=False, description="The bearer token for that server, instead of user and password")
    host: str = Field("127.0.0.1", min_length=1, description="The address the server listens on; loopback by default")
    port: int = Field(8000, ge=0, le=65535, description="The port the server listens on; 0 takes a free one")
    base_url: str = Field(
        "", pattern=r"^(https?://[^\s?#]+)?$", description="The address clients use, where a proxy stands before"
    )
    proxies: str = Field(
        "",
        description="Addresses or networks, with commas, of proxies whose X-Forwarded-For says who asks; empty: nobody's does",
    )
    deadline: float = Field(
        10.0, gt=0, description="Seconds a SPARQL query or a page may take before it is killed and its client gets 503"
    )
    max_answer: int = Field(20_000_000, ge=1, description="Bytes that the answer to a SPARQL query may have")
    max_headers: int = Field(
        32_768, ge=1_024, description="Bytes that the headers of a request may have; its address half as many"
    )
    max_body: int = Field(1_000_000, ge=1, description="Bytes a request's body may have")
    max_fields: int = Field(
        200, ge=10, description="Fields that a form or the part of an address behind ? may have; a form has KG_MAX_BODY bytes"
    )
    max_upload: int = Field(50_000_000, ge=1, description="Bytes that may be sent to be written: articles, graphs, updates")
    page_size: int = Field(50, ge=1, description="Items on a page where the client does not say")
    max_page: int = Field(1000, ge=1, description="Items a client may ask for on one page")
    article_text: Literal["full", "quotes"] = Field(
        "full", description="Whether /articles/{id} shows whole texts, or quotes with a little around them only"
    )
    max_rows: int = Field(1_000_000, ge=1, description="Rows that the answer to a SPARQL query may have")
    max_depth: int = Field(
        64, ge=1, description="How deep brackets may be nested in SPARQL, JSON-LD and Turtle, and elements in RDF/XML"
    )
    max_memory: int = Field(
        1_000_000_000,
        ge=100_000_000,
        description="Bytes of memory that the process of a SPARQL query or a page may take, beside what all of them share",
    )
    queries: int = Field(4, ge=1, description="SPARQL queries that are evaluated at the same time, each in a process")
    pages: int = Field(
        2, ge=1, description="Pages, questions and lists that are made at the same time; as many that read the whole graph"
    )
    share: float = Field(
        0.75,
        gt=0,
        le=1,
        description="Part of the processes for queries, and of those for pages, that one client may have at the same time; "
        "never all of two or more",
    )
    whole_deadline: float = Field(
        300.0, gt=0, description="Seconds that what reads the whole graph may take: exports, networks, conflicts, verification"
    )
    grace: float = Field(
        300.0, ge=0, description="Seconds that what runs may go on when the server is told to end; then it is cut off"
    )
    queue: int = Field(64, ge=0, description="Queries, and pages, that may wait for their turn; further ones get 503")
    cache: int = Field(
        50_000_000, ge=0, description="Bytes of answers that are kept to be given again until the store changes; 0: none"
    )
    rate: float = Field(
        100.0,
        ge=0,
        description="Requests a second that one client may send to each web process, ten times as many at once; 0: any number",
    )
    connections: int = Field(
        1000,
        ge=1,
        description="Connections that a web process has open; one more, and the longest silent of who has most gets 503",
    )
    workers: int = Field(1, ge=1, description="Web processes, each with its own processes for queries, connections and rates")
    ingest_deadline: float = Field(300.0, gt=0, description="Seconds that reading an article sent over HTTP may take")
    ingest_memory: int = Field(
        3_000_000_000, ge=1_000_000_000, description="Bytes of memory that the process may take which reads such an article"
    )
    reader_idle: float = Field(
        600.0,
        ge=0,
        description="Seconds that the Japanese model (half a gigabyte) stays in memory after such an article, for the next one",
    )
    token: str = Field("", repr=False, description="The bearer token of those who may write; empty: nobody may")

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        for each in filter(None, proxies.split(",")):
            ip_network(each.strip())  # what is none would be taken for the name of a proxy that never comes
        return proxies

    def endpoint(self) -> Endpoint | None:
        """The server that has the store; None where it is in a folder. Raises :class:`InvalidValue`."""
        if not self.store.startswith(("http://", "https://")):
            return None
        from kg.store_remote import Endpoint  # folders need no httpx

        names = ("update", "graphs", "user", "password", "token", "digest")
        return Endpoint(self.store, **{name: getattr(self, f"store_{name}") for name in names})

    def open(self, *, read_only: bool = False, create: bool = True) -> Store:
        """The store that is set; errors as :func:`kg.store.open_store` says."""
        endpoint = self.endpoint()
        if endpoint and not read_only and not (self.store_update or self.store_graphs):
            raise InvalidValue(f"{self.store} is only read: KG_STORE_UPDATE or KG_STORE_GRAPHS says where it is written")
        return open_store(
            self.store, read_only=read_only, create=create, wait=0.0 if read_only else PATIENCE, endpoint=endpoint
        )


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


def share_metrics(folder: str) -> None:
    """Have this process and those it starts keep their metrics together in a folder."""
    os.environ[METRICS] = folder


def keep_at_hand() -> None:
    """Have glibc keep more of what is freed for the thread that frees it, in what this process starts: a query takes
    thousands of small pieces, and a tenth of its time went into finding them anew."""
    os.environ.setdefault("GLIBC_TUNABLES", "glibc.malloc.tcache_count=2000")


def shared_metrics() -> str:
    """The folder; empty where they do not."""
    return os.environ.get(METRICS, "")


def release() -> str:
    """The installed version of the program, ``0`` where it runs from a folder without being installed."""
    try:
        return version("aikg")
    except PackageNotFoundError:
        return "0"
