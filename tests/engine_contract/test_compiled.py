"""Whole answers with compiled loops and with NumPy in their stead: the same, scores to the last bit."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from searchsvc.columnar import compiled
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, collection_build
from searchsvc.model import Collection
from searchsvc.query.tree import Everything, Fuzzy, Prefix, Wildcard
from tests.builders import NOWHERE, article_document
from tests.engine_contract.archive import made_up_archive, publish_in_steps, random_request

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchResult
    from searchsvc.engine.whoosh.view import CollectionView
    from searchsvc.query.tree import Node
    from tests.engine_contract.conftest import Engine

SEED = 20261123
REQUESTS = 400

pytestmark = [
    pytest.mark.skipif(
        compiled.loops is None,
        reason="no loops were compiled when this was installed: install g++ and `make install`",
    ),
    pytest.mark.parametrize("shared_engine", ["whoosh"], indirect=True),
]


@pytest.fixture(scope="module", params=["one segment", "several segments"])
def stocked(request: pytest.FixtureRequest, shared_engine: Engine) -> Engine:
    """One segment; or three, with deletions."""
    if request.param == "one segment":
        shared_engine.publish(*made_up_archive(Random(SEED), 150))
    else:
        publish_in_steps(shared_engine, SEED, 150)
        for collection in Collection:
            view = _view(shared_engine, collection)
            assert len(view.parts) > 1
            assert view.alive is not None
    return shared_engine


def _view(engine: Engine, collection: Collection) -> CollectionView:
    assert isinstance(engine.reader, WhooshEngine)
    return engine.reader._published.latest().opened().views[collection]


def both(
    engine: Engine, request: SearchRequest, patched: pytest.MonkeyPatch
) -> list[SearchResult]:
    """What is answered with compiled loops, and without."""
    found = [engine.search(request)]
    with patched.context() as without:
        without.setattr(compiled, "loops", None)
        found.append(engine.search(request))
    return [each._replace(elapsed_s=0) for each in found]


@pytest.mark.parametrize("collection", Collection)
def test_random_requests_are_answered_alike(
    stocked: Engine, collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    random = Random(f"{SEED} {collection}")
    for _ in range(REQUESTS):
        asked = random_request(random, collection)
        mine, theirs = both(stocked, asked, monkeypatch)
        assert mine == theirs
        if mine.end is not None:
            following = replace(asked, after=mine.end, offset=0)
            mine, theirs = both(stocked, following, monkeypatch)
            assert mine == theirs


TEXTS = {
    "a1": "A runner.",
    "a2": "Running, running, running after runners; they were running and running.",
    "a3": "It runs.",
    "b1": "Running.",
    "b2": "Runner, runner, runner.",
}


@pytest.mark.parametrize(
    "query",
    [
        Prefix("runn", None, NOWHERE),
        Prefix("run", None, NOWHERE),
        Wildcard("run*g", None, NOWHERE),
        Fuzzy("runner", 1, None, NOWHERE),
        Fuzzy("running", 2, None, NOWHERE),
    ],
)
def test_forms_of_several_segments_score_alike(
    shared_engine: Engine, query: Node, monkeypatch: pytest.MonkeyPatch
):
    """One form in one segment and several in another: their counts come in different types."""
    documents = [(article_document(id=name, body=text), ()) for name, text in TEXTS.items()]
    with patch.object(collection_build, "choose", return_value=()):
        shared_engine.publish(*documents[:3])
        shared_engine.publish(*documents[3:], fresh=False)
    assert len(_view(shared_engine, Collection.ARTICLES).parts) == 2
    mine, theirs = both(shared_engine, SearchRequest(query=query), monkeypatch)
    assert mine == theirs
    assert len({hit.score for hit in mine.hits}) > 1


@pytest.mark.parametrize(
    "query", [Prefix("runn", None, NOWHERE), Fuzzy("runner", 1, None, NOWHERE)]
)
def test_documents_of_some_forms_of_a_later_segment_are_found(shared_engine: Engine, query: Node):
    """Of a stem in the second segment only some forms are meant."""
    one = [article_document(id=f"a{at}", body="Nothing of that.") for at in range(5)]
    two = [article_document(id=f"b{at}", body=text) for at, text in enumerate(TEXTS.values())]
    with patch.object(collection_build, "choose", return_value=()):
        shared_engine.publish(*((each, ()) for each in one))
        shared_engine.publish(*((each, ()) for each in two), fresh=False)
    found = shared_engine.search(SearchRequest(query=query))
    start = "runner" if isinstance(query, Fuzzy) else "runn"
    meant = [at for at, text in enumerate(TEXTS.values()) if start in text.lower()]
    assert sorted(found.ids) == [f"b{at}" for at in meant]


@pytest.mark.parametrize("first", [90, 200], ids=["several segments", "one segment"])
@pytest.mark.parametrize("limit", [1, 63, 64, 65, 100, 128, 200])
def test_the_landing_page_begins_with_the_lowest_ids_that_are_left(
    shared_engine: Engine, limit: int, first: int
):
    ids = [f"a{(at * 37) % 200:03}" for at in range(200)]
    articles = [(article_document(id=name), ()) for name in ids]
    gone = ids[5:190:9]
    with patch.object(collection_build, "choose", return_value=()):
        shared_engine.publish(*articles[:first])
        shared_engine.publish(*articles[first:], fresh=False)
        shared_engine.publish(fresh=False, remove=gone)
    assert _view(shared_engine, Collection.ARTICLES).alive is not None
    left = sorted(set(ids) - set(gone))
    for offset in (0, 3, 70):
        request = SearchRequest(query=Everything(), limit=limit, offset=offset)
        assert list(shared_engine.search(request).ids) == left[offset : offset + limit]
