"""What a facet promises beside a value is what the link behind it finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from searchsvc.web import links
from tests.web.searches import searches

STARTS = (
    "",
    "?q=sanctions",
    "?in=articles",
    "?in=articles&q=harbour&country=PE",
    "?speaker=Jun+Okabe",
    "?speaker=Jun+Okabe&speaker=Rosa+Quispe&country=KR",
    "?not.speaker=Rosa+Quispe&not.country=PE",
    "?in=articles&not.country=PE&not.speaker=(none)",
    "?in=articles&country=PE&country=JP&country.op=and",
    "?country=(none)",
    "?date.from=2016&date.to=2016",
    "?date.from=2016-05&date.to=2018-04-30&q=talks",
    "?date=(none)&kind=direct",
    "?facet.size.speaker=2&facet.size.country=3",
)


def total(body):
    return body["total"]["statements" if body["in"] == "statements" else "articles"]


def values(facet):
    return facet["values"] + ([facet["missing_value"]] if facet["missing_value"] else [])


def named(body, name):
    return next(facet for facet in body["facets"] if facet["name"] == name)


def following(address, *, facets):
    """`address` with only these facets counted, so that following many links takes less time."""
    return f"{address}{'&' if '?' in address else '?'}facets={facets}"


def check_promises(body, data):
    for facet in body["facets"]:
        if facet["name"] == "date":
            check_dates(facet, body, data)
            continue
        alone = facet["mode"] == "all" or not any(value["selected"] for value in values(facet))
        for value in values(facet):
            if value["selected"] or value["excluded"]:
                continue
            if value["count"] == 0:
                assert value["toggle_url"] is None
                continue
            there = data(following(value["toggle_url"], facets=facet["name"]))
            if alone:
                assert total(there) == value["count"], value["toggle_url"]
            after = {v["value"]: v for v in values(named(there, facet["name"]))}
            assert after[value["value"]]["count"] == value["count"], value["toggle_url"]
            assert after[value["value"]]["selected"]


def check_dates(facet, body, data):
    """A year, month or day takes the place of the bounds there were; undated ones come on top."""
    undated = "date=(none)" in body["links"]["self"]
    for value in facet["values"]:
        if value["toggle_url"] and not value["selected"]:
            extra = facet["missing"] if undated else 0
            there = data(following(value["toggle_url"], facets="none"))
            assert total(there) == value["count"] + extra


@pytest.mark.parametrize("query", STARTS)
def test_every_value_leads_to_its_count(data, query):
    check_promises(data(f"/api/v1/search{query}"), data)


@given(searches(most_fields=2))
@settings(max_examples=4, deadline=None)
def test_every_value_of_a_random_search_leads_to_its_count(data, parameters):
    check_promises(data(links.address("/api/v1/search", replace(parameters, facets=None))), data)


@pytest.mark.parametrize("query", STARTS)
def test_leaving_a_value_out_takes_away_its_count(data, query):
    body = data(f"/api/v1/search{query}")
    for facet in body["facets"]:
        if any(value["selected"] for value in values(facet)):
            continue
        for value in values(facet):
            if value["exclude_url"] and not value["excluded"]:
                there = data(following(value["exclude_url"], facets="none"))
                assert total(there) == total(body) - value["count"]


@pytest.mark.parametrize("query", STARTS[4:8])
def test_every_link_of_the_page_leads_to_a_page(client, page, query):
    seen = page(f"/search{query}")
    for link in {a.attributes["href"] for a in seen.css("a[href^='/']")}:
        assert client.get(link).status_code == 200, link


def test_chosen_values_come_first_then_those_left_out(data):
    body = data("/api/v1/search?speaker=Jun+Okabe&not.speaker=Ministry+of+Trade")
    first, second, *rest = named(body, "speaker")["values"]
    assert (first["value"], first["selected"]) == ("Jun Okabe", True)
    assert (second["value"], second["excluded"]) == ("Ministry of Trade", True)
    assert [v["count"] for v in rest] == sorted((v["count"] for v in rest), reverse=True)


def test_a_chosen_value_stays_although_nothing_has_it(data):
    body = data("/api/v1/search?speaker=Nobody+At+All")
    chosen = named(body, "speaker")["values"][0]
    assert (chosen["value"], chosen["count"], chosen["selected"]) == ("Nobody At All", 0, True)
    assert total(data(chosen["toggle_url"])) == total(data("/api/v1/search"))


def test_other_values_do_not_collapse_when_one_is_chosen(data):
    before = {v["value"]: v["count"] for v in named(data("/api/v1/search"), "source")["values"]}
    body = data("/api/v1/search?source=Andean+Courier")
    assert {v["value"]: v["count"] for v in named(body, "source")["values"]} == before


def test_show_all_shows_all_and_fewer_goes_back(page):
    few = page("/search?facet.size.speaker=2").css_first(".facet-speaker")
    assert len(few.css(".value:not(.value-missing)")) == 2
    everything = page("/search").css_first(".facet-speaker")
    link = few.css_first(".more a")
    assert link.text().startswith("Show all 6")
    assert len(everything.css(".value:not(.value-missing)")) == 6
    assert page(link.attributes["href"]).css_first(".facet-speaker .value") is not None


def test_dates_drill_from_year_to_month_to_day_and_back(data):
    body = data("/api/v1/search")
    steps = []
    while True:
        facet = named(body, "date")
        steps.append(facet["interval"])
        busiest = max(facet["values"], key=lambda value: value["count"])
        if busiest["selected"]:
            break
        body = data(busiest["toggle_url"])
        assert total(body) == busiest["count"]
    assert steps == ["year", "month", "day", "day"]
    assert "date.from=" + busiest["value"][:7] + "&" in busiest["toggle_url"]


@pytest.mark.parametrize(
    "query",
    [
        *STARTS,
        "?in=articles&country=PE&kind=direct",
        "?date=(none)&date.from=2016",
        "?date.from=2016",
    ],
)
def test_a_number_that_is_not_what_the_link_finds_says_what_it_is(page, data, query):
    """Beside chosen values any of which will do: the value by itself; the link keeps the others."""
    shown = page(f"/search{query}")
    numbers = {
        f"/api/v1{link.attributes['href']}": link.css_first(".number").text()
        for link in shown.css("a.pick")
        if link.css_first(".number")
    }
    seen = 0
    for facet in data(f"/api/v1/search{query}")["facets"]:
        for value in values(facet):
            if value["toggle_url"] is None or value["selected"] or value["excluded"]:
                continue
            number = numbers[value["toggle_url"]]
            assert number.removesuffix(" by itself") == f"{value['count']:,}"
            found = total(data(following(value["toggle_url"], facets="none")))
            assert found == value["count"] or number.endswith(" by itself"), value
            seen += 1
    assert seen
    said = [mode for mode in shown.css(".facet .mode") if "counted singly" in mode.text()]
    assert bool(said) == (
        "&speaker=" in query.replace("?", "&")
        or "&kind=" in query
        or ("&country=" in query.replace("?", "&") and ".op=and" not in query)
    )
