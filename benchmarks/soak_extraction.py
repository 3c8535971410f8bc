"""Memory over 10,000 articles in one process: half an hour, after which it must hold no more than after the first fifth.

    python benchmarks/soak_extraction.py [ARTICLES]

The articles are mixtures of sentences of the samples and of our own passages, each about names and figures of its own.
"""

from __future__ import annotations

import gc
import random
import re
import resource
import sys
from pathlib import Path

from ingest.pipeline import Extractor
from ingest.reader import SAMPLES, read_files
from kg.model import Article

PASSAGES = Path(__file__).resolve().parents[1] / "tests" / "extraction" / "passages"
EVERY = 500
SENTENCES = 6
ALLOWED = 40  # megabytes between the first fifth and the end: what an allocator keeps, and what bounded memos still take
KANA = "アイウエオカキクケコサシスセソタチツテトナニノハヒフマミムメモヤユヨラリルレロワンドグゼバビボ"
NAMED = re.compile(r"[A-Z][A-Za-z0-9]{2,}|[ァ-ヺー]{4,}")


def sentences() -> list[str]:
    """The sentences that are mixed."""
    texts = (outcome.article.text for outcome in read_files([SAMPLES, PASSAGES / "[pq]*.txt"]) if outcome.article)
    return [line for text in texts for line in re.split(r"(?<=。)|\n", text) if len(line) > 8]


def article(number: int, pool: list[str]) -> Article:
    """The same for the same number: a third of the names are made up, and all figures differ."""
    draw = random.Random(number)
    invented: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        kana = "".join(draw.choices(KANA, k=draw.randint(3, 6)))
        latin = "".join(draw.choices("abdefgiklmnoprstuvxz", k=draw.randint(4, 8))).title()
        made = draw.choice((found[0], found[0], latin if found[0].isascii() else kana))
        return invented.setdefault(found[0], made)

    text = "\n".join(draw.choices(pool, k=SENTENCES))
    text = re.sub(r"[1-9]", lambda _: str(draw.randint(1, 9)), NAMED.sub(name, text))
    return Article(f"soak-{number}", text, published="2025-06-15")


def resident() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main(count: int = 10_000) -> None:
    """Prints what the process holds every 500 articles; ends with 1 where that goes on growing."""
    extractor, pool, held, claims = Extractor(), sentences(), [], 0
    for number in range(1, count + 1):
        claims += len(extractor.read(article(number, pool)).claims)
        if number % min(EVERY, count) == 0:
            gc.collect()
            held.append(resident())
            print(f"{number:6,} articles, {claims:7,} claims, {held[-1]:5.0f} MB", flush=True)
    grown = held[-1] - held[len(held) // 5]
    if grown > ALLOWED:
        sys.exit(f"{grown:.0f} MB more than after the first fifth")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
