"""What other rooms say in English is known again, whatever the values in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.aliases import AliasFile
from searchsvc.model import Collection
from searchsvc.web.asked import read_text
from searchsvc.web.language import language_of, speaking
from searchsvc.web.language.phrases import known, told
from searchsvc.web.parameters import SearchParameters
from searchsvc.web.schemas import read_address

KOREAN = language_of("ko")
PIECES = st.sampled_from(
    'a the "a b" "a" ~ ~9 "a b"~ "a b"~999 * ? a* *a a~ a~7 a*~ ( ) (( OR AND NOT - + speaker: '
    'kind:loud kind:direct act:say date:2019..2018 nothere:x speker:x title: "open (a act: Kiev '
    '-Kiev -"a" --a +a exact:a exact: title:source:a country:KR -- 中国* 中? %) “ ” ; ~0 a~0 b?'.split()
)
ADDRESSES = (
    ("page", "x"),
    ("page", "0"),
    ("size", "1000"),
    ("date.from", "yesterday"),
    ("sort", "loud"),
    ("in", "books"),
    ("q", "a\x00b"),
    ("q", "a" * 5000),
    ("contry", "KR"),
    ("unheard", "of"),
    ("facets", "nothing"),
    ("speaker_country.op", "x"),
    ("kind", "x"),
    ("kind", "loud"),
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.sampled_from(Collection))
def test_every_remark_on_a_query_is_said_in_korean(pieces, collection):
    aliases = AliasFile().current()
    text = " ".join(pieces)
    reading = read_text(SearchParameters(collection=collection, text=text), aliases).reading
    for token in reading.tokens:
        if token.reason:
            with speaking(KOREAN):
                korean = told(token.reason)
            assert korean != token.reason, token.reason
            assert told(token.reason) == token.reason


@pytest.mark.parametrize(("name", "value"), ADDRESSES)
def test_what_is_wrong_with_an_address_is_said_in_korean(name, value):
    found = read_address([(name, value)])
    problems = [*found.bad, *found.unknown]
    with speaking(KOREAN):
        said = [told(item.detail) for item in problems]
    assert problems
    assert not {item.detail for item in problems} & set(said)


@given(st.text(max_size=80))
def test_what_nobody_knows_stays_as_it_is(text):
    with speaking(KOREAN):
        if not known(text) and "; " not in text:
            assert told(text) == text


@given(st.text(min_size=1, max_size=20))
def test_values_are_taken_over_as_they_are(value):
    with speaking(KOREAN):
        assert value in told(f"other names of “{value}” are not left out")
