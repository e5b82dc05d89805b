"""Whoever knows a story finds it where its own words put it: the second stage takes nothing away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.whoosh import WhooshEngine
from searchsvc.query import Match
from tests.ranking.known_items import (
    FIRST_STAGE,
    build,
    figures,
    questions,
    search_settings,
    stories,
)

if TYPE_CHECKING:
    from pathlib import Path

STORIES = 6_000
QUERIES = 60
SUNK = 0.02
"""Of the mean reciprocal rank, where words are many and the known story is not the first hit."""


def test_known_stories_stand_as_high_as_the_first_stage_puts_them(corpora: Path, tmp_path: Path):
    file = corpora / "reuters21578" / "docs.jsonl.gz"
    if not file.is_file():
        pytest.skip(f"no stories at {file}")
    documents = stories(file)[:STORIES]
    build(documents, tmp_path)
    first, both = (
        WhooshEngine(tmp_path, search_settings(options)) for options in (FIRST_STAGE, ())
    )
    known = list(questions(documents, QUERIES))
    for match in Match:
        before, after = figures(first, known, match), figures(both, known, match)
        for group, found in before.items():
            assert after[group].first >= found.first, (match, group)
            assert after[group].reciprocal_rank >= found.reciprocal_rank - SUNK, (match, group)
            if group.words <= search_settings().short_query:
                assert after[group] == found
    first.close()
    both.close()
