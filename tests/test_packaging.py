"""What is installed is all that is needed: the wheel, put into an empty folder, carries the ontology's data and the samples."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kg", "ontology", "ingest", "api")
SOURCES = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)
LOADED = """
import sys, pathlib, ontology, ingest.reader as reader, ingest.version as version
here = pathlib.Path(sys.argv[1])
assert here in pathlib.Path(ontology.__file__).parents, ontology.__file__
known = ontology.load()
assert known.entities["nvidia"] and known.properties["supplies"] and known.types
print(known.version, version.extractor_version(), len([o for o in reader.read_files([reader.SAMPLES]) if o.article]))
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


@pytest.mark.parametrize("package", ["kg", "ontology"])
def test_what_programs_import_carries_its_types(package: str) -> None:
    """Type checkers read the annotations of a package that has this mark (PEP 561)."""
    assert (ROOT / package / "py.typed").is_file()


def test_the_ontology_loads_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Installed into an empty folder, away from the checkout, it gives the same versions and reads the samples."""
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
    assert int(installed.split()[2]) >= 6


def plain(name: str) -> str:
    """A distribution's name in its normal form, without the version."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", name)[0]).lower()


# Libraries that are needed and never imported by name.
UNIMPORTED = {
    "ginza": "the components that ja-ginza names in its configuration",
    "ja-ginza": "the model, which spaCy loads by its name",
    "numpy": "networkx.spring_layout, which leaves it out of its requirements",
    "httptools": "uvicorn's parser of requests",
    "uvloop": "uvicorn's event loop",
    "python-multipart": "FastAPI's forms and files",
    "build": "run as a module",
    "mypy": "run by make",
    "oxigraph": "a server that the tests start",
    "pytest-cov": "a plugin",
    "schemathesis": "a command that the tests run",
    "pytest-xdist": "a plugin",
    "ruff": "run by make",
}


def imported(*folders: str) -> set[str]:
    """The distributions whose modules the Python files below some folders import, also by ``importorskip``."""
    modules: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                modules.add(ast.literal_eval(node.args[0]).split(".")[0])
    local = {path.stem for path in (ROOT / "tests").rglob("*")} | {"tests", *PACKAGES}
    owners = packages_distributions()
    return {min(map(plain, owners.get(module, [module])), key=len) for module in modules - set(sys.stdlib_module_names) - local}


def declared(*groups: str) -> set[str]:
    """What ``pyproject.toml`` asks for at run time and in some groups, without typing stubs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = project["project"]["dependencies"] + [line for group in groups for line in project["dependency-groups"][group]]
    return {plain(line) for line in lines if not line.startswith("types-")}


def test_every_library_that_is_imported_is_declared() -> None:
    """``pyproject.toml`` names the libraries the packages and the tests import, not only what those happen to bring along."""
    assert imported(*PACKAGES) - declared() == set()
    assert imported("tests", "benchmarks") - declared("dev") == set()


def test_every_library_that_is_declared_is_used() -> None:
    """Nothing is installed for code that has gone."""
    assert declared() - imported(*PACKAGES) - set(UNIMPORTED) == set()
    assert declared("dev") - imported(*PACKAGES, "tests", "benchmarks") - set(UNIMPORTED) == set()
    assert set(UNIMPORTED) <= declared("dev")
