"""Ten minutes of SPARQL, queries and updates, made by its grammar against a real server: none may get 500, none may end it.

python benchmarks/soak_service.py [seconds]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, seed, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from api_world import serving_store  # noqa: E402
from sparql_grammar import OUTSIDE, QUERIES, UPDATES  # noqa: E402
from test_api_fuzz import check, check_update  # noqa: E402


def main(seconds: float = 600) -> None:
    """Round after round, each with a seed of its own."""
    end, asked = time.monotonic() + seconds, 0
    with TemporaryDirectory() as folder, serving_store(Path(folder) / "kg", rate=0, token="t", deadline=3) as client:

        def one(query: str) -> None:
            nonlocal asked
            if time.monotonic() < end:
                asked += 1
                check(client, query)

        def change(update: str, default: list[str], named: list[str]) -> None:
            nonlocal asked
            if time.monotonic() < end:
                asked += 1
                check_update(client, update, default, named)

        for number in range(1_000_000):
            if time.monotonic() >= end:
                break
            limits = settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            seed(number)(limits(given(QUERIES)(one)))()
            seed(number)(limits(given(UPDATES, OUTSIDE, OUTSIDE)(change)))()
    print(f"{asked:,} queries and updates in {seconds:g} s, none got 500")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
