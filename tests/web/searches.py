"""Random searches for property tests, over what the made-up archive holds and a little beyond."""

from __future__ import annotations

from hypothesis import strategies as st

from searchsvc.engine.contract import Interval, Sort
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Act, Collection, StatementKind
from searchsvc.web.parameters import (
    FILTER_FIELDS,
    DateBound,
    SearchParameters,
    Selection,
    in_collection,
)
from tests.web.archive import COUNTRIES, SOURCES, SPEAKERS

VALUES = {
    "speaker": (*(s.name for s in SPEAKERS if s), "Nobody At All", MISSING),
    "country": (*COUNTRIES, "Atlantis", MISSING),
    "speaker_country": ("PE", "KR", "JP", MISSING),
    "source": (*SOURCES, MISSING),
    "kind": (*(kind.value for kind in StatementKind), MISSING),
    "act": (*(act.value for act in Act), MISSING),
    "article": ("a1", "a2", "a17", "zzz", MISSING),
    "story": ("story-2-0", "story-4-0", "alone-1", "zzz", MISSING),
}
TEXTS = (
    "",
    "",
    "sanctions",
    "talks border",
    "harbour",
    "“neutral harbour”",
    "zzz",
    "...",
    "& <b>",
)

bounds = st.one_of(
    st.builds(DateBound, st.integers(2013, 2022)),
    st.builds(DateBound, st.integers(2014, 2021), st.integers(1, 12)),
    st.builds(DateBound, st.integers(2014, 2021), st.integers(1, 12), st.integers(1, 28)),
)


@st.composite
def selections(draw, field):
    chosen = tuple(sorted(draw(st.sets(st.sampled_from(VALUES[field]), max_size=3))))
    excluded = tuple(sorted(draw(st.sets(st.sampled_from(VALUES[field]), max_size=1))))
    return Selection(field, chosen, excluded, every=bool(chosen) and draw(st.booleans()))


known_texts = st.sampled_from(TEXTS)
first_page = st.just(1)


@st.composite
def searches(draw, texts=known_texts, most_fields=2, pages=first_page):
    """Searches that are right in themselves: dates in order, only fields of the collection."""
    collection = draw(st.sampled_from(Collection))
    fields = draw(st.sets(st.sampled_from(FILTER_FIELDS), max_size=most_fields))
    chosen = tuple(draw(selections(field)) for field in FILTER_FIELDS if field in fields)
    since, until = draw(st.none() | bounds), draw(st.none() | bounds)
    if since and until and until.last < since.first:
        since, until = until, since
    facets = draw(st.none() | st.sets(st.sampled_from(facet_fields(collection)), max_size=3))
    sizes = draw(st.dictionaries(st.sampled_from(FILTER_FIELDS), st.integers(1, 8), max_size=2))
    return in_collection(
        SearchParameters(
            text=draw(texts),
            selections=tuple(item for item in chosen if item.active),
            since=since,
            until=until,
            undated=draw(st.booleans()),
            sort=draw(st.none() | st.sampled_from(Sort)),
            size=draw(st.none() | st.integers(1, 30)),
            facets=None
            if facets is None
            else tuple(name for name in facet_fields(collection) if name in facets),
            facet_sizes=tuple(sorted(sizes.items())),
            by_name=tuple(name for name in FILTER_FIELDS if draw(st.booleans())),
            interval=draw(st.none() | st.sampled_from(Interval)),
            page=draw(pages),
            explain=draw(st.booleans()),
        ),
        collection,
    )
