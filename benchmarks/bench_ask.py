"""What asking costs over the SPARQL that it runs: CPU milliseconds, every question of the tables, over the tables' world.

``python -m benchmarks.bench_ask [STORE]`` takes another store. Claims are fetched once for a state of the store: the first
round shows what that costs, the second what a question costs after it (issue 6: at most 5 ms over the query).
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from kg.ask import ask
from kg.store import Result, Store, open_store
from tests.question_world import rows, world

QUESTIONS = [row[0] for language in ("en", "ja") for row in rows(f"{language}.txt")]


class Clock:
    """CPU seconds that a store's queries take, with the rows of their answers."""

    def __init__(self, store: Store) -> None:
        self.spent, self._query = 0.0, store.query
        store.query = self.query  # type: ignore[method-assign]

    def query(self, *given: Any, **more: Any) -> Result:
        """What the store answers, all of it at once."""
        begin = time.process_time()
        answer = self._query(*given, **more)
        if answer.variables:
            rows = list(answer.rows())
            answer.rows = lambda: iter(rows)  # type: ignore[method-assign]
        self.spent += time.process_time() - begin
        return answer


def cost(store: Store, clock: Clock, question: str) -> tuple[float, float]:
    """Milliseconds of CPU that the queries of a question take, and that asking takes beside them."""
    clock.spent, begin = 0.0, time.process_time()
    ask(store, question)
    whole = time.process_time() - begin
    return clock.spent * 1000, (whole - clock.spent) * 1000


def main() -> None:
    """Print the percentiles of both, in both rounds."""
    store = open_store(sys.argv[1], read_only=True) if len(sys.argv) > 1 else world()
    clock = Clock(store)
    ask(store, QUESTIONS[0])
    for round_ in ("first", "second"):
        for name, times in zip(
            ("SPARQL", "beside it"), zip(*(cost(store, clock, one) for one in QUESTIONS), strict=True), strict=True
        ):
            cuts = statistics.quantiles(times, n=100)
            print(f"{round_} round, {name:9}", *(f"p{n} {cuts[n - 1]:.1f} ms" for n in (50, 90, 95, 99)), sep="  ")
    beside = sorted(((cost(store, clock, one)[1], one) for one in QUESTIONS), reverse=True)
    print(f"{sum(spent <= 5 for spent, _ in beside)} of {len(QUESTIONS)} questions cost at most 5 ms over it; the slowest:")
    print(*(f"{spent:5.1f} ms  {one}" for spent, one in beside[:10]), sep="\n")


if __name__ == "__main__":
    main()
