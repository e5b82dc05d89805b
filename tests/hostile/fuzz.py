"""`python -m tests.hostile.fuzz`: odd bytes to everything that reads, counted; a crash is printed."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tests.hostile.crashes import PIECES, crash_of
from tests.hostile.guiding import guided_run
from tests.hostile.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 20_000


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample, changed in one to eight places."""
    data = bytearray(chance.choice(samples))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 3, 200))
            case 1:
                del data[at : at + chance.randrange(1, 60)]
            case 2 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 3:
                other = chance.choice(samples)
                start = chance.randrange(len(other) + 1)
                data[at:at] = other[start : start + chance.randrange(200)]
            case 4:
                data[at:at] = data[max(at - 40, 0) : at] * chance.randrange(4)
            case _:
                data[at:at] = chance.randbytes(chance.randrange(8))
    return bytes(data[:_LONGEST])


def fuzzed(
    name: str, *, seconds: float, seed: int, most: int | None = None
) -> tuple[int, Counter[str]]:
    """How many inputs a target was given, and the crashes by where they happened.

    Args:
        name: of the target.
        seconds: of processor time.
        seed: the same one gives the same inputs.
        most: inputs; None for as many as there is time for.
    """
    samples, read = TARGETS[name]()
    chance = random.Random(f"{seed} {name}")
    began, count, crashes = time.process_time(), 0, Counter[str]()
    while time.process_time() - began < seconds and count != most:
        data = mutated(chance, samples)
        count += 1
        crash = crash_of(read, data)
        if crash:
            if crash not in crashes:
                click.echo(f"{name}, input {count}: {crash}\n  {data[:500]!r}")
            crashes[crash] += 1
    return count, crashes


@click.command()
@click.option("--minutes", default=1.0, show_default=True, help="of processor time, each target")
@click.option("--seed", default=1, show_default=True, help="which inputs, where not guided")
@click.option("--target", "only", type=click.Choice(list(TARGETS)), help="one of them; else all")
@click.option("--guided", is_flag=True, help="look for inputs that reach new code, with atheris")
@click.option(
    "--corpus",
    default=Path(".fuzz"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="folder where guided runs keep inputs, to go on from, and crashes",
)
def main(*, minutes: float, seed: int, only: str | None, guided: bool, corpus: Path) -> None:
    """Give odd bytes to everything that reads some, and count what it does not survive."""
    failed = 0
    for name in [only] if only else TARGETS:
        if guided:
            run = guided_run(name, corpus, seconds=60 * minutes)
            count, crashes, hours = run.inputs, run.crashes, run.seconds / 3600
            how = f"guided, {run.reached:,} branches reached by {run.kept:,} inputs kept"
            for crash, times in sorted(crashes.items()):
                click.echo(f"{name}, {times} times: {crash}")
        else:
            count, crashes = fuzzed(name, seconds=60 * minutes, seed=seed)
            hours, how = minutes / 60, f"seed {seed}"
        failed += sum(crashes.values())
        click.echo(
            f"{name:9} {count:9,} inputs in {hours:.3f} h of processor time, {how}: "
            f"{sum(crashes.values())} crashes of {len(crashes)} kinds"
        )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
