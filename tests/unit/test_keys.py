"""The file of keys: made, changed by several at once, never readable for all, never with a key in it."""

from __future__ import annotations

import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchsvc.errors import ConfigError
from searchsvc.keys import KeyFile, Scope, add_key, find_key, read_keys, revoke_key
from tests.unit.commands import invoke


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


def name_of(keys, text):
    found = find_key(keys, text)
    assert found is not None
    return found.name


def test_a_key_is_found_again_by_itself_alone(file):
    first, second = (add_key(file, name, Scope.READ) for name in ("first", "second"))
    keys = read_keys(file)
    assert re.fullmatch(r"searchsvc_[\w-]{43}", first)
    assert name_of(keys, first) == "first"
    assert name_of(keys, second) == "second"
    for other in ("", first[:-1], first.upper(), f"{first} ", "\ud800", keys[0].sha256):
        assert find_key(keys, other) is None


def test_the_file_is_for_its_owner_and_holds_no_key(file):
    text = add_key(file, "newsroom", Scope.ADMIN)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert text not in file.read_text()
    assert text.removeprefix("searchsvc_") not in file.read_text()
    file.chmod(0o640)
    add_key(file, "another", Scope.READ)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.name for each in file.parent.iterdir() if each != file] == [".keys.json.lock"]


def test_admin_covers_reading_and_not_the_other_way_round():
    assert Scope.ADMIN.covers(Scope.READ)
    assert Scope.ADMIN.covers(Scope.ADMIN)
    assert Scope.READ.covers(Scope.READ)
    assert not Scope.READ.covers(Scope.ADMIN)


def test_a_name_is_given_once_and_free_again_when_revoked(file):
    add_key(file, "newsroom", Scope.READ)
    with pytest.raises(ConfigError, match="revoke it first"):
        add_key(file, "newsroom", Scope.ADMIN)
    revoke_key(file, "newsroom")
    assert read_keys(file) == ()
    add_key(file, "newsroom", Scope.ADMIN)
    with pytest.raises(ConfigError, match="no key of the name nobody"):
        revoke_key(file, "nobody")


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "new\nline", "é", "../etc"])
def test_a_name_that_would_confuse_a_log_is_refused(file, name):
    with pytest.raises(ConfigError, match="letters, digits"):
        add_key(file, name, Scope.READ)
    assert not file.exists()


def test_whoever_adds_at_the_same_time_loses_nothing(file):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: add_key(file, f"n{number}", Scope.READ), range(24)))
    assert {each.name for each in read_keys(file)} == {f"n{number}" for number in range(24)}


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o601, 0o777])
def test_a_file_that_others_may_use_is_refused_with_what_to_do(file, mode):
    add_key(file, "newsroom", Scope.READ)
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_keys(file)


ENTRY = {"name": "a", "scope": "read", "sha256": "0" * 64, "made": "2024-05-12T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([], "expected"),
        ({}, "expected"),
        ({"keys": {}}, "expected"),
        ({"keys": ["a"]}, "key 1: expected name, scope, sha256, made"),
        ({"keys": [ENTRY | {"more": ""}]}, "key 1: expected"),
        ({"keys": [ENTRY | {"scope": "root"}]}, "one of read, admin"),
        ({"keys": [ENTRY | {"sha256": "00"}]}, "sha256"),
        ({"keys": [ENTRY | {"name": 7}]}, "expected texts"),
        ({"keys": [ENTRY | {"name": "a b"}]}, "key 1: name"),
        ({"keys": [ENTRY, ENTRY]}, "one name"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(file, table, says):
    file.write_text(json.dumps(table))
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=says):
        read_keys(file)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(file, content):
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="is not JSON"):
        read_keys(file)


def test_a_change_is_seen_at_the_next_look(file):
    add_key(file, "first", Scope.READ)
    keys = KeyFile(file)
    before = keys.current()
    assert keys.current() is before
    add_key(file, "second", Scope.READ)
    assert [each.name for each in keys.current()] == ["first", "second"]


def test_the_command_makes_lists_and_revokes(file):
    options = ("--set", f"api.keys={file}")
    made = invoke("keys", "add", "newsroom", "--scope", "admin", "--json", *options)
    told = json.loads(made.stdout)
    assert (told["name"], told["scope"]) == ("newsroom", "admin")
    assert name_of(read_keys(file), told["key"]) == "newsroom"
    plain = invoke("keys", "add", "desk", *options)
    assert name_of(read_keys(file), plain.stdout.strip()) == "desk"
    assert "api.keys_for" in plain.stderr
    listed = invoke("keys", "list", *options).stdout
    assert re.search(r"newsroom +admin +2", listed)
    rows = json.loads(invoke("keys", "list", "--json", *options).stdout)
    assert [set(row) for row in rows] == [{"name", "scope", "made"}] * 2
    assert invoke("keys", "revoke", "desk", *options).exit_code == 0
    assert invoke("keys", "revoke", "desk", *options).exit_code == 2


@pytest.mark.parametrize("arguments", [("list",), ("revoke", "a")])
def test_a_file_that_is_not_there_is_an_error_in_one_line(tmp_path, arguments):
    result = invoke("keys", *arguments, "--set", f"api.keys={tmp_path}/none/keys.json")
    assert result.exit_code == 2
    assert "none/keys.json" in result.stderr
    assert result.stderr.count("\n") == 1
