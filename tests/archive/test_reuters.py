"""A whole real archive, Reuters-21578, answers as the reference engine says it must."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from searchsvc.corpus import Archive
from searchsvc.documents import article_document, statement_documents
from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.errors import CorpusError
from searchsvc.extract import extract
from searchsvc.model import Article, Collection, Extraction
from searchsvc.settings import load_settings
from tests.archive import checks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.archive

ROWS = 21_578
EXTRACTED = 5
"""One article in so many is looked through for statements, which takes longest."""
PARTS = (0, 17_000, 20_600, ROWS)
"""Where parts begin and end; each is large enough beside the later ones to stay as it is."""
MAPPED = {"columns.countries": "places", "columns.speakers": "people", "corpus.source": "Reuters"}
NOTHING = Extraction(statements=(), mentions=(), countries=())


@pytest.fixture(scope="module")
def reuters(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[checks.Archived]:
    """Every article, published in parts, some articles of each part once more in the next."""
    path: Path = tmp_path_factory.mktemp("reuters")
    articles, rejects = _read(corpora / "reuters21578" / "docs.jsonl.gz")
    pairs: dict[str, checks.Pair] = {}
    for part, (start, end) in enumerate(pairwise(PARTS)):
        build = WhooshIndexWriter(path, 1).start_build(fresh=part == 0)
        again = articles[part:3_000:30] if part else []
        build.remove([article.id for article in again])
        for number, article in enumerate([*again, *articles[start:end]]):
            extraction = extract(article) if number % EXTRACTED == 0 else NOTHING
            whole = article_document(article, extraction)
            statements = statement_documents(article, extraction)
            build.add(whole, statements)
            pairs[article.id] = whole, statements
        build.publish(rejects=rejects)
    archived = checks.Archived.of(path, pairs.values())
    yield archived
    archived.engine.close()


def _read(path: Path) -> tuple[list[Article], int]:
    archive = Archive([str(path)], load_settings(overrides=MAPPED))
    items: list[Article | CorpusError] = []
    for file in archive.files():
        assert not isinstance(file, CorpusError)
        items += archive.read(file)
    articles = [item for item in items if isinstance(item, Article)]
    return articles, len(items) - len(articles)


def test_every_row_is_an_article_or_a_reject(reuters: checks.Archived):
    status = reuters.engine.status()
    assert status.articles + status.rejects == ROWS
    assert status.rejects < ROWS * 0.1
    assert status.articles == len(reuters.documents[Collection.ARTICLES])
    assert status.statements == len(reuters.documents[Collection.STATEMENTS]) > 4_000
    assert len(list(reuters.path.glob("gen-*/articles_*.arrays"))) == len(PARTS) - 1


@pytest.mark.parametrize("collection", Collection)
def test_totals_facets_and_order_are_those_of_the_oracle(
    reuters: checks.Archived, collection: Collection
):
    checks.check_questions(reuters, collection, 400)


@pytest.mark.parametrize("collection", Collection)
def test_scores_are_those_of_the_formula(reuters: checks.Archived, collection: Collection):
    checks.check_scores(reuters, collection, 100)


@pytest.mark.parametrize("collection", Collection)
def test_the_reasons_of_a_thousand_hits_add_up(reuters: checks.Archived, collection: Collection):
    checks.check_explanations(reuters, collection, 1_000)


@pytest.mark.parametrize("collection", Collection)
def test_pages_follow_one_another(reuters: checks.Archived, collection: Collection):
    checks.check_pages(reuters, collection, 40)


@pytest.mark.parametrize("collection", Collection)
def test_whooshs_own_searcher_finds_and_counts_the_same(
    reuters: checks.Archived, collection: Collection
):
    checks.check_whoosh(reuters, collection, 60)
