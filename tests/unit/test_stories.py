"""Copies of an article have one story, other articles have others."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.query.tree import Value
from searchsvc.stories import FEWEST_WORDS, MOST_WORDS, story_of
from searchsvc.web.exports.columns import defused

WORDS = [f"{start}{end}" for start in ("bor", "tra", "sum", "har", "win") for end in "abcdefghij"]


def text(seed: int, words: int = 160) -> str:
    chance = Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(words))


def edited(body: str, seed: int, words: int) -> str:
    """With other words in place of so many."""
    chance = Random(seed)
    parts = body.split()
    for at in chance.sample(range(MOST_WORDS), words):
        parts[at] = "otherwise"
    return " ".join(parts)


def test_a_story_is_named_the_same_on_every_machine():
    assert story_of(text(1)) == "l2eiqw2h2t2ba"


@given(st.integers(0, 1000), st.integers(MOST_WORDS, 160))
def test_what_is_written_otherwise_or_cut_from_the_end_is_the_same_story(seed: int, kept: int):
    body = text(seed)
    cut = body.split()[:kept]
    other = "“" + ",\n\n".join(cut).upper() + "…”"
    assert story_of(other) == story_of(body) is not None


def test_copies_with_a_word_changed_are_often_the_same_story_and_never_what_is_half_others():
    same = [story_of(text(seed)) == story_of(edited(text(seed), seed, 1)) for seed in range(200)]
    assert sum(same) > 80
    assert not any(
        story_of(text(seed)) == story_of(edited(text(seed), seed, 20)) for seed in range(200)
    )


def test_articles_that_share_no_words_in_a_row_are_different_stories():
    assert len({story_of(text(seed)) for seed in range(2000)}) == 2000


@pytest.mark.parametrize("body", ["", "…", "Photo: Ana Lima", text(1, FEWEST_WORDS - 1)])
def test_what_is_too_short_has_no_story(body: str):
    assert story_of(body) is None


def test_as_many_words_as_are_needed_are_enough():
    assert story_of(text(1, FEWEST_WORDS)) is not None


def test_words_of_other_scripts_are_words():
    korean = "외교부는 오늘 회담이 끝난 뒤 국경을 열어 두겠다고 밝혔다 " * 3
    assert story_of(korean) is not None
    assert story_of(korean) != story_of(korean.replace("국경", "항구"))


def test_a_name_is_asked_for_as_it_is_and_is_no_formula():
    for seed in range(300):
        name = story_of(text(seed))
        assert name is not None
        parsed = parse(f"story:{name}", Collection.ARTICLES)
        assert isinstance(parsed.tree, Value)
        assert (parsed.tree.field, parsed.tree.value) == ("story", name)
        assert defused(name) == name
