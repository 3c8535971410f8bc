"""Backups, restoring them, compacting, and stores of other versions."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import catalog, upkeep
from kg import namespaces as ns
from kg.errors import InputError, Nonconforming, StoreError, StoreLocked, StoreMissing, StoreTooNew
from kg.ingesting import ingest
from kg.snapshots import Folder
from kg.store import open_store
from kg.store_oxigraph import open_writer
from kg.terms import Iri, Quad, canonical, text
from tests.ingesting_world import EXTRACTOR, articles, onto, read

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A store with twelve articles."""
    with open_store(tmp_path / "s", onto=onto()) as store:
        list(ingest(store, articles(0), read, extractor=EXTRACTOR, onto=onto()))
    return tmp_path / "s"


def dump(location: Path) -> list[str]:
    """What readers see, but for the background knowledge."""
    with open_store(location, read_only=True) as store:
        return canonical(quad for quad in store.quads() if quad.graph.startswith(ns.ARTICLE))


# --- backups


def test_a_backup_is_restored_as_it_was(place: Path, tmp_path: Path) -> None:
    """Every article comes back, in a folder or in any open store; a second backup has the same bytes."""
    with open_store(place, read_only=True) as store:
        assert upkeep.backup(store, tmp_path / "b.nq.gz") == sum(1 for _ in store.quads())
    upkeep.restore(tmp_path / "b.nq.gz", tmp_path / "again", onto())
    assert dump(tmp_path / "again") == dump(place)
    with open_store(onto=onto()) as memory:
        upkeep.restore_into(tmp_path / "b.nq.gz", memory, onto())
        assert canonical(q for q in memory.quads() if q.graph.startswith(ns.ARTICLE)) == dump(place)
        upkeep.backup(memory, tmp_path / "c.nq.gz")
    with open_store(tmp_path / "again", read_only=True) as store:
        upkeep.backup(store, tmp_path / "d.nq.gz")
    assert (tmp_path / "c.nq.gz").read_bytes() == (tmp_path / "d.nq.gz").read_bytes()


def test_a_graph_in_pieces_is_refused_before_anything_is_written(place: Path, tmp_path: Path) -> None:
    """A file in another order, as sorting may give, would lose all but the last piece of a graph."""
    with open_store(place, read_only=True) as store:
        upkeep.backup(store, tmp_path / "b.nq.gz")
    lines = gzip.decompress((tmp_path / "b.nq.gz").read_bytes()).splitlines(keepends=True)
    (tmp_path / "sorted.nq.gz").write_bytes(gzip.compress(b"".join(sorted(lines))))
    with open_store(onto=onto()) as memory:
        before = canonical(memory.quads())
        with pytest.raises(InputError, match="in several places"):
            upkeep.restore_into(tmp_path / "sorted.nq.gz", memory, onto())
        assert canonical(memory.quads()) == before


def test_an_article_that_breaks_the_shapes_is_not_restored(place: Path, tmp_path: Path) -> None:
    """What is of this very version must conform, as at every other door; a message names article and fault."""
    with open_store(place, read_only=True) as store:
        upkeep.backup(store, tmp_path / "b.nq.gz")
    content = gzip.decompress((tmp_path / "b.nq.gz").read_bytes())
    (tmp_path / "bad.nq.gz").write_bytes(gzip.compress(content.replace(b"ns#supplies>", b"ns#dreamsOf>")))
    with pytest.raises(Nonconforming, match=r"article a\d+ does not conform: claim c_"):
        upkeep.restore(tmp_path / "bad.nq.gz", tmp_path / "new", onto())
    assert not list(tmp_path.glob("new*"))


NEWER = f'<{ns.STORE}> <{ns.KG_FORMAT_VERSION}> "99" <{ns.META_GRAPH}> .\n'.encode()


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda content: content[: len(content) // 2], InputError, "no whole backup"),
        (lambda content: content[:5000] + b"spoiled" + content[5007:], InputError, r"no whole backup|line \d+"),
        (lambda content: b"no gzip", InputError, "no whole backup"),
        (lambda content: gzip.compress(b"<http://a>"), InputError, "line 1"),
        (lambda content: gzip.compress(b"<http://a> <http://a> <http://a> ."), InputError, "needs a graph"),
        (lambda content: gzip.compress(NEWER), StoreTooNew, "has format 99"),
    ],
)
def test_a_spoilt_backup_leaves_nothing_behind(
    place: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], error: type[Exception], words: str
) -> None:
    """What cannot be restored whole is not restored at all."""
    with open_store(place, read_only=True) as store:
        upkeep.backup(store, tmp_path / "b.nq.gz")
    (tmp_path / "bad.nq.gz").write_bytes(spoil((tmp_path / "b.nq.gz").read_bytes()))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error, match=words):
        upkeep.restore(tmp_path / "bad.nq.gz", tmp_path / "again")
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_overwritten(place: Path, tmp_path: Path) -> None:
    """A backup goes to a new place, and one that cannot be written or read is named."""
    with open_store(place, read_only=True) as store:
        with pytest.raises(StoreError, match="cannot write"):
            upkeep.backup(store, tmp_path / "no" / "b.nq.gz")
        upkeep.backup(store, tmp_path / "b.nq.gz")
    with pytest.raises(StoreError, match="exists; a backup is restored to a new place"):
        upkeep.restore(tmp_path / "b.nq.gz", place)
    with pytest.raises(StoreError, match=r"cannot restore .*missing"):
        upkeep.restore(tmp_path / "missing", tmp_path / "again")


def test_a_full_disk_leaves_nothing_half_made(place: Path, small_disk: Path) -> None:
    """Neither half a backup nor half a store; what could not be compacted is as before."""
    with open_store(place, read_only=True) as store:
        upkeep.backup(store, whole := place.parent / "b.nq.gz")
        upkeep.restore(whole, kept := small_disk / "kept", onto())
        before = dump(kept)
        with pytest.raises(OSError, match="No space left"), (small_disk / "filler").open("wb") as filler:
            filler.write(b"x" * (1 << 25))
        present = sorted(small_disk.iterdir())
        with pytest.raises(StoreError, match=r"cannot write .*: No space left"):
            upkeep.backup(store, small_disk / "b.nq.gz")
    with pytest.raises(StoreError, match=r"cannot .*No space left"):
        upkeep.restore(whole, small_disk / "other", onto())
    with pytest.raises(StoreError, match=r"cannot .*No space left"):
        upkeep.compact(kept)
    assert sorted(small_disk.iterdir()) == present
    assert dump(kept) == before
    (small_disk / "filler").unlink()
    upkeep.compact(kept)
    assert dump(kept) == before


# --- compacting


def test_compacting_keeps_all_and_frees_the_rest(place: Path) -> None:
    """Orphans and the old database are gone, readers that were there go on, the next writer finds everything."""
    before = dump(place)
    (place / "db" / "orphan.sst").write_bytes(b"x" * 1_000_000)
    with open_store(place, read_only=True) as reader:
        upkeep.compact(place)
        assert canonical(q for q in reader.quads() if q.graph.startswith(ns.ARTICLE)) == before
        assert reader.refresh()
        assert canonical(q for q in reader.quads() if q.graph.startswith(ns.ARTICLE)) == before
    assert dump(place) == before
    assert not list(place.rglob("orphan.sst"))
    assert [path.name for path in place.glob("db*")] == ["db2"]
    with open_store(place, onto=onto()) as writer:
        assert not any(kept.changed for kept in ingest(writer, articles(0), read, extractor=EXTRACTOR, onto=onto()))
    upkeep.compact(place)
    assert [path.name for path in place.glob("db*")] == ["db3"]


def test_a_compaction_that_was_killed_changes_nothing(place: Path) -> None:
    """At whatever moment: the store is as before, and the next writer sweeps the half-made database away."""
    before = dump(place)
    code = f"from pathlib import Path; from kg.upkeep import compact; compact(Path({str(place)!r}))"
    for wait in (0.3, 0.45, 0.6, 0.75):
        with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as other:
            time.sleep(wait)
            other.kill()
        assert dump(place) == before
    open_store(place, onto=onto()).close()
    assert [path.name for path in place.glob("db*")] == [Folder(place).database().name]


def test_a_later_version_s_store_is_not_compacted(place: Path) -> None:
    """What only its graph says counts as well."""
    with open_writer(place) as store:
        store.replace(ns.META_GRAPH, [Quad(Iri(ns.STORE), ns.KG_FORMAT_VERSION, text("99"), ns.META_GRAPH)])
    with pytest.raises(StoreTooNew, match="has format 99"):
        upkeep.compact(place)


def test_compacting_waits_for_the_writer(place: Path) -> None:
    """Two never write at once; memory has nothing to compact."""
    with open_store(place, onto=onto()), pytest.raises(StoreLocked):
        upkeep.compact(place)
    with pytest.raises(StoreMissing):
        upkeep.compact(Path("memory"))


# --- versions


def made_by(place: Path, version: int) -> None:
    """Makes the store one of another format."""
    with open_store(place, onto=onto()) as store:
        found = (replaced(quad, version) for quad in list(store.quads(ns.META_GRAPH)))
        store.replace(ns.META_GRAPH, found)
    marker = place / "store.json"
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"format": min(version, 1)}))


def replaced(quad: Quad, version: int) -> Quad:
    """The quad with another format."""
    return quad._replace(object=text(str(version))) if quad.predicate == ns.KG_FORMAT_VERSION else quad


def test_a_newer_store_is_refused(place: Path) -> None:
    """Whoever opens it, for reading or writing, and even where only the graphs tell."""
    made_by(place, 2)
    for read_only in (True, False):
        with pytest.raises(StoreTooNew, match="has format 2; this version reads up to 1"):
            open_store(place, read_only=read_only, onto=onto())


def test_a_reader_stays_where_a_newer_version_moves_on(place: Path, tmp_path: Path) -> None:
    """A service that was started before goes on with what it understands."""
    with open_store(place, read_only=True) as reader:
        before = canonical(reader.quads())
        made_by(place, 2)
        with pytest.raises(StoreTooNew):
            reader.refresh()
        assert canonical(reader.quads()) == before


def test_an_older_store_is_read_again_from_its_text(place: Path) -> None:
    """Opening it for writing keeps every text and forgets what an older layout said; ingesting its own articles fills it."""
    before = dump(place)
    made_by(place, 0)
    with pytest.raises(StoreError, match="an older version made the store"):
        open_store(place, read_only=True)
    with open_store(place, onto=onto()) as store:
        assert catalog.count_claims(store) == 0
        assert sorted(a.id for a in catalog.articles(store)) == sorted(a.id for a in articles(0))
        again = list(ingest(store, catalog.articles(store), read, extractor=EXTRACTOR, onto=onto()))
        assert all(kept.changed for kept in again)
    assert dump(place) == before
    assert json.loads((place / "store.json").read_text())["format"] == 1
