"""The page of an article: what is marked and why, the way between matches, who said what, citations."""

from __future__ import annotations

import json

import pytest
import rispy
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser

from searchsvc.model import SpeakerKind
from searchsvc.settings import Settings
from searchsvc.web import create_app, formatting
from searchsvc.web.profiles import country_page, speaker_page
from tests.builders import article_document
from tests.reference_engine import filled

QUERIES = ("talks", "sanctions talks", "harbour", '"the border"', "zzyzx", "speaker:Okabe", "fish")


@pytest.mark.parametrize("query", QUERIES)
def test_a_hit_leads_to_the_first_place_that_matches_where_there_is_one(page, query):
    cards = page(f"/search?in=articles&size=100&q={query}").css(".story")
    for card in cards:
        address, _, anchor = card.css_first("h3 a").attributes["href"].partition("#")
        marked = page(address).css(".body mark")
        assert bool(marked) == (anchor == "m-1"), address
        assert not marked or marked[0].attributes["id"] == "m-1"


@pytest.mark.parametrize("number", [1, 3, 7])
def test_every_place_that_matches_is_reached_from_the_one_before(page, number):
    shown = page(f"/articles/a{number}?q=harbour+OR+the+OR+talks+OR+border+OR+said")
    ids = [mark.attributes["id"] for mark in shown.css(".body mark[id]")]
    assert ids == [f"m-{place}" for place in range(1, len(ids) + 1)]
    (start,) = shown.css(".hop-first a")
    assert start.attributes["href"] == "#m-1"
    hops = shown.css(".body .hop")
    assert [hop.css_first(".at").text() for hop in hops] == [
        f"{place} of {len(ids)}" for place in range(1, len(ids) + 1)
    ]
    nexts = [hop.css_first("a[rel=next]").attributes["href"] for hop in hops]
    befores = [hop.css_first("a[rel=prev]").attributes["href"] for hop in hops]
    assert nexts == [f"#{place}" for place in (*ids[1:], ids[0])]
    assert befores == [f"#{place}" for place in (ids[-1], *ids[:-1])]


def test_a_single_match_needs_no_way_to_another(page):
    (hop,) = page("/articles/a3?q=quiet").css(".body .hop")
    assert hop.text() == "1 of 1"
    assert hop.css("a") == []


def test_without_a_query_nothing_is_said_of_matches(page):
    shown = page("/articles/a3")
    assert shown.css(".hop, .matches, mark") == []


@pytest.mark.parametrize("address", ["/articles/a3?q=harbour", "/articles/a3", "/articles/a9"])
def test_the_legend_explains_every_sort_of_mark_on_the_page_and_no_other(page, address):
    shown = page(address)
    legend = shown.css_first(".legend")
    for sort, shape in (("mark", ".mark"), (".said", ".said"), (".country", ".country")):
        used = bool(shown.css(f".body {sort}"))
        assert used == bool(legend and legend.css(shape)), sort
    if legend:
        assert all(item.text(strip=True) for item in legend.css("li"))


def test_the_index_tells_who_said_what_how_and_about_whom(page, archive):
    for article, statements in archive:
        shown = page(f"/articles/{article.id}")
        entries = {item.attributes["value"]: item for item in shown.css(".voices li")}
        assert set(entries) == {str(each.number) for each in statements}
        for each in statements:
            entry = entries[str(each.number)]
            assert entry.css_first("a").attributes["href"] == f"#s-{each.number}"
            facts = entry.css_first(".facts")
            assert facts.text().startswith(formatting.manner(each))
            leads = {a.attributes["href"] for a in facts.css("a")}
            named = [one for one in each.others if one.kind is not SpeakerKind.UNNAMED]
            assert leads == {
                *(country_page("", code) for code in each.countries),
                *(speaker_page("", one.name) for one in named),
            }


def test_only_who_has_a_name_has_a_page(page, archive):
    seen = set()
    for article, statements in archive:
        shown = page(f"/articles/{article.id}")
        for heading in shown.css(".voices h3"):
            name, link = heading.css_first(".name").text(), heading.css_first("a")
            unnamed = {
                each.speaker is None or each.speaker.kind is SpeakerKind.UNNAMED
                for each in statements
                if name == (each.speaker.name if each.speaker else "unnamed source")
            }
            assert unnamed == {link is None}
            if link:
                assert link.attributes["href"] == speaker_page("", name)
            seen |= unnamed
    assert seen == {True, False}


def files(block):
    return {a.text(): a.attributes["href"] for a in block.css(".files a")}


def check_files(client, found, title, note):
    """The three files read by what others read them with."""
    texts = {}
    for name, address in found.items():
        response = client.get(address)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        texts[name] = response.get_data(as_text=True)
    (entry,) = parse_string(texts["BibTeX"], "bibtex").entries.values()
    (item,) = json.loads(texts["CSL-JSON"])
    (line,) = rispy.loads(texts["RIS"].replace("\r\n", "\n"))
    assert item["title"] == line["title"] == title
    assert item.get("note") == line.get("notes", [None])[0] == note
    assert bool(note) == ("note" in entry.fields)


def test_an_article_is_cited_in_a_line_and_three_files(client, page, archive):
    for article, _ in archive[:6]:
        block = page(f"/articles/{article.id}").css_first("section.cite")
        line = block.css_first(".line").text()
        day = formatting.day(article.date.day) if article.date else "undated"
        url = article.url or f"http://localhost/articles/{article.id}"
        assert line.endswith(f"{article.source}, {day}, {url}.")
        assert line.startswith(f"{article.byline}, “" if article.byline else "“")
        assert list(files(block)) == ["BibTeX", "RIS", "CSL-JSON"]
        check_files(client, files(block), article.title, None)


def test_a_statement_is_cited_with_the_address_of_its_sentence(client, page, archive):
    article, statements = next(pair for pair in archive if len(pair[1]) > 1)
    shown = page(f"/articles/{article.id}")
    for each in statements:
        block = shown.css_first(f"#i-{each.number} details.cite")
        line = block.css_first(".line").text()
        place = f"/articles/{article.id}#s-{each.number}"
        assert line.endswith(f"http://localhost{place}.")
        assert each.body in line
        assert article.title in line
        assert each.speaker is None or line.startswith(each.speaker.name)
        anchor = place.partition("#")[2]
        assert shown.css_first(f"#{anchor}") is not None
        who = f" ({each.speaker.name})" if each.speaker else ""
        check_files(client, files(block), article.title, f"“{each.body}”{who}")


@pytest.mark.parametrize(
    "address",
    [
        "/articles/zzz/cite.bib",
        "/articles/a3/cite.ris?statement=99",
        "/articles/a3/cite.ris?statement=01",
        "/articles/a3/cite.csl.json?statement=%3Cb%3E",
    ],
)
def test_there_is_no_file_of_what_is_not_there(page, address):
    assert "There is no such article" in page(address, status=404).css_first("main").text()


def cited(**changes):
    app = create_app(filled((article_document(id="x", **changes), ())), Settings())
    with app.test_client() as client:
        return LexborHTMLParser(client.get("/articles/x").get_data(as_text=True))


@pytest.mark.parametrize(
    ("byline", "title", "start"),
    [
        (None, "Plain words", "“Plain words,” "),
        ("Ines Calder", "Who pays?", "Ines Calder, “Who pays?” "),
        ("Ines Calder and Bo Rae", "A “big” day", "Ines Calder and Bo Rae, “A ‘big’ day,” "),
        (
            "Ines Calder, Bo Rae and Ki Mun",
            "It's on",
            "Ines Calder, Bo Rae, and Ki Mun, “It's on,” ",
        ),
    ],
)
def test_a_line_to_copy_is_punctuated_as_a_note_on_a_news_article(byline, title, start):
    shown = cited(byline=byline, agency=None, title=title)
    assert shown.css_first("section.cite .line").text().startswith(start)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.news.example/a?b=c", "news.example"),
        ("javascript:alert(1)", None),
        ("http://[x", None),
        (None, None),
    ],
)
def test_only_a_web_address_leads_to_the_original(url, host):
    links = cited(url=url).css(".title a[rel~=nofollow]")
    assert [(a.text(), a.attributes["href"]) for a in links] == ([(host, url)] if host else [])
