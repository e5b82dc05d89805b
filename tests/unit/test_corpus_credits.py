"""Bylines, agency credits and datelines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.agencies import agency_line, closing_credit, credits_picture, read_dateline
from searchsvc.corpus.bylines import Byline, read_author, read_byline


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Song Su-min", Byline("Song Su-min")),
        ("By Ana Doe (ana@example.org)", Byline("Ana Doe", "ana@example.org")),
        ("Ana Doe (ana@example.org)", Byline("Ana Doe", "ana@example.org")),
        ("ana.doe@example.org", Byline(None, "ana.doe@example.org")),
        ("Kim Min-su, Staff reporter", Byline("Kim Min-su")),
        ("By Kim Min-su, Staff Reporter", Byline("Kim Min-su")),
        ("By Ana Doe and Al Roe", Byline("Ana Doe and Al Roe")),
        ("By Ana Doe, Al Roe and Jo Poe", Byline("Ana Doe, Al Roe and Jo Poe")),
        ("by Ana Doe, Reuters", Byline("Ana Doe", None, "Reuters")),
        ("By Ana Doe, economics correspondent, Reuters", Byline("Ana Doe", None, "Reuters")),
        ("BY ANA DOE", Byline("ANA DOE")),
        ("By Ludwig van Doe", Byline("Ludwig van Doe")),
        ("By Ana Doe in Seoul", Byline("Ana Doe")),
        ("By Ana Doe in New York (ana@example.org)", Byline("Ana Doe", "ana@example.org")),
        ("BY ANA DOE IN SEOUL", Byline("ANA DOE")),
        ("BY KIM IN-SU", Byline("KIM IN-SU")),
        ("By Ana Doe in Washington and Al Roe in Seoul", Byline("Ana Doe and Al Roe")),
        ("By Ana Doe, Correspondent", Byline("Ana Doe")),
        ("By Ana Doe, Correspondent in Seoul", Byline("Ana Doe")),
        ("By Ana Doe, Seoul", Byline("Ana Doe")),
        ("By Ana Doe | Seoul", Byline("Ana Doe")),
        ("By Doe, Ana", Byline("Doe, Ana")),
        ("By Ana Doe Staff Writer", Byline("Ana Doe")),
        ("By Ana Doe for the Example", Byline("Ana Doe")),
        ("By Ana Doe, The Example", Byline("Ana Doe")),
        ("By Ana Doe and Reuters", Byline("Ana Doe", None, "Reuters")),
        ("By Ana Doe and agencies", Byline("Ana Doe")),
        ("By: Ana Doe", Byline("Ana Doe")),
        ("— By Ana Doe", Byline("Ana Doe")),
        ("Author: Ana Doe", Byline("Ana Doe")),
        ("By Ana Doe • The Example", Byline("Ana Doe")),
        ("By Salim bin Hamad al-Doe", Byline("Salim bin Hamad al-Doe")),
        ("Written by Émile d'Arc-Ñandú", Byline("Émile d'Arc-Ñandú")),
        ("BY THE ASSOCIATED PRESS", Byline(None, None, "THE ASSOCIATED PRESS")),
        ("By The Associated Press", Byline(None, None, "The Associated Press")),
    ],
)
def test_a_line_that_names_the_author_is_a_byline(line: str, byline: Byline):
    assert read_byline(line) == byline


@pytest.mark.parametrize(
    "line",
    [
        "",
        "By Friday",
        "By the end of the day",
        "By land, sea and air",
        "By Train in Norland",
        "By the sea in Norland",
        "Additional reporting by Ana Doe in Seoul",
        "By Friday the talks had failed.",
        "The ministry told ana@example.org to wait",
        "Talks resume",
        "By " + "A" * 500,
    ],
)
def test_anything_else_is_no_byline(line: str):
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("value", "byline"),
    [
        ("Ana Doe", Byline("Ana Doe")),
        ("By Ana Doe, Reuters", Byline("Ana Doe", None, "Reuters")),
        ("Ana Doe <ana@example.org>", Byline("Ana Doe", "ana@example.org")),
        ("ana doe", Byline("ana doe")),
        ("", None),
    ],
)
def test_a_column_of_authors_needs_no_by(value: str, byline: Byline | None):
    assert read_author(value) == byline


@pytest.mark.parametrize(
    ("opening", "agency", "date", "place"),
    [
        ("SEOUL, Nov. 14, 2018 (Yonhap) -- South", "Yonhap", "Nov. 14, 2018", "SEOUL"),
        ("SEOUL, Nov. 14 (Yonhap) -- South", "Yonhap", "Nov. 14", "SEOUL"),
        ("Seoul, Nov. 14 (Yonhap) -- South", "Yonhap", "Nov. 14", "Seoul"),
        ("WASHINGTON (AP) — South", "AP", None, "WASHINGTON"),
        ("COLUMBUS, Ohio (AP) - South", "AP", None, "COLUMBUS, Ohio"),
        ("LOS ANGELES, Calif., March 5 - South", None, "March 5", "LOS ANGELES, Calif."),
        ("Dec 29 (Reuters) - South", "Reuters", "Dec 29", None),
    ],
)
def test_a_dateline_is_told_from_the_story(
    opening: str, agency: str | None, date: str | None, place: str | None
):
    found = read_dateline(opening)
    assert found is not None
    assert (opening[found.end :], *found[1:]) == ("South", agency, date, place)


@pytest.mark.parametrize(
    "opening",
    [
        "NATO - the alliance - met",
        "ROME - The talks",
        "US (and UK) - what next",
        "Jo Doe (Norland) - a profile",
        "The envoy (AP) said",
        "",
    ],
)
def test_what_credits_nobody_stays_in_the_story(opening: str):
    assert read_dateline(opening) is None


def test_an_agency_at_the_end_is_a_credit_and_a_party_is_not():
    assert closing_credit("He left. (Yonhap)") == (8, "Yonhap")
    assert closing_credit("He left. (AFP-Yonhap)") == (8, "AFP-Yonhap")
    assert closing_credit("said Jo Doe (D-NY)") is None
    assert agency_line("- Reuters -") == "Reuters"
    assert agency_line("Reuters said so") is None


@pytest.mark.parametrize(
    ("ending", "agency"),
    [
        (" (Farwire)", "Farwire"),
        ("” (Farwire)", "Farwire"),
        (" (Farwire-Newsline)", "Farwire-Newsline"),
        (" (Suland News Agency)", "Suland News Agency"),
        (" (The Harbour Courier)", "The Harbour Courier"),
        (" (Yonhap)", "Yonhap"),
        (" (UPI)", "UPI"),
        (" (NEWSIS)", "NEWSIS"),
        (" (dpa)", "dpa"),
    ],
)
def test_a_name_in_parentheses_behind_the_last_sentence_is_a_credit(ending: str, agency: str):
    assert closing_credit(f"He left.{ending}") == (8 + ending.count("”"), agency)


@pytest.mark.parametrize(
    "paragraph",
    [
        "He spoke to the United Nations (UN)",
        "He left. (UN)",
        "said Jo Doe (R-Texas)",
        "He left. (R-Texas)",
        "It was the year of the treaty. (2018)",
        "It was the year of the treaty (Suland)",
        "It was made in one of the countries. (Norway)",
        "It will never come back. (Laughter)",
        "It will never come back. (Ana Doe)",
        "It will never come back. (Not that it should.)",
        "It will never come back. (farwire)",
        "He met the envoy (Farwire).",
        "(",
        "()",
    ],
)
def test_any_other_parenthesis_stays_in_the_story(paragraph: str):
    assert closing_credit(paragraph) is None


def test_a_caption_ends_in_a_sentence_and_a_credit():
    assert credits_picture("The envoy waves. Yonhap")
    assert credits_picture("The envoy waves. (AP Photo)")
    assert not credits_picture("He told Yonhap")
    assert not credits_picture("according to Michael R. Bloomberg")


@given(st.text(alphabet="ABy .,-()@/|'a1Reuters and", max_size=200))
def test_no_line_makes_the_readers_stumble(line: str):
    for read in (read_byline, read_author, read_dateline, agency_line, closing_credit):
        read(line)
