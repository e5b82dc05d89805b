"""Building, publishing, updating, rolling back."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import FacetRequest, FieldFilter
from searchsvc.errors import EngineUnavailable, IndexMissing
from searchsvc.model import Collection
from searchsvc.query.tree import Not, Term
from tests.builders import NOWHERE, article_document, request, statement_document
from tests.engine_contract.conftest import KEEP

if TYPE_CHECKING:
    from tests.engine_contract.conftest import Engine, Pair

STATEMENTS = Collection.STATEMENTS


def pair(name: str, **changes: object) -> Pair:
    """An article with one statement."""
    article = article_document(id=name, **changes)
    return article, (statement_document(article_id=name),)


def word(text: str) -> Term:
    return Term(text, text, None, exact=False, span=NOWHERE)


def test_there_is_nothing_before_the_first_generation(engine: Engine):
    for ask in (
        lambda: engine.search(request()),
        lambda: engine.reader.fetch(STATEMENTS, "a1:1"),
        engine.reader.status,
        engine.writer.rollback,
    ):
        with pytest.raises(IndexMissing):
            ask()


def test_the_status_tells_what_is_published(engine: Engine):
    build = engine.writer.start_build(fresh=True)
    build.add(*pair("a1"))
    build.add(article_document(id="a2"), ())
    published = build.publish(rejects=3, versions=(("extractor", "7"),))
    assert published == engine.reader.status()
    assert (published.articles, published.statements, published.rejects) == (2, 1, 3)
    assert [name for name, _ in published.versions] == ["format", "analyzer", "extractor"]
    assert ("extractor", "7") in published.versions
    assert published.previous == ()
    assert published.size_bytes > 0
    assert dt.datetime.now(dt.UTC) - published.built_at < dt.timedelta(minutes=1)
    assert engine.search(request()).generation == published.generation


def test_a_build_is_invisible_until_it_is_published(engine: Engine):
    engine.publish(pair("a1"))
    build = engine.writer.start_build(fresh=True)
    build.add(*pair("a2"))
    assert engine.ids(request()) == ["a1"]
    build.publish(rejects=0)
    assert engine.ids(request()) == ["a2"]


def test_what_was_removed_from_many_is_no_longer_fetched(engine: Engine):
    """From so many that they are not written anew; the removed then lies among them, marked."""
    many = [pair(f"a{number}") for number in range(60)]
    engine.publish(*many)
    engine.publish(pair("b1"), fresh=False, remove=["a7"])
    assert engine.reader.fetch(Collection.ARTICLES, "a7") is None
    assert engine.reader.fetch(STATEMENTS, "a7:1") is None
    assert engine.reader.fetch(STATEMENTS, "a8:1") is not None
    assert engine.search(request(limit=0)).total == 60


def test_an_abandoned_build_leaves_no_trace(engine: Engine):
    before = engine.publish(pair("a1"))
    build = engine.writer.start_build(fresh=False)
    build.add(*pair("a2"))
    build.remove(["a1"])
    build.abandon()
    build.abandon()
    assert engine.reader.status() == before
    assert engine.ids(request()) == ["a1"]
    assert engine.publish(pair("a3"), fresh=False).articles == 2


def test_a_build_after_publication_cannot_be_abandoned(engine: Engine):
    build = engine.writer.start_build(fresh=True)
    build.add(*pair("a1"))
    build.publish(rejects=0)
    build.abandon()
    assert engine.ids(request()) == ["a1"]


def test_two_builds_at_once_are_refused(engine: Engine):
    build = engine.writer.start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match="another build"):
        engine.writer.start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match="another build"):
        engine.writer.rollback()
    build.abandon()
    engine.writer.start_build(fresh=True).abandon()


def test_the_first_build_is_fresh_whatever_was_asked_for(engine: Engine):
    build = engine.writer.start_build(fresh=False)
    assert build.fresh
    build.publish(rejects=0)
    build = engine.writer.start_build(fresh=False)
    assert not build.fresh
    build.abandon()


def test_an_update_adds_changes_and_removes(engine: Engine):
    engine.publish(pair("a1"), pair("a2"), pair("a3"))
    status = engine.publish(
        pair("a2", title="Changed quickly"), pair("a4"), fresh=False, remove=["a1", "a2", "never"]
    )
    assert (status.articles, status.statements) == (3, 3)
    assert engine.ids(request()) == ["a2", "a3", "a4"]
    assert engine.ids(request(query=word("chang"))) == ["a2"]
    assert engine.ids(request(collection=STATEMENTS)) == ["a2:1", "a3:1", "a4:1"]
    assert engine.reader.fetch(Collection.ARTICLES, "a1") is None
    assert engine.reader.fetch(STATEMENTS, "a1:1") is None
    changed = engine.reader.fetch(Collection.ARTICLES, "a2")
    assert changed is not None
    assert changed.title == "Changed quickly"


def test_what_is_removed_counts_no_longer(engine: Engine):
    engine.publish(pair("a1", source="Old"), pair("a2", source="New"))
    engine.publish(fresh=False, remove=["a1"])
    result = engine.search(request(facets=(FacetRequest("source"),)))
    (facet,) = result.facets
    assert [bucket.value for bucket in facet.buckets] == ["New"]
    assert facet.distinct == 1
    assert engine.ids(request(query=Not(word("zzz"), NOWHERE))) == ["a2"]
    assert engine.ids(request(filters=(FieldFilter("source", none_of=("New",)),))) == []
    assert engine.search(request(collection=STATEMENTS)).articles == 1


def test_removal_never_touches_what_the_build_added(engine: Engine):
    engine.publish(pair("a1"))
    build = engine.writer.start_build(fresh=False)
    build.add(*pair("a1", title="Later"))
    build.add(*pair("a2"))
    build.remove(["a1", "a2"])
    build.publish(rejects=0)
    assert engine.ids(request()) == ["a1", "a2"]
    assert engine.ids(request(query=word("later"))) == ["a1"]


def test_everything_can_be_removed(engine: Engine):
    engine.publish(pair("a1"))
    engine.publish(fresh=False, remove=["a1"])
    assert engine.search(request()).total == 0
    engine.publish(pair("a1"), fresh=False)
    assert engine.ids(request()) == ["a1"]


def test_scores_do_not_depend_on_how_the_index_came_about(engine: Engine):
    bodies = [f"border {'border ' * (n % 3)} {'word ' * (n * 7 % 11)}" for n in range(12)]
    pairs = [pair(f"a{n:02}", body=body) for n, body in enumerate(bodies)]
    engine.publish(*pairs)
    at_once = engine.search(request(query=word("border"), limit=20)).hits
    engine.publish(*pairs[:5], pair("a05", body="border"), pair("x", body="border"))
    for article, statements in pairs[6:]:
        engine.publish((article, statements), fresh=False)
    engine.publish(pairs[5], fresh=False, remove=["a05", "x"])
    assert engine.search(request(query=word("border"), limit=20)).hits == at_once


def test_many_small_updates_leave_a_sound_index(engine: Engine):
    """Enough of them that small segments are merged, with deletions in them, more than once."""
    words = ("alpha", "beta", "gamma")
    for number in range(24):
        engine.publish(
            pair(f"a{number:02}", body=f"{words[number % 3]} border", source=f"S{number}"),
            fresh=False,
            remove=[f"a{number - 14:02}"],
        )
    expected = [f"a{number}" for number in range(10, 24)]
    assert engine.ids(request(limit=50)) == expected
    assert engine.ids(request(query=word("beta"))) == ["a10", "a13", "a16", "a19", "a22"]
    result = engine.search(request(query=word("border"), facets=(FacetRequest("source", 50),)))
    assert result.total == 14
    assert {bucket.value for bucket in result.facets[0].buckets} == {
        f"S{number}" for number in range(10, 24)
    }
    assert engine.search(request(collection=STATEMENTS)).articles == 14
    assert engine.reader.fetch(STATEMENTS, "a12:1") == statement_document(article_id="a12")


def test_a_sidecar_goes_from_generation_to_generation(engine: Engine):
    build = engine.writer.start_build(fresh=True)
    build.sidecar("state.json").write_text("one")
    build.publish(rejects=0)

    build = engine.writer.start_build(fresh=False)
    with build.sidecar("state.json").open("a") as file:
        file.write(" two")
    build.abandon()

    build = engine.writer.start_build(fresh=False)
    assert build.sidecar("state.json").read_text() == "one"
    build.sidecar("state.json").write_text("two")
    build.publish(rejects=0)
    engine.writer.rollback()

    build = engine.writer.start_build(fresh=False)
    assert build.sidecar("state.json").read_text() == "one"
    build.abandon()

    build = engine.writer.start_build(fresh=True)
    assert not build.sidecar("state.json").exists()
    build.abandon()


def test_only_so_many_generations_are_kept(engine: Engine):
    names = [engine.publish(pair(f"a{number}")).generation for number in range(KEEP + 2)]
    assert names == sorted(set(names))
    assert engine.reader.status().previous == tuple(reversed(names[2:-1]))


def test_a_rollback_publishes_the_generation_before(engine: Engine):
    first = engine.publish(pair("a1"), rejects=1)
    engine.publish(pair("a2"))
    assert engine.ids(request()) == ["a2"]
    assert engine.writer.rollback() == first
    assert engine.reader.status() == first
    assert engine.ids(request()) == ["a1"]
    with pytest.raises(IndexMissing):
        engine.writer.rollback()
    assert engine.ids(request()) == ["a1"]


def test_a_name_that_was_rolled_back_is_not_used_again(engine: Engine):
    engine.publish(pair("a1"))
    dropped = engine.publish(pair("a2")).generation
    assert engine.ids(request()) == ["a2"]
    engine.writer.rollback()
    later = engine.publish(pair("a3"), fresh=False)
    assert later.generation > dropped
    assert engine.ids(request()) == ["a1", "a3"]


def test_no_name_is_used_again_after_several_roll_backs(engine: Engine):
    """The latest of those dropped counts, not the one that was dropped last."""
    names = [engine.publish(pair(f"a{number}")).generation for number in range(KEEP)]
    for _ in names[1:]:
        engine.writer.rollback()
    assert engine.publish(pair("a9"), fresh=False).generation > max(names)


def test_a_closed_engine_answers_no_more_but_a_new_build_can_be_made(engine: Engine):
    engine.publish(pair("a1"))
    engine.reader.close()
    engine.reader.close()
    engine.writer.start_build(fresh=False).abandon()


def test_readers_in_threads_see_one_whole_generation_at_a_time(engine: Engine):
    """Generation n holds exactly the articles a0 to an, all with the word "border"."""
    published = [engine.publish(pair("a0")).generation]
    torn: list[str] = []
    done = threading.Event()

    def read() -> None:
        asked = request(
            query=word("border"), facets=(FacetRequest("source"), FacetRequest("date")), limit=50
        )
        while not done.is_set():
            result = engine.search(asked)
            number = int(result.generation.removeprefix("gen-"))
            ids = sorted(hit.document.id for hit in result.hits)
            counts = [facet.buckets[0].count for facet in result.facets]
            if ids != [f"a{at}" for at in range(number)] or counts != [number, number]:
                torn.append(f"{result.generation}: {ids} {counts}")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    published += [
        engine.publish(pair(f"a{number}"), fresh=False).generation for number in range(1, 8)
    ]
    done.set()
    for thread in threads:
        thread.join()
    assert torn == []
    assert published == [f"gen-{number:06d}" for number in range(1, 9)]
