"""Every mistake gets an answer that says what is wrong, where, and what would be right."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest

from searchsvc.engine.whoosh import WhooshEngine
from searchsvc.errors import (
    ClusterUnreachable,
    CurrentMissing,
    EngineUnavailable,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.reference_engine import ReferenceEngine

MEMBERS = {"type", "title", "status", "detail", "errors", "request_id"}

MISTAKES = [
    ("speker=Ann", "speker", "did you mean `speaker`?"),
    ("not.speker=Ann", "not.speker", "did you mean `not.speaker`?"),
    ("from=2016", "from", "did you mean `date.from`?"),
    ("date_from=2016", "date_from", "did you mean `date.from`?"),
    ("Not-Speaker=Ann", "Not-Speaker", "did you mean `not.speaker`?"),
    ("x=1", "x", "unknown parameter"),
    ("in=books", "in", "one of articles, statements"),
    ("sort=best", "sort", "one of relevance, fresh, newest, oldest"),
    ("size=0", "size", "from 1 to 100"),
    ("size=101", "size", "from 1 to 100"),
    ("size=ten", "size", "whole number"),
    ("size=1_0", "size", "whole number"),
    ("size=%D9%A3", "size", "whole number"),
    ("size=10&size=20", "size", "give it once"),
    ("page=0", "page", "whole number"),
    ("page=-1", "page", "whole number"),
    ("page=99999999999999999999999", "page", "whole number"),
    ("date.from=yesterday", "date.from", "2024-05-12, 2024-05 or 2024"),
    ("date.to=2023-02-29", "date.to", "2024-05-12, 2024-05 or 2024"),
    ("date.from=2017&date.to=2016", "date.to", "before the first day"),
    ("date.to=2023-02-29", "date.to", "“2023-02-29”, which is not in the calendar"),
    ("date=2016", "date", "(none)"),
    ("kind=loud", "kind", "direct, mixed, indirect"),
    ("speaker.op=xor", "speaker.op", "or, and"),
    ("in=articles&speaker_country=PE", "speaker_country", "add in=statements"),
    ("in=articles&facet.size.speaker_country=5", "facet.size.speaker_country", "in=statements"),
    ("facets=speaker,colour", "facets", "colour"),
    ("facets=none,speaker", "facets", "none"),
    ("facet.size.speaker=0", "facet.size.speaker", "from 1 to 1,000"),
    ("facet.size.date=5", "facet.size.date", "unknown parameter"),
    ("facet.interval.date=week", "facet.interval.date", "year, month, day"),
    ("q=" + "x" * 2001, "q", "longer than 2,000"),
    ("speaker=" + "x" * 501, "speaker", "longer than 500"),
    ("&".join(f"speaker={n}" for n in range(101)), "speaker", "at most 100"),
    ("q=a%00b", "q", "control character"),
    ("fields=id,speeker", "fields", "no member “speeker”"),
    ("fields=speaker&in=articles", "fields", "articles have no member “speaker”"),
    ("highlight=no", "highlight", "on, off"),
    ("cursor=" + "x" * 1001, "cursor", "longer than 1,000"),
]


@pytest.mark.parametrize(("query", "parameter", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_parameter_and_the_way_out(client, query, parameter, says):
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert set(body) == MEMBERS
    assert body["status"] == 400
    (error,) = body["errors"]
    assert error["parameter"] == parameter
    assert says in error["detail"]


@pytest.mark.parametrize("wrong", ["story=s", "not.story=s", "act=deny", "not.speaker_country=KR"])
@pytest.mark.parametrize(
    "asked",
    [
        "search?q=border",
        "timeline?q=border",
        "matrix?q=border",
        "compare?q=border",
        "similar?text=border+talks",
        "similar?article=a2",
        "similar?statement=a2:1",
    ],
)
def test_what_is_advised_where_a_filter_is_not_to_be_had_is_then_taken(client, asked, wrong):
    for there in ("", "&in=articles"):
        answer = client.get(f"/api/v1/{asked}&{wrong}{there}")
        if answer.status_code == 200:
            continue
        told = {each["parameter"]: each["detail"] for each in answer.get_json()["errors"]}
        detail = told.get(wrong.partition("=")[0])
        if detail is None:  # it is `in` that is wrong
            assert told["in"].endswith("leave it out")
            continue
        _, _, advice = detail.partition("; ")
        better = f"&{wrong}&{advice.removeprefix('add ')}" if advice != "leave it out" else ""
        assert client.get(f"/api/v1/{asked}{better}").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("POST", "/search", "GET"),
        ("DELETE", "/api/v1/search", "GET, POST"),
        ("PUT", "/feed.atom", "GET"),
    ],
)
def test_a_method_that_is_not_taken_is_told_with_those_that_are(client, method, path, taken):
    answer = client.open(path, method=method)
    assert answer.status_code == 405
    told = f"{method} is not taken at this address; it takes {taken}"
    assert told in answer.get_data(as_text=True)
    assert {*taken.split(", ")} <= {*answer.headers["Allow"].split(", ")}
    korean = client.open("/search", method="POST", headers={"Accept-Language": "ko"})
    assert "이 주소는 POST 요청을 받지 않음, 받는 것: GET" in korean.get_data(as_text=True)


def test_all_mistakes_are_named_at_once(data):
    body = data("/api/v1/search?speker=1&size=x&sort=y&date.from=z", 400)
    assert {item["parameter"] for item in body["errors"]} == {
        "speker",
        "size",
        "sort",
        "date.from",
    }


def test_a_flood_of_unknown_parameters_is_not_remarked_upon_one_by_one(data):
    body = data("/api/v1/search?" + "&".join(f"x{n}=1" for n in range(5000)), 400)
    assert len(body["errors"]) == 20


def test_the_place_of_a_character_that_cannot_be_is_given(data):
    (error,) = data("/api/v1/search?q=abc%1Bd", 400)["errors"]
    assert error["position"] == 3


@pytest.mark.parametrize("name", ["x", "raw", "text", "lang", "query", "offset"])
def test_what_resembles_no_parameter_is_taken_for_none(data, name):
    (error,) = data(f"/api/v1/search?{name}=1", 400)["errors"]
    assert error["detail"] == "unknown parameter"


@pytest.mark.parametrize(("query", "parameter", "says"), MISTAKES)
def test_the_page_shows_the_mistake_and_does_without_the_parameter(page, query, parameter, says):
    known = "unknown parameter" not in says and "did you mean" not in says
    shown = page(f"/search?{query}", 400 if known else 200)
    notice = shown.css_first(".notice").text()
    assert parameter in notice
    assert says.replace("`", "") in notice
    assert shown.css("ol.hits > li")


@pytest.mark.parametrize("name", ["date.from", "date.to", "q"])
def test_a_bad_value_stays_in_its_box_with_the_reason_beside_it(page, name):
    value = "x" * 2001 if name == "q" else "soon"
    shown = page(f"/search?{name}={value}", 400)
    box = shown.css_first(f"input[name='{name}']:not([type=hidden])")
    assert box.attributes["value"] == value
    assert box.attributes["aria-invalid"] == "true"
    assert any("problem" in (p.attributes.get("class") or "") for p in box.parent.parent.css("p"))


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ('{"q": "a", "q": "b"}', "“q”"),
        ('{"q": "a", "size": 1, "size": 1}', "“size”"),
        ('{"q": {"a": 1, "a": 2}}', "“a”"),
        (r'{"\ud800": 1, "\ud800": 2}', "“�”"),
    ],
)
def test_an_object_that_names_a_member_twice_is_refused(client, sent, named):
    answer = client.post("/api/v1/search", data=sent, content_type="application/json")
    assert answer.status_code == 400
    (error,) = answer.get_json(force=True)["errors"]
    assert error["parameter"] == "body"
    assert named in error["detail"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/api/v1/nothing", "get", 404),
        ("/api/v1/articles/nothing", "get", 404),
        ("/api/v1/search", "put", 405),
        ("/api/v1/search?page=9999", "get", 404),
        ("/api/v1/articles/a1?colour=red", "get", 400),
        ("/api/v1/export.csv?q=a&colour=red", "get", 400),
        ("/search.json", "delete", 405),
        ("/nothing.json", "get", 404),
        ("/feed.json", "post", 405),
        ("/feed.atom", "delete", 405),
        ("/feed.rss", "get", 404),
        ("/sitemap-2.xml", "get", 404),
        ("/sitemap.xml", "post", 405),
        ("/opensearch.xml", "post", 405),
        ("/opensearch/suggestions", "post", 405),
    ],
)
def test_programs_get_a_problem_for_everything_else_too(client, path, method, status):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert set(body) == MEMBERS
    assert body["status"] == status
    assert body["detail"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nothing", "get", 404), ("/articles/nothing", "get", 404), ("/search", "post", 405)],
)
@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]
)
def test_people_get_a_page_with_a_way_back(client, path, method, status, accept):
    response = getattr(client, method)(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert "Accept" in response.vary
    assert 'href="/search"' in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/problem+json, text/html;q=0.5"]
)
@pytest.mark.parametrize("path", ["/nothing", "/articles/nothing"])
def test_who_would_rather_have_json_than_a_page_gets_a_problem(client, path, accept):
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert "Accept" in response.vary
    assert set(response.get_json(force=True)) == MEMBERS


@pytest.mark.parametrize(
    "path", ["/feed.json", "/feed.atom?q=talks", "/sitemap.xml", "/sitemap-1.xml"]
)
def test_followers_and_crawlers_are_told_that_there_is_no_index_as_programs_are(path, tmp_path):
    with closing(WhooshEngine(tmp_path, Settings().search)) as engine:
        response = create_app(engine, Settings()).test_client().get(path)
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert set(response.get_json(force=True)) == MEMBERS


def test_a_method_that_is_not_allowed_comes_with_those_that_are(client):
    assert "GET" in client.put("/api/v1/search").headers["Allow"]


def test_a_page_after_the_last_says_which_is_the_last(page, data):
    shown = page("/search?page=9999", 404).css_first(".nothing")
    assert "There is no page 9,999" in shown.text()
    assert page(shown.css_first("a").attributes["href"]).css("ol.hits > li")
    (error,) = data("/api/v1/search?page=9999", 404)["errors"]
    assert error["parameter"] == "page"


class Failing(ReferenceEngine):
    """An engine of which every question ends in one error."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def _published(self):
        raise self.error


PLACE = "/somewhere/secret"
FAILURES = [
    (IndexMissing(PLACE), "searchsvc reindex", "no-index"),
    (CurrentMissing(PLACE), "searchsvc rollback", "no-index"),
    (IndexIncompatible(PLACE, found=1, expected=2), "searchsvc reindex --full", "bad-index"),
    (IndexCorrupt(PLACE, "cut short"), "searchsvc rollback", "bad-index"),
    (ClusterUnreachable(PLACE, "no node answers"), "try again in a minute", "no-cluster"),
    (EngineUnavailable(PLACE), "try again", "unavailable"),
]


@pytest.mark.parametrize(("error", "hint", "kind"), FAILURES)
@pytest.mark.parametrize("path", ["/search", "/articles/a1", "/api/v1/search", "/readyz"])
def test_an_engine_that_cannot_answer_is_503_with_a_hint_and_no_paths(error, hint, kind, path):
    response = create_app(Failing(error), Settings()).test_client().get(path)
    text = response.get_data(as_text=True)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert hint in text
    assert PLACE not in text
    if path not in {"/search", "/articles/a1"}:
        assert response.get_json(force=True)["type"] == f"/api/v1/docs#error-{kind}"


@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_a_bug_is_500_without_its_traceback_and_is_logged(path, caplog):
    app = create_app(Failing(ZeroDivisionError("the secret cause")), Settings())
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get(path)
    assert response.status_code == 500
    assert "secret" not in response.get_data(as_text=True)
    assert "Traceback" not in response.get_data(as_text=True)
    assert any(record.exc_info for record in caplog.records)


def test_the_process_is_alive_even_without_an_index():
    client = create_app(ReferenceEngine(), Settings()).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    "path", ["/search", "/articles/a1", "/api/v1/search", "/api/v1/", "/tips"]
)
def test_head_tells_what_get_would_and_options_what_is_allowed(client, path):
    got, told = client.get(path), client.head(path)
    assert (told.status_code, told.mimetype) == (got.status_code, got.mimetype)
    assert told.data == b""
    allowed = set(client.options(path).headers["Allow"].split(", "))
    assert allowed - {"POST"} == {"GET", "HEAD", "OPTIONS"}
    assert ("POST" in allowed) == (path == "/api/v1/search")
