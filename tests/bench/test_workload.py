"""The generator and the queries: the same every time, and of the shape that is documented."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections import Counter
from itertools import pairwise

from tests.bench.corpora import Corpus, corpus, first_articles
from tests.bench.generator import records, write_corpus
from tests.bench.pretokenise import terms_of
from tests.bench.workload import CLASSES, Record, read_corpus, text_of

DOCS = 2_000


def test_an_article_has_the_documented_shape(made: Corpus):
    articles = list(read_corpus(made.raw))
    assert [article["id"] for article in articles] == [f"n{at:07}" for at in range(DOCS)]
    for article in articles:
        assert set(article) == set(Record.__annotations__)
        assert 2000 <= dt.date.fromisoformat(article["date"]).year < 2026
        assert len(set(article["speakers"])) == len(article["speakers"]) <= 6
        assert len(set(article["countries"])) == len(article["countries"]) <= 8
        assert 6 <= len(article["title"].split()) <= 12
        assert len(article["body"].split()) >= 25


def test_words_and_values_are_as_uneven_as_in_an_archive(made: Corpus):
    words, speakers = Counter[str](), Counter[str]()
    for article in read_corpus(made.terms):
        words.update(text_of(article).split())
        speakers.update(article["speakers"])
    ranked = [count for _, count in words.most_common()]
    assert len(ranked) > 20_000
    assert ranked[9] > 5 * ranked[99] > 20 * ranked[999]
    assert speakers.most_common(1)[0][1] > 20 * sorted(speakers.values())[len(speakers) // 2]


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_processes(tmp_path):
    for name, procs in (("one", 1), ("two", 2)):
        write_corpus(tmp_path / name, 1_010, seed=5, short=True, procs=procs)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_another_seed_gives_other_articles_and_short_ones_are_shorter():
    def sizes(seed: int, *, short: bool) -> list[int]:
        return [len(article["body"]) for article in records(seed, 0, 200, short=short)]

    assert sizes(1, short=True) != sizes(2, short=True)
    assert sum(sizes(1, short=True)) < 0.5 * sum(sizes(1, short=False))


def test_the_analysed_form_holds_nothing_but_terms(made: Corpus):
    for raw, analysed in zip(read_corpus(made.raw), read_corpus(made.terms), strict=True):
        assert text_of(analysed) == terms_of(text_of(raw))
        assert re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", text_of(analysed))
        assert raw | {"title": "", "body": ""} == analysed | {"title": "", "body": ""}


def test_there_are_two_hundred_queries_in_twelve_classes(made: Corpus):
    queries = made.queries()
    assert [query["id"] for query in queries] == [f"q{at:03}" for at in range(200)]
    assert list(dict.fromkeys(query["class"] for query in queries)) == list(CLASSES)
    few = {"all": 5, "all_filter": 5, "prefix": 15, "fuzzy": 15}
    assert Counter(query["class"] for query in queries) == dict.fromkeys(CLASSES, 20) | few
    for query in queries:
        assert len(query["words"]) == len(query["terms"])
        if query["op"] not in {"prefix", "fuzzy"}:
            assert [terms_of(word) for word in query["words"]] == query["terms"]


def test_phrases_stand_in_the_corpus_and_rare_words_are_rare(made: Corpus):
    texts = [text_of(article).split() for article in read_corpus(made.terms)]
    side_by_side = {pair for terms in texts for pair in pairwise(terms)}
    holding = Counter(term for terms in texts for term in set(terms))
    for query in made.queries():
        if query["class"] == "phrase":
            assert tuple(query["terms"]) in side_by_side
        if query["class"] == "rare":
            assert 1 <= holding[query["terms"][0]] <= 4


def test_a_corpus_is_made_once(made: Corpus):
    before = made.raw.stat().st_mtime_ns
    again = corpus(made.folder.parent, DOCS, seed=8, short=True, own=True)
    assert again == made
    assert again.raw.stat().st_mtime_ns == before


def test_a_build_may_take_the_first_articles_alone(made: Corpus):
    with first_articles(made, 10).open(encoding="utf-8") as lines:
        assert [json.loads(line)["id"] for line in lines] == [f"n{at:07}" for at in range(10)]
    assert first_articles(made, DOCS) == made.raw


def test_the_folder_tells_corpora_apart(made: Corpus):
    other = dataclasses.replace(made, own=False)
    assert "own generator" in made.title
    assert "shared generator" in other.title
