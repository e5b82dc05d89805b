"""Saved web pages to what they give: metadata that the page states, and the story's text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from searchsvc.corpus.bylines import read_author
from searchsvc.corpus.columns import Given, one_line, web_address
from searchsvc.corpus.credited import take_byline, words_of
from searchsvc.corpus.dates import read_date
from searchsvc.corpus.decoding import decode
from searchsvc.model import ArticleDate, DateOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator


_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_CHARSET_WITHIN: Final = 4096
# Matches "display:none" and "visibility: hidden"; must not match "display: block".
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NEVER_SHOWN: Final = "script, style, template, noscript, [hidden], input, select, textarea, svg"
_ARTICLE_TYPES: Final = re.compile(r"(?:\w*Article|BlogPosting|\w*Reportage\w*)\Z")
# What hides the data from old programs. Matches "//<![CDATA[" and "-->" at either end.
_DATA_WRAPPING: Final = re.compile(
    r"\A\s*(?://|/\*)?\s*<!(?:\[CDATA\[|--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?\s*\Z"
)
_MOST_NESTED: Final = 200
_SENTENCE_MARK: Final = re.compile(r"[.!?…。]")
_FEWEST_WORDS: Final = 3

_TITLES: Final = ("og:title", "twitter:title", "dc.title", "headline")
_DATES: Final = (
    "article:published_time",
    "og:published_time",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "datepublished",
    "publish_date",
    "publishdate",
    "pubdate",
    "date",
)
_AUTHORS: Final = ("author", "article:author", "parsely-author", "dc.creator", "byl")
_SITES: Final = ("og:site_name", "application-name", "dc.publisher")


def decode_page(data: bytes) -> str:
    """The text of a page, in the encoding that it declares unless it is UTF-8."""
    declared = _CHARSET.search(data, 0, _CHARSET_WITHIN)
    return decode(data, declared=declared[1].decode("ascii") if declared else None)


def read_page(text: str) -> Given:
    """What a page gives; its text is empty where it holds no story.

    Nothing is fetched and nothing guessed: a date counts only where the page states it.
    """
    tree = LexborHTMLParser(text)
    metas = _metas(tree)
    story = _story_data(tree)
    date = _date(tree, story, metas)
    _drop_hidden(tree)
    shown = take_byline(tree)
    author = read_author(_author(story) or _meta(metas, _AUTHORS) or "") or shown
    captions = _take_captions(tree)
    title = _stated(story, "headline") or _meta(metas, _TITLES) or _heading(tree)
    _drop_title(tree, title or "")
    return Given(
        title=title,
        text=_story_text(tree),
        date=date,
        source=_meta(metas, _SITES) or _name(story.get("publisher")),
        url=_url(tree, story, metas),
        byline=author.name if author else None,
        email=author.email if author else None,
        agency=author.agency if author else None,
        captions=captions,
    )


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    """The meta tags by lower-case name; of several with one name the first."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = one_line(attributes.get("content") or "")
        if name and content:
            metas.setdefault(name.casefold(), content)
    return metas


def _meta(metas: dict[str, str], names: tuple[str, ...]) -> str | None:
    # An author given as an address names nobody.
    return next(
        (metas[name] for name in names if name in metas and "://" not in metas[name]), None
    )


def _story_data(tree: LexborHTMLParser) -> dict[str, Any]:
    """The JSON-LD object that describes the article; empty where there is none."""
    objects = [
        item
        for node in tree.css('script[type="application/ld+json"]')
        for item in _objects(_linked_data(node.text(strip=True)), 0)
    ]
    named = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str)}
    for item in objects:
        kinds = item.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _ARTICLE_TYPES.match(kind) for kind in kinds):
            return {name: _resolved(value, named) for name, value in item.items()}
    return {}


def _linked_data(text: str) -> object:
    try:
        return json.loads(_DATA_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _resolved(value: object, named: dict[str, dict[str, Any]]) -> object:
    """`value`, or what it refers to where it is only the name of other objects of the page."""
    if isinstance(value, list):
        return [_referred(part, named) for part in value]
    return _referred(value, named)


def _referred(value: object, named: dict[str, dict[str, Any]]) -> object:
    name = value.get("@id") if isinstance(value, dict) and len(value) == 1 else None
    return named.get(name, value) if isinstance(name, str) else value


def _objects(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MOST_NESTED:
        return
    if isinstance(data, list):
        for item in data:
            yield from _objects(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _objects(data.get("@graph"), depth + 1)
        yield from _objects(data.get("mainEntity"), depth + 1)


def _stated(story: dict[str, Any], name: str) -> str | None:
    value = story.get(name)
    return one_line(value) if isinstance(value, str) else None


def _name(value: object) -> str | None:
    """The name of a person or organisation, however JSON-LD writes it."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name, value))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return one_line(value) if isinstance(value, str) else None


def _author(story: dict[str, Any]) -> str | None:
    return _name(story.get("author")) or _name(story.get("creator"))


def _date(
    tree: LexborHTMLParser, story: dict[str, Any], metas: dict[str, str]
) -> ArticleDate | None:
    times = (node.attributes.get("datetime") for node in tree.css("time[datetime]"))
    for value in (
        _stated(story, "datePublished"),
        *(metas.get(name) for name in _DATES),
        next(times, None),
        _stated(story, "dateModified"),
    ):
        stamp = read_date(value or "")
        if stamp:
            return ArticleDate(stamp.day, stamp.time, DateOrigin.METADATA)
    return None


def _url(tree: LexborHTMLParser, story: dict[str, Any], metas: dict[str, str]) -> str | None:
    canonical = tree.css_first('link[rel="canonical"][href]')
    main = story.get("mainEntityOfPage")
    candidates = (
        canonical.attributes.get("href") if canonical else None,
        metas.get("og:url"),
        story.get("url"),
        main.get("@id") if isinstance(main, dict) else main,
    )
    urls = (web_address(url) for url in candidates if isinstance(url, str))
    return next(filter(None, urls), None)


def _heading(tree: LexborHTMLParser) -> str | None:
    for selector in ("article h1", "h1", "title"):
        node = tree.css_first(selector)
        heading = words_of(node) if node else None
        if heading:
            return heading
    return None


def _drop_title(tree: LexborHTMLParser, title: str) -> None:
    """Take the headings that repeat the title out of the page, if with the site's name or less."""
    wanted = title.casefold()
    for node in tree.css("h1"):
        heading = (words_of(node) or "").casefold()
        if heading and (wanted.startswith(heading) or heading.startswith(wanted)):
            node.decompose()


def _drop_hidden(tree: LexborHTMLParser) -> None:
    for node in tree.css(_NEVER_SHOWN):
        node.decompose()
    for node in tree.css("[style]"):
        if _HIDING_STYLE.search(node.attributes.get("style") or ""):
            node.decompose()


def _take_captions(tree: LexborHTMLParser) -> tuple[str, ...]:
    captions = []
    for node in tree.css("figcaption"):
        caption = words_of(node)
        if caption:
            captions.append(caption)
        node.decompose()
    return tuple(dict.fromkeys(captions))


def _story_text(tree: LexborHTMLParser) -> str:
    """The story, a paragraph a line; empty where the page has none."""
    # A third of a second to import, which only pages need.
    import trafilatura  # noqa: PLC0415 - see above

    text = trafilatura.extract(
        tree.html or "", include_comments=False, include_tables=True, include_links=False
    )
    lines = text.split("\n") if text else []
    return "\n\n".join(lines) if any(map(_is_sentence, lines)) else ""


def _is_sentence(line: str) -> bool:
    """Whether a line says something, as menus and forms do not."""
    return "。" in line or (
        len(line.split()) >= _FEWEST_WORDS and bool(_SENTENCE_MARK.search(line))
    )
