"""Who asks more often than allowed is told so, and when to go on; others notice nothing."""

from __future__ import annotations

import pytest

from searchsvc.errors import ConfigError
from searchsvc.keys import Scope, add_key

API = "/api/v1/search?size=1&facets=none"


def statuses(ask, count, **options):
    return [ask(API, **options).status_code for _ in range(count)]


def test_without_the_setting_nobody_is_counted(asked):
    ask = asked()
    assert statuses(ask, 20) == [200] * 20
    assert "RateLimit-Limit" not in ask(API).headers


def test_one_more_than_allowed_is_refused_and_says_when_to_go_on(asked):
    ask = asked(api__limits="3 per hour")
    left = [ask(API).headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = ask(API)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert "3 in 3,600 seconds" in refused.get_json(force=True)["detail"]
    assert refused.headers["RateLimit-Limit"] == "3"
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert f"{int(refused.headers['Retry-After']):,} seconds, as" in refused.get_json()["detail"]
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]


def test_people_are_told_on_a_page(asked):
    ask = asked(api__limits="1 per hour")
    ask("/search")
    refused = ask("/search")
    assert (refused.status_code, refused.mimetype) == (429, "text/html")
    assert "Retry-After" in refused.headers


def test_the_limit_that_leaves_least_is_told_and_every_one_holds(asked):
    ask = asked(api__limits="100 per day,2 per hour")
    assert ask(API).headers["RateLimit-Limit"] == "2"
    assert statuses(ask, 3) == [200, 429, 429]


def test_what_one_limit_refuses_spends_nothing_of_another(asked):
    ask = asked(api__limits="1 per minute,3 per hour")
    assert statuses(ask, 6) == [200, *[429] * 5]
    refused = ask(API)
    assert "1 in 60 seconds" in (detail := refused.get_json(force=True)["detail"])
    assert "3 in" not in detail
    assert int(refused.headers["Retry-After"]) <= 60


def test_clients_are_counted_apart(asked):
    ask = asked(api__limits="2 per hour")
    assert statuses(ask, 3) == [200, 200, 429]
    assert statuses(ask, 3, remote="192.0.2.8") == [200, 200, 429]


def test_half_of_a_long_address_is_free_to_choose_and_not_counted_apart(asked):
    ask = asked(api__limits="2 per hour")
    assert statuses(ask, 2, remote="2001:db8::1") == [200, 200]
    assert statuses(ask, 1, remote="2001:db8::dead:beef") == [429]
    assert statuses(ask, 1, remote="2001:db8:0:1::1") == [200]
    assert statuses(ask, 2, remote="fe80::1%eth0") == [200, 200]
    assert statuses(ask, 2, remote="::ffff:192.0.2.1") == [200, 200]
    assert statuses(ask, 1, remote="::ffff:192.0.2.2") == [200]


@pytest.mark.parametrize("client", ["192.0.2.1", "[2001:db8::1]"])
def test_a_port_behind_an_address_makes_no_other_client(asked, client):
    ask = asked(api__limits="2 per minute")
    found = [statuses(ask, 1, remote=f"{client}:{port}")[0] for port in (5000, 5001, 5002)]
    assert found == [200, 200, 429]
    assert statuses(ask, 1, remote="not:an:address") == [200]


def test_keys_are_counted_by_name_wherever_they_come_from(asked, tmp_path):
    file = tmp_path / "keys.json"
    one, other = (add_key(file, name, Scope.READ) for name in ("one", "other"))
    ask = asked(api__limits="2 per hour", api__keys_for="api", api__keys=file)
    mine, theirs = ({"Authorization": f"Bearer {key}"} for key in (one, other))
    assert statuses(ask, 2, headers=mine) == [200, 200]
    assert statuses(ask, 1, headers=mine, remote="192.0.2.99") == [429]
    assert statuses(ask, 1, headers=theirs) == [200]


def test_an_unchanged_answer_counts_as_well(asked):
    ask = asked(api__limits="2 per hour")
    tag = ask(API).headers["ETag"]
    assert statuses(ask, 2, headers={"If-None-Match": tag}) == [304, 429]


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics", "/static/style.css"])
def test_what_keeps_the_service_running_and_assets_are_free(asked, address):
    ask = asked(api__limits="1 per hour")
    assert [ask(address).status_code for _ in range(3)] == [200] * 3


def test_no_header_changes_who_asks_unless_a_proxy_is_trusted(asked):
    ask = asked(api__limits="1 per hour")
    forged = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(3)]
    assert [ask(API, headers=each).status_code for each in forged] == [200, 429, 429]


def test_a_trusted_proxy_says_who_asks_and_clients_cannot_say_more(asked):
    ask = asked(api__limits="1 per hour", server__trusted_proxies=1)
    headers = {"X-Forwarded-For": "203.0.113.1", "X-Forwarded-Proto": "https"}
    assert ask(API, headers=headers).status_code == 200
    assert ask(API, headers=headers).status_code == 429
    forged = {"X-Forwarded-For": "198.51.100.9, 203.0.113.1"}
    assert ask(API, headers=forged).status_code == 429
    assert ask(API, headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 200


def test_neither_host_nor_prefix_is_taken_from_headers(asked):
    ask = asked(server__trusted_proxies=1)
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    response = ask("/", headers=headers)
    assert response.headers["Location"] == "/search"
    assert b"evil" not in ask("/search", headers=headers).data


@pytest.mark.parametrize("limit", ["often", "3", "three per hour", "5 per fortnight"])
def test_a_limit_that_cannot_be_understood_is_refused(asked, limit):
    with pytest.raises(ConfigError, match=r"api\.limits.*60 per minute"):
        asked(api__limits=limit)


@pytest.mark.parametrize("storage", ["cupboard://", "async+memory://"])
def test_a_storage_that_there_is_not_is_refused(asked, storage):
    with pytest.raises(ConfigError, match=r"api\.limit_storage"):
        asked(api__limits="3 per hour", api__limit_storage=storage)
