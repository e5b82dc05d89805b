"""Whatever is sent, nothing breaks and nothing comes alive."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.parameters import FILTER_FIELDS
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

MARKER = "zqx"
NASTY = {
    "script": f"<script>{MARKER}()</script>",
    "attribute": f'" onmouseover="{MARKER}()" x="',
    "single quotes": f"' onfocus={MARKER}() autofocus='",
    "closing title": f"</title><img src=x onerror={MARKER}()>",
    "address": f"javascript:{MARKER}()",
    "template": "{{ 7*7 }}${7*7}#{7*7}",
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "long": "x" * 10_000,
    "many words": "w " * 5_000,
    "brackets": "(" * 3_000,
    "quotes": '"' * 999,
    "newlines": "a\r\nSet-Cookie: x=1",
    "right to left": "a\u202eb",
    "not a character": "\ufffe\uffff",
    "outside the plane": "😀" * 50,
    "dots": "../../etc/passwd",
    "format": "%s%n{0}",
    "number": "9" * 400,
}
PARAMETERS = (
    "q", "match", "explain", "expand", "expand.not", "in", "sort", "size", "page", "date", "date.from", "date.to", "facets",
    "facet.interval.date", "facet.size.speaker", "speaker.op", "not.speaker", *FILTER_FIELDS,
    "nonsense",
)  # fmt: skip


@pytest.fixture(scope="module")
def small_app():
    """A small archive is enough, and there is much to send."""
    return create_app(filled(*made_up_articles(4)), Settings())


@pytest.fixture(scope="module")
def sender(small_app):
    return small_app.test_client()


def is_inert(html):
    tree = LexborHTMLParser(html)
    attributes = {name for node in tree.css("*") for name in node.attributes}
    targets = [node.attributes.get("href") or "" for node in tree.css("[href]")]
    return (
        not tree.css("iframe, object, embed, style")
        and all(
            (node.attributes.get("src") or "").startswith("/static/page.js?") and not node.text()
            for node in tree.css("script")
        )
        and not any(name.startswith("on") or name == "autofocus" for name in attributes)
        and not any(target.lower().startswith(("javascript:", "data:")) for target in targets)
        and all(
            (node.attributes.get("src") or "").startswith("/static/") for node in tree.css("img")
        )
        and "\x00" not in html
    )


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_a_nasty_value_in_any_parameter_is_inert(sender, value):
    for name in PARAMETERS:
        query = urlencode({name: value})
        for path in ("/search", "/api/v1/search", "/articles/a1"):
            response = sender.get(f"{path}?{query}")
            assert response.status_code in {200, 400, 404}, (path, name)
            assert "Set-Cookie" not in response.headers
            if response.mimetype == "text/html":
                assert is_inert(response.get_data(as_text=True)), (path, name)


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_a_nasty_name_or_path_is_inert(sender, value):
    for path in (
        "/search?" + urlencode({value: "1"}),
        "/api/v1/search?" + urlencode({value: "1"}),
        "/articles/" + quote(value, safe=""),
        "/api/v1/articles/" + quote(value, safe=""),
        "/" + quote(value, safe=""),
        "/static/" + quote(value, safe=""),
    ):
        response = sender.get(path)
        assert response.status_code in {200, 308, 400, 404}, path
        if response.mimetype == "text/html":
            assert is_inert(response.get_data(as_text=True)), path


@pytest.mark.parametrize(
    "query",
    ["q=%FF%FE", "q=%", "q=%zz", "q=%ED%A0%80", "speaker=%C3", "%FF=1", "&&&", "=", "q", "q=%00"],
)
@pytest.mark.parametrize("path", ["/", "/search", "/api/v1/search", "/articles/a1"])
def test_broken_escapes_break_nothing(sender, path, query):
    assert sender.get(f"{path}?{query}").status_code in {200, 302, 400}


def test_raw_bytes_that_are_no_text_break_nothing(small_app):
    sender = small_app.test_client()
    for path in ("/", "/search", "/api/v1/search", "/articles/a1"):
        response = sender.get(path, environ_overrides={"QUERY_STRING": "q=\xff\xe9&speaker=\xe4"})
        assert response.status_code in {200, 302, 400}, path


@pytest.mark.parametrize("path", ["", "//", "/static//x", "/api/v1//search"])
def test_line_breaks_in_a_query_string_break_no_way_elsewhere(small_app, path):
    sent = {"PATH_INFO": path, "QUERY_STRING": "q=a\r\nSet-Cookie: x=1\r"}
    response = small_app.test_client().get("/", environ_overrides=sent)
    assert response.status_code < 500
    assert "Set-Cookie" not in response.headers


@given(st.text(max_size=200), st.sampled_from(PARAMETERS))
@settings(max_examples=60, deadline=None)
def test_any_text_in_any_parameter_is_answered(sender, text, name):
    query = urlencode({name: text.encode("utf-8", "replace")})
    for path in ("/search", "/api/v1/search"):
        assert sender.get(f"{path}?{query}").status_code in {200, 302, 400, 404}


def test_markup_in_the_archive_is_shown_as_text(page):
    """`page` is of the whole archive, which names a speaker and a title in angle brackets."""
    for address in ("/search?size=100", "/search?in=articles&size=100", "/articles/a1"):
        assert page(address).css("fish, envoy") == []
    assert "Tomás O'Leary <envoy>" in page("/search").css_first(".facet-speaker").text()
