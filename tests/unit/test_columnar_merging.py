"""Merging: whatever is merged, the files are those of a segment that was written at once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from searchsvc.columnar import encoding
from searchsvc.columnar.layout import Layout
from searchsvc.columnar.merging import gathering
from searchsvc.columnar.merging import segments as merging
from searchsvc.columnar.merging.gathering import Inputs, stretches, united
from searchsvc.columnar.merging.segments import Source, merge_segments
from searchsvc.columnar.merging.slices import FieldReader
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing.rows import Row as TextRow
from searchsvc.columnar.writing.rows import write_segment
from tests.unit.segments import LAYOUT, Row, random_row, write_rows

if TYPE_CHECKING:
    from pathlib import Path


def assert_same_files(made: Segment, wanted: Segment) -> None:
    """The same arrays, of the same types, and the same stored documents."""
    assert sorted(made.arrays.names()) == sorted(wanted.arrays.names())
    for name in wanted.arrays.names():
        assert made.arrays[name].dtype == wanted.arrays[name].dtype, name
        assert made.arrays[name].shape == wanted.arrays[name].shape, name
        assert np.array_equal(made.arrays[name], wanted.arrays[name]), name
    assert made.arrays.about == wanted.arrays.about
    stored = [segment.path.with_suffix(".stored").read_bytes() for segment in (made, wanted)]
    assert stored[0] == stored[1]


def merged(folder: Path, sources: list[Source], name: str) -> Segment:
    merge_segments(sources, LAYOUT, folder, name)
    return Segment(folder, name)


@pytest.mark.parametrize("seed", range(8))
def test_several_rounds_of_merges_give_what_writing_all_at_once_gives(seed, tmp_path, monkeypatch):
    random = Random(seed)
    monkeypatch.setattr(merging, "CHUNK_WEIGHT", random.choice([40, 400, 1 << 21]))
    monkeypatch.setattr(gathering, "STRINGS_AT_ONCE", random.choice([5, 1 << 17]))
    monkeypatch.setattr(encoding, "BLOCK", random.choice([3, 50, 1 << 16]))
    live: list[tuple[Segment, list[Row]]] = []
    made = 0
    for round_number in range(3):
        for _ in range(random.randrange(1, 6)):
            rows = [
                random_row(random, f"{random.choice('ab')}é/{made + number}")
                for number in range(random.choice([0, 1, 8, 20]))
            ]
            made += len(rows)
            rows.sort(key=lambda row: (row.day, row.minute, row.id))
            live.append((write_rows(tmp_path, f"part{made}-{len(live)}", rows), rows))
        sources, left = [], []
        for segment, rows in live:
            share = random.choice([0.0, 0.5, 1.0])
            kept = np.array([random.random() < share for _ in rows], np.bool_)
            whole = random.random() < 0.3
            sources.append(Source(segment, None if whole else kept))
            left += [row for row, keep in zip(rows, kept, strict=True) if whole or keep]
        left.sort(key=lambda row: (row.day, row.minute, row.id))
        random.shuffle(sources)

        segment = merged(tmp_path, sources, f"merged{round_number}")

        assert_same_files(segment, write_rows(tmp_path, f"wanted{round_number}", left))
        live = [(segment, left)]


def random_rows(seed: int, count: int) -> list[Row]:
    random = Random(seed)
    return [random_row(random, f"{seed}-{number}") for number in range(count)]


@pytest.mark.parametrize("sizes", [[], [0], [0, 0, 0]])
def test_nothing_merged_is_a_segment_of_nothing(sizes, tmp_path):
    sources = [Source(write_rows(tmp_path, f"{at}", [])) for at, _ in enumerate(sizes)]

    segment = merged(tmp_path, sources, "merged")

    assert segment.count == 0
    assert segment.find("any") == -1
    assert len(segment.words("text").terms) == len(segment.values("speaker").terms) == 0
    if sizes:
        assert_same_files(segment, write_rows(tmp_path, "wanted", []))


def test_segments_of_which_all_is_deleted_leave_no_term_behind(tmp_path):
    parts = [write_rows(tmp_path, f"{seed}", random_rows(seed, 9)) for seed in range(3)]

    segment = merged(
        tmp_path, [Source(part, np.zeros(part.count, np.bool_)) for part in parts], "merged"
    )

    assert_same_files(segment, write_rows(tmp_path, "wanted", []))


def test_one_segment_alone_is_copied(tmp_path):
    part = write_rows(tmp_path, "part", random_rows(5, 30))

    assert_same_files(merged(tmp_path, [Source(part)], "copy"), part)


def test_twelve_segments_in_any_order_of_dates_are_merged_at_once(tmp_path):
    rows = random_rows(7, 120)
    sources = [Source(write_rows(tmp_path, f"{at}", rows[at::12])) for at in range(12)]

    assert_same_files(merged(tmp_path, sources, "merged"), write_rows(tmp_path, "wanted", rows))


def test_documents_of_one_minute_are_numbered_by_id(tmp_path):
    ids = ["b", "a", "é", "Z", "a\0", "", "10", "9", "𝄞", "\uffff"]
    parts = [write_rows(tmp_path, f"{at}", [Row(each, 5, 7)]) for at, each in enumerate(ids)]

    segment = merged(tmp_path, [Source(part) for part in parts], "merged")

    assert segment.ids.listed() == sorted(ids)
    assert segment.order.tolist() == segment.rank.tolist() == list(range(len(ids)))


def test_stored_documents_are_copied_byte_for_byte_and_still_read(tmp_path):
    rows = random_rows(9, 20)
    sources = [Source(write_rows(tmp_path, f"{at}", rows[at::3])) for at in range(3)]

    segment = merged(tmp_path, sources, "merged")

    for row in rows:
        assert segment.stored(segment.find(row.id)) == f"{row.id} {row.day}".encode()


def test_a_form_that_only_deleted_documents_hold_is_gone_and_the_codes_close_ranks(tmp_path):
    rows = [
        Row("a", 1, 0, {"text": [(0, "say", "said"), (5, "say", "says")]}),
        Row("b", 2, 0, {"text": [(0, "say", "say"), (1, "tax", "taxes")]}),
        Row("c", 3, 0, {"text": [(0, "say", "says"), (2, "say", "says")]}),
    ]
    parts = [write_rows(tmp_path, "one", rows[:2]), write_rows(tmp_path, "two", rows[2:])]

    sources = [Source(parts[0], np.array([True, False])), Source(parts[1])]
    words = merged(tmp_path, sources, "merged").words("text")

    assert words.terms.listed() == ["say"]
    assert words.words.listed() == ["said", "says"]
    assert words.form_hits(0)[0].tolist() == [0]
    assert words.form_hits(1)[0].tolist() == [0, 1]
    assert words.form_hits(1)[1].tolist() == [1, 2]


def test_a_failed_merge_leaves_only_its_sources(tmp_path):
    part = write_rows(tmp_path, "part", random_rows(3, 5))
    before = sorted(tmp_path.iterdir())

    with pytest.raises(KeyError):
        merge_segments([Source(part)], Layout({"absent": True}, ()), tmp_path, "merged")

    assert sorted(tmp_path.iterdir()) == before


def test_stretches_are_the_same_postings_however_few_bits_are_left_for_terms(tmp_path):
    parts = [write_rows(tmp_path, f"{seed}", random_rows(seed, 20)) for seed in range(3)]
    new = tuple(np.arange(part.count) * 3 + at for at, part in enumerate(parts))

    def postings(documents: int, most: int) -> list[list[int]]:
        inputs = Inputs(
            tuple(FieldReader(part.arrays, "text", words=True) for part in parts),
            united([part.words("text").terms for part in parts]),
            new,
            documents,
        )
        found = list(stretches(inputs, most))
        return [
            np.concatenate([each.terms for each in found]).tolist(),
            np.concatenate([np.diff(each.posting_at) for each in found]).tolist(),
            np.concatenate([each.docs for each in found]).tolist(),
        ]

    whole = postings(60, 1 << 20)
    assert postings(1 << 32, 1 << 20) == whole
    assert postings(1 << 42, 1 << 20) == whole
    assert postings(60, 1) == whole


WORDS = "US us U.S. we said says saying tax taxes taxed café Cafés IS is 1,000 don't it's".split()


def random_text_row(random: Random, number: int) -> TextRow:
    texts = [
        " ".join(random.choices(WORDS, k=random.choice([0, 3, 30])))
        for _ in range(random.randrange(3))
    ]
    return TextRow(
        f"n{number}",
        random.randrange(4),
        random.randrange(2),
        {"text": texts, "title": texts[:1]},
        {"speaker": random.sample(WORDS, random.randrange(7)), "source": ["Daily"]},
        b"stored" * random.randrange(5),
    )


@pytest.mark.parametrize("seed", range(3))
def test_merged_runs_of_texts_are_what_one_run_over_all_of_them_gives(seed, tmp_path):
    random = Random(seed)
    layout = Layout({"text": True, "title": False}, ("speaker", "source"))
    rows = [random_text_row(random, number) for number in range(60)]
    sources = []
    for at in range(5):
        name = f"run{at}"
        write_segment(rows[at::5], layout, lexicon=Lexicon(), folder=tmp_path, name=name)
        sources.append(Source(Segment(tmp_path, name)))
    write_segment(rows, layout, lexicon=Lexicon(), folder=tmp_path, name="wanted")

    merge_segments(sources, layout, tmp_path, "merged")

    assert_same_files(Segment(tmp_path, "merged"), Segment(tmp_path, "wanted"))
