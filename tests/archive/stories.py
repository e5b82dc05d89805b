"""How well stories tell copies: `python -m tests.archive.stories [CORPORA]`.

Articles of Reuters-21578 and PolNeAR are copies of one another where they share eight in ten runs
of five words, or where one holds eight in ten of the other's: it was cut. Every pair that shares
enough runs to be one is compared whole. What is told as one story, and shares neither half of all
runs nor six in ten of the shorter's, is told wrongly.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchsvc.stories import FEWEST_WORDS, RUN, story_of
from tests.conftest import CORPORA_BESIDE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

FILES = ("reuters21578/docs.jsonl.gz", "polnear/train.jsonl.gz")
_WORD = re.compile(r"[^\W_]+")
_FREQUENT = 60
"""Articles that hold a run which tells nothing of any of them: boilerplate."""
_SAMPLED = 4
"""Of so many runs one is looked up, to find the pairs that are compared."""


class Alike(NamedTuple):
    """How much two articles share: of all runs of both, and of those of the shorter."""

    of_all: float
    of_shorter: float

    @property
    def copy(self) -> bool:
        """Eight in ten of all."""
        return self.of_all >= 0.8

    @property
    def cut(self) -> bool:
        """Eight in ten of the shorter."""
        return self.of_shorter >= 0.8

    @property
    def related(self) -> bool:
        """Enough not to be told wrongly."""
        return self.of_all >= 0.5 or self.of_shorter >= 0.6


def bodies(corpora: Path) -> list[str]:
    """The texts of both corpora that are long enough to have a story."""
    found: list[str] = []
    for name in FILES:
        with gzip.open(corpora / name, "rt", encoding="utf-8") as lines:
            found += (json.loads(line).get("text") or "" for line in lines)
    return [text for text in found if len(_WORD.findall(text)) >= FEWEST_WORDS]


def runs_of(text: str) -> frozenset[str]:
    """The runs of words of a whole text."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return frozenset(" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def alike(one: frozenset[str], other: frozenset[str]) -> Alike:
    """How much two texts share."""
    shared = len(one & other)
    return Alike(shared / len(one | other), shared / min(len(one), len(other)))


def pairs_by(keys: Iterable[Hashable]) -> set[tuple[int, int]]:
    """The pairs of places with the same key; None is nobody's."""
    places = defaultdict(list)
    for place, key in enumerate(keys):
        if key is not None:
            places[key].append(place)
    return {pair for found in places.values() for pair in combinations(found, 2)}


def candidates(runs: list[frozenset[str]]) -> Iterable[tuple[int, int]]:
    """The pairs that may share a third of the runs of the shorter."""
    holders = defaultdict(list)
    for place, own in enumerate(runs):
        for run in own:
            if sum(run.encode()) % _SAMPLED == 0:
                holders[run].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        if len(found) <= _FREQUENT:
            shared.update(combinations(found, 2))
    for (one, other), count in shared.items():
        if 3 * _SAMPLED * count >= min(len(runs[one]), len(runs[other])):
            yield one, other


def main(corpora: Path) -> None:
    """Print how many copies there are, are found, and are told wrongly."""
    texts = bodies(corpora)
    runs = [runs_of(text) for text in texts]
    found = pairs_by(map(story_of, texts))
    exact = pairs_by(map(tuple, (_WORD.findall(text.casefold()) for text in texts)))
    known = {pair: alike(runs[pair[0]], runs[pair[1]]) for pair in {*candidates(runs), *found}}
    for name, wanted in (
        ("word for word", exact),
        ("eight in ten of both", {pair for pair, each in known.items() if each.copy}),
        ("eight in ten of the shorter", {pair for pair, each in known.items() if each.cut}),
    ):
        share = len(found & wanted) / len(wanted)
        sys.stdout.write(f"{name}: {len(wanted)} pairs, {share:.3f} with one story\n")
    right = sum(known[pair].related for pair in found) / len(found)
    sys.stdout.write(
        f"with one story: {len(found)} pairs of {len(texts)} articles, {right:.3f} rightly\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPORA_BESIDE)
