"""An archive in a live cluster from the terminal and over HTTP, as an operator and a reader have it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from searchsvc import wiring
from searchsvc.settings import Settings, load_settings
from searchsvc.web import create_app
from tests.cluster.live import live_urls
from tests.unit.commands import invoke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from searchsvc.engine.opensearch.cluster.client import Client

    Command = Callable[..., Result]

WORDS = (("talks",), ("border",), ("--in", "articles", "said"), ("spokes*",))
SAMPLE = Path(__file__).parents[2] / "searchsvc" / "sample"


@pytest.fixture
def environ(
    cluster_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Settings of an archive of its own in the cluster; its indices are gone afterwards."""
    prefix = f"test-{uuid4().hex[:12]}"
    settings = {
        "SEARCHSVC_INDEX_ENGINE": "opensearch",
        "SEARCHSVC_INDEX_PATH": str(tmp_path / "index"),
        "SEARCHSVC_OPENSEARCH_URLS": ",".join(live_urls()),
        "SEARCHSVC_OPENSEARCH_PREFIX": prefix,
        "SEARCHSVC_OPENSEARCH_SHARDS": "2",
        "SEARCHSVC_OPENSEARCH_LEASE_S": "3",
        "SEARCHSVC_SEARCH_HELD_S": "0",
        "SEARCHSVC_SEARCH_BUDGET_MS": "0",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield settings
    cluster_client.ask("DELETE", f"/{prefix}-*", params={"ignore_unavailable": "true"})


def settings_of(environ: dict[str, str]) -> Settings:
    return load_settings(environ=environ)


def done(*arguments: str, code: int = 0) -> Any:
    """What a command says with --json."""
    result = invoke(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout.splitlines()[-1])


def write(folder: Path, name: str, **articles: str) -> None:
    folder.mkdir(exist_ok=True)
    lines = (
        {"id": key, "title": key, "text": text, "date": "2017-05-12"}
        for key, text in articles.items()
    )
    (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))


def said(who: str) -> str:
    return f"“We will keep the border open to trade,” said {who} on Monday."


def test_the_sample_archive_from_reindex_to_the_page(environ: dict[str, str]):
    report = done("reindex", str(SAMPLE))
    status = done("status")
    assert status["generation"] == report["status"]["generation"] == "gen-000001"
    assert status["engine"] == "opensearch"
    assert status["cluster"]["status"] in {"green", "yellow"}
    assert status["outdated_names"] == 0
    assert done("search", "talks")["total"]["statements"] > 0
    assert done("verify")["sound"]
    full = done("verify", "--full")
    assert full["sound"], full["problems"]
    assert (full["articles"], full["statements"]) == (status["articles"], status["statements"])
    assert full["questions"] > 0
    assert done("reindex", str(SAMPLE))["status"] is None
    engine = wiring.open_engine(settings_of(environ))
    client = create_app(engine, settings_of(environ)).test_client()
    page = client.get("/search?q=talks")
    found = client.get("/api/v1/search?q=talks").get_json()
    assert page.status_code == 200
    assert f"{found['total']['statements']:,}" in page.get_data(as_text=True)
    ready = client.get("/readyz").get_json()
    assert ready["engine"] == "opensearch"
    assert ready["cluster"]["nodes"] >= 1
    metrics = client.get("/metrics").get_data(as_text=True)
    assert f"searchsvc_cluster_nodes {float(ready['cluster']['nodes'])}" in metrics
    assert "searchsvc_cluster_status " in metrics
    engine.close()


@pytest.mark.usefixtures("environ")
def test_counts_are_those_of_the_folder_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    done("reindex", str(SAMPLE))
    there = [done("search", *words)["total"] for words in WORDS]
    monkeypatch.setenv("SEARCHSVC_INDEX_ENGINE", "whoosh")
    monkeypatch.setenv("SEARCHSVC_INDEX_PATH", str(tmp_path / "folder"))
    done("reindex", str(SAMPLE))
    here = [done("search", *words)["total"] for words in WORDS]
    assert there == here


@pytest.mark.usefixtures("environ")
def test_increments_rollback_holding_back_and_pruning(tmp_path: Path):
    news = tmp_path / "news"
    write(news, "one.jsonl", a1=said("Rosa Quispe"), a2=said("Ivo Berg"))
    assert done("reindex", str(news))["added"] == 2
    write(news, "two.jsonl", a3=said("Rosa Quispe"))
    second = done("reindex", str(news))
    assert (second["added"], second["full"], second["files_read"]) == (1, False, 1)
    (news / "one.jsonl").unlink()
    assert done("reindex", str(news))["removed"] == 2
    assert done("search", "--in", "articles", "border")["total"]["articles"] == 1
    assert done("rollback")["articles"] == 3
    assert done("search", "--in", "articles", "border")["total"]["articles"] == 3
    (tmp_path / "golden.toml").write_text('[[search]]\nq = "nowhere"\n')
    held = done("reindex", str(news), "--set", "gate.golden=golden.toml", code=6)["held"]
    assert "nowhere" in held["reasons"][0]
    assert done("status")["held"]["generation"] == held["generation"]
    assert done("publish")["articles"] == 1
    assert done("prune", "--keep", "1")["deleted"]
    assert invoke("rollback").exit_code == 7
    assert done("search", "--in", "articles", "border")["total"]["articles"] == 1


@pytest.mark.usefixtures("environ")
def test_a_shard_of_a_folder_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEARCHSVC_INDEX_ENGINE", "whoosh")
    result = invoke("reindex", "--shard", "1/2", str(SAMPLE))
    assert result.exit_code == 2
    assert "index.engine = opensearch" in result.output


@pytest.mark.usefixtures("environ")
def test_two_shards_by_the_command_line(tmp_path: Path):
    command = [sys.executable, "-m", "searchsvc", "reindex", str(SAMPLE), "--json"]
    runs = []
    for number in (1, 2):
        own = os.environ | {"SEARCHSVC_INDEX_PATH": str(tmp_path / f"machine{number}")}
        runs.append(
            subprocess.Popen(
                [*command, "--shard", f"{number}/2"],
                env=own,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    reports = []
    for run in runs:
        out, err = run.communicate()
        assert run.returncode == 0, err
        reports.append(json.loads(out.splitlines()[-1]))
    (last,) = [report for report in reports if report["status"]]
    (other,) = [report for report in reports if not report["status"]]
    assert last["articles"] == done("status")["articles"]
    assert other["shard"] in {"1/2", "2/2"}
    assert done("verify", "--full")["sound"]


@pytest.mark.usefixtures("environ")
def test_a_killed_reindex_is_resumed():
    killer = (
        "import os, signal\n"
        "from searchsvc.engine.opensearch.building.build import OpenSearchBuild as Build\n"
        "from searchsvc.cli import main\n"
        "added = []\n"
        "send = Build.add\n"
        "def add(self, *documents):\n"
        "    send(self, *documents)\n"
        "    added.append(documents)\n"
        "    if len(added) == 20:\n"
        "        self._sender.flush()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "Build.add = add\n"
        f"main(['reindex', {str(SAMPLE)!r}])\n"
    )
    killed = subprocess.run([sys.executable, "-c", killer], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert invoke("search", "talks").exit_code == 3  # nothing of it is published
    report = done("reindex", str(SAMPLE))
    assert report["resumed"] == report["articles"] == 68
    assert done("verify", "--full")["sound"]


def test_no_node_is_503_with_a_type_of_its_own(environ: dict[str, str]):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lost = environ | {
        "SEARCHSVC_OPENSEARCH_URLS": f"http://127.0.0.1:{port}",
        "SEARCHSVC_OPENSEARCH_RETRY_S": "0",
    }
    engine = wiring.open_engine(settings_of(lost))
    client = create_app(engine, settings_of(lost)).test_client()
    for path in ("/readyz", "/api/v1/search", "/api/v1/status"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.get_json(force=True)["type"].endswith("#error-no-cluster")
    assert client.get("/search").status_code == 503
    assert client.get("/healthz").status_code == 200
    metrics = client.get("/metrics").get_data(as_text=True)
    assert "searchsvc_ready 0.0" in metrics
    assert "searchsvc_cluster_nodes 0.0" in metrics
    engine.close()


@pytest.mark.usefixtures("environ")
def test_without_its_client_the_setting_says_what_to_install():
    code = (
        "import sys\n"
        "sys.modules['opensearchpy'] = None\n"
        "from searchsvc.cli import main\n"
        "main(['status'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert result.returncode == 2
    assert "pip install searchsvc[opensearch]" in result.stderr
