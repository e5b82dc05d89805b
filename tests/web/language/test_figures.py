"""Numbers, dates and places as each language writes them; English as programs have always read it."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from searchsvc import countries
from searchsvc.web import formatting
from searchsvc.web.language import ENGLISH, language_of, shipped, speaking

DAYS = st.dates()
KOREAN = language_of("ko")


@given(DAYS)
def test_english_dates_are_the_day_the_month_and_the_year(value):
    month = calendar.month_name[value.month]
    assert formatting.day(value) == f"{value.day} {month} {value.year}"
    assert formatting.bucket(value.isoformat()) == f"{value.day} {month} {value.year}"
    assert formatting.bucket(value.isoformat()[:7]) == f"{month} {value.isoformat()[:4]}"
    assert formatting.bucket(value.isoformat()[:4]) == value.isoformat()[:4]


@given(DAYS)
def test_korean_dates_begin_with_the_year(value):
    with speaking(KOREAN):
        assert formatting.day(value) == f"{value.year}년 {value.month}월 {value.day}일"
        assert formatting.bucket(value.isoformat()[:4]) == f"{value.isoformat()[:4]}년"


@pytest.mark.parametrize("code", shipped())
@given(st.integers(-(10**12), 10**12))
def test_a_number_is_written_as_the_locale_writes_it(code, value):
    with speaking(language_of(code)):
        assert formatting.number(value) == format_decimal(value, locale=code)


@given(st.integers(0, 10**12))
def test_english_numbers_have_commas(value):
    assert formatting.number(value) == f"{value:,}"


@pytest.mark.parametrize("code", shipped())
def test_the_pattern_of_a_date_is_one_that_holds_day_month_and_year(code):
    one, other = dt.date(2017, 3, 9), dt.date(2017, 11, 30)
    with speaking(language_of(code)):
        for value in (one, other):
            for part in ("d", "y"):
                assert format_date(value, part, locale=code) in formatting.day(value)
        assert formatting.day(one) != formatting.day(dt.date(2017, 4, 9))


def test_english_places_are_called_as_everywhere():
    for code in (*countries.COUNTRIES, *countries.BODIES, "no such code"):
        assert formatting.place(code) == countries.label(code)


def test_korean_places_have_korean_names_and_no_two_the_same():
    with speaking(KOREAN):
        names = {
            code: formatting.place(code) for code in (*countries.COUNTRIES, *countries.BODIES)
        }
    acronyms = {"NATO", "G7", "G8", "G20", "OECD", "APEC", "OPEC", "OSCE", "BRICS"}
    assert [name for name in names.values() if name.isascii() and name not in acronyms] == []
    assert len(set(names.values())) == len(names)
    assert names["KP"] == "북한"


def test_what_is_spoken_ends_with_what_was_asked_in_it():
    with speaking(KOREAN), speaking(ENGLISH):
        assert formatting.number(1204) == "1,204"
        assert formatting.day(dt.date(2017, 5, 1)) == "1 May 2017"
