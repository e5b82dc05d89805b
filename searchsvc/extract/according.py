"""Statements that *according to* attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.drafts import Draft, Reference, Rule
from searchsvc.extract.sources import Source, after_verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.words import Word

_SHORT_OPENING: Final = 5  # words before an attribution that are no clause of their own
_NO_SOURCES: Final = frozenset("which what how whether where when".split())


def according(words: Sequence[Word]) -> Iterator[Draft]:
    """What stands around `according to Petrova`."""
    for index in range(len(words) - 2):
        if (
            words[index].lower != "according"
            or words[index].quoted
            or words[index + 1].lower != "to"
        ):
            continue
        if words[index + 2].lower in _NO_SOURCES:
            continue
        source = after_verb(words, index + 2)
        if source is None:
            end = index + 3
            while end < len(words) and not words[end].is_mark:
                end += 1
            source = Source(index + 2, end - 1, end - 1)
        pieces = _around(words, index, source.last + 1)
        if pieces:
            yield Draft(pieces, (index, index + 2), source, Reference.NAMED, Rule.ACCORDING)


def _around(words: Sequence[Word], start: int, after: int) -> tuple[tuple[int, int], ...]:
    """The content before and after an attribution that stands at `start` to `after`."""
    pieces = []
    while after < len(words) and words[after].text != ",":
        after += 1
    end = len(words)
    while end > after and words[end - 1].text in (".", '"', "”"):
        end -= 1
    goes_on = end > after + 1
    # In addition, according to Petrova, trade fell; not: Trade fell, according to Petrova.
    opens = start <= _SHORT_OPENING and words[start - 1].text == "," and goes_on
    if start > 1 and not opens:
        pieces.append((0, start))
    if goes_on and (start <= 1 or opens):
        pieces.append((after + 1, end))
    return tuple(pieces)
