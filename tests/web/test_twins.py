"""The addresses of pages with `.json` behind them."""

from __future__ import annotations

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.api import OPERATIONS
from searchsvc.web.twins import has_twin
from tests.builders import article_document
from tests.reference_engine import filled

TWINS = [
    ("/search.json?q=talks&country=PE", "/api/v1/search?q=talks&country=PE"),
    ("/suggest.json?q=ro", "/api/v1/suggest?q=ro"),
    ("/similar.json?article=a2", "/api/v1/similar?article=a2"),
    ("/articles/a2.json", "/api/v1/articles/a2"),
    ("/facets/speaker.json?prefix=jun%20", "/api/v1/facets/speaker?prefix=jun%20"),
    ("/timeline.json", "/api/v1/timeline"),
    ("/matrix.json?rows=country", "/api/v1/matrix?rows=country"),
    ("/compare.json?a.speaker=Jun+Okabe", "/api/v1/compare?a.speaker=Jun+Okabe"),
    ("/statements/a2:1.json", "/api/v1/statements/a2:1"),
    ("/speakers/Jun%20Okabe.json", "/api/v1/speakers/Jun%20Okabe"),
    ("/countries/PE.json", "/api/v1/countries/PE"),
    ("/status.json", "/api/v1/status"),
]


@pytest.mark.parametrize(("twin", "there"), TWINS)
def test_a_page_with_json_behind_it_leads_to_the_endpoint(client, twin, there):
    response = client.get(twin)
    assert response.status_code == 308
    assert response.location == there
    assert client.get(twin, follow_redirects=True).mimetype == "application/json"


def test_every_operation_that_answers_with_json_has_a_twin():
    named = {operation.name for operation in OPERATIONS if has_twin(operation)}
    assert named >= {
        "search", "suggest", "similar", "article", "facet", "timeline", "matrix", "compare",
        "statement", "speaker", "country", "status",
    }  # fmt: skip


def test_what_is_posted_is_sent_on_with_its_body(client):
    response = client.post("/search.json", json={"q": "talks"}, follow_redirects=True)
    assert response.get_json()["query"]["text"] == "talks"


def test_under_a_prefix_the_way_there_has_it_too(client):
    response = client.get("/search.json?q=x", environ_overrides={"SCRIPT_NAME": "/archive"})
    assert response.location == "/archive/api/v1/search?q=x"


def test_an_article_whose_id_ends_like_that_keeps_its_page():
    articles = [(article_document(id=name), ()) for name in ("story", "story.json")]
    client = create_app(filled(*articles), Settings()).test_client()
    assert client.get("/articles/story.json").mimetype == "text/html"
    assert client.get("/articles/story.json.json").location == "/api/v1/articles/story.json"
    only = create_app(filled(articles[0]), Settings()).test_client()
    assert only.get("/articles/story.json").location == "/api/v1/articles/story"
