"""The page in a real browser (Debian's Chromium, driven by Playwright): by mouse, keyboard and finger, in both languages."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from api_world import CLAIMS, serving_store

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, of the developers' packages")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe, of the developers' packages")

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDE, PHONE = (1280, 900), (360, 740)
PATHS = (
    *("/", "/?q=who+supplies+Colossus", "/?q=nonsense+words", "/entities", "/entities/colossus", "/entities/xai", "/claims"),
    *(
        "/claims?published_from=2030",
        "/conflicts",
        "/conflicts?subject=dell",
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
DROP = """(form, [name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
ASKED = {"en": "who supplies Colossus", "ja": "Colossusに供給しているのは誰ですか"}


@dataclass
class Visit:
    """A tab, and what went wrong or was loaded in it."""

    page: Any
    root: str
    faults: list[str] = field(default_factory=list)
    size: int = 0

    def open(self, path: str) -> Any:
        """The page at a path, loaded."""
        self.page.goto(self.root + path)
        return self.page


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the two articles are served."""
    with serving_store(tmp_path_factory.mktemp("store") / "kg") as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("needs the program chromium (Debian's chromium, which .ci/run installs)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Any, root: str) -> Iterator[Visit]:
    """A tab with an empty cache; ``request.param`` may say how wide, in which language and colours, and whether scripts run.

    Whatever a page does, it opens no dialog, breaks no policy, raises no error and asks no other host.
    """
    wanted = {"size": WIDE, "lang": "en", "dark": False, "script": True} | getattr(request, "param", {})
    width, height = wanted["size"]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "ja": "ja-JP"}[wanted["lang"]],
        color_scheme="dark" if wanted["dark"] else "light",
        java_script_enabled=wanted["script"],
        has_touch=width < 500,
    )
    context.set_default_timeout(10_000)
    made = Visit(context.new_page(), root)
    made.page.on("dialog", lambda dialog: (made.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
    made.page.on("pageerror", lambda error: made.faults.append(str(error)))
    made.page.on("console", lambda line: made.faults.append(line.text) if "Security" in line.text else None)
    made.page.on(
        "request", lambda asked: made.faults.append(asked.url) if not asked.url.startswith((made.root, "data:")) else None
    )
    yield made
    context.close()
    assert made.faults == []


def kinds(**options: tuple[Any, ...]) -> Any:
    """The fixture ``visit`` once for each value of each option."""
    every = [{name: value} for name, values in options.items() for value in values]
    return pytest.mark.parametrize("visit", every, indirect=True, ids=lambda one: "-".join(map(str, one.values())))


EITHER = pytest.mark.parametrize(
    "visit", [{"size": PHONE, "lang": "ja"}, {"lang": "en"}], indirect=True, ids=["phone-ja", "wide-en"]
)
EVERYWHERE = pytest.mark.parametrize(
    "visit",
    [{"size": size, "lang": lang} for size in (PHONE, WIDE) for lang in ("ja", "en")],
    indirect=True,
    ids=["phone-ja", "phone-en", "wide-ja", "wide-en"],
)


def address(page: Any) -> dict[str, list[str]]:
    """The parameters of where the page is now."""
    return parse_qs(urlsplit(page.url).query)


def serious(page: Any) -> list[tuple[str, str]]:
    """What axe finds serious or worse on the page."""
    found = axe.Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]


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


@EITHER
def test_the_picture_is_dragged_zoomed_and_clicked(visit: Visit) -> None:
    """What is dragged takes its lines along and is no click; buttons zoom and bring back; a click leads to the thing."""
    page = visit.open("/entities/colossus")
    spot, line = page.locator('.spot[data-id="nvidia"]'), page.locator('path[data-from="nvidia"]').first
    spot.scroll_into_view_if_needed()
    box = spot.locator("circle").bounding_box()
    before = spot.get_attribute("transform"), line.get_attribute("d")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 65, box["y"] + 45, steps=4)
    page.mouse.up()
    assert (spot.get_attribute("transform"), line.get_attribute("d")) != before
    assert line.get_attribute("d") != before[1] and page.url.partition("?")[0].endswith("/entities/colossus")
    svg = page.locator(".graph svg").first
    whole = svg.get_attribute("viewBox")
    larger, _, back = page.locator(".graph button").all()
    larger.click()
    zoomed = svg.get_attribute("viewBox")
    back.click()
    assert zoomed != whole == " ".join(svg.get_attribute("viewBox").split())
    spot.locator("text").first.click()
    page.wait_for_url("**/entities/nvidia?*")
    assert page.locator("h1").inner_text() == "NVIDIA"


def touch(page: Any, *turns: list[tuple[float, float]]) -> None:
    """Fingers go down where the first turn says, move from turn to turn, and leave."""
    session = page.context.new_cdp_session(page)
    for n, fingers in enumerate([*turns, []]):
        kind = "touchMove" if n else "touchStart"
        points = [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(fingers)]
        session.send("Input.dispatchTouchEvent", {"type": kind if fingers else "touchEnd", "touchPoints": points})


def seen(page: Any) -> list[float]:
    """What part of the picture is looked at."""
    return [float(number) for number in page.locator(".graph svg").first.get_attribute("viewBox").split()]


def shown(url: str) -> list[float]:
    """What part of the picture an address keeps."""
    view = parse_qs(urlsplit(url).query).get("view", [])
    return [float(number) for part in view for number in part.split(",")]


@kinds(size=(PHONE,))
def test_fingers_move_and_zoom_the_picture(visit: Visit) -> None:
    """Two fingers zoom where they are; then one moves the picture, which has not moved the page; the address keeps the view.

    On a picture that is not zoomed one finger scrolls the page.
    """
    page = visit.open("/entities/colossus")
    svg = page.locator(".graph svg").first
    svg.scroll_into_view_if_needed()
    box, whole = svg.bounding_box(), seen(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    touch(page, [(x, y + 60)], [(x, y + 30)], [(x, y)])
    assert seen(page) == whole
    page.evaluate("scrollTo(0, 0)")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    y = box["y"] + box["height"] / 2
    touch(page, [(x - 20, y), (x + 20, y)], [(x - 30, y), (x + 30, y)], [(x - 40, y), (x + 40, y)])
    zoomed, scrolled = seen(page), page.evaluate("scrollY")
    assert zoomed[2] == pytest.approx(whole[2] / 2, rel=0.05)
    assert zoomed[0] + zoomed[2] / 2 == pytest.approx(whole[2] / 2, abs=whole[2] / 20)
    ground = (box["x"] + 12, box["y"] + 12)
    touch(page, [ground], [(ground[0] + 15, ground[1] + 12)], [(ground[0] + 40, ground[1] + 30)])
    moved = seen(page)
    assert moved[0] < zoomed[0] and moved[1] < zoomed[1] and moved[2] == zoomed[2]
    assert page.evaluate("scrollY") == scrolled
    page.wait_for_url(lambda url: shown(url) == pytest.approx(moved[:3], abs=0.06))
    page.reload()
    assert seen(page) == pytest.approx(moved, abs=0.2)


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
    page.locator("[data-zoom]").first.click()
    page.wait_for_url("**view=*")
    zoomed = seen(page)
    page.reload()
    assert seen(page) == pytest.approx(zoomed, abs=0.2)
    page.locator("[data-zoom='0']").click()
    page.wait_for_url(lambda url: "view=" not in url)
    page = visit.open("/export")
    page.locator("[name=format]").select_option("graphml")
    page.get_by_label("supplies").check()
    page.locator("[name=merge]").check()
    page.wait_for_url("**wanted=graphml*merge=true*")
    page.reload()
    assert page.locator("[name=format]").input_value() == "graphml" and page.locator("[name=merge]").is_checked()
    assert page.locator("[name=predicate]:checked").evaluate_all("all => all.map((each) => each.value)") == ["supplies"]


UNDER = """svg => {
  const label = svg.querySelector(".middle").getBoundingClientRect(), at = svg.getScreenCTM();
  const tips = [...svg.querySelectorAll(".lines path")].map((path) => path.getPointAtLength(path.getTotalLength()));
  const inside = (tip) => tip.x > label.left && tip.x < label.right && tip.y > label.top && tip.y < label.bottom;
  return tips.map((tip) => tip.matrixTransform(at)).filter(inside).length;
}"""


@kinds(script=(True, False))
def test_no_name_covers_the_end_of_a_line(visit: Visit) -> None:
    """The arrows of the picture end beside the thing in the middle and not under its name, with and without a script."""
    page = visit.open("/entities/colossus")
    assert page.locator(".graph .lines path").count() > 1
    assert page.locator(".graph svg").first.evaluate(UNDER) == 0


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


@EITHER
def test_values_over_time_are_drawn(visit: Visit) -> None:
    """Each mark is within the picture, clear of the others, and leads to its words; axe finds nothing serious."""
    page = visit.open("/entities/xai")
    chart = page.locator(".chart svg")
    assert chart.count() == 1 and page.locator(".chart figcaption").inner_text() in ("valuation", "企業価値")
    assert serious(page) == []
    box, marks = chart.bounding_box(), [mark.bounding_box() for mark in chart.locator("a g").all()]
    assert len(marks) == 2 and abs(marks[0]["x"] - marks[1]["x"]) > 9
    assert all(box["x"] <= mark["x"] and mark["x"] + mark["width"] <= box["x"] + box["width"] for mark in marks)
    chart.locator("a").first.click()
    page.wait_for_url("**/articles/blog?*#here")
    assert "240億ドル" in page.locator("mark.here").first.inner_text()


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
    page.locator('.spot[data-id="nvidia"] a').focus()
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
    """While a slow answer is made the form says it is busy; a thing that nobody knows gives words and ways on."""
    page = visit.open("/")
    page.get_by_role("searchbox").fill("who supplies Colossus")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault()); document.forms[0].requestSubmit()")
    assert page.locator("form[aria-busy=true]").count() == 1
    assert page.get_by_role("status").inner_text().startswith("Working")
    page = visit.open("/entities/nobody")
    assert page.get_by_role("alert").inner_text()
    assert httpx.get(f"{root}/entities/nobody", headers={"Accept": "text/html"}).status_code == 404


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same articles where the token "secret" may write."""
    with serving_store(tmp_path_factory.mktemp("store") / "kg", token="secret") as client:
        yield str(client.base_url).rstrip("/")


@EVERYWHERE
def test_a_wrong_token_adds_nothing(visit: Visit, writable: str) -> None:
    """The form says so in the page's language, keeps what was typed, and takes the right token then."""
    visit.root = writable
    page = visit.open("/add")
    lang = page.locator("html").get_attribute("lang")
    page.locator("[name=text]").fill("架空電機は北九州市に新しいデータセンターを建設した。")
    page.locator("[name=title]").fill("書きかけの題")
    page.locator("[name=token]").fill("wrong")
    page.locator("form.drop button").click()
    page.wait_for_load_state()
    said = page.get_by_role("alert").inner_text()
    assert said == {"en": "The token is missing or wrong.", "ja": "トークンがないか、誤っています。"}[lang]
    assert page.locator("[name=title]").input_value() == "書きかけの題"
    assert page.locator("[name=text]").input_value().startswith("架空電機")
    assert page.locator("[name=token]").input_value() == "" and serious(page) == []
    assert httpx.get(f"{writable}/articles").json()["total"] == 2


@EVERYWHERE
def test_one_adds_and_retracts_an_article(visit: Visit, writable: str, tmp_path: Path) -> None:
    """A file is chosen or dropped, what is read is seen before it is kept, then the article has its marks, then it is gone."""
    page = visit.page
    page.set_default_timeout(120_000)
    visit.root = writable
    lang = visit.open("/add").locator("html").get_attribute("lang")
    name = f"{lang}{page.viewport_size['width']}"
    file = tmp_path / f"{name}.txt"
    file.write_text(
        f"試しの記事{name}\n\n架空電機は北九州市に新しいデータセンターを建設した。<img src=x onerror=alert(1)>\n", "utf-8"
    )
    assert serious(page) == []
    page.locator("[name=text]").fill("書きかけ")
    page.locator("header .other").click()
    assert page.locator("html").get_attribute("lang") != lang and page.locator("[name=text]").input_value() == "書きかけ"
    page.locator("[name=text]").fill("")
    page.locator("header .other").click()
    assert page.locator("html").get_attribute("lang") == lang
    if lang == "ja":
        page.locator("[type=file]").set_input_files(file)
    else:
        page.locator("form.drop").evaluate(DROP, [file.name, file.read_text("utf-8")])
    page.locator("[name=token]").fill("secret")
    page.locator("form.drop button").click()
    page.locator(".sentences strong").first.wait_for()
    assert "架空電機" in page.locator(".sentences").inner_text()
    assert serious(page) == []
    for _ in range(2):
        page.locator("header .other").click()
        page.locator(".sentences strong").first.wait_for()
    assert page.locator("html").get_attribute("lang") == lang
    assert httpx.get(f"{writable}/articles").json()["total"] == 2
    page.locator("button[name=keep]").click()
    page.wait_for_url("**/articles/*")
    assert "架空電機" in "".join(page.locator("mark").all_inner_texts())
    assert page.locator(".text img").count() == 0
    page.locator(".retract summary").click()
    page.locator(".retract [name=token]").fill("secret")
    page.locator(".retract button").click()
    page.wait_for_url(f"{writable}/articles?*")
    assert httpx.get(f"{writable}/articles").json()["total"] == 2
    assert f"試しの記事{name}" not in page.locator("main").inner_text()
