"""The array tokeniser on real articles, and what its lexicon keeps."""

from __future__ import annotations

import gzip
import json
import random
from itertools import islice

import numpy as np
import pytest

from searchsvc.columnar.words import lexicon as lexicon_module
from searchsvc.columnar.words.chunks import SPACES
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.words.tokens import tokenise
from searchsvc.columnar.words.wordtable import ABSENT, WordTable
from tests.reference_tokens import terms_by_analysis, terms_by_arrays


def rows(path, count):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, count)]


@pytest.mark.archive
@pytest.mark.parametrize(("folder", "file"), [("polnear", "train"), ("reuters21578", "docs")])
def test_real_articles_give_the_tokens_of_the_analysis(corpora, folder, file):
    articles = rows(corpora / folder / f"{file}.jsonl.gz", 2500)
    texts = [value for row in articles for value in row.values() if isinstance(value, str)]
    assert sum(map(len, texts)) > 1_000_000
    assert terms_by_arrays(texts, Lexicon()) == terms_by_analysis(texts)


@pytest.mark.archive
def test_articles_with_curly_quotes_give_the_tokens_of_the_analysis(corpora):
    texts = [path.read_text(encoding="utf-8") for path in sorted(corpora.glob("seeds/*.txt"))]
    assert any("’s" in text for text in texts)
    assert terms_by_arrays(texts, Lexicon()) == terms_by_analysis(texts)


def test_a_token_knows_its_text_and_whether_its_capitals_count():
    tokens = tokenise(["The US and WHO", "", "THE WHO IS", "Un-IS"], Lexicon())
    assert tokens.at.tolist() == [0, 4, 4, 7, 9]
    assert tokens.cased.tolist() == [1, 3, 8]
    assert tokens.words.dtype == np.int32


def test_no_texts_and_texts_without_tokens_give_no_tokens():
    assert tokenise([], Lexicon()).at.tolist() == [0]
    tokens = tokenise(["", "...", " — "], Lexicon())
    assert tokens.at.tolist() == [0, 0, 0, 0]
    assert len(tokens.words) == len(tokens.cased) == 0


def test_a_word_met_again_is_the_same_number_and_is_not_entered_twice():
    lexicon = Lexicon()
    text = "Sanctions, sanctions and S-400 “sanctions” of Putin’s counterrevolutionaries"
    first = tokenise([text], lexicon)
    size = len(lexicon)
    again = tokenise([text, text], lexicon)
    assert again.words.tolist() == [*first.words.tolist(), *first.words.tolist()]
    assert len(lexicon) == size


def test_chunks_longer_than_what_is_remembered_leave_only_their_words():
    lexicon = Lexicon()
    tokenise(["/".join(["北京"] * 40)], lexicon)
    size = len(lexicon)
    tokenise(["北京" * 40], lexicon)
    assert len(lexicon) == size + 1  # the chunk itself, of which Python was asked once more
    assert len(lexicon.terms) == 2


def test_a_large_lexicon_forgets_when_told_and_goes_on_right(monkeypatch):
    monkeypatch.setattr(lexicon_module, "MOST_WORDS", 50)
    lexicon = Lexicon()
    texts = [" ".join(f"word{number} S-{number}" for number in range(40)), "U. S. sanctions"]
    assert not lexicon.forget_if_large()
    assert terms_by_arrays(texts, lexicon) == terms_by_analysis(texts)
    assert lexicon.forget_if_large()
    assert len(lexicon) == 1
    assert len(lexicon.terms) == 0
    assert terms_by_arrays(texts, lexicon) == terms_by_analysis(texts)


def test_spaces_take_tokens_as_they_are():
    wanted = ["U.S.", "it's", "10,000", "é", "WHO", "a", "a"]
    assert terms_by_arrays(["U.S. it's\n10,000  é\tWHO a a\x00 \x00"], Lexicon(SPACES)) == [
        [(word, word, None) for word in wanted]
    ]


def test_a_word_table_finds_what_was_added_and_nothing_else():
    draw = random.Random(3)
    # Few distinct halves, so that keys agree in one column and differ in the other.
    halves = [draw.getrandbits(64) or 1 for _ in range(60)]
    pairs = [(first, second) for first in halves for second in halves]
    draw.shuffle(pairs)
    table, known = WordTable(2), pairs[:3000]
    for start in range(0, 3000, 700):
        some = known[start : start + 700]
        keys = list(np.array(some, np.uint64).T)
        assert (table.find(keys) == ABSENT).all()
        table.add(keys, np.arange(start + 1, start + 1 + len(some), dtype=np.int32))
    found = table.find(list(np.array(pairs, np.uint64).T)).tolist()
    assert found == [*range(1, 3001), *([ABSENT] * 600)]
