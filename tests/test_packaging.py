"""What is installed is all that is needed: the wheel, put into an empty folder, carries the ontology's data and the samples."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kg", "ontology", "ingest", "api")
SOURCES = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)
LOADED = """
import sys, pathlib, ontology, ingest.reader as reader
here = pathlib.Path(sys.argv[1])
assert here in pathlib.Path(ontology.__file__).parents, ontology.__file__
known = ontology.load()
assert known.entities["nvidia"] and known.properties["supplies"] and known.types
print(known.version, len([o for o in reader.read_files([reader.SAMPLES]) if o.article]))
"""


def run(*command: str, cwd: Path) -> str:
    """The output of a command that must go well."""
    ran = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy of the sources, so that no build folder is left in the project."""
    copy = tmp_path_factory.mktemp("source")
    for source in SOURCES:
        run("cp", "-R", str(ROOT / source), str(copy), cwd=ROOT)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "dist"), cwd=copy)
    (built,) = (copy / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_file_that_is_no_module(wheel: Path) -> None:
    """Turtle, YAML, queries, samples, templates: what git tracks below the packages is in the wheel."""
    listed = run("git", "ls-files", *PACKAGES, cwd=ROOT).split("\n") if (ROOT / ".git").exists() else []
    present = {name for name in listed if name and (ROOT / name).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        missing = present - set(archive.namelist())
    assert missing == set()


def test_the_ontology_loads_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Installed into an empty folder, away from the checkout, it gives the same ontology version and reads the samples."""
    target = tmp_path / "installed"
    run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
        cwd=tmp_path,
    )
    code = f"import sys; sys.path.insert(0, sys.argv[1]){LOADED}"
    installed = run(sys.executable, "-I", "-c", code, str(target), cwd=tmp_path)
    checkout = run(sys.executable, "-c", LOADED, str(ROOT), cwd=ROOT)
    assert installed == checkout
    assert int(installed.split()[1]) >= 6
