"""Segments of arrays, read with nothing but Whoosh's interface, give what Whoosh's own codec gives.

Whoosh's AndNotMatcher (of an `AndNot` query, not of a `Not` within an `And`) keeps what it should
leave out, and sometimes raises, whatever the codec; so trees are compared with sets of the hits of
their leaves, and `AndNot` with what Whoosh's own codec makes of it. That codec rounds lengths above
ten tokens, which ours does not, so scores are compared with the formula.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.qparser import QueryParser
from whoosh.query.spans import SpanNear
from whoosh.scoring import bm25
from whoosh.sorting import FieldFacet
from whoosh.support.levenshtein import damerau_levenshtein

from searchsvc.documents import dump, facet_values, field_texts
from searchsvc.engine.whoosh.schema import value_fields
from searchsvc.model import Collection
from searchsvc.text import analyse
from tests.engine_contract.twins import hits_of, open_twins, random_leaf, random_tree, set_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.model import Document
    from tests.engine_contract.twins import Twins

ARTICLES = Collection.ARTICLES


@pytest.fixture(
    scope="module",
    params=[
        (ARTICLES, 1, (1, 20, 15), 0.2),
        (Collection.STATEMENTS, 2, (12, 1, 20), 0.2),
        (ARTICLES, 3, (40,), 0.0),
    ],
    ids=["articles", "statements", "one whole segment"],
)
def twins(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    collection, seed, sizes, share = request.param
    with open_twins(
        tmp_path_factory.mktemp("twins"), Random(seed), collection, sizes, share
    ) as twins:
        yield twins


def test_words_phrases_patterns_and_ranges_find_the_same(twins: Twins):
    random = Random(5)
    found = 0
    for _ in range(150):
        leaf = random_leaf(random, twins.stock)
        hits = hits_of(twins.ours, leaf)
        assert hits == hits_of(twins.stock, leaf), leaf
        found += bool(hits)
    assert found > 75


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 1 << 16),
    collection=st.sampled_from(Collection),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    share=st.sampled_from((0.0, 0.3, 0.9)),
)
def test_any_archive_in_any_segments_is_read_alike(
    seed: int, collection: Collection, sizes: list[int], share: float
):
    random = Random(seed)
    with (
        TemporaryDirectory() as folder,
        open_twins(Path(folder), random, collection, sizes, share) as (twins),
    ):
        one, other = twins.stock.reader(), twins.ours.reader()
        terms = list(one.all_terms())
        assert list(other.all_terms()) == terms
        for name, text in terms:
            assert list(_postings(other, name, text)) == list(_postings(one, name, text))
        for _ in range(10):
            leaf = random_leaf(random, twins.stock)
            assert hits_of(twins.ours, leaf) == hits_of(twins.stock, leaf), leaf


@pytest.mark.parametrize("ordered", [False, True])
def test_words_near_each_other_are_found_alike(twins: Twins, ordered: bool):  # noqa: FBT001
    terms = [query.Term("body", term.decode()) for term in twins.stock.lexicon("body")]
    found = 0
    for one, other in pairwise(terms):
        near = SpanNear(one, other, slop=3, ordered=ordered)
        hits = hits_of(twins.ours, near)
        assert hits == hits_of(twins.stock, near), near
        found += bool(hits)
    assert found > 3


def test_conjunctions_and_disjunctions_of_any_depth_are_those_of_sets(twins: Twins):
    random = Random(6)
    for _ in range(40):
        tree = random_tree(random, twins.stock, 3)
        assert hits_of(twins.ours, tree) == set_of(twins, tree), tree


def test_a_negation_leaves_out_what_it_negates(twins: Twins):
    random = Random(7)
    for _ in range(40):
        kept, left_out = (random_tree(random, twins.stock, 1) for _ in range(2))
        expected = set_of(twins, kept) - set_of(twins, left_out)
        both = query.And([kept, query.Not(left_out)])
        assert hits_of(twins.ours, both) == expected, both


def test_nested_negations_find_what_they_find_in_whooshs_own_segments(twins: Twins):
    random = Random(8)
    for _ in range(40):
        one, two, three = (random_leaf(random, twins.stock) for _ in range(3))
        tree = query.And([one, query.Not(query.AndNot(two, three))])
        hits = hits_of(twins.ours, tree)
        try:
            expected = hits_of(twins.stock, tree)
        except IndexError:  # see the docstring of this module
            continue
        assert hits == expected, tree


def test_the_first_hits_are_the_best_of_all_hits(twins: Twins):
    random = Random(9)
    for _ in range(30):
        tree = random_tree(random, twins.stock, 1)
        every = twins.ours.search(tree, limit=None)
        best = twins.ours.search(tree, limit=5)
        assert [hit.score for hit in best] == [hit.score for hit in every][:5], tree


def test_a_query_typed_into_whooshs_parser_finds_documents_with_their_text(twins: Twins):
    parser = QueryParser("body", twins.ours.schema)
    for typed in ("borders", "US", "us", '"talks of"', "body_exact:bord*", "NOT minister", "*"):
        hits = twins.ours.search(parser.parse(typed), limit=None)
        assert {hit.docnum for hit in hits} == hits_of(twins.stock, parser.parse(typed)), typed
        assert all(hit["document"] == dump(twins.documents[hit.docnum]) for hit in hits)


def test_scores_are_bm25_of_exact_lengths(twins: Twins):
    lengths = [
        sum(len(analyse(text)) for text in field_texts(document, "body"))
        for document in twins.documents
    ]
    mean = sum(lengths) / len(lengths)
    for term in ("border", "trade", "US"):
        having = [doc for doc in range(len(lengths)) if _count(twins.documents[doc], term)]
        idf = log(len(lengths) / (len(having) + 1)) + 1
        scores = {
            hit.docnum: hit.score
            for hit in twins.ours.search(query.Term("body", term), limit=None)
        }
        assert scores == pytest.approx(
            {
                doc: bm25(idf, _count(twins.documents[doc], term), lengths[doc], mean, 0.75, 1.2)
                for doc in having
                if doc in twins.alive
            }
        )


def _count(document: Document, term: str) -> int:
    tokens = [token for text in field_texts(document, "body") for token in analyse(text)]
    return sum(term in (token.stem, token.cased) for token in tokens)


def test_terms_and_what_is_known_of_them_are_the_same(twins: Twins):
    one, other = twins.stock.reader(), twins.ours.reader()
    terms = list(one.all_terms())
    assert list(other.all_terms()) == terms
    assert sorted(other.indexed_field_names()) == sorted(one.indexed_field_names())
    for name in one.indexed_field_names():
        assert list(other.lexicon(name)) == list(one.lexicon(name))
        assert other.field_length(name) == one.field_length(name)
    for name, text in terms:
        assert (name, text) in other
        assert other.frequency(name, text) == one.frequency(name, text)
        assert other.doc_frequency(name, text) == one.doc_frequency(name, text)
        for what in ("weight", "doc_frequency", "max_weight", "min_id", "max_id"):
            known = getattr(one.term_info(name, text), what)()
            assert getattr(other.term_info(name, text), what)() == known, (what, name, text)
    assert ("body", "nowhere") not in other
    assert ("body", b"\xff") not in other
    assert ("nothing", "nowhere") not in other
    assert other.frequency("body", "nowhere") == other.doc_frequency("body", "nowhere") == 0


def test_postings_hold_the_same_documents_weights_and_positions(twins: Twins):
    one, other = twins.stock.reader(), twins.ours.reader()
    for name, text in one.all_terms():
        expected = list(_postings(one, name, text))
        assert list(_postings(other, name, text)) == expected, (name, text)


def _postings(reader: Any, name: str, text: bytes) -> Iterator[tuple[int, float, list[int]]]:
    matcher = reader.postings(name, text)
    while matcher.is_active():
        places = matcher.value_as("positions") if matcher.supports("positions") else []
        yield matcher.id(), matcher.weight(), places
        matcher.next()


def test_encoded_values_decode_to_what_the_matcher_says(twins: Twins):
    reader = twins.ours.reader()
    for name, text in (("body", "border"), ("body_exact", "borders"), ("source", "Border Times")):
        matcher = reader.postings(name, text)
        format_ = reader.schema[name].format
        while matcher.is_active():
            assert matcher.value_as("frequency") == matcher.weight()
            if format_.supports("positions"):
                assert format_.decode_positions(matcher.value()) == matcher.value_as("positions")
                assert len(matcher.value_as("positions")) == matcher.weight()
            matcher.next()


def test_skipping_and_copying_a_matcher_leave_it_where_stepping_would(twins: Twins):
    reader = twins.ours.leaf_searchers()[-1][0].reader()
    docs = list(reader.postings("body", "border").all_ids())
    assert len(docs) > 3
    for target in range(docs[-1] + 2):
        matcher = reader.postings("body", "border")
        matcher.skip_to(target)
        rest = [doc for doc in docs if doc >= target]
        copied = matcher.copy()
        assert list(matcher.all_ids()) == rest
        while copied.is_active():
            assert copied.id() == rest.pop(0)
            copied.next()
        assert not rest
        copied.reset()
        assert copied.id() == docs[0]


def test_a_cursor_goes_where_whooshs_own_goes(twins: Twins):
    one = twins.stock.leaf_searchers()[-1][0].reader()
    other = twins.ours.leaf_searchers()[-1][0].reader()
    for name in ("body", "body_exact", "source", "date", "id"):
        theirs, mine = one.cursor(name), other.cursor(name)
        terms = []
        while theirs.is_valid():
            assert mine.text() == theirs.text()
            assert mine.term_info().weight() == theirs.term_info().weight()
            terms.append(mine.text())
            theirs.next()
            mine.next()
        assert not mine.is_valid()
        assert mine.text() is None
        for sought in ("", "a", "b", "2016-12", "tr", "zzz", *terms):
            following = next((term for term in terms if term >= sought), None)
            assert mine.find(sought) == following
            assert mine.find(sought.encode()) == following
        assert mine.first() == terms[0]


@pytest.mark.parametrize("prefix", [0, 1, 3])
@pytest.mark.parametrize("distance", [1, 2])
def test_similar_words_are_those_within_whooshs_own_distance(
    twins: Twins, prefix: int, distance: int
):
    for name in ("body_exact", "body", "id", "source"):
        terms = [term.decode() for term in twins.ours.lexicon(name)]
        for word in ("quite", "taks", "boarder", "US", "a21", "Brder Times"):
            near = {
                term
                for term in terms
                if damerau_levenshtein(term, word) <= distance and term[:prefix] == word[:prefix]
            }
            fuzzy = query.FuzzyTerm(name, word, maxdist=distance, prefixlength=prefix)
            expected = query.Or([query.Term(name, term) for term in near])
            assert hits_of(twins.ours, fuzzy) == hits_of(twins.stock, expected), (fuzzy, near)


def test_a_misspelt_word_is_corrected(twins: Twins):
    assert twins.ours.corrector("body_exact").suggest("bordres", maxdist=1) == ["borders"]


def test_groups_of_a_single_value_count_every_document_once(twins: Twins):
    for name in ("source", "date"):
        groups = twins.ours.search(query.Every(), groupedby=name, limit=None).groups(name)
        assert {value: set(docs) for value, docs in groups.items()} == _groups(twins, name, "")


def test_overlapping_groups_count_every_value(twins: Twins):
    for name in value_fields(twins.collection):
        facet = FieldFacet(name, allow_overlap=True)
        found = twins.ours.search(query.Every(), groupedby={name: facet}, limit=None)
        groups = {value: set(docs) for value, docs in found.groups(name).items()}
        assert groups == _groups(twins, name, None)
        assert len(groups) > 1


def _groups(twins: Twins, name: str, missing: str | None) -> dict[str | None, set[int]]:
    groups: dict[str | None, set[int]] = defaultdict(set)
    for doc in twins.alive:
        for value in _values(twins.documents[doc], name) or (missing,):
            groups[value].add(doc)
    return dict(groups)


def _values(document: Document, name: str) -> tuple[str, ...]:
    if name != "date":
        return facet_values(document, name)
    return () if document.date is None else (document.date.day.isoformat(),)


def test_columns_hold_the_first_value_of_each_document(twins: Twins):
    reader = twins.ours.reader()
    for name in ("date", *value_fields(twins.collection)):
        column = reader.column_reader(name)
        firsts = ["".join(_values(document, name)[:1]) for document in twins.documents]
        assert list(column) == [column[doc] for doc in range(len(firsts))] == firsts
    assert list(reader.column_reader("id")) == [document.id for document in twins.documents]


@pytest.mark.parametrize("descending", [False, True])
def test_hits_are_sorted_by_any_field_of_one_value(twins: Twins, descending: bool):  # noqa: FBT001
    for name in ("date", "source", "id"):
        facet = FieldFacet(name, reverse=descending)
        hits = [hit.docnum for hit in twins.ours.search(query.Every(), sortedby=facet, limit=None)]
        keys = [_sort_key(twins.documents[doc], name) for doc in hits]
        assert set(hits) == twins.alive
        assert keys == sorted(keys, reverse=descending)


def _sort_key(document: Document, name: str) -> str:
    return document.id if name == "id" else "".join(_values(document, name)[:1])


def test_a_document_is_looked_up_by_its_id(twins: Twins):
    for doc, document in enumerate(twins.documents):
        found = twins.ours.document(id=document.id)
        assert found == ({"document": dump(document)} if doc in twins.alive else None)
    assert twins.ours.document(id="nobody") is None


def test_deleted_documents_are_known_to_the_reader(twins: Twins):
    reader = twins.ours.reader()
    assert set(reader.all_doc_ids()) == twins.alive
    assert reader.doc_count() == len(twins.alive)
    assert reader.doc_count_all() == len(twins.documents)
    assert reader.has_deletions() == (len(twins.alive) < len(twins.documents))
    for doc in range(len(twins.documents)):
        assert reader.is_deleted(doc) == (doc not in twins.alive)


def test_threads_that_share_a_searcher_find_what_one_finds(twins: Twins):
    random = Random(10)
    trees = [random_tree(random, twins.stock, 1) for _ in range(30)]
    expected = [_ranked(twins, tree) for tree in trees]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda tree: _ranked(twins, tree), trees * 4))
    assert found == expected * 4


def _ranked(twins: Twins, tree: Any) -> list[tuple[int, float, str]]:
    hits = twins.ours.search(tree, limit=10)
    return [(hit.docnum, hit.score, hit["document"]) for hit in hits]
