"""Train the tagger of names from the passages of ``tests/extraction/written``: ``make train``.

    python benchmarks/train.py [MODEL]

Writes ``ingest/models/names.crfsuite`` (or MODEL) and prints precision, recall and F1 of whole names with their types on the
passages that are held out. L-BFGS from a fixed start on one core: the same passages, code and libraries give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pycrfsuite  # noqa: E402

from ingest.normal import normalise  # noqa: E402
from ingest.pipeline import Extractor  # noqa: E402
from ingest.tagger import TYPES, Token, features, tokens, told  # noqa: E402
from tests.extraction.written import Passage, passages  # noqa: E402

MODEL = ROOT / "ingest" / "models" / "names.crfsuite"
PUBLISHED = "2025-06-15"
PARAMETERS = {"c1": 0.3, "c2": 0.02, "max_iterations": 90, "feature.minfreq": 1}
HONORIFICS = ("氏", "さん")

Tagging = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line's tokens, their features and right labels, and the names it holds."""

    words: list[Token]
    features: list[list[str]]
    labels: list[str]
    names: frozenset[Tagging]


def lines(extractor: Extractor, *, held_out: bool) -> Iterator[Line]:
    """The lines of all passages of one split; those whose normalised text has another length are left out."""
    for passage in passages(held_out):
        text = normalise(passage.text).text
        if len(text) == len(passage.text):
            marks = extractor.marks(text, PUBLISHED, tagged=False)
            values = [(mark.start, mark.end) for mark in (*marks.quantities, *marks.dates)]
            things = _told(passage)
            others = told(marks.names, values)
            for words in tokens(text, extractor.parser.morphemes):
                inside = [name for name in things if words and words[0].start <= name[0] < words[-1].end]
                yield Line(words, features(words, others), _labels(words, things), frozenset(inside))


def _told(passage: Passage) -> list[Tagging]:
    """Every place of every form of every thing, the longest first where two begin at one place."""
    spans = []
    for kind, forms in passage.kinds:
        for form in forms:
            words = form.removesuffix(HONORIFICS[0]).removesuffix(HONORIFICS[1])
            at = passage.text.find(words)
            while words and at >= 0:
                spans.append((at, at + len(words), kind))
                at = passage.text.find(words, at + 1)
    made: list[Tagging] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not made or made[-1][1] <= span[0]:
            made.append(span)
    return made


def _labels(words: list[Token], told: list[Tagging]) -> list[str]:
    labels = ["O"] * len(words)
    for start, end, kind in told:
        over = [number for number, word in enumerate(words) if word.start < end and start < word.end]
        for number in over:
            labels[number] = ("B-" if number == over[0] else "I-") + kind
    return labels


def _read(line: Line, tagger: pycrfsuite.Tagger) -> set[Tagging]:
    labels, made, at = tagger.tag(line.features), set(), 0
    while at < len(labels):
        first, kind = at, labels[at][2:]
        at += 1
        while kind in TYPES and at < len(labels) and labels[at] == f"I-{kind}":
            at += 1
        if kind in TYPES:
            made.add((line.words[first].start, line.words[at - 1].end, kind))
    return made


def main(target: Path) -> None:
    """Train, write, and tell how well."""
    extractor = Extractor()
    trainer = pycrfsuite.Trainer(verbose=False)
    for line in lines(extractor, held_out=False):
        trainer.append(line.features, line.labels)
    trainer.set_params(PARAMETERS)
    target.parent.mkdir(exist_ok=True)
    trainer.train(str(target))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(target))
    right = read = told = 0
    for line in lines(extractor, held_out=True):
        found = _read(line, tagger)
        right, read, told = right + len(found & line.names), read + len(found), told + len(line.names)
    print(f"held out: precision {right / read:.3f} recall {right / told:.3f} F1 {2 * right / (read + told):.3f}")
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL)
