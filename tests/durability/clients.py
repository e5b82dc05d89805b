"""Clients that search all the while, and what they were told."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
from collections import Counter
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from searchsvc import wiring
from searchsvc.errors import SearchsvcError
from tests.durability import commands
from tests.durability.answers import ADDRESSES, QUESTIONS, settings_for, told, told_by_web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAUSE_S: Final = 0.005
"""Between two searches, so that the command that is to be struck gets on as well."""
MOST_FAILURES: Final = 20


class Said(NamedTuple):
    """One answer: by which generation, to which question, and in which words."""

    generation: str
    question: int
    answer: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What one client was told.

    Attributes:
        searches: how many it made.
        failures: the first of those that failed, in words.
        answers: each answer once.
    """

    searches: int
    failures: tuple[str, ...]
    answers: tuple[Said, ...]


class Client:
    """A process that asks one question after the other until it is told to stop."""

    def __init__(
        self, asking: Callable[[], Iterator[Said | str]], folder: Path, name: str
    ) -> None:
        """Start it; it reports into `folder`. `asking` gives answers, or failures as text."""
        self._log = folder / f"{name}.json"
        self._errors = folder / f"{name}.err"
        told_to_stop, self._stop = os.pipe()
        self._pid, self._reading = commands.fork(
            lambda: _listen(asking(), told_to_stop, self._log), self._errors
        )
        os.close(told_to_stop)

    def stop(self) -> Heard:
        """Everything that it has heard."""
        os.write(self._stop, b"x")
        os.waitpid(self._pid, 0)
        os.close(self._stop)
        os.close(self._reading)
        if not self._log.exists():
            return Heard(0, (self._errors.read_text(encoding="utf-8"),), ())
        body = json.loads(self._log.read_text(encoding="utf-8"))
        return Heard(
            body["searches"],
            tuple(body["failures"]),
            tuple(Said(*each) for each in body["answers"]),
        )


def _listen(answers: Iterator[Said | str], told_to_stop: int, log: Path) -> int:
    searches = 0
    heard: Counter[Said] = Counter()
    failures: list[str] = []
    for said in answers:
        searches += 1
        if isinstance(said, str):
            failures.append(said)
        else:
            heard[said] += 1
        if select.select([told_to_stop], [], [], PAUSE_S)[0]:
            break
    report = {"searches": searches, "failures": failures[:MOST_FAILURES], "answers": list(heard)}
    log.write_text(json.dumps(report), encoding="utf-8")
    return 0


def asking_engine(index: Path) -> Iterator[Said | str]:
    """Asks `QUESTIONS` of the engine, opened once, without end."""
    engine = wiring.open_engine(settings_for(index))
    for number in cycle(range(len(QUESTIONS))):
        try:
            result = engine.search(QUESTIONS[number])
        except Exception as error:  # noqa: BLE001 - any failure of a search is what is looked for
            kind = "" if isinstance(error, SearchsvcError) else "a bug: "
            yield f"question {number}: {kind}{error!r}"
        else:
            yield Said(result.generation, number, told(result))


def asking_server(url: str) -> Iterator[Said | str]:
    """Asks `ADDRESSES` of a server, over one connection as long as that lasts, without end."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    for number in cycle(range(len(ADDRESSES))):
        try:
            connection.request("GET", ADDRESSES[number])
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            yield f"{ADDRESSES[number]}: {error!r}"
            continue
        if response.status != http.HTTPStatus.OK:
            yield f"{ADDRESSES[number]}: status {response.status}: {text[:200]!r}"
            continue
        body = json.loads(text)
        yield Said(body["index"]["generation"], number, told_by_web(body))


class Server:
    """`searchsvc serve` over an index folder, as a process of its own.

    Attributes:
        pid: of the process.
        url: where it listens.
    """

    def __init__(self, index: Path, folder: Path) -> None:
        """Start it, and wait until it listens; its standard error goes to a file in `folder`."""
        self.errors = folder / "serve.err"
        self.pid, self._reading = commands.start(
            ["serve", "--index", index, "--port", "0", "--json"], self.errors
        )
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self._reading, 1000)
            if not piece:
                raise RuntimeError(f"serve: {self.errors.read_text(encoding='utf-8')}")
            line += piece
        self.url: str = json.loads(line)["url"]

    def stop(self) -> int:
        """Let it end as an operator does; its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._reading)
        return code
