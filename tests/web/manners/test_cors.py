"""Scripts of other sites read what the settings say, and nothing that is for people."""

from __future__ import annotations

import pytest

from searchsvc.errors import ConfigError
from searchsvc.web.api.headers import HEADERS

ORIGIN = "https://desk.example.org"
API = "/api/v1/search?q=talks"


def test_without_the_setting_nobody_is_let_in(asked):
    response = asked()(API, headers={"Origin": ORIGIN})
    assert not any(name.startswith("Access-Control") for name, _ in response.headers)


@pytest.mark.parametrize("address", [API, "/api/v1/search?colour=red", "/api/v1/nothing"])
def test_everybody_may_read_answers_and_errors_and_the_headers_that_matter(asked, address):
    response = asked(api__origins="*")(address, headers={"Origin": ORIGIN})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    told = set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert told >= set(HEADERS)


@pytest.mark.parametrize("address", ["/search", "/articles/a1", "/metrics", "/readyz", "/tips"])
def test_what_is_for_people_and_operators_is_not_shared(asked, address):
    response = asked(api__origins="*")(address, headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("origins", [ORIGIN, f"{ORIGIN},http://localhost:3000"])
@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        (ORIGIN, True),
        ("https://desk.example.org.evil.example", False),
        ("https://deskXexample.org", False),
        ("http://desk.example.org", False),
        ("null", False),
    ],
)
def test_of_named_origins_just_those(asked, origins, origin, let_in):
    response = asked(api__origins=origins)(API, headers={"Origin": origin})
    allowed = response.headers.get("Access-Control-Allow-Origin")
    assert allowed == (origin if let_in else None)
    assert "Origin" in response.headers["Vary"]


def test_browsers_may_ask_beforehand_without_a_key(asked, tmp_path):
    from searchsvc.keys import Scope, add_key

    add_key(tmp_path / "keys.json", "desk", Scope.READ)
    ask = asked(api__origins="*", api__keys_for="everything", api__keys=tmp_path / "keys.json")
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization, if-none-match",
    }
    response = ask(API, method="OPTIONS", headers=headers)
    assert response.status_code == 200
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "if-none-match" in allowed
    refused = ask(API, headers={"Origin": ORIGIN})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_a_script_may_ask_whether_anything_changed(asked):
    ask = asked(api__origins="*")
    tag = ask(API, headers={"Origin": ORIGIN}).headers["ETag"]
    again = ask(API, headers={"Origin": ORIGIN, "If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "origin", ["example.org", "https://*.example.org", "https://example.org/path", "https://A.org"]
)
def test_what_is_no_origin_is_refused_with_an_example(asked, origin):
    with pytest.raises(ConfigError, match=r"api\.origins.*https://example\.org"):
        asked(api__origins=origin)
