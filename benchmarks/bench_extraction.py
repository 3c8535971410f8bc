"""Characters a second: the stock ``ja_ginza`` pipeline's ``nlp.pipe`` beside our whole extraction, in one process.

    python benchmarks/bench_extraction.py [--workers N] [--articles N] [FOLDER]

Both get the same articles, the stock pipeline cut into our sentences; loading the models does not count. CPU seconds
of one thread are compared, so that other work on the machine matters little. Then memory over many articles, each with names
and figures of its own, and, with ``--workers``, how the same work scales over processes.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.document import blocks, sentences
from ingest.normal import normalise
from ingest.pipeline import Extractor
from ingest.reader import SAMPLES, read_files
from kg.model import Article

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
LEAST = 12_000  # characters; fewer texts are repeated with other names and figures
FIRMS = "北電 アオイ電算 ミナト計算 テラノード カワセミ ヒノデ技研 Northgate Altaris Velmora Quintel".split()  # noqa: SIM905


def texts(folder: Path) -> list[str]:
    """The articles of a folder, varied until there is enough to measure."""
    given = [outcome.article.text for outcome in read_files([folder]) if outcome.article]
    count = 1 + LEAST // sum(map(len, given))
    return [varied(text, turn) for turn in range(count) for text in given]


def varied(text: str, turn: int) -> str:
    """The text about other companies and figures, so that no sentence comes twice; unchanged for ``turn`` 0."""
    if not turn:
        return text
    firm = FIRMS[turn % len(FIRMS)]
    moved = text.translate({ord(str(d)): str((d + turn) % 9 + 1) for d in range(1, 10)})
    return (
        moved.replace("xAI", f"{firm}{turn}")
        .replace("NVIDIA", f"{FIRMS[-turn % len(FIRMS)]}{turn}")
        .replace("。", f"({turn})。")
    )


def stock(given: list[str], extractor: Extractor) -> float:
    """CPU seconds of spaCy's own pipeline, as ``spacy.load`` gives it."""
    import spacy

    language = spacy.load("ja_ginza")
    list(language.pipe(["これは試しの文だ。"]))
    pieces = [piece for text in given for piece in cut(text, extractor)]
    start = time.process_time()
    for _ in language.pipe(pieces):
        pass
    return time.process_time() - start


def cut(text: str, extractor: Extractor) -> Iterator[str]:
    """The sentences of a text."""
    plain = normalise(text).text
    for block in blocks(plain, extractor.lexicon.cues):
        yield from (plain[start:end] for start, end in sentences(plain, block.start, block.end))


class Clock:
    """Adds up the CPU seconds of a function."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function, self.seconds = function, 0.0

    def __call__(self, given: Any) -> Any:
        start = time.process_time()
        made = self.function(given)
        self.seconds += time.process_time() - start
        return made


def ours(given: list[str], extractor: Extractor) -> tuple[float, float, float, int]:
    """CPU seconds of reading the articles, those within the parser, those of cutting sentences once more for the tagger of
    names, and the number of claims; patterns are compiled before."""
    for outcome in read_files([SAMPLES]):
        if outcome.article:
            extractor.read(Article("warm", varied(outcome.article.text, 1)))
    parser, tokens = Clock(extractor.parser.parse), Clock(extractor.parser.morphemes)
    extractor.parser.parse = parser  # type: ignore[method-assign]
    extractor._tagger._morphemes = tokens
    start = time.process_time()
    claims = sum(len(extractor.read(Article(f"a{i}", text)).claims) for i, text in enumerate(given))
    return time.process_time() - start, parser.seconds, tokens.seconds, claims


def resident() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def many(given: list[str]) -> Iterator[Article]:
    """Articles without end, each with names and figures of its own."""
    turn = 0
    while True:
        turn += 1
        yield from (Article(f"a{turn}-{i}", varied(text, turn)) for i, text in enumerate(given))


def memory(given: list[str], extractor: Extractor, count: int) -> Iterator[tuple[int, float]]:
    """How much is held after each fifth of so many articles."""
    for number, article in enumerate(islice(many(given), count), 1):
        extractor.read(article)
        if number % (count // 5) == 0:
            gc.collect()
            yield number, resident()


def scaled(given: list[str], workers: int) -> float:
    """Characters a second of so many processes, each with its own model, on articles enough for all."""
    articles = [varied(text, turn) for turn in range(4) for text in given]
    with multiprocessing.get_context("spawn").Pool(workers, initializer=_start) as pool:
        pool.map(_read, given[:1] * workers * 2, chunksize=1)  # models loaded
        start = time.perf_counter()
        pool.map(_read, articles, chunksize=1)
        return sum(map(len, articles)) / (time.perf_counter() - start)


_worker: list[Extractor] = []


def _start() -> None:
    _worker.append(Extractor())


def _read(text: str) -> int:
    return len(_worker[0].read(Article("a", text)).claims)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS if CORPUS.is_dir() else SAMPLES)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args()
    given = texts(options.folder)
    size, extractor = sum(map(len, given)), Extractor()
    base = stock(given, extractor)
    seconds, inside, cut_again, claims = ours(given, extractor)
    print(f"{options.folder}: {len(given)} articles, {size:,} characters, {claims} claims\n")
    print(f"{'':24} CPU seconds  characters/s")
    print(f"{'stock ja_ginza':24} {base:11.2f} {size / base:13,.0f}")
    print(f"{'our extraction':24} {seconds:11.2f} {size / seconds:13,.0f}   {base / seconds:.1f} times")
    print(f"{'beyond the parser':24} {seconds - inside:11.2f} {(seconds - inside) / seconds:13.0%}   of our time")
    print(f"{'  tokenising for names':24} {cut_again:11.2f} {cut_again / seconds:13.0%}   of our time\n")
    for number, held in memory(given, extractor, options.articles):
        print(f"after {number:6,} more articles {held:6.0f} MB")
    rates = [(n, scaled(given, n)) for n in range(1, options.workers + 1)]
    for number, rate in rates:
        print(f"{number} workers: {rate:10,.0f} characters/s, {rate / rates[0][1]:.2f} times one")


if __name__ == "__main__":
    main()
