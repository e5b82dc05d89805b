"""`python -m tests.ranking` scores the judged collections beside the checkout and prints a table."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tests.extraction.folders import SHARED
from tests.ranking.scored import TASKS, scores

MEASURES = ("nDCG@10", "MAP", "P@10", "R@100", "MRR")


@click.command()
@click.option(
    "--corpora",
    default=SHARED / "corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the corpora; the scorer lies in eval beside it.",
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="As of the commands.")
@click.option("--matches-only", is_flag=True, help="As of `searchsvc rank`.")
def main(corpora: Path, settings: tuple[str, ...], *, matches_only: bool) -> None:
    """Score every judged collection with one setting."""
    options = [part for setting in settings for part in ("--set", setting)]
    options += ["--matches-only"] * matches_only
    click.echo("| collection | " + " | ".join(MEASURES) + " |")
    click.echo("|---|" + "---:|" * len(MEASURES))
    with tempfile.TemporaryDirectory() as folder:
        for task in TASKS:
            found = scores(task, corpora, Path(folder), options)
            figures = " | ".join(f"{found[measure]:.3f}" for measure in MEASURES)
            click.echo(f"| {task.name} | {figures} |")


if __name__ == "__main__":
    main()
