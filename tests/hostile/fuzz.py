"""`python -m tests.hostile.fuzz`: odd bytes to everything that reads, counted; a crash is printed."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Final

import click

from tests.hostile.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PIECES: Final = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b"'", b"\\", b"{", b"}", b"[", b"]",
    b"<", b">", b"</", b"<!--", b"<p>", b"<script>", b"&lt;", b"&#x110000;", b"\r", b"\n", b"\t",
    b",", b";", b"(", b")", b"*", b"~", b"^", b":", b"-", b"2017-02-30", b"99999999999999999999",
    b"-1", b"1e999", b"NaN", b"null", b"true", b"..", b"/", b"%00", b"%2e", b"\\ud800",
    "\u202e".encode(), "\u0301".encode(), "\U0001f600".encode(), "İ".encode(), b"\x1b[31m",
)  # fmt: skip
_LONGEST: Final = 20_000


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample, changed in one to eight places."""
    data = bytearray(chance.choice(samples))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at:at] = chance.choice(_PIECES) * chance.choice((1, 1, 1, 3, 200))
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
        crash = _crash(read, data)
        if crash:
            if crash not in crashes:
                click.echo(f"{name}, input {count}: {crash}\n  {data[:500]!r}")
            crashes[crash] += 1
    return count, crashes


def _crash(read: Callable[[bytes], object], data: bytes) -> str:
    try:
        read(data)
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:100]} at {last.filename}:{last.lineno}"
    return ""


@click.command()
@click.option("--minutes", default=1.0, show_default=True, help="of processor time, each target")
@click.option("--seed", default=1, show_default=True, help="which inputs")
@click.option("--target", "only", type=click.Choice(list(TARGETS)), help="one of them; else all")
def main(*, minutes: float, seed: int, only: str | None) -> None:
    """Give odd bytes to everything that reads some, and count what it does not survive."""
    failed = 0
    for name in [only] if only else TARGETS:
        count, crashes = fuzzed(name, seconds=60 * minutes, seed=seed)
        failed += sum(crashes.values())
        click.echo(
            f"{name:9} {count:9,} inputs in {minutes / 60:.3f} h of processor time, seed {seed}: "
            f"{sum(crashes.values())} crashes of {len(crashes)} kinds"
        )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
