"""The pages of speakers and countries: every number leads to what it counts, every name to one page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.web.archive import COUNTRIES, SPEAKERS

NAMED = [speaker.name for speaker in SPEAKERS if speaker and speaker.country != "KR"]
PAGES = [
    *(f"/speakers/{quote(name, safe='')}" for name in NAMED),
    *(f"/countries/{code}" for code in (*COUNTRIES, "FR")),
]


def numbers_of(text):
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize("address", PAGES)
def test_every_number_equals_the_hits_behind_its_link(page, data, address):
    counted = page(address).css(".number a, .total a, .table td a, .latest .more a")
    for link in counted:
        (number,) = numbers_of(link.text().rpartition(":")[2])
        found = data("/api/v1" + link.attributes["href"])["total"]
        of = "articles" if "in=articles" in link.attributes["href"] else "statements"
        assert number == found[of], link.attributes["href"]
    if "FR" not in address:
        assert counted


@pytest.mark.parametrize("address", PAGES)
def test_the_years_and_the_undated_add_up(page, address):
    shown = page(address)
    for table in shown.css(".over-time table"):
        rows = [numbers_of(cell.text())[0] for cell in table.css("td")]
        bars = table.parent.parent.css("svg title")
        dated = [numbers_of(title.text().rpartition(":")[2])[0] for title in bars]
        if dated:
            years = [
                numbers_of(row.css_first("td").text())[0]
                for row in table.css("tbody tr")
                if row.css_first("th").text() != "undated"
            ]
            assert [count for count in years if count] == dated
        totals = [numbers_of(link.text())[0] for link in shown.css(".total a")]
        assert sum(rows) in (*totals, 0)


def test_other_spellings_and_names_lead_to_one_address(client):
    for asked, there in (
        ("/speakers/rosa%20quispe", "/speakers/Rosa%20Quispe"),
        ("/countries/peru", "/countries/PE"),
        ("/countries/DPRK", "/countries/KP"),
    ):
        response = client.get(asked)
        assert (response.status_code, response.location) == (302, there)


def test_who_does_not_speak_is_told_so_with_names_that_are_near(page):
    shown = page("/speakers/Ann%20Okabe", status=404)
    assert "Nobody called “Ann Okabe”" in shown.css_first("h1").text()
    assert [link.attributes["href"] for link in shown.css("main a")] == ["/speakers/Jun%20Okabe"]
    page("/countries/Atlantis", status=404)


def test_every_page_has_its_twin_and_its_feed(page, client):
    shown = page("/speakers/Jun%20Okabe")
    kinds = {
        link.attributes["type"]: link.attributes["href"]
        for link in shown.css("link[rel=alternate]")
    }
    twin = client.get(kinds["application/json"], follow_redirects=True)
    assert twin.get_json()["name"] == "Jun Okabe"
    feed = client.get(kinds["application/feed+json"]).get_json(force=True)
    assert feed["items"]
    assert client.get(kinds["application/atom+xml"]).mimetype == "application/atom+xml"


def test_markup_in_a_name_is_text(page):
    shown = page(f"/speakers/{quote(NAMED[-1], safe='')}")
    assert shown.css_first("h1").text() == "Tomás O'Leary <envoy>"


def test_a_search_for_one_speaker_leads_to_their_page(page):
    shown = page("/search?speaker=Jun+Okabe&country=PE")
    leads = [link.attributes["href"] for link in shown.css(".names a")]
    assert "/speakers/Jun%20Okabe" in leads
    assert "/countries/PE" in leads
    assert not page("/search?speaker=(none)").css(".names a")
