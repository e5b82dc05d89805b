"""What one request may cost: time of the processor, as a busy machine is no query's fault."""

from __future__ import annotations

import math
import time

from searchsvc.errors import QueryTooCostly


class Budget:
    """Time of this thread that is left to a request; begins when it is made."""

    def __init__(self, milliseconds: float) -> None:
        """Allow so much; 0 for any."""
        self._milliseconds = milliseconds
        self._end = time.thread_time() + milliseconds / 1000 if milliseconds else math.inf

    def check(self) -> None:
        """Go on while anything is left. Raises QueryTooCostly."""
        if time.thread_time() > self._end:
            raise QueryTooCostly(self._milliseconds)
