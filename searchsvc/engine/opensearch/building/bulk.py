"""Documents to the cluster: in bulks, by several threads, no faster than it takes them.

What the cluster refuses for want of room or of a node is sent again, with pauses that grow, since
documents go by id and may come twice. What it refuses for good is counted and named, and ends
the build: nothing is left out silently.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from searchsvc.engine.opensearch.cluster.client import Barred, Refused, refusal
from searchsvc.engine.opensearch.cluster.notes import NOT_FOUND
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.engine.opensearch.cluster.client import Client

NAMED: Final = 10
"""How many of the documents that were refused are named."""

_PASSING: Final = frozenset((408, 429, 500, 502, 503, 504))
"""Statuses that may be others a moment later: no room, no node, no shard. 500: a node that stops."""

_MOST: Final = 1_000  # documents in a bulk
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 15.0
_REQUEST_S: Final = 120
_SHARD_WAIT: Final = (
    "10s"  # for which a node waits for a shard before it refuses; then it is our turn
)
_FAILED: Final = 300
_TOO_LARGE: Final = 413


class Action(NamedTuple):
    """A document to be indexed, or deleted where it has no source."""

    id: str
    routing: str | None
    source: dict[str, Any] | None

    def lines(self) -> Iterator[dict[str, Any]]:
        """What a bulk has of it."""
        about = {"_id": self.id, "routing": self.routing}
        if self.source is None:
            yield {"delete": about}
        else:
            yield {"index": about}
            yield self.source


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that the cluster does not take, and why."""

    document_id: str
    reason: str


class Sender:
    """Sends actions to one index. One thread calls it."""

    def __init__(
        self,
        client: Client,
        index: str,
        *,
        threads: int,
        bulk_bytes: int,
        patience_s: float,
    ) -> None:
        """Send nothing yet.

        Args:
            client: of the cluster.
            index: where to.
            threads: how many bulks are under way at the same time.
            bulk_bytes: size of a bulk, about.
            patience_s: for how long the cluster may refuse a bulk for want of room or nodes.
        """
        self._client = client
        self._index = index
        self._bulk_bytes = bulk_bytes
        self._patience_s = patience_s
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bulk")
        self._slots = threading.BoundedSemaphore(threads + 1)  # one waits while all are busy
        self._waiting: list[Action] = []
        self._size = 0
        self._lock = threading.Lock()
        self._given_up = threading.Event()
        self._refused: list[Failed] = []
        self._refusals = 0
        self._failure: BaseException | None = None
        self._under_way = 0
        self._idle = threading.Condition(self._lock)

    def put(self, action: Action, size: int) -> None:
        """Send an action of about `size` bytes; waits while the cluster is busy.

        Raises:
            EngineUnavailable: the cluster did not take what was sent before.
        """
        self._waiting.append(action)
        self._size += size
        if self._size >= self._bulk_bytes or len(self._waiting) >= _MOST:
            self._hand_over()

    def flush(self) -> None:
        """Wait until everything is in the cluster. Raises as `put`."""
        self._hand_over()
        with self._idle:
            self._idle.wait_for(lambda: not self._under_way)
        self._report()

    def close(self) -> None:
        """End the threads; what is not sent yet is not. Safe to call twice."""
        self._given_up.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _hand_over(self) -> None:
        self._report()
        if not self._waiting:
            return
        batch, self._waiting, self._size = self._waiting, [], 0
        self._slots.acquire()
        with self._lock:
            self._under_way += 1
        self._pool.submit(self._send, batch)

    def _send(self, batch: list[Action]) -> None:
        try:
            self._send_all(batch)
        except BaseException as error:  # noqa: BLE001 - raised by whoever calls next
            with self._lock:
                self._failure = self._failure or error
            self._given_up.set()
        finally:
            self._slots.release()
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _send_all(self, batch: Sequence[Action]) -> None:
        """Send until everything is in, or refused for good."""
        deadline = time.monotonic() + self._patience_s
        pause_s = _FIRST_PAUSE_S
        while batch and not self._given_up.is_set():
            again, why = self._try(batch)
            if again and time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"{self._index}: the cluster has not taken {len(again):,} documents for"
                    f" {self._patience_s:g} s ({why}); look at its health, and run it again"
                )
            if len(again) < len(batch):
                pause_s = _FIRST_PAUSE_S
            batch = again
            if batch:
                self._given_up.wait(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _try(self, batch: Sequence[Action]) -> tuple[Sequence[Action], str]:
        """What of a bulk is to be sent again, and why."""
        lines = [line for action in batch for line in action.lines()]
        try:
            answer = self._client.ask(
                "POST",
                f"/{self._index}/_bulk",
                lines,
                params={"timeout": _SHARD_WAIT},
                again=False,
                timeout_s=_REQUEST_S,
            )
        except Barred:
            raise
        except EngineUnavailable as error:
            return batch, str(error)
        except Refused as error:
            if error.status != _TOO_LARGE:
                raise
            if len(batch) > 1:
                return self._halved(batch)
            self._note(
                Failed(batch[0].id, "is larger than a request may be (http.max_content_length)")
            )
            return (), ""
        again: list[Action] = []
        why = ""
        for action, outcome in zip(batch, answer["items"], strict=True):
            ((kind, item),) = outcome.items()
            status = int(item["status"])
            if status < _FAILED or (kind == "delete" and status == NOT_FOUND):
                continue
            reason = refusal(status, item).reason
            if status in _PASSING:
                again.append(action)
                why = reason
            else:
                self._note(Failed(action.id, reason))
        return again, why

    def _halved(self, batch: Sequence[Action]) -> tuple[Sequence[Action], str]:
        """As `_try`, of a bulk that is larger than the cluster takes (`http.max_content_length`)."""
        middle = len(batch) // 2
        first, why = self._try(batch[:middle])
        second, why_too = self._try(batch[middle:])
        return [*first, *second], why_too or why

    def _note(self, refused: Failed) -> None:
        with self._lock:
            self._refusals += 1
            if len(self._refused) < NAMED:
                self._refused.append(refused)

    def _report(self) -> None:
        with self._lock:
            failure, refusals, first = self._failure, self._refusals, tuple(self._refused)
        if failure is not None:
            raise failure
        if refusals:
            named = "; ".join(f"{each.document_id}: {each.reason}" for each in first)
            more = f"; and {refusals - len(first):,} more" if refusals > len(first) else ""
            raise EngineUnavailable(
                f"{self._index}: the cluster refuses {refusals:,} documents for good, and nothing"
                f" is published without them: {named}{more}"
            )
