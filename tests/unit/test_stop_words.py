"""The list of words that count for less, and what it does to an order."""

from __future__ import annotations

import tomllib
from importlib import resources

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.query.tree import Or, Term
from searchsvc.settings import SearchSettings
from searchsvc.text import analyse
from searchsvc.text.analysis import CASED
from searchsvc.text.stop_words import STOP_WORDS
from tests.builders import NOWHERE, article_document, request


def word(text):
    return Term(analyse(text)[0].stem, text, "body", exact=False, span=NOWHERE)


def test_every_word_is_listed_once_and_is_one_folded_token():
    text = (resources.files("searchsvc.text") / "stop_words.toml").read_text("utf-8")
    words = " ".join(tomllib.loads(text).values()).split()
    assert len(words) == len(set(words)) == len(STOP_WORDS)
    assert [w for w in words if [token.folded for token in analyse(w)] != [w]] == []


def test_capitals_that_are_words_of_their_own_are_no_stop_words():
    assert not STOP_WORDS & CASED
    assert "us" not in STOP_WORDS


def test_a_stop_word_is_found_but_counts_for_less_than_a_word_as_rare(tmp_path):
    build = WhooshIndexWriter(tmp_path, 1).start_build(fresh=True)
    build.add(article_document(id="a", title="x", body="whatever stays"), ())
    build.add(article_document(id="b", title="x", body="quotas stay"), ())
    build.publish(rejects=0)
    query = Or((word("whatever"), word("quotas")), NOWHERE)
    scores = {}
    for weight in (0.0, 0.5, 1.0):
        engine = WhooshEngine(tmp_path, SearchSettings(stop_word_weight=weight, reordered=0))
        hits = engine.search(request(query=query)).hits
        scores[weight] = {hit.document.id: hit.score for hit in hits}
        engine.close()
    assert scores[0.0]["a"] == 0
    assert scores[0.5]["a"] == scores[1.0]["a"] / 2
    assert scores[1.0]["a"] == scores[1.0]["b"] == scores[0.0]["b"]
