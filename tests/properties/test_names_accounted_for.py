"""Whatever is typed, each word is used, expanded, repaired or ignored, and nothing is lost by other names."""

from __future__ import annotations

import random
import re

from searchsvc.aliases import built_in, expand, key_of
from searchsvc.aliases.expansion import MOST_OF_ONE, MOST_OTHERS
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.query.reading import Use
from searchsvc.query.tree import And, Node, Not, Or, Synonyms
from tests.properties.test_query_round_trip import ALPHABET

SEED = 20180427
QUERIES = 10_000
NAMES = (
    *("DPRK", "North Korea", "N. Korea", "korea", "north", "U.S.", "US", "us", "UN", "un", "Burma", "P5+1"),
    *("Kim Jong Un", "kim", "Jong-un", "Kim Jong-un's", "Xi Jinping", "al-Assad", "Zelensky", "Sergei", "G-7"),
    *("Republic of Korea", "People’s Republic of China", "Ghana", "gold coast", "New START", "ISIS", "Gaddafi"),
    *("UN Security Council", "blue house", "Foggy Bottom", "the", "desk", "Mohammed bin Salman", "Türkiye"),
)  # fmt: skip


def literal(node):
    """The tree as it was before names were put into it."""
    match node:
        case Synonyms(typed=typed):
            return literal(typed)
        case Not(child=child):
            return Not(literal(child), node.span)
        case And(children=children) | Or(children=children):
            flat: list[Node] = []
            for child in map(literal, children):
                same = type(child) is type(node)
                flat += child.children if same else (child,)
            return type(node)(tuple(flat), node.span)
    return node


def synonyms_in(node):
    match node:
        case Synonyms():
            return [node]
        case Not(child=child):
            return synonyms_in(child)
        case And(children=children) | Or(children=children):
            return [found for child in children for found in synonyms_in(child)]
    return []


def left_out_in(node):
    match node:
        case Not(span=span):
            return [span]
        case And(children=children) | Or(children=children):
            return [found for child in children for found in left_out_in(child)]
    return []


def assert_sound(text, collection, match, off, on):
    parsed = parse(text, collection, match=match)
    result = expand(parsed, built_in(), off=off, on=on)
    reading = result.reading
    assert literal(result.tree) == parsed.tree, text
    assert (reading.typed, reading.canonical) == (parsed.reading.typed, parsed.reading.canonical)
    covered = [0] * len(text)
    left_out = left_out_in(parsed.tree)
    for token, before in zip(reading.tokens, parsed.reading.tokens, strict=True):
        assert (token.span, token.text, token.read_as) == (
            (before.span, before.text, before.read_as)
        )
        remarked = token.reason != before.reason
        if remarked:
            assert on
            assert token.reason is not None
            assert re.fullmatch(r"(.+; )?other names of “.+” are not left out", token.reason)
            assert token.reason.startswith(before.reason or "other")
            assert any(one.start <= token.span.start < one.end for one in left_out)
            assert token.use is before.use is not Use.IGNORED
        assert token.use is before.use or (before.use, token.use) == (Use.USED, Use.EXPANDED)
        assert remarked or (token.reason is None) == (token.use in {Use.USED, Use.EXPANDED})
        for index in range(token.span.start, token.span.end):
            covered[index] += 1
    assert all(n == 1 for n, char in zip(covered, text, strict=True) if not char.isspace()), text
    last_end = 0
    for one in reading.expansions:
        assert last_end <= one.span.start < one.span.end
        last_end = one.span.end
        assert one.typed == one.span.of(text) == one.typed.strip()
        assert one.key == key_of(one.typed) != ""
        assert 1 <= len(one.others) <= MOST_OF_ONE
        assert on or one.off
        assert one.key not in off or one.off
    looked_for = [one for one in reading.expansions if one.off is None]
    nodes = synonyms_in(result.tree)
    assert [node.span for node in nodes] == [one.span for one in looked_for]
    assert [len(node.others) for node in nodes] == [len(one.others) for one in looked_for]
    assert sum(len(one.others) for one in looked_for) <= MOST_OTHERS
    expanded = [token for token in reading.tokens if token.use is Use.EXPANDED]
    for token in expanded:
        assert any(
            token.span.start < one.span.end and one.span.start < token.span.end
            for one in looked_for
        )


def test_ten_thousand_random_queries_with_names_are_accounted_for():
    chance = random.Random(SEED)
    met = 0
    for number in range(QUERIES):
        pieces = [
            chance.choice(NAMES if chance.random() < 0.6 else ALPHABET)
            + chance.choice(("", " ", " ", " "))
            for _ in range(chance.randint(1, 12))
        ]
        text = "".join(pieces)
        off = {"dprk", "us"} if number % 7 == 0 else set()
        match = (Match.ALL, Match.ANY)[number % 3 == 0]
        assert_sound(text, tuple(Collection)[number % 2], match, off, number % 11 != 0)
        met += bool(expand(parse(text, Collection.ARTICLES), built_in()).reading.expansions)
    assert met > QUERIES // 2
