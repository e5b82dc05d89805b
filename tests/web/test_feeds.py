"""Searches as feeds: what a reader program shows, and that it never shows the same thing twice."""

from __future__ import annotations

import dataclasses
import json
from urllib.parse import quote
from xml.etree import ElementTree as ET

import feedparser
import pytest

from searchsvc.aliases import AliasFile
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Act, Collection
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.builders import SAID, article_document, date, statement_document
from tests.reference_engine import ReferenceReader, filled

ATOM = "{http://www.w3.org/2005/Atom}"
SEARCHES = (
    "",
    "q=sanctions",
    "q=sanctions&in=articles",
    "speaker=Rosa+Quispe&not.source=Steppe+Gazette",
    "q=border+OR+talks&date.from=2016&sort=oldest&page=3&facets=none",
    "q=" + quote("“useful"),
)


def atom_of(client, query, **options):
    response = client.get(f"/feed.atom?{query}", **options)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ET.fromstring(response.data)


def ids(feed):
    return [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]


def app_over(*pairs, settings=None):
    return create_app(filled(*pairs), settings or Settings(), aliases=AliasFile()).test_client()


@pytest.mark.parametrize("query", SEARCHES)
def test_a_reader_program_finds_no_fault_with_the_feed(client, query):
    read = feedparser.parse(client.get(f"/feed.atom?{query}").data)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.id.startswith("tag:searchsvc.invalid,2026:searchsvc/feeds/")
    assert {link.rel for link in read.feed.links} == {"self", "alternate"}
    for entry in read.entries:
        assert entry.id
        assert entry.title
        assert entry.updated_parsed
        assert entry.link.startswith("http://localhost/articles/")


@pytest.mark.parametrize("query", SEARCHES)
def test_entries_are_the_newest_hits_of_the_search(client, data, query):
    kept = "&".join(pair for pair in query.split("&") if not pair.startswith(("sort", "page")))
    found = data(f"/api/v1/search?{kept}&size=50&sort=newest")
    items = json.loads(client.get(f"/feed.json?{query}").data)["items"]
    urls = [item["url"].removeprefix("http://localhost") for item in items]
    assert urls == [hit["links"]["html"] for hit in found["hits"]]
    assert len({item["id"] for item in items}) == len(items)


@pytest.mark.parametrize("query", SEARCHES)
def test_both_forms_say_the_same(client, query):
    atom = atom_of(client, query)
    body = json.loads(client.get(f"/feed.json?{query}").data)
    assert body["version"] == "https://jsonfeed.org/version/1.1"
    assert ids(atom) == [item["id"] for item in body["items"]]
    assert [entry.findtext(f"{ATOM}content") for entry in atom.iter(f"{ATOM}entry")] == [
        item["content_html"] for item in body["items"]
    ]


def test_an_entry_says_why_it_is_there_and_who_said_it(client):
    entry = next(iter(atom_of(client, "q=sanctions").iter(f"{ATOM}entry")))
    assert entry.findtext(f"{ATOM}summary") == "Found by sanctions."
    assert "<mark>sanctions</mark>" in entry.findtext(f"{ATOM}content", "")
    assert entry.findtext(f"{ATOM}author/{ATOM}name")


def test_another_name_is_told_with_the_name_that_it_stands_for():
    said = "DPRK officials will come"
    document = statement_document(body=said)
    client = app_over((article_document(body=said), (document,)))
    (item,) = json.loads(client.get("/feed.json?q=North+Korea").data)["items"]
    assert item["_searchsvc"]["matched"] == ["DPRK (another name of North Korea)"]


def test_without_words_the_filters_are_the_reason(client):
    entry = next(iter(atom_of(client, "speaker=Rosa+Quispe").iter(f"{ATOM}entry")))
    assert entry.findtext(f"{ATOM}summary") == "Found by the filters of this search."


def test_ids_stay_when_the_archive_is_built_again_on_another_host_with_more_statements():
    first = statement_document()
    before = app_over((article_document(), (first,)))
    earlier = statement_document(id="a1:1", body="We close", act=Act.SAY)
    later = dataclasses.replace(first, id="a1:2")
    after = app_over((article_document(statement_count=2), (earlier, later)))
    old = ids(atom_of(before, "q=open"))
    new = ids(atom_of(after, "q=open", base_url="https://other.example/mounted"))
    assert "open" in SAID
    assert old == new
    assert len(old) == 1


def test_what_is_said_twice_in_one_article_is_two_entries():
    twice = (statement_document(id="a1:1"), statement_document(id="a1:2"))
    client = app_over((article_document(statement_count=2), twice))
    first, second = ids(atom_of(client, ""))
    assert second == f"{first}/2"


def test_ids_tell_archives_and_operators_apart():
    named = dataclasses.replace(
        Settings().server, name="Andean news: 1990–99", feed_authority="news.example,2020"
    )
    client = app_over(
        (article_document(), (statement_document(),)),
        settings=dataclasses.replace(Settings(), server=named),
    )
    (entry,) = ids(atom_of(client, ""))
    assert entry.startswith(
        "tag:news.example,2020:Andean%20news%3A%201990%E2%80%9399/articles/a1/"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("sort=best", "sort: expected one of"),
        ("date.from=12.05.2024", "date.from: expected"),
        ("speakr=Rosa", "speakr: unknown parameter; did you mean `speaker`?</p>"),
        ("q=" + "a" * 3000, "q: is longer than"),
        ("q=%00", "control character"),
        ("kind=quoted&in=somewhere", "in: expected"),
    ],
)
def test_a_search_that_cannot_be_asked_is_one_entry_that_says_why_and_stays(client, query, told):
    atom = atom_of(client, query)
    (entry,) = atom.iter(f"{ATOM}entry")
    assert told in entry.findtext(f"{ATOM}content", "")
    assert entry.findtext(f"{ATOM}title") == "This search cannot be followed as it stands"
    again = atom_of(client, query, base_url="https://other.example/")
    assert ids(again) == ids(atom)
    (item,) = json.loads(client.get(f"/feed.json?{query}").data)["items"]
    assert item["id"] == ids(atom)[0]
    assert not feedparser.parse(client.get(f"/feed.atom?{query}").data).bozo


def test_a_search_that_takes_too_long_is_one_entry_as_well(client, monkeypatch):
    def too_costly(*_):
        raise QueryTooCostly(5000)

    monkeypatch.setattr(ReferenceReader, "search", too_costly)
    (entry,) = atom_of(client, "q=sanctions").iter(f"{ATOM}entry")
    assert "fewer words" in entry.findtext(f"{ATOM}content", "")


def test_control_characters_and_markup_in_texts_leave_the_feed_well_formed():
    odd = "a\x00b\x0b<script>alert(1)</script>&amp;\ufffe open"
    client = app_over(
        (article_document(title=odd, body=odd), (statement_document(body=odd, title=odd),))
    )
    for query in ("q=open", "q=open&in=articles"):
        data = client.get(f"/feed.atom?{query}").data
        assert b"<script" not in data
        content = ET.fromstring(data).findtext(f"{ATOM}entry/{ATOM}content", "")
        assert "<script" not in content
        assert "&lt;script&gt;" in content


def test_dates_are_those_of_publication_and_undated_entries_have_none():
    published = date()
    dated = article_document(id="a1", date=published)
    undated = article_document(id="a2", date=None)
    client = app_over((dated, ()), (undated, ()))
    items = json.loads(client.get("/feed.json?in=articles").data)["items"]
    assert items[0]["date_published"].startswith(published.day.isoformat())
    assert "date_published" not in items[1]
    first, second = atom_of(client, "in=articles").iter(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}published") == first.findtext(f"{ATOM}updated")
    assert second.find(f"{ATOM}published") is None
    assert not feedparser.parse(client.get("/feed.atom?in=articles").data).bozo


def test_no_entry_changes_because_something_else_is_published():
    pairs = [
        (article_document(id="a1", date=date()), ()),
        (article_document(id="a2", date=None), (statement_document(article_id="a2", date=None),)),
    ]

    def entries(*added):
        client = app_over(*pairs, *added)
        for query in ("", "in=articles"):
            for entry in atom_of(client, query).iter(f"{ATOM}entry"):
                yield ET.tostring(entry)
            yield from (
                json.dumps(item) for item in client.get(f"/feed.json?{query}").get_json()["items"]
            )

    before = set(entries())
    assert before
    assert before < set(entries((article_document(id="a3", title="Another"), ())))


def test_the_search_page_and_its_json_lead_to_the_feeds(page, data):
    head = page("/search?q=sanctions&size=20&page=2&facets=speaker")
    found = {
        node.attributes["type"]: node.attributes["href"]
        for node in head.css('link[rel="alternate"]')
    }
    assert found["application/atom+xml"] == "/feed.atom?q=sanctions"
    assert found["application/feed+json"] == "/feed.json?q=sanctions"
    links = data("/api/v1/search?q=sanctions&page=1&size=20")["links"]
    assert links["atom"] == "/feed.atom?q=sanctions"
    assert links["feed"] == "/feed.json?q=sanctions"


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "All statements"),
        ("date=(none)", "Statements: undated"),
        ("in=articles&date.from=2015&date=(none)", "Articles: from 2015, or undated"),
        ("date.to=2016-05", "Statements: to May 2016"),
    ],
)
def test_the_title_says_which_dates_are_followed(client, query, title):
    told = atom_of(client, query).findtext(f"{ATOM}title")
    assert told.partition(" – ")[0] == title


def test_size_says_how_many_entries_there_are_and_not_which_feed_it_is(client):
    few, many = atom_of(client, "q=sanctions&size=2"), atom_of(client, "q=sanctions")
    assert len(ids(few)) == 2
    assert ids(few) == ids(many)[:2]
    assert few.findtext(f"{ATOM}id") == many.findtext(f"{ATOM}id")
    assert Collection.STATEMENTS.capitalize() in few.findtext(f"{ATOM}title")
