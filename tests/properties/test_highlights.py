"""What is marked is what the search found."""

from __future__ import annotations

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.snippets import highlights
from tests.builders import article_document
from tests.engine_contract.archive import WORDS
from tests.reference_matching import WordLeaf, occurrences

WORD = st.sampled_from(WORDS)
TEXTS = st.lists(WORD, max_size=12).map(" ".join)
SLOPS = st.sampled_from(["", "~1", "~4"])
LEAVES = st.one_of(
    WORD,
    WORD.map("exact:{}".format),
    WORD.map(lambda word: f"{word[:2]}*"),
    WORD.map(lambda word: f"*{word[1:3]}*"),
    WORD.map("{}~".format),
    st.builds(
        lambda words, slop, scope: f'{scope}"{" ".join(words)}"{slop}',
        st.lists(WORD, min_size=1, max_size=4),
        SLOPS,
        st.sampled_from(["", "exact:"]),
    ),
)


@settings(max_examples=500, deadline=None)
@given(LEAVES, TEXTS)
@example('"us US trade"', "the US US trade")
@example('"the US"', "the trade the us the US")
def test_a_text_is_marked_if_and_only_if_the_word_or_phrase_occurs_in_it(query, text):
    leaf = parse(query, Collection.ARTICLES).tree
    if not isinstance(leaf, WordLeaf):
        reject()
    found = occurrences(leaf, article_document(body=text), "body")
    assert bool(highlights(text, leaf, "body")) == bool(found)


def test_what_lies_far_down_an_endless_text_goes_unmarked_and_no_word_is_cut():
    text = f"on {'borders ' * 60_000}"
    marks = highlights(text, parse("bor*", Collection.ARTICLES).tree, "body")

    assert 100_000 < marks[-1].end < 300_000
    assert {span.of(text) for span in marks} == {"borders"}
