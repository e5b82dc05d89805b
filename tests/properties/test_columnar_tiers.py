"""Few segments, little rewriting, whatever is added and deleted."""

from __future__ import annotations

from math import log

from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.columnar.merging.tiers import MOST_DELETED, RATIO, choose

SIZES = st.lists(st.integers(0, 5000) | st.integers(1, 3), max_size=60)


def most_segments(documents):
    return 1 + log(max(documents, 1), 1 + RATIO)


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000)), max_size=30))
@example([])
@example([(0, 0)])
@example([(0, 7)])
@example([(75, 25)])
@example([(74, 26)])
@example([(4, 0), (1, 0)])
@example([(3, 0), (1, 0)])
def test_what_is_left_is_far_apart_and_little_deleted(pairs):
    live = [left for left, _ in pairs]
    deleted = [gone for _, gone in pairs]

    chosen = choose(live, deleted)

    assert list(chosen) == sorted(set(chosen))
    merged = sum(live[index] for index in chosen)
    kept = [index for index in range(len(pairs)) if index not in chosen]
    assert all(deleted[index] <= MOST_DELETED * sum(pairs[index]) for index in kept)
    sizes = sorted([live[index] for index in kept] + [merged] * (merged > 0))
    assert all(size > RATIO * sum(sizes[:place]) for place, size in enumerate(sizes))
    assert len(sizes) <= most_segments(sum(live))
    left = [live[index] for index in kept] + [merged] * (merged > 0)
    gone = [deleted[index] for index in kept] + [0] * (merged > 0)
    assert choose(left, gone) == ()


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=200))
@example([1] * 3000)
@example([2**power for power in range(20)])
@example([2**power for power in reversed(range(20))])
def test_no_document_is_rewritten_more_often_than_the_logarithm(sizes):
    """Documents that come together stay together, so one number a batch will do."""
    segments: list[tuple[int, list[int]]] = []  # size, how often each batch in it was rewritten
    total = sum(sizes)
    for size in sizes:
        segments.append((size, [0]))
        chosen = choose([live for live, _ in segments], [0] * len(segments))
        if chosen:
            merged = [segments[index] for index in chosen]
            rewritten = [times + 1 for _, batches in merged for times in batches]
            segments = [each for index, each in enumerate(segments) if index not in chosen]
            segments.append((sum(live for live, _ in merged), rewritten))
        assert len(segments) <= most_segments(total)

    assert sum(size for size, _ in segments) == total
    often = max(times for _, batches in segments for times in batches)
    assert often <= log(total, 1 + 1 / RATIO) + 1


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 2**32 - 1)), min_size=1, max_size=80)
)
def test_deletions_are_what_further_rewriting_is_paid_with(steps):
    """A deletion of one in four documents is followed by a rewriting of the other three."""
    segments: list[tuple[int, int]] = []
    added = removed = rewritten = 0
    for size, seed in steps:
        segments.append((size, 0))
        added += size
        victim = seed % len(segments)
        live, gone = segments[victim]
        dying = seed // 97 % (live + 1)
        segments[victim] = (live - dying, gone + dying)
        removed += dying
        chosen = choose([left for left, _ in segments], [gone for _, gone in segments])
        merged = sum(segments[index][0] for index in chosen)
        rewritten += merged
        segments = [each for index, each in enumerate(segments) if index not in chosen]
        segments += [(merged, 0)] * (merged > 0)
        assert len(segments) <= most_segments(added)

    times = log(added, 1 + 1 / RATIO) + 1
    assert rewritten <= (added + removed / MOST_DELETED) * times
    assert sum(live for live, _ in segments) == added - removed
