"""A few hundred odd inputs each; `python -m tests.hostile.fuzz` gives them millions."""

from __future__ import annotations

import pytest

from tests.hostile.fuzz import fuzzed
from tests.hostile.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_odd_bytes_raise_nothing(target):
    count, crashes = fuzzed(target, seconds=3, seed=0, most=300)
    assert count
    assert crashes == {}
