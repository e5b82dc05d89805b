"""However much a request says, its answer repeats it only where an address can hold it."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app, search
from searchsvc.web.bounds import DEEPEST_HIT
from searchsvc.web.exports import rows
from searchsvc.web.reads import listing, timeline
from searchsvc.web.schemas import searching
from searchsvc.web.schemas.given import MOST_BYTES
from searchsvc.web.writing import LONGEST_ADDRESS, MOST_WRITTEN, _kept, longest_of, no_longer
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

SEARCH = "/api/v1/search"
CJK = "界"


def addresses(body):
    """All members of a body that are addresses, by name."""
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and value.startswith("/"):
                yield name, value
            yield from addresses(value)
    elif isinstance(body, list):
        for each in body:
            yield from addresses(each)


def posted(client, path, **members):
    response = client.post(path, json=members)
    assert response.status_code == 200, response.get_json(force=True)
    return response


def excluded_much(fields, count=25, length=90):
    """As many values as a request may have, of a script that nine bytes of an address write."""
    return {
        f"not.{field}": [f"{CJK * length}{number}" for number in range(count)] for field in fields
    }


def test_a_request_of_more_than_all_values_may_have_is_refused_by_the_largest(client):
    much = [f"{CJK * 490}{number}" for number in range(100)]
    response = client.post(
        SEARCH, json={"q": "talks", "not.speaker": much, "not.source": much[:50]}
    )
    assert response.status_code == 400
    (error, *others) = response.get_json(force=True)["errors"]
    assert error["parameter"] == "not.speaker"
    assert f"{MOST_BYTES:,} bytes" in error["detail"]
    assert [each["parameter"] for each in others] == ["not.source"]


def test_a_long_text_that_others_are_to_be_like_is_no_part_of_that(client):
    response = client.post("/api/v1/similar", json={"text": "the border ministry talks " * 1900})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        SEARCH,
        "/api/v1/timeline",
        "/api/v1/matrix",
        "/api/v1/facets/speaker",
        "/api/v1/compare",
        "/api/v1/suggest",
    ],
)
def test_no_address_in_an_answer_is_longer_than_servers_take(client, path):
    body = posted(client, path, **excluded_much(["speaker", "source"])).get_json(force=True)
    assert max((len(value) for _, value in addresses(body)), default=0) <= LONGEST_ADDRESS


def test_an_answer_to_all_that_a_request_may_say_is_no_larger_than_what_was_found(client):
    asked = excluded_much(
        ["speaker", "country", "source", "speaker_country"], count=100, length=20
    )
    del asked["not.country"], asked["not.speaker_country"]  # codes, which have a form of their own
    long = posted(client, SEARCH, **asked, **{"facet.size.speaker": 1000})
    body = long.get_json(force=True)
    assert body["links"]["self"] is None
    assert body["links"]["exports"] == dict.fromkeys(body["links"]["exports"])
    values = [value for facet in body["facets"] for value in facet["values"]]
    assert values
    assert all(value["toggle_url"] is None and value["exclude_url"] is None for value in values)
    assert body["next_cursor"] is None or body["links"]["next"] is None
    assert len(long.data) < 500_000


def test_what_is_too_long_in_one_value_alone_still_leads_back_without_it(client):
    """The rule is by address, so that a link that takes the value out is there."""
    asked = {"not.speaker": [CJK * 450], "not.source": [CJK * 450]}
    body = posted(client, SEARCH, **asked).get_json(force=True)
    assert body["links"]["self"] is None
    facet = next(each for each in body["facets"] if each["name"] == "speaker")
    left_out = next(each for each in facet["values"] if each["excluded"])
    assert left_out["exclude_url"] is not None
    assert CJK not in left_out["exclude_url"]


def test_a_search_that_an_address_holds_has_all_of_its_links(data):
    body = data(f"{SEARCH}?q=talks&facets=speaker,date")
    assert all(body["links"][name] for name in ("self", "first", "html", "atom", "feed"))
    assert all(body["links"]["exports"].values())
    for facet in body["facets"]:
        assert all(value["toggle_url"] for value in facet["values"] if value["count"])


def test_thousands_of_addresses_together_stay_below_their_bound():
    for count in (0, 1, 100, 1000, 10_000, 1_000_000):
        longest = longest_of(count)
        assert longest <= LONGEST_ADDRESS
        assert longest * count <= MOST_WRITTEN or not count
    assert no_longer("a" * 11, 10) is None
    assert no_longer("a" * 10, 10) == "a" * 10


def test_series_side_by_side_have_no_more_buckets_than_one_may(client, monkeypatch):
    path = "/api/v1/timeline?facet.interval.date=day"
    days = len(client.get(path).get_json(force=True)["buckets"])
    monkeypatch.setattr(timeline, "MOST_BUCKETS", days)
    alone = client.get(path).get_json(force=True)
    assert (alone["interval"], len(alone["buckets"])) == ("day", days)
    split = client.get(f"{path}&by=speaker&facet.size.speaker=20").get_json(force=True)
    assert split["interval"] != "day"
    assert len(split["buckets"]) * (1 + len(split["series"])) <= days


def test_what_is_kept_of_addresses_is_short(client):
    _kept.cache_clear()
    for number in range(20):
        client.get(f"{SEARCH}?q={'a' * 1900}{number}&facets=none")
    before = _kept.cache_info().currsize
    client.get(f"{SEARCH}?q={'b' * 1900}&facets=none")
    assert _kept.cache_info().currsize == before


def test_a_page_whose_search_no_link_can_hold_is_shown_without_links_to_nowhere(client):
    response = client.get("/search", query_string={"q": f"talks OR {CJK * 1900}", "size": 1})
    assert response.status_code == 200
    assert 'href="None' not in response.get_data(as_text=True)
    assert len(response.data) < 800_000


def test_json_of_a_search_of_the_longest_text_by_post_can_be_gone_on_with_by_cursor(client):
    asked = {"q": f"{CJK * 1900} OR the", "match": "any", "size": 1}
    first = posted(client, SEARCH, **asked).get_json(force=True)
    assert first["links"]["next"] is None
    assert first["next_cursor"]
    second = posted(client, SEARCH, **asked, cursor=first["next_cursor"]).get_json(force=True)
    assert second["hits"][0]["id"] != first["hits"][0]["id"]
    assert json.dumps(second["links"]).count(CJK) == 0


def test_a_page_deeper_than_pages_reach_is_refused_and_told_of_cursors(client):
    response = client.get(f"{SEARCH}?page=1001&size=100")
    assert response.status_code == 400
    (error,) = response.get_json(force=True)["errors"]
    assert error["parameter"] == "page"
    assert "the last page is 1,000" in error["detail"]
    assert "cursors" in error["detail"]
    assert client.get(f"{SEARCH}?page=1000&size=100").status_code == 404  # there are none
    assert client.get(f"{SEARCH}?page=10001").status_code == 400
    assert client.get("/search?page=10001").status_code == 400


@pytest.mark.parametrize("usual", [5, 100])
@pytest.mark.parametrize("path", ["/search", SEARCH])
def test_pages_reach_as_many_hits_whatever_size_is_usual(usual, path):
    """The setting says how many hits a page has where the address does not."""
    engine = filled(*made_up_articles())
    client = create_app(engine, Settings(search=SearchSettings(size=usual))).test_client()
    last = DEEPEST_HIT // usual
    assert client.get(f"{path}?page={last}").status_code == 404  # there are none
    refused = client.get(f"{path}?page={last + 1}")
    assert refused.status_code == 400
    assert f"the last page is {last:,}" in refused.get_data(as_text=True)
    assert client.get(f"{path}?page={last + 1}&size=1").status_code == 404


def test_no_page_leads_to_one_that_is_refused(client, monkeypatch):
    monkeypatch.setattr(searching, "DEEPEST_HIT", 20)
    monkeypatch.setattr(search, "DEEPEST_HIT", 20)
    body = client.get("/search?size=5").get_data(as_text=True)
    pages = {int(number) for number in re.findall(r"[?&;]page=(\d+)", body)}
    assert pages
    for number in pages:
        assert client.get(f"/search?size=5&page={number}").status_code == 200
    last = client.get(f"/search?size=5&page={max(pages)}").get_data(as_text=True)
    assert 'rel="next"' not in last


def test_however_members_are_ordered_one_writer_is_kept_for_them(client):
    rows._writer.cache_clear()
    lines = set()
    for names in itertools.permutations(("date", "speaker", "text", "source")):
        response = client.get(f"/api/v1/export.ndjson?size=1&fields={','.join(names)}")
        lines.add(response.get_data(as_text=True))
    assert len(lines) == 1
    assert rows._writer.cache_info().currsize == 1
    assert rows._writer.cache_info().maxsize


def test_more_values_than_are_sorted_are_listed_by_count_alone(client, monkeypatch):
    path = "/api/v1/facets/speaker"
    whole = client.get(f"{path}?limit=1000").get_json(force=True)
    assert whole["total_values"] > 4
    for bound in ("DEEPEST", "MOST_SORTED", "MOST_SPLIT"):
        monkeypatch.setattr(listing, bound, 4)
    for asked, parameter in (("speaker?order=name", "order"), ("article?prefix=a", "prefix")):
        response = client.get(f"/api/v1/facets/{asked}&limit=2")
        assert response.status_code == 422
        (error,) = response.get_json(force=True)["errors"]
        assert error["parameter"] == parameter
    assert client.get(f"{path}?prefix=a&order=name&limit=2").status_code == 200
    pages = [client.get(f"{path}?limit=2&page={page}").get_json(force=True) for page in (1, 2)]
    assert [value for page in pages for value in page["values"]] == whole["values"][:4]
    assert pages[0]["links"]["next"]
    assert pages[1]["links"]["next"] is None
    assert client.get(f"{path}?limit=2&page=3").status_code == 400
