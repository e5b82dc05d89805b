"""One run after another: what is read, what is replaced, what is told."""

from __future__ import annotations

import json
import logging
import sqlite3

import pytest

from searchsvc.engine.contract import SearchRequest
from searchsvc.errors import ConfigError, CorpusError, EngineUnavailable, IndexMissing
from searchsvc.model import Collection
from searchsvc.reindex import Event, Progress, Reject, Started, reindex
from tests.reference_engine import ReferenceEngine
from tests.unit.archives import archive, piece


def run(archive, engine, *, full=False, keep_others=False, events=None):
    tell = (lambda _: None) if events is None else events.append
    return reindex(archive, engine, full=full, keep_others=keep_others, progress=tell)


def texts(engine):
    """Body of every article in the index, by id; also checks that no id is there twice."""
    hits = engine.search(SearchRequest(limit=1000)).hits
    found = {hit.document.id: hit.document.body for hit in hits}
    assert len(found) == len(hits)
    return found


@pytest.fixture
def engine():
    engine = ReferenceEngine(keep=3)
    yield engine
    engine.close()


def test_the_first_run_reads_everything_and_says_why(engine):
    events: list[Event] = []
    report = run(archive(a=(1, {"x": "One."}), b=(1, {"y": "Two."})), engine, events=events)
    assert texts(engine) == {"x": "One.", "y": "Two."}
    assert (report.added, report.replaced, report.removed, report.articles) == (2, 0, 0, 2)
    assert report.full
    assert events[0] == Started(full=True, reason="there is no index yet")


def test_statements_are_indexed_with_their_article(engine):
    report = run(archive(a=(1, {"x": "“We will sign it,” said Rosa Quispe on Monday."})), engine)
    statements = engine.search(SearchRequest(Collection.STATEMENTS)).hits
    assert [hit.document.article_id for hit in statements] == ["x"]
    assert report.statements == 1


def test_nothing_changed_means_nothing_read_and_no_new_generation(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    before = engine.status().generation
    again = archive(a=(1, {"x": "One."}))
    report = run(again, engine)
    assert report.status is None
    assert again.read_names == []
    assert engine.status().generation == before
    assert (report.files, report.files_read, report.articles) == (1, 0, 1)


def test_only_the_changed_input_is_read_and_only_the_changed_article_replaced(engine):
    run(archive(a=(1, {"x": "One.", "y": "Two."}), b=(1, {"z": "Three."})), engine)
    again = archive(a=(2, {"x": "One.", "y": "Another."}), b=(1, {"z": "Three."}))
    report = run(again, engine)
    assert again.read_names == ["a"]
    assert (report.added, report.replaced, report.removed) == (0, 1, 0)
    assert not report.full
    assert texts(engine) == {"x": "One.", "y": "Another.", "z": "Three."}


def test_an_input_that_was_only_touched_changes_nothing(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    report = run(archive(a=(2, {"x": "One."})), engine)
    assert report.status is None
    assert report.files_read == 1


def test_articles_and_inputs_that_are_gone_are_taken_out(engine):
    run(archive(a=(1, {"x": "One.", "y": "Two."}), b=(1, {"z": "Three."})), engine)
    report = run(archive(a=(2, {"y": "Two."})), engine)
    assert report.removed == 2
    assert texts(engine) == {"y": "Two."}


def test_the_last_article_goes_on_request_only(engine):
    """An empty folder is more often a disk that is not mounted than an archive given up."""
    run(archive(a=(1, {"x": "One."})), engine)
    with pytest.raises(ConfigError, match="--full"):
        run(archive(), engine)
    assert texts(engine) == {"x": "One."}
    assert run(archive(), engine, full=True).articles == 0
    assert texts(engine) == {}
    assert run(archive(), engine).status is None


def test_a_run_that_cannot_index_any_article_publishes_nothing_and_tells_a_reason(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    for aged in ({}, {"extractor": "0"}):
        age_ledger(engine, **aged)
        with pytest.raises(ConfigError, match=r"2 rejects.*line 1.*TypeError"):
            run(archive(a=(2, (piece("x", None, place="line 1"), piece("y", None)))), engine)
        assert texts(engine) == {"x": "One."}


def test_a_first_run_without_any_article_publishes_nothing(engine):
    with pytest.raises(ConfigError, match=r"no article.*in 1 file; nothing is published, and"):
        run(archive(a=(1, {})), engine)
    with pytest.raises(ConfigError, match="there is no file to read; nothing is published, and"):
        run(archive(), engine)
    with pytest.raises(IndexMissing):
        engine.status()


def test_an_archive_that_cannot_be_found_does_not_empty_the_index(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    missing = CorpusError("/archive", "no such folder; is the disk mounted?")
    with pytest.raises(CorpusError, match="mounted"):
        run(archive(problems=(missing,)), engine)
    assert texts(engine) == {"x": "One."}
    assert run(archive(a=(1, {"x": "One."})), engine).status is None


def test_full_reads_everything_again(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    again = archive(a=(1, {"x": "One."}))
    report = run(again, engine, full=True)
    assert again.read_names == ["a"]
    assert report.full
    assert report.reason is None
    assert report.status is not None


def test_other_inputs_are_kept_on_request_only(engine):
    run(archive(a=(1, {"x": "One."}), b=(1, {"y": "Two."})), engine)
    run(archive(c=(1, {"z": "Three."})), engine, keep_others=True)
    assert set(texts(engine)) == {"x", "y", "z"}
    run(archive(c=(1, {"z": "Three."})), engine)
    assert set(texts(engine)) == {"z"}


def test_an_input_that_is_gone_from_what_was_named_goes_even_when_others_are_kept(engine):
    run(archive(a=(1, {"x": "One."}), b=(1, {"y": "Two."}), c=(1, {"z": "Three."})), engine)
    run(archive(covered=["a"], b=(1, {"y": "Two."})), engine, keep_others=True)
    assert set(texts(engine)) == {"y", "z"}


def test_a_named_input_wins_over_a_kept_one(engine):
    run(archive(a=(1, {"x": "Old.", "y": "Two."})), engine)
    report = run(archive(b=(1, {"x": "Corrected."})), engine, keep_others=True)
    assert texts(engine) == {"x": "Corrected.", "y": "Two."}
    assert (report.added, report.replaced, report.removed) == (0, 1, 0)
    run(archive(a=(1, {"x": "Old.", "y": "Two."})), engine)
    assert texts(engine) == {"x": "Old.", "y": "Two."}


def test_an_article_that_moved_to_another_input_stays_one_article(engine):
    run(archive(a=(1, {"x": "One.", "y": "Two."}), b=(1, {"z": "Three."})), engine)
    report = run(archive(a=(2, {"y": "Two."}), b=(2, {"z": "Three.", "x": "One."})), engine)
    assert texts(engine) == {"x": "One.", "y": "Two.", "z": "Three."}
    assert report.rejects == 0


def test_an_article_may_move_to_an_input_before_its_own(engine):
    run(archive(a=(1, {"z": "Three."}), b=(1, {"x": "One.", "y": "Two."})), engine)
    run(archive(a=(2, {"z": "Three.", "x": "One, new."}), b=(2, {"y": "Two."})), engine)
    assert texts(engine) == {"x": "One, new.", "y": "Two.", "z": "Three."}


def test_the_first_input_with_an_id_wins_and_the_others_are_rejects(engine):
    report = run(archive(a=(1, {"x": "First."}), b=(1, {"x": "Second."})), engine)
    assert texts(engine) == {"x": "First."}
    (reject,) = report.first_rejects
    assert reject.path == "/archive/b"
    assert "/archive/a" in reject.reason


def test_an_id_twice_in_one_input_is_a_reject(engine):
    items = (piece("x", "First.", place="line 1"), piece("x", "Second.", place="line 2"))
    report = run(archive(a=(1, items)), engine)
    assert texts(engine) == {"x": "First."}
    assert [(reject.place, "this file" in reject.reason) for reject in report.first_rejects] == [
        ("line 2", True)
    ]


def test_when_the_owner_loses_an_article_the_next_input_that_has_it_is_read_again(engine):
    both = {"a": (1, {"x": "First."}), "b": (1, {"x": "Second.", "y": "Two."})}
    run(archive(**both), engine)
    for without in (archive(a=(2, {}), b=both["b"]), archive(b=both["b"])):
        run(archive(**both), engine)
        report = run(without, engine)
        assert texts(engine) == {"x": "Second.", "y": "Two."}
        assert report.rejects == 0


def test_the_order_of_the_inputs_decides_even_if_nothing_else_has_changed(engine):
    a, b = (1, {"x": "Of a."}), (1, {"x": "Of b."})
    run(archive(a=a, b=b), engine)
    run(archive(b=b, a=a), engine)
    assert texts(engine) == {"x": "Of b."}
    assert run(archive(b=b, a=a), engine).status is None


def test_an_article_that_a_kept_input_gave_up_comes_back_when_nobody_else_has_it(engine):
    run(archive(b=(1, {"x": "Of b."})), engine)
    run(archive(a=(1, {"x": "Of a.", "y": "Two."})), engine, keep_others=True)
    run(archive(a=(2, {"y": "Two."})), engine, keep_others=True)
    run(archive(a=(2, {"y": "Two."}), b=(1, {"x": "Of b."})), engine)
    assert texts(engine) == {"x": "Of b.", "y": "Two."}


def test_a_new_input_takes_an_id_from_a_later_one_that_is_not_read(engine):
    run(archive(b=(1, {"x": "Second."})), engine)
    again = archive(a=(1, {"x": "First."}), b=(1, {"x": "Second."}))
    report = run(again, engine)
    assert texts(engine) == {"x": "First."}
    assert again.read_names == ["a"]
    assert [reject.path for reject in report.first_rejects] == ["/archive/b"]


# Rejects.


def test_rejects_never_stop_the_run_and_are_listed_beside_the_index(engine):
    broken = CorpusError("/archive/a", "expected a JSON object", place="line 2")
    events: list[Event] = []
    report = run(archive(a=(1, (broken, piece("x", "One.")))), engine, events=events)
    assert texts(engine) == {"x": "One."}
    assert report.first_rejects == (Reject("/archive/a", "line 2", "expected a JSON object"),)
    assert [event for event in events if isinstance(event, Reject)] == list(report.first_rejects)
    assert engine.status().rejects == 1
    assert read_rejects(engine) == [
        {"path": "/archive/a", "place": "line 2", "reason": "expected a JSON object"}
    ]


def read_rejects(engine):
    build = engine.start_build(fresh=False)
    lines = build.sidecar("rejects.jsonl").read_text(encoding="utf-8").splitlines()
    build.abandon()
    return [json.loads(line) for line in lines]


def test_rejects_of_unchanged_inputs_stay_in_the_report(engine):
    broken = CorpusError("/archive/a", "expected a JSON object", place="line 2")
    first = (1, (broken, piece("x", "One.")))
    run(archive(a=first), engine)
    report = run(archive(a=first, b=(1, {"y": "Two."})), engine)
    assert report.rejects == 1
    assert engine.status().rejects == 1
    assert len(read_rejects(engine)) == 1


def test_a_repaired_input_has_no_rejects_any_more_even_if_no_article_changed(engine):
    broken = CorpusError("/archive/a", "expected a JSON object", place="line 2")
    run(archive(a=(1, (broken, piece("x", "One.")))), engine)
    report = run(archive(a=(2, {"x": "One."})), engine)
    assert report.rejects == 0
    assert engine.status().rejects == 0


def test_only_the_first_rejects_stand_in_the_report_but_all_are_counted(engine):
    broken = tuple(CorpusError("/archive/a", "odd", place=f"line {n}") for n in range(50))
    report = run(archive(a=(1, (*broken, piece("x")))), engine)
    assert report.rejects == 50
    assert [reject.place for reject in report.first_rejects] == [f"line {n}" for n in range(20)]
    assert len(read_rejects(engine)) == 50


def test_a_missing_folder_beside_others_is_a_reject(engine):
    missing = CorpusError("/elsewhere", "no such folder")
    report = run(archive(problems=(missing,), a=(1, {"x": "One."})), engine)
    assert report.first_rejects == (Reject("/elsewhere", None, "no such folder"),)
    again = run(archive(problems=(missing,), a=(1, {"x": "One."})), engine)
    assert again.rejects == 1
    assert again.status is None


def test_a_bug_in_extraction_costs_one_article_and_is_logged(engine, caplog):
    odd = piece("x", None, place="line 1")
    with caplog.at_level(logging.ERROR):
        report = run(archive(a=(1, (odd, piece("y", "Two.")))), engine)
    assert texts(engine) == {"y": "Two."}
    assert "TypeError" in report.first_rejects[0].reason
    assert report.first_rejects[0].place == "line 1"
    assert "Traceback" in caplog.text


def test_an_article_that_extraction_comes_to_fail_on_leaves_the_index(engine):
    run(archive(a=(1, {"x": "One.", "y": "Two."})), engine)
    run(archive(a=(2, (piece("x", None), piece("y", "Two.", path="a")))), engine)
    assert texts(engine) == {"y": "Two."}


def test_a_bug_in_a_reader_costs_the_rest_of_the_input(engine):
    def fail():
        raise ZeroDivisionError

    report = run(archive(a=(1, (piece("x", "One."), fail)), b=(1, {"y": "Two."})), engine)
    assert texts(engine) == {"x": "One.", "y": "Two."}
    assert "ZeroDivisionError" in report.first_rejects[0].reason


def test_names_that_are_not_text_are_indexed_and_told(engine):
    name = "a\udce9"
    broken = CorpusError(f"/archive/{name}", "odd")
    again = {name: (1, (piece("x", "One."), broken))}
    report = run(archive(**again), engine)
    assert texts(engine) == {"x": "One."}
    assert report.first_rejects[0].path == "/archive/a\N{REPLACEMENT CHARACTER}"
    assert run(archive(**again), engine).status is None


# Failure.


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_run_leaves_the_published_generation(engine, error):
    run(archive(a=(1, {"x": "One."})), engine)

    def interrupt():
        raise error

    with pytest.raises(error):
        run(archive(a=(2, (piece("x", "New."), interrupt))), engine)
    assert texts(engine) == {"x": "One."}
    run(archive(a=(2, {"x": "New."})), engine)
    assert texts(engine) == {"x": "New."}


def test_an_interrupted_first_run_publishes_nothing(engine):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(archive(a=(1, (piece("x", "One."), interrupt))), engine)
    with pytest.raises(IndexMissing):
        engine.status()


def test_a_second_run_at_the_same_time_is_refused(engine):
    build = engine.start_build(fresh=True)
    with pytest.raises(EngineUnavailable):
        run(archive(a=(1, {"x": "One."})), engine)
    build.abandon()


def test_after_a_rollback_the_next_run_starts_from_what_was_rolled_back_to(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    run(archive(a=(2, {"x": "New.", "y": "Two."})), engine)
    engine.rollback()
    report = run(archive(a=(2, {"x": "New.", "y": "Two."})), engine)
    assert (report.added, report.replaced) == (1, 1)
    assert texts(engine) == {"x": "New.", "y": "Two."}


# Versions.


def age_ledger(engine, **versions):
    """Make the published ledger look like one of other versions."""
    build = engine.start_build(fresh=False)
    published = build.parent.sidecars / "ledger.sqlite"
    build.abandon()
    database = sqlite3.connect(published)
    for name, version in versions.items():
        database.execute("UPDATE meta SET value = ? WHERE name = ?", (version, name))
    database.commit()
    database.close()
    return published


@pytest.mark.parametrize("part", ["ledger", "reader", "analyzer", "extractor", "documents"])
def test_another_version_of_any_part_means_a_full_run_that_says_so(engine, part):
    run(archive(a=(1, {"x": "One."})), engine)
    age_ledger(engine, **{part: "0"})
    again = archive(a=(1, {"x": "One."}))
    events: list[Event] = []
    report = run(again, engine, events=events)
    assert again.read_names == ["a"]
    assert report.full
    assert f"{part} version 0" in report.reason
    assert events[0] == Started(full=True, reason=report.reason)


def test_a_ledger_that_cannot_be_read_means_a_full_run(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    age_ledger(engine).write_bytes(b"not a database" * 100)
    report = run(archive(a=(1, {"x": "One."})), engine)
    assert report.full
    assert "ledger" in report.reason


def test_an_index_without_a_ledger_means_a_full_run(engine):
    engine.start_build(fresh=True).publish(rejects=0)
    report = run(archive(a=(1, {"x": "One."})), engine)
    assert report.full
    assert "no ledger" in report.reason


def test_other_inputs_cannot_be_kept_where_a_full_run_is_necessary(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    age_ledger(engine, extractor="0")
    with pytest.raises(ConfigError, match="extractor version 0"):
        run(archive(b=(1, {"y": "Two."})), engine, keep_others=True)
    assert texts(engine) == {"x": "One."}


def test_the_published_generation_reports_the_versions(engine):
    run(archive(a=(1, {"x": "One."})), engine)
    assert {"reader", "extractor", "documents", "analyzer"} <= {
        name for name, _ in engine.status().versions
    }


# Progress.


def test_progress_is_told_per_phase_and_ends_with_true_numbers(engine):
    events: list[Event] = []
    run(archive(a=(1, {"x": "One."}), b=(1, {"y": "Two."})), engine, events=events)
    told = [event for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(event.phase.value for event in told)) == [
        "listing",
        "reading",
        "indexing",
        "publishing",
    ]
    last = told[-1]
    assert (last.files_done, last.files_total, last.articles, last.rejects) == (2, 2, 2, 0)
