"""Clients that ask servers over HTTP without end, and each answer that they were given."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from tests.durability.answers import told_by_web
from tests.durability.archives import COUNTRIES, PEOPLE, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

PAUSE_S: Final = 0.01


class Asked(NamedTuple):
    """One search.

    Attributes:
        began, ended: by `time.monotonic`.
        address: its place among those that are asked.
        generation: that answered; empty where the search failed.
        told: see `told_by_web`; where it failed, why.
    """

    began: float
    ended: float
    address: int
    generation: str
    told: str

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Client:
    """A thread that asks one address after the other."""

    url: str
    addresses: Sequence[str]
    asked: list[Asked] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Start it."""
        self._thread = threading.Thread(target=self._ask_all, daemon=True)
        self._thread.start()

    def stop(self) -> list[Asked]:
        """All that it asked."""
        self._stop.set()
        self._thread.join()
        return self.asked

    def _ask_all(self) -> None:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        while not self._stop.wait(PAUSE_S):
            number = len(self.asked) % len(self.addresses)
            began = time.monotonic()
            try:
                generation, told = _ask(connection, self.addresses[number])
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                connection.close()
                generation, told = "", f"{self.addresses[number]}: {error!r}"
            self.asked.append(Asked(began, time.monotonic(), number, generation, told))


def _ask(connection: http.client.HTTPConnection, address: str) -> tuple[str, str]:
    connection.request("GET", address)
    response = connection.getresponse()
    text = response.read()
    if response.status != http.HTTPStatus.OK:
        raise ValueError(f"status {response.status}: {text[:400]!r}")
    body = json.loads(text)
    return body["index"]["generation"], told_by_web(body)


def ask(url: str) -> tuple[int, Any]:
    """The status and the body of one answer."""
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def addresses(random: Random, count: int) -> tuple[str, ...]:
    """Different searches of both kinds of documents, with all their facets, filters and orders by date."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[_address(random)] = None
    return tuple(found)


def _address(random: Random) -> str:
    collection = random.choice(("articles", "statements"))
    one, two = random.sample(WORDS, 2)
    text = random.choice(
        (
            one,
            f"{one} OR {two}",
            f"{one} -{two}",
            f'"needs a {one}"',
            f"{one[:3]}*",
            random.choice(COUNTRIES),
            f'speaker:"{random.choice(PEOPLE)[0]}"',
            f"{one} {two}",
        )
    )
    facets = "source,country,date" + (",speaker" if collection == "statements" else "")
    filters = random.choice(("", f"&country={random.choice(COUNTRIES)}", "&date.from=2019-04-03"))
    order = random.choice(("newest", "oldest"))
    size = random.choice((10, 50))
    return (
        f"/api/v1/search?in={collection}&q={quote(text)}&sort={order}&size={size}"
        f"&facets={facets}{filters}"
    )


def older_than_before(asked: Sequence[Asked]) -> list[Asked]:
    """Answers of a generation older than that of any answer that had ended when they were asked for."""
    found = []
    by_end = sorted((each for each in asked if each.generation), key=lambda each: each.ended)
    at, newest = 0, ""
    for each in sorted(by_end, key=lambda each: each.began):
        while at < len(by_end) and by_end[at].ended <= each.began:
            newest = max(newest, by_end[at].generation)
            at += 1
        if each.generation < newest:
            found.append(each)
    return found


def percentile(seconds: Sequence[float], share: float) -> str:
    """In milliseconds."""
    ordered = sorted(seconds)
    return f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.0f}"
