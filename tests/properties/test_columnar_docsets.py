"""Sets of documents against Python's sets; the room they are worked out in is left as it was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.columnar.searching.docsets import (
    Scratch,
    contains,
    difference,
    intersection,
    positions,
    union,
)

pytestmark = pytest.mark.usefixtures("both_ways")

SIZES = (40, 4_000)
"""Of all documents: rooms that are cleared whole, and rooms that are cleared where they were used."""
SETS = st.lists(st.sets(st.integers(0, 39)), min_size=1, max_size=4)


def array(docs):
    return np.array(sorted(docs), np.intp)


def check_clean(scratch):
    assert not scratch.flags.any()
    assert not scratch.sums.any()
    assert not scratch.totals.any()


@given(SETS, st.sampled_from(SIZES))
def test_sets_are_combined_as_sets_are(sets, size):
    scratch = Scratch(size)
    arrays = [array(docs) for docs in sets]

    assert intersection(arrays, scratch).tolist() == sorted(set.intersection(*sets))
    assert union(arrays, scratch).tolist() == sorted(set.union(*sets))
    assert difference(arrays[0], arrays[-1], scratch).tolist() == sorted(sets[0] - sets[-1])
    check_clean(scratch)


@given(st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)), st.sampled_from(SIZES))
def test_documents_are_found_where_they_stand(docs, wanted, size):
    scratch = Scratch(size)
    index, there = positions(array(docs), array(wanted), scratch)

    expected = [doc in docs for doc in sorted(wanted)]
    assert there.tolist() == expected
    assert contains(array(docs), array(wanted), scratch).tolist() == expected
    assert array(docs)[index[there]].tolist() == sorted(docs & wanted)
    check_clean(scratch)
