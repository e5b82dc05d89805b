"""Printed names taken apart, and how two of them are alike."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchsvc.identities.knowledge import KIN, WALKS, kin_of, walks_of
from searchsvc.identities.names import (
    Likeness,
    block_of,
    candidate_keys,
    likeness,
    read_name,
    same_family,
)
from searchsvc.identities.spelling import fold

ALIKE = [
    ("Ivo Berg", "Ivo Haakon Berg", Likeness.FULLER),
    ("Ivo H. Berg", "Ivo Haakon Berg", Likeness.FULLER),
    ("I. H. Berg", "Ivo Haakon Berg", Likeness.FULLER),
    ("I.H. Berg", "Ivo H. Berg", Likeness.FULLER),
    ("I. Berg", "Ivo Berg", Likeness.INITIAL),
    ("J. P. Berg", "John Berg", Likeness.POSSIBLE),
    ("J. P. Berg", "J. Berg", Likeness.INITIAL),
    ("Chris Berg", "Christopher Berg", Likeness.NICKNAME),
    ("Bill Berg", "William Berg", Likeness.NICKNAME),
    ("Alex Berg", "Alexandra Berg", Likeness.NICKNAME),
    ("Sam Berg", "Samantha Berg", Likeness.NICKNAME),
    ("Ann Berg", "Anna Berg", Likeness.MISSPELT),
    ("Maria Berg", "Marian Berg", Likeness.MISSPELT),
    ("Ivo H. Berg", "Ivo H. P. Berg", Likeness.FULLER),
    ("Ivo Per Berg", "Ivo Haakon Per Berg", Likeness.FULLER),
    ("Philippa Berg", "Phillippa Berg", Likeness.SOUND),
    ("Min Jae-rok", "Min Jae Rok", Likeness.SAME),
    ("Kwon Jae-rok", "Kwon Jaerok", Likeness.SAME),
    ("Min Jae-rok", "Jae-rok Min", Likeness.SAME),
    ("Choi Jung-mi", "Choe Jeong-mi", Likeness.SOUND),
    ("Lee Jae-rok", "Rhee Jae-rok", Likeness.SOUND),
    ("Min Ye-kyeom", "Min Ye-keom", Likeness.MISSPELT),
    ("Oleg Stanichev", "Oleg Stanichov", Likeness.SPELLING),
    ("Oleg Stanichev", "Oleg Stanichyov", Likeness.SPELLING),
    ("Oleg Karpinsky", "Oleg Karpinskyy", Likeness.SPELLING),
    ("Oleg Karpinski", "Oleg Karpinskiy", Likeness.SPELLING),
    ("Sergey Karpin", "Sergei Karpin", Likeness.SPELLING),
    ("Mohammed bin Walid", "Muhammad ibn Walid", Likeness.SPELLING),
    ("Salim al-Harthi", "Salim Al Harthi", Likeness.SAME),
    ("Abdel Salam Nouri", "Abdelsalam Nouri", Likeness.SAME),
    ("José Peñalver", "Jose Penalver", Likeness.SAME),
    ("Bea Vogel-Sandoz", "Bea Sandoz", Likeness.FULLER),
    ("Jens Østby", "Jens Ostby", Likeness.SAME),
]
UNLIKE = [
    ("Ivo Berg", "Ida Berg"),
    ("Ivo Berg", "Ivo Borg"),
    ("Ivo Berg", "Ivo Bergman"),
    ("Ivo H. Berg", "Ivo P. Berg"),
    ("Ivo H. W. Berg", "Ivo W. Berg"),
    ("Ivo Haakon Per Berg", "Ivo P. Berg"),
    ("Ada Berg", "Adam Berg"),
    ("Paul Berg", "Paula Berg"),
    ("Mario Berg", "Maria Berg"),
    ("Robert Berg", "Roberta Berg"),
    ("Aleksandr Berg", "Aleksandra Berg"),
    ("Ivo Haakon Berg", "Ivo Pelle Berg"),
    ("Ivo Berg", "Ivo Berg Jr."),
    ("Ivo Berg Sr.", "Ivo Berg Jr."),
    ("Ivo Berg", "Berg Ivo"),
    ("Al Berg", "Alan Bergson"),
    ("Mohammed Walid", "Mohammed bin Walid"),
    ("Ivo van Dorn", "Ivo von Dorn"),
    ("Min Jong-un", "Min Jong-il"),
    ("Min Seo-jun", "Min Ho-jun"),
    ("Wang Gang", "Wang Feng"),
    ("Ian Lee", "Ian Yi"),
    ("Ivo Berg", "Ivo Kim"),
]


@pytest.mark.parametrize(("one", "other", "how"), ALIKE)
def test_names_of_one_person_are_alike(one, other, how):
    assert likeness(read_name(one), read_name(other)) is how


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_names_that_are_only_similar_are_not_alike(one, other):
    assert likeness(read_name(one), read_name(other)) is None


@pytest.mark.parametrize(("one", "other", "how"), ALIKE)
def test_names_that_are_alike_are_compared_at_all(one, other, how):
    a, b = read_name(one), read_name(other)
    assert block_of(a) == block_of(b)
    if Likeness.INITIAL is how or min(len(a.given[0]), len(b.given[0])) == 1:
        assert a.joined[0] == b.joined[0]
    else:
        assert candidate_keys(a) & candidate_keys(b)


SYLLABLES = "Mo ham mad med y i kh q ch ov ev sky skiy hs x eo u jae zh ll".split()
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(
    lambda parts: "".join(parts).capitalize()
)
NAMES = st.builds(
    lambda given, family: " ".join((*given, family)),
    st.lists(
        st.sampled_from(("Bill", "J.", "J. P.", "bin", "Kim", "Jae-in", "Jae In")) | WORDS,
        min_size=1,
        max_size=3,
    ),
    WORDS | st.sampled_from(("Lee", "al-Rahim", "Park", "Berg")),
)


@given(NAMES, NAMES)
def test_likeness_is_mutual(one, other):
    a, b = read_name(one), read_name(other)
    assume(a.given and b.given)
    assert likeness(a, b) is likeness(b, a)
    assert likeness(a, a) is Likeness.SAME


@given(NAMES, WORDS, WORDS)
def test_names_alike_share_a_block_and_a_key(name, family, given_name):
    """Of a name, others are made that could be alike: with its family and with its given names."""
    one = read_name(name)
    assume(one.given)
    for other in map(read_name, (f"{name.rpartition(' ')[0]} {family}", f"{given_name} {family}")):
        if not other.given or likeness(one, other) is None:
            continue
        assert block_of(one) == block_of(other)
        initial = not (one.has_full_given and other.has_full_given)
        assert initial or candidate_keys(one) & candidate_keys(other)


@given(st.text(max_size=40))
def test_any_text_is_taken_apart(text):
    assume(text.split())
    name = read_name(text)
    assert name.printed == text
    block_of(name)
    assert same_family(name, name)
    if name.given:
        candidate_keys(name)
        assert likeness(name, name) is Likeness.SAME


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(word):
    assert fold(fold(word)) == fold(word)


def test_every_kin_belongs_to_a_walk_of_life():
    assert set(KIN.values()) == set(WALKS)


def test_a_role_that_is_not_known_is_a_kin_of_its_own():
    assert kin_of("beekeeper") == "beekeeper"
    assert kin_of("") == ""
    assert walks_of("beekeeper").isdisjoint(walks_of("head"))
