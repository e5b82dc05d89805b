"""What a language model is told agrees with what the archive answers, and is not too much to read."""

from __future__ import annotations

import datetime as dt

import pytest
from mcp.server.mcpserver.exceptions import ToolError

from searchsvc.client import client_of
from searchsvc.settings import Settings
from searchsvc.tools.archive import Archive
from searchsvc.tools.counted import MOST_COUNTS
from searchsvc.web import create_app
from tests.builders import article_document, date, speaker, statement_document
from tests.reference_engine import filled

DAYS = MOST_COUNTS + 20
SPEAKERS = ("Rosa Quispe", "Jun Okabe", "Ivo Berg")


def said_daily(number):
    day = date(str(dt.date(2015, 1, 1) + dt.timedelta(number)))
    who = speaker(name=SPEAKERS[number % len(SPEAKERS)])
    article = article_document(id=f"a{number}", date=day)
    said = statement_document(article_id=article.id, date=day, speaker=who)
    return article, [said]


@pytest.fixture(scope="module")
def archive():
    app = create_app(filled(*map(said_daily, range(DAYS))), Settings())
    with client_of(app) as client:
        yield Archive(client, "https://news.test")


def test_a_timeline_of_too_many_days_is_one_of_months_and_says_so(archive):
    found = archive.timeline(interval="day")
    assert found.interval == "month"
    assert "by month, not by day" in found.remark
    assert sum(found.counts.values()) == found.total == DAYS
    fewer = archive.timeline(interval="day", date_from="2015", date_to="2015-12-31")
    assert (fewer.interval, fewer.remark, len(fewer.counts)) == ("day", None, 365)


def test_numbers_of_every_series_count_as_numbers_to_read(archive):
    split = archive.timeline(interval="day", date_to="2015-12-31", split_by="speaker")
    assert split.interval == "month"
    assert set(split.series) == set(SPEAKERS)
    assert split.total_values == len(SPEAKERS)
    for name, line in split.series.items():
        assert (
            sum(line.values())
            == archive.search_statements(speaker=[name], date_to="2015-12-31").total_statements
        )
        assert all(line.values())


def test_counts_by_a_field_are_what_filtering_by_its_values_finds(archive):
    found = archive.count_by(field="speaker", size=2)
    assert (found.total, found.total_values, found.pages) == (DAYS, len(SPEAKERS), 2)
    rest = archive.count_by(field="speaker", size=2, page=2)
    for each in (*found.values, *rest.values):
        alone = archive.search_statements(speaker=[each.value])
        assert alone.total_statements == each.count
    assert {each.value for each in (*found.values, *rest.values)} == set(SPEAKERS)
    with pytest.raises(ToolError, match="page"):
        archive.count_by(field="speaker", size=2, page=3)


def test_a_comparison_agrees_with_a_search_of_each_side_and_mirrors(archive):
    sides = {"speaker_a": ["Rosa Quispe"], "speaker_b": ["Jun Okabe"], "date_to_b": "2015-03"}
    found = archive.compare(**sides, size=2)
    assert (
        found.a.statements == archive.search_statements(speaker=["Rosa Quispe"]).total_statements
    )
    assert (
        found.b.statements
        == archive.search_statements(speaker=["Jun Okabe"], date_to="2015-03").total_statements
    )
    assert sum(found.a.counts.values()) + found.a.undated == found.a.statements
    for pair in found.pairs:
        assert (pair.a.speaker, pair.b.speaker) == ("Rosa Quispe", "Jun Okabe")
        assert pair.a.link.startswith("https://news.test/articles/")
    swapped = archive.compare(
        speaker_b=["Rosa Quispe"], speaker_a=["Jun Okabe"], date_to_a="2015-03", size=2
    )
    assert (swapped.a, swapped.b) == (found.b, found.a)
    assert [pair.days for pair in swapped.pairs] == [pair.days for pair in found.pairs]


def test_a_query_of_one_side_takes_the_place_of_that_of_both(archive):
    found = archive.compare(query="border", query_b="nothingness")
    assert (found.a.statements, found.b.statements) == (DAYS, 0)


@pytest.mark.parametrize("asked", [{}, {"query": "border"}, {"query_a": "x", "query_b": "x"}])
def test_sides_that_ask_for_the_same_are_refused(archive, asked):
    with pytest.raises(ToolError, match="both sides ask for the same"):
        archive.compare(**asked)


def test_acts_narrow_a_search(archive):
    assert archive.search_statements(act=["say"]).total_statements == DAYS
    assert archive.search_statements(act=["deny"]).total_statements == 0
    with pytest.raises(ToolError, match="act"):
        archive.search_statements(act=["mumble"])


def test_an_article_links_each_statement_as_a_search_does_and_names_its_countries(archive):
    found = archive.get_article(article_id="a3")
    (searched,) = archive.search_statements(
        speaker=["Rosa Quispe"], date_to="2015-01-04", date_from="2015-01-04"
    ).statements
    (said,) = found.statements
    assert (said.id, said.link) == (searched.id, searched.link)
    assert said.link != found.link
    assert set(found.main_countries) <= set(found.countries)


def test_what_begins_behind_the_text_of_an_article_is_refused(archive):
    whole = archive.get_article(article_id="a3")
    end = archive.get_article(article_id="a3", start=whole.length)
    assert (end.text, end.start, end.end) == ("", whole.length, whole.length)
    with pytest.raises(ToolError, match=f"the text has {whole.length:,} characters"):
        archive.get_article(article_id="a3", start=whole.length + 1)


def test_countries_are_suggested_by_the_names_that_filters_take(archive):
    (offered,) = archive.suggest("boliv")["country"]
    name, _, count = offered.rpartition(" ")
    assert name == "Bolivia"
    assert count == f"({archive.search_statements(about_country=[name]).total_statements})"
