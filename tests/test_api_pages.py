"""The pages: no script of others, no outside address, both languages, marks where the words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from api_world import BLOG, CLAIMS, WIRE, serving_store

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = ("/", "/articles", "/articles/wire", "/articles/blog", "/docs", "/?q=who+supplies+Colossus", "/?q=%3Cscript%3E")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_store(tmp_path_factory.mktemp("store") / "kg") as client:
        client.headers.update(HTML)
        yield client


class Parts(HTMLParser):
    """What a page loads and links to, its scripts' text, and its marked text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.marked: list[str] = []
        self._within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._within = f"{tag} {said.get('class', '')}"
        self.inline += [name for name in said if name.startswith("on") or name == "style"]
        self.loads += [str(said["src"])] if "src" in said else []
        self.loads += [str(said["href"])] if tag == "link" else []
        self.links += [str(said["href"])] if tag == "a" else []

    def handle_data(self, data: str) -> None:
        if self._within.startswith(("script", "style")) and data.strip():
            self.inline.append(data)
        if self._within == "mark here":
            self.marked.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_from_outside(client: httpx.Client, path: str) -> None:
    """All that it loads is there, is ours, and none of its script or style is in the page itself."""
    page = client.get(path).raise_for_status()
    parts = Parts(page.text)
    assert page.headers["content-type"].startswith("text/html")
    assert parts.loads and all(re.match(r"/(?!/)", address) for address in parts.loads)
    assert [client.get(address).status_code for address in parts.loads] == [200] * len(parts.loads)
    assert parts.inline == []


@pytest.mark.parametrize("path", [*PAGES, "/claims", "/openapi.json", "/nowhere", "/export/gexf"])
def test_every_answer_forbids_what_it_does_not_need(client: httpx.Client, path: str) -> None:
    """The policy allows no outside source and no inline script, whatever the path."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "http" not in policy
    assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", "" if path == "/docs" else policy)
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/articles", "/articles/blog", "/?q=how+much+is+xAI+worth"])
def test_what_an_article_says_is_shown_and_never_run(client: httpx.Client, path: str) -> None:
    """A title that is a script is text; an address that is a script is no link."""
    page = client.get(path).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert not [link for link in Parts(page).links if link.startswith("javascript:")]


def test_a_citation_opens_the_article_at_its_words(client: httpx.Client) -> None:
    """The span of the address is marked and is where the page begins to be read."""
    span = CLAIMS[0].evidence[0]
    page = client.get("/articles/wire", params={"start": span.start, "end": span.end}).text
    assert "".join(Parts(page).marked) == span.quote
    assert page.count('id="here"') == 1


def test_the_whole_text_is_on_the_page(client: httpx.Client) -> None:
    """Marks leave out nothing."""
    for article in (WIRE, BLOG):
        page = client.get(f"/articles/{article.id}").text
        shown = re.search(r'<div class="text" lang="ja">(.*)</div>', page, re.DOTALL)
        assert shown
        text = []
        parser = HTMLParser()
        parser.handle_data = text.append  # type: ignore[method-assign]
        parser.feed(shown[1])
        parser.close()
        assert "".join(text) == article.text


@pytest.mark.parametrize(
    ("path", "accept", "lang"),
    [
        ("/", "", "en"),
        ("/", "ja,en;q=0.8", "ja"),
        ("/?lang=en", "ja", "en"),
        ("/?lang=ja", "en", "ja"),
        ("/?lang=fr", "", "en"),
    ],
)
def test_the_language_is_the_readers(client: httpx.Client, path: str, accept: str, lang: str) -> None:
    """The address goes before the browser's wish; there is a link to the other language."""
    page = client.get(path, headers={"Accept-Language": accept})
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in page.text
    assert f"lang={'ja' if lang == 'en' else 'en'}" in page.text


def test_an_answer_on_the_page_leads_to_its_sentences(client: httpx.Client) -> None:
    """Each quote links to the article at the highlight, and the query can be seen."""
    page = client.get("/?q=who+supplies+Colossus").text
    span = CLAIMS[0].evidence[0]
    assert f"/articles/wire?start={span.start}&end={span.end}&lang=en#here" in Parts(page).links
    assert "SELECT" in page
