"""What tools answer: exact numbers, over time, by value, and of two searches side by side.

The dataclasses have no slots: the kit that makes schemas of them takes a slot for a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.tools.citable import Quotation, quotation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from searchsvc.client.shapes.comparing import Compare, Contrast, Side
    from searchsvc.client.shapes.counting import FacetList, Moment, Timeline

MOST_COUNTS: Final = 400
"""Numbers over time that a model is given; of more it reads none."""


@dataclass(frozen=True)
class OverTime:
    """Statements over time; the numbers of `counts` and `undated` add up to `total`.

    Attributes:
        interval: how long each count is: as asked for, or longer where there were too many.
        counts: by year, month or day; those without a statement are left out.
        series: likewise for each of the most frequent values of what it is split by.
        total_values: how many values that has, shown or not.
        remark: what is otherwise than asked for.
        link: to the search that is counted; null where no address can hold it.
    """

    total: int
    undated: int
    interval: str
    counts: dict[str, int]
    series: dict[str, dict[str, int]]
    total_values: int
    remark: str | None
    link: str | None


@dataclass(frozen=True)
class Value:
    """A value of a field, as filters take it, its name, and how many statements carry it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class ByValue:
    """Statements by the values of a field, most frequent first, a page of them.

    A statement of several values counts for each.

    Attributes:
        total: statements found.
        without: those of them without a value.
        total_values: how many values there are in all.
        link: to the search that is counted; null where no address can hold it.
    """

    total: int
    without: int
    total_values: int
    values: tuple[Value, ...]
    page: int
    pages: int
    link: str | None


@dataclass(frozen=True)
class OneSide:
    """One of two searches.

    Attributes:
        read: statements read for words and pairs: all, or the newest.
        counts: by year; those without a statement are left out.
    """

    statements: int
    articles: int
    read: int
    undated: int
    counts: dict[str, int]


@dataclass(frozen=True)
class InBoth:
    """How many statements of each side are about a country, or hold a word."""

    value: str
    a: int
    b: int


@dataclass(frozen=True)
class Beside:
    """Two statements about one country, closest in time; `days` lie between their articles."""

    country: str
    days: int
    a: Quotation
    b: Quotation


@dataclass(frozen=True)
class Comparison:
    """Two searches of statements side by side.

    Attributes:
        countries: those spoken about most.
        words_of_a, words_of_b: words that set a side apart, the most telling first.
        pairs: statements to set against each other.
    """

    a: OneSide
    b: OneSide
    countries: tuple[InBoth, ...]
    words_of_a: tuple[InBoth, ...]
    words_of_b: tuple[InBoth, ...]
    pairs: tuple[Beside, ...]


def over_time(found: Timeline, asked: str, link: str | None) -> OverTime:
    """A timeline in few words; `asked` is the interval that was asked for."""
    remark = None
    if found.interval != asked:
        remark = (
            f"by {found.interval}, not by {asked}: there would be more than {MOST_COUNTS} numbers;"
            " narrow the dates for less"
        )
    return OverTime(
        total=found.total.count,
        undated=found.undated.count,
        interval=found.interval,
        counts=_counts(found.buckets),
        series={each.label: _counts(each.buckets) for each in found.series},
        total_values=found.total_values,
        remark=remark,
        link=link,
    )


def numbers(found: Timeline) -> int:
    """How many numbers over time a timeline has, apart from zeros."""
    lines = (found.buckets, *(each.buckets for each in found.series))
    return sum(len(_counts(line)) for line in lines)


def by_value(found: FacetList, link: str | None) -> ByValue:
    """A page of the values of a facet."""
    return ByValue(
        total=found.total.count,
        without=found.missing.count,
        total_values=found.total_values,
        values=tuple(Value(each.value, each.label, each.count) for each in found.values),
        page=found.page,
        pages=found.pages,
        link=link,
    )


def comparison(found: Compare, at: Callable[[str], str]) -> Comparison:
    """A comparison with its statements as quotations; `at` makes a link of an address."""
    return Comparison(
        a=_side(found.a),
        b=_side(found.b),
        countries=tuple(
            InBoth(each.label, each.a.count, each.b.count) for each in found.countries
        ),
        words_of_a=_words(found.words.a),
        words_of_b=_words(found.words.b),
        pairs=tuple(
            Beside(
                pair.label,
                pair.days,
                quotation(pair.a, at(pair.a.links.html)),
                quotation(pair.b, at(pair.b.links.html)),
            )
            for pair in found.pairs
        ),
    )


def _side(found: Side) -> OneSide:
    return OneSide(
        statements=found.total.count,
        articles=found.articles,
        read=found.read,
        undated=found.undated.count,
        counts=_counts(found.buckets),
    )


def _words(found: Iterable[Contrast]) -> tuple[InBoth, ...]:
    return tuple(InBoth(word.text, word.a.count, word.b.count) for word in found)


def _counts(buckets: Iterable[Moment]) -> dict[str, int]:
    return {each.value: each.count for each in buckets if each.count}
