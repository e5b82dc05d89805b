"""What Prometheus is told is what happened, and what is published."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.reference_engine import ReferenceEngine

API = "/api/v1/search?size=1&facets=none"


def samples(response):
    """Value by name and labels."""
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.get_data(as_text=True))
        for sample in family.samples
    }


def requests(told, operation, status):
    return told.get(
        ("searchsvc_requests_total", ("operation", operation), ("status", str(status))), 0
    )


def test_requests_are_counted_by_operation_and_status(asked):
    ask = asked()
    for address in (API, API, "/api/v1/search?colour=red", "/search?size=1", "/nothing", "/x/y"):
        ask(address)
    ask(API, headers={"If-None-Match": ask(API).headers["ETag"]})
    told = samples(ask("/metrics"))
    assert requests(told, "api.search", 200) == 3
    assert requests(told, "api.search", 304) == 1
    assert requests(told, "api.search", 400) == 1
    assert requests(told, "pages.search", 200) == 1
    assert requests(told, "none", 404) == 2
    assert requests(samples(ask("/metrics")), "api.metrics", 200) == 1


def test_time_is_told_by_class_of_operation_which_page_and_json_share(asked):
    ask = asked()
    for address in (API, "/search?size=1", "/tips"):
        ask(address)
    told = samples(ask("/metrics"))
    assert told["searchsvc_request_seconds_count", ("class", "search")] == 2
    assert told["searchsvc_request_seconds_count", ("class", "tips")] == 1
    bounds = [
        value
        for (name, *labels), value in told.items()
        if name == "searchsvc_request_seconds_bucket" and ("class", "search") in labels
    ]
    assert bounds == sorted(bounds)
    assert bounds[-1] == 2
    assert told["searchsvc_request_seconds_sum", ("class", "search")] > 0


def test_no_address_makes_a_new_series(asked):
    ask = asked()
    for number in range(30):
        ask(f"/nothing/{number}?{number}={number}")
        ask(f"/articles/{number}")
    told = samples(ask("/metrics"))
    assert {labels[0][1] for name, *labels in told if name == "searchsvc_requests_total"} == {
        "none",
        "pages.article",
    }


def test_the_index_is_told_as_it_stands(asked, engine_of_all):
    told = samples(asked()("/metrics"))
    status = engine_of_all.status()
    assert told[("searchsvc_articles",)] == status.articles
    assert told[("searchsvc_statements",)] == status.statements
    assert told[("searchsvc_documents",)] == status.articles + status.statements
    assert told[("searchsvc_rejects",)] == status.rejects
    assert told[("searchsvc_refused",)] == 0
    assert told[("searchsvc_ready",)] == 1
    assert told[("searchsvc_generation_age_seconds",)] >= 0
    assert told["searchsvc_generation_info", ("generation", status.generation)] == 1
    assert any(name == "searchsvc_build_info" for name, *_ in told)


def test_without_an_index_the_rest_is_told_all_the_same():
    client = create_app(ReferenceEngine(), Settings()).test_client()
    client.get("/search", buffered=True)
    told = samples(client.get("/metrics"))
    assert told[("searchsvc_ready",)] == 0
    assert requests(told, "pages.search", 503) == 1
    assert ("searchsvc_articles",) not in told


@pytest.mark.parametrize("address", ["/metrics", "/metrics?name[]=searchsvc_ready"])
def test_they_can_be_switched_off(asked, address):
    response = asked(server__metrics="off")(address)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
