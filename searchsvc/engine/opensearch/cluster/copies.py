"""Waiting until the copies of an index's shards are there."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from searchsvc.engine.opensearch.cluster.client import Refused

if TYPE_CHECKING:
    from searchsvc.engine.opensearch.cluster.client import Client

_log = logging.getLogger(__name__)
_LONGEST_LOOK_S: Final = 5.0
_TIMED_OUT: Final = 408


def become(client: Client, index: str, status: str, seconds: float) -> bool:
    """Whether an index has this health (`yellow`, `green`), or better, within so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        left = max(deadline - time.monotonic(), 0.0)
        wait = {
            "wait_for_status": status,
            "timeout": f"{int(1000 * min(left, _LONGEST_LOOK_S))}ms",
        }
        try:
            client.get(f"/_cluster/health/{index}", wait)
        except Refused as error:
            if error.status != _TIMED_OUT:
                raise
            if not left:
                return False
        else:
            return True


def wait_for_all(client: Client, index: str, seconds: float) -> None:
    """Wait for every copy, as long as that; a log line tells where some are lacking then."""
    if not become(client, index, "green", seconds):
        _log.warning(
            "%s: not every copy of its shards is there after %g s; it is published all the same,"
            " since one of each is",
            index,
            seconds,
        )
