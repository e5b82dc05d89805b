"""Statements of two sides about one country, those that were made closest to each other in time."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.model import StatementDocument

_Dated = tuple[int, str, "StatementDocument"]
"""Ordinal of the day of its article, id, statement."""


def closest(
    about: Iterable[str], a: Sequence[StatementDocument], b: Sequence[StatementDocument], size: int
) -> Iterator[tuple[str, int, StatementDocument, StatementDocument]]:
    """For each country the pair of statements about it with the fewest days between.

    Of pairs as close, the newest, then the one whose ids come first. Undated statements and those
    of pairs before are left out. With the sides changed over, the pairs are the same.

    Args:
        about: countries, in the order in which they get their pair.
        a: the statements of one side.
        b: those of the other.
        size: pairs at most.

    Yields:
        The country, the days between, and the statement of each side.
    """
    used: set[str] = set()
    found = 0
    for value in about:
        if found == size:
            return
        one, other = (_dated(side, value, used) for side in (a, b))
        pair = _closest(one, other)
        if pair is not None:
            (day, _, first), (other_day, _, second) = pair
            used |= {first.id, second.id}
            found += 1
            yield value, abs(day - other_day), first, second


def _dated(documents: Iterable[StatementDocument], value: str, used: set[str]) -> list[_Dated]:
    return sorted(
        (
            (each.date.day.toordinal(), each.id, each)
            for each in documents
            if each.date is not None and value in each.countries and each.id not in used
        ),
        key=itemgetter(0, 1),
    )


def _closest(a: Sequence[_Dated], b: Sequence[_Dated]) -> tuple[_Dated, _Dated] | None:
    """The best pair of two lots in ascending order."""
    days: dict[int, _Dated] = {}
    for each in b:
        days.setdefault(each[0], each)  # of one day the first id
    known = sorted(days)
    best: tuple[tuple[int, int, list[str]], _Dated, _Dated] | None = None
    for one in a:
        at = bisect_left(known, one[0])
        for day in known[max(at - 1, 0) : at + 1]:
            other = days[day]
            key = (abs(one[0] - day), -max(one[0], day), sorted((one[1], other[1])))
            if best is None or key < best[0]:
                best = (key, one, other)
    return None if best is None else best[1:]
