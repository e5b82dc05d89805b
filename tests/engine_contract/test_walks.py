"""A walk, pages by cursor and one long page give the same hits, whatever is published meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.engine.contract import Cursor, SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection
from searchsvc.query.tree import Everything, Or, Term
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, date, request, statement_document
from tests.engine_contract.archive import made_up_archive, publish_in_steps, random_request
from tests.engine_contract.conftest import REAL_ENGINES, Engine
from tests.engine_contract.test_one_generation import spoil
from tests.reference_engine import ReferenceEngine

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.contract import Hit, Reader, Walk

SEED = 20260611
ARTICLES = 110
PAGES = 6
"""Pages that are turned at most; long answers are read in larger ones."""


@pytest.fixture(scope="module")
def archive(shared_engine: Engine) -> Engine:
    """An engine with a made-up archive in several segments, with deleted documents."""
    publish_in_steps(shared_engine, SEED, ARTICLES)
    return shared_engine


@pytest.fixture(scope="module")
def oracle() -> Engine:
    """The reference over the same archive."""
    reference = ReferenceEngine(keep=3)
    oracle = Engine(reference, reference)
    publish_in_steps(oracle, SEED, ARTICLES)
    return oracle


def told(cursor: Cursor) -> Cursor:
    """A cursor as it comes back from where it went as JSON."""
    return Cursor(**json.loads(json.dumps(cursor._asdict())))


def pages(reader: Reader, asked: SearchRequest, size: int) -> list[tuple[str, float]]:
    """All hits of pages by cursor."""
    found = []
    asked = replace(asked, limit=size)
    while (page := reader.search(asked)).end is not None:
        assert 0 < len(page.hits) <= size
        found += [(hit.document.id, hit.score) for hit in page.hits]
        asked = replace(asked, after=told(page.end), offset=0)
    return found


def named(hits: tuple[Hit, ...] | list[Hit]) -> list[tuple[str, float]]:
    return [(hit.document.id, hit.score) for hit in hits]


def walked(reader: Reader, asked: SearchRequest) -> list[tuple[str, float]]:
    return named(list(reader.walk(asked).hits))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), long=st.booleans())
def test_pages_by_cursor_are_the_walk_and_the_one_long_page(
    archive: Engine, seed: int, *, long: bool
):
    random = Random(seed)
    asked = random_request(random, random.choice(tuple(Collection)))
    if long:  # as many hits as may be, and more words than a query without a second stage has
        words = ("border", "talk", "trade", "said", "us", "who", "quiet", "colour", "minist")
        terms = [Term(each, each, None, exact=False, span=NOWHERE) for each in words]
        asked = SearchRequest(asked.collection, Or(tuple(terms), NOWHERE), sort=asked.sort)
    asked = replace(asked, facets=(), offset=random.choice((0, 0, 3)))

    def question(reader: Reader) -> None:
        whole = reader.search(replace(asked, limit=10_000))
        walk = reader.walk(asked)
        assert (walk.total, walk.articles) == (whole.total, whole.articles)
        assert walk.generation == whole.generation == reader.generation
        wanted = named(whole.hits)
        hits = list(walk.hits)
        assert named(hits) == wanted
        assert [hit.document for hit in hits] == [hit.document for hit in whole.hits]
        size = max(random.choice((1, 2, 7, 50, 400)), len(wanted) // PAGES)
        assert pages(reader, asked, size) == wanted
        if wanted:
            place = random.randrange(len(wanted))
            end = reader.search(replace(asked, limit=place + 1)).end
            assert end is not None
            rest = replace(asked, after=told(end), offset=0)
            assert walked(reader, rest) == wanted[place + 1 :]
            gone = replace(rest, after=told(end)._replace(document_id=wanted[place][0] + "!"))
            assert walked(reader, gone) == named(reader.search(replace(gone, limit=10_000)).hits)

    archive.reader.read(question)


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_walks_are_those_of_the_reference(archive: Engine, oracle: Engine, seed: int):
    random = Random(seed)
    asked = random_request(random, random.choice(tuple(Collection)))
    ours, theirs = (
        each.reader.read(lambda it: list(it.walk(asked).hits)) for each in (archive, oracle)
    )
    assert len(ours) == len(theirs)
    assert {hit.document.id for hit in ours} == {hit.document.id for hit in theirs} or asked.offset
    if not asked.sort.scored:
        assert named(ours) == named(theirs)
        return
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.score == pytest.approx(other.score, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("sort", Sort)
def test_pages_during_publishes_give_each_hit_of_their_generation_once(engine: Engine, sort: Sort):
    random = Random(SEED)
    pairs = made_up_archive(random, 60)
    engine.publish(*pairs)
    word = Term("border", "border", None, exact=False, span=NOWHERE)
    asked = request(collection=Collection.STATEMENTS, query=word, sort=sort, limit=10_000)
    wanted = named(engine.search(asked).hits)
    assert len(wanted) > 10
    asked = replace(asked, limit=7)
    first = engine.search(asked)
    generation, page, found = first.generation, first, named(first.hits)
    published = 0
    while page.end is not None:
        if published < 6:
            name = f"new{published}"
            gone = [pairs[published][0].id]
            added = (
                article_document(id=name),
                (statement_document(article_id=name, body="border"),),
            )
            engine.publish(added, fresh=False, remove=gone)
            published += 1
        following = replace(asked, after=told(page.end))
        page = engine.reader.read(
            lambda reader, it=following: reader.search(it),  # type: ignore[misc]  # a default
            generation=generation,
        )
        assert page.generation == generation
        found += named(page.hits)
    assert published == 6
    assert found == wanted


def test_a_walk_goes_on_after_its_read_while_others_are_published_and_it_is_deleted(
    engine: Engine,
):
    engine.publish(*made_up_archive(Random(SEED), 60))
    asked = request(
        collection=Collection.STATEMENTS, query=Everything(), sort=Sort.OLDEST, limit=10_000
    )
    wanted = named(engine.search(asked).hits)
    walk: Walk = engine.reader.read(lambda reader: reader.walk(asked))
    found = []
    for hit in walk.hits:
        found.append(hit)
        if len(found) in {1, 5, 9, 20, 30}:
            engine.publish(*made_up_archive(Random(len(found)), 5))
    assert named(found) == wanted
    assert (walk.total, walk.generation) == (len(wanted), "gen-000001")


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_a_walk_by_date_of_more_than_is_read_at_once_keeps_to_moments_and_ids(
    engine: Engine, sort: Sort
):
    random = Random(SEED)
    days = [f"2017-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 6)]
    days += ["2017-01-03T08:00", "2017-01-03T08:01"]
    for first, fresh in ((0, True), (1900, False)):
        numbers = random.sample(range(10_000), 1900)
        found = [
            article_document(
                id=f"{first}-{number}",
                body="",
                statement_count=0,
                date=None if number % 7 == 0 else date(random.choice(days)),
            )
            for number in numbers
        ]
        engine.publish(*((each, ()) for each in found), fresh=fresh)
    asked = request(query=Everything(), sort=sort, limit=10_000)
    whole = engine.search(asked)
    assert len(whole.ids) == 3800

    def question(reader: Reader) -> None:
        assert [hit.document.id for hit in reader.walk(asked).hits] == list(whole.ids)
        for place in (0, 700, 1024, 2500, 3700):
            end = reader.search(replace(asked, limit=place + 1)).end
            rest = reader.walk(replace(asked, after=end)).hits
            assert [hit.document.id for hit in rest] == list(whole.ids[place + 1 :])

    engine.reader.read(question)


def test_a_walk_explains_nothing_and_counts_no_facets(archive: Engine):
    asked = request(
        query=Term("border", "border", None, exact=False, span=NOWHERE), limit=0, explain=True
    )
    hits = archive.reader.read(lambda reader: list(reader.walk(asked).hits))
    assert hits
    assert {hit.explanation for hit in hits} == {None}


def test_damage_that_a_walk_comes_upon_is_raised_where_it_stands(tmp_path: Path):
    path = tmp_path / "index"
    engine = Engine(WhooshEngine(path, SearchSettings()), WhooshIndexWriter(path, 3))
    names = [f"a{number}" for number in range(5)]
    status = engine.publish(
        *((article_document(id=name), (statement_document(article_id=name),)) for name in names)
    )
    walk = engine.reader.read(
        lambda reader: reader.walk(request(collection=Collection.STATEMENTS))
    )
    spoil(tmp_path, status, "a3:1")
    taken: list[str] = []
    with pytest.raises(IndexCorrupt, match=r"statements_\w+\.stored"):
        taken.extend(hit.document.id for hit in walk.hits)
    engine.reader.close()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_the_places_of_a_walk_are_where_its_pages_of_one_hit_end(archive: Engine, seed: int):
    random = Random(seed)
    asked = random_request(random, random.choice(tuple(Collection)))
    asked = replace(asked, after=None, offset=0, sort=random.choice(tuple(Sort)))

    def compare(reader: Reader) -> None:
        whole = reader.walk(asked)
        places = list(whole.places)
        hits = list(whole.hits)
        assert [each.document_id for each in places] == [hit.document.id for hit in hits]
        for at in random.sample(range(len(places)), min(3, len(places))):
            page = reader.search(replace(asked, offset=at, limit=1))
            assert page.end == places[at]
        for skipped in (1, random.randrange(len(places) + 2), len(places)):
            later = reader.walk(replace(asked, offset=skipped))
            assert list(later.places) == places[skipped:]
            assert named(list(later.hits)) == named(hits[skipped:])

    archive.reader.read(compare)


def test_the_places_of_a_walk_are_told_without_reading_a_document(tmp_path: Path):
    path = tmp_path / "index"
    engine = Engine(WhooshEngine(path, SearchSettings()), WhooshIndexWriter(path, 3))
    status = engine.publish(*((article_document(id=f"a{number}"), ()) for number in range(9)))
    assert engine.reader.generation() == status.generation  # opening it would find the damage
    spoil(tmp_path, status, "a7")
    walk = engine.reader.read(lambda reader: reader.walk(request(sort=Sort.OLDEST, offset=4)))
    assert len(list(walk.places)) == 5
    with pytest.raises(IndexCorrupt):
        list(walk.hits)
    engine.reader.close()
