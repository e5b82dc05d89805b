"""Every rule of the page names its tests, and these exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \|.*$", re.MULTILINE)
NAMED = re.compile(r"`((?:web|browser|unit)/\w+\.py)::(test_\w+)`")
ROWS = {int(row[1]): row[0] for row in ROW.finditer((ROOT / "docs/page.md").read_text("utf-8"))}


def test_all_rules_are_there():
    assert list(ROWS) == list(range(1, 37))


@pytest.mark.parametrize("rule", ROWS)
def test_the_tests_of_a_rule_exist(rule):
    named = NAMED.findall(ROWS[rule])
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), name
