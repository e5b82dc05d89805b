"""A walk by cursors gives every hit once, from one generation; what is no cursor is told so."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from searchsvc.engine.contract import Cursor
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import Settings
from searchsvc.web import create_app, links
from searchsvc.web.api import cursors
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.problems import BadParameters
from tests.builders import article_document
from tests.web.searches import searches


def walk(get, address):
    """All answers from `address` on, by `links.next`."""
    while address:
        body = get(address)
        yield body
        address = body["links"]["next"]


def everything(data, parameters):
    """Ids in order, as the largest pages give them."""
    found, page = [], 1
    while True:
        there = SearchParameters(
            **{
                **{name: getattr(parameters, name) for name in parameters.__slots__},
                "size": 100,
                "page": page,
                "facets": (),
            }
        )
        body = data(links.address("/api/v1/search", there))
        found += [hit["id"] for hit in body["hits"]]
        if page >= body["pages"]:
            return found
        page += 1


@given(searches(), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_a_walk_gives_every_hit_once_and_in_order(data, parameters, size):
    address = links.address("/api/v1/search", parameters)
    start = re.sub(r"[?&](size|facets)=[^&]*", "", address).replace("search&", "search?")
    start += f"{'&' if '?' in start else '?'}size={size}&facets=none"
    answers = list(walk(data, start))
    found = [hit["id"] for body in answers for hit in body["hits"]]
    assert found == everything(data, parameters)
    assert len(answers) == max(1, -(-len(found) // size))
    assert len({json.dumps(body["total"]) for body in answers}) == 1
    assert [body["page"] for body in answers] == [1] + [None] * (len(answers) - 1)
    assert answers[-1]["next_cursor"] is None


def test_a_walk_may_begin_at_any_page_and_change_its_size(data):
    whole = [hit["id"] for hit in data("/api/v1/search?q=talks&size=100")["hits"]]
    third = data("/api/v1/search?q=talks&size=2&page=3")
    cursor = third["next_cursor"]
    rest = data(f"/api/v1/search?q=talks&size=100&facets=none&highlight=off&cursor={cursor}")
    assert [hit["id"] for hit in rest["hits"]] == whole[6:]
    assert rest["links"]["first"] == "/api/v1/search?q=talks&size=100&facets=none&highlight=off"


def test_the_header_leads_where_the_answer_leads(client):
    response = client.get("/api/v1/search?size=5")
    told = {
        name: url for url, name in re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers["Link"])
    }
    body = response.get_json()["links"]
    assert told == {"self": body["self"], "first": body["first"], "next": body["next"]}
    last = client.get("/api/v1/search?q=talks&size=100").headers["Link"]
    assert 'rel="next"' not in last


def test_a_post_goes_on_by_the_cursor_alone(client):
    asked = {"q": "talks", "size": 4, "facets": "none"}
    found = []
    while True:
        body = client.post("/api/v1/search", json=asked).get_json()
        found += [hit["id"] for hit in body["hits"]]
        if body["next_cursor"] is None:
            break
        asked["cursor"] = body["next_cursor"]
    assert len(set(found)) == len(found) == body["total"]["statements"]


def test_the_page_for_people_has_nothing_of_a_cursor(data, page):
    body = data("/api/v1/search?q=talks&size=2")
    behind = data(body["links"]["next"])
    assert behind["links"]["html"] == "/search?q=talks&size=2"
    shown = page(f"/search?q=talks&size=2&cursor={body['next_cursor']}")
    assert "cursor" not in shown.html


def forged(told, secret="searchsvc"):
    return URLSafeSerializer(secret, salt="searchsvc.cursor").dumps(told)


@pytest.mark.parametrize(
    "cursor",
    ["x", "x.y", "…", forged([]), forged([1.5, "a1"]), forged("a"), forged([1.5] * 5)],
)
def test_what_is_no_cursor_is_told_so(client, cursor):
    response = client.get("/api/v1/search", query_string={"cursor": cursor})
    assert response.status_code == 400
    (error,) = response.get_json(force=True)["errors"]
    assert error["parameter"] == "cursor"
    assert "begin again without it" in error["detail"]


@pytest.mark.parametrize("other", ["q=border", "q=talks&in=articles", "q=talks&sort=newest"])
def test_a_cursor_of_another_search_is_refused(data, other):
    cursor = data("/api/v1/search?q=talks&size=2")["next_cursor"]
    (error,) = data(f"/api/v1/search?{other}&cursor={cursor}", 400)["errors"]
    assert "another search" in error["detail"]


@pytest.mark.parametrize("key", [10**400, -(10**400), float("inf"), float("nan")])
def test_a_cursor_of_no_place_that_there_can_be_is_refused(key):
    asked = SearchParameters()
    forged = cursors.written(cursors.Place(Cursor(key, "a1:1"), 1, "gen-000001"), asked, "")
    with pytest.raises(BadParameters, match="another version"):
        cursors.read(forged, asked, "")


def test_a_cursor_signed_with_another_secret_is_refused():
    place = cursors.Place(Cursor(0.1 + 0.2, "a1"), 7, "gen-000001")
    asked = SearchParameters(text="talks")
    written = cursors.written(place, asked, "one")
    assert cursors.read(written, asked, "one") == place
    with pytest.raises(BadParameters):
        cursors.read(written, asked, "two")


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(), st.integers(0))
def test_what_a_cursor_holds_comes_back_exactly(key, document_id, given_so_far):
    place = cursors.Place(Cursor(key, document_id), given_so_far, "gen-000001")
    asked = SearchParameters()
    assert cursors.read(cursors.written(place, asked, ""), asked, "") == place


def published(folder, count, first=0):
    build = WhooshIndexWriter(folder, keep=1).start_build(fresh=True)
    for number in range(first, first + count):
        build.add(article_document(id=f"a{number:03}"), ())
    build.publish(rejects=0)


def test_a_walk_goes_on_in_its_generation_whatever_is_published(tmp_path):
    published(tmp_path, 30)
    engine = WhooshEngine(tmp_path, Settings().search)
    client = create_app(engine, Settings()).test_client()
    try:
        found, generations = [], set()
        for number, body in enumerate(
            walk(
                lambda address: client.get(address).get_json(),
                "/api/v1/search?in=articles&size=7&sort=newest",
            )
        ):
            found += [hit["id"] for hit in body["hits"]]
            generations.add(body["index"]["generation"])
            assert body["total"]["articles"] == 30
            if number < 3:
                published(tmp_path, 20, first=100 * number)
        assert sorted(found) == [f"a{number:03}" for number in range(30)]
        assert len(generations) == 1
    finally:
        engine.close()


def test_a_generation_that_is_gone_says_to_begin_again(tmp_path):
    published(tmp_path, 9)
    first = WhooshEngine(tmp_path, Settings().search)
    body = create_app(first, Settings()).test_client().get("/api/v1/search?in=articles&size=2")
    onward = body.get_json()["links"]["next"]
    first.close()
    published(tmp_path, 9)
    later = WhooshEngine(tmp_path, Settings().search)
    try:
        response = create_app(later, Settings()).test_client().get(onward)
        assert response.status_code == 410
        told = response.get_json(force=True)
        assert told["type"] == "/api/v1/docs#error-gone"
        assert "Begin again" in told["detail"]
        assert str(tmp_path) not in response.get_data(as_text=True)
    finally:
        later.close()


def test_only_the_members_asked_for_come_and_the_id(data):
    for collection, wanted in (("statements", "speaker,text"), ("articles", "title,countries")):
        body = data(f"/api/v1/search?in={collection}&fields={wanted}")
        for hit in body["hits"]:
            assert set(hit) == {"id", *wanted.split(",")}
        assert f"fields={wanted}".replace(",", "%2C") in body["links"]["next"]
        assert "fields" not in body["links"]["html"]


def test_nothing_is_highlighted_where_that_is_off(data):
    on, off = (data(f"/api/v1/search?q=talks&highlight={how}")["hits"] for how in ("on", "off"))
    assert any(snippet["highlights"] for hit in on for snippet in hit["snippets"])
    assert not any(snippet["highlights"] for hit in off for snippet in hit["snippets"])
    assert [hit["id"] for hit in on] == [hit["id"] for hit in off]


def test_a_page_and_a_cursor_cannot_both_be_meant(data):
    (error,) = data("/api/v1/search?page=2&cursor=x", 400)["errors"]
    assert error["parameter"] == "page"
    assert "cannot stand beside `cursor`" in error["detail"]
