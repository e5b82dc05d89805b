"""Query tree and filters → the documents that match.

A set of documents is an ascending array, or None for everything, which is never spelled out
unless it must be.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from searchsvc.columnar.postings import NO_DOCS
from searchsvc.columnar.searching.docsets import difference, intersect, intersection
from searchsvc.engine.whoosh.leaves import LeafMatch, match_leaf
from searchsvc.engine.whoosh.schema import value_fields
from searchsvc.fields import MISSING
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Term,
    Value,
    Wildcard,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.contract import DateFilter, FieldFilter
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.view import CollectionView
    from searchsvc.query.tree import Node

YEAR_LENGTH: Final = 4
MONTH_LENGTH: Final = 7


class Matcher:
    """Finds what nodes of one query match, and remembers what scoring asks for again."""

    def __init__(self, view: CollectionView, budget: Budget) -> None:
        """Match against `view` as long as the budget lasts."""
        self.view = view
        self.budget = budget
        self._scratch = view.scratch
        self._leaves: dict[Node, LeafMatch] = {}
        self._conjunctions: dict[And, Ints | None] = {}

    def leaf(self, node: Node) -> LeafMatch:
        """What a leaf of the query matched; the same object for leaves that are the same."""
        return self._leaves[node]

    def conjunction(self, node: And) -> Ints | None:
        """What a conjunction of the query matched."""
        return self._conjunctions[node]

    def match(self, node: Node) -> Ints | None:
        """The documents that `node` matches."""
        self.budget.check()
        match node:
            case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                found = self._leaves.get(node)
                if found is None:
                    found = self._leaves[node] = match_leaf(node, self.view, self.budget)
                return found.docs
            case And():
                matched = self._conjunctions[node] = self._all_of(node.children)
                return matched
            case Or():
                return self._any_of(node.children)
            case Synonyms():
                return self._any_of((node.typed, *node.others))
            case Not():
                return self._without(None, self.match(node.child))
            case DateRange():
                return self.view.within(None, self.view.spans(node.first, node.last))
            case Value():
                return carriers(self.view, node.field, node.value)
            case Everything():
                return None
        assert_never(node)

    def _any_of(self, children: Sequence[Node]) -> Ints | None:
        sets = [self.match(child) for child in children]
        some = [docs for docs in sets if docs is not None]
        return self.view.any_of(some) if len(some) == len(sets) else None

    def _all_of(self, children: Sequence[Node]) -> Ints | None:
        """Documents that all children match; exclusions and dates cut down what the rest finds."""
        cuts = (Not, DateRange)
        sets = [self.match(child) for child in children if not isinstance(child, cuts)]
        some = [docs for docs in sets if docs is not None]
        docs = intersection(some, self._scratch) if some else None
        for child in children:
            if isinstance(child, DateRange):
                docs = self.view.within(docs, self.view.spans(child.first, child.last))
            elif isinstance(child, Not):
                docs = self._without(docs, self.match(child.child))
        return docs

    def _without(self, docs: Ints | None, without: Ints | None) -> Ints:
        if without is None:
            return NO_DOCS
        docs = self.view.everything if docs is None else docs
        return difference(docs, without, self._scratch)


def carriers(view: CollectionView, field: str, value: str) -> Ints:
    """Documents that carry `value`, or none where it is MISSING.

    A value of `date` is a year, a month or a day. Nobody carries a field that the collection
    lacks or that has words alone, and nobody lacks it either.
    """
    if field == "date":
        if value == MISSING:
            return view.within(None, view.spans(dt.date.max, dt.date.min, undated=True))
        days = _days_of(value)
        return NO_DOCS if days is None else view.within(None, view.spans(*days))
    if field not in value_fields(view.collection):
        return NO_DOCS
    return view.without_value(field) if value == MISSING else view.carriers(field, value)


def pass_filter(view: CollectionView, docs: Ints | None, condition: FieldFilter) -> Ints | None:
    """Those of `docs` that a filter lets through."""
    carrying = partial(carriers, view, condition.field)
    if condition.any_of:
        docs = _both(view, docs, view.any_of(map(carrying, condition.any_of)))
    for value in condition.all_of:
        docs = _both(view, docs, carrying(value))
    if condition.none_of:
        without = view.any_of(map(carrying, condition.none_of))
        docs = difference(view.everything if docs is None else docs, without, view.scratch)
    return docs


def pass_dates(view: CollectionView, docs: Ints | None, dates: DateFilter) -> Ints | None:
    """Those of `docs` that a date filter lets through."""
    if not dates.active:
        return docs
    if dates.first is None and dates.last is None:
        spans = view.spans(dt.date.max, dt.date.min, undated=True)
    else:
        spans = view.spans(dates.first, dates.last, undated=dates.undated)
    return view.within(docs, spans)


def _both(view: CollectionView, docs: Ints | None, other: Ints) -> Ints:
    return other if docs is None else intersect(docs, other, view.scratch)


def _days_of(value: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a bucket of any width; None where it is written otherwise."""
    try:
        first = dt.date.fromisoformat(f"{value}-01-01"[: max(len(value), MONTH_LENGTH + 3)])
    except ValueError:
        return None
    if value not in (first.isoformat()[:YEAR_LENGTH], first.isoformat()[:MONTH_LENGTH]):
        return (first, first) if value == first.isoformat() else None
    if len(value) == YEAR_LENGTH:
        return first, first.replace(month=12, day=31)
    month = np.datetime64(value, "M")
    last = (month + 1).astype("datetime64[D]") - 1
    return first, last.item()
