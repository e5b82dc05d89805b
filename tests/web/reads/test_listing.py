"""All values of a facet, by pages and by the start of a name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.documents import facet_values
from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.text import fold
from searchsvc.web.parameters import SearchParameters, Selection
from searchsvc.web.reads.listing import FacetQuestion, Listing, Order, listing
from tests.web.reads.checking import answered, archive, check_numbers, engine_of
from tests.web.searches import searches


def documents(seed, collection):
    if collection is Collection.ARTICLES:
        return [article for article, _ in archive(seed)]
    return [each for _, statements in archive(seed) for each in statements]


def all_pages(engine, question):
    pages: list[Listing] = []
    page = 1
    while page <= (pages[0].pages if pages else 1):
        at = replace(question, parameters=replace(question.parameters, page=page))
        pages.append(answered(engine, listing, at))
        page += 1
    return pages


@pytest.mark.parametrize("collection", Collection)
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_the_pages_together_hold_every_value_once(collection, order, limit):
    for field in facet_fields(collection):
        if field == "date":
            continue
        held = Counter(
            value for each in documents(1, collection) for value in facet_values(each, field)
        )
        question = FacetQuestion(
            field, SearchParameters(collection=collection), order=order, limit=limit
        )
        pages = all_pages(engine_of(1), question)
        found = [value for page in pages for value in page.values]
        assert {each.value: each.found.count for each in found} == held
        assert len(found) == len(held) == pages[0].distinct == pages[0].matching
        assert all(len(page.values) == limit for page in pages[:-1])
        if order is Order.COUNT:
            keys = [(-each.found.count, each.value) for each in found]
        else:
            keys = [(fold(each.label), each.value) for each in found]
        assert keys == sorted(keys)
        lacking = sum(not facet_values(each, field) for each in documents(1, collection))
        assert pages[0].missing.count == lacking


@given(
    parameters=searches(most_fields=2),
    order=st.sampled_from(Order),
    prefix=st.sampled_from(("", "o", "ro", "kor", "a", "DPRK", "d", "--")),
    limit=st.integers(1, 6),
    choice=st.integers(0, 99),
    seed=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_every_number_is_what_the_search_behind_it_finds(
    parameters, order, prefix, limit, choice, seed
):
    fields = [name for name in facet_fields(parameters.collection) if name != "date"]
    question = FacetQuestion(fields[choice % len(fields)], parameters, prefix, order, limit)
    pages = all_pages(engine_of(seed), question)
    for page in pages:
        check_numbers(engine_of(seed), page)
    values = [each.value for page in pages for each in page.values]
    assert len(values) == len(set(values))
    found = sum(each.found.count > 0 for page in pages for each in page.values)
    assert found == pages[0].matching <= pages[0].distinct


def test_a_country_is_found_by_another_name_of_it():
    question = FacetQuestion("country", SearchParameters(), prefix="dprk")
    (found,) = answered(engine_of(1), listing, question).values
    assert (found.value, found.label, found.via) == ("KP", "North Korea", "DPRK")


def test_a_value_that_the_search_names_is_listed_though_nothing_has_it():
    chosen = SearchParameters(selections=(Selection("speaker", ("Nobody At All",)),))
    found = answered(engine_of(1), listing, FacetQuestion("speaker", chosen)).values[-1]
    assert (found.value, found.found.count, found.found.url) == ("Nobody At All", 0, None)
    assert found.selected
    assert found.toggle_url == "/api/v1/search"
