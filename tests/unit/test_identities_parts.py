"""Names are settled part by part, and only where anything has changed: with what result?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.identities import NO_ALIASES, Register, Sighting, read_aliases
from searchsvc.identities.names import block_of, family_keys, likeness, read_name
from searchsvc.identities.resolve import parts_of, resolve
from searchsvc.identities.sightings import Seen

if TYPE_CHECKING:
    from searchsvc.identities.bearers import Named

# Families that spelling, transcription or their consonants alone bring near each other.
FAMILIES = (
    "Horbat Horbatov Gorbatow Gorbatoff Kerev Kherev Kerevsky Kerevskii Kim Gim Lee Yi Rhee Park"
    " Pak Berg Burg Berk Perg al-Sadiq Sadik Sadeq Dahl Tahl Dalh Worov Voroff"
).split()
GIVEN = (
    "Ivo Ivan Ivar I. J.P. Ahmed Ahmad Mohammed Muhammad Jae-in Rosa Maria Marian Alex Alexander"
    " Bob Robert Ole Anna Anne Oleg Pieter"
).split()
KOREANS = ("Kim", "Gim", "Lee", "Yi", "Rhee", "Park", "Pak")
ROLES = ("", "minister", "spokesman", "mayor", "striker", "spokeswoman", "president", "singer")
COUNTRIES = ("", "BO", "KE", "JP", "RU", "KP")
ALIASES = """
same = [["Ivo Berg", "Ivo Burg", "Ole Dahl"]]
different = [["Rosa Kim", "Maria Kim"]]
[names]
"Anna Dahl" = "Anna Perg"
[[namesakes]]
name = "Pieter Berg"
show = "Pieter Tahl (elder)"
roles = ["mayor"]
"""


def sighting(random: Random) -> Sighting:
    family, given, chance = random.choice(FAMILIES), random.choice(GIVEN), random.random()
    if chance < 0.2:
        name = family
    elif chance < 0.3:
        name = f"{given} {random.choice('ABP')}. {family}"
    elif family in KOREANS and chance < 0.7:
        name = f"{family} {random.choice(('Jae-in', 'Jae In', 'Jae-rok', 'Chol-su', 'Min Su'))}"
    else:
        name = f"{given} {family}"
    year = random.choice((0, 2014, 2015, 2016))
    return Sighting(name, random.choice(ROLES), random.choice(COUNTRIES), year)


class WholeArchive:
    """The articles of a register, looked through one by one."""

    def __init__(self, articles):
        self._articles = articles

    def articles(self, numbers):
        wanted = set(numbers)
        return frozenset(key for key, held in self._articles.items() if wanted & held.keys())

    def company(self, numbers):
        own = set(numbers)
        return frozenset(
            one.name
            for held in self._articles.values()
            if own & held.keys()
            for number, one in held.items()
            if number not in own
        )


def block_by_block(articles, aliases):
    """What `resolve` says of each whole block of all that is in the archive."""
    known = sorted({one for sightings in articles.values() for one in sightings})
    numbers = {one: number for number, one in enumerate(known, start=1)}
    held = {key: {numbers[one]: one for one in told} for key, told in articles.items()}
    blocks: dict[str, list[Seen]] = {}
    for one in known:
        count = sum(one in told for told in articles.values())
        seen = Seen(numbers[one], one, count)
        blocks.setdefault(block_of(read_name(one.name)), []).append(seen)
    named: dict[int, Named] = {}
    for block in blocks.values():
        named |= resolve(block, WholeArchive(held), aliases)
    return {one: tuple(named[number]) for one, number in numbers.items()}


def in_the_register(path):
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name, role, country, year, wanted, reason FROM people")
        return {Sighting(*row[:4]): row[4:] for row in rows}


@pytest.mark.parametrize("seed", range(6))
def test_after_any_increments_all_is_as_whole_blocks_of_all_that_is_there_say(tmp_path, seed):
    random = Random(seed)
    (tmp_path / "aliases.toml").write_text(ALIASES, encoding="utf-8")
    aliases = read_aliases(tmp_path / "aliases.toml") if seed % 2 else NO_ALIASES
    articles: dict[str, frozenset[Sighting]] = {}
    for run in range(5):
        with closing(Register(tmp_path / "register")) as register:
            gone = random.sample(sorted(articles), random.randint(0, min(6, len(articles))))
            register.forget(gone)
            for each in gone:
                del articles[each]
            for number in range(random.randint(0, 4) if run else random.choice((60, 120))):
                told = frozenset(sighting(random) for _ in range(random.randint(1, 4)))
                articles[f"{run}/{number}"] = told
                register.note(f"{run}/{number}", told)
            looked_at: list[int] = []
            unsettled = register.unsettled()
            register.settle(aliases, looked_at.append)
            assert sum(looked_at) == unsettled
            register.finish()
        assert in_the_register(tmp_path / "register") == block_by_block(articles, aliases)


def test_names_that_are_alike_share_a_key_and_a_part():
    random = Random(1)
    printed = sorted({sighting(random).name for _ in range(1_000)})
    names = [read_name(name) for name in printed]
    part_of = {
        name: number
        for number, part in enumerate(parts_of(printed, NO_ALIASES))
        for name in part.names
    }
    assert sorted(part_of) == printed
    for one in filter(lambda name: name.given, names):
        for other in filter(lambda name: name.given, names):
            if likeness(one, other) is not None:
                assert not family_keys(one).isdisjoint(family_keys(other))
                assert block_of(one) == block_of(other)
                assert part_of[one.printed] == part_of[other.printed]


def test_namesakes_of_letters_only_are_parts_of_their_own():
    parts = list(parts_of(["Ole Dahl", "Ivo Tahl", "Dahl", "Rosa Dalh"], NO_ALIASES))
    assert sorted(part.names for part in parts) == [
        ("Ivo Tahl",),
        ("Ole Dahl", "Dahl"),
        ("Rosa Dalh",),
    ]
