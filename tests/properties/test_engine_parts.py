"""Parts of the Whoosh engine against their slow and obvious twins."""

from __future__ import annotations

import gc
import weakref
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.columnar.layout import Layout
from searchsvc.columnar.searching.docsets import Scratch
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.columnar.words.chunks import SPACES
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing.rows import Row, write_segment
from searchsvc.engine.contract import Interval
from searchsvc.engine.whoosh.analysis import TermAnalyzer, WordField
from searchsvc.engine.whoosh.calendar import Calendar
from searchsvc.engine.whoosh.leaves import expand
from searchsvc.engine.whoosh.matching import _days_of
from searchsvc.engine.whoosh.phrases import exact_phrase_hits, phrase_hits
from searchsvc.engine.whoosh.view import CollectionView
from searchsvc.model import Collection
from searchsvc.query.tree import Fuzzy, Phrase, Prefix, Wildcard
from searchsvc.text import Token
from tests.builders import NOWHERE
from tests.reference_matching import edits, phrase_begins, wildcard_matches

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.query.patterns import Pattern

FEW_LETTERS = st.text("abé*[", min_size=1, max_size=6)
VOCABULARY = st.lists(st.text("abé[", min_size=1, max_size=6), unique=True).map(sorted)
PATTERN = st.text("ab[]!?*-", min_size=1, max_size=7)


def expanded(leaf: Pattern, words: list[str]) -> list[str]:
    packed = strings_of(words)
    postings = SimpleNamespace(words=Vocabulary(packed.text, packed.at))
    return [words[index] for index in expand(leaf, postings).tolist()]  # type: ignore[arg-type]  # only its words are asked for


@given(FEW_LETTERS, st.integers(1, 2), VOCABULARY)
def test_fuzzy_words_are_those_within_so_many_edits(text: str, distance: int, words: list[str]):
    near = [word for word in words if edits(word, text) <= distance]
    assert expanded(Fuzzy(text, distance, None, NOWHERE), words) == near


@given(PATTERN, st.lists(st.text("ab[]!-", min_size=1, max_size=6), unique=True).map(sorted))
def test_wildcards_match_as_spelt_out(pattern: str, words: list[str]):
    found = expanded(Wildcard(pattern, None, NOWHERE), words)
    assert found == [word for word in words if wildcard_matches(pattern, word)]


@given(FEW_LETTERS, VOCABULARY)
def test_prefixes_match_as_spelt_out(text: str, words: list[str]):
    found = expanded(Prefix(text, None, NOWHERE), words)
    assert found == [word for word in words if word.startswith(text)]


def test_a_hostile_wildcard_is_matched_in_linear_time():
    leaf = Wildcard("*a" * 30 + "b", None, NOWHERE)
    assert expanded(leaf, ["a" * 5000]) == []


@pytest.mark.parametrize(
    "leaf",
    [Prefix("U", None, NOWHERE), Wildcard("*", None, NOWHERE), Fuzzy("U", 1, None, NOWHERE)],
)
def test_capitals_kept_apart_are_no_folded_words(leaf: Pattern):
    assert "US" not in expanded(leaf, ["US", "us"])


@pytest.mark.parametrize("slop", range(4))
def test_phrases_begin_where_the_tokens_say(tmp_path: Path, slop: int):
    random = Random(slop)
    texts = [random.choices("abc", k=random.randint(0, 12)) for _ in range(300)]
    rows = [Row(f"{at:03}", words={"body": [" ".join(text)]}) for at, text in enumerate(texts)]
    layout = Layout({"body": True}, ())
    write_segment(rows, layout, lexicon=Lexicon(SPACES), folder=tmp_path, name="one")
    postings = Segment(tmp_path, "one").words("body")
    tokens = [tuple(Token(0, 0, word, word, None) for word in text) for text in texts]
    for _ in range(60):
        words = tuple(random.choices("abc", k=random.randint(2, 4)))
        phrase = Phrase(words, words, None, exact=True, slop=slop, span=NOWHERE)
        begins = [
            sum(phrase_begins(text, start, words, slop, exact=True) for start in range(len(text)))
            for text in tokens
        ]
        expected = {doc: count for doc, count in enumerate(begins) if count}
        for docs, counts in (
            phrase_hits(phrase, postings, Scratch(300)),
            exact_phrase_hits(phrase, postings),
        ):
            assert dict(zip(docs.tolist(), counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2017", ("2017-01-01", "2017-12-31")),
        ("2016-02", ("2016-02-01", "2016-02-29")),
        ("2017-12", ("2017-12-01", "2017-12-31")),
        ("9999-12", ("9999-12-01", "9999-12-31")),
        ("2017-05-12", ("2017-05-12", "2017-05-12")),
        ("2017-5", None),
        ("20170512", None),
        ("2017-W05", None),
        ("2017-13", None),
        ("", None),
        ("(none)", None),
    ],
)
def test_a_bucket_of_days_is_read_as_it_is_written(value: str, days: tuple[str, str] | None):
    found = _days_of(value)
    assert days == (found and tuple(day.isoformat() for day in found))


def test_a_view_of_nothing_holds_nothing():
    view = CollectionView(Collection.ARTICLES, (), ())
    assert (view.count, view.everything.tolist(), view.find("a1")) == (0, [], -1)


def test_a_calendar_goes_with_the_last_one_who_holds_it():
    gc.collect()
    gc.disable()
    try:
        calendar = Calendar([np.array([0, 736461], np.int32)])
        calendar.count(np.arange(2), Interval.DAY)
        held = weakref.ref(calendar)
        del calendar
        assert held() is None
    finally:
        gc.enable()


@given(st.lists(st.text(st.sampled_from("aUS '.é一 "), max_size=20), min_size=1, max_size=3))
def test_whooshs_own_analysis_indexes_our_terms(texts: list[str]):
    for exact in (True, False):
        field = WordField(exact=exact)
        for text in texts:
            positions: dict[bytes, list[int]] = {}
            for token in TermAnalyzer(exact=exact)(text, mode="index"):
                positions.setdefault(token.text.encode(), []).append(token.pos)
            indexed = {
                term: field.format.decode_positions(value)
                for term, _, _, value in field.index(text)
            }
            assert indexed == positions
