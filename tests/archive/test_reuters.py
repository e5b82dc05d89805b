"""A whole real archive, Reuters-21578, answers as the reference engine says it must."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from searchsvc.corpus import Archive
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Collection
from searchsvc.reindex import reindex
from searchsvc.settings import SearchSettings, load_settings
from tests.archive.oracle import Oracle
from tests.archive.questions import link_of, random_request
from tests.reference_engine import ReferenceEngine
from tests.tee import Tee

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.reindex import ReindexReport

pytestmark = pytest.mark.archive

ROWS = 21_578
QUESTIONS = 500
MAPPED = {"columns.countries": "places", "columns.speakers": "people", "corpus.source": "Reuters"}


@pytest.fixture(scope="module")
def reuters(
    corpora: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WhooshEngine, ReferenceEngine, ReindexReport]]:
    folder = tmp_path_factory.mktemp("reuters")
    reference = ReferenceEngine()
    report = reindex(
        Archive(
            [str(corpora / "reuters21578" / "docs.jsonl.gz")], load_settings(overrides=MAPPED)
        ),
        Tee(WhooshIndexWriter(folder, 2), reference),
        full=True,
        keep_others=False,
        progress=lambda _: None,
    )
    engine = WhooshEngine(folder, SearchSettings())
    yield engine, reference, report
    engine.close()
    reference.close()


def test_every_row_is_an_article_or_a_reject(reuters):
    engine, _, report = reuters
    assert report.articles + report.rejects == ROWS
    assert engine.status().articles == report.articles
    assert engine.status().statements == report.statements > ROWS
    reasons = {reject.reason for reject in report.first_rejects}
    assert report.rejects < ROWS * 0.1, reasons


@pytest.mark.parametrize("collection", Collection)
def test_totals_facets_and_order_are_those_of_the_reference(reuters, collection):
    engine, reference, _ = reuters
    everything = reference.search(SearchRequest(collection=collection, limit=1_000_000))
    oracle = Oracle(collection, [hit.document for hit in everything.hits])
    rng = random.Random(f"{collection} 1")
    for number in range(QUESTIONS):
        request = random_request(oracle, rng)
        try:
            result = engine.search(request)
            oracle.check(request, result)
            for counts in result.facets:
                if counts.field != "date" and counts.buckets:
                    bucket = rng.choice(counts.buckets)
                    link = link_of(request, counts.field, bucket.value)
                    assert engine.search(link).total == bucket.count, link
        except AssertionError as error:
            error.add_note(f"question {number}: {request}")
            raise
