"""What is said and done where tests find no cluster, and none can be started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from tests.cluster.java import NoCluster, find_jars
from tests.cluster.live import URL_ENV, WHY_ENV
from tests.cluster.nodes import FOLDER_ENV

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
FILES = ("tests/cluster/test_terms.py", "tests/cluster/test_verifying.py")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Of a machine without Maven, on which no cluster was started."""
    inherited = {name: text for name, text in os.environ.items() if name not in (URL_ENV, WHY_ENV)}
    inherited = {name: text for name, text in inherited.items() if "PYTEST" not in name}
    return inherited | {"PATH": str(tmp_path), FOLDER_ENV: str(tmp_path / "cluster")}


def run(environ: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.cluster", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def run_tests(
    environ: Mapping[str, str], *options: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    pytest_ = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={folder}"]
    return run(environ, "run", *pytest_, *options)


def test_that_tests_are_left_out_is_one_line_that_says_how_to_run_them(
    environ: dict[str, str], tmp_path: Path
):
    done = run_tests(environ, "-n", "2", "--dist", "loadfile", *FILES, folder=tmp_path / "t")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = (line for line in done.stdout.splitlines() if "SKIPPED" in line)
    assert "no OpenSearch cluster is up (no " in line
    assert "`make opensearch-up`" in line
    assert URL_ENV in line


def test_the_command_that_starts_one_fails_and_says_why(environ: dict[str, str]):
    done = run(environ, "up")
    assert done.returncode == 1
    assert done.stderr.startswith("no OpenSearch cluster: no ")
    assert done.stdout == ""


def test_a_cluster_that_is_named_and_does_not_answer_is_a_failure(
    environ: dict[str, str], tmp_path: Path
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = environ | {URL_ENV: f"http://127.0.0.1:{port}"}
    done = run_tests(named, FILES[0], folder=tmp_path / "t")
    assert done.returncode == 1
    assert f"no node answers at http://127.0.0.1:{port}" in done.stdout
    assert "SKIPPED" not in done.stdout


def test_why_maven_fetches_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    maven = tmp_path / "mvn"
    said = (
        "[ERROR] Plugin p:3: transfer failed for u: Unknown host repo: Name resolution -> [Help 1]"
    )
    maven.write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n", "utf-8")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(
        NoCluster, match=r"^Maven cannot fetch OpenSearch: Unknown host repo: Name resolution$"
    ):
        find_jars(tmp_path, tmp_path / "cluster")
