"""``/add`` and ``/retract``: what is read is seen before it is kept; one server, whose reader stays, for all of them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from api_world import serving_store

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TOKEN = "a token"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("adding") / "kg", token=TOKEN, queries=1, pages=1) as opened:
        opened.headers.update(HTML)
        opened.timeout = httpx.Timeout(120)
        yield opened


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page, to be kept."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', unescape(page))) | {"keep": "true"}


def test_an_article_is_seen_before_it_is_kept(client: httpx.Client) -> None:
    """Its sentences come back with their claims and nothing is kept; then it is kept; then it is retracted."""
    text = "架空電機は北九州市に新しいデータセンターを建設した。<script>alert(2)</script>今日は晴れた。"
    said = {"text": text, "title": "<i>試し</i>", "token": TOKEN, "lang": "en"}
    page = client.post("/add?lang=en", data=said).raise_for_status().text
    assert '<strong><span lang="ja">架空電機</span></strong> <i>builds</i>' in page
    assert "<script>alert" not in page and "<i>試し" not in page
    assert client.get("/claims?article=wire").status_code == 200 and "試し" not in client.get("/articles").text
    answer = client.post("/add?lang=en", data=fields(page), follow_redirects=False)
    assert answer.status_code == 303, answer.text
    shown = client.get(answer.headers["location"]).raise_for_status().text
    assert "&lt;script&gt;" in shown and 'action="/retract?lang=en"' in shown
    article = answer.headers["location"].split("/")[2].partition("?")[0]
    for wrong in ("wrong", "日本", "\u00e9"):
        assert client.post("/retract", data={"article": article, "token": wrong}).status_code == 401
    answer = client.post("/retract", data={"article": article, "token": TOKEN}, follow_redirects=False)
    assert (answer.status_code, client.get(f"/articles/{article}").status_code) == (303, 404)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a\0b.txt", b64encode("架空電機は北九州市に新しいデータセンターを建設した。".encode()).decode(), 303),
        ("../" * 100 + "名" * 300, b64encode("今日は晴れた。".encode()).decode(), 303),
        ("", "AAAA", 422),
        ("a.txt", "", 422),
        ("a.txt", "%%%", 400),
        ("a.txt", "A", 400),
        ("a.txt", "名", 400),
    ],
)
def test_what_is_kept_is_what_was_shown_or_refused(client: httpx.Client, name: str, content: str, status: int) -> None:
    """Whatever somebody puts into the hidden fields: names with NUL, paths, content that is none."""
    said = {"name": name, "content": content, "keep": "1", "token": TOKEN, "title": "a\0b"}
    answer = client.post("/add", data=said, follow_redirects=False)
    assert (answer.status_code, "text/html" in answer.headers.get("content-type", "text/html")) == (status, True)
    assert status == 303 or 'role="alert"' in answer.text


def test_an_article_without_claims_says_why(client: httpx.Client) -> None:
    """Before it is kept and after, in both languages."""
    said = {"text": "Nvidia supplies Colossus.", "title": "essay", "token": TOKEN}
    page = client.post("/add?lang=en", data=said).raise_for_status().text
    assert "0 claims" in page and "holds no Japanese" in page
    shown = client.post("/add?lang=ja", data=fields(page), follow_redirects=True).raise_for_status().text
    assert "0件の記述" in shown and "日本語の文がありません" in shown


@pytest.mark.parametrize(("said", "status"), [("x", 401), (TOKEN, 400)])
def test_who_may_not_add_or_sends_nothing_is_told(client: httpx.Client, said: str, status: int) -> None:
    """With a wrong token, without a text; what was typed stays in the form."""
    page = client.post("/add?lang=en", data={"title": "a title", "token": said})
    assert page.status_code == status
    assert 'role="alert"' in page.text and "a title" in page.text


def test_without_a_token_nobody_adds(tmp_path: Path) -> None:
    """And is told so."""
    with serving_store(tmp_path / "kg", token="", queries=1, pages=1) as closed:
        page = closed.post("/add?lang=en", data={"title": "a title", "token": "x"}, headers=HTML)
        assert page.status_code == 403 and "switched off" in page.text
