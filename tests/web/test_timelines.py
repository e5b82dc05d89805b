"""A search over time as a page: every number is the hits behind its link, every state an address."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from searchsvc.model import ArticleDate, DateOrigin
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.controls import TIMELINE_PATH
from searchsvc.web.parameters import parse_bound
from searchsvc.web.plots import Point, plot
from searchsvc.web.reads.addresses import timeline_address
from searchsvc.web.reads.timeline import TimelineQuestion
from tests.builders import article_document
from tests.reference_engine import filled
from tests.web.searches import searches

SEARCHES = [
    "/timeline",
    "/timeline?q=talks&in=articles",
    "/timeline?date.from=2016&date.to=2016&not.speaker=Jun+Okabe",
    "/timeline?date.from=2016-03-05&date.to=2018-09&facet.interval.date=month",
    "/timeline?kind=direct&by=speaker&facet.size.speaker=3",
    "/timeline?date=(none)&date.from=2017",
]


def numbers_in(text):
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def number_of(cell):
    return numbers_in(cell.text())[-1] if numbers_in(cell.text()) else 0


def found_by(data, link):
    """What the search finds that a link of the page leads to."""
    there = link.attributes["href"]
    assert there.startswith("/search?") or there == "/search", there
    of = "articles" if "in=articles" in there else "statements"
    return data("/api/v1" + there)["total"][of]


def check_page(page, data, address):
    """Every number, column and row of the page at `address`; how many there were."""
    shown = page(address)
    numbers = shown.css(".count a, .numbers td a, .aside a, .multiples .number a")
    for link in numbers:
        (number,) = numbers_in(link.text().rpartition(":")[2])
        assert found_by(data, link) == number, link.attributes["href"]
    leads = {row.css_first("th a") for row in shown.css(".numbers tbody tr")} - {None}
    for link in (*leads, *shown.css(".drawn:first-of-type .plot a")):
        there = link.attributes["href"]
        if not there.startswith(TIMELINE_PATH):
            continue
        row = link.parent.parent
        number = number_of(row.css_first("td") if row.tag == "tr" else link.css_first("title"))
        assert numbers_in(page(there).css_first("[role=status]").text()) == [number], there
    return len(numbers)


@pytest.mark.parametrize("address", SEARCHES)
def test_every_number_equals_the_hits_behind_its_link(page, data, address):
    assert check_page(page, data, address) > 2


@given(parameters=searches(most_fields=2), by=st.sampled_from((None, "kind", "source")))
@settings(max_examples=12, deadline=None)
def test_numbers_are_true_in_any_state(page, data, parameters, by):
    address = timeline_address("", TimelineQuestion(parameters, by), TIMELINE_PATH)
    check_page(page, data, address)


@given(parameters=searches(most_fields=1))
@settings(max_examples=12, deadline=None)
def test_page_and_json_show_the_same_moments_and_these_add_up(page, data, parameters):
    shown = page(timeline_address("", TimelineQuestion(parameters), TIMELINE_PATH))
    twin = shown.css_first("link[type='application/json']").attributes["href"]
    told = data(twin)
    rows = [
        (row.css_first("th").text(), number_of(row.css_first("td")))
        for row in shown.css(".numbers tbody tr")
    ]
    undated = [number for label, number in rows if label == "undated"]
    assert [row for row in rows if row[0] != "undated"] == [
        (each["label"], each["count"]) for each in told["buckets"]
    ]
    assert sum(undated) == told["undated"]["count"] or not told["buckets"]
    if told["buckets"]:
        assert sum(number for _, number in rows) == told["total"]["count"]
        assert len(shown.css(".drawn:first-of-type .plot [data-first]")) == len(told["buckets"])


def test_a_year_leads_to_its_months_a_month_to_its_days_and_a_day_to_what_was_said(page):
    address, seen = "/timeline?facet.interval.date=year", []
    for _ in range(3):
        shown = page(address)
        address = shown.css_first(".plot a").attributes["href"]
        seen.append(shown.css_first(".numbers thead th").text())
        assert shown.css_first(".numbers tbody a").attributes["href"] in {
            link.attributes["href"] for link in shown.css(".plot a")
        }
        if address.startswith("/search"):
            break
        address = f"{address}&facet.interval.date={('month', 'day')[len(seen) - 1]}"
    assert seen == ["Year", "Month", "Day"]
    assert page(address).css(".hits > li")


def test_columns_say_which_days_they_stand_for_without_a_gap(page):
    shown = page("/timeline?facet.interval.date=month&q=talks")
    spans = [
        tuple(dt.date.fromisoformat(each.attributes[name]) for name in ("data-first", "data-last"))
        for each in shown.css(".drawn:first-of-type .plot > [data-first]")
    ]
    assert all(after[0] == before[1] + dt.timedelta(days=1) for before, after in pairwise(spans))
    drawn = shown.css_first(".plot")
    assert drawn.attributes["data-first"] == str(spans[0][0])
    assert drawn.attributes["data-last"] == str(spans[-1][1])


def test_a_time_of_which_the_archive_has_nothing_is_drawn_otherwise_than_one_without_matches():
    def printed(number, month, title):
        date = ArticleDate(dt.date(2016, month, 3), None, DateOrigin.INPUT)
        return article_document(id=f"a{number}", date=date, title=title), ()

    engine = filled(printed(1, 1, "Sardines"), printed(2, 2, "Cod"), printed(3, 4, "Sardines"))
    client = create_app(engine, Settings()).test_client()
    address = "/timeline?q=sardines&in=articles&facet.interval.date=month"
    shown = LexborHTMLParser(client.get(address).get_data(as_text=True))
    drawn = shown.css(".drawn:first-of-type .plot > [data-first]")
    assert [bool(each.css(".unheld")) for each in drawn] == [False, False, True, False]
    assert [bool(each.css(".bar")) for each in drawn] == [True, False, False, True]
    (legend,) = shown.css(".aside")
    assert "no article of 1 month" in legend.text()
    rows = [[cell.text() for cell in row.css("td")] for row in shown.css(".numbers tbody tr")]
    assert rows == [
        ["1", "1", "100%"], ["0", "1", "0%"], ["0", "no article"], ["1", "1", "100%"],
    ]  # fmt: skip


def test_the_way_out_and_the_periods_beside_are_links(page):
    shown = page("/timeline?q=talks&date.from=2016-05&date.to=2016-05")
    steps = [
        (each.text(), each.css_first("a").attributes["href"] if each.css("a") else None)
        for each in shown.css(".trail li")
    ]
    assert steps == [
        ("All years", "/timeline?q=talks"),
        ("2016", "/timeline?q=talks&date.from=2016&date.to=2016"),
        ("May 2016", None),
    ]
    assert [each.attributes["href"] for each in shown.css(".beside a")] == [
        f"/timeline?q=talks&date.from={month}&date.to={month}" for month in ("2016-04", "2016-06")
    ]
    assert page("/timeline?date.from=9999&date.to=9999").css(".beside a")[-1].text() == "‹ 9998"


def test_search_and_timeline_lead_to_each_other_and_keep_the_search(page):
    there = page("/search?q=talks&sort=oldest").css('.views a[href^="/timeline"]')
    assert [link.attributes["href"] for link in there] == ["/timeline?q=talks"]
    views = {link.text(): link for link in page("/timeline?q=talks").css(".views a")}
    assert views["Timeline"].attributes["aria-current"] == "page"
    assert views["Articles"].attributes["href"] == "/search?q=talks&in=articles"


def test_forms_keep_the_search_and_boxes_sent_empty_vanish(page, client):
    shown = page("/timeline?q=talks&kind=direct&by=source")
    kept = {
        form.attributes["class"]: {
            box.attributes["name"]: box.attributes["value"] for box in form.css("[type=hidden]")
        }
        for form in shown.css("form.search, form.shape")
    }
    assert kept == {
        "search": {"kind": "direct", "by": "source"},
        "shape": {"q": "talks", "kind": "direct"},
    }
    sent = client.get("/timeline?q=talks&by=&date.from=2016&date.to=")
    assert (sent.status_code, sent.location) == (302, "/timeline?q=talks&date.from=2016")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/timeline?date.from=2018&date.to=2016", "swap the two"),
        ("/timeline?date.from=yesterday", "date.from"),
        ("/timeline?by=nothing", "by"),
        ("/timeline?by=act&in=articles", "articles have"),
        ("/timeline?facet.interval.date=century", "facet.interval.date"),
        ("/timeline?by=kind&facet.size.kind=1000", "facet.size.kind"),
        (f"/timeline?q={'x' * 2001}", "2,000"),
        ("/timeline?q=a%00", "q"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_is_shown(page, address, told):
    shown = page(address, status=400)
    assert told in shown.css_first(".notice-bad").text()
    assert shown.css_first("[role=status]") is not None


def test_a_long_address_leaves_out_links_and_no_page_fails(client):
    names = "&".join(f"speaker={quote_plus('ö' * 60)}{number}" for number in range(40))
    assert client.get(f"/timeline?{names}").status_code == 200
    assert client.get("/timeline?page=99999&size=3").status_code == 200


def test_nothing_found_leads_to_what_would_find_more(page):
    shown = page("/timeline?q=zyzzyva")
    assert shown.css_first(".nothing a").attributes["href"] == "/search?q=zyzzyva"


def test_only_undated_documents_have_no_columns(page):
    shown = page("/timeline?date=(none)")
    assert not shown.css(".plot")
    assert "None of them has a date" in shown.css_first(".aside").text()


@given(
    amounts=st.lists(st.integers(0, 10**6), min_size=1, max_size=60),
    first=st.integers(1, 9000),
)
def test_columns_grow_with_their_amounts_and_stay_below_the_top(amounts, first):
    points = [Point(f"{first + at:04}", amount, "", None) for at, amount in enumerate(amounts)]
    drawn = plot(points, highest=max(amounts))
    heights = dict(zip(amounts, (each.height for each in drawn.columns), strict=True))
    assert [heights[amount] for amount in sorted(heights)] == sorted(heights.values())
    assert all(0 <= height <= 100 for height in heights.values())
    assert 0 < len(drawn.ticks) <= 7
    assert numbers_in(drawn.lines[0].label)[0] >= max(amounts)
    assert [parse_bound(each.first).year for each in drawn.columns] == [
        first + at for at in range(len(amounts))
    ]
