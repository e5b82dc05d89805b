"""A speaker or a country on a card, or on an article's page, leads to what it promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from searchsvc.web import links
from tests.web.searches import searches


def places(shown):
    """The addresses of the hits of a page."""
    return {link.attributes["href"] for link in shown.css(".story h3 a, .from a")}


def narrowing(card):
    """Of all links of a card, the one to what is like it left out."""
    targets = [link.attributes["href"] for link in card.css("a.only")]
    return [target for target in targets if not target.startswith("/similar?")]


@given(searches())
@settings(max_examples=15, deadline=None)
def test_a_link_on_a_card_narrows_the_search_and_keeps_the_card(page, parameters):
    address = links.address("/search", parameters)
    for card in page(address).css("ol.hits > li")[:3]:
        (place,) = places(card)
        for target in narrowing(card):
            first = page(target)
            found = places(first)
            while place not in found and (more := first.css_first("a[rel=next]")):
                first = page(more.attributes["href"])
                found |= places(first)
            assert place in found, (address, target)


def test_a_link_on_a_card_finds_as_many_as_the_facet_says(page):
    shown = page("/search?q=talks&facet.size.speaker=100&facet.size.country=100")
    counts = {
        pick.attributes["href"].split("&facet")[0]: pick.css_first(".number").text()
        for pick in shown.css("a.pick")
    }
    targets = {target.split("&facet")[0] for card in shown.css("li") for target in narrowing(card)}
    assert targets
    for target in targets:
        assert page(target).css_first("[role=status]").text().split()[0] == counts[target]


def test_what_is_the_one_choice_already_is_no_link(page):
    for name in page("/search?speaker=Jun+Okabe").css(".statement .name"):
        assert name.text() == "Jun Okabe"
        assert name.css("a") == []


def test_a_link_replaces_the_choice_and_keeps_what_is_left_out(page):
    shown = page("/search?speaker=Jun+Okabe&speaker=Rosa+Quispe&not.country=PE&page=1&size=100")
    targets = {target for card in shown.css("li") for target in narrowing(card)}
    assert "/search?speaker=Jun+Okabe&not.country=PE&size=100" in targets
    assert all("not.country=PE" in target for target in targets)


@pytest.mark.parametrize("number", range(1, 8))
def test_names_on_an_article_lead_to_what_finds_it(page, number):
    article = f"/articles/a{number}"
    for link in page(article).css("a.only"):
        target = link.attributes["href"]
        if target.startswith(("/speakers/", "/countries/")):  # whose page leads to all of it
            target = page(target).css_first(".total a").attributes["href"]
        found = places(page(f"{target}&size=100"))
        assert article in {place.partition("#")[0] for place in found}, target


def test_the_places_that_match_are_counted(page):
    shown = page("/articles/a3?q=harbour")
    marks = [mark.text() for mark in shown.css(".body mark[id]")]
    assert marks == ["harbour"] * len(marks)
    assert shown.css_first("[role=status]").text().startswith(f"{len(marks)} place")


def test_how_a_text_was_read_is_always_shown(page):
    shown = page("/search?q=talks+border").css(".reading .token")
    assert [token.text() for token in shown] == ["talks", "border"]
    assert "not" in page("/search?q=talks+-border").css_first(".reading").text()
    assert page("/search").css(".reading") == []
    assert page("/search?q=talks").css_first("a.chip").text().startswith("Remove filter: Text:")
