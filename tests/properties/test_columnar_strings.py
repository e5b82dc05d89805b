"""Packed strings answer as a Python list of them does."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.columnar.vocabularies import joined, ordering, stretch_of, taken

pytestmark = pytest.mark.usefixtures("both_ways")

LETTERS = st.sampled_from("aabé日𝄞")
WORDS = st.text(LETTERS, max_size=12)
ANY_TEXT = st.one_of(
    WORDS,
    st.text(st.sampled_from("a\0\n\r\x7fé"), max_size=10),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
LISTS = st.lists(ANY_TEXT, max_size=30)
VOCABULARIES = st.sets(ANY_TEXT, max_size=40).map(sorted)
LINES = st.sets(
    st.one_of(WORDS, st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)),
    max_size=40,
).map(sorted)


def vocabulary_of(words):
    packed = strings_of(words)
    return Vocabulary(packed.text, packed.at)


@given(LISTS, st.data())
def test_strings_come_back_one_by_one_listed_and_picked(texts, data):
    packed = strings_of(texts)
    start = data.draw(st.integers(0, len(texts)))
    end = data.draw(st.integers(start, len(texts)))

    assert len(packed) == len(texts)
    assert [packed[index] for index in range(len(texts))] == texts
    assert [packed.encoded(index) for index in range(len(texts))] == [
        text.encode() for text in texts
    ]
    assert packed.listed() == texts
    assert packed.listed(start, end) == texts[start:end]
    assert packed.listed(start) == texts[start:]
    if texts:
        index = data.draw(st.lists(st.integers(0, len(texts) - 1)))
        assert packed.picked(np.array(index, np.intp)) == [texts[place] for place in index]


@given(VOCABULARIES, ANY_TEXT)
@example([], "")
@example([""], "")
@example(["", "\0", "\0\0"], "\0")
@example(["abcdefgh", "abcdefgh\0", "abcdefghi"], "abcdefgh\0")
def test_a_word_is_found_where_it_stands_and_no_other(words, other):
    vocabulary = vocabulary_of(words)

    for index, word in enumerate(words):
        assert vocabulary.find(word) == index
    for wanted in (other, other + "\0", other + "\n", other[:-1]):
        assert vocabulary.find(wanted) == (words.index(wanted) if wanted in words else -1)


@given(VOCABULARIES, ANY_TEXT)
@example([], "")
@example([], "a")
@example(["abcdefg", "abcdefgh", "abcdefgh\U0010ffff", "abcdefgi"], "abcdefgh")
@example(["abcdefg", "abcdefg\U0010ffff", "abcdefh"], "abcdefg")
@example(["a", "a\0", "a\0\0\0\0\0\0\0\0", "b"], "a\0")
def test_the_words_that_start_with_something_are_a_range(words, other):
    vocabulary = vocabulary_of(words)

    for start in {other, other[:1], *(word[:8] for word in words), *(word[:2] for word in words)}:
        first, end = vocabulary.starting_with(start)
        assert words[first:end] == [word for word in words if word.startswith(start)]


@cache
def _patterns():
    pieces = ["a", "b", "é", "日", ".", "[^a]", ".*", "a|b", "(?:ab|a)+", "a?", "𝄞+", ""]
    return ["".join(pair) for pair in product(pieces, repeat=2)]


@given(LINES, st.data())
@example([], None)
def test_an_expression_matches_whole_words_of_a_range(words, data):
    vocabulary = vocabulary_of(words)
    expression = data.draw(st.sampled_from(_patterns())) if data else ".*"
    start = data.draw(st.integers(0, len(words))) if data else 0
    end = data.draw(st.integers(start, len(words))) if data else 0

    found = vocabulary.matching(expression, start, end)

    assert found.tolist() == [
        index for index in range(start, end) if re.fullmatch(expression, words[index])
    ]


def distance(one, two):
    """Optimal string alignment, by its definition."""
    table = {}
    for i, j in product(range(len(one) + 1), range(len(two) + 1)):
        if not i or not j:
            table[i, j] = i + j
            continue
        table[i, j] = min(
            table[i - 1, j] + 1,
            table[i, j - 1] + 1,
            table[i - 1, j - 1] + (one[i - 1] != two[j - 1]),
        )
        if i > 1 and j > 1 and one[i - 2 : i] == two[j - 2 : j][::-1]:
            table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(two)]


SHORT_WORDS = st.text(st.sampled_from("aabcé日!"), max_size=6)  # "!" and "a" share a bit


@given(st.sets(SHORT_WORDS, max_size=25).map(sorted), SHORT_WORDS, st.integers(0, 2))
@example([], "a", 2)
@example(["", "ab", "ba"], "", 1)
@example(["ca", "abc"], "ca", 2)
@example(["a" * 40_000, "b"], "a", 1)
def test_words_within_a_distance_are_all_those_by_its_definition(words, wanted, most):
    found = vocabulary_of(words).within(wanted, most)

    assert found.tolist() == [
        index for index, word in enumerate(words) if distance(word, wanted) <= most
    ]


@given(
    st.sets(st.text(st.sampled_from("abcé日"), min_size=3, max_size=30), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_long_words_are_found_by_either_half_of_them(stems, random):
    """All that are one edit or two from each, and the word itself."""
    words = set(stems)
    for stem in stems:
        for _ in range(12):
            word = stem
            for _ in range(random.choice((1, 1, 2))):
                word = edited(word, random)
            words.add(word)
    vocabulary = vocabulary_of(sorted(words))
    for wanted in (random.choice(sorted(words)), edited(random.choice(sorted(stems)), random)):
        found = vocabulary.within(wanted, 1)

        assert found.tolist() == [
            index for index, word in enumerate(sorted(words)) if distance(word, wanted) <= 1
        ]


def edited(word, random):
    """One letter put in, taken out, or made another, or two neighbours swapped."""
    at = random.randrange(len(word))
    letter = random.choice("abcé日")
    return random.choice(
        (
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        )
    )


@given(st.lists(LISTS, max_size=4))
def test_joined_strings_are_those_of_each_in_turn(lists):
    strings = joined([strings_of(texts) for texts in lists])

    assert strings.listed() == [text for texts in lists for text in texts]


@given(LISTS, st.data())
def test_taken_strings_are_those_picked_and_a_stretch_those_of_a_slice(texts, data):
    packed = strings_of(texts)
    start = data.draw(st.integers(0, len(texts)))
    end = data.draw(st.integers(start, len(texts)))
    index = data.draw(st.lists(st.sampled_from(range(len(texts))))) if texts else []

    assert taken(packed, np.array(index, np.intp)).listed() == [texts[place] for place in index]
    assert stretch_of(packed, start, end).listed() == texts[start:end]


LONG_TEXT = st.one_of(
    ANY_TEXT, st.text(st.sampled_from("a\0\n"), max_size=40), st.just("abcdefg" * 5)
)


@given(st.lists(LONG_TEXT, max_size=40))
@example(["abcdefg", "abcdefg", "abcdefg\0", "abcdefgh", "abcdefgh\0", "abcdefgh"])
@example(["a" * 14, "a" * 15, "a" * 14, "a" * 7 + "b", "a" * 8, ""])
def test_strings_are_put_into_the_order_of_their_code_points(texts):
    found = ordering(strings_of(texts))

    distinct = sorted(set(texts))
    assert sorted(found.order.tolist()) == list(range(len(texts)))
    assert [texts[index] for index in found.order] == sorted(texts)
    assert found.number.tolist() == [distinct.index(text) for text in texts]
    assert [texts[index] for index in found.first] == distinct
