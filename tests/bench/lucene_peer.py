"""Lucene in a Java process of its own, where a JDK and the jars are at hand.

What is done to make it fast: half a gigabyte of buffer and one merged segment; mapped files; values
in doc values, counted by number, with names looked up for the largest alone; filters that score
nothing, its own cache of them left on; without facets the best are found without looking at
all matches and the count without scores. A query's time is taken inside the Java process, so the
way there and back is not charged to it; what a Python program sees of it, that way included, stands
beside it under a name of its own. Warm-up gives the compiler its chance.

The jars come from Maven's own client, `mvn`, once, on `--fetch`, and are checked against the sums
below. Articles are parsed here and handed over as plain lines, as they are to the other engines.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.workload import Answer, Query, day_number, read_corpus, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "9.12.3"
JARS = {
    "lucene-core": "b64a3f8098a7572034fb30085cdee01b34ec81fb0e5a31b471536af58dc6c01b",
    "lucene-analysis-common": "fa571bd7caf0f0b4faf46a72ca004a7836f348c31d92bd522dddcc3d128d287e",
}
"""SHA-256 of each; this is the last line of versions for Java 11 and later."""

CACHE_ENV = "SEARCHSVC_TEST_JARS"
SOURCE = Path(__file__).parent / "lucene" / "SearchServer.java"
SEPARATOR = "\x1f"
BLANKS = str.maketrans("\t\r\n", "   ")
JAVA_OPTIONS = ("-Xmx1g", "-XX:+UseSerialGC", "-XX:-UsePerfData")


class Lucene:
    """Pre-analysed text."""

    name = "lucene"
    unsupported: tuple[str, ...] = ()
    mode = "terms"

    def __init__(self) -> None:
        """No process runs yet."""
        self._server: subprocess.Popen[str] | None = None

    def build(self, corpus_path: str, index_dir: str) -> None:
        """See `Engine`."""
        Path(index_dir).mkdir(parents=True)
        server = self._start(index_dir)
        lines = server.stdin
        if lines is None:
            raise TypeError("the Java process has no standard input")
        lines.write("BUILD\n")
        for article in read_corpus(corpus_path):
            fields = (
                article["id"],
                text_of(article).translate(BLANKS),
                str(day_number(article["date"])),
                article["date"][:7],
                article["source"],
                SEPARATOR.join(article["speakers"]),
                SEPARATOR.join(article["countries"]),
            )
            lines.write("\t".join(fields) + "\n")
        self._ask("END")
        self.close()

    def open(self, index_dir: str) -> None:
        """See `Engine`."""
        self._start(index_dir)
        self._ask("OPEN")

    def search(self, query: Query, facets: bool = True) -> Answer:  # noqa: FBT001, FBT002 - the shape that was asked for
        """See `Engine`."""
        filters = query["filters"]
        first, last = filters.get("date_from", ""), filters.get("date_to", "")
        fields = (
            "SEARCH",
            str(int(facets)),
            query["op"],
            SEPARATOR.join(query["terms"]),
            filters.get("speaker", ""),
            filters.get("country", ""),
            filters.get("source", ""),
            first.replace("-", ""),
            last.replace("-", ""),
        )
        answer: Answer = json.loads(self._ask("\t".join(fields)))
        return answer

    def pids(self) -> list[int]:
        """The Java process."""
        return [] if self._server is None else [self._server.pid]

    def close(self) -> None:
        """See `Engine`."""
        if self._server is not None:
            self._server.communicate()
            self._server = None

    def _start(self, index_dir: str) -> subprocess.Popen[str]:
        server = subprocess.Popen(
            ["java", *JAVA_OPTIONS, "-cp", _class_path(), SOURCE.stem, index_dir, self.mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._server = server
        return server

    def _ask(self, line: str) -> str:
        server = self._server
        if server is None or server.stdin is None or server.stdout is None:
            raise ValueError("open() comes before search()")
        server.stdin.write(line + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        if not answer:
            raise RuntimeError(f"the Java process ended with code {server.wait()}")
        return answer


class LuceneRaw(Lucene):
    """Raw text, English stemming; for the figures of a build."""

    mode = "raw"


def missing() -> str | None:
    """Why Lucene cannot run here, or None."""
    for tool in ("java", "javac"):
        if shutil.which(tool) is None:
            return f"no {tool} on the path"
    for path, digest in _jars():
        if not path.is_file():
            return f"no {path}; get it with --fetch"
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return f"{path} is not the file expected; delete it and use --fetch"
    return None


def fetch() -> None:
    """Download what is missing of the jars with `mvn`, as this machine has it set up."""
    for path, _ in _jars():
        if not path.is_file():
            artifact = f"org.apache.lucene:{path.stem.removesuffix('-' + VERSION)}:{VERSION}"
            options = [f"-Dartifact={artifact}", f"-DoutputDirectory={path.parent}"]
            subprocess.run(
                ["mvn", "--batch-mode", "--quiet", "dependency:copy", *options], check=True
            )


def cache() -> Path:
    """Where the jars lie: the folder that `SEARCHSVC_TEST_JARS` names, or the user's cache."""
    default = Path.home() / ".cache" / "searchsvc-bench"
    return Path(os.environ.get(CACHE_ENV, default))


def _jars() -> Sequence[tuple[Path, str]]:
    return [(cache() / f"{name}-{VERSION}.jar", digest) for name, digest in JARS.items()]


def _class_path() -> str:
    """The jars and the compiled server, compiled if need be."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    classes = cache() / f"server-{VERSION}-{digest}"
    jars = [str(path) for path, _ in _jars()]
    if not classes.is_dir():
        with tempfile.TemporaryDirectory(dir=cache()) as made:
            options = ["-nowarn", "-d", made, "-cp", os.pathsep.join(jars)]
            subprocess.run(["javac", *options, str(SOURCE)], check=True)
            shutil.copytree(made, classes)
    return os.pathsep.join([str(classes), *jars])
