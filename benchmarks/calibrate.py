"""How often each kind of claim is right: ``ontology/words/confidence.yaml`` and the tables of docs/extraction.md.

    python benchmarks/calibrate.py [--write] [folder …]

Gold are texts that nobody tuned on, since what was tuned on promises too much: our own held-out passages and, where they are
there, the four held-out texts of ``../shared`` and all of the folders named (texts, ``meta.json``, ``gold.jsonl``). A claim is
right where a gold line, optional ones too, agrees with it. Shares of few claims are drawn to the share of all, as if ``PRIOR``
more had been seen. In the table of reliability each article's claims are judged by the shares of the other articles; of the
texts for tuning only the total is told.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from extraction.scoring import matched  # noqa: E402

from ingest.claims import Draft  # noqa: E402
from ingest.confidence import RULES, WAYS, kind  # noqa: E402
from ingest.pipeline import Extractor  # noqa: E402
from ingest.reader import read_files  # noqa: E402
from kg.jsonl import claim_json  # noqa: E402
from kg.model import Article, value_key  # noqa: E402

SHARED = ROOT.parent / "shared"
PASSAGES = ROOT / "tests" / "extraction" / "passages"
TABLE = ROOT / "ontology" / "words" / "confidence.yaml"
HELD_OUT = ("h0", "r0", "03_", "17_", "31_", "35_")
PRIOR = 8
BINS = (0.0, 0.7, 0.8, 0.9, 1.01)
FURTHER = [Path(name) for name in sys.argv[1:] if not name.startswith("-")]
HEAD = "# Share of right claims by rule and by how their ends were told; made by benchmarks/calibrate.py --write.\n"

Shares = dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim: its article, the kinds of rules that read it, and whether it is in the gold."""

    article: str
    kinds: frozenset[str]
    right: bool


def articles(*, held_out: bool) -> Iterator[Article]:
    """The texts that nobody reads, or those for tuning."""
    shared = [SHARED / name / "*.txt" for name in ("corpus", "dev") if (SHARED / name).is_dir()]
    for outcome in read_files([PASSAGES / "*.txt", *shared]):
        if outcome.article and outcome.article.id.startswith(HELD_OUT) == held_out:
            yield outcome.article
    for outcome in read_files(FURTHER) if held_out else ():
        if outcome.article:
            yield outcome.article


def gold() -> dict[str, list[dict[str, Any]]]:
    """Lines of gold by article."""
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    told = (PASSAGES.with_suffix(".jsonl"), SHARED / "gold" / "corpus.jsonl", SHARED / "gold" / "dev.jsonl")
    for path in (*told, *(folder / "gold.jsonl" for folder in FURTHER)):
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            row = json.loads(line)
            made[row["article"]].append(row)
    return made


def judged(extractor: Extractor, texts: Iterable[Article]) -> Iterator[Judged]:
    """Every claim that is read from the texts."""
    wanted = gold()
    for article in texts:
        trace: list[Draft] = []
        claims = extractor.read(article, trace).claims
        kinds: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for draft in trace:
            for key in keys(draft):
                kinds[key].add(kind(draft))
        right = set(matched(wanted[article.id], [claim_json(claim) for claim in claims]).values())
        for number, claim in enumerate(claims):
            yield Judged(article.id, frozenset(kinds[claim.key[1:4]]), number in right)


def keys(draft: Draft) -> Iterator[tuple[str, ...]]:
    """What a draft's claim is known by, either way round."""
    subject, target = draft.subject.entity.id, value_key(draft.object.entity if draft.object else None, draft.value)
    yield subject, draft.predicate, target
    yield target, draft.predicate, subject


def shares(claims: Iterable[Judged]) -> Shares:
    """The share of right claims of each kind; a claim of several kinds counts for the best of them."""
    known = list(claims)
    overall = sum(claim.right for claim in known) / max(1, len(known))
    made = {f"{rule} {way}": overall for rule in RULES for way in WAYS}
    for _ in range(5):
        seen, right = Counter[str](), Counter[str]()
        for claim in known:
            best = leading(claim, made)
            seen[best] += 1
            right[best] += claim.right
        made = {name: (right[name] + PRIOR * overall) / (seen[name] + PRIOR) for name in made}
    return made


def leading(claim: Judged, known: Shares) -> str:
    """The kind that makes a claim surest."""
    return max(sorted(claim.kinds), key=known.__getitem__)


def reliability(claims: list[Judged]) -> Iterator[str]:
    """What was promised and what came true, by bins of promise, each article judged by the others."""
    promised: list[tuple[float, bool]] = []
    for name in dict.fromkeys(claim.article for claim in claims):
        others = shares(claim for claim in claims if claim.article != name)
        promised += [(others[leading(claim, others)], claim.right) for claim in claims if claim.article == name]
    yield "| confidence | claims | promised | right |\n| --- | --- | --- | --- |"
    for low, high in pairwise(BINS):
        inside = [pair for pair in promised if low <= pair[0] < high]
        if inside:
            mean, right = (sum(part) / len(inside) for part in zip(*inside, strict=True))
            yield f"| {low:.2f}–{min(high, 1):.2f} | {len(inside)} | {mean:.3f} | {right:.3f} |"


def main() -> None:
    """Print both tables; with ``--write`` keep the first."""
    extractor = Extractor()
    claims, tuned = (list(judged(extractor, articles(held_out=held_out))) for held_out in (True, False))
    made = shares(claims)
    counted = Counter(leading(claim, made) for claim in claims)
    print(f"{len(claims)} claims, {sum(claim.right for claim in claims)} right\n")
    print(f"| rule | {' | '.join(WAYS)} |\n| --- |{' --- |' * len(WAYS)}")
    for rule in RULES:
        cells = (f"{made[name]:.3f} ({counted[name]})" for name in (f"{rule} {way}" for way in WAYS))
        print(f"| {rule} | {' | '.join(cells)} |")
    print("\n" + "\n".join(reliability(claims)))
    promised = sum(made[leading(claim, made)] for claim in tuned) / len(tuned)
    print(f"\ntuned on: {len(tuned)} claims, promised {promised:.3f}, right {sum(c.right for c in tuned) / len(tuned):.3f}")
    if "--write" in sys.argv:
        rows = (f"{rule}: {{{', '.join(f'{way}: {made[rule + chr(32) + way]:.3f}' for way in WAYS)}}}\n" for rule in RULES)
        TABLE.write_text(HEAD + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
