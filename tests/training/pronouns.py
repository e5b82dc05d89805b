"""`python -m tests.training.pronouns GOLD`: learns whom *he* and *she* mean.

Learns the weights of `searchsvc/extract/attributing/pronouns.json` from articles whose statements are marked by
hand: where *he* or *she* is the source of a statement, its speaker is right among the candidates.
A conditional logit (softmax over the candidates of one pronoun), fitted by gradient steps of falling
length (AdaGrad; Duchi, Hazan, Singer 2011) with a penalty on the squares of the weights. One label
in eight is wrong, so each pronoun counts by how likely its label is under the weights so far, and
labels that were but guessed from the nearest name count less.

Says how often a fold of the articles is right under the weights of the other four.
"""

from __future__ import annotations

import json
from collections import defaultdict
from math import exp, sqrt
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from searchsvc.cli.extract import read_line
from searchsvc.countries import COUNTRIES
from searchsvc.extract.attributing import pronouns
from searchsvc.extract.attributing.attribute import Attribution
from searchsvc.extract.attributing.people import passage, read_people
from searchsvc.extract.finding.find import find
from searchsvc.extract.places.mentions import find_countries
from searchsvc.extract.prose.units import units
from tests.extraction.folders import SCORER
from tests.extraction.pairing import Row, lines, scorer_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from searchsvc.extract.attributing.people import Passage, People
    from searchsvc.extract.attributing.pronouns import Candidate
    from searchsvc.extract.finding.find import Found
    from searchsvc.model import CountryMention

FOLDS: Final = 5
ROUNDS: Final = 2
"""Rounds of learning: whom a pronoun means depends on whom the ones before it meant."""
_EPOCHS: Final = 8
_STEP: Final = 0.3
_PENALTY: Final = 12.0
_WRONG: Final = 0.08
"""Share of the labels that are taken to be drawn at random."""
_TRUST: Final = {"coref": 1.0, "recent": 0.3}
"""What a label counts by how the gold came by it: from a chain, or from the nearest name."""


class Label(NamedTuple):
    """The right names for a pronoun, and what the label counts."""

    names: tuple[str, ...]
    trust: float


class Prepared(NamedTuple):
    """An article up to the point where its speakers are looked for."""

    passages: Sequence[Passage]
    people: People
    mentions: Sequence[CountryMention]
    found: Sequence[Found]
    labels: Mapping[int, Label]


class Instance(NamedTuple):
    """A pronoun: the evidence for each candidate, which of them are right, and the trust."""

    evidence: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    trust: float


class _Recorder(pronouns.Scene):
    """A scene that keeps what it is asked."""

    def __init__(
        self, article: Prepared, learned: Mapping[str, float], scorer: ModuleType
    ) -> None:
        super().__init__(article.passages, article.people, learned)
        self._labels = dict(article.labels)
        self._scorer = scorer
        self.instances: list[Instance] = []

    def candidates(self, unit: int, index: int) -> list[Candidate]:
        """As in `Scene`; keeps them where the pronoun has a label."""
        found = super().candidates(unit, index)
        label = self._labels.pop(self._passages[unit].words[index].start, None)
        if label is not None:
            right = tuple(
                any(self._scorer.names_match(name, one.person.name) for name in label.names)
                for one in found
            )
            evidence = tuple(tuple(one.evidence) for one in found)
            self.instances.append(Instance(evidence, right, label.trust))
        return found


def prepared(row: Row) -> Prepared:
    """An article of the gold, as far as it does not depend on the weights."""
    article = read_line(json.dumps(row).encode())
    mentions = tuple(one for one in find_countries(article.body) if one.code in COUNTRIES)
    ends = {mention.span.end: mention.code for mention in mentions}
    found_units = units(article.body)
    passages = [passage(unit.words, ends, unit.paragraph) for unit in found_units]
    titles = [passage(unit.words, {}) for unit in units(article.title)]
    return Prepared(
        passages,
        read_people([*passages, *titles]),
        mentions,
        tuple(find(found_units)),
        dict(_labels(article.body, row["statements"])),
    )


def _labels(body: str, statements: Iterable[Row]) -> Iterator[tuple[int, Label]]:
    """Start and label of each *he* or *she* that is the source of a statement."""
    for one in statements:
        source = one["source"] or []
        if len(source) != 1 or not one["speaker"]:
            continue
        start, end = source[0]
        if body[start:end].lower() in pronouns.GENDERS:
            names = tuple(one.get("speakers") or [one["speaker"]])
            yield start, Label(names, _TRUST.get(one["how"], 1.0))


def collected(
    articles: Iterable[Prepared], learned: Mapping[str, float], scorer: ModuleType
) -> list[Instance]:
    """The labelled pronouns of `articles`, resolved in order by the weights `learned`."""
    instances: list[Instance] = []
    for article in articles:
        scene = _Recorder(article, learned, scorer)
        attribution = Attribution(article.passages, article.people, article.mentions, scene=scene)
        for found in article.found:
            attribution.attribute(found)
        instances.extend(scene.instances)
    return instances


def fit(instances: Sequence[Instance]) -> dict[str, float]:
    """Weight by feature; the same for the same instances."""
    telling = [one for one in instances if any(one.right) and not all(one.right)]
    weights: defaultdict[str, float] = defaultdict(float)
    squares: defaultdict[str, float] = defaultdict(lambda: 0.1)
    random = Random(1)
    for _ in range(_EPOCHS):
        random.shuffle(telling)
        for one in telling:
            for name, slope in _slopes(one, weights).items():
                step = slope - _PENALTY * weights[name] / len(telling)
                squares[name] += step * step
                weights[name] += _STEP * step / sqrt(squares[name])
    return dict(weights)


def _slopes(one: Instance, weights: Mapping[str, float]) -> dict[str, float]:
    """How the log-likelihood of the instance grows with each weight, by what its label counts."""
    scores = [sum(weights[name] for name in evidence) for evidence in one.evidence]
    top = max(scores)
    shares = [exp(score - top) for score in scores]
    total = sum(shares)
    shares = [share / total for share in shares]
    hit = sum(share for share, right in zip(shares, one.right, strict=True) if right)
    likely = (1 - _WRONG) * hit / ((1 - _WRONG) * hit + _WRONG / len(shares))
    slopes: defaultdict[str, float] = defaultdict(float)
    for evidence, share, right in zip(one.evidence, shares, one.right, strict=True):
        for name in evidence:
            slopes[name] += one.trust * likely * ((share / hit if right else 0.0) - share)
    return slopes


def learned_from(articles: Sequence[Prepared], scorer: ModuleType) -> dict[str, float]:
    """The weights after all rounds."""
    weights: dict[str, float] = {}
    for _ in range(ROUNDS):
        weights = fit(collected(articles, weights, scorer))
    return weights


def right_of(instances: Iterable[Instance], weights: Mapping[str, float]) -> int:
    """How many pronouns have a right candidate on top."""
    return sum(
        max(
            zip(one.evidence, one.right, strict=True),
            key=lambda pair: sum(weights.get(name, 0.0) for name in pair[0]),
        )[1]
        for one in instances
        if one.right
    )


@click.command(help=__doc__)
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scorer", type=click.Path(exists=True, path_type=Path), default=SCORER)
@click.option("--dry-run", is_flag=True, help="only measure; leave the weights as they are")
def main(*, gold: Path, scorer: Path, dry_run: bool) -> None:
    """Measure by folds, then write the weights learned from all articles."""
    judge = scorer_at(scorer)
    articles = [prepared(row) for row in lines(gold)]
    right = asked = 0
    for fold in range(FOLDS):
        others = [one for number, one in enumerate(articles) if number % FOLDS != fold]
        weights = learned_from(others, judge)
        instances = collected(articles[fold::FOLDS], weights, judge)
        right, asked = right + right_of(instances, weights), asked + len(instances)
    click.echo(f"pronouns right on articles not learned from: {right} of {asked}")
    if not dry_run:
        weights = learned_from(articles, judge)
        rounded = {name: round(weight, 3) for name, weight in sorted(weights.items())}
        file = Path(pronouns.__file__).with_name(pronouns.WEIGHTS_FILE)
        file.write_text(json.dumps(rounded, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
