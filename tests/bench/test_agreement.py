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

FEW = 400
EACH = 5
"""Queries of each class that are compared."""

Wanted = tuple[int, dict[str, dict[str, int]]]
"""A total, and of each facet what an engine should list."""


@pytest.fixture(scope="module")
def indexes(made: Corpus, tmp_path_factory) -> dict[str, Path]:
    """Where the index of each engine lies, built when first asked for."""
    return Built(made, tmp_path_factory.mktemp("indexes"))


class Built(dict[str, "Path"]):
    def __init__(self, made: Corpus, folder: Path):
        super().__init__()
        self.made, self.folder = made, folder

    def __missing__(self, name: str) -> Path:
        self[name] = self.folder / name
        BY_NAME[name].make().build(str(self.made.terms), str(self[name]))
        return self[name]


@pytest.fixture(scope="module")
def wanted(made: Corpus) -> dict[str, Wanted]:
    """The answers by definition to the first queries of each class, by id of the query."""
    return answers_by_definition(made.queries(), brute_force.load(made.terms), each=EACH)


def answers_by_definition(
    queries: list[Query], articles: brute_force.Articles, each: int
) -> dict[str, Wanted]:
    found = {}
    for query in some_of(queries, each):
        total, counts = brute_force.total_and_counts(articles, query)
        found[query["id"]] = total, {facet: listed(facet, counts[facet]) for facet in FACETS}
    return found


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
    name: str, made: Corpus, wanted: dict[str, Wanted], indexes: dict[str, Path]
):
    entry = BY_NAME[name]
    if reason := missing(entry):
        pytest.skip(f"{name} cannot run here: {reason}")
    engine = entry.make()
    with warnings.catch_warnings():
        if name == "whoosh":
            warnings.simplefilter("ignore")  # what stock Whoosh does is none of our business
        engine.open(str(indexes[name]))
        wrong = []
        for query in some_of(made.queries(), min(entry.queries, EACH)):
            if query["op"] in engine.unsupported:
                continue
            total, counts = wanted[query["id"]]
            answer, bare = engine.search(query), engine.search(query, facets=False)
            if not (
                answer["total"] == bare["total"] == total
                and same_counts(answer["facets"], counts)
                and not bare["facets"]
                and len(answer["hits"]) == len(set(answer["hits"])) == min(total, HITS)
            ):
                wrong.append((query, answer, counts))
        engine.close()
    assert wrong == []


def test_our_index_in_parts_finds_what_is_left(made: Corpus, tmp_path: Path):
    some = tmp_path / "some.jsonl"
    lines = made.terms.read_text("utf-8").splitlines(keepends=True)[:FEW]
    some.write_text("".join(lines), "utf-8")
    articles = brute_force.load(some)
    left = [each for number, each in enumerate(articles) if number % 20]
    wanted = answers_by_definition(made.queries(), left, each=2)
    ours = Product()
    ours.build_in_parts(str(some), str(tmp_path / "index"), parts=4, deleted_percent=5)
    ours.open(str(tmp_path / "index"))
    for query in some_of(made.queries(), 2):
        answer = ours.search(query)
        assert answer["total"] == wanted[query["id"]][0]
        assert same_counts(answer["facets"], wanted[query["id"]][1])
    ours.close()


def test_the_best_are_mostly_the_same_as_with_tantivy(made: Corpus, indexes: dict[str, Path]):
    """BM25 over one field by both; tantivy rounds the lengths of articles."""
    if reason := missing(BY_NAME["tantivy"]):
        pytest.skip(f"tantivy cannot run here: {reason}")
    both = [BY_NAME[name].make() for name in (OURS, "tantivy")]
    for engine in both:
        engine.open(str(indexes[engine.name]))
    ranked = {"common", "or2", "or3", "and2", "term_country_date"}
    shares = []
    for query in made.queries():
        if query["class"] in ranked:
            ours, theirs = (set(engine.search(query)["hits"]) for engine in both)
            shares.append(len(ours & theirs) / len(ours) if ours else 1.0)
    for engine in both:
        engine.close()
    assert sum(shares) / len(shares) > 0.8
