"""What an operator does to an index, one operation after the other, and what must hold after each."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from searchsvc import wiring
from searchsvc.cli.command import Exit
from searchsvc.errors import IndexMissing, SearchsvcError
from tests.durability import commands
from tests.durability.answers import Oracle, ask, settings_for
from tests.durability.archives import Step, first_state, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from tests.durability.archives import State
    from tests.durability.commands import Ended, Moment

KEEP: Final = 3
"""Generations kept, so that two rollbacks in a row are possible."""


class Kind(StrEnum):
    """What is done."""

    FULL = "full"
    INCREMENT = "increment"
    MERGE = "merging increment"
    RESUME = "resume"
    """What comes after a full or incremental run that was killed, the archive being the same."""
    HOLD = "held back"
    """An incremental run whose generation the gate holds back."""
    RELEASE = "release"
    ROLLBACK = "rollback"
    PRUNE = "prune"

    @property
    def publishes(self) -> bool:
        """Whether something else is published when it is done."""
        return self not in (Kind.HOLD, Kind.PRUNE)

    @property
    def builds(self) -> bool:
        """Whether it is a reindex, which tells its phases and can be resumed."""
        return self in (Kind.FULL, Kind.INCREMENT, Kind.MERGE, Kind.HOLD)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do.

    Attributes:
        arguments: of `searchsvc`.
        after: what is published when it is done.
        code: its exit code then.
    """

    kind: Kind
    arguments: tuple[object, ...]
    after: State
    code: int = Exit.DONE


@dataclass(slots=True)
class Scene:
    """An index folder, the archive beside it, and what is known of both.

    Attributes:
        folder: of everything.
        index: the index folder.
        published: what the published generation was made from; None before there is one.
        newest: the latest state of the archive.
        states: what each generation that was ever published was made from, by its name.
        wrong: what went wrong so far.
    """

    folder: Path
    index: Path
    published: State | None = None
    newest: State = field(default_factory=first_state)
    states: dict[str, State] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _oracle: Oracle | None = None

    @property
    def archive(self) -> Path:
        """The folder of the articles."""
        return self.folder / "archive"

    @property
    def errors(self) -> Path:
        """Where commands write their standard error."""
        return self.folder / "command.err"

    @property
    def oracle(self) -> Oracle:
        """What undisturbed full builds answer."""
        if self._oracle is None:
            self._oracle = Oracle(self.archive, self.folder / "undisturbed")
        return self._oracle

    def plan(self, kind: Kind, random: Random, *, processes: int = 1) -> Operation:
        """The next operation of that kind; the archive is made ready for it."""
        if kind is Kind.ROLLBACK:
            name = self._earlier()
            return Operation(kind, ("rollback", "--index", self.index), self.states[name])
        if kind is Kind.RELEASE:
            return Operation(kind, ("publish", "--index", self.index), self.newest)
        if kind is Kind.PRUNE:
            assert self.published is not None
            arguments = ("prune", "--keep", 1, "--index", self.index)
            return Operation(kind, arguments, self.published)
        return self._reindex(kind, random, processes)

    def _reindex(self, kind: Kind, random: Random, processes: int) -> Operation:
        if self.states:
            step = Step.MUCH if kind is Kind.MERGE else Step.LITTLE
            self.newest = self.newest.after(step, random)
        self.oracle.answers(self.newest)
        write_archive(self.archive, self.newest)
        options: tuple[str, ...] = ("--full",) if kind is Kind.FULL else ()
        least = 1_000_000 if kind is Kind.HOLD else 0
        settings = {
            "index.keep": KEEP,
            "index.processes": processes,
            "gate.least_articles": least,
        }
        for key, value in settings.items():
            options = (*options, "--set", f"{key}={value}")
        arguments = ("reindex", "--json", "--index", self.index, *options, self.archive)
        if kind is Kind.HOLD:
            assert self.published is not None
            return Operation(kind, arguments, self.published, Exit.HELD_BACK)
        return Operation(kind, arguments, self.newest)

    def run(
        self,
        operation: Operation,
        moment: Moment | None = None,
        strike: Callable[[int], None] = commands.kill,
    ) -> Ended:
        """Do it, undisturbed or struck at `moment`, and look what has come of it.

        What is published must be what was, or what was to be.
        """
        ended = self.attempt(operation, moment, strike)
        if not ended.struck and ended.code != operation.code:
            self.wrong.append(f"{operation.kind} ended with {ended.code}: {ended.errors[-600:]}")
        if not ended.struck and self.published is not operation.after:
            self.wrong.append(f"{operation.kind} ended well, but its outcome is not published")
        return ended

    def attempt(
        self,
        operation: Operation,
        moment: Moment | None = None,
        strike: Callable[[int], None] = commands.kill,
    ) -> Ended:
        """As `run`, but it may fail."""
        ended = commands.run(operation.arguments, self.errors, moment=moment, strike=strike)
        self.look(operation, ended.phase)
        return ended

    def look(self, operation: Operation, phase: str) -> None:
        """Hold what is published against what may be; `phase` is where the operation ended."""
        where = f"{operation.kind}, {phase}, state {operation.after.number}"
        if self.published is None and not (self.index / "CURRENT").exists():
            self._expect_no_index(where)
            return
        try:
            name, said = self._ask()
        except (SearchsvcError, OSError, AssertionError) as error:
            self.wrong.append(f"{where}: the index cannot be searched: {error!r}")
            return
        allowed = self.states.get(name, operation.after)
        if said != self.oracle.answers(allowed).engine:
            self.wrong.append(f"{where}: {name} does not answer as state {allowed.number} does")
            return
        if allowed is not self.published and allowed is not operation.after:
            self.wrong.append(f"{where}: state {allowed.number} is published again")
        self.states[name] = self.published = allowed

    def reindex(self, archive: Path) -> Ended:
        """What becomes of an undisturbed run over whatever the index folder holds."""
        arguments = ("reindex", "--json", "--index", self.index, archive)
        return commands.run(arguments, self.errors)

    def leftovers(self) -> list[str]:
        """Names in the index folder that should not be there when nothing is under way."""
        known = {"CURRENT", "HELD", "ROLLED_BACK", "LOCK", "HOLDER"}
        if (self.index / "HELD").exists():
            known.add("scratch")  # what was extracted for it is kept for the next run
        return sorted(
            each.name
            for each in self.index.iterdir()
            if each.name not in known and not each.name.startswith("gen-")
        )

    def _expect_no_index(self, where: str) -> None:
        try:
            self._ask()
        except IndexMissing:
            return
        self.wrong.append(f"{where}: an index answers that was never published")

    def _ask(self) -> tuple[str, tuple[str, ...]]:
        engine = wiring.open_engine(settings_for(self.index))
        try:
            return ask(engine)
        finally:
            engine.close()

    def _earlier(self) -> str:
        engine = wiring.open_engine(settings_for(self.index))
        try:
            return engine.status().previous[0]
        finally:
            engine.close()


def verified(scene: Scene) -> str | None:
    """What `searchsvc verify --full` finds wrong; None where it finds nothing."""
    if not (scene.index / "CURRENT").exists():
        return None
    ended = commands.run(("verify", "--full", "--index", scene.index), scene.errors)
    return f"verify: exit code {ended.code}: {ended.output}{ended.errors}" if ended.code else None


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`, each counted once however often it is linked."""
    met = {}
    for path, _, names in os.walk(folder):
        for name in names:
            found = os.stat(os.path.join(path, name))  # noqa: PTH116, PTH118 - a walk of many files
            met[found.st_dev, found.st_ino] = found.st_size
    return sum(met.values())
