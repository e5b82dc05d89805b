"""Every state of a search is an address, and every address gives that state back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.engine.contract import Interval, Sort
from searchsvc.model import Collection
from searchsvc.web import links
from searchsvc.web.parameters import DateBound, SearchParameters, Selection, parse_bound
from searchsvc.web.schemas import read_address
from tests.web.searches import searches

readable = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40).map(str.strip)


def read(query):
    found = read_address(parse_qsl(query, keep_blank_values=True))
    assert found.bad == ()
    assert found.unknown == ()
    return found.parameters


@given(searches(texts=readable, most_fields=4, pages=st.integers(1, 1000)))
@settings(max_examples=150, deadline=None)
def test_an_address_read_back_is_the_search_it_was_written_from(parameters):
    assert read(urlsplit(links.address("/search", parameters)).query) == parameters


@given(searches(most_fields=3), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_parameters_does_not_matter(parameters, chance):
    pairs = list(links.pairs(parameters))
    chance.shuffle(pairs)
    assert read_address(pairs).parameters == parameters


@given(searches(pages=st.integers(2, 9)))
@settings(max_examples=50, deadline=None)
def test_every_change_but_paging_goes_back_to_the_first_page(parameters):
    changed = (
        links.toggled(parameters, "source", "Andean Courier"),
        links.excluded(parameters, "source", "Andean Courier"),
        links.dated(parameters, DateBound(2016), None),
        links.undated(parameters),
        links.ordered(parameters, Sort.OLDEST),
        links.without_text(parameters),
        links.cleared(parameters),
        links.viewed(parameters, Collection.ARTICLES),
        links.every_or_any(parameters, "country"),
    )
    assert {item.page for item in changed} == {1}
    assert links.paged(parameters, 3).page == 3


@given(searches(most_fields=3))
@settings(max_examples=50, deadline=None)
def test_asking_for_a_value_twice_is_not_asking_for_it(parameters):
    once = links.toggled(parameters, "source", "A Paper Nobody Prints")
    assert once.selection("source").chosen.count("A Paper Nobody Prints") == 1
    assert links.toggled(once, "source", "A Paper Nobody Prints") == parameters


def test_a_value_is_asked_for_or_left_out_never_both():
    asked = links.toggled(SearchParameters(), "speaker", "Rosa Quispe")
    left_out = links.excluded(asked, "speaker", "Rosa Quispe")
    assert left_out.selection("speaker") == Selection("speaker", excluded=("Rosa Quispe",))
    assert links.toggled(left_out, "speaker", "Rosa Quispe") == asked


def test_the_address_of_everything_has_no_query():
    assert links.address("/search", SearchParameters()) == "/search"


def test_parameters_stand_in_one_order_and_none_is_empty():
    parameters = SearchParameters(
        text="trade talks",
        collection=Collection.ARTICLES,
        selections=(
            Selection("speaker", ("Ann", "Bo"), ("Cy",), every=True),
            Selection("country", ("(none)",)),
        ),
        since=DateBound(2016, 5),
        until=DateBound(2017),
        undated=True,
        sort=Sort.OLDEST,
        size=20,
        facets=("speaker", "date"),
        facet_sizes=(("speaker", 50),),
        by_name=("speaker", "country"),
        interval=Interval.MONTH,
        page=2,
    )
    assert links.address("/search", parameters) == (
        "/search?q=trade+talks&in=articles&speaker=Ann&speaker=Bo&speaker.op=and&not.speaker=Cy"
        "&country=(none)&date=(none)&date.from=2016-05&date.to=2017&sort=oldest&size=20"
        "&facets=speaker%2Cdate&facet.size.speaker=50&facet.az=speaker%2Ccountry&facet.interval.date=month&page=2"
    )


def test_countries_are_understood_by_name_and_written_as_codes():
    assert read("country=South+Korea&country=peru").selection("country").chosen == ("KR", "PE")


def test_switching_the_collection_keeps_all_filters_that_the_other_has():
    parameters = read("q=talks&speaker=Ann&speaker_country=PE&kind=direct&date.from=2016&page=2")
    there = links.viewed(parameters, Collection.ARTICLES)
    assert links.address("/search", there) == (
        "/search?q=talks&in=articles&speaker=Ann&kind=direct&date.from=2016"
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-2", "2023-02-01", "2023-02-28"),
        ("2024-05-12", "2024-05-12", "2024-05-12"),
    ],
)
def test_a_bound_is_a_year_a_month_or_a_day(text, first, last):
    bound = parse_bound(text)
    assert (bound.first.isoformat(), bound.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["24", "2024-13", "2023-02-29", "0000", "2024-00", "12.05.2024", "２０２４", "2024-05-12T10"],
)
def test_anything_else_is_no_bound(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar words it, not we
        parse_bound(text)
