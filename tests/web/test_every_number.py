"""On any page in any state, a number that is a link equals the hits behind it."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.web import links
from tests.web.searches import searches

FACES = ("/search", "/search", "/search", "/matrix", "/timeline")
"""Pages that take the parameters of a search; where what is searched is asked most."""
COUNT = re.compile(r"([0-9][0-9,]*)(?: (?:statement|article)s?)?")
ABOUT_PLACES = "nav, .trail, .presets, .matches, ol.hits > li > article, .value-chosen"
"""Numbers of pages, of years and of what is inside a text count no hits, and those of what is
chosen are told of what is shown: their links take it away."""


def written(text):
    """The count that a text is, or None where it is something else."""
    found = COUNT.fullmatch(text.strip())
    return int(found[1].replace(",", "")) if found else None


def plain(node):
    """The text of a node without what only screen readers say."""
    hidden = {part.html for part in node.css(".hidden")}
    return "".join(
        part.text(deep=False) if part.html not in hidden else ""
        for part in node.traverse(include_text=True)
        if part.tag == "-text" and not any(near in hidden for near in around(part, node))
    )


def around(part, node):
    """The markup of all elements between a text and `node`."""
    parent = part.parent
    while parent is not None and parent.html != node.html:
        yield parent.html
        parent = parent.parent


def numbers(shown):
    """Addresses of searches and the counts that a page promises behind them."""
    beside = {place.html for part in shown.css(ABOUT_PLACES) for place in part.css("a")}
    for link in shown.css("a[href]"):
        target = link.attributes["href"]
        if urlsplit(target).path != "/search" or link.html in beside:
            continue
        number, title = link.css_first(".number"), link.css_first("title")
        after = link.next
        while after is not None and after.tag == "-text":
            after = after.next
        if number is not None:
            if "by itself" in number.text():  # told beside the number, and tested elsewhere
                continue
            count = written(plain(number))
        elif title is not None:
            count = written(title.text().rpartition(": ")[2])  # None of "3 articles by itself"
        elif after is not None and "found" in (after.attributes.get("class") or "").split():
            count = written(plain(after))
        else:
            count = written(plain(link))
        if count is not None:
            yield target, count


@pytest.fixture(scope="module")
def found(data):
    """How much the search at an address finds."""

    @cache
    def total(address):
        parts = urlsplit(address)
        body = data(f"/api/v1/search?{parts.query}")
        return body["total"][body["in"]]

    return total


@given(searches(), st.sampled_from(FACES))
@settings(max_examples=200, deadline=None)
def test_every_number_of_a_random_page_equals_the_hits_behind_its_link(
    page, found, parameters, face
):
    address = links.address(face, parameters)
    for target, count in numbers(page(address)):
        assert found(target) == count, (address, target)


def test_numbers_of_all_kinds_are_looked_at(page):
    assert len(list(numbers(page("/search?q=talks")))) > 30
    assert len(list(numbers(page("/matrix?q=talks")))) > 10
    assert len(list(numbers(page("/timeline?q=talks")))) > 5
    assert list(numbers(page("/search?q=zzyzx+talks&kind=direct")))
