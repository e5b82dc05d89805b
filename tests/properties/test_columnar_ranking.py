"""The largest of many numbers against sorting them all."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from searchsvc.columnar.searching.ranking import BLOCK, BLOCKWISE, largest

pytestmark = pytest.mark.usefixtures("both_ways")


@pytest.mark.parametrize("seed", range(40))
def test_the_largest_keys_are_those_that_reach_the_last_one_wanted(seed: int):
    random = Random(seed)
    count = random.choice((1, BLOCK, BLOCKWISE - 1, BLOCKWISE, BLOCKWISE + 77, 3 * BLOCKWISE))
    keys = np.zeros(count, np.float32)
    # Few distinct ones, and the larger ones side by side: many or all blocks have the same peak.
    for value in range(random.choice((0, 1, 1, 3))):
        start = random.randrange(count)
        keys[start : start + random.choice((1, 20, 200, 2000))] = value + 1
    for wanted in (0, 1, 2, 10, count // BLOCK // 5, count - 1, count, count + 1):
        found = largest(keys, wanted).tolist()
        last = np.sort(keys)[::-1][:wanted].min(initial=np.inf)
        assert found == np.flatnonzero(keys >= last).tolist()
