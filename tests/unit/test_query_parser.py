"""The tree that a query becomes, node by node, and the limits of the language."""

from __future__ import annotations

import datetime as dt

import pytest

from searchsvc.fields import MISSING
from searchsvc.model import Collection, Span
from searchsvc.query import Match, parse, to_text
from searchsvc.query.leaves import WIDEST_SLOP
from searchsvc.query.lexer import LONGEST_QUERY
from searchsvc.query.parser import DEEPEST, MOST_LEAVES, MOST_PATTERNS
from searchsvc.query.reading import Use
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)


def tree_of(text, collection=Collection.ARTICLES):
    return parse(text, collection).tree


def reading_of(text, collection=Collection.ARTICLES):
    return parse(text, collection).reading


LEAVES = {
    "Sanctions": Term("sanction", "sanctions", None, exact=False, span=Span(0, 9)),
    "US": Term("US", "US", None, exact=False, span=Span(0, 2)),
    "us": Term("us", "us", None, exact=False, span=Span(0, 2)),
    "exact:running": Term("run", "running", None, exact=True, span=Span(0, 13)),
    "title:talks": Term("talk", "talks", "title", exact=False, span=Span(0, 11)),
    '"trade talks"': Phrase(
        ("trade", "talk"), ("trade", "talks"), None, exact=False, slop=0, span=Span(0, 13)
    ),
    '"a b"~4': Phrase(("a", "b"), ("a", "b"), None, exact=False, slop=4, span=Span(0, 7)),
    "S-400": Phrase(("s", "400"), ("s", "400"), None, exact=False, slop=0, span=Span(0, 5)),
    "Türk*": Prefix("turk", None, Span(0, 5)),
    "w?m*n": Wildcard("w?m*n", None, Span(0, 5)),
    "Kim~2": Fuzzy("kim", 2, None, Span(0, 5)),
    "country:Russia": Value("country", "RU", Span(0, 14)),
    "speaker:none": Value("speaker", MISSING, Span(0, 12)),
    "date:2016-02": DateRange(dt.date(2016, 2, 1), dt.date(2016, 2, 29), Span(0, 12)),
    "date:>2017": DateRange(dt.date(2018, 1, 1), None, Span(0, 10)),
    "*": Everything(),
}


@pytest.mark.parametrize("text", LEAVES)
def test_a_leaf_is_read(text):
    assert repr(tree_of(text)) == repr(LEAVES[text])  # spans and all, which == leaves out


def test_operators_and_brackets_make_the_tree_that_precedence_says():
    tree = tree_of("a b OR -c (d OR e)")

    assert isinstance(tree, Or)
    first, second = tree.children
    assert isinstance(first, And)
    assert isinstance(second, And)
    assert isinstance(second.children[0], Not)
    assert isinstance(second.children[1], Or)


def test_every_node_says_where_in_the_query_it_stands():
    text = "kim  -(title:moon OR trump) x"
    tree = tree_of(text)

    assert isinstance(tree, And)
    assert [
        child.span.of(text) for child in tree.children if not isinstance(child, Everything)
    ] == [
        "kim",
        "-(title:moon OR trump)",
        "x",
    ]
    assert tree.span.of(text) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("border talks treaty", "border OR talks OR treaty"),
        ('border "peace talks" tr*', 'border OR "peace talks" OR tr*'),
        ("border AND talks treaty", "(border AND talks) OR treaty"),
        ("border talks -treaty", "(border OR talks) -treaty"),
        ("border talks country:peru date:2017", "(border OR talks) country:peru date:2017"),
        ("-treaty country:peru", "-treaty country:peru"),
        ("(border talks) AND (treaty deal)", "(border OR talks) AND (treaty OR deal)"),
        ("border talks OR treaty", "border OR talks OR treaty"),
        ("country:peru AND border talks", "(country:peru AND border) OR talks"),
        ("border", "border"),
        ("", ""),
    ],
)
def test_any_of_the_words_will_do_where_that_is_asked_for(text, same):
    parsed = parse(text, Collection.ARTICLES, match=Match.ANY)
    assert parsed.tree == tree_of(same)
    assert tree_of(parsed.reading.canonical) == parsed.tree


def test_nested_ands_and_ors_are_one():
    assert len(tree_of("a (b (c d)) S-4*").children) == 6
    assert len(tree_of("a OR (b OR (c OR d))").children) == 4


@pytest.mark.parametrize("text", ["", "  \n ", "*", "...", "()", "AND", '""'])
def test_a_query_that_asks_for_nothing_in_particular_asks_for_everything(text):
    parsed = parse(text, Collection.ARTICLES)

    assert parsed.tree == Everything()
    assert parsed.reading.canonical == ""


def test_an_unknown_country_stays_as_typed_and_is_said_to_be_unknown():
    parsed = parse('country:"Freedonia del Sur"', Collection.ARTICLES)

    assert parsed.tree == Value("country", "Freedonia del Sur", Span(0, 27))
    assert parsed.reading.repaired[0].reason == "no country is called “Freedonia del Sur”"


def test_a_field_that_the_collection_lacks_is_ignored_with_what_it_asks_for():
    reading = reading_of("caption:summit trade", Collection.STATEMENTS)

    assert reading.canonical == "trade"
    assert reading.ignored[0].text == "caption:summit"


def test_the_reading_says_in_words_what_was_understood():
    reading = reading_of('country:KR -"one china"~2 sanct* date:2017-05.. speaker:none US')

    assert [token.read_as for token in reading.tokens] == [
        "country South Korea",
        "not",
        "phrase “one china”, with up to 2 words between",
        "words that start with “sanct”",
        "date from 2017-05-01",
        "no speaker",
        "US",
    ]


def test_patterns_beyond_the_most_are_ignored_and_said_to_be():
    parsed = parse(" ".join(["e*", "kim~", "*ko?ea*"] * 6), Collection.ARTICLES)

    assert isinstance(parsed.tree, And)
    assert len(parsed.tree.children) == MOST_PATTERNS
    assert [token.text for token in parsed.reading.ignored] == ["kim~", "*ko?ea*"]
    assert all(str(MOST_PATTERNS) in (token.reason or "") for token in parsed.reading.ignored)


def test_what_lies_beyond_the_longest_query_is_ignored_and_said_to_be():
    text = "word " * (LONGEST_QUERY // 5 - 1) + "overlong tail"
    reading = reading_of(text)

    beyond = reading.ignored[-1]
    assert beyond.text == "overlong tail"
    assert beyond.span.end == len(text)
    assert str(LONGEST_QUERY) in (beyond.reason or "")


def test_a_word_longer_than_the_longest_query_is_cut():
    reading = reading_of("a" * (LONGEST_QUERY + 5))

    assert [token.span for token in reading.tokens] == [
        Span(0, LONGEST_QUERY),
        Span(LONGEST_QUERY, LONGEST_QUERY + 5),
    ]


def test_words_beyond_the_most_are_ignored_and_those_of_phrases_count():
    tree = tree_of("ab " * 300)
    assert len(tree.children) == MOST_LEAVES

    reading = reading_of(f'"{"a " * 249}" b "c d e f g" h')
    assert [token.text for token in reading.ignored] == []
    reading = reading_of(f'"{"a " * 249}" b "c d e f g h i" j')
    assert [token.text for token in reading.ignored] == ['"c d e f g h i"']


def test_brackets_beyond_the_deepest_are_read_as_if_they_were_not_there():
    deepest = reading_of("(" * DEEPEST + "a" + ")" * DEEPEST)
    deeper = reading_of("(" * 5000 + "a" + ")" * 4990)

    assert not deepest.ignored
    assert deeper.canonical == "a"
    assert len(deeper.ignored) >= 2 * (4990 - DEEPEST)


@pytest.mark.parametrize("piece", ["title:-", "NOT ", "-", "(-", "exact:", "+", "a OR (", '"'])
def test_no_repetition_breaks_the_parser(piece):
    parse(piece * (LONGEST_QUERY // len(piece)) + "x", Collection.ARTICLES)
    parse(piece * 100_000, Collection.ARTICLES)


def test_a_distance_wider_than_the_widest_is_narrowed():
    assert tree_of('"a b"~5000').slop == WIDEST_SLOP


def test_fields_of_a_bracket_reach_every_word_in_it():
    assert to_text(tree_of('title:(a -b "c d" (e OR body:f))')) == (
        'title:a -title:b title:"c d" (title:e OR body:f)'
    )


def test_a_hostile_query_comes_back_as_it_was_typed_and_only_as_plain_text():
    text = "<script>alert('x')</script>"
    reading = reading_of(text)

    assert reading.typed == text
    assert "".join(token.text for token in reading.tokens) == text
    assert all(token.use is not Use.IGNORED for token in reading.tokens[:1])
