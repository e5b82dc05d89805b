"""Statements of two sides about one country, those that were made closest to each other in time."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.web.answer import StatementHit

_Dated = tuple[int, str, "StatementHit"]
"""Ordinal of the day of its article, id, statement."""


def closest(
    about: Iterable[str], a: Sequence[StatementHit], b: Sequence[StatementHit], size: int
) -> Iterator[tuple[str, int, StatementHit, StatementHit]]:
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
        one, other = (_dated(hits, value, used) for hits in (a, b))
        pair = _closest(one, other)
        if pair is not None:
            (day, _, first), (other_day, _, second) = pair
            used |= {first.document.id, second.document.id}
            found += 1
            yield value, abs(day - other_day), first, second


def _dated(hits: Iterable[StatementHit], value: str, used: set[str]) -> list[_Dated]:
    return sorted(
        (
            (hit.document.date.day.toordinal(), hit.document.id, hit)
            for hit in hits
            if hit.document.date is not None
            and value in hit.document.countries
            and hit.document.id not in used
        ),
        key=lambda each: each[:2],
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
