"""Acknowledged articles: resuming, refusing, being killed, a full disk and a disk that cannot be written."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kg import catalog, rdf
from kg import namespaces as ns
from kg.errors import InvalidValue, Nonconforming, ReadError, StoreError
from kg.ingesting import Kept, ingest
from kg.model import Article, Reading
from kg.store import Store, open_store
from kg.terms import canonical
from tests.ingesting_world import ARTICLES, EXTRACTOR, articles, onto, read

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory with few entities."""
    with open_store(onto=onto()) as opened:
        yield opened


def run(store: Store, given: list[Article], extractor: str = EXTRACTOR) -> list[Kept]:
    """What became of each."""
    return list(ingest(store, given, read, extractor=extractor, onto=onto()))


# --- resuming


def test_what_is_current_is_not_read_again(store: Store) -> None:
    """A second run reads nothing; the outcome says so and the store stays as it is."""
    first = run(store, articles(0))
    assert all(kept.changed and kept.reading for kept in first)
    before = store.generation
    assert run(store, articles(0)) == [Kept(article) for article in articles(0)]
    assert store.generation == before


@pytest.mark.parametrize(
    "change", [{"text": "FTによると"}, {"title": "Other"}, {"published": "2023"}, {"publisher": "9"}, {"url": ""}]
)
def test_what_changed_is_replaced(store: Store, change: dict[str, str]) -> None:
    """Another text, or another description, is another article under the same id; the others are left alone."""
    given = [replace(article, publisher="3") for article in articles(0)[:3]]
    nothing_claimed = lambda article: Reading(article, (), EXTRACTOR, onto().version)  # noqa: E731
    list(ingest(store, given, nothing_claimed, extractor=EXTRACTOR, onto=onto()))
    given[1] = replace(given[1], **change)
    again = list(ingest(store, given, nothing_claimed, extractor=EXTRACTOR, onto=onto()))
    assert [kept.changed for kept in again] == [False, True, False]
    assert catalog.article(store, given[1].id) == given[1]


def test_another_extractor_or_ontology_reads_again_from_the_stored_text(store: Store) -> None:
    """The store's own articles can be handed in, and what an older version read is read anew."""
    run(store, articles(0))
    stored = list(catalog.articles(store))
    assert all(kept.reading for kept in run(store, stored, "extractor-2"))
    newer = replace(onto(), version="ba9876543210")
    assert all(kept.reading for kept in ingest(store, stored, read, extractor=EXTRACTOR, onto=newer))


@pytest.mark.parametrize("error", [ReadError("no"), InvalidValue("no"), Nonconforming("no")])
def test_one_bad_article_stops_nothing(store: Store, error: ReadError | Nonconforming) -> None:
    """What cannot be read or does not conform is named and leaves the store as it was; the next ones go on."""

    def sometimes(article: Article) -> Reading:
        if article == articles(0)[1]:
            raise error
        return read(article)

    found = list(ingest(store, articles(0)[:3], sometimes, extractor=EXTRACTOR, onto=onto()))
    assert [kept.error for kept in found] == [None, error, None]
    assert sum(graph.startswith(ns.ARTICLE) for graph in store.graphs()) == 2


def test_a_store_that_fails_stops_the_run(tmp_path: Path) -> None:
    """There is no point in going on when nothing can be kept."""
    open_store(tmp_path / "s", onto=onto()).close()
    with open_store(tmp_path / "s", read_only=True) as reader, pytest.raises(StoreError, match="for reading only"):
        run(reader, articles(0))


# --- being killed


@cache
def whole(article: Article) -> list[str]:
    """All that its graph holds, in canonical N-Quads."""
    return canonical(rdf.quads(read(article), onto().entities))


def killed(place: Path, version: int, chance: random.Random) -> tuple[set[str], bool]:
    """Starts an ingestion and kills it at a random moment: what it had acknowledged, and whether it was done before."""
    command = [sys.executable, "-m", "tests.ingesting_world", str(place), str(version)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline() for _ in range(chance.choice([1, 2, chance.randrange(1, ARTICLES + 2)]))]
        time.sleep(chance.random() * chance.choice([0.01, 0.1]))
        worker.kill()
        said.extend(worker.stdout)
    words = {line.strip() for line in said if line.endswith("\n")}
    return words - {"ready", "done"}, "done" in words


def check(store: Store, acknowledged: set[str], version: int) -> int:
    """Every acknowledged article is there, every other one whole in some version; gives how many there are."""
    there = {id for graph in store.graphs() if (id := graph.removeprefix(ns.ARTICLE)) != graph}
    assert acknowledged <= there
    for now in articles(version):
        if now.id in there:
            versions = [version] if now.id in acknowledged else range(version, -1, -1)
            kept = canonical(store.quads(ns.article_iri(now.id)))
            assert any(kept == whole(replace(now, publisher=str(v))) for v in versions)
    return len(there)


def kill_often(place: Path, times: int) -> Counter[str]:
    """Kills that many ingestions, checks what each left, and compares with a store that nothing ever disturbed."""
    chance, version, tally = random.Random(times), 0, Counter[str]()
    while tally["kills"] < times:
        acknowledged, done = killed(place, version, chance)
        tally += Counter(kills=not done, acknowledged=len(acknowledged))
        if acknowledged:  # before that, nothing need have been published
            with open_store(place, read_only=True) as reader:
                tally["seen"] += check(reader, acknowledged, version)
        if chance.random() < 0.5:
            with open_store(place, onto=onto()) as writer:
                check(writer, acknowledged, version)
        version += done or chance.random() < 0.2
    with open_store(place, onto=onto()) as final, open_store(onto=onto()) as undisturbed:
        for store in (final, undisturbed):
            run(store, articles(version))
        assert canonical(final.quads()) == canonical(undisturbed.quads())
    return tally


@pytest.mark.parametrize("times", [10, pytest.param(120, marks=pytest.mark.long)])
def test_nothing_is_lost_by_being_killed(tmp_path: Path, times: int) -> None:
    """However often and whenever it is killed: no acknowledged article lost, none half there, the same store in the end."""
    tally = kill_often(tmp_path / "s", times)
    assert tally["acknowledged"] > times


# --- disks


def test_a_full_disk_is_a_clear_error_and_no_damage(small_disk: Path) -> None:
    """Reading goes on from what was published; once there is room again, all that was acknowledged is there."""
    acknowledged, newer = {article.id for article in articles(0)[:4]}, set[str]()
    with open_store(small_disk / "s", onto=onto()) as store:
        run(store, articles(0)[:4])
        filler = small_disk / "filler"
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(b"x" * (1 << 25))
        with pytest.raises(StoreError, match="No space left"):
            for kept in ingest(store, articles(1), read, extractor=EXTRACTOR, onto=onto()):
                newer.add(kept.article.id)
        with pytest.raises(StoreError, match="No space left"):
            store.close()
    with open_store(small_disk / "s", read_only=True) as reader:
        check(reader, set(), 1)
        filler.unlink()
        reader._looked_at = 0.0  # type: ignore[attr-defined]
        reader.refresh()
        assert check(reader, newer, 1) >= len(acknowledged)
    with open_store(small_disk / "s", onto=onto()) as again:
        assert all(not kept.error for kept in run(again, articles(1)))


def test_a_disk_that_cannot_be_written(small_disk: Path) -> None:
    """Reading works, writing is refused in one line."""
    with open_store(small_disk / "s", onto=onto()) as store:
        run(store, articles(0)[:4])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with open_store(small_disk / "s", read_only=True) as reader:
        assert check(reader, {article.id for article in articles(0)[:4]}, 0) == 4
        assert not reader.refresh()
    with pytest.raises(StoreError, match=r"cannot write to the store at .*: Read-only file system"):
        open_store(small_disk / "s", onto=onto())
    with pytest.raises(StoreError, match="cannot make a store"):
        open_store(small_disk / "other", onto=onto())
