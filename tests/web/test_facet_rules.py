"""What a panel of filters promises, at facets of 3, of 21 and of 500 values.

The archive: 500 speakers with one statement each and one, Ada Almgren, with 20; 21 sources, of
which each has one article more than the next; 3 kinds. Whole values are counted here once more, by
looking at every document.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from searchsvc.model import ArticleDate, DateOrigin, Speaker, SpeakerKind, StatementKind
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.builders import article_document, statement_document
from tests.reference_engine import filled

SPEAKERS, SOURCES, KINDS = 500, 21, tuple(StatementKind)
OFTEN = "Ada Almgren"
NEWEST = dt.date(2019, 3, 14)


def name_of(number):
    return f"Speaker Élan {number:03}" if number % 2 else f"Envoy {number:03}"


def made():
    """Articles with one statement each."""
    numbers = [*range(SPEAKERS), *(SPEAKERS for _ in range(20))]
    steps = [source for source in range(SOURCES) for _ in range(SOURCES - source)]
    for at, number in enumerate(numbers):
        name = OFTEN if number == SPEAKERS else name_of(number)
        day = NEWEST - dt.timedelta(days=5 * at)
        date = None if at % 10 == 3 else ArticleDate(day, None, DateOrigin.INPUT)
        kind, source = KINDS[at % 3], f"Paper {steps[at % len(steps)]:02}"
        countries = ("MM",) if at % 7 == 0 else ("PE",) if at % 7 < 4 else ()
        said = replace(
            statement_document(),
            id=f"x{at}:1",
            article_id=f"x{at}",
            speaker=Speaker(name, SpeakerKind.PERSON),
            others=(),
            kind=kind,
            source=source,
            date=date,
            countries=countries,
        )
        yield (
            article_document(
                id=f"x{at}",
                source=source,
                date=date,
                speakers=(name,),
                kinds=(kind,),
                countries=countries,
                statement_count=1,
            ),
            (said,),
        )


ARCHIVE = tuple(made())
STATEMENTS = tuple(said for _, (said,) in ARCHIVE)


@pytest.fixture(scope="module")
def client():
    return create_app(filled(*ARCHIVE), Settings()).test_client()


@pytest.fixture(scope="module")
def page(client):
    def fetch(address):
        response = client.get(address)
        assert response.status_code == 200, address
        return LexborHTMLParser(response.get_data(as_text=True))

    return fetch


@pytest.fixture(scope="module")
def data(client):
    return lambda address: client.get(address).get_json(force=True)


def rows(shown, field):
    return shown.css(f".facet-{field} .value:not(.value-missing)")


def labels(shown, field):
    return [row.css_first(".label").text().rpartition("filter: ")[2] for row in rows(shown, field)]


def total(shown):
    return int(shown.css_first("[role=status]").text().split()[0].replace(",", ""))


def facet(body, name):
    return next(each for each in body["facets"] if each["name"] == name)


@pytest.mark.parametrize(
    ("field", "distinct", "label"),
    [("kind", 3, None), ("source", 21, "Show all 21"), ("speaker", 501, "Show all 501")],
)
def test_ten_values_by_count_then_all_of_them_with_their_number(page, field, distinct, label):
    shown = page("/search")
    assert len(rows(shown, field)) == min(distinct, 10)
    counts = [int(row.css_first(".number").text()) for row in rows(shown, field)]
    assert counts == sorted(counts, reverse=True)
    assert shown.css_first(f".facet-{field} .mode").text() == f"{distinct} values"
    more = [a for a in shown.css(f".facet-{field} .more a") if a.text().startswith("Show all")]
    assert [a.text().split(" S")[0].split(" K")[0] for a in more] == ([label] if label else [])
    if label:
        everything = page(more[0].attributes["href"])
        assert len(rows(everything, field)) == distinct
        assert sum(int(r.css_first(".number").text()) for r in rows(everything, field)) == len(
            STATEMENTS
        )


def test_above_twenty_values_there_is_a_box_to_find_one(page):
    shown = page("/search")
    assert shown.css(".facet-speaker .find")
    assert shown.css(".facet-source .find")
    assert not shown.css(".facet-kind .find")


@pytest.mark.parametrize(("typed", "code"), [("burma", "Myanmar"), ("BURMA", "Myanmar")])
def test_the_box_knows_other_names_keeps_the_query_and_leaves_nothing_behind(page, typed, code):
    shown = page(f"/suggest?q={typed}&field=country&within=the&kind=direct")
    (found,) = [a for a in shown.css("a.pick") if code in a.text()]
    asked = dict(parse_qsl(urlsplit(found.attributes["href"]).query))
    assert asked == {"q": "the", "country": "MM", "kind": "direct"}


def test_the_box_ignores_accents_and_capitals(page):
    shown = page("/suggest?q=ELAN+001&field=speaker")
    assert [name_of(1) in a.text() for a in shown.css("a.pick")] == [True]


def test_a_chosen_value_beyond_the_first_ten_is_listed_first(page):
    rare = name_of(499)
    assert rare not in labels(page("/search"), "speaker")
    shown = page("/search?speaker=" + rare.replace(" ", "+"))
    assert rows(shown, "speaker")[0].attributes["class"] == "value value-chosen"
    assert rare in labels(shown, "speaker")[0]
    assert len(rows(shown, "speaker")) == 11


def test_a_chosen_value_at_none_stays_first_and_leads_back(page):
    rare = name_of(499).replace(" ", "+")
    shown = page(f"/search?q=zzyzx&speaker={rare}")
    first = rows(shown, "speaker")[0]
    assert first.css_first(".number").text() == "0"
    assert first.css_first("a.pick").attributes["href"] == "/search?q=zzyzx"


def test_no_value_that_is_not_chosen_and_would_find_nothing_is_a_link(page):
    for query in (
        "?q=zzyzx",
        "?speaker=Ada+Almgren",
        "?not.kind=direct",
        "?country=MM&kind=mixed",
    ):
        for row in page(f"/search{query}").css(".value.value-open"):
            number = row.css_first(".number").text()
            assert (row.css("a") == []) == (number == "0"), (query, row.html)


def test_from_a_to_z_and_back(page):
    shown = page("/search?kind=direct")
    (away,) = [a for a in shown.css(".facet-speaker .more a") if a.text().startswith("A–Z")]
    listed = page(away.attributes["href"])
    names = labels(listed, "speaker")
    assert len(names) == len({s.speaker.name for s in STATEMENTS if s.kind == "direct"})
    assert names == sorted(names)
    assert total(listed) == total(shown)
    (back,) = [a for a in listed.css(".facet-speaker .more a") if a.text().startswith("By count")]
    assert back.attributes["href"].partition("#")[0] == "/search?kind=direct"


def test_three_values_need_no_other_order(page):
    assert not page("/search").css(".facet-kind .more")


def test_chosen_values_stay_first_from_a_to_z_and_programs_can_ask_for_it(data):
    body = data("/api/v1/search?facet.az=speaker&facet.size.speaker=50&speaker=Envoy+498")
    first, *rest = [each["label"] for each in facet(body, "speaker")["values"]]
    assert first == "Envoy 498"
    assert rest == sorted(rest)
    by_count = data("/api/v1/search?facet.size.speaker=50&speaker=Envoy+498")
    assert {e["value"]: e["count"] for e in facet(body, "speaker")["values"]} == {
        e["value"]: e["count"] for e in facet(by_count, "speaker")["values"]
    }


@pytest.mark.parametrize("field", ["country", "source", "kind"])
def test_with_without_and_lacking_a_value_are_all_there_is(page, data, field):
    """Every statement here has one value of each field at most."""
    whole = data("/api/v1/search")
    counts = facet(whole, field)
    for each in counts["values"][:5]:
        within = data(f"/api/v1/search?{field}={each['value'].replace(' ', '+')}")
        left = data(f"/api/v1/search?not.{field}={each['value'].replace(' ', '+')}")
        lacking = facet(left, field)["missing"]
        others = sum(
            v["count"]
            for v in facet(data(left["links"]["self"] + f"&facet.size.{field}=99"), field)[
                "values"
            ]
        )
        assert within["total"]["statements"] == each["count"]
        assert lacking == counts["missing"]
        assert within["total"]["statements"] + others + lacking == len(STATEMENTS)
        chip = page(f"/search?not.{field}={each['value'].replace(' ', '+')}").css_first(
            "a.chip-not"
        )
        assert f"not {each['label']}" in chip.text()
        assert chip.attributes["href"] == "/search"


def test_a_group_with_a_choice_is_open_and_says_that_any_of_them_will_do(page):
    shown = page("/search?speaker=Ada+Almgren&country=PE&country=MM")
    for field in ("speaker", "country"):
        group = shown.css_first(f"details.facet-{field}")
        assert "open" in group.attributes
        assert "any of these" in group.css_first(".mode").text()


def test_who_speaks_and_about_whom_are_two_groups_of_statements(page):
    names = [node.text() for node in page("/search").css(".facet h3")]
    assert {"Speaker’s country", "About country"} <= set(names)
    assert "Speaker’s country" not in [
        n.text() for n in page("/search?in=articles").css(".facet h3")
    ]


@pytest.mark.parametrize("query", ["", "q=the", "kind=direct", "in=articles", "not.country=PE"])
@pytest.mark.parametrize("interval", ["", "year", "month", "day"])
def test_bars_and_undated_are_all_there_is(data, query, interval):
    width = f"facet.interval.date={interval}" if interval else ""
    body = data("/api/v1/search?" + "&".join(filter(None, (query, width))))
    dates = facet(body, "date")
    found = body["total"]["articles" if "articles" in query else "statements"]
    assert sum(each["count"] for each in dates["values"]) + dates["missing"] == found


def test_dates_are_counted_as_by_looking_at_every_statement(data):
    dates = facet(data("/api/v1/search?facet.interval.date=month"), "date")
    expected = Counter(s.date.day.isoformat()[:7] for s in STATEMENTS if s.date)
    assert {each["value"]: each["count"] for each in dates["values"]} == expected
    assert dates["missing"] == sum(s.date is None for s in STATEMENTS)


def test_spans_of_time_are_counted_back_from_the_newest_article(page):
    shown = page("/search?kind=direct&page=2")
    spans = {a.text(): a.attributes["href"] for a in shown.css(".presets a")}
    end = "date.to=2019-03-14"
    assert spans == {
        "Last 7 days": f"/search?kind=direct&date.from=2019-03-08&{end}",
        "Last 30 days": f"/search?kind=direct&date.from=2019-02-13&{end}",
        "Last 12 months": f"/search?kind=direct&date.from=2018-03-15&{end}",
        "2019": "/search?kind=direct&date.from=2019&date.to=2019",
    }
    within = [
        s
        for s in STATEMENTS
        if s.kind == "direct" and s.date and s.date.day >= dt.date(2019, 2, 13)
    ]
    there = page(spans["Last 30 days"])
    assert total(there) == len(within)
    (now,) = there.css(".presets [aria-current]")
    assert now.text() == "Last 30 days"
    assert there.css_first("#date-from").attributes["value"] == "2019-02-13"
    assert there.css_first("#date-to").attributes["value"] == "2019-03-14"


def test_an_archive_without_dates_has_no_spans_of_time():
    client = create_app(
        filled((article_document(id="x", date=None), ())), Settings()
    ).test_client()
    assert b'class="presets"' not in client.get("/search?in=articles").data


@pytest.mark.parametrize("query", ["", "?kind=direct", "?country=PE&not.kind=mixed"])
def test_the_count_is_that_of_looking_at_every_statement(page, query):
    asked = parse_qsl(query[1:])
    kept = [
        each
        for each in STATEMENTS
        if ("kind", "direct") not in asked or each.kind == "direct"
        if ("not.kind", "mixed") not in asked or each.kind != "mixed"
        if ("country", "PE") not in asked or "PE" in each.countries
    ]
    articles = len({each.article_id for each in kept})
    told = page(f"/search{query}").css_first("[role=status]").text()
    assert told == f"{len(kept):,} statements in {articles:,} articles"


@pytest.mark.parametrize(
    "query", ["", "?date.from=2017&date.to=2017", "?facet.interval.date=year"]
)
def test_every_bar_has_its_line_in_the_list_below(page, query):
    """What is drawn is hidden from who cannot see it, and said in words with links beside it."""
    dates = page(f"/search{query}").css_first(".facet-date")
    drawing = dates.css_first("svg.bars")
    assert drawing.attributes["aria-hidden"] == "true"
    bars = {a.attributes["href"] for a in drawing.css("a")}
    assert bars
    assert bars <= {a.attributes["href"] for a in dates.css("a.pick")}
