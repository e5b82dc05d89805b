"""What compiled loops pay: each class of the benchmark with them, and with NumPy in their place.

    python -m tests.bench.compiled --docs 100000

One process asks each query both ways in turn; a class takes the median of its queries, a query the
least of its rounds, in milliseconds of the processor. Answers must be the same both ways.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from searchsvc.columnar import compiled
from tests.bench.adapter import Product
from tests.bench.corpora import corpus

if TYPE_CHECKING:
    from tests.bench.workload import Answer, Query

WORK = Path(tempfile.gettempdir()) / "searchsvc-bench"


def timed(product: Product, query: Query, *, facets: bool) -> tuple[float, Answer]:
    """Milliseconds that an answer took, and the answer."""
    started = time.thread_time()
    answer = product.search(query, facets)
    return (time.thread_time() - started) * 1e3, answer


def both_ways(product: Product, query: Query, rounds: int, *, facets: bool) -> tuple[float, float]:
    """The least time with compiled loops, and with NumPy."""
    loops = compiled.loops
    least = [float("inf"), float("inf")]
    answers: list[Answer | None] = [None, None]
    try:
        for _ in range(rounds):
            for way, chosen in enumerate((loops, None)):
                compiled.loops = chosen
                took, answers[way] = timed(product, query, facets=facets)
                least[way] = min(least[way], took)
    finally:
        compiled.loops = loops
    if answers[0] != answers[1]:
        raise AssertionError(f"the two ways answer {query['id']} differently")
    return least[0], least[1]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--docs", type=int, default=100_000, help="articles")
    parser.add_argument("--seed", type=int, default=1, help="of the corpus")
    parser.add_argument(
        "--rounds", type=int, default=20, help="times each query is asked each way"
    )
    parser.add_argument("--work", type=Path, default=WORK, help="where corpus and index are kept")
    chosen = parser.parse_args()
    if compiled.loops is None:
        parser.exit(1, "nothing is compiled here: install a C++ compiler, then `make install`\n")
    made = corpus(chosen.work, chosen.docs, chosen.seed, short=False)
    product = Product()
    index = made.folder / Product.name
    if not (index / "CURRENT").is_file():
        product.build(str(made.terms), str(index))
    product.open(str(index))
    took: dict[tuple[bool, str], list[tuple[float, float]]] = defaultdict(list)
    for facets in (True, False):
        for query in made.queries():
            took[facets, query["class"]].append(
                both_ways(product, query, chosen.rounds, facets=facets)
            )
    print(f"{made.title}\n\n| class | facets | compiled | NumPy | ratio |")  # noqa: T201 - the table is what is wanted
    print("| --- | --- | ---: | ---: | ---: |")  # noqa: T201 - as above
    for (facets, name), pairs in took.items():
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        with_facets = "with" if facets else "without"
        print(f"| {name} | {with_facets} | {mine:.3f} | {theirs:.3f} | {mine / theirs:.2f} |")  # noqa: T201 - as above


if __name__ == "__main__":
    main()
