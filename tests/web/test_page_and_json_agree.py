"""The page and the JSON are two faces of one answer."""

from __future__ import annotations

import re

from hypothesis import given, settings

from searchsvc.model import Collection
from searchsvc.web import links
from tests.web.searches import searches


def digits(text):
    return int(re.sub(r"\D", "", text))


def page_facets(page):
    """Per facet: count and query string of each value that may be asked for."""
    return {
        facet.attributes["class"].split("facet-")[1]: sorted(
            (pick.attributes["href"].partition("?")[2], digits(pick.css_first(".number").text()))
            for pick in facet.css("a.pick")
            if pick.css_first(".number")
        )
        for facet in page.css("details.facet")
    }


def json_facets(body):
    found = {}
    for facet in body["facets"]:
        values = facet["values"] + ([facet["missing_value"]] if facet["missing_value"] else [])
        shown = [value for value in values if value["toggle_url"] and not value["excluded"]]
        if values or facet["name"] == "date":
            found[facet["name"]] = sorted(
                (value["toggle_url"].partition("?")[2], value["count"]) for value in shown
            )
    return found


def sentence(body):
    def counted(number, noun):
        return f"{number:,} {noun}" + ("" if number == 1 else "s")

    total = body["total"]
    if body["in"] == "articles":
        return counted(total["articles"], "article")
    statements = counted(total["statements"], "statement")
    where = counted(total["articles"], "article")
    return f"{statements} in {where}" if total["statements"] else statements


def anchors(page):
    """Where the hits of a page lead; that they open at the first match is a matter of the page."""
    titles = [hit.css_first(".story h3 a, .from a") for hit in page.css("ol.hits > li")]
    return [title.attributes["href"].removesuffix("#m-1") for title in titles]


@given(searches())
@settings(max_examples=40, deadline=None)
def test_totals_facet_counts_and_hits_are_the_same(page, data, parameters):
    body = data(links.address("/api/v1/search", parameters))
    shown = page(links.address("/search", parameters))
    assert shown.css_first("[role=status]").text() == sentence(body)
    assert page_facets(shown) == json_facets(body)
    assert anchors(shown) == [hit["links"]["html"] for hit in body["hits"]]


@given(searches(most_fields=1))
@settings(max_examples=10, deadline=None)
def test_the_pages_together_are_all_hits_each_once(data, parameters):
    address = links.address("/api/v1/search", parameters)
    first = data(address)
    found = []
    while address:
        body = data(address)
        found += [hit["id"] for hit in body["hits"]]
        address = body["links"]["next"]
    kind = "articles" if parameters.collection is Collection.ARTICLES else "statements"
    assert len(found) == len(set(found)) == first["total"][kind]


@given(searches())
@settings(max_examples=10, deadline=None)
def test_self_is_the_same_search_and_html_its_page(data, client, parameters):
    body = data(links.address("/api/v1/search", parameters))
    again = data(body["links"]["self"])
    assert {**again, "took_ms": 0} == {**body, "took_ms": 0}
    assert client.get(body["links"]["html"]).status_code == 200
