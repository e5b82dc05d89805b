"""Segments made from rows hold what a plain inversion of the same rows holds."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from itertools import islice

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.columnar.layout import VALUE_GAP, Layout
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.words import lexicon as lexicon_module
from searchsvc.columnar.words.chunks import SPACES
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing import inversion
from searchsvc.columnar.writing.rows import Row, write_segment
from searchsvc.text import analyse

LAYOUT = Layout({"body": True, "byline": False}, ("speaker", "source"))


def written(folder, rows, layout=LAYOUT, lexicon=None):
    write_segment(rows, layout, lexicon=lexicon or Lexicon(), folder=folder, name="one")
    return Segment(folder, "one")


def in_order(rows):
    return sorted(rows, key=lambda row: (row.day, row.minute, row.id))


def inverted(rows, field, stems):
    """Term to document to places with the form at each; and the tokens of each document."""
    postings: dict[str, dict[int, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    lengths = []
    for doc, row in enumerate(in_order(rows)):
        start = length = 0
        for text in row.words.get(field, ()):
            tokens = analyse(text)
            for place, token in enumerate(tokens, start):
                term = token.stem if stems else token.folded
                postings[term][doc].append((place, token.folded))
                if token.cased is not None:
                    postings[token.cased][doc].append((place, token.cased))
            start += len(tokens) + VALUE_GAP
            length += len(tokens)
        lengths.append(length)
    return postings, lengths


def check_words(segment, rows, field, stems):
    wanted, lengths = inverted(rows, field, stems)
    found = segment.words(field)
    assert found.terms.listed() == sorted(wanted)
    assert segment.lengths(field).tolist() == lengths
    by_form: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for term, text in enumerate(found.terms.listed()):
        docs = wanted[text]
        assert found.docs(term).tolist() == sorted(docs)
        counts, places = found.places(term)
        assert (
            counts.tolist()
            == found.counts(term).tolist()
            == [len(docs[doc]) for doc in sorted(docs)]
        )
        assert places.tolist() == [place for doc in sorted(docs) for place, _ in docs[doc]]
        for doc in sorted(docs):
            for place, form in docs[doc]:
                by_form[form][doc].append(place)
    assert found.words.listed() == sorted(by_form)
    for form, text in enumerate(found.words.listed()):
        docs, counts, places = found.form_places(form)
        assert docs.tolist() == sorted(by_form[text])
        assert counts.tolist() == [len(by_form[text][doc]) for doc in docs.tolist()]
        assert places.tolist() == [place for doc in docs.tolist() for place in by_form[text][doc]]
        assert found.form_frequency(form) == len(docs)


def check_values(segment, rows, field):
    ordered = in_order(rows)
    wanted = defaultdict(list)
    for doc, row in enumerate(ordered):
        for value in row.values.get(field, ()):
            wanted[value].append(doc)
    found = segment.values(field)
    values = found.terms.listed()
    assert values == sorted(wanted)
    for number, value in enumerate(values):
        assert found.docs(number).tolist() == wanted[value]
    column = segment.column(field)
    size = len(values)
    carried = []
    for row in column.first.tolist():
        carried.append([values[number] for number in row if number < size])
        own = len(carried[-1])
        assert row[own:] == list(range(size + own, size + len(row)))
    for doc, number in zip(column.rest_doc.tolist(), column.rest.tolist(), strict=True):
        carried[doc].append(values[number])
    assert carried == [list(row.values.get(field, ())) for row in ordered]
    assert (np.diff(column.rest_doc.astype(np.int64)) >= 0).all()


def check(segment, rows, layout=LAYOUT):
    assert segment.count == len(rows)
    for field, stems in layout.words.items():
        check_words(segment, rows, field, stems)
    for field in layout.values:
        check_values(segment, rows, field)


WORDS = """
    sanctions sanctioned sanction Sanctions US us U.S. WHO who IS is it runs running run ran the
    Putin’s O'Brien S-400 10,000 北京 é THE
""".split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
ROWS = st.lists(
    st.builds(
        Row,
        id=st.text(max_size=4),
        day=st.sampled_from([0, 1, 738000, 738001]),
        minute=st.integers(0, 2),
        words=st.fixed_dictionaries(
            {},
            optional={
                "body": st.lists(TEXTS, max_size=3),
                "byline": TEXTS.map(lambda each: [each]),
            },
        ),
        values=st.fixed_dictionaries(
            {},
            optional={
                name: st.lists(
                    st.sampled_from(["Eva Modal", "Omar Biel", "", "é", "z"]), unique=True
                )
                for name in LAYOUT.values
            },
        ),
    ),
    max_size=12,
    unique_by=lambda row: row.id,
)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.integers(1, 50), st.sampled_from([1, 20, 1000]))
@example([], 5, 20)
@example([Row("a"), Row("b", words={"body": ["", "—"]})], 5, 20)
def test_a_segment_holds_what_a_plain_inversion_holds(tmp_path_factory, rows, places, occurrences):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion, "CHUNK_PLACES", places)
        patch.setattr(inversion, "PASS_OCCURRENCES", occurrences)
        check(written(tmp_path_factory.mktemp("segment"), rows), rows)


@pytest.mark.archive
def test_real_articles_are_inverted_as_plainly(corpora, tmp_path):
    with gzip.open(corpora / "reuters21578" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in islice(lines, 600)]
    rows = [
        Row(
            str(number),
            day=730000 + number % 7,
            words={"body": [value for value in article.values() if isinstance(value, str)]},
        )
        for number, article in enumerate(articles)
    ]
    check(written(tmp_path, rows), rows)


def test_documents_are_in_order_of_day_then_minute_then_id(tmp_path):
    rows = [Row("b", 5, 1), Row("z"), Row("a", 5, 1), Row("c", 5), Row("d", 4, 9)]
    segment = written(tmp_path, rows)
    assert segment.ids.listed() == ["z", "d", "c", "a", "b"]
    assert segment.day.tolist() == [0, 4, 5, 5, 5]
    assert segment.minute.tolist() == [0, 9, 0, 1, 1]
    assert [segment.find(each) for each in "abcdzy"] == [3, 4, 2, 1, 0, -1]


def test_stored_documents_come_back_by_number_and_may_be_left_out(tmp_path):
    rows = [Row("b", stored=b"second" * 99), Row("a", stored=b"")]
    segment = written(tmp_path, rows)
    assert [segment.stored(doc) for doc in range(2)] == [b"", b"second" * 99]
    (tmp_path / "bare").mkdir()
    assert not written(tmp_path / "bare", [Row("a")]).has_stored


def test_between_texts_of_a_field_places_are_left_free(tmp_path):
    segment = written(tmp_path, [Row("a", words={"body": ["one two", "", "three"]})])
    found = segment.words("body")
    _, places = found.places(found.terms.find("three"))
    assert places.tolist() == [2 + 2 * VALUE_GAP]


def test_a_very_frequent_word_and_a_very_long_document_are_kept_whole(tmp_path):
    body = " ".join(["again and again"] * 40_000)
    rows = [Row("long", words={"body": [body]}), Row("short", words={"body": ["and"] * 20})]
    check(written(tmp_path, rows), rows)


def test_analysed_text_is_taken_as_it_is_and_needs_no_forms(tmp_path):
    rows = [Row("a", words={"text": ["U.S. sanctioned running running"]})]
    segment = written(tmp_path, rows, Layout({"text": True}, ()), Lexicon(SPACES))
    found = segment.words("text")
    assert found.terms.listed() == ["U.S.", "running", "sanctioned"]
    assert found.forms is None


def test_a_lexicon_that_has_met_other_words_before_gives_the_same_segment(tmp_path):
    rows = [
        Row(str(number), words={"body": [f"{word} US runs"]}) for number, word in enumerate(WORDS)
    ]
    worn = Lexicon()
    for number, texts in enumerate((["zebra US Zulu"], WORDS[::-1])):
        (tmp_path / f"before{number}").mkdir()
        written(tmp_path / f"before{number}", [Row("x", words={"body": texts})], lexicon=worn)
    for name, lexicon in (("fresh", Lexicon()), ("worn", worn)):
        (tmp_path / name).mkdir()
        written(tmp_path / name, rows, lexicon=lexicon)
    contents = [(tmp_path / name / "one.arrays").read_bytes() for name in ("fresh", "worn")]
    assert contents[0] == contents[1]


def test_a_lexicon_that_grows_large_starts_afresh_between_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(lexicon_module, "MOST_WORDS", 5)
    lexicon = Lexicon()
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [Row("a", words={"body": [f"word{number} of US sanctions in segment {number}"]})]
        check(written(folder, rows, lexicon=lexicon), rows)
        assert len(lexicon) < 20
