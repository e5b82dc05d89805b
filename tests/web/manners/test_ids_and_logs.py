"""Every request has an id, and where that is wanted a line in the log, which says no more than it should."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import re
from itertools import islice

import pytest

from searchsvc.errors import EngineUnavailable
from searchsvc.settings import Settings, load_settings
from searchsvc.web import create_app
from searchsvc.web.manners import logs
from tests.reference_engine import ReferenceEngine, filled

API = "/api/v1/search?q=talks&size=1&facets=none"


@pytest.fixture
def written():
    """Gives what is written with a formatter while a function runs."""

    def write(formatter, action):
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter)
        handler.addFilter(logs._identify)
        logger = logging.getLogger("searchsvc")
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            action()
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
        return out.getvalue().splitlines()

    return write


@pytest.mark.parametrize("given", ["abc-123", "Root=1-67891233-abcdef", "a/b:c+d@e.f", "x" * 128])
def test_a_sane_id_is_taken_over(asked, given):
    response = asked()("/tips", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "é", 'a"b', "{}", "a,b", None])
def test_any_other_is_replaced(asked, given):
    ask = asked()
    headers = {} if given is None else {"X-Request-Id": given}
    made = [ask("/tips", headers=headers).headers["X-Request-Id"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{24}", each) for each in made)
    assert made[0] != made[1]


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v1/search?colour=red"])
def test_a_problem_names_its_request(asked, address):
    response = asked()(address, headers={"X-Request-Id": "r-17"})
    assert response.get_json(force=True)["request_id"] == "r-17"
    assert response.headers["X-Request-Id"] == "r-17"


def test_without_the_setting_nothing_is_written(asked, written):
    assert written(logs.JsonLines(), lambda: asked()(API)) == []


def test_the_line_of_a_request_says_what_became_of_it(asked, written, engine_of_all):
    ask = asked(server__log="json")
    responses = []
    (line,) = written(
        logs.JsonLines(),
        lambda: responses.append(ask(API, headers={"X-Request-Id": "r-1"})),
    )
    told = json.loads(line)
    assert abs(
        dt.datetime.fromisoformat(told.pop("time")) - dt.datetime.now(dt.UTC)
    ) < dt.timedelta(minutes=5)
    assert told.pop("ms") > 0
    assert told == {
        "level": "INFO",
        "logger": "searchsvc.requests",
        "id": "r-1",
        "method": "GET",
        "path": "/api/v1/search",
        "status": 200,
        "bytes": len(responses[0].data),
        "operation": "api.search",
        "generation": engine_of_all.generation(),
        "key": None,
        "cut": None,
    }


def test_a_304_is_told_with_the_generation_that_it_is_about(asked, written, engine_of_all):
    ask = asked(server__log="json")
    tag = ask(API).headers["ETag"]
    (line,) = written(logs.JsonLines(), lambda: ask(API, headers={"If-None-Match": tag}))
    told = json.loads(line)
    assert (told["status"], told["bytes"]) == (304, 0)
    assert told["generation"] == engine_of_all.generation()


def test_what_is_searched_for_is_written_by_setting_alone(asked, written):
    (line,) = written(logs.JsonLines(), lambda: asked(server__log="json")(API))
    assert "talks" not in line
    ask = asked(server__log="json", server__log_queries="on")
    (line,) = written(logs.JsonLines(), lambda: ask(API))
    assert json.loads(line)["query"] == "q=talks&size=1&facets=none"


@pytest.mark.parametrize("formatter", [logs.JsonLines, logs.PlainLines])
def test_no_address_breaks_a_line(asked, written, formatter):
    ask = asked(server__log="text", server__log_queries="on")
    hostile = "/articles/a%0Ab%0D%1B%E2%80%A8%22?q=%0A%22}&x=é"
    (line,) = written(formatter(), lambda: ask(hostile))
    assert line.isprintable()
    if formatter is logs.JsonLines:
        assert json.loads(line)["status"] == 404


def test_text_is_one_line_too(asked, written):
    (line,) = written(logs.PlainLines(), lambda: asked(server__log="text")(API))
    assert re.search(
        r"INFO searchsvc\.requests \[[0-9a-f]{24}\] GET /api/v1/search 200 [\d.]+ ms \d+ bytes"
        r" generation=\S+ key=None cut=None$",
        line,
    )


class Failing(ReferenceEngine):
    def _published(self):
        raise EngineUnavailable("the disk is away")


def test_other_messages_carry_the_id_of_their_request(written):
    client = create_app(Failing(), Settings()).test_client()
    lines = written(
        logs.JsonLines(),
        lambda: client.get(API, headers={"X-Request-Id": "r-9"}, buffered=True),
    )
    (told,) = map(json.loads, lines)
    assert (told["id"], told["level"]) == ("r-9", "ERROR")
    assert "disk is away" in told["message"]


def test_an_error_is_one_line_with_its_traceback(written):
    def fail():
        try:
            int("two\nlines")
        except ValueError:
            logging.getLogger("searchsvc.somewhere").exception("it broke")

    (line,) = written(logs.JsonLines(), fail)
    told = json.loads(line)
    assert told["message"] == "it broke"
    assert told["id"] is None
    assert "ValueError: invalid literal" in told["exception"]


def test_bytes_are_those_sent_even_where_they_stream(asked, written):
    def stream(app):
        app.add_url_rule("/stream", "stream", lambda: (part for part in ("ab", "cde")))

    ask = asked(stream, server__log="json")
    (line,) = written(logs.JsonLines(), lambda: ask("/stream"))
    assert json.loads(line)["bytes"] == 5


def test_settings_for_logs_are_checked():
    from searchsvc.errors import ConfigError

    with pytest.raises(ConfigError, match="off, text, json"):
        load_settings(overrides={"server.log": "xml"})


@pytest.mark.parametrize("path", ["/speakers/Jos%C3%A9", "/speakers/%E9%87%91", "/a%20b"])
def test_a_path_is_written_as_it_was_asked_for(asked, written, path):
    ask = asked(server__log="json")
    (line,) = written(logs.JsonLines(), lambda: ask(path))
    assert json.loads(line)["path"] == path


def breaking():
    yield "ab"
    raise EngineUnavailable("the disk is away")


@pytest.mark.parametrize("taken", [0, 1, 2, 3])
def test_an_answer_that_ends_before_its_end_is_told_with_who_ended_it(archive, written, taken):
    app = create_app(filled(*archive), load_settings(overrides={"server.log": "json"}))
    app.add_url_rule("/stream", "stream", lambda: (part for part in ("ab", "cde")))

    def ask():
        response = app.test_client().get("/stream")
        assert len(list(islice(response.response, taken))) == min(taken, 2)
        response.close()

    (line,) = written(logs.JsonLines(), ask)
    told = json.loads(line)
    assert told["status"] == 200
    assert told["cut"] == ("client" if taken < 3 else None)


def test_an_answer_that_cannot_be_finished_is_told_in_log_and_metrics(archive, written):
    app = create_app(filled(*archive), load_settings(overrides={"server.log": "text"}))
    app.add_url_rule("/stream", "stream", breaking)
    client = app.test_client()

    def ask():
        with pytest.raises(EngineUnavailable, match="disk is away"):
            client.get("/stream", buffered=True)

    (line,) = written(logs.PlainLines(), ask)
    assert "GET /stream 200" in line
    assert line.endswith("cut=archive")
    told = client.get("/metrics", buffered=True).get_data(as_text=True)
    assert 'searchsvc_cut_total{by="archive",operation="stream"} 1.0' in told
    assert 'by="client"' not in told


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "address", ["/search", "/api/v1/export.csv", "/static/style.css", "/none"]
)
def test_whole_answers_are_not_told_to_be_cut(asked, written, method, address):
    ask = asked(server__log="json")
    (line,) = written(logs.JsonLines(), lambda: ask(address, method=method))
    assert json.loads(line)["cut"] is None
