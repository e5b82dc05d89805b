"""Making ready, before a generation answers, what the one before it had made for its searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.facets import facet_counts
from searchsvc.engine.whoosh.freshness import freshness

if TYPE_CHECKING:
    from searchsvc.engine.whoosh.snapshot import Snapshot


def warm(snapshot: Snapshot, before: Snapshot) -> None:
    """Make, in all collections, what depends on all documents and is kept once it is made."""
    for collection, view in snapshot.views.items():
        old = before.views[collection]
        view.make_as(old)
        for half_life in list(old.freshness):
            freshness(view, half_life)
        landings = tuple(old.landings)
        request = SearchRequest(collection, facets=landings, limit=0)
        facet_counts(request, [None] * len(landings), view, BOUNDLESS.check)
