"""``kg backup``, ``restore`` and ``compact``, a store on a server, and articles that another version read."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from api_world import CLAIMS, fill, serving
from test_api_cli import TEXT, kg

from api.http import create_app
from api.settings import read_settings
from ingest.version import extractor_version
from kg import catalog
from kg import namespaces as ns
from kg.errors import InvalidValue
from kg.store import Store, open_store
from kg.store_remote import Endpoint
from kg.terms import Iri, text
from tests.servers import oxigraph, virtuoso

FALSE = "xAIの値段は950億ドルと見られている"
CHECKED = "2 articles, 5 claims, 5 quotes checked; 0 faults\n"
NEWER = gzip.compress(f'<{ns.STORE}> <{ns.KG_FORMAT_VERSION}> "99" <{ns.META_GRAPH}> .\n'.encode())


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store with two articles."""
    return fill(tmp_path / "kg")


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=["oxigraph", "virtuoso"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A server that gives as many rows as the ontology has."""
    options = {"rows": 1_000_000} if request.param is virtuoso else {}
    with request.param(tmp_path_factory.mktemp("server"), **options) as running:
        yield running


@pytest.fixture
def server(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a store on a server, which the environment says all about."""
    for name in ("update", "graphs", "user", "password", "digest"):
        monkeypatch.setenv(f"KG_STORE_{name.upper()}", str(getattr(endpoint, name)))
    return endpoint.query


def tamper(store: Store, about: Iri, predicate: Iri, value: str) -> None:
    """Puts another text in place of one in the graph of that name, or of every article where it is the article's."""
    for graph in store.graphs():
        quads = list(store.quads(graph))
        if graph == about or (about == ns.ARTICLE and graph.startswith(about)):
            store.replace(graph, [q._replace(object=text(value)) if q.predicate == predicate else q for q in quads])


def versions(place: str) -> Iterable[str]:
    """Which extractor read each article."""
    with open_store(place, read_only=True) as store:
        return [info.extractor for info in catalog.article_infos(store)]


def test_a_backup_makes_the_same_store_elsewhere(place: str, tmp_path: Path) -> None:
    """Restored, every quote stands, and a backup of it has the same bytes."""
    first, second, again = tmp_path / "a.nq.gz", tmp_path / "b.nq.gz", str(tmp_path / "again")
    assert re.fullmatch(rf"\d+ quads in {first}\n", kg("backup", str(first), store=place).stdout)
    assert kg("restore", str(first), store=again).stdout == f"restored to {again}\n"
    assert kg("verify", store=again).stdout == CHECKED
    assert kg("backup", str(second), store=again).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    missing = kg("restore", str(tmp_path / "none"), store=str(tmp_path / "more"))
    assert (missing.exit_code, (tmp_path / "more").exists()) == (2, False) and "cannot restore" in missing.stderr


def test_a_store_on_a_server_does_as_a_folder_does(place: str, server: str, tmp_path: Path) -> None:
    """By Basic or Digest, over the graph store or by updates: restore, verify, ask, retract and back it up."""
    whole, rest = tmp_path / "a.nq.gz", [tmp_path / "b.nq.gz", tmp_path / "c.nq.gz"]
    kg("backup", str(whole), store=place)
    assert kg("restore", str(whole), store=server).exit_code == 0
    assert kg("verify", store=server).stdout == CHECKED
    assert CLAIMS[0].id in kg("claims", "--predicate", "supplies", store=server).stdout
    assert kg("retract", "blog", store=server).stdout == "1 retracted\n"
    kg("retract", "blog", store=place)
    for file, where in zip(rest, (server, place), strict=True):
        assert kg("backup", str(file), store=where).exit_code == 0
    assert rest[0].read_bytes() == rest[1].read_bytes()
    assert (bad := kg("compact", store=server)).exit_code == 2 and "looks after its disk itself" in bad.stderr


def test_a_backup_of_a_later_version_changes_no_server(place: str, server: str, tmp_path: Path) -> None:
    """Nor does one that is cut off: it is read to its end before anything is written."""
    kg("backup", str(tmp_path / "a.nq.gz"), store=place)
    kg("restore", str(tmp_path / "a.nq.gz"), store=server)
    (tmp_path / "newer").write_bytes(NEWER)
    (tmp_path / "short").write_bytes((tmp_path / "a.nq.gz").read_bytes()[:9000])
    kg("retract", "blog", store=server)
    for name, word in (("newer", "has format 99"), ("short", "no whole backup")):
        assert (bad := kg("restore", str(tmp_path / name), store=server)).exit_code == 2 and word in bad.stderr
    assert kg("verify", store=server).stdout.startswith("1 articles")


def test_compacting_frees_what_nobody_needs(place: str) -> None:
    """It says how much; all claims stay."""
    (Path(place) / "db" / "orphan.sst").write_bytes(b"x" * 20_000_000)
    before, after = map(float, re.findall(r"([\d.]+) MB", kg("compact", store=place).stdout))
    assert before - after > 20
    assert kg("verify", store=place).stdout == CHECKED


@pytest.mark.parametrize(
    ("predicate", "value", "fault"),
    [
        (ns.OA_EXACT, FALSE, f"quotes {FALSE!r}, but the text at "),
        (ns.SCHEMA_ARTICLE_BODY, "xAIの値段は9億ドルだ。", "the text has the SHA-256 "),
    ],
)
def test_who_tampers_is_found_out(place: str, predicate: Iri, value: str, fault: str) -> None:
    """A quote or a text that was changed is named with its article, by ``kg verify`` and ``GET /verify``."""
    with open_store(place) as store:
        tamper(store, ns.article_iri("wire"), predicate, value)
    ran = kg("verify", store=place)
    assert ran.exit_code == 1 and re.search(rf"^article wire.*: {re.escape(fault)}", ran.stdout, re.MULTILINE)
    with serving(create_app(read_settings(store=place))) as client:
        body = client.get("/verify").json()
    assert not body["ok"]
    assert ("wire", True) in {(each["article"], each["what"].startswith(fault)) for each in body["faults"]["items"]}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("backup", "{}/none/b"), "cannot write"),
        (("restore", "{}/kg/store.json"), "exists"),
        (("compact",), "another process is writing"),
        (("ingest", "{}/n.txt"), "another process is writing"),
        (("ingest", "--title", "x"), "needs the file"),
    ],
)
def test_what_cannot_be_done_is_one_line(place: str, tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    """While another process writes, too; the store is as it was."""
    with open_store(place):
        ran = kg(*(each.format(tmp_path) for each in arguments), store=place)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert re.fullmatch(r"kg: [^\n]+\n", ran.stderr) and word in ran.stderr
    assert kg("verify", store=place).stdout == CHECKED


def test_a_server_is_written_only_where_it_is_said(oxigraph_server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address for updates or graphs it is read; contradictions and addresses that are none are named."""
    assert (bad := kg("retract", "a", store=oxigraph_server.query)).exit_code == 2 and "KG_STORE_UPDATE" in bad.stderr
    monkeypatch.setenv("KG_STORE_TOKEN", "word-1")
    assert "word-1" not in repr(read_settings())
    monkeypatch.setenv("KG_STORE_USER", "me")
    assert (bad := kg("verify", store=oxigraph_server.query)).exit_code == 2 and "not both" in bad.stderr
    monkeypatch.delenv("KG_STORE_USER")
    monkeypatch.setenv("KG_STORE_PASSWORD", "word-2")
    assert (bad := kg("verify", store=oxigraph_server.query)).exit_code == 2 and "need a user" in bad.stderr
    monkeypatch.setenv("KG_STORE_UPDATE", "file:///etc")
    with pytest.raises(InvalidValue, match="KG_STORE_UPDATE"):
        read_settings()


def test_what_another_version_read_is_read_again_from_the_store(tmp_path: Path) -> None:
    """The file may be gone. Reading other files says that there is something to do, and does not do it unasked."""
    place = str(tmp_path / "kg")
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT + name, "utf-8")
    kg("ingest", str(tmp_path / "a.txt"), store=place)
    claims = kg("claims", "--json", store=place).stdout
    assert claims
    with open_store(place) as store:
        tamper(store, ns.ARTICLE, ns.KG_EXTRACTOR, "0123456789ab")
        store.replace(ns.article_iri("a"), [q for q in store.quads(ns.article_iri("a")) if not q.subject.startswith(ns.CLAIM)])
    (tmp_path / "a.txt").unlink()
    other = kg("ingest", str(tmp_path / "b.txt"), store=place)
    assert other.stderr == "kg: 1 articles were read by another version; kg ingest without paths reads them again\n"
    assert kg("claims", "--article", "a", "--json", store=place).stdout == ""
    tally = json.loads((again := kg("ingest", "--json", store=place)).stdout)
    assert (tally["articles"], tally["changed"], again.stderr) == (1, 1, "")
    assert kg("claims", "--article", "a", "--json", store=place).stdout == claims
    assert versions(place) == [extractor_version()] * 2
    assert json.loads(kg("ingest", "--json", store=place).stdout)["articles"] == 0


def test_a_store_of_an_older_layout_is_brought_up_to_date(tmp_path: Path) -> None:
    """Readers say how; then every article has been read again."""
    place = str(tmp_path / "kg")
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    kg("ingest", str(tmp_path / "a.txt"), store=place)
    before = kg("claims", "--json", store=place).stdout
    with open_store(place) as store:
        tamper(store, ns.META_GRAPH, ns.KG_FORMAT_VERSION, "0")
    assert (old := kg("claims", store=place)).exit_code == 2 and "kg ingest without paths brings it up to date" in old.stderr
    assert "1 article read (1 new or changed)" in kg("ingest", store=place).stdout
    assert kg("claims", "--json", store=place).stdout == before
