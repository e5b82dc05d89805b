"""What browsers and crawlers are told."""

from __future__ import annotations

import json
from urllib.parse import quote
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from searchsvc.web.discovery import sitemap

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize("address", ["/search", "/articles/a1", "/tips", "/similar", "/nowhere"])
def test_every_page_says_how_its_engine_is_added_to_a_browser(client, address):
    page = client.get(address).get_data(as_text=True)
    assert 'rel="search" type="application/opensearchdescription+xml"' in page
    assert 'href="/opensearch.xml"' in page


def test_the_description_holds_what_the_specification_asks_for(client):
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ET.fromstring(response.data)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    assert len(root.findtext(f"{OPENSEARCH}Description", "")) <= 1024
    templates = {
        url.get("type", ""): url.get("template", "") for url in root.iter(f"{OPENSEARCH}Url")
    }
    for kind in ("text/html", "application/x-suggestions+json", "application/atom+xml"):
        address = templates[kind].replace("{searchTerms}", quote("sanctions talks"))
        assert address.startswith("http://localhost/")
        answer = client.get(address.removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_suggestions_are_four_lists_side_by_side(client):
    text, completions, told, urls = json.loads(client.get("/opensearch/suggestions?q=ro").data)
    assert text == "ro"
    assert len(completions) == len(told) == len(urls) > 0
    assert "Rosa Quispe" in completions
    assert all(completions)
    for url in urls:
        assert client.get(url.removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=" + "a" * 3000, "q=a&q=b", "q=%20ro%20", "x=1"]
)
def test_whatever_a_browser_sends_it_gets_a_list(client, query):
    answer = client.get(f"/opensearch/suggestions?{query}")
    assert answer.status_code == 200
    echoed, *lists = json.loads(answer.data)
    assert echoed == answer.request.args.get("q", "")
    assert len(lists) == 3
    if len(echoed) > 2000:
        assert lists == [[], [], []]


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "application/xml"
    return [node.text for node in ET.fromstring(response.data).iter(f"{SITEMAPS}loc")]


@pytest.mark.parametrize("on_page", [1, 7, 29, 30, 50_000])
def test_all_articles_stand_in_the_sitemaps_once_each(client, archive, monkeypatch, on_page):
    monkeypatch.setattr(sitemap, "MOST_ON_PAGE", on_page)
    pages = locations(client, "/sitemap.xml")
    assert len(pages) == -(-len(archive) // on_page)
    listed = [
        each for page in pages for each in locations(client, page.removeprefix("http://localhost"))
    ]
    expected = {f"http://localhost/articles/{article.id}" for article, _ in archive}
    assert set(listed) == expected
    assert len(listed) == len(expected)
    assert client.get(f"/sitemap-{len(pages) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_dated_articles_have_the_day_on_which_they_were_published(client, archive):
    root = ET.fromstring(client.get("/sitemap-1.xml").data)
    told = {
        url.findtext(f"{SITEMAPS}loc", "").rpartition("/")[2]: url.findtext(f"{SITEMAPS}lastmod")
        for url in root
    }
    assert told == {
        article.id: article.date and article.date.day.isoformat() for article, _ in archive
    }


def test_crawlers_may_read_articles_and_leave_searches_alone(client):
    robots = RobotFileParser()
    text = client.get("/robots.txt").get_data(as_text=True)
    robots.parse(text.splitlines())
    assert robots.can_fetch("bot", "http://localhost/articles/a1")
    assert robots.can_fetch("bot", "http://localhost/tips")
    for address in (
        "/search",
        "/search?q=a",
        "/api/v1/search",
        "/feed.atom",
        "/suggest?q=a",
        "/similar",
    ):
        assert not robots.can_fetch("bot", f"http://localhost{address}")
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]


def test_addresses_hold_the_path_that_the_application_is_mounted_under(client):
    options = {"base_url": "https://news.example/archive"}
    assert (
        b"https://news.example/archive/search?q=" in client.get("/opensearch.xml", **options).data
    )
    assert (
        b"https://news.example/archive/sitemap-1.xml" in client.get("/sitemap.xml", **options).data
    )
    assert (
        b"https://news.example/archive/articles/a1<"
        in client.get("/sitemap-1.xml", **options).data
    )
    assert b"Disallow: /archive/search\n" in client.get("/robots.txt", **options).data
