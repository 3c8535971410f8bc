"""Read every row again, tell what is wrong with each, and list the failing ones (``python -m tests.extraction.refresh``).

With ids or groups as arguments it only tells about these and leaves the list alone.
"""

from __future__ import annotations

import sys
from collections import Counter

from ingest.pipeline import Extractor
from kg.model import Article
from tests.extraction.table import KNOWN, Row, faults, rows

HEAD = "# Rows that the extractor gets wrong; python -m tests.extraction.refresh writes this list.\n"


def main(wanted: list[str]) -> None:
    """Report on standard output; rewrite the list unless rows were picked."""
    extractor = Extractor()
    asked: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for row in rows():
        if wanted and row.id not in wanted and row.group not in wanted:
            continue
        asked[row.group] += 1
        if found := _faults(extractor, row):
            failed[row.id] = row.group
            sys.stdout.write("\n  ".join((f"{row.id}: {row.text!r}", *found)) + "\n")
    bad = Counter(failed.values())
    for group, count in asked.items():
        sys.stdout.write(f"{group:16} {count - bad[group]:4} of {count}\n")
    sys.stdout.write(f"{'all':16} {asked.total() - len(failed):4} of {asked.total()}\n")
    if not wanted:
        KNOWN.write_text(HEAD + "".join(f"{name}\n" for name in failed), encoding="utf-8")


def _faults(extractor: Extractor, row: Row) -> list[str]:
    try:
        return faults(row, extractor.read(Article(row.id, row.text, published=row.published)).claims)
    except Exception as error:  # noqa: BLE001 - one row that crashes must not hide what is wrong with the others
        return [f"raised {error!r}"]


if __name__ == "__main__":
    main(sys.argv[1:])
