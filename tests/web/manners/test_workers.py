"""Two workers of Gunicorn over a real index: they count together, publish nothing old, share memory."""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.endpoint.serving import by_workers
from tests.unit.commands import invoke, write_articles

PATIENCE_S = 120


@pytest.fixture
def folder(tmp_path):
    invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    return tmp_path


@pytest.fixture
def gunicorn(folder):
    """A server with two workers."""
    with by_workers(folder, SEARCHSVC_SERVER_LOG="json") as workers:
        yield workers


def get(url, **headers):
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_several_workers_behave_as_one(gunicorn, folder):
    url = gunicorn.url
    search = f"{url}/api/v1/search?in=articles&facets=none"
    answers: dict[str, object] = {}

    def ask(number):
        status, headers, body = get(search, X_Request_Id=f"r{number}")
        told = json.loads(body)
        told.pop("took_ms")
        assert status == 200
        assert headers["X-Request-Id"] == f"r{number}"
        tag = headers.get("ETag")
        if tag:
            assert answers.setdefault(tag, told) == told
        return told["index"]["generation"]

    file = folder / "a.jsonl"
    with ThreadPoolExecutor(4) as threads:
        before = list(threads.map(ask, range(40)))
        during = threads.map(ask, range(40, 120))
        write_articles(file, [{"id": "only", "title": "Only", "text": "The only story."}])
        invoke("reindex", file, "--index", folder / "index")
        list(during)
        after = list(threads.map(ask, range(120, 160)))
    assert set(before) == {"gen-000001"}
    assert set(after) == {"gen-000002"}
    assert len(answers) == 2

    # Every worker knows every tag, and none takes the old one for the new.
    new = next(tag for tag, told in answers.items() if "gen-000002" in repr(told))
    (old,) = answers.keys() - {new}
    assert {get(search, If_None_Match=new)[0] for _ in range(20)} == {304}
    assert {get(search, If_None_Match=old)[0] for _ in range(20)} == {200}

    # Whichever is asked tells what all have done; of each client the last may be counted after
    # it has its answer.
    told = {
        (sample.name, sample.labels.get("operation"), sample.labels.get("status")): sample.value
        for family in text_string_to_metric_families(get(f"{url}/metrics")[2].decode())
        for sample in family.samples
    }
    assert 176 <= told["searchsvc_requests_total", "api.search", "200"] <= 180
    assert 19 <= told["searchsvc_requests_total", "api.search", "304"] <= 20
    assert told["searchsvc_articles", None, None] == 1

    # A line for every request, whole, whoever writes it.
    lines = [json.loads(line) for line in gunicorn.told().splitlines() if line[:1] == "{"]
    ids = {line["id"] for line in lines if line["logger"] == "searchsvc.requests"}
    assert {f"r{number}" for number in range(160)} <= ids
    assert len(set(gunicorn.pids())) == 2


def test_a_worker_that_dies_is_replaced_and_its_counts_stay(gunicorn):
    url = gunicorn.url
    for _ in range(10):
        assert get(f"{url}/tips")[0] == 200
    for pid in gunicorn.pids():
        os.kill(pid, signal.SIGKILL)
    assert get(f"{url}/tips")[0] == 200
    metrics = get(f"{url}/metrics")[2].decode()
    counted = re.search(r'requests_total\{operation="pages.tips",status="200"\} (\d+)', metrics)
    assert counted
    assert 9 <= int(counted[1]) <= 11  # the last may be counted after its client has the answer


def test_long_addresses_are_taken_up_to_the_limit_of_the_server(gunicorn):
    url = gunicorn.url
    assert get(f"{url}/api/v1/search?q={'x' * 1900}&expand.not={'%C3%A9' * 700}")[0] in (200, 400)
    assert 400 <= get(f"{url}/search?q={'x' * 10_000}")[0] < 500


def test_the_index_is_mapped_once_for_all(gunicorn):
    url = gunicorn.url
    if not Path("/proc/self/smaps").exists():
        pytest.skip("this system does not tell what is mapped")
    for _ in range(10):
        get(f"{url}/search?q=productive")
    for pid in gunicorn.pids():
        mapped = Path(f"/proc/{pid}/smaps").read_text()
        ours = re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", mapped)
        index = [part for part in ours if "/index/gen-" in part]
        dirty = sum(
            int(size) for part in index for size in re.findall(r"Private_Dirty: +(\d+)", part)
        )
        assert dirty == 0
