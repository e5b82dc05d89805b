"""A search over time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.engine.contract import Interval, bucket_of
from searchsvc.fields import facet_fields
from searchsvc.model import ArticleDate, Collection, DateOrigin
from searchsvc.web.parameters import DateBound, SearchParameters, parse_bound
from searchsvc.web.reads.timeline import MOST_BUCKETS, TimelineQuestion, timeline
from tests.builders import article_document
from tests.reference_engine import filled
from tests.web.reads.checking import answered, archive, check_numbers, engine_of
from tests.web.searches import searches


def check_sums(series):
    assert sum(each.found.count for each in series.moments) + series.undated.count == (
        series.total.count
    )


def check_without_gaps(series):
    bounds = [parse_bound(each.value) for each in series.moments]
    for before, after in pairwise(bounds):
        assert after.first == before.last + dt.timedelta(days=1)


@given(
    parameters=searches(most_fields=2),
    by=st.integers(0, 99),
    size=st.integers(1, 4),
    seed=st.integers(1, 3),
)
@settings(max_examples=25, deadline=None)
def test_the_parts_add_up_and_every_number_is_what_its_link_finds(parameters, by, size, seed):
    fields = [None, *(name for name in facet_fields(parameters.collection) if name != "date")]
    field = fields[by % len(fields)]
    engine = engine_of(seed)
    if parameters.interval is Interval.DAY:  # a link for each of 2,000 days takes too long here
        parameters = replace(parameters, interval=Interval.MONTH)
    view = answered(engine, timeline, TimelineQuestion(parameters, field, size))
    check_numbers(engine, view)
    for series in (view.everything, *(each.series for each in view.by)):
        check_sums(series)
        check_without_gaps(series)
        assert [each.value for each in series.moments] == [
            each.value for each in view.everything.moments
        ]
    assert all(each.head.found == each.series.total for each in view.by)


@pytest.mark.parametrize("interval", Interval)
def test_a_timeline_of_everything_counts_every_statement_on_its_day(interval):
    days = [each.date.day for _, statements in archive(2) for each in statements if each.date]
    view = answered(engine_of(2), timeline, TimelineQuestion(SearchParameters(interval=interval)))
    for moment in view.everything.moments:
        held = sum(bucket_of(day, interval) == moment.value for day in days)
        assert moment.found.count == held
    assert sum(each.found.count for each in view.everything.moments) == len(days)


def test_bounds_within_a_year_count_the_days_between_them_alone():
    parameters = SearchParameters(
        since=DateBound(2016, 3, 5), until=DateBound(2018, 9), interval=Interval.YEAR
    )
    view = answered(engine_of(1), timeline, TimelineQuestion(parameters))
    check_sums(view.everything)
    assert check_numbers(engine_of(1), view) > 2
    urls = [each.found.url for each in view.everything.moments if each.found.url]
    assert all("date.to=2018-09" in url for url in urls if "date.from=2018" in url)
    assert view.everything.undated.count == 0


def test_where_there_would_be_too_many_moments_they_are_wider():
    def dated(number, year):
        date = ArticleDate(dt.date(year, 5, 1), None, DateOrigin.INPUT)
        return article_document(id=f"a{number}", date=date), ()

    engine = filled(dated(1, 1900), dated(2, 2020))
    parameters = SearchParameters(collection=Collection.ARTICLES, interval=Interval.DAY)
    view = answered(engine, timeline, TimelineQuestion(parameters))
    assert view.interval is Interval.MONTH
    assert len(view.everything.moments) == 120 * 12 + 1 < MOST_BUCKETS


def test_of_a_search_that_finds_nothing_there_is_nothing_to_see():
    view = answered(engine_of(1), timeline, TimelineQuestion(SearchParameters(text="zzz")))
    assert view.everything.moments == ()
    assert view.everything.total.url is None
