"""Any text at all: extraction never fails, stays bounded, and its spans hold."""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract import extract
from tests.extraction.articles import an_article

if TYPE_CHECKING:
    from searchsvc.model import Extraction

MADE_UP = """\
“The border will stay open,” Norwegian President Ivo Berg said. “Trade depends on it.

“We will not close it,” he added, saying the talks with the Russian leader would go on.

Maria Petrova, who leads the Bulgarian delegation, told reporters in Sofia that her country agreed.
"It was high time," the minister was quoted as saying, according to the ministry. BERG: Quite so!

Asked about N. Korea, Ms. Petrova declined to comment; the U.S., she noted, "had not asked" yet.
Mr. Berg also promised to visit Seoul and Moscow, but Petrova's spokesman, Peter Lind, denied it.\
"""
QUOTES = st.sampled_from("\"“”„«»'‘’")
PROSE = st.lists(
    st.sampled_from(MADE_UP.split(" ")) | QUOTES | st.sampled_from(["\n\n", "said", ",", "."]),
    max_size=80,
).map(" ".join)


MARKS = '"“”„‟«»'


def check(body: str) -> Extraction:
    """Extracts from `body` and checks what must hold of any extraction."""
    extraction = extract(an_article(body))
    for statement in extraction.statements:
        pieces = statement.pieces
        assert pieces
        assert all(0 <= p.start < p.end <= len(body) for p in pieces)
        assert all(first.end <= second.start for first, second in pairwise(pieces))
        assert statement.span.start == pieces[0].start
        assert statement.span.end == pieces[-1].end
        assert statement.span.of(body).strip() == statement.span.of(body)
        for piece in pieces:
            words = piece.of(body)
            for at, within in ((words[0], words[1:]), (words[-1], words[:-1])):
                # A mark at an end has its partner inside; else it is left out.
                assert at not in MARKS or any(mark in MARKS or mark in "`'" for mark in within)
        for span in (statement.cue, statement.named_at):
            assert span is None or 0 <= span.start < span.end <= len(body)
        assert 0 < statement.confidence <= 1
        assert statement.rule
        assert len(set(statement.about)) == len(statement.about)
        assert statement.speaker is None or statement.speaker.name.strip()
    spans = [statement.span for statement in extraction.statements]
    assert spans == sorted(spans)
    return extraction


def test_the_made_up_article_gives_statements():
    assert len(check(MADE_UP).statements) >= 8


@given(st.integers(0, len(MADE_UP)), st.integers(0, len(MADE_UP)))
def test_an_article_cut_anywhere_gives_valid_spans(start, end):
    check(MADE_UP[min(start, end) : max(start, end)])


@given(st.randoms(use_true_random=False))
def test_an_article_with_its_words_shuffled_gives_valid_spans(source):
    tokens = MADE_UP.split(" ")
    source.shuffle(tokens)
    check(" ".join(tokens))


@given(PROSE)
def test_words_and_marks_in_any_order_give_valid_spans(body):
    check(body)


@given(st.text())
def test_any_text_gives_valid_spans(body):
    check(body)


@pytest.mark.parametrize(
    "body",
    ["", " ", "\n\n", "\x00\x01\x1f", '"', "said", "said said said", ":", "\u202e“x”", "X" * 5000],
    ids=repr,
)
def test_odd_texts_give_valid_spans(body):
    check(body)


def calls_for(body: str) -> int:
    """How many calls of Python functions the extraction of `body` takes: work without a clock."""
    count = Counter[str]()

    def note(_frame, event, _argument):
        count[event] += 1

    sys.setprofile(note)
    try:
        extract(an_article(body))
    finally:
        sys.setprofile(None)
    return count["call"] + count["c_call"]


LONG = {
    "quotation marks": '"',
    "opening marks": "“",
    "quotations": '"Trade will grow for years," Ivo Berg said. ',
    "quotations without a full stop": '"Trade will grow for years," Ivo Berg said ',
    "cues": "said ",
    "commas": "Ivo Berg, ",
    "names": "Ivo Berg ",
    "capitals": "Berg",
    "pronouns": "He said it. ",
    "countries": "Korea ",
    "paragraphs": "Ivo Berg said the border was open.\n\n",
    "links": "of the ",
    "brackets": "(Berg) said ",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG.keys())
def test_the_work_grows_no_faster_than_the_text(piece):
    """Twice the text may cost a little more than twice the work, but not four times."""
    extract(an_article(piece * 50))  # fills the caches of words
    once, twice = calls_for(piece * 300), calls_for(piece * 600)
    assert twice < 2.6 * once


def test_fifty_thousand_quotation_marks_are_borne():
    marks = random.Random(7)
    body = "".join(
        marks.choice(['"', "“", "”", "''", " said Berg, ", "x "]) for _ in range(50_000)
    )
    check(body)
