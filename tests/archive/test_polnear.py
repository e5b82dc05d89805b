"""PolNeAR, indexed by a whole reindexing run, answers as the oracle says it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.corpus import Archive
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.reindex import reindex
from searchsvc.settings import load_settings
from tests.archive import checks
from tests.reference_engine import ReferenceEngine
from tests.tee import Tee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.archive

ROWS = 840
MAPPED = {"columns.source": "publisher"}


@pytest.fixture(scope="module")
def polnear(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[checks.Archived]:
    path: Path = tmp_path_factory.mktemp("polnear")
    reference = ReferenceEngine()
    file = corpora / "polnear" / "train.jsonl.gz"
    report = reindex(
        Archive([str(file)], load_settings(overrides=MAPPED)),
        Tee(WhooshIndexWriter(path, 2), reference),
        full=True,
        keep_others=False,
        progress=lambda _: None,
    )
    assert report.articles + report.rejects == ROWS
    assert report.statements > ROWS
    documents = {}
    for collection in Collection:
        everything = reference.search(SearchRequest(collection, limit=1_000_000))
        documents[collection] = [hit.document for hit in everything.hits]
    reference.close()
    archived = checks.Archived(path, documents)
    yield archived
    archived.engine.close()


def test_what_was_indexed_is_published(polnear: checks.Archived):
    engine = WhooshEngine(polnear.path, checks.SETTINGS)
    for collection, documents in polnear.documents.items():
        assert engine.search(SearchRequest(collection)).total == len(documents)
        for document in documents[::97]:
            assert engine.fetch(collection, document.id) == document
    engine.close()


@pytest.mark.parametrize("collection", Collection)
def test_totals_facets_and_order_are_those_of_the_oracle(
    polnear: checks.Archived, collection: Collection
):
    checks.check_questions(polnear, collection, 250)


@pytest.mark.parametrize("collection", Collection)
def test_scores_are_those_of_the_formula(polnear: checks.Archived, collection: Collection):
    checks.check_scores(polnear, collection, 100)


@pytest.mark.parametrize("collection", Collection)
def test_pages_follow_one_another(polnear: checks.Archived, collection: Collection):
    checks.check_pages(polnear, collection, 40)


@pytest.mark.parametrize("collection", Collection)
def test_whooshs_own_searcher_finds_and_counts_the_same(
    polnear: checks.Archived, collection: Collection
):
    checks.check_whoosh(polnear, collection, 80)
