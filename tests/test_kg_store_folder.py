"""What is special about a folder: what it must not be, one writer, published states for readers, being killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kg import namespaces as ns
from kg import rdf
from kg.errors import StoreError, StoreLocked, StoreMissing, StoreTooNew
from kg.snapshots import KEPT, Folder, lock
from kg.store import Store, open_store
from kg.store_oxigraph import PUBLISH_EVERY, FolderWriter
from kg.terms import canonical
from tests.readings import NOTHING_KNOWN, SAMPLE

ROOT = Path(__file__).resolve().parents[1]
GRAPH = ns.article_iri("sample")
QUADS = sorted(rdf.quads(SAMPLE, known=()))


def missing(path: Path) -> None:
    """Nothing there."""


def foreign(path: Path) -> None:
    """A folder of something else."""
    path.mkdir()
    (path / "letter.txt").write_text("hello")


def newer(path: Path) -> None:
    """A store of a later version of the program."""
    path.mkdir()
    (path / "store.json").write_text('{"format": 99}')


def damaged(path: Path) -> None:
    """A marker that is no JSON."""
    path.mkdir()
    (path / "store.json").write_text("{")


def unpublished(path: Path) -> None:
    """A store that was made but never written."""
    Folder(path).create()


@pytest.mark.parametrize(
    ("prepare", "options", "error", "words"),
    [
        (missing, {"read_only": True}, StoreMissing, "there is no store at"),
        (missing, {"create": False}, StoreMissing, "there is no store at"),
        (foreign, {}, StoreError, "is not empty and is no store"),
        (foreign, {"read_only": True}, StoreMissing, "there is no store at"),
        (newer, {}, StoreTooNew, "has format 99; this version reads up to 1"),
        (newer, {"read_only": True}, StoreTooNew, "has format 99"),
        (damaged, {}, StoreError, "store.json is damaged"),
        (unpublished, {"read_only": True}, StoreMissing, "has not published anything"),
    ],
)
def test_what_cannot_be_opened_is_named(
    tmp_path: Path, prepare: Callable[[Path], None], options: dict[str, bool], error: type[StoreError], words: str
) -> None:
    """One line says what is wrong with the place."""
    place = tmp_path / "store"
    prepare(place)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=words):
        open_store(place, read_only=bool(options.get("read_only")), create=options.get("create", True))
    assert sorted(tmp_path.rglob("*")) == before


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    """A folder keeps what it was given, byte for byte."""
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN) as store:
        store.replace(GRAPH, QUADS)
        before = canonical(store.quads())
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN) as store:
        assert canonical(store.quads()) == before
    with open_store(tmp_path / "s", read_only=True) as reader:
        assert canonical(reader.quads()) == before


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """A store opened for reading refuses every change."""
    open_store(tmp_path / "s", onto=NOTHING_KNOWN).close()
    with open_store(tmp_path / "s", read_only=True) as reader:
        for change in (lambda: reader.replace(GRAPH, QUADS), lambda: reader.drop(ns.META_GRAPH)):
            with pytest.raises(StoreError, match="for reading only"):
                change()


def test_a_second_writer_is_refused_or_waits(tmp_path: Path) -> None:
    """While one writes, another is told so, or gets its turn when it is willing to wait."""
    first = open_store(tmp_path / "s", onto=NOTHING_KNOWN)
    with pytest.raises(StoreLocked, match="another process is writing"):
        open_store(tmp_path / "s", onto=NOTHING_KNOWN)
    threading.Timer(0.2, first.close).start()
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN, wait=10) as second:
        assert second.replace(GRAPH, QUADS)


def test_another_process_is_refused_too(tmp_path: Path) -> None:
    """The lock holds between processes, and one that was killed holds none."""
    script = (
        "import sys; from kg.store_oxigraph import open_folder; from pathlib import Path;"
        "held = open_folder(Path(sys.argv[1]), read_only=False, create=True, wait=0); print('open', flush=True);"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "s")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked):
            open_store(tmp_path / "s", onto=NOTHING_KNOWN)
        other.kill()
    open_store(tmp_path / "s", onto=NOTHING_KNOWN).close()


def test_readers_move_on_when_they_refresh(tmp_path: Path) -> None:
    """Reading goes on beside writing; a reader sees a published state and the next one once it asks."""
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN) as writer:
        assert isinstance(writer, FolderWriter)
        writer.publish()
        with open_store(tmp_path / "s", read_only=True) as reader:
            writer.replace(GRAPH, QUADS)
            assert not reader.refresh()
            assert GRAPH not in reader.graphs()
            before = reader.query("SELECT * { GRAPH ?g { ?s ?p ?o } }").rows()
            writer.publish()
            assert reader.refresh()
            assert sorted(reader.quads(GRAPH)) == QUADS
            assert {row for row in before if row[0] == GRAPH} == set()


def test_old_snapshots_go_unless_someone_reads_them(tmp_path: Path) -> None:
    """Publishing cleans up, but never under a reader's feet."""
    folder = Folder(tmp_path / "s")
    with open_store(folder.root, onto=NOTHING_KNOWN) as writer:
        assert isinstance(writer, FolderWriter)
        writer.publish()
        with open_store(folder.root, read_only=True) as reader:
            held = reader.generation
            for n in range(4):
                writer.replace(GRAPH, QUADS[: n + 1])
                writer.publish()
            assert len(folder.numbers()) == KEPT + 1
            assert held in folder.numbers()
            assert GRAPH not in reader.graphs()
        writer.publish()
        assert len(folder.numbers()) == KEPT


ALL = f"SELECT ?s ?p ?o {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
TAKEN: dict[str, Callable[[Store], Iterator[Sequence[object]]]] = {
    "rows": lambda store: store.query(ALL).rows(),
    "triples": lambda store: store.query(ALL.replace("SELECT ?s ?p ?o", "CONSTRUCT { ?s ?p ?o }")).triples(),
    "quads": lambda store: store.quads(GRAPH),
    "view": lambda store: (quad for view in [store.view()] for _ in range(2) for quad in view.quads(GRAPH)),
}


@pytest.mark.parametrize("way", TAKEN)
def test_what_is_being_read_stays_until_it_has_been_read(tmp_path: Path, way: str) -> None:
    """However often the reader moves on meanwhile: its files are there, and what is seen does not change."""
    folder = Folder(tmp_path / "s")
    with open_store(folder.root, onto=NOTHING_KNOWN) as writer:
        assert isinstance(writer, FolderWriter)
        writer.replace(GRAPH, QUADS)
        writer.publish()
        with open_store(folder.root, read_only=True) as reader:
            held, taken = reader.generation, TAKEN[way](reader)
            first = next(taken)
            for n in range(4):
                writer.replace(GRAPH, QUADS[: n + 1])
                writer.publish()
                assert reader.refresh()
            assert held in folder.numbers()
            seen = {tuple(each[:3]) for each in (first, *taken)}
            assert seen == {quad[:3] for quad in QUADS}
            writer.publish()
            assert held not in folder.numbers() and reader.generation in folder.numbers()


def test_flushing_publishes_within_a_second(tmp_path: Path) -> None:
    """Readers see what was flushed soon, though the writer goes on without writing; closing publishes the rest at once."""
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN) as writer:
        for n in range(1, 4):
            writer.replace(GRAPH, QUADS[:n])
            writer.flush()
        with open_store(tmp_path / "s", read_only=True) as reader:
            flushed = time.monotonic()
            while len(list(reader.quads(GRAPH))) < 3:
                reader.refresh()
                assert time.monotonic() < flushed + 5, "half a second, and much for a busy machine"
        writer.replace(GRAPH, QUADS)
    with open_store(tmp_path / "s", read_only=True) as reader:
        assert sorted(reader.quads(GRAPH)) == QUADS


@pytest.mark.long
def test_publishing_late_never_stops_the_writer(tmp_path: Path) -> None:
    """Flushes and the publications between them never wait for each other for ever, as RocksDB's own would."""
    script = (
        "import sys, time; from dataclasses import replace; from kg.ingesting import ingest; from pathlib import Path;"
        "from kg.store import Store, open_store; from tests.ingesting_world import articles, onto, read\n"
        "for place in map(Path, sys.argv[1:]):\n"
        "    with open_store(place, onto=onto()) as store:\n"
        "        many = [replace(a, id=f'{a.id}-{n}') for n in range(12) for a in articles(0)]\n"
        "        assert all(kept.changed for kept in ingest(store, many, read, extractor='', onto=onto()))"
    )
    places = [str(tmp_path / str(n)) for n in range(12)]
    subprocess.run([sys.executable, "-c", script, *places], cwd=ROOT, check=True, timeout=200)


def test_a_reader_publishes_what_a_killed_writer_left(tmp_path: Path) -> None:
    """An acknowledged article is seen though no writer comes again; while one is at work, readers leave that to it."""
    script = (
        "import os, signal, sys; from kg.store_oxigraph import open_writer; from kg import rdf; from pathlib import Path;"
        "from tests.readings import SAMPLE; store = open_writer(Path(sys.argv[1])); store.publish();"
        f"store.replace({str(GRAPH)!r}, rdf.quads(SAMPLE, ())); store.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    open_store(tmp_path / "s", onto=NOTHING_KNOWN).close()
    with open_store(tmp_path / "s", read_only=True) as reader:
        subprocess.run([sys.executable, "-c", script, str(tmp_path / "s")], cwd=ROOT, check=False)
        handle = lock(Folder(tmp_path / "s"))
        reader.refresh()
        assert GRAPH not in reader.graphs()
        os.close(handle)
        time.sleep(PUBLISH_EVERY)
        assert reader.refresh()
        assert sorted(reader.quads(GRAPH)) == QUADS


def test_a_half_made_publication_is_no_snapshot(tmp_path: Path) -> None:
    """What a killed writer left behind is never read, and the next publication sweeps it away."""
    folder = Folder(tmp_path / "s")
    open_store(folder.root, onto=NOTHING_KNOWN).close()
    (folder.snapshots / "new" / "db").mkdir(parents=True)
    with open_store(folder.root, read_only=True) as reader:
        assert reader.graphs()
    with open_store(folder.root, onto=NOTHING_KNOWN) as writer:
        writer.replace(GRAPH, QUADS)
    assert [entry.name for entry in folder.snapshots.iterdir() if not entry.name.isdigit()] == []


def test_a_store_that_was_only_begun_is_finished(tmp_path: Path) -> None:
    """Being killed right after, or right before, the folder became a store does not spoil it."""
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "store.json.new").write_text("{")
    Folder(tmp_path / "s").create()
    with open_store(tmp_path / "s", onto=NOTHING_KNOWN) as store:
        assert store.replace(GRAPH, QUADS)
        store.close()
        store.close()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file in the way is a clear error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make a store"):
        open_store(tmp_path / "file" / "store")


def test_the_marker_says_the_format(tmp_path: Path) -> None:
    """Other programs can tell what the folder is."""
    open_store(tmp_path / "s", onto=NOTHING_KNOWN).close()
    assert json.loads((tmp_path / "s" / "store.json").read_text()) == {"format": 1, "database": "db"}


def test_a_graph_lies_in_one_order_whatever_process_wrote_it() -> None:
    """So answers without ORDER BY are the same too, run after run, where strings are hashed otherwise each time."""
    told = "from kg.store import open_store; print(*open_store().quads('https://aikg.example/ontology'), sep='\\n')"
    written = {
        subprocess.run(
            [sys.executable, "-c", told], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1 and written.pop().count(b"\n") > 1000
