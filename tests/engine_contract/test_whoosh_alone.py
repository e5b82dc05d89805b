"""Somebody with nothing but Whoosh's own interface finds and counts what our engine does."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.query import Every

from searchsvc.documents import load
from searchsvc.engine.contract import FacetRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.query.tree import And, Not, Or, Phrase, Prefix, Term, Value
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, request
from tests.engine_contract.archive import made_up_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.query.tree import Node


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("alone")
    for fresh, seed in ((True, 1), (False, 2)):
        build = WhooshIndexWriter(path, 2).start_build(fresh=fresh)
        build.remove([f"a{number}" for number in range(60)])
        for article, statements in made_up_archive(Random(seed), 60 if fresh else 30):
            build.add(article, statements)
        build.publish(rejects=0)
    return path


@pytest.fixture(scope="module")
def engine(path: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(path, SearchSettings())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def folder(path: Path) -> str:
    return str(path / (path / "CURRENT").read_text().split()[0])


def body(word: str) -> Term:
    return Term(word, word, "body", exact=False, span=NOWHERE)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("border", body("border")),
        ("Borders", body("border")),
        ("US", body("US")),
        ("us", body("us")),
        ("türkiye", body("turkiy")),
        ("border AND trade", And((body("border"), body("trade")), NOWHERE)),
        ("border OR quiet", Or((body("border"), body("quiet")), NOWHERE)),
        (
            "border AND NOT trade",
            And((body("border"), Not(body("trade"), NOWHERE)), NOWHERE),
        ),
        (
            '"the border"',
            Phrase(
                ("the", "border"), ("the", "border"), "body", exact=False, slop=0, span=NOWHERE
            ),
        ),
        ("S-400", Phrase(("s", "400"), ("s", "400"), "body", exact=False, slop=0, span=NOWHERE)),
        ("body_exact:borders", Term("x", "borders", "body", exact=True, span=NOWHERE)),
        ("body_exact:bord*", Prefix("bord", "body", NOWHERE)),
        ('speaker:"Ana Lima"', Value("speaker", "Ana Lima", NOWHERE)),
        ("speaker_words:lima", Term("lima", "lima", "speaker", exact=True, span=NOWHERE)),
    ],
)
def test_a_query_typed_into_whooshs_own_parser_finds_the_same(
    folder: str, engine: WhooshEngine, typed: str, node: Node
):
    index = open_dir(folder, indexname="articles")
    query = QueryParser("body", index.schema).parse(typed)
    with index.searcher() as searcher:
        hits = searcher.search(query, limit=None)
        found = {load(Collection.ARTICLES, hit["document"]) for hit in hits}
    expected = engine.search(request(query=node, limit=1000)).hits
    assert found == {hit.document for hit in expected}


@pytest.mark.parametrize("collection", Collection)
def test_whooshs_own_groups_are_our_counts(
    folder: str, engine: WhooshEngine, collection: Collection
):
    index = open_dir(folder, indexname=collection.value)
    with index.searcher() as searcher:
        groups = searcher.search(Every(), groupedby="source", limit=None).groups("source")
        counted = {value: len(docs) for value, docs in groups.items()}
    (facet,) = engine.search(
        request(collection=collection, facets=(FacetRequest("source"),), limit=0)
    ).facets
    assert counted == {bucket.value: bucket.count for bucket in facet.buckets}
    assert len(counted) > 1
