"""Whether an answer is the reference's."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchRequest, SearchResult

TOLERANCE = 1e-5
"""Scores agree to this share: ours are added up in four bytes each."""


def assert_same(found: SearchResult, expected: SearchResult, request: SearchRequest) -> None:
    """Totals, facets and hits are the same, in the same order where scores do not nearly tie.

    `expected` has its documents; `found` need not.
    """
    assert found.total == expected.total, request
    assert found.articles == expected.articles, request
    assert found.facets == expected.facets, request
    assert len(found.ids) == len(expected.ids), request
    assert (found.end is None) == (expected.end is None), request
    scores = [hit.score for hit in expected.hits]
    if found.hits:
        own = [hit.score for hit in found.hits]
        assert own == pytest.approx(scores, rel=TOLERANCE, abs=1e-9), request
        assert [hit.document.id for hit in found.hits] == list(found.ids), request
    if _near(scores):
        return
    assert found.ids == expected.ids, request
    if found.hits:
        documents = [hit.document for hit in expected.hits]
        assert [hit.document for hit in found.hits] == documents, request
    if found.end is not None and expected.end is not None:
        assert found.end.document_id == expected.end.document_id
        assert found.end.key == pytest.approx(expected.end.key, rel=TOLERANCE)


def _near(scores: list[float]) -> bool:
    """Whether some scores differ, but by so little that rounding may order them otherwise."""
    ordered = sorted(scores)
    return any(
        low != high and high - low <= 2 * TOLERANCE * high for low, high in pairwise(ordered)
    )
