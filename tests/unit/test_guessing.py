"""What went wrong in typing costs what it should, and misspelt words are guessed right."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from searchsvc.cli.main import main
from searchsvc.engine.whoosh import WhooshEngine
from searchsvc.guessing import begins, cost_of, likelihood, name_begun, names_of, words_of
from searchsvc.guessing.spelling import FIRST, OTHER
from searchsvc.model import Collection
from searchsvc.settings import SearchSettings
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSPELT = Path(__file__).with_name("misspelt.toml")
SAMPLE = Path(str(files("searchsvc"))) / "sample"
FIRST_SHARE, THIRD_SHARE = 0.95, 0.99

words = st.text("abcdehsk", max_size=7)


@given(words, words)
def test_a_cost_is_that_of_the_edits_between_two_words(typed: str, meant: str):
    distance = OSA.distance(typed, meant)
    cost = cost_of(typed, meant)
    assert 0.5 * distance <= cost <= (OTHER + FIRST) * distance + 1e-9
    assert cost == pytest.approx(cost_of(meant, typed))


@pytest.mark.parametrize(
    ("likelier", "than"),
    [
        (("sanctoins", "sanctions"), ("sanctoins", "sanctifies")),
        (("tslks", "talks"), ("tblks", "talks")),  # beside each other on the keyboard
        (("seperate", "separate"), ("sepxrate", "separate")),  # alike to the ear
        (("aggreement", "agreement"), ("agxreement", "agreement")),
        (("comittee", "committee"), ("mmittee", "committee")),
        (("border", "bordr"), ("border", "borde")),
        (("talsk", "talks"), ("takks", "tamms")),
        (("kprea", "korea"), ("jorea", "korea")),  # the first letter is seldom wrong
    ],
)
def test_a_slip_that_is_made_more_often_costs_less(
    likelier: tuple[str, str], than: tuple[str, str]
):
    assert cost_of(*likelier) < cost_of(*than)


def test_what_more_documents_hold_is_likelier():
    assert likelihood(100, 0.7) > likelihood(10, 0.7) > likelihood(10, 1.0)


@given(st.lists(st.text("abk", min_size=1, max_size=3), min_size=1, max_size=4), st.data())
def test_beginnings_of_any_words_in_any_order_begin_a_name(names: list[str], data: st.DataObject):
    some = data.draw(st.permutations(names))[: data.draw(st.integers(1, len(names)))]
    typed = [word[: data.draw(st.integers(1, len(word)))] for word in some]
    assert begins(typed, names)
    if len(typed) > 1:
        places = product(range(len(names)), repeat=len(typed))
        apart = (each for each in places if len(set(each)) == len(each))
        typed[0] += data.draw(st.sampled_from(["", "a", "k"]))
        expected = any(
            all(names[at].startswith(word) for at, word in zip(each, typed, strict=True))
            for each in apart
        )
        assert begins(typed, names) >= expected
        joined = "".join(names)
        assert begins(typed, names) <= all(word in joined for word in typed)


def test_a_country_goes_by_everything_it_is_called():
    assert names_of("country", "KP")[0] == "North Korea"
    assert {"DPRK", "KP", "North Korean"} <= set(names_of("country", "KP"))
    assert names_of("country", "Ruritania") == ("Ruritania",)
    assert names_of("speaker", "KP") == ("KP",)
    assert name_begun("speaker_country", "KP", words_of("D.P.R.K.")) == "DPRK"
    assert name_begun("speaker_country", "KP", words_of("kor nor")) == "North Korea"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    index = tmp_path_factory.mktemp("sample")
    done = CliRunner().invoke(main, ["--index", str(index), "reindex", str(SAMPLE)])
    assert done.exit_code == 0, done.output
    engine = WhooshEngine(index, SearchSettings())
    yield engine
    engine.close()


def test_the_right_word_comes_first_for_most_misspellings(sample: WhooshEngine):
    pairs = [
        pair for group in tomllib.loads(MISSPELT.read_text()).values() for pair in group.items()
    ]
    places = []
    for typed, meant in pairs:
        guesses = [each.text for each in sample.spellings(Collection.ARTICLES, typed)]
        right = [stem_of(guess) == stem_of(meant) for guess in guesses]
        places.append(right.index(True) if any(right) else len(right) + 3)
    assert len(places) == 200
    assert sum(place == 0 for place in places) >= FIRST_SHARE * len(places)
    assert sum(place < 3 for place in places) >= THIRD_SHARE * len(places)
