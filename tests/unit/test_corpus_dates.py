"""Dates as newspapers print them and as files hold them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.dates import read_date, read_date_line, read_time

DAY = dt.date(2018, 11, 14)


@pytest.mark.parametrize(
    ("line", "day", "time"),
    [
        ("May 12, 2017 - 22:00", dt.date(2017, 5, 12), dt.time(22)),
        ("Nov. 14, 2018", DAY, None),
        ("Nov 14,2018", DAY, None),
        ("2018-11-14", DAY, None),
        ("2018.11.14", DAY, None),
        ("2018. 11. 14.", DAY, None),
        ("14 November 2018", DAY, None),
        ("14th of November 2018", DAY, None),
        ("14-Nov-2018", DAY, None),
        ("Published : Nov 14, 2018 - 17:48", DAY, dt.time(17, 48)),
        ("Posted on November 14, 2018 at 5:48 p.m.", DAY, dt.time(17, 48)),
        ("Wednesday, November 14, 2018 12:05 AM EST", DAY, dt.time(0, 5)),
        ("Wednesday, 14 November 2018, 12 noon", None, None),
        ("2018-11-14T17:48:33.120+09:00", DAY, dt.time(17, 48)),
        ("2018-11-14 17:48 KST", DAY, dt.time(17, 48)),
        ("2018/11/14 17:48 (GMT+9)", DAY, dt.time(17, 48)),
        ("Wed, 14 Nov 2018 17:48:00 +0900", DAY, dt.time(17, 48)),
        ("Nov. 14, 2018, 10:00 p.m. KST", DAY, dt.time(22)),
        ("Wed 14 Nov 2018 22.00 BST", DAY, dt.time(22)),
        ("22h00, 14 November 2018", DAY, dt.time(22)),
        ("14 Nov '18", DAY, None),
        ("Nov. 14, ’98", dt.date(1998, 11, 14), None),
        ("14-Nov-18", DAY, None),
        ("14-Nov-18 09:30", DAY, dt.time(9, 30)),
        ("Issued on: 14/11/2018 - 22:00", DAY, dt.time(22)),
        ("14.11.2018", DAY, None),
        ("2018년 11월 14일 22:00", DAY, dt.time(22)),
        ("2018年11月14日", DAY, None),
        ("Wed Nov 14 22:00:00 KST 2018", DAY, dt.time(22)),
        ("Wed Nov 14 22:00:00 +0000 2018", DAY, dt.time(22)),
        ("NOVEMBER 14, 2018 / 10:00 PM / 2 YEARS AGO", DAY, dt.time(22)),
        ("14 November 2018 · 2 min read", DAY, None),
        ("May 5, 2017 - 25:10", dt.date(2017, 5, 5), None),
    ],
)
def test_a_line_that_is_a_date_is_read(line: str, day: dt.date | None, time: dt.time | None):
    found = read_date_line(line)
    if day is None:
        assert found is None
    else:
        assert found is not None
        assert found.stamp is not None
        assert (found.stamp.day, found.stamp.time) == (day, time)


@pytest.mark.parametrize(
    "line",
    [
        "Published : Nov 14, 2018 - 17:48 Updated : Nov 15, 2018 - 09:00",
        "Updated : Nov 15, 2018 - 09:00 | Published : Nov 14, 2018 - 17:48",
    ],
)
def test_the_date_of_publication_wins_over_that_of_the_update(line: str):
    found = read_date_line(line)
    assert found is not None
    assert found.stamp is not None
    assert (found.stamp.day, found.stamp.time) == (DAY, dt.time(17, 48))


@pytest.mark.parametrize(
    "line",
    [
        "05/06/2018",
        "05/06/2018 10:00 PM",
        "14/11/18",
        "Updated 5 hours ago",
        "an hour ago",
        "3 MIN READ",
    ],
)
def test_a_date_that_only_its_reader_knew_is_a_date_line_without_a_date(line: str):
    found = read_date_line(line)
    assert found is not None
    assert found.stamp is None


@pytest.mark.parametrize("line", ["Feb 31, 2018", "Jan 1, 3018", "2018-13-01", "0 May 2018"])
def test_an_impossible_date_is_a_date_line_without_a_date(line: str):
    found = read_date_line(line)
    assert found is not None
    assert found.stamp is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Thursday",
        "May 12",
        "22:00",
        "22.00",
        "1.5",
        "3-2",
        "A year ago the talks failed",
        "Five hours ago",
        "Published",
        "May 12, 2017 was a sunny day",
        "On May 12, 2017 the envoy left.",
        "The treaty of May 12, 2017",
        "Nov. 14, 2018 " * 20,
    ],
)
def test_anything_else_is_no_date_line(line: str):
    assert read_date_line(line) is None


def test_a_byline_after_the_date_is_handed_on():
    found = read_date_line("May 12, 2017 - 22:00 By Ana Doe")
    assert found is not None
    assert found.rest == "By Ana Doe"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("20181114", DAY),
        ("14/11/2018", DAY),
        ("11/14/2018", DAY),
        ("5/5/2018", dt.date(2018, 5, 5)),
        ("05/06/2018", None),
        ("1542153600", None),
        ("2018-02-30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_value_is_a_date_only_where_it_can_mean_one_day(value: str, day: dt.date | None):
    stamp = read_date(value)
    assert (stamp.day if stamp else None) == day


def test_a_time_of_its_own_is_read_to_the_minute():
    assert read_time("15:01:59") == dt.time(15, 1)
    assert read_time("9 p.m.") == dt.time(21)
    assert read_time("24:00") is None
    assert read_time("soon") is None


@given(st.dates(dt.date(1605, 1, 1), dt.date(2099, 12, 31)), st.times())
def test_every_date_survives_every_way_of_printing_it(day: dt.date, time: dt.time):
    minute = time.replace(second=0, microsecond=0)
    for line in (
        f"{day:%B} {day.day}, {day:%Y} - {minute:%H:%M}",
        f"{day.day} {day:%b}. {day:%Y}, {minute:%I:%M %p}",
        f"{day.isoformat()}T{time.isoformat('seconds')}Z",
    ):
        found = read_date_line(line)
        assert found is not None
        assert found.stamp is not None
        assert (found.stamp.day, found.stamp.time) == (day, minute)


@given(st.text(alphabet="Nov. 14,2018-:/TZapmByKST()", max_size=160))
def test_no_line_makes_the_reader_stumble(line: str):
    read_date_line(line)
    read_date(line)
    read_time(line)
