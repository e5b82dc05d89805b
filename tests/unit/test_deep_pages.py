"""Pages behind the last hit cost nothing, and pages far down no more than is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.engine.whoosh.paging import Page, page_of

if TYPE_CHECKING:
    from searchsvc.engine.whoosh.view import CollectionView


class Untouched:
    """A view of ten documents that nobody may look at."""

    count = 10


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("docs", [None, np.arange(10)])
@pytest.mark.parametrize("offset", [10, 11, 10**9])
def test_a_page_behind_the_last_hit_is_known_before_anything_is_ordered(sort, docs, offset):
    request = SearchRequest(sort=sort, offset=offset, limit=100)
    scores = None if docs is None else np.ones(10, np.float32)
    assert page_of(request, docs, scores, cast("CollectionView", Untouched())) == Page((), None)
