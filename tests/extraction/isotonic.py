"""Scores to probabilities by tables that rise: isotonic regression."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from searchsvc.extract.confidence import OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.confidence import Table

Scored = tuple[str, float, bool]
"""A statement: the label of its rule, its score, and whether it was right."""


class _Pool(NamedTuple):
    low: float
    right: float
    size: int

    @property
    def share(self) -> float:
        return self.right / self.size


def rising(scores: Sequence[tuple[float, bool]], *, least: int) -> Table:
    """The share right by score, made to rise by pooling, in steps of at least `least` statements.

    Pooling of adjacent violators: Ayer et al., An empirical distribution function for sampling with
    incomplete information (1955). A step takes in one statement right and one wrong, so that no
    probability is 0 or 1.
    """
    pools: list[_Pool] = []
    for score, right in sorted(scores):
        if pools and pools[-1].low == score:
            last = pools.pop()
            pools.append(_Pool(score, last.right + right, last.size + 1))
        else:
            pools.append(_Pool(score, right, 1))
    merged: list[_Pool] = []
    for pool in pools:
        added = pool
        while merged and (merged[-1].share >= added.share or merged[-1].size < least):
            last = merged.pop()
            added = _Pool(last.low, last.right + added.right, last.size + added.size)
        merged.append(added)
    while len(merged) > 1 and merged[-1].size < least:
        last = merged.pop()
        before = merged.pop()
        merged.append(_Pool(before.low, before.right + last.right, before.size + last.size))
    # Small pools are drawn to the middle by their two more, and might then fall behind.
    shares = accumulate(((pool.right + 1) / (pool.size + 2) for pool in merged), max)
    return tuple(
        (round(pool.low, 4), round(share, 3)) for pool, share in zip(merged, shares, strict=True)
    )


def fit(scored: Sequence[Scored], *, least: int, least_of_rule: int) -> dict[str, Table]:
    """A table for each rule that has `least_of_rule` statements, and one for the others."""
    by_rule: dict[str, list[tuple[float, bool]]] = {}
    for rule, score, right in scored:
        by_rule.setdefault(rule, []).append((score, right))
    frequent = {rule: some for rule, some in by_rule.items() if len(some) >= least_of_rule}
    rare = [one for rule, some in by_rule.items() if rule not in frequent for one in some]
    everything = [(score, right) for _, score, right in scored]
    tables = {rule: rising(some, least=least) for rule, some in sorted(frequent.items())}
    return tables | {
        OTHER: rising(rare if len(rare) >= least_of_rule else everything, least=least)
    }
