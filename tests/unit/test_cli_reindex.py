"""`searchsvc reindex` on real files with the real engine."""

from __future__ import annotations

import io
import json
import resource
import signal

import click
import pytest

from searchsvc.cli.progress import counts, duration, plain_lines
from searchsvc.reindex import Phase, Progress, Started
from tests.unit.commands import ARTICLES, invoke, start, write_articles


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHSVC_CONFIG", raising=False)


@pytest.fixture
def news(tmp_path):
    return write_articles(tmp_path / "news.jsonl")


def total(*arguments):
    result = invoke("search", "--in", "articles", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["total"]["articles"]


def test_the_first_run_says_what_it_published(news):
    result = invoke("reindex", news)
    assert result.exit_code == 0
    assert "2 articles" in result.stdout
    assert "2 added" in result.stdout
    assert "there is no index yet" in result.stderr
    assert total() == 2


def test_an_index_among_the_articles_is_not_read(tmp_path):
    write_articles(tmp_path / "news.jsonl")
    invoke("reindex", ".")
    result = invoke("reindex", ".")
    assert "Nothing has changed in 1 file;" in result.stdout
    assert "could not be indexed" not in result.stdout
    assert total() == 2


def test_a_named_input_that_is_not_there_changes_nothing(news, tmp_path):
    """Its articles would be taken out, for a slip of the pen or a disk that is not mounted."""
    other = write_articles(tmp_path / "other.jsonl", [ARTICLES[0] | {"id": "other"}])
    invoke("reindex", news, other)
    other.rename(tmp_path / "away.jsonl")
    result = invoke("reindex", news, other)
    assert result.exit_code == 2
    assert "other.jsonl: no such file or folder" in result.stderr
    assert total() == 3


def test_inputs_may_come_from_the_settings(news):
    assert invoke("reindex", "--set", f"corpus.inputs={news}").exit_code == 0
    assert total() == 2


def test_a_second_run_says_that_nothing_has_changed(news):
    invoke("reindex", news)
    result = invoke("reindex", news)
    assert result.exit_code == 0
    assert "Nothing has changed" in result.stdout


def test_changes_are_told(news):
    invoke("reindex", news)
    changed = {**ARTICLES[0], "text": "The talks were put off."}
    write_articles(news, [changed, {"id": "third", "title": "Third", "text": "A third story."}])
    assert "1 added, 1 replaced, 1 removed" in invoke("reindex", news).stdout
    assert total() == 2


def test_other_inputs_are_kept_on_request(news, tmp_path):
    invoke("reindex", news)
    more = write_articles(tmp_path / "more.jsonl", [{"id": "m", "title": "M", "text": "More."}])
    invoke("reindex", more, "--keep-others")
    assert total() == 3
    invoke("reindex", more)
    assert total() == 1


def test_a_folder_that_lost_a_file_loses_its_articles_while_others_are_kept(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    write_articles(tmp_path / "a" / "one.jsonl", [{"id": "1", "title": "One", "text": "One."}])
    two = write_articles(tmp_path / "a" / "two.jsonl", [{"id": "2", "title": "T", "text": "T."}])
    write_articles(tmp_path / "b" / "three.jsonl", [{"id": "3", "title": "Th", "text": "Th."}])
    invoke("reindex", "a", "b")
    assert total() == 3
    two.unlink()
    invoke("reindex", "--keep-others", "a")
    assert total() == 2


def test_naming_one_file_of_a_folder_and_keeping_others_keeps_its_neighbours(tmp_path):
    (tmp_path / "a").mkdir()
    one = write_articles(tmp_path / "a" / "one.jsonl", [{"id": "1", "title": "O", "text": "O."}])
    write_articles(tmp_path / "a" / "two.jsonl", [{"id": "2", "title": "T", "text": "T."}])
    invoke("reindex", "a")
    invoke("reindex", "--keep-others", one)
    assert total() == 2


def test_columns_can_be_mapped(tmp_path):
    row = {"id": "1", "headline": "Coffee", "text": "Coffee rose.", "places": ["el-salvador"]}
    file = write_articles(tmp_path / "rows.jsonl", [row])
    result = invoke("reindex", file, "--column", "countries=places", "--source", "The Wire")
    assert result.exit_code == 0
    assert total("--country", "El Salvador", "--source", "The Wire") == 1


def test_an_article_whose_owner_lost_it_is_taken_from_the_next_file_that_has_it(tmp_path):
    story = {"id": "x", "title": "Story", "text": "A story."}
    one = write_articles(tmp_path / "1.jsonl", [story, {**story, "id": "y"}])
    two = write_articles(tmp_path / "2.jsonl", [{**story, "title": "Copy"}])
    assert "1 could not be indexed" in invoke("reindex", one, two).stdout
    write_articles(one, [{**story, "id": "y"}])
    result = invoke("reindex", one, two)
    assert "could not be indexed" not in result.stdout
    assert "0 added, 1 replaced, 0 removed" in result.stdout
    assert total("copy") == 1


def test_another_column_mapping_reads_the_same_file_again(news):
    invoke("reindex", news)
    assert "2 replaced" in invoke("reindex", news, "--column", "title=id").stdout


def test_a_damaged_index_can_only_be_replaced_by_a_full_run(news, tmp_path):
    invoke("reindex", news)
    (manifest,) = tmp_path.glob("index/gen-*/manifest.json")
    manifest.write_text("{", encoding="utf-8")
    result = invoke("reindex", news)
    assert result.exit_code == 4
    assert "reindex --full" in result.stderr
    assert invoke("reindex", news, "--full").exit_code == 0
    assert total() == 2


def test_an_index_of_another_format_is_built_anew_and_that_is_said(news, tmp_path):
    invoke("reindex", news)
    (file,) = tmp_path.glob("index/gen-*/manifest.json")
    manifest = json.loads(file.read_text(encoding="utf-8"))
    del manifest["checksum"]  # the first formats had none
    file.write_text(json.dumps({**manifest, "format": "0"}), encoding="utf-8")
    result = invoke("reindex", news)
    assert result.exit_code == 0, result.stderr
    assert "reading everything: index format" in result.stderr
    assert total() == 2


def test_rejects_are_listed_written_and_count_under_strict(tmp_path, news):
    news.write_text(news.read_text() + "{broken\n" * 30, encoding="utf-8")
    result = invoke("reindex", news, "--rejects", "rejects.jsonl", "--strict")
    assert result.exit_code == 1
    assert "30 could not be indexed" in result.stdout
    assert "and 10 more, see rejects.jsonl" in result.stdout
    rows = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert len(rows) == 30
    assert rows[0]["place"] == "line 3"
    assert total() == 2
    again = invoke("reindex", news)
    assert again.exit_code == 0
    assert "Nothing has changed" in again.stdout
    assert "30 could not be indexed" in again.stdout


def test_a_terminal_gets_a_table_of_rejects(news, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    news.write_text("[bold]{broken\n" + news.read_text(), encoding="utf-8")
    text = invoke("reindex", news).stdout
    assert "reason" in text
    assert "line 1" in text


def test_where_no_file_was_named_the_generation_lists_the_rejects(tmp_path, news):
    news.write_text(news.read_text() + "{broken\n" * 30, encoding="utf-8")
    result = invoke("reindex", news)
    (line,) = (line for line in result.stdout.splitlines() if "more, see" in line)
    file = tmp_path / line.partition("see ")[2]
    assert len(file.read_text().splitlines()) == 30
    assert str(file.relative_to(tmp_path)) in invoke("status").stdout


def test_json_is_lines_of_which_the_last_is_the_report(news):
    lines = [json.loads(line) for line in invoke("reindex", news, "--json").stdout.splitlines()]
    assert {line["event"] for line in lines} >= {"started", "progress", "report"}
    assert lines[-1]["event"] == "report"
    assert lines[-1]["status"]["articles"] == 2
    assert lines[-1]["added"] == 2


def many(count):
    return (
        {"id": f"n{number}", "title": f"Story {number}", "text": "“It is so,” said Rosa Quispe."}
        for number in range(count)
    )


def interrupted(news, kill):
    """The process of a reindex that was ended by `kill` while it was reading."""
    write_articles(news, many(30_000))
    process = start("reindex", news, "--json")
    for line in process.stdout:
        event = json.loads(line)
        if event.get("phase") == "reading":
            break
    kill(process)
    process.communicate(timeout=60)
    return process


def test_a_killed_reindex_leaves_the_published_generation_and_can_be_run_again(news):
    invoke("reindex", news)
    process = interrupted(news, lambda process: process.kill())
    assert process.returncode == -signal.SIGKILL
    assert total() == 2
    write_articles(news, many(5))
    assert invoke("reindex", news).exit_code == 0
    assert total() == 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_terminated_reindex_cleans_up_and_exits_with_130(news, tmp_path, number):
    invoke("reindex", news)
    before = sorted(path.name for path in (tmp_path / "index").iterdir())
    process = interrupted(news, lambda process: process.send_signal(number))
    assert process.returncode == 130
    assert total() == 2
    left = {path.name for path in (tmp_path / "index").iterdir()} - {"scratch"}
    assert sorted(left) == before


def test_a_full_disk_exits_with_5_and_leaves_the_published_generation(news, tmp_path):
    """A limit on the size of files stands in for a full disk: writing fails half-way."""
    invoke("reindex", news)
    before = sorted(path.name for path in (tmp_path / "index").iterdir())
    write_articles(news, many(900))

    def limit_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = start("reindex", news, preexec_fn=limit_files)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 5, errors
    assert "Traceback" not in errors
    assert "error: " in errors.splitlines()[-1]
    assert total() == 2
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == before


# Progress as text.


def progress(**changes):
    values = {
        "phase": Phase.READING,
        "files_done": 1,
        "files_total": 1200,
        "articles": 3400,
        "statements": 9000,
        "rejects": 0,
        "share": None,
        "rate": 310.4,
        "elapsed_s": 10.0,
        "left_s": None,
    }
    return Progress(**{**values, **changes})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
)
def test_durations_are_short(seconds, text):
    assert duration(seconds) == text


def test_counts_name_rate_rejects_and_time_left_where_there_are_any():
    assert counts(progress()) == (
        "1 of 1,200 files, 3,400 articles, 9,000 statements, 310 articles/s"
    )
    assert counts(progress(rejects=2, left_s=75, rate=0.0)).endswith(
        "statements, 2 rejects, 1 min 15 s left in this phase"
    )
    assert counts(progress(share=0.999)).startswith("1 of 1,200 files (99 %), 3,400 articles")
    naming = progress(phase=Phase.NAMING, names_done=1200, names_total=5000, left_s=75)
    assert counts(naming) == "1,200 of 5,000 names, 310 names/s, 1 min 15 s left in this phase"
    indexing = progress(phase=Phase.INDEXING, articles_total=7000, share=0.4857, rate=0.0)
    assert counts(indexing) == "3,400 of 7,000 articles (48 %), 9,000 statements"
    assert counts(progress(phase=Phase.LISTING, files_total=None, rate=0.0)) == "1 file"


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def lines_of(capsys):
    return capsys.readouterr().err.splitlines()


def test_plain_lines_come_once_per_phase_and_then_every_few_seconds(capsys):
    clock = Clock()
    show = plain_lines(clock)
    show(Started(full=False, reason=None))
    for _ in range(100):
        clock.now += 0.2
        show(progress())
    show(progress(phase=Phase.PUBLISHING))
    lines = lines_of(capsys)
    assert lines[0] == "reading what is new or has changed"
    assert sum("reading (2 of 5): 1 of 1,200 files" in line for line in lines) == 4
    assert sum("publishing (5 of 5):" in line for line in lines) == 1


def test_plain_lines_become_rarer_in_a_long_run(capsys):
    clock = Clock()
    show = plain_lines(clock)
    for _ in range(7200):
        clock.now += 1
        show(progress())
    assert 240 <= len(lines_of(capsys)) <= 260


def test_where_nothing_happens_it_is_told_how_long_it_has_been(capsys):
    clock = Clock()
    show = plain_lines(clock)
    show(progress(elapsed_s=90.0, left_s=75.0))
    for _ in range(9):
        clock.now += 1
        show.again()
    assert len(lines_of(capsys)) == 1
    clock.now += 1
    show.again()
    show.again()
    (line,) = lines_of(capsys)
    assert (
        line == "1 min 40 s, reading (2 of 5): 1 of 1,200 files, 3,400 articles, 9,000 statements"
    )


def test_of_many_runs_a_short_one_writes_no_line_and_a_long_one_does(capsys):
    clock = Clock()
    show = plain_lines(clock, terse=True)
    show(Started(full=False, reason=None))
    for phase in Phase:
        clock.now += 0.9
        show(progress(phase=phase))
    assert lines_of(capsys) == []
    clock.now += 1
    show(progress(phase=Phase.PUBLISHING))
    assert len(lines_of(capsys)) == 1
    show(Started(full=True, reason="there is no index yet"))
    assert lines_of(capsys) == ["reading everything: there is no index yet"]


def test_a_terminal_gets_a_live_line_that_is_whole_even_if_narrow(monkeypatch):
    from searchsvc.cli.progress import shown

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    with shown(as_json=False) as show:
        show(Started(full=True, reason="there is no index yet"))
        show(progress(share=0.4, left_s=75))
    text = " ".join(click.unstyle(terminal.getvalue()).split())
    for part in (
        "there is no index yet",
        "reading (2 of 5)",
        "(40 %)",
        "310 articles/s",
        "1 min 15 s left in this phase",
    ):
        assert part in text
