"""How soon a browser with an empty cache shows a first answer, from the address to the painted sentence, and what it loads.

    python benchmarks/bench_page.py [TURNS]

The samples in a new store, on loopback, in Debian's Chromium. Each turn is a new profile; the first is also the first that
the server is asked anything, and is judged.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from api.http import create_app
from api.settings import read_settings
from tests.api_world import serving

SECOND, BYTES = 1000, 300_000
SAMPLES = Path(__file__).resolve().parents[1] / "ingest" / "samples"
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
    with TemporaryDirectory() as folder:
        store = str(Path(folder) / "kg")
        subprocess.run([Path(sys.executable).with_name("kg"), "ingest", "--store", store, SAMPLES], check=True)
        with serving(create_app(read_settings(store=store))) as client, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            found = [turn(browser, f"{client.base_url}/?q=who+supplies+Colossus") for _ in range(turns)]
            browser.close()
    times, most = [time for time, _ in found], max(size for _, size in found)
    later = median(times[1:] or times)
    print(f"first answer painted: {times[0]:.0f} ms (then {later:.0f}, at most {max(times):.0f}); {most:,} bytes")
    if times[0] >= SECOND or most >= BYTES:
        sys.exit("slower than a second, or 300 kB and more")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
