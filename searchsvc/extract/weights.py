"""Weights of the extractor's models, read from `cue_weights.json` when first needed.

The file is made by `python -m tests.training.cues`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Weights:
    """What the models learned.

    Attributes:
        ends: by feature, for places where what was said may end; `bias` for every place.
        odds: by feature, for drafts; `bias` for every draft.
        slack: the most that features of the content add to the score of a draft that is kept.
        threshold: the least chance of a draft that is kept, 0 to 1.
    """

    ends: Mapping[str, float]
    odds: Mapping[str, float]
    slack: float
    threshold: float


@cache
def load_weights() -> Weights:
    """The weights that are shipped."""
    text = (resources.files(__package__) / "cue_weights.json").read_text("utf-8")
    rows = json.loads(text)
    return Weights(_flat(rows["ends"]), _flat(rows["odds"]), rows["slack"], rows["threshold"])


def _flat(groups: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Weights by feature from hundredths, grouped by the first word of the feature."""
    return {
        f"{first} {rest}" if rest else first: hundredths / 100
        for first, group in groups.items()
        for rest, hundredths in group.items()
    }
