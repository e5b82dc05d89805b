"""`python -m tests.hostile.storm --index FOLDER`: every hostile request to a running server.

Told of each: status, seconds until all of the answer is there, seconds of the server's processor;
of all: what the server's memory grew by.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from tests.hostile.requests import SCRIPT, attacks, get

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_S: Final = 1.0
MOST_MB: Final = 50.0
_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
_HANGING_S: Final = 120
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a request; status 0 where the server hung up without one."""

    status: int
    head: str
    body: bytes
    seconds: float


def asked(port: int, data: bytes) -> Answered:
    """What the server answers to these bytes, up to the end of the connection."""
    began, parts = time.perf_counter(), []
    with closing(socket.create_connection(("127.0.0.1", port), timeout=_HANGING_S)) as connection:
        with suppress(
            OSError
        ):  # it may hang up before it has read all of it, and answer all the same
            connection.sendall(data)
        with suppress(ConnectionResetError):
            while part := connection.recv(1 << 16):
                parts.append(part)
    answer = b"".join(parts)
    found = _STATUS.match(answer)
    head, _, body = answer.partition(b"\r\n\r\n")
    return Answered(
        int(found[1]) if found else 0, head.decode("latin-1"), body, time.perf_counter() - began
    )


def wrong(answer: Answered, data: bytes) -> str:
    """What is wrong with an answer, or nothing."""
    if answer.status >= 500 or (not answer.status and len(data) < 200_000):
        return f"status {answer.status}"
    if "\r\nset-cookie" in answer.head.lower():
        return "a header from the request"
    if (
        "json" not in answer.head
        and SCRIPT.encode() in answer.body
        and b"text/csv" not in answer.head.encode()
    ):
        return "a script in a page"
    if b"Traceback (most recent" in answer.body or b"root:x:0" in answer.body:
        return "more than anybody should know"
    return ""


def megabytes(pid: int) -> float:
    """Memory of a process that is no mapped file."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1000


def processor_s(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


@contextmanager
def serving(index: str) -> Iterator[tuple[int, int]]:
    """Port and process of a server over an index."""
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", index, "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            raise AssertionError("it has a pipe")
        yield urlsplit(json.loads(process.stdout.readline())["url"]).port or 0, process.pid
    finally:
        process.terminate()
        process.wait()


@click.command()
@click.option("--index", required=True, help="folder of an index")
@click.option("--only", default="", help="requests whose name has this")
@click.option("--rounds", default=2, show_default=True, help="of all; the last is measured")
def main(*, index: str, only: str, rounds: int) -> None:
    """Send every hostile request, and tell what came of it."""
    failed = 0
    with serving(index) as (port, pid):
        for target in (
            "/search",
            "/search?q=the+a*+gov~1&in=articles",
            "/api/v1/search?q=the+a*+gov~1",
        ):
            asked(port, get(target))  # what the first search of all makes is no attack's fault
        chosen = [attack for attack in attacks() if only in attack.name]
        held = [megabytes(pid)]
        for _ in range(rounds - 1):  # what freed memory is kept is kept from here on
            for attack in chosen:
                asked(port, attack.data)
            held.append(megabytes(pid))
        before = held[-1]
        worst = 0.0
        for attack in chosen:
            used = processor_s(pid)
            answer = asked(port, attack.data)
            used = processor_s(pid) - used
            said = wrong(answer, attack.data) or ("slow" if used > MOST_S else "")
            failed += bool(said)
            worst = max(worst, used)
            click.echo(
                f"{answer.status:3} {answer.seconds:6.2f} s {used:6.2f} s CPU  {attack.name}  {said}"
            )
        grown = megabytes(pid) - before
        click.echo(f"memory in MB before, and after each round: {[*map(round, held)]}")
        health = asked(port, get("/readyz")).status
    click.echo(
        f"{len(chosen)} requests, {failed} not well; the slowest took {worst:.2f} s of the processor; "
        f"memory {before:.0f} MB and {grown:+.0f} MB; /readyz {health}"
    )
    if failed or grown > MOST_MB or health != 200:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
