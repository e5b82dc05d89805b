"""Parts of the Whoosh engine against their slow and obvious twins."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.documents import facet_values
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh.analysis import VALUE_GAP, TermAnalyzer, WordField
from searchsvc.engine.whoosh.columns import ColumnsWriter, Strings, read_columns
from searchsvc.engine.whoosh.execute import _smallest
from searchsvc.engine.whoosh.leaves import _count_starts
from searchsvc.engine.whoosh.plan import expand, plan_request
from searchsvc.engine.whoosh.schema import analyse_fields, value_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.query.tree import Fuzzy, Prefix, Term, Wildcard
from searchsvc.text import analyse
from tests.builders import NOWHERE
from tests.engine_contract.archive import made_up_archive
from tests.reference_matching import edits, phrase_begins, wildcard_matches

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.query.tree import Node

FEW_LETTERS = st.text("abé*[", min_size=1, max_size=6)
VOCABULARY = st.lists(st.text("abé[", min_size=1, max_size=6), unique=True).map(sorted)
PATTERN = st.text("ab[]!?*-", min_size=1, max_size=7)


@given(FEW_LETTERS, st.integers(1, 2), VOCABULARY)
def test_fuzzy_words_are_those_within_so_many_edits(text: str, distance: int, words: list[str]):
    leaf = Fuzzy(text, distance, None, NOWHERE)
    near = [word for word in words if word[0] == text[0] and edits(word, text) <= distance]
    assert expand(leaf, words) == near


@given(PATTERN, st.lists(st.text("ab[]!-", min_size=1, max_size=6), unique=True).map(sorted))
def test_wildcards_match_as_spelt_out(pattern: str, words: list[str]):
    leaf = Wildcard(pattern, None, NOWHERE)
    assert expand(leaf, words) == [word for word in words if wildcard_matches(pattern, word)]


@given(FEW_LETTERS, VOCABULARY)
def test_prefixes_match_as_spelt_out(text: str, words: list[str]):
    leaf = Prefix(text, None, NOWHERE)
    assert expand(leaf, words) == [word for word in words if word.startswith(text)]


def test_a_hostile_wildcard_is_matched_in_linear_time():
    leaf = Wildcard("*a" * 30 + "b", None, NOWHERE)
    assert expand(leaf, ["a" * 5000]) == []


@pytest.mark.parametrize("leaf", [Prefix("U", None, NOWHERE), Wildcard("*", None, NOWHERE)])
def test_capitals_kept_apart_are_no_folded_words(leaf: Node):
    assert isinstance(leaf, Prefix | Wildcard)
    assert "US" not in expand(leaf, ["US", "us"])


@pytest.mark.parametrize("exact", [False, True])
def test_the_length_of_a_text_is_its_tokens_though_some_have_two_terms(*, exact: bool):
    text = "The US told us that WHO is who it is"
    lengths = [length for _, length, _, _ in WordField(exact=exact).index(text)]
    assert sum(lengths) == len(analyse(text))


def test_a_word_typed_often_is_looked_for_once():
    query = parse("e* (kim OR e*) kim -e*", Collection.ARTICLES).tree
    leaves = [planned.leaf for planned in plan_request(SearchRequest(query=query)).leaves]
    assert [type(leaf) for leaf in leaves] == [Prefix, Term]


@given(
    st.lists(st.sampled_from("ab"), max_size=12),
    st.lists(st.sampled_from("ab"), min_size=2, max_size=4),
    st.integers(0, 4),
)
def test_phrases_begin_where_the_tokens_say(text: list[str], words: list[str], slop: int):
    tokens = analyse(" ".join(text))
    positions = [[at for at, word in enumerate(text) if word == wanted] for wanted in words]
    expected = sum(
        phrase_begins(tokens, start, tuple(words), slop, exact=True)
        for start in range(len(tokens))
    )
    assert _count_starts(positions, slop) == expected


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(0, 25), st.randoms())
def test_the_smallest_keys_are_those_that_sorting_puts_first(
    keys: list[int], wanted: int, random: Random
):
    ranks = list(range(len(keys)))
    random.shuffle(ranks)
    chosen = _smallest(np.array(keys, np.int64), np.array(ranks, np.int32), wanted)
    order = sorted(range(len(keys)), key=lambda at: (keys[at], ranks[at]))
    assert sorted(chosen.tolist()) == sorted(order[:wanted])


@given(st.lists(st.text(), unique=True), st.text())
def test_strings_are_found_by_bisection(values: list[str], other: str):
    values = sorted(value for value in values if value.isprintable())
    encoded = [value.encode() for value in values]
    at = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    strings = Strings(np.frombuffer(b"".join(encoded), np.uint8), at)
    assert [strings[index] for index in range(len(strings))] == values
    assert [strings.find(value) for value in values] == list(range(len(values)))
    if other not in values and other.isprintable():
        assert strings.find(other) is None


@pytest.mark.parametrize("collection", Collection)
def test_columns_hold_what_the_documents_say(tmp_path: Path, collection: Collection):
    pairs = made_up_archive(Random(3), 40)
    documents = [
        document
        for article, statements in pairs
        for document in ([article] if collection is Collection.ARTICLES else statements)
    ]
    writer = ColumnsWriter(collection)
    for document in documents:
        writer.add(document, analyse_fields(document))
    writer.write(tmp_path / "one.npz")
    columns = read_columns(tmp_path / "one.npz", collection)

    merged = ColumnsWriter(collection)
    merged.add_columns(columns, range(len(documents)))
    merged.write(tmp_path / "two.npz")
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "one.npz").read_bytes()

    assert [columns.ids[doc] for doc in range(len(documents))] == [each.id for each in documents]
    assert [columns.find(each.id) for each in documents] == list(range(len(documents)))
    assert columns.find("nobody") is None
    for doc, document in enumerate(documents):
        day = 0 if document.date is None else document.date.day.toordinal()
        assert columns.day[doc] == columns.days[columns.day_place[doc]] == day
        for name in value_fields(collection):
            facet = columns.facets[name]
            held = [facet.values[at] for at in facet.ordinals[facet.docs == doc].tolist()]
            assert tuple(held) == facet_values(document, name)
            assert facet.empty[doc] == (not held)


@given(st.lists(st.text(st.sampled_from("aUS '.é一 "), max_size=20), min_size=1, max_size=3))
def test_postings_are_the_same_from_tokens_as_from_whooshs_own_analysis(texts: list[str]):
    for exact in (True, False):
        field = WordField(exact=exact)
        positions: dict[bytes, list[int]] = {}
        start = 0
        for text in texts:
            for token in TermAnalyzer(exact=exact)(text, start_pos=start, mode="index"):
                positions.setdefault(token.text.encode(), []).append(token.pos)
            start += len(analyse(text)) + VALUE_GAP
        indexed = {
            term: field.format.decode_positions(value)
            for term, _, _, value in field.index(tuple(map(analyse, texts)))
        }
        assert indexed == positions
