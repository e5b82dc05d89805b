"""`python -m tests.durability.power_cuts`: the power fails at any moment of any work on an index.

Real commands are recorded with all that they do to files (`recording`), from the first build on, one
after the other. Then a model of a disk (`disks`) on which nothing is sure but what was flushed follows
the recording, and at each cut lays out a folder as it may be found when the power is back, with what
was not flushed there, not there or torn. From that folder the program must answer, completely and
unchanged, from what was published before or from what was to be, and once a command has ended from
nothing else; every so often a reindex over that folder must succeed and answer as an undisturbed full
build does.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import click

from searchsvc import wiring
from searchsvc.errors import IndexMissing, SearchsvcError
from tests.durability.answers import ask, settings_for
from tests.durability.archives import write_archive
from tests.durability.disks import Disk, Style
from tests.durability.operations import Kind, Scene, verified
from tests.durability.recording import Renamed, Synced, events, record, unable
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.durability.archives import State
    from tests.durability.operations import Operation
    from tests.durability.recording import Event

SEARCHSVC: Final = (sys.executable, "-m", "searchsvc")
ORDER: Final = (
    (Kind.FULL, 1),
    (Kind.INCREMENT, 1),
    (Kind.INCREMENT, 1),
    (Kind.MERGE, 1),
    (Kind.ROLLBACK, 1),
    (Kind.HOLD, 1),
    (Kind.RELEASE, 1),
    (Kind.FULL, 1),
    (Kind.INCREMENT, 2),
    (Kind.RESUME, 1),
    (Kind.PRUNE, 1),
    (Kind.HOLD, 1),
    (Kind.INCREMENT, 1),
)
"""What is recorded, with how many processes; a resume is a full run killed before."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One recorded command.

    Attributes:
        label: what it is, for the table.
        events: what it did.
        allowed: what may be published at any moment of it; None for nothing.
        archive: what the archive held.
    """

    label: str
    events: tuple[Event, ...]
    allowed: tuple[State | None, ...]
    archive: State


class Recorder:
    """Records commands over one index folder, and checks that nothing was missed."""

    def __init__(self, scene: Scene) -> None:
        """Record what is done to the index of `scene`."""
        self._scene = scene
        self._disk = Disk()
        self.stretches: list[Stretch] = []
        scene.index.mkdir()

    def record(self, label: str, operation: Operation, *, kill_at_sync: int = 0) -> None:
        """Run the operation and keep what it did to the disk."""
        scene = self._scene
        before = scene.published
        trace = scene.folder / "trace"
        command = [*SEARCHSVC, *(str(each) for each in operation.arguments)]
        code = record(command, scene.index, trace, kill_at_sync=kill_at_sync)
        scene.look(operation, label)
        done = tuple(events(trace, scene.index))
        trace.unlink()
        for event in done:
            self._disk.apply(event)
        if missed := self._disk.differences(scene.index):
            scene.wrong.append(f"{label}: the recording misses what was done to {missed}")
        if kill_at_sync and not code:
            scene.wrong.append(f"{label} was not killed")
        if not kill_at_sync and (code != operation.code or scene.published is not operation.after):
            scene.wrong.append(f"{label} ended with {code} while it was recorded")
        allowed = (before, scene.published)
        self.stretches.append(Stretch(label, done, allowed, scene.newest))

    def syncs(self) -> int:
        """How often the last command flushed something."""
        return sum(isinstance(event, Synced) for event in self.stretches[-1].events)


def recorded(scene: Scene, random: Random, commands: int) -> tuple[Stretch, ...]:
    """The recordings of the first `commands` of `ORDER`."""
    recorder = Recorder(scene)
    for kind, processes in ORDER[:commands]:
        if kind is Kind.RESUME:
            killed = scene.plan(Kind.FULL, random, processes=processes)
            recorder.record("killed", killed, kill_at_sync=random.randint(2, 8))
            recorder.record(kind, killed)
        else:
            recorder.record(kind, scene.plan(kind, random, processes=processes))
    return tuple(recorder.stretches)


def cut_points(stretches: Sequence[Stretch], cuts: int, random: Random) -> list[int]:
    """After how many events to cut: around each flush and rename first, then anywhere."""
    every = [event for stretch in stretches for event in stretch.events]
    near = {
        place + after
        for place, event in enumerate(every)
        if isinstance(event, Synced | Renamed)
        for after in (0, 1)
    }
    near |= {0, len(every)}
    points = sorted(near) if len(near) <= cuts else random.sample(sorted(near), cuts)
    return sorted([*points, *random.choices(range(len(every) + 1), k=cuts - len(points))])


@dataclass(slots=True)
class Checked:
    """What the cuts showed.

    Attributes:
        cuts: by stretch and by style.
        before, after: how many answered from what was there before, and from what was to be.
        unsure: the most changes that were in doubt at once.
        reindexed: how many were followed by a reindex.
        resumed: how many of those took something over from a run that had died.
    """

    cuts: Counter[str]
    styles: Counter[Style]
    before: int = 0
    after: int = 0
    unsure: int = 0
    reindexed: int = 0
    resumed: int = 0


_RESUMABLE: Final = ("killed", Kind.RESUME)


class Cutter:
    """Cuts the power, and looks at what is found then."""

    def __init__(self, scene: Scene, random: Random, every: int) -> None:
        """Follow one of `every` cuts with a reindex."""
        self._scene = scene
        self._random = random
        self._every = every
        self._number = 0
        self.checked = Checked(Counter(), Counter())

    def cut(self, disk: Disk, stretch: Stretch, place: int) -> None:
        """Cut the power now, after `place` events of the stretch."""
        self._number += 1
        style = self._random.choice(list(Style))
        self.checked.cuts[stretch.label] += 1
        self.checked.styles[style] += 1
        self.checked.unsure = max(self.checked.unsure, disk.unsure())
        with tempfile.TemporaryDirectory(dir=self._scene.folder, prefix="cut-") as folder:
            found = Scene(Path(folder), Path(folder) / "index")
            found.index.mkdir()
            disk.cut(found.index, style, self._random)
            where = f"{stretch.label}, event {place} of {len(stretch.events)}, {style}"
            wrong = [*self._look(found, stretch), *self._reindex(found, stretch)]
            self._scene.wrong += [f"{where}: {each}" for each in wrong]

    def _look(self, found: Scene, stretch: Stretch) -> list[str]:
        """What is wrong with what is published."""
        engine = wiring.open_engine(settings_for(found.index))
        try:
            name, said = ask(engine)
            refused = getattr(engine.status(), "refused", ())
        except IndexMissing as error:
            if None in stretch.allowed:
                self.checked.before += 1
                return []
            return [f"nothing is published any more: {error}"]
        except (SearchsvcError, OSError, AssertionError) as error:
            return [f"the index cannot be searched: {error!r}"]
        finally:
            engine.close()
        if refused:
            return [f"{name} answers in place of what was refused: {refused}"]
        oracle = self._scene.oracle
        right = [
            state for state in stretch.allowed if state and oracle.answers(state).engine == said
        ]
        if not right or self._scene.states.get(name, right[0]) is not right[0]:
            return [f"{name} answers neither as before nor as after"]
        if right[0] is stretch.allowed[-1]:
            self.checked.after += 1
        else:
            self.checked.before += 1
        problem = verified(found)
        return [] if problem is None else [problem]

    def _reindex(self, found: Scene, stretch: Stretch) -> list[str]:
        """What is wrong with a reindex over what was found."""
        # What is resumed from may be torn as well, so that is tried more often.
        every = min(3, self._every) if stretch.label in _RESUMABLE else self._every
        if self._number % every:
            return []
        self.checked.reindexed += 1
        write_archive(self._scene.archive, stretch.archive)
        ended = found.reindex(self._scene.archive)
        self.checked.resumed += ended.resumed > 0
        if ended.code:
            return [f"reindex ended with {ended.code}: {ended.errors[-500:]}"]
        engine = wiring.open_engine(settings_for(found.index))
        try:
            _, said = ask(engine)
        finally:
            engine.close()
        wrong = [f"left behind: {each}" for each in found.leftovers()]
        if said != self._scene.oracle.answers(stretch.archive).engine:
            wrong.append("a reindex does not lead to the answers of an undisturbed build")
        return wrong


def replay(scene: Scene, stretches: Sequence[Stretch], cutter: Cutter, points: list[int]) -> None:
    """Follow the recording, and cut wherever it is due."""
    disk = Disk()
    due = iter([*points, -1])
    point = next(due)
    ends = list(accumulate(len(stretch.events) for stretch in stretches))
    for stretch, end in zip(stretches, ends, strict=True):
        start = end - len(stretch.events)
        for place, event in enumerate(stretch.events):
            while point == start + place:
                cutter.cut(disk, stretch, place)
                point = next(due)
            disk.apply(event)
    last = stretches[-1]
    while point == ends[-1]:
        finished = replace(last, label="after the end", allowed=(scene.published,))
        cutter.cut(disk, finished, len(last.events))
        point = next(due)


def report(scene: Scene, stretches: Sequence[Stretch], checked: Checked, seconds: float) -> int:
    """Print what was found; the exit code."""
    rows: list[tuple[object, ...]] = [("recorded", "events", "flushes", "cuts")]
    for label in dict.fromkeys(stretch.label for stretch in stretches):
        done = [event for each in stretches if each.label == label for event in each.events]
        syncs = sum(isinstance(event, Synced) for event in done)
        rows.append((str(label), len(done), syncs, checked.cuts[label]))
    rows.append(("after the end", 0, 0, checked.cuts["after the end"]))
    click.echo(table(rows) + "\n")
    click.echo(table([("not flushed", "cuts"), *((str(k), n) for k, n in checked.styles.items())]))
    click.echo()
    facts = [
        ("cuts", sum(checked.cuts.values())),
        ("answered as before", checked.before),
        ("answered as after", checked.after),
        ("most changes in doubt at one cut", checked.unsure),
        ("followed by a reindex", checked.reindexed),
        ("of which went on where one had died", checked.resumed),
        ("went wrong", len(scene.wrong)),
        ("seconds", round(seconds)),
    ]
    return verdict(facts, scene.wrong)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reindex-every", type=int, default=10)
    parser.add_argument("--commands", type=int, default=len(ORDER), help="how many to record")
    options = parser.parse_args()
    if (reason := unable()) is not None:
        click.echo(reason)
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="power-cuts-") as folder:
        scene = Scene(Path(folder).resolve(), Path(folder).resolve() / "index")
        random = Random(options.seed)
        stretches = recorded(scene, random, options.commands)
        cutter = Cutter(scene, random, options.reindex_every)
        replay(scene, stretches, cutter, cut_points(stretches, options.cuts, random))
        shutil.rmtree(scene.index)
        return report(scene, stretches, cutter.checked, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
