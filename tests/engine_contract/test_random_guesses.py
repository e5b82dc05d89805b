"""Random beginnings and misspellings, guessed at as the reference guesses."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.contract import FieldFilter
from searchsvc.engine.suggestions import TERMS, SuggestRequest
from searchsvc.fields import facet_fields
from searchsvc.guessing import NAMED_FIELDS, likelihood
from searchsvc.model import Collection
from searchsvc.query.tree import And, Term
from searchsvc.text.analysis import stem_of
from tests.builders import NOWHERE
from tests.engine_contract.archive import (
    COUNTRIES,
    NAMES,
    SOURCES,
    WORDS,
    made_up_archive,
    publish_in_steps,
    random_request,
)
from tests.engine_contract.conftest import REAL_ENGINES
from tests.reference_engine import ReferenceEngine, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.engine.contract import SearchRequest
    from searchsvc.engine.suggestions import Suggestion
    from tests.engine_contract.conftest import Engine

SEED = 20180612
ARTICLES = 150
ROUNDS = 60


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


def suggested(
    engine: Engine, text: str, field: str, search: SearchRequest, size: int
) -> tuple[Suggestion, ...]:
    """What one field suggests."""
    asked = SuggestRequest(text, (field,), search, size)
    return engine.reader.suggest(asked).fields[0][1]


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_values_and_their_counts_are_those_of_the_reference(
    stocked: Engine, oracle: ReferenceEngine, collection: Collection
):
    random = Random(f"{SEED} values {collection}")
    for _ in range(ROUNDS):
        fields = tuple(random.sample(NAMED_FIELDS, 2))
        search = random_request(random, collection)
        asked = SuggestRequest(_typed(random), fields, search, random.choice((1, 3, 50)))
        assert stocked.reader.suggest(asked).fields == oracle.suggest(asked).fields, asked


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_the_count_of_a_value_is_what_choosing_it_finds(stocked: Engine, collection: Collection):
    random = Random(f"{SEED} choosing {collection}")
    fields = [each for each in NAMED_FIELDS if each in facet_fields(collection)]
    checked = 0
    for _ in range(ROUNDS):
        field = random.choice(fields)
        search = random_request(random, collection)
        for each in suggested(stocked, _typed(random), field, search, size=2):
            own = [one for one in search.filters if one.field == field] or [FieldFilter(field)]
            others = tuple(one for one in search.filters if one.field != field)
            chosen = dataclasses.replace(own[0], any_of=(each.value,))
            found = stocked.search(dataclasses.replace(search, filters=(*others, chosen)))
            assert found.total == each.count
            checked += 1
    assert checked > ROUNDS / 4


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_words_are_those_of_the_reference_and_counted_as_they_are_found(
    stocked: Engine, oracle: ReferenceEngine, collection: Collection
):
    random = Random(f"{SEED} words {collection}")
    for _ in range(ROUNDS):
        start = random.choice(WORDS)[: random.randint(1, 4)]
        search = random_request(random, collection)
        size = random.choice((1, 3, 50))
        found = suggested(stocked, start, TERMS, search, size)
        ((_, wanted),) = oracle.suggest(SuggestRequest(start, (TERMS,), search, size)).fields
        assert [each.count for each in found] == [each.count for each in wanted], (start, search)
        stems = [stem_of(each.value) for each in found]
        assert len(set(stems)) == len(stems)
        if collection is Collection.ARTICLES and size == 50:
            assert set(stems) == {stem_of(each.value) for each in wanted}
        for each, stem in zip(found[:2], stems, strict=False):
            term = Term(stem, each.value, None, exact=False, span=NOWHERE)
            both = And((search.query, term), NOWHERE)
            assert each.value.startswith(start.casefold()[:1])
            assert oracle.search(dataclasses.replace(search, query=both)).total == each.count


@pytest.mark.parametrize("shared_engine", REAL_ENGINES, indirect=True)  # the oracle is right
@pytest.mark.parametrize("collection", Collection)
def test_spellings_are_those_of_the_reference(
    stocked: Engine, oracle: ReferenceEngine, collection: Collection
):
    random = Random(f"{SEED} spellings {collection}")
    guessed = 0
    for _ in range(ROUNDS):
        word = _misspelt(random)
        field = random.choice((None, None, "title", "body", "speaker", "country", "source"))
        found = stocked.reader.spellings(collection, word, field=field, size=4)
        wanted = oracle.spellings(collection, word, field=field, size=4)
        assert found == wanted, (word, field)
        assert word.casefold() not in [each.text for each in found]
        scores = [likelihood(each.count, each.cost) for each in found]
        assert scores == sorted(scores, reverse=True)
        guessed += len(found)
    assert guessed > ROUNDS / 6


def _typed(random: Random) -> str:
    """Some beginnings of words of a name, of one value or several."""
    words = random.choice((*NAMES, *SOURCES, *COUNTRIES, "South Korea", "bol", "American")).split()
    some = random.sample(words, random.randint(1, len(words)))
    return random.choice((" ", "-", "")).join(
        word[: random.randint(1, len(word))].upper() if random.random() < 0.3 else word[:3]
        for word in some
    )


def _misspelt(random: Random) -> str:
    word = random.choice([*WORDS, *" ".join((*NAMES, *SOURCES)).split()])
    for _ in range(random.choice((0, 1, 1, 2))):
        at = random.randrange(len(word))
        word = random.choice(
            (word[:at] + word[at + 1 :], word[:at] + "e" + word[at:], word[:at] + " " + word[at:])
        )
        if not word:
            return "x"
    return word
