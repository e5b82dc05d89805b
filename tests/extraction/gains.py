"""`python -m tests.extraction.gains --base REV`: what a change gains and loses on a corpus.

The corpus is extracted twice, each time by a process of its own: with the code of another revision,
in a temporary folder, and with the code of the working tree. What differs is counted and shown;
where the corpus has gold, so is how much of it was right.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from tests.extraction.folders import POLNEAR, ROOT, SCORER
from tests.extraction.pairing import Row, judge, lines, needed, pairs, scorer_at, tally, word_sets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

_AROUND: Final = 60  # characters shown on either side of a statement
_LONGEST: Final = 240  # characters of a statement that are shown
_SHOWN_CUES: Final = 25


class Difference(NamedTuple):
    """A statement that one of the two extractions has, or has otherwise.

    Attributes:
        what: gained, lost, speaker, cut or kind.
        article: where it stands.
        before: the statement of the base, None where it is gained.
        after: that of the working tree, None where it is lost.
        right: whether the changed side is in the gold, and with it the source where that changed;
            None without gold.
        was: the same of the side of the base, where the statement changed; else None.
    """

    what: str
    article: Row
    before: Row | None
    after: Row | None
    right: bool | None
    was: bool | None = None

    @property
    def row(self) -> Row:
        row = self.after or self.before
        assert row is not None, "one of the two is there"
        return row


def extracted(folder: Path, corpus: Path) -> dict[str, list[Row]]:
    """Statements by article, as the code below `folder` finds them."""
    command = [
        sys.executable,
        "-c",
        "from searchsvc.cli import main; main()",
        "extract",
        str(corpus),
    ]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    with tempfile.TemporaryFile() as output:
        subprocess.run(command, cwd=folder, env=environment, stdout=output, check=True)
        output.seek(0)
        return {row["id"]: row["statements"] for row in map(json.loads, output)}


def tree_of(revision: str, folder: Path) -> None:
    """Lays the package as of `revision` into `folder`."""
    command = ["git", "-C", str(ROOT), "archive", revision, "searchsvc"]
    packed = subprocess.run(command, capture_output=True, check=False)
    if packed.returncode:
        raise click.ClickException(packed.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as tree:
        tree.extractall(folder, filter="data")


def differences(
    scorer: ModuleType, article: Row, before: Sequence[Row], after: Sequence[Row]
) -> Iterator[Difference]:
    """What became of the statements of one article."""
    text = article["text"]
    same = pairs(word_sets(scorer, text, before), word_sets(scorer, text, after))
    was, now = _right(scorer, article, before), _right(scorer, article, after)
    has_gold = "statements" in article
    kept = set(same.values())
    for here, row in enumerate(before):
        if here not in same:
            yield Difference("lost", article, row, None, was[here][0] if has_gold else None)
    for there, row in enumerate(after):
        if there not in kept:
            yield Difference("gained", article, None, row, now[there][0] if has_gold else None)
    for here, there in same.items():
        one, other = before[here], after[there]
        changed = {
            "speaker": _source(one) != _source(other),
            "cut": one["spans"] != other["spans"],
            "kind": one["direct"] != other["direct"] or one.get("kind") != other.get("kind"),
        }
        for what in (what for what, is_so in changed.items() if is_so):
            side = what == "speaker"  # of right and right source, the second
            rights = (now[there][side], was[here][side]) if has_gold else (None, None)
            yield Difference(what, article, one, other, *rights)


def _source(row: Row) -> tuple[object, ...]:
    return row["speaker"], row.get("speakers"), row["speaker_start"], row["speaker_end"]


def _right(scorer: ModuleType, article: Row, rows: Sequence[Row]) -> list[tuple[bool, bool]]:
    """Of each statement whether it is in the gold, and whether its source is right as well."""
    judged = {id(one.row): one for one in judge(scorer, {"statements": []} | article, rows)[0]}
    found = (judged.get(id(row)) for row in rows)
    return [(bool(one and one.gold), bool(one and one.source)) for one in found]


def shown(one: Difference) -> str:
    """A difference with the words around it."""
    text, row = one.article["text"], one.row
    said = text[row["start"] : row["end"]]
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST // 2]} ... {said[-_LONGEST // 2 :]}"
    before = text[max(0, row["start"] - _AROUND) : row["start"]]
    around = f"{before}[[{said}]]{text[row['end'] : row['end'] + _AROUND]}"
    marks = {None: "", True: " right", False: " wrong"}
    mark = f"{marks[one.was]}{' ->' if one.was is not None else ''}{marks[one.right]}"
    sides = " -> ".join(_side(text, side) for side in (one.before, one.after) if side)
    around = re.sub(r"\s+", " ", around)
    return f"  {one.article['id']}{mark} | {sides}\n    {around}"


def _side(text: str, row: Row) -> str:
    at = "-" if row["speaker_start"] is None else text[row["speaker_start"] : row["speaker_end"]]
    return f"{row['rule']}, {row['cue']!r}, {row['speaker'] or '-'} / {at!r}"


def report(found: Sequence[Difference], *, examples: int, seed: int) -> Iterator[str]:
    """The lines that tell what was gained, lost and changed."""
    by_kind = defaultdict(list)
    for one in found:
        by_kind[one.what].append(one)
    for what in ("gained", "lost", "speaker", "cut", "kind"):
        some = by_kind[what]
        right = sum(bool(one.right) for one in some)
        gold = f", of them right {right}" if any(one.right is not None for one in some) else ""
        if any(one.was is not None for one in some):
            gold += f", before {sum(bool(one.was) for one in some)}"
        yield f"{what if what in ('gained', 'lost') else what + ' changed'}: {len(some)}{gold}"
    before = Counter(bool(one.right) for one in by_kind["gained"])
    lost = Counter(bool(one.right) for one in by_kind["lost"])
    yield f"net: right {before[True] - lost[True]:+}, wrong {before[False] - lost[False]:+}"
    for heading, key in (("rule", "rule"), ("cue", "cue")):
        yield f"\nby {heading:28}{'gained':>8}{'right':>7}{'lost':>8}{'right':>7}"
        yield from _by(key, by_kind["gained"], by_kind["lost"])
    chance = random.Random(seed)
    for what, some in by_kind.items():
        yield f"\n{what}, {min(examples, len(some))} of {len(some)}"
        yield from map(shown, chance.sample(some, min(examples, len(some))))


def _by(key: str, gained: Sequence[Difference], lost: Sequence[Difference]) -> Iterator[str]:
    sides: tuple[dict[str, list[bool]], dict[str, list[bool]]] = ({}, {})
    for side, some in zip(sides, (gained, lost), strict=True):
        for one in some:
            name = str(one.row.get(key) or "-").lower()
            side.setdefault(name, []).append(bool(one.right))
    both = {name: sides[0].get(name, []) + sides[1].get(name, []) for name in sides[0] | sides[1]}
    for name, *_ in tally(both)[:_SHOWN_CUES]:
        new, old = sides[0].get(name, []), sides[1].get(name, [])
        yield f"   {name[:28]:28}{len(new):8}{sum(new):7}{len(old):8}{sum(old):7}"


@click.command()
@click.option("--base", required=True, help="git revision to compare the working tree with")
@click.option("--corpus", type=click.Path(path_type=Path), default=POLNEAR, show_default=True)
@click.option("--scorer", type=click.Path(path_type=Path), default=SCORER, show_default=True)
@click.option("--every", default=1, show_default=True, help="take every so-manieth article")
@click.option("--examples", default=10, show_default=True, help="examples of each sort")
@click.option("--seed", default=1, show_default=True, help="which examples")
def main(*, base: str, corpus: Path, scorer: Path, every: int, examples: int, seed: int) -> None:
    """Show the statements that the working tree gains and loses against another revision."""
    judge_of = scorer_at(scorer)
    articles = list(lines(needed(corpus, "--corpus")))[::every]
    with tempfile.TemporaryDirectory() as folder:
        base_folder, part = Path(folder, "base"), Path(folder, "corpus.jsonl")
        tree_of(base, base_folder)
        part.write_text("".join(json.dumps(row) + "\n" for row in articles), "utf-8")
        before, after = extracted(base_folder, part), extracted(ROOT, part)
    found = [
        one
        for row in articles
        for one in differences(judge_of, row, before[str(row["id"])], after[str(row["id"])])
    ]
    counts = [sum(map(len, side.values())) for side in (before, after)]
    click.echo(f"{len(articles)} articles, statements {counts[0]} -> {counts[1]}")
    click.echo("\n".join(report(found, examples=examples, seed=seed)))


if __name__ == "__main__":
    main()
