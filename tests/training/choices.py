"""`python -m tests.training.choices GOLD`: learns which words of a sentence name the source.

Learns the weights of `searchsvc/extract/attributing/choices.json` from articles whose statements are
marked by hand: of the phrases that could name the source of a statement, those are right that hold
the head word of the marked one; nobody is right where none is marked. The same conditional logit as
for pronouns, over the options of one statement. Features that stand in fewer than three statements
are left out.

Writes the weights, then says how often a fold of the articles is right under the weights of the
other four, and how often the rules alone are.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from searchsvc.extract.attributing import choosing
from searchsvc.extract.attributing.called import stretch
from searchsvc.extract.attributing.impersonal import noun_group
from searchsvc.extract.attributing.joint import members
from tests.extraction.folders import SCORER
from tests.extraction.pairing import Row, lines, pairs, scorer_at
from tests.training.pronouns import FOLDS, Instance, Prepared, fit, prepared, right_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from searchsvc.extract.attributing.people import Passage
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.prose.words import Word

_LEAST: Final = 3
"""Statements that a feature must stand in."""
_SMALLEST: Final = 0.03
"""Weights nearer to zero are not written."""
_MOST_WORDS: Final = 12
"""Words of a source that is right, unless the marked one is half as long, as the scorer has it."""


class Asked(NamedTuple):
    """A statement with its options, and whether the words that its rule takes are right."""

    instance: Instance
    ruled: bool


def asked_in(row: Row, scorer: ModuleType) -> Iterator[Asked]:
    """The statements of an article that are marked and whose source is a choice."""
    article = prepared(row)
    gold = scorer.Article(row, [])
    said = [
        gold.word_set([(piece.start, piece.end) for piece in found.pieces])
        for found in article.found
    ]
    hits = pairs(said, [one["w"] for one in gold.gold])
    for number, found in enumerate(article.found):
        within = article.passages[found.unit]
        options = choosing.options(within, found) if number in hits else []
        if not options:
            continue
        marked = gold.gold[hits[number]]
        right = tuple(
            _is_right(
                gold,
                marked,
                within.words,
                _whole(article, within, one.source) if one.source == found.source else one.source,
            )
            for one in options
        )
        ruled = any(
            holds and one.source == found.source for one, holds in zip(options, right, strict=True)
        )
        yield Asked(Instance(tuple(one.evidence for one in options), right, 1.0), ruled)


def _whole(article: Prepared, within: Passage, source: Source | None) -> Source | None:
    """`source` from the first of those who speak together on."""
    if source is None:
        return None
    group = noun_group(within.words, source)
    parts = members(
        within.words,
        group,
        within.country_ends,
        lambda name: article.people.find(name) is not None,
    )
    return group._replace(first=min(parts[0].first, group.first))


def _is_right(gold: Any, marked: Row, words: Sequence[Word], source: Source | None) -> bool:
    """Whether `source` is the one that is marked, as the scorer judges it; `gold` is its article."""
    if source is None or marked["head"] is None:
        return source is None and marked["head"] is None
    span = stretch(words, source)
    claimed = gold.word_set([(span.start, span.end)])
    size = len(gold.word_set(marked["source"] or [marked["head"]]))
    return bool(claimed & gold.word_set([marked["head"]])) and len(claimed) <= max(
        _MOST_WORDS, 2 * size
    )


def learned_from(asked: Sequence[Asked]) -> dict[str, float]:
    """The weights of the features that are frequent enough."""
    counts = Counter(
        name for one in asked for name in {n for some in one.instance.evidence for n in some}
    )
    kept = [
        one.instance._replace(
            evidence=tuple(
                tuple(name for name in some if counts[name] >= _LEAST)
                for some in one.instance.evidence
            )
        )
        for one in asked
    ]
    return fit(kept)


@click.command(help=__doc__)
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scorer", type=click.Path(exists=True, path_type=Path), default=SCORER)
@click.option("--dry-run", is_flag=True, help="only measure; leave the weights as they are")
def main(*, gold: Path, scorer: Path, dry_run: bool) -> None:
    """Write the weights learned from all articles, then measure by folds."""
    judge = scorer_at(scorer)
    articles = [list(asked_in(row, judge)) for row in lines(gold)]
    if not dry_run:
        learned = learned_from([one for some in articles for one in some])
        rounded = {
            name: round(weight, 2)
            for name, weight in sorted(learned.items())
            if abs(weight) >= _SMALLEST
        }
        file = Path(choosing.__file__).with_name(choosing.WEIGHTS_FILE)
        file.write_text(json.dumps(rounded, indent=0) + "\n", "utf-8")
    right = ruled = asked = 0
    for fold in range(FOLDS):
        weights = learned_from(
            [one for nth, some in enumerate(articles) if nth % FOLDS != fold for one in some]
        )
        tried = [one for some in articles[fold::FOLDS] for one in some]
        right += right_of([one.instance for one in tried], weights)
        ruled, asked = ruled + sum(one.ruled for one in tried), asked + len(tried)
    click.echo(f"sources right on articles not learned from: {right} of {asked}; rules: {ruled}")


if __name__ == "__main__":
    main()
