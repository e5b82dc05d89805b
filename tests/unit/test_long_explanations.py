"""Reasons are given for as many hits as they are short enough for, the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.explaining import MOST_REASONS, explained_at_most
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.settings import SearchSettings
from tests.builders import article_document

if TYPE_CHECKING:
    from pathlib import Path

HITS = 60
WORDS = tuple(f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(200))


def asked(*words: str) -> SearchRequest:
    tree = parse(" ".join(words), Collection.ARTICLES, match=Match.ANY).tree
    return SearchRequest(query=tree, sort=Sort.RELEVANCE, limit=HITS, explain=True)


def test_all_hits_of_short_queries_are_explained_and_the_first_of_very_long_ones(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path / "index", 3).start_build(fresh=True)
    for number in range(HITS):
        build.add(article_document(id=f"a{number:02}", title=" ".join(WORDS)), ())
    build.publish(rejects=0)
    engine = WhooshEngine(tmp_path / "index", SearchSettings(budget_ms=0))
    for words in (WORDS[:1], WORDS[:80], WORDS):
        request = asked(*words)
        most = explained_at_most(request.query)
        assert most == MOST_REASONS // len(words)
        hits = engine.search(request).hits
        assert len(hits) == HITS
        assert [hit.explanation is not None for hit in hits] == [at < most for at in range(HITS)]
    engine.close()
