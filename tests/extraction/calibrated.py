"""What a confidence is worth: the share right of the statements that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_TENTHS: Final = 10


class Bin(NamedTuple):
    """The statements of one tenth.

    Attributes:
        low: its lower end; the last takes 1.0 in.
        size: how many statements.
        mean: of their confidences.
        right: share of them that is right.
    """

    low: float
    size: int
    mean: float
    right: float


def bins(scores: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """The tenths of confidence that have statements, ascending."""
    tenths: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scores:
        tenth = min(int(round(score * _TENTHS, 9)), _TENTHS - 1)  # .7 * 10 is less than 7
        tenths.setdefault(tenth, []).append((score, right))
    return tuple(
        Bin(
            low=tenth / _TENTHS,
            size=len(some),
            mean=sum(score for score, _ in some) / len(some),
            right=sum(right for _, right in some) / len(some),
        )
        for tenth, some in sorted(tenths.items())
    )


def error(scores: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: mean distance of confidence and share right, by tenths.

    Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning (2015).
    """
    if not scores:
        return 0.0
    return sum(one.size * abs(one.mean - one.right) for one in bins(scores)) / len(scores)
