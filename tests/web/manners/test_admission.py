"""Keys let in who has one, for what it is for, until it is revoked; and nobody else."""

from __future__ import annotations

import base64
import logging
import re

import pytest

from searchsvc.errors import ConfigError
from searchsvc.keys import Scope, add_key, revoke_key
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.web.api import OPERATIONS
from tests.builders import article_document
from tests.reference_engine import filled

API = "/api/v1/search?size=1&facets=none"
PAGES = ["/search?size=1", "/tips", "/articles/a1"]
ALWAYS_OPEN = ["/healthz", "/readyz", "/static/style.css"]
CHALLENGES = 'Bearer realm="searchsvc", Basic realm="searchsvc", charset="UTF-8"'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture
def reader(file):
    return bearer(add_key(file, "newsroom", Scope.READ))


@pytest.fixture
def admin(file):
    return bearer(add_key(file, "prometheus", Scope.ADMIN))


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def basic(key, name="anybody"):
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{key}'.encode()).decode()}"}


def test_without_the_setting_everybody_may_do_everything(asked):
    ask = asked()
    for address in (API, *PAGES, *ALWAYS_OPEN, "/metrics"):
        assert ask(address, headers=bearer("nonsense")).status_code == 200


def test_where_the_api_needs_keys_pages_do_not(asked, file, reader):
    ask = asked(api__keys_for="api", api__keys=file)
    refused = ask(API)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == CHALLENGES
    assert refused.content_type == "application/problem+json"
    assert "Authorization: Bearer" in refused.get_json(force=True)["detail"]
    assert ask(API, headers=reader).status_code == 200
    for address in (*PAGES, *ALWAYS_OPEN, "/api/v1/", "/api/v1/suggest?q=ro"):
        assert ask(address).status_code == 200


def test_where_everything_needs_keys_pages_do_too_and_browsers_ask_for_a_password(
    asked, file, reader, admin
):
    del admin
    ask = asked(api__keys_for="everything", api__keys=file)
    for address in PAGES:
        refused = ask(address)
        assert refused.status_code == 401
        assert refused.mimetype == "text/html"
        assert refused.headers["WWW-Authenticate"] == CHALLENGES
        assert ask(address, headers=reader).status_code == 200
        password = reader["Authorization"].removeprefix("Bearer ")
        assert ask(address, headers=basic(password)).status_code == 200
    for address in ("/api/v1/suggest?q=ro", "/api/v1/", API, "/search.json"):
        refused = ask(address)
        assert refused.status_code == 401
        assert ("Authorization: Bearer" in refused.get_data(as_text=True)) is ("/api/" in address)
    assert ask("/nothing").status_code == 404
    for address in ALWAYS_OPEN:
        assert ask(address).status_code == 200


def test_every_address_is_for_people_or_for_programs(engine_of_all, file, reader):
    del reader
    overrides = {"api.keys_for": "api", "api.keys": file}
    app = create_app(engine_of_all, load_settings(overrides=overrides))
    client = app.test_client()
    operations = {f"api.{each.name}": each for each in OPERATIONS}
    for rule in app.url_map.iter_rules():
        asked = re.sub(
            r"<(?:(\w+):)?\w+>", lambda place: "1" if place[1] == "int" else "x", str(rule)
        )
        told = operations.get(rule.endpoint)
        needs = told.access.scope("api") if told else rule.endpoint.startswith("feeds.")
        assert (client.get(asked).status_code == 401) is bool(needs), str(rule)


@pytest.mark.parametrize("keys_for", ["api", "everything"])
@pytest.mark.parametrize("address", ["/favicon.ico", "/serch", "/api/v1/serch", "/static/none"])
def test_what_does_not_exist_is_not_found_without_a_key(asked, file, reader, keys_for, address):
    del reader
    response = asked(api__keys_for=keys_for, api__keys=file)(address)
    assert response.status_code == 404
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize("address", ["/feed.atom", "/api/v1/export.csv", "/feed.json"])
def test_who_follows_a_link_of_a_free_page_is_asked_for_a_password(asked, file, reader, address):
    ask = asked(api__keys_for="api", api__keys=file)
    refused = ask(address)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == CHALLENGES
    password = reader["Authorization"].removeprefix("Bearer ")
    assert ask(address, headers=basic(password)).status_code == 200


def test_an_address_that_only_leads_on_is_as_free_as_pages(asked, file, reader):
    ask = asked(api__keys_for="api", api__keys=file)
    sent_on = ask("/search.json?q=talks")
    assert (sent_on.status_code, sent_on.location) == (308, "/api/v1/search?q=talks")
    assert ask(sent_on.location).status_code == 401
    assert ask(sent_on.location, headers=reader).status_code == 200


def test_the_page_of_an_article_that_is_called_json_is_a_page(file, reader):
    del reader
    overrides = {"api.keys_for": "api", "api.keys": file}
    engine = filled((article_document(id="minutes.json"), ()))
    app = create_app(engine, load_settings(overrides=overrides))
    response = app.test_client().get("/articles/minutes.json")
    assert (response.status_code, response.mimetype) == (200, "text/html")


def test_refused_requests_count_as_well(asked, file, reader):
    ask = asked(api__keys_for="api", api__keys=file, api__limits="2 per hour")
    assert [ask(API).status_code for _ in range(3)] == [401, 401, 429]
    assert ask(API, headers=reader).status_code == 200


def test_metrics_and_details_are_for_administrators(asked, file, reader, admin):
    ask = asked(api__keys_for="api", api__keys=file)
    assert ask("/metrics").status_code == 401
    refused = ask("/metrics", headers=reader)
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="admin"' in refused.headers["WWW-Authenticate"]
    assert "newsroom" in refused.get_json(force=True)["detail"]
    assert ask("/metrics", headers=admin).status_code == 200
    assert ask(API, headers=admin).status_code == 200
    assert ask("/api/v1/status", headers=reader).status_code == 403
    assert ask("/api/v1/status", headers=admin).status_code == 200
    for headers in ((), reader):
        body = ask("/readyz", headers=headers).get_json()
        assert body.pop("status") == "ready"
        assert not any(body.values())
    assert ask("/readyz", headers=admin).get_json()["articles"] > 0


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer",
        "Bearer ",
        "Bearer searchsvc_wrong",
        "bearer  ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Digest username=x",
        "Bearer \xff\xfe",
        "x" * 10_000,
        "Bearer " + "k" * 10_000,
    ],
)
def test_what_is_no_key_is_refused(asked, file, reader, sent):
    del reader
    response = asked(api__keys_for="api", api__keys=file)(API, headers={"Authorization": sent})
    assert response.status_code == 401


def test_a_wrong_key_is_told_apart_from_none(asked, file, reader):
    del reader
    response = asked(api__keys_for="api", api__keys=file)(API, headers=bearer("searchsvc_x"))
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert "revoked" in response.get_json(force=True)["detail"]


def test_a_key_holds_from_the_next_request_and_so_does_its_end(asked, file, reader):
    ask = asked(api__keys_for="api", api__keys=file)
    late = bearer(add_key(file, "late", Scope.READ))
    assert ask(API, headers=late).status_code == 200
    revoke_key(file, "late")
    assert ask(API, headers=late).status_code == 401
    assert ask(API, headers=reader).status_code == 200


@pytest.mark.parametrize("damage", ["gone", "broken", "open to others"])
def test_a_file_that_cannot_be_trusted_lets_nobody_in(asked, file, reader, damage, caplog):
    ask = asked(api__keys_for="api", api__keys=file)
    assert ask(API, headers=reader).status_code == 200
    whole = file.read_text()
    if damage == "gone":
        file.unlink()
    elif damage == "broken":
        file.write_text("{")
    else:
        file.chmod(0o644)
    with caplog.at_level(logging.ERROR):
        assert ask(API, headers=reader).status_code == 401
        assert ask(API, headers=reader).status_code == 401
    assert len(caplog.records) == 1
    file.write_text(whole)
    file.chmod(0o600)
    assert ask(API, headers=reader).status_code == 200


def test_an_unchanged_answer_is_told_to_nobody_without_a_key(asked, file, reader):
    ask = asked(api__keys_for="api", api__keys=file)
    response = ask(API, headers=reader)
    tag = {"If-None-Match": response.headers["ETag"]}
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert ask(API, headers=tag).status_code == 401
    assert ask(API, headers=tag | reader).status_code == 304


def test_a_service_that_is_to_ask_for_keys_does_not_start_without_their_file(asked, file):
    with pytest.raises(ConfigError, match="searchsvc keys add"):
        asked(api__keys_for="api", api__keys=file)


def test_no_log_and_no_answer_holds_a_key(asked, file, reader, caplog):
    ask = asked(api__keys_for="api", api__keys=file, server__log="json", server__log_queries="on")
    with caplog.at_level(logging.DEBUG, logger="searchsvc.requests"):
        answers = [ask(API, headers=reader), ask(API, headers=bearer("searchsvc_guess"))]
    secret = reader["Authorization"].removeprefix("Bearer ")
    told = repr([(record.getMessage(), record.__dict__) for record in caplog.records])
    told += repr([(answer.data, answer.headers) for answer in answers])
    assert "newsroom" in told
    assert secret not in told
    assert "searchsvc_guess" not in told
