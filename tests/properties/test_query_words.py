"""A text that nobody wrote as a query is read as its words, whatever signs stand in it."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.query.lexer import lexemes
from searchsvc.query.tree import Everything, Or, Phrase, Term
from searchsvc.query.words import words_only
from searchsvc.text import analyse
from tests.properties.test_query_round_trip import ALPHABET

SEED = 20171205
TEXTS = 3_000


def words_read(text: str) -> list[str]:
    """The words that are looked for, each as a plain one, any of them sufficing."""
    plain = words_only(text)
    assert len(plain) == len(text)
    tree = parse(plain, Collection.ARTICLES, match=Match.ANY).tree
    leaves = tree.children if isinstance(tree, Or) else (tree,)
    found: list[str] = []
    for leaf in leaves:
        match leaf:
            case Term(folded=folded, field=None, exact=False):
                found.append(folded)
            case Phrase(folded=several, field=None, exact=False, slop=0):
                found += several
            case _:
                assert leaf == Everything() == tree, text
    return [word.lower() for word in found]


def assert_words_alone(text: str) -> None:
    pieces = [lexeme.text for lexeme in lexemes(words_only(text))]
    expected = [token.folded for piece in pieces for token in analyse(piece)]
    assert words_read(text) == expected, text


def test_random_queries_are_read_as_words():
    chance = random.Random(SEED)
    for _ in range(TEXTS):
        assert_words_alone("".join(chance.choices(ALPHABET, k=chance.randint(0, 14))))


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_as_words(text: str):
    assert_words_alone(text)


def test_words_stay_whole_and_signs_become_blanks():
    asked = '(is -dash "grain" AND title: rye? AT&T & S-400 U.S. kim~2 !now)'
    assert words_only(asked) == " is  dash  grain  and title  rye  AT&T   S-400 U.S. kim 2  now "
    assert words_read(asked) == ("is dash grain and title rye at t s 400 us kim 2 now".split())
