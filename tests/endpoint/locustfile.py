"""What Locust does: users who ask one address after the other without a pause, in an order of their own.

`LOAD_ADDRESSES` names a JSON file, a list of pairs: the class of a query, and an address.
"""

from __future__ import annotations

import json
import os
import random
from itertools import cycle
from pathlib import Path

from locust import FastHttpUser, constant, task

_ADDRESSES: list[list[str]] = json.loads(Path(os.environ["LOAD_ADDRESSES"]).read_text("utf-8"))


class Searcher(FastHttpUser):
    """One user, over a connection that stays open."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Choose an order."""
        self._turns = cycle(random.sample(_ADDRESSES, len(_ADDRESSES)))

    @task
    def search(self) -> None:
        """Ask the next one; as plain text, for unpacking would be the user's work."""
        kind, address = next(self._turns)
        self.client.get(address, name=kind, headers={"Accept-Encoding": "identity"})
