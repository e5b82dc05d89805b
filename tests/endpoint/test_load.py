"""What measures the endpoint asks what it says it asks, of ours and of others, and is answered."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter

import pytest

from tests.endpoint.generated import archive
from tests.endpoint.load import bare_server, loaded, our_server, percentile
from tests.endpoint.overhead import report, run

DOCS = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return archive(tmp_path_factory.mktemp("load"), DOCS, own=True)


def totals(server):
    """By the number of the query, how many articles each finds."""
    with server as asked:
        for _, address in asked.addresses[::5]:
            with urllib.request.urlopen(asked.url + address, timeout=60) as answer:
                total = json.loads(answer.read())["total"]
            yield total["articles"] if isinstance(total, dict) else total


def test_users_are_answered_without_a_failure(made):
    with our_server(*made) as asked:
        load = loaded(asked, users=2, seconds=2)
    assert load.requests > 0
    assert load.failures == 0
    # Percentiles are rounded to two digits, so by up to one part in twenty.
    assert 0 <= load.p50 <= load.p99 <= 1.05 * load.slowest + 1
    assert load.queries == len(made[0].queries())


def test_ours_and_a_peer_find_the_same_by_the_addresses_that_they_are_asked(made):
    corpus, index = made
    ours, theirs = (
        list(totals(our_server(corpus, index))),
        list(totals(bare_server(corpus, "tantivy"))),
    )
    # Ours analyses the text by itself: rare stems and words in capitals may differ.
    same = sum(one == other for one, other in zip(ours, theirs, strict=True))
    assert same >= 0.9 * len(ours)
    assert sum(ours) > DOCS


def test_every_class_of_queries_is_measured(made):
    least = run(*made, rounds=1, each=1)
    assert set(least) == {query["class"] for query in made[0].queries()}
    assert min(sample.size for samples in least.values() for sample in samples) > 500
    assert report(least).count("\n") == len(least) + 2


def test_a_percentile_is_a_value_that_was_met():
    times = Counter({1.0: 98, 7.0: 1, 30.0: 1})
    assert percentile(times, 0.5) == 1.0
    assert percentile(times, 0.99) == 7.0
    assert percentile(times, 1.0) == 30.0
