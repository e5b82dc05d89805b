"""Dates as a query writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from searchsvc.query.dates import Days, days_text, not_in_calendar, read_days


def day(text):
    return None if text is None else dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2017-5-2", "2017-05-02", "2017-05-02"),
        ("2017.05.02", "2017-05-02", "2017-05-02"),
        ("=2017", "2017-01-01", "2017-12-31"),
        (">=2017-05", "2017-05-01", None),
        (">2017-05", "2017-06-01", None),
        ("<=2017", None, "2017-12-31"),
        ("<2017", None, "2016-12-31"),
        ("2016..2017", "2016-01-01", "2017-12-31"),
        ("2016…2017", "2016-01-01", "2017-12-31"),
        ("2016-02..", "2016-02-01", None),
        ("..2016-02", None, "2016-02-29"),
        ("*", None, None),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_date_names_its_first_and_last_day(text, first, last):
    assert read_days(text) == Days(day(first), day(last))


@pytest.mark.parametrize(
    "text",
    "|17|2017-00|2017/0|2017-13|2017-02-29|0000|2017-05-12-1|..|>|2017..x|2017-13..2018|>9999|<0001"
    "|yesterday|2017-2018|x*|2017 2018|May 2017|**".split("|"),
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert read_days(text) is None


def test_a_range_that_runs_backwards_is_turned_round():
    assert read_days("2018..2017-03") == Days(
        dt.date(2017, 3, 1), dt.date(2018, 12, 31), reversed=True
    )


@pytest.mark.parametrize("text", ["2017", "2016-02", "2017-05-12", ">=2017-05-01", "*"])
def test_the_shortest_text_is_found_again(text):
    days = read_days(text)

    assert days is not None
    assert days_text(days.first, days.last) == text


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("2016-02-30", "2016-02-30"),
        (">=2017-2-29", "2017-2-29"),
        ("2016-13..2017", "2016-13"),
        ("2016..2017-04-31", "2017-04-31"),
        ("0000", "0000"),
        ("2016-02-29", None),
        ("2017-02-30 or so", None),
        ("yesterday", None),
        (">9999", None),
    ],
)
def test_a_date_that_the_calendar_lacks_is_named(text, missing):
    assert not_in_calendar(text) == missing
    assert missing is None or read_days(text) is None
