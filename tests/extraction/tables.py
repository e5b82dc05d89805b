"""`python -m tests.extraction.tables GOLD`: precision and recall by rule, verb and source kind.

A statement is right where it is in the gold, its source where the scorer says so. The gold knows no
rules, so a rule has a precision and the share of the gold that it finds; verbs and kinds of source
stand in both and have a recall as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc.extract.lexicon import CUES
from tests.extraction.calibrated import bins, error
from tests.extraction.extracting import judged_articles
from tests.extraction.folders import POLNEAR, SCORER
from tests.extraction.pairing import needed, scorer_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.extraction.pairing import Judged, Row

_WORD: Final = re.compile(r"[\w'’]+")
_PERSONAL: Final = frozenset("he she".split())
_RELATIVE: Final = frozenset("who which that".split())
_NEUTRAL: Final = frozenset("it they".split())
_SPEAKING: Final = frozenset("i we you".split())


def verb_of(cue: str | None) -> str:
    """Base form of the verb of a cue: the first that the extractor knows, else the cue itself."""
    if not cue or not cue.strip():
        return "(none)"
    words = [word.lower() for word in _WORD.findall(cue)]
    if words[:2] == ["according", "to"]:
        return "according to"
    known = [CUES[word].lemma for word in words if word in CUES]
    return known[0] if known else " ".join(words)[:24] or cue.strip()


def kind_of(words: str | None, *, is_person: bool) -> str:
    """What sort of words name a source."""
    found = _WORD.findall(words or "")
    if not found:
        return "nobody"
    if len(found) == 1:
        word = found[0].lower()
        pronouns = {
            "he, she": _PERSONAL,
            "who, which": _RELATIVE,
            "it, they": _NEUTRAL,
            "I, we, you": _SPEAKING,
        }
        for kind, some in pronouns.items():
            if word in some:
                return kind
    capital = any(word[0].isupper() for word in found[1:]) or found[-1][0].isupper()
    if is_person:
        return "name" if capital else "role of a person"
    return "body or place" if capital else "unnamed"


def kind_of_gold(text: str, row: Row) -> str:
    source = " ".join(text[start:end] for start, end in row["source"] or ())
    return kind_of(source, is_person=bool(row["speaker"]))


def kind_of_found(text: str, row: Row) -> str:
    start, end = row["speaker_start"], row["speaker_end"]
    if start is None:
        return "inferred" if row["speaker"] else "nobody"
    return kind_of(text[start:end], is_person=bool(row["speaker"]))


class Counts:
    """What was claimed, found and marked, by name."""

    def __init__(self) -> None:
        self.claimed: dict[str, int] = defaultdict(int)
        self.right: dict[str, int] = defaultdict(int)
        self.sources: dict[str, int] = defaultdict(int)
        self.marked: dict[str, int] = defaultdict(int)
        self.met: dict[str, int] = defaultdict(int)
        self.met_sources: dict[str, int] = defaultdict(int)

    def claim(self, name: str, one: Judged) -> None:
        self.claimed[name] += 1
        self.right[name] += one.gold is not None
        self.sources[name] += one.source

    def mark(self, name: str, one: Judged | None) -> None:
        self.marked[name] += 1
        self.met[name] += one is not None
        self.met_sources[name] += one is not None and one.source

    def lines(self, heading: str, *, most: int) -> Iterator[str]:
        """One line a name: share right of what is claimed, share found of what is marked."""
        yield f"\n{heading:28}{'claimed':>8}{'right':>7}{'source':>7} |{'gold':>7}{'found':>7}{'source':>7}"
        names = sorted(
            self.claimed | self.marked, key=lambda name: -self.claimed[name] - self.marked[name]
        )
        for name in names[:most]:
            claimed, marked = self.claimed[name], self.marked[name]
            yield (
                f"{name[:27]:28}{claimed:8}"
                f"{_share(self.right[name], claimed)}{_share(self.sources[name], claimed)} |"
                f"{marked:7}{_share(self.met[name], marked)}"
                f"{_share(self.met_sources[name], marked)}"
            )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:7.1f}" if whole else f"{'-':>7}"


def confidences(judged: Iterable[Judged]) -> Iterator[str]:
    """Of the statements of each tenth of confidence, the share in the gold."""
    scores = [(one.row["confidence"], one.gold is not None) for one in judged]
    yield f"\n{'confidence':28}{'claimed':>8}{'mean':>7}{'right':>7}"
    for one in bins(scores):
        name = f"{one.low:.1f} to {one.low + 0.1:.1f}"
        yield f"{name:28}{one.size:8}{100 * one.mean:7.1f}{100 * one.right:7.1f}"
    yield f"expected calibration error {100 * error(scores):.1f}"


def report(articles: Iterable[tuple[Row, Sequence[Judged], Sequence[Row]]], most: int) -> str:
    """All tables."""
    rules, verbs, kinds = Counts(), Counts(), Counts()
    every: list[Judged] = []
    marked = 0
    for row, judged, missed in articles:
        text = row["text"]
        every.extend(judged)
        for one in judged:
            rules.claim(one.row["rule"], one)
            verbs.claim(verb_of(one.row["cue"]), one)
            kinds.claim(kind_of_found(text, one.row), one)
        met = [(one.gold, one) for one in judged if one.gold is not None]
        for gold, found in [*met, *((gold, None) for gold in missed)]:
            marked += 1
            verbs.mark(verb_of(gold["cue"]), found)
            kinds.mark(kind_of_gold(text, gold), found)
    for name in list(rules.claimed):
        rules.marked[name] = marked
        rules.met[name], rules.met_sources[name] = rules.right[name], rules.sources[name]
    return "\n".join(
        [
            *rules.lines("rule", most=most),
            *kinds.lines("source", most=most),
            *verbs.lines("verb of the cue", most=most),
            *confidences(every),
        ]
    )


@click.command()
@click.argument("gold", type=click.Path(path_type=Path), default=POLNEAR)
@click.option("--scorer", type=click.Path(path_type=Path), default=SCORER, show_default=True)
@click.option("--every", default=1, show_default=True, help="take every so-manieth article")
@click.option("--most", default=60, show_default=True, help="lines of a table")
def main(*, gold: Path, scorer: Path, every: int, most: int) -> None:
    """Print precision and recall by rule, source and verb, and what confidence is worth."""
    judge_of = scorer_at(scorer)
    found = judged_articles(judge_of, needed(gold, "GOLD"), every=every)
    click.echo(report(found, most).lstrip("\n"))


if __name__ == "__main__":
    main()
