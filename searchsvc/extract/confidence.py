"""What a score is worth: the share of statements of its rule and score that were right.

The tables in `confidence.json` are fitted on marked news by `python -m tests.training.calibration`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Table = tuple[tuple[float, float], ...]
"""Lowest score of a step and the probability from there on, ascending."""

OTHER: Final = "other"
"""The table of the rules that are too rare for one of their own."""


def confidence(rule: str, score: float) -> float:
    """The probability that a statement is right that the rule called `rule` found with `score`."""
    return probability(_tables(), rule, score)


def probability(tables: Mapping[str, Table], rule: str, score: float) -> float:
    """The same by `tables`."""
    table = tables.get(rule, tables[OTHER])
    return table[max(bisect_right(table, score, key=lambda step: step[0]) - 1, 0)][1]


@cache
def _tables() -> dict[str, Table]:
    text = (resources.files(__package__) / "confidence.json").read_text("utf-8")
    return {
        rule: tuple((low, share) for low, share in steps)
        for rule, steps in json.loads(text).items()
    }
