"""Asks the data functions, and follows every number of an answer to the search behind it."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from searchsvc.aliases import built_in
from searchsvc.settings import SearchSettings
from searchsvc.web import links
from searchsvc.web.answer import Linked
from searchsvc.web.asked import read_text
from searchsvc.web.links import Addresses
from searchsvc.web.reads.asking import Asking
from searchsvc.web.schemas import read_address
from searchsvc.web.search import to_request
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

SETTINGS = SearchSettings()
ADDRESSES = Addresses(links.API_SEARCH_PATH)


@lru_cache(maxsize=8)
def archive(seed, count=30):
    """Articles with their statements."""
    return made_up_articles(count, seed)


@lru_cache(maxsize=8)
def engine_of(seed, count=30):
    """A reference engine that has published them."""
    return filled(*archive(seed, count))


def answered(engine, function, *asked):
    """What a data function answers."""
    return engine.read(
        lambda reader: function(
            Asking(reader, SETTINGS, ADDRESSES, aliases=built_in()),
            *asked,
        )
    )


def parameters_of(url):
    """The search that an address asks for; nothing of it is wrong."""
    parts = urlsplit(url)
    assert parts.path == links.API_SEARCH_PATH
    read = read_address(parse_qsl(parts.query, keep_blank_values=True))
    assert not read.bad, url
    assert not read.unknown, url
    return read.parameters


@lru_cache(maxsize=1 << 14)
def total_behind(engine, url):
    """What the search at an address finds."""
    parameters = parameters_of(url)
    tree = read_text(parameters, built_in()).tree
    return engine.search(to_request(parameters, tree, SETTINGS)).total


def numbers_in(view):
    """Every number with a link in an answer, however deep."""
    if isinstance(view, Linked):
        yield view
    elif dataclasses.is_dataclass(view):
        for field in dataclasses.fields(view):
            yield from numbers_in(getattr(view, field.name))
    elif isinstance(view, tuple):
        for each in view:
            yield from numbers_in(each)


def check_numbers(engine, view):
    """Every number of an answer is what the search behind it finds; how many there were."""
    seen = 0
    for number in numbers_in(view):
        if number.url is None:
            assert number.count == 0
        else:
            assert number.count > 0
            assert total_behind(engine, number.url) == number.count, number.url
            seen += 1
    return seen
