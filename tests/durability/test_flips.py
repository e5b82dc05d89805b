"""A few of the flips that `python -m tests.durability.flips` makes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.durability.flips import Kept, Outcome, choose, examine, make_stand

if TYPE_CHECKING:
    from pathlib import Path

FLIPS = 10


@pytest.mark.parametrize("kept", Kept)
def test_a_flipped_bit_is_harmless_or_refused_by_the_name_of_its_file(tmp_path: Path, kept: Kept):
    stand = make_stand(tmp_path, kept)
    random = Random(kept.value)
    outcomes = {examine(stand, choose(stand, random, number)) for number in range(FLIPS)}
    assert outcomes & {Outcome.REPLACED, Outcome.REFUSED}
