"""Every engine that is installed finds and counts what the definition says, and so do we."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

from tests.bench import brute_force
from tests.bench.adapter import Product
from tests.bench.engines import BY_NAME, ENGINES, OURS, missing
from tests.bench.measure import same_counts
from tests.bench.workload import CLASSES, FACETS, HITS, TOP

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.corpora import Corpus
    from tests.bench.workload import Query

DOCS = 2_000


@pytest.fixture(scope="module")
def articles(made: Corpus) -> brute_force.Articles:
    return brute_force.load(made.terms)


def listed(facet: str, counts: dict[str, int]) -> dict[str, int]:
    """What an engine lists of all the counts of a facet."""
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return dict(ranked[:TOP] if facet in {"speaker", "country"} else ranked)


def some_of(queries: list[Query], each: int) -> list[Query]:
    """The first few queries of every class."""
    return [
        query
        for kind in CLASSES
        for query in [query for query in queries if query["class"] == kind][:each]
    ]


@pytest.mark.parametrize("name", [entry.name for entry in ENGINES])
def test_totals_and_counts_are_those_of_the_definition(
    name: str, made: Corpus, articles: brute_force.Articles, tmp_path: Path
):
    entry = BY_NAME[name]
    if reason := missing(entry):
        pytest.skip(f"{name} cannot run here: {reason}")
    engine = entry.make()
    with warnings.catch_warnings():
        if name == "whoosh":
            warnings.simplefilter("ignore")  # what stock Whoosh does is none of our business
        engine.build(str(made.terms), str(tmp_path / "index"))
        engine.open(str(tmp_path / "index"))
        wrong = []
        for query in some_of(made.queries(), min(entry.queries, 5)):
            if query["op"] in engine.unsupported:
                continue
            total, counts = brute_force.total_and_counts(articles, query)
            wanted = {facet: listed(facet, counts[facet]) for facet in FACETS}
            answer, bare = engine.search(query), engine.search(query, facets=False)
            if not (
                answer["total"] == bare["total"] == total
                and same_counts(answer["facets"], wanted)
                and not bare["facets"]
                and len(answer["hits"]) == len(set(answer["hits"])) == min(total, HITS)
            ):
                wrong.append((query, answer, wanted))
        engine.close()
    assert wrong == []


def test_our_index_in_parts_finds_what_is_left(
    made: Corpus, articles: brute_force.Articles, tmp_path: Path
):
    ours = Product()
    ours.build_in_parts(str(made.terms), str(tmp_path / "index"), parts=4, deleted_percent=5)
    ours.open(str(tmp_path / "index"))
    everything = next(query for query in made.queries() if query["op"] == "all")
    left = ours.search(everything)
    assert left["total"] == DOCS - DOCS // 20
    for query in some_of(made.queries(), 1):
        total, _ = brute_force.total_and_counts(articles, query)
        assert 0.8 * total - 4 <= ours.search(query)["total"] <= total
    ours.close()


def test_the_best_are_mostly_the_same_as_with_tantivy(made: Corpus, tmp_path: Path):
    """BM25 over one field by both; tantivy rounds the lengths of articles."""
    if reason := missing(BY_NAME["tantivy"]):
        pytest.skip(f"tantivy cannot run here: {reason}")
    both = [BY_NAME[name].make() for name in (OURS, "tantivy")]
    for engine in both:
        engine.build(str(made.terms), str(tmp_path / engine.name))
        engine.open(str(tmp_path / engine.name))
    ranked = {"common", "or2", "or3", "and2", "term_country_date"}
    shares = []
    for query in made.queries():
        if query["class"] in ranked:
            ours, theirs = (set(engine.search(query)["hits"]) for engine in both)
            shares.append(len(ours & theirs) / len(ours) if ours else 1.0)
    for engine in both:
        engine.close()
    assert sum(shares) / len(shares) > 0.8
