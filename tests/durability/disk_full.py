"""`python -m tests.durability.disk_full`: the disk fills up at any moment of a reindex.

The index lies on a file system of its own, of a few megabytes in memory, that something else fills:
before the command begins, so that a random part of what it needs is left (now and then it may look
whether that will do, mostly not), or while it works, at a random moment. The command must end with an error in one line and without a traceback, leave nothing
behind that takes up space, and leave what is published as it was; with space again, the same command
must succeed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import click

from searchsvc.cli.command import Exit
from searchsvc.engine.whoosh.generations import SCRATCH
from tests.durability.kills import moment_in
from tests.durability.operations import Kind, Scene, folder_size, verified
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.durability.commands import Ended
    from tests.durability.operations import Operation

DISK_BYTES: Final = 40 << 20
UNCHECKED: Final = "--no-space-check"
PAGE: Final = 4096
ORDER: Final = ((Kind.INCREMENT, 1), (Kind.MERGE, 1), (Kind.FULL, 1), (Kind.INCREMENT, 2))


class NoDisk(Exception):
    """A file system in memory cannot be had here; the reason is the message."""


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[None]:
    """A file system of so many bytes at `folder`.

    Raises:
        NoDisk: it cannot be mounted.
    """
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise NoDisk("there is no command `mount`") from error
    if mounted.returncode:
        raise NoDisk(f"mounting a tmpfs is not allowed: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Ballast:
    """A file that takes the space that is to be taken."""

    def __init__(self, disk: Path) -> None:
        """None is taken yet."""
        self._file = disk / "ballast"

    def leave(self, size_bytes: int) -> None:
        """Leave so many bytes free, or a little less."""
        self.free()
        free = os.statvfs(self._file.parent).f_bavail * PAGE
        with self._file.open("wb") as file, suppress(OSError):  # the last page may be taken
            os.posix_fallocate(file.fileno(), 0, max(PAGE, (free - size_bytes) // PAGE * PAGE))

    def fill(self) -> None:
        """Leave nothing, although something else takes space meanwhile."""
        with self._file.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(PAGE)):
                pass

    def free(self) -> None:
        """Give the space back."""
        self._file.unlink(missing_ok=True)


@dataclass(slots=True)
class Tally:
    """What came of it.

    Attributes:
        failed: runs that the full disk ended, by kind and by when the disk filled up.
        phases: in which phase those that were under way ended.
        messages: what they said, each once, without names of files.
        in_spite: runs that had what they needed all the same.
        kept: bytes that each of those that failed kept for the next one.
        resumed: articles that the next ones took over.
    """

    failed: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    in_spite: int = 0
    kept: list[int] = field(default_factory=list)
    resumed: int = 0


class Squeeze:
    """Runs operations on a disk that is too small for them."""

    def __init__(self, scene: Scene, ballast: Ballast, random: Random) -> None:
        """Nothing has been done yet."""
        self._scene = scene
        self._ballast = ballast
        self._random = random
        self._needed: dict[tuple[Kind, int], tuple[int, Ended]] = {}
        self.tally = Tally()

    def measure(self, kind: Kind, processes: int) -> None:
        """Learn what an operation of that kind takes, in bytes and in time."""
        operation = self._scene.plan(kind, self._random, processes=processes)
        before = folder_size(self._scene.index)
        ended = self._scene.run(operation)
        # Old generations go at the end, and what is merged is there twice before.
        grown = folder_size(self._scene.index) - before
        needed = max(grown, 0) + folder_size(self._scene.index / ended_generation(self._scene))
        self._needed[kind, processes] = needed, ended

    def squeeze(self, kind: Kind, processes: int) -> None:
        """One operation that fails for want of space, and once more with space."""
        operation = self._scene.plan(kind, self._random, processes=processes)
        needed, before = self._needed[kind, processes]
        size = folder_size(self._scene.index)
        drawn = self._random.random()
        if drawn < 0.5:
            when = "before the start" if drawn < 0.15 else "before the start, unchecked"
            self._ballast.leave(self._random.randrange(needed))
            options = (UNCHECKED,) if drawn >= 0.15 else ()
            ended = self._scene.attempt(
                replace(operation, arguments=(*operation.arguments, *options))
            )
        else:
            when = "while it works"
            moment = moment_in(before, self._random)
            ended = self._scene.attempt(operation, moment, lambda _: self._ballast.fill())
        self._ballast.free()
        where = f"{kind}, disk full {when}, in {ended.phase}"
        if ended.code == Exit.DONE:
            self.tally.in_spite += 1
        else:
            self.tally.failed[kind, when] += 1
            self.tally.phases[ended.phase] += 1
            self._hold(where, ended, size)
        self._again(where, operation)

    def _hold(self, where: str, ended: Ended, size: int) -> None:
        """Look at the end of a run that failed."""
        wrong = []
        if ended.code != Exit.UNAVAILABLE:
            wrong.append(f"exit code {ended.code}")
        said = [line for line in ended.errors.splitlines() if line]
        if len(said) != 1 or not said[0].startswith("error: "):
            wrong.append(f"said {ended.errors[-1500:]!r}")
        else:
            self.tally.messages[_without_names(said[0], self._scene.folder)] += 1
        if not any(word in ended.errors for word in ("space", "full")):
            wrong.append(f"does not say that there is no space: {ended.errors[-300:]!r}")
        left = [name for name in self._scene.leftovers() if name != SCRATCH]
        kept = folder_size(self._scene.index / SCRATCH)
        grown = folder_size(self._scene.index) - kept - size
        self.tally.kept.append(kept)
        if grown > SLACK or left:
            wrong.append(f"left {grown:,} bytes behind, {left}")
        self._scene.wrong += [f"{where}: {each}" for each in wrong]

    def _again(self, where: str, operation: Operation) -> None:
        """With space again, the same run succeeds, and everything is sound."""
        if self._scene.published is not operation.after:
            self.tally.resumed += self._scene.run(operation).resumed
        if (problem := verified(self._scene)) is not None:
            self._scene.wrong.append(f"{where}: {problem}")


SLACK: Final = 1 << 10
"""Bytes that the name of the holder of the lock may take more than that of the one before."""


def ended_generation(scene: Scene) -> str:
    """The name of what is published."""
    return max(scene.states)


def _without_names(message: str, folder: Path) -> str:
    place = str(folder)
    words = ["…" if place in word else word for word in message.split()]
    return re.sub(r"[0-9.]+ (kB|MB|bytes)", r"# \1", " ".join(words))


def report(scene: Scene, tally: Tally, seconds: float) -> int:
    """Print what was found; the exit code."""
    kinds = list(dict.fromkeys(kind for kind, _ in tally.failed))
    whens = ("before the start", "before the start, unchecked", "while it works")
    rows = [(str(kind), *(tally.failed[kind, when] for when in whens)) for kind in kinds]
    click.echo(table([("disk full", *whens), *rows]) + "\n")
    click.echo(table([("ended in", "runs"), *tally.phases.items()]) + "\n")
    click.echo(table([("said", "runs"), *tally.messages.most_common()]) + "\n")
    facts = [
        ("runs that the full disk ended", sum(tally.failed.values())),
        ("runs that had enough all the same", tally.in_spite),
        ("most bytes that one kept for the next one", max(tally.kept, default=0)),
        ("articles that the next ones did not extract again", tally.resumed),
        ("went wrong", len(scene.wrong)),
        ("seconds", round(seconds)),
    ]
    return verdict(facts, scene.wrong)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="disk-full-") as folder:
        disk = Path(folder).resolve() / "disk"
        try:
            with small_disk(disk, DISK_BYTES):
                scene = Scene(Path(folder).resolve(), disk / "index")
                squeeze = Squeeze(scene, Ballast(disk), Random(options.seed))
                run(squeeze, options.points)
                return report(scene, squeeze.tally, time.monotonic() - began)
        except NoDisk as error:
            click.echo(f"{error}, so no disk can be filled")
            return 2


def run(squeeze: Squeeze, points: int) -> None:
    """Fill the disk so many times, in one kind of operation after the other."""
    squeeze.measure(Kind.FULL, 1)
    number = 0
    while sum(squeeze.tally.failed.values()) < points:
        kind, processes = ORDER[number % len(ORDER)]
        if number < len(ORDER):
            squeeze.measure(kind, processes)
        squeeze.squeeze(kind, processes)
        number += 1


if __name__ == "__main__":
    sys.exit(main())
