"""`python -m tests.extraction.fuzz`: odd prose never raises, and every span is where it says.

Texts are real articles and the hand-made cases, damaged at random. The same seed makes the same
texts; a fault prints the number of its text, and `--first` begins there.
"""

from __future__ import annotations

import random
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.settings import Settings
from tests.extraction.damage import damaged, faults
from tests.extraction.folders import POLNEAR, SAMPLE
from tests.extraction.judged import cases, forms
from tests.extraction.pairing import lines, needed

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLD_EVERY: Final = 10_000
_TOGETHER: Final = 20  # cases that make a text as long as an article


def sample_bodies() -> list[str]:
    """The bodies of the articles that are shipped as a sample, and of the cases, some together."""
    archive = Archive([str(SAMPLE)], Settings())
    read = (
        one
        for file in archive.files()
        if not isinstance(file, CorpusError)
        for one in archive.read(file)
    )
    bodies = sorted(one.body for one in read if not isinstance(one, CorpusError))
    texts = [case.text for form in forms() for case in cases(form)]
    together = range(0, len(texts), _TOGETHER)
    return bodies + ["\n\n".join(texts[at : at + _TOGETHER]) for at in together]


def text_of(number: int, seed: int, bodies: Sequence[str]) -> str:
    """The damaged text of this number."""
    chance = random.Random(f"{seed} {number}")
    return damaged(chance, chance.choice(bodies))


@click.command()
@click.option("--texts", default=10_000, show_default=True, help="how many")
@click.option("--corpus", type=click.Path(path_type=Path), default=POLNEAR, show_default=True)
@click.option("--seed", default=1, show_default=True, help="which texts")
@click.option("--first", default=0, show_default=True, help="number of the first text")
def main(*, texts: int, corpus: Path, seed: int, first: int) -> None:
    """Extract from damaged texts and say what went wrong."""
    bodies = sample_bodies() + [row["text"] for row in lines(needed(corpus, "--corpus"))]
    started, wrong, characters = time.perf_counter(), 0, 0
    for number in range(first, first + texts):
        text = text_of(number, seed, bodies)
        characters += len(text)
        try:
            found: tuple[str, ...] = faults(text)
        except Exception:  # noqa: BLE001 - whatever is raised is what is looked for
            found = (traceback.format_exc(),)
        if found:
            wrong += 1
            click.echo(f"text {number}: {'; '.join(found)}\n   {text[:300]!a}")
        if (number + 1 - first) % _TOLD_EVERY == 0:
            click.echo(f"{number + 1 - first} texts, {wrong} with faults")
    seconds = time.perf_counter() - started
    click.echo(
        f"{texts} texts of {characters // max(texts, 1)} characters, seed {seed}: "
        f"{wrong} with faults, {seconds:.0f} s"
    )
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
