"""Facets over the same documents are counted at once; whichever are, each counts what is there."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from searchsvc.columnar.searching import counting
from searchsvc.engine.contract import FacetRequest, FieldFilter
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, tables
from searchsvc.model import StatementKind
from searchsvc.query.tree import Term
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, request

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.engine.contract import FacetCounts, SearchRequest
    from searchsvc.model import ArticleDocument

FIELDS = ("kind", "speaker", "source", "country")
WORD = Term("border", "border", None, exact=False, span=NOWHERE)
KINDS = list(StatementKind)
MANY = (0, 0, 1, 1, 2, 3, 7, 20)


def articles(seed: int, count: int) -> list[ArticleDocument]:
    """Articles with any number of speakers, up to far more than there are places for."""
    random = Random(seed)
    return [
        article_document(
            id=f"a{number:03}",
            source=random.choice("xyz"),
            title="",
            body="border" if random.random() < 0.8 else "harbour",
            speakers=tuple(random.sample([f"S{at:02}" for at in range(30)], random.choice(MANY))),
            countries=tuple(random.sample(("PE", "BO", "CL", "EC"), random.randrange(4))),
            kinds=tuple(random.sample(KINDS, random.randrange(2))),
        )
        for number in range(count)
    ]


def carried(article: ArticleDocument, field: str) -> tuple[str, ...]:
    return {
        "kind": tuple(map(str, article.kinds)),
        "speaker": article.speakers,
        "source": (article.source,),
        "country": article.countries,
    }[field]


def check(found: FacetCounts, articles: list[ArticleDocument], size: int) -> None:
    counts = Counter(value for each in articles for value in carried(each, found.field))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = [tuple(bucket) for bucket in found.buckets if bucket.count]
    assert listed[:size] == ordered[:size]
    assert found.distinct == len(counts)
    assert found.missing == sum(not carried(each, found.field) for each in articles)


def asked(*filters: FieldFilter, fields: tuple[str, ...] = FIELDS) -> SearchRequest:
    facets = tuple(FacetRequest(field, 5) for field in fields)
    return request(query=WORD, facets=facets, filters=filters)


@pytest.mark.parametrize("few", [-1, 1_000])
@pytest.mark.parametrize("joint", [0, 8, 60_000])
def test_facets_count_the_same_in_any_company(tmp_path: Path, joint: int, few: int):
    made = articles(joint + few, 90)
    writer = WhooshIndexWriter(tmp_path / "index", 1)
    for start in (0, 30, 60):
        build = writer.start_build(fresh=start == 0)
        for article in made[start : start + 30]:
            build.add(article, ())
        build.publish(rejects=0)
    build = writer.start_build(fresh=False)
    build.remove([each.id for each in made[::9]])
    build.publish(rejects=0)
    living = [each for at, each in enumerate(made) if at % 9]
    matching = [each for each in living if each.body == "border"]
    own = FieldFilter("source", any_of=("x",))
    speakers = FieldFilter("speaker", any_of=("S01", "S02"))
    with patch.object(tables, "JOINT_VALUES", joint), patch.object(counting, "FEW_DOCS", few):
        engine = WhooshEngine(tmp_path / "index", SearchSettings())
        alone = [engine.search(asked(fields=(field,))).facets[0] for field in FIELDS]
        together = engine.search(asked()).facets
        chosen = engine.search(asked(own)).facets
        both = engine.search(asked(own, speakers)).facets
        engine.close()

    assert list(together) == alone
    from_x = [each for each in matching if each.source == "x"]
    by_two = [each for each in matching if {"S01", "S02"} & set(each.speakers)]
    for at, field in enumerate(FIELDS):
        check(together[at], matching, 5)
        check(chosen[at], matching if field == "source" else from_x, 5)
    assert both[1].distinct == chosen[1].distinct
    check(both[2], by_two, 5)
    check(both[3], [each for each in from_x if each in by_two], 5)
