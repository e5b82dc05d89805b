"""Any input gives an answer, every character is accounted for, and printing can be undone."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.fields import MISSING
from searchsvc.model import Collection, Span
from searchsvc.query import parse, to_text
from searchsvc.query.reading import Use
from searchsvc.query.tree import (
    And,
    DateRange,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import analyse

SEED = 20171204
QUERIES = 10_000
NOWHERE = Span(0, 0)
ALPHABET = (
    *("AND", "OR", "NOT", "&&", "||", "-", "!", "+", "(", ")", '"', "“", "”", "~", "~2", "*", "?"),
    *(" ", " ", " ", " ", "\n", "\u00a0", ":", "title:", "country:", "date:", "exact:", "none"),
    *(
        "speaker:",
        "caption:",
        "article:",
        "kind:",
        "foo:",
        "says:",
        "url:",
        "2017",
        "..",
        ">=",
        "05",
    ),
    *(
        "US",
        "U.S.",
        "U. S.",
        "kim",
        "Jong-un",
        "S-400",
        "10,000",
        "$30",
        "北京",
        "북한",
        "Türkiye",
    ),
    *(
        "é",
        "e\u0301",
        "\u0301",
        "\u200d",
        "👍",
        "½",
        "²",
        "٣",
        "ß",
        "İ",
        "ŉ",
        "\ud800",
        "\x00",
        "'s",
    ),
    *("WHO", "IT", "IS", "direct", "Russia", "’", "—", "<b>", "\\", "%", "/", "[", "a", "b", "_"),
)


def assert_sound(text, collection):
    parsed = parse(text, collection)
    reading = parsed.reading
    covered = [0] * len(text)
    last_end = 0
    for token in reading.tokens:
        assert token.span.start >= last_end
        assert token.text == token.span.of(text) != ""
        assert (token.read_as is None) == (token.use is Use.IGNORED)
        assert (token.reason is None) == (token.use is Use.USED)
        for index in range(token.span.start, token.span.end):
            covered[index] += 1
        last_end = token.span.end
    assert all(n == 1 for n, char in zip(covered, text, strict=True) if not char.isspace()), text
    again = parse(reading.canonical, collection)
    assert again.tree == parsed.tree, text


def test_ten_thousand_random_queries_are_read_without_a_gap():
    chance = random.Random(SEED)
    for number in range(QUERIES):
        text = "".join(chance.choices(ALPHABET, k=chance.randint(0, 14)))
        assert_sound(text, tuple(Collection)[number % 2])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(Collection))
def test_any_text_at_all_is_read_without_a_gap(text, collection):
    assert_sound(text, collection)


WORDS = st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1, max_size=6).flatmap(
    lambda text: st.sampled_from([token.folded for token in analyse(text)] or ["word"])
)
LETTERS = st.text("abcdeé", min_size=2, max_size=6).map(lambda text: analyse(text)[0].folded)
FIELDS = st.sampled_from([None, "title", "body", "speaker", "source"])
DAYS = st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


def term(folded, field, exact):
    (token,) = analyse(folded)
    return Term(token.stem, token.folded, field, exact, NOWHERE)


def phrase(words, field, exact, slop):
    tokens = analyse(" ".join(words))
    stems, folded = zip(*((token.stem, token.folded) for token in tokens), strict=True)
    return Phrase(stems, folded, field, exact, slop, NOWHERE)


def in_order(first, last):
    turned = first is not None and last is not None and first > last
    return DateRange(*((last, first) if turned else (first, last)), NOWHERE)


TREES = st.recursive(
    st.one_of(
        st.builds(term, WORDS, FIELDS, st.booleans()),
        st.builds(
            phrase,
            st.lists(WORDS, min_size=2, max_size=4),
            FIELDS,
            st.booleans(),
            st.integers(0, 9),
        ),
        st.builds(Prefix, LETTERS, FIELDS, st.just(NOWHERE)),
        st.builds(
            lambda a, mark, b, field: Wildcard(f"{a}{mark}{b}", field, NOWHERE),
            LETTERS,
            st.sampled_from(["?", "*", "??", "?*"]),
            LETTERS | st.just("?"),
            FIELDS,
        ).filter(lambda node: not node.pattern.endswith("*?")),
        st.builds(Fuzzy, LETTERS, st.sampled_from([1, 2]), FIELDS, st.just(NOWHERE)),
        st.sampled_from(
            [
                Value("country", "KR", NOWHERE),
                Value("country", "New Elbonia", NOWHERE),
                Value("speaker", MISSING, NOWHERE),
                Value("date", MISSING, NOWHERE),
                Value("kind", "direct", NOWHERE),
            ]
        ),
        st.builds(in_order, DAYS, DAYS),
    ),
    lambda inner: st.one_of(
        inner.filter(lambda node: not isinstance(node, Not)).map(lambda node: Not(node, NOWHERE)),
        st.lists(inner.filter(lambda node: not isinstance(node, And)), min_size=2, max_size=4).map(
            lambda nodes: And(tuple(nodes), NOWHERE)
        ),
        st.lists(inner.filter(lambda node: not isinstance(node, Or)), min_size=2, max_size=4).map(
            lambda nodes: Or(tuple(nodes), NOWHERE)
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_a_printed_tree_is_read_as_the_same_tree(tree):
    parsed = parse(to_text(tree), Collection.ARTICLES)

    assert parsed.tree == tree
    assert not parsed.reading.ignored
