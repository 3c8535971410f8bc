"""Why an article was read as it was: every sentence with what was made of it, every line that was passed over with the reason.

Offsets are code points into the article's own text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.claims import Draft
from ingest.document import Block, Shape, blocks, sentences
from ingest.normal import normalise
from kg.model import Article, DateValue, Quantity, Value
from ontology.lexicon import Cues

__all__ = ["Explained", "explain"]

RULES = {
    "table": "cell and header, or key and value",
    "attribute": "a noun that names the property beside its value",
    "nominal": "two names side by side",
    "maker": "a product beside its maker",
}
PASSED = {Shape.BOILERPLATE: "boilerplate", Shape.QUESTION: "a question claims nothing"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A sentence, row or line: where it is, what kind of line it is in, why it was passed over, and what it says."""

    start: int
    end: int
    text: str
    shape: str
    reason: str = ""
    findings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The place and the words, then a line for each finding."""
        told = f" — passed over: {self.reason}" if self.reason else "" if self.findings else " — nothing read"
        head = f"[{self.start}:{self.end}] {self.shape}: {self.text}{told}"
        return "\n".join((head, *(f"    {line}" for line in self.findings)))


def explain(article: Article, drafts: Sequence[Draft], cues: Cues) -> Iterator[Explained]:
    """What was read from each sentence of ``article``; ``drafts`` is the trace that ``Extractor.read`` filled."""
    normal = normalise(article.text)
    waiting = sorted(drafts, key=lambda draft: draft.start)
    at = 0
    for block in blocks(normal.text, cues):
        for start, end in _spans(normal.text, block):
            found: list[Draft] = []
            while at < len(waiting) and waiting[at].start < end:
                found.append(waiting[at])
                at += 1
            left, right = normal.raw(start, end)
            reason = f"{PASSED[block.shape]}{f' ({block.reason})' if block.reason else ''}" if block.shape in PASSED else ""
            words = " ".join(article.text[left:right].split())
            yield Explained(left, right, words, block.shape.value, reason, tuple(dict.fromkeys(map(_finding, found))))


def _spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    whole = block.shape in (Shape.ROW, Shape.PAIR, Shape.HEADING, *PASSED)
    yield from [(block.start, block.end)] if whole else sentences(text, block.start, block.end)


def _finding(draft: Draft) -> str:
    """One line: the claim, how sure and by whom, the rule that read it, and how words that are no names were resolved."""
    target = draft.object.entity.label() if draft.object is not None else _shown(draft.value)
    said = [draft.stance.modality.value, *(f"says {speaker.label()}" for speaker in draft.stance.speakers)]
    how = [RULES.get(draft.rule, f"predicate {draft.rule}")]
    how += [ref.how for ref in (draft.subject, draft.object) if ref is not None and ref.how]
    return f"{draft.subject.entity.label()} {draft.predicate} {target} ({', '.join(said)}) by {'; '.join(how)}"


def _shown(value: Value | None) -> str:
    if isinstance(value, DateValue):
        return value.date
    if isinstance(value, Quantity):
        ends = f"{value.number:g}" if value.number is not None else f"{value.minimum:g}–{value.maximum:g}"
        return f"{value.comparator if value.comparator != '=' else ''}{ends} {value.unit}"
    return ""
