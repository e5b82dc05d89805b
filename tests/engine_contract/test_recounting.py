"""Counting by hand, held against the reference engine, which was written apart from it."""

from __future__ import annotations

from random import Random

import pytest

from searchsvc.engine.contract import FacetRequest, FieldFilter, Interval, SearchRequest, Sort
from searchsvc.engine.recounting import PAGE, Analysed, Recount
from searchsvc.engine.sampling import QUESTIONS, questions
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.query.tree import Everything, Fuzzy
from tests.builders import NOWHERE, article_document
from tests.engine_contract.archive import made_up_archive
from tests.reference_engine import filled

SEEDS = 12


def recounted(documents, request):
    recount = Recount(request)
    for document in documents:
        recount.show(Analysed(document))
    return recount


def documents_of(pairs, collection):
    if collection is Collection.ARTICLES:
        return [article for article, _ in pairs]
    return [statement for _, statements in pairs for statement in statements]


@pytest.mark.parametrize("collection", Collection)
def test_counting_by_hand_agrees_with_the_reference_engine_on_drawn_questions(collection):
    pairs = made_up_archive(Random(1), 60)
    engine = filled(*pairs)
    documents = documents_of(pairs, collection)
    found, kinds = 0, set()
    for seed in range(SEEDS):
        random = Random(seed)
        asked = questions(collection, random.sample(documents, 10), random)
        assert len(asked) == QUESTIONS
        for request in asked:
            expected = engine.search(request)
            recount = recounted(documents, request)
            assert recount.total == expected.total, request
            assert recount.ids() == expected.ids, request
            assert recount.facets() == expected.facets, request
            found += bool(expected.total)
            kinds.add(type(request.query).__name__)
    engine.close()
    assert found > SEEDS * QUESTIONS * 0.8
    assert {"Term", "Phrase", "Prefix", "And", "Or", "Everything"} <= kinds


@pytest.mark.parametrize("collection", Collection)
def test_counting_by_hand_agrees_on_filters_that_choose_in_the_facet_that_is_counted(collection):
    pairs = made_up_archive(Random(2), 60)
    engine = filled(*pairs)
    fields = [name for name in facet_fields(collection) if name not in ("date", "article")]
    for name in fields:
        for condition in (
            FieldFilter(name, any_of=(MISSING, "Rosa Quispe", "PE")),
            FieldFilter(name, all_of=("PE",), none_of=("BO",)),
            FieldFilter(name, any_of=("direct",), none_of=(MISSING,)),
        ):
            request = SearchRequest(
                collection,
                parse("border OR talks", collection).tree,
                filters=(condition, FieldFilter("source", none_of=("Border Times",)))[
                    : 2 if name != "source" else 1
                ],
                facets=(FacetRequest(name, size=2), FacetRequest("date", interval=Interval.MONTH)),
                sort=Sort.NEWEST,
                limit=PAGE,
                documents=False,
            )
            expected = engine.search(request)
            recount = recounted(documents_of(pairs, collection), request)
            assert (recount.total, recount.ids()) == (expected.total, expected.ids)
            assert recount.facets() == expected.facets, request
    engine.close()


def test_the_same_seed_draws_the_same_questions_and_no_document_gives_none():
    documents = documents_of(made_up_archive(Random(3), 20), Collection.ARTICLES)
    drawn = [questions(Collection.ARTICLES, documents, Random(4)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert questions(Collection.ARTICLES, (), Random(4)) == ()


def test_documents_without_words_and_values_are_asked_about_as_well():
    empty = article_document(
        title="…", body="…", speakers=(), countries=(), kinds=(), date=None, source="…"
    )
    for request in questions(Collection.ARTICLES, [empty], Random(5)):
        assert recounted([empty], request).total in (0, 1)


def test_what_is_not_counted_is_refused():
    request = SearchRequest(query=Fuzzy("talks", 1, None, NOWHERE))
    with pytest.raises(TypeError, match="Fuzzy is not counted"):
        recounted([article_document()], request)
    assert recounted([article_document()], SearchRequest(query=Everything())).total == 1
