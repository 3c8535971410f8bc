"""Files, folders and globs to articles, and a reason for every file that is none."""

from __future__ import annotations

import json
import os
import shutil
import socket
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ingest.formats import Description
from ingest.reader import SAMPLES, identifier, read_bytes, read_files
from kg.errors import ReadError
from kg.model import IDENTIFIER

NOBODY = 65534
TEXT = "新しい発電所は35メガワットを送る。\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Files with their content, in ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def ids(folder: Path, *paths: str) -> list[str]:
    """The ids that are read from ``paths`` below ``folder``."""
    return [outcome.article.id for outcome in read_files([folder / path for path in paths]) if outcome.article]


def reasons(folder: Path, **options: int) -> list[str]:
    """What is said about the files of ``folder`` that cannot be read."""
    outcomes = list(read_files([folder], **options))
    return [str(outcome.error).removeprefix(f"{folder}/") for outcome in outcomes if outcome.error]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["."], ["a", "b", "c", "d"]),
        (["a.txt", "sub/c.html"], ["a", "c"]),
        (["*.txt"], ["a"]),
        (["**/*.md"], ["b", "d"]),
        (["sub", "a.txt", "sub/d.md", "./a.txt", "*"], ["a", "b", "c", "d"]),
    ],
)
def test_files_folders_and_globs_are_read_once_and_sorted(tmp_path: Path, given: list[str], expected: list[str]) -> None:
    """Folders are read with all below them; hidden files and ``meta.json`` are left out."""
    page = f"<html><body><p>{TEXT}</p></body></html>"
    names = {"a.txt": TEXT, "b.md": TEXT + "二", "sub/d.md": TEXT + "四", "sub/c.html": page, ".x/e.txt": TEXT, ".f.txt": TEXT}
    assert ids(write(tmp_path, {**names, "meta.json": "[]"}), *given) == expected


def test_a_plain_text_is_the_file_decoded(tmp_path: Path) -> None:
    """Offsets count what a reader of the file sees, line ends included."""
    text = TEXT + "次。\r\n\r\n終。"
    (outcome,) = read_files([write(tmp_path, {"a.txt": text.encode("utf-8-sig")})])
    assert outcome.article and outcome.article.text == text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", "---\ntitle: 題\n---\n\n", "empty below its front matter"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary, not a text"),
        ("a.txt", "Café".encode("latin-1"), "unknown encoding: neither UTF-8 (byte 3 does not fit) nor Shift_JIS, EUC-JP or"),
        ("a.txt", "電力" * 200, "too large: more than 1,000 bytes"),
        ("a.md", "---\npublished: 2024-02-30x\n---\n本文", "'2024-02-30x' is not a date such as"),
        ("a.md", "---\nurl: /2024/5\n---\n本文", "url '/2024/5' is not an http address"),
        ("a.csv", "電力,35", "a .csv file holds data, not an article"),
        ("a.html", "<html></html>", "no main text in the page"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_reason(tmp_path: Path, name: str, content: str, reason: str) -> None:
    """One line each; the others go on."""
    folder = write(tmp_path, {name: content, "z.txt": TEXT})
    (said,) = reasons(folder, max_bytes=1000)
    assert said.startswith(f"{name}: {reason}") and "\n" not in said
    assert [o.article.id for o in read_files([folder], max_bytes=1000) if o.article] == ["z"]


def test_what_is_not_there_or_no_file_is_reported(tmp_path: Path) -> None:
    """Missing paths, globs without a match, empty folders, broken links and pipes neither stop nor block the rest."""
    write(tmp_path, {"a.txt": TEXT, "full/b.txt": TEXT + "二"})
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.txt").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    given = ["a.txt", "none.txt", "*.doc", "empty", "broken.txt", "pipe.txt", "full"]
    outcomes = list(read_files([tmp_path / name for name in given]))
    errors = sorted(str(o.error).removeprefix(f"{tmp_path}/") for o in outcomes if o.error)
    assert errors == [
        "*.doc: no file matches",
        "broken.txt: a link to nothing",
        "empty: no files in this folder",
        "none.txt: no such file or folder",
        "pipe.txt: not a regular file",
    ]
    assert [o.article.id for o in outcomes if o.article] == ["a", "b"]


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only regular files are read."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        assert reasons(tmp_path) == ["s.txt: not a regular file"]


@contextmanager
def somebody() -> Iterator[Path]:
    """A folder of its own, as a user who may not read everything: root is nobody meanwhile."""
    root = os.geteuid() == 0
    with TemporaryDirectory() as folder:
        if root:
            shutil.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)


def test_missing_permission_is_reported() -> None:
    """For a file and for a folder."""
    with somebody() as folder:
        write(folder, {"a.txt": TEXT, "closed/b.txt": TEXT})
        (folder / "a.txt").chmod(0)
        (folder / "closed").chmod(0)
        assert reasons(folder) == ["a.txt: Permission denied", "closed: Permission denied"]
        (folder / "closed").chmod(0o700)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("新しいデータセンターの電力事情\n\n本文です。", "新しいデータセンターの電力事情"),
        ("見出し画像\n# 新しいデータセンターの電力事情\n本文です。", "新しいデータセンターの電力事情"),
        ("\n\n　電力は足りるのか? 現地で聞いた\n本文", "電力は足りるのか? 現地で聞いた"),
        ("これは本文の一つ目の文です。\nこれは本文の二つ目", ""),
        ("短い\n行\n新しいデータセンターの電力事情", ""),
        ("長" * 101 + "\n本文", ""),
    ],
)
def test_a_text_without_a_title_is_called_by_its_headline(text: str, title: str) -> None:
    """The first line, unless it is a sentence or very long, below a short one at most; front matter goes before it."""
    assert read_bytes("a.txt", text.encode()).title == title
    assert read_bytes("a.md", f"---\ntitle: 別の題\n---\n{text}".encode()).title == "別の題"


def test_meta_json_describes_the_files_beside_it(tmp_path: Path) -> None:
    """It goes before what a file says of itself, options go before it; files that only it or only the folder has are named."""
    entries = [
        {"file": "a.txt", "title": "題", "publisher": "電力時報", "url": None, "published": "2024-06", "style": "news"},
        {"file": "b.md", "title": "別題", "published": 2024},
        {"file": "gone.txt", "title": "もう無い"},
        {"file": "d.txt", "publisher": "支局"},
    ]
    files = {"a.txt": TEXT, "b.md": "---\ntitle: 元\npublisher: 支局\n---\n本文", "c.txt": TEXT + "三", "d.txt": TEXT + "四"}
    folder = write(tmp_path, {**files, "meta.json": json.dumps(entries)})
    outcomes = list(read_files([folder], overrides=Description(published="2025-01-02")))
    known = [(a.id, a.title, a.publisher, a.published) for o in outcomes if (a := o.article)]
    assert known == [
        ("a", "題", "電力時報", "2025-01-02"),
        ("b", "別題", "支局", "2025-01-02"),
        ("c", "", "", "2025-01-02"),
        ("d", "", "支局", "2025-01-02"),
    ]
    assert [notice for o in outcomes for notice in o.notices] == [
        f"{folder}/meta.json describes files that are not beside it: gone.txt",
        f"{folder}/c.txt: meta.json beside it does not describe it",
    ]


def test_many_files_that_are_gone_are_one_line(tmp_path: Path) -> None:
    """The first three by name; it does not matter which files of the folder are read."""
    meta = json.dumps([{"file": f"gone-{n}.txt"} for n in range(10)] + [{"file": "sub/b.txt"}])
    folder = write(tmp_path, {"a.txt": TEXT, "sub/b.txt": TEXT, "meta.json": meta})
    notice, *_ = (notice for outcome in read_files([folder / "a.txt"]) for notice in outcome.notices)
    assert notice == f"{folder}/meta.json describes files that are not beside it: gone-0.txt, gone-1.txt, gone-2.txt and 8 more"


@pytest.mark.parametrize(
    ("meta", "said", "read"),
    [
        ("{", "meta.json: not JSON: ", ["a", "b"]),
        ("[" * 100_000, "meta.json: not JSON: ", ["a", "b"]),
        ("{}", "meta.json: not a list such as", ["a", "b"]),
        ('[{"file": "a.txt"}, {"title": "題"}]', 'meta.json: entry 2: no "file", the name', ["a", "b"]),
        ('[{"file": "a.txt", "published": "2024-13"}]', "a.txt: meta.json, entry 1 (a.txt): '2024-13' is not", ["b"]),
        ('[{"file": "a.txt", "title": ["題"]}]', "a.txt: meta.json, entry 1 (a.txt): title: ", ["b"]),
        ('[{"file": "b.txt"}, {"file": "a.txt", "title": 7}]', "a.txt: meta.json, entry 2 (a.txt): title: ", ["b"]),
        ('[{"file": "a.txt", "published": true}]', "a.txt: meta.json, entry 1 (a.txt): published: ", ["b"]),
        ('[{"file": "a.txt"}, {"file": "a.txt"}]', "a.txt: meta.json, entry 2: a.txt is described twice", ["b"]),
        ('[{"file": "a.txt", "url": "javascript:1"}]', "a.txt: meta.json, entry 1 (a.txt): url 'javascript:1' is", ["b"]),
    ],
)
def test_a_wrong_meta_json_is_named_with_its_entry(tmp_path: Path, meta: str, said: str, read: list[str]) -> None:
    """A file is not read with a wrong description; one without any still is."""
    folder = write(tmp_path, {"a.txt": TEXT, "b.txt": TEXT + "二", "meta.json": meta})
    (reason,) = reasons(folder)
    assert reason.startswith(said)
    assert ids(folder, ".") == read


def test_two_files_with_one_name_are_both_kept_and_it_is_said(tmp_path: Path) -> None:
    """The first by path keeps the id; the other's follows from its content, whatever order they are given in."""
    folder = write(tmp_path, {"x/n.txt": TEXT, "y/n.txt": TEXT + "別。", "z/n.txt": TEXT})
    outcomes = list(read_files([folder / "z", folder / "y/n.txt", folder / "x"]))
    first, other, copy = outcomes
    assert first.article and first.article.id == "n" and not first.notices
    assert other.article and other.article.id.startswith("n-") and other.article.text == TEXT + "別。"
    assert other.notices == (f"{folder}/y/n.txt: {folder}/x/n.txt has the id n too; this one is {other.article.id}",)
    assert copy.article is None and copy.error is None
    assert copy.notices == (f"{folder}/z/n.txt: the same article as {folder}/x/n.txt, read once",)
    assert ids(folder, "x", "y", "z") == ids(folder, "z", "y", "x") == ["n", other.article.id]


def test_the_same_file_given_twice_or_through_a_link_is_read_once(tmp_path: Path) -> None:
    """However it is called."""
    write(tmp_path, {"a.txt": TEXT})
    (tmp_path / "link.txt").symlink_to("a.txt")
    assert ids(tmp_path, "a.txt", "./a.txt", "a.txt") == ["a"]
    assert len(ids(tmp_path, "link.txt", "a.txt", ".")) == 1


@pytest.mark.parametrize(
    "stem", ["001_0b52d77f", "v1.2", "my article", "xAIの工場", "コロッサス", "...", "-x", "é", "a\nb", "名" * 80]
)
def test_every_name_gives_an_id_that_is_stable(stem: str) -> None:
    """A plain name is its own id; the id of any other is of the allowed form and the same each time."""
    made = identifier(stem)
    assert IDENTIFIER.fullmatch(made)
    assert made == identifier(stem)
    assert (made == stem) == bool(IDENTIFIER.fullmatch(stem))


def test_names_in_either_normal_form_are_one() -> None:
    """A file copied from a Mac, whose names are decomposed, keeps its id."""
    assert identifier("データ") == identifier(unicodedata.normalize("NFD", "データ"))


def test_a_name_that_is_not_text_is_shown_on_one_line(tmp_path: Path) -> None:
    """File names may hold any bytes; messages may not."""
    path = os.fsencode(tmp_path) + b"/a\n\xff.txt"
    Path(os.fsdecode(path)).write_bytes(b"")
    assert reasons(tmp_path) == ["a��.txt: empty"]


def test_content_that_comes_over_the_wire_is_read_like_a_file() -> None:
    """The service reads what was sent to it by the same rules."""
    article = read_bytes("a.md", b"---\ntitle: one\n---\ntext", described=Description(title="two", published="2024-6"))
    assert (article.id, article.title, article.published, article.text) == ("a", "two", "2024-06", "text")
    with pytest.raises(ReadError, match="too large"):
        read_bytes("a.txt", b"text", max_bytes=3)


@pytest.mark.shared
def test_the_developers_texts_are_read_whole(shared: Path) -> None:
    """Every text of the corpus and of dev, described where a meta.json does, exactly as the scorer reads it."""
    outcomes = list(read_files([shared / "corpus", shared / "dev"]))
    assert len(outcomes) == 18
    for outcome in outcomes:
        assert outcome.article and not outcome.notices
        assert outcome.article.id == outcome.path.stem
        assert outcome.article.text == outcome.path.read_bytes().decode("utf-8-sig")


def test_every_sample_is_described() -> None:
    """A newcomer's first citations have title, publisher, address and date."""
    outcomes = list(read_files([SAMPLES]))
    assert 6 <= len(outcomes) <= 10
    for outcome in outcomes:
        article = outcome.article
        assert article and not outcome.notices
        assert article.title and article.publisher and article.url and len(article.published) == 10
