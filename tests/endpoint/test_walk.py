"""Walks by cursor come to their end in the index in which they began, whatever is published."""

from __future__ import annotations

from tests.endpoint.walk import make, walked


def test_walks_over_two_workers_find_everything_once_during_three_publications(tmp_path):
    make(tmp_path, 90)
    outcome = walked(tmp_path, statements=90, publications=3, size=5)
    assert not outcome.wrong
    assert dict(outcome.facts)["generation of all pages"] == "gen-000001"
