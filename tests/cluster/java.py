"""Finds what a node runs on: a JDK that is new enough, and its jars, which Maven fetches once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
LEAST = 21
_PATIENCE_S = 600
_MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"


class NoCluster(Exception):
    """Why no cluster can be started here."""


def find_jdk() -> Path:
    """The home of a JDK of version `LEAST` or newer. Raises NoCluster."""
    named = os.environ.get("JAVA_HOME")
    homes = [Path(named)] if named else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in homes:
        if (home / "bin" / "javac").is_file() and _version(home) >= LEAST:
            return home
    raise NoCluster(f"no JDK {LEAST} or newer (JAVA_HOME, /usr/lib/jvm)")


def _version(home: Path) -> int:
    """The major version of a JDK, by the file that each has; 0 where it has none."""
    release = home / "release"
    text = release.read_text(encoding="utf-8") if release.is_file() else ""
    found = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(found[1]) if found else 0


def find_jars(jdk: Path, folder: Path) -> str:
    """The class path of a node, asked of Maven unless `folder` knows it. Raises NoCluster."""
    pom = HERE / "pom.xml"
    digest = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    kept = folder / f"classpath-{digest}"
    if kept.is_file():
        jars = kept.read_text(encoding="utf-8")
        if all(map(os.path.isfile, jars.split(os.pathsep))):
            return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise NoCluster("no Maven (mvn)")
    folder.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(".new")
    try:
        done = subprocess.run(
            [maven, "-q", "-B", "-f", str(pom), _MAVEN, f"-Dmdep.outputFile={fresh}"],
            env={**os.environ, "JAVA_HOME": str(jdk)},
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoCluster(f"Maven did not fetch OpenSearch in {_PATIENCE_S} s") from error
    if done.returncode or not fresh.is_file():
        raise NoCluster(f"Maven cannot fetch OpenSearch: {_blamed(done.stdout)}")
    fresh.rename(kept)
    return kept.read_text(encoding="utf-8")


def _blamed(output: str) -> str:
    """What Maven says first of all that is wrong: of a chain of causes the last one."""
    errors = [line for line in output.splitlines() if "ERROR" in line]
    return ": ".join(errors[0].partition(" -> [")[0].split(": ")[-2:]) if errors else "no reason"
