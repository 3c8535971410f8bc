"""How soon a browser with an empty cache shows a first answer, from the address to the painted sentence, and what it loads.

    python benchmarks/bench_page.py [TURNS]

The samples' shape in small: the two articles of the tests, on loopback, in Debian's Chromium; each turn is a new profile.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from tests.api_world import serving_store

SECOND, BYTES = 1000, 300_000
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def turn(browser: Any, address: str) -> tuple[float, int]:
    """Milliseconds until the answer is painted, and bytes over the wire."""
    done: list[Any] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("requestfinished", lambda one: done.append(one))
    page.goto(address)
    page.locator("blockquote").first.wait_for()
    page.wait_for_load_state("networkidle")
    size = sum(sum(each.sizes().values()) for each in done)
    painted = float(page.evaluate(PAINTED) or 0.0)
    context.close()
    return painted, size


def main(turns: int = 10) -> None:
    """Print both."""
    with TemporaryDirectory() as folder, serving_store(Path(folder) / "kg") as client, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        found = [turn(browser, f"{client.base_url}/?q=who+supplies+Colossus") for _ in range(turns)]
        browser.close()
    times = sorted(time for time, _ in found)
    print(
        f"first answer painted: {median(times):.0f} ms (first {found[0][0]:.0f}, most {times[-1]:.0f}); {found[0][1]:,} bytes"
    )
    if median(times) >= SECOND or max(size for _, size in found) >= BYTES:
        sys.exit("slower than a second, or 300 kB and more")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
