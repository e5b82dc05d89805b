"""The order of the hits is as good as `docs/ranking.md` says, or better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ranking.scored import SCORER, TASKS, Task, scores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_judged_collection_is_ranked_as_well_as_promised(
    task: Task, corpora: Path, tmp_path: Path
):
    if not (corpora.parent / SCORER).is_file():
        pytest.skip(f"no scorer at {corpora.parent / SCORER}")
    found = scores(task, corpora, tmp_path)
    for measure, floor in task.floors:
        assert found[measure] >= floor, found
