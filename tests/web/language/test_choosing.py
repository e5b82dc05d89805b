"""Who reads which language, and that programs read English."""

from __future__ import annotations

import re

import pytest

from searchsvc.errors import ConfigError
from searchsvc.settings import ServerSettings, Settings
from searchsvc.web import create_app
from searchsvc.web.language import ENGLISH, current
from tests.reference_engine import filled

PAGES = ("/search", "/tips", "/matrix", "/similar", "/suggest?q=ro", "/nothing-here")
DATA = ("/api/v1/search", "/healthz", "/api/v1/nothing", "/feed.atom")


MOMENTS = re.compile(rb'"(?:took_ms|request_id|instance|elapsed_ms|engine_ms)": ?[^,}]*')


@pytest.fixture(scope="module")
def client(app):
    """Sends the cookies that a test names, and no others."""
    return app.test_client(use_cookies=False)


def language_of(response):
    return response.get_data(as_text=True).split('<html lang="')[1].split('"')[0]


def asking(archive, setting, **headers):
    app = create_app(filled(*archive), Settings(server=ServerSettings(language=setting)))
    return language_of(app.test_client(use_cookies=False).get("/tips", headers=headers))


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_gets_the_language_that_it_asks_for(client, path):
    response = client.get(path, headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"})
    assert language_of(response) == "ko"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("de", "en"),
        ("de, ko;q=0.2", "ko"),
        ("en-GB, ko;q=0.9", "en"),
        ("ko, en;q=0.1", "ko"),
        ("*", "en"),
        ("ko;q=0", "en"),
        ("ko;q=x, \x00", "en"),
        ("../../en, /etc/passwd", "en"),
    ],
)
def test_of_what_is_asked_for_the_first_that_there_is_is_taken(client, asked, given):
    assert language_of(client.get("/tips", headers={"Accept-Language": asked})) == given


@pytest.mark.parametrize(
    ("cookie", "given"), [("ko", "ko"), ("en", "en"), ("xx", "en"), ("../ko", "en"), ("", "en")]
)
def test_a_choice_comes_before_what_the_browser_asks_for(client, cookie, given):
    headers = {"Cookie": f"language={cookie}", "Accept-Language": "en" if cookie != "en" else "ko"}
    assert language_of(client.get("/tips", headers=headers)) == given


def test_an_archive_has_a_language_that_a_reader_may_still_change(archive):
    asked = {"Accept-Language": "en"}
    assert asking(archive, "ko", **asked) == "ko"
    assert asking(archive, "ko", **asked, Cookie="language=en") == "en"
    assert asking(archive, "auto", **asked) == "en"


def test_a_language_that_is_not_there_is_refused_by_name(archive):
    with pytest.raises(ConfigError, match=r"server\.language.*auto, en, ko.*'tlh'"):
        asking(archive, "tlh")


@pytest.mark.parametrize("path", DATA)
def test_programs_read_english_whatever_they_ask_for(client, path):
    korean = {"Accept-Language": "ko", "Cookie": "language=ko"}
    plain, other = client.get(path), client.get(path, headers=korean)
    assert plain.status_code == other.status_code
    assert MOMENTS.sub(b"", plain.get_data()) == MOMENTS.sub(b"", other.get_data())
    assert not {"cookie", "accept-language"} & {each.lower() for each in other.vary}


@pytest.mark.parametrize("path", PAGES)
def test_caches_are_told_what_a_page_depends_on(client, path):
    response = client.get(path)
    assert {"cookie", "accept-language"} <= {each.lower() for each in response.vary}


def test_a_page_in_one_language_is_not_taken_for_the_same_in_another(client):
    english, korean = ({"Accept-Language": code} for code in ("en", "ko"))
    tag = client.get("/search", headers=english).headers["ETag"]
    assert client.get("/search", headers={**english, "If-None-Match": tag}).status_code == 304
    assert client.get("/search", headers={**korean, "If-None-Match": tag}).status_code == 200
    other = client.get("/search", headers=korean).headers["ETag"]
    again = client.get("/search", headers={**korean, "If-None-Match": other})
    assert again.status_code == 304
    assert {"cookie", "accept-language"} <= {each.lower() for each in again.vary}


def test_the_documentation_of_the_endpoint_is_in_english(client):
    response = client.get("/api/v1/docs", headers={"Accept-Language": "ko"})
    assert language_of(response) == "en"
    assert "Cookie" in response.vary  # its colours are those that were chosen


def test_the_tag_of_what_programs_read_does_not_depend_on_the_reader(client):
    tags = {
        client.get("/api/v1/search", headers=headers).headers["ETag"]
        for headers in ({}, {"Accept-Language": "ko"}, {"Cookie": "language=ko; theme=dark"})
    }
    assert len(tags) == 1


def test_after_a_request_english_is_spoken_again(client):
    client.get("/tips", headers={"Accept-Language": "ko"})
    assert current() is ENGLISH
