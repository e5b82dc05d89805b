"""Scores become probabilities."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from searchsvc.extract.confidence import confidence
from searchsvc.extract.finding.drafts import Rule
from tests.extraction.articles import an_article

SCORES = [number / 100 for number in range(101)]


@pytest.mark.parametrize("rule", Rule)
def test_a_higher_score_is_never_worth_less(rule):
    worth = [confidence(rule.label, score) for score in SCORES]
    assert worth == sorted(worth)
    assert all(0 < probability < 1 for probability in worth)


def test_statements_carry_the_probability_unless_the_bare_score_is_asked_for():
    article = an_article('"The border will stay open," Ivo Berg said. He hoped for more trains.')
    scored = extract(article, calibrated=False).statements
    assert scored
    for one, bare in zip(extract(article).statements, scored, strict=True):
        assert one.confidence == confidence(bare.rule, bare.confidence)
