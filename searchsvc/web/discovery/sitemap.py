"""The articles as sitemaps (sitemaps.org/protocol.html), and what crawlers are asked to leave alone."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.model import Collection
from searchsvc.web import links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import Reader
    from searchsvc.web.links import Addresses

MOST_ON_PAGE: Final = 50_000
"""Addresses of one sitemap; the protocol allows no more."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ARTICLES: Final = SearchRequest(collection=Collection.ARTICLES, sort=Sort.OLDEST, limit=0)

# A search has no end of addresses, each of which costs; the articles are what there is to find.
_LEFT_ALONE: Final = (
    links.SEARCH_PATH,
    links.SIMILAR_PATH,
    links.SUGGEST_PATH,
    links.COMPLETIONS_PATH,
    links.ATOM_PATH,
    links.JSON_FEED_PATH,
    links.API_PATH,
    f"{links.ARTICLES_PATH}*?",
)


def pages(reader: Reader) -> int:
    """How many sitemaps the articles fill, at least 1."""
    return max(1, math.ceil(reader.search(_ARTICLES).total / MOST_ON_PAGE))


def index(reader: Reader, base: str) -> str:
    """The sitemap of the sitemaps; `base` is what paths are put behind."""
    last = reader.built_at.date().isoformat()
    entries = "".join(
        f"<sitemap><loc>{escape(base + links.sitemap(number))}</loc>"
        f"<lastmod>{last}</lastmod></sitemap>\n"
        for number in range(1, pages(reader) + 1)
    )
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{entries}</sitemapindex>\n'


def sitemap(reader: Reader, page: int, origin: str, addresses: Addresses) -> Iterator[str]:
    """One sitemap, piece by piece: the articles of a page, from 1, oldest first.

    The date of an article is when it was published: it is not known to have changed since.
    """
    request = SearchRequest(
        collection=Collection.ARTICLES, sort=Sort.OLDEST, offset=(page - 1) * MOST_ON_PAGE
    )
    yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n'
    for hit in islice(reader.walk(request).hits, MOST_ON_PAGE):
        address = escape(origin + addresses.article(hit.document.id))
        date = hit.document.date
        day = f"<lastmod>{date.day.isoformat()}</lastmod>" if date else ""
        yield f"<url><loc>{address}</loc>{day}</url>\n"
    yield "</urlset>\n"


def robots(root: str, base: str) -> str:
    """What crawlers are told; `root` is what the application is mounted under."""
    refused = "".join(f"Disallow: {root}{path}\n" for path in _LEFT_ALONE)
    return f"User-agent: *\n{refused}\nSitemap: {base}{links.SITEMAP_PATH}\n"
