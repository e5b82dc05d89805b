"""What a reader prefers changes how pages look, and nothing that they say is found."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from searchsvc.web.preferences import PATH

NUMBER = re.compile(r"\d[\d,]*")
SEARCHES = (
    "/search?q=talks",
    "/search?q=talks&in=articles&country=KR",
    "/search?q=nothinglikethis",
    "/search?q=talks&page=99",
    "/matrix?q=talks",
    "/suggest?q=ro",
    "/articles/a1?q=talks",
    "/similar?article=a1",
)
LOOKS = (
    "theme=dark",
    "theme=light",
    "language=ko",
    "keys=off",
    "theme=dark; language=ko; keys=off",
)
ELSEWHERE = (
    "https://evil.example/search",
    "//evil.example/search",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    " //evil.example",
    "http://localhost//evil.example",
    "http://localhost/\\evil.example",
    "http://localhost@evil.example/",
    "http://localhost:81/search",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[",
    "ftp://localhost/search",
    PATH,
    "",
)


@pytest.fixture(scope="module")
def bare(app):
    """Sends the cookies that a test names, and no others."""
    return app.test_client(use_cookies=False)


def tree_of(client, address, cookie=""):
    headers = {"Cookie": cookie} if cookie else {}
    return LexborHTMLParser(client.get(address, headers=headers).get_data(as_text=True))


def cookies_of(response):
    """Value and options of each cookie that is set, by its name."""
    found = {}
    for header in response.headers.getlist("Set-Cookie"):
        for name, morsel in SimpleCookie(header).items():
            found[name] = (morsel.value, dict(morsel))
    return found


@pytest.mark.parametrize("address", SEARCHES)
@pytest.mark.parametrize("look", LOOKS)
def test_links_numbers_and_hits_are_the_same_whatever_is_preferred(bare, address, look):
    def told(tree):
        main = tree.css_first("main, .columns")
        assert main is not None
        addresses = [node.attributes.get("href") for node in tree.css("a")]
        for node in main.css(".body .hop"):  # the way to the next match, in words
            node.decompose()
        return (
            addresses,
            [NUMBER.findall(node.text()) for node in main.css(".number, .badge, td")],
            [node.text() for node in main.css("blockquote, .story .snippet, .body")],
            [node.attributes.get("value") for node in main.css("input")],
        )

    assert told(tree_of(bare, address, look)) == told(tree_of(bare, address))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/search", "/api/v1/docs", "/nothing-here", "/tips"])
def test_chosen_colours_are_named_at_the_root(bare, theme, address):
    tree = tree_of(bare, address, f"theme={theme}")
    assert tree.css_first("html").attributes["data-theme"] == theme
    assert tree.css_first("meta[name=color-scheme]").attributes["content"] == theme


@pytest.mark.parametrize("cookie", ["", "theme=system", "theme=pink", 'theme="><b>', "keys=on"])
def test_without_a_choice_the_root_names_nothing(bare, cookie):
    attributes = tree_of(bare, "/search", cookie).css_first("html").attributes
    assert set(attributes) == {"lang"}


def test_shortcuts_that_are_switched_off_are_so_for_the_script(bare):
    assert tree_of(bare, "/search", "keys=off").css_first("html").attributes["data-keys"] == "off"


def test_every_page_shows_what_is_preferred_and_offers_the_rest(bare):
    tree = tree_of(bare, "/search?q=talks", "theme=dark")
    form = tree.css_first("footer form.preferences")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", PATH)
    pressed = {
        node.attributes["name"]: node.attributes["value"]
        for node in form.css("button[aria-pressed=true]")
    }
    assert pressed == {"theme": "dark", "language": "system", "keys": "on"}
    offered = [(node.attributes["name"], node.attributes["value"]) for node in form.css("button")]
    assert {("theme", "light"), ("theme", "system"), ("language", "ko"), ("keys", "off")} <= set(
        offered
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "dark"),
        ("theme", "light"),
        ("language", "ko"),
        ("language", "en"),
        ("keys", "off"),
    ],
)
def test_a_choice_is_kept_for_a_year_and_only_sent_by_this_site(bare, name, value):
    response = bare.post(PATH, data={name: value, "back": "/search?q=talks"})
    assert (response.status_code, response.headers["Location"]) == (303, "/search?q=talks")
    ((kept, options),) = cookies_of(response).values()
    assert kept == value
    assert options["samesite"] == "Lax"
    assert options["path"] == "/"
    assert options["max-age"] == "31536000"
    assert "httponly" in response.headers["Set-Cookie"].lower()
    assert "secure" not in response.headers["Set-Cookie"].lower()


def test_over_https_a_choice_is_not_sent_without_it(bare):
    response = bare.post(PATH, data={"theme": "dark"}, base_url="https://localhost")
    assert "secure" in response.headers["Set-Cookie"].lower()


def test_below_a_prefix_a_choice_is_for_what_stands_below_it(bare):
    response = bare.post(
        PATH, data={"theme": "dark", "back": "/archive/tips"}, base_url="http://localhost/archive"
    )
    assert cookies_of(response)["theme"][1]["path"] == "/archive/"
    assert response.headers["Location"] == "/archive/tips"
    other = bare.post(
        PATH, data={"theme": "dark", "back": "/tips"}, base_url="http://localhost/archive"
    )
    assert other.headers["Location"] == "/archive/search"


@pytest.mark.parametrize(
    ("name", "value"), [("theme", "system"), ("language", "system"), ("keys", "on")]
)
def test_for_what_is_usual_no_cookie_is_kept(bare, name, value):
    response = bare.post(PATH, data={name: value})
    ((kept, options),) = cookies_of(response).values()
    assert (kept, options["max-age"]) == ("", "0")


@pytest.mark.parametrize("name", ["theme", "language", "keys"])
@pytest.mark.parametrize("value", ["pink", "", "../ko", "dark\r\nX: y", "다크"])
def test_what_cannot_be_chosen_is_refused_and_nothing_kept(bare, name, value):
    response = bare.post(PATH, data={name: value})
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert name in response.get_data(as_text=True)


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("how", ["form", "referrer"])
def test_nobody_is_led_to_another_site(bare, address, how):
    form = {"theme": "dark"} | ({"back": address} if how == "form" else {})
    sent = {"Referer": address.strip().replace("\t", "")} if how == "referrer" else {}
    location = bare.post(PATH, data=form, headers=sent).headers["Location"]
    there = urlsplit(location.replace("\\", "/"))
    assert (there.scheme, there.netloc) == ("", "")
    assert there.path.startswith("/")
    assert not there.path.startswith("//")


def test_the_page_that_the_browser_names_comes_before_the_one_that_the_form_remembers(bare):
    response = bare.post(
        PATH,
        data={"theme": "dark", "back": "/search?q=old"},
        headers={"Referer": "http://localhost/search?q=new"},
    )
    assert response.headers["Location"] == "/search?q=new"


def test_a_reader_chooses_without_scripts_and_comes_back_to_the_same_page(app):
    browser = app.test_client()
    tree = tree_of(browser, "/search?q=talks")
    form = tree.css_first("footer form.preferences")
    back = form.css_first("input[name=back]").attributes["value"]
    response = browser.post(PATH, data={"back": back, "theme": "dark"}, follow_redirects=True)
    assert response.request.full_path == "/search?q=talks"
    assert 'data-theme="dark"' in response.get_data(as_text=True)
    browser.post(PATH, data={"theme": "system"})
    assert "data-theme" not in browser.get("/search").get_data(as_text=True)


def test_preferences_have_a_page_of_their_own(page):
    tree = page(f"{PATH}?back=/search%3Fq%3Dtalks")
    assert len(tree.css("form.preferences")) == 1
    assert "/search?q=talks" in [node.attributes["href"] for node in tree.css("main a")]


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_that_looks_otherwise_is_not_taken_for_the_same(bare, look):
    tag = bare.get("/search?q=talks").headers["ETag"]
    headers = {"Cookie": look, "If-None-Match": tag}
    changed = bare.get("/search?q=talks", headers=headers)
    assert changed.status_code == 200
    again = bare.get(
        "/search?q=talks", headers={"Cookie": look, "If-None-Match": changed.headers["ETag"]}
    )
    assert again.status_code == 304
    assert {"cookie", "accept-language"} <= {each.lower() for each in again.vary}


@pytest.mark.parametrize("cookie", ["session=1", "theme=system", "theme=pink", "other=dark"])
def test_cookies_that_change_nothing_leave_the_tag_alone(bare, cookie):
    tag = bare.get("/search?q=talks").headers["ETag"]
    headers = {"Cookie": cookie, "If-None-Match": tag}
    assert bare.get("/search?q=talks", headers=headers).status_code == 304


@pytest.mark.parametrize("address", ["/api/v1/search?q=talks", "/feed.atom?q=talks"])
@pytest.mark.parametrize("look", LOOKS)
def test_what_programs_read_is_kept_by_caches_as_before(bare, address, look):
    plain = bare.get(address)
    again = bare.get(address, headers={"Cookie": look, "If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304
    assert not {"cookie", "accept-language"} & {
        each.lower() for each in (*plain.vary, *again.vary)
    }
