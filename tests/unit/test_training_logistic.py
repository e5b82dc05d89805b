"""Logistic regression by NumPy, against what is known of its solutions."""

from __future__ import annotations

from math import exp

import pytest

from tests.training.logistic import fit


def chance(weights, *keys):
    score = weights["bias"] + sum(weights.get(key, 0.0) for key in keys)
    return 1 / (1 + exp(-score))


def test_without_features_the_bias_gives_the_share_of_the_true():
    weights = fit(
        [[]] * 8, [True, True, False, False, False, False, False, False], penalty=0, least=1
    )
    assert chance(weights) == pytest.approx(0.25, abs=0.01)


def test_a_feature_gives_the_share_of_the_true_where_it_stands():
    rows = [["a"]] * 10 + [[]] * 10
    labels = [True] * 8 + [False] * 2 + [True] * 3 + [False] * 7
    weights = fit(rows, labels, penalty=0, least=1)
    assert chance(weights, "a") == pytest.approx(0.8, abs=0.02)
    assert chance(weights) == pytest.approx(0.3, abs=0.02)


def test_a_penalty_draws_weights_to_zero():
    rows = [["a"]] * 10 + [[]] * 10
    labels = [True] * 8 + [False] * 2 + [True] * 3 + [False] * 7
    free, drawn = (fit(rows, labels, penalty=penalty, least=1) for penalty in (0, 20))
    assert 0 < drawn["a"] < free["a"]


def test_rare_features_get_no_weight():
    weights = fit([["a"], ["a", "b"], []], [True, True, False], penalty=0.1, least=2)
    assert "a" in weights
    assert "b" not in weights
