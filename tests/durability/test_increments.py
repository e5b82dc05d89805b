"""Many increments lead where a full build leads, and each costs what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.columnar.merging.tiers import RATIO
from tests.durability.increment_cost import costs
from tests.durability.increments import walk

if TYPE_CHECKING:
    from pathlib import Path

INCREMENTS = 40
ARTICLES = 1_500
SIZE = 10
PER_ARTICLE = 12_000
"""Bytes; an article of the made-up archive takes 1,500 in a large index, and 3 KB in ten."""


def test_random_increments_answer_as_a_full_build(tmp_path: Path):
    tally = walk(tmp_path, increments=INCREMENTS, articles=60, every=20, seed=7)
    assert not tally.wrong
    assert tally.compared == INCREMENTS // 20
    assert tally.steps["increment"] > INCREMENTS // 2
    assert tally.steps["roll-back"]
    assert tally.most_segments > 1


def test_an_increment_takes_new_disk_for_what_is_new_only(tmp_path: Path):
    """Bounded by what it brings, and by what merges rewrite: at worst as many articles again."""
    found = costs(tmp_path, articles=ARTICLES, size=SIZE, increments=10)
    whole = sum(file.stat().st_size for file in (tmp_path / "index").glob("gen-*1/*.arrays"))
    assert whole > ARTICLES * 500
    pending = 0
    for cost in found:
        pending += SIZE
        assert cost.new_bytes < PER_ARTICLE * (1 + RATIO) * pending
        assert cost.sidecars < PER_ARTICLE * SIZE
