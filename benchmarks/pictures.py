"""The screenshots in ``docs``, made anew: ``make pictures``, or ``python benchmarks/pictures.py STORE [NAME...]`` for some.

The samples are read into the store unless they are there, and Debian's Chromium looks at the pages, served on loopback.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from api.http import create_app
from api.settings import read_settings
from tests.api_world import serving

ROOT = Path(__file__).resolve().parents[1]
WIDE, PHONE = (1280, 860), (390, 844)
ARTICLE = """架空電機、北九州にデータセンター

架空電機は5月20日、北九州市に新しいデータセンターを建設すると発表した。投資額は300億円で、2027年3月の完成を予定している。
NVIDIAのGB200を4000基備える。
同社の白石花社長は「九州の電力の余裕が決め手だった」と話した。
"""


@dataclass(frozen=True)
class Shot:
    """One picture: where, in which language and colours, how large, and what is done there first."""

    path: str
    lang: str = "en"
    dark: bool = False
    size: tuple[int, int] = WIDE
    first: Callable[[Any], None] = lambda page: None


def read(page: Any) -> None:
    """An article is pasted and what is read from it is shown."""
    page.locator("[name=text]").fill(ARTICLE)
    page.locator("[name=publisher]").fill("架空新聞")
    page.locator("[name=published]").fill("2025-05-20")
    page.locator("[name=token]").fill("secret")
    page.locator("form.drop button").click()
    page.locator(".sentences strong").first.wait_for(timeout=120_000)


SHOTS = {
    "home": Shot("/"),
    "ask": Shot("/?q=who+supplies+Colossus"),
    "ask-dark": Shot("/?q=xAIの企業価値はいくらですか", "ja", dark=True),
    "thing": Shot("/entities/colossus"),
    "phone": Shot("/entities/colossus", "ja", size=PHONE),
    "phone-dark": Shot("/?q=who+supplies+Colossus", dark=True, size=PHONE),
    "conflicts": Shot("/conflicts?subject=colossus"),
    "claims": Shot("/claims?modality=planned", "ja"),
    "article": Shot("/articles", "ja", first=lambda page: page.locator("main .list a").first.click()),
    "export": Shot("/export", "ja"),
    "sparql": Shot("/query", dark=True, first=lambda page: page.get_by_role("button", name="Run").click()),
    "add": Shot("/add", first=read),
    "about": Shot("/about"),
    "api": Shot("/docs?open=get-ask", dark=True),
}


def main(store: str, names: list[str]) -> None:
    """Make the pictures."""
    kg = Path(sys.executable).with_name("kg")
    subprocess.run([kg, "ingest", "--store", store, ROOT / "ingest" / "samples"], check=True)
    with sync_playwright() as started, serving(create_app(read_settings(store=store, token="secret", queries=2))) as client:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name in names or SHOTS:
            taken(browser, str(client.base_url).rstrip("/"), SHOTS[name], ROOT / "docs" / f"page-{name}.png")
        browser.close()


def taken(browser: Any, root: str, shot: Shot, file: Path) -> None:
    """One picture."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "ja": "ja-JP"}[shot.lang],
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(180_000)
    page = context.new_page()
    page.goto(root + shot.path)
    shot.first(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
