"""What is asked for the articles of statements, and what becomes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.contract import FacetRequest, FieldFilter, SearchRequest
from searchsvc.engine.opensearch.answering.facets import FacetReader
from searchsvc.model import Collection


class Cluster:
    """Has two articles with statements, and counts those of each one that is named."""

    def searches(self, bodies):
        first, *named = bodies
        assert first["query"]["has_child"]["score_mode"] == "sum"
        assert first["size"] == 1
        hits = [{"_id": "a2", "sort": [3.0, "a2"]}]
        yield {"hits": {"total": {"value": 2}, "hits": hits}}
        for body in named:
            value = body["query"]["bool"]["filter"][1]["term"]["article"]
            yield {"hits": {"total": {"value": {"a1": 1, "a2": 3}[value]}, "hits": []}}


def test_articles_are_those_found_most_and_those_selected():
    facet = FacetRequest("article", size=1)
    request = SearchRequest(
        Collection.STATEMENTS, filters=(FieldFilter("article", any_of=("a1",)),), facets=(facet,)
    )
    cluster: Any = Cluster()
    found = FacetReader(request, cluster).counts(facet, {"article.missing": {"doc_count": 0}})
    assert [tuple(bucket) for bucket in found.buckets] == [("a2", 3), ("a1", 1)]
    assert (found.distinct, found.missing) == (2, 0)
