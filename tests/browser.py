"""What the tests of the page in a real browser share: Debian's Chromium, driven by Playwright, and a tab for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDE, PHONE = (1280, 900), (360, 740)


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
    from api_world import serving_store  # which loads the application: only where a browser is used

    with serving_store(tmp_path_factory.mktemp("store") / "kg") as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, of the developers' packages")
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
    [
        pytest.param({"size": size, "lang": lang}, id=f"{name}-{lang}", marks=[pytest.mark.long] if more else [])
        for size, name, lang, more in (
            (PHONE, "phone", "ja", False),
            (PHONE, "phone", "en", True),
            (WIDE, "wide", "ja", True),
            (WIDE, "wide", "en", False),
        )
    ],
    indirect=True,
)
"""Each width and each language; all four pairs of them only where there is time."""


def address(page: Any) -> dict[str, list[str]]:
    """The parameters of where the page is now."""
    return parse_qs(urlsplit(page.url).query)


def serious(page: Any) -> list[tuple[str, str]]:
    """What axe finds serious or worse on the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe, of the developers' packages")
    found = axe.Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]


def seen(page: Any) -> list[float]:
    """What part of the picture is looked at."""
    return [float(number) for number in page.locator(".frame:visible svg").get_attribute("viewBox").split()]
