"""The extractor's version follows the code and the libraries that readings rest on, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from ingest.version import CODE, LIBRARIES, code, extractor_version, fingerprint
from kg.model import Article

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {"ingest.a": "x = 1\n", "ingest.b": "y = 2\n"}
PINNED = {"spacy": "3.8", "ginza": "5.3"}
OTHERS = (
    ({**SOURCES, "ingest.b": "y = 3\n"}, PINNED),
    ({**SOURCES, "ingest.c": ""}, PINNED),
    ({"ingest.a": "y = 2\n", "ingest.b": "x = 1\n"}, PINNED),
    (SOURCES, {**PINNED, "spacy": "3.9"}),
    (SOURCES, {}),
)


@pytest.mark.parametrize(("sources", "libraries"), OTHERS)
def test_any_change_gives_another_version(sources: dict[str, str], libraries: dict[str, str]) -> None:
    """A changed, added or exchanged module; a library of another version; not the order in which a disk lists them."""
    assert fingerprint(sources, libraries) != fingerprint(SOURCES, PINNED)
    assert fingerprint(dict(reversed(SOURCES.items())), PINNED) == fingerprint(SOURCES, PINNED)


def test_every_module_that_shapes_a_reading_counts() -> None:
    """All of ``ingest`` and ``ontology``, and of ``kg`` whatever ``ingest`` makes claims with."""
    there = {".".join(path.relative_to(ROOT).with_suffix("").parts) for name in CODE for path in (ROOT / name).glob("*.py")}
    counted = code()
    assert {name for name in there if not name.startswith("kg.")} <= set(counted) <= there
    used = {name for text in counted.values() for name in re.findall(r"^from (kg\.\w+) import", text, re.MULTILINE)}
    # Files and their names, errors, output for people, reading graphs back: none of it changes what is written.
    assert used - set(counted) == {"kg.errors", "kg.identity", "kg.jsonl", "kg.rdf_reading", "kg.store"}
    assert counted["ingest.version"] == Path(sys.modules["ingest.version"].__file__ or "").read_text("utf-8")


def test_the_libraries_are_those_that_are_locked() -> None:
    """A new lock gives a new version; a library that is not pinned would give one by chance."""
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    assert [name for name in LIBRARIES if f"\n{name}=={version(name)} " not in locked] == []


def test_line_ends_make_no_other_version(tmp_path: Path) -> None:
    """A checkout with the line ends of another system is the same program; one with another word in it is not."""
    script = "from ingest.version import extractor_version; print(extractor_version())"

    def told() -> str:
        ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        return ran.stdout.strip()

    for package in CODE:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path in tmp_path.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told() == extractor_version()
    with (tmp_path / "ingest" / "dates.py").open("ab") as file:
        file.write(b"# more\n")
    assert told() != extractor_version()


def test_readings_carry_the_version() -> None:
    """As 12 hex digits, like that of the ontology."""
    from ingest.pipeline import Extractor

    reading = Extractor().read(Article("a", ""))
    assert reading.extractor == extractor_version()
    assert re.fullmatch("[0-9a-f]{12}", reading.extractor)
