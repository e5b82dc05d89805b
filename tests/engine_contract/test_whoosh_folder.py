"""What the Whoosh engine's folder withstands: damage, kills, other formats, other writers."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.execute import document
from searchsvc.engine.whoosh.manifest import MANIFEST, read_manifest, write_manifest
from searchsvc.errors import (
    CurrentMissing,
    EngineUnavailable,
    HeldBack,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
)
from searchsvc.query.tree import Prefix, Value
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, request, statement_document


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index folder with two generations, articles a1 and then a1 and a2."""
    path = tmp_path / "index"
    publish(path, "a1", fresh=True)
    publish(path, "a2", fresh=False)
    return path


def publish(path: Path, *names: str, fresh: bool) -> None:
    build = WhooshIndexWriter(path, 2).start_build(fresh=fresh)
    for name in names:
        build.add(article_document(id=name), [statement_document(article_id=name)])
    build.sidecar("notes.txt").write_text(names[0])
    build.publish(rejects=0)


def found(path: Path) -> list[str]:
    engine = WhooshEngine(path, SearchSettings())
    try:
        return [hit.document.id for hit in engine.search(request()).hits]
    finally:
        engine.close()


def published(path: Path) -> Path:
    return path / (path / "CURRENT").read_text().split()[0]


def files(path: Path) -> list[str]:
    folder = published(path)
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def damage_by(how: str, file: Path) -> None:
    """Replace, never rewrite: the file is shared with the other generation."""
    content = file.read_bytes()
    file.unlink()
    if how == "cut short":
        file.write_bytes(content[:-1])
    elif how == "altered":
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


@pytest.fixture
def alone(index: Path) -> Path:
    """The same without the first generation: nothing can take the place of the second."""
    shutil.rmtree(index / "gen-000001")
    return index


@pytest.mark.parametrize("how", ["missing", "cut short", "altered"])
def test_no_file_can_be_damaged_unnoticed(alone: Path, tmp_path: Path, how: str):
    index = alone
    names = [name for name in files(index) if name != MANIFEST]
    assert any(name.endswith(".toc") for name in names)
    assert any(name.endswith(".arrays") for name in names)
    assert "sidecars/notes.txt" in names
    for number, name in enumerate(names):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(index, copy)
        damaged = published(copy) / name
        damage_by(how, damaged)
        with pytest.raises(IndexCorrupt, match=f"{Path(name).name}.*rollback") as caught:
            found(copy)
        assert caught.value.path == str(damaged)
        with pytest.raises(IndexCorrupt):
            WhooshIndexWriter(copy, 2).start_build(fresh=False)


def test_a_damaged_generation_can_be_rolled_back(index: Path):
    (published(index) / "_articles_1.toc").unlink(missing_ok=True)
    next(published(index).glob("*.toc")).unlink()
    WhooshIndexWriter(index, 2).rollback()
    assert found(index) == ["a1"]


def test_a_damaged_generation_can_be_built_anew(index: Path):
    next(published(index).glob("*.toc")).unlink()
    publish(index, "a3", fresh=True)
    assert found(index) == ["a3"]


@pytest.mark.parametrize("content", ["", "{", "[]", '"format"', "{}", '{"format": "1"}'])
def test_a_damaged_manifest_is_refused(alone: Path, content: str):
    (published(alone) / MANIFEST).write_text(content)
    with pytest.raises(IndexCorrupt, match=MANIFEST):
        found(alone)


@pytest.mark.parametrize("key", ["files", "built_at", "versions"])
def test_a_manifest_without_a_part_is_refused(alone: Path, key: str):
    manifest = json.loads((published(alone) / MANIFEST).read_text())
    del manifest[key]
    (published(alone) / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(IndexCorrupt, match=MANIFEST):
        found(alone)


@pytest.mark.parametrize("key", ["format", "schema", "analyzer"])
def test_another_version_is_refused_before_whoosh_reads_anything(index: Path, key: str):
    folder = published(index)
    versions: dict[str, Any] = {key: "another"}
    write_manifest(folder, dataclasses.replace(read_manifest(folder), **versions))
    for toc in folder.glob("*.toc"):
        toc.unlink()
    with pytest.raises(IndexIncompatible, match=r"another.*reindex --full"):
        found(index)
    with pytest.raises(IndexIncompatible):
        WhooshIndexWriter(index, 2).start_build(fresh=False)
    publish(index, "a3", fresh=True)
    assert found(index) == ["a3"]


@pytest.mark.parametrize("content", ["", "../elsewhere", "gen-x", "gen-000009", "\xff"])
def test_a_current_that_names_no_generation_is_refused(index: Path, content: str):
    (index / "CURRENT").write_bytes(content.encode("latin-1"))
    with pytest.raises(IndexCorrupt):
        found(index)


@pytest.mark.parametrize("content", ["", "garbage\n", "gen-000077\n"])
def test_a_full_build_needs_no_current(index: Path, content: str):
    (index / "CURRENT").write_text(content)
    publish(index, "a3", fresh=True)
    assert found(index) == ["a3"]


def test_a_rollback_needs_nothing_of_the_generation_it_leaves(index: Path):
    shutil.rmtree(published(index))
    WhooshIndexWriter(index, 2).rollback()
    assert found(index) == ["a1"]


def test_a_missing_folder_has_no_index(tmp_path: Path):
    with pytest.raises(IndexMissing, match="searchsvc reindex"):
        found(tmp_path / "nowhere")


def test_where_only_the_note_of_what_is_published_is_lost_a_rollback_is_named_and_works(
    index: Path,
):
    (index / "CURRENT").unlink()
    with pytest.raises(CurrentMissing, match="is missing; run `searchsvc rollback`"):
        found(index)
    WhooshIndexWriter(index, 2).rollback()
    assert found(index) == ["a1", "a2"]


def test_a_first_generation_that_is_held_back_is_none_to_roll_back_to(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path, 2).start_build(fresh=True)
    build.add(article_document(id="a1"), [statement_document(article_id="a1")])
    with pytest.raises(HeldBack):
        build.publish(rejects=0, gate=lambda _: ("not this one",))
    for ask in (found, lambda path: WhooshIndexWriter(path, 2).rollback()):
        with pytest.raises(IndexMissing, match="no index has been published here") as caught:
            ask(tmp_path)
        assert "rollback" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineUnavailable, match="cannot be written"):
        WhooshIndexWriter(tmp_path / "file" / "index", 2).start_build(fresh=True)


def test_a_lock_names_its_holder(index: Path):
    build = WhooshIndexWriter(index, 2).start_build(fresh=True)
    with pytest.raises(EngineUnavailable, match=rf"process {os.getpid()}, since 20\d\d-"):
        WhooshIndexWriter(index, 2).start_build(fresh=True)
    build.abandon()


KILLED = """
import os, signal, sys
from pathlib import Path
from searchsvc.engine.whoosh import WhooshIndexWriter
from tests.builders import article_document
build = WhooshIndexWriter(Path(sys.argv[1]), 2).start_build(fresh=False)
build.add(article_document(id="killed"), ())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_build_is_swept_and_its_lock_is_free(index: Path):
    dead = subprocess.run(
        [sys.executable, "-c", KILLED, str(index)],
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL
    assert [path.name for path in index.glob("build-*")] == ["build-000003"]
    assert found(index) == ["a1", "a2"]
    WhooshIndexWriter(index, 2).start_build(fresh=False).abandon()
    assert list(index.glob("build-*")) == []
    publish(index, "a3", fresh=False)
    assert found(index) == ["a1", "a2", "a3"]


class Killed(BaseException):
    """Ends a build where it stands, as a signal would."""


@pytest.mark.parametrize(
    ("step", "done", "expected"),
    [
        ("rename", False, ["a1", "a2"]),
        ("rename", True, ["a1", "a2"]),
        ("replace", False, ["a1", "a2"]),
        ("replace", True, ["a1", "a2", "a3"]),
    ],
)
def test_a_build_killed_while_it_publishes_leaves_one_generation_whole(
    index: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    done: bool,  # noqa: FBT001 - a parameter of the test
    expected: list[str],
):
    """The last two steps: the folder gets its name, then CURRENT is replaced."""
    original = getattr(Path, step)

    def die(file: Path, target: Path) -> None:
        if done:
            original(file, target)
        raise Killed

    build = WhooshIndexWriter(index, 2).start_build(fresh=False)
    build.add(article_document(id="a3"), [statement_document(article_id="a3")])
    monkeypatch.setattr(Path, step, die)
    with pytest.raises(Killed):
        build.publish(rejects=0)
    monkeypatch.undo()
    build._lock.release()  # the kernel does this for the dead
    assert found(index) == expected
    publish(index, "a4", fresh=False)
    assert found(index) == [*expected, "a4"]


def test_a_generation_that_never_became_current_is_swept(index: Path):
    shutil.copytree(published(index), index / "gen-000003")
    WhooshIndexWriter(index, 2).start_build(fresh=False).abandon()
    assert not (index / "gen-000003").exists()
    assert found(index) == ["a1", "a2"]


def test_nothing_is_swept_where_current_is_lost(index: Path):
    (index / "CURRENT").unlink()
    WhooshIndexWriter(index, 2).start_build(fresh=False).abandon()
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-000001", "gen-000002"]


def test_an_update_shares_the_files_it_did_not_change(tmp_path: Path):
    publish(tmp_path, "a1", "a2", "a3", "a4", fresh=True)
    publish(tmp_path, "a5", fresh=False)
    first, second = tmp_path / "gen-000001", tmp_path / "gen-000002"
    shared = [
        file.name
        for file in second.iterdir()
        if file.is_file() and (first / file.name).exists() and file.samefile(first / file.name)
    ]
    assert {Path(name).suffix for name in shared} >= {".arrays", ".stored"}
    assert not (second / "sidecars/notes.txt").samefile(first / "sidecars/notes.txt")


def test_an_update_leaves_the_generation_before_as_it_was(index: Path):
    before = {name: (published(index) / name).read_bytes() for name in files(index)}
    folder = published(index)
    build = WhooshIndexWriter(index, 2).start_build(fresh=False)
    build.remove(["a1", "a2"])
    build.sidecar("notes.txt").write_text("changed")
    build.publish(rejects=0)
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert found(index) == []


def test_a_reader_survives_that_its_generation_is_dropped(index: Path):
    engine = WhooshEngine(index, SearchSettings())
    snapshot = engine._published.latest().opened()
    for name in ("a3", "a4", "a5"):
        publish(index, name, fresh=True)
    assert not (index / snapshot.name).exists()
    view = snapshot.views[request().collection]
    assert document(view, view.find("a1")) == article_document(id="a1")
    assert [hit.document.id for hit in engine.search(request()).hits] == ["a5"]
    engine.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        engine.search(request())


def test_a_document_that_cannot_be_written_does_no_harm(index: Path):
    build = WhooshIndexWriter(index, 2).start_build(fresh=False)
    with pytest.raises(UnicodeEncodeError):
        build.add(article_document(id="bad"), [statement_document(body="half a pair: \ud83d")])
    build.add(article_document(id="a3"), [statement_document(article_id="a3")])
    build.publish(rejects=1)
    assert found(index) == ["a1", "a2", "a3"]


def test_endless_words_and_names_are_indexed(index: Path):
    long = "x" * 100_000
    build = WhooshIndexWriter(index, 2).start_build(fresh=True)
    build.add(article_document(body=long, speakers=(long,)), ())
    build.publish(rejects=0)
    engine = WhooshEngine(index, SearchSettings())
    for node in (Prefix("xx", "body", NOWHERE), Value("speaker", long, NOWHERE)):
        assert engine.search(request(query=node)).total == 1
    engine.close()


def test_a_failed_build_can_be_abandoned_halfway(index: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    build = WhooshIndexWriter(index, 2).start_build(fresh=False)
    build.add(article_document(id="a3"), ())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EngineUnavailable, match="No space left"):
        build.publish(rejects=0)
    build.abandon()
    monkeypatch.undo()
    assert found(index) == ["a1", "a2"]
    assert list(index.glob("build-*")) == []
    publish(index, "a3", fresh=False)
    assert found(index) == ["a1", "a2", "a3"]


def test_a_published_generation_holds_no_leftovers(index: Path):
    suffixes = {Path(name).suffix for name in files(index)}
    assert suffixes == {".json", ".toc", ".arrays", ".stored", ".txt"}
    assert {path.name for path in index.iterdir()} - {"LOCK", "HOLDER"} == {
        "CURRENT",
        "gen-000001",
        "gen-000002",
    }
