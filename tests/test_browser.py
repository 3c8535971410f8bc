"""The page in a real browser: asking, filtering, exporting and reading, by mouse and keyboard, in both languages."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from api_world import CLAIMS

from tests.browser import EITHER, EVERYWHERE, PHONE, WIDE, Visit, address, seen, serious

PATHS = (
    *("/", "/?q=who+supplies+Colossus", "/?q=nonsense+words", "/entities", "/entities/colossus", "/entities/xai", "/claims"),
    *(
        "/claims?published_from=2030",
        "/conflicts",
        "/conflicts?subject=dell",
        "/claims?about=Colosus&published_from=2024",
        "/export?format=gexf&since=soon",
        "/articles",
        "/articles/wire",
        "/articles/blog",
        "/export",
        "/about",
        "/add",
        "/docs",
        "/docs?open=get-claims",
        "/claims?offset=999",
    ),
    *(
        f"/claims/{CLAIMS[0].id}",
        "/query?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+3",
        "/query?query=SELECT",
        "/entities/nobody",
    ),
)
ASKED = {"en": "who supplies Colossus", "ja": "Colossusに供給しているのは誰ですか"}


@pytest.mark.parametrize(
    "visit",
    [
        *({"lang": lang, "size": size} for lang in ("en", "ja") for size in (WIDE, PHONE)),
        {"script": False},
        {"dark": True},
    ],
    indirect=True,
    ids=["wide-en", "phone-en", "wide-ja", "phone-ja", "no-script", "dark"],
)
def test_one_asks_and_opens_the_citation(visit: Visit) -> None:
    """Typing a question gives answers; a quote opens the article, scrolled to just these words; back gives the answer again."""
    page = visit.open("/")
    lang = page.locator("html").get_attribute("lang")
    page.get_by_role("searchbox").fill(ASKED[lang])
    page.keyboard.press("Enter")
    page.wait_for_url("**/?*q=*")
    names = page.locator("main h2 a").all_inner_texts()
    assert {"NVIDIA"} <= set(names) and len(names) == 2
    how = page.locator("details.how").first
    assert not how.locator("pre").is_visible()
    how.locator("summary").click()
    assert "SELECT" in how.locator("pre").inner_text()
    quote = page.locator("blockquote a").first
    words = quote.inner_text()
    quote.click()
    page.wait_for_url("**/articles/wire?*#here")
    assert "".join(page.locator("mark.here").all_inner_texts()) == words
    assert page.locator("#here").evaluate("e => e.getBoundingClientRect().top < innerHeight")
    page.go_back()
    assert page.get_by_role("searchbox").input_value() == ASKED[lang]


FILTERED = {"en": ("Nvidia", "How sure", "planned", "Filter"), "ja": ("エヌビディア", "確かさ", "予定", "絞り込む")}


@EVERYWHERE
def test_one_filters_claims(visit: Visit) -> None:
    """By name and by how sure; the address has just what was chosen, and opening it again shows the same."""
    page = visit.open("/claims")
    name, modality, planned, button = FILTERED[page.locator("html").get_attribute("lang")]
    total = page.locator("tbody tr").count()
    page.locator("[name=about]").fill(name)
    page.get_by_label(modality).select_option(label=planned)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**modality=planned*")
    chosen = {"about": [name], "modality": ["planned"], "lang": [page.locator("html").get_attribute("lang")]}
    assert address(page) == chosen
    assert page.locator("tbody .modality").all_inner_texts() == [planned]
    assert page.locator("tbody tr").count() < total
    page.reload()
    assert page.locator("[name=about]").input_value() == name
    page.get_by_role("link", name={"en": "Clear", "ja": "解除"}[chosen["lang"][0]], exact=True).click()
    assert page.locator("tbody tr").count() == total


def test_every_state_has_its_address(visit: Visit) -> None:
    """What is unfolded, the part of a picture, the options of an export are there again, in the other language too."""
    page = visit.open("/?q=who+supplies+Colossus")
    page.locator("details.how summary").first.click()
    page.wait_for_url("**open=how1*")
    page.locator("header .other").click()
    assert page.locator("html").get_attribute("lang") == "ja" and page.locator("details.how pre").first.is_visible()
    page = visit.open(f"/claims/{CLAIMS[0].id}")
    page.locator("summary", has_text="BibTeX").click()
    page.wait_for_url("**open=bibtex*")
    page.reload()
    assert page.locator("details[open]").count() == 2
    for _ in range(2):
        page.locator("details[open] summary").first.click()
    page.wait_for_url("**open=none*")
    page.reload()
    assert page.locator("details[open]").count() == 0
    page = visit.open("/entities/colossus")
    page.locator("[data-zoom]:visible").first.click()
    page.wait_for_url("**view=*")
    zoomed = seen(page)
    page.reload()
    assert seen(page) == pytest.approx(zoomed, abs=0.2)
    page.locator("[data-zoom='0']:visible").click()
    page.wait_for_url(lambda url: "view=" not in url)
    page = visit.open("/export")
    page.locator("[name=format]").select_option("graphml")
    page.get_by_label("supplies").check()
    page.locator("[name=merge]").check()
    page.wait_for_url("**wanted=graphml*merge=true*")
    page.reload()
    assert page.locator("[name=format]").input_value() == "graphml" and page.locator("[name=merge]").is_checked()
    assert page.locator("[name=predicate]:checked").evaluate_all("all => all.map((each) => each.value)") == ["supplies"]


def downloaded(page: Any, link: Any) -> tuple[str, str]:
    """The name and the text of the file that a click brings."""
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, waiting.value.path().read_text("utf-8-sig")


@EVERYWHERE
def test_one_exports_with_options(visit: Visit) -> None:
    """The file that is downloaded is what was chosen, and a program of graphs opens it."""
    page = visit.open("/export")
    page.locator("[name=merge]").check()
    page.get_by_label({"en": "planned", "ja": "予定"}[page.locator("html").get_attribute("lang")], exact=True).check()
    page.locator("[name=ego]").fill("コロッサス")
    name, document = downloaded(page, page.locator("form button"))
    edges = ElementTree.fromstring(document).findall(".//{*}edge")
    assert name == "aikg.gexf"
    assert {(edge.get("source"), edge.get("target")) for edge in edges} == {("nvidia", "colossus"), ("dell", "colossus")}


@EITHER
def test_tables_are_downloaded(visit: Visit) -> None:
    """All that the filters leave, as CSV and JSON Lines; the answer to a query, as CSV."""
    page = visit.open("/claims?predicate=valuation")
    shown = page.locator("tbody tr").count()
    table, lines = (downloaded(page, link) for link in page.locator("main a[download]").all())
    assert (table[0], lines[0]) == ("aikg.claims.csv", "aikg.jsonl")
    rows = list(csv.DictReader(StringIO(table[1])))
    claims = [json.loads(line) for line in lines[1].splitlines()]
    assert len(rows) == len(claims) == shown == 2
    assert {claim["value"]["number"] for claim in claims} == {24e9, 45e9}
    page = visit.open("/query?query=SELECT+%3Fwho+%7B+%3Fwho+kg:supplies+ent:xai+%7D")
    name, answer = downloaded(page, page.locator("main a[download]"))
    assert (name, answer.splitlines()) == ("answer.csv", ["who", "https://aikg.example/entity/oracle"])


@EITHER
def test_one_turns_pages(visit: Visit) -> None:
    """Forward to the last page and back, in one language; every claim is on one of them, the count says which."""
    page = visit.open("/claims?limit=2")
    lang, seen = page.locator("html").get_attribute("lang"), []
    for n in range(3):
        seen += page.locator("tbody tr td:nth-child(2) a").evaluate_all("all => all.map((each) => each.pathname)")
        assert page.locator(".pager span").inner_text() == f"{2 * n + 1}–{min(2 * n + 2, 5)} / 5"
        if n < 2:
            page.locator(".pager [rel=next]").click()
            page.wait_for_url(f"**offset={2 * n + 2}*")
    assert sorted(seen) == sorted(f"/claims/{claim.id}" for claim in CLAIMS)
    assert page.locator(".pager [rel=next]").count() == 0 and page.locator("html").get_attribute("lang") == lang
    for _ in range(2):
        page.locator(".pager [rel=prev]").click()
        page.wait_for_load_state()
    assert page.locator(".pager [rel=prev]").count() == 0
    assert page.locator("tbody tr td:nth-child(2) a").first.evaluate("each => each.pathname") == seen[0]


def test_one_works_without_a_mouse(visit: Visit) -> None:
    """The first stop leads past the menu, every stop shows where it is, Ctrl and Enter runs a query."""
    page = visit.open("/query")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    assert page.locator(":focus").evaluate("e => e.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main"
    page.locator("textarea").fill("ASK { ?c rdf:object ent:colossus }")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**query=ASK*")
    assert page.locator(".verdict").inner_text() == "Yes"
    page = visit.open("/entities/colossus")
    page.locator('.graph:visible .spot[data-id="nvidia"] a').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/entities/nvidia?*")


@pytest.mark.parametrize("visit", [{"size": PHONE, "lang": "ja"}, {"dark": True}], indirect=True, ids=["phone-ja", "wide-dark"])
def test_every_page_is_for_everybody(visit: Visit) -> None:
    """axe finds nothing serious; nothing sticks out at the side; the other language is one click away."""
    for path in PATHS:
        page = visit.open(path)
        assert (path, serious(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert " object at 0x" not in page.locator("main").inner_text(), path
        lang = page.locator("html").get_attribute("lang")
        page.locator("header .other").click()
        assert page.locator("html").get_attribute("lang") != lang, path


def test_a_hostile_article_stays_text(visit: Visit) -> None:
    """Title, words and address of an article that is made of markup and script run nothing, wherever they are shown."""
    for path in (
        "/articles",
        "/articles/blog",
        "/entities/xai",
        "/claims?article=blog",
        "/conflicts",
        "/?q=how+much+is+xAI+worth",
    ):
        page = visit.open(path)
        assert page.locator("main script, main b:has-text('xAI')").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
    assert "<b>xAI</b>" in visit.open("/articles/blog").locator(".text").inner_text()


def test_a_first_answer_is_light(visit: Visit) -> None:
    """All that a browser with an empty cache takes over the wire for it is less than 300 kB."""
    done: list[Any] = []
    visit.page.on("requestfinished", lambda one: done.append(one))
    visit.open("/?q=who+supplies+Colossus").wait_for_load_state("networkidle")
    assert len(done) >= 4
    assert sum(sum(each.sizes().values()) for each in done) < 300_000


def test_what_waits_and_what_fails_says_so(visit: Visit, root: str) -> None:
    """While a slow answer or page is made a sign says so; a thing that nobody knows gives words and ways on."""
    page = visit.open("/")
    page.get_by_role("searchbox").fill("who supplies Colossus")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault()); document.forms[0].requestSubmit()")
    assert page.locator("form[aria-busy=true]").count() == 1
    assert page.get_by_role("status").inner_text().startswith("Working")
    page = visit.open("/")
    page.evaluate("addEventListener('click', (event) => event.preventDefault()); document.querySelector('nav .name').click()")
    page.locator("#wait:not(:empty)").wait_for()
    page = visit.open("/entities/nobody")
    assert page.get_by_role("alert").inner_text()
    assert httpx.get(f"{root}/entities/nobody", headers={"Accept": "text/html"}).status_code == 404
