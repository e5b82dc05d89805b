"""What is done to make costly queries cheap, and to give them up, changes no answer."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.engine.whoosh import WhooshIndexWriter, leaves
from searchsvc.engine.whoosh.budget import BOUNDLESS, Budget
from searchsvc.engine.whoosh.snapshot import open_snapshot
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection
from searchsvc.query.tree import And, Or, Prefix, Wildcard
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE
from tests.engine_contract.archive import (
    made_up_archive,
    publish_in_steps,
    random_node,
    random_request,
)
from tests.engine_contract.comparing import assert_same
from tests.engine_contract.conftest import Engine
from tests.reference_engine import ReferenceEngine, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.whoosh.snapshot import Snapshot
    from searchsvc.query.tree import Node

SEED = 20261123
ARTICLES = 110
DEFAULTS = SearchSettings()
PATTERNS: tuple[Node, ...] = (
    *(Wildcard(f"*{letters}*", None, NOWHERE) for letters in ("a", "e", "r?", "o", "*")),
    *(Prefix(letter, None, NOWHERE) for letter in "bst"),
)


class Refusing(Budget):
    """Is spent at the n-th look, from 0 on."""

    def __init__(self, left: int) -> None:
        super().__init__(0)
        self.left = left

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise QueryTooCostly(1.0)


@pytest.fixture(scope="module")
def oracle() -> Iterator[ReferenceEngine]:
    engine = filled(*made_up_archive(Random(SEED), ARTICLES))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def snapshot(oracle: ReferenceEngine, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The same articles in several segments, with deleted documents."""
    path = tmp_path_factory.mktemp("engine") / "index"
    publish_in_steps(Engine(oracle, WhooshIndexWriter(path, 3)), SEED, ARTICLES)
    return open_snapshot(max(path.glob("gen-*")))


def costly(random: Random) -> SearchRequest:
    """A request for words, patterns among them, some of which are there several times."""
    asked = random_request(random, random.choice(tuple(Collection)))
    nodes = [random_node(random, 2) for _ in range(3)]
    nodes += random.choices(PATTERNS, k=3)
    return replace(
        asked,
        query=random.choice((Or, Or, And))(tuple(random.choices(nodes, k=7)), NOWHERE),
        offset=0,
        limit=200,
    )


@pytest.mark.parametrize("at_once", [1, 40])
def test_patterns_united_in_parts_and_leaves_found_once_give_the_same(
    snapshot: Snapshot, oracle: ReferenceEngine, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(leaves, "AT_ONCE", at_once)
    random = Random(f"{SEED} {at_once}")
    for _ in range(60):
        asked = costly(random)
        assert_same(snapshot.search(asked, DEFAULTS, BOUNDLESS), oracle.search(asked), asked)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), left=st.integers(0, 40))
def test_a_query_that_is_given_up_leaves_nothing_behind(
    snapshot: Snapshot,
    oracle: ReferenceEngine,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    left: int,
):
    monkeypatch.setattr(leaves, "AT_ONCE", 10)
    random = Random(seed)
    refused = costly(random)
    try:
        result = snapshot.search(refused, DEFAULTS, Refusing(left))
    except QueryTooCostly:
        pass
    else:
        assert_same(result, oracle.search(refused), refused)
    asked = costly(random)
    assert_same(snapshot.search(asked, DEFAULTS, BOUNDLESS), oracle.search(asked), asked)
