"""Makes `searchsvc/extract/finding/cue_weights.json`: `python -m tests.training.cues GOLD.jsonl.gz`.

Prints precision and recall of found statements by five-fold cross-validation over articles: both
models are trained without the articles that they are tried on.
"""

from __future__ import annotations

import argparse
import gzip
import json
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from searchsvc.extract.finding import ends
from searchsvc.extract.finding.cues import cues
from searchsvc.extract.finding.drafting import candidates, every_draft
from searchsvc.extract.finding.find import find
from searchsvc.extract.finding.odds import INNER, OUTER, log_odds
from searchsvc.extract.finding.weights import Learned, Weights, names
from searchsvc.extract.finding.wide import ended
from searchsvc.extract.prose.units import units
from tests.training.logistic import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.extract.finding.drafts import Draft
    from searchsvc.extract.prose.units import Unit
    from searchsvc.extract.prose.words import Word

FOLDS = 5
NEAR = 3
FILE = (
    Path(__file__).resolve().parents[2] / "searchsvc" / "extract" / "finding" / "cue_weights.json"
)
SAME = 0.5
Row = dict[str, Any]


class Gold(NamedTuple):
    """A statement marked by hand, by characters."""

    content: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]


class Article(NamedTuple):
    """An article with what was marked in it.

    Attributes:
        starts: first characters of its words, ascending.
        ignored: stretches, by characters, in which nothing counts.
    """

    units: tuple[Unit, ...]
    starts: list[int]
    gold: tuple[Gold, ...]
    ignored: tuple[tuple[int, int], ...]


def read(path: Path) -> list[Article]:
    """The articles of a gold file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_article(json.loads(line)) for line in lines]


def _article(row: Row) -> Article:
    gold = tuple(
        Gold(_spans(one["content"]), _spans(one.get("cue_span"))) for one in row["statements"]
    )
    cut = units(row["text"])
    starts = [word.start for unit in cut for word in unit.words if not word.is_mark]
    return Article(cut, starts, gold, _spans(row.get("ignore")))


def _spans(rows: list[list[int]] | None) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in rows or ())


def _inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _of_cue(words: Sequence[Word], draft: Draft, gold: Sequence[Gold]) -> list[Gold]:
    """Those gold statements whose cue shares a word with the draft's."""
    if draft.cue is None:
        return []
    first, last = words[draft.cue[0]].start, words[draft.cue[1] - 1].end
    return [one for one in gold if any(start < last and first < end for start, end in one.cue)]


def end_examples(article: Article) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Places where what was said may end, and whether it does, for drafts that begin rightly."""
    nothing = Weights(Learned(), Learned(), 0.0, 0.5)
    for unit in article.units:
        words = unit.words
        found_cues = cues(words)
        for draft in every_draft(words, nothing, found_cues):
            if draft.by is None or not draft.pieces or draft.rule not in ends.OPEN_ENDED:
                continue
            start, suggested = ended(words, draft, found_cues, Learned()).pieces[-1]
            for gold in _of_cue(words, draft, article.gold)[:1]:
                inside = [n for n, w in enumerate(words) if _inside(gold.content, w.start)]
                inside = [n for n in inside if n >= start - NEAR]
                if not inside or inside[0] > start + NEAR:
                    continue
                found = ends.places(words, start)
                size = sum(not w.is_mark for w in words[start : inside[-1] + 1])
                right = min(found, key=lambda place: abs(place.size - size))
                if abs(right.size - size) > 1:
                    continue
                rows = ends.features(words, start, draft.by, found, suggested)
                for place, row in zip(found, rows, strict=False):
                    yield row, place is right
                    if place is right:
                        break


def odds_examples(article: Article, weights: Weights) -> Iterator[tuple[list[str], bool]]:
    """Drafts that the model judges, and whether somebody marked the same."""
    for number, unit in enumerate(article.units):
        words = unit.words
        drafts = every_draft(words, weights, cues(words))
        told = [draft for draft in drafts if draft.pieces]
        for draft, facts in candidates(words, told, weights, first=number == 0):
            if facts is None:
                continue
            keys = [*names(OUTER, facts[0]), *names(INNER, facts[1])]
            own = _numbers(words, draft)
            if 2 * sum(_inside(article.ignored, words[n].start) for n in own) >= len(own) > 0:
                continue
            same = _of_cue(words, draft, article.gold)
            yield keys, any(_same(words, own, one) for one in same)


def _numbers(words: Sequence[Word], draft: Draft) -> list[int]:
    return [n for start, end in draft.pieces for n in range(start, end) if not words[n].is_mark]


def _same(words: Sequence[Word], own: list[int], gold: Gold) -> bool:
    """Whether the draft shares half of its words with a gold statement."""
    low, high = words[0].start, words[-1].end
    beyond = sum(
        max(0, end - max(start, high)) + max(0, min(end, low) - start)
        for start, end in gold.content
    )
    marked = {n for n, w in enumerate(words) if not w.is_mark and _inside(gold.content, w.start)}
    common = len(marked & set(own))
    return common >= SAME * (len(marked | set(own)) + beyond / 6)


def train(articles: Sequence[Article], options: argparse.Namespace) -> Weights:
    """Both models, the one of ends first: it shapes what the other judges."""
    rows = [row for article in articles for row in end_examples(article)]
    end_weights = fit(
        [row for row, _ in rows],
        [label for _, label in rows],
        penalty=options.end_penalty,
        least=options.end_least,
    )
    first = Weights(Learned(end_weights), Learned(), 0.0, 0.5)
    drafts = [row for article in articles for row in odds_examples(article, first)]
    odds = fit(
        [row for row, _ in drafts],
        [label for _, label in drafts],
        penalty=options.penalty,
        least=options.least,
    )
    slack = _slack([keys for keys, label in drafts if label], odds, options.threshold)
    click.echo(
        f"{len(rows)} places, {len(drafts)} drafts, {len(end_weights)} + {len(odds)} weights"
    )
    return Weights(Learned(end_weights), Learned(odds), slack, options.threshold)


def _slack(right: Sequence[list[str]], odds: Mapping[str, float], threshold: float) -> float:
    """What features of the content add, but for one in five hundred, to drafts that are kept."""
    added = sorted(
        _score([key for key in keys if key[0] in OF_CONTENT], odds)
        for keys in right
        if _score(keys, odds) + odds["bias"] >= log_odds(threshold)
    )
    return round(added[len(added) * 499 // 500], 2)


def _score(keys: Sequence[str], weights: Mapping[str, float]) -> float:
    """The sum of the weights of `keys`; those without one count nothing."""
    return sum(weights.get(key, 0.0) for key in keys)


OF_CONTENT = frozenset("GRSTUVc")
"""First letters of the features that `odds.inner_facts` gives."""


def tally(articles: Sequence[Article], weights: Weights) -> Counter[str]:
    """Statements that are right, claimed and marked: one to one by shared words, best first."""
    counts: Counter[str] = Counter()
    for article in articles:
        claimed = [
            own
            for one in find(article.units, weights)
            if (own := _words_in(article, [(p.start, p.end) for p in one.pieces]))
            and 2 * len(own & _words_in(article, article.ignored)) < len(own)
        ]
        marked = [own for one in article.gold if (own := _words_in(article, one.content))]
        pairs = sorted(
            (-len(gold & own) / len(gold | own), i, j)
            for i, gold in enumerate(marked)
            for j, own in enumerate(claimed)
            if gold & own
        )
        golds: set[int] = set()
        owns: set[int] = set()
        for share, i, j in pairs:
            if -share >= SAME and i not in golds and j not in owns:
                golds.add(i)
                owns.add(j)
        counts.update(right=len(golds), claimed=len(claimed), marked=len(marked))
    return counts


def _words_in(article: Article, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """First characters of the words of the article that stand in `spans`."""
    starts = article.starts
    return frozenset(
        starts[n]
        for first, last in spans
        for n in range(bisect_left(starts, first), bisect_left(starts, last))
    )


def report(counts: Counter[str]) -> str:
    """Precision, recall and F1 in words."""
    precision = counts["right"] / counts["claimed"]
    recall = counts["right"] / counts["marked"]
    f1 = 2 * counts["right"] / (counts["claimed"] + counts["marked"])
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


def cross_validated(articles: Sequence[Article], options: argparse.Namespace) -> Counter[str]:
    """Counts over all articles, each read by models that were trained without its fold."""
    counts: Counter[str] = Counter()
    for fold in range(FOLDS):
        weights = train([a for n, a in enumerate(articles) if n % FOLDS != fold], options)
        counts += tally(articles[fold::FOLDS], weights)
        click.echo(f"after fold {fold + 1}: {report(counts)}")
    return counts


def main() -> None:
    """Trains, says how good it is, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--skip-validation", action="store_true")
    for name, value in DEFAULTS.items():
        parser.add_argument("--" + name, type=type(value), default=value)
    options = parser.parse_args()
    articles = read(options.gold)
    if not options.skip_validation:
        cross_validated(articles, options)
    weights = train(articles, options)
    rows = {
        "ends": _grouped(weights.ends),
        "odds": _grouped(weights.odds),
        "slack": weights.slack,
        "threshold": weights.threshold,
    }
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("},", "},\n")
    FILE.write_text(text + "\n", encoding="utf-8")
    click.echo(f"{FILE}: {FILE.stat().st_size:,} bytes")


def _grouped(weights: Mapping[str, float]) -> dict[str, dict[str, int]]:
    """Hundredths by the first word of the feature and the rest, as `weights` reads them."""
    groups: dict[str, dict[str, int]] = {}
    for key, weight in sorted(weights.items()):
        first, _, rest = key.partition(" ")
        groups.setdefault(first, {})[rest] = round(100 * weight)
    return groups


DEFAULTS = {"end_penalty": 4.0, "end_least": 5, "penalty": 8.0, "least": 7, "threshold": 0.42}

if __name__ == "__main__":
    main()
