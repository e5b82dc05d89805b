"""What holds of the terms of any text."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections import Counter
from itertools import islice

from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.stem.snowball import EnglishStemmer

from searchsvc.text import DOUBTED, Sieve, analyse, fold, tokens_from
from searchsvc.text.analysis import LONGEST, stem_of

PIECES = st.sampled_from(
    [
        *("U.S.", "U.", "S.", " ", " ", "'s", "’s", "1,000", ",000", "10", ".", "-", "WHO", "IS"),
        *(
            "é",
            "e\u0301",
            "\u0301",
            "ß",
            "İ",
            "각",
            "\u1100\u1161\u11a8",
            "カ\u3099",
            "ガ",
            "北",
            "²",
        ),
        *(
            "\u00ad",
            "\u200d",
            "\ufe0f",
            "❤",
            "🇰🇷",
            "=\u0338",
            "≠",
            "ʼ",
            "ﬁ",
            "$",
            "%",
            "a",
            "_",
            "ก็",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join))


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_tokens_ascend_and_name_the_stretch_they_were_made_from(text):
    last_end = 0
    for token in analyse(text):
        assert last_end <= token.start < token.end <= len(text)
        surface = text[token.start : token.end].translate(str.maketrans("", "", "., "))
        assert token.folded == fold(surface)[:LONGEST] != ""
        assert token.cased in {None, surface}
        last_end = token.end


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example("A.À0")
def test_composed_and_decomposed_texts_have_the_same_terms(text):
    terms = {
        tuple((token.folded, token.stem) for token in analyse(unicodedata.normalize(form, text)))
        for form in ("NFC", "NFD")
    }

    assert len(terms | {tuple((token.folded, token.stem) for token in analyse(text))}) == 1


@settings(max_examples=500, deadline=None)
@given(TEXTS, TEXTS)
def test_a_line_break_between_two_texts_joins_and_parts_nothing(first, second):
    def terms(text):
        return [(token.folded, token.stem) for token in analyse(text)]

    assert terms(f"{first}\n{second}") == terms(first) + terms(second)
    if not first.endswith("."):  # "U." and "S." become one token
        assert terms(f"{first} {second}") == terms(first) + terms(second)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_terms_typed_again_are_the_same_terms(text):
    tokens = analyse(text)
    again = analyse(" ".join(token.folded for token in tokens))

    assert [(token.folded, token.stem) for token in again] == [
        (token.folded, token.stem) for token in tokens
    ]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(
    st.text("aeiouybcdgilmnrst", max_size=7),
    st.sampled_from(["", "ational", "biliti", "ousness", "fulli", "ator", "eed", "ies", "ement"])
    | st.text("abcdefghijklmnopqrstuvwxyz", max_size=4),
)
def test_the_stem_of_any_word_is_that_of_the_stemmer(start: str, end: str):
    assert stem_of(start + end) == EnglishStemmer().stem(start + end)


@given(
    st.text("abdelmnostuvy", min_size=1, max_size=4),
    st.lists(
        st.sampled_from(
            [
                "s",
                "y",
                "ie",
                "ing",
                "ed",
                "ly",
                "ational",
                "biliti",
                "ization",
                "ies",
                "ement",
                "li",
            ]
        ),
        max_size=3,
    ).map("".join),
)
def test_any_word_is_found_by_its_stem(start: str, end: str):
    word = start + end
    assert list(Sieve(lambda *_: True, terms=[stem_of(word)]).found(word)), stem_of(word)


_WORDS_IN_DOUBT = st.sampled_from(["US", "WHO", "who", "IT", "it", "THE", "the", "U.S.", "Talks"])


@given(st.lists(st.text() | st.lists(_WORDS_IN_DOUBT).map(" ".join), max_size=4))
def test_a_sieve_finds_the_tokens_that_an_analysis_finds(texts):
    def judge(folded, stem, cased):
        return (folded, stem, cased) if len(folded) % 2 else None

    sieve = Sieve(judge)
    for each in texts:
        wanted = [
            (token.start, token.end, (token.folded, token.stem, token.cased))
            for token in analyse(each)
            if len(token.folded) % 2
        ]
        assert list(sieve.found(each)) == wanted


_ODD_PIECES = st.sampled_from(
    [
        *(
            "U. S.",
            "U. S.A.",
            "(U.",
            "S.),",
            "J. Smith",
            "U.S.",
            "sanctions",
            "Sanctions",
            "S-400",
        ),
        *(
            "Putin's",
            "Putin’s",
            "'s",
            "s",
            "É",
            "école",
            "e\u0301cole",
            "ſ",
            "K",
            "x\u00adyz",
            "10,000",
        ),
        *(
            "WHO",
            "who",
            "It's",
            "\u2003",
            "\xa0",
            "\x1f",
            "a" * 70,
            "北s",
            "s北",
            "n't",
            "-",
            ".",
            "…",
        ),
    ]
)


@given(
    st.lists(_ODD_PIECES | st.text(max_size=5) | st.sampled_from(" \n"), max_size=25).map("".join)
    | st.lists(_ODD_PIECES, max_size=12).map(" ".join),
    st.lists(_ODD_PIECES | st.text(max_size=3), min_size=1, max_size=3),
)
def test_a_sieve_of_known_terms_finds_all_that_has_one_of_them(text, sought):
    terms = {
        term
        for piece in sought
        for token in analyse(piece)
        for term in (token.folded, token.stem, token.cased)
        if term
    }

    def judge(folded, stem, cased):
        return True if {folded, stem, cased} & terms else None

    assert list(Sieve(judge, terms=terms).found(text)) == list(Sieve(judge).found(text))


def test_a_sieve_of_known_terms_finds_the_same_in_news(corpora):
    with gzip.open(corpora / "polnear/train.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 60)]
    sought = Counter(token.stem for text in texts for token in analyse(text))
    for term in [*list(sought)[::40], "us", "s", "it", "iran"]:

        def judge(folded, stem, cased, term=term):
            return True if term in {folded, stem, cased} else None

        known, unknown = Sieve(judge, terms=[term]), Sieve(judge)
        for text in texts[:10]:
            assert list(known.found(text)) == list(unknown.found(text)), term


@given(
    st.lists(_ODD_PIECES | st.text(max_size=5) | st.sampled_from(" \n"), max_size=15).map("".join)
)
def test_tokens_from_one_on_are_those_of_the_whole_text(text):
    tokens = analyse(text)
    for place, token in enumerate(tokens):
        following = list(tokens_from(text, token.start))
        assert [(each.start, each.end, each.folded, each.stem) for each in following] == [
            (each.start, each.end, each.folded, each.stem) for each in tokens[place:]
        ]
        for each, whole in zip(following, tokens[place:], strict=True):
            assert each.cased == (None if whole.cased in DOUBTED else whole.cased)


def test_every_word_of_the_news_is_found_by_each_of_its_terms_and_by_how_these_begin(corpora):
    with gzip.open(corpora / "polnear/train.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 200)]
    words = {text[token.start : token.end]: token for text in texts for token in analyse(text)}
    words |= {word: analyse(word)[0] for word in ("dying", "lying", "tying", "skies", "İzmir")}
    for word, token in words.items():
        half = token.folded[: len(token.folded) // 2 + 1]
        for term in {token.folded, token.stem, token.folded[:1], token.folded[:2], half}:
            sieve = Sieve(lambda *_: True, terms=[term])
            assert list(sieve.found(word)), (word, term)
