"""Why a hit has its score, on the page and as JSON."""

from __future__ import annotations

import math

import pytest

SEARCHES = (
    "q=talks",
    "q=sanctions+talks&match=any",
    "q=harbour+OR+trade&in=articles",
    "q=the+harbour&in=articles&country=PE",
)


def made_of(number):
    values = [part["value"] for part in number["parts"]]
    match number["rule"]:
        case "sum":
            return math.fsum(values)
        case "product":
            return math.prod(values)
        case "best":
            return max(values)
    assert number["rule"] == "given"
    assert values == []
    return number["value"]


def numbers(number):
    yield number
    for part in number["parts"]:
        yield from numbers(part)


@pytest.mark.parametrize("search", SEARCHES)
def test_every_hit_says_why_and_its_numbers_add_up(data, search):
    body = data(f"/api/v1/search?{search}&explain=on")
    assert body["hits"]
    assert "explain=on" in body["links"]["self"]
    for hit in body["hits"]:
        assert hit["explanation"]["value"] == hit["score"]
        for number in numbers(hit["explanation"]):
            assert set(number) == {"label", "value", "rule", "span", "parts"}
            assert made_of(number) == pytest.approx(number["value"], abs=1e-6)
        typed = {
            body["query"]["text"][number["span"]["start"] : number["span"]["end"]]
            for number in numbers(hit["explanation"])
            if number["span"]
        }
        assert typed
        assert all(word in body["query"]["text"] for word in typed)


def test_the_hits_are_the_same_and_say_nothing_where_it_is_not_asked(data):
    asked = data(f"/api/v1/search?{SEARCHES[0]}&explain=on")
    plain = data(f"/api/v1/search?{SEARCHES[0]}&explain=off")
    assert "explain" not in plain["links"]["self"]
    for hit in asked["hits"]:
        del hit["explanation"]
    assert asked["hits"] == plain["hits"]
    newest = data(f"/api/v1/search?{SEARCHES[0]}&explain=on&sort=newest")
    assert not any("explanation" in hit for hit in newest["hits"])


def test_the_page_offers_it_and_shows_the_same_numbers(page, data):
    plain = page(f"/search?{SEARCHES[0]}")
    (offer,) = [link for link in plain.css(".foot a") if link.text() == "Explain the order"]
    asked = page(offer.attributes["href"])
    details = asked.css("details.why")
    scores = [hit["score"] for hit in data(f"/api/v1/search?{SEARCHES[0]}")["hits"]]
    assert [each.css_first("summary").text().split(": ")[1] for each in details] == [
        f"{score:.3g}" for score in scores
    ]
    assert all("rarity: " in each.text() for each in details)
    (back,) = [link for link in asked.css(".foot a") if "no longer" in link.text()]
    assert back.attributes["href"] == f"/search?{SEARCHES[0]}"
    assert not [link for link in page("/search").css(".foot a") if "Explain" in link.text()]
