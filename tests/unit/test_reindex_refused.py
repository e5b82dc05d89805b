"""What the machine refuses midway: said clearly, nothing published, nothing left behind."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from searchsvc.errors import EngineUnavailable
from searchsvc.reindex.space import check_space, needed, shown
from tests.unit.commands import invoke, start, write_articles


@pytest.fixture
def index(tmp_path):
    """An index with something published."""
    index = tmp_path / "index"
    assert (
        invoke("reindex", "--index", index, write_articles(tmp_path / "old.jsonl")).exit_code == 0
    )
    return index


@pytest.fixture
def news(tmp_path):
    """More than what is published."""
    rows = (
        {
            "id": f"n{number}",
            "title": "News",
            "text": f"“It is so,” said Rosa Quispe on day {number}.",
        }
        for number in range(400)
    )
    return write_articles(tmp_path / "news.jsonl", rows)


def names(index):
    return sorted(path.name for path in index.iterdir())


def total(index):
    result = invoke("search", "--index", index, "--in", "articles", "--json", "")
    return json.loads(result.stdout)["total"]["articles"]


def refused(index, news, *options, before=None, **limits):
    """What a reindex says that is refused something; checks that nothing has become of it."""

    def limit():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, name), (value, value))

    before = names(index)
    process = start("reindex", "--index", index, news, *options, preexec_fn=limit)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 5, errors
    # Where memory is short, Python itself may tell of a generator that it could not close.
    assert "Traceback" not in errors.partition("Exception ignored")[0]
    assert names(index) == before
    assert total(index) == 2
    return errors.splitlines()[-1]


@pytest.mark.parametrize("handles", [12, 16])
def test_too_few_file_handles_are_told_with_the_limit_to_raise(index, news, handles):
    assert "ulimit -n" in refused(index, news, RLIMIT_NOFILE=handles)


@pytest.mark.parametrize("size", [2_000, 50_000])
def test_a_limit_on_the_size_of_files_is_told(index, news, size):
    assert "error: " in refused(index, news, RLIMIT_FSIZE=size)


def test_too_little_memory_is_told_with_what_to_do(index, tmp_path):
    """One article of which extraction makes more than is allowed."""
    text = "“It is so,” said Rosa Quispe of Peru. " * 30_000
    long = write_articles(tmp_path / "long.jsonl", [{"id": "long", "title": "Long", "text": text}])
    message = refused(index, long, RLIMIT_AS=320 << 20)
    assert "memory" in message


# A disk of its own.


@pytest.fixture
def small_disk(tmp_path):
    """A folder with 3 MB of space; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_before_the_start_or_when_it_is_full(index, news, small_disk):
    there = small_disk / "index"
    shutil.copytree(index, there)
    (small_disk / "some").write_bytes(bytes(shutil.disk_usage(small_disk).free - 900_000))
    message = refused(there, news)
    assert "are needed" in message
    assert "--no-space-check" in message
    (small_disk / "other").write_bytes(bytes(shutil.disk_usage(small_disk).free - 150_000))
    message = refused(there, news, "--no-space-check")
    assert "full" in message or "No space left" in message


def test_a_read_only_disk_is_told(index, news, small_disk):
    there = small_disk / "index"
    shutil.copytree(index, there)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "Read-only" in refused(there, news)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_told(index, news):
    index.chmod(0o500)
    try:
        assert "Permission denied" in refused(index, news)
    finally:
        index.chmod(0o700)


# The estimate.


def test_packed_text_needs_more_than_it_is_large_and_pages_less():
    plain, packed, page = (needed([(name, 10**9)]) for name in ("a.jsonl", "a.jsonl.gz", "a.HTML"))
    assert page < plain < packed
    assert needed([("a", 5 * 10**8), ("b.txt", 5 * 10**8)]) == plain
    assert needed([]) < 10**8


def test_a_disk_that_is_too_small_is_refused_unless_a_dead_run_has_filled_it(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * 10**9))
    with pytest.raises(EngineUnavailable, match=r"3\.2 GB are needed.*2\.0 GB are free"):
        check_space(tmp_path, [("a.jsonl", 10**9)], already=0)
    check_space(tmp_path, [("a.jsonl", 10**9)], already=13 * 10**8)


@pytest.mark.parametrize(
    ("size", "text"),
    [(12, "12 bytes"), (2500, "2.5 kB"), (7 * 10**6, "7.0 MB"), (10**10, "10.0 GB")],
)
def test_sizes_are_short(size, text):
    assert shown(size) == text
