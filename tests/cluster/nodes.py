"""A cluster of OpenSearch nodes on loopback, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.java import HERE, NoCluster, find_jars, find_jdk

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER_ENV = "SEARCHSVC_TEST_CLUSTER"
FOLDER = Path(os.environ.get(FOLDER_ENV, HERE.parents[1] / ".cluster"))
"""Of the cluster that `make opensearch-up` starts."""
HEAP = "512m"
FRUGAL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Of Java, for nodes that stand side by side on a small machine for minutes: it compiles quickly
rather than well, which is 2/5 less work over all."""
PATIENCE_S = 240
MEMORY = Path("/dev/shm")
"""Where a file system lies in memory."""
ROOM = 1 << 30
"""Bytes that must be free there."""


@dataclass(frozen=True, slots=True)
class Node:
    """A process."""

    name: str
    pid: int
    http: int
    transport: int


class Cluster:
    """Nodes whose data, logs and whereabouts lie in one folder."""

    def __init__(
        self, folder: Path = FOLDER, *, heap: str = HEAP, options: Sequence[str] = FRUGAL
    ) -> None:
        self.folder = folder
        self.heap = heap
        self.options = options
        self.nodes: list[Node] = []
        state = folder / "nodes.json"
        if state.is_file():
            self.nodes = [Node(**each) for each in json.loads(state.read_text("utf-8"))]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://127.0.0.1:{node.http}" for node in self.nodes)

    def up(self) -> bool:
        """Whether nodes run and answer."""
        return bool(self.nodes) and any(map(answers, self.urls))

    def start(self, count: int, *, in_memory: bool = False) -> None:
        """Start so many nodes and wait until they are one cluster.

        Args:
            count: of nodes.
            in_memory: whether their data may lie in memory, as that of many small indices should;
                it does where there is room.

        Raises:
            NoCluster: they cannot be started.
        """
        find_jars(find_jdk(), self.folder)
        self._clear()
        if in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
            data = tempfile.mkdtemp(prefix="searchsvc-tests-", dir=MEMORY)
            (self.folder / "data").symlink_to(data)
        ports = _free_ports(2 * count)
        managers = [f"127.0.0.1:{port}" for port in ports[count:]]
        for at in range(count):
            self.nodes.append(self._run(f"node-{at + 1}", ports[at], ports[count + at], managers))
            self._remember()
        try:
            self.wait_for(nodes=count)
        except NoCluster:
            self.stop()
            raise

    def kill(self, at: int) -> None:
        """End a node at once, without a word."""
        os.kill(self.nodes[at].pid, signal.SIGKILL)
        _reap(self.nodes[at].pid)

    def restart(self, at: int) -> None:
        """Start a node again that was killed, with the data that it had."""
        node = self.nodes[at]
        managers = [f"127.0.0.1:{each.transport}" for each in self.nodes]
        self.nodes[at] = self._run(node.name, node.http, node.transport, managers)
        self._remember()

    def stop(self) -> None:
        """End all nodes and delete what they had."""
        for node in self.nodes:
            with suppress(ProcessLookupError):
                os.kill(node.pid, signal.SIGKILL)
                _reap(node.pid)
        self.nodes = []
        (self.folder / "nodes.json").unlink(missing_ok=True)
        self._clear()

    def wait_for(self, *, nodes: int, status: str = "yellow") -> None:
        """Wait until so many nodes are one cluster. Raises NoCluster."""
        end = time.monotonic() + PATIENCE_S
        path = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=5s"
        while time.monotonic() < end:
            for url in self.urls:
                with suppress(OSError, urllib.error.URLError):
                    health = json.load(urllib.request.urlopen(url + path, timeout=10))
                    if health["number_of_nodes"] == nodes and not health["timed_out"]:
                        return
            dead = [node for node in self.nodes if not _alive(node.pid)]
            if len(self.nodes) - len(dead) < nodes:
                raise NoCluster(f"{dead[0].name} ended; see {self.log_of(dead[0])}")
            time.sleep(0.2)
        raise NoCluster(f"{nodes} nodes did not find each other in {PATIENCE_S} s")

    def log_of(self, node: Node) -> Path:
        """What a node wrote."""
        return self.folder / f"{node.name}.log"

    def _clear(self) -> None:
        """Delete what nodes had, where it lies."""
        data = self.folder / "data"
        shutil.rmtree(data.resolve(), ignore_errors=True)
        if data.is_symlink():
            data.unlink()

    def _remember(self) -> None:
        nodes = json.dumps([asdict(node) for node in self.nodes], indent=1)
        (self.folder / "nodes.json").write_text(nodes, "utf-8")

    def _run(self, name: str, http: int, transport: int, managers: list[str]) -> Node:
        jdk = find_jdk()
        among = f"[{','.join(managers)}]"
        settings = {
            "discovery.type": "zen",
            "network.host": "127.0.0.1",
            "http.port": http,
            "transport.port": transport,
            "discovery.seed_hosts": among,
            "cluster.initial_cluster_manager_nodes": among,
            # A disk that others fill as well is no reason to refuse shards.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "cluster.max_shards_per_node": 10_000,
            "node.processors": 2,
            # Words that a pattern may stand for; by default only 1,024.
            "indices.query.bool.max_clause_count": 65_536,
        }
        given = [f"{key}={value}" for key, value in settings.items()]
        with ExitStack() as files:
            log = files.enter_context((self.folder / f"{name}.log").open("ab"))
            process = subprocess.Popen(
                [
                    str(jdk / "bin" / "java"),
                    f"-Xms{self.heap}",
                    f"-Xmx{self.heap}",
                    *self.options,
                    "-Djava.awt.headless=true",
                    "--add-modules=jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    find_jars(jdk, self.folder),
                    str(HERE / "Node.java"),
                    str(self.folder / "data" / name),
                    name,
                    "searchsvc-tests",
                    *given,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        process.returncode = 0  # nobody waits for it by this object; `_reap` does by its number
        return Node(name, process.pid, http, transport)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def answers(url: str) -> bool:
    """Whether a node does, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _alive(pid: int) -> bool:
    _reap(pid, wait=False)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _reap(pid: int, *, wait: bool = True) -> None:
    """Take note of the end of a process where it is a child of ours."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0 if wait else os.WNOHANG)
