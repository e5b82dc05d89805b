"""Fragments and highlights."""

from __future__ import annotations

import random

import pytest

from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.snippets import highlights, snippets

FILLER = "Nothing of note happened here that day. "
TEXT = (
    f"{FILLER * 10}The minister said sanctions would stay. {FILLER * 10}\n\n"
    f"Talks on the one China policy and a sanction regime opened in the U.S. capital. {FILLER * 10}"
)


def tree_of(query, collection=Collection.ARTICLES):
    return parse(query, collection).tree


def marked(text, query, field="body"):
    return [span.of(text) for span in highlights(text, tree_of(query), field)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("sanctions", "Sanctioned by a sanction", ["Sanctioned", "sanction"]),
        ("exact:sanctions", "a sanction, some sanctions", ["sanctions"]),
        ("turkiye", "Türkiye’s view", ["Türkiye"]),
        ("US", "us in the US and U.S. troops", ["US", "U.S."]),
        ("us", "us in the US", ["us", "US"]),
        ('"one china"', "One China, but one big China", ["One China"]),
        ('"one china"~1', "One China, but one big China", ["One", "China", "one", "China"]),
        ('"china one"~3', "one China", []),
        ("S-400", "the S-400 and S400, not S 4", ["S-400", "S400"]),
        ('"a a"', "a a a a a", ["a a", "a a"]),
        ("sanct*", "Sanctuary or sanctions", ["Sanctuary", "sanctions"]),
        ("wom?n", "woman, women, womn", ["woman", "women"]),
        ("*clear*", "nuclear clearing", ["nuclear", "clearing"]),
        ("korea~", "korea koreas Koera corea", ["korea", "koreas", "Koera", "corea"]),
        ("north -korea", "North Korea", ["North"]),
        ("north -(korea OR south)", "North Korea South", ["North"]),
        ("NOT north", "North", []),
        ("north OR south", "South of north", ["South", "north"]),
        ("title:north south", "north south", ["south"]),
        ("body:north", "north", ["north"]),
        ("country:RU date:2017 -speaker:none", "Russia 2017", []),
        ("korea kor* korea~", "Korea", ["Korea"]),
        ('"north korea" korea', "north korea, korea", ["north korea", "korea"]),
        ("", "text", []),
        ("*", "text", []),
        ("10000", "some 10,000 people", ["10,000"]),
    ],
)
def test_what_a_query_matches_is_marked(query, text, expected):
    assert marked(text, query) == expected


def test_names_are_matched_whole_and_unstemmed():
    assert marked("Moons Moon", "speaker:moons", field="speaker") == ["Moons"]
    assert marked("Moons Moon", "moon", field="speaker") == ["Moon"]


def test_the_fragment_with_the_most_of_the_query_comes_whole_and_at_its_place():
    found = snippets(TEXT, tree_of('"one china" sanctions us'), "body", count=1)

    assert [span.of(found[0].text) for span in found[0].highlights] == [
        "one China",
        "sanction",
        "U.S.",
    ]
    assert found[0].text == TEXT[found[0].offset : found[0].offset + len(found[0].text)]


def test_two_fragments_stand_in_the_order_of_the_text():
    found = snippets(TEXT, tree_of("minister capital"), "body", count=2)

    assert [span.of(found[0].text) for span in found[0].highlights] == ["minister"]
    assert [span.of(found[1].text) for span in found[1].highlights] == ["capital"]
    assert found[0].offset + len(found[0].text) <= found[1].offset


def test_a_part_of_the_query_not_shown_yet_goes_before_more_of_the_same():
    text = f"{'moon ' * 30}{FILLER * 10}trump. {FILLER * 10}{'moon ' * 20}"
    found = snippets(text, tree_of("moon trump"), "body", count=2, width=100)

    assert {span.of(s.text) for s in found for span in s.highlights} == {"moon", "trump"}


def test_without_a_match_the_beginning_stands_alone_and_unmarked():
    (found,) = snippets(f"  {TEXT}", tree_of("absent"), "body", width=100)

    assert found.offset == 2
    assert found.text == (FILLER * 3)[: len(found.text)]
    assert 60 < len(found.text) <= 100
    assert found.highlights == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_an_empty_text_has_no_snippets(text):
    assert snippets(text, tree_of("a"), "body") == ()


def test_a_fragment_starts_with_its_sentence_where_that_fits():
    found = snippets(TEXT, tree_of("stay"), "body", count=1, width=80)

    assert found[0].text.startswith("The minister said sanctions would stay.")


def test_a_match_wider_than_the_fragment_is_cut():
    text = "one " + "very " * 50 + "china"
    (found,) = snippets(text, tree_of(f'"{text}"'), "body", width=40)

    assert len(found.text) <= 40
    assert found.highlights[0].start == 0
    assert found.highlights[-1].end == len(found.text)


def test_fragments_of_random_texts_keep_their_promises():
    chance = random.Random(7)
    words = "us U.S. kim Kim’s moon north korea, S-400 sanctions. said\n\n “a ” x".split(" ")
    queries = ["kim", '"north korea" moon', "k* -us", "S-400 OR said", '"kim moon"~4', "zzz", "a"]
    for _ in range(400):
        text = " ".join(chance.choices(words, k=chance.randint(0, 120)))
        count, width = chance.randint(1, 4), chance.randint(20, 200)
        tree = tree_of(chance.choice(queries))
        found = snippets(text, tree, "body", count=count, width=width)
        assert len(found) <= count
        end = 0
        for snippet in found:
            assert snippet.offset >= end
            end = snippet.offset + len(snippet.text)
            assert snippet.text == text[snippet.offset : end] == snippet.text.strip() != ""
            assert len(snippet.text) <= width
            for cut in (snippet.offset, end):
                assert not text[max(cut - 1, 0) : cut + 1].isalpha() or cut in {0, len(text)}
            last = 0
            for span in snippet.highlights:
                assert last <= span.start < span.end <= len(snippet.text)
                last = span.end
        if marks := highlights(text, tree, "body"):
            assert all(snippet.highlights for snippet in found), (text, marks)


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "a " * 20_000, "a b " * 10_000], ids=lambda t: t[:4]
)
@pytest.mark.parametrize(
    "query", ["a", f'"{"a " * 200}b"', f'"{"a " * 200}b"~50', "*a*a*a*a*a*a*a*a*a*b", "aaaaaa~2"]
)
def test_long_odd_texts_have_fragments_of_bounded_width(text, query):
    for snippet in snippets(text, tree_of(query), "body"):
        assert 0 < len(snippet.text) <= 240
