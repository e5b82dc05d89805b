"""Merging: whatever is merged, the files are those of a segment that was written at once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from searchsvc.columnar import merging
from searchsvc.columnar.merging import Source, merge_segments
from searchsvc.columnar.segment import Segment
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
