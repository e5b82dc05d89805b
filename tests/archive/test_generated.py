"""An archive of 20,000 generated articles, or as many as asked for, answers as it must.

`SEARCHSVC_TEST_ARTICLES=100000` asks for more.
"""

from __future__ import annotations

import datetime as dt
import os
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.model import ArticleDate, Collection, DateOrigin, SpeakerKind, StatementKind
from tests.archive import checks
from tests.bench.generator import BLOCK, records
from tests.builders import article_document, speaker, statement_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARTICLES = int(os.environ.get("SEARCHSVC_TEST_ARTICLES", "20000"))
SEED = 12
PARTS = 12
WORDS = 60


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[checks.Archived]:
    """Published in parts; of each part some articles are removed by the next."""
    path: Path = tmp_path_factory.mktemp("generated")
    rng = Random(SEED)
    pairs: dict[str, checks.Pair] = {}
    articles = _pairs()
    for part in range(PARTS):
        build = WhooshIndexWriter(path, 1).start_build(fresh=part == 0)
        gone = rng.sample(sorted(pairs), len(pairs) // 50)
        build.remove(gone)
        for name in gone:
            del pairs[name]
        size = ARTICLES // 2 if part == 0 else ARTICLES // 2 // (PARTS - 1)
        for whole, statements in islice(articles, size):
            build.add(whole, statements)
            pairs[whole.id] = whole, statements
        build.publish(rejects=0)
    archived = checks.Archived.of(path, pairs.values())
    yield archived
    archived.engine.close()


def _pairs() -> Iterator[checks.Pair]:
    for block in range(ARTICLES // BLOCK):
        for record in records(SEED, block, BLOCK, short=True):
            yield _pair(record)


def _pair(record: dict[str, Any]) -> checks.Pair:
    """An article; where it has speakers, its first words are the statement of each."""
    words = record["body"].split()[:WORDS]
    number = int(record["id"].strip("n"))
    day = dt.date.fromisoformat(record["date"])
    time = dt.time(number % 24, number % 60) if number % 3 else None
    date = None if number % 19 == 0 else ArticleDate(day, time, DateOrigin.INPUT)
    shared = {"title": record["title"], "date": date, "source": record["source"]}
    statements = tuple(
        statement_document(
            id=f"{record['id']}:{at}",
            article_id=record["id"],
            body=" ".join(words[at * 9 : at * 9 + 15]),
            kind=tuple(StatementKind)[number % len(StatementKind)],
            speaker=speaker(name=name, kind=tuple(SpeakerKind)[(number + at) % len(SpeakerKind)]),
            countries=tuple(record["countries"][:at]),
            **shared,
        )
        for at, name in enumerate(record["speakers"][:3] if number % 2 else (), 1)
    )
    return (
        article_document(
            id=record["id"],
            body=" ".join(words),
            captions=tuple(" ".join(words[at : at + 4]) for at in range(0, number % 12, 4)),
            speakers=tuple(record["speakers"]),
            countries=tuple(record["countries"]),
            kinds=tuple({statement.kind for statement in statements}),
            statement_count=len(statements),
            **shared,
        ),
        statements,
    )


def test_it_lies_in_segments_of_which_some_were_merged(generated: checks.Archived):
    segments = list(generated.path.glob("gen-*/articles_*.arrays"))
    assert 1 < len(segments) < PARTS
    status = generated.engine.status()
    assert status.articles == len(generated.documents[Collection.ARTICLES]) > ARTICLES * 0.7
    assert status.statements == len(generated.documents[Collection.STATEMENTS]) > ARTICLES * 0.3


@pytest.mark.parametrize("collection", Collection)
def test_totals_facets_and_order_are_those_of_the_oracle(
    generated: checks.Archived, collection: Collection
):
    checks.check_questions(generated, collection, 400)


@pytest.mark.parametrize("collection", Collection)
def test_scores_are_those_of_the_formula(generated: checks.Archived, collection: Collection):
    checks.check_scores(generated, collection, 100)


@pytest.mark.parametrize("collection", Collection)
def test_pages_follow_one_another(generated: checks.Archived, collection: Collection):
    checks.check_pages(generated, collection, 40)


@pytest.mark.parametrize("collection", Collection)
def test_whooshs_own_searcher_finds_and_counts_the_same(
    generated: checks.Archived, collection: Collection
):
    checks.check_whoosh(generated, collection, 80)
