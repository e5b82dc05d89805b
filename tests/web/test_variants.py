"""The address of a search with another filter, written quickly, is the one written slowly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.web import links, variants
from searchsvc.web.links import Addresses
from searchsvc.web.parameters import FILTER_FIELDS
from tests.web.searches import VALUES, bounds, searches

FACES = (Addresses(links.SEARCH_PATH), Addresses(links.API_SEARCH_PATH, root="/archive"))
AWKWARD = (
    "",
    "a&b=c",
    "x y+z",
    "speaker=x&page=2",
    "(none)",
    "Ünïcode “§”",
    "%41",
    "#?/",
    "a:b,c",
)

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20).map(str.strip)
anything = searches(texts=texts | st.sampled_from(AWKWARD), most_fields=4, pages=st.integers(1, 3))
faces = st.sampled_from(FACES)


@pytest.mark.parametrize("field", FILTER_FIELDS)
@given(parameters=anything, addresses=faces, chance=st.data())
@settings(max_examples=40, deadline=None)
def test_another_filter_on_a_field_is_written_as_by_itself(field, parameters, addresses, chance):
    around = variants.of_field(addresses, parameters, field)
    now = parameters.selection(field)
    known = st.sampled_from((*VALUES[field], *now.chosen, *now.excluded))
    value = chance.draw(known | st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
    for short, whole in (
        (links.toggling, links.toggled),
        (links.excluding, links.excluded),
        (links.narrowing, links.only),
    ):
        there = whole(parameters, field, value)
        assert around.selecting(short(now, value)) == addresses.to(there)
    if len(now.chosen) > 1:
        there = links.every_or_any(parameters, field)
        assert around.selecting(links.switching(now)) == addresses.to(there)


@given(anything, faces, st.none() | bounds)
@settings(max_examples=100, deadline=None)
def test_other_dates_are_written_as_by_themselves(parameters, addresses, bound):
    around = variants.of_dates(addresses, parameters)
    assert around.dated(bound) == addresses.to(links.dated(parameters, bound, bound))
