"""Weights of the extractor's models, read from `cue_weights.json` when first needed.

The file is made by `python -m tests.training.cues`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Naming = Callable[..., tuple[str, ...]]

Facts = tuple[tuple[Any, ...], ...]
"""What is known of a place or a draft, one tuple for each function that names features of it."""
_MOST_KEPT: Final = 1 << 15


class Weighed(dict[Any, tuple[float, ...]]):
    """The weights of the features that some facts make, by these facts; zeros are left out.

    Each is looked up when first asked for: the same facts come again and again, and naming their
    features anew would take ten times as long. Emptied when it has many.
    """

    def __init__(self, naming: Naming, weights: Mapping[str, float]) -> None:
        super().__init__()
        self._naming = naming
        self._weights = weights

    def __missing__(self, facts: tuple[Any, ...]) -> tuple[float, ...]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        known = self._weights
        found = tuple([known[name] for name in self._naming(*facts) if name in known])
        self[facts] = found
        return found


def names(namings: tuple[Naming, ...], facts: Facts) -> tuple[str, ...]:
    """The features that `facts` make; the models are trained on these."""
    named = zip(namings, facts, strict=True)
    return tuple(name for naming, known in named for name in naming(*known))


class Learned(dict[str, float]):
    """Weight by feature; that of `bias` counts always."""

    def __init__(self, weights: Mapping[str, float] = MappingProxyType({})) -> None:
        super().__init__(weights)
        self.bias: Final = self.get("bias", 0.0)
        self._weighed: dict[tuple[Naming, ...], tuple[Weighed, ...]] = {}

    def weighed(self, namings: tuple[Naming, ...]) -> tuple[Weighed, ...]:
        """For each of `namings`, which name the features that some facts make, their weights."""
        found = self._weighed.get(namings)
        if found is None:
            found = tuple(Weighed(naming, self) for naming in namings)
            self._weighed[namings] = found
        return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What the models learned.

    Attributes:
        ends: by feature, for places where what was said may end; `bias` for every place.
        odds: by feature, for drafts; `bias` for every draft.
        slack: the most that features of the content add to the score of a draft that is kept.
        threshold: the least chance of a draft that is kept, 0 to 1.
    """

    ends: Learned
    odds: Learned
    slack: float
    threshold: float


@cache
def load_weights() -> Weights:
    """The weights that are shipped."""
    text = (resources.files(__package__) / "cue_weights.json").read_text("utf-8")
    rows = json.loads(text)
    return Weights(
        Learned(_flat(rows["ends"])),
        Learned(_flat(rows["odds"])),
        rows["slack"],
        rows["threshold"],
    )


def _flat(groups: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Weights by feature from hundredths, grouped by the first word of the feature."""
    return {
        f"{first} {rest}" if rest else first: hundredths / 100
        for first, group in groups.items()
        for rest, hundredths in group.items()
    }
