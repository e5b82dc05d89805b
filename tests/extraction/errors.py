"""`python -m tests.extraction.errors GOLD`: errors drawn at random, to be read by somebody."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tests.extraction.extracting import judged_articles
from tests.extraction.folders import POLNEAR, SCORER
from tests.extraction.pairing import needed, scorer_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.extraction.pairing import Judged, Row

_AROUND: Final = 110  # characters shown on either side
_LONGEST: Final = 260


def errors(article: Row, judged: Sequence[Judged], missed: Sequence[Row]) -> Iterator[str]:
    """The errors of one article, each with the words around it."""
    text = article["text"]
    for gold in missed:
        start, end = gold["content"][0][0], gold["content"][-1][1]
        yield f"MISSED {_gold(text, gold)}\n    {_shown(text, start, end)}"
    for one in judged:
        start, end = one.row["start"], one.row["end"]
        if one.gold is None:
            yield f"FALSE {_found(text, one.row)}\n    {_shown(text, start, end)}"
        elif not one.source:
            both = f"{_gold(text, one.gold)} | {_found(text, one.row)}"
            yield f"SOURCE {both}\n    {_shown(text, start, end)}"


def _gold(text: str, gold: Row) -> str:
    source = " ".join(text[start:end] for start, end in gold["source"] or ())
    return f"{gold['form']}, cue {gold['cue']!r}, source {source!r}, person {gold['speaker']}"


def _found(text: str, row: Row) -> str:
    at = "" if row["speaker_start"] is None else text[row["speaker_start"] : row["speaker_end"]]
    return f"found {row['rule']!r}, cue {row['cue']!r}, source {at!r}, person {row['speaker']}"


def _shown(text: str, start: int, end: int) -> str:
    said = text[start:end]
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST // 2]} ... {said[-_LONGEST // 2 :]}"
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return re.sub(r"\s+", " ", f"{before}[[{said}]]{after}")


def drawn(
    articles: Iterable[tuple[Row, Sequence[Judged], Sequence[Row]]], count: int, seed: int
) -> list[str]:
    """So many errors, each as likely as any other."""
    every = [
        f"{article['id']} {one}"
        for article, judged, missed in articles
        for one in errors(article, judged, missed)
    ]
    return random.Random(seed).sample(every, min(count, len(every)))


@click.command()
@click.argument("gold", type=click.Path(path_type=Path), default=POLNEAR)
@click.option("--scorer", type=click.Path(path_type=Path), default=SCORER, show_default=True)
@click.option("--count", default=200, show_default=True, help="how many errors")
@click.option("--seed", default=1, show_default=True, help="which errors")
@click.option("--every", default=1, show_default=True, help="take every so-manieth article")
def main(*, gold: Path, scorer: Path, count: int, seed: int, every: int) -> None:
    """Print errors drawn at random: statements missed, false, or with the wrong source."""
    judge_of = scorer_at(scorer)
    found = judged_articles(judge_of, needed(gold, "GOLD"), every=every)
    for number, error in enumerate(drawn(found, count, seed), start=1):
        click.echo(f"{number}. {error}")


if __name__ == "__main__":
    main()
