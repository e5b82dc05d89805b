"""The matrix as a page: every number is the hits behind its link, every state an address."""

from __future__ import annotations

import re

import pytest

SEARCHES = [
    "/matrix",
    "/matrix?rows=speaker",
    "/matrix?q=talks&in=articles",
    "/matrix?rows=country&columns=country&facet.size.country=3",
    "/matrix?rows=source&columns=kind&not.speaker=Jun+Okabe&date.from=2016",
    "/matrix?speaker=Jun+Okabe&speaker=Rosa+Quispe&rows=speaker&columns=act",
]


@pytest.mark.parametrize("address", SEARCHES)
def test_every_number_equals_the_hits_behind_its_link(page, data, address):
    shown = page(address)
    cells = shown.css(".matrix td a, .matrix .total[href], .count a")
    assert len(cells) > len(shown.css(".matrix tbody tr"))
    for link in cells:
        (number,) = re.findall(r"[\d,]+", link.text())
        there = link.attributes["href"]
        of = "articles" if "in=articles" in there else "statements"
        assert int(number.replace(",", "")) == data("/api/v1" + there)["total"][of], there


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("rows=speaker", "Speaker by country spoken about"),
        ("rows=country&columns=act", "Country spoken about by what they do"),
        ("in=articles&rows=speaker", "Speaker by country"),
        ("", "Who speaks about whom"),
    ],
)
def test_the_heading_reads_as_english(page, asked, heading):
    assert page(f"/matrix?{asked}").css_first("h1").text() == heading


@pytest.mark.parametrize("address", SEARCHES)
def test_page_and_json_show_the_same_matrix(page, data, address):
    shown, told = page(address), data("/api/v1" + address)
    heads = [head.css_first(".tall").text() for head in shown.css(".matrix thead th")]
    assert heads == [column["label"] for column in told["columns"]]
    rows = [
        [int(cell.text().strip().replace(",", "")) for cell in row.css("td")]
        for row in shown.css(".matrix tbody tr")
    ]
    assert rows == [[cell["count"] for cell in row["cells"]] for row in told["rows"]]


def test_shades_grow_with_the_numbers(page):
    shown = page("/matrix?rows=speaker&columns=kind")
    found = [
        (int(cell.text().strip()), int(cell.attributes["class"].removeprefix("heat-")))
        for row in shown.css(".matrix tbody tr")
        if "unnamed source" not in row.text()
        for cell in row.css("td")
    ]
    assert max(found)[1] == 8
    shades = dict(found)
    assert len(shades) == len(set(found))
    assert sorted(shades.values()) == [shades[count] for count in sorted(shades)]
    assert shades.get(0, 0) == 0


def test_a_chip_takes_away_one_constraint_and_keeps_rows_and_columns(page):
    shown = page("/matrix?q=talks&kind=direct&rows=speaker&columns=source")
    leads = [chip.attributes["href"] for chip in shown.css(".chip")]
    assert leads == [
        "/matrix?rows=speaker&columns=source&kind=direct",
        "/matrix?rows=speaker&columns=source&q=talks",
    ]
    turned = shown.css_first(".turn").attributes["href"]
    assert turned == "/matrix?rows=source&columns=speaker&q=talks&kind=direct"


def test_the_search_keeps_rows_and_columns_without_script(page):
    shown = page("/matrix?kind=direct&rows=speaker")
    form = shown.css_first("form.search")
    assert form.attributes["action"] == "/matrix"
    given = {box.attributes["name"]: box.attributes["value"] for box in form.css("[type=hidden]")}
    assert given == {"kind": "direct", "rows": "speaker", "columns": "country"}


def test_what_cannot_be_used_is_told_and_the_rest_is_shown(page):
    shown = page("/matrix?rows=nothing&q=talks", status=400)
    assert "rows" in shown.css_first(".notice-bad").text()
    assert shown.css(".matrix")
    assert "did you mean" in page("/matrix?collumns=kind").css_first(".notice").text()


def test_nothing_found_leads_to_what_would_find_more(page):
    shown = page("/matrix?q=zyzzyva")
    assert shown.css_first(".nothing a").attributes["href"] == "/search?q=zyzzyva"


def test_search_and_matrix_lead_to_each_other(page):
    there = page("/search?q=talks&sort=oldest&page=1").css('.views a[href^="/matrix"]')
    assert [link.attributes["href"] for link in there] == ["/matrix?q=talks"]
    views = {link.text(): link for link in page("/matrix?q=talks").css(".views a")}
    assert views["Matrix"].attributes["aria-current"] == "page"
    assert views["Articles"].attributes["href"] == "/search?q=talks&in=articles"
