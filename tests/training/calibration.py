"""`python -m tests.training.calibration GOLD`: what gives the confidence of a statement its meaning.

Fits tables from rule and score to the share of statements that are right (found in the gold), and
says how well they hold on articles that they were not fitted on: five-fold cross-validation, a fold
being every fifth article.
"""

from __future__ import annotations

import json
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.extract.confidence import probability
from tests.extraction.calibrated import bins, error
from tests.extraction.extracting import judged_articles
from tests.extraction.folders import POLNEAR, SCORER
from tests.extraction.isotonic import Scored, fit
from tests.extraction.pairing import needed, scorer_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.extract.confidence import Table

FOLDS: Final = 5
_SURE: Final = 0.999  # a confidence of 1 that is wrong would cost without end


def held_out(
    articles: Sequence[Sequence[Scored]], *, least: int, least_of_rule: int
) -> list[tuple[float, bool]]:
    """Each statement's probability by tables fitted on the other folds, and whether it is right."""
    found: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        others = [
            one for number, some in enumerate(articles) if number % FOLDS != fold for one in some
        ]
        tables = fit(others, least=least, least_of_rule=least_of_rule)
        found.extend(
            (probability(tables, rule, score), right)
            for some in articles[fold::FOLDS]
            for rule, score, right in some
        )
    return found


def described(name: str, scores: Sequence[tuple[float, bool]]) -> str:
    """Calibration error, squared error and log loss of `scores`, and their tenths."""
    squared = sum((score - right) ** 2 for score, right in scores) / len(scores)
    loss = -sum(
        log(min(score, _SURE) if right else 1 - min(score, _SURE)) for score, right in scores
    )
    heading = (
        f"{name}: expected calibration error {100 * error(scores):.1f}, "
        f"squared error {squared:.4f}, log loss {loss / len(scores):.4f}"
    )
    lines = [
        f"   {one.low:.1f}{one.size:7} statements, mean {100 * one.mean:5.1f}, "
        f"right {100 * one.right:5.1f}"
        for one in bins(scores)
    ]
    return "\n".join([heading, *lines])


def written(tables: Mapping[str, Table]) -> str:
    """`tables` as JSON, one rule a line."""
    rows = [f"  {json.dumps(rule)}: {json.dumps(table)}" for rule, table in tables.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


@click.command()
@click.argument("gold", type=click.Path(path_type=Path), default=POLNEAR)
@click.option("--scorer", type=click.Path(path_type=Path), default=SCORER, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="where to write the tables")
@click.option("--least", default=60, show_default=True, help="statements of a step")
@click.option("--least-of-rule", default=150, show_default=True, help="statements of a table")
@click.option("--every", default=1, show_default=True, help="take every so-manieth article")
def main(
    *, gold: Path, scorer: Path, output: Path | None, least: int, least_of_rule: int, every: int
) -> None:
    """Fit and print the tables from rule and score to probability."""
    judge_of = scorer_at(scorer)
    articles = [
        [(one.row["rule"], one.row["confidence"], one.gold is not None) for one in judged]
        for _, judged, _ in judged_articles(
            judge_of, needed(gold, "GOLD"), every=every, calibrated=False
        )
    ]
    every_one = [one for some in articles for one in some]
    click.echo(described("as it is", [(score, right) for _, score, right in every_one]))
    after = held_out(articles, least=least, least_of_rule=least_of_rule)
    click.echo(described("by tables of the other folds", after))
    tables = written(fit(every_one, least=least, least_of_rule=least_of_rule))
    if output is None:
        click.echo(tables)
    else:
        output.write_text(tables, "utf-8")


if __name__ == "__main__":
    main()
