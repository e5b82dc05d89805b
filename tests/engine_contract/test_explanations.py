"""Why hits have their scores: trees whose numbers add up, the same in every engine."""

from __future__ import annotations

import dataclasses
import math
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.engine.explanations import Explanation, Rule
from searchsvc.model import Collection, Span
from searchsvc.query import Match, parse
from tests.builders import article_document, request
from tests.engine_contract.archive import made_up_archive, publish_in_steps, random_request
from tests.engine_contract.comparing import TOLERANCE
from tests.engine_contract.conftest import REAL_ENGINES
from tests.reference_engine import ReferenceEngine, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import Hit
    from tests.engine_contract.conftest import Engine

SEED = 20190808
ARTICLES = 150
HITS = 1_000


@pytest.fixture(scope="module")
def oracle() -> Iterator[ReferenceEngine]:
    engine = filled(*made_up_archive(Random(SEED), ARTICLES))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def stocked(shared_engine: Engine) -> Engine:
    """The articles of the oracle, published in steps."""
    publish_in_steps(shared_engine, SEED, ARTICLES)
    return shared_engine


def random_questions(collection: Collection) -> Iterator[SearchRequest]:
    """Questions by relevance that ask for reasons."""
    random = Random(f"{SEED} {collection}")
    while True:
        asked = random_request(random, collection)
        yield dataclasses.replace(
            asked,
            sort=random.choice((Sort.RELEVANCE, Sort.RELEVANCE, Sort.FRESH)),
            explain=True,
            facets=(),
            offset=0,
            limit=10,
        )


def made_of(explanation: Explanation) -> float:
    """What the rule makes of the parts."""
    values = [part.value for part in explanation.parts]
    match explanation.rule:
        case Rule.SUM:
            return math.fsum(values)
        case Rule.PRODUCT:
            return math.prod(values)
        case Rule.BEST:
            return max(values)
        case Rule.GIVEN:
            assert not values
            return explanation.value


def assert_adds_up(hit: Hit) -> None:
    """Every number is what its parts make, and rounding no more than the contract allows."""
    assert hit.explanation is not None
    assert hit.explanation.value == hit.score
    waiting = [hit.explanation]
    while waiting:
        each = waiting.pop()
        assert each.label
        assert made_of(each) == pytest.approx(each.value, rel=1e-9, abs=1e-9), hit.explanation
        waiting += each.parts
    rounding = [part.value for part in hit.explanation.parts if part.label == "rounding"]
    assert sum(map(abs, rounding)) <= TOLERANCE * hit.score


@pytest.mark.parametrize("collection", Collection)
def test_the_reasons_of_a_thousand_hits_add_up_to_their_scores(
    stocked: Engine, collection: Collection
):
    seen = 0
    for asked in random_questions(collection):
        for hit in stocked.search(asked).hits:
            assert_adds_up(hit)
            seen += hit.score > 0
        if seen >= HITS:
            break


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_the_reasons_are_those_of_the_reference(
    stocked: Engine, oracle: ReferenceEngine, collection: Collection
):
    compared = 0
    for asked in random_questions(collection):
        expected = {hit.document.id: hit.explanation for hit in oracle.search(asked).hits}
        for hit in stocked.search(asked).hits:
            own = expected.get(hit.document.id)  # none where rounding put another in its place
            if own is not None and hit.explanation is not None:
                assert_same_reasons(_exact(hit.explanation), _exact(own))
                compared += 1
        if compared >= HITS / 5:
            break


def _exact(explanation: Explanation) -> Explanation:
    """Without what rounding did."""
    parts = tuple(part for part in explanation.parts if part.label != "rounding")
    return dataclasses.replace(
        explanation, value=math.fsum(part.value for part in parts), parts=parts
    )


def assert_same_reasons(found: Explanation, expected: Explanation) -> None:
    assert (found.label, found.rule, found.span) == (
        expected.label,
        expected.rule,
        expected.span,
    )
    # The second stage works on scores in four bytes, and so does what adds them up.
    rough = not found.parts or found.label.startswith(("score", "relevance"))
    assert found.value == pytest.approx(
        expected.value, rel=TOLERANCE if rough else 1e-9, abs=TOLERANCE if rough else 1e-9
    )
    for own, other in zip(found.parts, expected.parts, strict=True):
        assert_same_reasons(own, other)


def test_a_word_is_explained_by_where_it_stands_and_how_rare_it_is(engine: Engine):
    engine.publish(
        (article_document(id="a1", title="Harbour opens", body="The harbour is open."), ()),
        (article_document(id="a2", title="Talks", body="The talks go on."), ()),
    )
    tree = parse("the harbour", Collection.ARTICLES, match=Match.ANY).tree
    (first, _) = engine.search(request(query=tree, explain=True)).hits
    assert first.explanation is not None
    the, harbour = first.explanation.parts[:2]
    assert [the.label, harbour.label] == ["the", "harbour"]
    assert [the.span, harbour.span] == [Span(0, 3), Span(4, 11)]
    rarity, occurrences, saturation = harbour.parts
    assert rarity.label == "rarity: 1 of 2 documents match"
    assert rarity.value == pytest.approx(math.log(2))
    assert [part.label for part in occurrences.parts] == ["title", "body"]
    assert [part.value for part in occurrences.parts[0].parts[:2]] == [1, 2.5]
    assert occurrences.parts[1].parts[2].label == "length: 4 words, mean 4"
    assert saturation.value == pytest.approx(1 / (1.2 + occurrences.value))
    assert the.parts[-1] == Explanation("so common a word counts less", 0.25)


def test_nothing_is_explained_that_was_not_asked_for_or_has_no_score(engine: Engine):
    engine.publish((article_document(), ()))
    tree = parse("border", Collection.ARTICLES).tree
    (hit,) = engine.search(request(query=tree)).hits
    assert hit.explanation is None
    (hit,) = engine.search(request(query=tree, sort=Sort.NEWEST, explain=True)).hits
    assert hit.explanation is None
    (hit,) = engine.search(request(explain=True)).hits
    assert hit.explanation == Explanation("score", 0.0, Rule.SUM)
