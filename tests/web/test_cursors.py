"""A walk by cursors gives every hit once, from one generation; what is no cursor is told so."""

from __future__ import annotations

import json
import re
import shutil
import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from searchsvc.aliases import AliasFile
from searchsvc.aliases.file import READER
from searchsvc.engine.contract import Cursor
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app, links
from searchsvc.web.api import cursors
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.problems import BadParameters
from tests.builders import article_document
from tests.reference_engine import filled
from tests.web.searches import searches

NOW = cursors.Standing("", "", "")


def at(key, document_id, given):
    return cursors.Place(
        Cursor(key, document_id), given, "gen-000001", "2026-11-22T08:15:00+00:00"
    )


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
    leading = [link.attributes["href"] for link in shown.css("a[href], link[href]")]
    assert len(leading) > 20
    assert not any("cursor" in address for address in leading)


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
    forged = cursors.written(at(key, "a1:1", 1), asked, NOW)
    with pytest.raises(BadParameters, match="another version"):
        cursors.read(forged, asked, NOW)


@pytest.mark.parametrize(
    ("end", "given", "generation"),
    [
        ([1.0, "a1\ud800"], 1, "gen-000001"),
        ([1.0, "a1"], -1, "gen-000001"),
        ([1.0, "a1"], True, "gen-000001"),
        ([True, "a1"], 1, "gen-000001"),
        ([1.0, "a1"], 1, "gen-\udfff"),
    ],
)
def test_a_cursor_that_this_program_never_wrote_is_refused(client, end, given, generation):
    # As whoever knows the key may sign it, with halves of characters, which our own writer refuses.
    signer = URLSafeSerializer("searchsvc", salt="searchsvc.cursor", serializer=json)
    asked = SearchParameters()
    told = signer.loads(cursors.written(at(1.0, "a1", 1), asked, NOW))
    forged = signer.dumps([end, given, generation, *told[3:]])
    with pytest.raises(BadParameters, match="another version"):
        cursors.read(forged, asked, NOW)
    response = client.get("/api/v1/search", query_string={"cursor": forged})
    assert response.status_code == 400


def test_a_cursor_signed_with_another_secret_is_refused():
    place = at(0.1 + 0.2, "a1", 7)
    asked = SearchParameters(text="talks")
    one, two = replace(NOW, secret="one"), replace(NOW, secret="two")
    written = cursors.written(place, asked, one)
    assert cursors.read(written, asked, one) == place
    with pytest.raises(BadParameters):
        cursors.read(written, asked, two)


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(), st.integers(0))
def test_what_a_cursor_holds_comes_back_exactly(key, document_id, given_so_far):
    place = at(key, document_id, given_so_far)
    asked = SearchParameters()
    assert cursors.read(cursors.written(place, asked, NOW), asked, NOW) == place


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


def onward(client, query="q=talks&in=articles&size=2"):
    """Where the first answer leads."""
    return client.get(f"/api/v1/search?{query}&facets=none").get_json()["links"]["next"]


def assert_gone(client, address, told):
    response = client.get(address)
    assert response.status_code == 410, response.get_data(as_text=True)
    body = response.get_json(force=True)
    assert told in body["detail"]
    assert "Begin again without the cursor" in body["detail"]
    assert body["type"] == "/api/v1/docs#error-gone"


def test_a_cursor_does_not_outlive_the_other_names_that_its_order_follows_from(archive, tmp_path):
    file = tmp_path / "names.toml"
    file.write_text('same = [["Talks", "Conference"]]')
    names = AliasFile(file, required=True)
    client = create_app(filled(*archive), Settings(), aliases=names).test_client()
    words, everything = onward(client), onward(client, "in=articles&size=2")
    as_typed = onward(client, "q=talks&in=articles&size=2&expand=off")
    assert client.get(words).status_code == 200
    file.write_text('same = [["Talks", "Conference", "Parley of all sorts"]]')
    names.current()
    for thread in threading.enumerate():
        if thread.name == READER:
            thread.join()
    assert_gone(client, words, "other names")
    for address in (everything, as_typed):  # which no other name has a part in
        assert client.get(address).status_code == 200


SCORING: dict[str, Any] = {
    "bm25_k1": 1.3,
    "bm25_b": 0.6,
    "reordered": 7,
    "fresh_half_life": 5.0,
    "lift": 0.0,
}


@pytest.mark.parametrize("name", SCORING)
def test_a_cursor_does_not_outlive_settings_that_scores_follow_from(archive, name):
    engine = filled(*archive)
    address = onward(create_app(engine, Settings()).test_client())
    changed = Settings(search=replace(SearchSettings(), **{name: SCORING[name]}))
    assert_gone(create_app(engine, changed).test_client(), address, "settings of the search")


def test_a_cursor_outlives_settings_that_change_no_order(archive):
    engine = filled(*archive)
    address = onward(create_app(engine, Settings()).test_client())
    other = SearchSettings(size=3, facet_size=4, held_s=5.0, budget_ms=0.0, few_hits=2, repairs=0)
    assert create_app(engine, Settings(search=other)).test_client().get(address).status_code == 200


def test_a_cursor_does_not_go_on_in_another_index_of_the_same_names(tmp_path):
    found = []
    for _ in range(2):
        published(tmp_path, 9)
        engine = WhooshEngine(tmp_path, Settings().search)
        try:
            client = create_app(engine, Settings()).test_client()
            body = client.get("/api/v1/search?in=articles&size=2").get_json()
            found.append((body["index"]["generation"], body["links"]["next"]))
            if len(found) == 2:
                assert found[0][0] == found[1][0]
                assert client.get(found[1][1]).status_code == 200
                assert_gone(client, found[0][1], "no longer there")
        finally:
            engine.close()
        for each in tmp_path.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def test_the_header_leads_on_where_it_has_no_room_for_all(client):
    def led(query):
        body = client.get("/api/v1/search", query_string=query)
        told = dict(
            reversed(pair) for pair in re.findall(r'<([^>]+)>; rel="(\w+)"', body.headers["Link"])
        )
        leading = body.get_json()["links"]
        assert all(url == leading[name] for name, url in told.items())
        return set(told)

    asked = {"q": "talks", "size": 2, "facets": "none"}
    assert led(asked) == {"next", "self", "first"}
    assert led(asked | {"not.source": ["x" * 500, "y" * 500]}) == {"next", "self", "first"}
    assert led(asked | {"not.source": [letter * 400 for letter in "vwxyz"]}) == {"next"}
