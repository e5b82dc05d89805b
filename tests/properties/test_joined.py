"""Several segments joined give what one segment of the same documents gives, compiled or not."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rapidfuzz.distance import OSA

from searchsvc.columnar import compiled
from searchsvc.columnar.joined import JoinedPostings, JoinedWords
from searchsvc.columnar.layout import Layout
from searchsvc.columnar.searching.docsets import Scratch
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.columnar.words.chunks import SPACES
from searchsvc.columnar.words.lexicon import Lexicon
from searchsvc.columnar.writing.rows import Row, write_segment
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.leaves import _match_patterns
from searchsvc.engine.whoosh.phrases import phrase_hits
from searchsvc.query.tree import Phrase, Prefix
from tests.builders import NOWHERE

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 90
LETTERS = "abcdefgh"


if compiled.loops is None:
    pytest.skip(
        "no compiler was found when this was installed; install one, and `make install`",
        allow_module_level=True,
    )
LOOPS: Any = compiled.loops


@pytest.fixture(params=[None, LOOPS], ids=["plain", "compiled"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "loops", request.param)


def segments(folder: Path, seed: int) -> tuple[Segment, list[tuple[int, Segment]]]:
    """The same documents as one segment, and as several with the number of their first."""
    random = Random(seed)
    rows = [
        Row(
            f"{at:03}",
            words={"body": [" ".join(random.choices(LETTERS, k=random.choice((0, 3, 40, 200))))]},
            values={"source": random.sample(LETTERS, random.randrange(3))},
        )
        for at in range(COUNT)
    ]
    layout = Layout({"body": False}, ("source",))
    lexicon = Lexicon(SPACES)
    write_segment(rows, layout, lexicon=lexicon, folder=folder, name="whole")
    cuts = [0, *sorted(random.sample(range(1, COUNT), random.randrange(5))), COUNT]
    parts = []
    for low, high in pairwise(cuts):
        write_segment(rows[low:high], layout, lexicon=lexicon, folder=folder, name=f"part{low}")
        parts.append((low, Segment(folder, f"part{low}")))
    return Segment(folder, "whole"), parts


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("seed", range(12))
def test_terms_are_read_as_in_one_segment(tmp_path: Path, seed: int):
    whole, parts = segments(tmp_path, seed)
    joined = JoinedWords([(base, part.words("body")) for base, part in parts])
    words = whole.words("body")
    for term in range(len(words.terms)):
        found = joined.find(words.terms[term])
        assert found is not None
        assert joined.docs(found).tolist() == words.docs(term).tolist()
        counts = joined.counts(found)
        assert counts.tolist() == words.counts(term).tolist()
        random = Random(term)
        index = np.array(sorted(random.sample(range(len(counts)), len(counts) // 2)), np.intp)
        assert joined.counts_at(found, index).tolist() == words.counts_at(term, index).tolist()
        for mine, theirs in zip(
            joined.places(found, index), words.places(term, index), strict=True
        ):
            assert mine.tolist() == theirs.tolist()
    for absent in ("", "zz", "\ud800"):
        assert joined.find(absent) is None
    assert JoinedWords(()).find("a") is None


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("seed", range(12))
def test_values_and_phrases_are_those_of_one_segment(tmp_path: Path, seed: int):
    whole, parts = segments(tmp_path, seed)
    joined = JoinedPostings([(base, part.values("source")) for base, part in parts])
    for value in LETTERS:
        term, found = whole.values("source").find(value), joined.find(value)
        assert (term is None) == (found is None)
        if term is not None and found is not None:
            assert joined.docs(found).tolist() == whole.values("source").docs(term).tolist()
    words = JoinedWords([(base, part.words("body")) for base, part in parts])
    random = Random(seed)
    for _ in range(30):
        wanted = tuple(random.choices(LETTERS, k=random.randint(1, 3)))
        slop = random.choice((0, 0, 2))
        phrase = Phrase(wanted, wanted, None, exact=False, slop=slop, span=NOWHERE)
        mine = phrase_hits(phrase, words, Scratch(COUNT))
        theirs = phrase_hits(phrase, whole.words("body"), Scratch(COUNT))
        for one, other in zip(mine, theirs, strict=True):
            assert one.tolist() == other.tolist()


def test_what_nobody_asks_is_refused(tmp_path: Path):
    _, parts = segments(tmp_path, 3)
    words = [(base, part.words("body")) for base, part in parts]
    joined = LOOPS.Joined(tuple((base, each.native, each.terms.native) for base, each in words))
    found = joined.find(b"a")
    for terms in ([], found[1:], [*found, 0], [1 << 40, *found[1:]]):
        for ask in (joined.docs, joined.counts):
            with pytest.raises(IndexError):
                ask(terms)
    values = [part.values("source") for _, part in parts]
    uncounted = LOOPS.Joined(tuple((0, each.native, each.terms.native) for each in values))
    with pytest.raises(TypeError, match="counted"):
        uncounted.counts([0] * len(values))
    for bad in (((0, 1, 2),), ((0, words[0][1].native, None),), ((0,),)):
        with pytest.raises((TypeError, ValueError)):
            LOOPS.Joined(bad)
    with pytest.raises(IndexError):
        LOOPS.living(np.array([0, 9]), np.ones(9, np.bool_))
    with pytest.raises(TypeError):
        LOOPS.living(np.array([0]), np.ones(9, np.float32))


def test_ids_are_found_in_their_segment():
    lists = [["a", "b"], [], ["é"], ["日", "e", "f"]]
    packed = [strings_of(each) for each in lists]
    bases = [0, 2, 2, 3]
    parts = tuple((base, each.text, each.at) for base, each in zip(bases, packed, strict=True))
    ids = LOOPS.Ids(parts)
    assert ids.of(np.arange(6)) == ["a", "b", "é", "日", "e", "f"]
    assert ids.of(np.array([5, 0], np.intp)) == ["f", "a"]
    for doc in (-1, 6, 1 << 62, -(1 << 62)):
        with pytest.raises(IndexError):
            ids.of(np.array([doc]))
    with pytest.raises(IndexError):
        LOOPS.Ids(()).of(np.array([0]))


@pytest.mark.usefixtures("either_way")
def test_words_one_edit_away_are_among_those_two_edits_away():
    """These are looked for without regard to halves."""
    random = Random(5)
    words = sorted(
        {"".join(random.choices("abcdeé", k=random.randint(1, 9))) for _ in range(3_000)}
    )
    packed = strings_of(words)
    vocabulary = Vocabulary(packed.text, packed.at)
    for word in random.sample(words, 200):
        further = vocabulary.within(word, 2).tolist()
        assert vocabulary.within(word, 1).tolist() == [
            at for at in further if OSA.distance(word, words[at]) <= 1
        ]


def test_what_one_segment_left_is_wiped_where_another_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _, parts = segments(tmp_path, 4)
    words = [(base, part.words("body")) for base, part in parts]
    assert len(words) > 1
    view: Any = SimpleNamespace(scratch=Scratch(COUNT))

    def damaged(*_: object) -> None:
        assert view.scratch.bits.any()
        raise IndexError

    pattern = Prefix("", None, NOWHERE)
    docs, _ = _match_patterns(pattern, words, view, BOUNDLESS) or (None, None)
    assert docs is not None
    monkeypatch.setattr(words[-1][1], "add_forms", damaged)
    with pytest.raises(IndexError):
        _match_patterns(pattern, words, view, BOUNDLESS)
    for room in (view.scratch.sums, view.scratch.bits, view.scratch.summary):
        assert not room.any()


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("length", [3, 4, 5, 198, 199, 200, 201, 253, 254, 255, 256, 300])
def test_words_of_any_length_are_found_one_edit_away(length: int):
    word = ("abcé" * 80)[:length]
    others = {word[1:], word[:-1], f"x{word}", f"{word}x", f"x{word[1:]}", f"{word[:-1]}x"}
    others |= {word[1::-1] + word[2:], f"xy{word[2:]}", f"{word}xyz"}
    words = sorted({word, *others})
    packed = strings_of(words)
    found = Vocabulary(packed.text, packed.at).within(word, 1).tolist()
    assert found == [at for at, each in enumerate(words) if OSA.distance(word, each) <= 1]
    assert len(found) >= 8


def test_candidates_are_each_there_once_and_arrays_are_what_they_should_be():
    words = sorted({f"{one}{two}ing" for one in "abcdefgh" for two in "rstuvw"} | {"asing"})
    packed = strings_of(words)
    vocabulary = Vocabulary(packed.text, packed.at)
    spelling = vocabulary._spelling
    found = spelling.candidates("asing", 1).tolist()
    assert len(found) == len(set(found)) > 1
    own: tuple[Any, ...] = (
        spelling.order,
        spelling.letters,
        spelling.begins,
        spelling.backward,
        spelling.ends,
    )
    for at, array in enumerate(own):
        for other in (array[:-1], array.astype(np.float64)):
            with pytest.raises(TypeError):
                LOOPS.Spelling(*own[:at], other, *own[at + 1 :])
    for beyond in (-1, len(words)):
        backward = spelling.backward.copy()
        backward[3] = beyond
        with pytest.raises(IndexError):
            LOOPS.Spelling(*own[:3], backward, own[4])
    with pytest.raises(TypeError):
        vocabulary.native.find(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        LOOPS.Vocabulary(np.zeros(len(words)), packed.text, packed.at)


def test_an_empty_array_of_places_and_a_second_beginning_do_no_harm():
    packed = strings_of(["a", "b"])
    ids = LOOPS.Ids(((0, packed.text, packed.at),))
    ids.__init__(((0, packed.text, packed.at),))
    assert ids.of(np.array([1, 0])) == ["b", "a"]
    with pytest.raises(IndexError):
        LOOPS.Ids(((0, packed.text, packed.at[:0]),)).of(np.array([0]))
    with pytest.raises(IndexError):
        LOOPS.picked(packed.text, packed.at[:0], np.array([0]))


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("often", [(20, 1, 1), (1, 20, 1), (1, 1, 20), (300, 1, 20)])
def test_large_counts_are_read_in_whichever_segment_they_are(tmp_path: Path, often: tuple[int]):
    layout, lexicon = Layout({"body": False}, ()), Lexicon(SPACES)
    parts = []
    for at, times in enumerate(often):
        rows = [Row(f"{at}", words={"body": [" ".join(["said"] * times)]})]
        write_segment(rows, layout, lexicon=lexicon, folder=tmp_path, name=f"part{at}")
        parts.append((at, Segment(tmp_path, f"part{at}").words("body")))
    joined = JoinedWords(parts)
    found = joined.find("said")
    assert found is not None
    assert joined.counts(found).tolist() == list(often)
    assert joined.counts_at(found, np.array([1, 2], np.intp)).tolist() == list(often[1:])
