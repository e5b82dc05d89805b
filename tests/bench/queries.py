"""Queries drawn from a pre-analysed corpus, deterministic by seed, in twelve classes.

rare               one word in 1 to 4 of the articles looked at
common             one word in about a fifth of them
or2, or3           two words of middling frequency; two frequent ones and a middling one
and2               two words of one article
phrase             two words that stand side by side in three articles or more
term_speaker       one word, and a speaker, of one article
term_country_date  one word and a country of one article, and some years around it
all, all_filter    everything (the landing page), and everything under one filter or two
prefix             the first four or five letters of a middling word
fuzzy              a middling word with one letter changed: every term one edit away
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.pretokenise import words_of
from tests.bench.workload import read_corpus, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.workload import Filters, Query, Record

SAMPLE = 20_000
PAIR_SAMPLE = 4_000
"""Articles looked at; they come in no order of date, so the first ones are a fair sample."""

EACH, FEW, SPELT = 20, 5, 15
"""Queries of a class; of `all` and `all_filter`; of `prefix` and `fuzzy`."""


@dataclass
class Draft:
    """What queries are drawn from, and those drawn so far.

    Attributes:
        articles: the sample, and the sorted letters-only words of each.
        share: of the articles that hold a word.
        queries: drawn so far.
    """

    rng: random.Random
    articles: list[tuple[Record, list[str]]]
    share: dict[str, float]
    pairs: Counter[tuple[str, str]]
    queries: list[Query] = field(default_factory=list)

    def add(
        self, kind: str, op: str, terms: Iterable[str], filters: Filters | None = None
    ) -> None:
        """One more query."""
        listed = list(terms)
        number = f"q{len(self.queries):03}"
        self.queries.append(
            {
                "id": number,
                "class": kind,
                "op": op,
                "terms": listed,
                "words": list(listed),
                "filters": filters or {},
            }
        )

    def between(self, low: float, high: float) -> list[str]:
        """Words in this share of the articles, both ends inclusive."""
        return [word for word, share in self.share.items() if low <= share <= high]

    def word_of(self, words: Sequence[str], low: float, high: float, count: int = 1) -> list[str]:
        """Some of `words` in this share of the articles, or none where there are too few."""
        fitting = [word for word in words if low <= self.share[word] <= high]
        return self.rng.sample(fitting, count) if len(fitting) >= count else []


def make_queries(pretokenised: Path, seed: int, raw: Path | None = None) -> list[Query]:
    """The queries for a corpus; with `raw`, each term has its most frequent surface form."""
    draft = _look(pretokenised, random.Random(f"queries {seed}"))
    _add_words(draft)
    _add_pairs(draft)
    _add_filtered(draft)
    _add_spelt(draft)
    if raw is not None:
        _fill_in_words(draft.queries, pretokenised, raw)
    return draft.queries


def _look(path: Path, rng: random.Random) -> Draft:
    articles, holding, pairs = [], Counter[str](), Counter[tuple[str, str]]()
    for number, article in enumerate(islice(read_corpus(path), SAMPLE)):
        terms = text_of(article).split()
        distinct = sorted({term for term in terms if term.isalpha() and 3 <= len(term) <= 14})
        holding.update(distinct)
        if number < PAIR_SAMPLE:
            pairs.update(set(pairwise(terms)))
        article["title"] = article["body"] = ""
        articles.append((article, distinct))
    share = {word: holding[word] / len(articles) for word in sorted(holding)}
    return Draft(rng, articles, share, pairs)


def _add_words(draft: Draft) -> None:
    rng, count = draft.rng, len(draft.articles)
    for word in rng.sample(draft.between(1 / count, 4 / count), EACH):
        draft.add("rare", "term", [word])
    nearest = sorted(draft.share, key=lambda word: abs(draft.share[word] - 0.2))[: 2 * EACH]
    for word in rng.sample(nearest, EACH):
        draft.add("common", "term", [word])
    middling, frequent = draft.between(0.01, 0.10), draft.between(0.12, 0.45)
    for _ in range(EACH):
        draft.add("or2", "or", rng.sample(middling, 2))
    for _ in range(EACH):
        draft.add("or3", "or", [*rng.sample(frequent, 2), *rng.sample(middling, 1)])


def _add_pairs(draft: Draft) -> None:
    rng, share = draft.rng, draft.share
    while _count(draft, "and2") < EACH:
        _, words = rng.choice(draft.articles)
        if both := draft.word_of(words, 0.01, 0.25, 2):
            draft.add("and2", "and", both)
    usable = [
        pair
        for pair, count in draft.pairs.items()
        if count >= 3 and pair[0] != pair[1] and all(0 < share.get(word, 0) < 0.5 for word in pair)
    ]
    usable.sort(key=lambda pair: (-draft.pairs[pair], pair))
    half = EACH // 2
    for pair in rng.sample(usable[:200], half) + rng.sample(usable[200:] or usable, half):
        draft.add("phrase", "phrase", pair)


def _add_filtered(draft: Draft) -> None:
    rng = draft.rng
    while _count(draft, "term_speaker") < EACH:
        article, words = rng.choice(draft.articles)
        word = draft.word_of(words, 0.005, 0.25)
        if word and article["speakers"]:
            draft.add("term_speaker", "term", word, {"speaker": rng.choice(article["speakers"])})
    while _count(draft, "term_country_date") < EACH:
        article, words = rng.choice(draft.articles)
        word = draft.word_of(words, 0.01, 0.25)
        if word and article["countries"]:
            year = int(article["date"][:4])
            filters: Filters = {
                "country": rng.choice(article["countries"]),
                "date_from": f"{year - rng.randint(0, 2)}-{rng.choice(('01-01', '05-01', '08-13'))}",
                "date_to": f"{year + rng.randint(0, 2)}-{rng.choice(('12-31', '12-11'))}",
            }
            draft.add("term_country_date", "term", word, filters)
    for _ in range(FEW):
        draft.add("all", "all", [])
    carrying = [each for each, _ in draft.articles if each["speakers"] and each["countries"]]
    for at in range(FEW):
        article = rng.choice(carrying)
        year = int(article["date"][:4])
        country, source = article["countries"][0], article["source"]
        kinds: tuple[Filters, ...] = (
            {"country": country},
            {"speaker": article["speakers"][0]},
            {"source": source},
            {"date_from": f"{year - 2}-01-01", "date_to": f"{year}-12-31"},
            {"country": country, "source": source},
        )
        draft.add("all_filter", "all", [], kinds[at])


def _add_spelt(draft: Draft) -> None:
    rng = draft.rng
    middling = draft.between(0.005, 0.06)
    beginnings = {word[:4] for word in middling if len(word) >= 6}
    beginnings |= {word[:5] for word in middling if len(word) >= 7}
    for beginning in rng.sample(sorted(beginnings), SPELT):
        draft.add("prefix", "prefix", [beginning])
    for word in rng.sample([word for word in middling if 6 <= len(word) <= 10], SPELT):
        at = rng.randrange(1, len(word))
        draft.add("fuzzy", "fuzzy", [word[:at] + rng.choice("aeiorst") + word[at + 1 :]])


def _count(draft: Draft, kind: str) -> int:
    return sum(query["class"] == kind for query in draft.queries)


def _fill_in_words(queries: Sequence[Query], pretokenised: Path, raw: Path) -> None:
    """Put in place of each whole term the form that most often stands for it."""
    whole = [query for query in queries if query["op"] not in {"prefix", "fuzzy"}]
    wanted = {term for query in whole for term in query["terms"]}
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    both = zip(read_corpus(raw), read_corpus(pretokenised), strict=True)
    for article, analysed in islice(both, SAMPLE):
        words, terms = words_of(text_of(article)), text_of(analysed).split()
        for word, term in zip(words, terms, strict=True):
            if term in wanted:
                forms[term][word] += 1
    best = {
        term: min(found, key=lambda word: (-found[word], word)) for term, found in forms.items()
    }
    for query in whole:
        query["words"] = [best.get(term, term) for term in query["terms"]]


def write_queries(queries: Sequence[Query], path: Path) -> None:
    """Write `queries` as a JSON list, one query a line."""
    lines = ",\n".join(json.dumps(query) for query in queries)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="the pre-analysed form")
    parser.add_argument("--raw", type=Path, help="the corpus itself, for surface forms")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write_queries(make_queries(given.corpus, given.seed, given.raw), given.out)


if __name__ == "__main__":
    main()
