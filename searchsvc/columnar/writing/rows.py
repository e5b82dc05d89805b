"""Documents as segments take them in, and a segment of some."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchsvc.columnar.writing.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from searchsvc.columnar.layout import Layout
    from searchsvc.columnar.words.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Row:
    """One document as a segment takes it in.

    Attributes:
        id: distinct in the segment.
        day: proleptic Gregorian ordinal of its date, 0 for undated.
        minute: minute of that day, 0 where only the day is known.
        words: the texts of each field of words; fields without any may be left out.
        values: the distinct values of each field of values, likewise.
        stored: what is stored with it; None in all rows of a segment that stores nothing.
    """

    id: str
    day: int = 0
    minute: int = 0
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stored: bytes | None = None


def write_segment(
    rows: Iterable[Row], layout: Layout, *, lexicon: Lexicon, folder: Path, name: str
) -> None:
    """Write a segment of `rows`, which may come in any order, into the folder, under the name.

    Numbers of words that the lexicon gave before are void after.
    """
    lexicon.forget_if_large()
    draft = Draft(layout, lexicon)
    draft.add(rows)
    draft.write(folder, name)
