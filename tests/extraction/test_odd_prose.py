"""Odd prose never raises, and every span is where it says."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extraction.damage import DAMAGES, MARKS, STRANGE, damaged, faults
from tests.extraction.fuzz import sample_bodies, text_of
from tests.extraction.worst import WORST

ANYTHING = st.text(st.characters(codec=None))  # half surrogates too
PHRASES = (
    "said|told|Ivo Berg|Maria Petrova|he|she|who|it|that|according to|to|officials|the ministry|"
    "adding|asked|was quoted as saying|Norway|and"
).split("|")
BREAKS = (" ", "\n", "\n\n", ". ", ", ", ": ", "--", "``", "''")
SCRAPS = st.lists(st.sampled_from([*MARKS, *STRANGE, *BREAKS, *PHRASES]), max_size=40)


@pytest.fixture(scope="module")
def bodies():
    return sample_bodies()


def test_three_hundred_damaged_articles_are_read_without_a_fault(bodies):
    wrong = {
        number: found for number in range(300) if (found := faults(text_of(number, 1, bodies)))
    }
    assert not wrong


@given(ANYTHING)
def test_any_text_is_read_without_a_fault(text):
    assert not faults(text)


@given(SCRAPS, st.sampled_from(["", " "]))
def test_scraps_of_prose_are_read_without_a_fault(scraps, between):
    assert not faults(between.join(scraps))


def test_a_text_that_breaks_off_after_a_noun_and_that_is_read_without_a_fault():
    assert not faults("he ended every claim was that")


@pytest.mark.parametrize("name", WORST)
def test_the_hardest_texts_are_read_without_a_fault(name):
    assert not faults(WORST[name].make(WORST[name].size), twice=False)


def test_every_way_to_damage_a_text_is_used_and_repeatable(bodies):
    text = max(bodies, key=len)
    for damage in DAMAGES:
        made = [damage(random.Random(seed), text) for seed in range(9)]
        assert made == [damage(random.Random(seed), text) for seed in range(9)]
        assert any(one != text for one in made)
    assert damaged(random.Random(2), text) == damaged(random.Random(2), text)
    assert text_of(3, 1, bodies) == text_of(3, 1, bodies) != text_of(4, 1, bodies)
