"""Text that remembers where in the raw text each of its characters stood."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.model import OffsetMap

if TYPE_CHECKING:
    from collections.abc import Iterable

IDENTITY: Final = OffsetMap((0,), (0,))

Edit = tuple[int, int, str]
"""Start, end (exclusive) and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A text made from another one.

    Attributes:
        text: the text as it is now.
        offsets: from `text` to the raw text.
    """

    text: str
    offsets: OffsetMap = IDENTITY

    def edited(self, edits: Iterable[Edit]) -> Traced:
        """The text after `edits`, which are ascending and do not overlap; offsets follow."""
        pieces: list[str] = []
        runs = Runs()
        length = last = 0
        for start, end, instead in edits:
            if start > last:
                runs.add(length, last)
                pieces.append(self.text[last:start])
                length += start - last
            if instead:
                runs.add(length, start)
                pieces.append(instead)
                length += len(instead)
            last = end
        if not last:
            return self
        runs.add(length, last)
        pieces.append(self.text[last:])
        return Traced("".join(pieces), compose(runs.map(), self.offsets))


class Runs:
    """Collects the runs of an `OffsetMap`, in order."""

    def __init__(self) -> None:
        """Start with none."""
        self._clean: list[int] = []
        self._raw: list[int] = []

    def add(self, clean: int, raw: int) -> None:
        """Begin a run; one that begins where the last began takes its place."""
        if self._clean and self._clean[-1] == clean:
            self._raw[-1] = raw
            return
        self._clean.append(clean)
        self._raw.append(raw)

    def map(self) -> OffsetMap:
        """The finished map; the identity where no run was added."""
        if not self._clean:
            return IDENTITY
        return OffsetMap(tuple(self._clean), tuple(self._raw))


def compose(outer: OffsetMap, inner: OffsetMap) -> OffsetMap:
    """The map from the texts that `outer` starts at to those that `inner` leads to."""
    if inner.clean == IDENTITY.clean and inner.raw == IDENTITY.raw:
        return outer
    runs = Runs()
    for number, (start, middle) in enumerate(zip(outer.clean, outer.raw, strict=True)):
        runs.add(start, inner.to_raw(middle))
        step = start - middle
        if number + 1 == len(outer.clean):
            limit = inner.clean[-1] + 1
        else:
            limit = min(outer.clean[number + 1] - step, outer.raw[number + 1])
        inside = bisect_right(inner.clean, middle)
        while inside < len(inner.clean) and inner.clean[inside] < limit:
            runs.add(inner.clean[inside] + step, inner.raw[inside])
            inside += 1
    return runs.map()
