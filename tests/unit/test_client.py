"""The client gives what the endpoints answer, each row once, and says no in types."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import parse_qsl

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.client import (
    ArchiveChanged,
    BadAnswer,
    BadRequest,
    Client,
    CutShort,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
    Unreachable,
)
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app
from tests import regenerate_client
from tests.builders import article_document
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

URL = "http://archive.test"


@pytest.fixture(scope="module")
def app():
    return create_app(filled(*made_up_articles()), Settings())


@pytest.fixture(scope="module")
def client(app):
    with Client(URL, transport=httpx.WSGITransport(app), backoff_s=0) as client:
        yield client


def answering(*responses, **options):
    """A client whose requests get these responses (or errors) one after the other; and requests."""
    asked, waiting = [], list(responses)

    def handle(request):
        asked.append(request)
        response = waiting.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    transport = httpx.MockTransport(handle)
    return Client(URL, transport=transport, backoff_s=0, **options), asked


def problem(status, errors=(), **headers):
    body = {"type": "/x", "title": "T", "status": status, "detail": "D", "errors": list(errors)}
    body |= {"request_id": "r1"}
    kind = {"Content-Type": "application/problem+json"}
    return httpx.Response(status, content=json.dumps(body), headers=kind | headers)


class Broken(httpx.SyncByteStream):
    """A body that ends with a broken connection."""

    def __init__(self, *pieces):
        self.pieces = pieces

    def __iter__(self):
        yield from self.pieces
        raise httpx.RemoteProtocolError("peer closed connection")


class Cutting(httpx.BaseTransport):
    """An application whose answers break after so many bytes, one after the other; the rest do not.

    `asked` are the requests; `at_each` is called whenever one has broken.
    """

    def __init__(self, application, ends, at_each=lambda: None):
        self.inner = httpx.WSGITransport(application)
        self.ends = list(ends)
        self.at_each = at_each
        self.asked = []

    def handle_request(self, request):
        self.asked.append(request)
        request.headers["Accept-Encoding"] = "identity"
        response = self.inner.handle_request(request)
        body = response.read()
        response.close()
        if not self.ends or response.status_code != 200:
            return httpx.Response(response.status_code, headers=response.headers, content=body)
        end = min(self.ends.pop(0), len(body))
        self.at_each()
        broken = Broken(body[: end // 2], body[end // 2 : end])
        return httpx.Response(200, headers=response.headers, stream=broken)


def parameters_of(request):
    """Of a request, whichever way they were sent."""
    sent = request.url.query if request.method == "GET" else request.content
    return dict(parse_qsl(sent.decode()))


def export(pieces, total, *, broken=True):
    stream = Broken(*pieces) if broken else None
    headers = {"X-Total-Count": str(total), "X-Cursor": "begin"}
    if stream is None:
        return httpx.Response(200, content=b"".join(pieces), headers=headers)
    return httpx.Response(200, stream=stream, headers=headers)


def test_shapes_are_those_that_the_schemas_of_the_server_make():
    for path, text in regenerate_client.written().items():
        again = "run `python -m tests.regenerate_client`"
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: {again}"


def test_it_does_not_import_the_service():
    listing = "import sys, searchsvc.client; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    ours = [name for name in loaded if name.startswith("searchsvc")]
    others = [name for name in ours if not name.startswith("searchsvc.client")]
    assert others == ["searchsvc", "searchsvc.instructions"]  # which any import of it runs
    assert not {"flask", "marshmallow", "numpy", "whoosh", "nltk"}.intersection(loaded)


def test_results_have_all_members_of_answers_and_no_others(client, app):
    asked = {
        "/api/v1/search?q=sanctions": client.search("sanctions"),
        "/api/v1/search?q=border&in=articles": client.search("border", in_="articles"),
        "/api/v1/suggest?q=ro": client.suggest("ro"),
        "/api/v1/similar?text=open border": client.similar(text="open border"),
        "/api/v1/similar?statement=a2:1": client.similar(statement="a2:1"),
        "/api/v1/similar?text=open border&in=statements": client.similar(
            text="open border", in_="statements"
        ),
        "/api/v1/articles/a2": client.article("a2"),
        "/api/v1/statements/a2:1": client.statement("a2:1"),
        "/api/v1/speakers/Jun Okabe": client.speaker("Jun Okabe"),
        "/api/v1/countries/Peru": client.country("Peru"),
        "/api/v1/facets/speaker?limit=2": client.facet("speaker", limit=2),
        "/api/v1/timeline?by=kind": client.timeline(by="kind"),
        "/api/v1/matrix": client.matrix(),
        "/api/v1/compare?a.kind=direct&b.kind=indirect": client.compare(
            a_kind="direct", b_kind="indirect"
        ),
        "/api/v1/status": client.status(),
    }
    for address, result in asked.items():
        sent = app.test_client().get(address, base_url=URL).get_json()
        assert plain(as_sent(result)) == plain(sent), address


def as_sent(result):
    return json.loads(msgspec.json.encode(result))


def plain(body):
    """`body` without how long it took, moments in one form, and null as absent."""
    if isinstance(body, dict):
        return {
            key: plain(value)
            for key, value in body.items()
            if key != "took_ms" and not (key == "explanation" and value is None)
        }
    if isinstance(body, (list, tuple)):
        return [plain(each) for each in body]
    if isinstance(body, str) and body.endswith("Z"):
        return body.removesuffix("Z") + "+00:00"
    return body


def test_results_cannot_be_changed_and_have_types(client):
    found = client.search("sanctions", size=1)
    with pytest.raises(AttributeError):
        found.page = 7
    assert isinstance(found.index.built_at, dt.datetime)
    assert client.search("sanctions", explain=True).hits[0].explanation is not None


def test_parameters_reach_the_endpoint_under_their_own_names(client):
    found = client.search(
        "border",
        not_speaker=["Jun Okabe", "Rosa Quispe"],
        date_from=dt.date(2016, 3, 1),
        date_to="2018",
        facet_size_country=2,
        expand=False,
        country_op="and",
        facets=["country", "source"],
        source=None,
    )
    asked = parse_qsl(found.links.self_.partition("?")[2])
    assert sorted(asked) == sorted(
        [
            ("q", "border"),
            ("not.speaker", "Jun Okabe"),
            ("not.speaker", "Rosa Quispe"),
            ("date.from", "2016-03-01"),
            ("date.to", "2018"),
            ("facet.size.country", "2"),
            ("expand", "off"),
            ("facets", "country,source"),
        ]
    )


def test_what_no_address_can_hold_is_posted(client):
    text = "Nobody wants another round of sanctions. " * 200
    assert client.similar(text=text).like == {"text": text.strip()}


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["", "border", "sanctions OR summit", "nothing-of-it"]), st.booleans())
def test_iterators_give_what_all_pages_give(client, query, articles):
    if articles:
        given_ids = [row.id for row in client.articles(query)]
        pages = range(1, client.search(query, in_="articles", size=7).pages + 1)
        hits = [
            hit.id
            for page in pages
            for hit in client.search(query, in_="articles", size=7, page=page).hits
        ]
    else:
        given_ids = [row.id for row in client.statements(query)]
        pages = range(1, client.search(query, size=7).pages + 1)
        hits = [hit.id for page in pages for hit in client.search(query, size=7, page=page).hits]
    assert given_ids == hits


def test_rows_have_all_members_that_exports_have(client, app):
    for collection, rows in (
        ("statements", client.statements()),
        ("articles", client.articles()),
    ):
        sent = app.test_client().get(f"/api/v1/export.ndjson?in={collection}").text.splitlines()
        assert [as_sent(row) for row in rows] == [json.loads(line) for line in sent]


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_however_the_connection_breaks_each_row_is_given_once(app, data):
    body = app.test_client().get("/api/v1/export.ndjson", buffered=True).data
    ends = data.draw(st.lists(st.integers(0, len(body)), max_size=6))
    cutting = Cutting(app, ends)
    client = Client(URL, transport=cutting, backoff_s=0, retries=7)
    rows = [as_sent(row) for row in client.statements()]
    assert rows == [json.loads(line) for line in body.splitlines()]
    # Nothing that came whole was sent again.
    came = 0
    for request, end in zip(cutting.asked, ends, strict=False):
        asked = parameters_of(request)
        assert int(asked.get("skip", 0)) == came
        rest = b"".join(body.splitlines(keepends=True)[came:])
        came += rest[:end].count(b"\n")


def published(folder, ids):
    build = WhooshIndexWriter(folder, keep=1).start_build(fresh=True)
    for number in ids:
        build.add(article_document(id=f"a{number:03}"), ())
    build.publish(rejects=0)


@pytest.mark.parametrize("held_s", [600.0, 0.0])
def test_a_walk_goes_on_in_its_index_as_long_as_the_archive_holds_it(tmp_path, held_s):
    published(tmp_path, range(30))
    settings = SearchSettings(held_s=held_s)
    with closing(WhooshEngine(tmp_path, settings)) as engine:
        application = create_app(engine, Settings(search=settings))
        line = len(application.test_client().get("/api/v1/export.ndjson?in=articles").data) // 30
        cutting = Cutting(
            application, [line * 7 + 9, line * 5], lambda: published(tmp_path, range(100, 120))
        )
        walk = Client(URL, transport=cutting, backoff_s=0).articles(sort="newest")
        if held_s:
            assert sorted(row.id for row in walk) == [f"a{number:03}" for number in range(30)]
        else:
            with pytest.raises(ArchiveChanged, match=r"7 of 30 arrived: .* the rest is gone"):
                list(walk)


@pytest.mark.parametrize("size", [None, 5])
def test_a_walk_that_no_address_can_hold_is_posted_and_goes_on_likewise(app, size):
    q = "sanctions OR border OR " + "界" * 900
    cutting = Cutting(app, [900, 900])
    client = Client(URL, transport=cutting, backoff_s=0)
    rows = [row.id for row in client.statements(q, size=size)]
    assert {request.method for request in cutting.asked} == {"POST"}
    assert len(cutting.asked) == 3
    found = client.search(q, size=100)
    assert rows == [hit.id for hit in found.hits][:size]
    assert size or found.total.statements == len(rows)


def rows_of(app, count):
    return app.test_client().get("/api/v1/export.ndjson").data.splitlines(keepends=True)[:count]


def test_rows_that_do_not_come_are_an_error_with_how_many_came(app):
    lines = rows_of(app, 3)
    tries = [export(lines, 4), export([], 1), export([], 1)]
    client, _ = answering(*tries, retries=2)
    walk = client.statements()
    assert [next(walk).id for _ in range(3)] == [json.loads(line)["id"] for line in lines]
    with pytest.raises(CutShort, match="3 of 4 arrived: the connection broke") as caught:
        next(walk)
    assert (caught.value.given, caught.value.total) == (3, 4)


def test_an_end_that_comes_too_early_without_an_error_is_noticed(app):
    lines = rows_of(app, 2)
    client, _ = answering(export(lines, 3, broken=False), retries=0)
    with pytest.raises(CutShort):
        list(client.statements())


def test_what_is_no_rest_is_not_taken_for_it(app):
    lines = rows_of(app, 3)
    client, _ = answering(export(lines[:1], 3), export(lines, 3, broken=False))
    with pytest.raises(BadAnswer, match="3 rows are no rest of 3 of which 1 came"):
        list(client.statements())
    client, _ = answering(export(lines[:1], 3), problem(410))
    with pytest.raises(ArchiveChanged, match="1 of 3"):
        list(client.statements())


def test_only_line_feeds_end_rows(app):
    row = json.loads(rows_of(app, 1)[0]) | {"text": "a\u2028b\x85c\x1dd"}
    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
    client, _ = answering(export([line], 1, broken=False))
    assert [each.text for each in client.statements()] == ["a\u2028b\x85c\x1dd"]


def test_wrong_parameters_are_all_named(client):
    with pytest.raises(BadRequest) as caught:
        client.search("x", size=5000, kind="loud")
    assert {each.parameter for each in caught.value.errors} == {"size", "kind"}
    assert caught.value.errors[0].detail in str(caught.value)


def test_what_is_wrong_is_told_once():
    one = {"parameter": "page", "detail": "D"}
    for errors, told in (([one], "page: D"), ([], "D"), ([one | {"detail": "E"}], "D (page: E)")):
        client, _ = answering(problem(404, errors))
        with pytest.raises(NotFound) as caught:
            client.search("x")
        assert str(caught.value) == told


def test_what_is_not_there_is_not_found(client):
    for ask in (lambda: client.article("nowhere"), lambda: client.search("border", page=900)):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(NotFound):
        client.article("../search")
    with pytest.raises(ValueError, match="not empty"):
        client.article("")


def test_a_busy_archive_is_asked_again_after_the_pause_that_it_asks_for(monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    client, asked = answering(
        problem(429, **{"Retry-After": "7"}),
        problem(503, **{"Retry-After": "2"}),
        httpx.ConnectError("refused"),
        httpx.Response(200, json=STATUS),
    )
    assert client.status().articles == 3
    assert len(asked) == 4
    assert pauses[:2] == [7, 2]


STATUS = {
    "engine": "e",
    "generation": "g",
    "built_at": "2026-11-22T08:15:00+00:00",
    "articles": 3,
    "statements": 4,
    "rejects": 0,
    "size_bytes": 5,
    "versions": {"format": "1"},
    "previous": [],
    "degraded": False,
    "added_in_a_later_version": [1],
}


def test_a_pause_that_is_too_long_is_told_instead_of_kept():
    client, asked = answering(problem(429, **{"Retry-After": "3600"}))
    with pytest.raises(TooMany) as caught:
        client.status()
    assert caught.value.retry_after_s == 3600
    assert len(asked) == 1


def test_it_gives_up_after_so_many_tries():
    client, asked = answering(*[problem(503) for _ in range(3)], retries=2)
    with pytest.raises(Unavailable):
        client.status()
    assert len(asked) == 3
    client, asked = answering(*[httpx.ConnectError("refused")] * 3, retries=2)
    with pytest.raises(Unreachable, match="http://archive"):
        client.status()


def test_what_timed_out_is_not_asked_again():
    client, asked = answering(httpx.ReadTimeout("slow"))
    with pytest.raises(Unreachable, match="no answer in time"):
        client.status()
    assert len(asked) == 1


def test_other_services_are_told_from_archives():
    for response in (
        httpx.Response(200, text="<html>hello</html>"),
        httpx.Response(200, json={"engine": 5}),
        httpx.Response(200, content=b"\xff"),
    ):
        client, _ = answering(response)
        with pytest.raises(BadAnswer, match="is no answer of an archive"):
            client.status()


def test_a_no_of_something_else_on_the_way_is_told_by_its_status():
    for body in ("<html>busy</html>", "{}", ""):
        client, _ = answering(httpx.Response(502, text=body), retries=0)
        with pytest.raises(Unavailable, match="502 Bad Gateway"):
            client.status()
    client, _ = answering(httpx.Response(418, text="I’m a teapot"))
    with pytest.raises(Refused) as caught:
        client.status()
    assert caught.value.status == 418
