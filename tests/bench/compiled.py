"""Would compiled loops pay? Four kernels of a search in NumPy, as they are, and in Numba.

    pip install numba; python -m tests.bench.compiled

Numba is no dependency of anything here; without it this says so and ends.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from searchsvc.columnar.columns import column_of
from searchsvc.columnar.memory import keep_freed_memory
from searchsvc.columnar.searching.counting import count, to_count
from searchsvc.columnar.searching.docsets import Scratch, union

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = 100_000
VALUES = 5_000
MATCHES = 20_000
SHARES = (0.24, 0.30, 0.20, 0.12, 0.07, 0.04, 0.03)
"""Of documents with 0, 1, 2, ... values of a facet."""


def main() -> None:
    """Print microseconds of each kernel, and what the first call and the import cost."""
    started = time.perf_counter()
    try:
        numba = importlib.import_module("numba")
    except ImportError:
        print("numba is not installed: pip install numba")  # noqa: T201 - a command
        return
    print(f"import of numba: {time.perf_counter() - started:.2f} s")  # noqa: T201 - as above
    keep_freed_memory()
    for name, ours, compiled in kernels(numba.njit):
        first = _best(compiled, 1)
        print(  # noqa: T201 - as above
            f"{name}: NumPy {_best(ours, 200) * 1e6:.0f} µs, Numba "
            f"{_best(compiled, 200) * 1e6:.0f} µs, its first call {first:.2f} s"
        )


def kernels(
    njit: Callable[[Any], Any],
) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Name, ours, and the same compiled."""
    rng = np.random.default_rng(0)
    per_document = rng.choice(len(SHARES), DOCS, p=SHARES)
    values = rng.zipf(1.3, int(per_document.sum())) % VALUES
    table = to_count([column_of(per_document, values, VALUES)], [VALUES])
    docs = np.sort(rng.choice(DOCS, MATCHES, replace=False))
    counts = rng.integers(1, 5, MATCHES).astype(np.uint8)
    norms = rng.random(DOCS, dtype=np.float32)
    sets = [np.sort(rng.choice(DOCS, size, replace=False)) for size in (20_000, 15_000, 5_000)]
    scratch = Scratch(DOCS)

    def our_scores() -> object:
        tf = norms.take(docs)
        tf *= counts
        return tf / (tf + np.float32(1.2))

    compiled_count, compiled_scores, compiled_union = map(
        njit, (_loop_count, _loop_scores, _loop_union)
    )
    arrays = (table.first, table.row, table.further, table.following)
    values_at = (table.blocks[0].start, table.blocks[0].end)
    return [
        (
            f"facet of {MATCHES:,} documents",
            lambda: count(table, docs, 0, 0),
            lambda: compiled_count(*arrays, docs, values_at),
        ),
        (
            f"scores of {MATCHES:,} documents",
            our_scores,
            lambda: compiled_scores(docs, counts, norms),
        ),
        (
            "union of 20,000, 15,000 and 5,000 of 100,000 documents",
            lambda: union(sets, scratch),
            lambda: compiled_union(*sets, scratch.flags),
        ),
    ]


def _loop_count(
    first: Any, row: Any, further: Any, following: Any, docs: Any, values_at: Any
) -> Any:
    low, high = values_at
    counts = np.zeros(high + 1 - low, np.int64)
    for doc in docs:
        for place in range(first.shape[1]):
            if first[doc, place] < high:
                counts[first[doc, place] - low] += 1
            elif place == 0:
                counts[high - low] += 1
        start = row[doc]
        if start:
            for more in range(start, start + 1 + following[start]):
                for place in range(further.shape[1]):
                    if further[more, place] >= low:
                        counts[further[more, place] - low] += 1
    return counts


def _loop_scores(docs: Any, counts: Any, norms: Any) -> Any:
    scores = np.empty(len(docs), np.float32)
    for at in range(len(docs)):
        tf = counts[at] * norms[docs[at]]
        scores[at] = tf / (tf + np.float32(1.2))
    return scores


def _loop_union(one: Any, two: Any, three: Any, flags: Any) -> Any:
    for docs in (one, two, three):
        for doc in docs:
            flags[doc] = True
    found = np.empty(len(one) + len(two) + len(three), np.int64)
    size = 0
    for doc in range(len(flags)):
        if flags[doc]:
            found[size] = doc
            size += 1
            flags[doc] = False
    return found[:size]


def _best(kernel: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of so many calls."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        kernel()
        took.append(time.perf_counter() - started)
    return min(took)


if __name__ == "__main__":
    main()
