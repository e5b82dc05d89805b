"""What one question may cost: time of the processor, as a busy machine is no query's fault."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from searchsvc.columnar.clock import answerable
from searchsvc.errors import QueryTooCostly

if TYPE_CHECKING:
    from collections.abc import Iterator


class Budget:
    """Time that is left to a question, which may take several searches, in any thread.

    Only what happens inside `running` counts, and what is made there and kept does not.
    """

    def __init__(self, milliseconds: float) -> None:
        """Allow so much; 0 for any."""
        self._milliseconds = milliseconds
        self._left = milliseconds / 1000 if milliseconds else math.inf
        self._end = math.inf

    @contextmanager
    def running(self) -> Iterator[Budget]:
        """Spend, until the end of the block. Raises QueryTooCostly where nothing is left."""
        if self._left <= 0:
            raise QueryTooCostly(self._milliseconds)
        self._end = answerable() + self._left
        try:
            yield self
        finally:
            self._left = self._end - answerable()
            self._end = math.inf

    def check(self) -> None:
        """Go on while anything is left. Raises QueryTooCostly."""
        if answerable() > self._end:
            raise QueryTooCostly(self._milliseconds)


BOUNDLESS: Final = Budget(0)
"""For what is not asked by anybody, or cannot take long."""
