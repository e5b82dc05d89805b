"""Several questions of one generation, whatever is published meanwhile; and generations by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.segment import Segment
from searchsvc.engine.suggestions import SuggestRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.errors import GenerationGone, IndexCorrupt, IndexMissing
from searchsvc.model import Collection
from searchsvc.query.tree import Term
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, request, statement_document
from tests.engine_contract.conftest import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.contract import IndexStatus, Questions, Reader
    from tests.engine_contract.conftest import Pair

ARTICLES, STATEMENTS = Collection


def pair(name: str) -> Pair:
    article = article_document(id=name, title=f"Talks in {name}")
    return article, (statement_document(article_id=name),)


def ids(reader: Questions) -> list[str]:
    return [hit.document.id for hit in reader.search(request()).hits]


def test_every_answer_of_a_question_is_of_one_generation_though_others_are_published(
    engine: Engine,
):
    first = engine.publish(pair("a1"))
    word = Term("talk", "talks", None, exact=False, span=NOWHERE)

    def question(reader: Reader) -> None:
        for name in ("a2", "a3", "a4", "a5"):
            engine.publish(pair(name))
            assert engine.reader.generation() > first.generation
            assert reader.generation == first.generation
            assert reader.built_at == first.built_at
            assert ids(reader) == ["a1"]
            assert reader.search(request()).generation == first.generation
            assert reader.fetch(ARTICLES, name) is None
            assert reader.fetch(ARTICLES, "a1") is not None
            assert reader.fetch(STATEMENTS, "a1:1") is not None
            assert reader.frequencies(ARTICLES, [word]) == (1,)
            assert reader.spellings(ARTICLES, "tolks") == reader.spellings(ARTICLES, "tolks")
            suggested = reader.suggest(SuggestRequest("T", ("terms",), request()))
            assert suggested.generation == first.generation

    engine.reader.read(question)
    assert ids(engine.reader) == ["a5"]


def test_the_answer_of_a_question_is_what_it_returns(engine: Engine):
    status = engine.publish(pair("a1"))
    assert engine.reader.read(lambda reader: (reader.generation, 7)) == (status.generation, 7)
    assert engine.reader.generation() == status.generation


def test_the_error_of_a_question_is_let_through(engine: Engine):
    engine.publish(pair("a1"))

    def question(_: Reader) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.reader.read(question)


def test_without_an_index_nothing_is_asked(engine: Engine):
    asked: list[Reader] = []
    with pytest.raises(IndexMissing):
        engine.reader.read(asked.append)
    with pytest.raises(IndexMissing):
        engine.reader.generation()
    assert asked == []


def test_a_generation_named_answers_long_after_it_was_replaced_and_deleted(engine: Engine):
    last = engine.publish(pair("a1"), pair("a2"))
    first = last.generation
    assert engine.reader.read(ids, generation=first) == ["a1", "a2"]
    for number in range(3, 9):
        last = engine.publish(pair(f"a{number}"), fresh=False, remove=["a1"])
        assert engine.reader.read(ids, generation=first) == ["a1", "a2"]
        assert engine.reader.read(lambda reader: reader.generation) == last.generation
    assert first not in last.previous
    assert engine.reader.read(lambda reader: reader.fetch(STATEMENTS, "a1:1"), generation=first)


def test_one_that_is_kept_answers_though_nobody_has_asked_it_before(engine: Engine):
    first = engine.publish(pair("a1")).generation
    engine.publish(pair("a2"))
    assert engine.reader.read(ids, generation=first) == ["a1"]


def test_one_that_was_rolled_back_answers_those_who_had_asked_it(engine: Engine):
    engine.publish(pair("a1"))
    second = engine.publish(pair("a2")).generation
    assert engine.reader.read(ids, generation=second) == ["a2"]
    engine.writer.rollback()
    assert ids(engine.reader) == ["a1"]
    assert engine.reader.read(ids, generation=second) == ["a2"]


@pytest.mark.parametrize("name", ["", "gen-000099", "gen-000000", "..", "../index", "x" * 500])
def test_a_name_that_is_no_generation_is_refused(engine: Engine, name: str):
    engine.publish(pair("a1"))
    asked: list[Reader] = []
    with pytest.raises(GenerationGone) as caught:
        engine.reader.read(asked.append, generation=name)
    assert caught.value.generation == name
    assert asked == []


def test_one_that_nobody_had_asked_is_gone_once_it_is_deleted(engine: Engine):
    first = engine.publish(pair("a1")).generation
    for number in range(2, 8):
        engine.publish(pair(f"a{number}"))
    with pytest.raises(GenerationGone, match=first):
        engine.reader.read(ids, generation=first)


def test_one_that_was_held_back_is_not_to_be_asked(engine: Engine):
    engine.publish(pair("a1"))
    with pytest.raises(Exception, match="no reason") as caught:
        engine.publish(pair("a2"), gate=lambda _: ["no reason"])
    held = caught.value.generation  # type: ignore[attr-defined]  # of HeldBack
    with pytest.raises(GenerationGone):
        engine.reader.read(ids, generation=held)


# Whoosh alone: damage, files and processes.


@pytest.fixture
def whoosh(tmp_path: Path) -> Iterator[Engine]:
    """The Whoosh engine, of which each replaced generation is deleted at once."""
    path = tmp_path / "index"
    reader = WhooshEngine(path, SearchSettings())
    yield Engine(reader, WhooshIndexWriter(path, 1))
    reader.close()


def spoil(path: Path, status: IndexStatus, document_id: str) -> None:
    """Damage a stored document where it lies."""
    for file in sorted((path / "index" / status.generation).glob("*.arrays")):
        segment = Segment(file.parent, file.stem)
        doc = segment.find(document_id)
        if doc >= 0:
            with segment.stored_path.open("r+b") as stream:
                stream.seek(int(segment.stored_at[doc]) + 8)
                byte = stream.read(1)[0]
                stream.seek(-1, os.SEEK_CUR)
                stream.write(bytes([byte ^ 1]))


def test_where_damage_is_found_the_whole_question_is_asked_of_the_one_before(tmp_path: Path):
    path = tmp_path / "index"
    engine = Engine(WhooshEngine(path, SearchSettings()), WhooshIndexWriter(path, 3))
    first = engine.publish(pair("a1"))
    second = engine.publish(pair("a1"), pair("a2"))
    assert engine.reader.generation() == second.generation  # opening it would find the damage
    spoil(tmp_path, second, "a2:1")
    asked = []

    def question(reader: Reader) -> tuple[int, bool, str]:
        asked.append(reader.generation)
        total = reader.search(request(limit=0)).total
        return total, reader.fetch(STATEMENTS, "a2:1") is None, reader.generation

    assert engine.reader.read(question) == (1, True, first.generation)
    assert asked == ["gen-000002", "gen-000001"]
    with pytest.raises(GenerationGone) as caught:
        engine.reader.read(question, generation="gen-000002")
    assert isinstance(caught.value.__cause__, IndexCorrupt)
    assert engine.reader.status().generation == first.generation
    engine.reader.close()


def test_segments_that_later_generations_merge_away_stay_readable(whoosh: Engine, tmp_path: Path):
    names = [f"a{number:02}" for number in range(30)]
    first = whoosh.publish(*map(pair, names[:2])).generation
    assert whoosh.reader.read(ids, generation=first) == names[:2]
    for name in names[2:]:
        whoosh.publish(pair(name), fresh=False)
        ids(whoosh.reader)
    whoosh.publish(pair("b"))
    assert not (tmp_path / "index" / first).exists()
    assert whoosh.reader.read(ids, generation=first) == names[:2]
    got = whoosh.reader.read(lambda reader: reader.fetch(ARTICLES, "a01"), generation=first)
    assert got == pair("a01")[0]


def test_another_process_may_name_what_this_one_has_not_seen_yet(whoosh: Engine, tmp_path: Path):
    whoosh.publish(pair("a1"))
    assert ids(whoosh.reader) == ["a1"]
    second = whoosh.publish(pair("a2")).generation
    assert whoosh.reader.read(ids, generation=second) == ["a2"]
    other = WhooshEngine(tmp_path / "index", SearchSettings())
    assert other.read(ids, generation=second) == ["a2"]
    other.close()


def test_nothing_is_held_where_the_settings_say_so(tmp_path: Path):
    path = tmp_path / "index"
    engine = Engine(WhooshEngine(path, SearchSettings(held_s=0)), WhooshIndexWriter(path, 1))
    first = engine.publish(pair("a1")).generation
    assert engine.reader.read(ids, generation=first) == ["a1"]
    engine.publish(pair("a2"))
    with pytest.raises(GenerationGone):
        engine.reader.read(ids, generation=first)
    engine.reader.close()
