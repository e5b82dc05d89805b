"""`python -m tests.container`: the steps of the Containerfile in a temporary folder, without a container.

For machines that have no podman or cannot fetch the image it starts from. Everything is done as it
stands there, with the running Python and below the folder instead of `/`; left out is the account,
which only a container should make. Needs the package index, as building the container does.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import click

from tests.unit.commands import write_articles

ROOT: Final = Path(__file__).resolve().parents[1]
FILE: Final = ROOT / "config" / "deploy" / "Containerfile"
PORT: Final = "8799"
_FOLDERS: Final = ("/opt/searchsvc", "/src", "/index", "/archive", "/etc/searchsvc")
_ACCOUNT: Final = re.compile(r"useradd .*? && |--(?:owner|group) \w+ ")


class Steps:
    """What a container would be after each step, below a folder."""

    def __init__(self, root: Path) -> None:
        """Begin with nothing; the programs are those of this machine, Python this very one."""
        self._root = root
        self._folder = root
        self.environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        self.commands: dict[str, list[str]] = {}

    def below(self, text: str) -> str:
        """`text` with the paths of the container where they are here."""
        names = "|".join(map(re.escape, _FOLDERS))
        return re.sub(rf"(?<![\w/])({names})\b", rf"{self._root}\1", text)

    def take(self, keyword: str, rest: str) -> None:
        """Do one step."""
        match keyword:
            case "WORKDIR":
                self._folder = Path(self.below(rest))
                self._folder.mkdir(parents=True, exist_ok=True)
            case "COPY" if not rest.startswith("--from"):
                *sources, target = rest.split()
                for source in (path for each in sources for path in ROOT.glob(each)):
                    self._copy(source, target)
            case "RUN":
                self.run(["sh", "-ec", self.below(_ACCOUNT.sub("", rest))])
            case "ENV":
                for pair in shlex.split(self.below(rest)):
                    name, _, value = pair.partition("=")
                    self.environment[name] = value.replace("$PATH", self.environment["PATH"])
            case "ENTRYPOINT" | "CMD":
                self.commands[keyword] = json.loads(rest)
            case "HEALTHCHECK":
                self.commands[keyword] = json.loads(rest.partition("CMD ")[2])

    def run(self, command: list[str]) -> None:
        """Run a command as the container would; CalledProcessError if it fails."""
        subprocess.run(command, cwd=self._folder, env=self.environment, check=True)

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command as the container would."""
        return subprocess.Popen(command, cwd=self._folder, env=self.environment)

    def _copy(self, source: Path, target: str) -> None:
        to = self._folder / target
        if source.is_dir():
            shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to = to / source.name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to)


def main() -> None:
    """Build, index one folder, serve it, and ask for its health as the container would."""
    lines = re.sub(r"\\\n\s*", "", FILE.read_text(encoding="utf-8")).splitlines()
    with tempfile.TemporaryDirectory() as folder:
        steps = Steps(Path(folder))
        for line in lines:
            if line and not line.startswith("#"):
                click.echo(line)
                steps.take(*line.split(" ", 1))
        write_articles(Path(folder) / "archive" / "news.jsonl")
        steps.environment["SEARCHSVC_SERVER_PORT"] = PORT
        steps.run([*steps.commands["ENTRYPOINT"], "reindex"])
        server = steps.start([*steps.commands["ENTRYPOINT"], *steps.commands["CMD"]])
        try:
            ask = [each.replace("8765", PORT) for each in steps.commands["HEALTHCHECK"]]
            _healthy(steps, ask)
        finally:
            server.terminate()
        click.echo(f"healthy; ended with {server.wait(timeout=60)}")


def _healthy(steps: Steps, ask: list[str]) -> None:
    """Return once the server answers; TimeoutError if it does not within a minute."""
    until = time.monotonic() + 60
    while True:
        if (
            subprocess.run(
                ask, env=steps.environment, stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        ):
            return
        if time.monotonic() > until:
            raise TimeoutError(" ".join(ask))
        time.sleep(1)


if __name__ == "__main__":
    main()
