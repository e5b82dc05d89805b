"""The country that a dateline's place lies in."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.countries import COUNTRIES, country_of_place


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("SEOUL", "KR"),
        ("Seoul", "KR"),
        ("CHICAGO", "US"),
        ("ST. LOUIS", "US"),
        ("TROY, Mich.", "US"),
        ("WINSTON-SALEM, N.C.", "US"),
        ("OLD TOWN, Me.", "US"),
        ("CALGARY, Alberta", "CA"),
        ("TORONTO", "CA"),
        ("Osaka, Japan", "JP"),
        ("LUXEMBOURG", "LU"),
        ("KUWAIT", "KW"),
        ("PARIS/LONDON", "FR"),
        ("NEW YORK", "US"),
        ("CALIFORNIA", "US"),
        ("MOSCOW", "RU"),
        ("MOSCOW, Idaho", "US"),
        ("BRUSSELS", "BE"),
        ("DÜSSELDORF", "DE"),
        ("ATLANTIS", None),
        ("ATLANTIS, Utopia", None),
        ("UNITED NATIONS", None),
        ("", None),
        (",", None),
        ("/", None),
    ],
)
def test_a_place_lies_in(place, code):
    assert country_of_place(place) == code


@pytest.mark.parametrize(
    ("place", "year", "code"),
    [
        ("MOSCOW", 1987, "SUHH"),
        ("Moscow, Russia", 1987, "SUHH"),
        ("MOSCOW", 2018, "RU"),
        ("MOSCOW, Idaho", 1987, "US"),
        ("PRAGUE", 1987, "CSHH"),
        ("BELGRADE", 1987, "YUCS"),
        ("EAST BERLIN", 1987, "DDDE"),
        ("BONN", 1987, "DE"),
    ],
)
def test_a_place_lay_in_the_state_of_the_day(place, year, code):
    assert country_of_place(place, dt.date(year, 3, 1)) == code


@given(st.text() | st.text(alphabet="AMNichgo .,/-"), st.none() | st.dates())
def test_any_place_lies_in_a_country_of_the_table_or_in_none(place, day):
    assert country_of_place(place, day) in {None, *COUNTRIES}
