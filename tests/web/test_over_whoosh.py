"""Over the Whoosh engine the endpoint answers as over the reference engine."""

from __future__ import annotations

import pytest

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.web.reads.test_endpoints import EVERY
from tests.web.test_facet_links import STARTS


@pytest.fixture(scope="module")
def whoosh(archive, tmp_path_factory):
    """A client of the application over a Whoosh index of the archive."""
    folder = tmp_path_factory.mktemp("index")
    build = WhooshIndexWriter(folder, keep=1).start_build(fresh=True)
    for article, statements in archive:
        build.add(article, statements)
    build.publish(rejects=0)
    engine = WhooshEngine(folder, Settings().search)
    yield create_app(engine, Settings()).test_client()
    engine.close()


def comparable(body):
    """Scores agree within a tolerance that the engines' own tests state; times not at all."""
    hits = sorted(({**hit, "score": 0} for hit in body["hits"]), key=lambda hit: hit["id"])
    return {**body, "hits": hits, "took_ms": 0, "index": {}}


@pytest.mark.parametrize("query", STARTS)
def test_answers_are_the_same(whoosh, data, query):
    query = f"{query or '?'}&size=100".replace("?&", "?")
    over_whoosh = whoosh.get(f"/api/v1/search{query}").get_json()
    assert comparable(over_whoosh) == comparable(data(f"/api/v1/search{query}"))


def test_articles_are_the_same(whoosh, data, archive):
    for article, _ in archive:
        address = f"/api/v1/articles/{article.id}"
        assert whoosh.get(address).get_json() == data(address)


@pytest.mark.parametrize(("name", "path"), [each for each in EVERY if each[0] != "status"])
def test_other_reads_are_the_same(whoosh, data, name, path):
    volatile = {"took_ms": 0, "index": {}}
    assert whoosh.get(f"/api/v1/{path}").get_json() | volatile == data(f"/api/v1/{path}") | (
        volatile
    ), name
