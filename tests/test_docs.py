"""README and docs do as they say: commands print what is shown (``…`` leaves out), code runs, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from api.cli import app
from api.http import create_app
from api.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
PACKAGES = ("ontology", "kg", "ingest", "api")


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, str]]:
    """Each command of README's console blocks and the output shown below it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def missing(shown: str, output: str) -> str:
    """The first piece of what is shown that the output does not have behind the pieces before it; empty where all is there."""
    place = 0
    for piece in shown.strip().split("…"):
        found = output.find(piece, place)
        if found < 0:
            return piece
        place = found + len(piece)
    return ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to run in, with the samples' store that ``make demo`` makes."""
    made = tmp_path_factory.mktemp("readme")
    ran = CliRunner().invoke(app, ["ingest", "--store", str(made / "kg-demo"), str(ROOT / "ingest" / "samples")])
    assert ran.exit_code == 0, ran.output
    (made / "ingested").write_text(ran.stdout, "utf-8")
    return made


RUN = [(command, shown) for command, shown in commands() if command.startswith(("kg ", "make "))]


@pytest.mark.parametrize(("command", "shown"), RUN, ids=[command for command, _ in RUN])
def test_a_command_prints_what_is_shown(command: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a store of the samples. Where reading got better, README is to show it."""
    monkeypatch.chdir(folder)
    demo = "kg ask --store kg-demo 'who supplies Colossus'"
    ran = CliRunner().invoke(app, shlex.split(demo if command == "make demo" else command)[1:])
    told = (Path("ingested").read_text("utf-8") if command == "make demo" else "") + ran.stdout
    assert (ran.exit_code, missing(shown, told)) == (0, ""), told


def test_the_make_targets_that_are_named_exist() -> None:
    """In README and in docs/, as ``make target``."""
    named = {target for page in PAGES for target in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named - targets == set()
    assert {"run", "demo", "setup", "test"} <= named


@pytest.mark.parametrize("code", blocks("python"))
def test_the_code_runs(code: str, folder: Path) -> None:
    """In the samples' folder, with output and without a word on standard error."""
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.strip()


def requests() -> list[str]:
    """The addresses that the docs ask with curl, without host."""
    every = [line for page in PAGES for line in re.findall(r"^(?:\$ )?(curl .*)$", page.read_text("utf-8"), re.MULTILINE)]
    return [word.partition("127.0.0.1:8000")[2] for line in every for word in shlex.split(line) if "127.0.0.1:8000" in word]


@pytest.fixture(scope="module")
def service(folder: Path) -> FastAPI:
    return create_app(read_settings(store=str(folder / "kg-demo")))


@pytest.mark.parametrize("address", sorted(set(requests())))
def test_the_addresses_that_are_named_exist(address: str, service: FastAPI) -> None:
    """Path and parameters are those of a route."""
    parts = urlsplit(address)
    routes = service.openapi()["paths"]
    assert parts.path in routes
    known = {each["name"] for each in routes[parts.path]["get"].get("parameters", ())}
    assert set(parse_qs(parts.query)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every file that a page links to is there."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


TAUGHT = """
import sys
import ontology
from ingest.pipeline import Extractor
from kg import ask
from kg.model import Article
from kg.store import open_store
from kg.validate import keep

sentence, question = sys.argv[1:]
store = open_store()
keep(store, Extractor().read(Article("taught", sentence)), ontology.load())
for found in ask(store, question).answers:
    for one in found.claims:
        claim = one.claim
        print(claim.subject.id, claim.predicate, claim.object.id, claim.modality, *(each.id for each in claim.attributed_to))
"""


def test_a_relation_is_taught_by_data_alone(tmp_path: Path) -> None:
    """The blocks under "Teach it a relation", put at the end of the files named before them, do what README says."""
    chapter = README.partition("## Teach it a relation")[2].partition("\n## ")[0]
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    steps = re.findall(r"at the end of `([^`]+)`.*?```\w+\n(.*?)```", chapter, re.DOTALL)
    assert [name for name, _ in steps] == ["ontology/vocabulary.ttl", "ontology/words/frames.yaml", "ontology/questions.yaml"]
    for name, addition in steps:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(addition)
    (sentence,) = re.findall("「(.+?。)」", chapter)
    (question,) = re.findall(r'kg ask "([^"]+)"', chapter)
    command = [sys.executable, "-c", TAUGHT, sentence, question]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.returncode) == ("arm licensesTo microsoft planned reuters", 0), ran.stderr
