"""Synthetic news from a made-up language, deterministic by seed.

    python -m tests.bench.generator --docs 10000 --seed 1 --out corpus.jsonl [--short]

Everything is invented by rule: roots are strung together from syllables, take English endings, and
are drawn by Zipf's law with the exponent below. A topic pulls a quarter of an article's words
together, one word in twenty begins a fixed pair, and speakers, countries, months and sources
are as uneven as in an archive. Articles come in no order of date. The same number, seed and length
give the same bytes, whatever the number of processes: each block of articles has its own stream of
random numbers.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Draws = npt.NDArray[np.intp]
    Weights = npt.NDArray[np.float64]

BLOCK = 1_000
"""Articles made from one stream of random numbers."""

WORDS = 120_000
ZIPF_EXPONENT = 1.07
ZIPF_SHIFT = 2.7
"""Frequency of the word of rank r, from 0, is (r + shift) ** -exponent: Mandelbrot's form."""

TOPICS, TOPIC_WORDS, TOPIC_SHARE = 200, 900, 0.25
PAIRS, PAIR_SHARE = 6_000, 0.05
SPEAKERS, COUNTRIES, SOURCES, MONTHS = 5_000, 195, 40, 312
FIRST_YEAR = 2_000
MEDIAN_WORDS, MEDIAN_WORDS_SHORT, SPREAD = 350, 120, 0.55
SENTENCE_WORDS = 19

HOW_MANY_SPEAKERS = (0.24, 0.30, 0.20, 0.12, 0.07, 0.04, 0.03)
HOW_MANY_COUNTRIES = (0.14, 0.34, 0.23, 0.12, 0.07, 0.04, 0.03, 0.02, 0.01)
"""Probability of 0, 1, 2 and more on one article."""

ONSETS = "b c d f g h l m n p r s t v br cl dr fl gr pl pr st tr sh ch".split()
NUCLEI = "a e i o u a e i o ai ea ou".split()
CODAS = "n r l s t m d ck nd st rt".split()
ENDINGS = ("s", "ed", "ing", "er", "ly", "ness", "ation", "ers")


@dataclass(frozen=True)
class World:
    """All that hangs on the seed alone.

    Attributes:
        words: object[WORDS], by rank.
        word_draw, topic_draw, ...: cumulative probabilities, the last one 1.
        topics: ranks of the words of each topic, intp[TOPICS, TOPIC_WORDS].
        pairs: ranks of the two words of each fixed pair, intp[PAIRS, 2].
    """

    words: npt.NDArray[np.object_]
    word_draw: Weights
    topics: Draws
    topic_draw: Weights
    topic_word_draw: Weights
    pairs: Draws
    pair_draw: Weights
    speakers: tuple[str, ...]
    speaker_draw: Weights
    countries: tuple[str, ...]
    country_draw: Weights
    sources: tuple[str, ...]
    source_draw: Weights
    month_draw: Weights


@lru_cache(maxsize=1)
def world(seed: int) -> World:
    """The world of `seed`."""
    rng = np.random.default_rng([seed, 7_919])
    words = _vocabulary(rng)
    codes = [chr(65 + i // 26) + chr(65 + i % 26) for i in rng.permutation(26 * 26)]
    ranks = np.exp(rng.uniform(np.log(120), np.log(WORDS), (TOPICS, TOPIC_WORDS)))
    rising = 0.4 + np.arange(MONTHS) / 200
    return World(
        words=np.array(words, dtype=object),
        word_draw=_cumulative(np.power(np.arange(WORDS) + ZIPF_SHIFT, -ZIPF_EXPONENT)),
        topics=ranks.astype(np.intp),
        topic_draw=_harmonic(TOPICS, 10),
        topic_word_draw=_harmonic(TOPIC_WORDS, 8),
        pairs=np.exp(rng.uniform(np.log(60), np.log(20_000), (PAIRS, 2))).astype(np.intp),
        pair_draw=_harmonic(PAIRS, 20),
        speakers=_names(rng),
        speaker_draw=_harmonic(SPEAKERS, 3),
        countries=tuple(codes[:COUNTRIES]),
        country_draw=_harmonic(COUNTRIES, 1.5),
        sources=tuple(f"src{i:02}" for i in range(SOURCES)),
        source_draw=_harmonic(SOURCES, 2),
        month_draw=_cumulative(rising * np.exp(rng.normal(0, 0.35, MONTHS))),
    )


def records(seed: int, block: int, count: int, *, short: bool = False) -> Iterator[dict[str, Any]]:
    """The first `count` articles of one block."""
    made = world(seed)
    rng = np.random.default_rng([seed, 104_729, block])
    median = MEDIAN_WORDS_SHORT if short else MEDIAN_WORDS
    lengths = np.clip(rng.lognormal(np.log(median), SPREAD, BLOCK), 25, 4_000).astype(np.intp)
    titles = rng.integers(6, 13, BLOCK)
    ends = np.cumsum(lengths + titles)
    words = _draw_words(rng, made, np.repeat(np.arange(BLOCK), lengths + titles))
    breaks = rng.random(len(words)) < 1 / SENTENCE_WORDS
    months = _draw(rng, made.month_draw, BLOCK)
    days = rng.integers(1, 29, BLOCK)
    sources = _draw(rng, made.source_draw, BLOCK)
    speakers = _choose(rng, made.speaker_draw, HOW_MANY_SPEAKERS, made.speakers)
    countries = _choose(rng, made.country_draw, HOW_MANY_COUNTRIES, made.countries)
    for at in range(count):
        start = int(ends[at] - lengths[at] - titles[at])
        body = start + int(titles[at])
        year, month = divmod(int(months[at]), 12)
        yield {
            "id": f"n{block * BLOCK + at:07}",
            "title": " ".join(words[start:body]).capitalize(),
            "body": _prose(words[body : ends[at]], breaks[body : ends[at]].tolist()),
            "date": f"{FIRST_YEAR + year}-{month + 1:02}-{days[at]:02}",
            "source": made.sources[sources[at]],
            "countries": countries[at],
            "speakers": speakers[at],
        }


def write_corpus(path: Path, docs: int, seed: int, *, short: bool, procs: int = 1) -> None:
    """Write `docs` articles to `path`, one JSON object a line."""
    jobs = [
        (seed, block, min(BLOCK, docs - block * BLOCK), short)
        for block in range((docs + BLOCK - 1) // BLOCK)
    ]
    with path.open("w", encoding="utf-8") as out:
        if procs == 1:
            out.writelines(map(_block_lines, jobs))
            return
        with multiprocessing.get_context("spawn").Pool(procs) as pool:
            out.writelines(pool.imap(_block_lines, jobs))


def _block_lines(job: tuple[int, int, int, bool]) -> str:
    seed, block, count, short = job
    made = records(seed, block, count, short=short)
    return "".join(json.dumps(record) + "\n" for record in made)


def _vocabulary(rng: np.random.Generator) -> list[str]:
    """Distinct words by rank: short roots first, then longer ones among words with endings."""
    words = dict.fromkeys(_roots(rng, np.ones(400, np.intp)))
    while len(words) < WORDS:
        longest = 3 + min(2, len(words) // 4_000)
        roots = _roots(rng, rng.integers(2, longest, 2_000))
        endings = rng.integers(0, 3 * len(ENDINGS), (len(roots), 3)).tolist()
        for root, numbers in zip(roots, endings, strict=True):
            words[root] = None
            for number in numbers:
                if number < len(ENDINGS):
                    words[root + ENDINGS[number]] = None
        words.update(dict.fromkeys(map(str, rng.integers(1, 2_030, 40))))
    return list(words)[:WORDS]


def _roots(rng: np.random.Generator, syllables: Draws) -> list[str]:
    """One root for each number of syllables."""
    count = int(syllables.sum())
    onsets = rng.integers(0, len(ONSETS), count).tolist()
    nuclei = rng.integers(0, len(NUCLEI), count).tolist()
    codas = rng.integers(0, len(CODAS), len(syllables)).tolist()
    made = [ONSETS[a] + NUCLEI[b] for a, b in zip(onsets, nuclei, strict=True)]
    ends = np.cumsum(syllables).tolist()
    starts = [0, *ends[:-1]]
    return [
        "".join(made[start:end]) + CODAS[coda]
        for start, end, coda in zip(starts, ends, codas, strict=True)
    ]


def _names(rng: np.random.Generator) -> tuple[str, ...]:
    """Distinct names of people who do not exist."""
    count = 2 * SPEAKERS
    first, last = (_roots(rng, np.full(count, syllables)) for syllables in (1, 2))
    names = dict.fromkeys(f"{a} {b}".title() for a, b in zip(first, last, strict=True))
    return tuple(names)[:SPEAKERS]


def _draw_words(rng: np.random.Generator, made: World, article: Draws) -> Any:
    """One word for each place; `article` tells whose it is."""
    count = len(article)
    ranks = _draw(rng, made.word_draw, count)
    chance = rng.random(count)
    topics = _draw(rng, made.topic_draw, BLOCK)
    topical = np.flatnonzero(chance < TOPIC_SHARE)
    nth = _draw(rng, made.topic_word_draw, len(topical))
    ranks[topical] = made.topics[topics[article[topical]], nth]
    paired = np.flatnonzero(chance[:-1] > 1 - PAIR_SHARE)
    pairs = made.pairs[_draw(rng, made.pair_draw, len(paired))]
    ranks[paired], ranks[paired + 1] = pairs[:, 0], pairs[:, 1]
    return made.words[ranks]


def _prose(words: Sequence[str], breaks: Sequence[bool]) -> str:
    """Sentences of `words`; a break stands after each word where `breaks` is true."""
    sentences: list[list[str]] = [[]]
    for word, ends in zip(words, breaks, strict=True):
        sentences[-1].append(word)
        if ends:
            sentences.append([])
    return " ".join(" ".join(each).capitalize() + "." for each in sentences if each)


def _choose(
    rng: np.random.Generator, draw: Weights, how_many: Sequence[float], names: Sequence[str]
) -> list[list[str]]:
    """For each article of a block some distinct names."""
    numbers = _draw(rng, _cumulative(np.array(how_many)), BLOCK)
    chosen = _draw(rng, draw, BLOCK * (len(how_many) - 1)).reshape(BLOCK, -1)
    return [
        list(dict.fromkeys(names[at] for at in row[:number]))
        for number, row in zip(numbers, chosen, strict=True)
    ]


def _draw(rng: np.random.Generator, cumulative: Weights, count: int) -> Draws:
    return np.searchsorted(cumulative, rng.random(count), side="right")


def _cumulative(weights: Weights) -> Weights:
    sums = np.cumsum(weights / weights.sum())
    sums[-1] = 1.0
    return sums


def _harmonic(count: int, shift: float) -> Weights:
    return _cumulative(1 / (np.arange(count) + shift))


def main() -> None:
    """Write a corpus as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="bodies of 120 words, not 350")
    parser.add_argument("--procs", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write_corpus(given.out, given.docs, given.seed, short=given.short, procs=given.procs)


if __name__ == "__main__":
    main()
