"""The judged collections beside the checkout, ranked by `searchsvc rank` and scored."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.unit.commands import invoke

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCORER = "eval/score_ranking.py"


@dataclass(frozen=True, slots=True)
class Task:
    """Queries over one collection, by the files under the folder of the corpora.

    Attributes:
        judged: lists the documents that were judged; None where all were.
        floors: what must be reached, by measure.
    """

    name: str
    docs: str
    queries: str
    qrels: str
    judged: str | None
    floors: tuple[tuple[str, float], ...]


TASKS = (
    Task(
        "Cranfield",
        "cranfield/docs.jsonl.gz",
        "cranfield/queries.jsonl",
        "cranfield/qrels.tsv",
        None,
        (("nDCG@10", 0.41),),
    ),
    Task(
        "Reuters topics",
        "reuters21578/docs.jsonl.gz",
        "reuters21578/queries_topic.jsonl",
        "reuters21578/qrels_topic.tsv.gz",
        "reuters21578/judged.txt.gz",
        (("nDCG@10", 0.80), ("MAP", 0.60)),
    ),
    Task(
        "Reuters topics in a country",
        "reuters21578/docs.jsonl.gz",
        "reuters21578/queries_topic_country.jsonl",
        "reuters21578/qrels_topic_country.tsv.gz",
        "reuters21578/judged.txt.gz",
        (("nDCG@10", 0.78), ("R@100", 0.88)),
    ),
)


def scores(
    task: Task, corpora: Path, folder: Path, options: Sequence[str] = ()
) -> dict[str, float]:
    """Every measure of a task, the mean over its queries; the run is left in `folder`.

    Args:
        task: what to rank and score.
        corpora: the folder of the corpora, beside which that of the scorer lies.
        folder: for the run.
        options: of `searchsvc rank`, such as `--set`, `search.reordered=0`.
    """
    run = folder / f"{task.name}.tsv"
    files = ("--docs", corpora / task.docs, "--queries", corpora / task.queries, "--run", run)
    result = invoke("rank", *files, *options)
    assert result.exit_code == 0, result.stderr
    judged = () if task.judged is None else ("--judged", str(corpora / task.judged))
    command = [sys.executable, str(corpora.parent / SCORER), str(corpora / task.qrels), str(run)]
    printed = subprocess.run(
        [*command, *judged, "--json"], check=True, capture_output=True, text=True
    ).stdout
    means: dict[str, float] = json.loads(printed)[str(run)]["mean"]
    return means
