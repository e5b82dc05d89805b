"""`searchsvc serve` as a process, asked over HTTP and stopped by a signal."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from contextlib import contextmanager
from unittest.mock import Mock

import pytest

from searchsvc.columnar import compiled
from tests.unit.commands import invoke, start, write_articles


@contextmanager
def serving(*arguments, cwd, end=signal.SIGTERM):
    """Address of a server on a free port; stopped cleanly at the end."""
    process = start("serve", "--port", "0", "--json", *arguments, cwd=cwd)
    try:
        line = process.stdout.readline()
        assert line, process.communicate(timeout=60)[1]
        yield json.loads(line)["url"]
    finally:
        process.send_signal(end)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.read()


def articles(url):
    return json.loads(get(f"{url}api/v1/search?in=articles"))["total"]["articles"]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_page_and_the_endpoint_are_served_until_a_signal(tmp_path, end):
    invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    with serving(cwd=tmp_path, end=end) as url:
        assert b"<html" in get(f"{url}search?q=productive").lower()
        assert articles(url) == 2


def test_a_reindex_is_seen_without_a_restart(tmp_path):
    file = write_articles(tmp_path / "a.jsonl")
    invoke("reindex", file, "--index", tmp_path / "index")
    with serving(cwd=tmp_path) as url:
        assert articles(url) == 2
        write_articles(file, [{"id": "only", "title": "Only", "text": "The only story."}])
        invoke("reindex", file, "--index", tmp_path / "index")
        assert articles(url) == 1


def test_without_an_index_the_server_says_so_and_waits_for_one(tmp_path):
    with serving(cwd=tmp_path) as url:
        with pytest.raises(urllib.error.HTTPError) as caught:
            articles(url)
        assert caught.value.code == 503
        caught.value.close()
        invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
        assert articles(url) == 2


def test_the_sample_archive_is_indexed_where_there_is_no_index_yet(tmp_path):
    with serving("--sample", cwd=tmp_path) as url:
        assert articles(url) > 5
        status = json.loads(invoke("status", "--json", "--index", tmp_path / "index").stdout)
        assert status["rejects"] == 0
        sources = json.loads(get(f"{url}api/v1/search?in=articles&facets=source"))["facets"][0]
        assert "hanul-daily-sample" in {value["value"] for value in sources["values"]}


def test_the_sample_archive_never_replaces_an_index(tmp_path):
    invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    with serving("--sample", cwd=tmp_path) as url:
        assert articles(url) == 2


def test_nor_one_that_only_lacks_the_note_of_what_is_published(tmp_path):
    invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    (tmp_path / "index" / "CURRENT").unlink()
    with serving("--sample", cwd=tmp_path) as url:
        assert invoke("rollback", "--index", tmp_path / "index").exit_code == 0
        assert articles(url) == 2


def test_a_port_in_use_is_an_error_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("serve", "--port", port, cwd=tmp_path)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 5
    assert f"port {port}" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("missing", [True, False])
def test_it_says_what_it_could_be_faster_with(tmp_path, monkeypatch, missing):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(compiled, "loops", None if missing else object())
    monkeypatch.setattr("waitress.create_server", Mock(side_effect=OSError))
    result = invoke("serve")
    assert ("C++ compiler" in result.stderr) is missing


def test_a_host_that_does_not_exist_is_an_error_in_one_line(tmp_path):
    process = start("serve", "--port", "0", "--host", "192.0.2.1", cwd=tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 5
    assert "192.0.2.1" in errors
    assert "Traceback" not in errors
