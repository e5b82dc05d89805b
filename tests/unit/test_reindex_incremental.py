"""However an archive came to be what it is, the index is what a full run would make of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.engine.contract import SearchRequest
from searchsvc.errors import CorpusError
from searchsvc.reindex import reindex
from tests.reference_engine import ReferenceEngine
from tests.unit.archives import archive, piece

IDS = ("p", "q", "r")
TEXTS = ("One.", "Two.", None)  # extraction fails on None
ITEMS = st.lists(st.none() | st.tuples(st.sampled_from(IDS), st.sampled_from(TEXTS)), max_size=3)
INPUTS = st.none() | st.tuples(st.booleans(), ITEMS)  # None: gone; True: touched
EDITS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), INPUTS, min_size=1, max_size=3),
        st.booleans(),  # whether the inputs are named in reverse
    ),
    min_size=2,
    max_size=4,
)


def states_of(edits):
    """The archive after each edit; what an edit does not name stays as it is.

    One article is always there, since an index is emptied on request only.
    """
    state: dict[str, Any] = {"z": (False, [("always", "Three.")])}
    for edit, reverse in edits:
        state = {name: item for name, item in (state | edit).items() if item is not None}
        yield dict(sorted(state.items(), reverse=reverse))


def archive_of(state):
    """An archive in the order of the state; a touched input has a fingerprint of its own."""
    return archive(
        **{
            name: (f"{touched} {items}", tuple(item_of(name, *each) for each in enumerate(items)))
            for name, (touched, items) in state.items()
        }
    )


def item_of(name, number, item):
    if item is None:
        return CorpusError(f"/archive/{name}", "odd", place=f"line {number}")
    return piece(item[0], item[1], path=name, place=f"line {number}")


def run(state, engine):
    return reindex(
        archive_of(state), engine, full=False, keep_others=False, progress=lambda _: None
    )


def contents(engine):
    hits = engine.search(SearchRequest(limit=1000)).hits
    return sorted((hit.document.id, hit.document.path, hit.document.body) for hit in hits)


def places(report):
    """Where rejects are; which other input holds a doubled id may be told as of an earlier run."""
    return [(reject.path, reject.place) for reject in report.first_rejects]


@settings(max_examples=80, deadline=None)
@given(EDITS)
def test_runs_one_after_another_end_where_one_full_run_does(edits):
    states = list(states_of(edits))
    grown, built = ReferenceEngine(), ReferenceEngine()
    try:
        for state in states[:-1]:
            run(state, grown)
        last = run(states[-1], grown)
        full = run(states[-1], built)
        assert contents(grown) == contents(built)
        assert grown.status().rejects == built.status().rejects == last.rejects == full.rejects
        assert sorted(places(last)) == sorted(places(full))
        assert last.articles == full.articles == len(contents(grown))
    finally:
        grown.close()
        built.close()


@settings(max_examples=25, deadline=None)
@given(EDITS)
def test_a_run_over_an_unchanged_archive_publishes_nothing(edits):
    states = list(states_of(edits))
    engine = ReferenceEngine()
    try:
        for state in states:
            run(state, engine)
        published = engine.status().generation
        assert run(states[-1], engine).status is None
        assert engine.status().generation == published
    finally:
        engine.close()
