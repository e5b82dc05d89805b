"""A query that takes more than it may is refused, and the next one is answered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.clock import kept
from searchsvc.engine.suggestions import SuggestRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.budget import Budget
from searchsvc.engine.whoosh.reader import SnapshotReader
from searchsvc.errors import QueryTooCostly
from searchsvc.query.tree import Everything, Or, Term, Wildcard
from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app
from tests.builders import NOWHERE, article_document, request
from tests.engine_contract.conftest import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.contract import Reader

COSTLY = Or(tuple(Wildcard(f"*{letter}*", None, NOWHERE) for letter in "abcdefghij"), NOWHERE)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    writer = WhooshIndexWriter(path, 3)
    engine = Engine(WhooshEngine(path, SearchSettings()), writer)
    engine.publish((article_document(id="a1", title="Border talks"), ()))
    engine.reader.close()
    return path


@pytest.mark.parametrize("budget_ms", [0.0001, 0.001])
def test_beyond_its_budget_a_query_is_refused_and_the_message_says_what_to_do(
    index: Path, budget_ms: float
):
    engine = WhooshEngine(index, SearchSettings(budget_ms=budget_ms))
    asked = request(query=COSTLY)
    for ask in (
        lambda: engine.search(asked),
        lambda: engine.read(lambda reader: reader.walk(asked)),
        lambda: engine.suggest(SuggestRequest("bor", ("terms",), asked)),
    ):
        with pytest.raises(QueryTooCostly, match=r"search\.budget_ms.*fewer words") as caught:
            ask()
        assert caught.value.budget_ms == budget_ms
    assert engine.fetch(asked.collection, "a1") is not None
    engine.close()


@pytest.mark.parametrize("budget_ms", [0.0, 5000.0])
def test_within_it_and_without_one_it_is_answered(index: Path, budget_ms: float):
    engine = WhooshEngine(index, SearchSettings(budget_ms=budget_ms))
    assert engine.search(request(query=COSTLY)).total == 1
    word = Term("border", "border", None, exact=False, span=NOWHERE)
    assert engine.search(request(query=word)).total == 1
    engine.close()


def test_all_searches_of_one_question_share_its_budget(index: Path):
    engine = WhooshEngine(index, SearchSettings(budget_ms=20.0))

    def asked_without_end(reader: Reader) -> None:
        for _ in range(100_000):
            reader.search(request(query=COSTLY))

    with pytest.raises(QueryTooCostly):
        engine.read(asked_without_end)
    assert engine.search(request(query=Everything())).total == 1, "each question has its own"
    engine.close()


def test_time_outside_the_engine_and_for_what_is_kept_does_not_count():
    budget = Budget(60.0)
    for _ in range(3):
        with budget.running():
            with kept():
                work(0.07)
                with kept():
                    work(0.01)
            budget.check()
        work(0.07)
    with budget.running():
        work(0.07)
        with pytest.raises(QueryTooCostly):
            budget.check()
    with pytest.raises(QueryTooCostly), budget.running():
        raise AssertionError("nothing was left")


def test_what_is_kept_is_not_charged_to_a_small_budget_either():
    budget = Budget(2.0)
    for _ in range(10):
        with budget.running(), kept():
            work(0.001)
    with budget.running():
        budget.check()


def test_many_short_searches_use_up_what_is_left():
    budget = Budget(100.0)

    def asked_without_end() -> None:
        for _ in range(1_000):
            with budget.running():
                work(0.0003)

    with pytest.raises(QueryTooCostly):
        asked_without_end()


def work(seconds: float) -> None:
    """Keep the processor busy for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_many_searches_may_take_more_together_than_one_of_them_may():
    budget = Budget(60.0, searches=3)
    for _ in range(4):
        with budget.running():
            work(0.04)
            budget.check()
    with budget.running():
        work(0.03)  # of the 20 ms that are left
        with pytest.raises(QueryTooCostly, match="fewer values") as caught:
            budget.check()
    assert caught.value.searches == 3
    with pytest.raises(QueryTooCostly, match="fewer values"), budget.running():
        raise AssertionError("nothing was left")


def test_none_of_many_searches_may_take_more_than_one_alone():
    budget = Budget(60.0, searches=3)
    with budget.running():
        work(0.07)
        with pytest.raises(QueryTooCostly, match="fewer words") as caught:
            budget.check()
    assert caught.value.searches == 1


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("matrix?rows=source&columns=source", "facet.size.source"),
        ("timeline?by=source", "facet.size.source"),
        ("timeline", "facet.interval.date"),
        ("compare?size=3", "size"),
        ("search", "facets"),
        ("search?q=border", "q"),
    ],
)
def test_what_is_refused_names_the_parameter_that_makes_it_costly(
    index: Path, path: str, parameter: str
):
    class Spending(WhooshEngine):
        """Spends, before anything is asked, what a request has."""

        def read(self, question, *, generation=None, searches=1):
            def spent(reader: Reader):
                assert isinstance(reader, SnapshotReader)
                for _ in range(searches):
                    with reader.budget.running():
                        work(0.004)
                return question(reader)

            return super().read(spent, generation=generation, searches=searches)

    engine = Spending(index, SearchSettings(budget_ms=3.9))
    response = create_app(engine, Settings()).test_client().get(f"/api/v1/{path}")
    assert response.status_code == 422, response.get_json(force=True)
    (error,) = response.get_json(force=True)["errors"]
    assert error["parameter"] == parameter
    engine.close()
