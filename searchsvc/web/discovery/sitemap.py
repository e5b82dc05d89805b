"""The articles as sitemaps (sitemaps.org/protocol.html), and what crawlers are asked to leave alone."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.model import Collection
from searchsvc.web import controls, links

if TYPE_CHECKING:
    from searchsvc.engine.contract import Cursor, Reader
    from searchsvc.web.links import Addresses

MOST_ON_PAGE: Final = 50_000
"""Addresses of one sitemap; the protocol allows no more."""
_MINUTES_A_DAY: Final = 24 * 60  # see `Cursor.key`
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ARTICLES: Final = SearchRequest(collection=Collection.ARTICLES, sort=Sort.OLDEST, limit=0)

# A search has no end of addresses, each of which costs; the articles are what there is to find.
_LEFT_ALONE: Final = (
    links.SEARCH_PATH,
    controls.TIMELINE_PATH,
    links.MATRIX_PATH,
    controls.COMPARE_PATH,
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


def sitemap(reader: Reader, page: int, origin: str, addresses: Addresses) -> str | None:
    """One sitemap: the articles of a page, from 1, oldest first; None where there is no such page.

    The date of an article is when it was published: it is not known to have changed since. No
    document is read for it, as an article stands in the order by its day.
    """
    if not 1 <= page <= pages(reader):
        return None
    walk = reader.walk(replace(_ARTICLES, offset=(page - 1) * MOST_ON_PAGE))
    entries = "".join(
        f"<url><loc>{escape(origin + addresses.article(place.document_id))}</loc>"
        f"{_day(place)}</url>\n"
        for place in islice(walk.places, MOST_ON_PAGE)
    )
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{entries}</urlset>\n'


def _day(place: Cursor) -> str:
    """When an article was published; nothing where that is not known."""
    if place.key < 0:
        return ""
    day = dt.date.fromordinal(int(place.key) // _MINUTES_A_DAY)
    return f"<lastmod>{day.isoformat()}</lastmod>"


def robots(root: str, base: str) -> str:
    """What crawlers are told; `root` is what the application is mounted under."""
    refused = "".join(f"Disallow: {root}{path}\n" for path in _LEFT_ALONE)
    return f"User-agent: *\n{refused}\nSitemap: {base}{links.SITEMAP_PATH}\n"
