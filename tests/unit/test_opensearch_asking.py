"""What becomes of questions that a cluster does not carry out, and of what is counted once."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from searchsvc.engine.opensearch.answering.asking import Asker
from searchsvc.engine.opensearch.answering.statistics import Kept, Statistics
from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection, Span
from searchsvc.query.tree import Term


class Cluster:
    def __init__(self, refused):
        self._refused = refused

    def searches(self, *_, **__):
        raise self._refused


def asking(kind: str, reason: str) -> Asker:
    client: Any = Cluster(Refused(500, kind, reason))
    return Asker(client, "index")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("search_phase_execution_exception query_phase_execution_exception", "Time exceeded"),
        ("task_cancelled_exception", "cancelled task with reason: Cancellation timeout"),
        ("too_many_nested_clauses", "maxClauseCount is set to 1024"),
        ("illegal_argument_exception", "Automaton too complex to determinize"),
    ],
)
def test_what_takes_too_much_is_told_as_such(kind, reason):
    with pytest.raises(QueryTooCostly):
        asking(kind, reason).search({})


def test_other_faults_are_none_of_the_query():
    with pytest.raises(Refused):
        asking("null_pointer_exception", "").search({})


def test_the_setting_that_bounds_words_is_named_to_operators(caplog):
    with pytest.raises(QueryTooCostly):
        asking("too_many_clauses", "").search({})
    assert "indices.query.bool.max_clause_count" in caplog.text


def test_what_another_thread_forgets_is_counted_all_the_same():
    kept = Kept(Collection.ARTICLES)
    leaves = [Term(word, word, None, exact=False, span=Span(0, 0)) for word in ("one", "two")]

    class Forgotten(dict[Any, int]):
        def update(self, *_: Any, **__: Any) -> None:
            """Another thread, which has learnt too much, begins anew just then."""

    kept.matching = Forgotten()

    class Counting:
        def counts(self, queries):
            return [7] * len(queries)

    asker: Any = Counting()
    counted = Statistics(kept, asker)
    assert [counted.matching(leaf) for leaf in leaves] == [7, 7]
