"""Saved web pages to articles."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.corpus import Archive, InputFile
from searchsvc.corpus.bounds import too_costly
from searchsvc.corpus.pages import decode_page, read_page
from searchsvc.corpus.placing import place_on_page
from searchsvc.errors import CorpusError
from searchsvc.model import Article, DateOrigin
from searchsvc.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

FIRST = (
    "The envoy of Norland said on Friday that “the talks went well” & that he would be back "
    "within a month to sign what had been agreed."
)
SECOND = (
    "Officials in Suland welcomed the visit, the ministry said in a statement on Friday night."
)


def page(head: str = "", body: str = "", title: str = "Envoy visits - The Example") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href=/>Home</a> <a href=/politics>Politics</a></nav>"
        f"<article><h1>Envoy visits Suland</h1>"
        f"<p>{FIRST.replace('&', '&amp;')}</p>{body}<p>{SECOND}</p></article>"
        f"<footer>Copyright The Example</footer></body></html>"
    )


def linked(**data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def read_file(folder: Path, data: str | bytes) -> Article | CorpusError:
    folder.mkdir(exist_ok=True)
    (folder / "a.html").write_bytes(data.encode() if isinstance(data, str) else data)
    archive = Archive([str(folder)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    (item,) = archive.read(file)
    return item


def test_the_story_is_the_body_and_nothing_else(tmp_path: Path):
    article = read_file(tmp_path / "saved", page())
    assert isinstance(article, Article)
    assert article.title == "Envoy visits Suland"
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert (article.date, article.byline, article.agency, article.url) == (None, None, None, None)
    assert article.source == "saved"


NEWS_ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Envoy &amp; talks",
    "datePublished": "2018-11-14T17:48:00+09:00",
    "dateModified": "2018-11-15T01:00:00+09:00",
    "author": [{"@type": "Person", "name": "Ana Doe"}, {"name": "Al Roe"}],
    "publisher": {"name": "Example Publishing"},
    "url": "https://example.org/linked",
}


@pytest.mark.parametrize(
    "data",
    [
        NEWS_ARTICLE,
        {"@graph": [{"@type": "WebSite", "name": "x"}, NEWS_ARTICLE]},
        {"@graph": NEWS_ARTICLE | {"@type": ["Thing", "ReportageNewsArticle"]}},
    ],
)
def test_linked_data_describes_the_article(data: dict[str, object]):
    given = read_page(page(linked(**data)))
    assert given.title == "Envoy & talks"
    assert given.date is not None
    assert given.date.isoformat() == "2018-11-14T17:48"
    assert given.date.origin is DateOrigin.METADATA
    assert given.byline == "Ana Doe, Al Roe"
    assert given.source == "Example Publishing"
    assert given.url == "https://example.org/linked"


@pytest.mark.parametrize(
    "author", [{"@id": "#ana"}, [{"@id": "#ana"}], {"@id": "#ana", "name": "Ana Doe"}]
)
def test_linked_data_may_refer_to_the_author(author: object):
    person = {"@type": "Person", "@id": "#ana", "name": "Ana Doe"}
    graph = [NEWS_ARTICLE | {"author": author}, person]
    assert read_page(page(linked(**{"@graph": graph}))).byline == "Ana Doe"
    apart = linked(**person) + linked(**NEWS_ARTICLE | {"author": author})
    assert read_page(page(apart)).byline == "Ana Doe"
    nobody = linked(**NEWS_ARTICLE | {"author": {"@id": "#nobody"}})
    assert read_page(page(nobody)).byline is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("//<![CDATA[\n", "\n//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<!--", "-->"), ("", "")],
)
def test_linked_data_may_be_wrapped(before: str, after: str):
    data = json.dumps(NEWS_ARTICLE)
    script = f'<script type="application/ld+json">{before}{data}{after}</script>'
    assert read_page(page(script)).byline == "Ana Doe, Al Roe"


def test_linked_data_may_be_a_list_and_broken_data_are_passed_over():
    broken = '<script type="application/ld+json">{"@type": "NewsArticle",}</script>'
    listed = [{"@type": "BreadcrumbList"}, NEWS_ARTICLE]
    script = f'<script type="application/ld+json">{json.dumps(listed)}</script>'
    assert read_page(page(broken + script)).title == "Envoy & talks"


def test_the_name_of_the_site_and_the_canonical_address_win():
    head = (
        linked(**NEWS_ARTICLE)
        + '<meta property="og:site_name" content="The Example">'
        + '<link rel="canonical" href="https://example.org/a/1">'
    )
    given = read_page(page(head))
    assert (given.source, given.url) == ("The Example", "https://example.org/a/1")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2018-11-14T17:48:00Z">',
        '<meta name="pubdate" content="Wed, 14 Nov 2018 17:48:00 GMT">',
        '<meta itemprop="datePublished" content="2018-11-14 17:48">',
        linked(**{"@type": "NewsArticle", "datePublished": "2018-11-14T17:48"}),
    ],
)
def test_dates_are_read_from_metadata(head: str):
    date = read_page(page(head)).date
    assert date is not None
    assert (date.day, date.time) == (dt.date(2018, 11, 14), dt.time(17, 48))


def test_a_time_element_gives_the_date_where_metadata_do_not():
    date = read_page(page(body='<time datetime="2018-11-14">today</time>')).date
    assert date is not None
    assert date.day == dt.date(2018, 11, 14)


def test_a_page_without_a_stated_date_stays_undated():
    head = '<meta name="pubdate" content="2018-02-31"><meta name="date" content="soon">'
    assert (
        read_page(page(head, "<p>Copyright 2018, last seen 2018-11-14 on the web.</p>")).date
        is None
    )


def test_the_open_graph_names_title_and_author():
    head = (
        '<meta property="og:title" content="Envoy&#8217;s visit">'
        '<meta name="author" content="By Ana Doe, Reuters">'
        '<meta property="article:author" content="https://example.org/ana">'
    )
    given = read_page(page(head))
    assert (given.title, given.byline, given.agency) == ("Envoy’s visit", "Ana Doe", "Reuters")


@pytest.mark.parametrize(
    ("visible", "byline"),
    [
        ("<p class='byline'>By Ana Doe</p>", "Ana Doe"),
        ("<div class='story byline top'>By <b>Ana Doe</b> in Seoul</div>", "Ana Doe"),
        ("<p>By <a rel='author' href=/ana>Ana Doe</a></p>", "Ana Doe"),
        (
            "<p>By <a rel=author href=/a>Ana Doe</a> and <a rel=author href=/b>Al Roe</a></p>",
            "Ana Doe and Al Roe",
        ),
        ("<a rel='author external' href=/ana>Ana Doe</a>", "Ana Doe"),
        ("<span itemprop='author' itemscope><i itemprop=name>Ana Doe</i></span>", "Ana Doe"),
        ("<p><i itemprop=author>Ana Doe</i> <i itemprop=author>Al Roe</i></p>", "Ana Doe, Al Roe"),
        (
            "<div class=byline>By <a href=/ana>Ana Doe</a> <time>May 12, 2017</time></div>",
            "Ana Doe",
        ),
        ("<p>Posted on May 12, 2017 by <a rel=author href=/ana>Ana Doe</a></p>", "Ana Doe"),
        ("<p>By <a rel=author href=/ana>Ana Doe</a> | May 12 | Politics</p>", "Ana Doe"),
    ],
)
@pytest.mark.parametrize("head", ["", '<meta name="author" content="Jo Poe">'])
def test_a_byline_that_the_page_shows_is_read_where_metadata_name_nobody(
    tmp_path: Path, visible: str, byline: str, head: str
):
    article = read_file(tmp_path, page(head, visible))
    assert isinstance(article, Article)
    assert article.byline == ("Jo Poe" if head else byline)
    assert article.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<aside><p class=byline>By Ana Doe</p></aside>",
        "<div class='comments'><b itemprop=author>Ana Doe</b></div>",
        "<div id='related-stories'><p class=byline>By Ana Doe</p></div>",
        "<p class=byline hidden>By Ana Doe</p>",
        "<p class=byline>What readers have said about all this on the web</p>",
    ],
)
def test_who_wrote_something_else_on_the_page_is_not_its_author(tmp_path: Path, elsewhere: str):
    article = read_file(tmp_path, page(body=elsewhere))
    assert isinstance(article, Article)
    assert article.byline is None


def test_a_name_within_a_sentence_stays_there(tmp_path: Path):
    sentence = (
        "As <a rel=author href=/a>Ana Doe</a> reported from Suland, nothing had been signed."
    )
    article = read_file(tmp_path, page(body=f"<p>{sentence}</p>"))
    assert isinstance(article, Article)
    assert "As Ana Doe reported from Suland" in article.body


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var s = 'Never shown at all to anyone.';</script>",
        "<p hidden>Never shown at all to anyone.</p>",
        '<div style="color:red; DISPLAY : none"><p>Never shown at all to anyone.</p></div>',
        "<noscript><p>Never shown at all to anyone.</p></noscript>",
        "<template><p>Never shown at all to anyone.</p></template>",
        "<!-- <p>Never shown at all to anyone.</p> -->",
        "<textarea>Never shown at all to anyone.</textarea>",
    ],
)
def test_what_a_reader_does_not_see_is_not_in_the_body(tmp_path: Path, hidden: str):
    article = read_file(tmp_path, page(body=hidden))
    assert isinstance(article, Article)
    assert article.body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("title", ["Envoy visits Suland", "Envoy visits Suland - The Example"])
def test_a_heading_that_repeats_the_title_is_not_in_the_body(tmp_path: Path, title: str):
    article = read_file(tmp_path, page(f'<meta property="og:title" content="{title}">'))
    assert isinstance(article, Article)
    assert (article.title, article.body) == (title, f"{FIRST}\n\n{SECOND}")


def test_captions_are_kept_apart(tmp_path: Path):
    figure = "<figure><img src=x><figcaption>The envoy <b>waves</b>. Yonhap</figcaption></figure>"
    article = read_file(tmp_path, page(body=figure))
    assert isinstance(article, Article)
    assert article.captions == ("The envoy waves. Yonhap",)
    assert "waves" not in article.body
    assert article.agency is None


def test_offsets_lead_into_the_page_with_its_markup(tmp_path: Path):
    html = page(body="<!-- The envoy --><script>The envoy of Norland</script>")
    article = read_file(tmp_path, html)
    assert isinstance(article, Article)
    for word in ("envoy", "talks", "& that", "Officials", "night."):
        raw = article.body_offsets.to_raw(article.body.index(word))
        assert html[raw : raw + len(word)].replace("&amp;", "&")[: len(word[:1])] == word[:1]
    start = article.body_offsets.to_raw(article.body.index("Officials"))
    assert html[start:].startswith(SECOND)


@given(
    st.lists(st.sampled_from(["One two.", "Three", "four five six", "Three"]), max_size=5),
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "<!-- x -->", "<script>Three</script>", " ", "\n"]),
             min_size=6, max_size=6),
)  # fmt: skip
def test_places_on_a_page_ascend_and_meet_the_paragraphs(texts: list[str], marks: list[str]):
    html = "".join(mark + text for mark, text in zip(marks, [*texts, ""], strict=False))
    body = "\n\n".join(texts)
    offsets = place_on_page(body, html)
    raw = [offsets.to_raw(place) for place in range(len(body))]
    assert raw == sorted(raw)
    assert all(0 <= offset <= len(html) for offset in raw)


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("cp949", '<meta charset="euc-kr">'),
        ("cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("utf-8", '<meta charset="iso-8859-1">'),
        ("utf-16", ""),
    ],
)
def test_a_page_is_decoded_as_it_declares_unless_it_is_unicode(encoding: str, declaration: str):
    words = {"cp949": "대통령", "cp1251": "Президент"}.get(encoding, "Präsident")
    assert words in decode_page(f"{declaration}<p>{words}</p>".encode(encoding))


def test_a_page_of_menus_is_a_reject(tmp_path: Path):
    item = read_file(tmp_path, "<html><ul><li>Home<li>News<li>About us</ul></html>")
    assert isinstance(item, CorpusError)
    assert "no article text" in item.reason


def test_depth_counts_what_lies_within_each_other_only():
    assert too_costly("<div></div>" * 5000 + "<p>" * 5000) is None
    assert "deep" in (too_costly("<div>" * 5000) or "")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<script>", "<script type='application/ld+json'>", '{"@type":"Article"',
             "}", "<!--", "<figure><figcaption>", FIRST, "&#0;", "&bad;", "<time datetime=x>", "\x00",
             "<meta name=date content=", "'", "<table><tr><td>", "<style>",]
        ),
        max_size=20,
    ).map("".join)
)  # fmt: skip
def test_any_page_is_an_article_or_a_reject(tmp_path: Path, html: str):
    item = read_file(tmp_path, f"<html>{html}")
    if isinstance(item, Article):
        assert item.body
        assert item.title
