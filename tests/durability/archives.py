"""A made-up archive in a folder that moves from state to state, and what makes the next state."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PEOPLE: Final = (
    ("Rosa Quispe", "trade minister of Peru"),
    ("Jorge Almada", "a spokesman for the ministry of Chile"),
    ("Ilse Vandermeer", "foreign minister of Belgium"),
    ("Tomas Okafor", "a spokesman for the government of Nigeria"),
    ("Nadia Belkacem", "finance minister of Algeria"),
    ("Oyuun Batbayar", "transport minister of Mongolia"),
    ("Henrik Solberg", "energy minister of Norway"),
)
COUNTRIES: Final = ("Bolivia", "Kenya", "Japan", "Turkey", "Brazil", "Poland", "Vietnam")
WORDS: Final = (
    "border bridge customs treaty wheat copper railway talks tariff harbour pipeline visa"
    " budget drought ferry licence market mining quota reform shipment storage survey winter"
).split()
SOURCES: Final = ("Andean Courier", "Harbour Times", "Steppe Gazette")
FIRST_DAY_NS: Final = 1_500_000_000_000_000_000


class Step(StrEnum):
    """How a state differs from the one before."""

    LITTLE = "little"
    """Two articles come, one changes, one goes."""
    MUCH = "much"
    """Two of three articles change, so that segments are merged."""


@dataclass(frozen=True, slots=True)
class State:
    """What the archive holds: the version of each article, by name.

    Attributes:
        number: of the state, from 0; no two states of a run hold the same.
    """

    number: int
    versions: Mapping[str, int]

    def after(self, step: Step, random: Random) -> State:
        """The state that comes next, of much the same size."""
        versions = dict(self.versions)
        newest = max(int(name[1:]) for name in versions)
        names = sorted(versions)
        if step is Step.LITTLE:
            changed = [random.choice(names)]
            passing = sorted({*names[LASTING:]} - {*changed})
            for name in random.sample(passing, 1 if len(names) < 2 * FEWEST else 2):
                del versions[name]
            versions |= {f"a{newest + 1:05}": 0, f"a{newest + 2:05}": 0}
        else:
            changed = random.sample(names, len(names) * 2 // 3)
        for name in changed:
            versions[name] += 1
        return State(self.number + 1, versions)


FEWEST: Final = 12
LASTING: Final = 5
"""So many articles never go; the first ones by name."""


def first_state(articles: int = FEWEST) -> State:
    """The state that everything begins with."""
    return State(0, {f"a{number:05}": 0 for number in range(articles)})


def write_archive(folder: Path, state: State) -> None:
    """Make `folder` hold what `state` says; files that stay as they are are not touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.stem not in state.versions:
            file.unlink()
    for name, version in state.versions.items():
        file = folder / f"{name}.jsonl"
        text = json.dumps(article(name, version)) + "\n"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            # The clock must not decide whether a change is noticed.
            time = FIRST_DAY_NS + version * 1_000_000_000
            os.utime(file, ns=(time, time))


def article(name: str, version: int) -> dict[str, str]:
    """The article of that name in that version, as a row of JSON lines."""
    random = Random(f"{name} {version}")
    paragraphs = []
    for _ in range(random.randint(1, 3)):
        person, office = random.choice(PEOPLE)
        one, two, three = random.sample(WORDS, 3)
        country = random.choice(COUNTRIES)
        paragraphs += [
            f"“The {one} with {country} needs a {two} first,” said {person}, {office}, of {three}.",
            " ".join(random.choices(WORDS, k=random.randint(20, 60))).capitalize() + ".",
        ]
    month, day = random.randint(1, 12), random.randint(1, 28)
    return {
        "id": name,
        "title": f"{' '.join(random.sample(WORDS, 3)).capitalize()}, {name} {version}",
        "text": "\n\n".join(paragraphs),
        "date": f"2019-{month:02}-{day:02}",
        "source": random.choice(SOURCES),
    }
