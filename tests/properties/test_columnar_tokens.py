"""The array tokeniser gives the tokens of `analyse`, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.columnar.words import lexicon as lexicon_module
from searchsvc.columnar.words import tokens as tokens_module
from searchsvc.columnar.words.chunks import SPACES
from searchsvc.columnar.words.lexicon import Lexicon
from tests.reference_tokens import terms_by_analysis, terms_by_arrays

PIECES = """
    U.S. U.S S-400 10,000 1,2 1,234,567 12,3456 ,000 1.5 Putin’s Putin's O'Brien's ’s 's 'S ’S 's's
    “quotes” ‘single’ don’t J. A. B. a.b x.'s X. é e\u0301 \u0301 \u00ad \u200d \ufe0f 한글
    \u1100\u1161\u11a8 北京 カ\u3099 ก็ 👍 ❤ 🇰🇷 $ $5 % 100% ‰ € ² ½ _ - – — … . , ' ’ ʼ ＇ " / @ x s
    S Y İ ß ﬁ ŉ IS IT WHO UN US AIDS ICE START is Who THE The U Ukraine supercalifragilistic
    counterrevolutionaries \x01 \x00 \xff \ufffd \ud800 â € ‿ \u200b
""".split()
BLANKS = [" ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u2003", "\u3000", "\u2028", "\x85", "\x1c"]
LONG = [
    "a" * 70,
    "A" * 64,
    "7" * 65,
    "é" * 40,
    "U." * 40,
    "U. " * 40,
    "e" + "\u0301" * 33,
    "한" * 30,
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES + BLANKS + LONG), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.text(max_size=30),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, max_size=12))
@example(["Ukraine’s", "’s", "U.", "S.", "U. S.", "", "U.S.'s IS", "IS U.S.'s", "IS"])
@example(
    ["X's. S. T.", "X'S. S. T.", "the U. S.'s aim", "A. B. C.D. E.", "a.s’s", "x's't", "x's.t"]
)
def test_tokens_are_those_of_the_analysis(texts):
    lexicon = Lexicon()
    wanted = terms_by_analysis(texts)
    assert terms_by_arrays(texts, lexicon) == wanted
    assert terms_by_arrays(texts, lexicon) == wanted  # now that all the words are known


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, max_size=12), st.integers(1, 40), st.integers(1, 5))
def test_where_blocks_of_texts_end_does_not_matter(texts, characters, chunks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens_module, "BLOCK_CHARACTERS", characters)
        patch.setattr(lexicon_module, "CHUNKS_AT_ONCE", chunks)
        patch.setattr(lexicon_module, "FIRST_STEP", 1)
        assert terms_by_arrays(texts, Lexicon()) == terms_by_analysis(texts)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS.filter(str.isprintable), max_size=8))
def test_between_spaces_tokens_are_taken_as_they_are(texts):
    wanted = [[(word, word, None) for word in text.split()] for text in texts]
    assert terms_by_arrays(texts, Lexicon(SPACES)) == wanted


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab", min_size=1, max_size=70), min_size=1, max_size=300))
def test_words_that_differ_in_one_byte_anywhere_are_kept_apart(words):
    lexicon = Lexicon(SPACES)
    for _ in range(2):
        assert terms_by_arrays([" ".join(words)], lexicon) == [
            [(each, each, None) for each in words]
        ]
