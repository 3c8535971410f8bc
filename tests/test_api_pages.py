"""The pages: no script of others, no outside address, both languages, marks where the words stand."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from api_world import BLOG, CLAIMS, WIRE, fill, serving, serving_store

from api import texts
from api.http import create_app
from api.portrait import grouped, portrait
from api.settings import read_settings
from kg.model import ENTITY_TYPES, Modality
from kg.store import open_store

ROOT = Path(__file__).resolve().parents[1]

PROBLEM = {"type", "title", "status", "detail", "instance"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CLAIM = CLAIMS[0].id
PAGES = (
    *(
        "/",
        "/?q=who+supplies+Colossus",
        "/?q=%3Cscript%3E",
        "/add",
        "/articles",
        "/articles/wire",
        "/articles/blog",
        "/docs",
        "/about",
    ),
    *("/entities", "/entities?q=xai&type=Organization", "/entities/xai", "/entities/colossus", "/claims", "/claims?about=xAI"),
    *(
        f"/claims/{CLAIM}",
        "/conflicts",
        "/conflicts?subject=xAI",
        "/export",
        "/query",
        "/query?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D",
    ),
)
HOSTILE = ("/articles", "/articles/blog", "/?q=how+much+is+xAI+worth", "/entities/xai", "/claims?article=blog", "/conflicts")


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
        self._within = self._mark = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._mark = str(said.get("class")) if tag == "mark" else self._mark
        self._within = f"{tag} {said.get('class', '')}"
        self.inline += [name for name in said if name.startswith("on") or name == "style"]
        self.loads += [str(said["src"])] if "src" in said else []
        self.loads += [str(said["href"])] if tag == "link" else []
        self.links += [str(said["href"])] if tag == "a" else []

    def handle_data(self, data: str) -> None:
        if self._within.startswith(("script", "style")) and data.strip():
            self.inline.append(data)
        if self._mark == "here":
            self.marked.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""
        self._mark = "" if tag == "mark" else self._mark


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_from_outside(client: httpx.Client, path: str) -> None:
    """All that it loads is there, is ours, and none of its script or style is in the page itself."""
    page = client.get(path).raise_for_status()
    parts = Parts(page.text)
    assert page.headers["content-type"].startswith("text/html")
    assert parts.loads and all(re.match(r"/(?!/)", address) for address in parts.loads)
    assert [client.get(address).status_code for address in parts.loads] == [200] * len(parts.loads)
    assert parts.inline == []


@pytest.mark.parametrize("path", [*PAGES, "/openapi.json", "/nowhere", "/export/gexf"])
def test_every_answer_forbids_what_it_does_not_need(client: httpx.Client, path: str) -> None:
    """The policy allows no outside source and no inline script, whatever the path."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "http" not in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", HOSTILE)
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


def test_a_mark_says_how_sure_its_claim_is(client: httpx.Client) -> None:
    """The words behind a highlight, seen without opening it, may be a plan or a denial."""
    pages = [client.get(f"/articles/{article.id}", params={"lang": "en"}).text for article in (WIRE, BLOG)]
    titles = re.findall(r'<mark[^>]*><a [^>]*title="([^"]*)"', "".join(pages))
    assert any("(planned)" in title for title in titles) and any("(" not in title for title in titles)


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


def test_a_thing_s_page_has_its_claims_values_and_neighbours(client: httpx.Client) -> None:
    """Names, claims by property with modality and speaker, a picture whose spots lead to other things, the conflict."""
    page = client.get("/entities/colossus?lang=en").text
    links = Parts(page).links
    assert "コロッサス" in page and "Financial Times" in page and "planned" in page
    assert "/entities/nvidia?lang=en" in links and 'data-id="dell"' in page and "data-from" in page
    worth = client.get("/entities/xai?lang=ja").text
    assert 'id="conflicts"' in worth and "450億ドル" in worth and "240億ドル" in worth


def test_numbers_are_told_in_words(client: httpx.Client) -> None:
    """One claim is no plural, properties have their words, and so have units."""
    page = client.get("/entities/dell?lang=en").text
    assert "1 claim<" in page and "1 claims" not in page
    ja = client.get("/conflicts?lang=ja").text
    assert "企業価値" in ja and "450億ドル" in ja and "valuation" not in re.sub(r"<[^>]*>", "", ja)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("about=エヌビディア", "supplies", "45B USD"),
        ("predicate=valuation&modality=estimated", "45B USD", "24B USD"),
        ("speaker=FT", "Dell", "24B USD"),
        ("published_from=2030", "Nothing fits", "45B USD"),
    ],
)
def test_claims_are_filtered_by_names_and_words(client: httpx.Client, query: str, shown: str, hidden: str) -> None:
    """The table has what passes, or says what to do where nothing does."""
    page = client.get(f"/claims?{query}&lang=en").text
    assert shown in page and hidden not in page


def test_every_route_is_described(client: httpx.Client) -> None:
    """The page for programmers has each operation of the OpenAPI document, its parameters, and every shape."""
    document, page = client.get("/openapi.json").json(), client.get("/docs?lang=en").text
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
            assert all(f"<code>{one['name']}</code>" in page for one in methods[method].get("parameters", ()))
    assert all(f'id="{name}"' in page for name in document["components"]["schemas"])


@pytest.mark.parametrize(("lang", "strange"), [("en", "ja"), ("ja", "en")])
def test_words_of_the_other_language_are_marked_so(client: httpx.Client, lang: str, strange: str) -> None:
    """Names, titles and citations in the other language than the page's have their own, and no word of the page's has."""
    page = client.get(f"/entities/colossus?lang={lang}").text
    assert f'<span lang="{strange}">{"コロッサス" if strange == "ja" else "Colossus"}</span>' in page
    assert not re.search(f'<span lang="{lang}">', page)
    cite = client.get(f"/claims/{CLAIM}?lang={lang}").text.partition("<pre")[2].partition("</pre>")[0]
    assert ('<span lang="ja">' in cite) == (lang == "en")


def test_a_list_says_where_it_ends(client: httpx.Client) -> None:
    """Beyond its end there is no range of nothing but a way back."""
    page = client.get("/articles?offset=999&lang=en").text
    assert "1000" not in page and 'ends before here. <a href="?lang=en">' in page


def test_what_is_filtered_can_be_downloaded(client: httpx.Client) -> None:
    """The links below the filters give the same claims as CSV and JSON Lines."""
    page = client.get("/claims?predicate=valuation&lang=en").text
    files = [link for link in Parts(page).links if "file=" in link]
    table, lines = (client.get(link).raise_for_status() for link in files)
    assert table.headers["content-type"].startswith("text/csv")
    assert table.content.startswith(BOM_UTF8) and not lines.content.startswith(BOM_UTF8)
    assert len(table.text.splitlines()) - 1 == len(lines.text.splitlines()) == 2


def test_empty_fields_leave_the_address(client: httpx.Client) -> None:
    """A form that is sent half filled leads to the address without its gaps; programs are answered as before."""
    answer = client.get("/claims?about=&modality=&predicate=valuation", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/claims?predicate=valuation")
    assert client.get("/claims?modality=", headers={"Accept": "application/json"}).status_code == 422


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT ?who { ?c rdf:object ent:colossus ; rdf:subject ?who }", '<a href="/entities/nvidia?lang=en">ent:nvidia</a>'),
        ("SELECT ?s { ?s rdf:object ent:nobody }", "found nothing"),
        ("ASK { ?c rdf:object ent:colossus }", "Yes"),
        ("CONSTRUCT { ?s a kg:X } { ?c rdf:object ent:colossus ; rdf:subject ?s }", "entity/nvidia&gt;"),
        ("SELECT nonsense", 'role="alert"'),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is refused"),
    ],
)
def test_a_query_is_answered_on_its_page(client: httpx.Client, query: str, shown: str) -> None:
    """As a table whose cells lead on, a word, a graph, or what is wrong with it; the query stays in its field."""
    page = client.get("/query", params={"query": query, "lang": "en"})
    assert shown in page.text and "<textarea" in page.text
    assert page.status_code == (400 if "nonsense" in query or "SERVICE" in query else 200)


@pytest.mark.parametrize("example", texts.queries("en"), ids=lambda example: example["title"])
def test_the_examples_of_the_editor_run(client: httpx.Client, example: dict[str, str]) -> None:
    """Each is answered, and its answer is there as a file."""
    page = client.get("/query", params={"query": example["query"]}).raise_for_status()
    file = next(link for link in Parts(page.text).links if "file=true" in link)
    assert client.get(file).raise_for_status().headers["content-disposition"].startswith("attachment")


def test_the_form_of_exports_leads_to_the_file(client: httpx.Client) -> None:
    """Formats and filters of the form are those of the address, a name becomes an id."""
    answer = client.get("/export?format=gexf&lang=ja&merge=true&ego=コロッサス&modality=planned", follow_redirects=False)
    assert answer.headers["location"] == "/export/gexf?lang=ja&merge=true&ego=colossus&modality=planned"
    assert client.get(answer.headers["location"]).raise_for_status().text.count("<edge ") == 2


@pytest.mark.parametrize("path", ["/entities/nobody", "/claims/c_0", "/articles/none", "/nowhere", "/claims?published_from=x"])
def test_errors_are_pages_that_lead_on(client: httpx.Client, path: str) -> None:
    """The status stays, the reason is said, and links lead back; programs get problem+json."""
    page = client.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert page.status_code in (400, 404)
    assert 'role="alert"' in page.text and "/?lang=en" in Parts(page.text).links
    assert client.get(path, headers={"Accept": "*/*"}).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/entities/nobody", "「nobody」という事物はありません"),
        ("/claims/c_0", "「c_0」という記述はありません"),
        ("/articles/none", "「none」という記事はありません"),
        ("/nowhere", "/nowhere というページはありません"),
        ("/claims?published_from=x", "「x」は日付ではありません"),
        ("/claims?predicate=x", "「x」という関係はありません"),
        ("/claims?colour=x", "知らない項目があります"),
        ("/export?format=x", "「x」という形式はありません"),
        ("/query?query=SELECT", "1行7文字目"),
        ("/query?query=SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "外部に接続しません"),
    ],
)
def test_errors_are_told_in_the_page_s_language(client: httpx.Client, path: str, said: str) -> None:
    """On Japanese pages in Japanese, what was wrong included."""
    page = client.get(path + ("&" if "?" in path else "?") + "lang=ja", follow_redirects=True)
    assert page.status_code in (400, 404)
    assert said in page.text.partition('role="alert">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("path", "field", "near"),
    [
        ("/claims?modality=planned&about=Colosus", "about", "?modality=planned&about=Colossus&lang=en"),
        ("/claims?modality=planned&speaker=zzzz", "speaker", "/entities?q=zzzz&lang=en"),
        ("/claims?modality=planned&published_to=2024-13", "published_to", ""),
        ("/conflicts?predicate=valuation&subject=エックスエーアーイ", "subject", "?predicate=valuation&subject=xAI&lang=en"),
        ("/export?merge=true&format=gexf&ego=Nvidea", "ego", "?merge=true&format=gexf&ego=NVIDIA&lang=en"),
        ("/export?merge=true&format=gexf&until=soon", "until", ""),
    ],
)
def test_a_wrong_field_keeps_its_form(client: httpx.Client, path: str, field: str, near: str) -> None:
    """What is wrong is said at the field, with names that may be meant; the rest stays as typed; the status is honest."""
    page = client.get(f"{path}&lang=en", follow_redirects=False)
    assert page.status_code == (400 if field in ("published_to", "until") else 404)
    typed = path.rpartition("=")[2]
    at = re.search(f'name="{field}" value="{typed}"[^>]* aria-invalid="true" aria-describedby="fault"></p>\n<div', page.text)
    assert at and page.text.count('id="fault" role="alert"') == 1
    assert re.search('value="(planned" selected|valuation" selected|true" checked)', page.text)
    assert not near or near in Parts(page.text).links
    asked = path.replace("/export?", "/export/gexf?").replace("&format=gexf", "")
    program = client.get(asked, headers={"Accept": "application/json"})
    assert program.status_code == page.status_code and set(program.json()) == PROBLEM


@pytest.mark.parametrize("path", ["/", "/claims", "/entities", "/articles"])
def test_an_empty_store_says_how_to_begin(tmp_path: Path, path: str) -> None:
    """No page is blank where nothing has been read."""
    open_store(tmp_path / "kg").close()
    with serving(create_app(read_settings(store=str(tmp_path / "kg")))) as client:
        assert "kg ingest FILE" in client.get(f"{path}?lang=en", headers=HTML).raise_for_status().text


def test_every_word_is_there_in_both_languages() -> None:
    """No text is empty, and no template asks for one that is not there (StrictUndefined) or leaves one unused."""
    assert all(len(row) == 2 and all(row) for row in texts.SAID["words"].values())
    used = "".join(path.read_text("utf-8") for path in (ROOT / "api" / "templates").iterdir())
    lines = (ROOT / "api" / "text.py").read_text("utf-8")
    looked_up = {*ENTITY_TYPES, *Modality, "fact", "plan", "labels_en", "labels_ja"}
    unused = {
        name
        for name in texts.TEXTS
        if not name.startswith("of_") and f"t.{name}" not in used and f'"{name}"' not in used + lines
    }
    assert {name for name in unused - looked_up if not name.startswith("verdict_")} == set()


def test_an_answer_is_light(client: httpx.Client) -> None:
    """All that a first answer loads has less than 300 kB."""
    page = client.get("/?q=who+supplies+Colossus")
    loaded = [client.get(address).content for address in Parts(page.text).loads]
    assert len(page.content) + sum(map(len, loaded)) < 300_000


def test_the_surest_claim_of_a_row_leads_and_denials_have_their_own() -> None:
    """What is planned or possible stands behind what is asserted of the same, whatever came first."""
    told = [replace(CLAIMS[0], modality=modality) for modality in (Modality.DENIED, Modality.PLANNED, Modality.ASSERTED)]
    said = grouped(told, lambda claim: {"modality": claim.modality.value}, lambda claims: ("one",), lambda claim: "one")
    rows, left = said[CLAIMS[0].predicate]
    assert [[each["modality"] for each in row] for row, _ in rows] == [["asserted", "planned"], ["denied"]] and left == 0


def test_what_a_thing_s_page_has_no_room_for_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and claims of one property beyond the first; of all claims, those that were read with the greatest confidence."""
    many = [replace(CLAIMS[0], article=f"a{n}") for n in range(20)]
    rows, left = grouped(many, lambda claim: {}, lambda claims: (), lambda claim: claim.article)[CLAIMS[0].predicate]
    assert (len(rows), left) == (12, 8)
    rows, left = grouped(many, lambda claim: {}, lambda claims: (), lambda claim: "one")[CLAIMS[0].predicate]
    assert (len(rows[0][0]), left) == (6, 14)
    monkeypatch.setattr("api.portrait.READ", 1)
    with open_store(fill(tmp_path / "kg"), read_only=True) as store:
        shown = portrait(store, "colossus", "en", lambda claim: "")
    assert (shown["read"], shown["total"]) == (1, 2)
