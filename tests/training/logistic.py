"""Logistic regression over sparse binary features, by NumPy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_STEPS = 150
_RATE = 0.15
_SMALLEST = 0.06
_FIRST_DECAY, _SECOND_DECAY = 0.9, 0.999


def fit(
    rows: Sequence[Sequence[str]],
    labels: Sequence[bool],
    *,
    penalty: float,
    least: int,
) -> dict[str, float]:
    """Weights by feature, `bias` among them, that make `labels` likely.

    Args:
        rows: features of each example.
        labels: what it is.
        penalty: how strongly weights are drawn to zero (half of it times their squares' sum).
        least: examples that a feature must stand in.
    """
    counts = Counter(key for row in rows for key in row)
    names = sorted(key for key, count in counts.items() if count >= least)
    numbers = {name: number for number, name in enumerate(names, 1)}
    flat = [[0, *(numbers[key] for key in row if key in numbers)] for row in rows]
    sizes = np.array([len(row) for row in flat])
    index = np.fromiter((number for row in flat for number in row), dtype=np.int64)
    weights = _adam(index, sizes, np.array(labels, dtype=np.float64), len(names) + 1, penalty)
    kept = {
        name: round(float(weights[number]), 2)
        for name, number in numbers.items()
        if abs(weights[number]) >= _SMALLEST
    }
    return {"bias": round(float(weights[0]), 2), **kept}


def _adam(
    index: NDArray[np.int64],
    sizes: NDArray[np.int64],
    labels: NDArray[np.float64],
    width: int,
    penalty: float,
) -> NDArray[np.float64]:
    """Weights by feature number; `index` holds the features of all examples, one after another.

    Full-batch Adam (Kingma and Ba 2015) on the mean log loss.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    weights = np.zeros(width)
    first = np.zeros(width)
    second = np.zeros(width)
    free = np.arange(width) == 0  # the bias
    for step in range(1, _STEPS + 1):
        score = np.add.reduceat(weights[index], starts)
        wrong = 1 / (1 + np.exp(-np.clip(score, -30, 30))) - labels
        pull = np.where(free, 0.0, penalty * weights)
        slope = (np.bincount(index, np.repeat(wrong, sizes), width) + pull) / len(labels)
        first = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * slope
        second = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * slope**2
        ahead = first / (1 - _FIRST_DECAY**step)
        spread = np.sqrt(second / (1 - _SECOND_DECAY**step)) + 1e-12
        weights -= _RATE * (1 - step / (_STEPS + 1)) * ahead / spread
    return weights
