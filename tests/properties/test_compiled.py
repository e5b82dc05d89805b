"""What is compiled gives what NumPy gives, to the last bit, and leaves its room as clean."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest

from searchsvc.columnar import compiled
from searchsvc.columnar.columns import column_of
from searchsvc.columnar.encoding import (
    GUARD_BYTES,
    LARGE_COUNT,
    counts_at,
    gap_widths,
    gaps_of,
    pack_counts,
    pack_places,
    unaligned,
    unpack_places,
)
from searchsvc.columnar.postings import Postings
from searchsvc.columnar.searching import docsets
from searchsvc.columnar.searching.counting import Counts, count, pairs_of, to_count
from searchsvc.columnar.searching.docsets import Scratch
from searchsvc.columnar.searching.ranking import HELD, largest
from searchsvc.columnar.strings import strings_of
from searchsvc.engine.contract import Bucket
from searchsvc.engine.whoosh.phrases import _adjacent
from searchsvc.engine.whoosh.scoring import _weighed

SIZE = 20_000
"""Documents: enough that every way of every loop is gone."""

if compiled.loops is None:
    pytest.skip(
        "no compiler was found when this was installed; install one, and `make install`",
        allow_module_level=True,
    )
LOOPS = compiled.loops


def drawn(random: Random, size: int = SIZE) -> np.ndarray:
    """Some documents, ascending: none, one, few, many or nearly all."""
    wanted = random.choice((0, 1, 7, 300, 4_000, size - 1))
    return np.array(sorted(random.sample(range(size), wanted)), np.intp)


def assert_equal(one, other):
    """The same numbers of the same kind."""
    if isinstance(one, tuple):
        assert len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            assert_equal(mine, theirs)
        return
    assert one.dtype == other.dtype
    assert one.tobytes() == other.tobytes()


def both(monkeypatch: pytest.MonkeyPatch, ask):
    """What is answered by compiled loops, and what without them."""
    mine = ask()
    with monkeypatch.context() as patched:
        patched.setattr(compiled, "loops", None)
        return mine, ask()


@pytest.mark.parametrize("seed", range(60))
def test_sets_are_the_same_both_ways(seed: int, monkeypatch: pytest.MonkeyPatch):
    random = Random(seed)
    one, other, third = drawn(random), drawn(random), drawn(random)
    scratch = Scratch(SIZE)
    for ask in (
        lambda: docsets.contains(one, other, scratch),
        lambda: docsets.intersect(one, other, scratch),
        lambda: docsets.intersection([one, other, third], scratch),
        lambda: docsets.difference(one, other, scratch),
        lambda: docsets.union([one, other, third], scratch),
        lambda: docsets.positions_in(one, other),
        lambda: docsets.positions_in(one, other[::-1].copy()),
    ):
        mine, theirs = both(monkeypatch, ask)
        assert_equal(mine, theirs)
    alive = np.ones(SIZE, np.bool_)
    alive[third] = False
    for flags in (alive, ~alive, np.ones(SIZE, np.bool_)):
        mine, theirs = both(monkeypatch, lambda flags=flags: docsets.living(one, flags))
        assert (mine[1] is None) == (theirs[1] is None) == bool(flags[one].all())
        assert_equal(mine[0], theirs[0])
        if mine[1] is not None:
            assert_equal(mine[1], theirs[1])
    for room in (scratch.flags, scratch.sums, scratch.bits, scratch.summary):
        assert not room.any()


@pytest.mark.parametrize("seed", range(30))
def test_sums_are_the_same_both_ways(seed: int, monkeypatch: pytest.MonkeyPatch):
    random = Random(seed)
    runs = [drawn(random) for _ in range(random.randrange(1, 5))]
    docs = np.concatenate(runs)
    weights = np.array([random.randrange(1, 400) for _ in docs], np.float32)
    scratch = Scratch(SIZE)
    mine, theirs = both(monkeypatch, lambda: docsets.summed(docs, weights, scratch))
    assert_equal(mine, theirs)
    for room in (scratch.sums, scratch.bits, scratch.summary):
        assert not room.any()


@pytest.mark.parametrize("seed", range(20))
def test_packed_counts_and_places_are_read_alike(seed: int):
    random = Random(seed)
    counts = np.array(
        [random.randrange(1, 20) for _ in range(random.randrange(1, 300))], np.uint32
    )
    packed = pack_counts(counts)
    index = np.array([random.randrange(len(counts)) for _ in range(40)], np.intp)
    assert_equal(LOOPS.halves_at(packed, index), counts_at(packed, index))
    bits = random.randrange(1, 33)
    places = np.array([random.randrange(1 << bits) for _ in counts], np.uint32)
    at = np.array([0, len(places)], np.intp)
    held = pack_places(places, at, np.array([bits], np.uint8))
    held = np.concatenate([held, np.zeros(GUARD_BYTES, np.uint8)])
    index = np.unique(index)
    found = LOOPS.unpacked(held, 0, bits, index)
    assert found.tolist() == places[index].tolist()
    assert_equal(found, unpack_places(unaligned(held), 0, bits, index))


@pytest.mark.parametrize(
    "kind", [np.uint8, np.uint16, np.uint32, np.int64, np.float32, np.float64]
)
@pytest.mark.parametrize("weight", [1.0, 2.5, 0.3])
def test_scores_are_the_same_to_the_last_bit(
    kind: type, weight: float, monkeypatch: pytest.MonkeyPatch
):
    rng = np.random.default_rng(int(weight * 10))
    docs = np.sort(rng.choice(SIZE, 3_000, replace=False)).astype(np.intp)
    counts: Any = rng.integers(1, 200, len(docs)).astype(kind)
    norms = rng.random(SIZE, np.float32) + np.float32(0.2)
    mine, theirs = both(monkeypatch, lambda: _weighed(counts, norms, docs, weight))
    assert_equal(mine, theirs)

    k1, factor = 1.2, 3.1415
    expected = mine + k1
    np.divide(mine, expected, out=expected)
    expected *= factor
    LOOPS.saturate(mine, k1, factor)
    assert_equal(mine, expected)

    totals = rng.random(SIZE, np.float32)
    added = totals.copy()
    np.add.at(added, docs, expected)
    LOOPS.add_at(totals, docs, expected)
    assert_equal(totals, added)

    some = np.sort(rng.choice(SIZE, 5_000, replace=False)).astype(np.intp)
    room = np.zeros(SIZE, np.float32)
    there = np.zeros(SIZE, np.float32)
    there[docs] = expected
    assert_equal(LOOPS.spread(expected, docs, some, room), there.take(some))
    assert not room.any()


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_are_the_same_both_ways(seed: int, monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, rng.choice([2, 50, 1 << 20]), 5_000).astype(np.float32)
    for wanted in (1, 10, HELD, HELD + 1, len(keys) - 1):
        mine, theirs = both(monkeypatch, lambda wanted=wanted: largest(keys, wanted))
        assert_equal(mine, theirs)


@pytest.mark.parametrize("seed", range(20))
def test_places_that_follow_are_the_same_both_ways(seed: int, monkeypatch: pytest.MonkeyPatch):
    random = Random(seed)
    placed = [drawn(random, 5_000) for _ in range(random.choice((2, 3)))]
    mine, theirs = both(monkeypatch, lambda: _adjacent(placed, lambda: None))
    assert_equal(mine, theirs)


@pytest.mark.parametrize("seed", range(30))
def test_documents_between_bounds_are_counted(seed: int):
    random = Random(seed)
    docs = drawn(random, 5_000)
    bounds = np.array(sorted(random.choices(range(5_001), k=random.randrange(1, 60))), np.intp)
    values = [f"v{number}" for number in range(len(bounds) - 1)]
    ends = docs.searchsorted(bounds).tolist()
    counts = [high - low for low, high in pairwise(ends)]
    found, before = LOOPS.buckets_between(docs, bounds, values, Bucket)
    expected = [pair for pair in zip(values, counts, strict=True) if pair[1]]
    assert (found, before) == (pairs_of(Bucket, expected), ends[0])
    assert {type(bucket) for bucket in found} <= {Bucket}


def test_pairs_are_what_their_kind_says():
    """Made without calling the kind: its names and its repr are there all the same."""
    found, _ = LOOPS.buckets_between(
        np.array([1, 2], np.intp), np.array([0, 5], np.intp), ["2017"], Bucket
    )
    (bucket,) = found
    assert (bucket.value, bucket.count) == ("2017", 2)
    assert repr(bucket) == repr(Bucket("2017", 2))
    assert hash(bucket) == hash(Bucket("2017", 2))


def told(counted: Counts, fields: int) -> list[Any]:
    """All that can be asked of counts."""
    found = []
    for field in range(fields):
        values, counts = counted.largest(field, 50)
        found.append((list(values), list(counts), counted.distinct(field), counted.missing(field)))
    return found


def test_values_of_many_documents_are_counted_alike_in_many_threads(
    monkeypatch: pytest.MonkeyPatch,
):
    """So many that the interpreter is let go of meanwhile."""
    rng = np.random.default_rng(5)
    per_document = rng.choice([0, 1, 2, 3, 9], SIZE, p=[0.3, 0.4, 0.15, 0.1, 0.05])
    columns = []
    for size in (40, 300):
        values = np.concatenate([rng.choice(size, each, replace=False) for each in per_document])
        columns.append(column_of(per_document, values.astype(np.intp), size))
    table = to_count(columns, [40, 300])
    sets = [np.flatnonzero(rng.random(SIZE) < share) for share in (0.1, 0.25, 0.5, 0.9)]

    def asked(docs: np.ndarray) -> list[Any]:
        return told(count(table, docs, 0, 1), 2)

    mine, theirs = both(monkeypatch, lambda: list(map(asked, sets)))
    assert mine == theirs
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(asked, sets * 10)) == theirs * 10


def test_what_is_no_array_or_one_of_another_kind_is_refused():
    docs, norms = np.arange(3), np.ones(3, np.float32)
    strange: Any
    for strange in ([1, 2], docs.astype(np.int32), norms.astype(np.float64), docs[::2]):
        with pytest.raises((TypeError, ValueError)):
            LOOPS.positions_in(docs, strange)
    for strange in (docs.astype(np.complex128), docs.astype(np.float16), docs.astype(np.int8)):
        with pytest.raises(TypeError):
            LOOPS.weighed(strange, norms, docs, 1.0)
    with pytest.raises(TypeError):
        LOOPS.weighed(docs, norms.astype(np.float64), docs, 1.0)


def clean(scratch: Scratch) -> bool:
    rooms = (scratch.flags, scratch.sums, scratch.totals, scratch.bits, scratch.summary)
    return not any(room.any() for room in rooms)


def test_what_is_out_of_range_is_refused_and_leaves_the_room_clean():
    """As a file may say that changed after it was checked."""
    size = 1_000
    scratch = Scratch(size)
    good, bad = np.arange(10), np.array([5, 5_000])
    weights = np.ones(2, np.float32)
    with pytest.raises(IndexError):
        docsets.union([good, bad], scratch)
    assert clean(scratch)
    with pytest.raises(IndexError):
        LOOPS.add(bad, weights, scratch)
    assert clean(scratch)
    for negative in (np.array([-1, 5]), np.array([5, -1])):
        with pytest.raises(IndexError):
            LOOPS.mark(negative, scratch)
        assert clean(scratch)
    LOOPS.mark(np.arange(500), scratch)
    with pytest.raises(IndexError):
        LOOPS.taken(3, scratch)
    assert clean(scratch)
    LOOPS.add(np.arange(500), np.ones(500, np.float32), scratch)
    with pytest.raises(IndexError):
        LOOPS.taken_summed(3, scratch)
    assert clean(scratch)
    assert docsets.union([np.array([1]), np.array([20])], scratch).tolist() == [1, 20]
    repeated = np.concatenate([np.full(4_096, 7), np.arange(8, 400)])
    assert len(LOOPS.among(repeated, np.arange(400), scratch.flags, there=True)) == len(repeated)
    with pytest.raises(IndexError):
        LOOPS.halves_at(np.zeros(4, np.uint8), np.array([8]))
    with pytest.raises(IndexError):
        LOOPS.unpacked(np.zeros(9, np.uint8), 0, 8, np.array([2]))
    with pytest.raises(IndexError):
        LOOPS.picked(np.zeros(4, np.uint8), np.array([0, 9], np.uint8), np.array([0]))
    with pytest.raises(IndexError):
        LOOPS.picked(np.zeros(4, np.uint8), np.array([0, 2], np.uint8), np.array([1]))
    assert clean(scratch)


@pytest.mark.parametrize("seed", range(20))
def test_terms_are_added_up_as_their_documents_say(seed: int):
    random = Random(seed)
    size = random.choice((200, 70_000))
    terms = [
        sorted(random.sample(range(size), random.randrange(1, 150)))
        for _ in range(random.randrange(1, 8))
    ]
    counts = [[random.choice((1, 2, 14, 15, 16, 300)) for _ in docs] for docs in terms]
    arrays = field_of(terms, counts)
    scratch = Scratch(size)
    chosen = sorted(random.sample(range(len(terms)), random.randrange(1, len(terms) + 1)))
    LOOPS.Postings(size, arrays).add(np.array(chosen, np.intp), scratch)
    docs, sums = LOOPS.taken_summed(sum(len(terms[term]) for term in chosen), scratch)
    expected: Counter[int] = Counter()
    for term in chosen:
        expected.update(dict(zip(terms[term], counts[term], strict=True)))
    assert dict(zip(docs.tolist(), sums.tolist(), strict=True)) == expected
    assert docs.tolist() == sorted(expected)
    assert clean(scratch)
    if len(arrays[7]):  # the table of large counts is cut short
        short = (*arrays[:7], arrays[7][:0], arrays[8][:0])
        with pytest.raises(IndexError):
            LOOPS.Postings(size, short).add(np.arange(len(terms)), scratch)
        cut = (*arrays[:8], arrays[8][:0])
        for term, own in enumerate(counts):
            if max(own) >= LARGE_COUNT:
                with pytest.raises(IndexError):
                    LOOPS.Postings(size, short).counts_at(term, np.arange(len(own)))
                with pytest.raises(IndexError):
                    LOOPS.Postings(size, cut).counts(term)
        assert clean(scratch)
    with pytest.raises(IndexError):
        LOOPS.Postings(size, arrays).add(np.arange(len(terms)), Scratch(max(map(max, terms))))
    with pytest.raises(IndexError):
        LOOPS.Postings(size, arrays).add(np.array([0, len(terms)]), scratch)
    assert clean(scratch)
    with pytest.raises(IndexError):  # past its segment, though not past the room of all segments
        LOOPS.Postings(max(map(max, terms)), arrays).add(np.arange(len(terms)), scratch)
    assert clean(scratch)


@pytest.mark.parametrize("base", [0, 1, 70])
def test_terms_of_a_segment_are_added_up_from_its_first_document_on(base: int):
    terms = [[0, 3, 69], [3], [1, 2, 68, 69]]
    postings = LOOPS.Postings(70, field_of(terms, [[2] * len(docs) for docs in terms]))
    scratch = Scratch(140)
    postings.add(np.arange(3), scratch, base)
    docs, sums = LOOPS.taken_summed(8, scratch)
    assert (docs - base).tolist() == [0, 1, 2, 3, 68, 69]
    assert sums.tolist() == [2, 2, 2, 4, 2, 4]
    for beyond in (71, -1, -(1 << 62), (1 << 63) - 70):
        with pytest.raises(IndexError):
            postings.add(np.arange(3), scratch, beyond)
        assert clean(scratch)


@pytest.mark.parametrize("seed", range(20))
def test_the_postings_of_a_term_are_read_as_they_were_packed(seed: int):
    random = Random(seed)
    size = random.choice((200, 70_000, 200_000))
    often = random.choice(((1, 2, 14), (1, 2, 14, 15, 16), (1, 15, 300), (70_000,)))
    terms = [sorted(random.sample(range(size), random.choice((1, 2, 3, 150)))) for _ in range(9)]
    counts = [[random.choice(often) for _ in docs] for docs in terms]
    arrays = field_of(terms, counts)
    held = LOOPS.Postings(size, arrays)
    for term, (docs, own) in enumerate(zip(terms, counts, strict=True)):
        assert_equal(held.docs(term), np.array(docs, np.intp))
        found = held.counts(term)
        assert found.tolist() == own
        assert found.dtype == (arrays[8].dtype if max(own) >= LARGE_COUNT else np.uint8)
        index = np.array([random.randrange(len(own)) for _ in range(random.randrange(9))], np.intp)
        some = held.counts_at(term, index)
        assert some.tolist() == found[index].tolist()
        for place in (-1, len(own)):
            with pytest.raises(IndexError):
                held.counts_at(term, np.array([0, place]))
    for term in (-1, len(terms), 1 << 62):
        for ask in (held.docs, held.counts):
            with pytest.raises(IndexError):
                ask(term)
    last = terms[-1][-1]
    with pytest.raises(IndexError):
        LOOPS.Postings(last, arrays).docs(len(terms) - 1)
    assert LOOPS.Postings(last + 1, arrays).docs(len(terms) - 1).tolist() == terms[-1]
    gaps = {1: 3, 2: 4, 4: 5}[int(arrays[2][-1])]
    for place in (gaps, 6):  # what the last term needs ends too early
        cut = LOOPS.Postings(size, (*arrays[:place], arrays[place][:-1], *arrays[place + 1 :]))
        for ask in (cut.docs, cut.counts):
            with pytest.raises(IndexError):
                ask(len(terms) - 1)
    values = LOOPS.Postings(size, arrays[:6])
    assert values.docs(0).tolist() == terms[0]
    for read in (
        lambda: values.counts(0),
        lambda: values.counts_at(0, np.array([0])),
        lambda: values.add(np.array([0]), Scratch(size)),
        lambda: LOOPS.Postings(size, arrays[:7]),
    ):
        with pytest.raises(TypeError):
            read()
    none = tuple(each[:0] for each in arrays)
    for term in (0, 1 << 40):
        with pytest.raises(IndexError):
            LOOPS.Postings(size, none).docs(term)
    far = np.array([1 << 62, (1 << 63) - 1], np.uint64)  # what a sum of them is below 0
    with pytest.raises(IndexError):
        LOOPS.Postings(size, (far, np.array([1 << 62], np.uint64), *arrays[2:])).docs(0)


@pytest.mark.parametrize("seed", range(40))
def test_the_best_are_those_of_all_put_in_order(seed: int):
    random = Random(seed)
    size = random.choice((1, 9, 10, 11, 300))
    docs = np.array(sorted(random.sample(range(1_000), size)), np.intp)
    scores = np.array([random.choice((0.0, 0.5, random.random())) for _ in docs], np.float32)
    ids = strings_of([f"id-{doc:04}" if doc % 3 else f"é-{doc}" for doc in range(1_000)])
    held = LOOPS.Ids(((0, ids.text, ids.at),))
    wanted, most = random.choice((1, 2, 10, 64)), random.choice((64, 1_000))
    whole = [
        (-score, ids[doc], doc) for score, doc in zip(scores.tolist(), docs.tolist(), strict=True)
    ]
    found = LOOPS.candidates(docs, scores, wanted, most, held)
    reaching = whole
    if size > wanted:
        last = sorted(whole)[wanted - 1][0]
        reaching = [each for each in whole if each[0] <= last]
        if len(reaching) > most:
            assert found is None
            reaching = []
    if reaching:
        assert found is not None
        assert sorted(found) == sorted(reaching)
    with pytest.raises(IndexError):
        LOOPS.candidates(docs, scores[:-1], wanted, most, held)
    for many in (0, 65):
        if many < size:
            with pytest.raises(ValueError, match="64"):
                LOOPS.candidates(docs, scores, many, most, held)
            with pytest.raises(ValueError, match="64"):
                LOOPS.largest(scores, many)
            with pytest.raises(ValueError, match="64"):
                LOOPS.lowest(
                    docs, np.arange(1_000, dtype=np.uint32), np.arange(0, dtype=np.uint32), many
                )
    with pytest.raises(IndexError):
        LOOPS.candidates(
            docs, scores, size, size, LOOPS.Ids(((0, ids.text, ids.at[: docs[-1] + 1]),))
        )


def test_many_terms_at_once_are_held_against_their_segment_too():
    terms = [[1, 5, 9], [0, 300], [7]]
    names = ("posting_at", "gap_at", "gap_width", "gap1", "gap2", "gap4")
    held = strings_of(["a", "b", "c"])
    arrays: Any = {"f.term.text": held.text, "f.term.at": held.at}
    packed = field_of(terms, [[1] * len(docs) for docs in terms])
    arrays.update(zip((f"f.{name}" for name in names), packed, strict=False))
    docs, _ = Postings(arrays, "f", 301).docs_of(np.arange(3))
    assert sorted(docs.tolist()) == [0, 1, 5, 7, 9, 300]
    with pytest.raises(IndexError):
        Postings(arrays, "f", 300).docs_of(np.arange(3))


def test_ties_beyond_what_is_put_in_order_are_noticed_wherever_they_stand():
    ids = strings_of([f"{doc:03}" for doc in range(400)])
    held = LOOPS.Ids(((0, ids.text, ids.at),))
    scores = np.zeros(400, np.float32)
    scores[:64] = 1
    whole = LOOPS.candidates(np.arange(400), scores, 32, 64, held)
    assert whole is not None
    assert [doc for _, _, doc in whole] == list(range(64))
    scores[300:310] = 1
    assert LOOPS.candidates(np.arange(400), scores, 32, 64, held) is None


@pytest.mark.parametrize("seed", range(24))
def test_the_first_documents_are_those_of_lowest_rank(seed: int):
    random = Random(seed)
    size = random.choice((12, 300, 6_000))
    docs = np.array(sorted(random.sample(range(SIZE), size)), np.intp)
    wanted = random.choice((1, 10, min(64, size - 1)))
    order = np.random.default_rng(seed).permutation(SIZE).astype(np.uint32)
    where = random.choice(("anywhere", "last", "first"))
    if where != "anywhere":
        mine = np.isin(order, docs)
        order = np.concatenate(
            [order[mine == (where == "first")], order[mine == (where == "last")]]
        )
    ranks: Any = order.argsort().astype(np.uint32)
    found = LOOPS.lowest(docs, ranks, order, wanted)
    assert sorted(found, key=ranks.item) == sorted(docs.tolist(), key=ranks.item)[:wanted]
    with pytest.raises(IndexError):
        LOOPS.lowest(docs, ranks[: docs[-1]], order[:0], wanted)
    wider: Any = ranks.astype(np.int64)
    with pytest.raises(TypeError):
        LOOPS.lowest(docs, wider, order, wanted)
    with pytest.raises(TypeError):
        LOOPS.lowest(docs, ranks, wider, wanted)


def field_of(terms: list[list[int]], counts: list[list[int]]) -> tuple[np.ndarray, ...]:
    """The arrays of a field, as `Postings` takes them."""
    posting_at = np.cumsum([0, *map(len, terms)]).astype(np.uint32)
    gaps = gaps_of(np.concatenate([np.array(docs) for docs in terms]), posting_at)
    widths = gap_widths(gaps, posting_at)
    held: dict[int, list[np.ndarray]] = {1: [], 2: [], 4: []}
    gap_at = []
    for term, width in enumerate(widths.tolist()):
        gap_at.append(sum(map(len, held[width])))
        own = gaps[posting_at[term] : posting_at[term + 1]]
        held[width].append(own.astype(f"u{width}"))
    laid = [np.concatenate([np.zeros(0, f"u{width}"), *pieces]) for width, pieces in held.items()]
    often = np.concatenate([np.array(each, np.uint32) for each in counts])
    large = np.flatnonzero(often >= LARGE_COUNT)
    return (
        posting_at,
        np.array(gap_at, np.uint32),
        widths,
        *laid,
        pack_counts(often),
        large.astype(np.uint32),
        often[large],
    )
