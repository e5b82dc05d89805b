"""`searchsvc extract`: JSON lines in, JSON lines out."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.commands import ARTICLES, invoke, start

KEYS = {
    "act",
    "verb",
    "said",
    "start",
    "end",
    "spans",
    "speaker",
    "speakers",
    "speaker_start",
    "speaker_end",
    "direct",
    "kind",
    "about",
    "cue",
    "confidence",
    "rule",
}


def lines_of(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def extracted(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_statements_come_with_offsets_into_the_text_as_given():
    result = invoke("extract", stdin=lines_of(*ARTICLES))
    assert result.exit_code == 0
    rows = extracted(result)
    assert [row["id"] for row in rows] == ["talks", "tariffs"]
    (statement, *_) = rows[0]["statements"]
    assert set(statement) == KEYS
    text = ARTICLES[0]["text"]
    assert "talks with Bolivia were productive" in text[statement["start"] : statement["end"]]
    assert statement["speaker"] == "Rosa Quispe"
    assert "Rosa Quispe" in text[statement["speaker_start"] : statement["speaker_end"]]
    assert statement["cue"] == "said"
    assert statement["direct"] is True
    assert statement["spans"][0][0] == statement["start"]


def test_offsets_hold_for_texts_that_are_not_tidy():
    text = "  \r\n\tLIMA --\n“The talks  were\nproductive,” said Rosa Quispe.\r\n\r\n\r\nThe end. "
    (row,) = extracted(invoke("extract", stdin=lines_of({"id": "1", "text": text})))
    for statement in row["statements"]:
        assert 0 <= statement["start"] < statement["end"] <= len(text)
        for first, last in statement["spans"]:
            assert statement["start"] <= first < last <= statement["end"]


def test_a_file_may_be_compressed(tmp_path):
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(lines_of(*ARTICLES), encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert invoke("extract", plain).stdout == invoke("extract", packed).stdout != ""


def test_several_processes_print_what_one_does_up_to_the_damage(tmp_path, monkeypatch):
    monkeypatch.setattr("searchsvc.workers.ALONE", 0)
    monkeypatch.setattr("searchsvc.workers._BATCH", 300)
    rows = [{**ARTICLES[number % 2], "id": str(number)} for number in range(20)]
    lines = lines_of(*rows).replace('{"id": "7"', '{broken "7"')
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.encode(), mtime=0)[:-9])
    one, two = (invoke("extract", packed, "--set", f"index.processes={n}") for n in (1, 2))
    assert [row["id"] for row in extracted(two)] == [str(n) for n in range(20) if n != 7]
    assert (two.stdout, two.stderr, two.exit_code) == (one.stdout, one.stderr, 2)
    assert "line 8: is not JSON" in two.stderr


def test_a_damaged_compressed_file_is_an_error_and_no_traceback(tmp_path):
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines_of(*ARTICLES).encode())[:-9])
    result = invoke("extract", packed)
    assert result.exit_code == 2
    assert "a.jsonl.gz" in result.stderr


def test_damage_in_the_middle_of_a_compressed_file_is_an_error_as_well(tmp_path):
    packed = tmp_path / "a.jsonl.gz"
    data = bytearray(gzip.compress(lines_of(*ARTICLES).encode()))
    data[20:40] = bytes(20)
    packed.write_bytes(data)
    result = invoke("extract", packed)
    assert result.exit_code == 2
    assert "a.jsonl.gz: the compressed data is damaged" in result.stderr


def test_a_reader_of_the_output_may_hang_up(tmp_path):
    """As `| head` does; nothing is wrong with the input then."""
    file = tmp_path / "a.jsonl"
    file.write_text(lines_of(*ARTICLES) * 500, encoding="utf-8")
    process = start("extract", file)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait(timeout=120)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "is not JSON: Expecting property name enclosed in double quotes at character"),
        ("[]", "expected a JSON object"),
        ('"text"', "expected a JSON object"),
        ('{"text": "No id."}', "`id`"),
        ('{"id": true, "text": "Odd id."}', "`id`"),
        ('{"id": "1"}', "`text`"),
        ('{"id": "1", "text": 7}', "`text`"),
        ('{"id": "1", "text": "x", "title": 7}', "`title`"),
        ("9" * 5000, "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_done(line, reason):
    good = lines_of({"id": "good", "text": "Fine."})
    result = invoke("extract", stdin=f"{good}{line}\n\n{good}")
    assert result.exit_code == 1
    assert [row["id"] for row in extracted(result)] == ["good", "good"]
    assert "line 2: " in result.stderr
    assert reason in result.stderr
    assert "lines skipped: 1" in result.stderr


def test_bytes_that_are_not_utf8_break_only_their_line(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"id": "\xff", "text": ""}\n{"id": "good", "text": "Fine."}\n')
    result = invoke("extract", file)
    assert result.exit_code == 1
    assert [row["id"] for row in extracted(result)] == ["good"]


@pytest.mark.parametrize("date", ["2017-05-12", "2017-05-12T10:00", "in spring", 7, None, ""])
def test_any_date_will_do(date):
    row = {"id": "1", "text": "Fine.", "date": date}
    assert invoke("extract", stdin=lines_of(row)).exit_code == 0


def test_nothing_in_is_nothing_out():
    result = invoke("extract", stdin="")
    assert (result.exit_code, result.stdout) == (0, "")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=200) | st.text("“”‘’\"' \nsaidKim,.\ud83d", max_size=200))
def test_any_text_gives_one_line_with_spans_inside_it(text):
    result = invoke("extract", stdin=lines_of({"id": "1", "text": text}))
    assert result.exit_code == 0
    (row,) = extracted(result)
    for statement in row["statements"]:
        assert 0 <= statement["start"] < statement["end"] <= len(text)
