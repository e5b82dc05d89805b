"""A cluster of a proof's own, an archive in it, and real commands and servers over it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from searchsvc import wiring
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.cluster.nodes import FOLDER, Cluster
from tests.durability.answers import told_by_web
from tests.endpoint.serving import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.settings import Settings

OWN: Final = FOLDER / "own"
"""Of the cluster that is started for a proof: its nodes are killed, which others would mind."""
PREFIX: Final = "proof"
BUDGET_MS: Final = 8_000
"""Ten times the default: many processes of a cluster share the processors of one machine here."""


@dataclass(frozen=True)
class Scene:
    """An archive in a cluster, and the folder of everything else.

    Attributes:
        changes: settings besides, by their names in the environment.
    """

    cluster: Cluster
    folder: Path
    changes: dict[str, str]

    @property
    def environ(self) -> dict[str, str]:
        """Of commands that work on it."""
        return environment() | self._settings()

    @property
    def settings(self) -> Settings:
        """What the commands have, for this process."""
        return load_settings(environ=self._settings())

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """A `searchsvc` command under way."""
        return subprocess.Popen(
            [sys.executable, "-m", "searchsvc", *map(str, arguments), "--json"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> Any:
        """What a command says last. Raises RuntimeError where it fails."""
        return ended(self.start(*arguments))

    def ask(self, path: str) -> Any:
        """What the first node that answers says of the cluster. Raises OSError: none does."""
        failure = OSError("no node")
        for url in self.cluster.urls:
            try:
                return json.load(urllib.request.urlopen(url + path, timeout=10))
            except OSError as error:
                failure = error
        raise failure

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of a server over it. Raises RuntimeError where one does not start or end well."""
        server = self.start("serve", "--port", 0)
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            if not line:
                raise RuntimeError(server.communicate()[1])
            yield json.loads(line)["url"]
        finally:
            server.send_signal(signal.SIGTERM)
            _, errors = server.communicate()
        if server.returncode or "Traceback" in errors:
            raise RuntimeError(f"serve ended with {server.returncode}: {errors[-2000:]}")

    def _settings(self) -> dict[str, str]:
        return {
            "SEARCHSVC_INDEX_ENGINE": "opensearch",
            "SEARCHSVC_INDEX_PATH": str(self.folder / "index"),
            "SEARCHSVC_OPENSEARCH_URLS": ",".join(self.cluster.urls),
            "SEARCHSVC_OPENSEARCH_PREFIX": PREFIX,
            "SEARCHSVC_OPENSEARCH_SHARDS": "3",
            "SEARCHSVC_OPENSEARCH_REPLICAS": "1",
            "SEARCHSVC_SEARCH_BUDGET_MS": str(BUDGET_MS),
            **self.changes,
        }


def ended(command: subprocess.Popen[str]) -> Any:
    """What a command has said last. Raises RuntimeError where it failed."""
    out, errors = command.communicate()
    if command.returncode:
        raise RuntimeError(f"{command.args!r}: {command.returncode}: {out[-500:]}{errors[-2000:]}")
    return json.loads(out.splitlines()[-1])


@contextmanager
def scene(nodes: int, **changes: str) -> Iterator[Scene]:
    """An empty archive in a cluster of so many nodes, all of it gone afterwards."""
    cluster = Cluster(OWN)
    if cluster.up():
        cluster.stop()
    cluster.start(nodes)
    try:
        with TemporaryDirectory(prefix="proof-") as folder:
            yield Scene(cluster, Path(folder), changes)
    finally:
        cluster.stop()


@contextmanager
def folder_engine(archive: Path, folder: Path) -> Iterator[Settings]:
    """Settings of an index of `archive` in a folder, built by a command that nobody disturbs."""
    environ = {"SEARCHSVC_INDEX_PATH": str(folder), "SEARCHSVC_SEARCH_BUDGET_MS": "0"}
    subprocess.run(
        [sys.executable, "-m", "searchsvc", "reindex", "--full", str(archive)],
        env=environment() | environ,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield load_settings(environ=environ)


def answers_of(settings: Settings, addresses: Sequence[str]) -> tuple[str, ...]:
    """What the archive of `settings` answers to each address, see `told_by_web`."""
    engine = wiring.open_engine(settings)
    try:
        client = create_app(engine, settings).test_client()
        return tuple(told_by_web(client.get(address).get_json()) for address in addresses)
    finally:
        engine.close()


def documents_of(settings: Settings) -> int:
    """How many articles and statements the archive of `settings` has."""
    engine = wiring.open_engine(settings)
    try:
        status = engine.status()
        return status.articles + status.statements
    finally:
        engine.close()


def processors() -> str:
    """How busy the machine is that figures come from."""
    return f"{os.cpu_count()} (load {os.getloadavg()[0]:.0f})"
