"""How many documents hold a word, by counting them one by one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.fields import BY_NAME
from searchsvc.model import Collection
from searchsvc.query.tree import Term
from searchsvc.text import analyse
from tests.builders import NOWHERE, article_document
from tests.engine_contract.archive import WORDS, made_up_archive, publish_in_steps
from tests.reference_matching import matches

if TYPE_CHECKING:
    from tests.engine_contract.conftest import Engine

SEED = 20200220
ARTICLES = 150
FIELDS = (None, *BY_NAME)


def random_term(random: Random) -> Term:
    token = analyse(random.choice((*WORDS, "nowhere")))[0]
    stem, folded = token.cased or token.stem, token.cased or token.folded
    return Term(stem, folded, random.choice(FIELDS), random.random() < 0.3, NOWHERE)


@pytest.mark.parametrize("steps", [False, True], ids=["at once", "in steps"])
@pytest.mark.parametrize("collection", Collection)
def test_every_document_that_matches_is_counted_and_no_other(
    engine: Engine, collection: Collection, *, steps: bool
):
    pairs = made_up_archive(Random(SEED), ARTICLES)
    if steps:
        publish_in_steps(engine, SEED, ARTICLES)
    else:
        engine.publish(*pairs)
    articles = collection is Collection.ARTICLES
    documents = [
        each for pair in pairs for each in ([pair[0]] if articles else pair[1])
    ]  # fmt: skip
    random = Random(f"{SEED} {collection}")
    terms = [random_term(random) for _ in range(400)]
    expected = tuple(sum(matches(term, each) for each in documents) for term in terms)
    assert engine.reader.frequencies(collection, terms) == expected
    assert len(set(expected)) > 10


def test_nothing_is_asked_and_nothing_answered(engine: Engine):
    engine.publish((article_document(), ()))
    assert engine.reader.frequencies(Collection.ARTICLES, []) == ()
