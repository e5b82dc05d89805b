"""What an archive remembers of what it has met, however much that is."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.met import MetFiles, MetIds
from searchsvc.corpus.walk import Found, walk
from searchsvc.errors import EngineUnavailable, is_exhausted

PATHS = st.sampled_from(["a.jsonl", "b.jsonl", "c/d.jsonl"])
IDS = st.sampled_from(["x", "X", "y", "x ", "é", "0", "00"])
MANY = 3_001  # ids of `LONG` characters are more than is kept in memory
LONG = 2_000


@given(st.lists(st.tuples(PATHS, st.lists(IDS))))
def test_an_id_belongs_to_the_first_file_until_that_is_read_again(readings):
    met = MetIds()
    owners: dict[str, str] = {}
    for path, ids in readings:
        owners = {each: owner for each, owner in owners.items() if owner != path}
        reading = met.begin(path)
        for each in ids:
            assert met.first(each, reading) == owners.get(each)
            owners.setdefault(each, path)


def test_of_more_ids_than_are_kept_in_memory_none_is_forgotten_or_taken_for_another():
    met = MetIds()
    ids = [f"{number * 7919 % MANY:0{LONG}}" for number in range(MANY)]
    one = met.begin("one")
    assert not any(met.first(each, one) for each in ids)
    two = met.begin("two")
    assert {met.first(each, two) for each in ids} == {"one"}
    again = met.begin("one")
    assert not any(met.first(each, again) for each in reversed(ids))
    assert {met.first(each, two) for each in ids} == {"one"}


def test_a_file_is_met_once_by_whatever_name(tmp_path: Path):
    names = [tmp_path / name for name in ("a", "b", "c")]
    for name in names[:2]:
        name.write_text("", encoding="utf-8")
    names[2].hardlink_to(names[0])
    met = MetFiles()
    assert [met.is_first(name.stat()) for name in names] == [True, True, False]


def test_what_cannot_be_remembered_for_want_of_disk_ends_the_run_and_is_no_bug():
    met = MetIds()
    reading = met.begin("one")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(EngineUnavailable, match="SQLITE_TMPDIR") as caught:
            any(met.first(f"{number:0{LONG}}", reading) for number in range(MANY))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert is_exhausted(caught.value)


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "b", "a.b", "B", "ä", ".c"]), min_size=1, max_size=4).map(
            tuple
        ),
        max_size=12,
    )
)
def test_of_each_folder_first_the_files_are_found_then_the_folders_by_name(
    tmp_path_factory: pytest.TempPathFactory, paths
):
    root = tmp_path_factory.mktemp("tree")
    for path in sorted(paths):
        file = root.joinpath(*path)
        if not file.exists() and not any(each.is_file() for each in file.parents):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("", encoding="utf-8")
    expected = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        expected += [Path(folder, name) for name in sorted(files) if not name.startswith(".")]
    found = list(walk([str(root)]))
    assert [each.path for each in found if isinstance(each, Found)] == expected
    assert len(found) == len(expected)
    by_pattern = list(walk([str(root / "**")]))
    assert {each.path for each in by_pattern if isinstance(each, Found)} == set(expected)
