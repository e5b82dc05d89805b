"""When a statement was made, as the words beside its cue tell."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract import extract
from searchsvc.extract.when import said_on
from searchsvc.model import Article, ArticleDate, DateOrigin, DayPrecision, Span
from tests.extraction.articles import an_article

CASES: list[tuple[str, str, str, str]] = tomllib.loads(
    (Path(__file__).parent / "when_cases.toml").read_text("utf-8")
)["cases"]
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()
DATES = st.dates(min_value=dt.date(1801, 1, 1))


def dated(text: str, day: str) -> Article:
    """An article of `text` with a day, or without one where `day` is empty."""
    if not day:
        return an_article(text)
    date = ArticleDate(dt.date.fromisoformat(day), None, DateOrigin.INPUT)
    return dataclasses.replace(an_article(text), date=date)


def test_there_are_a_hundred_different_cases():
    assert len({(text, day) for text, day, _, _ in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize(
    ("text", "day", "expected", "words"), CASES, ids=[f"{text} {day}" for text, day, _, _ in CASES]
)
def test_the_last_statement_was_made(text: str, day: str, expected: str, words: str):
    said = extract(dated(text, day)).statements[-1].said
    if said is None:
        assert expected == words == ""
    else:
        assert f"{said.day} {said.precision}" == expected
        assert said.span.of(text) == words


def said(words: str, day: dt.date | None):
    """When the words behind a cue tell that it was said, and the words that were read."""
    text = f"Berg said {words} that the ships left."
    piece = Span(text.index("the ships"), len(text) - 1)
    sentence = Span(0, len(text))
    found = said_on(text, cue=Span(5, 9), sentence=sentence, taken=[piece], day=day)
    return found and (found.day, found.precision, found.span.of(text))


@given(st.sampled_from(DAYS), DATES, st.sampled_from(["", "on ", "late on ", "this "]))
def test_a_weekday_is_the_last_one_up_to_the_day_of_the_article(name, day, before):
    found, precision, words = said(before + name, day)
    assert found.strftime("%A") == name
    assert 0 <= (day - found).days < 7
    assert (precision, words) == (DayPrecision.DAY, before + name)


@given(st.sampled_from(DAYS), DATES)
def test_the_last_such_weekday_is_never_the_day_itself(name, day):
    found, _, _ = said(f"last {name}", day)
    assert found.strftime("%A") == name
    assert 1 <= (day - found).days <= 7


@given(DATES, DATES)
def test_a_day_without_a_year_is_the_last_one_in_the_past(when, day):
    words = f"on {MONTHS[when.month - 1]} {when.day}"
    found, precision, read = said(words, day)
    assert (found.month, found.day) == (when.month, when.day)
    assert 0 <= (day - found).days <= (366 if when.day < 29 or when.month != 2 else 8 * 366)
    assert (precision, read) == (DayPrecision.DAY, words)


@given(DATES.filter(lambda when: 1800 <= when.year < 2100), st.none() | DATES)
def test_a_day_with_its_year_is_that_day_unless_it_is_still_to_come(when, day):
    for words in (
        f"on {MONTHS[when.month - 1]} {when.day}, {when.year}",
        f"on {when.day} {MONTHS[when.month - 1]} {when.year}",
        f"on {when.isoformat()}",
    ):
        expected = None if day is not None and when > day else (when, DayPrecision.DAY, words)
        assert said(words, day) == expected


@given(st.integers(1, 12), DATES)
def test_a_month_without_a_year_is_the_last_one_that_has_begun(month, day):
    found, precision, _ = said(f"in {MONTHS[month - 1]}", day)
    assert (found.month, found.day, precision) == (month, 1, DayPrecision.MONTH)
    assert found <= day
    assert dt.date(found.year + 1, month, 1) > day if found.year < 9999 else True


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
@given(count=st.integers(1, 300), day=DATES)
def test_what_is_so_and_so_long_ago_lies_before_the_article(unit, count, day):
    found, precision, _ = said(f"{count} {unit}s ago", day)
    assert precision is DayPrecision(unit)
    assert found < day
    shortest = {"day": 1, "week": 7, "month": 28, "year": 365}[unit]
    assert (day - found).days >= (count - 1) * shortest


WORDS = st.sampled_from(
    [
        *DAYS,
        *MONTHS,
        "on",
        "in",
        "last",
        "this",
        "week",
        "2003",
        "9",
        ",",
        "Nov.",
        "a",
        "day",
        "ago",
        "said",
        "Berg",
        '"',
        "The ships left",
        ".",
        "\n\n",
        "yesterday",
        "2003-02-31",
        "May",
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join), st.none() | DATES)
def test_the_words_that_tell_lie_in_the_body_outside_the_statement_and_never_after_it(text, day):
    article = dated(text, day.isoformat() if day else "")
    for statement in extract(article).statements:
        if statement.said is not None:
            span = statement.said.span
            assert 0 <= span.start < span.end <= len(text)
            assert all(span.end <= p.start or p.end <= span.start for p in statement.pieces)
            assert day is None or statement.said.day <= day


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
@pytest.mark.parametrize(
    "words", ["yesterday", "last week", "999 years ago", "last May", "Monday"]
)
def test_the_ends_of_the_calendar_do_no_harm(words, day):
    found = said(words, day)
    assert found is None or found[0] <= day
