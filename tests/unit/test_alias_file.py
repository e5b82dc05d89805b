"""The operator's file of names: taken up when it changes, kept out while it is wrong."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from searchsvc.aliases import AliasFile, built_in, expand
from searchsvc.aliases.entries import MOST_GROUPS
from searchsvc.aliases.file import MOST_BYTES, READER, read_changes
from searchsvc.aliases.table import changed
from searchsvc.errors import ConfigError
from searchsvc.model import Collection
from searchsvc.query import parse

SHIPPED = Path(__file__).parents[2] / "config" / "aliases.toml"
BOARD = 'same = [["Harbour Board", "HB"]]\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "aliases.toml"


def written(file, text):
    """Write as editors do: beside, then over it, so that the change is seen whatever the clock."""
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def others(aliases, text):
    reading = expand(parse(text, Collection.ARTICLES), aliases).reading
    return [other.name for one in reading.expansions for other in one.others]


def test_without_a_file_our_own_names_hold():
    assert AliasFile().current() is built_in()
    assert AliasFile().remark is None


def test_a_file_adds_to_our_own(file):
    file.write_text(BOARD, encoding="utf-8")
    aliases = AliasFile(file).current()
    assert others(aliases, "hb") == ["Harbour Board"]
    assert "DPRK" in others(aliases, "North Korea")


def test_a_change_is_taken_up_beside_the_searches(file):
    written(file, BOARD)
    names = AliasFile(file)
    first = names.current()
    assert names.current() is first
    written(file, 'same = [["Harbour Board", "Quay Men"]]\n')
    assert others(names.settled(), "harbour board") == ["Quay Men"]
    assert names.current() is names.settled()


def test_a_broken_edit_keeps_the_last_good_one_and_says_so(file, caplog):
    written(file, BOARD)
    names = AliasFile(file)
    written(file, 'same = [["Harbour Board"]]\n')
    with caplog.at_level(logging.ERROR, logger="searchsvc"):
        assert others(names.settled(), "hb") == ["Harbour Board"]
        assert others(names.settled(), "quay men") == []
    assert len(caplog.records) == 1
    assert "same, entry 1: expected a list of two names or more" in caplog.text
    assert "stay as they were" in (names.remark or "")
    written(file, BOARD)
    assert others(names.settled(), "hb") == ["Harbour Board"]
    assert names.remark is None


def test_an_edit_nested_too_deep_keeps_the_last_good_one_and_says_so(file):
    written(file, BOARD)
    names = AliasFile(file)
    written(file, "same = " + "[" * 5_000)
    assert others(names.current(), "hb") == ["Harbour Board"]
    for _ in range(2):
        assert "is not TOML" in (names.remark or "")
    assert others(names.current(), "hb") == ["Harbour Board"]


def test_searches_go_on_with_the_old_names_while_one_thread_reads_the_new(file):
    def readers():
        return [thread for thread in threading.enumerate() if thread.name == READER]

    written(file, BOARD)
    names = AliasFile(file)
    before = names.current()
    file.unlink()
    os.mkfifo(file)  # who reads it waits until somebody has written
    assert names.current() is before
    with file.open("w", encoding="utf-8") as pipe:
        written(file, 'same = [["Harbour Board", "Quay Men"]]')
        assert [names.current() for _ in range(20)] == [before] * 20
        assert len(readers()) == 1
        pipe.write(BOARD)
    assert others(names.settled(), "quay men") == ["Harbour Board"]
    assert readers() == []


def test_many_groups_that_end_alike_are_told_apart_and_too_many_are_refused(file):
    def boards(count):
        groups = (f'["Unit {at} Harbour Board", "HB{at} Quay Board"]' for at in range(count))
        file.write_text(f"same = [{', '.join(groups)}]", encoding="utf-8")

    boards(3_000)
    assert others(changed(read_changes(file)), "hb7 quay board") == ["Unit 7 Harbour Board"]
    boards(MOST_GROUPS + 1)
    with pytest.raises(ConfigError, match="10,001 groups are more than the 10,000"):
        read_changes(file)


def test_a_file_that_goes_keeps_its_names_where_it_was_named(file):
    written(file, BOARD)
    names = AliasFile(file)
    file.unlink()
    assert others(names.settled(), "hb") == ["Harbour Board"]
    assert "there is no such file" in (names.remark or "")


def test_the_usual_file_may_come_and_go(file):
    names = AliasFile(file, required=False)
    assert others(names.current(), "hb") == []
    written(file, BOARD)
    assert others(names.settled(), "hb") == ["Harbour Board"]
    file.unlink()
    assert others(names.settled(), "hb") == []
    assert names.remark is None


def test_a_file_that_is_named_must_be_there_and_be_right_to_begin_with(file):
    with pytest.raises(ConfigError, match="there is no such file"):
        AliasFile(file)
    file.write_text("same = [", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not TOML"):
        AliasFile(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smae = []", "smae: unknown table smae; did you mean same?"),
        ("same = 3", "same: expected a list of groups"),
        ('drop_names = "NATO"', "drop_names: expected a list of names"),
        ('drop_groups = ["Harbour Boord"]', "drop_groups: unknown name Harbour Boord"),
        ('drop_names = ["Foggy Botom"]', "did you mean Foggy Bottom?"),
        ('drop_rules = ["corean"]', "drop_rules: unknown rule corean; did you mean korean?"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_entry(file, text, message):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_changes(file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)


def test_a_folder_is_no_file_of_names(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        AliasFile(tmp_path)


def test_what_is_nested_too_deep_to_be_read_is_told(file):
    file.write_text("same = " + "[" * 5_000, encoding="utf-8")
    with pytest.raises(ConfigError, match="is not TOML"):
        read_changes(file)


@pytest.mark.parametrize(
    "long",
    [
        pytest.param(".".join("a" * 100_000) + " = 1", id="key"),
        pytest.param('"a" . ' * 40_000 + "a = 1", id="quoted parts"),
        pytest.param("['a'." + "'a'." * 50_000 + "a]", id="head of a table"),
        pytest.param("\n".join(f"a{at}.b = 1" for at in range(20_000)), id="many keys"),
        pytest.param(
            'same = {a = """\\"""b""""", ' + "a." * 100_000 + "a = 1}", id="after quotes"
        ),
        pytest.param("same = [[{" + ".".join("a" * 100_000) + " = 1}]]", id="key of a name"),
    ],
)
def test_long_dotted_keys_are_refused_before_they_are_parsed(file, long):
    file.write_text(f'# 1. first\n{BOARD}drop_names = ["""\n...\n"""]\n{long}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_changes(file)
    assert str(caught.value) == (
        f"{file}: line 6: more than 20 dots outside of quotation marks; "
        'keys have no dots here, and a name is written as "U.S."'
    )


def test_dots_in_names_and_comments_are_as_many_as_one_likes(file):
    dots = "." * 1_000
    names = ", ".join(f"[\"H.B.{at}.\", 'No. {at}']" for at in range(100))
    file.write_text(f"# {dots} \"\nsame = [{names}] # '{dots}\n", encoding="utf-8")
    assert others(changed(read_changes(file)), "no 7") == ["H.B.7."]


def test_a_file_that_is_too_long_is_refused_and_one_as_long_as_may_be_is_read(file):
    file.write_text(BOARD + "#" * (MOST_BYTES - len(BOARD)), encoding="utf-8")
    assert others(changed(read_changes(file)), "hb") == ["Harbour Board"]
    file.write_text(BOARD + "#" * (MOST_BYTES - len(BOARD) + 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="is longer than 1,000,000 bytes; keep the names"):
        read_changes(file)


@pytest.mark.parametrize("sign", ['"', "'", '\\"', '"""', "'''", "[", "#", '"\\'])
def test_unfinished_texts_are_told_however_long(file, sign):
    file.write_text("same = " + sign * 100_000, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"is not TOML|expected a list"):
        read_changes(file)


def test_a_message_repeats_no_more_than_a_line_of_what_is_wrong(file):
    file.write_text(f'same = [["HB", "{"quay " * 10_000}"]]', encoding="utf-8")
    with pytest.raises(ConfigError, match="must have 1 to 12 words") as caught:
        read_changes(file)
    assert len(str(caught.value)) < 200 + len(str(file))


def test_bytes_that_are_no_text_are_told(file):
    file.write_bytes(b"same = [['\xff', 'a']]")
    with pytest.raises(ConfigError, match="is not TOML"):
        AliasFile(file)


def test_the_file_shipped_says_nothing_until_its_examples_are_uncommented(tmp_path):
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert others(AliasFile(SHIPPED).current(), "hb") == []
    starts = ("# same", "# drop_", "#   [", "# ]")
    examples = tmp_path / "aliases.toml"
    examples.write_text("\n".join(line[2:] for line in lines if line.startswith(starts)), "utf-8")
    aliases = AliasFile(examples).current()
    assert others(aliases, "hb") == ["Harbour Board", "Board of the Harbour"]
    assert others(aliases, "Foggy Bottom") == []
    assert "slavic" not in aliases.rules
