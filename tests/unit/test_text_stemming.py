"""Our stemmer against the one whose stems it has to give."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase

import pytest
from nltk.stem.snowball import EnglishStemmer

from searchsvc.text.stemming import stemmed

SUFFIXES = (
    *("", "s", "sses", "ss", "us", "ied", "ies", "eed", "eedly", "ed", "edly", "ing", "ingly"),
    *("y", "e", "l", "ll", "at", "bl", "iz", "tt", "ization", "ational", "fulness", "ousness"),
    *("iveness", "tional", "biliti", "lessli", "entli", "ation", "alism", "aliti", "ousli"),
    *("iviti", "fulli", "enci", "anci", "abli", "izer", "ator", "alli", "bli", "ogi", "li"),
    *("alize", "icate", "iciti", "ative", "ical", "ness", "ful", "ement", "ance", "ence"),
    *("able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion"),
    *("al", "er", "ic"),
)
HEADS = (
    *("", "a", "t", "y", "st", "ay", "oyy", "ban", "hop", "play", "snow", "box", "el", "general"),
    *("gener", "commun", "arsen", "catal", "relat", "bb", "yyes", "succ", "wouldyouc", "aye"),
)
IRREGULAR = (
    *("skis", "skies", "dying", "lying", "tying", "idly", "gently", "ugly", "early", "only"),
    *("singly", "sky", "news", "howe", "atlas", "cosmos", "bias", "andes", "innings", "outing"),
    *("canning", "herrings", "earring", "proceeded", "exceeding", "succeeds", "proceed"),
)


@pytest.mark.parametrize("head", HEADS)
def test_words_with_any_two_suffixes_have_the_stems_of_the_library(head: str):
    words = ["".join((head, *suffixes)) for suffixes in product(SUFFIXES, repeat=2)]

    assert _stems(words) == _expected(words)


def test_words_of_up_to_three_letters_have_the_stems_of_the_library():
    words = ["".join(some) for size in (1, 2, 3) for some in product(ascii_lowercase, repeat=size)]

    assert _stems(words) == _expected(words)


def test_words_without_a_rule_have_the_stems_of_the_library():
    words = [word + suffix for word in IRREGULAR for suffix in ("", "s", "e", "ly")]

    assert _stems(words) == _expected(words)


def _stems(words: list[str]) -> dict[str, str]:
    return {word: stemmed(word) for word in words}


def _expected(words: list[str]) -> dict[str, str]:
    stemmer = EnglishStemmer()
    return {word: stemmer.stem(word) for word in words}
