"""The cluster counts leaves of queries as the reference does, document by document."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.opensearch.answering.asking import Asker
from searchsvc.engine.opensearch.answering.statistics import Kept, Statistics
from searchsvc.engine.opensearch.compiling.leaves import COUNTED_SLOP, counted_at, places_of
from searchsvc.engine.opensearch.documents.mapping import index_body
from searchsvc.engine.opensearch.documents.sources import sent
from searchsvc.model import Collection
from searchsvc.query.tree import Fuzzy, Phrase, Prefix, Term, Wildcard
from tests.builders import NOWHERE
from tests.engine_contract.archive import made_up_archive
from tests.reference_matching import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.compiling.leaves import WordLeaf
    from searchsvc.model import Document

DOCUMENTS: list[Document] = [article for article, _ in made_up_archive(Random(5), 60)]


def phrase(*words: str, slop: int = 0) -> Phrase:
    return Phrase(words, words, "body", exact=True, slop=slop, span=NOWHERE)


LEAVES: list[WordLeaf] = [
    Term("border", "border", "body", exact=False, span=NOWHERE),
    Term("US", "US", "body", exact=True, span=NOWHERE),
    phrase("border", "talks"),
    phrase("s", "400"),
    phrase("the", "the"),
    phrase("border", "the", "talks"),
    *(phrase("border", "talks", slop=slop) for slop in (1, 2, 5, COUNTED_SLOP)),
    phrase("the", "the", slop=3),
    phrase("us", "the", "border", slop=4),
    Prefix("bor", "body", NOWHERE),
    Wildcard("*", "body", NOWHERE),
    Wildcard("?u*", "body", NOWHERE),
    Wildcard("*s", "body", NOWHERE),
    *(
        Fuzzy(text, distance, "body", NOWHERE)
        for text in ("us", "it", "a", "who", "abc", "talks", "tlaks", "cats", "quiet")
        for distance in (1, 2)
    ),
]


@pytest.fixture(scope="module")
def asker(cluster_client: Client) -> Iterator[Asker]:
    name = "test-occurrences"
    cluster_client.ask("DELETE", f"/{name}", params={"ignore_unavailable": "true"})
    cluster_client.ask("PUT", f"/{name}", index_body(shards=2))
    lines = []
    for one in map(sent, DOCUMENTS):
        lines += [{"index": {"_id": one.id, "routing": one.routing}}, one.source]
    assert not cluster_client.ask("POST", f"/{name}/_bulk", lines)["errors"]
    cluster_client.ask("POST", f"/{name}/_refresh")
    yield Asker(cluster_client, name)
    cluster_client.ask("DELETE", f"/{name}")


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_occurrences_are_those_of_the_reference(asker: Asker, leaf: WordLeaf):
    counted = Statistics(Kept(Collection.ARTICLES), asker)
    expected = {each.id: occurrences(leaf, each, "body") for each in DOCUMENTS}
    (place,) = places_of(leaf, Collection.ARTICLES)
    query = counted_at(leaf, place, counted.forms(leaf, place))
    found = {}
    if query is not None:
        answer = asker.search({"size": len(DOCUMENTS), "_source": False, "query": query})
        found = {hit["_id"]: hit["_score"] for hit in answer["hits"]["hits"]}
    assert found == pytest.approx({name: count for name, count in expected.items() if count})
    assert counted.matching(leaf) == len(found)
