"""What is found by score where many score the same, and where words occur any number of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.query.tree import And, Or, Term
from tests.builders import NOWHERE, article_document, date, request
from tests.engine_contract.comparing import assert_same
from tests.reference_engine import filled

if TYPE_CHECKING:
    from searchsvc.query.tree import Node
    from tests.engine_contract.conftest import Engine

WANTED = 4


def term(word: str) -> Term:
    return Term(word, word, None, exact=False, span=NOWHERE)


@pytest.mark.parametrize("level", [1, WANTED, 2 * WANTED, 2 * WANTED + 1, 7 * WANTED])
def test_of_those_that_score_the_same_the_lowest_ids_are_on_the_page(engine: Engine, level: int):
    ids = [f"a{number * 7 % 29:02}" for number in range(level)]
    above = article_document(id="z", body="border border border")
    level_ones = [
        article_document(id=each, body="border trade winter", date=date(f"2017-05-{day:02}"))
        for day, each in enumerate(ids, start=1)
    ]
    engine.publish(*((article, ()) for article in (*level_ones, above)))

    for offset in range(0, level + 1, WANTED):
        found = engine.search(request(query=term("border"), offset=offset, limit=WANTED))
        assert list(found.ids) == ["z", *sorted(ids)][offset : offset + WANTED]


@pytest.mark.parametrize("kind", [And, Or])
@pytest.mark.parametrize("most", [3, 14, 15, 255, 256, 700])
def test_words_count_however_often_they_occur(engine: Engine, kind: type[And | Or], most: int):
    """In half a byte, in a byte, or in more: of documents that are many and few to each word."""
    articles = [
        article_document(
            id=f"a{number:03}",
            title="",
            body=" ".join(
                ["border"] * (most if number == 5 else number % 3)
                + ["trade"] * (number % 4 == 1)
                + ["winter"] * (1 + number % 7)
            ),
        )
        for number in range(90)
    ]
    oracle = filled(*((article, ()) for article in articles))
    engine.publish(*((article, ()) for article in articles))

    words = ("border", "trade", "winter")
    queries: list[Node] = [kind(tuple(map(term, some)), NOWHERE) for some in (words, words[:2])]
    for query in queries:
        asked = request(query=query, limit=50)
        assert_same(engine.search(asked), oracle.search(asked), asked)
    oracle.close()
