"""Adding an article in a real browser: seen before it is kept, then retracted, in both languages and widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_world import serving_store

from tests.browser import EVERYWHERE, Visit, serious

DROP = """(form, [name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


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
