"""Random questions about a made-up archive, answered as the reference answers them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import DateFilter, FieldFilter, SearchRequest
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Collection
from tests.engine_contract.archive import made_up_archive, publish_in_steps, random_request
from tests.engine_contract.comparing import assert_same
from tests.engine_contract.conftest import REAL_ENGINES
from tests.reference_engine import ReferenceEngine, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import FacetCounts, SearchResult
    from tests.engine_contract.conftest import Engine

pytestmark = pytest.mark.usefixtures("both_ways")

SEED = 20170512
ARTICLES = 150
REQUESTS = 300
LINKED_REQUESTS = 25


@pytest.fixture(scope="module")
def oracle() -> Iterator[ReferenceEngine]:
    engine = filled(*made_up_archive(Random(SEED), ARTICLES))
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=[True, False], ids=["merged", "segments"])
def stocked(request: pytest.FixtureRequest, shared_engine: Engine) -> Engine:
    """The same articles, but published in three steps, with some changed and some removed."""
    publish_in_steps(shared_engine, SEED, ARTICLES, merged=request.param)
    return shared_engine


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_totals_facets_and_order_are_those_of_the_reference(
    stocked: Engine, oracle: ReferenceEngine, collection: Collection
):
    random = Random(f"{SEED} {collection}")
    for number in range(REQUESTS):
        request = random_request(random, collection)
        bare = dataclasses.replace(request, documents=number % 4 > 0)
        assert_same(stocked.search(bare), oracle.search(request), request)


def test_many_threads_are_answered_as_one_is(stocked: Engine):
    random = Random(f"{SEED} threads")
    requests = [random_request(random, collection) for collection in Collection for _ in range(40)]
    alone = [_answer(stocked, request) for request in requests]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(lambda request: _answer(stocked, request), requests * 2))
    assert together == alone * 2


@pytest.mark.parametrize("collection", Collection)
def test_every_count_is_the_number_of_hits_behind_its_link(
    stocked: Engine, collection: Collection
):
    """Selecting a value alone in its field, and nothing else changed, gives what stood beside it."""
    random = Random(f"{SEED} links {collection}")
    checked = 0
    for _ in range(LINKED_REQUESTS):
        request = random_request(random, collection)
        for facet in stocked.search(request).facets:
            if facet.field in facet_fields(collection):
                for bucket in facet.buckets[:3]:
                    linked = _select(request, facet, bucket.value)
                    assert stocked.search(linked).total == bucket.count, (linked, bucket)
                    checked += 1
                assert stocked.search(_select(request, facet, MISSING)).total == facet.missing
    assert checked > LINKED_REQUESTS


def _answer(engine: Engine, request: SearchRequest) -> SearchResult:
    return engine.search(request)._replace(elapsed_s=0.0)


def _select(request: SearchRequest, facet: FacetCounts, value: str) -> SearchRequest:
    if facet.field == "date":
        dates = DateFilter(undated=True) if value == MISSING else DateFilter(*_span(value))
        return dataclasses.replace(request, dates=dates)
    own = [each for each in request.filters if each.field == facet.field]
    others = tuple(each for each in request.filters if each.field != facet.field)
    chosen = dataclasses.replace(own[0] if own else FieldFilter(facet.field), any_of=(value,))
    return dataclasses.replace(request, filters=(*others, chosen))


def _span(value: str) -> tuple[dt.date, dt.date]:
    """First and last day of a bucket of the date facet."""
    first = dt.date.fromisoformat(value + "0000-01-01"[len(value) :])
    days = {4: 366, 7: 31, 10: 1}[len(value)]
    inside = (first + dt.timedelta(days=after) for after in range(days))
    return first, max(day for day in inside if day.isoformat().startswith(value))
