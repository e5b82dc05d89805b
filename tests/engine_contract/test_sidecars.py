"""What a build keeps beside its generation costs what changed of it, and comes back to the byte."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.engine.whoosh.generations import CURRENT, SIDECARS
from searchsvc.engine.whoosh.manifest import read_manifest
from searchsvc.engine.whoosh.sidecars import BLOCK, open_patch, reading, stored_in
from searchsvc.errors import IndexCorrupt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "notes.sqlite"
BLOCKS = 600


def publish(path: Path, change: Callable[[Path], object], name: str = NAME) -> Path:
    """The next generation, in which `change` was made to the sidecar."""
    build = WhooshIndexWriter(path, 100).start_build(fresh=not (path / CURRENT).exists())
    change(build.sidecar(name))
    return path / build.publish(rejects=0).generation


def publish_bytes(path: Path, content: bytes) -> Path:
    """The next generation, in which the sidecar holds `content`."""
    return publish(path, lambda file: file.write_bytes(content))


def content_of(generation: Path, name: str = NAME) -> bytes:
    with reading(generation, name) as file:
        return file.read_bytes()


def new_bytes(generation: Path) -> int:
    """Of the sidecars' files that no other generation has."""
    about = [file.stat() for file in (generation / SIDECARS).iterdir()]
    return sum(each.st_size for each in about if each.st_nlink == 1)


def changed(content: bytes, places: list[int], size: int) -> bytes:
    """`content` cut or filled up to `size` bytes, with one byte changed in each of `places`."""
    found = bytearray(content[:size].ljust(size, b"\x01"))
    for place in places:
        if place < size:
            found[place] ^= 1 + place % 255
    return bytes(found)


SIZES = st.one_of(st.just(BLOCKS * BLOCK), st.integers(0, 2 * BLOCKS * BLOCK))
PLACES = st.lists(st.integers(0, 2 * BLOCKS * BLOCK), max_size=6)


@settings(max_examples=25)
@given(steps=st.lists(st.tuples(PLACES, SIZES), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_any_changes_come_back_to_the_byte_from_every_generation(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[int], int]], seed: int
):
    path: Path = tmp_path_factory.mktemp("changes")
    content = Random(seed).randbytes(BLOCKS * BLOCK)
    written = {publish_bytes(path, content): content}
    for places, size in steps:
        content = changed(content, places, size)
        written[publish_bytes(path, content)] = content
    assert {generation: content_of(generation) for generation in written} == written


def test_a_small_change_costs_little_and_many_are_few_files(tmp_path: Path):
    random = Random(3)
    content = random.randbytes(10_000 * BLOCK)
    latest = publish_bytes(tmp_path, content)
    most_files = costs = 0
    rounds = 60
    for _ in range(rounds):
        content = changed(content, random.sample(range(len(content)), 20), len(content))
        latest = publish_bytes(tmp_path, content)
        costs += new_bytes(latest)
        most_files = max(most_files, len(stored_in(latest)[NAME].files))
    assert content_of(latest) == content
    assert 3 <= most_files <= 8
    assert costs < 8 * rounds * 20 * BLOCK


def test_patches_of_more_than_a_quarter_give_way_to_the_file_itself(tmp_path: Path):
    content = bytes(640 * BLOCK)
    publish_bytes(tmp_path, content)
    for number in range(0, 160, 16):  # a quarter of 640
        places = [block * BLOCK for block in range(number, number + 16)]
        content = changed(content, places, len(content))
        latest = publish_bytes(tmp_path, content)
        stored = stored_in(latest)[NAME]
        assert stored.patches
    content = changed(content, [639 * BLOCK], len(content))
    latest = publish_bytes(tmp_path, content)
    assert [file.name for file in (latest / SIDECARS).iterdir()] == [NAME]


def test_a_file_that_did_not_change_is_the_same_file(tmp_path: Path):
    first = publish(tmp_path, lambda file: file.write_bytes(bytes(640 * BLOCK)))
    second = publish(tmp_path, lambda file: file.touch())
    assert (second / SIDECARS / NAME).samefile(first / SIDECARS / NAME)
    third = publish(tmp_path, lambda file: file.write_bytes(bytes(640 * BLOCK - 1) + b"x"))
    fourth = publish(tmp_path, lambda file: file.read_bytes())
    assert len(stored_in(third)[NAME].patches) == 1
    for old, new in zip(stored_in(third)[NAME].files, stored_in(fourth)[NAME].files, strict=True):
        assert new.samefile(old)
    assert new_bytes(fourth) == 0


def test_what_people_read_stays_a_plain_file(tmp_path: Path):
    lines = "".join(f"line {number}\n" for number in range(9_000))
    publish(tmp_path, lambda file: file.write_text(lines), "rejects.jsonl")
    latest = publish(tmp_path, lambda file: file.write_text(f"{lines}one more\n"), "rejects.jsonl")
    assert (latest / SIDECARS / "rejects.jsonl").read_text() == f"{lines}one more\n"


def test_a_database_grows_and_shrinks_through_many_generations(tmp_path: Path):
    random = Random(8)
    kept: dict[int, str] = {}

    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS rows (number INTEGER PRIMARY KEY, text TEXT)")
            for number in random.sample(range(5_000), 40 if kept else 4_000):
                if number in kept and random.random() < 0.4:
                    del kept[number]
                    db.execute("DELETE FROM rows WHERE number = ?", (number,))
                else:
                    kept[number] = random.randbytes(random.randint(1, 90)).hex()
                    db.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (number, kept[number]))

    patched = 0
    for latest in (publish(tmp_path, change) for _ in range(25)):
        patched += bool(stored_in(latest)[NAME].patches)
        with reading(latest, NAME) as file, closing(sqlite3.connect(file)) as db:
            assert dict(db.execute("SELECT * FROM rows")) == kept
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert patched > 15


def test_a_sidecar_nobody_has_kept_is_none(tmp_path: Path):
    latest = publish(tmp_path, lambda file: file.write_bytes(b"x"))
    with reading(latest, "other.sqlite") as file:
        assert not file.exists()


@pytest.fixture
def patched(tmp_path: Path) -> Path:
    """A generation with a base and two patches, each too large to be read on opening."""
    content = bytearray(Random(1).randbytes(64_000 * BLOCK))
    latest = publish_bytes(tmp_path, bytes(content))
    for step in (11, 29):
        content[:: step * BLOCK] = bytes(len(content[:: step * BLOCK]))
        latest = publish_bytes(tmp_path, bytes(content))
    assert len(stored_in(latest)[NAME].patches) == 2
    return latest


@pytest.mark.parametrize("which", range(3))
def test_damage_to_a_part_is_named_and_nothing_is_built_upon_it(patched: Path, which: int):
    part = stored_in(patched)[NAME].files[which]
    damaged = bytearray(part.read_bytes())
    damaged[len(damaged) // 2] ^= 16
    part.unlink()
    part.write_bytes(damaged)
    with pytest.raises(IndexCorrupt, match=part.name), reading(patched, NAME):
        pass
    with pytest.raises(IndexCorrupt, match=part.name):
        WhooshIndexWriter(patched.parent, 2).start_build(fresh=False)
    assert not list(patched.parent.glob("build-*"))


def test_a_part_that_the_manifest_does_not_list_is_refused(patched: Path):
    number = len(read_manifest(patched).files)
    stranger = patched / SIDECARS / f"{NAME}.{number:06d}.patch"
    os.link(stored_in(patched)[NAME].patches[0], stranger)
    with pytest.raises(IndexCorrupt, match=stranger.name), reading(patched, NAME):
        pass


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SVCPATCH",
        b"SVCPATCH".ljust(32, b"\0"),
        b"x" * 400,
        b"SVCPATCH" + b"\1\0\0\0\0\1\0\0".ljust(16, b"\0") + b"\xff" * 8,
    ],
)
def test_what_is_no_patch_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "a.patch"
    path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"a\.patch"):
        open_patch(path)
