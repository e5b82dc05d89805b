"""Relevance with newer ones first among those about equally relevant: `Sort.FRESH`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.model import Collection
from searchsvc.query.tree import Term
from searchsvc.text.analysis import stem_of
from tests.builders import NOWHERE, article_document, date, request
from tests.engine_contract.archive import WORDS, made_up_archive

if TYPE_CHECKING:
    from tests.engine_contract.conftest import Engine

SEED = 20220505
HARBOUR = Term("harbour", "harbour", None, exact=False, span=NOWHERE)
FRESH = request(query=HARBOUR, sort=Sort.FRESH)
DAYS = {
    "a1": "2020-01-31",
    "a2": "2020-03-01",
    "a3": None,
    "a4": "2019-12-02",
    "a5": "2020-03-01",
    "newest": "2020-03-31",
}


@pytest.fixture(scope="module")
def filled(shared_engine: Engine) -> Engine:
    """Five articles that are alike but for their dates; the newest of all is about another thing.

    One that was newer still has been taken out.
    """
    articles = [
        article_document(
            id=name,
            title="Notes",
            body="Budget talks." if name == "newest" else "The harbour is open.",
            date=date(day) if day else None,
        )
        for name, day in DAYS.items()
    ]
    gone = article_document(id="gone", title="Notes", body="A harbour.", date=date("2024-01-01"))
    shared_engine.publish(*((each, ()) for each in [*articles, gone]))
    shared_engine.publish(fresh=False, remove=["gone"])
    return shared_engine


def test_equally_relevant_ones_stand_by_date_and_undated_ones_last(filled: Engine):
    assert filled.ids(FRESH) == ["a2", "a5", "a1", "a4", "a3"]


def test_the_score_is_what_is_left_of_the_relevance_after_so_many_half_lives(filled: Engine):
    plain = filled.search(request(query=HARBOUR)).hits
    relevance = {hit.document.id: hit.score for hit in plain}
    fresh = {hit.document.id: hit.score for hit in filled.search(FRESH).hits}
    shares = {"a2": (1 + 1 / 2) / 2, "a1": (1 + 1 / 4) / 2, "a4": (1 + 1 / 16) / 2, "a3": 0.5}
    for name, share in shares.items():
        assert fresh[name] == pytest.approx(relevance[name] * share, rel=1e-5)


def test_no_newer_one_passes_what_is_twice_as_relevant_and_no_older_one_anything(engine: Engine):
    pairs = made_up_archive(Random(SEED), 60)
    days = {each.id: each.date.day if each.date else dt.date.min for each, _ in pairs}
    engine.publish(*pairs)
    compared = 0
    for word in WORDS:
        term = Term(stem_of(word), word, None, exact=False, span=NOWHERE)
        plain = engine.search(request(query=term, limit=60)).hits
        fresh = engine.search(request(query=term, limit=60, sort=Sort.FRESH)).ids
        place = {name: at for at, name in enumerate(fresh)}
        for better, worse in combinations(plain, 2):
            one, other = better.document.id, worse.document.id
            if better.score > 2.001 * worse.score or (
                better.score > 1.001 * worse.score and days[one] >= days[other]
            ):
                assert place[one] < place[other], (word, one, other)
                compared += 1
    assert compared > 100


def test_pages_by_offset_and_by_cursor_are_cut_from_one_list(filled: Engine):
    whole = filled.search(FRESH).ids
    by_offset = [
        filled.search(dataclasses.replace(FRESH, offset=at, limit=1)).ids[0] for at in range(5)
    ]
    assert tuple(by_offset) == whole
    asked, by_cursor = dataclasses.replace(FRESH, limit=2), list[str]()
    while (result := filled.search(asked)).ids:
        by_cursor += result.ids
        asked = dataclasses.replace(asked, after=result.end)
    assert tuple(by_cursor) == whole


def test_an_explanation_says_how_old_it_is(filled: Engine):
    hits = filled.search(dataclasses.replace(FRESH, explain=True)).hits
    labels = {}
    for hit in hits:
        assert hit.explanation is not None
        _, freshness = hit.explanation.parts[0].parts
        labels[hit.document.id] = freshness.label
    assert labels["a2"] == "freshness: 30 days before the newest, half-life 30 days"
    assert labels["a3"] == "freshness: undated, half-life 30 days"


def test_without_words_or_dates_the_order_is_as_by_relevance(engine: Engine):
    engine.publish(*((article_document(id=name, date=None), ()) for name in ("b", "a")))
    everything = SearchRequest(collection=Collection.ARTICLES, sort=Sort.FRESH)
    assert engine.ids(everything) == ["a", "b"]
    assert engine.ids(request(query=Term("border", "border", None, exact=False, span=NOWHERE), sort=Sort.FRESH)) == ["a", "b"]  # fmt: skip
