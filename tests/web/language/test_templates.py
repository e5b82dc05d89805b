"""No template says anything but by a message; and pages in another language say it in that."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from searchsvc.settings import ServerSettings
from tests.web.archive import made_up_articles
from tests.web.language.messages import FOLDER

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
ENGLISH_ONLY = {"docs.html", "docs_guide.html"}
"""The documentation of the endpoint, for programmers."""
TYPED = {"code", "kbd"}
"""What is typed is the same in every language."""
SPOKEN = {"aria-label", "title", "placeholder", "alt", "label", "aria-description"}
NO_WORDS = {"token token-", "light dark"}
"""Literals that are classes, or values of attributes."""
PAGES = (
    "/search",
    "/search?q=talks",
    "/search?q=talks&explain=on",
    "/search?in=articles&q=talks&country=KR&not.speaker=Rosa+Quispe&date.from=2016",
    "/search?q=talkz",
    "/search?q=talks&date.from=2030",
    "/search?q=talks&page=99",
    "/search?q=(talks+OR&page=x&date.from=y&foo=1",
    "/search?q=Kiev",
    "/matrix?q=talks",
    "/matrix?in=articles",
    "/timeline?q=talks&by=speaker",
    "/timeline?in=articles",
    "/compare",
    "/compare?a.speaker=Rosa+Quispe&b.speaker=Jun+Okabe",
    "/articles/a1",
    "/articles/a3",
    "/articles/a1?q=talks",
    "/similar",
    "/similar?article=a1",
    "/suggest?q=r",
    "/speakers/Rosa%20Quispe",
    "/speakers/Nobody",
    "/countries/KR",
    "/tips",
    "/preferences",
    "/nothing-here",
)
# Formats, standards and units by their own names; what tips and repairs show as typed; places whose
# Korean name gives the acronym as well.
BY_NAME = set(
    "json atom csv ndjson bibtex ris csl jsonl retry after utc english or not talked borders kyiv "
    "exact tr direct mixed indirect ctrl k j n p o enter esc x q eu un nato imf wto who iaea and in "
    "searchsvc talks talkz kiev post get url http https id a b s okabe nobody foo r y date from monroe "
    "colaresi quinn fightin words".split()
)
WORD = re.compile(r"[A-Za-z]+")


class Bare(HTMLParser):
    """Finds text between tags, and in attributes that are spoken."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.typed = 0

    def handle_data(self, data):
        if not self.typed:
            self.found.append(data)

    def handle_endtag(self, tag):
        self.typed -= tag in TYPED

    def handle_starttag(self, tag, attrs):
        self.typed += tag in TYPED
        self.found += [value or "" for name, value in attrs if name in SPOKEN]


def without_jinja(source):
    """The text of a template without what Jinja makes; literals that it may show are kept."""
    kept = []
    for _line, kind, value in Environment().lex(source):
        if kind == "data":
            kept.append(value)
        elif kind == "variable_begin":
            kept.append("0")
    return "".join(kept)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_stands_bare_between_tags(path):
    if path.name in ENGLISH_ONLY:
        return
    bare = Bare()
    bare.feed(without_jinja(path.read_text(encoding="utf-8")))
    assert {text.strip(" 0\n") for text in bare.found if WORD.search(text)} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_expression_shows_words_that_are_no_message(path):
    """Literals with a capital or a space are words; in calls of `_` and the like they are messages."""
    if path.name in ENGLISH_ONLY:
        return
    tokens = [
        (kind, value)
        for _line, kind, value in Environment().lex(path.read_text(encoding="utf-8"))
        if kind != "whitespace"
    ]
    shown = []
    for index, (kind, value) in enumerate(tokens):
        if kind != "string" or not re.search(r"[a-z] [a-z]|[A-Z][a-z]+$|[A-Z][a-z]+ ", value):
            continue
        before = [text for _kind, text in tokens[max(0, index - 5) : index]]
        if before[-2:] == ["tip", "("]:  # a query that is typed in any language
            continue
        if not {"_", "ngettext", "pgettext"} & set(before) and value.strip("\"'") not in NO_WORDS:
            shown.append(value)
    assert shown == []


@pytest.fixture(scope="module")
def data_words():
    """Every word that stands in the made-up archive."""
    words = set()
    for article, statements in made_up_articles():
        words |= {word.lower() for word in WORD.findall(repr((article, statements)))}
    return words


@pytest.mark.parametrize("address", PAGES)
def test_a_page_in_korean_says_nothing_in_english(client, data_words, address):
    page = client.get(address, headers={"Accept-Language": "ko"}).get_data(as_text=True)
    tree = LexborHTMLParser(page)
    root, title, body = tree.css_first("html"), tree.css_first("title"), tree.body
    assert root is not None
    assert title is not None
    assert body is not None
    assert root.attributes["lang"] == "ko"
    for node in tree.css(
        "code, kbd, script, [lang=en], .request-id, template, .bibtex, pre, .names-also p, .via"
    ):
        node.decompose()
    texts = [title.text(), *(body.text(separator="\n").split("\n"))]
    texts += [
        value
        for node in tree.css("*")
        for name, value in node.attributes.items()
        if name in SPOKEN and value
    ]
    known = data_words | BY_NAME
    english = {
        text.strip()
        for text in texts
        if {
            word.lower()
            for word in WORD.findall(re.sub(r"https?://\S+|\b[0-9a-f]{8,}\b|\S*\d\S*", "", text))
        }
        - known
    }
    assert english == set()
    assert ServerSettings().name in BY_NAME
