"""Whoever searches for one name finds documents with the others, and can see and stop it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from searchsvc.aliases import built_in, expand
from searchsvc.engine.whoosh import WhooshEngine
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from tests.builders import article_document, date, request

PAIRS = tomllib.loads(
    (Path(__file__).parents[1] / "unit" / "alias_pairs.toml").read_text(encoding="utf-8")
)
WITH_OTHERS = PAIRS["pairs"]
SAME = PAIRS["same"]
DAY = "2017-05-12"


def found(engine, text, *, on=True, match=Match.ALL):
    parsed = expand(parse(text, Collection.ARTICLES, match=match), built_in(), on=on)
    return engine.ids(request(query=parsed.tree, limit=20))


def sentence(name, number):
    return f"Nobody from {name} came to session{marker(number)} in the harbour hall."


def marker(number):
    """A word of its own, of letters alone."""
    return "".join("bcdfghjklm"[int(digit)] for digit in f"{number:04}")


def document(identity, body, day=DAY):
    return article_document(
        id=identity,
        title="Session",
        body=body,
        speakers=(),
        countries=(),
        kinds=(),
        date=None if day is None else date(day),
    )


def rows_of(engine, rows):
    """Number and names of each pair; of the slow reference only every tenth."""
    step = 1 if isinstance(engine.reader, WhooshEngine) else 10
    return list(enumerate(rows))[::step]


@pytest.fixture(scope="module")
def filled(shared_engine):
    documents = [
        document(f"{kind}{number}{side}", sentence(name, number + 1000 * (kind == "same")))
        for kind, rows in (("pair", WITH_OTHERS), ("same", SAME))
        for number, row in enumerate(rows)
        for side, name in zip("ab", row, strict=True)
    ]
    shared_engine.publish(*((each, ()) for each in documents))
    return shared_engine


def test_there_are_as_many_pairs_as_promised():
    assert len({tuple(row) for row in WITH_OTHERS + SAME}) >= 300


@pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
def test_each_name_of_a_pair_finds_both_and_its_own_first(filled, side):
    wrong = {}
    for number, row in rows_of(filled, WITH_OTHERS):
        own, other = f"pair{number}{'ab'[side]}", f"pair{number}{'ba'[side]}"
        ids = found(filled, f"{row[side]} session{marker(number)}")
        if ids != [own, other]:
            wrong[tuple(row)] = ids
    assert wrong == {}


@pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
def test_without_other_names_each_finds_its_own_alone(filled, side):
    wrong = {}
    for number, row in rows_of(filled, WITH_OTHERS):
        ids = found(filled, f"{row[side]} session{marker(number)}", on=False)
        if ids != [f"pair{number}{'ab'[side]}"]:
            wrong[tuple(row)] = ids
    assert wrong == {}


@pytest.mark.parametrize("on", [True, False], ids=["with", "without"])
def test_writings_of_the_same_words_find_each_other_anyway(filled, on):
    for number, row in rows_of(filled, SAME):
        for name in row:
            ids = found(filled, f"{name} session{marker(number + 1000)}", on=on)
            assert sorted(ids) == [f"same{number}a", f"same{number}b"], (name, ids)


@pytest.fixture
def archive(engine):
    """What each document says, by its id."""
    bodies = {
        "gold-1950": ("Cocoa left the Gold Coast by ship.", "1950-03-01"),
        "gold-2015": ("Surfers met on the Gold Coast again.", "2015-03-01"),
        "gold-undated": ("A hotel on the Gold Coast opened.", None),
        "ghana": ("Ghana sold cocoa.", "2015-03-01"),
        "south": ("The Republic of Korea sent its envoy.", DAY),
        "north": ("The Democratic People's Republic of Korea sent nobody.", DAY),
        "loose": ("A house of blue stone and a white house.", DAY),
        "palace": ("Cheong Wa Dae said nothing.", DAY),
        "wa": ("Dae and Cheong Wa were two guests.", DAY),
        "rare": ("PRC harbour", DAY),
        **{f"common{number}": ("China harbour", DAY) for number in range(30)},
        "isi": ("The ISI denied it.", DAY),
        "daesh": ("Daesh denied nothing.", DAY),
    }
    engine.publish(*((document(name, *what), ()) for name, what in bodies.items()))
    return engine


@pytest.mark.parametrize(
    ("text", "match", "expected"),
    [
        pytest.param("Ghana", Match.ALL, {"ghana", "gold-1950"}, id="a name with years"),
        pytest.param(
            "gold coast", Match.ALL, {"gold-1950", "gold-2015", "gold-undated"}, id="one way"
        ),
        pytest.param("South Korea", Match.ALL, {"south"}, id="not within a longer name"),
        pytest.param("Blue House", Match.ALL, {"loose", "palace"}, id="typed loosely"),
        pytest.param("blue house said", Match.ALL, {"palace"}, id="beside another word"),
        pytest.param('"Blue House"', Match.ALL, set(), id="quoted"),
        pytest.param("exact:(blue house)", Match.ALL, {"loose"}, id="exactly"),
        pytest.param("nothing -(blue house)", Match.ALL, {"palace", "daesh"}, id="left out"),
        pytest.param("Ghana surfers", Match.ANY, {"ghana", "gold-1950", "gold-2015"}, id="any"),
        pytest.param("body:Ghana", Match.ALL, {"ghana", "gold-1950"}, id="under a field"),
        pytest.param("title:Ghana", Match.ALL, set(), id="under another field"),
        pytest.param("Daesh", Match.ALL, {"daesh"}, id="no form of another word"),
    ],
)
def test_another_name_is_found_where_it_means_the_thing(archive, text, match, expected):
    assert set(found(archive, text, match=match)) == expected


def test_what_was_typed_stands_first_however_rare_the_other_name(archive):
    ids = archive.ids(
        request(query=expand(parse("China", Collection.ARTICLES), built_in()).tree, limit=50)
    )
    assert len(ids) == 31
    assert ids[-1] == "rare"
