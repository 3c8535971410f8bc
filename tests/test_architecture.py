"""The shape of the house (``docs/decisions``): which way imports run, what may load what, how large things grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ontology import load

ROOT = Path(__file__).resolve().parents[1]
BELOW = {
    "ontology": {"ontology"},
    "kg": {"ontology", "kg"},
    "ingest": {"ontology", "kg", "ingest"},
    "api": {"ontology", "kg", "ingest", "api"},
}
# Libraries that only the packages or modules named may import, so that no type of theirs spreads.
KEPT = {
    "spacy": {"ingest"},
    "ginza": {"ingest"},
    "sudachipy": {"ingest", "kg.ask_sound"},
    "thinc": {"ingest"},
    "trafilatura": {"ingest.formats"},
    "frontmatter": {"ingest.formats"},
    "fastapi": {"api"},
    "starlette": {"api"},
    "uvicorn": {"api"},
    "mcp": {"api.mcp"},
    "typer": {"api"},
    "rich": {"api"},
    "pydantic_settings": {"api.settings"},
}
HEAVY = ("spacy", "ginza", "sudachipy", "thinc", "trafilatura")
LONGEST_MODULE = 450
LONGEST_FUNCTION = 50
LONGEST_INIT = 15
# Written in pieces, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("golang", "org/proxy"),
        ("proxy", "golang", "org"),
        ("anaconda", "org"),
        ("rubygems", "org"),
    )
]
MODULES = sorted(path for package in BELOW for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    """The module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which way they run"
            yield node.module or ""


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def under(module: str, places: set[str]) -> bool:
    """Whether a module is one of the places or inside one."""
    return any(module == place or module.startswith(place + ".") for place in places)


every_module = pytest.mark.parametrize("path", MODULES, ids=name)


@every_module
def test_imports_run_one_way(path: Path) -> None:
    """``ontology`` ← ``kg`` ← ``ingest`` ← ``api``."""
    package = name(path).split(".")[0]
    ours = {module.split(".")[0] for module in imported(parsed(path))} & set(BELOW)
    assert ours <= BELOW[package]


@every_module
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    """``kg`` knows no spaCy and no FastAPI; a library made for one job is used in one place."""
    strays = {
        module for module in imported(parsed(path)) if not under(name(path), KEPT.get(module.split(".")[0], {name(path)}))
    }
    assert not strays


@every_module
def test_modules_and_functions_stay_small(path: Path) -> None:
    """One noun a module, one step a function."""
    lines = path.read_text("utf-8").count("\n")
    assert lines <= (LONGEST_INIT if path.name == "__init__.py" else LONGEST_MODULE)
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: length for function, length in long.items() if length > LONGEST_FUNCTION} == {}


@every_module
def test_a_module_says_what_it_is(path: Path) -> None:
    """Its docstring is one sentence at least."""
    assert (ast.get_docstring(parsed(path)) or "").strip()


@every_module
def test_only_the_settings_read_the_environment(path: Path) -> None:
    """One object, made at the edge, is handed in (``api/settings.py``)."""
    nodes = list(ast.walk(parsed(path)))
    read = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}]
    read += [node for node in nodes if isinstance(node, ast.alias) and node.name in {"environ", "getenv"}]
    assert not read or name(path) == "api.settings"


@every_module
def test_no_code_names_a_property(path: Path) -> None:
    """What grammar takes for granted of one is data (``ontology/words/properties.yaml``), so that a new one needs no code."""
    texts = {node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not texts & load().properties.keys()


@every_module
def test_what_is_exported_is_complete(path: Path) -> None:
    """Where a module has ``__all__``, every public class and function of it is in there, and they exist (ruff sorts it)."""
    tree = parsed(path)
    exported: list[str] | None = None
    defined: set[str] = set()
    own: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign):
            targets = {target.id for target in node.targets if isinstance(target, ast.Name)}
            defined |= targets
            if "__all__" in targets:
                exported = ast.literal_eval(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
    if exported is None:
        return
    assert {public for public in own if not public.startswith("_")} <= set(exported) <= own | defined


@pytest.mark.parametrize("module", ["kg", "ontology", "api.cli", "api.http"])
def test_serving_a_graph_loads_no_japanese_model(module: str) -> None:
    """Importing the graph, the command line or the service loads neither spaCy nor anything that only reading needs."""
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (ran.stdout.strip(), ran.stderr, ran.returncode) == ("", "", 0)


def tracked() -> list[Path]:
    """The files of the project, as git knows them; all that are not hidden where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not any(p.startswith(".") for p in path.parts)]
    return [path for entry in listed.stdout.split("\0") if entry and (path := ROOT / entry).is_file()]


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's business."""
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        for host in REGISTRIES
        if host.encode() in path.read_bytes().lower()
    ]
    assert named == []
