"""Whom names mean: invented speakers in `identities.toml`, one by one and as one archive."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from searchsvc.identities import NO_ALIASES, Register, Sighting

CASES = tomllib.loads(Path(__file__).with_name("identities.toml").read_text("utf-8"))["case"]


def speaker(line):
    """The sighting of a line of the file, and the name shown; None where no arrow stands."""
    printed, _, shown = line.partition(" -> ")
    name, role, country, year = (part.strip() for part in printed.split(";"))
    return Sighting(name, role, country, int(year)), shown or None


def read(case):
    """The sightings of each article by its id, and the name that each must be shown under.

    A line without an arrow says nothing where another line of the sighting has one.
    """
    articles, expected = {}, {}
    for number, lines in enumerate(case["articles"]):
        told = [speaker(line) for line in lines]
        articles[f"{case['what']}/{number}"] = [sighting for sighting, _ in told]
        for sighting, shown in told:
            if shown or sighting not in expected:
                expected[sighting] = shown or sighting.name
    return articles, expected


ARCHIVE: dict[str, list[Sighting]] = {}
EXPECTED: dict[Sighting, str] = {}
for each in CASES:
    ARCHIVE |= read(each)[0]
    EXPECTED |= read(each)[1]


def shown(path, articles, expected=EXPECTED):
    register = Register(path)
    for article, sightings in articles:
        register.note(article, sightings)
    register.settle(NO_ALIASES)
    names = {sighting: register.shown(sighting) for sighting in expected}
    register.close()
    return names


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_everybody_is_shown_under_the_right_name(case, tmp_path):
    articles, expected = read(case)
    assert shown(tmp_path / "r", articles.items(), expected) == expected


def test_a_large_archive_makes_no_difference_to_who_is_who(tmp_path):
    assert shown(tmp_path / "r", ARCHIVE.items()) == EXPECTED


@pytest.mark.parametrize(("others", "name"), [(5, "Ole Dahl"), (30, "Ole P. Dahl")])
def test_where_many_have_a_family_name_a_middle_initial_needs_a_witness(tmp_path, others, name):
    given = "Ada Bo Eva Per Kai Liv Una Jan Ida Rolf Siv Tor Unn Vera Wim Yrsa Atle Berit".split()
    many = [f"{one}{ending} Dahl" for ending in ("", "lie", "mar") for one in given][:others]
    lines = ["Ole Dahl", "Ole Dahl", "Ole P. Dahl", *many]
    articles = {f"a{number}": [Sighting(line, "", "", 2016)] for number, line in enumerate(lines)}
    asked = Sighting("Ole P. Dahl", "", "", 2016)
    assert shown(tmp_path / "r", articles.items(), {asked: ""}) == {asked: name}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_archive_makes_no_difference(tmp_path, seed):
    articles = list(ARCHIVE.items())
    random.Random(seed).shuffle(articles)
    assert shown(tmp_path / "r", articles) == EXPECTED


def test_articles_that_were_taken_out_again_make_no_difference(tmp_path):
    register = Register(tmp_path / "r")
    case, *others = CASES
    for article, sightings in ARCHIVE.items():
        register.note(article, sightings)
    register.forget(article for other in others for article in read(other)[0])
    register.settle(NO_ALIASES)
    expected = read(case)[1]
    assert {sighting: register.shown(sighting) for sighting in expected} == expected
    register.close()
