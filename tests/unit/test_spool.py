"""The spool: what one run leaves and the next takes over, whatever happened to the file."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import struct
import sys
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.errors import EngineUnavailable
from searchsvc.extract import extract
from searchsvc.model import OffsetMap
from searchsvc.reindex import records
from searchsvc.reindex import spool as spool_module
from searchsvc.reindex.extracting import Extracted, extracted
from searchsvc.reindex.ledger import digest
from searchsvc.reindex.records import DamagedRecordError, decode, encode
from searchsvc.reindex.spool import Spool, Waiting
from tests.unit.archives import piece

VERSIONS = {"extractor": "1"}
ARTICLES = [
    piece(name, f"“We will sign it, {name},” said Rosa Quispe of Peru on Monday.", place="line 1")
    for name in ("p", "q", "r")
]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "spool"


def record_of(article):
    came = extracted(article)
    assert isinstance(came, Extracted)
    return came.record


def leave(file, articles=ARTICLES, versions=VERSIONS, *, resume=True):
    """A spool of a run that died after these articles; returns where their records start."""
    spool = Spool(file, versions, resume=resume)
    starts = [spool.write(digest(each), record_of(each)) for each in articles]
    assert spool.close(keep=True)
    return starts


def known(file, versions=VERSIONS, *, resume=True):
    """Ids of the articles that the next run takes over; it dies as well."""
    spool = Spool(file, versions, resume=resume)
    found = []
    for each in ARTICLES:
        start = spool.find(digest(each))
        if start is not None and (extraction := spool.extraction(start, each)) is not None:
            assert extraction == extract(each)
            found.append(each.id)
    spool.close(keep=True)
    return found


def test_an_extraction_is_found_by_its_article_wherever_that_stands_now(file):
    leave(file)
    moved = piece("q", ARTICLES[1].body, place="line 9", body_offsets=OffsetMap((0, 3), (0, 9)))
    spool = Spool(file, VERSIONS, resume=True)
    assert spool.found == 3
    start = spool.find(digest(moved))
    assert start is not None
    assert spool.extraction(start, moved) == extract(moved)
    assert spool.find(digest(piece("q", "Another text."))) is None
    spool.close(keep=False)


def test_nothing_is_left_by_a_run_that_ends_well(file):
    leave(file)
    Spool(file, VERSIONS, resume=True).close(keep=False)
    assert list(file.parent.iterdir()) == []


def test_an_empty_spool_is_not_kept(file):
    assert not Spool(file, VERSIONS).close(keep=True)
    assert list(file.parent.iterdir()) == []


def test_two_runs_that_died_add_up(file):
    leave(file, ARTICLES[:1])
    leave(file, ARTICLES[1:2])
    assert known(file) == ["p", "q"]


def test_what_other_versions_left_is_thrown_away(file):
    leave(file)
    assert known(file, {"extractor": "2"}) == []
    assert known(file) == []


def test_what_is_not_wanted_is_thrown_away(file):
    leave(file)
    assert known(file, resume=False) == []
    assert not file.exists()


def test_what_is_no_spool_is_thrown_away(file):
    file.write_bytes(b"a picture" * 1000)
    assert known(file) == []
    leave(file)
    assert known(file) == ["p", "q", "r"]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_spool_cut_anywhere_gives_what_is_whole_and_can_be_added_to(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("cut") / "spool"
    starts = [*leave(file), file.stat().st_size]
    size = data.draw(st.integers(0, starts[-1]))
    os.truncate(file, size)
    whole = [each.id for each, end in zip(ARTICLES, starts[1:], strict=True) if end <= size]
    assert known(file) == whole
    leave(file, ARTICLES[len(whole) :])
    assert known(file) == ["p", "q", "r"]


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_flipped_bit_never_gives_another_extraction(tmp_path_factory, data):
    """`known` compares what is taken over with what is extracted."""
    file = tmp_path_factory.mktemp("flip") / "spool"
    leave(file)
    content = bytearray(file.read_bytes())
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)
    before = known(file)
    assert len(before) < 3
    leave(file, [each for each in ARTICLES if each.id not in before])
    assert known(file) == ["p", "q", "r"]


def test_a_damaged_record_costs_itself_only(file):
    starts = leave(file)
    content = bytearray(file.read_bytes())
    content[starts[2] - 1] ^= 1  # the last byte of the second record
    file.write_bytes(content)
    assert known(file) == ["p", "r"]


def test_what_was_queued_comes_back_in_order_and_from_where_it_was_read(file):
    first, second, third = leave(file)
    spool = Spool(file, VERSIONS, resume=True)
    odd = os.fsdecode(b"news/\xff.jsonl")
    queued = [
        (second, Waiting(7, odd, "line 2", is_new=True)),
        (first, Waiting(8, "b", None, is_new=False)),
    ]
    for start, waiting in queued:
        spool.queue(start, waiting)
    back = list(spool)
    assert [item.waiting for item in back] == [waiting for _, waiting in queued]
    assert [item.article.id for item in back] == ["q", "p"]
    assert [item.extraction for item in back] == [extract(ARTICLES[1]), extract(ARTICLES[0])]
    assert third not in (first, second)
    assert spool.articles == 2
    spool.close(keep=False)


def test_a_record_that_no_longer_comes_back_stops_the_run(file):
    (start,) = leave(file, ARTICLES[:1])
    spool = Spool(file, VERSIONS, resume=True)
    spool.queue(start, Waiting(1, "a", None, is_new=True))
    os.truncate(file, start + 40)
    with pytest.raises(EngineUnavailable, match="check the disk"):
        list(spool)
    spool.close(keep=False)


def test_what_was_written_is_made_durable_every_few_seconds(file, monkeypatch):
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    now = 0.0
    spool = Spool(file, VERSIONS, clock=lambda: now)
    for _ in range(100):
        now += 0.5
        spool.write(bytes(16), b"record")
    spool.close(keep=False)
    assert 10 <= len(flushed) <= 20


@contextmanager
def interrupted_at(line):
    """A Ctrl-C before so many lines of the spool's own code have been run."""
    left = line

    def trace(frame, event, _):
        nonlocal left
        if frame.f_code.co_filename != spool_module.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a run that is interrupted just ends
def test_an_interrupt_anywhere_while_it_is_opened_costs_nothing_of_the_run_before(file):
    leave(file)
    left = file.read_bytes()
    for line in count(1):
        with suppress(KeyboardInterrupt), interrupted_at(line):
            Spool(file, VERSIONS, resume=True).close(keep=True)
            break
        gc.collect()  # what it had open, while that is expected
        assert file.read_bytes() == left, line
    assert line > 30
    assert known(file) == ["p", "q", "r"]


def test_a_limit_of_open_files_costs_nothing_of_the_run_before(file):
    leave(file)
    left = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with file.open("rb") as lowest:
        first_free = lowest.fileno()
    refusals = 0
    for more in range(10):
        resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + more, hard))
        try:
            Spool(file, VERSIONS, resume=True).close(keep=True)
        except EngineUnavailable:
            refusals += 1
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert file.read_bytes() == left, more
    assert refusals >= 3
    assert known(file) == ["p", "q", "r"]


def test_a_folder_that_cannot_be_written_is_told_as_such(tmp_path):
    with pytest.raises(EngineUnavailable, match="cannot be kept"):
        Spool(tmp_path / "missing" / "spool", VERSIONS)


# Records.


def test_a_record_gives_back_what_was_put_in():
    for each in ARTICLES:
        article, extraction = decode(record_of(each))
        assert article == piece(
            each.id, each.body, place=each.place, body_offsets=OffsetMap((0,), (0,))
        )
        assert extraction == extract(each)


class Trap:
    """What a record must not be able to call."""

    def __reduce__(self):
        return (struct.pack, ("<I", 1))


@pytest.mark.parametrize(
    "data",
    [pickle.dumps(Trap()), pickle.dumps(os.getcwd), b"", b"\x80\x05", encode((1, 2))[:-1]],
)
def test_a_record_that_names_anything_but_our_data_is_damaged(data):
    with pytest.raises(DamagedRecordError):
        decode(data)


def test_the_shape_of_a_record_changes_with_its_classes(monkeypatch):
    before = records.shape()
    monkeypatch.setattr(records, "_FIELDS", records._FIELDS[1:])
    assert records.shape() != before


def held_back(file, article):
    """A run that wants this article alone, takes it over or extracts it, and is held back."""
    spool = Spool(file, VERSIONS, resume=True)
    start = spool.find(digest(article))
    if start is None:
        start = spool.write(digest(article), record_of(article))
    spool.queue(start, Waiting(1, "a.txt", None, is_new=True))
    spool.is_wanted = True
    assert spool.close(keep=True)


def test_being_held_back_again_and_again_takes_no_more_room(file):
    sizes = []
    for day in range(12):
        held_back(
            file, piece("p", f"“We will sign it on day {day:02},” said Rosa Quispe of Peru.")
        )
        sizes.append(file.stat().st_size)
    assert max(sizes) < 3 * sizes[0]


def test_what_a_run_that_was_held_back_wanted_is_there_for_the_next(file):
    leave(file)
    held_back(file, ARTICLES[1])
    assert known(file) == ["q"]
    assert list(file.parent.iterdir()) == [file]


def test_a_run_that_died_leaves_all_that_there_was(file):
    leave(file)
    spool = Spool(file, VERSIONS, resume=True)
    start = spool.find(digest(ARTICLES[1]))
    assert start is not None
    spool.queue(start, Waiting(1, "a.txt", None, is_new=True))
    assert spool.close(keep=True)
    assert known(file) == ["p", "q", "r"]
