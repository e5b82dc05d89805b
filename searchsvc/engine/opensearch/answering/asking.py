"""Questions to the index of one generation, within what a request may cost."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.cluster.client import Refused, asked
from searchsvc.errors import QueryTooCostly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from searchsvc.engine.opensearch.cluster.client import Client

Body = dict[str, Any]

_MANY_CLAUSES: Final = ("too many clauses", "too many nested clauses", "max clause count")
_TOO_COSTLY: Final = (
    *_MANY_CLAUSES,
    "too complex to determinize",
    "task cancelled",
    "too many buckets",
    "time exceeded",
    "circuit breaking",
)
"""What is said of queries that take too much; types are written with `_`, reasons with spaces."""
_LEAST_S: Final = 0.001

_log = logging.getLogger(__name__)


class Budget:
    """Time that is left to the searches of a request: that of the cluster, and the way to it.

    Unlike in `engine.whoosh` it is passing time, as nobody tells how busy processors elsewhere were.
    """

    def __init__(self, milliseconds: float, *, searches: int = 1) -> None:
        """Allow so much to each search, and so many times that to all of them; 0 for any."""
        self._milliseconds = milliseconds
        self._searches = searches
        self._left = milliseconds / 1000 * searches
        self._allowed = 0.0
        self._started = 0.0

    @contextmanager
    def running(self) -> Iterator[Budget]:
        """Spend, until the end of the block. Raises QueryTooCostly where nothing is left."""
        if self._milliseconds and self._left <= 0:
            raise self.spent()
        self._started = time.monotonic()
        self._allowed = min(self._left, self._milliseconds / 1000)
        try:
            yield self
        finally:
            self._left -= time.monotonic() - self._started

    def left_s(self) -> float | None:
        """Seconds that are left to this search; None for any number. Raises QueryTooCostly."""
        if not self._milliseconds:
            return None
        left = self._allowed - (time.monotonic() - self._started)
        if left <= 0:
            raise self.spent()
        return max(left, _LEAST_S)

    def forgive(self, seconds: float) -> None:
        """Take back what went by inside of the block without anybody searching: nodes were lost."""
        self._started += seconds

    def spent(self) -> QueryTooCostly:
        """What to raise where nothing is left."""
        together = self._searches > 1 and self._left < self._milliseconds / 1000
        return QueryTooCostly(self._milliseconds, searches=self._searches if together else 1)


class Asker:
    """Asks one index."""

    def __init__(self, client: Client, index: str, budget: Budget | None = None) -> None:
        """Ask `index`, without end where there is no budget."""
        self.client = client
        self.index = index
        self.budget = budget or Budget(0)

    def searches(self, bodies: Sequence[Body]) -> list[Any]:
        """The answers to several searches, asked at once. Raises QueryTooCostly and as `Client.ask`."""
        limited = [{**body, **self._limits()} for body in bodies]
        waited = self.budget.forgive
        return self._complete(lambda: self.client.searches(self.index, limited, waited=waited))

    def named_scores(self, body: Body) -> Any:  # noqa: ANN401 - JSON
        """The answer to a search that tells the score of each hit by each part that has a name."""
        params = {"include_named_queries_score": "true", "allow_partial_search_results": "false"}
        path, limited = f"/{self.index}/_search", asked({**body, **self._limits()})
        waited = self.budget.forgive
        (answer,) = self._complete(
            lambda: [self.client.question(path, limited, params, waited=waited)]
        )
        return answer

    def search(self, body: Body) -> Any:  # noqa: ANN401 - JSON
        """The answer to one search; as `searches`."""
        return self.searches([body])[0]

    def counts(self, queries: Sequence[Body]) -> list[int]:
        """How many documents each of several queries finds, exactly."""
        bodies = [{"size": 0, "track_total_hits": True, "query": query} for query in queries]
        return [int(each["hits"]["total"]["value"]) for each in self.searches(bodies)]

    def rewritten(self, query: Body) -> list[str]:
        """How each shard writes a query out, in Lucene's own way of writing them."""
        try:
            answer = self.client.question(
                f"/{self.index}/_validate/query",
                asked({"query": query}),
                {"rewrite": "true", "all_shards": "true", "explain": "true"},
                waited=self.budget.forgive,
            )
        except Refused as refused:
            raise self._costly(refused) from refused
        if answer["_shards"]["failed"]:
            raise self.budget.spent()
        return [str(shard.get("explanation", "")) for shard in answer["explanations"]]

    def _limits(self) -> Body:
        """What a search is given of the budget. Raises QueryTooCostly."""
        left = self.budget.left_s()
        return {} if left is None else {"timeout": f"{max(1, int(left * 1000))}ms"}

    def _complete(self, question: Callable[[], list[Any]]) -> list[Any]:
        """The answers, none of which was cut short. Raises QueryTooCostly."""
        try:
            answers = question()
        except Refused as refused:
            raise self._costly(refused) from refused
        if any(answer["timed_out"] for answer in answers):
            raise self.budget.spent()
        return answers

    def _costly(self, refused: Refused) -> Exception:
        told = f"{refused.kind} {refused.reason}".lower().replace("_", " ")
        if any(sign in told for sign in _MANY_CLAUSES):
            _log.warning(
                "%s: a query stands for more words than the cluster takes; see"
                " indices.query.bool.max_clause_count there",
                self.index,
            )
        return self.budget.spent() if any(sign in told for sign in _TOO_COSTLY) else refused
