"""Whom a name asked for may mean: parts of names, other orders, other spellings; invented people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.identities import (
    NO_ALIASES,
    Asked,
    Register,
    Sighting,
    explain,
    near,
    outdated,
    read_aliases,
)

MEANT = [
    ("Holt", "Ada Holt"),
    ("holt", "HOLT"),
    ("Ada", "Ada Holt"),
    ("Holt, Ada", "Ada Holt"),
    ("Holt Ada", "Ada Holt"),
    ("ada holt", "Ada P. Holt"),
    ("A. Holt", "Ada Holt"),
    ("Senator Ada Holt", "Ada Holt"),
    ("Gov. Holt", "Ada Holt"),
    ("Ada Hólt", "Ada Holt"),
    ("Penalver", "José Peñalver"),
    ("jose", "José Peñalver"),
    ("Ostby", "Jens Østby"),
    ("Min Jae Rok", "Min Jae-rok"),
    ("jae-rok", "Min Jae-rok"),
    ("Jaerok", "Min Jae-rok"),
    ("Jae rok Kwon", "Kwon Jaerok"),
    ("Jae-rok Min", "Min Jae Rok"),
    ("Min Ye-keom", "Min Ye-kyeom"),
    ("Pak", "Park Keun-hae"),
    ("Sandoz", "Bea Vogel-Sandoz"),
    ("Vogel", "Bea Vogel-Sandoz"),
    ("Vogel Sandoz", "Bea Vogel-Sandoz"),
    ("Stanichov", "Oleg Stanichev"),
    ("Oleg Stanichov", "Oleg Stanichev"),
    ("Bill", "William Berg"),
    ("Bill Berg", "William Berg"),
    ("Sergei", "Sergey Karpin"),
    ("Muhammad", "Mohammed bin Walid"),
    ("walid bin mohammed", "Mohammed bin Walid"),
    ("Berg Jr.", "Ivo Berg Jr."),
    ("Maria Petrova", "Maria Petrova (coach, Bulgaria)"),
]
NOT_MEANT = [
    ("Holt", "Ada Holter"),
    ("Ada", "Adam Lund"),
    ("Ida Lund", "Ida Lind"),
    ("Ida Lund", "Lund"),
    ("Berg Jr.", "Ivo Berg"),
    ("Bulgaria", "Maria Petrova (coach, Bulgaria)"),
    ("I", "Ivo Berg"),
    ("-", "Ivo Berg"),
    ("...", "Ivo Berg"),
]


@pytest.mark.parametrize(("asked", "printed"), MEANT)
def test_a_name_may_be_asked_for_in_part_in_any_order_and_in_other_spellings(asked, printed):
    assert Asked(asked).may_mean(printed)


@pytest.mark.parametrize(("asked", "printed"), NOT_MEANT)
def test_who_is_only_spelled_alike_is_not_meant(asked, printed):
    assert not Asked(asked).may_mean(printed)


@pytest.mark.parametrize(
    ("asked", "shown", "is_named"),
    [
        ("holt ada", "Ada Holt", True),
        ("Ada Holt", "Ada P. Holt", False),
        ("Petrova, Maria", "Maria Petrova (coach)", True),
        ("Holt", "Ada Holt", False),
    ],
)
def test_a_name_in_full_is_told_from_a_part(asked, shown, is_named):
    assert Asked(asked).is_named(shown) is is_named


WORDS = st.sampled_from("Ada Ivo P. Holt Berg Min Jae-rok Østby al-Harthi bin Jr. - … ( ,".split())
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.text(max_size=20) | NAMES, NAMES)
def test_any_text_may_be_asked_for(asked, printed):
    one = Asked(asked)
    one.may_mean(printed)
    one.is_named(printed)
    one.near([printed])


@given(st.permutations(("Ada", "Pia", "Holt")), st.sampled_from((str.upper, str.lower, str.title)))
def test_neither_order_nor_capitals_matter(words, case):
    assert Asked(case(" ".join(words))).may_mean("Ada Pia Holt")


PEOPLE = ("Ada Holt", "Ada Holt", "Ben Holt", "Holt", "Ivo Berg", "I. H. Montag")


@pytest.fixture
def register(tmp_path):
    aliases = tmp_path / "persons.toml"
    aliases.write_text('same = [["Ivo Berg", "I. H. Montag", "Ivar Lothe"]]', encoding="utf-8")
    book = Register(tmp_path / "register")
    for number, name in enumerate(PEOPLE):
        book.note(f"a{number}", [Sighting(name, "", "", 2018)])
    book.settle(read_aliases(aliases))
    book.finish()
    return tmp_path / "register"


def shown(register, name, aliases=NO_ALIASES):
    return list(dict.fromkeys(one.shown for one in explain(register, name, aliases)))


def test_everybody_whom_a_name_may_mean_is_explained(register):
    assert shown(register, "holt") == ["Ada Holt", "Ben Holt", "Holt"]
    assert shown(register, "ADA") == ["Ada Holt"]
    assert [one.articles for one in explain(register, "Holt Ada")] == [2]


def test_somebody_is_found_by_an_alias_whether_or_not_it_is_printed(register, tmp_path):
    assert shown(register, "Montag") == ["Ivo Berg"]
    assert shown(register, "Lothe") == []
    aliases = read_aliases(tmp_path / "persons.toml")
    for name in ("Lothe", "ivar", "Lothe, Ivar", "Ivar Lothe"):
        assert shown(register, name, aliases) == ["Ivo Berg"]
    assert shown(register, "Lothe Ada", aliases) == []


def test_what_is_near_is_told_most_alike_first(register):
    assert near(register, "Ada Hort") == ("Ada Holt",)
    assert near(register, "Hort") == ("Ada Holt", "Ben Holt", "Holt")
    assert near(register, "Xyzzy") == ()
    assert near(register, "...") == ()


def test_nothing_is_outdated_after_a_full_run(register):
    assert outdated(register) == 0
