"""The command line: what each command gives, its exit status, and one line for each fault."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import typer.main
from api_world import CLAIMS, WIRE, fill
from typer.testing import CliRunner, Result

from api import cli_ingest
from api.cli import app
from ingest.claims import Draft
from ingest.pipeline import Extractor
from kg import catalog
from kg.jsonl import read_jsonl
from kg.model import Article, Reading
from kg.store import open_store

ROOT = Path(__file__).resolve().parents[1]
SUPPLY = CLAIMS[0]
TEXT = "ナベ電算は、コロッサスにH100を5万枚供給した。"
KG = (sys.executable, "-c", "from api.cli import main; main()")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fill(tmp_path_factory.mktemp("store") / "kg")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder with a store of a later version, an article that is none, and an article."""
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / "store.json").write_text('{"format": 99}', "utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "articles" / "empty.txt").touch()
    (tmp_path / "articles" / "good.txt").write_text(TEXT, "utf-8")
    return tmp_path


def kg(*arguments: str, store: str = "") -> Result:
    """What the command did."""
    return CliRunner().invoke(app, [*arguments, *(("--store", store) if store else ())])


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    command = [*KG, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd, check=False, timeout=180)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "SELECT ?who { ?who kg:supplies ent:xai }"), ["who\nent:oracle\n"]),
        (("query", "ASK { ent:oracle kg:supplies ent:xai }"), ["yes"]),
        (("query", "CONSTRUCT WHERE { ?who kg:supplies ent:xai }"), ["<https://aikg.example/entity/oracle>"]),
        (
            ("query", "SELECT ?who { ?who kg:supplies ent:xai }", "--format", "csv"),
            ["who\nhttps://aikg.example/entity/oracle"],
        ),
        (
            ("claims", "--subject", "nvidia"),
            ["NVIDIA supplies", SUPPLY.evidence[0].quote, "planned, according to", WIRE.title, WIRE.url],
        ),
        (("claims", "--modality", "planned", "--limit", "1"), [SUPPLY.id]),
        (("conflicts",), ["xAI: valuation, told as a fact", "45,000,000,000 USD", "24,000,000,000 USD"]),
        (("conflicts", "--lang", "ja"), ["xAI: 企業価値（事実として）", "450億ドル"]),
        (
            ("agreement", "--subject", "XAI", "--sources", "1"),
            ["xAI valuation 45,000,000,000 USD", "1 independent source:"],
        ),
        (("claims", "--subject", "nvidia", "--modality", "denied"), ["No claim that was read is like that."]),
        (("conflicts", "--subject", "nvidia"), ["No two claims that were read exclude each other."]),
        (("agreement", "--sources", "9", "--lang", "ja"), ["それだけの数の独立した情報源"]),
        (("export", "--format", "csv"), ["id,subject,predicate"]),
        (("timeline", "xAI", "valuation"), ["2024-12-05  45,000,000,000 USD", "2024-11-20  24,000,000,000 USD"]),
        (("timeline", "xai", "valuation", "--json"), ['{"about": "2024-11-20"']),
        (("cite", SUPPLY.id), [WIRE.title, WIRE.publisher, SUPPLY.id]),
        (("cite", SUPPLY.id, "--style", "bibtex"), ["@misc{"]),
        (("export", "--format", "gexf"), ["<gexf"]),
        (("validate",), ["everything conforms"]),
        (("verify",), ["2 articles, 5 claims, 5 quotes checked; 0 faults"]),
        (("verify", "wire", "--json"), ['"ok": true']),
    ],
)
def test_a_command_gives_what_it_says(location: str, arguments: tuple[str, ...], words: list[str]) -> None:
    """Status 0, and nothing but plain text where no terminal reads it."""
    ran = kg(*arguments, store=location)
    assert ran.exit_code == 0, ran.output
    assert [word for word in words if word not in ran.stdout] == []
    assert "\x1b" not in ran.stdout


def test_json_gives_the_claims_back(location: str) -> None:
    """One object a line, in the form of the export."""
    lines = kg("claims", "--json", store=location).output.splitlines()
    assert {claim.id for claim in read_jsonl(lines)} == {claim.id for claim in CLAIMS}


def test_an_export_to_a_file_is_whole_or_not_there(location: str, tmp_path: Path) -> None:
    """The file is what standard output would be; a fault leaves nothing behind."""
    target = tmp_path / "claims.jsonl"
    assert kg("export", "-o", str(target), store=location).exit_code == 0
    assert target.read_text("utf-8") == kg("export", store=location).stdout
    failed = kg("export", "-o", str(tmp_path / "none" / "x.gexf"), store=location)
    assert (failed.exit_code, [entry.name for entry in tmp_path.iterdir()]) == (2, ["claims.jsonl"])


def test_a_query_comes_from_a_file_or_from_standard_input(location: str, tmp_path: Path) -> None:
    """``-`` is standard input."""
    sparql = "ASK { ent:oracle kg:supplies ent:xai }"
    (tmp_path / "q.rq").write_text(sparql, "utf-8")
    assert kg("query", "--file", str(tmp_path / "q.rq"), store=location).output == "yes\n"
    piped = CliRunner().invoke(app, ["query", "-f", "-", "--store", location], input=sparql)
    assert piped.output == "yes\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("query", "SELECT ?x {"), "SPARQL"),
        (("query",), "--file"),
        (("query", "--file", "none.rq"), "none.rq"),
        (("query", "ASK {}", "--format", "pdf"), "pdf"),
        (("claims", "--subject", "nobody"), "nobody"),
        (("claims", "--about", "Coloss"), "like it: Colossus"),
        (("agreement", "--subject", "nobody"), "nobody"),
        (("claims", "--predicate", "eats"), "eats"),
        (("claims", "--article", "none"), "none"),
        (("claims", "--since", "soon"), "soon"),
        (("conflicts", "--subject", "nobody"), "nobody"),
        (("cite", "c_none"), "c_none"),
        (("cite", SUPPLY.id, "--style", "apa"), "apa"),
        (("export", "--format", "pdf"), "pdf"),
        (("export", "--format", "gexf", "--ego", "nobody"), "nobody"),
        (("verify", "none"), "none"),
        (("retract", "wire", "none"), "none"),
        (("retract", "../../etc"), "etc"),
        (("serve", "--port", "99999"), "--port: Input should be less than or equal to 65535, not 99999"),
        (("serve", "--port", "many"), "--port"),
        (("claims", "--modality", "sure"), "'sure' is not one of"),
        (("claims", "--limit", "0"), "--limit"),
        (("export", "--nosuch"), "--nosuch"),
        (("export", "more"), "more"),
        (("ask",), "'question'"),
        (("eat",), "'eat'"),
    ],
)
def test_what_is_wrong_ends_with_2_and_one_line(location: str, arguments: tuple[str, ...], word: str) -> None:
    """The line begins with ``kg:``, names the fault, and stands on standard error."""
    ran = kg(*arguments, store=location)
    assert (ran.exit_code, ran.stdout) == (2, ""), ran.output
    assert re.fullmatch(r"kg: [^\n]+\n", ran.stderr) and word in ran.stderr


@pytest.mark.parametrize("command", ["ask", "query", "claims", "conflicts", "export", "validate", "verify", "serve"])
@pytest.mark.parametrize(("name", "word"), [("nowhere", "no store at"), ("newer", "99")])
def test_a_store_that_cannot_be_read_is_named(faulty: Path, command: str, name: str, word: str) -> None:
    """Missing, or made by a newer version; a server that does not start leaves no log open."""
    ran = kg(command, *(["ASK {}"] if command in ("ask", "query") else []), store=str(faulty / name))
    assert ran.exit_code == 2
    assert word in ran.stderr and ran.stderr.count("\n") == 1
    assert not (faulty / "nowhere").exists() and not logging.getLogger("kg.requests").handlers


def test_a_wrong_option_or_setting_ends_with_2(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option or the variable is named."""
    assert (bad := kg("export", "--hops", "many", store=location)).exit_code == 2 and "--hops" in bad.stderr
    assert (bad := kg("claims", "--modality", "sure", store=location)).exit_code == 2 and "modality" in bad.stderr
    monkeypatch.setenv("KG_PORT", "many")
    assert (bad := kg("verify", store=location)).exit_code == 2 and "KG_PORT" in bad.stderr


def test_a_port_in_use_is_named(location: str) -> None:
    """The server does not start, and says which port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = run("serve", "--store", location, "--port", port)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.fullmatch(rf"kg: [^\n]*{port}[^\n]*\n", ran.stderr)


def test_ingest_reads_what_it_can_and_says_what_it_cannot(faulty: Path) -> None:
    """Unreadable files cost status 1 and a line each; the others are kept, and reading again changes nothing."""
    store, folder = str(faulty / "store"), str(faulty / "articles")
    first = run("ingest", folder, "--store", store, "--json")
    tally = json.loads(first.stdout)
    assert (first.returncode, tally["articles"], tally["changed"], len(tally["unread"])) == (1, 1, 1, 2)
    assert all(re.match(r"kg: .*(picture|empty)\.txt: ", line) for line in first.stderr.splitlines())
    again = run("ingest", f"{folder}/good.txt", "--store", store, "--explain")
    assert again.returncode == 0 and "1 article read (0 new or changed)" in again.stdout
    assert kg("verify", store=store).exit_code == 0
    assert kg("retract", "good", store=store).exit_code == 0
    assert "0 articles, 0 claims" in kg("verify", store=store).output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nvidia supplies Colossus.\n", "0 claims: no Japanese was found, and nothing else is read"),
        ("今日は朝から晴れて、風もない。\n", "0 claims: no claim was found"),
    ],
)
def test_an_article_without_claims_is_told_so(tmp_path: Path, text: str, said: str) -> None:
    """It is kept, and a line says which it is and why nothing was read from it."""
    (tmp_path / "essay.txt").write_text(text, "utf-8")
    ran = kg("ingest", str(tmp_path / "essay.txt"), store=str(tmp_path / "store"))
    assert (ran.exit_code, ran.stdout) == (0, "1 article read (1 new or changed), 0 claims\n")
    assert ran.stderr == f"kg: {tmp_path}/essay.txt: {said}\n"


def test_ingest_of_nothing_keeps_no_article(faulty: Path) -> None:
    """A path that is not there is like a file that cannot be read; a wrong option is refused before anything is made."""
    store = faulty / "store"
    assert run("ingest", "nowhere.txt", "--store", str(store)).returncode == 1
    wrong = run("ingest", str(faulty / "articles"), "--published", "soon", "--store", str(faulty / "other"))
    assert (wrong.returncode, (faulty / "other").exists()) == (2, False)
    assert "soon" in wrong.stderr and wrong.stderr.count("\n") == 1


def test_serve_answers_and_ends_quietly(location: str) -> None:
    """On a free port of loopback, without the Japanese model, until it is interrupted."""
    spy = "import sys, atexit; atexit.register(lambda: print('spacy' in sys.modules, 'ingest' in sys.modules))\n"
    command = [sys.executable, "-c", spy + KG[2], "serve", "--store", location, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as server:
        assert server.stderr and server.stdout
        try:
            address = ""
            while not address:
                line = server.stderr.readline()
                assert line, "the server ended before it said where it is"
                address = "".join(re.findall(r"http://127\.0\.0\.1:\d+/", line))
            assert httpx.get(address + "health", timeout=90).json()["claims"] == 5
            server.send_signal(signal.SIGINT)
            told, rest = server.communicate(timeout=90)[::-1]
        finally:
            server.kill()
    assert (rest, "Traceback" in told) == ("False False\n", False)


def test_retracting_leaves_the_store_as_if_never_read(tmp_path: Path) -> None:
    """The article's graph is gone, the others are untouched."""
    location = fill(tmp_path / "kg")
    assert kg("retract", "blog", store=location).exit_code == 0
    with open_store(location, read_only=True) as store:
        assert [graph for graph in store.graphs() if graph.endswith("/blog")] == []
        assert [graph for graph in store.graphs() if graph.endswith("/wire")] != []


def test_every_command_and_option_is_documented() -> None:
    """docs/cli.md has a heading for each command and names each of its options below it."""
    parts = (ROOT / "docs" / "cli.md").read_text("utf-8").split("\n## ")
    sections = {part.split()[1].strip("`"): part for part in parts[1:]}
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert sections.keys() == commands.keys()
    for name, command in commands.items():
        options = [option for each in command.params for option in each.opts if option.startswith("-") and option != "--help"]
        assert [option for option in options if f"`{option}`" not in sections[name]] == [], name


def test_the_version_is_shown() -> None:
    """And nothing else is done."""
    assert re.fullmatch(r"kg \S+\n", kg("--version").output)


PORT = "ミナト電算は、横浜の港に計算センターを設けた。"


def taken(folder: Path, *paths: str) -> tuple[dict[str, object], set[str]]:
    """The tally of an ingestion, and the ids that the store has after it."""
    tally = json.loads(kg("ingest", *(str(folder / path) for path in paths), "--json", store=str(folder / "kg")).stdout)
    with open_store(folder / "kg", read_only=True) as store:
        return tally, {graph.rpartition("/")[2] for graph in store.graphs() if "/article/" in graph}


def test_files_of_one_name_are_told_apart_across_runs(tmp_path: Path) -> None:
    """Another text gets an id of its own, an edited one replaces the former; nothing changes when it is read again."""
    for name, text in (("a", TEXT), ("b", PORT), ("c", TEXT + "費用は明かしていない。")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.txt").write_text(text, "utf-8")
    assert taken(tmp_path, "a/n.txt")[1] == {"n"}
    tally, ids = taken(tmp_path, "b/n.txt")
    (other,) = ids - {"n"}
    assert re.fullmatch("n-[0-9a-f]{8}", other) and tally["changed"] == 1
    assert tally["notices"] == [f"{tmp_path}/b/n.txt: the store has another article under the id n; this one is {other}"]
    for paths in (["a", "b"], ["b", "a"], ["b"], ["a"]):
        assert (again := taken(tmp_path, *paths))[1] == ids and again[0]["changed"] == 0, paths
    tally, ids = taken(tmp_path, "c")
    assert (ids, tally["replaced"], tally["changed"]) == ({"n", other}, 1, 1)
    assert tally["notices"] == [f"{tmp_path}/c/n.txt: replaces the former version of n"]
    (tmp_path / "b" / "n.txt").write_text(PORT + "電力は足りるという。", "utf-8")
    tally, ids = taken(tmp_path, "b")
    assert tally["replaced"] == 1 and len(ids) == 2 and ids > {"n"} and other not in ids


def test_two_versions_in_one_run_are_both_kept(tmp_path: Path) -> None:
    """However alike they are: who names both wants both; a second run changes nothing."""
    for name, text in (("a", TEXT), ("b", TEXT + "費用は明かしていない。")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.txt").write_text(text, "utf-8")
    tally, ids = taken(tmp_path, "a", "b")
    assert (len(ids), tally["changed"]) == (2, 2)
    assert taken(tmp_path, "b", "a") == ({**tally, "changed": 0}, ids)


def test_what_the_store_has_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extractor is not even made, unless an explanation is wanted."""
    (tmp_path / "n.txt").write_text(TEXT, "utf-8")
    first = taken(tmp_path, "n.txt")[0]
    explained = kg("ingest", str(tmp_path / "n.txt"), "--explain", store=str(tmp_path / "kg"))
    assert "supplies" in explained.stdout and "0 new or changed" in explained.stdout
    monkeypatch.setattr(cli_ingest, "extractor", None)
    assert taken(tmp_path, "n.txt")[0] == {**first, "changed": 0}


def test_a_fault_of_the_extractor_costs_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named like a file that cannot be read, the log has its type; the others are kept and nothing of it is."""
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(TEXT + name, "utf-8")
    whole = Extractor.read

    def broken(self: Extractor, article: Article, trace: list[Draft] | None = None) -> Reading:
        if article.id == "b":
            raise ZeroDivisionError("of\na kind")
        return whole(self, article, trace)

    monkeypatch.setattr(Extractor, "read", broken)
    with caplog.at_level("INFO"):
        ran = kg("ingest", str(tmp_path / "*.txt"), store=str(tmp_path / "kg"))
    assert (ran.exit_code, ran.stderr) == (1, f"kg: {tmp_path}/b.txt: could not be read: ZeroDivisionError: of a kind\n")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]
    assert "2 articles read" in ran.stdout
    with open_store(tmp_path / "kg", read_only=True) as store:
        assert [info.id for info in catalog.article_infos(store)] == ["a", "c"]


def test_no_command_at_all_gets_the_help() -> None:
    """An unknown option before the command is one line as everywhere."""
    assert all(command in kg().output for command in ("ingest", "ask", "export"))
    assert kg("--nosuch").stderr.startswith("kg: No such option: --nosuch")
