"""`python -m tests.durability.increments`: random increments, then what a fresh full build answers.

Articles come, change and go, a few at once, now and then most of them, as files of a folder that is
reindexed; now and then a generation is rolled back instead. Every roll-back must bring back the
answers that its generation gave before, and every so often, and in the end, all answers must be
those of a full build of what the folder holds then. Segments and deletions are counted all the
while.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from searchsvc import wiring
from searchsvc.columnar.merging.tiers import MOST_DELETED, RATIO
from searchsvc.corpus import Archive
from searchsvc.engine.whoosh.codec import read_segments
from searchsvc.engine.whoosh.schema import SCHEMAS
from searchsvc.engine.whoosh.sidecars import stored_in
from searchsvc.model import Collection
from searchsvc.reindex import reindex
from tests.durability.answers import Oracle, ask, settings_for
from tests.durability.archives import State, first_state, write_archive
from tests.durability.tables import verdict

if TYPE_CHECKING:
    from searchsvc.settings import Settings

KEEP: Final = 4
ROLLBACKS: Final = 0.08
"""Share of the steps that go back."""
MANY: Final = 0.04
"""Share of those that touch most articles."""


@dataclass(slots=True)
class Tally:
    """What was done and seen.

    Attributes:
        steps: how many of each kind.
        most_segments, most_deleted, most_patches: in any generation; deleted is a share.
        compared: how often all answers were compared with those of a full build.
        wrong: what was not as it must be.
    """

    steps: Counter[str] = field(default_factory=Counter)
    most_segments: int = 0
    most_deleted: float = 0.0
    most_patches: int = 0
    compared: int = 0
    wrong: list[str] = field(default_factory=list)


class Walk:
    """An archive and its index on their way."""

    def __init__(self, folder: Path, *, articles: int, seed: int) -> None:
        """Publish the first state."""
        self._random = Random(seed)
        self._archive = folder / "archive"
        self._index = folder / "index"
        self._settings: Settings = settings_for(self._index, index__keep=KEEP)
        self._oracle = Oracle(folder / "archive", folder / "scratch")
        self._engine = wiring.open_engine(self._settings)
        self._state = first_state(articles)
        self._said: dict[str, tuple[str, ...]] = {}
        self.tally = Tally()
        self._reindex("first")

    def step(self) -> None:
        """One increment, or a roll-back."""
        previous = self._engine.status().previous
        if previous and self._random.random() < ROLLBACKS:
            self._roll_back()
            return
        self._state = changed(self._state, self._random)
        self._reindex("increment")

    def compare(self) -> None:
        """Hold all answers against those of a full build of what the archive holds."""
        self._reindex("catching up")
        _, said = ask(self._engine)
        self.tally.compared += 1
        if said != self._oracle.answers(self._state).engine:
            self.tally.wrong.append(f"state {self._state.number}: not as a full build answers")

    def close(self) -> None:
        """Free the index."""
        self._engine.close()

    def _reindex(self, kind: str) -> None:
        write_archive(self._archive, self._state)
        report = reindex(
            Archive([str(self._archive)], self._settings),
            wiring.open_writer(self._settings),
            full=False,
            keep_others=False,
            progress=lambda _: None,
        )
        if report.status is None:
            self.tally.steps["nothing new"] += 1
            return
        self.tally.steps[kind] += 1
        name, said = ask(self._engine)
        self._said[name] = said
        self._count(self._index / name)

    def _roll_back(self) -> None:
        status = wiring.open_writer(self._settings).rollback()
        self.tally.steps["roll-back"] += 1
        name, said = ask(self._engine)
        if name != status.generation or said != self._said[name]:
            self.tally.wrong.append(f"rolled back to {status.generation}: other answers than then")

    def _count(self, generation: Path) -> None:
        """Whether segments, deletions and patches are as few as is promised."""
        tally = self.tally
        for stored in stored_in(generation).values():
            tally.most_patches = max(tally.most_patches, len(stored.patches))
        for collection in Collection:
            segments = read_segments(generation, collection.value, SCHEMAS[collection])
            alive = sum(each.documents - each.deleted_count() for each in segments)
            deleted = max(
                (each.deleted_count() / each.documents for each in segments), default=0.0
            )
            tally.most_segments = max(tally.most_segments, len(segments))
            tally.most_deleted = max(tally.most_deleted, deleted)
            if deleted > MOST_DELETED or len(segments) > 1 + log(max(alive, 1), 1 + RATIO):
                tally.wrong.append(
                    f"{generation.name}: {len(segments)} segments of {alive} {collection},"
                    f" {deleted:.0%} of one are deleted"
                )


def changed(state: State, random: Random) -> State:
    """The state after some articles came, changed and went."""
    versions = dict(state.versions)
    names = sorted(versions)
    newest = max(int(name[1:]) for name in names)
    most = len(names) // 2 if random.random() < MANY else min(4, len(names) // 2)
    for name in random.sample(names, random.randint(0, most)):
        versions[name] += 1
    gone = random.sample(names, random.randint(0, most))
    for name in gone:
        del versions[name]
    for number in range(len(gone) + random.choice((-1, 0, 1))):
        versions[f"a{newest + number + 1:05}"] = 0
    return State(state.number + 1, versions)


def walk(folder: Path, *, increments: int, articles: int, every: int, seed: int) -> Tally:
    """What `increments` random steps led to; all answers are compared after each `every`."""
    going = Walk(folder, articles=articles, seed=seed)
    try:
        for number in range(1, increments + 1):
            going.step()
            if number % every == 0 or number == increments:
                going.compare()
    finally:
        going.close()
    return going.tally


def main(arguments: list[str] | None = None) -> int:
    """Walk, and tell what was found; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability.increments")
    parser.add_argument("--increments", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=250, help="to begin with")
    parser.add_argument("--every", type=int, default=100, help="steps between two comparisons")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="searchsvc-increments-") as folder:
        tally = walk(
            Path(folder),
            increments=asked.increments,
            articles=asked.articles,
            every=asked.every,
            seed=asked.seed,
        )
    facts = [
        *sorted(tally.steps.items()),
        ("most segments of a collection", tally.most_segments),
        ("most deleted of a segment", f"{tally.most_deleted:.0%}"),
        ("most patches of a sidecar", tally.most_patches),
        ("compared with full builds", tally.compared),
        ("wrong", len(tally.wrong)),
    ]
    return verdict(facts, tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
