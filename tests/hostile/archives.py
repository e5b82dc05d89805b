"""`python -m tests.hostile.archives`: read what somebody put among the articles, at full size."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tests.hostile.run import ADDRESS_SPACE, CASES, plant, reindexed

if TYPE_CHECKING:
    from tests.hostile.cases import Case
    from tests.hostile.run import Outcome

_MOST_PEAK_MB: Final = 1000
_WIDTH: Final = 38


@click.command()
@click.option("--only", default="", help="cases with these letters in their names")
@click.option("--small", is_flag=True, help="as small as in the suite")
@click.option("--folder", type=click.Path(path_type=Path), help="where to make them; needs 3 GB")
def main(*, only: str, small: bool, folder: Path | None) -> None:
    """Read each hostile case with `searchsvc reindex`, and print what came of it."""
    wrong = 0
    cases = [case for case in CASES if only in case.name]
    click.echo(f"{'case':{_WIDTH}} {'CPU s':>7} {'peak MB':>8}  outcome")
    for case in cases:
        with tempfile.TemporaryDirectory(dir=folder) as made:
            outcome = _outcome(case, Path(made), case.small if small else case.big)
            fault = outcome.fault(case)
            if not fault and outcome.peak_mb > _MOST_PEAK_MB:
                fault = f"more than {_MOST_PEAK_MB} MB"
            wrong += bool(fault)
            told = f"WRONG: {fault}" if fault else _told(outcome)
            line = f"{case.name:{_WIDTH}} {outcome.seconds:7.1f} {outcome.peak_mb:8.0f}  {told}"
            click.echo(line)
            _remove(Path(made))
    click.echo(
        f"{len(cases)} cases, {wrong} wrong; address space {ADDRESS_SPACE >> 20} MB, the article "
        "beside each case was indexed in all others"
    )
    if wrong:
        raise SystemExit(1)


def _outcome(case: Case, folder: Path, size: int) -> Outcome:
    plant(case, folder / "articles", size)
    return reindexed(folder / "articles", folder / "index")


def _told(outcome: Outcome) -> str:
    articles = outcome.articles - 1
    if not outcome.rejects:
        return f"{articles} articles"
    place, reason = outcome.rejects[-1]
    return f"{articles} articles; {place + ': ' if place else ''}{reason[:90]}"


def _remove(folder: Path) -> None:
    """Folders too deep for a path go first, since `TemporaryDirectory` cannot go so deep."""
    for path in folder.glob("articles/abcdef"):
        shutil.rmtree(path, ignore_errors=True)
    if (folder / "articles").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)


if __name__ == "__main__":
    main()
