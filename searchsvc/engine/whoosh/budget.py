"""What one question may cost: time of the processor, as a busy machine is no query's fault."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final, Self

from searchsvc.columnar.clock import answerable
from searchsvc.errors import QueryTooCostly

if TYPE_CHECKING:
    from types import TracebackType


SHORT_S: Final = 0.001
"""Up to so much is taken by the clock, which is asked faster and never passes more slowly."""

SHORT_SHARE: Final = 0.01
"""The same of what is allowed to each search, where that is little."""


class Budget:
    """Time that is left to a question, which may take several searches, in any thread.

    Only what happens inside `running` counts, and what is made there and kept does not. Of what is
    over in SHORT_S or SHORT_SHARE, whichever is less, all time that passes counts.
    """

    def __init__(self, milliseconds: float, *, searches: int = 1) -> None:
        """Allow so much to each search, and so many times that to all of them; 0 for any."""
        self._milliseconds = milliseconds
        self._each = milliseconds / 1000 if milliseconds else math.inf
        self._short = min(SHORT_S, SHORT_SHARE * self._each)
        self._searches = searches
        self._left = self._each * searches
        self._end = self._at_the_earliest = math.inf
        self._together = False
        self._started = self._started_at = 0.0

    def running(self) -> Self:
        """Itself, to be entered: it is spent until the end of the block.

        Entering raises QueryTooCostly where nothing is left.
        """
        return self

    def __enter__(self) -> Self:
        """Begin to spend. A generator that does the same would cost each search a microsecond more."""
        if self._left <= 0:
            raise self._spent(together=self._searches > 1)
        self._together = self._left < self._each and self._searches > 1
        allowed = min(self._left, self._each)
        self._started = started = answerable()
        self._end = started + allowed
        self._started_at = time.perf_counter()
        self._at_the_earliest = self._started_at + allowed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        passed = time.perf_counter() - self._started_at
        self._left -= passed if passed <= self._short else answerable() - self._started
        self._end = self._at_the_earliest = math.inf

    def check(self) -> None:
        """Go on while anything is left. Raises QueryTooCostly."""
        # No thread spends more than passes by the clock, which is asked twenty times as fast.
        if time.perf_counter() > self._at_the_earliest and answerable() > self._end:
            raise self._spent(together=self._together)

    def _spent(self, *, together: bool) -> QueryTooCostly:
        return QueryTooCostly(self._milliseconds, searches=self._searches if together else 1)


BOUNDLESS: Final = Budget(0)
"""For what is not asked by anybody, or cannot take long."""
