"""Filters, facets, order, paging, stored documents."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import (
    Bucket,
    DateFilter,
    FacetRequest,
    FieldFilter,
    Interval,
    Sort,
)
from searchsvc.fields import MISSING
from searchsvc.model import Collection
from searchsvc.query.tree import Term
from tests.builders import NOWHERE, article_document, date, request, statement_document

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchRequest
    from tests.engine_contract.conftest import Engine

DATES = ("2017-05-12", "2017-05-12T22:00", "2017-05-12T00:00", None, "2016-12-31", "2017-05-13")
SPEAKERS = (("Ana", "Rosa"), ("Ana",), (), ("Rosa",), ("Ana", "Zoe"), ())
WORD = Term("border", "border", None, exact=False, span=NOWHERE)


@pytest.fixture(scope="module")
def filled(shared_engine: Engine) -> Engine:
    """Articles a1 to a6 with the dates and speakers above; two statements in a1, one in a2."""
    articles = [
        article_document(
            id=f"a{number}",
            date=date(day) if day else None,
            speakers=speakers,
            countries=("PE",) if number % 2 else (),
            body="border " * number + "word " * (20 - number),
        )
        for number, (day, speakers) in enumerate(zip(DATES, SPEAKERS, strict=True), start=1)
    ]
    statements = {
        "a1": [statement_document(id=f"a1:{number}") for number in (1, 2)],
        "a2": [statement_document(article_id="a2")],
    }
    shared_engine.publish(*((article, statements.get(article.id, ())) for article in articles))
    return shared_engine


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (FieldFilter("speaker", any_of=("Rosa", "Zoe")), "145"),
        (FieldFilter("speaker", any_of=("Rosa", MISSING)), "1346"),
        (FieldFilter("speaker", all_of=("Ana", "Rosa")), "1"),
        (FieldFilter("speaker", all_of=("Ana", MISSING)), ""),
        (FieldFilter("speaker", all_of=(MISSING,)), "36"),
        (FieldFilter("speaker", none_of=("Rosa",)), "2356"),
        (FieldFilter("speaker", none_of=(MISSING,)), "1245"),
        (FieldFilter("speaker", any_of=("Ana",), none_of=("Zoe", "Rosa")), "2"),
        (FieldFilter("speaker", any_of=("Nobody",)), ""),
        (FieldFilter("speaker", none_of=("Nobody",)), "123456"),
        (FieldFilter("speaker"), "123456"),
        (FieldFilter("article", any_of=("a1", MISSING)), ""),
        (FieldFilter("article", none_of=("a1", MISSING)), "123456"),
    ],
)
def test_a_filter_lets_through(filled: Engine, condition: FieldFilter, expected: str):
    found = filled.ids(request(filters=(condition,)))
    assert sorted(found) == [f"a{number}" for number in expected]


def test_filters_on_several_fields_must_all_hold(filled: Engine):
    filters = (FieldFilter("speaker", any_of=("Ana",)), FieldFilter("country", any_of=("PE",)))
    assert filled.ids(request(filters=filters)) == ["a1", "a5"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (DateFilter(), "123456"),
        (DateFilter(first=dt.date(2017, 5, 12)), "1236"),
        (DateFilter(last=dt.date(2017, 5, 12)), "1235"),
        (DateFilter(dt.date(2017, 5, 12), dt.date(2017, 5, 12)), "123"),
        (DateFilter(dt.date(2017, 5, 12), dt.date(2017, 5, 12), undated=True), "1234"),
        (DateFilter(undated=True), "4"),
        (DateFilter(dt.date(2018, 1, 1), dt.date(2016, 1, 1)), ""),
        (DateFilter(dt.date(2018, 1, 1), dt.date(2016, 1, 1), undated=True), "4"),
    ],
)
def test_a_date_filter_lets_through(filled: Engine, dates: DateFilter, expected: str):
    assert sorted(filled.ids(request(dates=dates))) == [f"a{number}" for number in expected]


def test_the_newest_come_first_and_the_undated_last(filled: Engine):
    assert filled.ids(request(sort=Sort.NEWEST)) == ["a6", "a2", "a1", "a3", "a5", "a4"]


def test_the_oldest_come_first_and_the_undated_last_all_the_same(filled: Engine):
    assert filled.ids(request(sort=Sort.OLDEST)) == ["a5", "a1", "a3", "a2", "a6", "a4"]


def test_the_best_come_first(filled: Engine):
    result = filled.search(request(query=WORD))
    assert [hit.document.id for hit in result.hits] == ["a6", "a5", "a4", "a3", "a2", "a1"]
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_equal_scores_fall_to_the_id_as_text(engine: Engine):
    engine.publish(*((article_document(id=name), ()) for name in ("b", "a10", "a9", "B", "é")))
    for query in (WORD, request().query):
        assert engine.ids(request(query=query)) == ["B", "a10", "a9", "b", "é"]
        assert engine.ids(request(query=query, limit=2, offset=1)) == ["a10", "a9"]


@pytest.mark.parametrize("asked", [request(query=WORD, sort=Sort.NEWEST), request()])
def test_scores_are_zero_by_date_and_without_words(filled: Engine, asked: SearchRequest):
    assert {str(hit.score) for hit in filled.search(asked).hits} == {"0.0"}


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_join_up_to_the_whole(filled: Engine, sort: Sort, limit: int):
    whole = filled.ids(request(query=WORD, sort=sort))
    pages = [
        filled.ids(request(query=WORD, sort=sort, limit=limit, offset=offset))
        for offset in range(0, 6, limit)
    ]
    assert [found for page in pages for found in page] == whole


def test_a_page_past_the_end_and_a_page_of_nothing_still_count(filled: Engine):
    for page in (request(offset=6), request(limit=0), request(offset=3, limit=0)):
        result = filled.search(page)
        assert (result.hits, result.total, result.articles) == ((), 6, 6)


def test_statements_count_the_articles_they_stand_in(filled: Engine):
    result = filled.search(request(collection=Collection.STATEMENTS, limit=1))
    assert (result.total, result.articles) == (3, 2)


def test_a_facet_counts_every_value_of_every_hit(filled: Engine):
    (facet,) = filled.search(request(facets=(FacetRequest("speaker"),), limit=0)).facets
    assert facet.buckets == (Bucket("Ana", 3), Bucket("Rosa", 2), Bucket("Zoe", 1))
    assert (facet.distinct, facet.missing, facet.interval) == (3, 2, None)


def test_a_facet_lists_the_largest_and_what_is_selected(filled: Engine):
    condition = FieldFilter("speaker", any_of=("Zoe", MISSING), none_of=("Nobody",))
    (facet,) = filled.search(
        request(facets=(FacetRequest("speaker", size=1),), filters=(condition,))
    ).facets
    assert facet.buckets == (Bucket("Ana", 3), Bucket("Zoe", 1), Bucket("Nobody", 0))
    assert facet.distinct == 3


def test_a_facet_may_list_nothing(filled: Engine):
    (facet,) = filled.search(request(facets=(FacetRequest("speaker", size=0),))).facets
    assert (facet.buckets, facet.distinct, facet.missing) == ((), 3, 2)


def test_a_facet_the_collection_lacks_is_empty(filled: Engine):
    (facet,) = filled.search(request(facets=(FacetRequest("article"),))).facets
    assert (facet.buckets, facet.distinct, facet.missing) == ((), 0, 0)


def test_a_facet_leaves_out_its_own_filter_and_keeps_the_others(filled: Engine):
    filters = (FieldFilter("speaker", any_of=("Rosa",)), FieldFilter("country", any_of=("PE",)))
    result = filled.search(
        request(filters=filters, facets=(FacetRequest("speaker"), FacetRequest("country")))
    )
    speakers, countries = result.facets
    assert result.total == 1
    assert speakers.buckets == (Bucket("Ana", 2), Bucket("Rosa", 1), Bucket("Zoe", 1))
    assert speakers.missing == 1
    assert (countries.buckets, countries.missing) == ((Bucket("PE", 1),), 1)


def test_an_excluded_value_is_listed_and_those_beside_it_count_without_it(filled: Engine):
    condition = FieldFilter("speaker", any_of=("Zoe",), none_of=("Ana",))
    (facet,) = filled.search(
        request(filters=(condition,), facets=(FacetRequest("speaker"),))
    ).facets
    assert facet.buckets == (Bucket("Rosa", 1), Bucket("Ana", 0), Bucket("Zoe", 0))


def test_a_value_that_must_be_there_stays_so_for_the_counts_beside_it(filled: Engine):
    condition = FieldFilter("speaker", all_of=("Ana",))
    (facet,) = filled.search(
        request(filters=(condition,), facets=(FacetRequest("speaker"),))
    ).facets
    assert facet.buckets == (Bucket("Ana", 3), Bucket("Rosa", 1), Bucket("Zoe", 1))


@pytest.mark.parametrize(
    ("interval", "values"),
    [
        (None, ["2016-12", "2017-05"]),
        (Interval.DAY, ["2016-12-31", "2017-05-12", "2017-05-13"]),
        (Interval.MONTH, ["2016-12", "2017-05"]),
        (Interval.YEAR, ["2016", "2017"]),
    ],
)
def test_dates_are_counted_by(filled: Engine, interval: Interval | None, values: list[str]):
    facets = (FacetRequest("date", size=1, interval=interval),)
    (facet,) = filled.search(request(facets=facets)).facets
    assert [bucket.value for bucket in facet.buckets] == values
    assert facet.missing == 1
    assert sum(bucket.count for bucket in facet.buckets) == 5
    assert facet.interval is (interval or Interval.MONTH)


def test_the_date_facet_lists_whole_buckets_within_the_bounds(filled: Engine):
    (facet,) = filled.search(
        request(
            dates=DateFilter(first=dt.date(2017, 5, 13)),
            facets=(FacetRequest("date", interval=Interval.MONTH),),
        )
    ).facets
    assert facet.buckets == (Bucket("2017-05", 4),)
    assert (facet.distinct, facet.missing) == (2, 1)


def test_bounds_the_wrong_way_round_leave_no_bucket_even_within_one_month(filled: Engine):
    dates = DateFilter(dt.date(2017, 5, 20), dt.date(2017, 5, 10))
    asked = request(dates=dates, facets=(FacetRequest("date", interval=Interval.MONTH),))
    assert filled.search(asked).facets[0].buckets == ()


def test_the_bounds_choose_the_width_of_the_date_facet(filled: Engine):
    (facet,) = filled.search(
        request(dates=DateFilter(first=dt.date(2017, 5, 1)), facets=(FacetRequest("date"),))
    ).facets
    assert facet.interval is Interval.DAY
    assert facet.buckets == (Bucket("2017-05-12", 3), Bucket("2017-05-13", 1))


def test_the_date_facet_of_nothing_dated_is_by_day(filled: Engine):
    for dates in (DateFilter(first=dt.date(2030, 1, 1)), DateFilter()):
        query = Term("x", "x", None, exact=False, span=NOWHERE)
        (facet,) = filled.search(
            request(query=query, dates=dates, facets=(FacetRequest("date"),))
        ).facets
        assert (facet.buckets, facet.interval) == ((), Interval.DAY)


def test_facets_come_in_the_order_asked_for(filled: Engine):
    names = ["source", "date", "kind", "speaker"]
    result = filled.search(request(facets=tuple(map(FacetRequest, names))))
    assert [facet.field for facet in result.facets] == names


def test_what_was_indexed_is_what_is_fetched(filled: Engine):
    wanted = statement_document(article_id="a2")
    assert filled.reader.fetch(Collection.STATEMENTS, "a2:1") == wanted
    for missing in ("", "a", "a2", "a9:1", "zz"):
        assert filled.reader.fetch(Collection.STATEMENTS, missing) is None


def test_what_was_indexed_is_what_is_found(engine: Engine):
    wanted = article_document(
        id="odd",
        captions=("one", "two"),
        date=date("0987-01-02T03:04"),
        byline="José “Pepe” Núñez",
        byline_email="pepe@example.org",
        agency="Wire",
        url="https://example.org/?a=1&b=2",
        title="Tab\tand 한국 and 🎉",
    )
    engine.publish((wanted, ()))
    assert engine.search(request()).hits[0].document == wanted
