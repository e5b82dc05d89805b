"""The model of a disk finds every mistake that a writer can make, and forgives none."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.durability.disks import SECTOR, Disk, Style
from tests.durability.recording import (
    Linked,
    Made,
    RecordingError,
    Removed,
    Renamed,
    Sized,
    Synced,
    Written,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.recording import Event

DRAWS = 200

Found = dict[str, bytes]


def outcomes(folder: Path, *events: Event) -> list[Found]:
    """What may be found after these events, each once."""
    disk = Disk()
    for event in events:
        disk.apply(event)
    random = Random(1)
    met: list[Found] = []
    for number in range(DRAWS):
        place = folder / str(number)
        place.mkdir(parents=True)
        disk.cut(place, random.choice(list(Style)), random)
        found = {
            each.relative_to(place).as_posix(): each.read_bytes()
            for each in place.rglob("*")
            if each.is_file()
        }
        if found not in met:
            met.append(found)
    return met


OLD = (Made("now"), Written("now", 0, b"old"), Synced("now"), Synced(""))
"""A durable file that is to be replaced."""


def test_what_was_flushed_with_its_folder_is_sure(tmp_path: Path):
    assert outcomes(tmp_path, *OLD) == [{"now": b"old"}]


def test_a_file_replaced_as_it_should_be_is_the_old_or_the_new_one(tmp_path: Path):
    draft = (Made("new"), Written("new", 0, b"later"), Synced("new"), Renamed("new", "now"))
    found = {each.get("now") for each in outcomes(tmp_path / "a", *OLD, *draft)}
    assert found == {b"old", b"later"}
    assert outcomes(tmp_path / "b", *OLD, *draft, Synced("")) == [{"now": b"later"}]


def test_a_file_renamed_before_it_was_flushed_may_be_empty(tmp_path: Path):
    draft = (Made("new"), Written("new", 0, b"later"), Renamed("new", "now"), Synced(""))
    found = {each["now"] for each in outcomes(tmp_path, *OLD, *draft)}
    assert {b"", b"later"} <= found
    assert b"old" not in found


def test_a_file_whose_folder_was_not_flushed_may_be_missing(tmp_path: Path):
    assert sorted(
        map(len, outcomes(tmp_path, Made("new"), Written("new", 0, b"x"), Synced("new")))
    ) == [0, 1]


def test_a_folder_may_be_missing_with_all_that_was_flushed_in_it(tmp_path: Path):
    inner = (Made("f", folder=True), Made("f/a"), Synced("f/a"), Synced("f"))
    assert sorted(map(len, outcomes(tmp_path / "a", *inner))) == [0, 1]
    assert outcomes(tmp_path / "b", *inner, Synced("")) == [{"f/a": b""}]


def test_of_removed_names_any_may_come_back(tmp_path: Path):
    made = (Made("a"), Made("b"), Synced("a"), Synced("b"), Synced(""))
    found = outcomes(tmp_path / "a", *made, Removed("a"), Removed("b"))
    assert sorted(sorted(each) for each in found) == [[], ["a"], ["a", "b"], ["b"]]
    assert outcomes(tmp_path / "b", *made, Removed("a"), Synced("")) == [{"b": b""}]


def test_a_later_write_may_be_there_without_an_earlier_one(tmp_path: Path):
    events = (Made("a"), Synced(""), Written("a", 0, b"11"), Written("a", 2, b"22"))
    found = {each["a"] for each in outcomes(tmp_path, *events)}
    assert {b"", b"11", b"\0\x0022", b"1122"} <= found


def test_a_write_may_be_torn_between_sectors(tmp_path: Path):
    data = b"x" * (3 * SECTOR)
    found = {
        each["a"] for each in outcomes(tmp_path, Made("a"), Synced(""), Written("a", 0, data))
    }
    assert {b"", data, data[:SECTOR], data[:SECTOR] + bytes(2 * SECTOR)} <= found
    assert all(each.rstrip(b"\0") == b"x" * len(each.rstrip(b"\0")) for each in found)


def test_a_file_cut_short_is_cut_or_not(tmp_path: Path):
    found = {each["now"] for each in outcomes(tmp_path, *OLD, Sized("now", 1))}
    assert found == {b"old", b"o"}


def test_a_second_name_of_a_file_is_the_same_file(tmp_path: Path):
    disk = Disk()
    for event in (*OLD, Linked("now", "too"), Synced("")):
        disk.apply(event)
    disk.cut(tmp_path, Style.NOTHING, Random(1))
    assert (tmp_path / "now").samefile(tmp_path / "too")


def test_what_the_recording_missed_is_named(tmp_path: Path):
    disk = Disk()
    for event in OLD:
        disk.apply(event)
    (tmp_path / "now").write_bytes(b"old")
    assert disk.differences(tmp_path) == []
    (tmp_path / "now").write_bytes(b"changed through shared memory")
    (tmp_path / "more").write_bytes(b"")
    assert disk.differences(tmp_path) == ["more", "now"]
    with pytest.raises(RecordingError, match="gone"):
        disk.apply(Removed("gone/a"))
