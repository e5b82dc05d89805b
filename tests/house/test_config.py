"""`config/searchsvc.toml` shows every setting at its default."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from searchsvc.settings import Settings, load_settings, setting_keys

FILE = Path(__file__).resolve().parents[2] / "config" / "searchsvc.toml"


def keys_and_comments(text):
    """Every dotted key of the file with the comment line above it, in order."""
    section, comment, found = "", "", {}
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1]
        elif match := re.fullmatch(r"# (.+)", line):
            comment = match[1]
        elif match := re.match(r"(\w+) = ", line):
            found[f"{section}.{match[1]}"] = comment
    return found


def test_the_file_gives_the_defaults():
    assert load_settings(FILE) == Settings()


def test_the_file_lists_every_setting_in_order_with_its_comment():
    assert keys_and_comments(FILE.read_text(encoding="utf-8")) == setting_keys()
    assert list(keys_and_comments(FILE.read_text(encoding="utf-8"))) == list(setting_keys())


def test_no_value_is_missing_although_its_key_stands_in_a_comment():
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert [f"{section}.{name}" for section, items in table.items() for name in items] == list(
        setting_keys()
    )
