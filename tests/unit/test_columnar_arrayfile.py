"""A file of arrays gives back what was written or is refused; never anything in between."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from searchsvc.columnar.arrayfile import (
    ALIGNMENT,
    FORMAT_VERSION,
    Array,
    ArrayFile,
    ArrayFileWriter,
)
from searchsvc.errors import IndexCorrupt, IndexIncompatible

if TYPE_CHECKING:
    from pathlib import Path

NAME = re.escape("a file.arrays")
ARRAYS: dict[str, Array] = {
    "one": np.array([1, 2, 300], np.uint16),
    "table": np.arange(6, dtype=np.int32).reshape(3, 2) - 3,
    "nothing": np.zeros(0, np.uint8),
    "no rows": np.zeros((0, 2), np.uint16),
    "letters": np.frombuffer("é\n".encode(), np.uint8),
    "wide": np.array([[2**63, 5]], np.uint64),
    "fractions": np.array([0.5, -np.inf]),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a file.arrays"


@pytest.fixture
def small(path: Path) -> Path:
    """A file with a bit of everything that a file can have."""
    with ArrayFileWriter(path, {"n": 3}) as writer:
        writer.add("a", np.array([1, 2, 3], np.uint16))
        writer.stream("b", np.uint8).append(np.array([7]))
    return path


def test_what_was_written_is_read(path):
    with ArrayFileWriter(path, {"title": "é", "nested": {"a": [1, None]}}) as writer:
        for name, array in ARRAYS.items():
            writer.add(name, array)

    file = ArrayFile(path)

    assert file.about == {"title": "é", "nested": {"a": [1, None]}}
    assert set(file.names()) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert name in file
        assert file[name].dtype == array.dtype
        assert file[name].shape == array.shape
        assert np.array_equal(file[name], array)
    assert "other" not in file


def test_a_file_without_arrays_is_a_file(path):
    ArrayFileWriter(path, {}).close()

    assert ArrayFile(path).names() == ()


def test_arrays_are_read_only_and_begin_where_any_type_may(path):
    with ArrayFileWriter(path, {}) as writer:
        for name, array in ARRAYS.items():
            writer.add(name, array)

    file = ArrayFile(path)

    for name in ARRAYS:
        assert not file[name].flags.writeable
        if file[name].size:
            assert file[name].ctypes.data % ALIGNMENT == 0


def test_an_array_that_is_not_contiguous_is_written_as_it_looks(path):
    with ArrayFileWriter(path, {}) as writer:
        writer.add("a", np.arange(12, dtype=np.uint32).reshape(3, 4)[:, ::2])
        writer.stream("b", np.uint32).append(np.arange(10, dtype=np.uint32)[::3])

    file = ArrayFile(path)

    assert file["a"].tolist() == [[0, 2], [4, 6], [8, 10]]
    assert file["b"].tolist() == [0, 3, 6, 9]


def test_streams_are_written_piece_by_piece_and_side_by_side(path):
    with ArrayFileWriter(path, {}) as writer:
        numbers = writer.stream("numbers", np.uint16)
        rows = writer.stream("rows", np.uint8, width=3)
        empty = writer.stream("empty", np.uint64)
        for piece in range(5):
            numbers.append(np.arange(piece * 1000))
            rows.append(np.full((piece, 3), piece))
            empty.append(np.zeros(0))
        writer.add("whole", np.array([9], np.int8))
        assert (numbers.count, rows.count, empty.count) == (10_000, 10, 0)

    file = ArrayFile(path)

    assert np.array_equal(file["numbers"], np.concatenate([np.arange(n * 1000) for n in range(5)]))
    assert file["numbers"].dtype == np.uint16
    assert file["rows"].tolist() == [[n] * 3 for n in range(5) for _ in range(n)]
    assert (file["empty"].dtype, file["empty"].shape) == (np.dtype(np.uint64), (0,))
    assert file["whole"].tolist() == [9]
    assert list(path.parent.iterdir()) == [path]


def test_sealed_streams_make_room_for_others_of_another_name(path):
    with ArrayFileWriter(path, {}) as writer:
        writer.stream("a", np.uint8).append(np.array([1]))
        writer.seal()
        assert list(path.parent.iterdir()) == [path]
        writer.stream("b", np.uint8).append(np.array([2]))

    file = ArrayFile(path)

    assert (file["a"].tolist(), file["b"].tolist()) == ([1], [2])


def _write_half(path: Path) -> None:
    with ArrayFileWriter(path, {}) as writer:
        writer.add("a", np.arange(3))
        writer.stream("b", np.uint8).append(np.arange(3))
        raise KeyError("half way")


def test_a_writer_that_fails_leaves_nothing_behind(path):
    with pytest.raises(KeyError, match="half way"):
        _write_half(path)

    assert list(path.parent.iterdir()) == []


def _write_and_lose_a_part(path: Path) -> None:
    with ArrayFileWriter(path, {}) as writer:
        writer.stream("a", np.uint8).append(np.arange(3))
        writer.stream("b", np.uint8).append(np.arange(3))
        next(path.parent.glob("*b.part")).unlink()


def test_a_writer_that_cannot_be_closed_leaves_nothing_behind(path):
    with pytest.raises(FileNotFoundError):
        _write_and_lose_a_part(path)

    assert list(path.parent.iterdir()) == []


def test_nothing_can_be_read_before_the_writer_is_closed(path):
    writer = ArrayFileWriter(path, {})
    writer.add("a", np.zeros(1 << 16))

    with pytest.raises(IndexCorrupt, match=NAME):
        ArrayFile(path)
    writer.close()

    assert len(ArrayFile(path)["a"]) == 1 << 16


def test_every_flipped_bit_is_refused_by_the_name_of_the_file(small):
    whole = small.read_bytes()
    assert ArrayFile(small)["a"].tolist() == [1, 2, 3]

    for place in range(len(whole)):
        for bit in range(8):
            small.write_bytes(
                whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
            )
            with pytest.raises((IndexCorrupt, IndexIncompatible), match=NAME):
                ArrayFile(small)


def test_flipped_bits_of_header_and_directory_are_refused_also_without_a_check(small):
    whole = small.read_bytes()
    directory = whole.index(b'{"about"')

    for place in [*range(64), *range(directory, len(whole))]:
        small.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises((IndexCorrupt, IndexIncompatible), match=NAME):
            ArrayFile(small, check=False)


def test_a_file_cut_short_anywhere_is_refused(small):
    whole = small.read_bytes()

    for length in range(len(whole)):
        small.write_bytes(whole[:length])
        with pytest.raises(IndexCorrupt, match=NAME):
            ArrayFile(small, check=False)


def test_a_file_that_goes_on_behind_its_end_is_refused(small):
    small.write_bytes(small.read_bytes() + b"\0")

    with pytest.raises(IndexCorrupt, match=NAME):
        ArrayFile(small)


def test_a_file_under_the_name_of_another_is_refused_and_both_are_named(small):
    moved = small.rename(small.with_name("other.arrays"))

    with pytest.raises(IndexCorrupt, match=NAME) as raised:
        ArrayFile(moved, check=False)

    assert raised.value.path == str(moved)


def test_another_format_version_is_incompatible_and_both_are_named(small):
    whole = bytearray(small.read_bytes())
    whole[8:12] = struct.pack("<I", FORMAT_VERSION + 41)
    whole[36:40] = struct.pack("<I", zlib.crc32(whole[:36]))
    small.write_bytes(whole)

    with pytest.raises(IndexIncompatible, match=NAME) as raised:
        ArrayFile(small)

    assert str(FORMAT_VERSION + 41) in str(raised.value.found)
    assert str(FORMAT_VERSION) in str(raised.value.expected)


@pytest.mark.parametrize("content", [b"", b"SVCARRAY", b"x" * 500, bytes(64)])
def test_what_is_no_array_file_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(IndexCorrupt, match=NAME):
        ArrayFile(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(IndexCorrupt, match="absent"):
        ArrayFile(tmp_path / "absent.arrays")
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        ArrayFile(tmp_path)


def test_arrays_outlive_the_file_object_and_the_name(small):
    array = ArrayFile(small)["a"]
    small.unlink()

    assert array.tolist() == [1, 2, 3]
