"""What the proofs go by: different questions, and whether an answer was of an older generation."""

from __future__ import annotations

from random import Random

from tests.cluster.asking import Asked, addresses, older_than_before, percentile


def asked(began: float, ended: float, number: int) -> Asked:
    return Asked(began, ended, 0, f"gen-{number:06}" if number else "", "")


def test_an_answer_is_old_only_after_a_newer_one_had_ended():
    first, newer = asked(0, 1, 1), asked(0.5, 2, 2)
    beside, old, failed = asked(1.9, 4, 1), asked(2.1, 3, 1), asked(5, 6, 0)
    assert older_than_before([beside, old, newer, failed, first]) == [old]
    assert older_than_before([first, newer, beside, failed]) == []


def test_questions_differ_and_are_the_same_for_the_same_seed():
    found = addresses(Random(1), 200)
    assert len(set(found)) == 200
    assert addresses(Random(1), 200) == found


def test_percentiles_are_in_milliseconds():
    seconds = [each / 1000 for each in range(100)]
    assert [percentile(seconds, share) for share in (0, 0.5, 0.99, 1)] == ["0", "50", "99", "99"]
