"""Feeds as Atom (RFC 4287) and as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.web.feeds.feed import Entry, Feed
    from searchsvc.web.marking import Run

ATOM_TYPE: Final = "application/atom+xml"
JSON_FEED_TYPE: Final = "application/feed+json"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_VERSION: Final = "https://jsonfeed.org/version/1.1"
_PAGE: Final = "text/html"
# What XML 1.0 (2.2) cannot hold, not even escaped.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = ET.Element("feed", {"xmlns": _ATOM})
    _texts(root, {"id": feed.id, "title": feed.title, "updated": feed.updated})
    _link(root, "self", ATOM_TYPE, feed.atom_url)
    _link(root, "alternate", _PAGE, feed.page_url)
    _link(root, "alternate", JSON_FEED_TYPE, feed.json_url)
    _texts(ET.SubElement(root, "author"), {"name": feed.archive})
    _texts(root, {"generator": "searchsvc"})
    for entry in feed.entries:
        _entry(ET.SubElement(root, "entry"), entry)
    return document(root)


def document(root: ET.Element) -> bytes:
    """An XML document in UTF-8."""
    data: bytes = ET.tostring(root, "UTF-8", xml_declaration=True)
    return data + b"\n"


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed in UTF-8."""
    body = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.json_url,
        "authors": [{"name": feed.archive}],
        "items": [_item(entry) for entry in feed.entries],
        "_searchsvc": {"id": feed.id, "updated": feed.updated},
    }
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def xml_text(text: str) -> str:
    """`text` with a substitute for every character that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _entry(element: ET.Element, entry: Entry) -> None:
    _texts(
        element,
        {
            "id": entry.id,
            "title": entry.title,
            "updated": entry.updated,
            **({"published": entry.published} if entry.published else {}),
            "summary": entry.why,
        },
    )
    _link(element, "alternate", _PAGE, entry.url)
    _texts(ET.SubElement(element, "author"), {"name": entry.author})
    for topic in entry.topics:
        ET.SubElement(element, "category", {"term": xml_text(topic)})
    ET.SubElement(element, "content", {"type": "html"}).text = xml_text(_html(entry))


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": _html(entry),
        "summary": entry.why,
        **({"date_published": entry.published} if entry.published else {}),
        "authors": [{"name": entry.author}],
        "tags": list(entry.topics),
        "_searchsvc": {"matched": list(entry.matched), "source": entry.source},
    }


def _html(entry: Entry) -> str:
    paragraphs = [_marked(runs) for runs in entry.paragraphs]
    paragraphs.append(f"<small>{escape(entry.source)}. {escape(entry.why)}</small>")
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _marked(runs: Iterable[Run]) -> str:
    return "".join(
        f"<mark>{escape(run.text)}</mark>" if run.marks else escape(run.text) for run in runs
    )


def _texts(element: ET.Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        ET.SubElement(element, name).text = xml_text(text)


def _link(element: ET.Element, relation: str, media_type: str, url: str) -> None:
    ET.SubElement(element, "link", {"rel": relation, "type": media_type, "href": xml_text(url)})
