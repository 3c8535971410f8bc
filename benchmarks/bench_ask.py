"""What asking costs over the SPARQL that it runs: CPU milliseconds, every question of the tables, over the tables' world.

``python -m benchmarks.bench_ask [STORE]`` takes another store. Claims are fetched once for a state of the store: the first
round shows what that costs, the second what a question costs after it (issue 6: at most 5 ms over the query).
"""

from __future__ import annotations

import statistics
import sys
import time

from kg.ask import ask
from kg.store import Store, open_store
from tests.question_world import rows, world

QUESTIONS = [row[0] for language in ("en", "ja") for row in rows(f"{language}.txt")]


def cost(store: Store, question: str) -> tuple[float, float]:
    """Milliseconds of CPU that the queries of a question take, and that asking takes beside them."""
    begin = time.process_time()
    answer = ask(store, question)
    whole = time.process_time() - begin
    begin = time.process_time()
    for one in (answer, *answer.readings):
        if one.sparql:
            list(store.query(one.sparql).rows())
    queries = time.process_time() - begin
    return queries * 1000, (whole - queries) * 1000


def main() -> None:
    """Print the percentiles of both, in both rounds."""
    store = open_store(sys.argv[1], read_only=True) if len(sys.argv) > 1 else world()
    ask(store, QUESTIONS[0])
    for round_ in ("first", "second"):
        for name, times in zip(
            ("SPARQL", "beside it"), zip(*(cost(store, one) for one in QUESTIONS), strict=True), strict=True
        ):
            cuts = statistics.quantiles(times, n=100)
            print(f"{round_} round, {name:9}", *(f"p{n} {cuts[n - 1]:.1f} ms" for n in (50, 90, 95, 99)), sep="  ")
    beside = sorted(((cost(store, one)[1], one) for one in QUESTIONS), reverse=True)
    print(f"{sum(spent <= 5 for spent, _ in beside)} of {len(QUESTIONS)} questions cost at most 5 ms over it; the slowest:")
    print(*(f"{spent:5.1f} ms  {one}" for spent, one in beside[:10]), sep="\n")


if __name__ == "__main__":
    main()
