"""`python -m tests.durability.kills`: commands killed at random moments while clients search.

Real `searchsvc` processes are killed with SIGKILL, their workers with them, in every kind of work
on an index, some at any moment of it, some in each of its phases, and more where it publishes. All the while one
client asks the engine and one a server over HTTP. After each kill the index must answer, completely
and unchanged, from what was published before or from what was to be; in the end every answer that the
clients were given must be that of the generation it names, and the index must answer as an
undisturbed full build does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import click

from tests.durability.clients import Client, Server, asking_engine, asking_server
from tests.durability.commands import STARTING, Moment
from tests.durability.operations import Kind, Scene, verified
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    from searchsvc.reindex import Phase
    from tests.durability.clients import Heard
    from tests.durability.commands import Ended
    from tests.durability.operations import Operation

ROUND: Final = (
    (Kind.INCREMENT, 1),
    (Kind.MERGE, 1),
    (Kind.INCREMENT, 2),
    (Kind.ROLLBACK, 1),
    (Kind.ROLLBACK, 1),
    (Kind.FULL, 1),
    (Kind.HOLD, 1),
    (Kind.RELEASE, 1),
    (Kind.ROLLBACK, 1),
    (Kind.MERGE, 2),
    (Kind.PRUNE, 1),
    (Kind.FULL, 2),
    (Kind.INCREMENT, 1),
    (Kind.HOLD, 1),
    (Kind.PRUNE, 1),
)
"""What is done over and over, with how many processes."""

PUBLISHING: Final = "publishing"
IN_PUBLISHING: Final = 0.4
"""Share of the kills that are meant for it, where a command has that phase."""
IN_A_PHASE: Final = 0.3
"""Share of the kills that are meant for a phase, however short."""


@dataclass(slots=True)
class Tally:
    """What was done.

    Attributes:
        kills: by kind of operation and phase.
        undisturbed: the last run of each kind that was left alone, by kind and processes.
        too_late: strikes that found the command at its end.
        resumed: articles that runs took over from those that had died, by run.
    """

    kills: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    undisturbed: dict[tuple[Kind, int], Ended] = field(default_factory=dict)
    too_late: int = 0
    resumed: list[int] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How many kills there were."""
        return sum(self.kills.values())


def moment_in(before: Ended, random: Random) -> Moment:
    """A moment of a command that takes about as long as it took `before`."""
    drawn = random.random()
    phase = STARTING
    if drawn < IN_PUBLISHING and PUBLISHING in before.begun:
        phase = PUBLISHING
    elif drawn < IN_PUBLISHING + IN_A_PHASE:
        phase = random.choice(list(before.begun))
    else:
        return Moment(STARTING, random.uniform(0, 1.05 * before.seconds))
    begins = before.begun[phase]
    ends = min((at for at in before.begun.values() if at > begins), default=before.seconds)
    return Moment(phase, random.uniform(0, 1.1 * (ends - begins)))


def disturb(scene: Scene, work: tuple[Kind, int], most: int, tally: Tally, random: Random) -> None:
    """One operation that is killed up to three times and then left alone until it is done.

    Args:
        scene: where.
        work: the kind of operation, and with how many processes.
        most: kills at most.
        tally: of what was done.
        random: draws.
    """
    kind, processes = work
    operation = scene.plan(kind, random, processes=processes)
    done = False
    for attempt in range(min(most, random.randint(1, 3))):
        before = tally.undisturbed.get((kind, processes))
        if before is None or done:
            break
        ended = scene.run(operation, moment_in(before, random))
        if not ended.struck:
            tally.too_late += 1
            done = True
            break
        resuming = attempt and kind.builds
        phase = ended.phase if kind.builds else "all of it"
        tally.kills[Kind.RESUME if resuming else kind, phase] += 1
        _verify(scene, operation)
        done = kind.publishes and scene.published is operation.after
    if not done:
        ended = scene.run(operation)
        tally.undisturbed[kind, processes] = ended
        tally.resumed += [ended.resumed] if ended.resumed else []
        _verify(scene, operation)


def _verify(scene: Scene, operation: Operation) -> None:
    problem = verified(scene)
    if problem is not None:
        scene.wrong.append(f"{operation.kind}: {problem}")


def first_builds(scene: Scene, tally: Tally, random: Random, kills: int) -> None:
    """Publish a first index, killed several times on the way, when there is none to fall back on."""
    operation = scene.plan(Kind.FULL, random)
    spare = Scene(scene.folder / "spare", scene.folder / "spare" / "index")
    spare.folder.mkdir()
    before = spare.run(spare.plan(Kind.FULL, random))
    for _ in range(kills):
        ended = scene.run(operation, moment_in(before, random))
        if not ended.struck:
            tally.too_late += 1
            break
        tally.kills[Kind.FULL, ended.phase] += 1
        if scene.published is not None:
            break
    if scene.published is None:
        before = scene.run(operation)
    tally.undisturbed[Kind.FULL, 1] = before


def search_and_kill(scene: Scene, kills: int, random: Random, tally: Tally) -> list[Heard]:
    """What the clients heard while operation after operation was killed."""
    first_builds(scene, tally, random, max(1, kills // 40))
    server = Server(scene.index, scene.folder)
    clients = [
        Client(lambda: asking_engine(scene.index), scene.folder, "engine-client"),
        Client(lambda: asking_server(server.url), scene.folder, "web-client"),
    ]
    try:
        for work in cycle(ROUND):
            if tally.killed >= kills:
                break
            disturb(scene, work, kills - tally.killed, tally, random)
    finally:
        heard = [client.stop() for client in clients]
        code = server.stop()
    if code:
        scene.wrong.append(f"serve ended with {code}")
    scene.wrong += _remarks(server.errors.read_text(encoding="utf-8"))
    return heard


def _remarks(log: str) -> list[str]:
    return [f"serve logged a bug: {log[-2000:]}"] if "Traceback" in log else []


def judge(scene: Scene, heard: list[Heard]) -> tuple[int, int, int]:
    """How many searches were made, failed, and were answered otherwise than they should be."""
    failed = inconsistent = 0
    for client, one in enumerate(heard):
        failed += len(one.failures)
        scene.wrong += [f"a search failed: {failure}" for failure in one.failures]
        for said in one.answers:
            state = scene.states.get(said.generation)
            right = None
            if state is not None:
                answers = scene.oracle.answers(state)
                right = (answers.engine, answers.web)[client][said.question]
            if said.answer != right:
                inconsistent += 1
                scene.wrong.append(f"{said} should be {right}")
    return sum(one.searches for one in heard), failed, inconsistent


def finish(scene: Scene, random: Random) -> None:
    """A last increment, and what must be left of everything."""
    scene.run(scene.plan(Kind.INCREMENT, random))
    if leftovers := scene.leftovers():
        scene.wrong.append(f"left behind in the index folder: {', '.join(leftovers)}")


def report(scene: Scene, tally: Tally, heard: list[Heard], seconds: float) -> int:
    """Print what was found; the exit code."""
    phases = [STARTING, *_phases(), "all of it"]
    met = [phase for phase in phases if any(phase == each for _, each in tally.kills)]
    rows: list[tuple[object, ...]] = [("killed in", *met, "kills")]
    for kind in Kind:
        if any(kind is each for each, _ in tally.kills):
            counts = [tally.kills[kind, phase] for phase in met]
            rows.append((kind.value, *counts, sum(counts)))
    click.echo(table(rows) + "\n")
    searches, failed, inconsistent = judge(scene, heard)
    facts = [
        ("kills", tally.killed),
        ("commands that ended before their kill", tally.too_late),
        ("runs that went on where one had died", len(tally.resumed)),
        ("articles that they did not extract again", sum(tally.resumed)),
        ("generations published", len(scene.states)),
        ("searches by the engine's client", heard[0].searches),
        ("searches over HTTP", heard[1].searches),
        ("distinct answers held against an undisturbed build", sum(len(h.answers) for h in heard)),
        ("searches that failed", failed),
        ("searches answered inconsistently", inconsistent),
        ("seconds", round(seconds)),
    ]
    if not searches:
        scene.wrong.append("nobody searched")
    return verdict(facts, scene.wrong)


def _phases() -> list[Phase]:
    from searchsvc.reindex import Phase

    return list(Phase)


def main() -> int:
    """Run it as the command line says; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        scene = Scene(Path(folder), Path(folder) / "index")
        tally = Tally()
        random = Random(options.seed)
        heard = search_and_kill(scene, options.kills, random, tally)
        finish(scene, random)
        return report(scene, tally, heard, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
