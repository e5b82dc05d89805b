"""The words that set two lots of texts apart."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.contrast import PRIOR, contrasts

WORDS = ("harbour", "border", "sanctions", "talks", "winter", "summit", "trade", "US", "the", "x")
texts = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), max_size=12
)


def recomputed(a, b):
    """The z-scores by the formula of the paper, from whole words in small letters."""
    stops = {"the", "x"}
    counts = [
        Counter(
            word
            for text in {text.lower(): text for text in side}.values()
            for word in re.findall(r"\w+", text)
            if word not in stops
        )
        for side in (a, b)
    ]
    together = counts[0] + counts[1]
    sizes = [sum(side.values()) for side in counts]
    if len(together) < 2 or 0 in sizes:
        return {}
    found = {}
    for word, count in together.items():
        prior = PRIOR * count / sum(sizes)
        logs = [
            math.log((side[word] + prior) / (size + PRIOR - side[word] - prior))
            for side, size in zip(counts, sizes, strict=True)
        ]
        variance = sum(1 / (side[word] + prior) for side in counts)
        found[word] = (logs[0] - logs[1]) / math.sqrt(variance)
    return found


@given(texts, texts)
@settings(max_examples=80, deadline=None)
def test_the_numbers_are_those_of_the_formula(a, b):
    found = {
        each.text if each.text == "US" else each.text.lower(): each.z for each in contrasts(a, b)
    }
    assert found == pytest.approx(recomputed(a, b), abs=1e-9)


@given(texts, texts)
@settings(max_examples=80, deadline=None)
def test_with_the_sides_changed_over_every_number_has_the_other_sign(a, b):
    one = {each.term: (each.text, each.a, each.b, each.z) for each in contrasts(a, b)}
    other = {each.term: (each.text, each.b, each.a, -each.z) for each in contrasts(b, a)}
    assert one == other


def test_what_one_side_says_more_stands_first_and_forms_of_a_word_are_one():
    a = [f"The sanctions hurt trade {number}0" for number in range(5)] + ["A sanction again"]
    b = [f"The harbour is open for trade {number}0" for number in range(5)]
    found = contrasts(a, b)
    assert (found[0].text, found[0].a, found[0].b) == ("sanctions", 6, 0)
    assert found[-1].z < 0 < found[0].z
    assert abs(next(each.z for each in found if each.text == "trade")) < 0.2


def test_copies_of_one_report_count_once():
    assert contrasts(["Trade goes on"] * 9, ["trade  GOES on", "Talks begin"]) == contrasts(
        ["Trade goes on"], ["Trade goes on", "Talks begin"]
    )


@pytest.mark.parametrize(
    ("a", "b"), [((), ()), (("trade",), ()), (("trade",), ("trade",)), (("the",), ("of",))]
)
def test_where_there_is_nothing_to_tell_apart_there_are_no_words(a, b):
    assert contrasts(a, b) == ()
