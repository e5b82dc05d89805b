"""Random questions that a user of an archive could ask, made from what the archive holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from searchsvc.engine.contract import (
    DateFilter,
    FacetRequest,
    FieldFilter,
    Interval,
    SearchRequest,
    Sort,
)
from searchsvc.fields import MISSING, facet_fields
from searchsvc.query import parse
from searchsvc.text import analyse

if TYPE_CHECKING:
    import random

    from tests.archive.oracle import Oracle


def random_request(oracle: Oracle, rng: random.Random) -> SearchRequest:
    """A query, filters, dates, facets, order and page, each left out now and then."""
    text = " ".join(_clause(oracle, rng) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))))
    fields = [f for f in facet_fields(oracle.collection) if f != "article"]
    filtered = rng.sample([f for f in fields if f != "date"], rng.choice((0, 0, 1, 1, 2)))
    return SearchRequest(
        collection=oracle.collection,
        query=parse(text, oracle.collection).tree,
        filters=tuple(_filter(oracle, rng, field) for field in filtered),
        dates=_dates(oracle, rng),
        facets=tuple(
            FacetRequest(field, rng.choice((1, 5, 10, 1000)), _interval(rng, field))
            for field in rng.sample(fields, rng.randint(1, len(fields)))
        ),
        sort=rng.choice(tuple(Sort)),
        offset=rng.choice((0, 0, 0, 7, 500)),
        limit=rng.choice((0, 1, 10, 50)),
    )


def link_of(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """What the link of a bucket asks for: its value as the only choice of its facet."""
    own = next((each for each in request.filters if each.field == field), FieldFilter(field))
    others = tuple(each for each in request.filters if each.field != field)
    return replace(request, filters=(*others, replace(own, any_of=(value,))), facets=(), limit=0)


def _clause(oracle: Oracle, rng: random.Random) -> str:
    word, other = rng.choice(oracle.words), rng.choice(oracle.words)
    one, two, three = _neighbours(oracle, rng)
    return rng.choice(
        (
            word,
            one,
            one.upper(),
            f"{one} {three}",
            f"{word} OR {one}",
            f"({one} OR {other}) {two}",
            f"{one} -{other}",
            f"NOT {one}",
            f'"{one} {two}"',
            f'"{one} {two} {three}"',
            f'"{one} {three}"~{rng.randint(1, 4)}',
            f'"{two} {one}"~3',
            f"exact:{one}",
            f'exact:"{one} {two}"',
            f"{word[:4]}*",
            f"{word[:2]}?{word[3:]}",
            f"{word[:3]}*{word[-1:]}",
            f"{word}~",
            f"{word}~2",
            f"title:{one}",
            f"body:({one} OR {word})",
            f"speaker:{one}",
            f"country:{rng.choice(oracle.values('country')[:40])}",
            "country:none",
            f"kind:{rng.choice(('direct', 'indirect', 'mixed'))}",
            "date:1987-03..1987-05-15",
            "date:>=1987-10",
        )
    )


def _neighbours(oracle: Oracle, rng: random.Random) -> tuple[str, str, str]:
    while True:
        words = [token.folded for token in analyse(rng.choice(oracle.documents).body)]
        if len(words) >= 3:
            start = rng.randrange(len(words) - 2)
            return words[start], words[start + 1], words[start + 2]


def _filter(oracle: Oracle, rng: random.Random, field: str) -> FieldFilter:
    values = [*oracle.values(field)[:30], MISSING, "nobody has this"]

    def some(most: int) -> tuple[str, ...]:
        return tuple(rng.sample(values, min(len(values), rng.choice((0, 1, most)))))

    return FieldFilter(field, any_of=some(3), all_of=some(2)[:1], none_of=some(2))


def _dates(oracle: Oracle, rng: random.Random) -> DateFilter:
    if rng.random() < 0.5:
        return DateFilter()
    known = sorted({day for day in oracle.days if day is not None})
    first, last = rng.choice(known), rng.choice(known)
    if rng.random() < 0.9:
        first, last = min(first, last), max(first, last) + dt.timedelta(days=rng.randint(0, 40))
    return DateFilter(
        first if rng.random() < 0.8 else None,
        last if rng.random() < 0.8 else None,
        undated=rng.random() < 0.2,
    )


def _interval(rng: random.Random, field: str) -> Interval | None:
    return rng.choice((None, *Interval)) if field == "date" else None
