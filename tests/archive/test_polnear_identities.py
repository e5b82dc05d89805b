"""Real names: the speakers that people marked in PolNeAR, each brought together with themselves.

The names of one person are told by family name and first given name, which is nearly right for
840 articles about one election: relatives have other given names there.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from searchsvc.identities import NO_ALIASES, Register, Sighting

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.archive


def truth(name: str) -> tuple[str, str]:
    words = name.lower().replace(".", "").split()
    return words[-1], words[0]


def pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


@pytest.fixture(scope="module")
def named(corpora: Path, tmp_path_factory: pytest.TempPathFactory):
    """Name printed and name shown of every speaker of every article; full names only."""
    told: defaultdict[str, set[Sighting]] = defaultdict(set)
    with gzip.open(corpora / "polnear" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for statement in row["statements"]:
                name = statement["speaker"]
                if name and len(name.split()) > 1:
                    told[row["id"]].add(Sighting(name, "", "", int(row["date"][:4])))
    register = Register(tmp_path_factory.mktemp("polnear") / "register")
    for article, sightings in told.items():
        register.note(article, sightings)
    register.settle(NO_ALIASES)
    names = [(one.name, register.shown(one)) for each in told.values() for one in each]
    register.close()
    return names


def test_nobody_is_taken_for_somebody_else(named):
    merged = Counter(shown for _, shown in named)
    right = Counter((shown, truth(printed)) for printed, shown in named)
    assert pairs(right) >= 0.9995 * pairs(merged)


def test_everybody_is_brought_together(named):
    persons = Counter(truth(printed) for printed, _ in named)
    found = Counter((shown, truth(printed)) for printed, shown in named)
    before = Counter((printed, truth(printed)) for printed, _ in named)
    assert pairs(before) < 0.9 * pairs(persons)
    assert pairs(found) >= 0.995 * pairs(persons)


def test_relatives_stay_apart(named):
    """No name shown stands for given names that begin with different letters."""
    letters = defaultdict(set)
    for printed, shown in named:
        letters[shown].add(truth(printed)[1][0])
    assert {shown for shown, found in letters.items() if len(found) > 1} == set()
