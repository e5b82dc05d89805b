"""Statements beside statements: which of one extraction is which of another, or of the gold.

What counts as the right source is the scorer's to say; it is called where it lies and not copied.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

Row = dict[str, Any]
"""A statement, or an article with its statements, as JSON."""

_LEAST_OVERLAP: Final = 0.5  # of the words of both, as the scorer has it


class Judged(NamedTuple):
    """An extracted statement beside the gold.

    Attributes:
        row: the extracted statement.
        gold: the statement of the gold that it is, or None.
        source: whether its source is right as well.
    """

    row: Row
    gold: Row | None
    source: bool


def pairs(left: Sequence[set[int]], right: Sequence[set[int]]) -> dict[int, int]:
    """Numbers of `left` with the number in `right` of the same statement, one to one.

    The same are those that share half of their words, the nearest first. Words are numbers.
    """
    shared = [
        (-len(one & other) / len(one | other), here, there)
        for here, one in enumerate(left)
        for there, other in enumerate(right)
        if one & other
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for overlap, here, there in sorted(shared):
        if -overlap >= _LEAST_OVERLAP and here not in found and there not in taken:
            found[here] = there
            taken.add(there)
    return found


def judge(scorer: ModuleType, article: Row, rows: Sequence[Row]) -> tuple[list[Judged], list[Row]]:
    """The statements of an article beside its gold, and the gold statements that were missed.

    Left out is what lies in stretches that nobody marked.
    """
    gold = scorer.Article(article, [])
    ignored = gold.word_set(article.get("ignore") or [])
    claimed = []
    for row in rows:
        checked = scorer.check_statement(row, article["text"], article["id"])
        checked["w"] = gold.word_set(checked["spans"])
        if checked["w"] and 2 * len(checked["w"] & ignored) < len(checked["w"]):
            claimed.append((row, checked))
    hits = pairs([checked["w"] for _, checked in claimed], [one["w"] for one in gold.gold])
    judged = []
    for number, (row, checked) in enumerate(claimed):
        hit = gold.gold[hits[number]] if number in hits else None
        right = hit is not None and bool(gold.right_source(hit, checked))
        judged.append(Judged(row, hit and hit["raw"], right))
    met = set(hits.values())
    return judged, [one["raw"] for number, one in enumerate(gold.gold) if number not in met]


def lines(path: Path) -> Iterator[Row]:
    """The objects of a file of JSON lines, packed or not."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as opened:
        for line in opened:
            if line.strip():
                yield json.loads(line)


def needed(path: Path, option: str) -> Path:
    """`path`, where it is there; else a message that says what to give instead."""
    if not path.is_file():
        raise click.ClickException(f"no file {path}; give another with {option}")
    return path


def scorer_at(path: Path) -> ModuleType:
    """The scorer, as a module."""
    spec = importlib.util.spec_from_file_location("score_statements", needed(path, "--scorer"))
    if spec is None or spec.loader is None:
        raise click.ClickException(f"{path} is no Python module; give the scorer with --scorer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def word_sets(scorer: ModuleType, text: str, rows: Sequence[Row]) -> list[set[int]]:
    """The words of each statement, as numbers."""
    article = scorer.Article({"id": "", "text": text, "statements": []}, [])
    return [article.word_set(row["spans"]) for row in rows]


def tally(names: Mapping[str, Sequence[bool]], *, least: int = 1) -> list[tuple[str, int, int]]:
    """Per name: how many, and how many are true; most frequent first, rare ones left out."""
    order: Callable[[str], tuple[int, str]] = lambda name: (-len(names[name]), name)  # noqa: E731 - a key
    return [
        (name, len(names[name]), sum(names[name]))
        for name in sorted(names, key=order)
        if len(names[name]) >= least
    ]
